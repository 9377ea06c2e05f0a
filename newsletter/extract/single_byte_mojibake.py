"""UTF-8 that was read as a single-byte encoding: finding the runs, turning them back. Pure.

A *run* is decided on by itself, never the whole text: real documents hold healthy bullets beside broken
quotes, so no text can be re-encoded as a whole. What counts as proof that a run is damage:

- **strong**: characters that no language puts together (``โ€™``), a run glued to a Latin word
  (``wรผnschenswert``), or several characters of one other script that decode without a rest;
- **weak**: it decodes, but may be a word (``รถ`` is Thai for *car*). Weak runs are mended only in a text
  that holds strong ones and no healthy letter of that script.

Encodings that ftfy knows well are left to ftfy; here are those that it does not know (windows-874) or
that it judges by the whole line (windows-1251, the DOS pages).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import regex

_MARKS = "‘’“”•–—…‚„†‡‹›«»\xa0\xad"  # what healthy text may put right after a letter
_MIN_PROOF = 3  # decoded characters of one script: no word decodes so far by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One encoding that UTF-8 is misread as."""

    to_byte: dict[str, int]
    sequence: regex.Pattern[str]  # one character's UTF-8 bytes, as shown in this encoding
    run: regex.Pattern[str]  # a maximal sequence of them
    odd: regex.Pattern[str]  # found in a sequence: no language writes this
    script: regex.Pattern[str]  # a letter of the encoding's own script
    names: frozenset[str]  # that script, by the first word of a letter's Unicode name
    words: bool  # whether letters can be told from the context alone

    def decode(self, run: str) -> str | None:
        """The run as it was meant, or None where it was never UTF-8."""
        try:
            return bytes(self.to_byte[char] for char in run).decode("utf-8")
        except UnicodeDecodeError:
            return None


def _page(codec: str, script: str, odd: str, *, words: bool = True) -> _Page:
    """Build a page. Bytes that the encoding leaves undefined may show as windows-1252 or as C1 controls."""
    to_byte: dict[str, int] = {}
    for byte in range(0x80, 0x100):
        raw = bytes([byte])
        own = raw.decode(codec, "ignore")
        for char in (own,) if own else (raw.decode("cp1252", "ignore"), raw.decode("latin-1")):
            to_byte.setdefault(char, byte)
    to_byte.pop("", None)

    def one_of(first: int, last: int) -> str:
        return "[" + "".join(regex.escape(c) for c, b in to_byte.items() if first <= b <= last) + "]"

    tail = one_of(0x80, 0xBF)
    sequence = f"{one_of(0xC2, 0xDF)}{tail}|{one_of(0xE0, 0xEF)}{tail}{{2}}|{one_of(0xF0, 0xF4)}{tail}{{3}}"
    return _Page(
        to_byte=to_byte,
        sequence=regex.compile(sequence),
        run=regex.compile(f"(?:{sequence})+"),
        odd=regex.compile(odd),
        script=regex.compile(rf"\p{{{script}}}"),
        names=frozenset({script.upper()}),
        words=words,
    )


_PAGES = (
    _page("cp874", "Thai", rf"[^\p{{Thai}}{_MARKS}]"),
    _page("cp1251", "Cyrillic", "вЂ.|[\x80-\x9f]"),
    _page("cp437", "Greek", "ΓÇ.", words=False),
    _page("cp850", "Latin", "ÔÇ.", words=False),
)
# Byte 9D is undefined in these encodings and often dropped: what is left of ” (E2 80 9D).
_LOST_QUOTE = regex.compile(r"(?:โ€|â€|вЂ|β€|ā€)(?=[\x00-\x3e\x40-\x7f]|$)")


@cache
def script_of(char: str) -> str:
    """The script of a letter, by the first word of its Unicode name (LATIN, CYRILLIC, CJK)."""
    return unicodedata.name(char, "?").split(" ", 1)[0].split("-", 1)[0]


def is_latin_letter(char: str) -> bool:
    """Whether the (possibly empty) string is one letter of the Latin script."""
    return len(char) == 1 and char.isalpha() and script_of(char) == "LATIN"


def is_one_script(text: str, besides: frozenset[str]) -> bool:
    """Whether all letters of ``text`` are of one real script, which is none of ``besides``."""
    if any(unicodedata.category(char) in {"Cn", "Co", "Cs"} for char in text):
        return False
    scripts = {script_of(char) for char in text if unicodedata.category(char)[0] in "LM"}
    if scripts & besides or not scripts:
        return False
    return len(scripts) == 1 or scripts <= {"HIRAGANA", "KATAKANA", "CJK"}


def _is_strong(page: _Page, text: str, start: int, end: int, meant: str) -> bool:
    run = text[start:end]
    if page.odd.search(run) or not page.words:
        return bool(page.odd.search(run))
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if all(is_latin_letter(char) for char in meant):
        glued = is_latin_letter(before), is_latin_letter(after)
        if all(glued) or (any(glued) and run[-1] not in _MARKS):
            return True
    return len(meant) >= _MIN_PROOF and is_one_script(meant, page.names)


def _mend_page(page: _Page, text: str) -> str:
    """Mend every proven run of one encoding."""
    runs: list[tuple[int, int, str, bool]] = []
    rest, last = [], 0
    for match in page.run.finditer(text):
        start, end = match.span()
        meant = page.decode(match[0])
        rest.append(text[last:start])
        last = end
        if meant is None:
            rest.append(match[0])
            continue
        if page.script.match(text[max(0, start - 1) : start]) or page.script.match(text[end : end + 1]):
            # A word goes on here (นายก holds ยก): only what no language writes is damage.
            rest.append(match[0])
            runs += [
                (start + part.start(), start + part.end(), page.decode(part[0]) or part[0], True)
                for part in page.sequence.finditer(match[0])
                if page.odd.search(part[0])
            ]
        else:
            runs.append((start, end, meant, _is_strong(page, text, start, end, meant)))
    if not any(strong for *_, strong in runs):
        return text
    rest.append(text[last:])
    healthy = not page.words or any(page.script.search(_LOST_QUOTE.sub("", part)) for part in rest)
    return put_runs(
        text, [(start, end, meant) for start, end, meant, strong in runs if strong or not healthy]
    )


def put_runs(text: str, runs: Iterable[tuple[int, int, str]]) -> str:
    """Put what was meant in the place of each ``(start, end, meant)``; they come in order."""
    pieces, last = [], 0
    for start, end, meant in runs:
        pieces += [text[last:start], meant]
        last = end
    return "".join([*pieces, text[last:]])


def mend_misread(text: str) -> str:
    """Mend every proven run of UTF-8 that was read as a single-byte encoding, once."""
    for page in _PAGES:
        text = _mend_page(page, text)
    return text


def mend_lost_quote(text: str) -> str:
    """Mend closing quotes whose last byte was dropped. Before ftfy, which would make daggers of them."""
    return _LOST_QUOTE.sub("”", text)
