"""One bullet of the issue, what it cites, and the gate's answer about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.ids import ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where words come from: a span of one version of an article."""

    article: ArticleId
    start: int
    end: int
    sentence: str  # exactly article.text[start:end], kept so that the issue can be checked alone


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadIn:
    """Who speaks, carried from an earlier sentence: "Baogang says:"."""

    text: str
    speaker: str
    citation: Citation  # the sentence that establishes the speaker


class Author(StrEnum):
    """Who put the words of a highlight together."""

    EXTRACT = "extract"  # sentences of the articles, shortened
    MODEL = "model"  # a language model, in words of its own
    EDITOR = "editor"


class HighlightKind(StrEnum):
    """Whose statement a highlight is."""

    FACT = "fact"
    CLAIM = "claim"  # attributed, in the sentence itself or by the lead-in
    VIEW = "view"  # the publisher's own judgement, given under the publisher's name
    DIFFERS = "differs"  # "Reports differ: …"


class Beside(StrEnum):
    """Why a highlight stands beside its story's news, which would mislead without it: one of its reasons."""

    LIMIT = "the news is not told without its limit"
    NOT_BINDING = "a deal is not told without that it is not binding"
    SETBACK = "a company's own text is not told without what went wrong"
    DENIAL = "an accusation is not told without its denial"
    BEGINS = "an order is not told without when it begins"
    HURT = "an accident is not told without whom it hurt"
    JOBS = "a closure is not told without the jobs that it costs"


WHY_IT_MATTERS = "it is where the publisher says why this matters"  # the reason of such a highlight


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """One bullet of the issue, and the sentences that it rests on: one or several, the first first."""

    text: str
    citations: tuple[Citation, ...]
    kind: HighlightKind = HighlightKind.FACT
    lead_in: LeadIn | None = None
    cut: tuple[str, ...] = ()  # what was deleted from the sentence
    author: Author = Author.EXTRACT
    reasons: tuple[str, ...] = ()  # why this sentence, in plain words

    @property
    def citation(self) -> Citation:
        """The sentence that it rests on first of all."""
        return self.citations[0]

    @property
    def cited(self) -> tuple[Citation, ...]:
        """All that it cites, and where its lead-in is from."""
        return (*self.citations, *((self.lead_in.citation,) if self.lead_in else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a story tells: its highlights, and all in one. ``line`` is None where the first highlight is that too."""

    highlights: tuple[Highlight, ...] = ()
    line: Highlight | None = None
    fault: str = ""  # why it tells nothing, where a rule of ours broke


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer about one bullet against its source."""

    grounded: bool
    reasons: tuple[str, ...] = ()  # why not, each in words a person understands
