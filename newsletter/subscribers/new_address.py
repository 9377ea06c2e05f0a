"""A reader's new address: asked for on the preferences page, confirmed from it, told to the old one. I/O (database).

Nothing changes before the link in the mail to the new address is pressed. What is asked for stands in that mail's row
of the ledger, so the link names the row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newsletter.errors import StoreConflictError
from newsletter.model import DeskMail, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store import subscribers as rows
from newsletter.store.consent_events import count_events
from newsletter.store.engine import Connection
from newsletter.store.notices import count_addressed, find_addressed, find_newest_addressed, queue_mail
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent import WEAK, Occasion, Register, give_up, identify, in_turn, prove
from newsletter.subscribers.consent_rules import Change, Event, Refusal

_MOVES = (Event.MOVED, Event.CHANGED)
MOST_ASKED = 3  # mails in a day by one reader, and to one address


def ask_new_address(
    register: Register, subscriber: SubscriberId, address: Address, occasion: Occasion
) -> bool:
    """Mail a link to the new address; say whether. None goes where a cap is reached or the address is suppressed.

    But where it was left or given up: who presses the link is its owner, and says what they want.

    Raises StoreConflictError where the same was asked in the same second.
    """
    who = identify(register.keys, address)
    ref = _name_asking(subscriber)

    def act(connection: Connection) -> bool:
        found = rows.find_by_id(connection, subscriber)
        if found is None or found.status is not SubscriberStatus.ACTIVE:
            return False
        since = occasion.at - timedelta(days=1)
        asked = count_addressed(connection, DeskMail.NEW_ADDRESS, since, ref=ref, address=who.address)
        _, suppression = rows.find_with_suppression(connection, who)
        if asked >= MOST_ASKED or (suppression is not None and suppression.reason not in WEAK):
            return False
        domain, this = register.notice_domain, f"{ref}{int(occasion.at.timestamp())}"
        queue_mail(connection, DeskMail.NEW_ADDRESS, who.address, this, domain=domain, now=occasion.at)
        return True

    return in_turn(register, act)


def find_asked(
    connection: Connection, notice: int, now: datetime, lifetime: timedelta
) -> tuple[Subscriber, Address] | Refusal:
    """Return whose new address a mail asks about, and the address; a later asking or change overtakes it."""
    asked = find_addressed(connection, DeskMail.NEW_ADDRESS, notice)
    if asked is None or now - asked.created > lifetime:
        return Refusal.OUTDATED
    subscriber = SubscriberId(int(asked.ref.split(":")[0]))
    found, address = rows.find_by_id(connection, subscriber), parse_address(asked.address, any_domain=True)
    newest = find_newest_addressed(connection, DeskMail.NEW_ADDRESS, _name_asking(subscriber))
    if found is None or found.status is not SubscriberStatus.ACTIVE or isinstance(address, AddressFault):
        return Refusal.OUTDATED
    moves = [count_events(connection, subscriber, what, asked.created) for what in _MOVES]
    is_decided = any(moves) and found.address != address.text  # it may be this link that moved them
    return Refusal.OUTDATED if newest != notice or is_decided else (found, address)


def move(register: Register, notice: int, occasion: Occasion, lifetime: timedelta) -> Subscriber | Refusal:
    """Move a subscription to the address from which it was confirmed, and tell the old one."""

    def act(connection: Connection) -> Subscriber | Refusal:
        asked = find_asked(connection, notice, occasion.at, lifetime)
        if isinstance(asked, Refusal):
            return asked
        found, address = asked
        who = identify(register.keys, address)
        before, suppression = rows.find_with_suppression(connection, who)
        if suppression is not None and suppression.reason not in WEAK:
            return Refusal.SUPPRESSED
        if before is not None and before.id == found.id:
            return Refusal.ALREADY_ACTIVE
        if before is not None:
            if before.status is SubscriberStatus.ACTIVE:
                return Refusal.ADDRESS_TAKEN
            rows.delete_subscriber(connection, before.id)  # its owner has just said what they want
        give_up(connection, register, found, who, occasion.at)
        rows.save_details(connection, found, who)
        after = replace(found, address=who.address)
        prove(connection, register, found, Change(after=after, event=Event.MOVED), occasion)
        domain, ref = register.notice_domain, f"{_name_asking(found.id)}{notice}"
        queue_mail(connection, DeskMail.OLD_ADDRESS, found.address, ref, domain=domain, now=occasion.at)
        return after

    try:
        return in_turn(register, act)
    except StoreConflictError:
        return Refusal.ALREADY_ACTIVE  # pressed twice at once


def _name_asking(subscriber: SubscriberId) -> str:
    return f"{subscriber}:"
