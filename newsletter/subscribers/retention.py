"""Forgetting what is no longer needed: unconfirmed sign-ups, counts of the form, people who left. I/O (database)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newsletter.config import Retention
from newsletter.model import SubscriberStatus
from newsletter.store import subscribers as rows
from newsletter.store.signups import purge_signups
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers.consent import LEFT, Register
from newsletter.subscribers.tokens import address_hmac


def forget_old(register: Register, retention: Retention, *, now: datetime) -> int:
    """Forget what the settings say, in small transactions; return how many people. Call it once a day.

    Who never confirmed is deleted, or is unsubscribed again where that is what they were before. Who unsubscribed
    ``unsubscribed_days`` ago is erased; the keyed digest keeps imports from bringing them back, and lets them come back
    by the form.
    """
    kept = {SubscriberStatus.PENDING: retention.pending_days}
    if retention.unsubscribed_days:
        kept[SubscriberStatus.UNSUBSCRIBED] = retention.unsubscribed_days
    gone = 0
    for status, days in kept.items():
        while batch := _forget_some(register, status, now - timedelta(days=days), now):
            gone += batch
    with register.store.write() as connection:
        purge_signups(connection, now)
    return gone


def _forget_some(register: Register, status: SubscriberStatus, before: datetime, now: datetime) -> int:
    with register.store.write() as connection:
        found = rows.list_forgettable(connection, status, before)
        for one in found:
            if status is SubscriberStatus.UNSUBSCRIBED:
                hmac = address_hmac(register.keys, one.address.lower())
                add_suppression(connection, Suppression(address_hmac=hmac, reason=LEFT, at=now))
            elif one.unsubscribed is not None:
                rows.save_consent(connection, one, replace(one, status=SubscriberStatus.UNSUBSCRIBED))
                continue
            rows.delete_subscriber(connection, one.id)
    return len(found)
