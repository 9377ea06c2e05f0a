"""Joining: the sign-up form and the confirm link. I/O (database).

Double opt-in. The confirm link opens a page, the POST on it confirms. The form's answer is the same for
every address. No script is needed, and a plain form on another site may post here as well: without our
signed stamp it gets one more page with one more button.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from newsletter import links
from newsletter.config.tables import WEEKDAYS
from newsletter.model import EditionKey, Subscriber, SubscriberStatus, SubscriptionStatus
from newsletter.render.present import present_issue
from newsletter.render.words import clean
from newsletter.store.issues import PUBLISHED, archive_version, list_issues, load_issue
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent import Occasion
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.networks import number_network
from newsletter.subscribers.signup import Verdict, sign_up
from newsletter.subscribers.tokens import Purpose, Token, TokenFault
from newsletter.web.forms import mask, read_form, read_ticks
from newsletter.web.pages import PUBLIC, NotFound, Pages, add_act, add_page

STAMP_LIFETIME = timedelta(hours=2)
_BUSY_SECONDS = "3600"
_CHOICE = "choice"  # a form that shows boxes says so: none ticked is an answer, too
_ONCE_MORE = frozenset({"bad", "again", "none", "busy"})  # answers with the form
_TRAP = "website"  # the field that people never see


def build_joining(pages: Pages) -> APIRouter:
    """Return the routes ``/``, ``/subscribe``, ``/c/{token}``, ``/privacy``, ``/about`` and ``/embed``."""
    router = APIRouter()
    joining = Joining(pages)

    add_page(router, "/", joining.home)
    add_page(router, "/subscribe", joining.show_form)
    add_act(router, pages, "/subscribe", joining.subscribe)
    add_page(router, "/c/{token}", joining.ask)
    add_act(router, pages, "/c/{token}", joining.confirm)
    add_page(router, "/privacy", joining.privacy)
    add_page(router, "/about", joining.about)
    add_page(router, "/embed", joining.embed)
    return router


class Joining:
    """What the routes do, away from the event loop."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.register = pages.services.register
        self.web = pages.services.settings.web

    def home(self, request: Request) -> Response:
        """Show what the newsletter is, the form, and the latest issue."""
        body, etag = self.home_body()
        return self.pages.shared(request, body, etag=etag)

    def show_form(self) -> Response:
        """Lead whoever reloads the answer, or keeps its address, back to the form."""
        return RedirectResponse(f"{self.pages.prefix}/#signup", 303, headers={"cache-control": PUBLIC})

    def embed(self, request: Request) -> Response:
        """Show the form that another site may show in a frame of its own."""
        if not self.web.signup:
            raise NotFound
        return self.pages.shared(request, self.pages.render("embed.html", {"base": self.pages.base}))

    def home_body(self) -> tuple[bytes, str]:
        """Return the home page with its ETag."""

        def make() -> bytes:
            context = {
                "latest": self._latest(self.services.settings.edition_keys) if self.pages.is_public else None,
                "canonical": links.home_url(self.pages.base),
                "description": self.pages.say("home.lead"),
                "sent": self._say_when(),
            }
            return self.pages.render("home.html", context)

        return self.pages.kept(("home", archive_version(self.services.store)), make)

    def subscribe(self, body: bytes, network: str | None) -> Response:
        """Take a filled-in form. The page that answers is the same whether the address is known or not."""
        form = read_form(body)
        if not self.web.signup:
            return self._say("closed", status=403)
        typed = form.get("email", "")
        wanted = read_ticks(form, self.register.editions)
        again = partial(self._say, network=network, ticked=wanted if _CHOICE in form else None)
        address = parse_address(typed)
        if isinstance(address, AddressFault):
            reason = self.pages.say(f"address.{address.mistake}", reason=address.reason)
            return again("bad", status=400, value=typed[:254], reason=reason)
        if form.get(_TRAP):
            return self._say("sent", address=address.shown)  # a robot is told what a person is told
        if why := self._why_again(form.get("stamp", ""), network):
            return again("again", value=address.shown, why=self.pages.say(why))
        if _CHOICE in form and not wanted:
            return again("none", status=400, value=address.shown)
        return self._sign_up(address, wanted, network)

    def _sign_up(self, address: Address, editions: tuple[EditionKey, ...], network: str | None) -> Response:
        occasion = Occasion(at=self.services.now(), source="form", network=network)
        verdict = sign_up(self.register, address, occasion, self.web, editions=editions)
        if verdict is Verdict.BUSY:
            again: dict[str, Any] = {"network": network, "value": address.shown, "ticked": editions or None}
            return self._say("busy", status=429, headers={"retry-after": _BUSY_SECONDS}, **again)
        return self._say("later" if verdict is Verdict.LATER else "sent", address=address.shown)

    def _why_again(self, stamp: str, network: str | None) -> str:
        """The text why the form is shown once more; "" where it need not be.

        It need not where it was shown to this network, long enough ago for a person to fill it in, and not too long.
        """
        now = self.services.now()
        token = self.services.check(stamp, Purpose.FORM, STAMP_LIFETIME)
        if token is TokenFault.EXPIRED:
            return "again.old"
        if isinstance(token, TokenFault) or token.issued is None:
            return "again.elsewhere"
        if token.subscriber != number_network(network):
            return "again.moved"
        return "again.quick" if now - token.issued < timedelta(seconds=self.web.min_form_seconds) else ""

    def _say(
        self,
        what: str,
        *,
        status: int = 200,
        network: str | None = None,
        ticked: tuple[EditionKey, ...] | None = None,
        value: str = "",
        headers: dict[str, str] | None = None,
        **values: str,
    ) -> Response:
        context = {
            "title": self.pages.say(f"subscribe.{what}_title"),
            "text": self.pages.say(f"subscribe.{what}", **values) if what != "closed" else "",
            "more": self.pages.say("subscribe.sent_more") if what == "sent" else "",
            "show_form": what in _ONCE_MORE,
            "other": self.pages.say("subscribe.sent_other") if what == "sent" else "",
            "value": value,
            "ticked": ticked,
            "is_wrong": what == "bad",
            "sent_to": values.get("address", ""),
        }
        return self.pages.page("subscribed", context, status=status, headers=headers, network=network)

    def ask(self, token: str) -> Response:
        """Show the confirm button, or what has become of the link. Changes nothing."""
        checked = self._check(token)
        if isinstance(checked, TokenFault):
            return self.pages.refused(checked)
        found = self.services.find_subscriber(checked.subscriber)
        if found is None or found.status is SubscriberStatus.UNSUBSCRIBED:
            return self.pages.refused(TokenFault.EXPIRED)
        asked = found.editions(SubscriptionStatus.PENDING)
        if found.status is SubscriberStatus.ACTIVE and not asked:
            return self._welcome(found)
        names = [edition.name for edition in self.pages.editions if edition.key in asked]
        return self.pages.page("confirm", {"token": token, "shown": mask(found.address), "names": names})

    def confirm(self, token: str, _: bytes, network: str | None) -> Response:
        """Make the token's owner a subscriber."""
        checked = self._check(token)
        if isinstance(checked, TokenFault):
            return self.pages.refused(checked)
        assert checked.issued is not None, "a confirm token carries its time"
        occasion = Occasion(at=self.services.now(), source="page", network=network)
        done = consent.confirm(self.register, checked.subscriber, occasion, issued=checked.issued)
        if done is Refusal.ALREADY_ACTIVE:
            return self.ask(token)
        if isinstance(done, Refusal):
            return self.pages.refused(TokenFault.EXPIRED)
        return self._welcome(done)

    def _check(self, token: str) -> Token | TokenFault:
        return self.services.check(token, Purpose.CONFIRM, timedelta(days=self.web.confirm_days))

    def _welcome(self, subscriber: Subscriber) -> Response:
        names = [edition.name for edition in self.pages.editions if edition.key in subscriber.editions()]
        latest = self._latest(subscriber.editions())
        context = {"shown": mask(subscriber.address), "names": names, "latest": latest}
        return self.pages.page("confirmed", context)

    def _say_when(self) -> str:
        """Return the days and the hour of sending, in words; where there are several editions each says its own."""
        if self.pages.editions:
            return ""
        schedule, say = self.services.settings.schedule, self.pages.say
        names = self.pages.texts["dates"]["weekdays"].split()
        chosen = [name for name, day in zip(names, WEEKDAYS, strict=True) if day in schedule.send_days]
        days = ", ".join(chosen) if len(chosen) < len(names) else say("home.every_day")
        time, zone = f"{schedule.send_at:%H:%M}", self.pages.identity.zone.key
        return say("home.sent", days=days, time=time, zone=zone)

    def _latest(self, editions: Iterable[EditionKey]) -> dict[str, Any] | None:
        """Return the newest issue of these editions."""
        store = self.services.store
        of_each = (list_issues(store, edition=key, statuses=PUBLISHED, limit=1) for key in editions)
        record = max((one for found in of_each for one in found), key=lambda one: one.date, default=None)
        if record is None:
            return None
        stored = load_issue(store, record.key)
        view = present_issue(stored.issue, self.pages.identity) if stored else None
        return {
            "view": view,
            "url": links.issue_url(self.pages.base, record.key, self.pages.secret),
            "subject": view.title if view else record.subject or "",
            "date": record.date,
            "number": record.number,
        }

    def about(self, request: Request) -> Response:
        """Show who writes and checks the newsletter, and how."""
        settings, identity = self.services.settings, self.pages.identity
        context = {
            "approval": settings.schedule.approval,
            "by_model": bool(settings.model.endpoint),
            "editors": clean(identity.editors),
            "sent": self._say_when(),
            "write_to": identity.reply_to or identity.from_address,
            "canonical": links.about_url(self.pages.base),
            "description": self.pages.say("about.lead"),
        }
        return self.pages.shared(request, self.pages.render("about.html", context))

    def privacy(self, request: Request) -> Response:
        """Show what this installation keeps of its readers."""
        identity = self.pages.identity
        context = {
            "retention": self.services.settings.retention,
            "write_to": identity.reply_to or identity.from_address,
            "canonical": links.privacy_url(self.pages.base),
        }
        return self.pages.shared(request, self.pages.render("privacy.html", context))
