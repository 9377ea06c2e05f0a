"""Signing up by the form, within caps that keep it from being used to bomb anybody. I/O (database).

Counting, asking and queueing the confirm notice are one transaction, and where nobody is asked the same work
is done and undone: neither the answer nor its time tells whether an address is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from newsletter.config import Web
from newsletter.data_files import read_data
from newsletter.model import EditionKey, Subscriber
from newsletter.store.engine import Connection
from newsletter.store.notices import find_last_turn
from newsletter.store.signups import HOUR, SignupCounts, count_signups, find_room, record_signup
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address
from newsletter.subscribers.consent import Occasion, Register
from newsletter.subscribers.tokens import address_hmac

_SHARED = frozenset(read_data("newsletter.subscribers", "mail_providers.toml")["domains"].split())
_TAG = re.compile(r"(?<=.)[+-]")
MOST_HOURS = 24  # that the last one waits
UNKNOWN_NETWORK = "unknown"


class Verdict(StrEnum):
    """What became of a sign-up."""

    TAKEN = "taken"  # a confirm notice is queued, unless there is a reason against it
    QUIET = "quiet"  # this address was asked often enough: looks like TAKEN, sends nothing
    LATER = "later"  # too many altogether: the confirm notice waits its turn
    BUSY = "busy"  # too many from one network, or a day's worth waits already


def decide_signup(counts: SignupCounts, limits: Web, *, waiting: int = 0) -> Verdict:
    """Decide whether a sign-up may send mail, from how often the form was used lately, and what waits. Pure."""
    if (
        counts.network_hour >= limits.signups_per_network_hour
        or waiting >= limits.signups_total_hour * MOST_HOURS
    ):
        return Verdict.BUSY
    if (
        counts.address_day >= limits.signups_per_address_day
        or counts.address_month >= limits.signups_per_address_month
        or counts.domain_day >= limits.signups_per_domain_day
    ):
        return Verdict.QUIET
    return Verdict.LATER if _is_full(counts, limits, waiting) else Verdict.TAKEN


def _is_full(counts: SignupCounts, limits: Web, waiting: int) -> bool:
    return waiting > 0 or counts.total_hour >= limits.signups_total_hour


def mailbox_key(address: Address) -> str:
    """Return the key of the mailbox behind an address, for counting alone.

    ``victim+1@``, ``victim-1@`` and ``v.ictim+2@`` commonly reach one inbox. Two people wrongly counted as one only
    share a cap.
    """
    local, _, domain = address.key.rpartition("@")
    plain = _TAG.split(local, maxsplit=1)[0].replace(".", "")
    return f"{plain or local}@{domain}"


def domain_key(address: Address) -> str:
    """Return the key under which a domain's sign-ups are counted; "" under a provider of mail to everybody.

    Behind any other one all names may lead to one inbox, until somebody there has subscribed.
    """
    return "" if address.domain in _SHARED else f"@{address.domain}"


def sign_up(
    register: Register,
    address: Address,
    occasion: Occasion,
    limits: Web,
    *,
    name: str | None = None,
    editions: Sequence[EditionKey] = (),
) -> Verdict:
    """Take one sign-up, to the ``editions`` named or the default one. Return what its sender is told.

    At most one confirm notice is queued by it. While mails wait their turn, that is LATER for a quiet one too: it tells
    nothing of the address.
    """
    key = domain_key(address)
    counted = {
        "address_hmac": address_hmac(register.keys, mailbox_key(address)),
        "network": occasion.network or UNKNOWN_NETWORK,
        "domain_hmac": address_hmac(register.keys, key) if key else "",
    }

    def act(connection: Connection) -> Verdict:
        counts = count_signups(connection, occasion.at, domain=address.domain, **counted)
        waiting, last = find_last_turn(connection, occasion.at)
        verdict = decide_signup(counts, limits, waiting=waiting)
        turn = occasion
        if verdict is Verdict.LATER:
            room = find_room(connection, occasion.at, limits.signups_total_hour)
            spaced = last + HOUR / limits.signups_total_hour if last else room
            turn = replace(occasion, not_before=max(room, spaced))
        if verdict is not Verdict.BUSY:
            record_signup(connection, occasion.at, **counted)
        asked = verdict in {Verdict.TAKEN, Verdict.LATER} and consent.request(
            register, address, turn, name=name, editions=editions, within=connection
        )
        if verdict is not Verdict.BUSY and not isinstance(asked, Subscriber):
            consent.rehearse(register, address, turn, within=connection)
        if verdict is Verdict.QUIET and _is_full(counts, limits, waiting):
            return Verdict.LATER
        return verdict

    return consent.in_turn(register, act)
