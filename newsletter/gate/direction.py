"""Statements turned round: a rise for a fall, a negation gained or lost. Pure."""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.polarity import DENIES, KEEPS_DENIAL, MOVES, NEGATION, OF_THINGS, OPPOSITES
from newsletter.english.stems import STOP, fold
from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import Piece, Token

ALIKE = 1.1  # from which a place with the opposite word is the same statement
LIKE = 1.8  # the same for words that say how much or of what kind
OF_ONE = 0.8  # how much more alike two words are that have one figure behind them ("a loss of 4.1 million")
CLEAR = 0.5  # by how much it must be more alike than any place with the word itself
# From which the first and the second word after "not" of what is cited are the same statement.
DENIED = (0.45, 1.0)
OBJECT = (1.8,)  # the same after what negates a thing: "without", "no"
REJECTED = (0.9, 2.0)  # the same after a verb ("denied", "rejected"), and where nothing is cited
NEAR = 28  # characters before a word within which it is denied
REACH, BEHIND = 14, 4  # words before and behind a word within which its clause may deny it
_PARTICLES = frozenset("up down over under above below".split())
_PLACED = _PARTICLES - {"over", "under"}  # "a licence over the area", "under the act"
_BY = re.compile(r"\s(?:an?\s|by\s|about\s)?(?:[A-Z]{0,3}[$€£¥]|\d|from\b)")
_SO_MUCH = re.compile(r"\d(?:%|\s?\w+)?\s$")


def _find_stated(near: Sequence[Piece]) -> list[Piece]:
    """The sentences that are no questions."""
    return [one for one in near if "?" not in one.text[-20:]]


def check_opposites(piece: Piece, near: Sequence[Piece], close: Sequence[Piece]) -> list[str]:
    """Words in whose place the source has the opposite, or in one of the sentences ``close`` to it beside a word."""
    stated = _find_stated(near)
    asked = [
        place
        for place, token in enumerate(piece.tokens)
        if token.text.lower() in OPPOSITES
        and not piece.text.endswith("-year-", 0, token.start)  # "54-year-old"
    ]
    found = (
        (place, _find_turned(piece, place, close) or _find_opposite(piece, place, stated)) for place in asked
    )
    return [
        f"“{piece.tokens[at].text}” stands where the source says “{shown}”" for at, shown in found if shown
    ]


def _find_opposite(piece: Piece, place: int, near: Sequence[Piece]) -> str:
    """The opposite of a word in the place of ``near`` that is the most like its own; "" where there is none."""
    token = piece.tokens[place]
    low = token.text.lower()
    if not _tells_direction(piece, token):
        return ""
    around, figure = look_around(piece, place, place), _find_figure(piece, place)
    best = {True: 0.0, False: 0.0}
    shown = ""
    for origin in near:
        for at, other in enumerate(origin.tokens):
            word = other.text.lower()
            if not _tells_direction(origin, other):
                continue
            side = _side(low, word, same=token.stem == other.stem)
            if side is None or (
                not side and NEGATION.search(origin.text, max(0, other.start - NEAR), other.start)
            ):
                continue
            score = alike(around, look_around(origin, at, at))
            score += OF_ONE * (figure != "" and figure == _find_figure(origin, at))
            if score > best[side]:
                best[side] = score
                shown = shown if side else other.text
    enough = ALIKE if low in MOVES else LIKE
    return shown if best[False] >= enough and best[False] > best[True] + CLEAR else ""


def _find_turned(piece: Piece, place: int, near: Sequence[Piece]) -> str:
    """The opposite that stands beside the same word in ``near``, where the word itself never does: "follow-down"."""
    low = piece.tokens[place].text.lower()
    if low in MOVES and low not in _PLACED:
        return ""  # "rose" may be said of another thing of the same name
    for step in (-1, 1):
        mate = piece.tokens[place + step] if 0 <= place + step < len(piece.tokens) else None
        if mate is None or fold(mate.text) in STOP or mate.text[0].isdigit():
            continue
        beside = {
            origin.tokens[at - step].text.lower()
            for origin in near
            for at, token in enumerate(origin.tokens)
            if token.stem == mate.stem and 0 <= at - step < len(origin.tokens)
        }
        if low not in beside and (found := beside & OPPOSITES[low]):
            return min(found)
    return ""


def _tells_direction(piece: Piece, token: Token) -> bool:
    """Whether a word tells a direction where it stands: "down 4%", "4% below last year", not "set up"."""
    if token.text.lower() not in _PARTICLES:
        return True
    before = piece.text[max(0, token.start - 14) : token.start]
    if before.endswith(("made ", "make ", "makes ")):
        return False
    return _BY.match(piece.text, token.end) is not None or _SO_MUCH.search(before) is not None


def _find_figure(piece: Piece, place: int) -> str:
    """The figure shortly behind a word, "" where there is none."""
    return next((t.text for t in piece.tokens[place + 1 : place + BEHIND] if t.text[0].isdigit()), "")


def _side(low: str, word: str, *, same: bool) -> bool | None:
    """Whether ``word`` says the same as ``low`` (True), the opposite (False), or nothing of the kind."""
    if same:
        return True
    others = OPPOSITES.get(word)
    if others is None:
        return None
    if low in others:
        return False
    return True if others & OPPOSITES[low] else None


def check_negation(piece: Piece, near: Sequence[Piece], *, cited: bool) -> list[str]:
    """Give the negations that a bullet lost from what they deny, or gained."""
    for origin in near:
        if found := _find_undenied(origin, [piece], cited=cited):
            return [f"the source says “{found}”, which the summary leaves out"]
    if found := _find_undenied(piece, _find_stated(near), gained=True):
        return [f"“{found}” turns round what the source says"]
    do = _BARE_DO.search(piece.text)
    if do and any(re.search(rf"\b(?:not|n[’']t|never) {do[1]}\b", o.text) for o in near):
        return [f"“{do.group()}” turns round what the source says"]
    denials = NEGATION.finditer(piece.text)
    gained = next((match for match in denials if not _LIMIT.match(piece.text, match.end())), None)
    if gained and not any(_DENIAL.search(origin.text) for origin in near):
        return [f"“{gained.group()}” turns round what the source says"]
    return []


def _find_undenied(
    denying: Piece, others: Sequence[Piece], *, gained: bool = False, cited: bool = False
) -> str:
    """A negation of ``denying`` whose words stand in the same place among ``others`` without one, else "".

    ``gained``: it is the bullet that denies; it may reject.
    """
    for match in NEGATION.finditer(denying.text):
        limited = _LIMIT.match(denying.text, match.end()) and any(_AT_MOST.search(o.text) for o in others)
        if_so = _IF.search(denying.text, 0, match.start())
        if limited or (gained and (if_so or _DENYING.match(match.group()))):
            continue
        thing = match.group().lower() in OF_THINGS
        needed = OBJECT if thing else DENIED if cited and _OF_VERBS.fullmatch(match.group()) else REJECTED
        for at, enough in zip(_find_negated(denying, match), needed, strict=False):
            around = look_around(denying, at, at)
            there = [
                (other, place)
                for other in others
                for place, token in enumerate(other.tokens)
                if token.stem == denying.tokens[at].stem
                and (not if_so or _IF.search(other.text, 0, token.start))
                and alike(around, look_around(other, place, place)) >= enough
            ]
            if there and not any(_is_softened(other, place) for other, place in there):
                return f"{match.group()} … {denying.tokens[at].text}"
    return ""


_DENIAL = re.compile(rf"{NEGATION.pattern}|{KEEPS_DENIAL.pattern}|\babsence of\b", re.IGNORECASE)
_OF_VERBS = re.compile(r"not|never|cannot|no longer|yet to|\w*n[’']t", re.IGNORECASE)


def _find_negated(piece: Piece, match: re.Match[str]) -> list[int]:
    """The first content words after a negation in its clause."""
    that = _DENIED_THAT.match(piece.text, match.end())
    start = that.end() if that else match.end()
    clause = _STOP.search(piece.text, start)
    limit = clause.start() if clause else len(piece.text)
    return [
        n
        for n, t in enumerate(piece.tokens)
        if start <= t.start < limit and fold(t.text) not in STOP and not t.text[0].isupper()
    ]


def _is_softened(piece: Piece, place: int) -> bool:
    """Whether a word of denial stands before a word in its clause, or right behind it."""
    tokens = piece.tokens
    if DENIES.search(piece.text):
        return True
    start, end = tokens[max(0, place - REACH)].start, tokens[min(len(tokens) - 1, place + BEHIND)].end
    before = _BREAK.split(piece.text[start : tokens[place].start])[-1]
    after = _BREAK.split(piece.text[tokens[place].end : end])[0]
    return any(_DENIAL.search(part) for part in (before, after))


_BARE_DO = re.compile(
    r"\b(?:did|does|do)\s(?!so\b|not\b|the\b|that\b|this\b|it\b)([a-z]{3,}(?<!ing))\b"
)  # "did say": a "not" is lost
_DENIED_THAT = re.compile(
    r"\s(?:(?:\w+\s){0,2}?(?:reports?|claims?|rumou?rs?|allegations?|suggestions?)\b[^,;]*?\s)?that\b"
)
_IF = re.compile(r"\b(?:[Ii]f|[Uu]nless|[Ww]hether)\s[^,;]*$")  # what is denied in a condition is not stated
# "Cannot take more than 40": "takes at most 40".
_AT_MOST = re.compile(r"\b(?:at most|up to|maximum)\b")
_LIMIT = re.compile(r"(?:\s[\w-]+){0,3}?\s(?:more|less|fewer|longer|later|earlier|than|exceed(?:ing)?)\b")
# Verbs that deny by themselves: "rejected the offer" for "turned it down" tells what happened.
_DENYING = re.compile(r"(?:den|lack|refus|reject|ruled|declin|fail)", re.IGNORECASE)
_STOP = re.compile(
    r"[;:—“”\"\d]|,\s|\b(?:and|but|or|before|after|less|more|fewer|without|until|unless|except|not"
    r"|if|because|whether|since|that|what|how|where|when|why)\b"
)
_BREAK = re.compile(r"[;:—]|,\s|\band\s(?=(?:has|have|is|are|was|were|will|did|does)\s)")
