"""Patterns in which A-Z and a-z are all letters of the Latin script. Pure.

News names Škoda, Ørsted and Łódź: a rule that knows a name by its capital has to know these, too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = [chr(code) for code in range(0xC0, 0x250) if unicodedata.name(chr(code), "").startswith("LATIN")]


def _name_ranges(category: str) -> str:
    """The letters of a category of Unicode ("Lu"), as ranges of a set of characters."""
    codes = [ord(one) for one in _LATIN if unicodedata.category(one) == category]
    starts = [code for code in codes if code - 1 not in codes]
    ends = [code for code in codes if code + 1 not in codes]
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_CAPITAL, _SMALL = f"A-Z{_name_ranges('Lu')}", f"a-z{_name_ranges('Ll')}"


@lru_cache(maxsize=1024)
def compile_latin(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile ``pattern``, in which A-Z stands for all capitals of the Latin script and a-z for all small letters."""
    return re.compile(pattern.replace("A-Z", _CAPITAL).replace("a-z", _SMALL), flags)
