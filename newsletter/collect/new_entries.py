"""What in a read is new, changed or known. Pure.

An entry is known by its key, by the key of its address, or by its words, whichever matches first;
that order survives feeds that change their ids, move their pages or repeat each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from newsletter.collect.strip_markup import strip_markup
from newsletter.config import Collect
from newsletter.model import Entry, Flag

ZONES = timedelta(hours=14)  # no zone is further ahead: up to this a future date is a lost zone, no remark
_WORD = re.compile(r"\w+")
_TELLING_WORDS = 30  # fewer words repeat by chance: "Daily price update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is remembered of entries seen before."""

    entries: Mapping[str, str] = field(default_factory=dict)  # of this source: key ─▶ digest
    links: AbstractSet[str] = frozenset()  # URL keys, of every source
    digests: AbstractSet[str] = frozenset()  # of every source


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The decision about every entry of one read."""

    entries: tuple[tuple[Entry, str], ...] = ()  # (entry, digest): new and changed, newest first
    remember: tuple[tuple[Entry, str, str], ...] = ()  # (entry, digest, reason): known from now on, no news
    waiting: int = 0  # over the limit of one read; the source must then be read whole again
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count), the most first


def choose_new(
    entries: Iterable[Entry],
    known: Known,
    *,
    now: datetime,
    settings: Collect,
    first_read: bool,
    ageless: bool = False,
) -> Chosen:
    """Decide which entries of one read are news.

    ``first_read``: nothing of this source is known yet; then what is older than
    ``first_read_max_age_days``, and what has no date at all, is remembered but no news. ``ageless``:
    a seed source, whose documents have no age limit. Over ``max_entries`` the oldest wait for the
    next read: they are neither chosen nor remembered, and ``waiting`` says to ``forget_validators``.
    """
    batch = tuple(entries)
    alone = len(batch) == 1
    seen = _Seen(known=known, shared=_shared_links(batch))
    chosen: list[tuple[Entry, str]] = []
    remember: list[tuple[Entry, str, str]] = []
    reasons: Counter[str] = Counter()
    for original in batch:
        entry = _date(original, now)
        words = _words(entry)
        digest = _digest(entry, words)
        reason = seen.judge(entry, digest, telling=len(words) >= _TELLING_WORDS)
        if reason is None and not ageless:
            reason = _too_old(entry, now, settings, first_read=first_read and not alone)
            if reason is not None:
                remember.append((entry, digest, reason))
        if reason is None:
            chosen.append((entry, digest))
        else:
            reasons[reason] += 1
    chosen.sort(key=lambda item: item[0].published or now, reverse=True)
    waiting = max(0, len(chosen) - settings.max_entries)
    if waiting:
        reasons[f"over {settings.max_entries} new entries in one read: the next read takes them"] = waiting
    return Chosen(
        entries=tuple(chosen[: settings.max_entries]),
        remember=tuple(remember),
        waiting=waiting,
        dropped=tuple(reasons.most_common()),
    )


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What is known, and what this very read has shown already."""

    known: Known
    shared: AbstractSet[str]
    keys: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)

    def judge(self, entry: Entry, digest: str, *, telling: bool) -> str | None:
        """Return why an entry is no news; None: it is new, or known with other words, which is a correction.

        ``telling``: it says so much that nothing else says the same by chance.
        """
        link = entry.link_key if entry.link_key not in self.shared else None
        doubled = entry.key in self.keys or link in self.links or (telling and digest in self.digests)
        self.keys.add(entry.key)
        self.digests.add(digest)
        if link is not None:
            self.links.add(link)
        if doubled:
            return "twice in one read"
        if entry.key in self.known.entries:
            return "known" if self.known.entries[entry.key] == digest else None
        if link in self.known.links:
            return "known under another id"
        if telling and digest in self.known.digests:
            return "known in the same words"
        return None


def _shared_links(batch: tuple[Entry, ...]) -> frozenset[str]:
    """Return the addresses that several different entries give: a page, not an article."""
    titles: dict[str, set[str]] = {}
    for entry in batch:
        if entry.link_key:
            titles.setdefault(entry.link_key, set()).add(entry.title.casefold())
    return frozenset(link for link, names in titles.items() if len(names) > 1)


def _date(entry: Entry, now: datetime) -> Entry:
    """Return the entry with its date clamped, and the remark on that for the reader of the issue."""
    flags: tuple[str, ...] = ()
    if entry.published is None:
        flags = (Flag.FIRST_SIGHT,)
    elif entry.published > now + ZONES:
        flags = (Flag.FUTURE_DATE,)
    published = min(entry.published, now) if entry.published else None
    return replace(entry, published=published, flags=flags)


def _too_old(entry: Entry, now: datetime, settings: Collect, *, first_read: bool) -> str | None:
    if entry.published is None:
        return "undated at the first read" if first_read else None
    age = now - entry.published
    if age > timedelta(days=settings.max_age_days):
        return f"older than {settings.max_age_days} days"
    if first_read and age > timedelta(days=settings.first_read_max_age_days):
        return f"older than {settings.first_read_max_age_days} days at the first read"
    return None


def _digest(entry: Entry, words: list[str]) -> str:
    whole = entry.body if entry.body is not None and entry.body_type == "text" else None
    return sha256(whole or " ".join(words).encode("utf-8", "replace")).hexdigest()


def _words(entry: Entry) -> list[str]:
    body = strip_markup(entry.body.decode("utf-8", "replace")) if entry.body is not None else entry.summary
    return _WORD.findall(f"{entry.title} {body}".casefold())
