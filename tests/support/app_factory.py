"""An installation for tests: fixed clock, the seed as its only source, a folder as its relay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter.model import Publisher, PublisherKind, Source, SourceKey, SourceType
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.wiring import Installation, open_installation
from tests.support.empty_ledger import put_ledger

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
MORNING = datetime(2026, 1, 5, 6, 31, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def make_seed_source(folder: Path = SEEDS, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "key": SourceKey("seeds"),
        "type": SourceType.SEED,
        "location": str(folder),
        "publisher": Publisher(name="Rare Earth Exchanges", kind=PublisherKind.TRADE_PRESS),
        "trusted": True,
        "enabled": True,
    }
    return Source(**{**values, **changes})


def make_app(
    data: Path, *, clock: Clock | None = None, sources: Sequence[Source] | None = None, **overrides: Any
) -> Installation:
    data.mkdir(parents=True, exist_ok=True)
    config = data / "config"
    config.mkdir(exist_ok=True)
    put_ledger(data)
    overrides = {
        "relay": {"type": "folder"},
        "newsletter": {"from_address": "daily@rare-earth.example", "postal_address": "1 Test Street"},
        "logs": {"level": "error"},
        **overrides,
    }
    app = open_installation(config, data=data, clock=clock or Clock(), **overrides)
    app.given_sources = tuple(sources) if sources is not None else (make_seed_source(),)
    return app


def subscribe(app: Installation, *addresses: str) -> None:
    register = consent.Register(store=app.store, keys=app.keys, notice_domain=app.settings.newsletter.domain)
    for text in addresses:
        address = parse_address(text, any_domain=True)
        assert isinstance(address, Address), text
        consent.add(register, address, consent.Occasion(at=app.clock(), source="command"))
