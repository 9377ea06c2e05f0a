"""Tokens of other programs: the digest of each, what it may do, and until when. I/O (database)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from newsletter.errors import InputError
from newsletter.model import BY_COMMAND, By
from newsletter.store.acts import record_act
from newsletter.store.engine import Store, add_new, read_as
from newsletter.store.schema import api_tokens

_KEPT = [column for column in api_tokens.c if column.name != "digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """What is kept of a token."""

    name: str
    scopes: frozenset[str]
    created: datetime
    expires: datetime
    revoked: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and now < self.expires


def save_token(store: Store, record: TokenRecord, digest: str, by: By) -> None:
    """Write a new token. Raises InputError where its name was used before: acts on record name it."""
    row = {
        "name": record.name,
        "digest": digest,
        "scopes": " ".join(sorted(record.scopes)),
        "created": record.created,
        "expires": record.expires,
    }
    with store.write() as connection:
        if not add_new(connection, api_tokens, row):
            raise InputError(
                f"There is or was a token named {record.name!r}.",
                hint="Choose another name: the record of acts calls the program by it.",
            )
        record_act(connection, by, f"made for {row['scopes']}", _name_token(record.name), record.created)


def find_token(store: Store, digest: str) -> TokenRecord | None:
    """Return the token with that digest, good or not; None where there is none."""
    row = store.find(select(*_KEPT).where(api_tokens.c.digest == digest)).one_or_none()
    return _read(row) if row else None


def list_tokens(store: Store) -> tuple[TokenRecord, ...]:
    """Return all there were, the newest first."""
    rows = store.find(select(*_KEPT).order_by(api_tokens.c.created.desc(), api_tokens.c.name))
    return tuple(map(_read, rows))


def revoke_token(store: Store, name: str, now: datetime, *, by: By = BY_COMMAND) -> bool:
    """End a token at once. False where none of that name is left to end."""
    ends = update(api_tokens).where(api_tokens.c.name == name, api_tokens.c.revoked.is_(None))
    with store.write() as connection:
        is_ended = connection.execute(ends.values(revoked=now)).rowcount == 1
        if is_ended:
            record_act(connection, by, "revoked", _name_token(name), now)
    return is_ended


def _name_token(name: str) -> str:
    return f"token {name}"


def _read(row: Row[Any]) -> TokenRecord:
    return read_as(TokenRecord, row, scopes=frozenset(row.scopes.split()))
