"""A price as its reader sees it: exactly as the source has it, its change in words. Pure."""

from __future__ import annotations

from decimal import Decimal

from newsletter.model import IssuePrice, Price
from newsletter.render.evidence import find_numbers, index_numbers, number_sentences
from newsletter.render.present_story import Frame, mark
from newsletter.render.view import PriceLine
from newsletter.render.words import clean, write_date

_FULL_BAR = 10  # per cent of change, and more
_SHORT_UNIT = 3  # letters of a sign: "$60/kg", and "$60 per tonne"


def show_price(one: IssuePrice, frame: Frame) -> PriceLine:
    """Return one price of an issue."""
    price = one.price
    share = _share(price)
    return PriceLine(
        product=clean(price.product[:1].upper() + price.product[1:]),
        value=clean(_value(price)),
        url=_find_proof(one, frame) or frame.link(one.url) or "",
        change=clean(_describe_change(price)),
        bar=round(max(-1, min(1, share / _FULL_BAR)) * 50) if share is not None else 0,
        what=clean(", ".join(part for part in (price.purity, price.basis) if part)),
        who=clean(f"{one.source}, {write_date(price.date)}"),
        series=price.series,
    )


def _find_proof(one: IssuePrice, frame: Frame) -> str:
    """Return where the sentence stands that quotes a price; "" for the operator's own."""
    story = next((story for story in frame.issue.stories if story.key == one.story), None)
    if story is None or one.citation is None:
        return ""
    numbers = index_numbers(number_sentences(story, frame.issue))
    return mark(find_numbers(numbers, (one.citation,)), frame.page(story.key))[0].url


def _value(price: Price) -> str:
    figures = _figure(price.low) if price.low == price.high else f"{_figure(price.low)}–{_figure(price.high)}"
    per = "/" if len(price.unit) <= _SHORT_UNIT else " per "
    return f"{_money(figures, price.currency)}{per}{price.unit}"


def _money(figures: str, currency: str) -> str:
    """Write "$25", "25 yuan"."""
    return f"{figures} {currency}" if currency[-1:].isalpha() else f"{currency}{figures}"


def _figure(value: Decimal) -> str:
    return f"{value:,f}"


def _describe_change(price: Price) -> str:
    if price.change is None:
        return ""
    against = f" from {price.against}" if price.against else ""
    if price.change == 0:
        return f"unchanged{against}"
    size = _figure(abs(price.change).normalize())
    size = f"{size}%" if price.in_percent else _money(size, price.currency)
    return f"{'up' if price.change > 0 else 'down'} {size}{against}"


def _share(price: Price) -> float | None:
    """The change in per cent of what it was before."""
    if price.change is None or price.in_percent:
        return None if price.change is None else float(price.change)
    before = price.middle - price.change
    return float(price.change / before * 100) if before > 0 else None
