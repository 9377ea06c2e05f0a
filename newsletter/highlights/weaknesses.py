"""What speaks against a candidate, in plain words: what it lacks, what it is instead of news. Pure.

Nothing is thrown away here: `choose.py` leaves out what is `UNFIT`, `candidates.py` joins no sentence that is `GRAVE`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.english import speech
from newsletter.english.acronyms import is_riddle, names_ticker
from newsletter.english.fragments import is_fragment, is_headline, is_misprint
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.promotion import is_promotion
from newsletter.english.rules import compile_pattern, matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.stems import begins_with_name
from newsletter.highlights.headline import contradicts
from newsletter.model import Article

BACKGROUND = "was the background of a sentence without news"
CONTRADICTS = "gives another figure than the headline for the same"
EARLIER = "tells what went before the news"
FILLER = "says nothing new by itself"
FIRST_PERSON = "speaks in the first person"
FRAGMENT = "is no whole sentence"
GENERAL = "names nobody and states no figure"
HEADLINE = "is written like a headline"
JUDGEMENT = "is the writer's judgement"
MISPRINT = "states a figure that lost a digit"
PRESUMES = "starts with something presumed known"
PROMOTION = "praises what it is about, and nothing in it can be checked"
QUOTED = "stands inside a quotation whose speaker is not named"
STALE = "expects what its date has overtaken"
TICKER = "calls a company by its ticker"

# Not told in one bullet with the sentence before:
GRAVE = frozenset(
    {
        BACKGROUND,
        CONTRADICTS,
        EARLIER,
        FILLER,
        FIRST_PERSON,
        FRAGMENT,
        HEADLINE,
        MISPRINT,
        PROMOTION,
        QUOTED,
        STALE,
        TICKER,
    }
)
UNFIT = frozenset(
    {CONTRADICTS, FILLER, FRAGMENT, MISPRINT, QUOTED, STALE, TICKER}
)  # never, however few there are

_TERSE = 10  # words; a general truth in fewer says nothing
_VERB = compile_pattern(r"\b(?:{auxiliary}|{irregular}|\w+[a-z](?:s|ed)|{plural_verb}|{acting.be})\b")
_QUOTE_START = re.compile(r"^[\"“'‘`]")
_FIRST_PERSON = re.compile(r"(?<![\w.])(?:I|we|our|us|my|We|Our|My|I’m|I'm|we’re|we're|i)(?![\w.&])")
_IS_CASED = re.compile(r"[a-z,] [A-Z][a-z]")
_AHEAD = frozenset({HedgeKind.PLAN, HedgeKind.FUTURE})
_BY_YEAR = re.compile(
    r"\b(?:by|in|until|before)\s(?:the\s)?(?:(?:end|first half|second half|middle)\sof\s|late\s|early\s|mid-?\s?|Q[1-4]\s|(?:first|second|third|fourth)\squarter\sof\s)?(20\d\d)\b"
)


def find_weaknesses(
    article: Article, sentence: Sentence, text: str, *, led: bool, spoken: bool, commercial: bool
) -> tuple[str, ...]:
    """What speaks against ``sentence`` in the words ``text``, each in plain words.

    ``led``: a lead-in names its speaker. ``spoken``: all of the article is talk. ``commercial``: it speaks for a company.
    """
    weak = []
    if not led and speech.starts_definite(text):
        weak.append(PRESUMES)
    if _QUOTE_START.match(text):
        weak.append("is a quotation")
    weak += _find_opinions(sentence, text, led=led, spoken=spoken, commercial=commercial)
    weak += _find_misshapen(sentence, text[:1].upper() + text[1:])
    if not has_verb(text):
        weak.append(FILLER)  # a label, a list of names
    general = not led and _is_general(text) and _IS_CASED.search(article.text) is not None
    if general and not begins_with_name(text, article.text):
        weak.append(GENERAL)
    if _is_filler(sentence, text) or (general and len(text.split()) < _TERSE):
        weak.append(FILLER)
    weak += _find_unfit(article, text)
    return tuple(weak)


def is_talk(sentences: Sequence[Sentence]) -> bool:
    """Whether an article is a transcript: there everything is said in the first person."""
    first = sum(_FIRST_PERSON.search(sentence.text) is not None for sentence in sentences)
    return first > 0.25 * len(sentences)


def speaks(text: str) -> bool:
    """Whether it speaks in the first person outside quotations."""
    return _FIRST_PERSON.search(re.sub(r"[“\"][^”\"]*[”\"]", "", text)) is not None


def has_verb(text: str) -> bool:
    """Whether a finite verb stands in it, as far as its form tells."""
    return _VERB.search(text) is not None


def _find_opinions(sentence: Sentence, text: str, *, led: bool, spoken: bool, commercial: bool) -> list[str]:
    """What makes a candidate somebody's opinion: the first person, the writer's judgement, praise without a fact."""
    weak = []
    if (spoken or not led) and speaks(text):
        weak.append(FIRST_PERSON if not spoken else "speaks in the first person, as all of the article does")
    if speech.is_judgement(replace(sentence, text=text)):  # without what was cut: the news may stand alone
        weak.append(JUDGEMENT)
    said = speech.is_attributed(text)
    if is_promotion(text) and (commercial or not said):
        weak += [PROMOTION] if led or said or JUDGEMENT in weak else [PROMOTION, JUDGEMENT]
    return weak


def _find_misshapen(sentence: Sentence, text: str) -> list[str]:
    """What is wrong with the form of a candidate: no whole sentence, the style of a headline, a digit lost."""
    weak = []
    if is_fragment(text, sentence.kind):
        weak.append(FRAGMENT)
    elif is_headline(text, sentence.kind):
        weak.append(HEADLINE)
    if is_misprint(text):
        weak.append(MISPRINT)
    if sentence.kind is BlockKind.PARAGRAPH and sentence.text[-1].isalnum():
        weak.append("is a line without a full stop")
    return weak


def _find_unfit(article: Article, text: str) -> list[str]:
    """What a reader of the headline and of today would stumble over: acronyms, other figures, dates that are past."""
    found = (
        ("has an acronym that nothing explains", is_riddle(text, article.text, article.title)),
        (TICKER, names_ticker(text, article.text, article.title)),
        (EARLIER, text.startswith("Earlier this ")),
        (STALE, _is_stale(text, article)),
        (CONTRADICTS, contradicts(text, article.title)),
    )
    return [weak for weak, holds in found if holds]


def _is_stale(text: str, article: Article) -> bool:
    """Whether it expects something by a year that was over when the article came out; False where no date is known."""
    if article.published is None or not any(hedge.kind in _AHEAD for hedge in find_hedges(text)):
        return False
    return any(int(year) < article.published.year for year in _BY_YEAR.findall(text))


def _is_filler(sentence: Sentence, text: str) -> bool:
    """Whether it says nothing new: what stands about a company in every release, or talk without content."""
    return matches("listing", sentence.heading) or matches("filler", text)


def _is_general(text: str) -> bool:
    """Whether it names nobody, but where it begins, and states no figure: a general truth more often than news."""
    return not re.search(r"\d|\s[“\"(]?[A-Z]", text)
