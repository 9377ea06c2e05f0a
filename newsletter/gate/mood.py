"""What the source gives as possible or intended and the summary as done: "could be doubled", "was doubled". Pure.

No word list of hedges is needed for this: the form of the verb tells. What stands after "to" or after a
modal verb has not happened; the same verb in the past or the present has.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from enum import IntEnum

from newsletter.english.stems import IRREGULAR, STOP, fold, root
from newsletter.gate.pieces import Piece, Source


class Mood(IntEnum):
    """How far a verb is from a fact."""

    FACT = 0
    FUTURE = 1  # "will ship"
    ABLE = 2  # "can ship", "has to ship", "plans to ship"
    DOUBTED = 3  # "could ship"


_MODALS = {
    **dict.fromkeys(("will", "shall", "won't", "’ll", "'ll"), Mood.FUTURE),
    **dict.fromkeys(("can", "cannot", "must", "should", "would"), Mood.ABLE),
    **dict.fromkeys(("could", "may", "might"), Mood.DOUBTED),
}
_BETWEEN = frozenset("be have been not also soon then now still only further fully again".split())
# Where these stand before "to", what follows did happen: "managed to ship", "began to ship".
_HAPPENED = frozenset(
    root(word)
    for word in "manage begin start continue help go come use able enough force lead allow enable prove fail cease thank "
    "due according compared contribute return back respond owe".split()
)
_MAY_BE_NOUN = re.compile(r"(?:[^s]s|ing)$")
_REACH = 4  # words between a verb and what decides its mood
_DETERMINERS = frozenset("the a an its their his her this that these those of as".split())


def _find_mood(piece: Piece, place: int) -> Mood:
    """The mood of the word at ``place``, from the words before it in its sentence."""
    for back in range(place - 1, max(-1, place - 1 - _REACH), -1):
        word = piece.tokens[back].text.lower()
        if word in _MODALS:
            return _MODALS[word]
        if word == "to":
            before = root(piece.tokens[back - 1].text) if back else ""
            return Mood.FACT if before in _HAPPENED or before.isdigit() else Mood.ABLE
        if word not in _BETWEEN and not word.endswith("ly"):
            return Mood.FACT
    return Mood.FACT


def _is_finite(piece: Piece, place: int) -> bool:
    """Whether the word at ``place`` looks like a verb of a statement: "doubled", "was doubled", "yields", "built"."""
    word = piece.tokens[place].text
    before = piece.tokens[place - 1].text.lower() if place else ""
    if not word.islower() or before in _DETERMINERS:
        return False
    if word.endswith("ing"):
        return before in {"is", "are", "was", "were"}
    if word.endswith("s"):
        return before not in STOP and not before.endswith("ing")
    return word.endswith("ed") or word in IRREGULAR


def check_mood(piece: Piece, origin: Piece, source: Source) -> list[str]:
    """Verbs that the source has only as possible or intended, and the summary as a fact or as certain.

    ``origin`` is the sentence that ``piece`` draws on. A verb that may stand for a fact anywhere in the source is let be.
    """
    reasons = []
    for place, token in enumerate(piece.tokens):
        if token.stem not in origin.stems or fold(token.text) in STOP:
            continue
        own = _find_mood(piece, place)
        if own is Mood.FACT and _is_finite(piece, place):
            least = Mood.ABLE
        elif own is Mood.FUTURE:
            least = Mood.DOUBTED
        else:
            continue
        there = [
            (_find_mood(other, at), other, at)
            for number in source.where[token.stem]
            for other in (source.pieces[number],)
            for at, word in enumerate(other.tokens)
            if word.stem == token.stem
        ]
        if any(mood < least or _MAY_BE_NOUN.search(other.tokens[at].text) for mood, other, at in there):
            continue
        at = next(at for _, other, at in there if other is origin)
        shown = origin.text[origin.tokens[max(0, at - 2)].start : origin.tokens[at].end]
        reasons.append(f"“{token.text}” is given as a fact; the source says “{shown}”")
    return reasons
