"""When a page was published, from all that it declares and shows. Pure over its tree. The door to htmldate.

What the page declares for machines comes first, then its address, then what readers see beside the title.
A day that only a loose name such as ``date`` declares yields to another one shown beside the title.
htmldate's exceptions do not leave this file; its search through all text (dateparser) stays off, for it
takes more time than the rest of the extraction.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

import regex
from htmldate import find_date as find_html_date
from lxml.html import HtmlElement

from newsletter.extract.html_blocks import Block
from newsletter.extract.line_dates import find_date
from newsletter.extract.page import Page

FAILURES = (  # of libraries, on pages that they did not expect
    ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, OverflowError, AssertionError
)  # fmt: skip
_DECLARED = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.created", "dcterms.issued",
    "dc.date.issued", "publish-date", "publishdate", "pubdate", "sailthru.date", "parsely-pub-date",
    "article.published",
    "published_time", "date_published",
)  # fmt: skip
_LOOSE = ("date", "dc.date", "dcterms.date")  # also of the day of a change, or of a printed issue
_ISO = regex.compile(
    r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_URL_DAY = regex.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?([0-2]\d|3[01])(?!\d)")
_URL_DAY_FIRST = regex.compile(r"(?<!\d)(1[3-9]|2\d|3[01])[-_.](0[1-9]|1[0-2])[-_.]((?:19|20)\d\d)(?!\d)")
_URL_MONTH = regex.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/")
_SAYS_PUBLISHED = regex.compile(
    r"\b(?:published|posted|first published|veröffentlicht|erschienen|publiziert|publiée?|publicado|pubblicato|"
    r"gepubliceerd|geplaatst|opublikowano|опубликовано)\b|发布|發布|発表",
    regex.IGNORECASE,
)
_SAYS_CHANGED = regex.compile(
    r"\b(?:updated?|modified|edited|aktualisiert|geändert|bearbeitet|stand|mis(?:e)? à jour|modifié|actualizado|"
    r"aggiornat[oa]|atualizado|bijgewerkt)\b|更新",
    regex.IGNORECASE,
)
_SMALL_LINE = 80  # characters
_BESIDE = 6  # blocks

Moment = tuple[datetime, bool]  # when, and whether only the day is known


def find_published(page: Page, title_places: list[int]) -> Moment | None:
    """When the page was published, in its own zone as far as that can be told: its day is the day shown.

    ``title_places`` are the headings that show its title.
    """
    beside = _find_beside(page.blocks, title_places)
    found = (
        _find_declared(page)
        or find_in_address(page.url)
        or _choose_loose(page, beside)
        or beside
        or _first(map(_read_element, page.root.iterfind(".//*[@itemprop='datePublished']")))
        or _find_said(page.blocks)
        or _first(map(_read_element, itertools.islice(page.root.iter("time"), _BESIDE)))
        or _find_by_library(page.root, page.url)
        or _find_small(page)
    )
    if not found or found[1]:
        return found
    return _to_shown_day(found[0], page, beside), False


def _first(moments: Iterable[Moment | None]) -> Moment | None:
    return next((moment for moment in moments if moment), None)


def _find_declared(page: Page) -> Moment | None:
    """When the page declares that it was published: in JSON-LD, then in ``<meta>``."""
    values = [node.get("datePublished") for node in page.linked]
    values += [page.metas[name] for name in _DECLARED if name in page.metas]
    return _first(parse_moment(value) for value in values if isinstance(value, str))


def _choose_loose(page: Page, beside: Moment | None) -> Moment | None:
    """The date under a loose name, unless the page shows another one beside its title."""
    loose = _first(parse_moment(page.metas[name]) for name in _LOOSE if name in page.metas)
    if loose and beside and loose[0].date() != beside[0].date():
        return beside
    return loose


def find_in_address(url: str | None) -> Moment | None:
    """The day that the page's address holds: ``/2026/01/05/``, or ``29-10-2021`` where only that can be meant."""
    if match := _URL_DAY.search(url or ""):
        return parse_moment("-".join(match.groups()))
    if match := _URL_DAY_FIRST.search(url or ""):
        return parse_moment("-".join(reversed(match.groups())))
    return None


def _find_beside(blocks: list[Block], title_places: list[int]) -> Moment | None:
    """The date in a small line right after the title as the page shows it, or right before.

    A line that speaks of a change counts only where no other is there.
    """
    changed: Moment | None = None
    for place in title_places:
        after = blocks[place + 1 : place + _BESIDE]
        before = reversed(blocks[max(0, place - _BESIDE // 2) : place])
        for block in itertools.chain(after, before):
            if len(block.text) > _SMALL_LINE or not (found := find_date(block.text)):
                continue
            if not _SAYS_CHANGED.search(block.text) or _SAYS_PUBLISHED.search(block.text):
                return found
            changed = changed or found
    return changed


def _read_element(element: HtmlElement) -> Moment | None:
    """The date of a ``<time>``, or of what is marked as the day of publication."""
    declared = element.get("content") or element.get("datetime") or ""
    return parse_moment(declared) or find_date(" ".join(element.itertext())[: 2 * _SMALL_LINE])


def _find_said(blocks: list[Block]) -> Moment | None:
    """The date in the first small line that speaks of publication."""
    small = (block.text for block in blocks if len(block.text) <= _SMALL_LINE)
    return _first(find_date(text) for text in small if _SAYS_PUBLISHED.search(text))


def _find_small(page: Page) -> Moment | None:
    """The date of the first small line, or of the first one in the month that the address names."""
    small = (block.text for block in page.blocks if len(block.text) <= _SMALL_LINE)
    dates = [found for text in small if (found := find_date(text))]
    if match := _URL_MONTH.search(page.url or ""):
        year, month = map(int, match.groups())
        dates = [found for found in dates if (found[0].year, found[0].month) == (year, month)]
    return dates[0] if dates else None


def _find_by_library(root: HtmlElement, url: str | None) -> Moment | None:
    """The date that htmldate finds."""
    try:
        day = find_html_date(root, url=url, original_date=True, extensive_search=False)
    except FAILURES:
        return None
    return parse_moment(day) if day else None


def parse_moment(value: str) -> Moment | None:
    """An ISO 8601 date or time in its own zone (the day that the page shows); without one it counts as UTC."""
    match = _ISO.match(value.strip())
    if not match:
        return None
    zone = (match["zone"] or "Z").replace("Z", "+00:00")
    day = f"{match['year']}-{match['month']:0>2}-{match['day']:0>2}"
    try:
        return datetime.fromisoformat(f"{day}T{match['time'] or '00:00'}{zone}"), match["time"] is None
    except (ValueError, OverflowError):
        return None


def _to_shown_day(moment: datetime, page: Page, beside: Moment | None) -> datetime:
    """A time in a zone in which its day is the one that the page shows.

    The moment stays the same. A zone that the page gives stays, unless the day beside the title is another
    one, the moment's day in UTC; a time in UTC gets the nearest zone, in whole hours, that explains the page.
    """
    if moment.utcoffset():
        universal = moment.astimezone(UTC)
        return universal if beside and moment.date() != beside[0].date() == universal.date() else moment
    shown = _find_shown_days(page)
    if moment.date() in shown:
        return moment
    for hours in range(1, 13):
        for offset in (hours, -hours):
            local = moment.astimezone(timezone(timedelta(hours=offset)))
            if local.date() in shown:
                return local
    return moment


def _find_shown_days(page: Page) -> set[date]:
    """The day in the page's address; without one the days in its small lines."""
    if found := find_in_address(page.url):
        return {found[0].date()}
    small = (block.text for block in page.blocks if len(block.text) <= _SMALL_LINE)
    return {found[0].date() for text in small if (found := find_date(text))}
