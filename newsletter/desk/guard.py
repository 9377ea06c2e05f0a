"""What keeps other pages out: headers, and what a change must carry. Pure.

The Host header must be ours, so no name that is rebound to loopback works. A change carries the visitor's own token
and comes from a page of ours: another one's form or script knows no token, and the browser says whose it is.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

# Everything the page needs comes from its own address. Mails are frames without scripts.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # with "no-referrer" a form of ours would not say where it is from
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
TOKEN_FIELD = "csrf"  # noqa: S105 - the name of the field, and of the header of a script's request


def find_refusal(headers: Mapping[str, str], given: str, token: str) -> str:
    """Return why a request that changes something is refused, or an empty text; ``given`` is its token."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Another page asked for this."
    if headers.get("origin", "").partition("://")[2] != headers.get("host", ""):
        return "Another page asked for this."
    if not hmac.compare_digest(given.encode(), token.encode()):
        return "The page is too old. Load it again, then decide."
    return ""
