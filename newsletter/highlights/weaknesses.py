"""What speaks against printing a candidate, in plain words. Pure.

These are conditions, not weights: `choose.py` leaves out what is `UNFIT`. How much a reader learns is
`reader_value.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.english.acronyms import names_ticker
from newsletter.english.fragments import is_fragment
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, matches, scan
from newsletter.english.sentences import Sentence
from newsletter.english.speech import judgement
from newsletter.model import Article

FILLER = "says nothing new by itself"
FIRST_PERSON = "speaks in the first person"
FRAGMENT = "is no whole sentence"
JUDGEMENT = "is the writer's judgement"
MISPRINT = "states a figure that lost a digit, or its row"
PAST = "is what came before the news"
QUOTED = "stands inside a quotation whose speaker is not named"
STALE = "expects what its date has overtaken"
TICKER = "calls a company by its ticker"

# Never told, however few there are.
UNFIT = frozenset({FILLER, FIRST_PERSON, FRAGMENT, MISPRINT, QUOTED, STALE, TICKER})

# A finite verb, as far as its form tells.
_VERB = compile_pattern(
    r"\b(?:{auxiliary}|{irregular}|(?!versus\b)\w+[a-z](?:s|ed)|{plural_verb}|{acting.be}"
    r"|cost(?=\s(?:(?:about|some)\s)?[$€£\d]))\b"
)
# No "Phase I trial", "Acme I Corp." or "the us".
_FIRST_PERSON = compile_latin(
    r"(?<![\w.])(?:(?<!Phase\s)(?<!Part\s)(?<!Type\s)(?<!War\s)I(?=[’']|,?\s[a-z])|we|our|(?<!\bthe\s)us|me|my|We|Our|My"
    r"|(?<!\bwar\s)i(?=[’']|,?\s[a-z]))(?![\w.&])"
)
_AMOUNT = compile_pattern(r"{amount}|\d\s(?:billion|trillion|per ?cent)\b")
_TALK = 0.25  # of the sentences of a text: more in the first person make a transcript
_AHEAD = frozenset({HedgeKind.PLAN, HedgeKind.FUTURE})
# "by 2024", "in the first half of 2024", "before Q2 2024"
_BY_YEAR = re.compile(r"\b(?:by|in|until|before)\s(?:[\w-]+\s){0,4}?(?:mid-)?(20\d\d)\b")


def find_weaknesses(
    article: Article, sentence: Sentence, text: str, *, led: bool, spoken: bool
) -> tuple[str, ...]:
    """What speaks against ``sentence`` in the words ``text``, each in plain words.

    ``led``: a lead-in names its speaker. ``spoken``: all of the article is talk.
    """
    first = text[:1].upper() + text[1:]
    found = (
        (FIRST_PERSON, not led and not spoken and speaks(text)),
        (JUDGEMENT, judgement.is_judgement(replace(sentence, text=text))),  # without what was cut from it
        (FRAGMENT, is_fragment(first)),
        (MISPRINT, matches("misprint", first)),
        (FILLER, _says_nothing(text)),
        (TICKER, names_ticker(text, article.text, article.title)),
        (STALE, _is_stale(text, article)),
    )
    return tuple(weak for weak, holds in found if holds)


def _says_nothing(text: str) -> bool:
    """Whether it has no verb, is small print, or vague: what states a sum or a share says something."""
    kinds = {rule.kind for rule, _ in scan("filler", text)}
    vague = kinds == {"vague"} and _AMOUNT.search(text) is None
    return _VERB.search(text) is None or vague or bool(kinds - {"vague"})


def is_talk(sentences: Sequence[Sentence]) -> bool:
    """Whether an article is a transcript: there everything is said in the first person."""
    first = sum(_FIRST_PERSON.search(sentence.text) is not None for sentence in sentences)
    return first > _TALK * len(sentences)


def speaks(text: str) -> bool:
    """Whether it speaks in the first person outside quotations."""
    return _FIRST_PERSON.search(re.sub(r"[“\"][^”\"]*[”\"]", "", text)) is not None


def _is_stale(text: str, article: Article) -> bool:
    """Whether it expects something by a year that was over when the article came out; False where no date is known."""
    if article.published is None or not any(hedge.kind in _AHEAD for hedge in find_hedges(text)):
        return False
    return any(int(year) < article.published.year for year in _BY_YEAR.findall(text))
