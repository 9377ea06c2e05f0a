"""The words of a page that are not the article's, as ``chrome.toml`` lists them. Pure.

Headings that open a part of their own (highlights, disclaimer, related headlines) are there too, so that all
such words can be read in one place.
"""

from __future__ import annotations

import regex

from newsletter.data_files import join_words, read_data

_LONGEST_HEADING = 60
_LONGEST = 200  # characters: chrome is short, a paragraph that mentions a newsletter is not chrome
_TABLE = {name: join_words(words) for name, words in read_data("newsletter.extract", "chrome.toml").items()}
_TABLE["opening"] = rf"(?:{_TABLE['opening']})\b"
_WORDS = {name: regex.compile(pattern, regex.IGNORECASE) for name, pattern in _TABLE.items()}
HIGHLIGHTS, DISCLAIMER, RELATED = _WORDS["highlights"], _WORDS["disclaimer"], _WORDS["related"]


def is_chrome(text: str) -> bool:
    """Whether a block is furniture of the page: a button, a form, a sign-up box, a credit."""
    if len(text) > _LONGEST:
        return False
    return bool(
        _WORDS["whole"].fullmatch(text) or _WORDS["opening"].match(text) or _WORDS["inside"].search(text)
    )


def is_related_heading(text: str) -> bool:
    """Whether a short block opens a list of other articles' headlines."""
    return (
        len(text) <= _LONGEST_HEADING
        and bool(RELATED.fullmatch(text) and _WORDS["related_noun"].search(text))
        and not text.endswith((".", "?", "!"))
    )
