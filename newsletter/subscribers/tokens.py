"""Signed tokens that stand in a mail's links, and the keyed digest of an address. Pure.

A token is 30 bytes, 40 characters of base64url (``links.TOKEN_LENGTH``)::

    byte 0      format and purpose        a token opens one door only
    byte 1      key id                    keys rotate, old unsubscribe links live on
    bytes 2–7   subscriber id             never the address
    bytes 8–11  when it was made          seconds since 1970; of one that leaves, the edition that it came in
    bytes 12–29 HMAC-SHA256 of the above, cut to 144 bits (RFC 2104 section 5 asks for at least 128)

Tokens for leaving carry no time, so that one subscriber's token is the same in every mail of an edition. Where they
name none (0: notices, and mails sent before there were editions) they leave everything.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from newsletter.links import TOKEN_LENGTH
from newsletter.model import EditionKey, SubscriberId

DRAFT_LIFETIME = timedelta(days=2)  # of a link that shows a draft
LINK_LIFETIME = timedelta(minutes=15)  # of a link that opens the desk
_FORMAT = 1 << 4
_CLAIMS = struct.Struct(">BBHII")  # format and purpose, key id, id (high 16, low 32), seconds
_MAC_BYTES = 18
_LABEL = b"newsletter token 1\x00"
_ADDRESS_LABEL = b"newsletter address 1\x00"
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
MAX_SUBSCRIBER_ID = (1 << 48) - 1


class Purpose(IntEnum):
    """What a token is for. The numbers stand in mails for ever: never change one."""

    CONFIRM = 1
    UNSUBSCRIBE = 2  # the preferences page too: whoever may leave may also pause
    FORM = 3  # proves when a sign-up form was shown, and to which network: its number stands for a subscriber
    SIGN_IN = 4  # opens the desk, once: a number drawn by lot stands for a subscriber
    DRAFT = 5  # shows an issue before it leaves: its number stands for a subscriber
    NEW_ADDRESS = 6  # moves a subscription: the number of the notice that asks stands for a subscriber
    OPEN_ARCHIVE = 7  # mailed; makes the next one
    READ_ARCHIVE = 8  # in a reader's cookie


_PURPOSES = frozenset(purpose.value for purpose in Purpose)


class TokenFault(StrEnum):
    """Why a token is refused."""

    MALFORMED = "malformed"
    FORGED = "forged"
    WRONG_PURPOSE = "wrong purpose"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The secrets of one installation. Nothing in here is ever logged or shown."""

    signing: Mapping[int, bytes] = field(repr=False)  # by key id, 1–255; all are accepted
    current: int  # the key id that signs
    address: bytes = field(repr=False)  # of ``address_hmac``; never rotated, lives outside the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token whose signature was checked."""

    subscriber: SubscriberId
    purpose: Purpose
    issued: datetime | None  # None where it never expires
    edition: int = 0  # the code of the edition that a token to leave came in; 0: everything


def sign(
    keys: Keys,
    purpose: Purpose,
    subscriber_id: SubscriberId,
    *,
    now: datetime | None = None,
    edition: EditionKey | None = None,
) -> str:
    """Return a token of exactly ``TOKEN_LENGTH`` characters, safe in a URL.

    ``now`` is needed for what expires and ignored for leaving, ``edition`` the other way about. Raises ValueError
    for an id outside 0 to 2^48 - 1 and for a missing ``now``.
    """
    if not 0 <= subscriber_id <= MAX_SUBSCRIBER_ID:
        raise ValueError(f"the subscriber id {subscriber_id} does not fit into a token")
    seconds = code_edition(edition) if edition and purpose is Purpose.UNSUBSCRIBE else 0
    if purpose is not Purpose.UNSUBSCRIBE:
        if now is None:
            raise ValueError(f"a token to {purpose.name.lower()} carries its time")
        seconds = int(now.timestamp())
    claims = _CLAIMS.pack(
        _FORMAT | purpose, keys.current, subscriber_id >> 32, subscriber_id & 0xFFFFFFFF, seconds
    )
    return urlsafe_b64encode(claims + _mac(keys.signing[keys.current], claims)).decode("ascii")


def open_token(keys: Keys, token: str) -> Token | TokenFault:
    """Return what a token says once its signature holds, whatever its purpose and age."""
    if not _SHAPE.fullmatch(token):
        return TokenFault.MALFORMED
    raw = urlsafe_b64decode(token)
    claims, given = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    kind, key_id, high, low, seconds = _CLAIMS.unpack(claims)
    key = keys.signing.get(key_id)
    # An unknown key costs the same work as a known one, and the comparison takes constant time.
    expected = _mac(key or b"\x00" * 32, claims)
    if not hmac.compare_digest(given, expected) or key is None:
        return TokenFault.FORGED
    if kind & 0xF0 != _FORMAT or kind & 0x0F not in _PURPOSES:
        return TokenFault.MALFORMED
    purpose = Purpose(kind & 0x0F)
    leaves = purpose is Purpose.UNSUBSCRIBE
    return Token(
        subscriber=SubscriberId(high << 32 | low),
        purpose=purpose,
        issued=datetime.fromtimestamp(seconds, UTC) if seconds and not leaves else None,
        edition=seconds if leaves else 0,
    )


def code_edition(edition: EditionKey) -> int:
    """Return the four bytes that stand for an edition in a token; never 0."""
    return int.from_bytes(hashlib.blake2b(edition.encode(), digest_size=4, person=b"edition").digest()) or 1


def check_token(
    keys: Keys, token: str, purpose: Purpose, *, now: datetime, lifetime: timedelta | None
) -> Token | TokenFault:
    """Return the token if it is ours, for ``purpose``, and not older than ``lifetime`` (None: ageless)."""
    opened = open_token(keys, token)
    if isinstance(opened, TokenFault):
        return opened
    if opened.purpose is not purpose:
        return TokenFault.WRONG_PURPOSE
    if lifetime is not None and (opened.issued is None or now - opened.issued > lifetime):
        return TokenFault.EXPIRED
    return opened


def address_hmac(keys: Keys, address_key: str) -> str:
    """Return the keyed digest (64 hex characters) of an address key: what a suppression remembers.

    ``address_key`` is ``Address.key``. Without the key file nobody can test an address against it.
    """
    return hmac.digest(keys.address, _ADDRESS_LABEL + address_key.encode(), hashlib.sha256).hex()


def secret_digest(keys: Keys, purpose: str, secret: str) -> str:
    """Return the keyed digest (64 hex characters) of a secret: what the ledger keeps of it, or what is derived from it.

    Whoever can write the ledger, and has no key, can make no session.
    """
    return hmac.digest(keys.address, f"newsletter {purpose} 1\0{secret}".encode(), hashlib.sha256).hex()


def sign_act(keys: Keys, act: str, issue: str, content: str, who: str) -> str:
    """Return what proves a link to one act of one person on one content of one issue, ``TOKEN_LENGTH`` characters."""
    return secret_digest(keys, "act", f"{act}\0{issue}\0{content}\0{who}")[:TOKEN_LENGTH]


def _mac(key: bytes, claims: bytes) -> bytes:
    return hmac.digest(key, _LABEL + claims, hashlib.sha256)[:_MAC_BYTES]
