"""What comes back by mail: bounces, complaints, people who leave. I/O (mailbox, database).

Read by the scheduler every few minutes where ``[bounces]`` names a mailbox, and by ``newsletter
bounces`` at once, or from a mail server's pipe.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsletter.config import Bounces, Settings
from newsletter.delivery.leave_requests import find_leaver, is_authentic
from newsletter.delivery.mailbox import Memory, read_mailboxes
from newsletter.delivery.returned_mail import (
    UNREAD,
    Intake,
    check_complaints,
    record_not_understood,
    take_mail,
)
from newsletter.logs import get_log
from newsletter.model import Alert, BounceKind, Subscriber
from newsletter.render.words import count_noun
from newsletter.store.bounces import FORWARDED
from newsletter.store.held_suppressions import HeldSuppressions
from newsletter.store.installation import read_fact, save_fact
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import AddressFault, parse_address
from newsletter.subscribers.tokens import Purpose, TokenFault, check_token

log = get_log("returns")
ASKED = "asked to leave"  # from an address that is nobody's here
ASKED_AGAIN = "asked again"  # who has left, or got a link within the day: nothing is mailed
_LAST_READ = "last_mail_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """What taking back mail needs."""

    register: consent.Register  # with the ledger and the keys
    settings: Settings


def is_configured(settings: Bounces) -> bool:
    """Whether there is a mailbox to read."""
    return settings.maildir is not None or bool(settings.imap_host)


def take_returns(returning: Returning, now: datetime, *, pipe: bool = False) -> Counter[str]:
    """Read the mailbox (or the one message on standard input); count what the mails were.

    Raises MailboxError where it cannot be read. A message is marked as read only once it is recorded.
    """
    counts: Counter[str] = Counter()
    register, settings = returning.register, returning.settings
    intake = Intake(store=register.store, keys=register.keys, settings=settings.delivery, now=now)

    def take(raw: bytes) -> bool:
        taken = take_mail(intake, raw, leave=lambda token: leave_by_mail(register, token, now))
        what = "left" if taken.left else taken.kind.value
        if taken.forwarded:
            what = FORWARDED
        elif taken.kind is BounceKind.NONE and not taken.left:
            what = leave_by_hand(register, settings, raw, now) or what
        if what == BounceKind.NONE.value and not taken.understood:
            what = UNREAD
            record_not_understood(intake, raw)
        counts[what] += 1
        return what in {ASKED, UNREAD}

    if pipe:
        take(sys.stdin.buffer.read())
    else:
        store = register.store
        memory = Memory(
            load=partial(read_fact, store, _LAST_READ), save=partial(save_fact, store, _LAST_READ)
        )
        read_mailboxes(settings.bounces, take, memory)
    if counts[BounceKind.COMPLAINT.value]:
        check_complaints(register.store, settings.bounces, now=now)
    log.info("returns", **counts)
    return counts


def leave_by_mail(register: consent.Register, token: str, now: datetime) -> bool:
    """Take whoever the token belongs to off its edition, or off all; False where it is none of ours."""
    found = check_token(register.keys, token, Purpose.UNSUBSCRIBE, now=now, lifetime=None)
    if isinstance(found, TokenFault):
        return False
    occasion = consent.Occasion(at=now, source=consent.BY_MAIL)
    done = consent.unsubscribe(register, found.subscriber, occasion, code=found.edition)
    return isinstance(done, Subscriber)


def leave_by_hand(register: consent.Register, settings: Settings, raw: bytes, now: datetime) -> str | None:
    """Take a mail to the unsubscribe address that has no token of ours; return what came of it.

    Its sender leaves where the receiving host vouches for the address, else gets a mail with a link: From can be
    forged. None for other mail. ``ASKED`` where the sender's address is no subscriber's: somebody must look.
    """
    sender = find_leaver(raw, settings.newsletter.leaving_address)
    if sender is None:
        return None
    address = parse_address(sender, any_domain=True)
    if isinstance(address, AddressFault):
        return ASKED
    found, _ = consent.look_up(register, address)
    if found is None:
        return ASKED
    if not is_authentic(raw, sender, settings.bounces.authserv_id):
        return "got a link to leave" if consent.offer_leaving(register, found.id, now) else ASKED_AGAIN
    occasion = consent.Occasion(at=now, source=consent.BY_MAIL, detail="by the sender's address")
    consent.unsubscribe(register, found.id, occasion)  # again, where it was done already
    return "left"


def ask_for_eyes(counts: Counter[str], now: datetime) -> Iterator[Alert]:
    """Give what a visit to the mailbox asks of the operator.

    Somebody who wants to leave and cannot be found is told each time anew, for each of them waits; mail that no rule
    understands may be of a person.
    """
    if number := counts[ASKED]:
        who = "Somebody asks" if number == 1 else f"{number} people ask"
        body = (
            f"{who} to leave by mail, from an address that is not subscribed. Look into the mailbox of [bounces] for"
            " mail to the unsubscribe address, and find out under which address they get ours:\n\n"
            "    newsletter subscribers list --search PART\n    newsletter subscribers unsubscribe ADDRESS"
        )
        yield Alert(f"leaving:{now:%Y%m%d%H%M}", f"{who} to leave and cannot be found", body)
    if number := counts[UNREAD]:
        body = (
            f"{number} came to the addresses of bounces and of leaving and are neither a report nor a request that is"
            " understood; a person may have written. They are flagged in the mailbox of [bounces], and newsletter"
            " bounces --unread prints them."
        )
        yield Alert(f"unread:{now:%Y%m%d}", "Mail came back that is not understood", body)


def ask_of_forwards(readers: int, now: datetime) -> Alert:
    """Ask what to do about readers whose mail was passed on to another address, where it failed."""
    who = count_noun(readers, "reader")
    body = (
        f"Mail to {who} was passed on to another address (a forward, a group), which refused it. No report says whether"
        " it arrived at their own as well, so that nobody is suppressed: newsletter bounces --unread prints the"
        " reports. Ask them, or take them off: newsletter subscribers unsubscribe ADDRESS. You are told of each of them"
        " once a month."
    )
    return Alert(f"forwarded:{now:%Y%m%d}", f"A forward of mail to {who} failed", body)


def ask_of_held(held: HeldSuppressions) -> Alert:
    """Ask whether readers whose addresses seem dead are; no address is in it."""
    said = Counter(
        f"{one.status or 'no code'}, {one.reason}, {one.address.partition('@')[2]}" for one in held.samples
    )
    samples = "\n".join(f"    {number} x {words}" for words, number in said.items())
    subject = f"{held.count + held.done} addresses seem to be dead at once: are they?"
    body = (
        f"More addresses were reported dead than is likely since {held.since:%Y-%m-%d %H:%M} UTC: {held.done} readers"
        f" are suppressed, {held.count} wait for you and get mail meanwhile. After an import of an old list it may be"
        " so; else it is rather a fault of your DNS, of your relay or of one large host. Some of them:\n\n"
        f"{samples}\n\nWith addresses: newsletter bounces. They are dead: newsletter bounces --suppress. They are not:"
        " newsletter bounces --spare, which releases those suppressed in that hour too."
    )
    return Alert(f"held:{held.since:%Y%m%d%H%M}", subject, body)
