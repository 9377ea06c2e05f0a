"""``newsletter explain``: why this story, why this sentence, from where. I/O (database, terminal)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsletter.cli.context import DateArgument, IssueCall, print_json, say
from newsletter.cli.sources import describe_report
from newsletter.config import Editorial
from newsletter.errors import InputError
from newsletter.highlights.explain import (
    HighlightExplanation,
    NearMiss,
    SourceSentence,
    StoryExplanation,
    explain_story,
)
from newsletter.issue.difference import spell
from newsletter.model import Article, ArticleId, Author, Highlight, IssueStory, Verdict
from newsletter.store.issues import StoredIssue, open_issue
from newsletter.store.sources import load_articles
from newsletter.stories.lexicon import Lexicon


def explain(
    call: IssueCall,
    day: DateArgument = "",
    story: Annotated[str, typer.Option("--story", help="One story's key.")] = "",
) -> None:
    """Explain an issue: why each story and each sentence is there, from where, and what stayed out.

    Example: newsletter explain 2026-01-05 --story baogang-group-signals-strategic-acceleration
    """
    app = call.app
    stored = open_issue(app.store, call.find_issue(day))
    keys = [*(item.key for item in stored.issue.stories), *(item.key for item in stored.selection)]
    if story and story not in keys:
        known = ", ".join(dict.fromkeys(keys))
        raise InputError(f"Nothing was weighed under the key {story!r}.", hint=f"There are: {known}.")
    stories = [item for item in stored.issue.stories if not story or item.key == story]
    articles = load_articles(app.store, sorted({ref.article for item in stories for ref in item.references}))
    explained = [_explain(item, articles, app.settings.editorial, app.lexicon) for item in stories]
    left_out = [item for item in stored.selection if not item.kept and (not story or item.key == story)]
    if call.as_json:
        print_json(
            {
                "date": stored.issue.date,
                "hash": stored.hash,
                "stories": [_describe(item, told) for item, told in zip(stories, explained, strict=True)],
                "stayed_out": [
                    {
                        "key": one.key,
                        "title": one.articles[0].title,
                        "score": one.score,
                        "reasons": one.reasons,
                    }
                    for one in left_out
                ],
                "coverage": stored.issue.coverage,
            }
        )
        return
    _print(stored, stories, explained)
    if left_out:
        say("\nSTAYED OUT")
        for item in left_out:
            say(f"  {item.key} (score {item.score:.2f})\n    {'; '.join(item.reasons)}")


def _explain(
    story: IssueStory, articles: dict[ArticleId, Article], settings: Editorial, lexicon: Lexicon
) -> StoryExplanation:
    """Explain a story from those of its articles that are still kept."""
    kept = [articles[reference.article] for reference in story.references if reference.article in articles]
    return explain_story(kept, story.highlights, settings=settings, terms=lexicon.weigh)


def _describe(story: IssueStory, explained: StoryExplanation) -> dict[str, Any]:
    names = ("key", "headline", "section", "score", "reasons", "flags", "references")
    return {name: getattr(story, name) for name in names} | {
        "highlights": [
            {"highlight": item, "context": _context(item, told), "verdict": told.verdict}
            for item, told in zip(story.highlights, explained.highlights, strict=True)
        ],
        "line": story.line,
        "near_misses": explained.near_misses,
    }


def _context(highlight: Highlight, told: HighlightExplanation) -> dict[str, Any] | None:
    """Return the sentence in its place, and whether the kept article still says exactly that."""
    if not told.sources:
        return None
    first = told.sources[0]
    return {
        "before": first.before,
        "sentence": highlight.citation.sentence,
        "after": first.after,
        "holds": first.sentence == highlight.citation.sentence,
    }


def _print(stored: StoredIssue, stories: list[IssueStory], found: list[StoryExplanation]) -> None:
    for story, explained in zip(stories, found, strict=True):
        say(f"{story.headline}\n  key {story.key} · section {story.section} · score {story.score:.2f}")
        say(f"  why: {'; '.join(story.reasons) or 'no reason recorded'}")
        for flag in story.flags:
            say(f"  remark: {flag}")
        for number, reference in enumerate(story.references, 1):
            origin = f", relaying {reference.origin.name}" if reference.origin else ""
            say(
                f"  [{number}] {reference.publisher.name}{origin}: {reference.title} {reference.url or '(no address)'}"
            )
        if story.line:
            say(f"  in one line: {spell(story.line)}")
        for item, told in zip(story.highlights, explained.highlights, strict=True):
            _print_highlight(item, told)
        if explained.near_misses:
            say("\n  NEARLY MADE IT")
            for miss in explained.near_misses:
                _print_near_miss(miss)
        say("")
    say("SOURCES")
    for report in stored.issue.coverage.sources:
        say(f"  {describe_report(report)}")


def _print_highlight(item: Highlight, told: HighlightExplanation) -> None:
    say(f"\n  • {spell(item)}")
    say(
        f"    {item.kind}; characters {item.citation.start}–{item.citation.end} of article {item.citation.article}"
    )
    if item.author is Author.MODEL:
        say("    written by a language model")
    for citation in item.citations if not told.sources else ():
        say(f"    source sentence: {citation.sentence}")
    for source in told.sources:
        say(f"    in its place: {_mark(source)}")
    if item.cut:
        say(f"    cut: {' | '.join(item.cut)}")
    if item.lead_in:
        say(f"    speaker from: {item.lead_in.citation.sentence}")
    if item.reasons:
        say(f"    chosen for: {'; '.join(item.reasons)}")
    if told.verdict:
        say(f"    the gate: {_spell_verdict(told.verdict)}")


def _print_near_miss(miss: NearMiss) -> None:
    say(f"  ◦ {miss.text}")
    say(f"    worth {miss.worth:.2f}: {'; '.join(miss.reasons) or 'nothing speaks for it'}")
    if not miss.verdict.grounded:
        say(f"    the gate: {_spell_verdict(miss.verdict)}")


def _mark(place: SourceSentence) -> str:
    """The source sentence marked in the article: »…«."""
    return f"…{place.before}»{place.sentence}«{place.after}…".replace("\n", " ")


def _spell_verdict(verdict: Verdict) -> str:
    why = "; ".join(verdict.reasons)
    return f"{'passed' if verdict.grounded else 'refused'}{': ' if why else ''}{why}"
