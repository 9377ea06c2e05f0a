"""The same fact told by several sentences, and facts on which reports differ. Pure.

Two candidates tell one fact when most content words of the shorter are in the longer. Where they do and
their figures of one kind differ, the reports differ, and the story says so instead of choosing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from newsletter.english.quantities import count_digits, find_quantities, is_rounded
from newsletter.english.rules import remembered
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.set_value import Scored
from newsletter.stories.fingerprint import read_names, read_numbers, read_stems

SAME = 0.6  # share of content words in common, across articles
REPEATED = 0.75  # the same within one article
TOLD = 0.6  # the same with all that stands in a set
FEWEST = 4  # content words of the shorter one: fewer in common show nothing
_Figures = dict[str, set[float]]  # by their kind


def find_facts(items: Sequence[Scored]) -> tuple[Scored, ...]:
    """Fold what tells one fact into the first that does; other articles become citations."""
    facts: list[Scored] = []
    for item in items:
        for place, fact in enumerate(facts):
            if folded := _fold(fact, item):
                facts[place] = folded
                break
        else:
            facts.append(item)
    return tuple(facts)


def _fold(fact: Scored, item: Scored) -> Scored | None:
    """``fact``, which stands for ``item`` too; None where that is another fact."""
    first, other = fact.candidate, item.candidate
    ours, theirs = first.article, other.article
    if not are_one_fact(first, other):
        return None
    if ours.id == theirs.id:
        return fact
    if not figures_differ(first.text, other.text):
        return replace(fact, more=(*fact.more, other.citation))
    if ours.publisher.independence == theirs.publisher.independence or _has_both(first, other):
        return None
    return replace(fact, rival=fact.rival or other)


@remembered(1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in content_roots(text) if not word[0].isdigit())


def _share_words(left: str, right: str) -> float:
    """The share of content words of the shorter text that the longer has; 0 where it has too few to show anything."""
    ours, theirs = _words(left), _words(right)
    least = min(len(ours), len(theirs))
    return len(ours & theirs) / least if least >= FEWEST else 0.0


def are_one_fact(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates tell one fact, of one article or two."""
    share = _share_words(one.text, other.text)
    if one.article.id != other.article.id:
        return share >= SAME
    return share >= REPEATED and not have_own_figures(one.text, other.text)


def tells_same(left: str, right: str) -> bool:
    """Whether two highlights of different stories tell one fact: words and figures agree."""
    agree = _share_words(left, right) >= REPEATED and not figures_differ(left, right)
    return agree and not any(_own(left, right))  # news of one form, two events


def is_told(text: str, others: Sequence[str]) -> bool:
    """Whether one of ``others`` tells the same, or all together most of its words, names and figures."""
    own = content_roots(text)
    told = {root for other in others for root in content_roots(other)}
    most = sum(root in told for root in own) >= TOLD * len(own)
    return most or any(tells_same(text, other) for other in others)


def have_own_figures(left: str, right: str) -> bool:
    """Whether each has a name and a figure of its own: "China holds 44 million tons", "Brazil holds 21 million"."""
    return all(_own(left, right))


def _own(left: str, right: str) -> tuple[bool, bool]:
    """Whether each text has a name that the other lacks, and whether each has such a figure."""
    # A name also begins a sentence.
    names = [{*read_names(text), *read_stems(text.split()[0])} for text in (left, right)]
    words = [frozenset(read_stems(text)) for text in (left, right)]
    figures = [frozenset(read_numbers(text)) for text in (left, right)]
    return (
        bool(names[0] - words[1] and names[1] - words[0]),
        bool(figures[0] - figures[1] and figures[1] - figures[0]),
    )


def figures_differ(left: str, right: str) -> bool:
    """Whether both give figures of one kind and share none of them, as "1.84 billion" and "1.8 billion" do."""
    return bool(_find_differing(_figures(left), _figures(right)))


def _find_differing(ours: _Figures, theirs: _Figures) -> list[str]:
    return [kind for kind in ours if kind in theirs and not _agree(ours[kind], theirs[kind])]


def _agree(ours: Iterable[float], theirs: Collection[float]) -> bool:
    """Whether two figures are one, or the one with fewer digits, two at least, is the other rounded."""
    return any(
        one == other or (min(count_digits(one), count_digits(other)) > 1 and is_rounded(one, other))
        for one in ours
        for other in theirs
    )


def _has_both(one: Candidate, other: Candidate) -> bool:
    """Whether an article has the figures of both sentences: then they are of two things, a part and its total."""
    ours, theirs = _figures(one.text), _figures(other.text)
    our_all, their_all = _figures(one.article.text), _figures(other.article.text)
    return all(
        theirs[kind] & our_all.get(kind, set()) or ours[kind] & their_all.get(kind, set())
        for kind in _find_differing(ours, theirs)
    )


def _figures(text: str) -> _Figures:
    found: _Figures = {}
    for quantity in find_quantities(text):
        if quantity.kind and quantity.kind != "ordinal" and not quantity.is_day and not quantity.soft:
            found.setdefault(quantity.kind, set()).add(quantity.value)
    return found
