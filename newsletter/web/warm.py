"""What most visitors ask for is made before the first of them comes. I/O (database)."""

from __future__ import annotations

from newsletter.errors import NewsletterError
from newsletter.logs import get_log
from newsletter.web.joining import Joining
from newsletter.web.listing import Listing
from newsletter.web.pages import Pages
from newsletter.web.reading import Reading
from newsletter.web.searching import Searching

log = get_log("web")


def warm(pages: Pages) -> None:
    """Render the home page and, of a public archive, its list and feed; index what is not indexed yet.

    It only saves time later: a database that does not answer is logged, and /healthz says it.
    """
    try:
        Joining(pages).home_body()
        if pages.is_public:
            Reading(pages).archive_body()
            Listing(pages).feed_body()
            Searching(pages).bring_up_to_date()
    except NewsletterError as error:
        log.warning("pages are made when they are asked for", error=str(error))
