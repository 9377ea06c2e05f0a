"""The persons of a text, and whom "she" means. Pure.

A person stands beside a post, an age or a title, or acts by the last word of a name alone. "She" is the only person in
the nearest sentence above with any, where that is about her and the text speaks of a woman behind her name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.english.opinions import NAME
from newsletter.english.rules import compile_pattern, expand, remembered
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.speech.people import NO_NAME, POST
from newsletter.english.speech.sayings import find_attribution

SAYS = r"(?:sa(?:id|ys)|ask(?:s|ed)|explain(?:s|ed)|recall(?:s|ed)|reckons|laugh(?:s|ed)|shrug(?:s|ged))"
VERB = (
    r"(?=\s(?:[a-z]+ly\s)?(?:are|were|have|had|will|would|can|could|may|[a-z]+ed|[a-z]+s|"
    rf"{expand('{irregular}')})\b)"
)
_OPENING = 60  # characters before the name of a sentence's subject
BACK = 4  # sentences before within which a person stands
_BESIDE = 40  # characters before and behind a name in which its post or age stands
_NAMED = re.compile(rf"(?<![^\W_]){NAME}")
_GOES_ON = re.compile(r"(?:He|She|His|Her)\b|[“\"]")
# “…,” said the mayor: somebody, and not "he".
_QUOTES = re.compile(
    r"[“\"].*[”\"]\s(?:sa(?:id|ys)\s(?!(?:he|she)\b)|(?!(?:he|she)\s)[^”\"]*\b(?:sa(?:id|ys)|adds?|added)\b)"
)
_HONORIFIC = r"(?:Mr|Mrs|Ms|Mx|Dr|Prof|Professor|Sir|Dame)\.?"
_TITLE = re.compile(rf"{_HONORIFIC}\s")
_OF_SOMEBODY = re.compile(r"\b(?:(?P<she>[Ss]he|[Hh]er)|[Hh]e|[Hh]is)\b")
_OF_ANOTHER = compile_pattern(  # "Her mother died.", "Later, the president played, Lund said."
    r"(?:His|Her)\s(?:\w+\s)?(?:mother|father|wife|husband|partner|son|daughter|brother|sister|predecessor|successor|"
    r"lawyer|deputy|boss|colleague|spokes\w+)\b|(?:[A-Z]\w+,\s)?[Tt]he\s(?i:{post})\b(?!,?\s[A-Z])"
)
# "a talk with Ada Lund", "a tip from Ada Lund": it is not about her.
_BESIDE_HIM = re.compile(
    r"\b(?:with|against|to|for|than|about|between|on|by|from|after|and|told|asked)\s(?:[a-z]+\s)*$"
)
_AT = re.compile(r"\b(?:of|at|for|in|on|the)\s$")  # before what is no person beside one
_WORDS = 4  # of a person's name


def find_above(sentence: Sentence, sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """The prose among the ``count`` sentences above, the nearest first."""
    near = [s for s in sentences if sentence.index - count <= s.index < sentence.index and s.is_prose]
    return list(reversed(near))


def find_person(sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Who is the only person that is known in the nearest sentence above with any: the full name.

    It has to be about her: she is its subject, or speaks in it, or what stands behind her name elsewhere says "she" as
    ``sentence`` does. What goes on about "her" in between, and quotations of hers or of nobody's, name nobody else.
    """
    people = find_people(tuple(sentences))
    for before in find_above(sentence, sentences, BACK):
        named = people.named.get(before.index, ())
        said = find_attribution(before.text)
        speaks = said is not None and any(name.rpartition(" ")[2] in said.subject for name in named)
        if (_QUOTES.match(before.text) and not speaks) or _OF_ANOTHER.match(before.text):
            return ""  # somebody who is not known
        if named or not _GOES_ON.match(before.text):
            name = named[0] if len(named) == 1 else ""
            sure = not (speaks or (name and _opens(name, before.text)))
            return name if name and people.may_mean(sentence, name, sure=sure) else ""
    return ""


def _opens(name: str, text: str) -> bool:
    """Whether a sentence begins with a person and names no other: "Its chief executive, Ada Lund of Acme, sold …"."""
    last = name.rpartition(" ")[2]
    start = text.find(name) if name in text else text.find(last)
    end = text.find(last) + len(last)
    others = (m for m in _NAMED.finditer(text) if last not in m.group() and not _AT.search(text[: m.start()]))
    subject = (
        0 <= start < _OPENING and not _BESIDE_HIM.search(text[:start]) and not text.startswith("’s", end)
    )
    return subject and next(others, None) is None


def opens_with_person(sentence: Sentence, text: str) -> bool:
    """Whether ``sentence`` of ``text`` begins with somebody, behind his post or not: it tells what he does."""
    named = find_people(split_sentences(text)).named.get(sentence.index, ())
    lasts = (name.rpartition(" ")[2] for name in named)
    return any(re.search(rf"\b{re.escape(last)}\b(?![’'])", sentence.text[:_OPENING]) for last in lasts)


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a text: whom each sentence names, and of which sex what stands behind a name is."""

    named: Mapping[int, tuple[str, ...]]
    said: Mapping[tuple[str, int], bool]  # by name and sentence that says it: whether it says "she"

    def know(self, name: str) -> bool:
        """Whether a sentence names somebody who is called that in full."""
        return any(name in names for names in self.named.values())

    def may_mean(self, sentence: Sentence, name: str, *, sure: bool) -> bool:
        """Whether ``sentence`` is of a man, or a woman, as is what stands behind ``name``; ``sure``: it says so."""
        found = _OF_SOMEBODY.search(sentence.text)
        own = found is not None and found["she"] is not None
        said = [she for (who, place), she in self.said.items() if who == name and place != sentence.index]
        return said.count(own) >= said.count(not own) + sure


@remembered(16)
def find_people(sentences: tuple[Sentence, ...]) -> People:
    """The persons whom the sentences of a text name, in full; two who share a surname are none."""
    source = "\n".join(s.text for s in sentences)
    full = {_name_of(match) for s in sentences for match in _NAMED.finditer(s.text.rstrip("."))}
    found: dict[str, set[str]] = {}
    for name in full:
        if 1 < len(name.split()) <= _WORDS and _seems_person(name, source):
            found.setdefault(name.rpartition(" ")[2], set()).add(name)
    people = {last: names.pop() for last, names in found.items() if len(names) == 1}
    lasts = "|".join(map(re.escape, people)) or "(?!)"
    called = re.compile(rf"(?<![\w’'.-])(?:(?P<first>[A-Z][\w’'.-]*)\s)?(?P<last>{lasts})\b(?!\s[A-Z])")
    named: dict[int, tuple[str, ...]] = {}
    said: dict[tuple[str, int], bool] = {}
    for one, below in zip(sentences, [*sentences[1:], None], strict=True):
        matches = [m for m in called.finditer(one.text) if _is_whole_name(m, people[m["last"]])]
        named[one.index] = tuple(dict.fromkeys(people[m["last"]] for m in matches))
        if len(named[one.index]) == 1:
            pronoun = _OF_SOMEBODY.match(below.text) if below else None
            place = below.index if pronoun and below else one.index
            pronoun = pronoun or _OF_SOMEBODY.search(one.text, matches[-1].end())
            if pronoun:
                said[named[one.index][0], place] = pronoun["she"] is not None
    return People(named=named, said=said)


def _name_of(match: re.Match[str]) -> str:
    """A name without what it owns, and without posts and titles: "Acme's Chair of Sales Ada Lund" is Ada Lund."""
    words = re.sub(r".*[’']s\s", "", match.group()).split()
    while words and any(word.rstrip(".").lower() in NO_NAME or _TITLE.match(f"{word} ") for word in words):
        del words[0]
    return " ".join(words)


def _is_whole_name(match: re.Match[str], name: str) -> bool:
    """Whether a surname stands alone, or behind its own first name or a title."""
    first = match["first"]
    return not first or first in name or re.fullmatch(_HONORIFIC, first) is not None


def _seems_person(name: str, source: str) -> bool:
    """Whether it is no place, and stands beside a post, an age or a title, or acts somewhere by its last word alone."""
    if re.search(
        rf"\b(?:[Tt]he|[Ii]n|[Aa]t|[Nn]ear|[Aa]cross|[Oo]utside)\s(?:[A-Z]\w+\s)?{re.escape(name)}\b", source
    ):
        return False
    first, last = (re.escape(word) for word in (name.split(maxsplit=1)[0], name.rsplit(maxsplit=1)[-1]))
    rest = source.replace(name, "")
    alone = rf"(?<![A-Z][\w’'-] )(?<!\w[A-Z] )(?<![Tt]he )\b{last}{VERB}|\b{SAYS}\s{last}\b(?!\s[A-Z])"
    called = re.search(alone, rest) is not None and re.search(rf"\b{first}\b", rest) is None
    return called or re.search(rf"\b{_HONORIFIC}\s{last}\b", rest) is not None or is_person(name, source)


def is_person(name: str, source: str) -> bool:
    """Whether it is called so, or ``source`` has a post, an age or a turn of speech beside the name."""
    if name.isupper() and " " not in name:
        return False  # "the chief of ACA"
    if _TITLE.match(name):
        return True
    for match in re.finditer(re.escape(name), source):
        after = source[match.end() : match.end() + _BESIDE]
        before = source[max(0, match.start() - _BESIDE) : match.start()]
        if re.match(r":|,\s\d\d\b|,\swho\b|\sof\s[A-Z]", after) or POST.search(before.rpartition(".")[2]):
            return True
        if after.startswith(",") and POST.search(after.split(",")[1]):
            return True
    return False
