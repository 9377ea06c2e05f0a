"""What a sentence that is too long can do without: where a study is to be read, titles, examples. Pure.

Attribution stays: "according to a preliminary study presented today at …" keeps "according to a preliminary
study", and "said lead author Zhen Zhou, Ph.D., a research fellow at …" keeps the name and the role before it.
"""

from __future__ import annotations

import re

from newsletter.english.hedges import find_hedges

_VENUE = re.compile(
    r"(?<=\s)(?:according to|in)\s(?:[\w’'-]+\s){0,9}?(?:study|studies|research|science|statement|analysis|report|paper|review|presentation|survey|findings|article|filing)"
    r"(?P<cut>,?\s(?:(?:to be|that was|which was)\s)?(?:(?:presented|published|released|posted|issued|unveiled)\b(?:\s(?:today|online))?|today)"
    r"(?:,?\s[^;“”\"]{1,200}?)?)(?=\.?$)"
)
_CREDENTIALS = re.compile(
    r"[”\"]\s(?:said|says|stated|states|added|adds|noted|notes|explained|explains|commented)\s(?:[a-z][\w-]*\s|Dr\.\s|Prof\.\s){1,6}"
    r"(?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s(?:[A-Z][\w’'-]+|[A-Z]\.|de|von|van|bin|al)){0,4}(?P<cut>,\s[^“”\"]{3,260}?)(?=\.?$)"
)
_EXAMPLES = re.compile(
    r"(?P<cut>,\s(?:including|such as|among them)\s(?:[^,;“”\"]{2,60},\s){0,5}?[^,;“”\"]{2,60}\s(?:and|or)\s[^,;“”\"]{2,60}(?:,(?=\s)|(?=\.?$)))"
)
_LEAST = 8  # words that must be left
_TRIMS = (_VENUE, _CREDENTIALS, _EXAMPLES)


def trim(text: str, *, max_words: int) -> tuple[str, tuple[str, ...]]:
    """Delete these asides from ``text``, one after the other, while it has more than ``max_words`` words.

    Gives what is left and what went. Nothing goes that hedges or attributes.
    """
    cut: list[str] = []
    for pattern in _TRIMS:
        if len(text.split()) <= max_words:
            break
        match = pattern.search(text)
        if match is None or find_hedges(match["cut"]) or match["cut"].count("(") != match["cut"].count(")"):
            continue
        rest = text[: match.start("cut")] + text[match.end("cut") :]
        if len(rest.split()) < _LEAST:
            continue
        cut.append(match["cut"].strip(" ,—–-"))
        text = rest
    return text, tuple(cut)
