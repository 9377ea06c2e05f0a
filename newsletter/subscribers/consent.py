"""Joining, leaving, pausing, erasing: each change with its proof, in one transaction. I/O (database).

``consent_rules.py`` says what may become of a subscriber; here it is read, decided and written. Every
function returns the subscriber as it is afterwards, or the ``Refusal`` that says why nothing changed.
Changes by two processes at once are safe: the second decides again on what the first one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from newsletter.config import Settings
from newsletter.errors import StoreConflictError
from newsletter.model import (
    BY_COMMAND,
    DAILY,
    By,
    EditionKey,
    NoticeKind,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store import subscribers as rows
from newsletter.store.acts import name_reader, record_act
from newsletter.store.consent_events import ConsentEvent, count_events, record_event
from newsletter.store.engine import Connection, Store
from newsletter.store.notices import queue_notice
from newsletter.store.sqlite_writers import savepoint
from newsletter.store.subscribers import Identity
from newsletter.store.subscriptions import list_changed
from newsletter.store.suppressions import (
    DEAD,
    MOVED,
    Suppression,
    add_suppression,
    change_given_up,
    release_suppression,
    suppress_given_up,
)
from newsletter.subscribers import consent_rules as rules
from newsletter.subscribers.addresses import Address, clean_name
from newsletter.subscribers.consent_rules import Change, Event, Refusal
from newsletter.subscribers.tokens import Keys, address_hmac, code_edition

BY_MAIL = "mail"  # the source of an unsubscribing that came by mail
BY_ONE_CLICK = "one-click"  # by a button of the mail program
ERASED = "erased"
LEFT = "left long ago"  # and was forgotten: no import brings them back, but they themselves do
WEAK = frozenset({LEFT, MOVED})  # reasons that the owner of the address lifts
MOST_NOTICES = 3  # of one kind to one person in a day
MOST_RETURNS = 2  # by the link, in a month: whoever leaves a third time means it
_MAX_DETAIL = 500
_TRIES = 5
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Where subscribers are kept, and what their changes need."""

    store: Store
    keys: Keys
    notice_domain: str  # of the Message-IDs of notices: the sending domain
    # That readers choose from; the first is for who does not say which.
    editions: tuple[EditionKey, ...] = (DAILY,)
    says_goodbye: bool = False  # to who left by one-click, too

    @property
    def default(self) -> tuple[EditionKey, ...]:
        """What is chosen where nobody says which."""
        return self.editions[:1]


def make_register(store: Store, keys: Keys, settings: Settings) -> Register:
    """Return the register of an installation."""
    return Register(
        store=store, keys=keys, notice_domain=settings.newsletter.notice_domain,
        editions=settings.edition_keys, says_goodbye=settings.web.goodbye,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When and by which way a change came: what its consent event will say."""

    at: datetime
    source: str  # form, page, one-click, mail, command
    network: str | None = None  # shortened
    detail: str | None = None
    not_before: datetime | None = None  # when the notice that it causes may leave; None: now
    by: By | None = None  # whose act it is, for the record; None: the reader's own


def identify(keys: Keys, address: Address) -> Identity:
    """Return an address as the ledger keeps it."""
    digest = address_hmac(keys, address.key)
    return Identity(address=address.text, address_key=address.key, address_hmac=digest, domain=address.domain)


def make_newcomer(address: Address, *, now: datetime, name: str | None = None) -> Subscriber:
    """Return somebody the ledger does not know yet: pending, with no id."""
    return Subscriber(
        id=SubscriberId(0),
        address=address.text,
        status=SubscriberStatus.PENDING,
        name=clean_name(name),
        created=now,
    )


def add(
    register: Register,
    address: Address,
    occasion: Occasion,
    *,
    name: str | None = None,
    confirmed: datetime | None = None,
    editions: Sequence[EditionKey] = (),
) -> Subscriber | Refusal:
    """Add an address on the operator's word: active at once, to the ``editions`` named, else to the default one.

    Nobody who left or is suppressed comes back. ``confirmed`` is when they agreed, where it was not just now.
    """
    newcomer, who = make_newcomer(address, now=occasion.at, name=name), identify(register.keys, address)

    def act(connection: Connection) -> Subscriber | Refusal:
        found, suppression = rows.find_with_suppression(connection, who)
        decided = rules.decide_add(
            found,
            newcomer,
            editions or register.default,
            is_suppressed=suppression is not None,
            event=Event.ADDED,
            confirmed=confirmed or occasion.at,
            is_named=bool(editions),
        )
        return _write(connection, register, found, decided, occasion, who=who)

    return in_turn(register, act)


def request(
    register: Register,
    address: Address,
    occasion: Occasion,
    *,
    name: str | None = None,
    editions: Sequence[EditionKey] = (),
    within: Connection | None = None,
) -> Subscriber | Refusal:
    """Ask the owner of an address to confirm: pending, and one confirm notice is queued.

    What is asked for are the ``editions`` named, else the default one.
    ``within`` is a transaction already open, for a caller that counts sign-ups in the same one; it raises
    StoreConflictError where another process was quicker.
    """
    if within is None:
        ask = partial(request, register, address, occasion, name=name, editions=editions)
        return in_turn(register, lambda connection: ask(within=connection))
    who = identify(register.keys, address)
    newcomer = make_newcomer(address, now=occasion.at, name=name)
    found, suppression = rows.find_with_suppression(within, who)
    is_reader = found is not None and found.status is SubscriberStatus.ACTIVE  # of before a restore
    if suppression is not None and suppression.reason in WEAK and not is_reader:
        # They themselves come back, if they confirm; until then they have left, and no import brings them back.
        release_suppression(within, suppression.address_hmac)
        newcomer, suppression = replace(newcomer, unsubscribed=suppression.at), None
    wanted = editions or register.default
    decided = rules.decide_request(found, newcomer, wanted, is_suppressed=suppression is not None)
    if isinstance(decided, Refusal):
        return decided
    with savepoint(within):  # as a rehearsal has one
        return _write(within, register, found, decided, occasion, who=who)


def rehearse(register: Register, address: Address, occasion: Occasion, *, within: Connection) -> None:
    """Do the work of ``request`` for somebody new and undo it: a refusal takes as long, so no clock tells of it."""
    nobody = replace(address, key=f"rehearsed {address.key}")  # no address has a space in it
    newcomer = make_newcomer(address, now=occasion.at)
    change = rules.decide_request(None, newcomer, register.default, is_suppressed=False)
    assert isinstance(change, Change), "nothing stands against somebody new"
    with savepoint(within, keeps=False):
        _write(within, register, None, change, occasion, who=identify(register.keys, nobody))


def confirm(
    register: Register, subscriber: SubscriberId, occasion: Occasion, *, issued: datetime
) -> Subscriber | Refusal:
    """Make a pending subscriber active and queue the welcome notice. ``issued``: the token's time."""
    decide = partial(rules.decide_confirm, issued=issued, now=occasion.at)
    return _change(register, subscriber, lambda found, out: decide(found, is_suppressed=out), occasion)


def unsubscribe(
    register: Register,
    subscriber: SubscriberId,
    occasion: Occasion,
    *,
    edition: EditionKey | None = None,
    code: int = 0,
) -> Subscriber | Refusal:
    """Unsubscribe at once; it counts for the very next message. Doing it again changes nothing.

    With an ``edition``, or the ``code`` of one in a token, the others are kept; who has no other, or never had it,
    leaves altogether. Leaving by mail gets a goodbye notice, since there no page answers; leaving by one-click does
    where the operator wants it.
    """
    answered = {BY_MAIL, BY_ONE_CLICK} if register.says_goodbye else {BY_MAIL}

    def decide(found: Subscriber, _: object) -> Change | Refusal:  # who is suppressed may leave, too
        named = edition or find_coded(found, code)
        says = occasion.source in answered
        return rules.decide_unsubscribe(found, now=occasion.at, says_goodbye=says, edition=named)

    return _change(register, subscriber, decide, occasion)


def find_coded(subscriber: Subscriber, code: int) -> EditionKey | None:
    """Return the edition that a token names, of those the subscriber ever had; None where it names none of them."""
    had = (one.edition for one in subscriber.subscriptions)
    return next((edition for edition in had if code and code_edition(edition) == code), None)


def choose(
    register: Register, subscriber: SubscriberId, occasion: Occasion, *, editions: Collection[EditionKey]
) -> Subscriber | Refusal:
    """Keep exactly these of the editions that readers choose from; a form without any changes nothing."""
    offered, now = register.editions, occasion.at
    decide = partial(rules.decide_choose, wanted=editions, offered=offered, now=now)
    return _change(register, subscriber, lambda found, _: decide(found), occasion)


def offer_leaving(register: Register, subscriber: SubscriberId, now: datetime) -> bool:
    """Mail a link to leave to whoever may have asked for it; one a day, and none to who has left. Say whether."""

    def act(connection: Connection) -> bool:
        found = rows.find_by_id(connection, subscriber)
        if found is None or found.status is SubscriberStatus.UNSUBSCRIBED:
            return False
        if not _may_notify(connection, subscriber, NoticeKind.LEAVE, now, most=1):
            return False
        queue_notice(connection, subscriber, NoticeKind.LEAVE, domain=register.notice_domain, now=now)
        return True

    return in_turn(register, act)


def pause(
    register: Register,
    subscriber: SubscriberId,
    occasion: Occasion,
    *,
    until: date,
    today: date,
    edition: EditionKey | None = None,
) -> Subscriber | Refusal:
    """Send nothing before ``until``, of one ``edition`` or of all; both dates are local ones."""
    decide = partial(rules.decide_pause, until=until, today=today, edition=edition)
    return _change(register, subscriber, lambda found, _: decide(found), occasion)


def resume(
    register: Register, subscriber: SubscriberId, occasion: Occasion, *, edition: EditionKey | None = None
) -> Subscriber | Refusal:
    """End a pause before its date: that of one ``edition``, or that of all."""
    decide = partial(rules.decide_resume, edition=edition)
    return _change(register, subscriber, lambda found, _: decide(found), occasion)


def come_back(register: Register, subscriber: SubscriberId, occasion: Occasion) -> Subscriber | Refusal:
    """Undo an unsubscribing, within a day of it and twice a month at most: the link may be in a forwarded mail."""
    decide = partial(rules.decide_return, now=occasion.at)

    def act(connection: Connection) -> Subscriber | Refusal:
        month = occasion.at - timedelta(days=30)
        if count_events(connection, subscriber, Event.RETURNED.value, month) >= MOST_RETURNS:
            return Refusal.TOO_LATE
        return _change_within(
            connection, register, subscriber, lambda found, out: decide(found, is_suppressed=out), occasion
        )

    return in_turn(register, act)


def erase(register: Register, address: Address, *, now: datetime, by: By = BY_COMMAND) -> bool:
    """Forget a person for good: the row and its events go, the keyed digests of the address and of earlier ones stay.

    Return whether the address was known. An unknown address is suppressed all the same: who asks to be
    forgotten must not come back with the next import.
    """
    identity = identify(register.keys, address)
    with register.store.write() as connection:
        found, _ = rows.find_with_suppression(connection, identity)
        erased = Suppression(address_hmac=identity.address_hmac, reason=ERASED, at=now)
        add_suppression(connection, erased, over=WEAK)
        if found is not None:
            change_given_up(connection, found.id, reason=ERASED, at=now)
        record_act(connection, by, "erased", name_reader(found.id if found else None), now)
        return found is not None and rows.delete_subscriber(connection, found.id)


def release(register: Register, address: Address, *, now: datetime, by: By = BY_COMMAND) -> bool:
    """Lift the suppression of an address, so that its owner can sign up again. False where there is none."""
    who = identify(register.keys, address)
    with register.store.write() as connection:
        found, _ = rows.find_with_suppression(connection, who)
        is_lifted = release_suppression(connection, who.address_hmac)
        if is_lifted:
            record_act(connection, by, "released", name_reader(found.id if found else None), now)
        return is_lifted


def change_details(
    register: Register,
    subscriber: SubscriberId,
    occasion: Occasion,
    *,
    address: Address | None = None,
    name: str | None = None,
    instead_of: str | None = None,
) -> Subscriber | Refusal:
    """Give a reader another address or name (None: as it is); ``occasion.detail`` is the proof that they want it.

    ``instead_of`` is the address that whoever asks has seen: it is refused where the reader has another by now.
    Only who is subscribed gets another address: the link that confirms went to the old one. Nobody leaves a
    suppression behind with it but that of a dead address; the old address is suppressed as given up.
    """

    def act(connection: Connection) -> Subscriber | Refusal:
        found, suppression = rows.find_with_suppression(connection, subscriber)
        if found is None:
            return Refusal.UNKNOWN
        who = identify(register.keys, address) if address is not None else None
        if who is not None:
            if found.status is not SubscriberStatus.ACTIVE:
                return Refusal.NOT_ACTIVE
            if instead_of not in {None, found.address}:
                return Refusal.MOVED
            other, of_other = rows.find_with_suppression(connection, who)
            if other is not None and other.id != found.id:
                return Refusal.TAKEN
            is_same = other is not None
            is_free = of_other is None or is_same or of_other.reason == MOVED  # its reader gave it up
            if not is_free or (suppression and suppression.reason != DEAD):
                return Refusal.SUPPRESSED
            if not is_same:
                give_up(connection, register, found, who, occasion.at)
        after = replace(
            found,
            address=who.address if who else found.address,
            name=found.name if name is None else clean_name(name),
        )
        rows.save_details(connection, after, who)
        event = Event.CHANGED if who else Event.RENAMED
        prove(connection, register, found, Change(after=after, event=event), occasion)
        return after

    return in_turn(register, act)


def give_up(
    connection: Connection, register: Register, found: Subscriber, new: Identity, now: datetime
) -> None:
    """Suppress the address that a reader gives up for a new one, so that no import brings it back beside that."""
    release_suppression(connection, new.address_hmac)
    suppress_given_up(connection, address_hmac(register.keys, found.address.lower()), found.id, now)


def look_up(register: Register, address: Address) -> tuple[Subscriber | None, Suppression | None]:
    """Return what the ledger knows of an address: its subscriber and its suppression."""
    with register.store.read() as connection:
        return rows.find_with_suppression(connection, identify(register.keys, address))


_Decide = Callable[[Subscriber, bool], Change | Refusal]  # and whether the address is suppressed


def _change(
    register: Register, who: SubscriberId, decide: _Decide, occasion: Occasion
) -> Subscriber | Refusal:
    """Read, decide and write."""
    return in_turn(register, lambda connection: _change_within(connection, register, who, decide, occasion))


def in_turn(register: Register, act: Callable[[Connection], Made]) -> Made:
    """Return what ``act`` makes in a transaction; again where another process was quicker."""
    for _ in range(_TRIES - 1):
        with suppress(StoreConflictError):
            return register.store.write_together(act)
    return register.store.write_together(act)


def _change_within(
    connection: Connection, register: Register, who: SubscriberId, decide: _Decide, occasion: Occasion
) -> Subscriber | Refusal:
    """Return what was decided and written."""
    found, suppression = rows.find_with_suppression(connection, who)
    decided = decide(found, suppression is not None) if found else Refusal.UNKNOWN
    return _write(connection, register, found, decided, occasion, who=who)


def _write(
    connection: Connection,
    register: Register,
    found: Subscriber | None,
    change: Change | Refusal,
    occasion: Occasion,
    *,
    who: Identity | SubscriberId,
) -> Subscriber | Refusal:
    """Return the subscriber as written, with the proof and the notice. StoreConflictError: another was quicker."""
    if isinstance(change, Refusal):
        return change
    if found is None:
        assert isinstance(who, Identity), "only a known address makes a new row"
        new = rows.insert_subscriber(connection, change.after, who, occasion.source)
        change = replace(change, after=replace(change.after, id=new))
    elif not rows.save_consent(connection, found, change.after):
        raise StoreConflictError(
            "A subscriber was changed by another process at the same moment.", hint="Try it once more."
        )
    prove(connection, register, found, change, occasion)
    return change.after


def prove(
    connection: Connection, register: Register, before: Subscriber | None, change: Change, occasion: Occasion
) -> None:
    """Write the event of a change, and queue the notice that it causes."""
    event = ConsentEvent(
        at=occasion.at,
        what=change.event.value,
        source=occasion.source,
        network=occasion.network,
        detail=clean_name(occasion.detail, limit=_MAX_DETAIL),
        editions=tuple(one.edition for one in list_changed(before, change.after)),
    )
    record_event(connection, change.after.id, event)
    if occasion.by is not None:
        record_act(connection, occasion.by, event.what, name_reader(change.after.id), occasion.at)
    if change.notice is not None and _may_notify(connection, change.after.id, change.notice, occasion.at):
        queue_notice(
            connection,
            change.after.id,
            change.notice,
            domain=register.notice_domain,
            now=occasion.at,
            not_before=occasion.not_before,
        )


def _may_notify(
    connection: Connection,
    subscriber: SubscriberId,
    kind: NoticeKind,
    now: datetime,
    *,
    most: int = MOST_NOTICES,
) -> bool:
    """Whether a notice is not one too many: whoever holds a forwarded mail can leave and return for its owner.

    Confirm notices have caps of their own, which also count the network and all together (``signup``).
    """
    if kind is NoticeKind.CONFIRM:
        return True
    return rows.count_notices(connection, subscriber, kind, now - timedelta(days=1)) < most
