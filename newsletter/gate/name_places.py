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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise, takewhile, zip_longest
from typing import NamedTuple

from newsletter.english.days import DATES
from newsletter.english.quantities import find_quantities
from newsletter.english.rules import PATTERNS, read_class, remembered
from newsletter.english.speech.people import NO_NAME, POST
from newsletter.english.speech.sayings import SAID
from newsletter.english.stems import COUNTRIES, POSSESSIVE, STOP, fold
from newsletter.gate.context import Around, alike, look_around
from newsletter.gate.names import find_other_names, find_synonyms, is_of_figure, is_shortened, is_spelled
from newsletter.gate.pieces import WORD, Piece, Source, Token
from newsletter.trees import Trees

AKIN = 5  # letters from which two words are one name
NEAREST = 30  # sentences beyond which none is near
CLOSE = 6  # words behind a name in which its post stands
TOLD = 3.0  # from which what stands around a date tells its place
INSTEAD = 0.7  # how much more of it stands around another date
CROSSED = 1.6  # how much more alike two names' places must be, were they exchanged
FEW = 2  # words of a part, from which it can be found again
PARTED = 0.3  # how much more of two parts' words, together, must stand where the other name does
UNSAID = 0.25  # the share of them that may stand where a speaker does
SAID_BY = 0.4  # and how much more where another one speaks
# What it adds to the doubt that another name has this post in the article, or that a thing speaks.
POSTED = 2.0
LETTERS = 3  # of an acronym whose words are looked for
COPIED = 6  # words compared on either side of a name


@cache
def load_model() -> tuple[Trees, float]:
    """The trees that ship with the package, and the doubt from which a name is refused."""
    data = json.loads(files("newsletter.gate").joinpath("names.json").read_text("utf-8"))
    return Trees(start=data["start"], trees=data["trees"]), data["limit"]


class Name(NamedTuple):
    """A name where it stands in a sentence, or what stands there as one: its first and last token, and its words."""

    piece: Piece
    first: int
    last: int
    words: tuple[str, ...]

    @property
    def start(self) -> int:
        """Its place in the text."""
        return self.piece.tokens[self.first].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.piece.tokens[self.last].end

    @property
    def text(self) -> str:
        """As it is written."""
        return self.piece.text[self.start : self.end]

    @property
    def is_date(self) -> bool:
        """Whether it is a month or a weekday."""
        return self.words[0] in DATES

    @property
    def around(self) -> Around:
        """The words around it; no figures."""
        return look_around(self.piece, self.first, self.last, figures=False)

    @property
    def sides(self) -> tuple[Sequence[Token], Sequence[Token]]:
        """The words before it, the nearest first, and behind it."""
        tokens = self.piece.tokens
        before = tokens[max(0, self.first - COPIED) : self.first]
        return before[::-1], tokens[self.last + 1 : self.last + 1 + COPIED]

    @property
    def setting(self) -> _Setting:
        """What stands right beside it, and how it is used there."""
        text, (before, behind) = self.piece.text, self.sides
        led = before[0].text if before and not text[before[0].end : self.start].strip(" ") else ""
        joined = behind[0].text if behind and not text[self.end : behind[0].start].strip(" ") else ""
        back, ahead = ([fold(token.text) for token in side[:2]] or [""] for side in (before, behind))
        speaks = SAID.fullmatch(back[0]) or SAID.fullmatch(ahead[0]) or back == ["to", "according"]
        return _Setting(
            before=fold(led),
            behind=fold(joined),
            goes_on=joined[:1].islower(),
            named=joined[:1].isupper() or (self.first > 1 and led[:1].isupper()),
            speaks=bool(speaks),
            placed=back[0] in _PLACING,
            owns=POSSESSIVE.search(self.text) is not None,
            titled=back[0] in _TITLES,
        )

    @property
    def all_around(self) -> Around:
        """The words and figures around it."""
        return look_around(self.piece, self.first, self.last)

    @property
    def posts(self) -> set[str]:
        """The posts that a name has there, in short: "chief executive Ada Brown", "Ada Brown, the chair"."""
        text, tokens = self.piece.text, self.piece.tokens
        before = tokens[max(0, self.first - len("CEO")) : self.first]
        near = [token for token in before if "," not in text[token.end : self.start]]
        if _APPOSED.match(text, self.end):
            near += tokens[self.last + 1 : self.last + 1 + CLOSE]
        words = [token.text.lower() for token in near]
        return {
            f"c{after[:1]}o" if word == "chief" else word[:AKIN]  # "chief executive" is "CEO"
            for word, after in zip_longest(words, words[1:], fillvalue="")
            if POST.fullmatch(word)
        }

    def is_same(self, words: Sequence[str]) -> bool:
        """Whether it may be the name of these ``words``: one is a part of the other or they have one last word."""
        own = set(self.words)
        return self.words[-1] == words[-1] or own.issubset(words) or own.issuperset(words)


class _Setting(NamedTuple):
    """What stands right beside a name, no comma between, and how the name is used there."""

    before: str
    behind: str
    goes_on: bool  # "Ribe trader": a small word behind
    named: bool  # "Chief Brown", "Tuesday Brown": a capital beside
    speaks: bool  # "Brown said", "according to Brown"
    placed: bool  # "in Ribe"
    owns: bool  # "Acme's"
    titled: bool  # "Mr Brown"


_USES = ("speaks", "placed", "owns", "titled")


@remembered(4096)
def find_names(piece: Piece, known: frozenset[str]) -> tuple[Name, ...]:
    """The names of a sentence: words with capital letters that stand together, months and days.

    A first word counts where it is ``known``.
    """
    found: list[Name] = []
    begin = None
    figures = [one for one in find_quantities(piece.text) if re.search(r"\d", one.text) and not one.is_day]
    for place, token in enumerate(piece.tokens):
        low = fold(token.text)
        is_date = low in DATES
        if (
            not token.text[0].isupper()
            or is_of_figure(token, figures)
            or not (is_date or _is_name(piece, place, amid=begin is not None, known=known))
        ):
            begin = None
            continue
        if begin is None or is_date or not _is_joined(piece, place):
            begin = place
        else:
            found.pop()
        found.append(Name(piece, begin, place, tuple(map(_fold, piece.tokens[begin : place + 1]))))
        begin = None if is_date else begin
    return tuple(found)


def _fold(token: Token) -> str:
    """A word of a name as it is compared: "CLO" for "CLOs"."""
    return fold(token.text.removesuffix("s") if token.text[:-1].isupper() else token.text)


def _is_name(piece: Piece, place: int, *, amid: bool, known: frozenset[str]) -> bool:
    """Whether a word with a capital letter is one of a name."""
    token = piece.tokens[place]
    low = fold(token.text)
    joined = re.match(r"-[a-z]", piece.text[token.end : token.end + 2]) is not None  # "Exchange-registered"
    if place == 0 and (low not in known or joined or POST.fullmatch(token.text)):
        return False
    if len(low) == 1:
        return amid and not piece.text.startswith("$", token.end)
    common = low in STOP or token.text.startswith(("I'", "I’"))  # "I'd"
    return not common and NO_NAME.isdisjoint((low, low.removesuffix("s")))


def _is_joined(piece: Piece, place: int) -> bool:
    before, token = piece.tokens[place - 1], piece.tokens[place]
    if fold(before.text) in COUNTRIES and fold(before.text) != before.text.lower():
        return False  # "Thai Commerce Ministry"
    initials = len(before.text) == 1 or "." in before.text  # "Frank J. Basa", "J.P. Morgan"
    joint = r"\.?\s" if initials else r"[\s&-]*"
    return (
        not POSSESSIVE.search(before.text)
        and re.fullmatch(joint, piece.text[before.end : token.start]) is not None
    )


def _find_others(piece: Piece) -> Iterator[Name]:
    """Words that are no name and stand as one: "Copper said", "Mills, a broker", "CEO Company", "volume of Today"."""
    for place, token in enumerate(piece.tokens):
        low, before = fold(token.text), piece.text[: token.start]
        if place:
            stands = low in _BODIES or (
                low in STOP - _SMALL and not token.text.isupper() and re.search(r"[\w,]\s$", before)
            )
        else:
            after = piece.tokens[1].text if len(piece.tokens) > 1 else ""
            stands = low not in _SUBJECTS and (
                POSSESSIVE.search(token.text)
                or SAID.fullmatch(after.lower())
                or POST.fullmatch(after)
                or re.match(r"\sof\s[A-Z]|,\s(?:an?|the)\s", piece.text[token.end :])
            )
        if stands and token.text[0].isupper():
            yield Name(piece, place, place, (low,))


class _Index(NamedTuple):
    """What an article says of its names, read once."""

    names: tuple[Name, ...]
    number: Mapping[Piece, int]
    pairs: frozenset[tuple[str, str]]  # words that stand beside each other
    small: Mapping[str, float]  # the share of small letters among the places of a word amid sentences
    most: int  # places of the name that has the most
    called: Mapping[str, str]  # the surname of whom the article also calls by the first name alone

    def is_of(self, name: Name, words: Sequence[str]) -> bool:
        """Whether ``name`` may be one of these ``words``, also the first name alone of whom they name."""
        return name.is_same(words) or (len(name.words) == 1 and self.called.get(name.words[0]) == words[-1])


@remembered(64)
def _read_names(article: Source) -> _Index:
    pairs: set[tuple[str, str]] = set()
    small, amid = Counter[str](), Counter[str]()
    for piece in article.pieces:
        folded = [fold(token.text) for token in piece.tokens]
        pairs.update(pairwise(folded))
        pairs.update(pairwise(word for word in folded if len(word) > 1))  # "Ada B. Brown" is "Ada Brown"
        if _NICKNAME.search(piece.text):
            bare = WORD.findall(_NICKNAME.sub("", piece.text))
            pairs.update(pairwise(fold(word) for word in bare if len(word) > 1))
        amid.update(folded[1:])
        small.update(fold(token.text) for token in piece.tokens if token.text[0].islower())
    names = tuple(name for piece in article.pieces for name in find_names(piece, article.named))
    return _Index(
        names,
        {piece: number for number, piece in reversed([*enumerate(article.pieces)])},
        frozenset(pairs),
        {word: min(1.0, count / amid[word]) for word, count in small.items() if amid[word]},
        max(Counter(name.words[-1] for name in names).values(), default=1),
        _find_called(names, article.text),
    )


def _find_called(names: Iterable[Name], text: str) -> dict[str, str]:
    """By first name or nickname the surname of each, where it is one person's alone."""
    found: dict[str, set[str]] = {}
    for name in names:
        if len(name.words) > 1 and not name.is_date:
            found.setdefault(name.words[0], set()).add(name.words[-1])
    for match in (*_NICKNAME.finditer(text), *_LETTERS.finditer(text)):
        found.setdefault(fold(match["nick"]), set()).add(fold(match["last"]))
    return {first: last.pop() for first, last in found.items() if len(last) == 1}


@remembered(4096)
def _find_known(article: Source, words: tuple[str, ...]) -> tuple[Name, ...]:
    """Where an article has a name, in whole or in part; or its last word, where it names nothing there."""
    index = _read_names(article)
    return tuple(name for name in index.names if index.is_of(name, words)) or tuple(
        Name(piece, place, place, words[-1:])
        for piece in dict.fromkeys(article.pieces)
        for place, token in enumerate(piece.tokens)
        if fold(token.text) == words[-1]
    )


class Scene:
    """What the names of one sentence of a bullet are held against."""

    def __init__(
        self, piece: Piece, cited: Sequence[Piece], read: Source, article: Source, publisher: str = ""
    ) -> None:
        self.piece, self.read, self.article, self.index = piece, read, article, _read_names(article)
        self.publisher = frozenset(fold(word) for word in WORD.findall(publisher))
        self.named = [name for origin in cited for name in find_names(origin, article.named)]
        names = {name.first: name for name in (*_find_others(piece), *find_names(piece, article.named))}
        self.names = [names[place] for place in sorted(names)]
        lasts = {name.words[-1] for name in self.names}
        self.rivals = [
            name
            for name in self.named
            if not (
                _is_told(name.words, piece.words)
                or (len(name.words) == 1 and self.index.called.get(name.words[0]) in lasts)
                or self.publisher.issuperset(name.words)
                or _spells_letters(name.words, piece)
                or any(code.start() <= name.start < code.end() for code in _find_codes(name.piece))
            )
        ]
        texts = {origin.text for origin in cited}
        self.at = [
            number
            for number, whole in enumerate(article.pieces)
            if any(text in whole.text or (whole.text in text and len(whole.tokens) > CLOSE) for text in texts)
        ]  # also where a dateline was left out
        self.texts = texts | {article.pieces[number].text for number in self.at}

    def find_rivals(self, name: Name) -> list[Name]:
        """The names of what is cited that the bullet leaves out: where it has a day, days alone.

        No town before its state: who tells "Maryland" for "Greenbelt, Maryland" puts it where the source has it.
        """
        return [
            rival
            for rival in self.rivals
            if rival.is_date is name.is_date and f"{rival.text}, {name.text}" not in rival.piece.text
        ]


def check_roles(
    piece: Piece, cited: Sequence[Piece], read: Source, article: Source, publisher: str = ""
) -> list[str]:
    """Names that the source does not have where the bullet has them. Its publisher's stands for nobody in the news."""
    if not article.named:
        return []  # written without capitals: its names cannot be told
    scene = Scene(piece, cited, read, article, publisher)
    trees, limit = load_model()
    reasons = []
    for name in find_weighed(scene):
        measured = measure_name(name, scene)
        doubt = trees.ask("doubt", list(measured.values()))
        if measured["post of another"] > measured["same post"] or _speaks_as_thing(measured):
            doubt += POSTED
        if doubt > limit or _is_misdated(measured):
            reasons.append(_explain(name, measured, scene))
    return reasons or _check_exchanged(scene) or _check_speaking(scene)


def find_weighed(scene: Scene) -> list[Name]:
    """The names of a bullet that are to be weighed: of the article, no short form of another, not cited as letters."""
    cited = scene.read.words
    return [
        name
        for name in scene.names
        if scene.article.words.issuperset(name.words)
        and not (name.is_date and _is_of_day(name))
        and not scene.publisher.issuperset(name.words)
        and not (cited.isdisjoint(name.words) and all(is_shortened(word, scene.read) for word in name.words))
        and not ("-" in name.text and cited.issuperset(name.words))  # "the Ribe-Oslo road"
        and not any(set(name.words) < set(other.words) for other in scene.names)
        and not (len(name.words) > len("us") and "".join(word[0] for word in name.words) in cited)
        and not (name.first == 0 and name.setting.goes_on and _is_small(name, scene.index))
    ]


def _is_of_day(name: Name) -> bool:
    """Whether it is the month of a day, which is looked at with its figure: "11 March", "March 11"."""
    first, last = name.first, name.last
    beside = name.piece.tokens[max(0, first - 1) : first] + name.piece.tokens[last + 1 : last + 2]
    days = [one for one in find_quantities(name.piece.text) if one.is_day]
    return any(day.start <= token.start < day.end for day in days for token in beside)


def _is_small(name: Name, index: _Index) -> bool:
    """Whether one word is also written small, and says what the next is: "Packaging supplier"; or is of many."""
    word = name.words[0]
    is_thing = word.endswith("s") or not SAID.fullmatch(name.setting.behind)
    return len(name.words) == 1 and word in index.small and is_thing


def _is_misdated(measured: Mapping[str, float]) -> bool:
    """Whether a date stands in the very place of another one that is cited."""
    here = max(measured["cited alike"], measured["rest alike"])
    return (
        measured["date"] > measured["headed"]
        and measured["gap size"] > TOLD
        and measured["rivals alike"] - here > INSTEAD
    )


def _speaks_as_thing(measured: Mapping[str, float]) -> bool:
    """Whether a word that the article always writes small, and lets say nothing, says something: "Cheese said"."""
    return measured["small"] == 1 and measured["gap speaks"] > measured["speaks"] == 0


def _check_exchanged(scene: Scene) -> list[str]:
    """Two names that stand each where the cited sentences have the other: who buys and who sells.

    What stands around them tells it, or what the parts of the bullet say that they stand in.
    """
    there = {name: [one for one in scene.named if one.is_same(name.words)] for name in scene.names}
    parts = _find_parts(scene)

    def compare(left: Name, right: Name, measure: Callable[[Name, Iterable[Name]], float]) -> list[float]:
        pairs = ((left, right), (right, left))
        return [measure(one, there[other]) - measure(one, there[one]) for one, other in pairs]

    for left, right in combinations(scene.names, 2):
        if not (there[left] and there[right] and _may_change(left, right)):
            continue
        # "Acme's Ribe plant" is "the Ribe plant of Acme", "Canada's Acme" "Acme of Canada"
        apart = right.first - left.last > len(("of", "the")) and not _belongs(left, right)
        crossed = apart and sum(compare(left, right, _find_most_alike)) > CROSSED
        if not crossed and left in parts and right in parts and parts[left] != parts[right]:
            gains = compare(left, right, lambda name, names: _find_share(parts[name], names, scene))
            crossed = min(gains) > 0 and sum(gains) > PARTED
        if crossed:
            return [f"“{left.text}” and “{right.text}” have changed places"]
    return []


def _belongs(left: Name, right: Name) -> bool:
    """Whether what stands between says the same of both: "Acme, which works with Bo", "Acme chief Ada Lund"."""
    between = left.piece.text[left.end : right.start]
    small = re.fullmatch(r"[a-z\s-]+", between)
    owns = POSSESSIVE.search(left.text) or POST.search(between)
    return bool(small and owns) or _WITH.search(between) is not None


def _find_most_alike(name: Name, names: Iterable[Name]) -> float:
    """How much of the words and figures around a name stands around the most alike of ``names``."""
    return max(alike(name.all_around, one.all_around) for one in names)


def _check_speaking(scene: Scene) -> list[str]:
    """A name that says what the cited sentences have of another.

    One that the sentence of its part leaves out, where nobody else speaks there, is written for a pronoun.
    """
    for name, part in _find_parts(scene).items():
        there = [one for one in scene.named if one.is_same(name.words)]
        own = _find_share(part, there, scene)
        by_another = name.text.endswith(("'s", "’s"))  # "Brown's counsel denies it, and Moe's says …"
        if name.setting.speaks and there and own <= UNSAID and not by_another:
            pieces = {one.piece for one in there}
            others = (
                one for one in scene.find_rivals(name) if one.setting.speaks and one.piece not in pieces
            )
            if _find_share(part, others, scene) - own > SAID_BY:
                return [f"the source has of somebody else what “{name.text}” says here"]
    return []


def _find_share(part: Collection[str], names: Iterable[Name], scene: Scene) -> float:
    """The share of a part's words, as they weigh, in the sentence of ``names`` that has most of them."""

    def weigh(words: Iterable[str]) -> float:
        return sum(scene.article.weight.get(word, 1.0) for word in words)

    return max((weigh(one.piece.stems.intersection(part)) for one in names), default=0.0) / weigh(part)


def _find_parts(scene: Scene) -> dict[Name, frozenset[str]]:
    """The part of the bullet that each name stands in, where it has enough words to be found again."""
    stems = {token.stem for name in scene.names for token in scene.piece.tokens[name.first : name.last + 1]}
    return {name: part for name in scene.names if len(part := _find_part(name, stems)) >= FEW}


def _find_part(name: Name, names: Collection[str]) -> frozenset[str]:
    """The words of the part of a sentence that a name stands in, but for ``names`` and words of saying."""
    piece = name.piece
    cuts = [0, *(match.end() for match in _PARTED.finditer(piece.text)), len(piece.text)]
    start, end = next(pair for pair in pairwise(cuts) if pair[0] <= name.start < pair[1])
    return frozenset(
        token.stem
        for token in piece.tokens
        if start <= token.start < end
        and (low := fold(token.text)) not in STOP
        and token.stem not in names
        and not SAID.fullmatch(low)
    )


def _may_change(left: Name, right: Name) -> bool:
    """Whether one of two names could stand for the other: days and countries only for their like."""
    if any(_OF_AN_OFFICE.match(name.piece.text, name.end) for name in (left, right)):
        return False
    return not left.is_same(right.words) and all(
        (left.words[-1] in kind) is (right.words[-1] in kind) for kind in (DATES, COUNTRIES)
    )


def measure_name(name: Name, scene: Scene) -> dict[str, float]:
    """How a name stands in a bullet and in its source, as the trees weigh it."""
    index, words, posts = scene.index, name.words, name.posts
    known = _find_known(scene.article, words)
    at = [index.number[one.piece] for one in known]
    count, sentences = max(1, len(known)), max(1, len(scene.article.pieces))
    rest = [one for one in known if one.piece.text not in scene.texts]
    cited = [one for one in scene.named if index.is_of(one, words)] or [
        one for one in known if one.piece.text in scene.texts
    ]
    rivals = scene.find_rivals(name)
    held = [one.posts for one in known]
    own, settings = name.setting, [[one.setting for one in names] for names in (known, rivals)]
    beside = ((own.before, words[0]), (words[-1], own.behind))
    others = [one for one in index.names if not one.is_same(words)]
    longer = [one.words for one in known if len(one.words) > len(words)]
    return {
        "cited": float(len(cited)),
        "cited alike": _find_best(name, cited),
        "rivals alike": _find_best(name, rivals),
        "rest alike": _find_best(name, rest),
        "others alike": _find_best(
            name, [one for one in others if not _is_told(one.words, name.piece.words)]
        ),
        "copied": _count_copied(name, known),
        "rivals copied": _count_copied(name, rivals),
        "words cited": sum(_stands(word, scene.read) for word in words) / len(words),
        "mentions": float(len(known)),
        "as written": sum(one.words == words for one in known) / count,
        "new pair": float(any(pair not in index.pairs for pair in pairwise(words))),
        "sentences": float(sentences),
        "first": min(at, default=NEAREST) / sentences,
        "before": float(min((cited - n for n in at for cited in scene.at if n <= cited), default=NEAREST)),
        "after": float(min((n - cited for n in at for cited in scene.at if n >= cited), default=NEAREST)),
        "headed": float(any(one.piece in scene.read.pieces for one in rest)),
        "gap first": float(name.first == 0),
        "gap size": sum(name.around.values()),
        "gap post": float(bool(posts)),
        "same post": float(any(posts & one for one in held)),
        "post of another": float(any(posts & one.posts for one in others)),
        "words": float(len(words)),
        "date": float(name.is_date),
        "country": float(words[-1] in COUNTRIES),
        "letters": float(name.piece.tokens[name.last].text.isupper()),
        "no name": float(words[0] in STOP),
        "small": min(index.small.get(word, 0.0) for word in words),
        "twice": float(any(other != name and other.is_same(words) for other in scene.names)),
        **_measure_use(own, *settings),
        "head": sum(words == one[: len(words)] for one in longer) / count,
        "tail": sum(words == one[-len(words) :] for one in longer) / count,
        "share": len(known) / index.most,
        "gap after post": float(POST.fullmatch(own.before) is not None),
        "posted": sum(map(bool, held)) / count,
        **_measure_sides(own, *settings),
        "new beside": float(own.named and any(all(pair) and pair not in index.pairs for pair in beside)),
    }


def _measure_use(own: _Setting, there: Sequence[_Setting], rivals: Sequence[_Setting]) -> dict[str, float]:
    """How the name is used in the bullet, its share of such uses in the article, and whether a rival has one."""
    measured = {}
    for kind in _USES:
        measured[f"gap {kind}"] = float(getattr(own, kind))
        measured[kind] = sum(getattr(one, kind) for one in there) / max(1, len(there))
        measured[f"rival {kind}"] = float(any(getattr(one, kind) for one in rivals))
    return measured


def _measure_sides(own: _Setting, there: Sequence[_Setting], rivals: Sequence[_Setting]) -> dict[str, float]:
    """What stands right beside the name: "the", a small word, another name; and whether the article has it there."""
    count = max(1, len(there))
    return {
        "gap the": float(own.before == "the"),
        "the": sum(one.before == "the" for one in there) / count,
        "gap goes on": float(own.goes_on),
        "goes on": sum(one.goes_on for one in there) / count,
        "rivals go on": sum(one.goes_on for one in rivals) / max(1, len(rivals)),
        "same before": sum(one.before == own.before for one in there) / count,
        "rival same before": float(any(one.before == own.before for one in rivals)),
        "same behind": sum(one.behind == own.behind for one in there) / count,
        "rival same behind": float(any(one.behind == own.behind for one in rivals)),
        "named beside": float(own.named),
    }


def _count_copied(name: Name, names: Sequence[Name]) -> float:
    """How many of the very words on both sides of a name stand beside the most alike of ``names``; -1 without one."""
    beside = [
        sum(
            len([*takewhile(lambda pair: pair[0].stem == pair[1].stem, zip(one, two, strict=False))])
            for one, two in zip(name.sides, other.sides, strict=True)
        )
        for other in names
    ]
    return float(max(beside, default=-1))


def _find_best(name: Name, names: Sequence[Name]) -> float:
    """How much of what stands around a name stands around the most alike of ``names``."""
    total = sum(name.around.values())
    return max((alike(name.around, one.around) for one in names), default=0.0) / total if total else 0.0


def _explain(name: Name, measured: Mapping[str, float], scene: Scene) -> str:
    if measured["rivals alike"] > measured["cited alike"]:
        rival = max(scene.find_rivals(name), key=lambda one: alike(name.around, one.around))
        return f"“{name.text}” stands where the source has “{rival.text}”"
    if not measured["cited"]:
        return f"the name “{name.text}” is not in the sentences that the bullet cites"
    return f"the name “{name.text}” stands elsewhere in the source"


def _stands(word: str, read: Source) -> bool:
    """Whether a word, another form or name of it, or what its letters stand for is in the cited sentences."""
    return (
        word in read.words
        or is_spelled(word, read)
        or find_other_names(word, read)
        or (len(word) >= AKIN - 1 and any(_begin_alike(word, other) for other in read.words))
    )


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words begin alike: "Mali" and "Malian"."""
    short, long = sorted((one, other), key=len)
    return one[:AKIN] == other[:AKIN] or (len(short) == AKIN - 1 and long.startswith(short))


@remembered(4096)
def _find_codes(piece: Piece) -> tuple[re.Match[str], ...]:
    """Where a sentence has a company's codes at exchanges, "(ASX: ACM)": no names that a bullet could leave out."""
    return tuple(PATTERNS["ticker"].finditer(piece.text))


@remembered(4096)
def _is_told(name: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether a bullet has a name, another form of it, or its letters."""
    heads = "".join(word[0] for word in name)
    return (
        any(_begin_alike(word, own) for word in name for own in words)
        or any(not words.isdisjoint(find_synonyms(word)) for word in name)
        or (len(heads) > 1 and heads in words)
    )


@remembered(4096)
def _spells_letters(name: tuple[str, ...], piece: Piece) -> bool:
    """Whether a bullet spells what the letters of a name stand for: "LoI", "letter of intent"; "TMRC", "Texas M R"."""
    initials = "".join(fold(token.text)[:1] for token in piece.tokens)
    letters = name[0]
    return (
        len(name) == 1
        and len(letters) >= LETTERS
        and (letters in initials or (len(letters) > LETTERS and letters[:-1] in initials))
    )


# "the Patent Trial | and Appeal Board"
_OF_AN_OFFICE = re.compile(
    r"\sand\s(?:[A-Z][\w’'-]*\s){0,2}(?:Board|Commission|Administration|Agency|Authority|Committee|Department)\b"
)
_WITH = re.compile(
    r"\b(?:collaborat|cooperat|partner|work|team|merg|compet|negotiat)\w*\s(?:up\s)?with\s(?:[a-z]+\s)?$"
)
# A nickname: "Hobart (“Bart”) C. Brown".
_NICKNAME = re.compile(r"\s[(“\"]+(?P<nick>[A-Z][a-z]+)[)”\"]+(?=\s(?:[A-Z]\.\s)?(?P<last>[A-Z][\w’'-]+))")
# What a name is short for: "Ribe water disease (RWD)".
_LETTERS = re.compile(
    r"(?P<last>(?P<first>[A-Z])[\w’'-]+)(?:\s[A-Za-z]+){1,3}\s\((?P<nick>(?P=first)[A-Z]{1,5})\)"
)
_APPOSED = re.compile(r"\s?[,(–—-]|\s(?:is|was|as)\b")
_BODIES = frozenset(("company", "board", "group"))
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
