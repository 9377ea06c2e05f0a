"""Which sentences of an article may become highlights, shortened and with their speaker. Pure.

A candidate already has its final words: what must be deleted is deleted, a lead-in carries the speaker
where the sentence does not, and nothing in it dangles. Choosing among candidates is another's task.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.editorial import attribution as speech
from newsletter.editorial.acronyms import is_riddle, names_ticker
from newsletter.editorial.compress import is_balanced, shorten
from newsletter.editorial.foreign import find_injection
from newsletter.editorial.fragments import is_fragment, is_headline, is_misprint
from newsletter.editorial.headline import contradicts
from newsletter.editorial.promotion import has_checkable_fact, is_commercial, is_promotion
from newsletter.editorial.quoted import Quoted, drop_marks, find_quoted, find_reading
from newsletter.editorial.references import find_full_name, find_surname, find_untied
from newsletter.editorial.sentences import BlockKind, Sentence, split_sentences
from newsletter.model import Article, Citation, HighlightKind, LeadIn, PublisherKind

MIN_WORDS = 6
MIN_WITH_FIGURE = 4  # "Sales rose 6.7%." says enough
_QUOTE_START = re.compile(r"^[\"“'‘`]")
_FIRST_PERSON = re.compile(r"(?<![\w.])(?:I|we|our|us|my|We|Our|My|I’m|I'm|we’re|we're|i)(?![\w.&])")


# "Acme Corp. is a leading US-based producer of …": what stands about a company in every release.
_DESCRIPTION = re.compile(
    r"^(?:(?:[A-Z][\w.&’'-]*|of|and|the|The|company|Company)\s+){1,7}(?:,\s)?(?:(?:is|are)\s+(?:an?|the|one of|focused|engaged|dedicated|committed|positioned|headquartered|based)\b"
    r"|(?:specializes|specialises|engages|focuses)\b|was founded\b)|^(?:Founded|Established|Headquartered|Based|Listed) in\b"
    r"|^[A-Z][\w.’-]+(?:\s[A-Z][\w.’-]+){1,3}\s(?:is|serves as)\s(?:the\s)?(?:[A-Z][a-z]+\s(?:and\s)?){0,3}(?:Officer|President|Chairman|Director|Founder|CEO|CFO)\sof\b"
    r"|\b(?:vision|mission) (?:and \w+ )?is to\b"
)
LONGEST = 40  # words that a highlight may have at the very most
TERSE = 10  # words; a general truth in fewer says nothing
GENERAL = "names nobody and states no figure"
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|does?|did|\w+[a-z](?:s|ed)|said|rose|fell|grew|"
    r"won|made|began|took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|told|gave|lost|left|found|sent|spent|ran|put|let|"
    r"brought|kept|broke|spoke|wrote|drew|won|say|plan|want|need|make|use|face|remain|continue|show|expect|hope|report|include|help|get|take|give|work|find|know|believe|think|call|come|go|see)\b"
)
_SPEAKS = re.compile(r"(?:We|Our)\b")
SPEAKER = "The speaker"  # of a transcript that names nobody: what "we" says is somebody's statement
_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:%|per ?cent\b|million\b|billion\b|tonnes\b|tons\b)|[$£€¥]\s?\d")
_EXPECTS = re.compile(
    r"\b(?:will|would|expect(?:s|ed)|aims?|plans?|planned|slated|scheduled|targets?|targeted|intends?|intended|set|due|on track)\b"
)
_BY_YEAR = re.compile(
    r"\b(?:by|in|until|before)\s(?:the\s)?(?:(?:end|first half|second half|middle)\sof\s|late\s|early\s|mid-?\s?|Q[1-4]\s|(?:first|second|third|fourth)\squarter\sof\s)?(20\d\d)\b"
)
# A part of a release that lists what its company owns, quarter after quarter.
_LISTING = re.compile(
    r"(?:select(?:ed)?\s|our\s|key\s|other\s|current\s|the\s)?(?:company|corporate|portfolio|holdings)(?:\s(?:holdings|portfolio|overview|profile|companies|at a glance))?\W*",
    re.IGNORECASE,
)
_POINTS = re.compile(r"(?:this|these|that|those|it|he|she|they|such)\b")
_IS_CASED = re.compile(r"[a-z,] [A-Z][a-z]")
FIRST_PERSON = "speaks in the first person"
JUDGEMENT = "is the writer's judgement"
FILLER = "says nothing new by itself"
FRAGMENT = "is no whole sentence"
HEADLINE = "is written like a headline"
MISPRINT = "states a figure that lost a digit"
STALE = "expects what its date has overtaken"
TICKER = "calls a company by its ticker"
PROMOTION = "praises what it is about, and nothing in it can be checked"
BACKGROUND = "was the background of a sentence without news"
CONTRADICTS = "gives another figure than the headline for the same"
EARLIER = "tells what went before the news"
QUOTED = "stands inside a quotation whose speaker is not named"
_THIN = re.compile(
    r"\b(?:outline[sd]?|outlining|provide[sd]?|gave|presents?|presented|offer(?:s|ed)?|discuss(?:es|ed)|detail(?:s|ed)|features?|shares?|shared)\s(?:an?|its|the|several|various|some|new)\s"
    r"(?:[\w-]+\s){0,3}?(?:updates?|overview|progress|outlook|vision|insights?|series|range|number|article|milestone)\b|"
    r"\b(?:as )?(?:described|noted|mentioned|discussed|shown|listed|defined) (?:below|above|herein)\b|"
    r"\b(?:joined|joins|met|sat down|spoke|speaks|talks?)\b.{0,90}\bto (?:share|discuss|talk|provide|give|announce|explain)\b|\b(?:joins|takes|discusses)\b.{0,160}\bwith (?:details|insights|an update)\b|"
    r"\bhighlights? (?:an?|the|its) (?:\w+ ){0,2}(?:milestone|progress|commitment|importance|potential)\b|"
    r"^(?:kicking off|topping|rounding out|leading|next on|first on|also on) (?:the|our|this) list\b|"
    r"\b(?:legal counsel|financial advis[eo]r|book-?running manager|placement agents?|underwriters?)\b|"
    r"\b(?:read|reads|see|according to) (?:an?|the) (?:recent )?article\b|\ba recent article\b|"
    r"^(?:join|discover|explore|secure|buy|get|shop|don[’']t miss|stay tuned)\b.*!$|^(?:watch|read|listen to|tune in to|see) (?:the|our|more|this)\b|"
    r"^the post\b.{0,200}\bappeared (?:first )?on\b|\bfirst appeared on\b|\b(?:footnotes?|accompanying notes|additional information)\b.{0,160}\b(?:integral|in conjunction|statements)\b|"
    r"\b(?:sits? down|sat down|chats?|chatted)\b.{0,40}\bwith\b|\b(?:joins|joined|takes|took|discuss(?:es|ed)|walks|walked)\b.{0,120}\b(?:through|with)\b.{0,50}\b(?:latest|recent|details|insights|updates?)\b|"
    r"\bdiscuss(?:es|ed) .{10,160}\bwith [a-z]\w+(?:[’']s)? [a-z]\w+|\blooks? forward to\b|^enter\s|"
    r"^(?:[\w.’'-]+\s){1,6}(?:discusses|elaborates on|talks about|touches on|reflects on|walks \w+ through)\s|\b(?:struck a chord|alarm bells)\b|"
    r"\b(?:only )?by means of a prospectus\b|\bcontrol persons?\b|\bminority approval\b|\bregistration rights\b|\bsecurities act\b|\bwithin the meaning of\b|"
    r"^[a-z][\w &-]{2,40}:\s+\w+(?:ed|ing)\b|\bexpressed (?:\w+ )?(?:optimism|confidence|enthusiasm|satisfaction|gratitude)\b|"
    r"\b(?:report(?:s|ed)?|announc(?:es?|ed|ing)|releas(?:es?|ed))\b.{0,60}\bresults for (?:the|its|q\d|fiscal)[^$€£%]*$|"
    r"\b(?:was|were) (?:\w+ )?(?:discussed|addressed|covered|explained|mentioned|highlighted|emphasi[sz]ed)\.?$|"
    r"\b(?:is|are|remains?) (?:\w+ly )?(?:significant|important|considerable|substantial|growing|rising|huge|enormous|immense|clear|undeniable|encouraging|promising)\.?$|"
    r"\b(?:varied|vary|varies) in (?:[^\d]*)$|\brank(?:s|ed)? (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?=[,.;]|\s(?:with|after|behind)\b)|"
    r"^(?:in this context|against this backdrop|with this in mind|looking ahead|going forward|the (?:following|above|table|figure)|"
    r"highlights|key (?:points|takeaways|highlights)|(?:the )?(?:details|terms) (?:were|are))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence in the words in which it would stand in the issue."""

    article: Article
    sentence: Sentence
    text: str
    cut: tuple[str, ...] = ()
    lead_in: LeadIn | None = None
    kind: HighlightKind = HighlightKind.FACT
    view: str = ""
    weak: tuple[str, ...] = ()  # what speaks against it, in plain words
    commercial: bool = False  # its article speaks for a company

    @property
    def citation(self) -> Citation:
        """The uncut sentence."""
        return cite(self.article, self.sentence)

    @property
    def view_only(self) -> bool:
        """Whether it can stand under its publisher's name alone: a judgement that nobody else spoke."""
        return self.lead_in is None and JUDGEMENT in self.weak

    @property
    def shown(self) -> str:
        """The words with their lead-in, as the gate and the reader see them."""
        return f"{self.lead_in.text} {self.text}" if self.lead_in else self.text


def points_at_unnamed(candidate: Candidate, told: str) -> str:
    """What ``candidate`` points at that ``told`` (headline, lead-in, earlier bullets) does not name; "" where nothing."""
    text = candidate.article.text
    return find_untied(
        candidate.text,
        told,
        sentence=candidate.sentence,
        sentences=split_sentences(text),
        title=candidate.article.title,
    ) or (find_surname(candidate.text, told, text) if speech.is_speech(candidate.text) else "")


def cite(article: Article, sentence: Sentence) -> Citation:
    """Cite one sentence of ``article``."""
    return Citation(article=article.id, start=sentence.start, end=sentence.end, sentence=sentence.text)


def find_speaker(article: Article, sentences: Sequence[Sentence]) -> speech.Speaker | None:
    """The one whose message ``article`` relays: from its own words, helped by what its metadata says."""
    if article.publisher.kind in {PublisherKind.ISSUER, PublisherKind.REGULATOR}:
        name = article.publisher.name
        known = [s for s in sentences if s.kind is BlockKind.PARAGRAPH and name.split()[0] in s.text]
        if known or sentences:
            return speech.Speaker(name=name, sentence=(known or list(sentences))[0], strong=True, issuer=True)
        return None
    if voice := speech.find_voice(article.title, article.text, sentences):
        return voice
    return speech.find_relayed(article.text, sentences, relays=article.origin.name if article.origin else "")


def find_candidates(article: Article, *, max_words: int) -> tuple[Candidate, ...]:
    """Every sentence of ``article`` that may stand as a highlight, in reading order."""
    sentences = split_sentences(article.text)
    speaker = find_speaker(article, sentences)
    first = sum(_FIRST_PERSON.search(sentence.text) is not None for sentence in sentences)
    spoken = first > 0.25 * len(sentences)  # a transcript: there everything is said in the first person
    foreign = find_injection(article.text) is not None
    quoted = find_quoted(article.text, sentences)
    issuer = None if speaker else speech.find_issuer(sentences)
    found = (
        _make(
            article,
            sentence,
            speaker,
            max_words,
            spoken=spoken,
            quoted=quoted.get(sentence.index),
            issuer=issuer,
        )
        for sentence in sentences
        if _is_eligible(sentence, goes_on=sentence.index in quoted and sentence.index + 1 in quoted)
        and not (speaker and sentence.index in speaker.silent)
        and not (foreign and find_injection(sentence.text))
    )
    return tuple(candidate for candidate in found if candidate is not None)


def _is_eligible(sentence: Sentence, *, goes_on: bool = False) -> bool:
    """Whether a sentence may be a candidate; one that ends in dots only where its quotation ``goes_on``."""
    if sentence.kind not in {BlockKind.PARAGRAPH, BlockKind.BULLET}:
        return False
    text = sentence.text.rstrip("\"”’')")
    if text.endswith(("?", ":", *(() if goes_on else ("…", "...")))) or len(text.split()) < _least(text):
        return False
    return not (
        sentence.kind is BlockKind.PARAGRAPH and sentence.text[-1].isalnum() and len(text.split()) < 12
    )


def _make(
    article: Article,
    sentence: Sentence,
    speaker: speech.Speaker | None,
    max_words: int,
    *,
    spoken: bool = False,
    quoted: Quoted | None = None,
    issuer: speech.Speaker | None = None,
) -> Candidate | None:
    found = speech.find_attribution(sentence.text)
    issued = article.publisher.kind in {PublisherKind.ISSUER, PublisherKind.REGULATOR}
    lead_in, span = _lead_quoted(article, sentence, quoted)
    if lead_in is None and (quoted is None or issued):
        lead_in, span = _choose_lead_in(article, sentence, found, speaker)
    short = shorten(sentence.text, max_words=max_words, keep_judgement=issued, content=span)
    if spoken and lead_in is None and quoted is None and found is None and _speaks(short.text):
        lead_in = _lead(article, SPEAKER, sentence)
    if lead_in and span is None and speech.names_speaker(short.text):
        lead_in = None  # beneath dateline and tickers the sentence says itself who speaks
    if lead_in or quoted:
        short = replace(short, text=drop_marks(short.text))
    text = _lower_first(short.text, article.text) if lead_in else short.text
    own = quoted is None or _SPEAKS.match(short.text) is not None  # "Ada Brown says: we opened the mill"
    if not _stands(text, max_words, led=lead_in is not None and own):
        return None
    commercial = is_commercial(article.text) or (speaker is not None and speaker.issuer)
    weak = _find_weak(article, sentence, text, led=lead_in is not None, spoken=spoken, commercial=commercial)
    if any(cut.endswith(" as") for cut in short.cut) and not has_checkable_fact(text):
        weak = (*weak, BACKGROUND)
    if quoted is not None and lead_in is None and not _names_source(short.text):
        weak = (*weak, QUOTED)
    elif issuer and lead_in is None and JUDGEMENT in weak and not speech.names_speaker(text):
        lead_in = _lead(article, issuer.name, issuer.sentence)  # its own view, and not the publisher's
        text = _lower_first(text, article.text)
    if text[-1:].isalnum():
        text += "."
    claim = lead_in is not None or found is not None or speech.is_attributed(short.text)
    return Candidate(
        article=article,
        sentence=sentence,
        text=text,
        cut=short.cut,
        lead_in=lead_in,
        kind=HighlightKind.CLAIM if claim else HighlightKind.FACT,
        view="" if issuer else short.view,
        weak=weak,
        commercial=commercial,
    )


def _find_weak(
    article: Article, sentence: Sentence, text: str, *, led: bool, spoken: bool, commercial: bool
) -> tuple[str, ...]:
    """What speaks against a candidate, in plain words."""
    weak = []
    if not led and speech.starts_definite(text):
        weak.append("starts with something presumed known")
    if _QUOTE_START.match(text):
        weak.append("is a quotation")
    weak += _find_opinions(sentence, text, led=led, spoken=spoken, commercial=commercial)
    weak += _find_misshapen(sentence, text[:1].upper() + text[1:])
    if not _VERB.search(text):
        weak.append(FILLER)  # a label, a list of names
    general = not led and _is_general(text) and _IS_CASED.search(article.text) is not None
    if general and not _begins_with_name(text, article.text):
        weak.append(GENERAL)
    if (
        _LISTING.fullmatch(sentence.heading)
        or _DESCRIPTION.search(text)
        or _THIN.search(text.lower())
        or (general and len(text.split()) < TERSE)
    ):
        weak.append(FILLER)
    weak += _find_unfit(article, text)
    return tuple(weak)


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


def _find_opinions(sentence: Sentence, text: str, *, led: bool, spoken: bool, commercial: bool) -> list[str]:
    """What makes a candidate somebody's opinion: the first person, the writer's judgement, praise without a fact."""
    weak = []
    if (spoken or not led) and _speaks(text):
        weak.append(FIRST_PERSON if not spoken else "speaks in the first person, as all of the article does")
    if speech.is_judgement(replace(sentence, text=text)):  # without what was cut: the news may stand alone
        weak.append(JUDGEMENT)
    said = speech.is_attributed(text)
    if is_promotion(text) and (commercial or not said):
        weak += [PROMOTION] if led or said or JUDGEMENT in weak else [PROMOTION, JUDGEMENT]
    return weak


def _speaks(text: str) -> bool:
    """Whether it speaks in the first person outside quotations."""
    return _FIRST_PERSON.search(re.sub(r"[“\"][^”\"]*[”\"]", "", text)) is not None


def _is_general(text: str) -> bool:
    """Whether it names nobody, but where it begins, and states no figure: a general truth more often than news."""
    return not re.search(r"\d|\s[“\"(]?[A-Z]", text)


def _begins_with_name(text: str, source: str) -> bool:
    """Whether its first word is a name: one that ``source`` has amid sentences, and never in small letters."""
    match = re.match(r"[A-Z][\w-]{2,}", text)
    if match is None:
        return False
    first = match.group()
    return re.search(rf"[a-z,] {first}\b", source) is not None and not re.search(
        rf"\b{first.lower()}\b", source
    )


def _choose_lead_in(
    article: Article, sentence: Sentence, found: speech.Attribution | None, speaker: speech.Speaker | None
) -> tuple[LeadIn | None, tuple[int, int] | None]:
    """The lead-in a sentence needs, and the span that remains of the sentence where its own attribution is replaced."""
    if found is None:
        inherits = speaker is not None and speech.inherits(sentence, speaker)
        return (_lead(article, speaker.name, speaker.sentence) if speaker and inherits else None), None
    if found.clause and found.form == "noun" and not speech.is_anaphor(found.subject):
        name = (
            speaker.name if speaker and found.subject.split()[0] == speaker.name.split()[0] else found.subject
        )
        return _lead(article, name, sentence), (found.start, found.end)
    if named := _name_in_full(article, found, sentence.text):
        return _lead(article, *named), (found.start, found.end)
    if speaker and speech.is_anaphor(found.subject) and _is_thing(found.subject):
        if found.clause and found.form == "before":
            return _lead(article, speaker.name, speaker.sentence), (found.start, found.end)
        if found.start > 0 and speaker.strong:
            return _lead(article, speaker.name, speaker.sentence), None
    return None, None


def _lead_quoted(
    article: Article, sentence: Sentence, quoted: Quoted | None
) -> tuple[LeadIn | None, tuple[int, int] | None]:
    """The lead-in of a sentence that stands inside a quotation, or that quotes a paper without a name."""
    if quoted is not None:
        start = 1 if sentence.text[:1] in {"“", '"'} else 0
        end = len(sentence.text[: quoted.end or None].rstrip('”", '))
        span = (start, end) if end - start < len(sentence.text) else None
        leads = quoted.speaker and not _names_source(sentence.text[start:end])
        return (_lead(article, quoted.speaker, quoted.sentence) if leads else None), span
    if reading := find_reading(sentence.text, before=article.text[: sentence.start]):
        named = _names_source(sentence.text[slice(*reading[1])])
        return (None if named else _lead(article, reading[0], sentence)), reading[1]
    return None, None


def _names_source(text: str) -> bool:
    """Whether it begins with who says it: "According to the company, …"."""
    own = speech.find_attribution(text)
    return own is not None and own.form == "according"


def _name_in_full(article: Article, found: speech.Attribution, text: str) -> tuple[str, Sentence] | None:
    """The full name, with role, of a speaker called by surname alone whom the headline does not name, and where it stands."""
    surname = found.subject
    if (
        not found.clause
        or found.form not in {"before", "after"}
        or not re.fullmatch(r"[A-Z][a-zé’'-]{2,}", surname)
        or surname in article.title
        or not (found.that or (found.form == "after" and text[found.end : found.end + 1] in {",", "”", '"'}))
        or _POINTS.match(text[found.start :])
    ):
        return None
    if not (name := find_full_name(surname, article.text)):
        return None
    place = next((s for s in split_sentences(article.text) if name in " ".join(s.text.split())), None)
    return (name[0].upper() + name[1:], place) if place else None


def _is_thing(subject: str) -> bool:
    """Whether an anaphor can mean a company or an authority rather than a person."""
    return subject.lower() not in {"he", "she", "we", "they"}


def _lead(article: Article, name: str, sentence: Sentence) -> LeadIn:
    name = speech.introduce(name, article.text, article.title)
    return LeadIn(text=speech.lead_in_text(name), speaker=name, citation=cite(article, sentence))


# Words that are never the first of a name.
_PLAIN = re.compile(
    r"(?:The|A|An|We|Our|Its|It|In|On|At|By|For|With|This|These|More|Most|All|Some|Both|After|From|To|As|Over|Under|About|During|Since|"
    r"Through|Within|Whether|While|When|If|There|Many|Despite|Because|Recently|Earlier|Last|According)$"
)


def _lower_first(text: str, article: str) -> str:
    """Begin in lower case after a lead-in, unless the word is a name: one that ``article`` never has in small letters."""
    head = re.match(r"[A-Z][a-z]*\b(?![’'-])", text)
    if head is None or head.group() == "I":
        return text
    small = head.group().lower()
    plain = _PLAIN.match(head.group()) or re.search(rf"[a-z,]\s{small}\b", article)
    return small + text[head.end() :] if plain else text


def _least(text: str) -> int:
    """The fewest words of a sentence that says something: fewer where it states a share or an amount."""
    return MIN_WITH_FIGURE if _AMOUNT.search(text) and _VERB.search(text) else MIN_WORDS


def _stands(text: str, max_words: int, *, led: bool) -> bool:
    words = text.split()
    if not _least(text) - (1 if led else 0) <= len(words) <= max_words:
        return False
    if not is_balanced(text):
        return False
    if speech.is_dangling(text[:1].upper() + text[1:]) and not (
        led and re.match(r"(?:its?|their|they|we|our)\b", text, re.IGNORECASE)
    ):
        return False
    return bool(re.match(r"[\w$€£¥“\"‘'`(#&@]", text))
