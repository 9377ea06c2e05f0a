"""A private archive, opened to readers by a link mailed to them, as the desk is to editors. I/O (database).

The link asks, its button opens: link scanners in mail gateways press every link. What the browser keeps is a signed
token in a cookie, good for a month and for as long as its reader is subscribed. Whoever asks gets one answer, after the
same work, whether or not the address is a reader's.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from newsletter import links
from newsletter.errors import StoreConflictError
from newsletter.model import DeskMail, SubscriberStatus
from newsletter.store.engine import Connection
from newsletter.store.notices import NOBODY, count_addressed, queue_mail
from newsletter.store.sqlite_writers import savepoint
from newsletter.store.subscribers import find_with_suppression
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent import identify, in_turn
from newsletter.subscribers.tokens import Purpose, Token, TokenFault, sign
from newsletter.web.forms import read_form
from newsletter.web.pages import PRIVATE, NotFound, Pages, add_act, add_page

COOKIE = "archive"
LINK_LIFETIME = timedelta(hours=1)
READING_LIFETIME = timedelta(days=30)
MOST_LINKS = 3  # to one address in a day


def may_read(pages: Pages, request: Request) -> bool:
    """Whether a browser may read the whole archive: it is public, or the reader whose token it holds is subscribed."""
    if pages.is_public:
        return True
    token = pages.services.check(request.cookies.get(COOKIE, ""), Purpose.READ_ARCHIVE, READING_LIFETIME)
    return not isinstance(token, TokenFault) and _is_reader(pages, token)


def _is_reader(pages: Pages, token: Token) -> bool:
    found = pages.services.find_subscriber(token.subscriber)
    return found is not None and found.status is SubscriberStatus.ACTIVE


def build_opening(pages: Pages) -> APIRouter:
    """Return the routes ``/open`` and ``/open/{token}``; a public archive has none of them."""
    router = APIRouter()
    opening = _Opening(pages)

    add_page(router, "/open", opening.show_form)
    add_act(router, pages, "/open", opening.ask)
    add_page(router, "/open/{token}", opening.show_button)
    add_act(router, pages, "/open/{token}", opening.enter)
    return router


class _Opening:
    """What the routes do."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services

    def show_form(self, request: Request) -> Response:
        if not self.pages.is_public and may_read(self.pages, request):
            return self._lead_to_list()
        return self.show("")

    def _lead_to_list(self) -> Response:
        headers = {"cache-control": PRIVATE}
        return RedirectResponse(self.pages.local(links.archive_url(self.pages.base)), 303, headers=headers)

    def show_button(self, token: str) -> Response:
        return self.show("", token=token) if self._open(token) else self._refuse()

    def show(self, said: str, *, token: str = "", status: int = 200) -> Response:
        if self.pages.is_public:
            raise NotFound
        return self.pages.page("open", {"said": said, "token": token}, status=status)

    def ask(self, body: bytes, _: str | None) -> Response:
        """Mail a link to a reader, at most a few a day."""
        address = parse_address(read_form(body).get("email", ""))
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
            with savepoint(connection, keeps=is_reader and sent < MOST_LINKS):
                ref = f"{number}:{int(now.timestamp())}"
                queue_mail(connection, DeskMail.ARCHIVE, to, ref, domain=register.notice_domain, now=now)

        in_turn(register, act)

    def _open(self, token: str) -> Token | None:
        """Return a link's token where it opens the archive now."""
        if self.pages.is_public:
            raise NotFound
        opened = self.services.check(token, Purpose.OPEN_ARCHIVE, LINK_LIFETIME)
        return None if isinstance(opened, TokenFault) or not _is_reader(self.pages, opened) else opened

    def _refuse(self) -> Response:
        return self.show(self.pages.say("open.over"), status=410)

    def enter(self, token: str, _body: bytes, _network: str | None) -> Response:
        """Give the browser its key, and lead to the list."""
        opened = self._open(token)
        if opened is None:
            return self._refuse()
        answer = self._lead_to_list()
        answer.set_cookie(
            COOKIE,
            sign(self.services.keys, Purpose.READ_ARCHIVE, opened.subscriber, now=self.services.now()),
            max_age=int(READING_LIFETIME.total_seconds()),
            path=f"{self.pages.prefix}/",
            httponly=True,
            secure=self.pages.base.startswith("https://"),
            samesite="lax",
        )
        return answer
