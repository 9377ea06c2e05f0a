"""An issue before it leaves, for whoever an editor shows the link: read only, signed, for a while. I/O (database)."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from newsletter import links
from newsletter.model import IssueId, IssueStatus
from newsletter.store.issues import PUBLISHED, find_key, load_issue
from newsletter.subscribers.tokens import DRAFT_LIFETIME, Purpose, TokenFault
from newsletter.web.pages import NotFound, Pages, add_page

_HEADERS = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
    # A mail: its styles stand in it, its pictures at the operator's address, and no script runs.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
}
_NOTE = (
    '<p role="note" style="margin:0;padding:12px;background:#fff3c4;color:#111;font:16px sans-serif">'
    "A draft: it has not left yet, and may still change.</p>"
)


def build_drafts(pages: Pages) -> APIRouter:
    """Return the route of drafts. A wrong, an old and a foreign token get one answer: there is no such page."""
    router = APIRouter()
    services = pages.services

    def show_draft(token: str) -> Response:
        checked = services.check(token, Purpose.DRAFT, DRAFT_LIFETIME)
        number = None if isinstance(checked, TokenFault) else IssueId(checked.subscriber)
        key = find_key(services.store, number) if number is not None else None
        stored = load_issue(services.store, key) if key else None
        if stored is None or key is None:
            raise NotFound
        if stored.status in PUBLISHED:
            address = links.issue_url(pages.base, key, pages.secret)
            return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})
        if stored.status not in {IssueStatus.COMPOSED, IssueStatus.PLANNING}:
            raise NotFound
        html = re.sub("<body[^>]*>", rf"\g<0>{_NOTE}", stored.rendered.html, count=1)
        base, slot = pages.base, links.UNSUBSCRIBE_SLOT
        of_reader = (links.unsubscribe_url(base, slot), links.preferences_url(base, slot))
        for url in (*of_reader, links.issue_url(base, key)):  # pages that are not there yet
            html = re.sub(f'href="{re.escape(url)}[^"]*"', 'href="#"', html)
        return Response(html, media_type="text/html", headers=_HEADERS)

    add_page(router, "/draft/{token}", show_draft)
    return router
