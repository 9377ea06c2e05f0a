"""Leaving, pausing, coming back: the pages behind a mail's own link. I/O (database).

GET and HEAD only ever ask: link scanners in mail gateways press every link. POST acts, without cookie,
login or redirect (RFC 8058), and whatever its body looks like: leaving never fails for a form's sake.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from newsletter.errors import StoreConflictError, StoreError
from newsletter.logs import get_log
from newsletter.model import EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import AddressFault, parse_address
from newsletter.subscribers.consent import Occasion
from newsletter.subscribers.consent_rules import LONGEST_PAUSE, Refusal, find_last_left
from newsletter.subscribers.new_address import ask_new_address, find_asked, move
from newsletter.subscribers.noted_leavings import NotedLeavings
from newsletter.subscribers.tokens import Purpose, Token, TokenFault
from newsletter.web.forms import mask, read_form, read_ticks
from newsletter.web.pages import PRIVATE, Pages, add_act, add_page

EVERYTHING = "everything"  # the name of the button that leaves all editions
ONE_CLICK = b"List-Unsubscribe=One-Click"  # RFC 8058 section 3.1, the value of the body
log = get_log("web")
REASONS = ("too_many", "not_useful", "never_asked", "other")
_PAUSES = (7, 14, 30, 90)  # days, offered on the page


def build_leaving(pages: Pages) -> APIRouter:
    """Return the routes ``/u/{token}`` and ``/p/{token}``."""
    router = APIRouter()
    leaving = _Leaving(pages)

    add_page(router, "/u/{token}", leaving.ask_to_leave)
    add_act(router, pages, "/u/{token}", leaving.leave)
    add_page(router, "/p/{token}", leaving.show_preferences)
    add_act(router, pages, "/p/{token}", leaving.change)
    add_page(router, "/a/{token}", leaving.ask_to_move)
    add_act(router, pages, "/a/{token}", leaving.move)
    return router


class _Leaving:
    """What the routes do, away from the event loop."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.services = pages.services
        self.register = pages.services.register
        self.noted = NotedLeavings(data=pages.services.settings.data, register=self.register)
        self.noted.take_in_soon()  # of whoever left before a restart
        self._confirm_lifetime = timedelta(days=pages.services.settings.web.confirm_days)

    def ask_to_leave(self, token: str) -> Response:
        return self.show(token, "unsubscribe")

    def show_preferences(self, token: str) -> Response:
        return self.show(token, "preferences")

    def show(self, token: str, name: str, *, said: str = "", status: int = 200) -> Response:
        """Show the state of the token's owner and what can be done about it. Changes nothing."""
        opened = self._open(token)
        if isinstance(opened, TokenFault):
            return self.pages.bad_link()
        found = self.services.find_subscriber(opened.subscriber)
        return self.pages.page(name, self._context(opened, token, found, said), status=status)

    def _open(self, token: str) -> Token | TokenFault:
        return self.services.check(token, Purpose.UNSUBSCRIBE, None)

    def leave(self, token: str, body: bytes, network: str | None) -> Response:
        """Take the token's owner off the edition it came in, or off everything; it counts for the very next message."""
        opened = self._open(token)
        is_one_click = ONE_CLICK in body or b'name="List-Unsubscribe"' in body
        if isinstance(opened, TokenFault):
            return self.pages.bad_link()
        form = read_form(body) if not is_one_click else {}
        reason = form.get("reason", "")
        occasion = Occasion(
            at=self.services.now(),
            source=consent.BY_ONE_CLICK if is_one_click else "page",
            network=network,
            detail=reason if reason in REASONS else None,
        )
        code = 0 if EVERYTHING in form else opened.edition
        is_recorded = self._leave(opened, occasion, code)
        text = self.pages.texts["left"]["one_click"]
        if is_one_click:
            return PlainTextResponse(text + "\n", headers={"cache-control": PRIVATE})
        if not is_recorded:  # pages that ask the ledger may not be shown now
            told = {"title": text, "text": self.pages.texts["left"]["noted"], "status": 200}
            return self.pages.page("fault", told)
        return self.show(token, "left")

    def _leave(self, opened: Token, occasion: Occasion, code: int) -> bool:
        """Let the token's owner leave; False: it is noted for a ledger that takes nothing. Who has left has left.

        Where others wait for it already, nobody is kept waiting.
        """
        if not self.noted.has_any:
            try:
                consent.unsubscribe(self.register, opened.subscriber, occasion, code=code)
            except StoreError as error:
                log.error("a leaving was noted beside the ledger", error=str(error))  # noqa: TRY400 - no fault of ours
            else:
                return True
        self.noted.note(opened.subscriber, occasion, code)
        self.noted.take_in_soon()
        return False

    def change(self, token: str, body: bytes, network: str | None) -> Response:
        """Do what the preferences form says: choose editions, pause, resume, come back."""
        form = read_form(body)
        opened = self._open(token)
        if isinstance(opened, TokenFault):
            return self.pages.bad_link()
        subscriber = opened.subscriber
        occasion = Occasion(at=self.services.now(), source="page", network=network)
        action = form.get("action", "")
        texts = self.pages.texts["preferences"]
        edition = EditionKey(form["edition"]) if form.get("edition") else None  # none: all
        if action == "pause":
            until, today = self._read_until(form), self.services.today
            done = (
                consent.pause(self.register, subscriber, occasion, until=until, today=today, edition=edition)
                if until
                else Refusal.BAD_DATE
            )
        elif action == "resume":
            done = consent.resume(self.register, subscriber, occasion, edition=edition)
        elif action == "editions":
            wanted = read_ticks(form, self.register.editions)
            done = consent.choose(self.register, subscriber, occasion, editions=wanted)
        elif action == "address":
            return self._ask_new_address(token, subscriber, form, occasion)
        elif action == "return":
            done = consent.come_back(self.register, subscriber, occasion)
        else:
            return self.show(token, "preferences", said=texts["unknown_action"], status=400)
        if isinstance(done, Refusal) and done is not Refusal.ALREADY_ACTIVE:
            key = {Refusal.BAD_DATE: "bad_date", Refusal.NO_EDITION: "none"}.get(done, "too_late")
            return self.show(token, "preferences", said=texts[key], status=400)
        return self.show(token, "preferences", said=texts["saved"])

    def _ask_new_address(
        self, token: str, subscriber: SubscriberId, form: dict[str, str], occasion: Occasion
    ) -> Response:
        """Mail a link to the new address. The answer is the same whether one could be sent."""
        address = parse_address(form.get("email", ""))
        if isinstance(address, AddressFault):
            said = self.pages.say(f"address.{address.mistake}", reason=address.reason)
            return self.show(token, "preferences", said=f"{said}.", status=400)
        with suppress(StoreConflictError):
            ask_new_address(self.register, subscriber, address, occasion)
        said = self.pages.say("preferences.address_asked", address=address.shown)
        return self.show(token, "preferences", said=said)

    def _open_asked(self, token: str) -> Token | TokenFault:
        return self.services.check(token, Purpose.NEW_ADDRESS, self._confirm_lifetime)

    def ask_to_move(self, token: str) -> Response:
        """Show the button that moves a subscription. Changes nothing."""
        opened = self._open_asked(token)
        if isinstance(opened, TokenFault):
            return self.pages.refused(opened, moves=True)
        with self.services.store.read() as connection:
            asked = find_asked(connection, opened.subscriber, self.services.now(), self._confirm_lifetime)
        if isinstance(asked, Refusal):
            return self.pages.refused(TokenFault.EXPIRED, moves=True)
        found, address = asked
        if found.address == address.text:
            return self.pages.page("moved", {"shown": mask(found.address), "taken": False})
        return self.pages.page("move", {"token": token, "old": mask(found.address), "new": address.shown})

    def move(self, token: str, _: bytes, network: str | None) -> Response:
        """Move the subscription to the address from which it is confirmed."""
        opened = self._open_asked(token)
        if isinstance(opened, TokenFault):
            return self.pages.refused(opened, moves=True)
        occasion = Occasion(at=self.services.now(), source="page", network=network)
        done = move(self.register, opened.subscriber, occasion, self._confirm_lifetime)
        if done is Refusal.ALREADY_ACTIVE:
            return self.ask_to_move(token)
        if done is Refusal.ADDRESS_TAKEN:
            return self.pages.page("moved", {"shown": "", "taken": True}, status=409)
        if isinstance(done, Refusal):
            return self.pages.refused(TokenFault.EXPIRED, moves=True)
        return self.pages.page("moved", {"shown": mask(done.address), "taken": False})

    def _read_until(self, form: dict[str, str]) -> date | None:
        try:
            if form.get("days"):
                return self.services.today + timedelta(days=int(form["days"][:4]))
            return date.fromisoformat(form.get("until", "")[:10])
        except (ValueError, OverflowError):
            return None

    def _context(self, opened: Token, token: str, found: Subscriber | None, said: str) -> dict[str, Any]:
        now, today = self.services.now(), self.services.today
        is_active = bool(found and found.status is SubscriberStatus.ACTIVE)
        chosen = found.editions() if found and is_active else ()
        kept = [one for one in self.services.settings.editions if one.key in chosen]
        own = consent.find_coded(found, opened.edition) if found else None
        known = self.services.settings.find_edition(own) if own else None
        is_paused = bool(found and found.paused_until and found.paused_until > today)
        return {
            "token": token,
            "shown": mask(found.address) if found else "",
            "is_active": is_active,
            "chosen": chosen,
            "names": [one.name for one in kept],
            "kept": kept,
            "edition_pauses": found.pauses(today) if found and is_active else {},
            "edition": (known.name if known else own) if own and is_active else "",  # what leaving leaves
            "keeps_others": any(one != own for one in chosen),
            "has_left": own not in chosen,
            "is_pending": bool(found and found.status is SubscriberStatus.PENDING),
            "paused_until": found.paused_until if found and is_paused else None,
            "can_return": bool(found and find_last_left(found, now)),
            "pauses": [(days, today + timedelta(days=days)) for days in _PAUSES],
            "tomorrow": today + timedelta(days=1),
            "last_day": today + LONGEST_PAUSE,
            "reasons": REASONS,
            "said": said,
        }  # fmt: skip
