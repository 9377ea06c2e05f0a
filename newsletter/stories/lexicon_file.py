"""The shape of config/lexicon.toml, checked once at the edge. Pure.

A line of ``terms`` is ``"name = other name = other name"``; a name may end in one flag: ``[CS]``
(as written, and only beside another hit), ``[near]`` (only beside another hit) or ``[case]`` (as
written). What is wrong is told as a ConfigError: which table, which field, what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsletter.errors import ConfigError
from newsletter.model import PublisherKind
from newsletter.stories.happenings import HAPPENINGS

FILE = "lexicon.toml"
_FLAG = re.compile(r"^(?P<name>.*?)\s*(?:\[(?P<flag>[^\]]*)\])?$")
_FLAGS = {None: (False, False), "CS": (True, True), "near": (False, True), "case": (True, False)}
_Words = Annotated[str, Field(pattern=r"^[\w -]+$")]
_Weight = Annotated[float, Field(ge=0, le=10)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermTable(_Table):
    """One ``[[term]]``: words of one kind."""

    kind: str = Field(min_length=1)
    subject: bool = False
    event: bool = False
    distinct: bool = False
    weight: _Weight = 1.0
    lift: float = 0.0
    terms: tuple[str, ...] = Field(min_length=1)


class SectionRule(_Table):
    """One ``[[section]]``, and what votes for it."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    votes: dict[str, float] = {}
    terms: dict[str, float] = {}
    actors: dict[str, float] = {}  # by kind, for the term that a title begins with
    lead: bool = False
    default: bool = False
    quotes: bool = False  # its articles are price reports
    apart: bool = False  # opinion and paid content: tinted, last, never the top story
    only: dict[str, str] = {}  # its title where all its stories are "opinion", or "paid content"
    lift: float = 0.0  # what its stories weigh more in an issue


class TrapTable(_Table):
    """One ``[[trap]]``: longer wordings, or words that cancel terms in the whole article."""

    phrases: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class _AboutTable(_Table):
    subject: str = Field(min_length=1)
    state_media: tuple[str, ...] = ()


class WordsTable(_Table):
    """``[words]``: words of the trade that the rules of the language need, by their class there."""

    company: tuple[_Words, ...] = ()
    acronym: tuple[_Words, ...] = ()
    legal_phrase: tuple[_Words, ...] = ()
    early_stage: tuple[_Words, ...] = ()
    thing: tuple[_Words, ...] = ()


class LexiconFile(_Table):
    """All of lexicon.toml."""

    newsletter: _AboutTable
    words: WordsTable = WordsTable()
    abbreviations: dict[str, str] = {}  # in words, for who does not know them
    section: tuple[SectionRule, ...] = Field(min_length=2)
    term: tuple[TermTable, ...] = Field(min_length=1)
    trap: tuple[TrapTable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One way to write a term."""

    text: str
    case: bool  # counts only as written
    near: bool  # counts only beside another hit


def parse_line(line: str) -> tuple[Name, ...]:
    """Read one line of ``terms``; the first name is the term. Raises ConfigError."""
    names = []
    for part in line.split(" = "):
        match = _FLAG.match(part.strip())
        flag = match["flag"] if match else None
        text = match["name"].strip() if match else ""
        if flag not in _FLAGS or not any(char.isalnum() for char in text):
            what = f"the flag [{flag}]" if flag not in _FLAGS else "an empty name"
            raise ConfigError(
                f"{FILE}: the term {line!r} has {what}.",
                hint='Write "name = other name"; flags are [CS], [near] and [case].',
            )
        case, near = _FLAGS[flag]
        names.append(Name(text=text, case=case, near=near))
    return tuple(names)


def parse_lexicon_file(data: Mapping[str, Any]) -> LexiconFile:
    """Check ``data`` (lexicon.toml as read). Raises ConfigError naming table and field."""
    try:
        parsed = LexiconFile.model_validate(dict(data))
    except ValidationError as error:
        problems = "; ".join(_describe(problem) for problem in error.errors()[:5])
        raise ConfigError(
            f"{FILE}: {problems}.",
            hint="Compare with the shipped lexicon.toml: its head explains every table and field.",
        ) from error
    if problem := next(_find_problems(parsed), None):
        raise ConfigError(f"{FILE}: {problem[0]}.", hint=problem[1])
    return parsed


def _describe(problem: Any) -> str:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{where}: there is no such field"
    if problem["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {problem['msg']} (got {problem['input']!r})"


def _find_problems(parsed: LexiconFile) -> Iterator[tuple[str, str]]:
    """Give what does not fit together, and what to do."""
    keys = [table.key for table in parsed.section]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        yield f"two sections have the key {doubled[0]!r}", "Give each section a key of its own."
    for flag in ("lead", "default"):
        if sum(getattr(table, flag) for table in parsed.section) != 1:
            hint = "lead marks the top story's section, default the one that takes what nothing votes for."
            yield f"exactly one section must have {flag} = true", hint
    if any(table.lead and table.default for table in parsed.section):
        yield "the lead section cannot be the default one too", "Set default = true in another section."
    kinds = {table.kind for table in parsed.term}
    publishers = {kind.value for kind in PublisherKind}
    for table in parsed.section:
        if unknown := sorted(set(table.votes) - kinds - publishers - HAPPENINGS - {"state media"}):
            what = f"section {table.key!r} counts votes of the kind {unknown[0]!r}, which no [[term]] has"
            yield what, f"Kinds are: {', '.join(sorted(kinds | publishers | HAPPENINGS))} and 'state media'."
    names = {parse_line(line)[0].text for table in parsed.term for line in table.terms}
    for trap in parsed.trap:
        if lost := sorted(set(trap.terms) - names):
            what = f"a [[trap]] cancels {lost[0]!r}, which no line of a [[term]] begins with"
            yield what, "Write the first name of the line."
    if not any(table.subject for table in parsed.term):
        what = "no [[term]] has subject = true, so no article could ever be relevant"
        yield what, "Mark the words that show the subject on their own."
