"""Who may drive the studio: only the page that the command printed. Pure.

The token of this start stands in every address, so no other page knows one; the Host header must be ours, so no
name that is rebound to loopback works; a change needs a JSON body and an origin that is the page's own, which a form
or a script elsewhere cannot give without asking first (and is never answered).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

# Everything the page needs comes from its own address. Mails are frames without scripts.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def is_token(given: str, token: str) -> bool:
    """Whether ``given`` is this start's token."""
    return hmac.compare_digest(given.encode(), token.encode())


def find_refusal(headers: Mapping[str, str]) -> str:
    """Return why a request that changes something is refused, or an empty text."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return "A change is asked for with a JSON body."
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Another page asked for this."
    if headers.get("origin", "").partition("://")[2] != headers.get("host", ""):
        return "Another page asked for this."
    return ""
