"""Whose doing, saying or having it is: a name that the cited sentences do not have there. Pure.

A name must stand in what the bullet cites, in the headline or be the publisher's. Else the article must have it near what is
cited, or be about it, or have it in a place that is alike: an editor writes the name for "it" and "the company". And it must
not stand where the cited sentences have another name, nor speak or hold a post that it has nowhere in the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from newsletter.english.speech import ACTOR, NO_NAME, POST, SAID, SAYING
from newsletter.english.stems import POSSESSIVE, STOP, fold
from newsletter.gate.context import Around, alike, look_around, look_beside
from newsletter.gate.pieces import Piece, Source, Token

CLEAR = {"cited": 1.0, "headline": 0.8, "article": 0.5}  # by how much another name's place must be more alike
VERY = 1.5  # from which another name stands in the very place
MEANT = 1.0  # from which the article has a name in such a place
FIRST = 6  # sentences of an article that say whom it is about
OFTEN = 3  # places that have a name which the article is about
BACK = 4  # sentences before a pronoun in which whom it means stands
AFTER = 2  # sentences behind it
AKIN = 5  # letters from which two words are one name


class Run(NamedTuple):
    """A name: the first and the last token, and its words."""

    first: int
    last: int
    words: tuple[str, ...]


@lru_cache(maxsize=4096)
def find_runs(piece: Piece, known: frozenset[str]) -> tuple[Run, ...]:
    """The names of a sentence: words with capital letters that stand together. A first word counts where it is ``known``."""
    found: list[Run] = []
    begin = None
    for place, token in enumerate(piece.tokens):
        if not _is_name(token, amid=begin is not None) or (place == 0 and fold(token.text) not in known):
            begin = None
            continue
        if begin is None or not _is_joined(piece, place):
            begin = place
        else:
            found.pop()
        found.append(Run(begin, place, tuple(fold(t.text) for t in piece.tokens[begin : place + 1])))
    return tuple(found)


def _is_joined(piece: Piece, place: int) -> bool:
    before, token = piece.tokens[place - 1], piece.tokens[place]
    joint = r"\.?\s" if len(before.text) == 1 else r"[\s&-]*"  # "Frank J. Basa"
    return (
        not POSSESSIVE.search(before.text)
        and re.fullmatch(joint, piece.text[before.end : token.start]) is not None
    )


def _is_name(token: Token, *, amid: bool) -> bool:
    low = fold(token.text)
    if len(low) == 1:
        return token.text.isupper() and amid
    return token.text[0].isupper() and low not in STOP and low not in NO_NAME


class _Scene(NamedTuple):
    """What a name is held against."""

    cited: Sequence[Piece]
    read: Source  # what is cited, headline and publisher
    article: Source
    rivals: Sequence[tuple[Piece, Run]]  # names of what is cited that the bullet does not have
    pointing: Sequence[tuple[Piece, int, int]]  # places of "it" and "the company" there


def check_roles(piece: Piece, cited: Sequence[Piece], read: Source, article: Source) -> list[str]:
    """Names that what is cited does not have, or has not there; ``read`` is what is cited, headline and publisher."""
    if not article.named:
        return []  # written without capitals: its names cannot be told
    words = frozenset(fold(token.text) for token in piece.tokens)
    rivals = [
        (origin, run)
        for origin in cited
        for run in find_runs(origin, article.named)
        if not _is_told(run, words, article) and not _is_aside(origin, run)
    ]
    pointing = [(origin, place, place) for origin in cited for place in _find_pointing(origin)]
    scene = _Scene(cited, read, article, rivals, pointing)
    known = [run for run in find_runs(piece, article.named) if article.words.issuperset(run.words)]
    return [why for run in known if (why := _check_name(piece, run, scene))]  # the others are another check's


def _check_name(piece: Piece, run: Run, scene: _Scene) -> str:
    """Why this name cannot stand there; "" where it can."""
    shown, read, article = _show(piece, run), scene.read, scene.article
    around = look_around(piece, run.first, run.last, figures=False)
    places = _find_among(run, article.pieces, article)
    own = [
        _compare(around, origin, other.first, other.last)
        for origin, other in _find_among(run, scene.cited, article)
    ]
    own += [_compare(around, *place) for place in scene.pointing]
    where = "cited" if len(own) > len(scene.pointing) else "headline" if _is_cited(run, read) else "article"
    if where == "article" and not _is_longer(run, read, article) and not _is_close(run, scene.cited, article):
        there = [_compare(around, origin, other.first, other.last) for origin, other in places]
        if max([*there, *own], default=0.0) < MEANT:
            return f"the name “{shown}” is not in the sentences that the bullet cites"
    called_so = [place for place in places if place[1].words[-1] == run.words[-1]]
    if _has_post(piece, run) and not any(_may_have_post(*place) for place in called_so):
        return f"the source gives “{shown}” no such post"
    speaks = where != "headline" and _speaks(piece, run)
    if speaks and not any(_may_speak(*place) or _may_have_post(*place) for place in places):
        return f"“{shown}” says nothing in the source"
    needed = max(VERY, max(own, default=0.0) + CLEAR[where])
    for origin, other in scene.rivals:
        beside = look_beside(piece, run.first, run.last) & look_beside(origin, other.first, other.last)
        if beside and _compare(around, origin, other.first, other.last) > needed:
            return f"“{shown}” stands where the source has “{_show(origin, other)}”"
    return ""


def _show(piece: Piece, run: Run) -> str:
    return piece.text[piece.tokens[run.first].start : piece.tokens[run.last].end]


def _compare(around: Around, piece: Piece, first: int, last: int) -> float:
    return alike(around, look_around(piece, first, last, figures=False))


def _find_among(run: Run, pieces: Sequence[Piece], article: Source) -> list[tuple[Piece, Run]]:
    """Where these sentences have a part of a name."""
    words = {*run.words}
    return [
        (piece, other)
        for piece in pieces
        if any(word in piece.capitals for word in words)
        for other in find_runs(piece, article.named)
        if words & {*other.words}
    ]


def _is_told(run: Run, words: frozenset[str], article: Source) -> bool:
    """Whether a bullet has a name, another form of it, or its letters."""
    heads = "".join(word[0] for word in run.words)
    return (
        any(word[:AKIN] == own[:AKIN] for word in run.words for own in words)
        or (len(heads) > 1 and heads in words)
        or (len(run.words) == 1 and run.words[0] in article.initials)
    )


def _is_aside(piece: Piece, run: Run) -> bool:
    """Whether it may be left out: a name in brackets, only letters ("TNRC", "LNG"), a thing called so ("the Annex")."""
    start = piece.tokens[run.first].start
    called_so = len(run.words) == 1 and run.first > 0 and piece.tokens[run.first - 1].text.lower() == "the"
    return (
        called_so
        or _show(piece, run).isupper()
        or piece.text.count("(", 0, start) > piece.text.count(")", 0, start)
    )


def _is_cited(run: Run, read: Source) -> bool:
    return all(word in read.named or word in read.initials for word in run.words)


def _is_longer(run: Run, read: Source, article: Source) -> bool:
    """Whether a part of a name is cited and the article has all of it ("Rowena Smith" for "Smith")."""
    return any(word in read.named for word in run.words) and f" {' '.join(run.words)} " in article.plain


def _is_close(run: Run, cited: Sequence[Piece], article: Source) -> bool:
    """Whether an article is about a name, or has it near enough to what is cited to be whom a pronoun means."""
    have = [n for n, piece in enumerate(article.pieces) if all(word in piece.capitals for word in run.words)]
    texts = {origin.text for origin in cited}
    at = [n for n, piece in enumerate(article.pieces) if piece.text in texts]
    return (
        len(have) >= OFTEN
        or any(n < FIRST for n in have)
        or any(place - BACK <= n <= place + AFTER for n in have for place in at)
    )


def _find_pointing(piece: Piece) -> Iterator[int]:
    """Places of pronouns, and of who is presumed known ("the airline")."""
    for place, token in enumerate(piece.tokens):
        low = token.text.lower()
        after = piece.tokens[place + 1].text.lower() if place + 1 < len(piece.tokens) else ""
        if low in _PRONOUNS and token.text != "US":
            yield place
        elif low == "the" and ACTOR.fullmatch(after):
            yield place + 1


_PRONOUNS = frozenset(
    ("it", "its", "he", "his", "him", "she", "her", "they", "their", "them", "we", "our", "us", "i", "my")
)
_APPOSED = re.compile(r"\s?[,(–—-]|\s(?:is|was|as)\b")
_INVERTED = re.compile(r"[,”\"'’]\s(?:said|says)\s(?:[a-z]\w+\s){0,4}$")
_ENDS = re.compile(r"[,.;]|\sof\b|$")
_LINKS = frozenset(("in", "of", "at", "to", "from", "by", "for", "with", "near", "on", "than", "into"))
_POST_BEFORE, _POST_AFTER = 4, 12  # words within which a post stands that belongs to a name
_SAID_BEFORE, _SAID_AFTER, _SAID_FAR = 6, 2, 14  # the same of a word of saying; further off behind a comma


def _has_post(piece: Piece, run: Run) -> bool:
    """Whether a post ("chief executive") stands right before a name."""
    return run.first > 0 and POST.fullmatch(piece.tokens[run.first - 1].text) is not None


def _may_have_post(piece: Piece, run: Run) -> bool:
    """Whether a post belongs to a name: shortly before it, or behind its comma or "is"; who speaks may have one too."""
    near = [*piece.tokens[max(0, run.first - _POST_BEFORE) : run.last]]
    if _APPOSED.match(piece.text, piece.tokens[run.last].end):
        near += piece.tokens[run.last + 1 : run.last + 1 + _POST_AFTER]
    return any(POST.fullmatch(token.text) for token in near) or (run.first > 1 and _may_speak(piece, run))


def _speaks(piece: Piece, run: Run) -> bool:
    """Whether a bullet has a name speak: a word of saying follows it, or it ends what "said" begins."""
    start, end = piece.tokens[run.first].start, piece.tokens[run.last].end
    after = [t.text for t in piece.tokens[run.last + 1 : run.last + 3] if t.text not in {"also", "has"}]
    if _INVERTED.search(piece.text, 0, start) and _ENDS.match(piece.text, end):
        return True
    linked = run.first > 0 and piece.tokens[run.first - 1].text in _LINKS
    return (
        not linked
        and piece.text[end : end + 1] == " "
        and bool(after)
        and SAID.fullmatch(after[0]) is not None
    )


def _may_speak(piece: Piece, run: Run) -> bool:
    """Whether the source may have a name speak: a word of saying stands near it, or the name begins a sentence or a turn."""
    mark = piece.text[piece.tokens[run.last].end :][:1]
    if run.first <= 1 or mark == ":":
        return True
    reach = _SAID_FAR if mark in {",", "("} else _SAID_AFTER
    near = (
        *piece.tokens[max(0, run.first - _SAID_BEFORE) : run.first],
        *piece.tokens[run.last + 1 : run.last + 1 + reach],
    )
    told = piece.tokens[run.first - 2].text.lower() == "according"
    linked = piece.tokens[run.first - 1].text in _LINKS and not told
    return not linked and any(SAYING.fullmatch(token.text) for token in near)
