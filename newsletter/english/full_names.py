"""The full name of somebody whom a sentence calls by surname. Pure."""

from __future__ import annotations

import re

from newsletter.english.letters import compile_latin
from newsletter.english.rules import read_class
from newsletter.english.speech.people import POST
from newsletter.english.stems import STOP

_OF_MANY = compile_latin(  # "Congressional Democrats", "North Korea", "Rival Airbus"
    r"[A-Z][a-z]{4,}al|[A-Z][a-z]+(?:ish|ese)|(?:North|South|East|West)(?:ern)?|Central|New|Latin|Great|Royal|United"
    r"|Rival|Senate|House|State|National|Federal"
)
_NO_FIRST = STOP | frozenset(read_class("weekday"))  # "Tuesday Acme"
_PART = r"[A-Z][^\W\dA-Z_]+[^\S\n]"
_JOINED = re.compile(rf"(?:&|\band|{POST.pattern}\s(?:of|for))\s$")
_NAMES = 2  # words before a surname


def find_full_name(surname: str, source: str) -> str:
    """The first full name in ``source`` that ends in ``surname``, where nothing is called so before it; else ""."""
    own = re.escape(surname)
    first = re.search(rf"\b{own}\b", source)
    match = compile_latin(
        rf"(?P<run>(?:{_PART}){{0,4}}?)(?P<name>(?:{_PART}){{1,2}})"
        rf"(?P<rest>(?:[A-Z]\.\s)?(?:de\s|van\s|von\s)?{own})\b(?![’'\s]*[A-Z])"
    ).search(
        source,
    )
    if first is None or match is None or not match.start() <= first.start() < match.end():
        return ""
    words = match["name"].split()
    # "head of Sales & Marketing Ada Brown"
    joined = match["run"] or _JOINED.search(source[: match.start()])
    if len(words) == _NAMES and (joined or POST.fullmatch(words[0])):
        words = words[1:]
    if words[0].lower() in _NO_FIRST or _OF_MANY.fullmatch(words[0]):
        return ""
    return " ".join((*words, *match["rest"].split()))
