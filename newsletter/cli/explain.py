"""``newsletter explain``: why this story, why this sentence, from where. I/O (database, terminal)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsletter import desk
from newsletter.app import App
from newsletter.cli.context import DateArgument, open_place, parse_day
from newsletter.cli.issues import spell_highlight
from newsletter.cli.sources import describe_report
from newsletter.model import Article, ArticleId, Citation, Highlight, IssueStory
from newsletter.store.issues import StoredIssue
from newsletter.store.sources import load_articles
from newsletter.terminal import JSONOption, print_json, say

AROUND = 160  # characters shown on each side of a cited sentence


def explain(
    context: typer.Context,
    date: DateArgument = "",
    story: Annotated[str, typer.Option("--story", help="One story's key.")] = "",
    as_json: JSONOption = False,
) -> None:
    """Explain an issue: why each story and each sentence is there, from where, and what stayed out.

    Example: newsletter explain 2026-01-05 --story baogang-group-signals-strategic-acceleration
    """
    app = open_place(context)
    stored = desk.open_issue(app, parse_day(date, app))
    stories = [item for item in stored.issue.stories if not story or item.key == story]
    articles = load_articles(app.store, sorted({ref.article for item in stories for ref in item.references}))
    left_out = [item for item in stored.selection if not item.kept and (not story or item.key == story)]
    if as_json:
        print_json(
            {
                "date": stored.issue.date,
                "hash": stored.hash,
                "stories": [_describe(item, articles) for item in stories],
                "stayed_out": [
                    {
                        "key": item.key,
                        "title": item.articles[0].title,
                        "score": item.score,
                        "reasons": item.reasons,
                    }
                    for item in left_out
                ],
                "coverage": stored.issue.coverage,
            }
        )
        return
    _print(app, stored, stories, articles)
    if left_out:
        say("\nSTAYED OUT")
        for item in left_out:
            say(f"  {item.key} (score {item.score:.2f})\n    {'; '.join(item.reasons)}")


def _describe(story: IssueStory, articles: dict[ArticleId, Article]) -> dict[str, Any]:
    return {
        "key": story.key,
        "headline": story.headline,
        "section": story.section,
        "score": story.score,
        "reasons": story.reasons,
        "flags": story.flags,
        "references": story.references,
        "highlights": [
            {"highlight": item, "context": _context(item.citation, articles.get(item.citation.article))}
            for item in story.highlights
        ],
    }


def _context(citation: Citation, article: Article | None) -> dict[str, Any] | None:
    """Return the sentence in its place, and whether the kept article still says exactly that."""
    if article is None:
        return None
    return {
        "before": article.text[max(0, citation.start - AROUND) : citation.start],
        "sentence": citation.sentence,
        "after": article.text[citation.end : citation.end + AROUND],
        "holds": article.text[citation.start : citation.end] == citation.sentence,
    }


def _print(
    app: App, stored: StoredIssue, stories: list[IssueStory], articles: dict[ArticleId, Article]
) -> None:
    del app
    for story in stories:
        say(f"{story.headline}\n  key {story.key} · section {story.section} · score {story.score:.2f}")
        say(f"  why: {'; '.join(story.reasons) or 'no reason recorded'}")
        if story.flags:
            say(f"  remarks: {'; '.join(story.flags)}")
        for number, reference in enumerate(story.references, 1):
            origin = f", relaying {reference.origin.name}" if reference.origin else ""
            say(
                f"  [{number}] {reference.publisher.name}{origin}: {reference.title} {reference.url or '(no address)'}"
            )
        for item in story.highlights:
            _print_highlight(item, articles)
        say("")
    say("SOURCES")
    for report in stored.issue.coverage.sources:
        say(f"  {describe_report(report)}")


def _print_highlight(item: Highlight, articles: dict[ArticleId, Article]) -> None:
    say(f"\n  • {spell_highlight(item)}")
    say(
        f"    {item.kind}; characters {item.citation.start}–{item.citation.end} of article {item.citation.article}"
    )
    place = _context(item.citation, articles.get(item.citation.article))
    if place is None:
        say(f"    source sentence: {item.citation.sentence}")
    else:
        line = f"…{place['before']}»{place['sentence']}«{place['after']}…".replace("\n", " ")
        say(f"    in its place: {line}")
    if item.cut:
        say(f"    cut: {' | '.join(item.cut)}")
    if item.lead_in:
        say(f"    speaker from: {item.lead_in.citation.sentence}")
    if item.reasons:
        say(f"    chosen for: {'; '.join(item.reasons)}")
