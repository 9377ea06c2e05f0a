"""Speakers whom the source does not name, or whose words these are not. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.speech import find_attribution
from newsletter.english.stems import STOP, fold
from newsletter.gate.names import is_known
from newsletter.gate.pieces import WORD, Piece, Source

OF_ONE = 0.6  # share of what is said from which a cited sentence says it


def check_voice(piece: Piece, cited: Sequence[Piece], article: Source) -> list[str]:
    """A statement that the cited sentences give to somebody else, whom the bullet does not name.

    "She said": who spoke last before, where nobody else can be meant.
    """
    own = find_attribution(piece.text)
    if own is None or not cited:
        return []
    said = {t.stem for t in piece.tokens if own.start <= t.start < own.end and fold(t.text) not in STOP}
    origin = max(cited, key=lambda one: len(said & one.stems))
    other = find_attribution(origin.text)
    if other is None or len(said & origin.stems) < OF_ONE * len(said):
        return []
    mine, theirs = _find_capitals(own.subject), _find_capitals(other.subject)
    there = {fold(token.text) for token in origin.tokens}
    if not theirs and (apposed := re.search(rf"\b{re.escape(other.subject)}, ([A-Z][^,]+),", origin.text)):
        theirs = {*map(fold, WORD.findall(apposed[0]))} - STOP  # "the operator, Halden Line, said"
    place = (
        article.pieces.index(origin)
        if other.subject.lower() in {"he", "she"} and origin in article.pieces
        else 0
    )
    passed = []
    while place and not theirs:
        place -= 1
        before = article.pieces[place]
        there |= {fold(token.text) for token in before.tokens}
        other = find_attribution(before.text) or other
        theirs = _find_capitals(other.subject)
        passed += [] if theirs or _OF_THEM.match(before.text) else [before]
    if any(theirs.isdisjoint(map(fold, WORD.findall(one.text))) for one in passed):
        return []
    if mine and theirs and mine.isdisjoint(there) and theirs.isdisjoint(map(fold, WORD.findall(piece.text))):
        return [f"the source gives this to {other.subject}, the bullet to {own.subject}"]
    return []


_OF_THEM = re.compile(r"[\"“]?(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Ii]ts?|[Tt]hat|[Tt]his)\b")


def _find_capitals(subject: str) -> set[str]:
    found = {fold(word) for word in WORD.findall(subject) if word[0].isupper()}
    return found - STOP - {"company", "separately"}


def check_speaker(name: str, source: Source) -> list[str]:
    """A speaker whom a lead-in names must be named by the source."""
    unknown = [word for word in WORD.findall(name) if word[:1].isupper() and not is_known(fold(word), source)]
    return [f"the speaker “{name}” is not in the source"] if unknown else []
