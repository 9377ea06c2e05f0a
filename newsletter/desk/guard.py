"""What keeps other pages out: headers, and what a change must carry. Pure, but for reading a request's body.

The Host header must be ours, so no name that is rebound to loopback works. A change carries the visitor's own token
and comes from a page of ours: another one's form or script knows no token, and the browser says whose it is.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping

from starlette.requests import Request

from newsletter.subscribers.list_columns import decode_list
from newsletter.web.forms import read_form, read_parts

_BODY_SECONDS = 15.0
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"

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
    "x-frame-options": "SAMEORIGIN",  # for browsers that know no frame-ancestors: mails are frames of the desk's
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
TOKEN_FIELD = "csrf"  # noqa: S105 - the name of the field, and of the header of a script's request


def find_refusal(headers: Mapping[str, str], given: str, token: str) -> str:
    """Return why a request that changes something is refused, or an empty text; ``given`` is its token."""
    is_ours = headers.get("origin", "").partition("://")[2] == headers.get("host", "")
    if not is_ours or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Another page asked for this."
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return "The page is too old. Load it again, then decide."
    return ""


def body_kind(request: Request) -> str:
    """Return the media type of a request's body."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_fields(request: Request, most_bytes: int) -> Mapping[str, str] | None:
    """Return the fields of a form or of a JSON object of texts; None for anything else, and for too much.

    A file in a form is a field with its text. Raises InputError where it holds none.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    return None
    except TimeoutError:
        return None
    given = bytes(body)
    kind = body_kind(request)
    if kind == FORM:
        return read_form(given)
    if kind == PARTS:
        parts = read_parts(request.headers["content-type"], given)
        return {name: decode_list(part) for name, part in parts.items()}
    return _read_json(given) if kind == JSON else None


def _read_json(body: bytes) -> Mapping[str, str] | None:
    try:
        given = json.loads(body)
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair, which no database takes
    except (ValueError, RecursionError):
        return None
    is_texts = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    return given if is_texts else None
