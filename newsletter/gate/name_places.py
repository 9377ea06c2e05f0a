"""Which name fits a place: a name of a bullet that the source would not have there. Pure.

A bullet with a name left out has a gap. Trees weigh how badly a name of the article fits it: whether the same words
stand around the name where it is cited and elsewhere, how near to the cited sentences, how often and how it is written;
and how well a name fits that the bullet leaves out. An editor writes the name for a pronoun, so not being cited is no
reason by itself. The trees are plain data in ``names.json``, made by ``benchmarks/train_names.py`` of bullets, each
with copies in which a name gave way to another one of the article.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise, takewhile, zip_longest
from typing import NamedTuple

from newsletter.english.datelines import strip_dateline
from newsletter.english.quantities import find_quantities
from newsletter.english.rules import read_class, remembered
from newsletter.english.speech import NO_NAME, POST, SAID
from newsletter.english.stems import COUNTRIES, POSSESSIVE, STOP, fold
from newsletter.gate.context import Around, alike, look_around
from newsletter.gate.names import find_other_names, find_synonyms, is_of_figure
from newsletter.gate.pieces import WORD, Piece, Source, Token
from newsletter.trees import Trees

AKIN = 5  # letters from which two words are one name
NEAREST = 30  # sentences beyond which none is near
CLOSE = 6  # words behind a name in which its post stands
TOLD = 3.0  # from which what stands around a name tells its place
INSTEAD = 0.7  # how much more of it stands around another name
CROSSED = 1.6  # how much more alike two names' places must be, were they exchanged
BESIDE = 1.5  # how much more may be doubted of a name that the article has beside a cited one
BOUND = 5  # tokens between two names of which one tells whose the other is
FEW = 2  # words of a part, from which it can be found again
PARTED = 0.3  # how much more of two parts' words, together, must stand where the other name does
UNSAID = 0.25  # the share of them that may stand where a speaker does
SAID_BY = 0.4  # and how much more where another one speaks
# What it adds to the doubt that another name has this post in the article, or that a thing speaks.
POSTED = 2.0
COPIED = 6  # words compared on either side of a name


@cache
def load_model() -> tuple[Trees, float]:
    """The trees that ship with the package, and the doubt from which a name is refused."""
    data = json.loads(files("newsletter.gate").joinpath("names.json").read_text("utf-8"))
    return Trees(start=data["start"], trees=data["trees"]), data["limit"]


class Run(NamedTuple):
    """A name: the first and the last token, and its words."""

    first: int
    last: int
    words: tuple[str, ...]


@remembered(4096)
def find_runs(piece: Piece, known: frozenset[str]) -> tuple[Run, ...]:
    """The names of a sentence: words with capital letters that stand together, months and days.

    A first word counts where it is ``known``.
    """
    found: list[Run] = []
    begin = None
    figures = [one for one in find_quantities(piece.text) if re.search(r"\d", one.text) and not one.is_day]
    for place, token in enumerate(piece.tokens):
        if not token.text[0].isupper() or is_of_figure(token, figures):
            begin = None
            continue
        if fold(token.text) in DATES:
            found.append(Run(place, place, (fold(token.text),)))
            begin = None
            continue
        if not _is_name(token, amid=begin is not None, money=piece.text[token.end :][:1] == "$") or (
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


def _find_others(piece: Piece) -> Iterator[Run]:
    """Words that are no name and stand as one: "Copper said", "Mills, a broker", "CEO Company", "volume of Today"."""
    for place, token in enumerate(piece.tokens):
        low, before = fold(token.text), piece.text[: token.start]
        after = piece.tokens[place + 1].text if place + 1 < len(piece.tokens) else ""
        if place:
            stands = low in _BODIES or (
                low in STOP
                and low not in _SMALL
                and not token.text.isupper()
                and re.search(r"[\w,]\s$", before) is not None
            )
        else:
            stands = low not in _SUBJECTS and bool(
                POSSESSIVE.search(token.text)
                or SAID.fullmatch(after.lower())
                or POST.fullmatch(after)
                or re.match(r"\sof\s[A-Z]|,\s(?:an?|the)\s", piece.text[token.end :])
            )
        if stands and token.text[0].isupper():
            yield Run(place, place, (low,))


def _is_joined(piece: Piece, place: int) -> bool:
    before, token = piece.tokens[place - 1], piece.tokens[place]
    joint = r"\.?\s" if len(before.text) == 1 else r"[\s&-]*"  # "Frank J. Basa"
    return (
        not POSSESSIVE.search(before.text)
        and re.fullmatch(joint, piece.text[before.end : token.start]) is not None
    )


def _is_name(token: Token, *, amid: bool, money: bool) -> bool:
    """Whether a word with a capital letter is one of a name."""
    low = fold(token.text)
    if len(low) == 1:
        return amid and not money
    return low not in STOP and low not in NO_NAME and not token.text.startswith(("I'", "I’"))  # "I'd"


class _Use(NamedTuple):
    """How a name is used where it stands."""

    speaks: bool  # "Brown said", "according to Brown"
    placed: bool  # "in Ribe"
    owns: bool  # "Acme's"
    titled: bool  # "Mr Brown"


class _Place(NamedTuple):
    """Where a name, or what stands for one, stands."""

    piece: Piece
    run: Run

    @property
    def sides(self) -> tuple[Sequence[Token], Sequence[Token]]:
        """The words before it, the nearest first, and behind it."""
        first, last = self.run.first, self.run.last
        return self.piece.tokens[max(0, first - COPIED) : first][::-1], self.piece.tokens[
            last + 1 : last + 1 + COPIED
        ]

    @property
    def link(self) -> str:
        """Give "by" before who acts ("by Brown", "by the Brown board"), "in" before a place ("at the Court"), or ""."""
        before = [fold(token.text) for token in self.sides[0][:2]]
        is_place = before[:1] == ["in"] or "at" in before
        return "by" if "by" in before else "in" if is_place else ""

    @property
    def use(self) -> _Use:
        before, behind = ([fold(token.text) for token in side] + [""] * COPIED for side in self.sides)
        return _Use(
            speaks=any(SAID.fullmatch(side[0]) for side in (before, behind))
            or before[:2] == ["to", "according"],
            placed=before[0] in _PLACING,
            owns=POSSESSIVE.search(self.piece.tokens[self.run.last].text) is not None,
            titled=before[0] in _TITLES,
        )

    @property
    def posts(self) -> set[str]:
        """The posts that a name has there, in short: "chief executive Ada Brown", "Ada Brown, the chair"."""
        piece, run = self.piece, self.run
        start = piece.tokens[run.first].start
        near = [
            token
            for token in piece.tokens[max(0, run.first - len("CEO")) : run.first]
            if "," not in piece.text[token.end : start]
        ]
        if _APPOSED.match(piece.text, piece.tokens[run.last].end):
            near += piece.tokens[run.last + 1 : run.last + 1 + CLOSE]
        words = [token.text.lower() for token in near]
        return {
            f"c{after[:1]}o" if word == "chief" else word[:AKIN]  # "chief executive" is "CEO"
            for word, after in zip_longest(words, words[1:], fillvalue="")
            if POST.fullmatch(word)
        }


class _Index(NamedTuple):
    """What an article says of its names, read once."""

    places: tuple[_Place, ...]
    number: Mapping[Piece, int]
    pairs: frozenset[tuple[str, str]]  # words that stand beside each other
    small: Mapping[str, float]  # the share of small letters among the places of a word amid sentences
    called: tuple[tuple[frozenset[str], str], ...]  # the words of a name and a short one that is given for it
    most: int  # places of the name that has the most
    found: dict[tuple[str, ...], tuple[_Place, ...]]

    def shorts(self, words: tuple[str, ...]) -> set[str]:
        """What the article calls a name: "acme" and "company" of "Acme Ferries Ltd (“Acme” or the “Company”)"."""
        return {short for name, short in self.called if name.issuperset(words)}

    def find(self, words: tuple[str, ...]) -> tuple[_Place, ...]:
        """Where the article has a name, in whole or in part; or its last word, where it names nothing there."""
        if words not in self.found:
            self.found[words] = tuple(
                place for place in self.places if _is_same(words, place.run.words)
            ) or tuple(
                _Place(piece, Run(place, place, words[-1:]))
                for piece in self.number
                for place, token in enumerate(piece.tokens)
                if fold(token.text) == words[-1]
            )
        return self.found[words]


@remembered(64)
def _read_names(article: Source) -> _Index:
    pairs: set[tuple[str, str]] = set()
    small, amid = Counter[str](), Counter[str]()
    for piece in article.pieces:
        folded = [fold(token.text) for token in piece.tokens]
        pairs.update(pairwise(folded))
        pairs.update(pairwise(word for word in folded if len(word) > 1))  # "Ada B. Brown" is "Ada Brown"
        amid.update(folded[1:])
        small.update(
            word for word, token in zip(folded, piece.tokens, strict=True) if token.text[0].islower()
        )
    places = tuple(_Place(piece, run) for piece in article.pieces for run in find_runs(piece, article.named))
    return _Index(
        places,
        {piece: number for number, piece in reversed([*enumerate(article.pieces)])},
        frozenset(pairs),
        {word: min(1.0, count / amid[word]) for word, count in small.items() if amid[word]},
        tuple(
            (frozenset(fold(word) for word in WORD.findall(match["name"])), fold(short))
            for match in _CALLED.finditer(article.text)
            for short in re.findall(r"[“\"](\w+)[”\"]", match["shorts"])
        ),
        max(Counter(place.run.words[-1] for place in places).values(), default=1),
        {},
    )


def _is_same(own: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names may be one: one is a part of the other or they have one last word."""
    return own[-1] == other[-1] or set(own) <= set(other) or set(other) <= set(own)


class Scene:
    """What the names of one sentence of a bullet are held against."""

    def __init__(
        self,
        piece: Piece,
        cited: Sequence[Piece],
        read: Source,
        article: Source,
        publisher: frozenset[str] = frozenset(),
    ) -> None:
        self.piece, self.article, self.index = piece, article, _read_names(article)
        self.read, self.cited, self.publisher = read, cited, publisher
        self.texts = frozenset(origin.text for origin in cited)
        self.named = [_Place(origin, run) for origin in cited for run in find_runs(origin, article.named)]
        self.rivals = [
            place
            for place in self.named
            if not _is_told(place.run.words, piece.words)
            and not _heads(place)
            and not publisher.issuperset(place.run.words)
        ]
        self.at = [
            number
            for number, whole in enumerate(article.pieces)
            if any(
                text in whole.text or (whole.text in text and len(whole.tokens) > CLOSE)
                for text in self.texts
            )
        ]  # also where a dateline was left out
        self.texts |= {article.pieces[number].text for number in self.at}
        runs = {run.first: run for run in (*_find_others(piece), *find_runs(piece, article.named))}
        self.runs = [runs[place] for place in sorted(runs)]

    def find_rivals(self, run: Run) -> list[_Place]:
        """The names of what is cited that the bullet leaves out: where it has a day, days alone."""
        dated = run.words[0] in DATES
        return [place for place in self.rivals if (place.run.words[0] in DATES) is dated]


def check_roles(
    piece: Piece, cited: Sequence[Piece], read: Source, article: Source, publisher: str = ""
) -> list[str]:
    """Names that the source does not have where the bullet has them. Its publisher's stands for nobody in the news."""
    if not article.named:
        return []  # written without capitals: its names cannot be told
    scene = Scene(piece, cited, read, article, frozenset(fold(word) for word in WORD.findall(publisher)))
    trees, limit = load_model()
    reasons = []
    for run in find_weighed(scene):
        measured = measure_name(run, scene)
        doubt = trees.ask("doubt", list(measured.values()))
        if measured["post of another"] > measured["same post"] or _speaks_as_thing(measured):
            doubt += POSTED
        if (doubt > limit or _is_misplaced(measured)) and (
            doubt > limit + BESIDE or not _is_beside_cited(run, scene)
        ):
            reasons.append(_explain(run, measured, scene))
    return reasons or _check_exchanged(scene) or _check_parts(scene)


def _is_beside_cited(run: Run, scene: Scene) -> bool:
    """Whether the article has it behind a name that is cited: "Clark County, Nevada"."""
    cited = {place.run.words for place in scene.named}
    return any(
        place.run.first == other.run.last + 1 and _text_between(other, place) == ", "
        for place in scene.index.find(run.words)
        for other in scene.index.places
        if other.piece is place.piece and other.run.words in cited
    )


def _text_between(one: _Place, other: _Place) -> str:
    return one.piece.text[one.piece.tokens[one.run.last].end : one.piece.tokens[other.run.first].start]


def find_weighed(scene: Scene) -> list[Run]:
    """The names of a bullet that are to be weighed: of the article, no short form of another, not cited as letters."""
    return [
        run
        for run in scene.runs
        if scene.article.words.issuperset(run.words)
        and not scene.publisher.issuperset(run.words)
        and not (_is_hyphened(run, scene.piece) and scene.read.words.issuperset(run.words))
        and not any(set(run.words) < set(other.words) for other in scene.runs)
        and not (len(run.words) > len("us") and "".join(word[0] for word in run.words) in scene.read.words)
        and not scene.index.shorts(run.words) & scene.read.words
        and not _heads_a_part(run, scene)
    ]


def _is_hyphened(run: Run, piece: Piece) -> bool:
    """Whether it is two names in one word: "the Goma-Rwanda road"."""
    return "-" in piece.text[piece.tokens[run.first].start : piece.tokens[run.last].end]


def _heads_a_part(run: Run, scene: Scene) -> bool:
    """Whether it begins what stands behind a semicolon, as it begins a sentence that is cited."""
    text, first = scene.piece.text, scene.piece.tokens[run.first]
    return text[: first.start].endswith("; ") and any(
        tuple(fold(token.text) for token in origin.tokens[: len(run.words)]) == run.words
        for origin in scene.cited
    )


def _is_misplaced(measured: Mapping[str, float]) -> bool:
    """Whether a date, or a name that is not cited, stands in the very place of another one that is."""
    here = max(measured["cited alike"], measured["rest alike"])
    return (
        ((measured["date"] == 1 and not measured["headed"]) or measured["words cited"] < 1)
        and measured["gap size"] > TOLD
        and measured["rivals alike"] - here > INSTEAD
    )


def _speaks_as_thing(measured: Mapping[str, float]) -> bool:
    """Whether a word that the article always writes small, and lets say nothing, says something: "Cheese said"."""
    return measured["small"] == 1 and measured["gap speaks"] > measured["speaks"] == 0


def _check_exchanged(scene: Scene) -> list[str]:
    """Two names that stand each where the cited sentences have the other: who buys and who sells."""
    for left, right in combinations(scene.runs, 2):
        if (
            right.first - left.last <= len(("of", "the"))
            or not _may_change(left, right)
            or _are_bound(left, right, scene)
        ):
            continue  # "Acme's Ribe plant" is "the Ribe plant of Acme", "Canada's Acme" "Acme of Canada"
        around = [look_around(scene.piece, run.first, run.last) for run in (left, right)]
        there = [
            [place for place in scene.named if _is_same(run.words, place.run.words)] for run in (left, right)
        ]
        if not all(there):
            continue
        links = [{place.link for place in side} for side in there]
        if "by" in {*links[0], *links[1]} or ("in" in links[0]) is not ("in" in links[1]):
            continue  # "was chosen by Acme" is "Acme chose", and no place changes places with a person
        own, crossed = (
            sum(
                max(alike(one, look_around(place.piece, place.run.first, place.run.last)) for place in places)
                for one, places in zip(around, side, strict=True)
            )
            for side in (there, there[::-1])
        )
        if crossed > own + CROSSED:
            return [f"“{_show(scene.piece, left)}” and “{_show(scene.piece, right)}” have changed places"]
    return []


def _heads(place: _Place) -> bool:
    """Whether a name stands in what heads a sentence: its dateline, or who speaks ("Metal Week: You promised it")."""
    text, end = place.piece.text, place.piece.tokens[place.run.last].end
    return end <= len(text) - len(strip_dateline(text)[0]) or (
        text.startswith(": ", end) and place.run.first == 0
    )


def _check_parts(scene: Scene) -> list[str]:
    """Two names, each in the part of the bullet that the cited sentences have of the other; one that says another's.

    A name that the sentence of its part leaves out, where nobody else speaks there, is written for a pronoun.
    """
    names = {token.stem for run in scene.runs for token in scene.piece.tokens[run.first : run.last + 1]}
    told = {run: part for run in scene.runs if len(part := _find_part(run, scene.piece, names)) >= FEW}
    there = {
        run: [place.piece for place in scene.named if _is_same(run.words, place.run.words)] for run in told
    }

    def share(part: frozenset[str], pieces: Iterable[Piece]) -> float:
        weight = scene.article.weight
        total = sum(weight.get(word, 1.0) for word in part)
        return max((sum(weight.get(w, 1.0) for w in part & one.stems) / total for one in pieces), default=0.0)

    for left, right in combinations(told, 2):
        parts = told[left], told[right]
        if parts[0] == parts[1] or not all((there[left], there[right])) or not _may_change(left, right):
            continue
        gains = [
            share(part, there[other]) - share(part, there[own])
            for part, own, other in zip(parts, (left, right), (right, left), strict=True)
        ]
        if min(gains) > 0 and sum(gains) > PARTED:
            return [f"“{_show(scene.piece, left)}” and “{_show(scene.piece, right)}” have changed places"]
    for run, part in told.items():
        if _Place(scene.piece, run).use.speaks and there[run] and (own := share(part, there[run])) <= UNSAID:
            of_others = (
                one.piece for one in scene.find_rivals(run) if one.use.speaks and one.piece not in there[run]
            )
            if share(part, of_others) - own > SAID_BY:
                return [f"the source has of somebody else what “{_show(scene.piece, run)}” says here"]
    return []


def _find_part(run: Run, piece: Piece, names: Collection[str]) -> frozenset[str]:
    """The words of the part of a sentence that a name stands in, but for ``names`` and words of saying."""
    place = piece.tokens[run.first].start
    cuts = [0, *(match.end() for match in _PARTED.finditer(piece.text)), len(piece.text)]
    start, end = next(pair for pair in pairwise(cuts) if pair[0] <= place < pair[1])
    return frozenset(
        token.stem
        for token in piece.tokens
        if start <= token.start < end
        and (low := fold(token.text)) not in STOP
        and token.stem not in names
        and not SAID.fullmatch(low)
    )


def _are_bound(left: Run, right: Run, scene: Scene) -> bool:
    """Whether two names stand near each other here and there: "Acme's chief Brown" is "Brown, the chief of Acme"."""
    between = scene.piece.tokens[left.last + 1 : right.first]
    return (
        len(between) < BOUND
        and any(POST.fullmatch(token.text) for token in between)
        and any(
            one.piece is other.piece and 0 < one.run.first - other.run.last <= BOUND
            for one in scene.named
            for other in scene.named
            if _is_same(left.words, one.run.words) and _is_same(right.words, other.run.words)
        )
    )


def _may_change(left: Run, right: Run) -> bool:
    """Whether one of two names could stand for the other: days and countries only for their like."""
    return not _is_same(left.words, right.words) and all(
        (left.words[-1] in kind) is (right.words[-1] in kind) for kind in (DATES, COUNTRIES)
    )


def measure_name(run: Run, scene: Scene) -> dict[str, float]:
    """How a name stands in a bullet and in its source, as the trees weigh it."""
    piece, index, words = scene.piece, scene.index, run.words
    own, known = _Place(piece, run), index.find(run.words)
    post, at = own.posts, [index.number[place.piece] for place in known]
    count, sentences = max(1, len(known)), max(1, len(scene.article.pieces))
    around = look_around(piece, run.first, run.last, figures=False)
    cited = [place for place in scene.named if _is_same(words, place.run.words)] or [
        place for place in known if place.piece.text in scene.texts
    ]
    rivals = scene.find_rivals(run)
    others = [place for place in index.places if not _is_same(words, place.run.words)]
    longer = [place.run.words for place in known if len(place.run.words) > len(words)]
    return {
        "cited": float(len(cited)),
        "cited alike": _find_best(around, cited),
        "rivals alike": _find_best(around, rivals),
        "rest alike": _find_best(around, [p for p in known if p.piece.text not in scene.texts]),
        "others alike": _find_best(around, [p for p in others if not _is_told(p.run.words, piece.words)]),
        "copied": _count_copied(own, known),
        "rivals copied": _count_copied(own, rivals),
        "words cited": sum(_stands(word, scene.read) for word in words) / len(words),
        "mentions": float(len(known)),
        "as written": sum(place.run.words == words for place in known) / count,
        "new pair": float(any(pair not in index.pairs for pair in pairwise(words))),
        "sentences": float(sentences),
        "first": min(at, default=NEAREST) / sentences,
        "before": float(min((cited - n for n in at for cited in scene.at if n <= cited), default=NEAREST)),
        "after": float(min((n - cited for n in at for cited in scene.at if n >= cited), default=NEAREST)),
        "headed": float(any(p.piece.text not in scene.texts and p.piece in scene.read.pieces for p in known)),
        "gap first": float(run.first == 0),
        "gap size": sum(around.values()),
        "gap post": float(bool(post)),
        "same post": float(any(post & place.posts for place in known)),
        "post of another": float(any(post & place.posts for place in others)),
        "words": float(len(words)),
        "date": float(words[0] in DATES),
        "country": float(words[-1] in COUNTRIES),
        "letters": float(piece.tokens[run.last].text.isupper()),
        "no name": float(words[0] in STOP),
        "small": min(index.small.get(word, 0.0) for word in words),
        "twice": float(any(_is_same(words, other.words) for other in scene.runs if other != run)),
        **_measure_use(own, known, rivals),
        "head": sum(words == name[: len(words)] for name in longer) / count,
        "tail": sum(words == name[-len(words) :] for name in longer) / count,
        "share": len(known) / index.most,
    }


def _measure_use(own: _Place, known: Sequence[_Place], rivals: Sequence[_Place]) -> dict[str, float]:
    """How the name is used in the bullet, its share of such uses in the article, and whether a rival has one."""
    use, there, others = own.use, [place.use for place in known], [place.use for place in rivals]
    measured = {}
    for nth, kind in enumerate(_Use._fields):
        measured[f"gap {kind}"] = float(use[nth])
        measured[kind] = sum(one[nth] for one in there) / max(1, len(there))
        measured[f"rival {kind}"] = float(any(one[nth] for one in others))
    return measured


def _count_copied(own: _Place, places: Sequence[_Place]) -> float:
    """How many of the very words on both sides of a name stand beside the most alike of ``places``; -1 without one."""
    beside = [
        sum(
            len([*takewhile(lambda pair: pair[0].stem == pair[1].stem, zip(one, two, strict=False))])
            for one, two in zip(own.sides, place.sides, strict=True)
        )
        for place in places
    ]
    return float(max(beside, default=-1))


def _stands(word: str, read: Source) -> bool:
    """Whether a word, another form or name of it, or what its letters stand for is in the cited sentences."""
    return (
        word in read.words
        or word in read.initials
        or find_other_names(word, read)
        or (len(word) >= AKIN - 1 and any(_begin_alike(word, other) for other in read.words))
    )


def _find_best(around: Around, places: Sequence[_Place]) -> float:
    """How much of what stands around a name stands around the most alike of ``places``."""
    total = sum(around.values())
    return max((_compare(around, place) for place in places), default=0.0) / total if total else 0.0


def _compare(around: Around, place: _Place) -> float:
    return alike(around, look_around(place.piece, place.run.first, place.run.last, figures=False))


def _explain(run: Run, measured: Mapping[str, float], scene: Scene) -> str:
    shown = _show(scene.piece, run)
    if measured["rivals alike"] > measured["cited alike"]:
        around = look_around(scene.piece, run.first, run.last, figures=False)
        rival = max(scene.find_rivals(run), key=lambda place: _compare(around, place))
        return f"“{shown}” stands where the source has “{_show(*rival)}”"
    if not measured["cited"]:
        return f"the name “{shown}” is not in the sentences that the bullet cites"
    return f"the name “{shown}” stands elsewhere in the source"


def _show(piece: Piece, run: Run) -> str:
    return piece.text[piece.tokens[run.first].start : piece.tokens[run.last].end]


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words begin alike: "Mali" and "Malian"."""
    short, long = sorted((one, other), key=len)
    return one[:AKIN] == other[:AKIN] or (len(short) == AKIN - 1 and long.startswith(short))


@remembered(4096)
def _is_told(name: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether a bullet has a name, another form of it, or its letters."""
    heads = "".join(word[0] for word in name)
    alike = any(_begin_alike(word, own) for word in name for own in words) or any(
        other in words for word in name for other in find_synonyms(word)
    )
    return alike or (len(heads) > 1 and heads in words)


DATES = frozenset((*read_class("month"), *read_class("weekday"))) - {"may"}
_APPOSED = re.compile(r"\s?[,(–—-]|\s(?:is|was|as)\b")
_BODIES = frozenset(("company", "board", "group"))
_CALLED = re.compile(
    r"(?P<name>[A-Z][\w&.’'-]*(?:,?\s(?:of\s)?[A-Z][\w&.’'-]*)*)(?:\s\([^“\"()]*\)){0,3}\s\((?P<shorts>[^()]*[“\"][^()]*)\)"
)
_PLACING = frozenset("in at near from around outside".split())
_PARTED = re.compile(
    r";\s|,?\s(?:while|whereas|but|though|although|as)\s|,\s(?:and\s)?(?=[A-Z][\w’'-]+\s)|,\sand\s"
)
_TITLES = frozenset(read_class("title"))
_SMALL = frozenset("the a an i no may in of at on to by as or it is".split())
_SUBJECTS = frozenset(
    "the a an it its he she they we you i this that these those who what which there his her their our each every some "
    "any all both few many most more other another such one today yesterday for with by from as at after before under "
    "outside inside without within despite".split()
)
