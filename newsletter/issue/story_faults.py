"""What is wrong with a sentence or a story: it is left out before an issue is frozen, and the rest goes on. Pure.

A check of the mail as a whole keeps an issue back (`check/send_gate.py`); nothing that stands in a source's text does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from newsletter.issue.difference import spell
from newsletter.issue.unfinished_text import find_broken, find_leftovers
from newsletter.model import ArticleId, Highlight, Issue, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A sentence or a whole story that an issue goes without, for the operator."""

    headline: str
    words: str = ""  # the sentence; "": the whole story
    why: str
    articles: tuple[ArticleId, ...] = ()

    def __str__(self) -> str:
        what = f"“{self.words}” of “{self.headline}”" if self.words else f"“{self.headline}”"
        return f"{what}: {self.why}"


def leave_out_faults(story: Story) -> tuple[Story, tuple[LeftOut, ...]]:
    """Return a kept story without what is wrong with it, and what that was; without any highlight it is not kept."""
    lead = story.articles[0]
    ids = tuple(article.id for article in story.articles)

    def leave_out(words: str, why: str) -> LeftOut:
        return LeftOut(headline=lead.title, words=words, why=why, articles=ids)

    if fault := find_headline_fault(lead.title):
        return _drop(story, fault), (leave_out("", fault),)
    faults = {highlight: find_fault(highlight, ids) for highlight in story.highlights}
    sound = tuple(highlight for highlight in story.highlights if not faults[highlight])
    gone = tuple(leave_out(highlight.text, fault) for highlight, fault in faults.items() if fault)
    if not gone:
        return story, ()
    line = None if story.line is not None and find_fault(story.line, ids) else story.line
    whole = replace(story, highlights=sound, line=line)
    return (whole if sound else _drop(whole, gone[0].why)), gone


def _drop(story: Story, why: str) -> Story:
    return replace(story, kept=False, highlights=(), line=None, reasons=(f"taken out: {why}", *story.reasons))


def find_headline_fault(headline: str) -> str:
    """Return what is wrong with a source's headline; "" where nothing is. It is shown as it is, braces and all."""
    if broken := find_broken(headline):
        return f"its headline holds broken characters ({broken[0]!r})"
    return "" if any(char.isalnum() for char in headline) else "its headline has no words"


def find_text_fault(text: str) -> str:
    """Return what is wrong with a sentence, or a line that an editor wrote; "" where nothing is."""
    if broken := find_broken(text):
        return f"it holds broken characters ({broken[0]!r})"
    return next((f"it holds a leftover {kind}: {found[:60]}" for kind, found in find_leftovers(text)), "")


def find_fault(highlight: Highlight, articles: Collection[ArticleId]) -> str:
    """Return what is wrong with a highlight of a story of these articles; "" where nothing is."""
    text = spell(highlight)
    if not text.strip():
        return "it is empty"
    for citation in highlight.cited:
        if not citation.sentence.strip() or not 0 <= citation.start < citation.end:
            return "it cites no sentence"
        if citation.article not in articles:
            return "it cites an article that its story does not name"
    return find_text_fault(text)


def foreign_words(issue: Issue) -> Iterator[str]:
    """Give every text and address of an issue that comes from a source, or was made of what does."""
    yield from (issue.subject, issue.preheader)
    for story in issue.stories:
        yield from (story.headline, story.caution or "", *story.labels)
        for highlight in story.highlights:
            yield from (highlight.text, highlight.lead_in.text if highlight.lead_in else "")
        for reference in story.references:
            yield from (reference.title, reference.publisher.name, reference.url or "")
            yield reference.origin.name if reference.origin else ""
    for line in issue.also_noted:
        yield from (line.headline, line.publisher, line.url or "", line.label)
    for ahead in issue.dates_ahead:
        yield from (ahead.text, ahead.condition.sentence if ahead.condition else "")
    yield from (report.publisher for report in issue.coverage.sources)
