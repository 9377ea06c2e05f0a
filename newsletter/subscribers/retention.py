"""Forgetting what is no longer needed: unconfirmed sign-ups, counts of the form, people who left. I/O (database)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.config import Retention
from newsletter.model import Subscriber, SubscriberStatus
from newsletter.store import subscribers as rows
from newsletter.store.engine import Connection
from newsletter.store.signups import purge_signups
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers.consent import LEFT, Register
from newsletter.subscribers.tokens import address_hmac


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was forgotten."""

    pending: int  # never confirmed
    left: int  # unsubscribed long ago: erased, a keyed digest stays
    signups: int  # counts of the form


def forget_old(register: Register, retention: Retention, *, now: datetime) -> Forgotten:
    """Forget what the settings say, in small transactions; call it once a day.

        Who never confirmed is deleted, or is unsubscribed again where that is what they were before. Who
        unsubscribed ``unsubscribed_days`` ago is erased; the keyed digest keeps imports from bringing them back, and
    lets them come back by the form.
    """
    pending = 0
    while batch := _take_pending(register, now - timedelta(days=retention.pending_days)):
        pending += batch
    left = 0
    if retention.unsubscribed_days:
        while batch := _take_left(register, now - timedelta(days=retention.unsubscribed_days), now):
            left += batch
    with register.store.write() as connection:
        signups = purge_signups(connection, now)
    return Forgotten(pending=pending, left=left, signups=signups)


def _take_pending(register: Register, before: datetime) -> int:
    with register.store.write() as connection:
        stale = rows.list_stale_pending(connection, before)
        for one in stale:
            _end_pending(connection, one)
    return len(stale)


def _end_pending(connection: Connection, one: Subscriber) -> None:
    if one.unsubscribed is None:
        rows.delete_subscriber(connection, one.id)
    else:
        rows.save_consent(connection, one, replace(one, status=SubscriberStatus.UNSUBSCRIBED))


def _take_left(register: Register, before: datetime, now: datetime) -> int:
    with register.store.write() as connection:
        gone = rows.list_left(connection, before)
        for one in gone:
            hmac = address_hmac(register.keys, one.address.lower())
            add_suppression(connection, Suppression(address_hmac=hmac, reason=LEFT, at=now))
            rows.delete_subscriber(connection, one.id)
    return len(gone)
