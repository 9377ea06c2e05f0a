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
from newsletter.english.promotion import is_promotion
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
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|does?|did|\w+[a-z](?:s|ed)|said|rose|fell|grew|"
    r"won|made|began|took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|told|gave|lost|left|found|sent|spent|ran|put|let|"
    r"brought|kept|broke|spoke|wrote|drew|won|say|plan|want|need|make|use|face|remain|continue|show|expect|hope|report|include|help|get|take|give|work|find|know|believe|think|call|come|go|see)\b"
)
# "Acme Corp. is a leading US-based producer of …": what stands about a company in every release.
_DESCRIPTION = re.compile(
    r"^(?:(?:[A-Z][\w.&’'-]*|of|and|the|The|company|Company)\s+){1,7}(?:,\s)?(?:(?:is|are)\s+(?:an?|the|one of|focused|engaged|dedicated|committed|positioned|headquartered|based)\b"
    r"|(?:specializes|specialises|engages|focuses)\b|was founded\b)|^(?:Founded|Established|Headquartered|Based|Listed) in\b"
    r"|^[A-Z][\w.’-]+(?:\s[A-Z][\w.’-]+){1,3}\s(?:is|serves as)\s(?:the\s)?(?:[A-Z][a-z]+\s(?:and\s)?){0,3}(?:Officer|President|Chairman|Director|Founder|CEO|CFO)\sof\b"
    r"|\b(?:vision|mission) (?:and \w+ )?is to\b"
)
# A part of a release that lists what its company owns, quarter after quarter.
_LISTING = re.compile(
    r"(?:select(?:ed)?\s|our\s|key\s|other\s|current\s|the\s)?(?:company|corporate|portfolio|holdings)(?:\s(?:holdings|portfolio|overview|profile|companies|at a glance))?\W*",
    re.IGNORECASE,
)
# What says nothing new, of lower case. What no article should say at all is `sentences.py`'s boilerplate.
_TOLD_ELSEWHERE = (  # that something is told, and not what
    r"\b(?:outline[sd]?|outlining|provide[sd]?|gave|presents?|presented|offer(?:s|ed)?|discuss(?:es|ed)|detail(?:s|ed)|features?|shares?|shared)\s(?:an?|its|the|several|various|some|new)\s(?:[\w-]+\s){0,3}?(?:updates?|overview|progress|outlook|vision|insights?|series|range|number|article|milestone)\b",
    r"\b(?:as )?(?:described|noted|mentioned|discussed|shown|listed|defined) (?:below|above|herein)\b",
    r"\b(?:joined|joins|met|sat down|spoke|speaks|talks?)\b.{0,90}\bto (?:share|discuss|talk|provide|give|announce|explain)\b",
    r"\b(?:joins|takes|discusses)\b.{0,160}\bwith (?:details|insights|an update)\b",
    r"\b(?:sits? down|sat down|chats?|chatted)\b.{0,40}\bwith\b",
    r"\b(?:joins|joined|takes|took|discuss(?:es|ed)|walks|walked)\b.{0,120}\b(?:through|with)\b.{0,50}\b(?:latest|recent|details|insights|updates?)\b",
    r"\bdiscuss(?:es|ed) .{10,160}\bwith [a-z]\w+(?:[’']s)? [a-z]\w+",
    r"^(?:[\w.’'-]+\s){1,6}(?:discusses|elaborates on|talks about|touches on|reflects on|walks \w+ through)\s",
    r"\b(?:read|reads|see|according to) (?:an?|the) (?:recent )?article\b|\ba recent article\b",
    r"^the post\b.{0,200}\bappeared on\b|\bfirst appeared on\b",
    r"\b(?:report(?:s|ed)?|announc(?:es?|ed|ing)|releas(?:es?|ed))\b.{0,60}\bresults for (?:the|its|q\d|fiscal)[^$€£%]{0,70}$",
    r"\b(?:was|were) (?:\w+ )?(?:discussed|addressed|covered|explained|mentioned|highlighted|emphasi[sz]ed)\.?$",
    r"^(?:in this context|against this backdrop|with this in mind|looking ahead|going forward|the (?:following|above|table|figure)|highlights|key (?:points|takeaways|highlights)|(?:the )?(?:details|terms) (?:were|are))\b",
    r"^(?:kicking off|topping|rounding out|leading|next on|first on|also on) (?:the|our|this) list\b",
    r"^[a-z][\w &-]{2,40}:\s+\w+(?:ed|ing)\b",
)
_EMPTY = (  # that something matters, and not how much
    r"\bhighlights? (?:an?|the|its) (?:\w+ ){0,2}(?:milestone|progress|commitment|importance|potential)\b",
    r"\b(?:is|are|remains?) (?:\w+ly )?(?:significant|important|considerable|substantial|growing|rising|huge|enormous|immense|clear|undeniable|encouraging|promising)\.?$",
    r"\b(?:varied|vary|varies) in (?:[^\d]*)$",
    r"\brank(?:s|ed)? (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?=[,.;]|\s(?:with|after|behind)\b)",
    r"\bexpressed (?:\w+ )?(?:optimism|confidence|enthusiasm|satisfaction|gratitude)\b",
    r"\blooks? forward to\b|\b(?:struck a chord|alarm bells)\b",
)
_CALLS = (  # that its reader should do something
    r"^(?:join|discover|explore|secure|buy|get|shop|don[’']t miss|stay tuned)\b.*!$",
    r"^(?:watch|read|listen to|tune in to|see) (?:the|our|more|this)\b|^enter\s",
)
_SMALL_PRINT = (
    r"\b(?:legal counsel|financial advis[eo]r|book-?running manager|placement agents?|underwriters?)\b",
    r"\b(?:only )?by means of a prospectus\b|\bcontrol persons?\b|\bminority approval\b|\bregistration rights\b|\bwithin the meaning of\b",
    r"\b(?:footnotes?|accompanying notes|additional information)\b.{0,160}\b(?:integral|in conjunction|statements)\b",
)
_THIN = re.compile("|".join((*_TOLD_ELSEWHERE, *_EMPTY, *_CALLS, *_SMALL_PRINT)))
_QUOTE_START = re.compile(r"^[\"“'‘`]")
_FIRST_PERSON = re.compile(r"(?<![\w.])(?:I|we|our|us|my|We|Our|My|I’m|I'm|we’re|we're|i)(?![\w.&])")
_IS_CASED = re.compile(r"[a-z,] [A-Z][a-z]")
_EXPECTS = re.compile(
    r"\b(?:will|would|expect(?:s|ed)|aims?|plans?|planned|slated|scheduled|targets?|targeted|intends?|intended|set|due|on track)\b"
)
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
    if article.published is None or not _EXPECTS.search(text):
        return False
    return any(int(year) < article.published.year for year in _BY_YEAR.findall(text))


def _is_filler(sentence: Sentence, text: str) -> bool:
    """Whether it says nothing new: what stands about a company in every release, or talk without content."""
    return bool(
        _LISTING.fullmatch(sentence.heading) or _DESCRIPTION.search(text) or _THIN.search(text.lower())
    )


def _is_general(text: str) -> bool:
    """Whether it names nobody, but where it begins, and states no figure: a general truth more often than news."""
    return not re.search(r"\d|\s[“\"(]?[A-Z]", text)
