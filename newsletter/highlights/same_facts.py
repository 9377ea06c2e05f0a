"""The same fact told by several sentences, and facts on which reports differ. Pure.

Two candidates tell one fact when most content words of the shorter are in the longer. Where they do and
their figures of one kind differ, the reports differ, and the story says so instead of choosing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from newsletter.english.quantities import count_digits, find_quantities, is_rounded
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.model import Citation
from newsletter.stories.fingerprint import read_names, read_numbers, read_stems

SAME = 0.6  # share of content words in common, across articles
REPEATED = 0.75  # the same within one article
REPEATED_FIGURES, REPEATED_BESIDE = 2, 0.5  # or so many figures, and this share of words
_MIN_WORDS = 4  # content words of the shorter one: fewer in common show nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact: the candidate that tells it, who else tells it, and who tells it with another figure."""

    candidate: Candidate
    more: tuple[Citation, ...] = ()
    rival: Candidate | None = None


def find_facts(candidates: Sequence[Candidate]) -> tuple[Fact, ...]:
    """Fold candidates that tell one fact into the first of them, or the fuller; other articles become citations."""
    words = [_words(candidate.text) for candidate in candidates]
    owner: dict[int, int] = {}
    more: dict[int, list[Citation]] = {}
    rival: dict[int, Candidate] = {}
    for index, candidate in enumerate(candidates):
        for before in range(index):
            if before in owner or not _is_same(words[before], words[index], candidates[before], candidate):
                continue
            apart = candidates[before].article.id != candidate.article.id
            if apart and figures_differ(candidates[before].text, candidate.text):
                first, second = candidates[before].article, candidate.article
                is_other_voice = first.publisher.independence != second.publisher.independence
                if is_other_voice and not _has_both(candidates[before], candidate):
                    rival.setdefault(before, candidate)
                    owner[index] = before
                    break
                continue
            if not apart and words[before] < words[index]:  # the fuller one stands for both
                owner[before] = index
                more[index] = more.pop(before, [])
                break
            owner[index] = before
            if apart:
                more.setdefault(before, []).append(candidate.citation)
            break
    return tuple(
        Fact(candidate=candidate, more=tuple(more.get(index, ())), rival=rival.get(index))
        for index, candidate in enumerate(candidates)
        if index not in owner
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in content_roots(text) if not word[0].isdigit())


def are_one_fact(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates tell one fact, of one article or two."""
    return _is_same(_words(one.text), _words(other.text), one, other)


def _is_same(left: frozenset[str], right: frozenset[str], a: Candidate, b: Candidate) -> bool:
    least = min(len(left), len(right))
    if least < _MIN_WORDS:
        return False
    one = a.article.id == b.article.id
    share = REPEATED if one else SAME
    if one and _share_amounts(a.text, b.text):
        share = REPEATED_BESIDE
    if len(left & right) < share * least:
        return False
    return not (one and have_own_figures(a.text, b.text))


def tells_same(left: str, right: str) -> bool:
    """Whether two highlights of different stories tell one fact: words and figures agree."""
    ours, theirs = _words(left), _words(right)
    least = min(len(ours), len(theirs))
    return (
        least >= _MIN_WORDS
        and len(ours & theirs) >= REPEATED * least
        and not figures_differ(left, right)
        and not any(_own(left, right))  # news of one form, two events
    )


def have_own_figures(left: str, right: str) -> bool:
    """Whether each has a name and a figure of its own: "China holds 44 million tons", "Brazil holds 21 million"."""
    return all(_own(left, right))


def _own(left: str, right: str) -> tuple[bool, bool]:
    """Whether each text has a name that the other lacks, and whether each has such a figure."""
    ours, theirs = (
        (
            frozenset(read_names(text))
            | frozenset(read_stems(text.split()[0])),  # a name also begins a sentence
            frozenset(read_stems(text)),
            frozenset(read_numbers(text)),
        )
        for text in (left, right)
    )
    return (
        bool(ours[0] - theirs[1] and theirs[0] - ours[1]),
        bool(ours[2] - theirs[2] and theirs[2] - ours[2]),
    )


def figures_differ(left: str, right: str) -> bool:
    """Whether both give figures of one kind and share none of them, as "1.84 billion" and "1.8 billion" do."""
    ours, theirs = (_figures(text) for text in (left, right))
    return any(kind in theirs and not _agree(values, theirs[kind]) for kind, values in ours.items())


def _agree(ours: Iterable[float], theirs: Collection[float]) -> bool:
    """Whether two figures are one, or the one with fewer digits, two at least, is the other rounded."""
    return any(
        one == other or (min(count_digits(one), count_digits(other)) > 1 and is_rounded(one, other))
        for one in ours
        for other in theirs
    )


def _share_amounts(left: str, right: str) -> bool:
    """Whether both give several figures, in one order: the other way round is another fact."""
    ours, theirs = (
        [(one.kind, one.value) for one in find_quantities(text) if one.kind and not one.soft]
        for text in (left, right)
    )
    both = [one for one in ours if one in theirs]
    return len(set(both)) >= REPEATED_FIGURES and both == [one for one in theirs if one in ours]


def _has_both(one: Candidate, other: Candidate) -> bool:
    """Whether an article has the figures of both sentences: then they are of two things, a part and its total."""
    ours, theirs = _figures(one.text), _figures(other.text)
    our_all, their_all = _figures(one.article.text), _figures(other.article.text)
    differing = [kind for kind, values in ours.items() if kind in theirs and not values & theirs[kind]]
    return all(
        theirs[kind] & our_all.get(kind, set()) or ours[kind] & their_all.get(kind, set())
        for kind in differing
    )


def _figures(text: str) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for quantity in find_quantities(text):
        if quantity.kind and quantity.kind != "ordinal" and not quantity.is_day and not quantity.soft:
            found.setdefault(quantity.kind, set()).add(quantity.value)
    return found
