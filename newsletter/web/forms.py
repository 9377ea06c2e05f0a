"""What a visitor sends: form fields and the network they come from; and how an address is shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from newsletter.model import EditionKey
from newsletter.subscribers.addresses import show_address
from newsletter.subscribers.networks import shorten_network

_MOST_FIELDS = 40
TICK = "edition-"  # and the key of an edition: the name of its box
_BOUNDARY = re.compile(r'boundary="?([^\s";,]+)', re.IGNORECASE)
_PART_NAMES = re.compile(r'[;\s](name|filename)="([^"\r\n]*)"')  # browsers write a quotation mark as %22
_NO_BREAK = "\u2060"  # word joiner: a line never ends inside the hint


def client_network(request: Request) -> str | None:
    """Return the network that a request came from, shortened; None where that is unknown."""
    return shorten_network(request.client.host) if request.client else None


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a urlencoded form, the first of each name. Never an error."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def read_parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """Return the fields of a form with a file (RFC 7578), the first of each name; ``{}`` where it is none.

    The name that a file has where it comes from stands under the field's own and ``.name``.
    """
    boundary = _BOUNDARY.search(content_type)
    mark = b"\r\n--" + boundary[1].encode("latin-1", "replace") if boundary else b""
    between = (b"\r\n" + body).split(mark, _MOST_FIELDS + 2)[1:-1] if mark else []
    found: dict[str, bytes] = {}
    for part in between:
        head, _, content = part.partition(b"\r\n\r\n")
        named = dict(_PART_NAMES.findall(head.decode("utf-8", "replace")))
        if "name" in named and named["name"] not in found:
            found[named["name"]] = content
            found[f"{named['name']}.name"] = named.get("filename", "").encode()
    return found


def read_ticks(form: Mapping[str, str], editions: Iterable[EditionKey]) -> tuple[EditionKey, ...]:
    """Return the editions that are ticked in a form."""
    return tuple(edition for edition in editions if f"{TICK}{edition}" in form)


def mask(address: str) -> str:
    """Show just enough of an address that its owner knows it: a mail may have been forwarded."""
    local, _, domain = show_address(address).rpartition("@")
    return f"{local[:1]}{_NO_BREAK}…{_NO_BREAK}@{domain}"
