"""Broken encodings mended, and every repair recorded. Pure. The one door to ftfy.

In this order, line by line, until nothing changes any more: entities that spell damage, UTF-8 misread as
windows-874 and its like (`single_byte_mojibake`), as an Eastern encoding (`eastern_mojibake`), closing
quotes that lost a byte, and last ftfy. It comes last because its default straightens quotes first, after
which dashes can no longer be told apart; here it only mends encodings: no quote is straightened, no ligature
or full-width form replaced, no entity unescaped, no control character dropped. Text that is not damaged
comes back unchanged, character for character.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import ftfy

from newsletter.extract.eastern_mojibake import mend_eastern
from newsletter.extract.single_byte_mojibake import mend_lost_quote, mend_misread
from newsletter.model import Repair

_FTFY = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
_ENTITIES = re.compile(r"(?:&(?:#\d{3,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8}\d{0,2});){2,}")
_WORDS = re.compile(r"\s+|\S+")
_MAX_DIFF_WORDS = 400  # beyond this, where words came or went, a line is recorded as one repair


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A text with its broken encodings mended, and what was mended, in the order of the text."""

    text: str
    repairs: tuple[Repair, ...] = ()


def repair_text(text: str) -> Repaired:
    """Mend broken encodings. Idempotent; healthy text comes back as it was.

    Putting each repair's ``after`` for its ``before`` in the given text gives the mended text.
    """
    if text.isascii() and "&" not in text:
        return Repaired(text=text)
    mended = text
    while (better := _mend_once(mended)) != mended:
        mended = better
    if mended == text:
        return Repaired(text=text)
    return Repaired(text=mended, repairs=tuple(_find_repairs(text, mended)))


def _mend_once(text: str) -> str:
    """One pass of every mender; lines stay lines."""
    text = mend_misread(_mend_entities(text))
    return "\n".join(line if line.isascii() else _mend_line(line) for line in text.split("\n"))


def _mend_line(line: str) -> str:
    mended = ftfy.fix_text(mend_lost_quote(mend_eastern(line)), _FTFY)
    return line if mended == line else unicodedata.normalize("NFC", mended)


def _mend_entities(text: str) -> str:
    """Mend characters written as entities where they spell damage: ``&#226;&#8364;&#8482;``.

    ``&#196;&#8250;`` may be ě or a capital before a closing quote; it is ě where others are proven.
    """
    if not any(_is_damage(html.unescape(match[0])) for match in _ENTITIES.finditer(text)):
        return text
    return _ENTITIES.sub(lambda match: _decode(html.unescape(match[0])) or match[0], text)


def _is_damage(shown: str) -> bool:
    return _decode(shown) is not None and ftfy.fix_text(shown, _FTFY) != shown


def _decode(shown: str) -> str | None:
    """UTF-8 that was shown as windows-1252, as it was meant; None where it was never that."""
    try:
        meant = shown.encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return None
    return meant if len(meant) < len(shown) and "\n" not in meant else None


def _find_repairs(before: str, after: str) -> Iterator[Repair]:
    """The places in which two texts of as many lines differ."""
    offset = 0
    for old, new in zip(before.split("\n"), after.split("\n"), strict=True):
        if old != new:
            for start, wrong, right in _find_changes(_WORDS.findall(old), _WORDS.findall(new)):
                yield _trim(offset + start, wrong, right)
        offset += len(old) + 1


def _find_changes(old: list[str], new: list[str]) -> Iterator[tuple[int, str, str]]:
    """(offset, before, after) for each differing stretch of words."""
    starts = [0]
    for word in old:
        starts.append(starts[-1] + len(word))
    if len(old) == len(new):
        for start, wrong, right in zip(starts, old, new, strict=False):
            if wrong != right:
                yield start, wrong, right
    elif max(len(old), len(new)) > _MAX_DIFF_WORDS:
        yield 0, "".join(old), "".join(new)
    else:
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                yield starts[i1], "".join(old[i1:i2]), "".join(new[j1:j2])


def _trim(start: int, before: str, after: str) -> Repair:
    """A repair without the characters that both sides share at its ends."""
    limit = min(len(before), len(after))
    head = next((i for i in range(limit) if before[i] != after[i]), limit)
    limit -= head
    tail = next((i for i in range(limit) if before[-1 - i] != after[-1 - i]), limit)
    return Repair(
        start=start + head, before=before[head : len(before) - tail], after=after[head : len(after) - tail]
    )
