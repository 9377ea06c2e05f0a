"""What the ledger knows about a send: recipients, sent already, fresh, cited, repeated. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from newsletter.check.finding import Finding, fail, squeeze, warn
from newsletter.config import Editorial, Schedule
from newsletter.issue.approval import find_obstacle
from newsletter.issue.story_faults import find_fault, find_headline_fault
from newsletter.model import EditionKey, Issue, IssueKey, IssueStatus, IssueStory
from newsletter.store.engine import Store
from newsletter.store.issues import StoredIssue, load_sent_issues
from newsletter.store.planning import count_audience, count_stranded
from newsletter.store.sources import load_states

RECENT_DAYS = 7
_STALE = timedelta(hours=36)
_NEWS_AGE = timedelta(days=4)  # of the newest story: over a long weekend sources rest
_CLOCK = timedelta(hours=1)
KEEP_KEY = (
    "An edition keeps its key for ever: write theirs in [[edition]] of newsletter.toml (without any it is daily). To "
    "choose another for them: newsletter subscribers import FILE with a column editions."
)
_GONE = frozenset({IssueStatus.PLANNING, IssueStatus.FROZEN, IssueStatus.SENT})


def load_recent(store: Store, key: IssueKey) -> tuple[Issue, ...]:
    """Return the edition's issues of the week before this one, oldest first."""
    since = key.date - timedelta(days=RECENT_DAYS)
    return tuple(issue for issue in load_sent_issues(store, key.edition, since) if issue.date < key.date)


def describe_stranded(store: Store, editions: Iterable[EditionKey]) -> str:
    """Say which readers chose none of the settings' ``editions``, so that no issue goes to them; "" for none."""
    listed = ", ".join(f"{count} chose {key}" for key, count in count_stranded(store, editions).items())
    return f"Readers of editions that newsletter.toml does not name get nothing: {listed}." if listed else ""


def check_recipients(store: Store, key: IssueKey, editions: Iterable[EditionKey]) -> Iterator[Finding]:
    """53: there is somebody to mail, nobody twice, and nobody who must not be mailed or is forgotten."""
    audience = count_audience(store, key)
    if audience.doubled:
        yield fail("audience", f"{audience.doubled} addresses are subscribed twice.",
                   "Look at newsletter subscribers list, and erase the second of each.")  # fmt: skip
    if audience.suppressed:
        yield warn("audience", f"{audience.suppressed} active subscribers are suppressed: they are left out.",
                   "Nothing is to be done. newsletter subscribers show ADDRESS says why.")  # fmt: skip
    if stranded := describe_stranded(store, editions):
        # Where the issue has readers an edition was given up; where it has none it was most likely renamed.
        yield (warn if audience.mailed else fail)("audience", stranded, KEEP_KEY)
    elif not audience.mailed:
        yield warn("audience", "Nobody would get this issue.",
                   "Add subscribers: newsletter subscribers import FILE, or the sign-up page.")  # fmt: skip


def check_record(stored: StoredIssue, schedule: Schedule) -> Iterator[Finding]:
    """54: the issue has not been sent, and is free to leave."""
    record = stored.record
    if record.status in _GONE:
        moment = record.frozen or record.finished
        when = f" since {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
        yield fail("sent", f"The issue of {record.key} is {record.status}{when}: it cannot be sent again.",
                   f"Who is missing it gets it by: newsletter issue missing --date {record.key}.")  # fmt: skip
    elif record.status is not IssueStatus.COMPOSED:
        again = f"To make it after all: newsletter run --late --date {record.key}."
        yield fail("sent", f"The issue of {record.key} is {record.status}: it is not to be sent.",
                   again if record.may_reopen else "It stays so; the next one is made at its time.")  # fmt: skip
    elif obstacle := find_obstacle(record, schedule):  # the scheduler waits for it by itself
        yield warn("released", f"Nothing leaves yet: {obstacle.why}.", obstacle.command)


def check_clock(issue: Issue, now: datetime) -> Iterator[Finding]:
    """3: no issue was composed in the future."""
    if now < issue.composed - _CLOCK:
        yield fail("date", f"It is {now:%Y-%m-%d %H:%M} UTC by this machine, and the issue was composed at "
                           f"{issue.composed:%Y-%m-%d %H:%M}.",
                   "Set the clock (timedatectl set-ntp true): filters refuse mail with a wrong Date.")  # fmt: skip


def check_freshness(store: Store, issue: Issue, now: datetime) -> Iterator[Finding]:
    """55: sources were read of late, and the newest story is news."""
    states = [state for state in load_states(store).values() if state.enabled and not state.retired]
    good = max((state.good for state in states if state.good is not None), default=None)
    if good is not None and now - good > _STALE:
        yield warn("fresh", f"No source was read well since {good:%Y-%m-%d %H:%M} UTC.",
                   "newsletter sources check")  # fmt: skip
    newest = max((story.occurred for story in issue.stories), default=None)
    if newest is not None and issue.composed - newest > _NEWS_AGE:
        yield warn("fresh", f"The newest story is of {newest:%Y-%m-%d}.",
                   "Look whether the feeds still bring news.")  # fmt: skip
    failed = issue.coverage.failed
    if failed and len(failed) * 2 >= len(issue.coverage.sources):
        yield warn("fresh", f"{len(failed)} of {len(issue.coverage.sources)} sources could not be read.",
                   "newsletter sources check")  # fmt: skip


def check_stories(settings: Editorial, issue: Issue) -> Iterator[Finding]:
    """55: as many stories as the settings allow, at least one, a price or a note."""
    number, most = len(issue.stories), settings.max_stories
    if not (number or issue.prices or issue.note):
        yield fail("stories", "The issue holds no story, price or note.",
                   "Cancel it: newsletter issue cancel.")  # fmt: skip
    if number > most:
        yield warn("stories", f"The issue has {number} stories; editorial.max_stories is {most}.",
                   "Drop some: newsletter issue drop STORY.")  # fmt: skip


def check_citations(issue: Issue) -> Iterator[Finding]:
    """Each story says something, sound and cited: at composing and after each edit what is not was left out."""
    for story in issue.stories:
        hint = f"Drop the story: newsletter issue drop {story.key}"
        shown = f"“{story.headline[:60]}”"
        if fault := find_headline_fault(story.headline):
            yield warn("citations", f"{shown}: {fault}.", hint)
        if not story.highlights:
            yield warn("citations", f"{shown} has no highlight.", hint)
        articles = {reference.article for reference in story.references}
        for highlight in story.highlights:
            if fault := find_fault(highlight, articles):
                yield warn("citations", f"“{highlight.text[:60]}”: {fault}.", hint)


def check_repetition(issue: Issue, recent: Sequence[Issue]) -> Iterator[Finding]:
    """55: no story stands twice; nothing of the last seven issues comes again, but an update that says so."""
    seen = {mark: earlier.date for earlier in recent for story in earlier.stories for mark in _marks(story)}
    here: dict[str, str] = {}
    for story in issue.stories:
        marks = _marks(story)
        if twin := next((here[mark] for mark in marks if mark in here), None):
            yield warn("repeated", f"“{story.headline[:60]}” stands twice, also as “{twin[:60]}”.",
                       f"Drop one: newsletter issue drop {story.key}")  # fmt: skip
        here |= dict.fromkeys(marks, story.headline)
        before = next((seen[mark] for mark in marks if mark in seen), None)
        if before and not story.update_of:
            yield warn("repeated", f"“{story.headline[:60]}” was in the issue of {before}.",
                       f"Drop it: newsletter issue drop {story.key}")  # fmt: skip


def _marks(story: IssueStory) -> tuple[str, ...]:
    """Return what a story is known again by: its headline, and its articles."""
    return (squeeze(story.headline).casefold(), *(str(reference.article) for reference in story.references))
