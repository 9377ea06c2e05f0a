"""What most visitors ask for is made before the first of them comes. I/O (database, clock)."""

from __future__ import annotations

import time
from contextlib import suppress

from newsletter.errors import NewsletterError
from newsletter.logs import get_log
from newsletter.web.feed_and_sitemap import FeedAndSitemap
from newsletter.web.joining import Joining
from newsletter.web.pages import NotFound, Pages
from newsletter.web.reading import LISTED, Reading
from newsletter.web.searching import Searching

log = get_log("web")


def prepare_pages(pages: Pages) -> None:
    """Render the home page, the newest issues and, of a public archive, its list and feed; index what is not yet.

    It only saves time later: a database that does not answer is logged, and /healthz says it.
    """
    reading = Reading(pages)
    try:
        Joining(pages).home_body()
        if pages.is_public:
            reading.archive_body()
            FeedAndSitemap(pages).feed_body()
            Searching(pages).bring_up_to_date()
        _prepare_issues(reading)
    except NewsletterError as error:
        log.warning("pages are made when they are asked for", error=str(error))


def _prepare_issues(reading: Reading) -> None:
    """Render the issues on the first page of the archive, newest first, and every story of the newest."""
    ends = time.monotonic() + reading.services.warm_seconds
    for number, record in enumerate(reading.published(LISTED)):
        with suppress(NotFound):  # it was taken away meanwhile
            reading.issue_body(record)
            for key in reading.story_keys(record) if number == 0 else ():
                reading.story_body(record, key)
        if time.monotonic() > ends:
            return
