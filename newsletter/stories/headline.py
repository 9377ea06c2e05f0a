"""A headline's claim, apart from the kicker, the format and the outlet around it. Pure.

"UPDATE 1-Lynas halts plant - Reuters" and "Video: Lynas halts plant" claim the same; their other words are
of no story and would count as rare ones. The words are rows of ``decorations.toml``, whose examples are the
tests; besides, an outlet is the article's own publisher, an address ("Mining.com") or what ends in a word of
the press ("Morning Herald").
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.data_files import read_data
from newsletter.english.letters import compile_latin
from newsletter.model import Publisher, PublisherKind
from newsletter.stories.fingerprint import read_stems

_SUBJECTS = (PublisherKind.ISSUER, PublisherKind.REGULATOR)
_LEAST = 2  # words of a claim
_TELLING = 4  # words of a headline of which an article has one
_MARK = r"(?: ?[:|–—]+ ?| -+ |- )"
_NUMBER = r"(?: \d{1,2})?"
_PRESS = (
    r"(?:the )?(?:[\w.&'’]+ ){0,3}"
    r"(?:news|times|post|journal|weekly|daily|herald|tribune|magazine|gazette|newswire|wire)"
)
_VERSION = re.compile(
    r"\A(?:(?:UPDATED?|WRAPUP|RPT|REPEAT|REFILED?|RECASTS?|CORRECTED|CORRECTION|EXCLUSIVE|BREAKING)"
    r"(?: ?\d{1,2}| \(OFFICIAL\))?(?:-| ?: ?| [–—-] )|CORRECTING and REPLACING )+\s?(?=\S)"
)
_SERIES = compile_latin(  # "RARE EARTHS DAILY 26 Nov: "
    r"\A(?:[A-Z][\w&]* ){1,3}(?:DAILY|WEEKLY|Daily|Weekly)(?: \d{1,2} [A-Z][a-z]{2,8})?: (?=[A-Z])"
)
_SITE = r"(?:[a-z\d-]+\.)+(?:com|org|net|news|co|au|uk|cn|ca|in|io)"


@lru_cache(maxsize=256)
def _compile_own(outlet: str) -> tuple[re.Pattern[str], ...]:
    return _frame(re.escape(outlet), re.escape(outlet)) if outlet else ()


def _frame(words: str, last: str) -> tuple[re.Pattern[str], ...]:
    """Return the places around a claim where ``words`` are none of it; ``last`` behind its end."""
    return (
        compile_latin(rf"\A(?:{words}){_NUMBER}{_MARK}", re.IGNORECASE),
        compile_latin(rf"\A[(\[](?:{words}){_NUMBER}[)\]]{_MARK}? ?", re.IGNORECASE),
        compile_latin(rf"(?: [|–—-]+ | ?\| ?)(?:{last})\Z", re.IGNORECASE),
        compile_latin(rf" ?[(\[](?:{words})[)\]]\Z", re.IGNORECASE),
    )


def _join(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


DECORATIONS = read_data("newsletter.stories", "decorations.toml")["decoration"]
_WORDS = _join([*(re.escape(word) for row in DECORATIONS for word in row["words"]), _SITE])
_TIGHT = _join([re.escape(word.upper()) for row in DECORATIONS if row.get("tight") for word in row["words"]])
_TABLE = (re.compile(rf"\A(?:{_TIGHT}){_NUMBER}-"), *_frame(_WORDS, f"{_WORDS}|{_PRESS}"))


def could_head(headline: str, text: str) -> bool:
    """Whether a headline can stand over a text: they have a word in common, or there is too little to tell.

    No article of 674 that were looked at has none; the page of a proxy or of a hotel's network, which comes in place of
    any address, has.
    """
    words = {word for word in read_stems(headline) if word.isascii() and word.isalpha()}
    return len(words) < _TELLING or not words.isdisjoint(read_stems(text))


def drop_tag(headline: str) -> str:
    """Return ``headline`` without a wire's tag for its version ("CORRECTED-"), a report's for its series and day."""
    return _SERIES.sub("", _VERSION.sub("", headline, count=1), count=1)


def read_claim(headline: str, publisher: Publisher | None = None) -> str:
    """Return ``headline`` without what stands around its claim; ``publisher`` is the article's own.

    An issuer or a regulator is whom its news is about, and stays.
    """
    outlet = publisher.name.strip() if publisher and publisher.kind not in _SUBJECTS else ""
    claim, before = " ".join(headline.split()), ""
    while claim != before:
        before = claim
        for pattern in (*_TABLE, *_compile_own(outlet)):
            found = pattern.search(claim)
            rest = claim[: found.start()] + claim[found.end() :] if found else ""
            if len(rest.split()) >= _LEAST:
                claim = rest
    return claim
