"""Making a day's issue: gather, compose, freeze, and the run on record. I/O (network, database).

May be called at any time, twice, or after a crash: the ledger says what is left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.collect.source_health import decide_alert
from newsletter.day.gather import Gathered, Gathering, OnSource, gather
from newsletter.day.pipeline import Composed, Composing, NothingToSay, compose_day, freeze_day
from newsletter.delivery.operator_alerts import Alerting, tell
from newsletter.errors import NewsletterError
from newsletter.model import BY_PROGRAM, Alert, By, IssueKey
from newsletter.render.words import count_noun
from newsletter.store import installation
from newsletter.store.clock_set_back import mend_moments
from newsletter.store.engine import Store
from newsletter.store.issues import find_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What making an issue needs. A lexicon that cannot be read still lets the sources be."""

    store: Store
    clock: Callable[[], datetime]
    gathering: Gathering
    open_composing: Callable[[], Composing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What composing an issue came to. ``composed`` is None where there is nothing to say, or it was there already."""

    issue: IssueKey
    gathered: Gathered | None
    composed: Composed | None
    nothing: NothingToSay | None = None


async def compose_today(
    making: Making,
    key: IssueKey,
    *,
    save: bool = True,
    by_hand: bool = False,
    by: By = BY_PROGRAM,
    held: bool = False,
    on_source: OnSource | None = None,
) -> Day:
    """Gather and compose an issue; with ``save=False`` nothing is written. ``by_hand``: what failed is read again.

    One that is ``held`` waits until it is released.
    """
    store, clock = making.store, making.clock
    if save and find_record(store, key) is not None:
        return Day(issue=key, gathered=None, composed=None)
    now = clock()
    if save:
        mend_moments(store, now)
    run = installation.start_run(store, "compose", key, now) if save else None

    def end(outcome: str, counts: dict[str, int], error: str | None = None) -> None:
        if run is not None:
            installation.finish_run(store, run, clock(), outcome=outcome, counts=counts, error=error)

    try:
        gathered = await gather(making.gathering, now=now, save=save, by_hand=by_hand, on_source=on_source)
        composed = await asyncio.to_thread(
            compose_day,
            making.open_composing(),
            key,
            now,
            reports=gathered.reports,
            extra=() if save else gathered.articles,
            extra_headlines=() if save else gathered.headlines,
            extra_unread=0 if save else gathered.unread,
        )
    except NewsletterError as error:
        end("error", {}, str(error))
        raise
    counts = {
        "sources": len(gathered.reports),
        "failed": sum(not report.ok for report in gathered.reports),
        "new_articles": len(gathered.articles),  # of this read; an issue weighs what was read before, too
    }
    if isinstance(composed, NothingToSay):
        end(composed.kind, counts)
        return Day(issue=key, gathered=gathered, composed=None, nothing=composed)
    fresh = freeze_day(store, composed, now, by=by, held=held) if save else True
    behind = composed.issue.coverage
    counts |= {
        "articles_read": behind.articles_read,
        "stories_found": behind.stories_found,
        "stories_kept": behind.stories_kept,
        "faults": len(composed.left_out),
    }
    counts |= composed.model.counts() if composed.model else {}
    end("composed" if fresh else "composed by another", counts)
    return Day(issue=key, gathered=gathered, composed=composed if fresh else None)


async def tell_of_faults(alerting: Alerting, day: Day) -> None:
    """Tell the operator of sources that are wrong, failing, silent or gone, and of what an issue goes without."""
    now = alerting.clock()
    if left_out := day.composed.left_out if day.composed else ():
        rest = f"The rest of the issue is as it was. See: newsletter issue show {day.issue}"
        body = "\n\n".join([*map(str, left_out), rest])
        subject = f"Left out of the issue of {day.issue}: {count_noun(len(left_out), 'fault')}"
        await tell(alerting, Alert(f"left-out:{day.issue}", subject, body))
    if faults := day.gathered.faults if day.gathered else ():
        body = "\n\n".join(f"{fault}\n{fault.hint}" for fault in faults)
        rest = "Meanwhile the others are read, or, of a file that cannot be used, those read last."
        subject = "sources.toml: not every source is read as it stands there"
        await tell(alerting, Alert(f"sources.toml:{faults[0]}"[:120], subject, f"{body}\n\n{rest}"))
    for result in day.gathered.results if day.gathered else ():
        for seed in result.found.seed_errors:
            body = f"{seed.message}\n\n{seed.hint}"
            subject = f"Source {result.source.key}: a document cannot be used"
            await tell(alerting, Alert(f"seed:{seed.path}"[:120], subject, body))
        found = decide_alert(
            result.before,
            result.state,
            result.source,
            now=now,
            settings=alerting.settings.collect,
            rhythm=result.rhythm,
        )
        if found is not None:
            await tell(alerting, found)
