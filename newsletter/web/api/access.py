"""Who may use the API, and for what: tokens, of which only a digest is kept. I/O (database)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from newsletter.errors import InputError
from newsletter.model import BY_COMMAND
from newsletter.store.api_tokens import TokenRecord, find_token, save_token
from newsletter.store.engine import Store

PREFIX = "nlt_"  # so that whoever finds a token in a file knows what it is
MOST_DAYS = 3_660
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BYTES = 32


class Scope(StrEnum):
    """What a token opens."""

    READ = "read"  # find subscribers, and say how each stands
    ADD = "add"  # ask an address to confirm
    REMOVE = "remove"  # unsubscribe
    ISSUES = "issues"  # issues, and how far each is sent
    OPERATOR = "operator"  # all of these, and readers whose consent you hold, with the evidence


def make_token(store: Store, name: str, scopes: Iterable[Scope], now: datetime, *, days: int) -> str:
    """Make a token that is good for ``days``, and return it: it can be shown now and never again.

    Raises InputError for a name that was used before or is none.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} is no name of a token.", hint="Letters, digits, dots and dashes: website, crm-2026."
        )
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    granted, expires = frozenset(scope.value for scope in scopes), now + timedelta(days=days)
    record = TokenRecord(name=name, scopes=granted, created=now, expires=expires)
    save_token(store, record, _digest(token), BY_COMMAND)
    return token


def check_token(store: Store, given: str, now: datetime) -> TokenRecord | None:
    """Return whose token this is; None for one that is unknown, over or revoked, and for anything else."""
    record = find_token(store, _digest(given))
    return record if record is not None and record.is_good(now) else None


def may(record: TokenRecord, scope: Scope) -> bool:
    """Whether a token opens what asks for ``scope``."""
    return not record.scopes.isdisjoint({scope.value, Scope.OPERATOR.value})


def _digest(token: str) -> str:
    """A token holds 256 random bits: nothing slower than a plain digest is needed."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
