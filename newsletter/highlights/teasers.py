"""The short form, in a list above an article, of a sentence that the article itself tells in full. Pure.

A list above an article says things in fewer words, and mostly well. It is left out where the words it lost matter: what
the last noun was about ("announced restrictions" for "announced restrictions on seven elements"), or a hedge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.sentences import BlockKind
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate

_CONTAINED = 0.9  # share of the short form's content words that the full sentence has
_LEAST = 3  # content words of the short form
_DOUBT = frozenset(
    {
        HedgeKind.REPORTED,
        HedgeKind.LIKELY,
        HedgeKind.POSSIBLE,
        HedgeKind.NON_BINDING,
        HedgeKind.CONDITION,
        HedgeKind.UPPER,
    }
)
_GOES_ON = r"\s(?:of|on|for|to|from|with|against|over|by|between|at)\s"


def drop_short_forms(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out each bullet that a sentence further down completes."""
    words = [frozenset(content_roots(candidate.text)) for candidate in candidates]

    def is_short_form(place: int) -> bool:
        candidate = candidates[place]
        if candidate.sentence.kind is not BlockKind.BULLET or len(words[place]) < _LEAST:
            return False
        return any(
            len(words[place] & words[other]) >= _CONTAINED * len(words[place])
            and _completes(candidates[other].text, candidate.text)
            for other in range(place + 1, len(candidates))
        )

    return [candidate for place, candidate in enumerate(candidates) if not is_short_form(place)]


def _completes(full: str, short: str) -> bool:
    """Whether ``full`` goes on where ``short`` ends, or hedges what ``short`` does not."""
    end = " ".join(short.rstrip(".").split()[-2:])
    hedges = {hedge.kind for hedge in find_hedges(full)} - {hedge.kind for hedge in find_hedges(short)}
    return bool(hedges & _DOUBT) or re.search(rf"{re.escape(end)}{_GOES_ON}", full) is not None
