"""What the studio shows: the frozen issue, the same under today's templates, a draft, a sample, a replay.

I/O (database).

Looking consumes nothing: no source is asked on the network and nothing is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newsletter.day.schedule import find_hindrance
from newsletter.errors import InputError
from newsletter.model import (
    Article,
    ArticleId,
    Issue,
    IssueKey,
    RenderedIssue,
    SourceType,
    Story,
    parse_number,
)
from newsletter.render.hard_issues import tricky_issues
from newsletter.render.issue import render_issue
from newsletter.store.issues import StoredIssue, load_issue
from newsletter.store.sources import load_articles
from newsletter.wiring import Installation

if TYPE_CHECKING:
    from newsletter.day.compose_today import Making
    from newsletter.day.pipeline import Composed, NothingToSay

LIVE, FROZEN, REPLAY, SAMPLE = "live", "frozen", "replay", "sample-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One issue to look at, and all that explains it."""

    content: str  # live, frozen, replay, sample-N
    about: str  # in words
    issue: Issue
    rendered: RenderedIssue
    selection: tuple[Story, ...] = ()
    articles: Mapping[ArticleId, Article] = field(default_factory=dict)
    stored: StoredIssue | None = None  # the ledger's own issue of that date


def choose_shown(app: Installation, key: IssueKey, content: str) -> Shown:
    """Return what to show for ``key``. Raises InputError where there is nothing, with what to do."""
    if content.startswith(SAMPLE):
        return _show_sample(app, content)
    stored = load_issue(app.store, key)
    if stored is None:
        if content in {FROZEN, REPLAY}:
            raise InputError(f"There is no issue of {key}.", hint="newsletter run makes today's.")
        return _show_draft(app, key)
    if content == REPLAY:
        return _show_replay(app, key, stored)
    rendered = stored.rendered
    if content != FROZEN:
        identity = app.settings.of(key.edition).newsletter
        fresh = render_issue(stored.issue, identity, app.templates)
        rendered = rendered if stored.holds(stored.issue, fresh) else fresh
    cited = {reference.article for story in stored.issue.stories for reference in story.references}
    about = "as it was frozen" if content == FROZEN else "under today's templates"
    return Shown(
        content=content,
        about=about,
        issue=stored.issue,
        rendered=rendered,
        selection=stored.selection,
        articles=load_articles(app.store, sorted(cited)),
        stored=stored,
    )


def _show_sample(app: Installation, content: str) -> Shown:
    samples = tuple(tricky_issues())
    number = parse_number(content.removeprefix(SAMPLE))
    if number is None or number >= len(samples):
        raise InputError("There is no such sample.", hint="Choose one from the list.")
    name, issue = samples[number]
    issue = replace(issue, newsletter=app.settings.newsletter.name)
    rendered = render_issue(issue, app.settings.newsletter, app.templates)
    return Shown(content=content, about=f"sample: {name}", issue=issue, rendered=rendered)


def _show_draft(app: Installation, key: IssueKey) -> Shown:
    from newsletter.day.gather import gather  # noqa: PLC0415 - an issue that is composed is shown without the stages
    from newsletter.day.pipeline import NothingToSay, compose_day  # noqa: PLC0415 - see above

    making = app.making
    now = making.clock()
    seeds = [source for source in making.gathering.sources if source.type is SourceType.SEED]
    gathered = asyncio.run(gather(making.gathering, now=now, sources=seeds, only_due=False, save=False))
    composed = compose_day(
        making.open_composing(),
        key,
        now,
        reports=gathered.reports,
        extra=gathered.articles,
        extra_headlines=gathered.headlines,
    )
    if isinstance(composed, NothingToSay):
        instead = "Choose another date or a sample, or read the sources: "
        if not find_hindrance(key, None, now, app.settings.of(key.edition)):
            compose = "No source is asked here. “Compose it now” reads them and makes the issue"
            instead = f"{compose}; to read them alone: "
        raise InputError(
            f"There is nothing to show for {key}: {composed.note}.",
            hint=f"{instead}newsletter sources check.",
        )
    return _show_composed(composed, LIVE, "a draft from the seeds and what is stored; nothing is written")


def _show_composed(composed: Composed, content: str, about: str, stored: StoredIssue | None = None) -> Shown:
    return Shown(
        content=content,
        about=about,
        issue=composed.issue,
        rendered=composed.rendered,
        selection=tuple(story for story in composed.stories if not story.kept),
        articles={article.id: article for story in composed.stories for article in story.articles},
        stored=stored,
    )


def replay_day(making: Making, key: IssueKey, stored: StoredIssue) -> Composed | NothingToSay:
    """Compose a past date again, from what was weighed then, under today's settings and rules."""
    from newsletter.day.pipeline import compose_day  # noqa: PLC0415 - see ``_show_draft``

    moment = stored.record.composed or stored.issue.composed
    return compose_day(making.open_composing(), key, moment, reports=stored.issue.coverage.sources)


def _show_replay(app: Installation, key: IssueKey, stored: StoredIssue) -> Shown:
    from newsletter.day.pipeline import NothingToSay  # noqa: PLC0415 - see ``_show_draft``

    composed = replay_day(app.making, key, stored)
    if isinstance(composed, NothingToSay):
        raise InputError(
            f"Composed again today, {key} would have no issue: {composed.note}.",
            hint="Its articles may no longer be kept (retention.articles_days).",
        )
    return _show_composed(composed, REPLAY, "composed again under today's settings", stored)
