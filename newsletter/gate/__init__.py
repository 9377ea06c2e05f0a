"""The gate: does a bullet state anything that its source does not? Pure.

One gate for whoever wrote the bullet. It reads words, not meaning, and in two ways. *What* is stated (figures
with kind and unit, names, quotations) must stand in the source. *Of what* it is stated is told by the words
around it (``context``): a figure, a name, a direction, a negation is looked for where the same words
stand around it in the sentences that the bullet cites. Where something else stands there, the bullet is
refused, and each refusal says why in words a person understands. What it cannot see is in docs/highlights.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from newsletter.english.sentences import split_sentences
from newsletter.english.speech.speakers import LEAD_IN
from newsletter.gate.bounds import check_bounds
from newsletter.gate.direction import check_negation, check_opposites
from newsletter.gate.name_places import check_roles
from newsletter.gate.names import check_names, check_speaker
from newsletter.gate.numbers import check_numbers
from newsletter.gate.pieces import (
    Piece,
    Source,
    find_nearest,
    is_verbatim,
    read_source,
    spell_days,
    take_apart,
)
from newsletter.gate.quotations import check_quotations
from newsletter.model import Verdict

__all__ = ["check_bullet", "check_grounding"]

NEAR = 0.75  # the share of content words from which a sentence counts as a near copy
COPY = 0.85  # from which nothing but this sentence is drawn on
FEW = 2  # content words or sentences


def check_grounding(source: str, summary: str) -> Verdict:
    """Say whether ``summary`` states only what ``source`` states, and if not, why, in plain words.

    Both are plain text; a lead-in ("Baogang says:") counts as attribution and its name must be in the source.
    """
    return check_bullet(summary, headline="", publisher="", cited=(), source=source)


def check_bullet(text: str, *, headline: str, publisher: str, cited: Sequence[str], source: str) -> Verdict:
    """Say whether a bullet states only what the headline and the sentences that it cites state.

    ``cited`` are sentences of ``source``, the whole article, and must suffice for figures and their limits, negation
    and direction. A name may also come from the headline or the publisher, or from elsewhere in the article where the
    article shows that it is meant. Without ``cited`` the nearest sentences of the whole article are looked at.
    """
    article = read = read_source(headline, publisher, source)
    sentences = [one.text for one in split_sentences(text) if not is_verbatim(one.text, article)]
    rests_on = None
    if cited and sentences:
        read = read_source(headline, publisher, *cited)
        above = (spell_days(headline), spell_days(publisher))
        rests_on = [piece for piece in read.pieces if piece.text not in above]
    found = (_check_sentence(spell_days(one), read, article, rests_on, publisher) for one in sentences)
    reasons = tuple(dict.fromkeys(chain.from_iterable(found)))
    return Verdict(grounded=not reasons, reasons=reasons)


def _check_sentence(
    text: str, read: Source, article: Source, cited: list[Piece] | None, publisher: str
) -> list[str]:
    """Check against ``read``; ``cited`` are its sentences that a bullet names, None where it names none."""
    reasons: list[str] = []
    lead = LEAD_IN.match(text)
    piece, whole = take_apart(text[lead.end() :] if lead else text), take_apart(text)
    if cited is None:
        near, close = _find_origins(piece, read)
    else:
        near, close = list(read.pieces), cited
        reasons += check_roles(whole, cited, read, article, publisher)
    told = near if cited is None else cited
    if lead:
        reasons += check_speaker(lead["name"] or lead["other"] or "", article)
    reasons += check_names(text, whole, article) + check_quotations(text, article)
    reasons += check_numbers(piece, read, near, article, cited=told)
    reasons += check_negation(piece, near, cited)
    reasons += check_opposites(piece, near, told)
    for origin in close:
        reasons += check_bounds(piece, origin, close)
    return reasons


def _find_origins(piece: Piece, read: Source) -> tuple[list[Piece], list[Piece]]:
    """The sentences that a bullet without citations draws on, and the one that it nearly copies, if any."""
    near = find_nearest(read, piece)
    if not near or len(piece.content) < FEW:
        return near, []
    covered = sum(name in near[0].stems for name in piece.content) / len(piece.content)
    return (near[:1] if covered >= COPY else near), (near[:1] if covered >= NEAR else [])
