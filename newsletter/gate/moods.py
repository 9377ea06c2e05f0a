"""What may, could or is to happen, told as a fact: the same verb without its "could", "plans to" or "will". Pure."""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.hedges import Hedge, HedgeKind, find_hedges
from newsletter.english.stems import STOP
from newsletter.gate.pieces import Piece, Token

_K = HedgeKind
_MOODS = frozenset({_K.POSSIBLE, _K.PLAN, _K.LIKELY, _K.FUTURE})
_SOFT = frozenset(HedgeKind) - {_K.ATTRIBUTION, _K.ABOUT, _K.UPPER, _K.LOWER, _K.PARTLY}
_AUXILIARIES = re.compile(
    r"\b(?:to|can(?:not)?|could|will|would|may|might|must|shall|should|do|does|did|\w+n['’]t|lets?|helps?|makes?|that|if)\b",
    re.IGNORECASE,
)
_INFINITIVE = re.compile(
    r"(?:(?:may|might|could|will|would|shall)|(?:[\w-]+\s){1,3}?to)\s(?:(?:not|also|only|still|[a-z]+ly)\s)?(?P<verb>[a-z]+)\b"
)
_BEING = frozenset(("is", "was", "has"))
# Behind these a verb has no ending, or what stands there is no verb.
_PLURAL = frozenset(
    "they we you i who which that and or but not people men women data media than if when as where while more less "
    "few two three four five six seven eight nine ten the a an its their his her our of in on at by for with from no "
    "any each per every some".split()
)


def check_moods(piece: Piece, cited: Sequence[Piece]) -> list[str]:
    """Verbs of ``piece`` that all ``cited`` sentences have behind a word such as "could", and it has without."""
    if any(t.text == "be" and not _AUXILIARIES.search(_read_clause(piece, t)) for t in piece.tokens):
        return ["the word before “be” is missing: could, would or the like"]
    for origin in cited:
        for hedge in find_hedges(origin.text):
            verb = _find_verb(origin, hedge) if hedge.kind in _MOODS else None
            if verb is None or verb.text in STOP or verb.text in _PLURAL or _is_told(verb, origin, cited):
                continue
            for place, token in enumerate(piece.tokens):
                if token.stem == verb.stem and (
                    _is_bare(piece, place, verb) or (hedge.kind is _K.POSSIBLE and _is_sure(piece))
                ):
                    return [
                        f"the source says “{hedge.text} {verb.text}”: it gives this as {hedge.kind.value}"
                    ]
    return []


def _find_verb(piece: Piece, hedge: Hedge) -> Token | None:
    """The verb that a hedge and "to" stand right before, or a modal verb, "not" and the like between."""
    after = _INFINITIVE.match(piece.text, hedge.start)
    return next((t for t in piece.tokens if after and t.start == after.start("verb")), None)


def _is_told(verb: Token, origin: Piece, cited: Sequence[Piece]) -> bool:
    """Whether another place of what is cited has the verb without a hedge."""
    return any(
        token.stem == verb.stem
        and (piece is not origin or token != verb)
        and not any(_find_verb(piece, hedge) == token for hedge in find_hedges(piece.text))
        for piece in cited
        for token in piece.tokens
    )


def _is_sure(piece: Piece) -> bool:
    """Whether nothing in a sentence says that it is no fact; "let pursue" is "may pursue"."""
    return not re.search(r"\blet\b", piece.text) and not any(h.kind in _SOFT for h in find_hedges(piece.text))


def _is_bare(piece: Piece, place: int, verb: Token) -> bool:
    """Whether a verb has no ending where its subject asks for one: "the find reduce costs"."""
    token = piece.tokens[place]
    before = next((t for t in reversed(piece.tokens[:place]) if not t.text.endswith("ly")), None)
    if before is None or token.text != verb.text or token.text.endswith(("s", "ed", "ing")):
        return False
    return (
        piece.text[before.end : token.start].isspace()
        and not piece.text.startswith(("-", " of "), token.end)
        and (before.text in _BEING or not (before.text.endswith(("s", "’", "'")) or before.text[0].isdigit()))
        and before.text.lower() not in _PLURAL
        and not _AUXILIARIES.search(_read_clause(piece, token))
    )


def _read_clause(piece: Piece, token: Token) -> str:
    """What stands before a word in its part of the sentence."""
    return re.split(r"[;:]", piece.text[: token.start])[-1]
