"""What each candidate brings to a set of highlights: what a reader learns that the set does not tell. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate, turns_news
from newsletter.highlights.reader_value import Value, value_candidates
from newsletter.model import Citation, HighlightKind

NEWS = 1.0  # points for the chance that it tells the news itself, above those of its facts
FAULTY = 1.5  # points against it for the chance that an editor refuses it
LEAST = 0.01  # points that every candidate has
REPEATS = 0.7  # how much of its points a candidate loses that says nothing but what is told
TERM = 0.03  # more for each point of the newsletter's subject
MOST_TERMS = 5.0  # of these points
# Beside the chance of the news: points of its facts, chance of being refused.
EVENT_TOLD, EVENT_FAULTY = 0.15, 0.5
LIKELY = 0.3  # chance that is worth telling about


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with what it brings to a set, who else tells its fact, and who tells it with another figure."""

    candidate: Candidate
    value: Value
    roots: frozenset[str]
    factor: float
    reasons: tuple[str, ...]
    more: tuple[Citation, ...] = ()
    rival: Candidate | None = None

    @property
    def worth(self) -> float:
        """Points that it is worth by itself, above 0."""
        value = self.value
        return self.factor * max(LEAST, value.told + NEWS * value.news - FAULTY * value.faulty)

    @property
    def event(self) -> float:
        """How fit it is to tell the story's event."""
        return self.value.news + EVENT_TOLD * self.value.told - EVENT_FAULTY * self.value.faulty

    def gain(self, told: frozenset[str]) -> float:
        """What it brings to a set that holds the roots ``told``; what turns the news repeats its words to say more."""
        repeats = 0.0 if turns_news(self.candidate.text) else REPEATS
        return self.worth * (1 - repeats * len(self.roots & told) / max(1, len(self.roots)))

    def because(self, reason: str) -> Scored:
        """The same with one more reason."""
        return replace(self, reasons=(*self.reasons, reason))


def score_candidates(
    candidates: Sequence[Candidate],
    *,
    terms: Callable[[str], float] | None,
) -> list[Scored]:
    """Describe what each candidate of a story brings, and why."""
    scored = []
    for candidate, value in zip(candidates, value_candidates(candidates), strict=True):
        weight = min(MOST_TERMS, terms(candidate.text)) if terms else 0.0
        roots = frozenset(content_roots(candidate.text))
        scored.append(
            Scored(
                candidate=candidate,
                value=value,
                roots=roots,
                factor=1 + TERM * weight,
                reasons=_explain(candidate, value, roots, weight),
            )
        )
    return scored


def _explain(candidate: Candidate, value: Value, roots: frozenset[str], weight: float) -> tuple[str, ...]:
    title = frozenset(content_roots(candidate.article.title))
    found = (
        ("it reads like the news itself", value.news >= LIKELY),
        ("it stands at the top of the article", candidate.sentence.index <= 2),  # noqa: PLR2004 - the third sentence
        ("it shares words with the title", len(title & roots) > 1),
        ("it states a figure", any(char.isdigit() for char in candidate.text)),
        ("it says whose statement it is", candidate.kind is HighlightKind.CLAIM),
        ("it names what the newsletter is about", weight > 0),
        ("against it: it reads like what editors leave out", value.faulty >= 1 - LIKELY),
    )
    reasons = tuple(reason for reason, holds in found if holds)
    return (*reasons, *(f"against it: it {weak}" for weak in candidate.weak))
