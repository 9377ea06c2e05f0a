"""What may become of a subscriber's consent. Pure.

Every change is decided here from what the ledger says now: pressing a link twice, an old link, an
import over somebody who left. ``consent.py`` writes down what was decided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from newsletter.model import NoticeKind, Subscriber, SubscriberStatus

RETURN_WITHIN = timedelta(hours=24)  # how long the link that left also undoes it
LONGEST_PAUSE = timedelta(days=366)


class Event(StrEnum):
    """What a consent event is called in the ledger."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ADDED = "added"
    IMPORTED = "imported"
    UNSUBSCRIBED = "unsubscribed"
    PAUSED = "paused"
    RESUMED = "resumed"
    RETURNED = "returned"


class Refusal(StrEnum):
    """Why nothing changes, in words that a report can show."""

    UNKNOWN = "there is no such subscriber"
    ALREADY_ACTIVE = "is subscribed already"
    ALREADY_UNSUBSCRIBED = "had unsubscribed already"
    NOT_ACTIVE = "is not subscribed"
    UNSUBSCRIBED = "unsubscribed: only they themselves can come back, by the sign-up form"
    SUPPRESSED = "is suppressed and never mailed again"
    OUTDATED = "the link was overtaken by a later decision"
    TOO_LATE = "the time to undo it is over"
    BAD_DATE = "a pause ends between tomorrow and a year from now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a subscriber becomes, the event that proves it, and the notice that it causes."""

    after: Subscriber
    event: Event
    notice: NoticeKind | None = None


def decide_request(
    found: Subscriber | None, newcomer: Subscriber, *, is_suppressed: bool
) -> Change | Refusal:
    """Decide what a filled-in sign-up form does: at most it asks the address's owner to confirm."""
    if is_suppressed:
        return Refusal.SUPPRESSED
    if found is not None and found.status is SubscriberStatus.ACTIVE:
        return Refusal.ALREADY_ACTIVE
    base = newcomer if found is None else replace(found, name=found.name or newcomer.name)
    after = replace(base, status=SubscriberStatus.PENDING, paused_until=None)
    return Change(after=after, event=Event.REQUESTED, notice=NoticeKind.CONFIRM)


def decide_confirm(
    found: Subscriber | None, *, issued: datetime, is_suppressed: bool, now: datetime
) -> Change | Refusal:
    """Decide what the confirm link does; ``issued`` is when its token was made.

    A link from before the last unsubscribing is overtaken by it: replayed, it brings nobody back.
    """
    if found is None:
        return Refusal.UNKNOWN
    if found.status is SubscriberStatus.ACTIVE:
        return Refusal.ALREADY_ACTIVE
    if is_suppressed:
        return Refusal.SUPPRESSED
    # Tokens count whole seconds: one made in the second of the unsubscribing is older than it.
    if found.status is SubscriberStatus.UNSUBSCRIBED or (found.unsubscribed and issued <= found.unsubscribed):
        return Refusal.OUTDATED
    after = replace(
        found, status=SubscriberStatus.ACTIVE, confirmed=now, unsubscribed=None, paused_until=None
    )
    return Change(after=after, event=Event.CONFIRMED, notice=NoticeKind.WELCOME)


def decide_add(
    found: Subscriber | None, newcomer: Subscriber, *, is_suppressed: bool, event: Event, confirmed: datetime
) -> Change | Refusal:
    """Decide what the operator's word does: it adds, but brings nobody back who left.

    ``confirmed`` is when consent was given as far as the operator knows.
    """
    if is_suppressed:
        return Refusal.SUPPRESSED
    if found is None:
        after = replace(newcomer, status=SubscriberStatus.ACTIVE, confirmed=confirmed)
        return Change(after=after, event=event)
    if found.status is SubscriberStatus.ACTIVE:
        return Refusal.ALREADY_ACTIVE
    if found.unsubscribed is not None:
        return Refusal.UNSUBSCRIBED
    after = replace(
        found, status=SubscriberStatus.ACTIVE, confirmed=confirmed, name=found.name or newcomer.name
    )
    return Change(after=after, event=event)


def decide_unsubscribe(found: Subscriber | None, *, now: datetime, says_goodbye: bool) -> Change | Refusal:
    """Decide what leaving does. ``says_goodbye`` where no page answers: leaving by mail."""
    if found is None:
        return Refusal.UNKNOWN
    if found.status is SubscriberStatus.UNSUBSCRIBED:
        return Refusal.ALREADY_UNSUBSCRIBED
    after = replace(found, status=SubscriberStatus.UNSUBSCRIBED, unsubscribed=now, paused_until=None)
    return Change(after=after, event=Event.UNSUBSCRIBED, notice=NoticeKind.GOODBYE if says_goodbye else None)


def decide_pause(found: Subscriber | None, *, until: date, today: date) -> Change | Refusal:
    """Decide a pause: no issue before the date ``until``, both local dates."""
    if found is None:
        return Refusal.UNKNOWN
    if found.status is not SubscriberStatus.ACTIVE:
        return Refusal.NOT_ACTIVE
    if not today < until <= today + LONGEST_PAUSE:
        return Refusal.BAD_DATE
    return Change(after=replace(found, paused_until=until), event=Event.PAUSED)


def decide_resume(found: Subscriber | None) -> Change | Refusal:
    """Decide the end of a pause before its date."""
    if found is None:
        return Refusal.UNKNOWN
    if found.status is not SubscriberStatus.ACTIVE:
        return Refusal.NOT_ACTIVE
    if found.paused_until is None:
        return Refusal.ALREADY_ACTIVE
    return Change(after=replace(found, paused_until=None), event=Event.RESUMED)


def decide_return(found: Subscriber | None, *, is_suppressed: bool, now: datetime) -> Change | Refusal:
    """Decide the way back from the page that left, open for ``RETURN_WITHIN``.

    Later the way back is the sign-up form: a mail may have been forwarded, and whoever holds it must not
    bring back somebody who left for good.
    """
    if found is None:
        return Refusal.UNKNOWN
    if found.status is SubscriberStatus.ACTIVE:
        return Refusal.ALREADY_ACTIVE
    if is_suppressed:
        return Refusal.SUPPRESSED
    was_active = found.confirmed is not None and found.status is SubscriberStatus.UNSUBSCRIBED
    if not was_active or found.unsubscribed is None or now - found.unsubscribed > RETURN_WITHIN:
        return Refusal.TOO_LATE
    after = replace(found, status=SubscriberStatus.ACTIVE, unsubscribed=None)
    return Change(after=after, event=Event.RETURNED)
