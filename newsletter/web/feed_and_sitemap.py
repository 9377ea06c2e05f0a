"""The archive for machines: Atom feed, sitemap, robots.txt. I/O (database)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from threading import Lock

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from newsletter import links
from newsletter.render.present import present_issue
from newsletter.store.issues import PUBLISHED, IssueRecord, archive_version, load_issue
from newsletter.store.search import list_stories
from newsletter.web.pages import PUBLIC, NotFound, Pages, add_page, make_etag
from newsletter.web.reading import Reading
from newsletter.web.searching import Searching

FEED_ISSUES = 20
MOST_IN_SITEMAP = 50_000  # addresses in a file (sitemaps.org); with the longest keys of stories, 20 MB
ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
# XML 1.0 section 2.2, short of surrogates.
_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]")
_PRIVATE_PATHS = ("/u/", "/c/", "/p/", "/a/", "/open", "/subscribe", "/search")


def build_feed_and_sitemap(pages: Pages) -> APIRouter:
    """Return the routes ``/feed.xml``, ``/sitemap.xml`` with its parts, and ``/robots.txt``."""
    router = APIRouter()
    made = FeedAndSitemap(pages)

    add_page(router, "/feed.xml", made.feed)
    add_page(router, "/sitemap.xml", made.sitemap)
    add_page(router, "/sitemap-{number}.xml", made.sitemap_part)
    add_page(router, "/robots.txt", made.robots)
    add_page(router, "/.well-known/security.txt", made.security)
    return router


class FeedAndSitemap:
    """What the routes do."""

    def __init__(self, pages: Pages, *, most: int = MOST_IN_SITEMAP) -> None:
        self.pages = pages
        self.services = pages.services
        self.reading = Reading(pages)
        self.searching = Searching(pages)
        self.is_public = pages.is_public
        self.most = most
        self._mapping = Lock()
        self._mapped = ""  # the version that the files below are of; the newest alone: they may be large
        self._sitemaps: dict[str, tuple[bytes, str]] = {}

    def feed(self, request: Request) -> Response:
        """Return the newest issues as Atom (RFC 4287), each whole."""
        self._open()
        body, etag = self.feed_body()
        return self.pages.shared(request, body, media_type=ATOM, etag=etag)

    def feed_body(self) -> tuple[bytes, str]:
        """Return the feed with its ETag; a new issue costs the making of one entry."""
        return self.pages.kept(("feed", archive_version(self.services.store)), self._make_feed)

    def _make_feed(self) -> bytes:
        records = self.reading.published(FEED_ISSUES)
        context = {
            "entries": [self._entry(record) for record in records],
            "updated": _write_time(records[0]) if records else "1970-01-01T00:00:00+00:00",
            "home": links.home_url(self.pages.base),
            "base": self.pages.base,
        }
        body = self.pages.render("feed.xml", context).decode()
        return _NOT_XML.sub("", body).encode()

    def _entry(self, record: IssueRecord) -> str:
        """Return one issue as an entry; "" where it was taken away meanwhile."""

        def make() -> bytes:
            stored = load_issue(self.services.store, record.key)
            if stored is None or stored.status not in PUBLISHED:
                return b""
            context = {
                "issue": present_issue(stored.issue, self.pages.identity),
                "url": links.issue_url(self.pages.base, record.key),
                "updated": _write_time(record),
                "local": str,
            }
            return self.pages.render("feed_entry.xml", context)

        body, _ = self.pages.kept(("feed entry", str(record.key), str(record.hash)), make)
        return body.decode()

    def security(self) -> Response:
        """Say whom to tell of a hole (RFC 9116); it holds for a year from the first of this one."""
        identity, today = self.pages.identity, self.services.now()
        return PlainTextResponse(
            f"Contact: mailto:{identity.reply_to or identity.from_address}\n"
            f"Expires: {today.year + 1}-12-31T23:59:59Z\n"
            f"Canonical: {self.pages.base}/.well-known/security.txt\n"
            f"Preferred-Languages: {identity.language}\n",
            headers={"cache-control": PUBLIC},
        )

    def sitemap(self, request: Request) -> Response:
        """Return the sitemap (sitemaps.org). Raises NotFound."""
        return self.sitemap_part(request, "")

    def sitemap_part(self, request: Request, number: str) -> Response:
        """Return a part of it by its number. Raises NotFound."""
        self._open()
        files = self.sitemaps()
        if number not in files:
            raise NotFound
        body, etag = files[number]
        return self.pages.shared(request, body, media_type=XML, etag=etag)

    def sitemaps(self) -> dict[str, tuple[bytes, str]]:
        """Return each file with its ETag, by name.

        "" is the sitemap or, where one file cannot hold all, the index of those named "1", "2" and so on.
        """
        version = archive_version(self.services.store)
        with self._mapping:
            if version != self._mapped:
                self._sitemaps = {name: (body, make_etag(body)) for name, body in self._make_sitemaps()}
                self._mapped = version
            return self._sitemaps

    def _make_sitemaps(self) -> Iterator[tuple[str, bytes]]:
        """Give the files by name. What is old stays in its part, so that it need not be read again."""
        base, pages = self.pages.base, self._list_pages()
        always = [(links.home_url(base), None), (links.archive_url(base), None)]
        room = self.most - len(always)
        parts = [pages[start : start + room] for start in range(0, len(pages), room)] or [[]]
        files = []
        for number, part in enumerate(parts, start=1):
            listed = [*(always if number == len(parts) else ()), *reversed(part)]
            files.append((f"{base}/sitemap-{number}.xml", max((day for _, day in part), default=None)))
            yield "" if len(parts) == 1 else str(number), self.pages.render("sitemap.xml", {"pages": listed})
        if len(parts) > 1:
            yield "", self.pages.render("sitemap_index.xml", {"files": files})

    def _list_pages(self) -> Sequence[tuple[str, date]]:
        """Return the address of every issue and story with the day it left, oldest first."""
        self.searching.bring_up_to_date()  # the index knows the stories; reading every issue would take seconds
        base = self.pages.base
        stories = list_stories(self.services.store)
        listed: list[tuple[str, date]] = []
        for record in reversed(self.reading.published()):
            left = _left_at(record).date()
            own = stories.get(record.key, ())
            listed += [(links.story_url(base, record.key, key), left) for key in reversed(own)]
            listed.append((links.issue_url(base, record.key), left))
        return listed

    def robots(self) -> Response:
        """Keep crawlers away from what is nobody's but one reader's; from all of it in a private archive."""
        closed = "".join(f"Disallow: {self.pages.prefix}{path}\n" for path in _PRIVATE_PATHS)
        shown = f"{closed}Sitemap: {self.pages.base}/sitemap.xml\n" if self.is_public else "Disallow: /\n"
        return PlainTextResponse(f"User-agent: *\n{shown}", headers={"cache-control": PUBLIC})

    def _open(self) -> None:
        if not self.is_public:
            raise NotFound


def _left_at(record: IssueRecord) -> datetime:
    return record.frozen or record.composed or datetime.combine(record.date, time(), UTC)


def _write_time(record: IssueRecord) -> str:
    return _left_at(record).isoformat(timespec="seconds")
