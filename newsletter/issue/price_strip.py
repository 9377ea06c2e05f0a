"""The prices under the day's lines: the operator's own first, then what today's price reports quote whole. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import chain

from newsletter.highlights.quotes import find_quotes
from newsletter.model import ArticleId, IssuePrice, Price, Story

MOST = 5  # prices in an issue
_FEWEST = 2  # quoted prices: one of a report that has more would stand for the market
_ROWS = 3  # of prices that make a table
_FRESH = timedelta(days=7)  # an older price is not today's news


def choose_prices(
    own: Iterable[IssuePrice], quoted: Iterable[IssuePrice], *, day: date
) -> tuple[IssuePrice, ...]:
    """Return at most ``MOST`` prices for an issue of ``day``, those that moved before those that did not.

    ``own`` are series, of which the newest value counts where it is fresh; it is compared with the one before. Of what
    is quoted each product comes once, from the first source that has it, with all its bases there one under the other.
    """
    series: dict[tuple[str, ...], list[IssuePrice]] = {}
    for one in own:
        if one.price.date <= day:
            series.setdefault(one.price.series, []).append(one)
    # The first value of a series says nothing of a later day: it stood alone for the market.
    newest = (
        _compare(values) for values in series.values() if len(values) > 1 or values[0].price.date == day
    )
    fresh = [one for one in newest if day - one.price.date <= _FRESH]
    told = {one.price.product.casefold() for one in fresh}
    quoted = tuple(quoted)
    if not fresh and len(quoted) < _FEWEST:
        return ()
    of_product: dict[str, list[IssuePrice]] = {}
    for one in quoted:
        rows = of_product.setdefault(one.price.product.casefold(), [])
        known = {row.price.series for row in rows}
        is_first = not rows or (rows[0].source == one.source and one.price.series not in known)
        if is_first and one.price.product.casefold() not in told:
            rows.append(one)
    shown = [[_leave_lone_change(one, quoted) for one in rows] for rows in of_product.values()]
    moved = sorted(shown, key=lambda rows: not any(one.price.change for one in rows))
    return (*fresh, *chain.from_iterable(moved))[:MOST]


def _leave_lone_change(one: IssuePrice, quoted: Sequence[IssuePrice]) -> IssuePrice:
    """Return a price without its change where most others of its source have none, as if they stood still."""
    known = [other.price.change is not None for other in quoted if other.source == one.source]
    if sum(known) * 2 > len(known):
        return one
    return replace(one, price=replace(one.price, change=None, against=""))


def leave_bare(quoted: Sequence[IssuePrice]) -> tuple[IssuePrice, ...]:
    """Return what of the prices that articles quote is fit for the strip: each with its basis, or a row of a table.

    A sentence without one may be about anything, a floor of a contract; a table of prices gives what its publisher has.
    """
    tables = Counter(map(_find_table, quoted))
    of_table = {article for article, rows in tables.items() if article and rows >= _ROWS}
    return tuple(one for one in quoted if one.price.basis or _find_table(one) in of_table)


def _find_table(one: IssuePrice) -> ArticleId | None:
    """Return the article of whose table a price is a row."""
    cited = one.citation
    return cited.article if cited and " | " in cited.sentence else None


def choose_week_prices(
    own: Iterable[IssuePrice], _: Iterable[IssuePrice], *, day: date
) -> tuple[IssuePrice, ...]:
    """Return the prices of the week of ``day``: the newest of each series, compared with the week's first.

    What a single story quotes is told there.
    """
    monday = day - timedelta(days=day.weekday())
    series: dict[tuple[str, ...], list[IssuePrice]] = {}
    for one in sorted(own, key=lambda one: one.price.date):
        if monday <= one.price.date <= day:
            series.setdefault(one.price.series, []).append(one)
    ends = (one for values in series.values() for one in (values[0], values[-1]))
    return choose_prices(ends, (), day=day)


def _compare(values: Sequence[IssuePrice]) -> IssuePrice:
    """Return the newest value of a series with its change against the one before, in per cent of the middle."""
    *earlier, newest = sorted(values, key=lambda one: one.price.date)
    before = next((one.price for one in reversed(earlier) if one.price.date < newest.price.date), None)
    if before is None or not before.middle:
        return newest
    change = round((newest.price.middle / before.middle - 1) * 100, 1)
    against = f"{before.date.day} {before.date:%B %Y}"
    return replace(newest, price=replace(newest.price, change=change, in_percent=True, against=against))


def quote_stories(
    stories: Iterable[Story], *, sections: frozenset[str], weigh: Callable[[str], float]
) -> tuple[IssuePrice, ...]:
    """Return what the articles of kept stories in these ``sections`` quote, of things of the subject.

    Each is cited by the sentence that it stands in. Whole, and fit for the strip, is a price with its basis: what it
    includes, and where.
    """
    return tuple(
        IssuePrice(
            price=Price(**{field.name: getattr(quote, field.name) for field in fields(Price)}),
            source=article.publisher.name,
            story=story.key,
            citation=quote.citation,
        )
        for story in stories
        if story.kept and story.section in sections
        for article in story.articles
        for quote in find_quotes(article)
        if weigh(quote.product) > 0
    )
