"""What may become of a subscriber's consent. Pure.

Every change is decided here from what the ledger says now: pressing a link twice, an old link, an
import over somebody who left. ``consent.py`` writes down what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from newsletter.model import (
    EditionKey,
    NoticeKind,
    Subscriber,
    SubscriberStatus,
    Subscription,
    SubscriptionStatus,
)

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
    CHANGED = "changed"  # the address, by an operator
    RENAMED = "changed name"
    CHOSE = "chose editions"
    MOVED = "new address"


class Refusal(StrEnum):
    """Why nothing changes, in words that a report can show."""

    UNKNOWN = "there is no such subscriber"
    ALREADY_ACTIVE = "the address is subscribed already"
    ALREADY_UNSUBSCRIBED = "the address had unsubscribed already"
    NOT_ACTIVE = "the address is not subscribed"
    UNSUBSCRIBED = "the address had unsubscribed: only they themselves can come back, by the sign-up form"
    SUPPRESSED = "the address is suppressed and never mailed again"
    OUTDATED = "the link was overtaken by a later decision"
    TOO_LATE = "the time to undo it is over"
    ADDRESS_TAKEN = "the address has a subscription of its own"
    NO_EDITION = "no edition is chosen"
    TAKEN = "the address is another subscriber's"
    MOVED = "the reader has another address by now"
    BAD_DATE = "a pause ends between tomorrow and a year from now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a subscriber becomes, the event that proves it, and the notice that it causes."""

    after: Subscriber
    event: Event
    notice: NoticeKind | None = None


def _mark(
    subscriber: Subscriber,
    editions: Iterable[EditionKey],
    status: SubscriptionStatus,
    now: datetime | None = None,
) -> Subscriber:
    """Return the subscriber with these editions asked for, active or left from ``now`` on."""
    chosen = {one.edition: one for one in subscriber.subscriptions}
    # What is asked for once more is not confirmed any more: leaving it and taking that back confirms nothing.
    confirmed = {SubscriptionStatus.ACTIVE: now, SubscriptionStatus.PENDING: None}
    for edition in editions:
        before = chosen.get(edition, Subscription(edition=edition, status=status))
        chosen[edition] = replace(
            before,
            status=status,
            paused_until=None,
            confirmed=confirmed.get(status, before.confirmed),
            left=now if status is SubscriptionStatus.LEFT else before.left,
        )
    return replace(subscriber, subscriptions=tuple(chosen[edition] for edition in sorted(chosen)))


def decide_request(
    found: Subscriber | None, newcomer: Subscriber, editions: Sequence[EditionKey], *, is_suppressed: bool
) -> Change | Refusal:
    """Decide what a filled-in sign-up form does: at most it asks the address's owner to confirm.

    A subscriber is asked about ``editions`` that they do not have; of one who never confirmed the last form counts.
    """
    if is_suppressed:
        return Refusal.SUPPRESSED
    if found is not None and found.status is SubscriberStatus.ACTIVE:
        new = [edition for edition in editions if edition not in found.editions()]
        if not new:
            return Refusal.ALREADY_ACTIVE
        asked = _mark(found, new, SubscriptionStatus.PENDING)
        return Change(after=asked, event=Event.REQUESTED, notice=NoticeKind.CONFIRM)
    base = newcomer if found is None else replace(found, name=found.name or newcomer.name)
    base = _mark(base, base.editions(SubscriptionStatus.PENDING), SubscriptionStatus.LEFT)
    base = _mark(base, editions, SubscriptionStatus.PENDING)
    after = replace(base, status=SubscriberStatus.PENDING, paused_until=None)
    return Change(after=after, event=Event.REQUESTED, notice=NoticeKind.CONFIRM)


def decide_confirm(
    found: Subscriber, *, issued: datetime, is_suppressed: bool, now: datetime
) -> Change | Refusal:
    """Decide what the confirm link does; ``issued`` is when its token was made.

    A link from before the last unsubscribing is overtaken by it: replayed, it brings nobody back.
    """
    asked = found.editions(SubscriptionStatus.PENDING)
    if found.status is SubscriberStatus.ACTIVE and not asked:
        return Refusal.ALREADY_ACTIVE
    if is_suppressed:
        return Refusal.SUPPRESSED
    # Tokens count whole seconds: one made in the second of the unsubscribing is older than it.
    if found.status is SubscriberStatus.UNSUBSCRIBED or (found.unsubscribed and issued <= found.unsubscribed):
        return Refusal.OUTDATED
    after = _mark(found, asked, SubscriptionStatus.ACTIVE, now)
    if found.status is SubscriberStatus.ACTIVE:  # who is there needs no welcome
        return Change(after=after, event=Event.CONFIRMED)
    after = replace(
        after, status=SubscriberStatus.ACTIVE, confirmed=now, unsubscribed=None, paused_until=None
    )
    return Change(after=after, event=Event.CONFIRMED, notice=NoticeKind.WELCOME)


def decide_add(
    found: Subscriber | None,
    newcomer: Subscriber,
    editions: Sequence[EditionKey],
    *,
    is_suppressed: bool,
    event: Event,
    confirmed: datetime,
    is_named: bool = False,
) -> Change | Refusal:
    """Decide what the operator's word does: it adds, but brings nobody back who left, all or an edition.

    ``confirmed`` is when consent was given as far as the operator knows. Who is active gets further ``editions`` only
    where they are named.
    """
    if is_suppressed:
        return Refusal.SUPPRESSED
    if found is not None and found.status is SubscriberStatus.ACTIVE:
        left = found.left_editions()
        new = [one for one in editions if is_named and one not in (*found.editions(), *left)]
        if not new:
            gone = is_named and any(one in left for one in editions)
            return Refusal.UNSUBSCRIBED if gone else Refusal.ALREADY_ACTIVE
        return Change(after=_mark(found, new, SubscriptionStatus.ACTIVE, confirmed), event=event)
    if found is not None and found.unsubscribed is not None:
        return Refusal.UNSUBSCRIBED
    base = newcomer if found is None else replace(found, name=found.name or newcomer.name)
    after = replace(  # what else they asked for still waits for their own word
        _mark(base, editions, SubscriptionStatus.ACTIVE, confirmed),
        status=SubscriberStatus.ACTIVE,
        confirmed=confirmed,
    )
    return Change(after=after, event=event)


def decide_unsubscribe(
    found: Subscriber, *, now: datetime, says_goodbye: bool, edition: EditionKey | None = None
) -> Change | Refusal:
    """Decide what leaving does: leaving everything, or one ``edition`` where others are kept.

    ``says_goodbye`` where no page answers: leaving by mail, and by one-click where the operator wants it.
    """
    if found.status is SubscriberStatus.UNSUBSCRIBED:
        return Refusal.ALREADY_UNSUBSCRIBED
    notice = NoticeKind.GOODBYE if says_goodbye else None
    if edition is not None and found.status is SubscriberStatus.ACTIVE:
        if edition in found.left_editions():
            return Refusal.ALREADY_UNSUBSCRIBED
        kept = [one for one in found.editions() if one != edition]
        if kept and len(kept) < len(found.editions()):
            after = _mark(found, [edition], SubscriptionStatus.LEFT, now)
            return Change(after=after, event=Event.UNSUBSCRIBED)  # no goodbye: other mail comes
    had = (*found.editions(), *found.editions(SubscriptionStatus.PENDING))
    after = _mark(found, had, SubscriptionStatus.LEFT, now)
    after = replace(after, status=SubscriberStatus.UNSUBSCRIBED, unsubscribed=now, paused_until=None)
    return Change(after=after, event=Event.UNSUBSCRIBED, notice=notice)


def decide_choose(
    found: Subscriber, wanted: Collection[EditionKey], offered: Collection[EditionKey], *, now: datetime
) -> Change | Refusal:
    """Decide what the ticks of the preferences page do: of those ``offered`` exactly the ``wanted`` are kept.

    Leaving all is another button: a form without a tick changes nothing.
    """
    if found.status is not SubscriberStatus.ACTIVE:
        return Refusal.NOT_ACTIVE
    had = found.editions()
    new = [one for one in offered if one in wanted and one not in had]
    gone = [one for one in had if one in offered and one not in wanted]
    if len(gone) == len(had) and not new:
        return Refusal.NO_EDITION
    if not new and not gone:
        return Refusal.ALREADY_ACTIVE
    after = _mark(found, new, SubscriptionStatus.ACTIVE, now)
    return Change(after=_mark(after, gone, SubscriptionStatus.LEFT, now), event=Event.CHOSE)


def decide_pause(
    found: Subscriber, *, until: date, today: date, edition: EditionKey | None = None
) -> Change | Refusal:
    """Decide a pause: no issue before the date ``until``, both local dates; of one ``edition``, or of all."""
    if found.status is not SubscriberStatus.ACTIVE:
        return Refusal.NOT_ACTIVE
    if not today < until <= today + LONGEST_PAUSE:
        return Refusal.BAD_DATE
    if edition is None:
        return Change(after=replace(found, paused_until=until), event=Event.PAUSED)
    if edition not in found.editions():
        return Refusal.NO_EDITION
    return Change(after=_pause_edition(found, edition, until), event=Event.PAUSED)


def _pause_edition(found: Subscriber, edition: EditionKey, until: date | None) -> Subscriber:
    pauses = {one.edition: one.paused_until for one in found.subscriptions} | {edition: until}
    chosen = (replace(one, paused_until=pauses[one.edition]) for one in found.subscriptions)
    return replace(found, subscriptions=tuple(chosen))


def decide_resume(found: Subscriber, *, edition: EditionKey | None = None) -> Change | Refusal:
    """Decide the end of a pause before its date: of one ``edition``, or of all."""
    if found.status is not SubscriberStatus.ACTIVE:
        return Refusal.NOT_ACTIVE
    after = replace(found, paused_until=None) if edition is None else _pause_edition(found, edition, None)
    return Refusal.ALREADY_ACTIVE if after == found else Change(after=after, event=Event.RESUMED)


def find_last_left(found: Subscriber, now: datetime) -> tuple[EditionKey, ...]:
    """Return the editions the link which left gives back: for ``RETURN_WITHIN``, the confirmed ones."""
    left = found.unsubscribed
    if found.status is not SubscriberStatus.UNSUBSCRIBED or left is None or now - left > RETURN_WITHIN:
        return ()
    return tuple(one.edition for one in found.subscriptions if one.left == left and one.confirmed)


def decide_return(found: Subscriber, *, is_suppressed: bool, now: datetime) -> Change | Refusal:
    """Decide the way back from the page that left, open for ``RETURN_WITHIN``.

    Later the way back is the sign-up form: a mail may have been forwarded, and whoever holds it must not
    bring back somebody who left for good.
    """
    if found.status is SubscriberStatus.ACTIVE:
        return Refusal.ALREADY_ACTIVE
    if is_suppressed:
        return Refusal.SUPPRESSED
    last = find_last_left(found, now)
    if not last:
        return Refusal.TOO_LATE
    after = _mark(found, last, SubscriptionStatus.ACTIVE, now)
    after = replace(after, status=SubscriberStatus.ACTIVE, unsubscribed=None)
    return Change(after=after, event=Event.RETURNED)
