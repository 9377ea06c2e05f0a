"""Names that are not in the source, also not as acronym, possessive or demonym; speakers it does not name. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from functools import cache

from newsletter.english.days import MONTHS
from newsletter.english.letters import compile_latin
from newsletter.english.rules import read_class, remembered
from newsletter.english.speech.people import POST
from newsletter.english.stems import POSSESSIVE, STOP, fold
from newsletter.gate.pieces import WORD, Piece, Source, Token, find_figure

AKIN = 5  # letters from which a word may be another one but for its ending


def check_names(text: str, piece: Piece, source: Source) -> list[str]:
    """Give the names that the source does not have in any usual form."""
    reasons = []
    for token in piece.tokens:
        word = POSSESSIVE.sub("", token.text)
        if not word[:1].isupper() or find_figure(text, token):  # "420 MW": a unit is no name
            continue
        low, parts = fold(word), compile_latin(r"[A-Z][a-z]+").findall(word)
        if not (
            is_known(low, source)
            or is_spelled(word, source)
            or find_other_names(low, source)
            or _expands(low, source)
            or _FORMULA.fullmatch(word)
            or (len(parts) > 1 and all(is_known(fold(part), source) for part in parts))  # "HarlowMining"
            or (_BEGINS.match(text[: token.start]) and not _looks_named(text, token))
            or (token.start == 0 and (token.stem in source.stems or low in _OPENINGS))  # "Recycler Acme"
            or (token.start == 0 and _is_occupation(word, piece, source))
        ):
            reasons.append(f"the name “{word}” is not in the source")
    return reasons


_DOES = compile_latin(r"[A-Z][a-z]+(?:er|or|ist|ian|man|woman)")


def _is_occupation(word: str, piece: Piece, source: Source) -> bool:
    """Whether the first word looks like one, and two words of a name of the source follow: "Herder Ada Berg"."""
    named = [one.text[0].isupper() and is_known(fold(one.text), source) for one in piece.tokens[1:3]]
    return _DOES.fullmatch(word) is not None and named == [True, True]


def check_speaker(name: str, source: Source) -> list[str]:
    """A speaker whom a lead-in names must be named by the source."""
    unknown = [word for word in WORD.findall(name) if word[:1].isupper() and not is_known(fold(word), source)]
    return [f"the speaker “{name}” is not in the source"] if unknown else []


_BEGINS = re.compile(r"(?:^|.*[.!?:;“\"‘(•]\s*)$", re.DOTALL)
# What a bullet may begin with before a name: "Following Acme's sale", "Campaigner Ada Brown".
_OPENINGS = frozenset(word for line in read_class("opening") for word in line.split())
_FORMULA = compile_latin(r"(?=.*[a-z])(?:[A-Z][a-z]?){2,3}\d*")  # "NdPr": of elements that the source spells


# What stands between the letters that a name is spelled by.
_SPELLED = r"(?:[\w’'-]*[\s-]+|\.\s?)(?:(?:of|and|for|the|on|&)\s+)?"  # "U.S. Department of": USDA


def is_spelled(word: str, source: Source) -> bool:
    """Whether the source has the words that the letters of ``word`` stand for ("MOU": memorandum of understanding).

    They begin with capital letters where it has two letters alone.
    """
    size = len(re.findall(r"\w", word))
    ignored = re.IGNORECASE if size > 2 else 0
    return size > 1 and re.search(spell(word), source.text, ignored) is not None


def spell(letters: str) -> str:
    """The pattern of words that begin with ``letters``, in this order."""
    return r"\b" + _SPELLED.join(re.findall(r"\w", letters.upper()))


def _looks_named(text: str, token: Token) -> bool:
    """Whether a capitalised word at the start of a sentence is a name: it is followed by another capitalised word."""
    after = compile_latin(r"['’]?s?\s+[A-Z]").match(text[token.end :])
    return after is not None and not POST.fullmatch(token.text)  # "Economist Ida Riemer"


@cache
def _read_groups() -> dict[str, tuple[str, ...]]:
    """Of each word of a name the phrases for one and the same."""
    groups = [tuple(line.split(" | ")) for line in read_class("same_name")]
    return {word: group for group in reversed(groups) for phrase in group for word in phrase.split()}


@cache
def _read_states() -> dict[str, tuple[str, ...]]:
    """Of each word of a state its short forms, "Fla" and "FL" of "florida", which may stand for it; not it for them."""
    states: dict[str, tuple[str, ...]] = {}
    for name, *short in (line.split(" | ") for line in read_class("state")):
        states |= {word: (*states.get(word, ()), *short) for word in name.split()}
    return states


_PARTY = {"democrat": "D", "democratic": "D", "republican": "R"}


def is_shortened(low: str, source: Source) -> bool:
    """Whether the source has the short form of a state, as "Erie, Pa." and "Erie, PA" have it; no "Pa Mining".

    Or of the party of a member of Congress: "Ada Berg (D-Ohio)".
    """
    if party := _PARTY.get(low):
        return compile_latin(rf"[(,]\s?{party}-[A-Z]").search(source.text) is not None
    return any(
        compile_latin(rf",\s{form}\b|\b[A-Z][\w’'-]+\s{form}\.").search(source.text)
        for form in map(re.escape, _read_states().get(low, ()))
    )


@remembered(4096)
def find_synonyms(low: str) -> frozenset[str]:
    """The words of the other usual names of the same: "beijing" of "china", "fla" of "florida"."""
    same = frozenset(word for phrase in _read_groups().get(low, ()) for word in phrase.split())
    return same.union(map(fold, _read_states().get(low, ())))


def find_other_names(low: str, source: Source) -> bool:
    """Whether the source uses another of the usual names of the same, or the acronym of a name that has this word."""
    if month := MONTHS.get(low):
        return any(MONTHS.get(word) == month for word in source.words)
    phrases = _read_groups().get(low, ())
    return is_shortened(low, source) or any(
        f" {phrase} " in source.plain or phrase in source.words for phrase in phrases
    )


def is_known(low: str, source: Source) -> bool:
    """Whether the source has a folded word, in singular or plural, or it is too small a word to tell."""
    return low in STOP or not source.words.isdisjoint((low, f"{low}s", low.removesuffix("s")))


def _expands(low: str, source: Source) -> bool:
    """Whether the source has the same name with another ending ("Estonian" for "Estonia")."""
    return len(low) > AKIN and any(
        len(word) >= AKIN and abs(len(word) - len(low)) <= 3 and low.startswith(word[:-1])
        for word in source.words
    )
