"""Whether a bullet points at what its reader was not told: "the conditions", "a third", "she". Learned. Pure.

A reader has the headline and the bullets above, nothing else. Each thing that a bullet presumes known (a definite noun
phrase, a pronoun, a name without a word on who that is, a number without its noun) is looked for there and in the
article's sentences before the bullet's own: what only those tell is a loose end. Regression trees weigh what was found;
they are plain data in ``loose_ends.json``, made by ``benchmarks/train_loose_ends.py`` from bullets that editors judged.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from newsletter.data_files import read_data
from newsletter.english.letters import compile_latin
from newsletter.english.rules import remembered
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.stems import STOP, content_roots
from newsletter.trees import Row, Trees

_OWN = frozenset({"its", "their", "his", "her"})
_DEFINITE = _OWN | {"the", "this", "that", "these", "those", "such"}
_STANDS = frozenset({"it", "they", "he", "she", "them", "him", "itself", "themselves"})
# What follows the noun that says itself which one it is: "the mill in Ontario".
_TELLS_WHICH = frozenset("of that which who in for to on whose from with where by between".split())
_STAND_IN = ("one", "other", "so", "second", "four", "that")  # for something told before
_TOKEN = compile_latin(r"[A-Za-z][A-Za-z’'&.-]*[A-Za-z]|[A-Za-z]|\d[\d,.]*\d|\d|[$€£¥%;:,.“”\"()-]")
_NAME = compile_latin(r"[A-Z][\w’'&.-]*(?:\s(?:of\s|&\s)?[A-Z][\w’'&-]*)*")
_CAPITAL = compile_latin(r"[A-Z][\w’'&-]+")
LOST = 0.3  # the chance from which an editor is told of it
_EARLY = 3  # tokens from the start
_EARLY_CHARS = 25  # from the start
_FAR = 99.0  # sentences, where none is told above


@dataclass(frozen=True, slots=True)
class _Thing:
    """A thing that a bullet presumes known, or a name."""

    roots: frozenset[str]
    before: bool  # the article tells it before the bullet's sentence
    just: bool = False  # in the sentence before
    says_which: bool = False
    early: bool = False
    single: bool = False  # a name of one word


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a sentence stands: what its article tells before it."""

    source: str  # the text of the article
    sentence: Sentence
    sentences: int  # of the article
    small: frozenset[str]  # words that the article also writes small
    just: frozenset[str]  # roots of the sentence before
    before: frozenset[str]  # roots of all sentences before
    names: frozenset[str]  # words of the names in these
    last_name: frozenset[str]  # roots of the name that stands nearest before


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a bullet presumes, whoever reads it."""

    place: _Place
    fixed: Row
    things: Sequence[_Thing]
    names: Sequence[_Thing]
    roots: frozenset[str]
    lead: frozenset[str]


def find_loose_end(clues: Clues, told: str, above: Sequence[Clues]) -> float:
    """The chance that its reader asks who or what is meant, who has read ``told`` and the bullets ``above``."""
    return _model().ask("lost", describe(clues, told, above))


@cache
def _model() -> Trees:
    return Trees(**read_data("newsletter.highlights", "loose_ends.json"))


@remembered(256)
def _roots(text: str) -> frozenset[str]:
    return frozenset(content_roots(text))


@remembered(16)
def _read(text: str) -> tuple[_Place, ...]:
    """The places of the sentences of one article."""
    sentences = split_sentences(text)
    small = frozenset(compile_latin(r"\b[a-z][\w’'-]+").findall(text))
    just = before = names = last_name = frozenset[str]()
    places = []
    for sentence in sentences:
        places.append(_Place(text, sentence, len(sentences), small, just, before, names, last_name))
        just = _roots(sentence.text)
        before |= just
        names |= frozenset(_CAPITAL.findall(sentence.text))
        first = next(_find_names(sentence.text, small), None)
        last_name = _roots(" ".join(first[1])) if first else last_name
    return tuple(places)


def _find_names(text: str, small: frozenset[str]) -> Iterator[tuple[int, list[str]]]:
    """Each name with where it begins; no word that opens the sentence and is none elsewhere."""
    for match in _NAME.finditer(text):
        words = [
            word
            for word in _CAPITAL.findall(match.group())
            if word.lower() not in STOP and (match.start() > 0 or word.lower() not in small)
        ]
        if words:
            yield match.start(), words


@remembered(1024)  # asked anew for each set that may hold the bullet
def find_clues(text: str, sentence: Sentence, source: str, *, lead_in: str = "", place: int = 0) -> Clues:
    """What the bullet ``text`` of ``sentence`` of the article ``source`` presumes known.

    ``place`` says which statement of its sentence it is, where that tells two.
    """
    stands = _read(source)[sentence.index]
    tokens = _TOKEN.findall(text)
    things, bare = _find_things(tokens, stands)
    names = [
        _Thing(
            roots=_roots(" ".join(words)),
            before=not stands.names.isdisjoint(words),
            single=len(words) == 1,
            early=start < _EARLY_CHARS,
        )
        for start, words in _find_names(text, stands.small)
    ]
    fixed = [
        *_describe_words(tokens),
        float(bare),
        float(len(tokens)),
        float(sentence.index),
        float(stands.sentences),
        float(sentence.place),
        float("“" in text or '"' in text),
        float(bool(lead_in)),
        float(place),
        len(text) / max(1, len(sentence.text)),
    ]
    return Clues(
        place=stands, fixed=fixed, things=things, names=names, roots=_roots(text), lead=_roots(lead_in)
    )


def _find_things(tokens: Sequence[str], stands: _Place) -> tuple[list[_Thing], int]:
    """The definite noun phrases, and how many determiners stand alone."""
    small = [token.lower() for token in tokens]
    things, bare = [], 0
    for place, end in _find_phrases(small, _DEFINITE):
        words = tokens[place + 1 : end]
        if not words:
            bare += small[place] != "that"
        elif not any(one[0].isupper() for one in words):
            roots = _roots(" ".join(words))
            things.append(
                _Thing(
                    roots=roots,
                    before=not roots.isdisjoint(stands.before),
                    just=not roots.isdisjoint(stands.just),
                    says_which=end < len(small) and small[end] in _TELLS_WHICH,
                    early=place < _EARLY,
                )
            )
    return things, bare


def _find_phrases(small: Sequence[str], determiners: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where each phrase behind a determiner begins and ends, among tokens in small letters."""
    for place, word in enumerate(small):
        if word in determiners:
            below = range(place + 1, min(place + 5, len(small)))
            stops = (at for at in below if small[at] in STOP or not small[at][0].isalnum())
            yield place, next(stops, below.stop)


_ASK_WHICH = frozenset("the this these those such other another remaining".split())
_TIMES = frozenset(
    content_roots("first next last past day week month quarter year season time two three future")
)


def find_untold(text: str, told: str) -> Iterator[str]:
    """The phrases of a bullet of which its reader may ask "which?", who has read ``told`` and what stands before."""
    tokens = list(_TOKEN.finditer(text))
    small = [token[0].lower() for token in tokens]
    for place, end in _find_phrases(small, _ASK_WHICH):
        start = tokens[place].start()
        phrase = text[start : tokens[end - 1].end()]
        named = all(token[0][0].isupper() for token in tokens[place + 1 : end])  # or there is no noun
        says_which = end < len(small) and small[end] in _TELLS_WHICH
        roots = _roots(phrase)
        known = roots <= _TIMES or not roots.isdisjoint(_roots(f"{told}\n{text[:start]}"))
        within = place > 0 and small[place - 1] in _ASK_WHICH  # "the other mill": "other mill"
        if not (named or says_which or known or within):
            yield phrase


def _describe_words(tokens: Sequence[str]) -> Row:
    """The words that may stand for something, and how the bullet begins."""
    small = [token.lower() for token in tokens]
    first = small[0] if small else ""
    ahead = next((place for place, word in enumerate(small) if word in _STANDS or word in _OWN), 0)
    nouns = [word for word in tokens[:ahead] if word.lower() not in STOP and word[0].isalpha()]
    return [
        float(first == "the"),
        float(bool(tokens) and tokens[0][0].isupper() and first not in STOP),
        float(sum(word in _STANDS for word in small)),
        float(sum(word in _STANDS for word in small[:5])),
        float(sum(word[0].isupper() for word in nouns)),
        *(float(word in small) for word in _STAND_IN),
    ]


def describe(clues: Clues, told: str, above: Sequence[Clues]) -> Row:
    """The features of one bullet for a reader of ``told`` (the headline) and of the bullets ``above``."""
    known = _roots(told).union(clues.lead, *(one.roots for one in above))
    lost = [one for one in clues.things if one.before and one.roots.isdisjoint(known)]
    new = [one for one in clues.things if not one.before and one.roots.isdisjoint(known)]
    strangers = [one for one in clues.names if one.before and one.roots.isdisjoint(known)]
    met = [one for one in clues.names if not one.roots.isdisjoint(known)]
    roots, stands, index = clues.roots, clues.place, clues.place.sentence.index
    size = max(1, len(roots))
    near = [one.place.sentence for one in above if one.place.source == stands.source]  # no other article's
    distances = [index - one.index for one in near if one.index < index]
    counts = (
        len(lost),
        sum(one.just for one in lost),
        sum(not one.says_which for one in lost),
        sum(one.early for one in lost),
        len(new),
        len(strangers),
        sum(one.single for one in strangers),
        sum(one.early for one in strangers),
        len(met),
        len(clues.names) - len(met) - len(strangers),
        stands.last_name.isdisjoint(known),
        1 in distances,
        any(one.block == stands.sentence.block for one in near),
    )
    return [
        *clues.fixed,
        *map(float, counts),
        len(roots & known) / size,
        len((roots & stands.just) - known) / size,
        len((roots & stands.before) - known) / size,
        len(roots - stands.before - known) / size,
        len(roots & stands.just & known) / size,
        float(min(distances, default=_FAR)),
    ]
