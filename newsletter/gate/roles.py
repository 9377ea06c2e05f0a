"""Whose doing, saying or having it is: a name that the source does not have there. Pure.

A logistic model over how the name stands in the bullet and how it stands in the source: whether the same words
are around it where it is cited, elsewhere in the article or where another name stands in what is cited; how
near, how often, behind which words and before which; whether it speaks or holds a post there. An editor writes
the name for a pronoun, so not being cited is no reason by itself. The weights are plain data in
``name_weights.json``, made by ``benchmarks/train_names.py`` of editors' own highlights of public collections, each
with copies in which a name gave way to another name of the article.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from newsletter.english.rules import read_class
from newsletter.english.speech import NO_NAME, POST, SAID, SAYING
from newsletter.english.stems import POSSESSIVE, STOP, fold
from newsletter.gate.context import Around, alike, look_around, look_beside
from newsletter.gate.pieces import Piece, Source, Token

LIMIT = 2.0  # the doubt from which a name is refused
AKIN = 5  # letters from which two words are one name
NEAREST = 30  # sentences beyond which none is near


@cache
def load_weights() -> tuple[float, Mapping[str, float]]:
    """Read the bias and the weights that ship with the package."""
    data = json.loads(files("newsletter.gate").joinpath("name_weights.json").read_text("utf-8"))
    return data["bias"], data["weights"]


class Run(NamedTuple):
    """A name: the first and the last token, and its words."""

    first: int
    last: int
    words: tuple[str, ...]


@lru_cache(maxsize=4096)
def find_runs(piece: Piece, known: frozenset[str]) -> tuple[Run, ...]:
    """The names of a sentence: words with capital letters that stand together, months and days.

    A first word counts where it is ``known``.
    """
    found: list[Run] = []
    begin = None
    for place, token in enumerate(piece.tokens):
        if token.text.lower() in DATES and token.text[0].isupper():
            found.append(Run(place, place, (fold(token.text),)))
            begin = None
            continue
        if not _is_name(token, amid=begin is not None) or (
            place == 0 and (fold(token.text) not in known or POST.fullmatch(token.text))
        ):
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
    if re.match(r"I[’']", token.text):
        return False  # "I'd"
    if len(low) == 1:
        return token.text.isupper() and amid
    return token.text[0].isupper() and low not in STOP and low not in NO_NAME


class _Place(NamedTuple):
    """Where a name, or what stands for one, stands."""

    piece: Piece
    run: Run

    @property
    def left(self) -> str:
        """The kind of what stands before it."""
        piece, place = self.piece, self.run.first - 1
        while place >= 0 and piece.tokens[place].text.lower() in _ARTICLES:
            place -= 1
        if place < 0:
            return "^"
        token = piece.tokens[place]
        low = token.text.lower()
        if re.search(r"[,:;(—“\"]", piece.text[token.end : piece.tokens[self.run.first].start]):
            return ","
        if low in _PREPOSITIONS:
            return low
        return "post" if POST.fullmatch(token.text) else "stop" if low in STOP else "word"

    @property
    def right(self) -> str:
        """The kind of what stands behind it."""
        piece, place = self.piece, self.run.last + 1
        end = piece.tokens[self.run.last].end
        if POSSESSIVE.search(piece.tokens[self.run.last].text):
            return "'s"
        if place == len(piece.tokens) or re.match(r"\s?[.;:)—”\"]", piece.text[end:]):
            return "."
        text = piece.tokens[place].text
        if re.match(r"\s?[,(]", piece.text[end:]):
            return ","
        if SAID.fullmatch(text):
            return "said"
        if text[0].isdigit() or text[0].isupper():
            return "1" if text[0].isdigit() else "A"
        low = text.lower()
        return (
            "verb" if low in _VERBS else "post" if POST.fullmatch(text) else "stop" if low in STOP else "word"
        )

    @property
    def numbers(self) -> Iterator[tuple[str, int]]:
        """The figures right beside it, with their side."""
        for side, place in ((-1, self.run.first - 1), (1, self.run.last + 1)):
            if 0 <= place < len(self.piece.tokens) and self.piece.tokens[place].text.isdigit():
                yield self.piece.tokens[place].text, side


class _Index(NamedTuple):
    """What an article says of its names, read once."""

    places: Mapping[str, Sequence[_Place]]  # by word
    pairs: frozenset[tuple[str, str]]  # words that stand beside each other
    small: Mapping[str, float]  # the share of small letters among the places of a word amid sentences


@lru_cache(maxsize=64)
def _read_names(article: Source) -> _Index:
    places: dict[str, list[_Place]] = {}
    pairs: set[tuple[str, str]] = set()
    small: Counter[str] = Counter()
    amid: Counter[str] = Counter()
    for piece in article.pieces:
        folded = [fold(token.text) for token in piece.tokens]
        pairs.update(pairwise(folded))
        amid.update(folded[1:])
        small.update(
            word for word, token in zip(folded, piece.tokens, strict=True) if token.text[0].islower()
        )
        for run in find_runs(piece, article.named):
            for word in {*run.words}:
                places.setdefault(word, []).append(_Place(piece, run))
    return _Index(
        places,
        frozenset(pairs),
        {word: min(1.0, count / amid[word]) for word, count in small.items() if amid[word]},
    )


class Scene:
    """What the names of one sentence of a bullet are held against."""

    def __init__(self, piece: Piece, cited: Sequence[Piece], headline: str, article: Source) -> None:
        self.piece, self.article, self.index = piece, article, _read_names(article)
        words = frozenset(fold(token.text) for token in piece.tokens)
        self.headline = frozenset(fold(word) for word in re.findall(r"[\w’'&.-]+", headline))
        named = [_Place(origin, run) for origin in cited for run in find_runs(origin, article.named)]
        self.told = [place for place in named if _is_told(place.run, words, article)]
        self.rivals = [place for place in named if not _is_told(place.run, words, article)]
        texts = {origin.text for origin in cited}
        self.at = [n for n, origin in enumerate(article.pieces) if origin.text in texts]


def check_roles(piece: Piece, cited: Sequence[Piece], headline: str, article: Source) -> list[str]:
    """Names that the source does not have where the bullet has them."""
    if not article.named:
        return []  # written without capitals: its names cannot be told
    scene = Scene(piece, cited, headline, article)
    bias, weights = load_weights()
    reasons = []
    for run in find_runs(piece, article.named):
        if not article.words.issuperset(run.words):
            continue  # another check's
        if _is_composed(run, scene):
            continue
        measured = measure_name(run, scene)
        if bias + sum(weights[name] * value for name, value in measured.items()) > LIMIT:
            reasons.append(_explain(run, measured, scene))
    return reasons


def _is_composed(run: Run, scene: Scene) -> bool:
    """Whether it puts together what is cited: "EU-China" of two names, "Finance Ministry" of "Ministry of Finance"."""
    piece = scene.piece
    text = piece.text[piece.tokens[run.first].start : piece.tokens[run.last].end]
    if "-" in text and all(any(word in place.run.words for place in scene.told) for word in run.words):
        return True
    turned = [re.escape(word) for word in text.split()]
    return len(turned) == 2 and any(  # noqa: PLR2004 - two words
        re.search(rf"\b{turned[1]}\s(?:of|for)\s(?:the\s)?{turned[0]}\b", place.piece.text)
        for place in scene.told
    )


def measure_name(run: Run, scene: Scene) -> dict[str, float]:
    """How a name stands in a bullet and in its source, as the model weighs it."""
    piece, index, article = scene.piece, scene.index, scene.article
    words = {*run.words}
    own = _Place(piece, run)
    there = list(dict.fromkeys(place for word in run.words for place in index.places.get(word, ())))
    cited = [place for place in scene.told if words & {*place.run.words}]
    have = [n for n, origin in enumerate(article.pieces) if words <= origin.capitals]
    beside = look_beside(piece, run.first, run.last)
    text = POSSESSIVE.sub("", piece.tokens[run.last].text)
    form = [place for place in there if POSSESSIVE.sub("", place.piece.tokens[place.run.last].text) == text]
    same = [place for place in there if place.run.words[-1] == run.words[-1]]
    score = {
        name: _find_best(own, places)
        for name, places in (
            ("cited", cited),
            ("rival", scene.rivals),
            ("elsewhere", there),
        )
    }
    near = 1 / (1 + min((abs(n - at) for n in have for at in scene.at), default=NEAREST))
    speaks, post = own.right == "said", _has_post(piece, run)
    return {
        "is cited": float(bool(cited)),
        "in headline": float(words <= scene.headline),
        **score,
        "beaten": max(0.0, score["rival"] - score["cited"]),
        "beside rival": _count_beside(beside, scene.rivals),
        "beside elsewhere": _count_beside(beside, there),
        "near": near,
        "left": _find_share(own.left, [place.left for place in form]),
        "right": _find_share(own.right, [place.right for place in form]),
        "speaks": float(speaks),
        "speaks there": float(
            speaks and any(_may_speak(*place) or _may_have_post(*place) for place in there)
        ),
        "post": float(post),
        "no post there": float(
            post and not any(_holds_post(*p) or _has_akin(p.piece, piece.tokens[run.first - 1]) for p in same)
        ),
        "date": float(run.words[0] in DATES),
        "first": float(run.first == 0),
        "twice": float(
            any(fold(t.text) in words for n, t in enumerate(piece.tokens) if not run.first <= n <= run.last)
        ),
        "new pair": float(any(pair not in index.pairs for pair in pairwise(run.words))),
        "common word": min(index.small.get(word, 0.0) for word in run.words),
        "a place where it is none": float(own.left in _WHERE and not any(p.left in _WHERE for p in there)),
        "uncited in headline": float(not cited and words <= scene.headline),
        "uncited elsewhere": score["elsewhere"] * (not cited),
        "uncited far": 0.0 if cited else 1 - near,
        "other number": float(_has_other_number(own, there, scene.article)),
    }


def _find_best(own: _Place, places: Sequence[_Place]) -> float:
    """How much of what stands around a name stands around the most alike of ``places``."""
    around = look_around(own.piece, own.run.first, own.run.last, figures=False)
    total = sum(around.values())
    return max((_compare(around, place) for place in places), default=0.0) / total if total else 0.0


def _compare(around: Around, place: _Place) -> float:
    return alike(around, look_around(place.piece, place.run.first, place.run.last, figures=False))


def _count_beside(beside: frozenset[tuple[str, int]], places: Sequence[_Place]) -> float:
    return float(
        max(
            (len(beside & look_beside(place.piece, place.run.first, place.run.last)) for place in places),
            default=0,
        )
    )


def _has_other_number(own: _Place, there: Sequence[_Place], article: Source) -> bool:
    """Whether a figure stands beside a name that stands there beside another name ("June 30")."""
    return any(
        not any(number == other for place in there for other in place.numbers)
        for number in own.numbers
        if re.search(rf"(?<![\d.,]){re.escape(number[0])}(?![\d])", article.text)
    )


def _find_share(kind: str, kinds: Sequence[str]) -> float:
    """The logarithm of how often a name stands like this, against once in ten."""
    return math.log((kinds.count(kind) + 0.3) / (len(kinds) + 3) * 10)


def _explain(run: Run, measured: Mapping[str, float], scene: Scene) -> str:
    shown = _show(scene.piece, run)
    if measured["speaks"] and not measured["speaks there"]:
        return f"“{shown}” says nothing in the source"
    if measured["no post there"]:
        return f"the source gives “{shown}” no such post"
    if measured["beaten"]:
        around = look_around(scene.piece, run.first, run.last, figures=False)
        rival = max(scene.rivals, key=lambda place: _compare(around, place))
        return f"“{shown}” stands where the source has “{_show(*rival)}”"
    if not measured["is cited"]:
        return f"the name “{shown}” is not in the sentences that the bullet cites"
    return f"the name “{shown}” stands elsewhere in the source"


def _show(piece: Piece, run: Run) -> str:
    return piece.text[piece.tokens[run.first].start : piece.tokens[run.last].end]


def _is_told(run: Run, words: frozenset[str], article: Source) -> bool:
    """Whether a bullet has a name, another form of it, or its letters."""
    heads = "".join(word[0] for word in run.words)
    return (
        any(word[:AKIN] == own[:AKIN] for word in run.words for own in words)
        or (len(heads) > 1 and heads in words)
        or (len(run.words) == 1 and run.words[0] in article.initials)
    )


DATES = frozenset((*read_class("month"), *read_class("weekday"))) - {"may"}
_WHERE = frozenset(("in", "at", "near", "from"))
_ARTICLES = frozenset(("the", "a", "an"))
_VERBS = frozenset("is was has had will would are were have plans expects can could may".split())
_PREPOSITIONS = frozenset(
    "in at from to near of for by with on than into under since until after before between "
    "against across via and or".split()
)
_APPOSED = re.compile(r"\s?[,(–—-]|\s(?:is|was|as)\b")
_LINKS = frozenset(("in", "of", "at", "to", "from", "by", "for", "with", "near", "on", "than", "into"))
_POST_BEFORE, _POST_AFTER = 4, 12  # words within which a post stands that belongs to a name
_SAID_BEFORE, _SAID_AFTER, _SAID_FAR = 6, 2, 18  # the same of a word of saying; further off behind a comma


def _has_post(piece: Piece, run: Run) -> bool:
    """Whether a post ("chief executive") stands right before a name."""
    return run.first > 0 and POST.fullmatch(piece.tokens[run.first - 1].text) is not None


def _holds_post(piece: Piece, run: Run) -> bool:
    """Whether a post stands right before a name, or behind its comma or "is"."""
    return _has_post(piece, run) or (
        _APPOSED.match(piece.text, piece.tokens[run.last].end) is not None
        and any(POST.fullmatch(token.text) for token in piece.tokens[run.last + 1 : run.last + 8])
    )


def _has_akin(piece: Piece, post: Token) -> bool:
    """Whether a sentence says a post in other words: "economist" is who "teaches economics"."""
    low = fold(post.text)
    words = {fold(token.text) for token in piece.tokens} - {low}
    return len(low) > AKIN and any(word[: AKIN + 1] == low[: AKIN + 1] for word in words)


def _may_have_post(piece: Piece, run: Run) -> bool:
    """Whether a post belongs to a name: shortly before it, or behind its comma or "is"; who speaks may have one too."""
    near = [*piece.tokens[max(0, run.first - _POST_BEFORE) : run.last]]
    if _APPOSED.match(piece.text, piece.tokens[run.last].end):
        near += piece.tokens[run.last + 1 : run.last + 1 + _POST_AFTER]
    return any(POST.fullmatch(token.text) for token in near) or (run.first > 1 and _may_speak(piece, run))


def _may_speak(piece: Piece, run: Run) -> bool:
    """Whether the source may have a name speak: a word of saying stands near it, or it begins a sentence or a turn."""
    mark = piece.text[piece.tokens[run.last].end :][:1]
    if run.first <= 1 or ":" in (mark, piece.text[: piece.tokens[run.first].start].rstrip()[-1:]):
        return True
    after = piece.tokens[run.last + 1].text if run.last + 1 < len(piece.tokens) else ""
    reach = _SAID_FAR if mark in {",", "("} or after in _LINKS else _SAID_AFTER
    near = (
        *piece.tokens[max(0, run.first - _SAID_BEFORE) : run.first],
        *piece.tokens[run.last + 1 : run.last + 1 + reach],
    )
    told = piece.tokens[run.first - 2].text.lower() == "according"
    linked = piece.tokens[run.first - 1].text in _LINKS and not told
    return not linked and any(SAYING.fullmatch(token.text) or SAID.fullmatch(token.text) for token in near)
