"""UTF-8 that was read as a Chinese, Japanese or Korean encoding: ``don鈥檛``, ``isn窶冲``. Pure.

These encodings take two bytes a character, and so swallow the ASCII letter that follows a broken quote.
A run is damage only where its bytes are UTF-8 without a rest, and

- in a mostly Latin line, where it comes out as general punctuation or as Latin letters inside a word; or
- where all runs of a line come out in one Western script, too many letters to be chance.

That keeps 鈥 (holmium in Traditional Chinese) and every name quoted in a Latin text as they are.
"""

from __future__ import annotations

import regex

from newsletter.extract.single_byte_mojibake import is_latin_letter, is_one_script, put_runs

_CODECS = ("gb18030", "big5", "cp932", "cp949")
_RUN = regex.compile(
    r"[\p{Han}\p{Hangul}\p{Katakana}\p{Hiragana}\p{Bopomofo}\p{Co}"
    r"\uff61-\uff9f\u3000-\u303f\ufe30-\ufe4f]+"
)
_LATIN = regex.compile(r"\p{Latin}")
_WESTERN = regex.compile(r"[\p{Latin}\u0080-\u00bf\u2010-\u203a\u20ac\u2122\x21-\x7e]+")
_MARK = regex.compile(r"[\u2010-\u203a\u20ac\u2122]")
_EASTERN = frozenset({"CJK", "HANGUL", "KATAKANA", "HIRAGANA", "BOPOMOFO", "LATIN"})
_MIN_LATIN = 3  # Latin letters for each Eastern run, in a line that counts as Latin
_MIN_LETTERS = 8  # letters of one script in a line that is all damage


def _decode(run: str) -> list[str]:
    """What the run may have been meant to be: one reading for each encoding that explains it."""
    readings = []
    for codec in _CODECS:
        try:
            readings.append(run.encode(codec).decode("utf-8"))
        except UnicodeError:
            continue
    return readings


def _mend_in_latin(line: str, spans: list[tuple[int, int]]) -> str:
    """Mend runs that stand for quotes, dashes or accented letters among Latin words."""
    found = []
    strong = False
    for start, end in spans:
        meant = next((text for text in _decode(line[start:end]) if _WESTERN.fullmatch(text)), None)
        if meant is not None:
            before, after = line[max(0, start - 1) : start], line[end : end + 1]
            inside = is_latin_letter(before) and (is_latin_letter(after) or meant[-1].isascii())
            strong = strong or inside or _MARK.search(meant) is not None
            found.append((start, end, meant))
    return put_runs(line, found) if strong else line


def _mend_whole(line: str, spans: list[tuple[int, int]]) -> str:
    """Mend a line of which every run comes out in one Western script."""
    for codec in _CODECS:
        try:
            readings = [line[start:end].encode(codec).decode("utf-8") for start, end in spans]
        except UnicodeError:
            continue
        letters = "".join(char for text in readings for char in text if char.isalpha())
        if len(letters) >= _MIN_LETTERS and is_one_script(letters, _EASTERN):
            return put_runs(line, ((*span, text) for span, text in zip(spans, readings, strict=True)))
    return line


def mend_eastern(line: str) -> str:
    """Mend every proven run in one line, once."""
    spans = [match.span() for match in _RUN.finditer(line)]
    if not spans:
        return line
    if len(_LATIN.findall(line)) >= _MIN_LATIN * len(spans):
        return _mend_in_latin(line, spans)
    return _mend_whole(line, spans)
