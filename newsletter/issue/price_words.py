"""A price in words: exactly as its source has it, with how it moved. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from newsletter.model import Price

_SIGNS = frozenset({"Rmb", "RMB", "Yn", "Rs", "RM"})  # letters that stand before the figure
_SHORT_UNIT = 3  # letters of a sign: "$60/kg", and "$60 per tonne"


def write_price(price: Price) -> str:
    """Return a price in a line: "NdPr oxide 541,000–546,000 yuan per tonne, down 1.5%"."""
    change = describe_change(replace(price, against=""))
    return f"{price.product[:1].upper()}{price.product[1:]} {write_value(price)}{f', {change}' if change else ''}"


def write_value(price: Price) -> str:
    """Return what it costs: "541,000–546,000 yuan per tonne"."""
    figures = _figure(price.low) if price.low == price.high else f"{_figure(price.low)}–{_figure(price.high)}"
    per = "/" if len(price.unit) <= _SHORT_UNIT else " per "
    return f"{_money(figures, price.currency)}{per}{price.unit}"


def _money(figures: str, currency: str) -> str:
    """Write "$25", "Rmb25", "25 yuan"."""
    is_sign = not currency[-1:].isalpha() or currency in _SIGNS
    return f"{currency}{figures}" if is_sign else f"{figures} {currency}"


def _figure(value: Decimal) -> str:
    return f"{value:,f}"


def describe_change(price: Price) -> str:
    """Return how it moved: "down 1.5% from 26 November 2026"; "" where that is not known."""
    if price.change is None:
        return ""
    against = f" from {price.against}" if price.against else ""
    if price.change == 0:
        return f"unchanged{against}"
    size = _figure(abs(price.change).normalize())
    cents = f"{size}0" if size[-2:-1] == "." else size
    size = f"{size}%" if price.in_percent else _money(cents, price.currency)
    return f"{'up' if price.change > 0 else 'down'} {size}{against}"
