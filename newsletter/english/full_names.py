"""The full name of somebody whom a sentence calls by surname. Pure."""

from __future__ import annotations

import re

from newsletter.english.rules import read_class
from newsletter.english.speech.people import POST
from newsletter.english.stems import STOP

_TITLE = re.compile(r"[A-Za-z]+(?:er|or|ist|ian|can|man|woman|ese|ish)")  # "Actor Ada Brown", at the head
_OF_MANY = re.compile(  # "Congressional Democrats", "North Korea", "Rival Airbus"
    r"[A-Z][a-z]{4,}al|[A-Z][a-z]+(?:ish|ese)|(?:North|South|East|West)(?:ern)?|Central|New|Latin|Great|Royal|United"
    r"|Rival|Senate|House|State|National|Federal"
)
_NO_FIRST = frozenset((*read_class("weekday"), "yesterday", "today", "tomorrow", "late", "early"))
_NO_SURNAME = frozenset((*read_class("weekday"), *read_class("month")))
_PART = r"[A-Z][^\W\dA-Z_]+[^\S\n]"
_NAMES = 2  # words before a surname


def find_full_name(surname: str, source: str) -> str:
    """The first full name in ``source`` that ends in ``surname``, where nothing is called so before it; else ""."""
    own = re.escape(surname)
    first = re.search(rf"\b{own}\b", source)
    match = re.search(
        rf"(?P<run>(?:{_PART}){{0,4}}?)(?P<name>(?:{_PART}){{1,2}})"
        rf"(?P<rest>(?:[A-Z]\.\s)?(?:de\s|van\s|von\s)?{own})\b(?![’'\s]*[A-Z])",
        source,
    )
    if first is None or match is None or not match.start() <= first.start() < match.end():
        return ""
    words = match["name"].split()
    head = not source[: match.start()].rstrip(" \t").endswith(tuple("abcdefghijklmnopqrstuvwxyz,"))
    titled = POST.fullmatch(words[0]) or (head and _TITLE.fullmatch(words[0]))
    if len(words) == _NAMES and (match["run"] or titled):
        words = words[1:]
    first_name = words[0]
    if first_name.lower() in STOP or any(map(POST.fullmatch, words)) or _OF_MANY.fullmatch(first_name):
        return ""
    if first_name.lower() in _NO_FIRST or surname.lower() in _NO_SURNAME:
        return ""  # "Early Thursday", "Tuesday Acme"
    return " ".join((*words, *match["rest"].split()))
