"""The price of a thing as a source quotes it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from newsletter.model.highlight import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
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
    date: date
    citation: Citation
