"""What a sentence that is too long can do without: where a study is to be read, titles, examples. Pure.

Attribution stays: "according to a preliminary study presented today at …" keeps "according to a preliminary
study", and "said lead author Zhen Zhou, Ph.D., a research fellow at …" keeps the name and the role before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.editorial.hedges import find_hedges

_VENUE = re.compile(
    r"(?<=\s)(?:according to|in)\s(?:[\w’'-]+\s){0,9}?(?:study|studies|research|science|statement|analysis|report|paper|review|presentation|survey|findings|article|filing)"
    r"(?P<cut>,?\s(?:(?:to be|that was|which was)\s)?(?:(?:presented|published|released|posted|issued|unveiled)\b(?:\s(?:today|online))?|today)"
    r"(?:,?\s[^;“”\"]{1,200}?)?)(?=\.?$)"
)
_CREDENTIALS = re.compile(
    r"[”\"]\s(?:said|says|stated|states|added|adds|noted|notes|explained|explains|commented)\s(?:[a-z][\w-]*\s|Dr\.\s|Prof\.\s){0,6}"
    r"(?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s(?:[A-Z][\w’'-]+|[A-Z]\.|de|von|van|bin|al)){0,4}(?P<cut>,\s[^“”\"]{3,260}?)(?=\.?$)"
)
_EXAMPLES = re.compile(
    r"(?P<cut>,\s(?:including|such as|among them)\s(?:[^,;“”\"]{2,60},\s){0,5}?[^,;“”\"]{2,60}\s(?:and|or)\s[^,;“”\"]{2,60}(?:,(?=\s)|(?=\.?$)))"
)
# "… rose to 106 billion cubic feet when a frost cut output": what came with it.
_ATTENDANT = re.compile(
    r"(?<=\w)(?P<cut>,?\s(?:when|after|amid|while|because|given that|as part of)\s(?:(?!\b(?:not|only|if|unless|until)\b)[^;“”\"]){12,220}?)(?=\.?$)"
)
_DENIES = re.compile(r"\b(?:not|no|never|nor|only|unless|until|without|even)\b|n[’']t\b", re.IGNORECASE)
_LEAST = 8  # words that must be left

ASIDES = (_VENUE, _CREDENTIALS, _EXAMPLES)  # to go first
CIRCUMSTANCES = (_ATTENDANT,)  # to go last: the reader loses something


def trim(
    text: str, patterns: Sequence[re.Pattern[str]], *, max_words: int, keep: bool = False
) -> tuple[str, tuple[str, ...]]:
    """Delete from ``text`` what ``patterns`` find, one after the other, while it has more than ``max_words`` words.

    Gives what is left and what went. Nothing goes that hedges or attributes, and no circumstance of something
    denied ("did not fall because of the frost" is not "did not fall"). ``keep`` leaves all as it is.
    """
    cut: list[str] = []
    for pattern in patterns:
        if keep or len(text.split()) <= max_words:
            break
        match = pattern.search(text)
        if match is None or find_hedges(match["cut"]) or match["cut"].count("(") != match["cut"].count(")"):
            continue
        rest = text[: match.start("cut")] + text[match.end("cut") :]
        if len(rest.split()) < _LEAST or (pattern is _ATTENDANT and _DENIES.search(rest)):
            continue
        cut.append(match["cut"].strip(" ,—–-"))
        text = rest
    return text, tuple(cut)
