"""The archive: every issue that left, a page for each story, and the list of issues. I/O (database).

A story's page shows the sentences that its highlights rest on, never a whole article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from newsletter import links
from newsletter.model import Issue, IssueKey, IssuePrice, IssueStory, StoryRef
from newsletter.render.evidence import anchor, number_sentences
from newsletter.render.present import present_issue, show_correction
from newsletter.render.view import CorrectionView, IssueView, StoryView
from newsletter.render.words import clean, safe_url
from newsletter.store.corrections import list_corrections
from newsletter.store.issues import (
    PUBLISHED,
    IssueRecord,
    archive_version,
    find_neighbours,
    find_record,
    list_issues,
    load_issue,
)
from newsletter.store.prices import load_price_history
from newsletter.web.pages import LOCKED, PUBLIC, NotFound, Pages, add_page
from newsletter.web.private_archive import may_read

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STORY_KEY = re.compile(r"[a-z0-9-]{1,200}")
LISTED = 60  # issues on one page of the archive
MOST_LISTED = 20_000
_MOST_EARLIER = 5  # stories before one, on its page
_PRESENTED = 32  # issues kept loaded, of up to 100 KB


def read_key(text: str) -> IssueKey:
    """Return the issue that an address names by its date, after its edition. Raises NotFound for anything else."""
    with suppress(ValueError):
        if str(key := IssueKey.parse(text)) == text:  # each has one address
            return key
    raise NotFound


def build_reading(pages: Pages) -> APIRouter:
    """Return the routes of the archive."""
    router = APIRouter()
    reading = Reading(pages)

    add_page(router, "/issues", reading.archive)
    add_page(router, "/issues/{day}", reading.issue)
    add_page(router, "/issues/{first}/{second}", reading.either)
    add_page(router, "/issues/{edition}/{day}/{story}", reading.story_of)
    return router


def _goes_on_from(story: IssueStory) -> StoryRef | None:
    """Return the story that one carries on or updates."""
    named = story.follows.story if story.follows else story.update_of
    with suppress(ValueError):
        return StoryRef.parse(named or "")
    return None


class Reading:
    """What the routes do."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.identity = pages.identity
        self._presented = lru_cache(maxsize=_PRESENTED)(self._present)

    def open_key(self, request: Request, text: str) -> IssueKey:
        """Return the issue in an address. Raises NotFound where it is none, or the archive is locked to it."""
        key = read_key(text)
        given = request.query_params.get("key", "")
        if may_read(self.pages, request) or links.opens_day(given, key, self.pages.secret):
            return key
        raise NotFound

    def archive(self, request: Request) -> Response:
        """List issues by month, newest first; ``before`` asks for those before one."""
        if not may_read(self.pages, request):
            raise NotFound
        return self._answer(request, self.archive_body(request.query_params.get("before", "")))

    def archive_body(self, before: str = "") -> tuple[bytes, str]:
        """Return one page of the list with its ETag. Raises NotFound."""
        last = self._find(read_key(before)) if before else None

        def make() -> bytes:
            everything = self.published()
            places = [one.key for one in everything]
            records = everything[places.index(last.key) + 1 :] if last and last.key in places else everything
            listed, url = records[:LISTED], links.archive_url(self.pages.base)
            of_month = groupby(listed, key=lambda record: record.date.replace(day=1))
            context = {
                "months": [
                    (self.pages.write_day(first, "month"), [self._line(record) for record in group])
                    for first, group in of_month
                ],
                "canonical": url,
                "older": f"{url}?before={listed[-1].key}" if records[LISTED:] else "",
            }
            return self.pages.render("archive.html", context)

        return self.pages.kept(("archive", archive_version(self.services.store), before), make)

    def published(self, limit: int = MOST_LISTED) -> tuple[IssueRecord, ...]:
        """Return the issues that left, newest first."""
        return list_issues(self.services.store, statuses=PUBLISHED, limit=limit)

    def issue(self, request: Request, day: str) -> Response:
        """Show the issue that an address names, by its date or after its edition."""
        return self._answer(request, self.issue_body(self._find(self.open_key(request, day))))

    def either(self, request: Request, first: str, second: str) -> Response:
        """Show an issue of an edition, or a story of the default one's: a key of a story has letters in it."""
        if _DAY.fullmatch(second):
            return self.issue(request, f"{first}/{second}")
        return self._story(request, first, second)

    def story_of(self, request: Request, edition: str, day: str, story: str) -> Response:
        """Show a story of an edition's issue."""
        return self._story(request, f"{edition}/{day}", story)

    def issue_body(self, record: IssueRecord) -> tuple[bytes, str]:
        """Return the page of one published issue with its ETag. Raises NotFound."""
        neighbours = self._neighbours(record)
        corrections = self._corrections(record.key)

        def make() -> bytes:
            _, view = self._presented(record.key, record.hash)
            context = {
                "issue": view,
                "date": record.date,
                "canonical": self._canonical(view.links.web),
                "description": view.preheader,
                "charts": self._charts(record.key, view),
                "corrections": corrections,
                "older": neighbours[0],
                "newer": neighbours[1],
            }
            return self.pages.render("issue.html", context)

        face = f"issue {neighbours} {len(corrections)}"
        return self.pages.kept((str(record.key), str(record.hash), face), make)

    def _story(self, request: Request, text: str, story: str) -> Response:
        """Show one story with the sentences behind it."""
        record = self._find(self.open_key(request, text))
        if not _STORY_KEY.fullmatch(story):
            raise NotFound
        return self._answer(request, self.story_body(record, story))

    def story_body(self, record: IssueRecord, key: str) -> tuple[bytes, str]:
        """Return the page of one story with its ETag. Raises NotFound."""
        corrections = self._corrections(record.key, key)

        def make() -> bytes:
            issue, view = self._presented(record.key, record.hash)
            shown = next((story for story in view.stories if story.key == key), None)
            if shown is None:
                raise NotFound
            context = {**self._story_context(issue, view, shown), "corrections": corrections}
            return self.pages.render("story.html", context)

        return self.pages.kept((str(record.key), str(record.hash), f"story {key} {len(corrections)}"), make)

    def story_keys(self, record: IssueRecord) -> tuple[str, ...]:
        """Return the keys of an issue's stories, each a page. Raises NotFound."""
        issue, _ = self._presented(record.key, record.hash)
        return tuple(story.key for story in issue.stories)

    def _story_context(self, issue: Issue, view: IssueView, shown: StoryView) -> dict[str, Any]:
        story = next(story for story in issue.stories if story.key == shown.key)
        around = (None, *view.stories, None)
        place = around.index(shown)
        return {
            "issue": view,
            "date": issue.date,
            "story": shown,
            "before": around[place - 1],
            "after": around[place + 1],
            "sentences": list(quote_sentences(story, issue)),
            "earlier": self._find_earlier(story),
            "canonical": self._canonical(shown.page),
            "description": next((f"{b.lead_in} {b.text}".strip() for b in shown.bullets), view.preheader),
        }

    def _find_earlier(self, story: IssueStory) -> list[dict[str, Any]]:
        """Return the stories that this one goes on from, the newest first, each by the one after it."""
        found: list[dict[str, Any]] = []
        before = _goes_on_from(story)
        while before is not None and len(found) < _MOST_EARLIER:
            try:
                issue, _ = self._presented(before.issue, self._find(before.issue).hash)
            except NotFound:
                break
            told = next((one for one in issue.stories if one.key == before.story), None)
            if told is None:
                break
            url = links.story_url(self.pages.base, before.issue, before.story, self.pages.secret)
            found.append({"date": issue.date, "headline": clean(told.headline), "url": url})
            before = _goes_on_from(told)
        return found

    def _corrections(self, key: IssueKey, story: str = "") -> tuple[CorrectionView, ...]:
        """Return what an issue, or one story of it, said wrongly."""
        found = list_corrections(self.services.store, key)
        told = (one for one in found if not story or one.story in {"", story})
        return tuple(show_correction(one, self.identity) for one in told)

    def _find(self, key: IssueKey) -> IssueRecord:
        record = find_record(self.services.store, key)
        if record is None or record.status not in PUBLISHED:
            raise NotFound
        return record

    def _present(self, key: IssueKey, version: str | None) -> tuple[Issue, IssueView]:
        """Load an issue, once for all of its stories: ``version`` is its hash."""
        del version  # tells one content from another in what is kept
        stored = load_issue(self.services.store, key)
        if stored is None or stored.status not in PUBLISHED:
            raise NotFound
        return stored.issue, present_issue(stored.issue, self.identity)

    def _charts(self, key: IssueKey, view: IssueView) -> tuple[dict[str, Any] | None, ...]:
        """Return a chart for each price of an issue that is kept as a series."""
        history = load_price_history(self.services.store, key.date) if view.prices else ()
        return tuple(draw_chart(price.series, history) for price in view.prices)

    def _neighbours(self, record: IssueRecord) -> tuple[str, str]:
        """Return the addresses of the issues before and after, "" where there is none to show."""
        if not self.pages.is_public:
            return "", ""
        older, newer = find_neighbours(self.services.store, record.key)
        base = self.pages.base
        return links.issue_url(base, older) if older else "", links.issue_url(base, newer) if newer else ""

    def _answer(self, request: Request, made: tuple[bytes, str]) -> Response:
        body, etag = made
        return self.pages.shared(request, body, etag=etag, cache=PUBLIC if self.pages.is_public else LOCKED)

    def _canonical(self, url: str) -> str:
        """Return the address for search engines: none in a private archive."""
        return url if self.pages.is_public else ""

    def _name_edition(self, key: IssueKey) -> str:
        """Return the name of an edition beside the default one; "" for that."""
        settings = self.services.settings
        edition = settings.find_edition(key.edition)
        return clean(edition.name) if edition and key.edition != settings.edition_keys[0] else ""

    def _title(self, record: IssueRecord) -> str:
        """Return the subject of an issue, whole; one is looked at only where the mail's was cut."""
        subject = record.subject or ""
        return self._presented(record.key, record.hash)[1].title if "…" in subject else subject

    def _line(self, record: IssueRecord) -> dict[str, Any]:
        return {
            "url": links.issue_url(self.pages.base, record.key),
            "date": record.date,
            "number": record.number,
            "subject": self._title(record),
            "edition": self._name_edition(record.key),
        }


def quote_sentences(story: IssueStory, issue: Issue) -> Iterator[dict[str, Any]]:
    """Give what a story cites, an article of its references after the other, each sentence under its number.

    ``url`` is "" where an article has none, ``speakers`` are the sentences that say who speaks.
    """
    evidence = number_sentences(story, issue)
    for reference in story.references:
        quoted = [
            {
                "number": item.number,
                "anchor": anchor(item.number),
                "text": clean(item.citation.sentence),
                "speakers": [clean(speaker.sentence) for speaker in item.speakers],
            }
            for item in evidence
            if item.citation.article == reference.article
        ]
        if quoted:
            yield {
                "title": clean(reference.title),
                "publisher": clean(reference.publisher.name),
                "url": safe_url(reference.url) or "",
                "sentences": quoted,
            }


WIDTH, HEIGHT = 600, 120  # of the drawing, without its edge


def draw_chart(series: tuple[str, ...], history: Iterable[IssuePrice]) -> dict[str, Any] | None:
    """Return the middle of one series over time, None where there are fewer than two days.

    ``points`` are those of an SVG polyline.
    """
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
    edges = {"first": days[0], "last": days[-1], "lowest": f"{low:,f}", "highest": f"{high:,f}"}
    return {"points": " ".join(points), **edges}
