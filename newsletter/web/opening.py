"""A private archive, opened to readers by a link mailed to them, as the desk is to editors. I/O (database).

The link asks, its button opens: link scanners in mail gateways press every link. What the browser keeps is a signed
token in a cookie, good for a month and for as long as its reader is subscribed. Whoever asks gets one answer, after the
same work, whether or not the address is a reader's.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from anyio.to_thread import run_sync
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from newsletter import links
from newsletter.errors import StoreConflictError
from newsletter.model import DeskMail, SubscriberStatus
from newsletter.store.engine import Connection
from newsletter.store.notices import NOBODY, count_addressed, queue_notice
from newsletter.store.sqlite_writers import savepoint
from newsletter.store.subscribers import find_by_id, find_with_suppression
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent import identify, in_turn
from newsletter.subscribers.tokens import Purpose, Token, TokenFault, check_token, sign
from newsletter.web.forms import read_form
from newsletter.web.pages import PRIVATE, Pages
from newsletter.web.reading import NotFound

COOKIE = "archive"
LINK_LIFETIME = timedelta(hours=1)
READING_LIFETIME = timedelta(days=30)
MOST_LINKS = 3  # to one address in a day


class _Undone(Exception):  # noqa: N818 - what undoes the work for nobody, not an error
    """Nothing of it is to stay."""


def may_read(pages: Pages, request: Request) -> bool:
    """Whether a browser holds the token of a reader who is subscribed."""
    now, given = pages.services.now(), request.cookies.get(COOKIE, "")
    token = check_token(pages.services.keys, given, Purpose.READ_ARCHIVE, now=now, lifetime=READING_LIFETIME)
    return not isinstance(token, TokenFault) and _is_reader(pages, token)


def _is_reader(pages: Pages, token: Token) -> bool:
    with pages.services.store.read() as connection:
        found = find_by_id(connection, token.subscriber)
    return found is not None and found.status is SubscriberStatus.ACTIVE


def build_opening(pages: Pages) -> APIRouter:
    """Return the routes ``/open`` and ``/open/{token}``; a public archive has none of them."""
    router = APIRouter()
    opening = _Opening(pages)

    @router.api_route("/open", methods=["GET", "HEAD"])
    def show_form() -> Response:
        return opening.show("")

    @router.post("/open")
    async def ask(request: Request) -> Response:
        return await run_sync(opening.ask, read_form(await request.body()), limiter=pages.writers)

    @router.api_route("/open/{token}", methods=["GET", "HEAD"])
    def show_button(token: str) -> Response:
        return opening.enter(token, opens=False)

    @router.post("/open/{token}")
    def enter(token: str) -> Response:
        return opening.enter(token, opens=True)

    return router


class _Opening:
    """What the routes do."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services

    def show(self, said: str, *, token: str = "", status: int = 200) -> Response:
        if self.pages.is_public:
            raise NotFound
        return self.pages.page("open", {"said": said, "token": token}, status=status)

    def ask(self, form: dict[str, str]) -> Response:
        """Mail a link to a reader, at most a few a day."""
        address = parse_address(form.get("email", ""))
        if isinstance(address, AddressFault):
            said = self.pages.say(f"address.{address.mistake}", reason=address.reason)
            return self.show(f"{said}.", status=400)
        answer = self.show(self.pages.say("open.sent", address=address.shown))
        with suppress(StoreConflictError):  # the same was asked in the same second
            self._mail(address)
        return answer

    def _mail(self, address: Address) -> None:
        register, now = self.services.register, self.services.now()
        who = identify(register.keys, address)

        def act(connection: Connection) -> None:
            found, suppression = find_with_suppression(connection, who)
            is_reader = found is not None and found.status is SubscriberStatus.ACTIVE and suppression is None
            number = found.id if found is not None else NOBODY
            since, to = now - timedelta(days=1), found.address if found is not None else who.address
            sent = count_addressed(connection, DeskMail.ARCHIVE, since, ref=f"{number}:", address=to)
            with suppress(_Undone), savepoint(connection):
                queue_notice(
                    connection,
                    NOBODY,
                    DeskMail.ARCHIVE,
                    domain=register.notice_domain,
                    now=now,
                    address=to,
                    ref=f"{number}:{int(now.timestamp())}",
                )
                if not is_reader or sent >= MOST_LINKS:
                    raise _Undone

        in_turn(register, act)

    def enter(self, token: str, *, opens: bool) -> Response:
        """Show the button, or give the browser its key and lead to the list."""
        if self.pages.is_public:
            raise NotFound
        now, keys = self.services.now(), self.services.keys
        opened = check_token(keys, token, Purpose.OPEN_ARCHIVE, now=now, lifetime=LINK_LIFETIME)
        if isinstance(opened, TokenFault) or not _is_reader(self.pages, opened):
            return self.show(self.pages.say("open.over"), status=410)
        if not opens:
            return self.show("", token=token)
        headers = {"cache-control": PRIVATE}
        answer = RedirectResponse(self.pages.local(links.archive_url(self.pages.base)), 303, headers=headers)
        answer.set_cookie(
            COOKIE,
            sign(keys, Purpose.READ_ARCHIVE, opened.subscriber, now=now),
            max_age=int(READING_LIFETIME.total_seconds()),
            path=f"{self.pages.prefix}/",
            httponly=True,
            secure=self.pages.base.startswith("https://"),
            samesite="lax",
        )
        return answer
