"""Whose words stand inside a quotation that runs over several sentences. Pure.

“We opened the mill. It runs. It is the largest in the region,” said Ada Brown: the second sentence bears no
mark and no name, and is Ada Brown's statement all the same. A quotation ends with its mark or with
its paragraph; it goes on in the next one where that opens with a mark of its own, as printers do.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.english.full_names import find_full_name
from newsletter.english.rules import PATTERNS, compile_pattern, find
from newsletter.english.sentences import LONGEST, BlockKind, Sentence
from newsletter.english.stems import STOP

_MARKS = re.compile(r"[“”]|(?<!\s)\"|\"(?!\s)")  # not the marks of tokenized text, which tell no side
_QUOTATION = re.compile(r"[“\"][^“”\"]+[”\"](?P<rest>[^“”\"]*)$")
_HE_SAYS = compile_pattern(r"\s?(?:(?:he|she|it|they)\s\w+|{said_it}\s(?:he|she|it|they)\b)")
_ONE = re.compile(r"[A-Z][\w’'-]+")
_LONGEST = 58  # characters of a speaker's name in a lead-in
_MOST = 8  # sentences without a mark; a longer quotation has more likely lost its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """That a sentence stands inside a quotation. ``speaker`` is "" where nobody is named."""

    speaker: str
    sentence: Sentence  # the one that names the speaker, or opens the quotation
    end: int = 0  # where in the sentence the quotation ends, where its speaker stands behind it


class _Reader:
    """Walks through sentences and keeps track of the quotation that is open."""

    def __init__(self, text: str) -> None:
        self.found: dict[int, Quoted] = {}
        self._text = text
        self._opener: Sentence | None = None
        self._mark = ""
        self._inside: list[int] = []
        self._ends: dict[int, int] = {}
        self._speaker = ""
        self._named: Sentence | None = None
        self._last: Sentence | None = None  # its last sentence

    def begin_paragraph(self, sentence: Sentence) -> None:
        """Close what was open, unless the new paragraph goes on with it."""
        if self._opener is not None and sentence.text[:1] not in {"“", '"'}:
            self._settle()
        if self._opener is None:
            self._speaker, self._named = "", None
        self._opener, self._last = None, None

    def read(self, sentence: Sentence) -> None:
        """Take the marks of one sentence in order."""
        marks = list(_MARKS.finditer(sentence.text))
        if self._opener is not None and not marks:
            self._inside.append(sentence.index)
            if len(self._inside) > _MOST:
                self._opener, self._inside = None, []  # a mark was lost
        if self._opener is not None and len(marks) == 1 and marks[0].end() == len(sentence.text.rstrip()):
            self._inside.append(sentence.index)  # the last of the quotation: its mark stands at the very end
        elif (
            self._opener is not None
            and len(marks) == 1
            and not sentence.text[:1].islower()
            and find("credits a quotation", sentence.text[marks[0].end() :])
        ):
            self._inside.append(sentence.index)  # "…,” said Ada Brown."
            self._ends[sentence.index] = marks[0].start()
        for match in marks:
            if self._opens(match, sentence.text):
                self._open(match, sentence)
            elif self._opener is not None:
                self._close(match, sentence)
        self._last = sentence

    def finish(self) -> dict[int, Quoted]:
        """Give what was found; a quotation that never closes counts to the end of its paragraph."""
        if self._opener is not None:
            self._settle()
        return self.found

    def _opens(self, match: re.Match[str], text: str) -> bool:
        if match.group() != '"':
            return match.group() == "“"
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return (not before or before in " (—–-[") and bool(after.strip())

    def _open(self, match: re.Match[str], sentence: Sentence) -> None:
        self._inside = []  # what was open before lost its mark
        self._opener, self._mark = sentence, match.group()
        head = sentence.text[: match.start()]
        if not head and not _MARKS.search(sentence.text, match.end()):
            self._inside.append(sentence.index)
        if who := find("introduces a quotation", head):
            self._speaker, self._named = who[1]["who"], sentence
        elif len(head) > 3:
            self._speaker, self._named = "", None

    def _close(self, match: re.Match[str], sentence: Sentence) -> None:
        if who := PATTERNS["speaker behind a quotation"].match(sentence.text[match.end() :]):
            self._speaker, self._named = who["who"] or who["who2"], sentence
        words = _QUOTATION.match(sentence.text)
        whole = sentence is self._opener and words is not None and not words["rest"].strip(" .,")
        self._settle()
        if whole:  # “…,” said Ada Brown. “It is the largest in the region.”
            last = self._last.text if self._last else ""
            name = self._name() if _MARKS.search(last) else ""
            self.found[sentence.index] = Quoted(speaker=name, sentence=self._named or sentence)

    def _settle(self) -> None:
        if self._opener is not None:
            name = self._name()
            for index in self._inside:
                if index == self._opener.index:
                    continue  # people's first words are told by the sentence itself
                self.found[index] = Quoted(
                    speaker=name, sentence=self._named or self._opener, end=self._ends.get(index, 0)
                )
        self._opener, self._inside = None, []

    def _name(self) -> str:
        """The speaker as a lead-in shows it; "" where that would be no name but a pronoun or a long story."""
        name = " ".join(self._speaker.split())
        if _ONE.fullmatch(name) and not name.isupper():
            name = find_full_name(name, self._text)
        if re.match(rf"[Aa]n?\s|[Tt]he\s{_ONE.pattern}$", name):
            return ""  # "a nonplussed Brown", "the Slovenian"
        while name and name.split()[0].lower() in STOP:
            name = name.partition(" ")[2]  # "When Ada Brown"
        if not re.search(r"[A-Z]", name) or len(name) > _LONGEST:
            return ""
        return name[:1].upper() + name[1:]


def lacks_speaker(text: str) -> bool:
    """Whether ``text`` begins with a quotation, and behind it stands nobody, or only who points back: "he said"."""
    match = _QUOTATION.match(text)
    return match is not None and (not match["rest"].strip(" .,") or _HE_SAYS.match(match["rest"]) is not None)


def find_quoted(text: str, sentences: Sequence[Sentence]) -> dict[int, Quoted]:
    """Find, by index, the sentences of ``text`` inside a quotation, with no mark of their own but one at either end."""
    if text.count('"') % 2 and "\n\n" not in text.strip():
        return {}  # one long paragraph that lost a mark: nobody can tell where a quotation ends
    reader = _Reader(text)
    block = -1
    for sentence in sentences:
        if sentence.kind not in {BlockKind.PARAGRAPH, BlockKind.BULLET, BlockKind.BOILERPLATE}:
            continue
        if len(sentence.text) > LONGEST:
            continue
        if sentence.block != block:
            block = sentence.block
            reader.begin_paragraph(sentence)
        reader.read(sentence)
    return reader.finish()
