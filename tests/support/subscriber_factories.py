"""Keys, a ledger and addresses for the tests of subscribers and of the web face."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.model import Subscriber
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.consent import Register
from newsletter.subscribers.tokens import Keys

NOW = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
KEYS = Keys(signing={1: b"1" * 32, 2: b"2" * 32}, current=2, address=b"a" * 32)


@cache
def _empty_ledger() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite3")
        engine = open_engine(f"sqlite+pysqlite:///{path}")
        metadata.create_all(engine)
        engine.dispose()  # the last connection writes the log back into the file
        return path.read_bytes()


def make_register(folder: Path) -> Register:
    path = folder / "test.sqlite3"
    path.write_bytes(_empty_ledger())
    store = Store(open_engine(f"sqlite+pysqlite:///{path}"))
    return Register(store=store, keys=KEYS, notice_domain="news.example")


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
