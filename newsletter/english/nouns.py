"""Things by kind: which nouns can mean the same thing, and which things a text has told. Pure.

"The facility" may go on from "a plant", "the deal" from "a merger". A word within a company's name tells nothing: after
"Acme Technologies hires" the reader knows of no technology.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from newsletter.english.rules import read_class
from newsletter.english.sentences import Sentence
from newsletter.english.stems import stem

# "Mining" is no mine, an operator no operation.
_DOING = re.compile(r"(?:ing|[eo]r)s?$")
_IN_A_NAME = re.compile(r"\b(?P<before>[A-Z][\w’'&-]*)\s(?P<noun>[A-Z][a-z]+)\b")
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|several|multiple|many|\d{1,2})\s(?:[\w-]+\s){0,2}?(?P<noun>[A-Za-z]+s)\b",
    re.IGNORECASE,
)


def find_kinds(noun: str) -> frozenset[str]:
    """The stems of what ``noun`` can mean, by the lines of things; empty where it is no such thing."""
    return _read_kinds(read_class("thing")).get(noun.lower(), frozenset())


@cache
def _read_kinds(lines: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The stems that each noun, in singular and plural, can mean."""
    kinds: dict[str, frozenset[str]] = {}
    for line in lines:
        mates = frozenset(stem(word) for word in line.split())
        for word in line.split():
            for form in (word, f"{word}s", f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"):
                kinds[form] = kinds.get(form, frozenset()) | mates
    return kinds


def read_things(text: str, sentences: Sequence[Sentence] = ()) -> frozenset[str]:
    """The stems of the things that ``text`` tells; "mining" is no mine, and what is only a company's name is none.

    ``sentences`` are those of the article: a headline’s capitals make a name only where its text has the same.
    """
    for match in reversed(list(_IN_A_NAME.finditer(text))):
        name = f"{match['before']} {match['noun']}"
        if find_kinds(match["noun"]) and _is_name(name, sentences):
            text = text[: match.start("noun")] + text[match.end("noun") :]
    words = re.findall(r"[^\W_]+", text)
    return frozenset(stem(word) for word in words if find_kinds(word) or not _DOING.search(word))


def _is_name(name: str, sentences: Sequence[Sentence]) -> bool:
    plain = name.lower()
    return any(name in sentence.text for sentence in sentences) and not any(
        plain in sentence.text for sentence in sentences
    )


def tells_several(noun: str, text: str) -> bool:
    """Whether ``text`` tells of several of what ``noun`` names one of, and of no single one: "two studies"."""
    own = stem(noun)
    counted = any(stem(match["noun"]) == own for match in _SEVERAL.finditer(text))
    return (
        counted and not noun.endswith("s") and not re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE)
    )
