"""The price of a thing as a source quotes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from newsletter.model.highlight import Citation
from newsletter.model.ids import LocalDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One price. Names are the source's own words; ``currency`` and ``unit`` are never empty."""

    product: str  # "dysprosium oxide"
    purity: str = ""  # "99.5%"
    basis: str = ""  # what it includes, and where: "fob Black Sea"
    currency: str  # "$", "yuan"
    unit: str  # "kg", "barrel"
    low: Decimal
    high: Decimal  # the same as ``low`` where no range is given
    change: Decimal | None = None  # in the same unit, or in per cent; None where none is given
    in_percent: bool = False  # ``change``
    against: str = ""  # what it changed against: "a week earlier"
    date: LocalDate

    @property
    def series(self) -> tuple[str, ...]:
        """What is the same from one day to the next."""
        return tuple(
            part.casefold() for part in (self.product, self.purity, self.basis, self.currency, self.unit)
        )

    @property
    def middle(self) -> Decimal:
        """Between low and high."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Price):
    """A price that an article quotes."""

    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePrice:
    """A price as an issue shows it: the operator's own, or one that a story's article quotes."""

    price: Price
    source: str  # who quotes it
    url: str = ""  # where, for the operator's own
    story: str = ""  # the story's key
    citation: Citation | None = None
