"""Finding the words of the subject in a text. Pure.

The text is read once, word by word; each word is looked up among the first words of all names, so
the time does not grow with the number of terms (Aho and Corasick 1975 do the same by character).
Words match whole, ignoring case, accents, a plural -s and the kind of hyphen; a name of several
words matches across one space or hyphen, never across a sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from newsletter.stories.fingerprint import fold
from newsletter.stories.lexicon_file import Name, SectionRule, TrapTable, parse_lexicon_file, parse_line

NEAR = 160  # characters: "beside another hit" is within about a sentence of a word of the subject
# Kana, Han, Hangul: written without spaces, or with endings.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")  # there, every character counts as a word
_GAP = re.compile(r"(?: |-|‐|‑|–|/|&| & |['’]|\n| -|[.:] ?)?")
_COMMA_GAP = re.compile(rf",? |{_GAP.pattern}")  # of a name that has a comma itself
_LONGEST_ABBREVIATION = 3  # characters: "Mt. Weld" goes on after its dot, "rare. Earth" does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing of the subject, under all its names."""

    name: str
    kind: str
    weight: float
    subject: bool  # it alone shows that an article is on the subject
    event: bool  # it says that something happened
    distinct: bool  # titles that differ in it tell different stories
    # What a story weighs more in an issue that names it in its title; half in its first sentences.
    lift: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where a term stands: ``text[start:end]``."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: tuple[str, ...]  # folded
    name: Name
    term: Term | None  # None: a look-alike, which swallows what it covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The subject as data. Made by ``build_lexicon``."""

    subject: str
    sections: tuple[SectionRule, ...]
    terms: tuple[Term, ...]
    state_media: frozenset[str]  # folded names
    words: Mapping[str, tuple[str, ...]]  # of the trade, by their class in the rules of the language
    abbreviations: Mapping[str, str]  # in words
    patterns: Mapping[str, tuple[_Pattern, ...]] = field(repr=False)  # by first word, longest first
    traps: tuple[tuple[frozenset[str], frozenset[str], re.Pattern[str]], ...] = field(repr=False)

    def is_state_media(self, name: str) -> bool:
        """Whether ``name`` is known as state-owned media."""
        return " ".join(fold_words(name)) in self.state_media

    def find(self, text: str) -> tuple[Hit, ...]:
        """Return every hit in ``text``, in order, none overlapping."""
        found = self._read(text)
        there = {hit.term.name for hit, _ in found}
        cancelled = [
            (terms, names)
            for terms, names, words in self.traps
            if not terms.isdisjoint(there) and words.search(text) is not None
        ]
        sure = [
            (hit.start, hit.end)
            for hit, pattern in found
            if hit.term.subject and not pattern.name.near and not _is_cancelled(hit, pattern, cancelled)
        ]
        return tuple(
            hit
            for hit, pattern in found
            if not _is_cancelled(hit, pattern, cancelled)
            and (not pattern.name.near or any(abs(hit.start - start) <= NEAR for start, _ in sure))
        )

    def weigh(self, text: str) -> float:
        """Return how much of the subject a short text holds: the weights of its terms, each once."""
        return sum(term.weight for term in {hit.term.name: hit.term for hit in self.find(text)}.values())

    def _read(self, text: str) -> list[tuple[Hit, _Pattern]]:
        words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
        folded = [fold(word) for _, _, word in words]
        found: list[tuple[Hit, _Pattern]] = []
        index, count = 0, len(words)
        while index < count:
            step = 1
            for pattern in self.patterns.get(folded[index], ()):
                end = _match(text, words, folded, index, pattern)
                if end is None:
                    continue
                step = len(pattern.words)
                if pattern.term is not None:
                    found.append((Hit(term=pattern.term, start=words[index][0], end=end), pattern))
                break
            index += step
        return found


def build_lexicon(data: Mapping[str, Any]) -> Lexicon:
    """Make a lexicon of lexicon.toml as read. Raises ConfigError: which table, what to do."""
    parsed = parse_lexicon_file(data)
    patterns: list[_Pattern] = []
    terms: dict[str, Term] = {}
    for table in parsed.term:
        for line in table.terms:
            names = parse_line(line)
            term = terms.setdefault(
                names[0].text,
                Term(
                    name=names[0].text,
                    kind=table.kind,
                    weight=table.weight,
                    subject=table.subject,
                    event=table.event,
                    distinct=table.distinct,
                    lift=table.lift,
                ),
            )
            patterns += [_Pattern(fold_words(name.text), name, term) for name in names]
    phrases = (phrase for trap in parsed.trap for phrase in trap.phrases)
    patterns += [
        _Pattern(fold_words(phrase), Name(text=phrase, case=False, near=False), None) for phrase in phrases
    ]
    return Lexicon(
        subject=parsed.newsletter.subject,
        sections=parsed.section,
        terms=tuple(terms.values()),
        state_media=frozenset(" ".join(fold_words(name)) for name in parsed.newsletter.state_media),
        words=dict(parsed.words),
        abbreviations=parsed.abbreviations,
        patterns=_index_patterns(patterns),
        traps=tuple(_build_trap(trap) for trap in parsed.trap if trap.words),
    )


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` as they are compared: no case, no accents."""
    return tuple(fold(word) for word in _WORD.findall(text))


def _match(
    text: str, words: list[tuple[int, int, str]], folded: list[str], index: int, pattern: _Pattern
) -> int | None:
    size = len(pattern.words)
    if index + size > len(words):
        return None
    for offset in range(1, size):
        here, wanted = folded[index + offset], pattern.words[offset]
        is_plural = offset == size - 1 and here in (wanted + "s", wanted + "es")
        if here != wanted and not is_plural:
            return None
        before, after = words[index + offset - 1], words[index + offset]
        gap = _COMMA_GAP if "," in pattern.name.text else _GAP
        if gap.fullmatch(text, before[1], after[0]) is None:
            return None
        if "." in text[before[1] : after[0]] and before[1] - before[0] > _LONGEST_ABBREVIATION:
            return None
    start, end = words[index][0], words[index + size - 1][1]
    if pattern.name.case and text[start:end] not in (pattern.name.text, pattern.name.text + "s"):
        return None
    return end


def _index_patterns(patterns: Iterable[_Pattern]) -> dict[str, tuple[_Pattern, ...]]:
    index: defaultdict[str, list[_Pattern]] = defaultdict(list)
    for pattern in patterns:
        first = pattern.words[0]
        index[first].append(pattern)
        if len(pattern.words) == 1:
            index[first + "s"].append(pattern)
    return {
        # of equal length a look-alike comes first: "offshore winds" is one, though it is "offshore wind" in the plural
        first: tuple(sorted(found, key=lambda pattern: (-len(pattern.words), pattern.term is not None)))
        for first, found in index.items()
    }


def _build_trap(trap: TrapTable) -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    words = "|".join(re.escape(word) for word in sorted(trap.words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    return frozenset(trap.terms), frozenset(trap.names), pattern


def _is_cancelled(
    hit: Hit, pattern: _Pattern, cancelled: list[tuple[frozenset[str], frozenset[str]]]
) -> bool:
    return any(
        hit.term.name in terms and (not names or pattern.name.text in names) for terms, names in cancelled
    )
