"""What must not be told without what stands beside it: an accusation without its denial. Pure.

Each rule is a row: what a bullet holds, what another sentence of the article holds that a reader needs with it, and
how many sentences after the bullet's own that one may stand. Where the bullet itself holds it, nothing is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.english.sentences import Sentence
from newsletter.english.stems import content_roots

ANYWHERE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """One rule; the two sentences have a content word in common."""

    name: str
    told: re.Pattern[str]
    needs: re.Pattern[str]
    within: int


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_DENIES = (
    r"den(?:y|ies|ied)|reject(?:s|ed)?|dismiss(?:es|ed)?|disput(?:es|ed)|refut(?:es|ed)|rebut(?:s|ted)?|false|untrue"
    r"|unfounded|baseless|without merit|"
    r"invention|no truth|not true|incorrect|contest(?:s|ed)|called (?:it|the \w+) (?:a |an )?\w+|did nothing wrong"
    r"|no wrongdoing|complied with"
)
COMPANIONS = (
    Companion(
        name="an accusation and its denial",
        told=_words(
            r"accus(?:es|ed|ing)|alleg(?:es|ed|ing|ation|ations)|lawsuit|sued|withh(?:eld|olding)|misled|fraud"
            r"|blam(?:es|ed|ing)|breach(?:ed)? of|cover(?:ed)? up|polluted|"
            r"charges? that|failed to (?:disclose|report)|suspected of"
        ),
        needs=_words(_DENIES),
        within=ANYWHERE,
    ),
    Companion(
        name="a rumour and what became of it",
        told=_words(
            r"rumou?r(?:s|ed)?|speculation|unconfirmed|post on|reportedly|leaked|said to be (?:in talks|considering)"
        ),
        needs=_words(
            _DENIES
            + r"|knew of no reason|no approach|no talks|declined to (?:confirm|comment)|could not be (?:confirmed"
            r"|verified)"
        ),
        within=ANYWHERE,
    ),
    Companion(
        name="a deal and what it does not bind to",
        told=_words(
            r"memorand(?:um|a)|MOU|letter of (?:intent|interest)|LOI|option|term sheet|agree(?:s|d|ment)|partnership"
            r"|acquire[sd]?|acquisition|offer|bid|award(?:s|ed)?|contract|funding|financing|loan|purchase"
            r"|takeover|merger|deal"
        ),
        needs=_words(
            r"non-?binding|not (?:oblige|bind|commit)\w*|no obligation|neither party|non-?exclusive|(?:is|are"
            r"|remains?) (?:subject to|conditional)|conditional on|requires? (?:the )?(?:approval|consent)|"
            r"needs (?:the )?(?:approval|consent)|only (?:the )?first|definitive agreement|may (?:withdraw|terminate"
            r"|walk away)|no (?:price|pricing)|not been (?:agreed|discussed|signed)"
            r"|subject to (?:\w+ ){0,4}(?:approval|due diligence|financing|conditions)"
        ),
        within=8,
    ),
    Companion(
        name="a result and its caveat",
        told=re.compile(r"\d"),
        needs=_words(
            r"(?:is|are) (?:un|not )known|not (?:yet )?(?:been )?(?:verified|confirmed|audited|peer[- ]reviewed"
            r"|tested)|unverified|unaudited|could not be (?:independently )?(?:verified|confirmed)|"
            r"(?:is|are|was|were) (?:provisional|preliminary|unaudited|historical|not known|self-reported)"
            r"|not (?:statistically )?significant|did not (?:control|include|prove)|small sample|"
            r"not (?:been )?(?:approved|adopted)|could still (?:be )?change\w*|revised (?:to|from|down|up)|excludes?"
            r"|one-off|does not include"
        ),
        within=3,
    ),
)


def find_missing(
    told: Sequence[str], index: int, text: str, sentences: Sequence[Sentence]
) -> list[tuple[Companion, int]]:
    """The rules that ``text`` (of the sentence ``index``) asks for and ``told`` does not answer, and what would."""
    missing = []
    whole = " ".join(told)
    for rule in COMPANIONS:
        if not rule.told.search(text) or rule.needs.search(text):
            continue
        roots = frozenset(content_roots(text))
        for sentence in sentences:
            if (
                sentence.index != index
                and sentence.is_prose
                and index - 2 <= sentence.index <= index + rule.within
                and rule.needs.search(sentence.text)
                and not roots.isdisjoint(content_roots(sentence.text))
            ):
                if rule.needs.search(whole) is None:
                    missing.append((rule, sentence.index))
                break
    return missing
