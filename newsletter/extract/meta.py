"""What a page says of itself: title, author, date, language, canonical address. Pure over its tree.

The door to htmldate: its exceptions do not leave this file.
"""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import regex
from htmldate import find_date as find_html_date
from lxml.html import HtmlElement

from newsletter.extract.blocks import Block
from newsletter.extract.clean import clean_text, squeeze
from newsletter.extract.dates import find_date
from newsletter.extract.parts import find_byline

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SEPARATOR = regex.compile(r"\s+[|–—:»›·•-]+\s+|\s*\|\s*|\s+::\s+")
_DECLARED = ("og:title", "twitter:title", "dc.title", "headline")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_FAILURES = (
    ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, OverflowError, AssertionError
)  # fmt: skip
_MAX_NAME = 120  # characters
_MAX_TITLE = 300  # characters
_MAX_HEADINGS = 60  # of each level that are looked at
_MIN_SHARE = 0.4  # of the declared title's words that a heading must hold to stand for it
_PUBLISHED_PROPERTIES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.created", "dcterms.issued", "publish-date", "publishdate", "pubdate", "sailthru.date", "parsely-pub-date",
    "article.published", "published_time", "date_published",
)  # fmt: skip
_ISO = regex.compile(
    r"(?P<day>(?:19|20)\d\d-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_URL_DAY = regex.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?([0-2]\d|3[01])(?!\d)")
_SMALL_LINE = 80  # characters
_BESIDE = 6  # blocks
_MAX_JSON = 400_000  # characters of one script that are parsed
_MAX_NODES = 2_000  # of its objects that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the page says of itself, each None where it does not."""

    title: str
    byline: str | None = None
    published: datetime | None = None
    published_is_date: bool = False
    canonical: str | None = None
    language: str | None = None


def read_meta(root: HtmlElement, blocks: list[Block], url: str | None) -> Meta:
    """Read a page's metadata; ``blocks`` is all that it shows. What cannot be read is absent.

    ``published`` is in the page's own zone as far as that can be told, so that its day is the day that
    the page shows.
    """
    metas = _read_metas(root)
    linked = list(_read_json(root))
    title = _choose_title(root, metas, linked)
    published = (
        _find_declared(metas, linked)
        or _find_in_address(url)
        or _find_beside_title(blocks, title)
        or _find_anywhere(root, url)
    )
    if published and not published[1]:
        published = _to_shown_day(published[0], _find_shown_days(blocks, url)), False
    return Meta(
        title=title,
        byline=_find_byline(root, blocks, metas, linked),
        published=published[0] if published else None,
        published_is_date=published[1] if published else False,
        canonical=_read_canonical(root),
        language=_read_language(root),
    )


def _tidy(text: str | None) -> str | None:
    tidy = squeeze(clean_text(html.unescape(text or "")))
    return tidy[:_MAX_TITLE] or None


def _read_metas(root: HtmlElement) -> dict[str, str]:
    """``<meta>`` values by lower-case name; the first of each name counts."""
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            values.setdefault(name.strip().casefold(), content.strip())
    return values


def _read_json(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """The schema.org objects of an article that the page embeds (JSON-LD)."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > _MAX_JSON:
            continue
        try:
            waiting: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                kind = node.get("@type")
                kinds = kind if isinstance(kind, list) else [kind]
                if any(isinstance(k, str) and k.endswith(("Article", "Posting", "Report")) for k in kinds):
                    yield node
                waiting.extend(
                    value
                    for key, value in node.items()
                    if key in {"@graph", "mainEntity", "mainEntityOfPage"}
                )


def _words(text: str | None) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text or "")]


def _holds(outer: list[str], inner: list[str]) -> bool:
    """Whether ``inner`` stands in ``outer`` word for word."""
    size = len(inner)
    return bool(inner) and any(outer[at : at + size] == inner for at in range(len(outer) - size + 1))


def _find_byline(
    root: HtmlElement, blocks: list[Block], metas: dict[str, str], linked: list[dict[str, Any]]
) -> str | None:
    """Who wrote it, as declared; else the first small "By …" line."""
    for node in linked:
        authors = node.get("author")
        people = [
            person.get("name") if isinstance(person, dict) else person
            for person in (authors if isinstance(authors, list) else [authors])
        ]
        named = [person for person in people if isinstance(person, str) and _is_name(person)]
        if named:
            return _tidy("; ".join(dict.fromkeys(named)))
    if declared := next((metas[name] for name in _AUTHORS if name in metas and _is_name(metas[name])), None):
        return _tidy(declared)
    for element in itertools.chain(
        root.iterfind(".//a[@rel='author']"), root.iterfind(".//*[@itemprop='author']")
    ):
        shown = _tidy("".join(element.itertext()))
        if shown and _is_name(shown):
            return shown
    return find_byline(blocks, list(range(len(blocks))))


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME and "://" not in text and any(char.isalpha() for char in text)


def _choose_title(root: HtmlElement, metas: dict[str, str], linked: list[dict[str, Any]]) -> str:
    """The title as the page shows it: the heading that its declared title holds, else the declared one.

    Declared titles often carry the site's name; the first heading often *is* the site's name. The two
    together tell.
    """
    site = _words(metas.get("og:site_name"))
    headings = _read_headings(root, site)
    titles = ["".join(element.itertext()) for element in root.iter("title")][:1]
    named = [node["headline"] for node in linked[:1] if isinstance(node.get("headline"), str)]
    texts = [*named, *(metas[name] for name in _DECLARED if name in metas), *titles]
    declared = [tidy for text in texts if (tidy := _tidy(text))]
    stripped = [_strip_site(text, site, headings) for text in declared]
    if held := _find_held_heading(headings, declared, stripped):
        return _strip_site(held, site, [])
    if near := _find_near_heading(headings, stripped):
        return near
    if stripped:
        return stripped[0]
    return next((text for _, text in headings), "")


def _read_headings(root: HtmlElement, site: list[str]) -> list[tuple[int, str]]:
    """(level, text) of the page's first headings, but for the site's name."""
    headings = []
    for level in (1, 2, 3):
        for element in itertools.islice(root.iter(f"h{level}"), _MAX_HEADINGS):
            text = squeeze(clean_text(" ".join(element.itertext())))
            if text and len(text) <= _MAX_TITLE and _words(text) != site:
                headings.append((level, text))
    return headings


def _find_held_heading(
    headings: list[tuple[int, str]], declared: list[str], stripped: list[str]
) -> str | None:
    """The longest heading, and of equals the highest, that a declared title holds word for word."""
    best: tuple[float, str] | None = None
    for text, own in zip(declared, stripped, strict=True):
        for level, heading in headings:
            shown = _words(heading)
            if _holds(_words(text), shown) and len(shown) >= _MIN_SHARE * len(_words(own)):
                rank = len(shown) - level / 10
                best = max(best or (0.0, ""), (rank, heading), key=lambda pair: pair[0])
    return best[1] if best else None


def _find_near_heading(headings: list[tuple[int, str]], stripped: list[str]) -> str | None:
    """A title that stands in a heading beside a kicker or a date, or a first heading in other words."""
    for level, heading in headings:
        shown = _words(heading)
        for own in stripped:
            if _holds(shown, _words(own)) and len(_words(own)) >= _MIN_SHARE * len(shown):
                return own
        if level == 1 and any(_likeness(shown, _words(own)) >= _MIN_SHARE for own in stripped):
            return heading
    return None


def _likeness(one: list[str], other: list[str]) -> float:
    """The share of words that two titles have in common."""
    return len(set(one) & set(other)) / max(1, len(set(one) | set(other)))


def _strip_site(title: str, site: list[str], headings: list[tuple[int, str]]) -> str:
    """A declared title without the site's name at either end."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:  # noqa: PLR2004 - nothing to strip
        return title
    shown = [_words(text) for _, text in headings]
    for end in (parts[-1], parts[0]):
        words = _words(end)
        if words and (words == site or (words in shown and len(words) <= 4)):  # noqa: PLR2004 - a name, not a headline
            at = title.rindex(end) if end is parts[-1] else 0
            rest = title[:at] if at else title[len(end) :]
            return (
                _SEPARATOR.sub(" ", f" {rest} ", 1).strip(" |–—:»›·•-")
                if not at
                else rest.strip(" |–—:»›·•-")
            )
    if headings and len(_words(parts[-1])) <= 4 < len(_words(title)) - len(_words(parts[-1])):  # noqa: PLR2004
        return title[: title.rindex(parts[-1])].strip(" |–—:»›·•-")
    return title


def _find_declared(metas: dict[str, str], linked: list[dict[str, Any]]) -> tuple[datetime, bool] | None:
    """When the page declares that it was published, and whether only the day is known."""
    declared = [node.get("datePublished") for node in linked]
    declared += [metas[name] for name in _PUBLISHED_PROPERTIES if name in metas]
    moments = (parse_moment(value) for value in declared if isinstance(value, str))
    return next((moment for moment in moments if moment), None)


def _find_in_address(url: str | None) -> tuple[datetime, bool] | None:
    """The day that the page's address holds: ``/2026/01/05/``."""
    match = _URL_DAY.search(url or "")
    return parse_moment("-".join(match.groups())) if match else None


def _find_beside_title(blocks: list[Block], title: str) -> tuple[datetime, bool] | None:
    """The date in a small line right after the title as the page shows it, or right before."""
    words = _words(title)
    for place, block in enumerate(blocks):
        if block.heading and words and _holds(_words(block.text), words):
            near = [
                *blocks[place + 1 : place + _BESIDE],
                *reversed(blocks[max(0, place - _BESIDE // 2) : place]),
            ]
            for other in near:
                if len(other.text) <= _SMALL_LINE and (found := find_date(other.text)):
                    return found
    return None


def _find_anywhere(root: HtmlElement, url: str | None) -> tuple[datetime, bool] | None:
    """The date that htmldate finds."""
    try:
        day = find_html_date(root, url=url, original_date=True, outputformat="%Y-%m-%d")
    except _FAILURES:
        return None
    return parse_moment(day) if day else None


def parse_moment(value: str) -> tuple[datetime, bool] | None:
    """An ISO 8601 date or time in its own zone (the day that the page shows); without one it counts as UTC."""
    match = _ISO.match(value.strip())
    if not match:
        return None
    zone = (match["zone"] or "Z").replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{match['day']}T{match['time'] or '00:00'}{zone}")
        return moment, match["time"] is None
    except (ValueError, OverflowError):
        return None


def _find_shown_days(blocks: list[Block], url: str | None) -> set[date]:
    """The day in the page's address; without one the days in its small lines."""
    if found := _find_in_address(url):
        return {found[0].date()}
    small = (block.text for block in blocks if len(block.text) <= _SMALL_LINE)
    return {found[0].date() for text in small if (found := find_date(text))}


def _to_shown_day(moment: datetime, shown: set[date]) -> datetime:
    """A time given in UTC, in a zone in which its day is the one that the page shows.

    The moment stays the same; the zone is the nearest one, in whole hours, that explains the page.
    """
    if moment.utcoffset() or moment.date() in shown:
        return moment
    for hours in range(1, 13):
        for offset in (hours, -hours):
            local = moment.astimezone(timezone(timedelta(hours=offset)))
            if local.date() in shown:
                return local
    return moment


def _read_canonical(root: HtmlElement) -> str | None:
    for element in root.iter("link"):
        if "canonical" in (element.get("rel") or "").casefold().split():
            address = (element.get("href") or "").strip()
            if address.casefold().startswith(("http://", "https://")):
                return address
    return None


def _read_language(root: HtmlElement) -> str | None:
    """The language that the page declares: ``<html lang>``, two letters."""
    declared = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    code = regex.split(r"[-_]", declared)[0].casefold()
    return code if regex.fullmatch(r"[a-z]{2}", code) else None
