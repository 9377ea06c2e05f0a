"""Word forms folded together: case, possessives, demonyms, inflection. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

from newsletter.english.letters import compile_latin


def read_table(name: str) -> dict[str, Any]:
    """What a file of ``table/`` holds."""
    return tomllib.loads(files("newsletter.english").joinpath("table", name).read_text("utf-8"))


POSSESSIVE = re.compile(r"(?:'s|’s|'|’)$")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_FORMS = read_table("forms.toml")
STOP, NEVER_ENDS, MAY_END = (frozenset(_FORMS[name].split()) for name in ("stop", "never_ends", "may_end"))
_WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*")
_SUFFIXES = (
    "ational ization isation ations ation ingly ments ment ness edly ings ing ied ies ers ors ion ions er or ed "
    "es ly al s e y"
).split()


def read_forms(table: str) -> dict[str, str]:
    """Of each word of ``table/forms.toml`` what it is a form of: of "yen" the kind of money, of "sold" the verb."""
    return {word: whole for whole, words in _FORMS[table].items() for word in words.split()}


_DEMONYMS = read_forms("demonyms")
COUNTRIES = frozenset(_DEMONYMS.values())


def lower_letters(text: str) -> str:
    """Lower case in which a place is the same place in ``text``: "İ", alone of all letters, would become two.

    A pattern of small letters on this is several times as fast as one that ignores case.
    """
    return text.replace("İ", "i").lower()


@lru_cache(maxsize=32768)
def fold(word: str) -> str:
    """Lower case, without possessive, full stops and accents; a demonym, one or several, becomes its country."""
    word = POSSESSIVE.sub("", word.lower().replace("’", "'")).replace(".", "")
    if not word.isascii():
        word = _ACCENT.sub("", normalize("NFKD", word))
    return _DEMONYMS.get(word) or _DEMONYMS.get(word.removesuffix("s"), word)


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Cut inflection off ``word``, roughly: enough that "exceeded" meets "exceeding"."""
    word = fold(word)
    if len(word) <= 3 or not word.isalpha():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "ei" else word


IRREGULAR = read_forms("irregular")


@lru_cache(maxsize=32768)
def root(word: str) -> str:
    """The stem, with irregular verbs brought to their base ("sold" to "sell")."""
    low = word.lower()
    if low.endswith("ss"):  # "process" meets "processing"
        return low
    return stem(IRREGULAR.get(low, low))


@lru_cache(maxsize=8192)
def content_roots(text: str) -> tuple[str, ...]:
    """The roots of the words of ``text`` that carry meaning, in order."""
    return tuple(root(word) for word in _WORD.findall(text) if fold(word) not in STOP)


def begins_with_name(text: str, source: str) -> bool:
    """Whether the first word of ``text`` is a name: ``source`` has it amid sentences, never in small letters."""
    match = compile_latin(r"[A-Z][\w-]{2,}").match(text)
    if match is None:
        return False
    first = match.group()
    return compile_latin(rf"[a-z,] {first}\b").search(source) is not None and not re.search(
        rf"(?<![\w.@/]){first.lower()}\b(?![.@/]\w)", source
    )  # "www.acme.example" is no word
