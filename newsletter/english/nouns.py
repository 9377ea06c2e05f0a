"""Things by kind: which nouns can mean the same thing: "the facility" may go on from "a plant". Pure."""

from __future__ import annotations

from functools import cache

from newsletter.english.rules import read_class
from newsletter.english.stems import stem


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
