"""The order of the stages, and nothing else. I/O (through the stages).

collect ─▶ extract (both in ``gather``) ─▶ group ─▶ rank ─▶ summarize ─▶ compose ─▶ render ─▶ freeze.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newsletter.config import QuietDay, Settings
from newsletter.day.ask_model import Report
from newsletter.day.model_writer import Extractive, ModelWriter, Summarizer
from newsletter.day.past_faults import BROKE, run_past_faults
from newsletter.day.shared_work import SharedWork
from newsletter.errors import ConfigError
from newsletter.extract.language import detect_language
from newsletter.issue.also_noted import label_release
from newsletter.issue.compose import begin_issue, compose_issue, compose_quiet, drop_copies
from newsletter.issue.price_strip import choose_prices, choose_week_prices, leave_bare, quote_stories
from newsletter.issue.repeats import drop_repeats
from newsletter.issue.story_faults import LeftOut, leave_out_faults
from newsletter.issue.week import compose_week
from newsletter.logs import get_log
from newsletter.model import (
    BY_PROGRAM,
    AlsoNoted,
    Article,
    ArticleId,
    By,
    Correction,
    Coverage,
    Issue,
    IssueKey,
    IssuePrice,
    IssueStatus,
    Mute,
    RenderedIssue,
    Source,
    SourceReport,
    Story,
)
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.render.words import count_noun
from newsletter.store.considered import load_candidates, load_weighed_titles
from newsletter.store.corrections import load_corrections_since
from newsletter.store.engine import Store
from newsletter.store.issues import (
    StoredIssue,
    find_record,
    last_covered,
    load_issue,
    load_sent_issues,
    next_number,
    save_composed,
)
from newsletter.store.mutes import list_mutes
from newsletter.store.prices import load_price_history
from newsletter.store.sources import EntryRecord, count_unread, load_articles, load_headlines
from newsletter.stories.group import group_articles
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.mutes import is_muted_line
from newsletter.stories.novelty import History, build_history, keep_latest
from newsletter.stories.rank import Drop, drop_of, rank_stories
from newsletter.stories.relevance import judge_headline

_TRIED_AGAIN = timedelta(days=1)  # after which no page that could not be had is
FAILED = "everything failed"  # the one of the three answers that leaves the day open
HISTORY_DAYS = 30  # earlier issues that a story is compared with
HEADLINES_FOR = timedelta(days=2)  # a headline that found no room is offered so long

log = get_log("pipeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composing:
    """What composing an issue needs."""

    store: Store
    settings: Settings
    sources: tuple[Source, ...]
    lexicon: Lexicon
    templates: Templates
    clock: Callable[[], datetime]
    shared: SharedWork = field(default_factory=SharedWork)
    load_prices: Callable[[], tuple[IssuePrice, ...]] = tuple  # the operator's own; raises ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A composed issue and everything that was weighed for it."""

    issue: Issue
    rendered: RenderedIssue
    stories: tuple[Story, ...]  # kept and not kept
    considered: tuple[ArticleId, ...]
    model: Report | None = None  # what a language model did, where one was asked
    left_out: tuple[LeftOut, ...] = ()  # what was wrong with a sentence or a story
    prices: tuple[IssuePrice, ...] = ()  # to be kept as series


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToSay:
    """Why a day has no issue: three answers that are never mixed up."""

    kind: str  # "nothing new", "everything already sent", "everything failed"
    figures: str

    @property
    def note(self) -> str:
        """Which it is, with the figures."""
        return f"{self.kind}: {self.figures}"


def compose_day(
    composing: Composing,
    key: IssueKey,
    now: datetime,
    *,
    reports: Sequence[SourceReport],
    extra: Sequence[Article] = (),
    extra_headlines: Sequence[EntryRecord] = (),
    extra_unread: int = 0,
) -> Composed | NothingToSay:
    """Compose an issue from all articles that no other issue has weighed.

    What is ``extra`` was gathered but not saved (a dry run). Writes nothing but what a
    language model cost and answered, where one is set.
    """
    composing = replace(composing, settings=composing.settings.of(key.edition))
    edition = composing.settings.find_edition(key.edition)
    since = _find_beginning(composing, key, now)
    is_week = edition is not None and edition.span == "week"
    week = _load_week(composing, key, now) if is_week else ()
    candidates = load_candidates(composing.store, key, since=since, untold=is_week)
    articles = tuple({article.id: article for article in (*candidates, *extra)}.values())
    summarizer = open_summarizer(composing)
    history = load_history(composing.store, key, beside=week)
    weighed = load_weighed_titles(composing.store, key, now - timedelta(days=HISTORY_DAYS))
    sections = edition.sections if edition else ()
    # What editors want to hear nothing of today.
    mutes = list_mutes(composing.store, now.astimezone(composing.settings.newsletter.zone).date())
    ranked, unranked = _rank(composing, articles, history, now, sections, mutes=mutes)
    stories, left_out = _summarize(summarizer, ranked)
    left_out = (*unranked, *left_out)
    kept = [story for story in stories if story.kept]
    coverage = count_coverage(stories, articles, reports)
    number, covers_since = _find_place(composing, key)
    quoting = frozenset(rule.key for rule in composing.lexicon.sections if rule.quotes)
    told, prices_of_own, wrong = _find_prices(composing, kept, quoting)
    quoted = leave_bare(told)
    left_out = (*left_out, *wrong)
    kept_prices = (*prices_of_own, *_choose_series(composing, stories, quoted))
    series = (*load_price_history(composing.store, key.date), *kept_prices)
    choose = choose_week_prices if is_week else choose_prices
    prices = choose(series, quoted, day=key.date)
    is_priced = bool(sections) and quoting.issuperset(sections)
    if is_priced and not told and not any(one.price.date == key.date for one in prices):
        figures = f"no price of {key.date}; {len(articles)} articles weighed"
        return NothingToSay(kind="nothing new", figures=figures)
    identity = composing.settings.newsletter
    begun = begin_issue(
        key,
        number,
        identity,
        coverage,
        now,
        covers_since=covers_since,
        corrections=find_corrections(composing.store, key, week=week),
    )
    if not kept and not week and not is_priced:
        missing, seen = count_unread(composing.store, now - _TRIED_AGAIN)
        missing += extra_unread
        most = 2 * missing > max(seen + extra_unread, missing + len(articles))
        nothing = explain_nothing(stories, articles, reports, missing if most else 0)
        # An edition of some sections is not sent to say that they are empty: no prices, no mail.
        skips = bool(sections) or composing.settings.schedule.quiet_day is not QuietDay.NOTE
        if nothing.kind == FAILED or skips:
            return nothing
        return replace(_finish(composing, compose_quiet(begun), stories, articles), left_out=left_out)
    begun = replace(begun, prices=prices)
    unread = _name_headlines(
        composing, (*load_headlines(composing.store, now - HEADLINES_FOR), *extra_headlines)
    )

    def compose(chosen: Sequence[Story]) -> Issue:
        editorial, lexicon, tagline = composing.settings.editorial, composing.lexicon, identity.tagline
        if is_week:
            return compose_week(begun, week, chosen, settings=editorial, lexicon=lexicon, tagline=tagline)
        return compose_issue(
            begun,
            chosen,
            settings=editorial,
            lexicon=lexicon,
            tagline=tagline,
            history=history,
            unread=unread,
            weighed=weighed,
        )

    issue, broken = run_past_faults("composing", stories, compose, name=_name_articles)
    stories = (
        *(story for story in stories if story not in broken),
        *(_drop_broken(story) for story in broken),
    )
    also_noted = (line for line in issue.also_noted if not is_muted_line(line, mutes, composing.lexicon))
    return replace(
        _finish(composing, replace(issue, also_noted=tuple(also_noted)), stories, articles),
        model=summarizer.report if summarizer.report.counts() else None,
        prices=kept_prices,
        left_out=(*left_out, *(_leave_out(story.articles) for story in broken)),
    )


def _find_prices(
    composing: Composing, kept: Sequence[Story], quoting: frozenset[str]
) -> tuple[tuple[IssuePrice, ...], tuple[IssuePrice, ...], tuple[LeftOut, ...]]:
    """Return what stories of the sections ``quoting`` quote, the operator's own prices, and what is wrong there."""
    quoted, _ = run_past_faults(
        "reading prices",
        kept,
        lambda given: quote_stories(given, sections=quoting, weigh=composing.lexicon.weigh),
        name=_name_articles,
    )
    try:
        return tuple(quoted), composing.load_prices(), ()
    except ConfigError as error:  # a file that is wrong costs the prices alone, and the operator hears of it
        wrong = LeftOut(headline="prices.csv", why=f"{error} {error.hint}".strip())
        return tuple(quoted), (), (wrong,)


def _choose_series(
    composing: Composing, stories: Sequence[Story], quoted: Sequence[IssuePrice]
) -> Iterator[IssuePrice]:
    """Give the quotes of sources whose licence allows a series, with the address of their article."""
    allowed = {source.key for source in composing.sources if source.prices}
    articles = {article.id: article for story in stories for article in story.articles}
    for one in quoted:
        article = articles[one.citation.article] if one.citation else None
        if article is not None and article.source in allowed:
            yield replace(one, url=article.url or "")


def _name_all(articles: Sequence[Article]) -> tuple[ArticleId, ...]:
    return tuple(article.id for article in articles)


def _name_articles(story: Story) -> tuple[ArticleId, ...]:
    return _name_all(story.articles)


def _leave_out(articles: Sequence[Article], why: str = BROKE) -> LeftOut:
    return LeftOut(headline=articles[0].title, why=why, articles=_name_all(articles))


def _drop_broken(story: Story) -> Story:
    return replace(story, kept=False, highlights=(), line=None, reasons=(BROKE, *story.reasons))


def _find_place(composing: Composing, key: IssueKey) -> tuple[int, datetime | None]:
    """Return the number of an issue, and since when it covers. One that there is keeps both."""
    stored = load_issue(composing.store, key)
    if stored is not None:
        return stored.issue.number, stored.issue.covers_since
    return next_number(composing.store, key.edition), _find_gap(composing, key)


def _find_beginning(composing: Composing, key: IssueKey, now: datetime) -> datetime | None:
    """Return since when articles count for an edition beside the default one: a new one begins with its own span.

    Afterwards what came a span before its newest issue is still weighed, for a day that could not be composed.
    """
    if key.edition == composing.settings.edition_keys[0]:
        return None
    edition = composing.settings.find_edition(key.edition)
    span = timedelta(days=7 if edition and edition.span == "week" else 1)
    return (last_covered(composing.store, key.edition) or now) - span


def _find_gap(composing: Composing, key: IssueKey) -> datetime | None:
    """Return when the newest issue was composed, where a send day has passed since then without one; else None.

    A day that was looked at and found quiet is no gap.
    """
    since = last_covered(composing.store, key.edition)
    if since is None:
        return None
    last = since.astimezone(composing.settings.newsletter.zone).date()
    for number in range(1, (key.date - last).days):
        between = last + timedelta(days=number)
        record = find_record(composing.store, replace(key, date=between))
        quiet = record is not None and record.status is IssueStatus.EMPTY
        if composing.settings.schedule.has_issue(between) and not quiet:
            return since
    return None


def _finish(
    composing: Composing, issue: Issue, stories: tuple[Story, ...], articles: Sequence[Article]
) -> Composed:
    rendered = render_issue(issue, composing.settings.newsletter, composing.templates)
    log.info("composed", date=issue.date.isoformat(), stories=len(issue.stories), articles=len(articles))
    return Composed(issue=issue, rendered=rendered, stories=stories, considered=_name_all(articles))


def freeze_day(
    store: Store, composed: Composed, now: datetime, *, by: By = BY_PROGRAM, held: bool = False
) -> bool:
    """Freeze what was composed. False where the date has an issue already: then nothing is written."""
    return save_composed(
        store,
        issue=composed.issue,
        rendered=composed.rendered,
        selection=composed.stories,
        considered=composed.considered,
        prices=composed.prices,
        change="; ".join(["composed", *(f"left out: {item}" for item in composed.left_out)]),
        now=now,
        by=by,
        held=held,
    )


def _name_headlines(composing: Composing, records: Sequence[EntryRecord]) -> tuple[AlsoNoted, ...]:
    """Return entries whose page could not be read as headlines of their publishers."""
    sources = {source.key: source for source in composing.sources}
    lines = []
    for record in records:
        source = sources.get(record.entry.source)
        publisher = record.entry.publisher or (source.publisher if source else None)
        if publisher is not None:
            lines.append(
                AlsoNoted(
                    headline=record.entry.title,
                    publisher=publisher.name,
                    url=record.entry.link,
                    language=detect_language(record.entry.title) or (source.language if source else None),
                    published=record.entry.published,
                    label=label_release(publisher.kind),
                )
            )
    return tuple(lines)


def list_unread(store: Store, stored: StoredIssue, lexicon: Lexicon) -> tuple[EntryRecord, ...]:
    """Return the entries on the subject whose pages could not be read for an issue, and that it does not note."""
    composed = stored.record.composed
    if composed is None:
        return ()
    noted = {line.url for line in stored.issue.also_noted}
    return tuple(
        record
        for record in load_headlines(store, composed - HEADLINES_FOR)
        if record.first_seen <= composed
        and record.entry.link not in noted
        and judge_headline(record.entry.title, lexicon)
    )


def _load_week(composing: Composing, key: IssueKey, now: datetime) -> tuple[Issue, ...]:
    """Return the issues of the day's editions that left since the last review, the default edition's last of a date.

    At most those of eight days: after a break nothing older is reviewed.
    """
    settings, store = composing.settings, composing.store
    there = find_record(store, key)
    until = (there.composed if there else None) or now
    last = last_covered(store, key.edition, before=key.date) or until - timedelta(days=7)
    since = max(last, until - timedelta(days=8))
    found = []
    for number, edition in enumerate(settings.edition_keys):
        known = settings.find_edition(edition)
        if known is None or known.span == "week":
            continue
        for issue in load_sent_issues(store, edition, since.date() - timedelta(days=1)):
            record = find_record(store, issue.key)
            if issue.stories and record is not None and record.frozen and since < record.frozen <= until:
                found.append((issue.date, -number, issue))
    return tuple(issue for _, _, issue in sorted(found, key=lambda one: one[:2]))


def load_history(store: Store, key: IssueKey, *, beside: Sequence[Issue] = ()) -> History:
    """Return what the edition's issues of the last ``HISTORY_DAYS`` days sent, and what the issues ``beside`` did."""
    own = load_sent_issues(store, key.edition, key.date - timedelta(days=HISTORY_DAYS))
    issues = (*(issue for issue in own if issue.date < key.date), *beside)
    cited = {
        reference.article for issue in issues for story in issue.stories for reference in story.references
    }
    return build_history(issues, load_articles(store, sorted(cited)))


def _rank(
    composing: Composing,
    articles: Sequence[Article],
    history: History,
    now: datetime,
    sections: Sequence[str],
    *,
    mutes: Sequence[Mute],
) -> tuple[tuple[Story, ...], tuple[LeftOut, ...]]:
    """Group and rank; what a rule breaks on is left out and told."""
    fresh = keep_latest(articles)

    def group() -> tuple[Sequence[Sequence[Article]], Sequence[Article]]:
        return run_past_faults(
            "grouping",
            fresh,
            lambda given: group_articles(given, lexicon=composing.lexicon),
            name=lambda article: article.id,
        )

    groups, alone = composing.shared.grouped(_name_all(fresh), group)
    stories, together = run_past_faults(
        "ranking",
        groups,
        lambda given: rank_stories(
            given,
            lexicon=composing.lexicon,
            settings=composing.settings.editorial,
            now=now,
            history=history,
            sections=sections,
            mutes=mutes,
        ),
        name=_name_all,
    )
    return stories, (*(_leave_out([article]) for article in alone), *map(_leave_out, together))


def find_corrections(store: Store, key: IssueKey, *, week: Sequence[Issue] = ()) -> tuple[Correction, ...]:
    """Return the corrections of earlier issues, those of a reviewed ``week`` too, that none before this one carried."""
    since = key.date - timedelta(days=HISTORY_DAYS)
    reviewed = {issue.key for issue in week}
    editions = {key.edition, *(one.edition for one in reviewed)}
    found = [
        one
        for one in load_corrections_since(store, editions, since)
        if one.issue.edition == key.edition or one.issue in reviewed
    ]
    if not found:
        return ()
    carried = {
        one.id
        for issue in load_sent_issues(store, key.edition, since)
        if issue.date < key.date
        for one in issue.corrections
    }
    return tuple(
        one for one in found if one.id not in carried and (one.issue.date < key.date or one.issue in reviewed)
    )


def open_summarizer(composing: Composing) -> Summarizer:
    """Return the summarizer of the settings: the extract, or a language model over it."""
    settings = composing.settings
    extract = Extractive(settings.editorial, composing.lexicon.weigh, composing.shared)
    if not settings.model.endpoint:
        return extract
    return ModelWriter(
        extract=extract,
        editorial=settings.editorial,
        model=settings.model,
        collect=settings.collect,
        store=composing.store,
        clock=composing.clock,
        contact=settings.newsletter.base_url,
    )


def _summarize(
    summarizer: Summarizer, stories: Sequence[Story]
) -> tuple[tuple[Story, ...], tuple[LeftOut, ...]]:
    """Give every kept story its sound highlights; one without any is not kept, and says why."""
    kept = [story for story in stories if story.kept]
    found = summarizer.summarize([drop_copies(story.articles) for story in kept])
    summaries = {story.key: told for story, told in zip(kept, found, strict=True)}
    done, left_out = list[Story](), list[LeftOut]()
    for story in stories:
        if not story.kept:
            done.append(story)
        elif (told := summaries[story.key]).highlights:
            sound, gone = leave_out_faults(replace(story, highlights=told.highlights, line=told.line))
            done.append(sound)
            left_out += gone
        elif told.fault:
            done.append(_drop_broken(story))
            left_out.append(_leave_out(story.articles, told.fault))
        else:
            done.append(replace(story, kept=False, reasons=("no sentence passed the gate", *story.reasons)))
    fresh, broken = run_past_faults("finding repeats", done, drop_repeats, name=_name_articles)
    left_out += [_leave_out(story.articles) for story in broken]
    return (*fresh, *map(_drop_broken, broken)), tuple(left_out)


def count_coverage(
    stories: Sequence[Story], articles: Sequence[Article], reports: Sequence[SourceReport]
) -> Coverage:
    """Count what stands behind an issue: seen, kept, dropped and why."""
    dropped: Counter[str] = Counter()
    for story in stories:
        if not story.kept:
            dropped[(story.reasons[0] if story.reasons else "not chosen").partition(":")[0]] += 1
    weighed = Counter(article.source for article in articles)
    return Coverage(
        sources=tuple(replace(report, weighed=weighed[report.source]) for report in reports),
        articles_read=len(articles),
        stories_found=len(stories),
        stories_kept=sum(story.kept for story in stories),
        dropped=tuple(dropped.most_common()),
    )


def explain_nothing(
    stories: Sequence[Story], articles: Sequence[Article], reports: Sequence[SourceReport], unread: int
) -> NothingToSay:
    """Say which of the three it is: everything failed, everything already sent, or nothing new.

    ``unread`` of a day's entries, most of them, have a page that could not be had so far: nobody knows what is new.
    """
    failed = [report for report in reports if not report.ok]
    figures = (
        f"{count_noun(len(reports), 'source')} read, {len(failed)} failed, "
        f"{count_noun(len(articles), 'article')} weighed"
    )
    if unread:
        pages = f"{count_noun(unread, 'page')} could not be had and are tried again (newsletter sources log)"
        return NothingToSay(kind=FAILED, figures=f"{figures}; {pages}")
    if reports and len(failed) == len(reports) and not articles:
        return NothingToSay(kind=FAILED, figures=figures)
    sent = [story for story in stories if drop_of(story) is Drop.SENT]
    if stories and len(sent) == len(stories):
        return NothingToSay(kind="everything already sent", figures=f"{len(sent)} stories; {figures}")
    none_kept = f"{len(stories)} stories, none of them kept; {figures}"
    return NothingToSay(kind="nothing new", figures=none_kept)
