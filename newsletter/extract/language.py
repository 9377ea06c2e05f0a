"""Which language a text is in, by its script and its function words. Pure. The one door to jusText's lists."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import log

import justext
import regex

_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("he", regex.compile(r"\p{Hebrew}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
)
_LISTS = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "nb": "Norwegian_Bokmal", "fi": "Finnish", "et": "Estonian",
    "lt": "Lithuanian", "lv": "Latvian", "pl": "Polish", "cs": "Czech", "sk": "Slovak", "hu": "Hungarian",
    "ro": "Romanian", "tr": "Turkish", "id": "Indonesian", "ms": "Malay", "vi": "Vietnamese", "el": "Greek",
    "ru": "Russian", "uk": "Ukrainian", "bg": "Bulgarian", "ar": "Arabic", "fa": "Persian",
}  # fmt: skip
_WORD = regex.compile(r"\p{L}+")
_READ = 1_500  # characters are enough
_MIN_WORDS = 8
_MIN_SHARE = 0.12  # of the words must be function words
_FORMS = 20_000  # words that a language has: one of a long list says less (Finnish has "rose", "kg" and 6,800 more)
_MARGIN = 1.1  # how much more must speak for it than for the next
_SCRIPT_SHARE = 0.2  # of the letters; Japanese mixes its own with Chinese ones


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of the language, or None where the text is too short or too mixed to tell."""
    words = [word.casefold() for word in _WORD.findall(text[:_READ])]
    letters = "".join(words)
    if not letters:
        return None
    for code, script in _SCRIPTS:
        if len(script.findall(letters)) > _SCRIPT_SHARE * len(letters):
            return code
    if len(words) < _MIN_WORDS:
        return None
    counts = Counter(code for word in words for code in _languages_of().get(word, ()))
    rated = sorted((count * log(_FORMS / _count_words()[code]), code) for code, count in counts.items())
    best = next((code for _, code in rated[-1:]), "")
    sure = len(rated) < 2 or rated[-1][0] >= _MARGIN * rated[-2][0]  # noqa: PLR2004 - the best and the next
    return best if sure and counts[best] >= max(1, _MIN_SHARE * len(words)) else None


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    """Each function word with the languages that have it."""
    available = justext.get_stoplists()
    codes: dict[str, tuple[str, ...]] = {}
    for code, name in _LISTS.items():
        known = justext.get_stoplist(name) if name in available else ()
        for word in {word.casefold() for word in known}:
            codes[word] = (*codes.get(word, ()), code)
    return codes


@cache
def _count_words() -> Counter[str]:
    """How many function words each language has."""
    return Counter(code for codes in _languages_of().values() for code in codes)
