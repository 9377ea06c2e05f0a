"""An editor's remembered choices: mute a source, a company, a kind of story; and take it back. I/O (database)."""

from __future__ import annotations

from datetime import date, datetime

from newsletter.day.edit_issue import Editing
from newsletter.errors import InputError
from newsletter.model import Mute, MuteKind, PublisherKind
from newsletter.store.mutes import add_mute, lift_mute, list_mutes

LONGEST = 200  # characters


def mute(editing: Editing, kind: str, value: str, *, until: date | None, reason: str, now: datetime) -> Mute:
    """Hear nothing of a source, a company or a kind of story until the day before ``until``, or for ever.

    Raises InputError for a kind of story that there is none of, a day that is past, and what is muted already.
    """
    today = now.astimezone(editing.settings.newsletter.zone).date()
    value, reason = " ".join(value.split()), " ".join(reason.split())
    if kind not in set(MuteKind):
        raise InputError(f"Nothing of the kind {kind!r} is muted.", hint=f"Kinds are: {', '.join(MuteKind)}.")
    if not 0 < len(value) <= LONGEST or not 0 < len(reason) <= LONGEST:
        raise InputError(
            f"What is muted, and why, have 1 to {LONGEST} characters.", hint="Say both: somebody will ask."
        )
    if until is not None and until <= today:
        raise InputError(f"{until} is past.", hint=f"Name a day after {today}.")
    topics = [*(rule.key for rule in editing.lexicon.sections if not rule.lead), *PublisherKind]
    if kind == MuteKind.TOPIC and value not in topics:
        raise InputError(f"There is no kind of story {value!r}.", hint=f"There are: {', '.join(topics)}.")
    for known in list_mutes(editing.store, today):
        if known.kind == kind and known.value.casefold() == value.casefold():
            raise InputError(f"{value} is muted already (no. {known.id}).", hint="Take that back first.")
    return add_mute(editing.store, MuteKind(kind), value, until=until, reason=reason, now=now, by=editing.by)


def knows_source(editing: Editing, value: str) -> bool:
    """Whether a source or publisher of the settings is called so; else only an aggregator can name it."""
    names = {
        name.casefold() for source in editing.read_sources() for name in (source.key, source.publisher.name)
    }
    return value.casefold() in names


def unmute(editing: Editing, number: int, now: datetime) -> Mute:
    """Take a choice back: it counts for the next issue that is composed."""
    found = lift_mute(editing.store, number, now=now, by=editing.by)
    if found is None:
        raise InputError(
            f"Nothing is muted under the number {number}.", hint="newsletter mute list shows what is."
        )
    return found
