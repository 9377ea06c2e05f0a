"""Signing in to the desk: a link by mail, good once, and the session that it opens. I/O (database).

The mail is a notice of the ledger, as those to readers are: it leaves with the sender's next turn, is tried again
where the relay is busy, and is known to have left; the page need not wait for a relay. What strangers ask for is
answered before anything is looked up, so that nobody learns who is an editor, by words or by time. GET only shows:
mail scanners open every link.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.config import Settings
from newsletter.desk.guard import HEADERS, PAGE_POLICY, TOKEN_FIELD, find_refusal, read_fields
from newsletter.desk.mail_acts import MailActs
from newsletter.desk.room import FORM_BYTES, Role, Visitor
from newsletter.desk.workbench import Bench
from newsletter.logs import get_log
from newsletter.model import By, DeskMail, SubscriberId, Via
from newsletter.render.templates import render_template
from newsletter.store.acts import record_act
from newsletter.store.notices import queue_mail
from newsletter.store.sessions import (
    NewSession,
    Scope,
    Session,
    add_session,
    count_links,
    end_sessions,
    find_session,
    note_seen,
    use_link,
)
from newsletter.subscribers.networks import number_network
from newsletter.subscribers.tokens import (
    LINK_LIFETIME,
    Purpose,
    TokenFault,
    check_token,
    secret_digest,
    sign,
)
from newsletter.web.forms import client_network, mask
from newsletter.wiring import Installation

COOKIE = "desk"
_WANTED = "desk-wanted"  # the cookie with the page that somebody asked for before they were signed in
_FORM_LIFETIME = timedelta(hours=2)
_HOUR = timedelta(hours=1)
_LINKS_OF_ONE, _LINKS_OF_NETWORK, _LINKS = 5, 20, 60  # an hour
_NUMBER_BITS = 48
_MOST_WANTED = 500  # characters

log = get_log("desk")


def find_person(settings: Settings, address: str) -> tuple[str, Role] | None:
    """Return an address as the settings have it, and what its owner may do; None where they do not name it."""
    wanted = address.strip().casefold()
    for role, people in ((Role.OPERATOR, settings.desk.operators), (Role.EDITOR, settings.desk.editors)):
        for person in people:
            if person.casefold() == wanted:
                return person, role
    return None


def make_link(app: Installation, who: str, by: By) -> str:
    """Make a link that signs ``who`` in and return its address. ``who`` is as ``find_person`` gave it."""
    now = app.clock()
    _, token, new = _draw(app, who, now)
    with app.store.write() as connection:
        made = add_session(connection, new, now)
        record_act(connection, by, f"made for {who}", f"{Scope.LINK} {made}", now)
    return f"{app.settings.desk_url}/sign-in/{token}"


def _draw(
    app: Installation, who: str, now: datetime, network: str | None = None
) -> tuple[int, str, NewSession]:
    """Return a link's number, its token, and what the ledger keeps of it."""
    number = secrets.randbits(_NUMBER_BITS)
    token = sign(app.keys, Purpose.SIGN_IN, SubscriberId(number), now=now)
    digest, expires = secret_digest(app.keys, Scope.LINK, token), now + LINK_LIFETIME
    new = NewSession(scope=Scope.LINK, who=who, digest=digest, expires=expires, network=network)
    return number, token, new


def mail_link(app: Installation, address: str, network: str | None) -> bool:
    """Queue a mail with a link, where the address may have one and not too many were asked for."""
    person = find_person(app.settings, address)
    if person is None:
        return False
    who, now = person[0], app.clock()
    number, _, new = _draw(app, who, now, network)
    with app.store.write() as connection:
        of_one, of_network, total = count_links(connection, now - _HOUR, who=who, network=network)
        if of_one >= _LINKS_OF_ONE or of_network >= _LINKS_OF_NETWORK or total >= _LINKS:
            log.warning("too many links to sign in", network=of_network, total=total)
            return False
        add_session(connection, new, now)
        domain = app.settings.newsletter.notice_domain
        queue_mail(connection, DeskMail.SIGN_IN, who, f"{number}", domain=domain, now=now)
    return True


class SessionEntrance:
    """Lets in whoever has a session; everybody else is shown how to get one."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        settings = bench.last.settings
        self._path = urlsplit(settings.desk_url).path.rstrip("/")
        self.mount = urlsplit(settings.desk.url).path.rstrip("/") if settings.desk.url else "/desk"
        self.is_https = settings.desk_url.startswith("https://")

    @property
    def _app(self) -> Installation:
        return self._bench.last

    def base(self, _: Request) -> str:
        """Return the path of the desk's address."""
        return self._path

    def admit(self, request: Request) -> Visitor | Response:
        """Let in the owner of an open session, while the settings name them."""
        app, now = self._app, self._app.clock()
        secret = request.cookies.get(COOKIE, "")
        session = find_session(app.store, Scope.SESSION, _digest(app, secret)) if secret else None
        person = find_person(app.settings, session.who) if session and session.is_open(now) else None
        if session is None or person is None:
            return self._turn_away(request)
        if request.method == "POST":
            note_seen(app.store, session, now)
        return Visitor(
            by=By(name=person[0], via=Via.DESK),
            role=person[1],
            csrf=secret_digest(app.keys, "csrf", secret),
            can_leave=True,
        )

    def _turn_away(self, request: Request) -> Response:
        if request.method == "GET" and request.headers.get("sec-fetch-dest", "document") == "document":
            answer = RedirectResponse(f"{self._path}/sign-in", status_code=303)
            below = request.scope["path"].removeprefix(self.mount).lstrip("/")
            page = f"{below}?{request.url.query}".rstrip("?")
            if 0 < len(page) <= _MOST_WANTED:
                self._set_cookie(answer, _WANTED, quote(page), LINK_LIFETIME)
            return answer
        return PlainTextResponse("Sign in again, then do it once more.", status_code=401)

    def routes(self) -> Sequence[BaseRoute]:
        """Return the pages that take no session."""
        mount = self.mount
        return (
            *((Route(mount, self._enter, methods=["GET"]),) if mount else ()),
            Route(f"{mount}/sign-in", self._show_form, methods=["GET"]),
            Route(f"{mount}/sign-in", self._ask, methods=["POST"]),
            Route(f"{mount}/sign-in/{{token}}", self._show_link, methods=["GET"]),
            Route(f"{mount}/sign-in/{{token}}", self._sign_in, methods=["POST"]),
            Route(f"{mount}/sign-out", self._sign_out, methods=["POST"]),
            *MailActs(lambda: self._app, self.page, self._path).routes(mount),
        )

    def page(self, context: dict[str, Any], *, status: int = 200) -> Response:
        """Show a page to somebody who is not signed in."""
        app = self._app
        whole = {
            "base": self._path,
            "newsletter": app.settings.newsletter.name,
            "text": "",
            "action": "",
            "fields": {},
            "buttons": (),
            "asks": False,
            "links": (),
            "notes": (),
            "since": (),
            **context,
        }
        body = render_template(app.templates.environment, "desk/outside.html", whole)
        headers = {**HEADERS, "content-security-policy": PAGE_POLICY}
        return HTMLResponse(body, status_code=status, headers=headers)

    def _form(self, request: Request, *, text: str, status: int = 200) -> Response:
        shown_to = SubscriberId(number_network(client_network(request)))
        stamp = sign(self._app.keys, Purpose.FORM, shown_to, now=self._app.clock())
        context = {
            "title": "Sign in",
            "text": text,
            "action": f"{self._path}/sign-in",
            "asks": True,
            "fields": {TOKEN_FIELD: stamp},
            "buttons": (("", "Send me a link"),),
        }
        return self.page(context, status=status)

    def _enter(self, request: Request) -> Response:
        """Lead from the address as one types it, "/desk", to the desk."""
        del request
        return RedirectResponse(f"{self._path}/", status_code=308)

    def _show_form(self, request: Request) -> Response:
        return self._form(request, text="There is no password. A link comes to you by mail.")

    async def _ask(self, request: Request) -> Response:
        form = await read_fields(request, FORM_BYTES) or {}
        stamp, now = form.get(TOKEN_FIELD, ""), self._app.clock()
        token = check_token(self._app.keys, stamp, Purpose.FORM, now=now, lifetime=_FORM_LIFETIME)
        refused = find_refusal(request.headers, stamp, stamp)
        if refused or isinstance(token, TokenFault):
            text = "The page was open for too long, or came from elsewhere. Once more, please."
            return await run_in_threadpool(self._form, request, text=text, status=403)
        text = (
            "If that address may sign in, a mail with a link is on its way. The link works once, for 15 minutes, "
            "and five may be asked for in an hour."
        )
        answer = self._lead_back("Look into your inbox", text)
        address, network = form.get("address", ""), client_network(request)
        answer.background = BackgroundTask(mail_link, self._app, address, network)
        return answer

    def _lead_back(
        self, title: str, text: str = "", link: str = "Ask for another one", status: int = 200
    ) -> Response:
        """Show a page that leads back to the form."""
        context = {"title": title, "text": text, "links": ((f"{self._path}/sign-in", link),)}
        return self.page(context, status=status)

    def _find_link(self, token: str) -> Session | None:
        """Return the link with that token, where it still opens something."""
        app, now = self._app, self._app.clock()
        checked = check_token(app.keys, token, Purpose.SIGN_IN, now=now, lifetime=LINK_LIFETIME)
        if isinstance(checked, TokenFault):
            return None
        link = find_session(app.store, Scope.LINK, secret_digest(app.keys, Scope.LINK, token))
        return link if link and link.is_open(now) and find_person(app.settings, link.who) else None

    def _is_over(self) -> Response:
        return self._lead_back("This link is over", "It works once and for 15 minutes.", status=410)

    def _show_link(self, request: Request) -> Response:
        token = request.path_params["token"]
        link = self._find_link(token)
        if link is None:
            return self._is_over()
        context = {
            "title": "Sign in",
            "text": f"You come in as {mask(link.who)}.",
            "action": f"{self._path}/sign-in/{token}",
            "buttons": (("", "Open the desk"),),
        }
        return self.page(context)

    def _sign_in(self, request: Request) -> Response:
        app, now = self._app, self._app.clock()
        token = request.path_params["token"]
        if why := find_refusal(request.headers, token, token):
            return self.page({"title": why, "text": "Open the link of the mail again."}, status=403)
        link = self._find_link(token)
        if link is None:
            return self._is_over()
        secret = secrets.token_urlsafe(32)
        hours = timedelta(hours=app.settings.desk.session_hours)
        new = NewSession(
            scope=Scope.SESSION,
            who=link.who,
            digest=_digest(app, secret),
            expires=now + hours,
            network=client_network(request),
            browser=request.headers.get("user-agent"),
        )
        with app.store.write() as connection:
            if not use_link(connection, secret_digest(app.keys, Scope.LINK, token), now):
                return self._is_over()
            number = add_session(connection, new, now)
            by = By(name=link.who, via=Via.MAIL)
            record_act(connection, by, "signed in", f"{Scope.SESSION} {number}", now)
        wanted = unquote(request.cookies.get(_WANTED, ""))  # below the desk, whatever it is
        answer = RedirectResponse(f"{self._path}/{wanted.lstrip('/')}", status_code=303, headers=HEADERS)
        self._set_cookie(answer, COOKIE, secret, hours)
        answer.delete_cookie(_WANTED, path=f"{self._path}/")
        return answer

    def _set_cookie(self, answer: Response, name: str, value: str, lifetime: timedelta) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=int(lifetime.total_seconds()),
            path=f"{self._path}/",
            httponly=True,
            secure=self.is_https,
            samesite="lax",  # "strict" would ask whoever comes from the morning mail to sign in again
        )

    async def _sign_out(self, request: Request) -> Response:
        visitor = await run_in_threadpool(self.admit, request)
        if isinstance(visitor, Response):
            return RedirectResponse(f"{self._path}/sign-in", status_code=303, headers=HEADERS)
        form = await read_fields(request, FORM_BYTES) or {}
        if why := find_refusal(request.headers, form.get(TOKEN_FIELD, ""), visitor.csrf):
            return self.page({"title": why, "text": "Load the page again."}, status=403)
        await run_in_threadpool(self._end, request, visitor.by)
        answer = self._lead_back("Signed out", link="Sign in again")
        answer.delete_cookie(COOKIE, path=f"{self._path}/")
        return answer

    def _end(self, request: Request, by: By) -> None:
        app = self._app
        session = find_session(app.store, Scope.SESSION, _digest(app, request.cookies.get(COOKIE, "")))
        if session is not None:
            end_sessions(app.store, by, app.clock(), number=session.id)


def _digest(app: Installation, secret: str) -> str:
    return secret_digest(app.keys, Scope.SESSION, secret)
