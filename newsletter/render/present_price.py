"""A price as its reader sees it: exactly as the source has it, its change in words. Pure."""

from __future__ import annotations

import re

from newsletter.issue.price_words import describe_change, write_value
from newsletter.model import IssuePrice, Price
from newsletter.render.evidence import find_numbers, index_numbers, number_sentences
from newsletter.render.present_story import Frame, mark
from newsletter.render.view import PriceLine
from newsletter.render.words import capitalize, clean, write_date

_FULL_BAR = 10  # per cent of change, and more


def show_price(one: IssuePrice, frame: Frame) -> PriceLine:
    """Return one price of an issue."""
    price = one.price
    share = _share(price)
    return PriceLine(
        product=clean(capitalize(price.product)),
        value=clean(write_value(price)),
        url=_find_proof(one, frame) or frame.link(one.url) or "",
        change=f"{'midpoint ' if _is_of_middle(one) else ''}{clean(describe_change(price))}",
        bar=round(max(-1, min(1, share / _FULL_BAR)) * 50) if share is not None else 0,
        what=clean(", ".join(part for one in (price.purity, price.basis) if (part := one.strip(" ,;:")))),
        who=clean(f"{one.source}, {write_date(price.date, seen=frame.issue.date)}"),
        series=price.series,
    )


def _find_proof(one: IssuePrice, frame: Frame) -> str:
    """Return where the sentence stands that quotes a price; "" for the operator's own."""
    story = next((story for story in frame.issue.stories if story.key == one.story), None)
    if story is None or one.citation is None:
        return ""
    numbers = index_numbers(number_sentences(story, frame.issue))
    return mark(find_numbers(numbers, (one.citation,)), frame.page(story.key))[0].url


def _is_of_middle(one: IssuePrice) -> bool:
    """Whether the change of a range is no figure of its source, but that of the middle of the range."""
    price = one.price
    if not price.change or price.low == price.high:
        return False
    size = re.escape(f"{abs(price.change).normalize():,f}")
    return one.citation is None or not re.search(
        rf"(?<![\d.,]){size}(?:0|\.00?)?(?![\d,])", one.citation.sentence
    )


def _share(price: Price) -> float | None:
    """The change in per cent of what it was before."""
    if price.change is None or price.in_percent:
        return None if price.change is None else float(price.change)
    before = price.middle - price.change
    return float(price.change / before * 100) if before > 0 else None
