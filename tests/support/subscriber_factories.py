"""Keys, a ledger and addresses for the tests of subscribers and of the web face."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.model import Subscriber, SubscriberId
from newsletter.store.engine import Connection
from newsletter.store.subscribers import find_by_keys
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.consent import Register
from newsletter.subscribers.tokens import Keys, Purpose, TokenFault, check_token
from tests.support.empty_ledger import open_ledger

NOW = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
KEYS = Keys(signing={1: b"1" * 32, 2: b"2" * 32}, current=2, address=b"a" * 32)


def make_register(folder: Path) -> Register:
    store = open_ledger(folder, "test.sqlite3")
    return Register(store=store, keys=KEYS, notice_domain="news.example")


def read_token(keys: Keys, token: str, purpose: Purpose, *, now: datetime) -> SubscriberId | TokenFault:
    """Return whose token it is, or why it is refused. Leaving never expires."""
    lifetime = None if purpose is Purpose.UNSUBSCRIBE else timedelta(days=7)
    checked = check_token(keys, token, purpose, now=now, lifetime=lifetime)
    return checked if isinstance(checked, TokenFault) else checked.subscriber


def make_address(text: str = "reader@example.org") -> Address:
    address = parse_address(text)
    assert isinstance(address, Address), address
    return address


def by(source: str = "command", *, at: datetime = NOW, detail: str | None = None) -> consent.Occasion:
    return consent.Occasion(at=at, source=source, detail=detail)


def add_active(register: Register, text: str = "reader@example.org") -> Subscriber:
    added = consent.add(register, make_address(text), by())
    assert isinstance(added, Subscriber), added
    return added


def find_by_key(connection: Connection, address_key: str) -> Subscriber | None:
    """The subscriber with that address key."""
    return find_by_keys(connection, [address_key]).get(address_key)
