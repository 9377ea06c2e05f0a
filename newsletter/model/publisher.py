"""Who publishes, and whose words are relayed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PublisherKind(StrEnum):
    """Who speaks. The label that every story carries."""

    STATE_MEDIA = "state-owned media"
    ISSUER = "issuer press release"
    REGULATOR = "regulator or government"
    TRADE_PRESS = "trade press"
    WIRE = "wire"
    PRESS = "general press"  # newspapers, magazines and broadcasters for everybody
    JOURNAL = "scientific journal"
    ANALYST = "analyst"
    AGGREGATOR = "aggregator"  # republishes others: corroborates nothing
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who published an article, or (as an *origin*) whose words it relays."""

    name: str
    kind: PublisherKind = PublisherKind.OTHER
    family: str = ""  # publishers of one family corroborate nothing for each other; "" means the name

    @property
    def independence(self) -> str:
        """The key under which publishers count as one voice."""
        return (self.family or self.name).casefold()
