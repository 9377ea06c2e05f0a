"""The gate: does a summary state anything that its source does not? Pure.

One gate for every summarizer. It reads words, not meaning: numbers with kind and unit, names,
quotations, negation, direction, hedges and attribution are compared with the sentences of the source
that the summary draws on, and each refusal says why in words a person understands. What a lexical gate
cannot see: a true number tied to the wrong thing within one sentence, irony, a wrong cause, two people
swapped where both are named, and facts that need knowledge of the world.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.sentences import split_sentences
from newsletter.english.speech import is_speech
from newsletter.gate.claims import check_hedges
from newsletter.gate.direction import check_negation, check_opposites
from newsletter.gate.mood import check_mood
from newsletter.gate.names import check_names, check_speaker
from newsletter.gate.numbers import check_numbers
from newsletter.gate.pieces import Source, find_nearest, is_verbatim, read_source, take_apart
from newsletter.gate.quotations import check_quotations
from newsletter.model import Verdict

__all__ = ["check_bullet", "check_grounding"]

NEAR = 0.75  # the share of content words from which a sentence counts as a near copy
_LEAD_IN = re.compile(
    r"^(?:(?P<name>[^:“\"]{2,60}?) says|According to (?P<name2>[^:“\"]{2,60})|(?P<name3>[^:“\"]{2,60}?)[’']s? view|(?P<name4>[^:“\"]{2,60}?) reports|Reports differ(?:: (?P<name5>[^:“\"]{2,60}?) says)?):\s+"
)


def check_grounding(source: str, summary: str) -> Verdict:
    """Say whether ``summary`` states only what ``source`` states, and if not, why, in plain words.

    Both are plain text; a lead-in ("Baogang says:") counts as attribution and its name must be in the source.
    """
    read = read_source(source)
    return _judge(summary, read, read)


def check_bullet(text: str, *, headline: str, publisher: str, cited: Sequence[str], source: str) -> Verdict:
    """Say whether a bullet states only what its headline and the sentences that it cites state.

    ``cited`` are sentences of ``source``, the whole article, and must suffice for figures, negation, direction and hedges.
    Names may also come from the headline, the publisher, or stand elsewhere in the article. Without ``cited`` the
    sentences that are nearest to the bullet are looked for in the whole article.
    """
    everything = f"{headline}\n{publisher}\n{source}"
    if not cited:
        return check_grounding(everything, text)
    return _judge(text, read_source("\n".join((headline, *cited))), read_source(everything))


def _judge(summary: str, read: Source, named: Source) -> Verdict:
    """Check against ``read``; names may come from ``named``."""
    reasons: list[str] = []
    sentences = split_sentences(summary)
    # A bullet is a sentence or two. A longer digest is read as a whole and names its speaker once or not at all.
    speaks = len(sentences) > 2 or (
        len(sentences) > 1 and any(is_speech(sentence.text) for sentence in sentences)
    )
    for sentence in sentences:
        text = sentence.text
        if is_verbatim(text, read):
            continue
        lead = _LEAD_IN.match(text)
        piece = take_apart(text[lead.end() :] if lead else text)
        numbers = find_nearest(read, piece)
        origins = [read.pieces[number] for number in numbers]
        covered = (
            sum(name in origins[0].stems for name in piece.content) / max(1, len(piece.content))
            if origins
            else 0.0
        )
        close = origins[0] if covered >= NEAR and len(piece.content) >= 2 else None
        reasons += check_numbers(text, read, close)
        reasons += check_names(text, take_apart(text), named)
        reasons += check_quotations(text, read)
        if lead:
            reasons += check_speaker(lead["name"] or lead["name2"] or lead["name5"] or "", named)
        if not origins:
            continue
        near = [origins[0]] if covered >= 0.85 else origins
        reasons += check_negation(piece, near)
        reasons += check_opposites(piece, near)
        if close:
            reasons += check_mood(piece, close, read)
            reasons += check_hedges(piece, close, said=lead is not None or speaks)
    return Verdict(grounded=not reasons, reasons=tuple(dict.fromkeys(reasons)))
