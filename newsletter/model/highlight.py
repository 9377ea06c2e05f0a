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


class HighlightKind(StrEnum):
    """Whose statement a highlight is."""

    FACT = "fact"
    CLAIM = "claim"  # attributed, in the sentence itself or by the lead-in
    VIEW = "view"  # the publisher's own judgement, given under the publisher's name
    DIFFERS = "differs"  # "Reports differ: …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """One bullet of the issue. ``text`` is its sentence, uncut or shortened by deletion only."""

    text: str
    citation: Citation
    kind: HighlightKind = HighlightKind.FACT
    lead_in: LeadIn | None = None
    more: tuple[Citation, ...] = ()  # further sources of the same fact
    cut: tuple[str, ...] = ()  # what was deleted from the sentence
    rewritten: bool = False  # by a language model
    reasons: tuple[str, ...] = ()  # why this sentence, in plain words


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer about one bullet against its source."""

    grounded: bool
    reasons: tuple[str, ...] = ()  # why not, each in words a person understands
