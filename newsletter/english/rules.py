"""The one table of what is known of the language: rules with their effect, examples and reason, and the engine. Pure.

A rule is a row of ``table/*.toml``: its name, its effect (the question that it answers about a text), a
pattern, texts on which it acts, texts that it must spare, and a reason. ``kind`` says more where an effect
tells several things apart; ``small``: it reads small letters. The examples are the tests, and
``benchmarks/rules.py`` tells what each row does.

Lines of a pattern are joined, each without the white space around it. ``{month}`` is any word of that class in
``table/words.toml``, ``{Month}`` the same with a capital letter. Of a class of verbs ``{saying}`` is any form that
can be the verb of a sentence about someone ("says", "said"), ``{saying.s}`` and ``{saying.ed}`` are the one or the
other, ``{saying.be}`` is its base and ``{saying.ing}`` its participle. ``{name}`` may also be a piece of a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TypeVar

from newsletter.english.letters import compile_latin
from newsletter.english.stems import lower_letters, read_forms, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table."""

    name: str
    effect: str
    pattern: str
    reason: str
    acts: tuple[str, ...]
    spares: tuple[str, ...]
    kind: str = ""
    small: bool = False


_F = TypeVar("_F", bound=Callable[..., object])


def remembered(size: int) -> Callable[[_F], _F]:
    """Keep the answers of a function of texts, ``size`` at most, until other words are learned."""

    def keep(function: _F) -> _F:
        kept = lru_cache(maxsize=size)(function)
        _FORGET.append(kept.cache_clear)
        return kept  # type: ignore[return-value]  # it takes what the function takes

    return keep


_FORGET: list[Callable[[], None]] = []


def matches(effect: str, text: str) -> bool:
    """Whether any rule of ``effect`` acts on ``text``."""
    return find(effect, text) is not None


@remembered(4096)  # a candidate is judged anew in each set
def find(effect: str, text: str) -> tuple[Rule, re.Match[str]] | None:
    """Find the first rule of ``effect`` that acts on ``text``, and where; places are those in ``text``."""
    return next(scan(effect, text), None)


def scan(effect: str, text: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    """Give each place on which a rule of ``effect`` acts, rule by rule."""
    low = lower_letters(text)
    for rule in by_effect()[effect]:
        for match in PATTERNS[rule.name].finditer(low if rule.small else text):
            yield rule, match


@cache
def by_effect() -> dict[str, tuple[Rule, ...]]:
    """The rules of each effect, in the order of the table."""
    effects = dict.fromkeys(rule.effect for rule in RULES)
    return {effect: tuple(rule for rule in RULES if rule.effect == effect) for effect in effects}


def learn(words: Mapping[str, Sequence[str]]) -> None:
    """Add the words of the newsletter's subject to their classes, in the place of those learned before."""
    if dict(words) == _LEARNED:
        return
    _LEARNED.clear()
    _LEARNED.update(words)
    read_class.cache_clear()
    PATTERNS.update(
        {rule.name: compile_pattern(rule.pattern) for rule in RULES if _CLASS.search(rule.pattern)}
    )
    forget_texts()


def forget_texts() -> None:
    """Read every text anew."""
    for forget in _FORGET:
        forget()


# ── the table ────────────────────────────────────────────────────────────────────────────────────

_LEARNED: dict[str, Sequence[str]] = {}  # by class, from lexicon.toml
_CLASS = re.compile(r"\{(?P<name>[A-Za-z_]+)(?:\.(?P<form>be|s|ed|ing))?\}")
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh|o)$")
_CONSONANT_Y = re.compile(r"(?<=[^aeiou])y$")


_WORDS = read_table("words.toml")


@cache
def read_class(name: str, form: str = "") -> tuple[str, ...]:
    """The words of a class, of verbs in one of their forms. Raises KeyError where there is no such class."""
    learned = tuple(_LEARNED.get(name, ()))
    if name == "money_code":
        return tuple(read_forms("codes"))
    if name == "irregular":  # past tenses that their form does not tell
        return tuple(word for past in _WORDS["irregular"].values() for word in past.split())
    if name in _WORDS["words"]:
        return (*(word.replace("_", " ") for word in _WORDS["words"][name].split()), *learned)
    if name in _WORDS["lines"]:
        return (*_WORDS["lines"][name].strip().splitlines(), *learned)
    return tuple(dict.fromkeys(one for verb in _WORDS["verbs"][name].split() for one in _inflect(verb, form)))


def _inflect(verb: str, form: str) -> tuple[str, ...]:
    """The forms of ``verb``, of which the first word is the verb: "point_out"."""
    head, *rest = verb.split("_")
    irregular = _WORDS["irregular"].get(head, "").split()
    doubled = head + head[-1] if head in _WORDS["doubled"]["verbs"].split() else ""
    stem = doubled or re.sub(r"e$", "", head)
    past = tuple(irregular) or (
        re.sub(r"y$", "i", head) + "ed" if _CONSONANT_Y.search(head) else f"{stem}ed",
    )
    third = _CONSONANT_Y.sub("ie", head) + ("es" if _SIBILANT.search(head) else "s")
    found = {"be": (head,), "s": (third,), "ed": past, "ing": (f"{stem}ing",), "": (third, *past)}[form]
    return tuple(" ".join((one, *rest)) for one in found)


def expand(pattern: str) -> str:
    """Join the lines of ``pattern`` and put its classes of words in."""

    def put(match: re.Match[str]) -> str:
        name, form = match["name"], match["form"] or ""
        if name in _WORDS["pieces"]:
            return expand(_WORDS["pieces"][name])
        words = read_class(name.lower(), form)
        if name[0].isupper():
            words = tuple(word[:1].upper() + word[1:] for word in words)
        return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"

    joined = "".join(line.strip() for line in pattern.splitlines())
    return _CLASS.sub(put, joined)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the table's form, in which A-Z and a-z are all letters of the Latin script."""
    return compile_latin(expand(pattern))


def _load() -> tuple[Rule, ...]:
    folder = files("newsletter.english").joinpath("table").iterdir()
    names = sorted(path.name for path in folder if path.name.endswith(".toml"))
    return tuple(
        Rule(**{**row, "acts": tuple(row["acts"]), "spares": tuple(row["spares"])})
        for name in names
        for row in read_table(name).get("rule", ())
    )


RULES = _load()
PATTERNS = {rule.name: compile_pattern(rule.pattern) for rule in RULES}
