"""Forgetting what the retention settings say, once a day. I/O (database)."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.day.timetable import TIDY_EVERY
from newsletter.store import installation, monitoring
from newsletter.store.endings import forget_deliveries
from newsletter.store.engine import Store
from newsletter.store.sessions import forget_sessions
from newsletter.store.sources import forget_old
from newsletter.subscribers import retention
from newsletter.subscribers.consent import Register

_LONG = timedelta(days=3)  # without tidying: the machine was off, or its clock runs ahead


def is_tidy(store: Store, now: datetime) -> bool:
    """Whether it was done less than a day ago; or lately not at all, and nobody knows yet whether the clock is right.

    What is forgotten is gone: a clock that runs a year ahead has a day to be set right before anything is.
    """
    last = installation.read_moment(store, "tidied")
    if last is None or now - last < _LONG:
        return installation.was_done(store, "tidied", now, within=TIDY_EVERY)
    waiting = installation.read_moment(store, "tidying_waits")
    waited = now - waiting if waiting else _LONG
    if not timedelta(0) <= waited < _LONG:
        installation.save_fact(store, "tidying_waits", now.isoformat())
        return True
    return waited < TIDY_EVERY


def tidy(register: Register, settings: Settings, now: datetime) -> None:
    """Forget old articles, fetches and deliveries, and people who never confirmed or left long ago."""
    store, keep = register.store, settings.retention
    forget_old(
        store,
        articles_before=now - timedelta(days=keep.articles_days),
        fetches_before=now - timedelta(days=keep.fetch_log_days),
    )
    today = now.astimezone(settings.newsletter.zone).date()
    forget_deliveries(store, before=today - timedelta(days=keep.deliveries_days))
    retention.forget_old(register, keep, now=now)
    forget_sessions(store, now)
    monitoring.forget_senders(store, before=now - timedelta(days=keep.fetch_log_days))
    installation.save_fact(store, "tidied", now.isoformat())
