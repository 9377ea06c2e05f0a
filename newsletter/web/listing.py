"""The archive for machines: Atom feed, sitemap, robots.txt. I/O (database)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from newsletter import links
from newsletter.render.present import present_issue
from newsletter.store.archive import PUBLISHED, archive_version
from newsletter.store.issues import IssueRecord, load_issue
from newsletter.web.pages import PUBLIC, Pages
from newsletter.web.reading import NotFound, Reading

FEED_ISSUES = 20
MOST_IN_SITEMAP = 20_000  # sitemaps.org allows 50,000
ATOM = "application/atom+xml; charset=utf-8"
XML = "application/xml; charset=utf-8"
_NOT_XML = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]"
)  # XML 1.0 section 2.2, short of surrogates
_PRIVATE_PATHS = ("/u/", "/c/", "/p/", "/subscribe", "/search")


def build_listing(pages: Pages) -> APIRouter:
    """Return the routes ``/feed.xml``, ``/sitemap.xml`` and ``/robots.txt``."""
    router = APIRouter()
    listing = Listing(pages)

    @router.api_route("/feed.xml", methods=["GET", "HEAD"])
    def show_feed(request: Request) -> Response:
        return listing.feed(request)

    @router.api_route("/sitemap.xml", methods=["GET", "HEAD"])
    def show_sitemap(request: Request) -> Response:
        return listing.sitemap(request)

    @router.api_route("/robots.txt", methods=["GET", "HEAD"])
    def show_robots() -> Response:
        return PlainTextResponse(listing.robots(), headers={"cache-control": PUBLIC})

    return router


class Listing:
    """What the routes do."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.reading = Reading(pages)
        self.is_public = pages.is_public

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
            stored = load_issue(self.services.store, record.date)
            if stored is None or stored.status not in PUBLISHED:
                return b""
            context = {
                "issue": present_issue(stored.issue, self.pages.identity),
                "url": links.issue_url(self.pages.base, record.date),
                "updated": _write_time(record),
                "local": str,
            }
            return self.pages.render("feed_entry.xml", context)

        body, _ = self.pages.kept(("feed entry", str(record.date), str(record.hash)), make)
        return body.decode()

    def sitemap(self, request: Request) -> Response:
        """Return every issue's address (sitemaps.org)."""
        self._open()
        version = archive_version(self.services.store)
        body, etag = self.pages.kept(("sitemap", version), self._make_sitemap)
        return self.pages.shared(request, body, media_type=XML, etag=etag)

    def _make_sitemap(self) -> bytes:
        base = self.pages.base
        context = {
            "home": links.home_url(base),
            "archive": links.archive_url(base),
            "issues": [
                (links.issue_url(base, one.date), _left_at(one).date())
                for one in self.reading.published(MOST_IN_SITEMAP)
            ],
        }
        return self.pages.render("sitemap.xml", context)

    def robots(self) -> str:
        """Keep crawlers away from what is nobody's but one reader's; from all of it in a private archive."""
        prefix = self.pages.prefix
        if not self.is_public:
            return "User-agent: *\nDisallow: /\n"
        closed = "".join(f"Disallow: {prefix}{path}\n" for path in _PRIVATE_PATHS)
        return f"User-agent: *\n{closed}Sitemap: {self.pages.base}/sitemap.xml\n"

    def _open(self) -> None:
        if not self.is_public:
            raise NotFound


def _left_at(record: IssueRecord) -> datetime:
    return record.frozen or record.composed or datetime.combine(record.date, time(), UTC)


def _write_time(record: IssueRecord) -> str:
    return _left_at(record).isoformat(timespec="seconds")
