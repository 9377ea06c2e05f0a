"""Pages: templates filled in, with the headers that caches and browsers need. Pure but for the loader.

One ``Pages`` is made when the web face starts; it holds the style sheet and the texts, and keeps the
pages of frozen issues once they were rendered, since those never change.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from threading import Lock, RLock
from typing import Any
from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter import links
from newsletter.model import SubscriberId
from newsletter.render.theme import Theme
from newsletter.render.words import clean, language_direction, split_postal
from newsletter.subscribers.networks import number_network
from newsletter.subscribers.tokens import Purpose, TokenFault, sign
from newsletter.web.forms import client_network
from newsletter.web.services import WebServices
from newsletter.web.texts import load_texts

HTML = "text/html; charset=utf-8"
PUBLIC = "public, max-age=300"
LOCKED = "private, max-age=300"  # a page of a private archive: the reader's own browser may keep it
PRIVATE = "no-store"
FOREVER = "public, max-age=31536000, immutable"
STAMP_SLOT = "SIGN-UP-FORM-STAMP-SLOT-".ljust(links.TOKEN_LENGTH, "0")
WRITERS = 40  # threads that wait for one commit together: none of them but the first holds a connection
_KEPT_PAGES = 2_000  # of about 10 KB
_ETAG_LENGTH = 32
_WORTH_PACKING = 1_000  # bytes: less fits one packet anyway
_QUICK = 4  # of gzip's levels, for what is compressed at every request


class NotFound(HTTPException):
    """There is no such page."""

    def __init__(self) -> None:
        super().__init__(404)


class Pages:
    """Everything that turns what a handler knows into a response."""

    def __init__(self, services: WebServices) -> None:
        self.services = services
        self.identity = services.settings.newsletter
        self.base = self.identity.base_url
        self.is_public = services.settings.web.archive == "public"
        self.secret = b"" if self.is_public else self.identity.archive_secret
        self.prefix = urlsplit(self.base).path.rstrip("/")
        self.icon = _draw_icon(services.templates.theme)
        self.editions = services.settings.offered
        self.texts = load_texts(services.templates.folder)
        self.style = services.templates.render("web/site.css", {}).encode()
        self.style_name = f"site.{hashlib.sha256(self.style).hexdigest()[:12]}.css"
        self._kept: OrderedDict[tuple[str, ...], tuple[bytes, str]] = OrderedDict()
        self._lock, self._making = Lock(), RLock()  # the feed is made of entries
        self.writers = CapacityLimiter(WRITERS)

    def local(self, url: str) -> str:
        """Return one of our own addresses as a path, so that pages work under any allowed host."""
        return url.removeprefix(self.base.removesuffix(self.prefix)) or "/"

    def page(
        self,
        name: str,
        context: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        network: str | None = None,
    ) -> Response:
        """Return a page that is made for this visitor, of this ``network``, and kept by nobody."""
        return Response(
            self.stamped(self.render(f"{name}.html", context), network),
            status_code=status,
            media_type=HTML,
            headers={"cache-control": PRIVATE, "x-robots-tag": "noindex", **(headers or {})},
        )

    def bad_link(self) -> Response:
        """Say that a link is none of ours, and how to leave without it."""
        address = self.identity.leaving_address
        return self.page("bad_link", {"write_to": address}, status=404)

    def refused(self, fault: TokenFault, *, moves: bool = False) -> Response:
        """Say that a link to confirm, or to move a subscription, is over, or none of ours."""
        if fault is not TokenFault.EXPIRED:
            return self.bad_link()
        context = {"days": self.services.settings.web.confirm_days, "moves": moves}
        return self.page("expired", context, status=410)

    def shared(
        self, request: Request, body: bytes, *, media_type: str = HTML, cache: str = PUBLIC, etag: str = ""
    ) -> Response:
        """Return what is the same for everyone, or 304 where the client holds it already (RFC 9110)."""
        etag = etag or make_etag(body)
        headers = {"cache-control": cache, "etag": etag, "vary": "accept-encoding"}
        if not self.is_public:
            headers["x-robots-tag"] = "noindex"
        if _matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        if len(body) >= _WORTH_PACKING and _accepts_gzip(request.headers.get("accept-encoding", "")):
            packed = self._packed(body, etag, client_network(request))
            return Response(packed, media_type=media_type, headers={**headers, "content-encoding": "gzip"})
        return Response(self.stamped(body, client_network(request)), media_type=media_type, headers=headers)

    def _packed(self, body: bytes, etag: str, network: str | None) -> bytes:
        """Return a body compressed, once for everyone unless a form in it is stamped.

        Only what is the same for everyone is compressed: the length of a page that holds a secret would
        tell of it (BREACH).
        """
        if STAMP_SLOT.encode() in body:
            return gzip.compress(self.stamped(body, network), _QUICK, mtime=0)
        packed, _ = self.kept(("gzip", etag), lambda: gzip.compress(body, mtime=0))
        return packed

    def kept(self, key: tuple[str, ...], make: Callable[[], bytes]) -> tuple[bytes, str]:
        """Return the body under ``key`` with its ETag, making it the first time."""
        if (found := self._find_kept(key)) is not None:
            return found
        with self._making:  # a page that many ask for at once is rendered once, not by each of them
            if (found := self._find_kept(key)) is not None:
                return found
            body = make()
            made = (body, make_etag(body))
            with self._lock:
                self._kept[key] = made
                while len(self._kept) > _KEPT_PAGES:
                    self._kept.popitem(last=False)
            return made

    def _find_kept(self, key: tuple[str, ...]) -> tuple[bytes, str] | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def render(self, name: str, context: Mapping[str, Any]) -> bytes:
        """Render one template of templates/web with what every page is shown with."""
        common = {
            "newsletter": clean(self.identity.name),
            "tagline": clean(self.identity.tagline).rstrip("."),
            "language": self.identity.language,
            "direction": language_direction(self.identity.language),
            "say": self.say,
            "day": self.write_day,
            "prefix": self.prefix,
            "local": self.local,
            "style": self.style_name,
            "icon": self.icon,
            "stamp": STAMP_SLOT,
            "canonical": "",
            "description": "",
            "signup": self.services.settings.web.signup,
            "editions": self.editions,
            "is_public": self.is_public,
            "postal": split_postal(self.identity.postal_address),
        }
        text = self.services.templates.render(f"web/{name}", {**common, **context})
        return text.encode("utf-8", "replace")

    def say(self, name: str, **values: object) -> str:
        """Return the text ``page.name`` of the catalogue, its {placeholders} filled in."""
        page, _, key = name.partition(".")
        text = self.texts[page][key]
        values = {"newsletter": clean(self.identity.name), "subject": clean(self.services.subject), **values}
        for placeholder, value in values.items():
            text = text.replace(f"{{{placeholder}}}", str(value))
        return text

    def write_day(self, day: date, form: str = "day") -> str:
        """Return a date as ``[dates]`` of the catalogue writes it; ``form`` is day, weekday or month."""
        texts = self.texts["dates"]
        written = {
            "day": str(day.day),
            "year": str(day.year),
            "month": texts["months"].split()[day.month - 1],
            "weekday": texts["weekdays"].split()[day.weekday()],
        }
        return self.say(f"dates.{form}", **written)

    def stamped(self, body: bytes, network: str | None) -> bytes:
        """Put the time of now and the visitor's network, signed, where a sign-up form proves when it was shown.

        From a shared cache it is somebody else's: then the form asks for one more press.
        """
        shown_to = SubscriberId(number_network(network))
        stamp = sign(self.services.keys, Purpose.FORM, shown_to, now=self.services.now())
        return body.replace(STAMP_SLOT.encode(), stamp.encode())


def add_page(router: APIRouter, path: str, answer: Callable[..., Response]) -> None:
    """Answer GET and HEAD at ``path``, in a thread; its parameters and the request come under their names."""
    router.add_api_route(path, answer, methods=["GET", "HEAD"])


def add_act(router: APIRouter, pages: Pages, path: str, answer: Callable[..., Response]) -> None:
    """Answer POST at ``path``, among the writers: with the path's token, the body, and the visitor's network."""

    async def act(request: Request) -> Response:
        given = (*request.path_params.values(), await request.body(), client_network(request))
        return await run_sync(answer, *given, limiter=pages.writers)

    async def act_on(token: str, request: Request) -> Response:
        del token  # named for the description of the routes
        return await act(request)

    router.add_api_route(path, act_on if "{token}" in path else act, methods=["POST"])


def _draw_icon(theme: Theme) -> str:
    """Return the mark of the theme as an icon, in the address itself; without a mark an empty one."""
    if not theme.mark:
        return "data:,"
    size = 38 - 8 * len(theme.mark)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
        f'fill="{theme.light.accent}"/><text x="16" y="23" font-family="serif" font-weight="bold" font-size="{size}" '
        f'text-anchor="middle" fill="{theme.light.paper}">{escape(theme.mark)}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn)}"


def make_etag(body: bytes) -> str:
    """Return a weak entity tag: equal pages, equal tag, whenever their form was stamped."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:_ETAG_LENGTH]}"'


def _accepts_gzip(accept_encoding: str) -> bool:
    named = (part.replace(" ", "").lower().partition(";") for part in accept_encoding.split(","))
    return any(name == "gzip" and quality not in {"q=0", "q=0.0", "q=0.00"} for name, _, quality in named)


def _matches(if_none_match: str, etag: str) -> bool:
    """Compare weakly, as RFC 9110 section 13.1.2 asks."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
