"""Series of prices as lines to draw. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from newsletter.model import IssuePrice

WIDTH, HEIGHT = 600, 120  # of the drawing, without its edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The middle of a price over time."""

    points: str  # of an SVG polyline
    first: date
    last: date
    lowest: str
    highest: str


def draw_chart(series: tuple[str, ...], history: Iterable[IssuePrice]) -> Chart | None:
    """Return the line of one series, None where there are fewer than two days."""
    values = {one.price.date: one.price.middle for one in history if one.price.series == series}
    if len(values) < 2:  # noqa: PLR2004 - two ends of a line
        return None
    days = sorted(values)
    low, high = min(values.values()), max(values.values())
    span, room = (days[-1] - days[0]).days, (high - low) or 1
    points = (
        f"{(day - days[0]).days * WIDTH / span:.0f},{float((high - values[day]) / room) * HEIGHT:.0f}"
        for day in days
    )
    return Chart(
        points=" ".join(points), first=days[0], last=days[-1], lowest=f"{low:,f}", highest=f"{high:,f}"
    )
