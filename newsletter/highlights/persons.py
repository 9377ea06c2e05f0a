"""The persons of a text, and whom "she" means. Pure.

A person stands beside a post, an age or a title, or acts by the last word of a name alone. "She" is whom the nearest
sentence above with anybody is about, where it names nobody else and the text never calls her "he".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from newsletter.english.letters import compile_latin
from newsletter.english.opinions import NAME
from newsletter.english.rules import expand, remembered
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.speech.people import NO_NAME, POST
from newsletter.english.speech.running_quotes import lacks_speaker
from newsletter.english.speech.sayings import find_attribution

SAYS = r"(?:sa(?:id|ys)|ask(?:s|ed)|explain(?:s|ed)|recall(?:s|ed)|reckons|laugh(?:s|ed)|shrug(?:s|ged))"
VERB = expand(
    r"(?=\s(?:[a-z]+ly\s)?(?:are|were|have|had|will|would|can|could|may|[a-z]+ed|[a-z]+s|{irregular})\b)"
)
_ACTS = compile_latin(VERB)
_SAYS = re.compile(rf"\b{SAYS}\s$")
_OPENING = 60  # characters before the name of a sentence's subject
_BACK = 4  # sentences before within which a person stands
_BESIDE = 40  # characters before and behind a name in which its post or age stands
_WORDS = 4  # of a person's name
_NAMED = compile_latin(rf"(?<![^\W_]){NAME}")
_GOES_ON = re.compile(r"(?:He|She)\b")
_TITLE = re.compile(expand(r"{Title}\.?(?:\s|$)"))
_TITLED = re.compile(rf"\b{_TITLE.pattern}$")
_LED = compile_latin(r"(?:[A-Z][\w’'-]|\w[A-Z]|[Tt]he)\s$")  # of a longer name, or of no person
_PLACED = compile_latin(r"\b(?:[Tt]he|[Ii]n|[Aa]t|[Nn]ear|[Aa]cross|[Oo]utside)\s(?:[A-Z]\w+\s)?$")
# "a talk with Ada Lund", "a tip from Ada Lund": it is not about her.
_BESIDE_HIM = compile_latin(
    r"\b(?:with|against|to|for|than|about|between|on|by|from|after|and|told|asked)\s(?:[a-z]+\s)*$"
)
_AT = re.compile(r"\b(?:of|at|for|in|on|the)\s$")  # before what is no person beside one


def find_above(sentence: Sentence, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The prose among the few sentences above, the nearest first."""
    near = [s for s in sentences if sentence.index - _BACK <= s.index < sentence.index and s.is_prose]
    return list(reversed(near))


def find_person(sentence: Sentence, sentences: Sequence[Sentence], pronoun: str) -> str:
    """Whom the ``pronoun`` of ``sentence`` means: the full name; "" in doubt.

    What goes on about "him", and quotations of nobody who is named, may stand in between.
    """
    people = find_people(tuple(sentences))
    for before in find_above(sentence, sentences):
        named = {name for name, _ in find_named(before.text, people)}
        if named or not (_GOES_ON.match(before.text) or lacks_speaker(before.text)):
            name = named.pop() if len(named) == 1 else ""
            sure = (
                name
                and _is_about(before.text, name)
                and _may_mean(pronoun, name, [s for s in sentences if s is not sentence])
            )
            return name if sure else ""
    return ""


def _is_about(text: str, name: str) -> bool:
    """Whether a sentence with one person is about that one, who speaks in it or whom it begins with."""
    last = name.rpartition(" ")[2]
    said = find_attribution(text)
    if said is not None and last in said.subject:
        return said.form == "before" or text.startswith(("“", '"'))
    before, _, behind = text.partition(name if name in text else last)
    others = (m for m in _NAMED.finditer(text) if last not in m.group() and not _AT.search(text[: m.start()]))
    first = len(before) < _OPENING and not _BESIDE_HIM.search(before) and not behind.startswith("’s")
    return first and next(others, None) is None


def _may_mean(pronoun: str, name: str, sentences: Sequence[Sentence]) -> bool:
    """Whether the first pronoun behind that name is not more often of the other sex than this one."""
    last = re.escape(name.rpartition(" ")[2])
    source = " ".join(s.text for s in sentences)
    behind = re.findall(rf"\b{last}\b[^.]*?(?:\.\S?\s)?\b([Ss]?[Hh]e|[Hh]is|[Hh]er)\b", source)
    same = [word.lower() in {"she", "her"} for word in behind].count(pronoun.lower() in {"she", "her"})
    return 2 * same >= len(behind)


def opens_with_person(sentence: Sentence, text: str) -> bool:
    """Whether ``sentence`` of ``text`` begins with somebody, behind his post or not: it tells what he does."""
    named = find_named(sentence.text[:_OPENING], find_people(split_sentences(text)))
    return any(not match.string.startswith(("’", "'"), match.end()) for _, match in named)


@remembered(16)
def find_people(sentences: tuple[Sentence, ...]) -> Mapping[str, str]:
    """The full names of the persons whom the sentences name, by surname; two who share one are none."""
    source = "\n".join(s.text for s in sentences)
    full = {_name_of(match) for s in sentences for match in _NAMED.finditer(s.text.rstrip("."))}
    people = [n for n in full if 1 < len(n.split()) <= _WORDS and _seems_person(n, source)]
    lasts = [name.rpartition(" ")[2] for name in people]
    return {last: name for last, name in zip(lasts, people, strict=True) if lasts.count(last) == 1}


def find_named(text: str, people: Mapping[str, str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Each of ``people`` in ``text``, by the full name, and where: by it, by a title or by surname alone."""
    lasts = "|".join(map(re.escape, people)) or "(?!)"
    called = compile_latin(rf"(?<![\w’'.-])(?:(?P<first>[A-Z][\w’'.-]*)\s)?(?P<last>{lasts})\b(?!\s[A-Z])")
    for match in called.finditer(text):
        name, first = people[match["last"]], match["first"]
        if not first or first in name or _TITLE.match(first):
            yield name, match


def _name_of(match: re.Match[str]) -> str:
    """A name without what it owns, and without posts and titles: "Acme's Chair of Sales Ada Lund" is Ada Lund."""
    words = re.sub(r".*[’']s\s", "", match.group()).split()
    while words and any(word.rstrip(".").lower() in NO_NAME or _TITLE.match(word) for word in words):
        del words[0]
    return " ".join(words)


def _seems_person(name: str, source: str) -> bool:
    """Whether it is no place, and stands beside a post, an age or a title, or acts somewhere by its last word alone."""
    if any(_PLACED.search(before) for before, _ in _find_beside(name, source)):
        return False
    rest = source.replace(name, "")
    alone = list(_find_beside(name.rsplit(maxsplit=1)[-1], rest))
    acts = any(
        (_ACTS.match(after) and not _LED.search(before))
        or (_SAYS.search(before) and not compile_latin(r"\s[A-Z]").match(after))
        for before, after in alone
    )
    called = acts and not any(_find_beside(name.split(maxsplit=1)[0], rest))
    return called or any(_TITLED.search(before) for before, _ in alone) or is_person(name, source)


def is_person(name: str, source: str) -> bool:
    """Whether it is called so, or ``source`` has a post, an age or a turn of speech beside the name."""
    if name.isupper() and " " not in name:
        return False  # "the chief of ACA"
    return _TITLE.match(name) is not None or any(
        compile_latin(r":|,\s\d\d\b|,\swho\b|\sof\s[A-Z]").match(after)
        or POST.search(before.rpartition(".")[2])
        or (after.startswith(",") and POST.search(after.split(",")[1]))
        for before, after in _find_beside(name, source)
    )


def _find_beside(words: str, text: str) -> Iterator[tuple[str, str]]:
    """What stands before and behind ``words``, wherever ``text`` has them."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
        if not before[-1:].isalnum() and not after[:1].isalnum():
            yield before, after
        start = text.find(words, end)
