"""Where a source says itself that somebody paid for it. Pure.

"This article has been disseminated on behalf of Acme Inc. and may include paid advertising." stands
in small print below many pieces about miners. A reader learns it beside the headline, in the source's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from newsletter.english.letters import compile_latin
from newsletter.english.sentences import split_sentences

PAID = "paid content"  # the label of such a story
PAID_BY = "paid for by"  # the same where it is known who paid
_LONGEST = 240  # characters of a disclosure that are shown
_CONTENT = (
    r"(?:content|posts?|articles?|pieces?|reports?|releases?|materials?|advertis\w+|advertorials?|"
    r"promotions?|communications?|features?)"
)
_PAID = re.compile(
    rf"\b(?:disseminated|distributed|published|produced|prepared|written|issued)\s(?:\w+\s)?"
    rf"(?:on behalf of|and paid for by)\b"
    rf"|\b(?:contains?|includes?|may include|is|was|are|as)\s(?:an?\s)?(?:sponsored|paid(?:[ -]for)?)\s{_CONTENT}\b"
    rf"|^(?:sponsored|paid)\s{_CONTENT}\b"
    rf"|\b(?:has|have|had|was|were|been|is|are)\s(?:been\s)?(?:retained(?:\sand\scompensated)?|compensated|paid)\b"
    rf".{{0,140}}\b(?:{_CONTENT}|coverage|awareness|distribution|marketing|investor relations)\b"
    rf"|\b{_CONTENT}\s(?:is|was|has been|have been)\s(?:paid for|sponsored|funded)\s(?:by|for)\b"
    rf"|\b(?:received|receives?|receiving)\s(?:\w+\s)?compensation\b.{{0,80}}\b{_CONTENT}\b",
    re.IGNORECASE,
)
# What a company does in its own news: it sponsors research, and is paid for what it sells.
_NEWS = re.compile(
    r"\bsponsored research\b|\bpaid (?:in|to|by) (?:cash|shares|shareholders)\b", re.IGNORECASE
)

_PAYER = compile_latin(
    r"\b(?:(?:paid|sponsored|funded)(?: for)? by|on behalf of|(?i:partner content|sponsored content) (?:for|by|from))\s"
    r"(?P<name>(?:the )?[A-Z][\w&’'-]*(?: (?:(?:of|and|de|for) )?[A-Z&][\w&’'.-]*)*)"
)


@lru_cache(maxsize=256)  # asked by ranking, and again for the label and the caution
def find_disclosure(text: str) -> str | None:
    """Return the first sentence of ``text`` that says that somebody paid for it, shortened to a phrase, or None."""
    if not _PAID.search(text):
        return None
    for sentence in split_sentences(text):
        words = " ".join(sentence.text.split())
        if _PAID.search(words) and not _NEWS.search(words):
            return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return None


def is_paid(labels: Iterable[str]) -> bool:
    """Whether labels say that somebody paid for a story."""
    return any(label.startswith((PAID, PAID_BY)) for label in labels)


def find_payer(text: str) -> str:
    """Return who paid for ``text``, as it says itself; else ""."""
    found = _PAYER.search(find_disclosure(text) or "") or _PAYER.search(text)
    return found["name"].rstrip(".") if found else ""
