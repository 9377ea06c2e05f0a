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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from newsletter.english.datelines import strip_dateline
from newsletter.english.days import DATES, MONTHS
from newsletter.english.letters import compile_latin
from newsletter.english.quantities import MONEY_CODE
from newsletter.english.rules import PATTERNS, read_class, remembered
from newsletter.english.speech.people import NO_NAME, POST
from newsletter.english.speech.sayings import SAID
from newsletter.english.stems import COUNTRIES, MAY_END, POSSESSIVE, STOP, fold
from newsletter.gate.context import Around, alike, count_copied, look_around
from newsletter.gate.names import find_synonyms, is_shortened, spell
from newsletter.gate.pieces import WORD, Piece, Source, Token, find_figure
from newsletter.trees import Trees

AKIN = 5  # letters from which two words are one name
NEAREST = 30  # sentences beyond which none is near
BEFORE = 3  # words before a name in which its post stands
TOLD = 3.0  # from which what stands around a date tells its place
INSTEAD = 0.7  # how much more of it stands around another date
CROSSED = 1.6  # how much more alike two names' places must be, were they exchanged
EACH = 0.3  # how much more so for each of the two
TOLD_OF = 0.6  # how much more of what somebody says must stand where another speaks
FEW = 2  # words of a part, from which it can be found again
POSTED = 2.0  # what it adds to the doubt that another name has this post in the article
LETTERS = 3  # of an acronym whose words are looked for
BESIDE = 6  # words on either side of a name that are compared, or may be its post


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
    def tokens(self) -> tuple[Token, ...]:
        """Its words where they stand."""
        return self.piece.tokens[self.first : self.last + 1]

    @property
    def start(self) -> int:
        """Its place in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.tokens[-1].end

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
        before = tokens[max(0, self.first - BESIDE) : self.first]
        return before[::-1], tokens[self.last + 1 : self.last + 1 + BESIDE]

    @property
    def beside(self) -> tuple[str, str]:
        """The words right before and behind it, as they are written; none where a mark stands between."""
        text, (before, behind) = self.piece.text, self.sides
        led = before[0].text if before and not text[before[0].end : self.start].strip(" ") else ""
        joined = behind[0].text if behind and not text[self.end : behind[0].start].strip(" ") else ""
        return led, joined

    @property
    def uses(self) -> frozenset[str]:
        """How it is used there."""
        led, joined = self.beside
        back, ahead = (fold(side[0].text) if side else "" for side in self.sides)
        uses = {
            "speaks": (SAID.fullmatch(back) or SAID.fullmatch(ahead))
            and not _TOLD_OF.match(self.piece.text, self.end),
            "placed": back in _PLACING,
            "owns": POSSESSIVE.search(self.text),
            "titled": back in _TITLES,
            "the": led.lower() == "the",
            "goes on": joined[:1].islower(),  # "Ribe trader"
            "named": joined[:1].isupper() or (self.first > 1 and led[:1].isupper()),  # "Chief Brown"
        }
        return frozenset(use for use, holds in uses.items() if holds)

    @property
    def posts(self) -> set[str]:
        """The posts that a name has there, in short: "chief executive Ada Brown", "Ada Brown, the chair"."""
        text, (before, behind) = self.piece.text, self.sides
        near = [token for token in reversed(before[:BEFORE]) if "," not in text[token.end : self.start]]
        if _APPOSED.match(text, self.end):
            near += behind
        words = [token.text.lower() for token in near]
        return {
            f"c{after[:1]}o" if word == "chief" else word[:AKIN]  # "chief executive" is "CEO"
            for word, after in pairwise([*words, ""])
            if POST.fullmatch(word)
        }

    def is_same(self, words: Sequence[str]) -> bool:
        """Whether it may be the name of these ``words``: one is a part of the other or they have one last word."""
        own = set(self.words)
        return self.words[-1] == words[-1] or own.issubset(words) or own.issuperset(words)


_USES = ("speaks", "placed", "owns", "titled", "the", "goes on")


@remembered(4096)
def find_names(piece: Piece, known: frozenset[str]) -> tuple[Name, ...]:
    """The names of a sentence: words with capital letters that stand together, months and days.

    A first word counts where it is ``known``.
    """
    found: list[Name] = []
    begin = None
    for place, token in enumerate(piece.tokens):
        low = fold(token.text)
        is_date = low in DATES
        if not token.text[0].isupper() or not (
            is_date or _is_name(piece, place, amid=begin is not None, known=known)
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
    if place == 0 and (low not in known or POST.fullmatch(token.text)):
        return False
    if len(low) == 1:
        return amid
    common = low in STOP
    is_money = _MONEY_CODE.fullmatch(token.text)  # "prices in EUR/t"
    figure = find_figure(piece.text, token)
    is_unit = figure is not None and figure.text[0].isdigit()  # "the 900 MW Lot C"
    return not (common or is_money or is_unit) and NO_NAME.isdisjoint((low, low.removesuffix("s")))


def _is_joined(piece: Piece, place: int) -> bool:
    before, token = piece.tokens[place - 1], piece.tokens[place]
    if fold(before.text) in COUNTRIES and fold(before.text) != before.text.lower():
        return False  # "Thai Commerce Ministry"
    joint = r"\.?\s" if len(before.text) == 1 else r"[\s&-]*"  # "Frank J. Basa"
    between = piece.text[before.end : token.start]
    return not POSSESSIVE.search(before.text) and re.fullmatch(joint, between) is not None


def _find_others(piece: Piece) -> Iterator[Name]:
    """Words that are no name and stand as one: "Copper said", "Mills, a broker", "CEO Company", "volume of Today"."""
    for place, token in enumerate(piece.tokens):
        low = fold(token.text)
        if place:
            stands = low in _BODIES or (
                len(low) > len("of") and low in STOP and _FLOWS.search(piece.text, 0, token.start)
            )
        else:
            after = piece.tokens[1].text if len(piece.tokens) > 1 else ""
            heads = (
                SAID.fullmatch(after.lower()) or POST.fullmatch(after) or _HEADS.match(piece.text, token.end)
            )
            stands = heads and low not in STOP
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
        bare = WORD.findall(_NICKNAME.sub("", piece.text))  # "Ada (“Addie”) B. Brown" is "Ada Brown"
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
        if len(name.words) > 1:
            found.setdefault(name.words[0], set()).add(name.words[-1])
    for match in chain.from_iterable(form.finditer(text) for form in (_NICKNAME, _LETTERS)):
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
        # A name alone heads its sentences; what reports them stands in a dateline.
        self.labels = {tuple(map(_fold, origin.tokens)) for origin in cited}
        openings = {origin: len(strip_dateline(origin.text)[1]) for origin in cited}
        self.rivals = [
            name
            for name in self.named
            if not (
                _is_told(name.words, piece.words)
                or (len(name.words) == 1 and self.index.called.get(name.words[0]) in lasts)
                or _spells_letters(name.words, piece)
                or _is_code(name)
                or name.end <= openings[name.piece]
                or MAY_END.issuperset(name.words)
            )
        ]
        texts = {origin.text for origin in cited}
        self.at = [
            number
            for number, whole in enumerate(article.pieces)
            if any(
                text in whole.text or (whole.text in text and len(whole.tokens) > BESIDE) for text in texts
            )
        ]  # also where a dateline was left out
        self.texts = texts | {article.pieces[number].text for number in self.at}

    def find(self, name: Name) -> list[Name]:
        """Where the cited sentences have a name."""
        return [one for one in self.named if one.is_same(name.words)]

    def find_rivals(self, name: Name) -> list[Name]:
        """The names of what is cited that the bullet leaves out: where it has a day, days alone."""
        return [
            rival
            for rival in self.rivals
            if rival.is_date is name.is_date
            and not (_is_town_of(rival, name) or _stands_for(rival, name, self.article.text))
        ]


def _is_town_of(town: Name, name: Name) -> bool:
    """Whether ``name`` says where a town is: "in Ribe, Denmark" may be told as Denmark."""
    return "placed" in town.uses and re.match(rf", {name.text}\b", town.piece.text[town.end :]) is not None


def _stands_for(letters: Name, name: Name, text: str) -> bool:
    """Whether ``name`` is one of the words that ``letters`` stand for in ``text``."""
    return len(letters.words) == 1 and name.text in _spell_out(letters.text, text)


@remembered(1024)
def _spell_out(letters: str, text: str) -> str:
    """The words that ``letters`` stand for in ``text``, "Chicago Board of Trade" for "CBOT"; "" where they are none."""
    if len(letters) < LETTERS or not letters.isupper():
        return ""
    told = rf"(?:[A-Z][\w’'-]*\s(?:of\s|and\s|for\s)?){{1,7}}\({re.escape(letters)}\)"  # "Ribe State Port Board (RPB)"
    match = re.search(told, text) or re.search(spell(letters), text, re.IGNORECASE)
    return match.group() if match else ""


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
        if measured["post of another"] > measured["same post"]:
            doubt += POSTED
        if doubt > limit or _is_misdated(measured):
            reasons.append(_explain(name, measured, scene))
    return reasons or _check_exchanged(scene) or _check_speaking(scene)


def find_weighed(scene: Scene) -> list[Name]:
    """The names of a bullet that are to be weighed: of the article, no short form of another, not cited as letters."""
    cited = scene.read.words
    letters = {one.words[0] for one in scene.named if len(one.words) == 1}
    return [
        name
        for name in scene.names
        if scene.article.words.issuperset(name.words)
        and not (name.words[0] in MONTHS and _is_of_day(name))
        and not scene.publisher.issuperset(name.words)
        and not (cited.isdisjoint(name.words) and all(is_shortened(word, scene.read) for word in name.words))
        and not ("-" in name.text and cited.issuperset(name.words))  # "the Ribe-Oslo road"
        and not any(set(name.words) < set(other.words) for other in scene.names)
        and not (len(name.words) > 1 and _is_written_short(name, letters))
        and not (name.first == 0 and len(name.words) == 1 and _is_common(name, scene.index))
        and name.words not in scene.labels
    ]


def _is_written_short(name: Name, letters: Iterable[str]) -> bool:
    """Whether one of ``letters`` is short for ``name``, or for most of it: "NYAG" for "Attorney General"."""
    own = "".join(word[0] for word in name.words)
    return any(
        own == one or (len(one) >= LETTERS and (one.endswith(own) or own.startswith(one))) for one in letters
    )


def _is_of_day(name: Name) -> bool:
    """Whether it is the month of a day, which is looked at with its figure: "11 March", "March 11"."""
    return any(re.fullmatch(r"\d{1,2}", side[0].text) for side in name.sides if side)


def _is_common(name: Name, index: _Index) -> bool:
    """Whether a first word is also written small and belongs to the next ("Packaging supplier"), or is of many."""
    follows = name.words[0].endswith("s") or "speaks" not in name.uses
    return name.words[0] in index.small and "goes on" in name.uses and follows


def _is_misdated(measured: Mapping[str, float]) -> bool:
    """Whether a date stands in the very place of another one that is cited."""
    here = max(measured["cited alike"], measured["rest alike"])
    return measured["date"] > 0 and measured["gap size"] > TOLD and measured["rivals alike"] - here > INSTEAD


def _check_exchanged(scene: Scene) -> list[str]:
    """Two names that stand each where the cited sentences have the other: who buys and who sells."""
    places = [
        (name, found)
        for name in scene.names
        if (found := scene.find(name)) and not any("speaks" in name.uses & one.uses for one in found)
    ]  # who speaks there as well has his place
    for (left, own), (right, other) in combinations(places, 2):
        if left.is_date is not right.is_date or _is_post_between(left, right):
            continue
        gains = (
            _find_most_alike(left, other) - _find_most_alike(left, own),
            _find_most_alike(right, own) - _find_most_alike(right, other),
        )
        if min(gains) > EACH and sum(gains) > CROSSED:
            return [f"“{left.text}” and “{right.text}” have changed places"]
    return []


def _is_post_between(left: Name, right: Name) -> bool:
    """Whether nothing but a post joins two names: "the Bank of Lund’s chief economist Ada Brown"."""
    between = left.piece.tokens[left.last + 1 : right.first]
    return len(between) <= BEFORE and any(POST.fullmatch(token.text.lower()) for token in between)


def _find_most_alike(name: Name, names: Iterable[Name]) -> float:
    """How much of the words and figures around a name stands around the most alike of ``names``."""
    around = look_around(name.piece, name.first, name.last)
    return max(alike(around, look_around(one.piece, one.first, one.last)) for one in names)


def _check_speaking(scene: Scene) -> list[str]:
    """A name that says what the cited sentences have of another who speaks."""
    for name in scene.names:
        own = scene.find(name)
        others = [one for one in scene.named if "speaks" in one.uses and not one.is_same(name.words)]
        told = _read_part(name) - {token.stem for one in scene.names for token in one.tokens}
        speaks = "speaks" in name.uses and "owns" not in name.uses  # "Brown's counsel says"
        of_another = name.beside[0] in {"of", "at", "from"}  # "Brown of Acme says"
        if of_another or name.is_date or not (speaks and own and others and len(told) >= FEW):
            continue
        if _find_share(told, others) - _find_share(told, own) > TOLD_OF:
            return [f"the source has of somebody else what “{name.text}” says here"]
    return []


def _read_part(name: Name) -> frozenset[str]:
    """What is told in the part of the bullet that a name stands in."""
    text, tokens = name.piece.text, name.piece.tokens
    start = max((cut.end() for cut in _PARTED.finditer(text) if cut.end() <= name.start), default=0)
    cut = _PARTED.search(text, name.end)
    end = cut.start() if cut else len(text)
    content = frozenset(name.piece.content)
    return content.intersection(token.stem for token in tokens if start <= token.start < end)


def _find_share(told: frozenset[str], names: Iterable[Name]) -> float:
    """The share of what is told in the sentence of ``names`` that has most of it."""
    return max(len(told & one.piece.stems) for one in names) / len(told)


def measure_name(name: Name, scene: Scene) -> dict[str, float]:
    """How a name stands in a bullet and in its source, as the trees weigh it."""
    index, words, posts = scene.index, name.words, name.posts
    known, rivals = _find_known(scene.article, words), scene.find_rivals(name)
    rest = [one for one in known if one.piece.text not in scene.texts]
    cited = [one for one in scene.named if index.is_of(one, words)]
    cited = cited or [one for one in known if one.piece.text in scene.texts]
    others = [one for one in index.names if not one.is_same(words)]
    longer = [one.words for one in known if len(one.words) > len(words)]
    at = [index.number[one.piece] for one in known]
    count, sentences = max(1, len(known)), max(1, len(scene.article.pieces))
    measured: dict[str, float] = {
        "cited": len(cited),
        "cited alike": _find_best(name, cited),
        "rivals alike": _find_best(name, rivals),
        "rest alike": _find_best(name, rest),
        "others alike": _find_best(
            name, [one for one in others if not _is_told(one.words, name.piece.words)]
        ),
        "copied": _count_copied(name, known),
        "rivals copied": _count_copied(name, rivals),
        "words cited": sum(word in scene.read.words for word in words) / len(words),
        "mentions": len(known),
        "share": len(known) / index.most,
        "as written": sum(one.words == words for one in known) / count,
        "head": sum(words == one[: len(words)] for one in longer) / count,
        "tail": sum(words == one[-len(words) :] for one in longer) / count,
        "new pair": any(pair not in index.pairs for pair in pairwise(words)),
        "sentences": sentences,
        "first": min(at, default=NEAREST) / sentences,
        "before": min((cited - n for n in at for cited in scene.at if n <= cited), default=NEAREST),
        "after": min((n - cited for n in at for cited in scene.at if n >= cited), default=NEAREST),
        "gap size": sum(name.around.values()),
        "same post": bool(posts) and any(posts & one.posts for one in known),
        "post of another": bool(posts) and any(posts & one.posts for one in others),
        "words": len(words),
        "date": name.is_date,
        "country": words[-1] in COUNTRIES,
        "letters": name.piece.tokens[name.last].text.isupper(),
        "small": min(index.small.get(word, 0.0) for word in words),
        "twice": any(other != name and other.is_same(words) for other in scene.names),
    }
    return measured | _measure_uses(name, known, rivals, index)


def _measure_uses(
    name: Name, known: Sequence[Name], rivals: Sequence[Name], index: _Index
) -> dict[str, float]:
    """How the name is used in the bullet and what stands right beside it; how often so in the article; is a rival."""
    own, (before, behind), count = name.uses, map(fold, name.beside), max(1, len(known))
    there, elsewhere = [one.uses for one in known], [one.uses for one in rivals]
    measured: dict[str, float] = {}
    for use in _USES:
        measured[f"gap {use}"] = use in own
        measured[use] = sum(use in one for one in there) / count
        measured[f"rival {use}"] = any(use in one for one in elsewhere)
    for side, word in enumerate((before, behind)):
        measured[f"same {side}"] = sum(fold(one.beside[side]) == word for one in known) / count
        measured[f"rival same {side}"] = any(fold(one.beside[side]) == word for one in rivals)
    pairs = ((before, name.words[0]), (name.words[-1], behind))
    measured["named beside"] = "named" in own
    measured["new beside"] = "named" in own and any(all(pair) and pair not in index.pairs for pair in pairs)
    return measured


def _count_copied(name: Name, names: Sequence[Name]) -> float:
    """How many of the very words on both sides of a name stand beside the most alike of ``names``; -1 without one."""
    beside = [
        sum(count_copied(one, two) for one, two in zip(name.sides, other.sides, strict=True))
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


def _is_code(name: Name) -> bool:
    """Whether it is a company's code at an exchange, "(ASX: ACM)": no name that a bullet could leave out."""
    codes = PATTERNS["ticker"].finditer(name.piece.text)
    return any(code.start() <= name.start < code.end() for code in codes)


@remembered(4096)
def _is_told(name: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether a bullet has a word of a name, in this or another form: "Malian" for "Malians"."""
    begun = {word[:AKIN] for word in words}
    return any(word[:AKIN] in begun or not words.isdisjoint(find_synonyms(word)) for word in name)


@remembered(4096)
def _spells_letters(name: tuple[str, ...], piece: Piece) -> bool:
    """Whether a bullet spells what the letters of a name stand for: "LoI", "letter of intent"."""
    initials = "".join(fold(token.text)[:1] for token in piece.tokens)
    return len(name) == 1 and len(name[0]) >= LETTERS and name[0] in initials


# A nickname: "Hobart (“Bart”) C. Brown".
_NICKNAME = compile_latin(r"\s[(“\"]+(?P<nick>[A-Z][a-z]+)[)”\"]+(?=\s(?:[A-Z]\.\s)?(?P<last>[A-Z][\w’'-]+))")
# What a name is short for: "Ribe water disease (RWD)", "the Justice Department (DoJ)".
_LETTERS = compile_latin(
    r"(?P<last>(?P<first>[A-Z])[\w’'-]+)(?:\s[A-Za-z]+){0,3}\s\((?P<nick>(?P=first)[A-Za-z]{1,5})\)"
)
_MONEY_CODE = re.compile(MONEY_CODE)
_APPOSED = re.compile(r"\s?[,(–—-]|\s(?:is|was|as)\b")
_TOLD_OF = re.compile(
    r",\s(?:reported|announced|disclosed)\s(?:in|on|by|at|last)\b"
)  # "the trial, reported in May"
_HEADS = compile_latin(r"\sof\s[A-Z]|,\s(?:an?|the)\s")
_FLOWS = re.compile(r"[\w,]\s$")
_BODIES = frozenset(("company", "board", "group"))
_PLACING = frozenset("in at near from around outside".split())
_PARTED = compile_latin(
    r";\s|,?\s(?:while|whereas|but|though|although|as)\s|,\s(?:and\s)?(?=[A-Z][\w’'-]+\s)|,\sand\s"
)
_TITLES = frozenset(read_class("title"))
