"""The health of a source: what a read changes in it, when to look again, what to alert about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

from newsletter.config import Collect
from newsletter.model import Alert, Source, SourceState

_GONE = 410
_GONE_TIMES = 3  # in a row, the last one a 410
_GONE_LEAST = timedelta(days=2)  # since the last good read: a host's bad afternoon retires nothing
_SLACK = 0.5  # of the shortest interval: a daily run must find what was checked a day before due
_SLACK_OF_LONGEST = 1 / 16  # as well on the day of 23 hours on which the clocks are changed
_SILENCE_TIMES = 4  # times its own rhythm
_SILENCE_LEAST = timedelta(days=14)


def describe_health(source: Source, state: SourceState | None, *, is_paused: bool) -> str:
    """Return how a source is, in a word or two."""
    if source.enabled is False:
        return "off"
    if is_paused:
        return "paused"
    if state is None or state.checked is None:
        return "not read yet"
    if state.retired:
        return "gone"
    if state.failures:
        return f"failing ({state.failures})"
    read = "read in part" if state.error else "ok"
    return read if state.enabled or source.enabled else "waiting for its first answer"


# ── the next check ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutcome:
    """What one read of one source came to, as far as its health is concerned."""

    ok: bool
    not_modified: bool = False
    status: int | None = None  # of HTTP
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    seen: int = 0
    newest: datetime | None = None  # the newest date of an entry
    error: str | None = None  # also where it is ok: it was read in part
    hint: str | None = None


def decide_next_check(outcome: ReadOutcome, failures: int, *, now: datetime, settings: Collect) -> datetime:
    """Return when to look again: after the shortest interval, or as long as Retry-After or failures ask.

    Never sooner than ``min_interval_minutes``, never later than ``max_interval_hours``; each failure in a row
    doubles the wait. A feed's TTL, Cache-Control and Expires are not asked: sources are read where an issue is made,
    and a wish of a day would keep the news of a morning from it. What has not changed costs a 304.
    """
    shortest = timedelta(minutes=settings.min_interval_minutes)
    longest = max(shortest, timedelta(hours=settings.max_interval_hours))
    waits = [shortest, _retry_after(outcome.headers, now)]
    if not outcome.ok:
        waits.append(_wait_of(failures, settings))
    return now + min(max(waits), longest)


def is_due(state: SourceState, now: datetime, settings: Collect, *, by_hand: bool = False) -> bool:
    """Whether a source is to be read now. A retired one is not; one that failed is where a person asks ``by_hand``.

    After a failure no minute too early, for the host may have said when (Retry-After); but a wait of the
    longest interval is ours, and a daily run must find such a source due.
    """
    if state.retired:
        return False
    if state.next_check is None:
        return True
    longest = timedelta(hours=settings.max_interval_hours)
    if by_hand and state.failures and state.checked is not None:
        # Longer than we wait by ourselves: the host has said when.
        return (
            state.next_check - state.checked <= _wait_of(state.failures, settings) or state.next_check <= now
        )
    slack = timedelta()
    if state.failures == 0 or state.checked is None:
        slack = timedelta(minutes=settings.min_interval_minutes) * _SLACK
    elif state.next_check - state.checked >= longest:
        slack = longest * _SLACK_OF_LONGEST
    return state.next_check - slack <= now


def _wait_of(failures: int, settings: Collect) -> timedelta:
    """Return how long we wait by ourselves after so many failures in a row."""
    minutes = settings.min_interval_minutes * (1 << min(failures, 10))
    return min(timedelta(minutes=minutes), timedelta(hours=settings.max_interval_hours))


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long the host asks to be left alone: seconds, or until an HTTP date; nothing where it is past."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value[:9]))
    try:
        date = parsedate_to_datetime(value)
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date
        return max(date - now, timedelta())
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta()


# ── health ───────────────────────────────────────────────────────────────────────────────────────


def update_state(
    state: SourceState, outcome: ReadOutcome, *, now: datetime, settings: Collect
) -> SourceState:
    """Return a source's health after one read.

    A 304 keeps the health it had; an empty feed is no failure; 410 for days retires, a good read
    enables. A failure changes nothing but the record of failing.
    """
    failures = 0 if outcome.ok else state.failures + 1
    retired = not outcome.ok and (state.retired or _is_gone(state, outcome, failures, now))
    again = decide_next_check(outcome, failures, now=now, settings=settings)
    state = replace(
        state,
        checked=now,
        failures=failures,
        error=outcome.error or (None if outcome.ok else "it could not be read"),
        hint=outcome.hint,
        next_check=None if retired else again,
        retired=retired,
    )
    if not outcome.ok:
        return state
    state = replace(state, good=now, enabled=True, first_read=state.first_read or now)
    if outcome.not_modified:
        return state
    newest = min(outcome.newest, now) if outcome.newest else None
    return replace(
        state,
        etag=_header(outcome.headers, "etag"),
        last_modified=_header(outcome.headers, "last-modified"),
        seen=outcome.seen,
        newest_entry=max(filter(None, (state.newest_entry, newest)), default=None),
    )


def _is_gone(state: SourceState, outcome: ReadOutcome, failures: int, now: datetime) -> bool:
    """Whether a 410 is to be believed: a host that is being moved says so for an hour, too."""
    was_good = state.good is not None and now - state.good < _GONE_LEAST
    return outcome.status == _GONE and failures >= _GONE_TIMES and not was_good


def forget_validators(state: SourceState) -> SourceState:
    """Return a state whose next read is whole: not everything of the last one was used."""
    return replace(state, etag=None, last_modified=None)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "").strip()
    return value if value and len(value) <= 1000 and value.isprintable() else None  # noqa: PLR2004 - none is longer


def decide_alert(
    before: SourceState,
    after: SourceState,
    source: Source,
    *,
    now: datetime,
    settings: Collect,
    rhythm: timedelta | None = None,
) -> Alert | None:
    """Return what to tell the operator after a read, or None: that a source is gone, failing, or silent.

    ``rhythm`` is the usual time between the source's entries where it is known (``find_rhythm``).
    Each is told at the moment it becomes true. A source that goes on failing is told again at four
    times as many failures, and so on: an alert a day is one that nobody reads.
    """
    name = f"{source.publisher.name} ({source.key})"

    def make(kind: str, message: str, hint: str) -> Alert:
        key, subject = f"source:{source.key}:{kind}", f"Source {source.key}: {kind}"
        return Alert(key, subject, f"{message}\n\n{hint}")

    if after.retired and not before.retired:
        hint = (
            "It is read no more. Remove it from sources.toml, or give its new address and have it read again: "
            f"newsletter sources resume {source.key}"
        )
        return make("gone", f"{name} is gone for good: it answered 410 for days.", hint)
    if _is_telling(after.failures, settings.alert_after_failures) and (after.enabled or source.enabled):
        since = f", last read on {after.good:%Y-%m-%d}" if after.good else ", never read yet"
        message = f"{name} could not be read {after.failures} times in a row{since}: {after.error}"
        if source.location not in message:
            message += f"\n{source.location}"
        return make("failing", message, after.hint or "Open its address in a browser.")
    newest = after.newest_entry
    patience = max(_SILENCE_LEAST, rhythm * _SILENCE_TIMES) if rhythm else _SILENCE_LEAST * _SILENCE_TIMES
    # A feed's entries have dates, and a sitemap's; the links of a page have none.
    if after.failures or newest is None:
        return None
    if now - newest > patience and not (before.checked and before.checked - newest > patience):
        hint = "It may be abandoned: look for a newer feed or list on the publisher's site, or remove it."
        return make("silent", f"{name} has said nothing since {newest:%Y-%m-%d}.", hint)
    return None


def _is_telling(failures: int, limit: int) -> bool:
    while failures > limit and failures % 4 == 0:
        failures //= 4
    return failures == limit


def find_rhythm(published: Iterable[datetime]) -> timedelta | None:
    """Return the median time between entries, or None of fewer than four dates."""
    times = sorted(set(published))
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return gaps[len(gaps) // 2] if len(gaps) >= 3 else None  # noqa: PLR2004 — fewer gaps show no rhythm
