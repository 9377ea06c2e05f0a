"""Which sentences of an article may become highlights, shortened and with their speaker. Pure.

A candidate already has its final words: what must be deleted is deleted, a lead-in carries the speaker
where the sentence does not, and nothing in it dangles. Choosing among candidates is another's task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from newsletter.english.datelines import strip_dateline
from newsletter.english.fragments import is_balanced
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.injection import find_injection
from newsletter.english.quantities import find_prices
from newsletter.english.rules import PATTERNS, compile_pattern, matches, remembered
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech import issuers, judgement, sayings, speakers
from newsletter.english.speech.running_quotes import find_quoted, lacks_speaker
from newsletter.english.stems import begins_with_name, content_roots, root
from newsletter.highlights.lead_ins import (
    Led,
    begins_with,
    choose_lead_in,
    cite,
    find_speaker,
    is_issued,
    lead_author,
    lower_first,
    make_lead_in,
)
from newsletter.highlights.loose_ends import Clues, find_clues
from newsletter.highlights.naming import (
    acts,
    name_doer,
    name_paper,
    name_subject,
)
from newsletter.highlights.persons import opens_with_person
from newsletter.highlights.reduce import LONGEST, Reduced, has_main_clause, is_opening, split_clauses
from newsletter.highlights.shorten import shorten
from newsletter.highlights.structure import (
    FIGURE,
    TextKind,
    Unit,
    choose_unit_lead,
    read_structure,
    render_fact,
)
from newsletter.highlights.weaknesses import (
    FILLER,
    FRAGMENT,
    JUDGEMENT,
    PAST,
    QUOTED,
    UNFIT,
    find_weaknesses,
    is_talk,
    speaks,
)
from newsletter.model import Article, Citation, HighlightKind, LeadIn, PublisherKind

LONGEST_EVENT = 60  # that of the event, where no cut of its sentence is shorter
TOP = 2  # sentences that open an article
DENIED = 3  # words of a cut that may be what a short denial is of
WORDS_OF_NONE = 6  # of a cut that a pronoun hardly stands for
LETTERS = 2  # more of a name's first letters stand for it: "OFAS"
MIN_ALONE = 4  # words of a sentence that stands by itself
MIN_WORDS = 3  # of one below what it is about: "Insurers disagree."
_NOT_YET = frozenset(
    {HedgeKind.PLAN, HedgeKind.FUTURE, HedgeKind.LIKELY, HedgeKind.POSSIBLE, HedgeKind.STAGE}
)
# What an issuer claims of its goods and of others, and what an authority holds against somebody.
_CLAIMS = re.compile(
    r"\b(?:(?!(?:inter|requ|harv|inv|prot|lat)est)[a-z]{3,}est|than|proven|eliminat\w+|rivals?|most|best|leading|unique"
    r"|only|never|record|safe\w*|effective|side effects?|patients?|trials?|deaths?|false\w*|merit|abus\w+"
    r"|mis(?:led|lead\w*)|breach\w*|infring\w+|unlawful\w*|illegal\w*|alleg\w+|hid)\b"
)
# Of a case that is not decided only what happens in court is told without who says so.
_ACCUSES = re.compile(
    r"\b(?:alleg(?:edly|es|ing|ations? that|ed that)|[Aa]ccused|[Pp]resumed innocent|charged with|indict\w+)\b"
)
_IN_COURT = re.compile(
    r"\b(?:[Cc]ourt|[Jj]udge|[Jj]ury|plead\w*|pled|sentence[ds]?|sentencing|convicted|charge[ds]|indicted|arrested"
    r"|appear\w*|ordered|scheduled|ruled|presumed)\b"
)
_SPEAKS = re.compile(
    r"(?:[Oo]ur|[Mm]y)\b|(?!(?:It|He|She|You|They|Then|So|Otherwise|What|Which|That|These|Those"
    r"|This(?!\s(?:year|month|week|time)\b))\b)(?:[\w’'-]+,?\s){0,4}?(?:[Ww]e|I)\b"
)  # "This year we will need 7,400 tonnes"
# What an author says for many, or thinks: the rest of what is about himself is how he came to it.
_THINKS = re.compile(
    r"(?:We|Our)\b|I (?:would|propose|suggest|recommend|expect|think|believe|argue|conclude|fear|doubt|estimate"
    r"|reckon)\b|My (?:advice|estimate|forecast|guess|proposal|view)\b"
)
_DOES = re.compile(r"\b(?:we|I|they|you|it|he|she|there)(?:\s[a-z]+|[’'](?:ll|re|ve|s|d)\b)", re.IGNORECASE)
# "A duty is imposed, at the following rates:", "It is approved on the following conditions:": the list stays away.
_OPENS_LIST = re.compile(
    r"(?:,?\s(?:at|in)\sthe\sfollowing\s(?:rates?|amounts?|levels?|quantities)\b"
    r"|\bthe\sfollowing\s(?!(?:is|are|was|were|has|have|shall)\b)(?=\w))(?=[^:]*:$)"
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
    weak: tuple[str, ...] = ()  # what speaks against it, in plain words
    commercial: bool = False  # its article speaks for a company
    place: int = 0  # which statement of its sentence it is, where that tells two; 0 for all of it
    joined: tuple[Sentence, ...] = ()  # the next sentences, told in the same bullet
    asked: Sentence | None = None  # the question that its lead-in tells
    after: Candidate | None = (
        None  # the bullet that it goes on from: it stands right below that one, or nowhere
    )

    @property
    def citation(self) -> Citation:
        """The uncut sentence."""
        return cite(self.article, self.sentence)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The uncut sentences that it tells."""
        beside = (*self.joined, *((self.asked,) if self.asked else ()))
        return (self.citation, *(cite(self.article, one) for one in beside))

    @property
    def indices(self) -> frozenset[int]:
        """Which sentences of its article it tells."""
        return frozenset(one.index for one in (self.sentence, *self.joined))

    @property
    def lists_particulars(self) -> bool:
        """Whether it is some lines of a name and its value: "Applicant: Acme; Area: 40 hectares"."""
        return self.sentence.kind is BlockKind.FACT and "\n" in self.sentence.text

    @property
    def alone(self) -> bool:
        """Whether it is one sentence that needs no other bullet above it."""
        return not self.joined and self.after is None

    def stands_above(self, other: Candidate) -> bool:
        """Whether its sentence is the one right above that of ``other``, in the same paragraph."""
        above, below = self.sentence, other.sentence
        near = above.index + 1 == below.index and above.block == below.block
        return near and self.article.id == other.article.id

    def overlaps(self, other: Candidate) -> bool:
        """Whether both tell one sentence: but for the two statements of one."""
        both = self.indices & other.indices
        apart = self.place != other.place and self.place > 0 and other.place > 0
        return self.article.id == other.article.id and bool(both) and not apart

    @property
    def is_view(self) -> bool:
        """Whether it is the publisher's own judgement, to be given under the publisher's name."""
        own = JUDGEMENT in self.weak and self.kind is HighlightKind.FACT and not self.place
        return own and not is_issued(self.article) and not opens_with_person(self.sentence, self.article.text)

    @property
    def shown(self) -> str:
        """The words with their lead-in, as the gate and the reader see them."""
        return f"{self.lead_in.text} {self.text}" if self.lead_in else self.text

    def find_clues(self) -> Clues:
        """What it presumes known."""
        return find_clues(
            self.text,
            self.sentence,
            self.article.text,
            lead_in=self.lead_in.text if self.lead_in else "",
            place=self.place,
        )


def find_story_candidates(articles: Sequence[Article], *, max_words: int) -> tuple[Candidate, ...]:
    """The candidates of all ``articles`` of a story, by article and place.

    A sentence that no cut makes short enough has more words: as few as go, up to ``LONGEST_EVENT``.
    """
    found = []
    for place, article in enumerate(articles):
        mine: list[Candidate] = []
        for most in (max_words, LONGEST, LONGEST_EVENT):
            told = {candidate.sentence.index for candidate in mine}
            untold = [sentence for sentence in _read(article).fit if sentence.index not in told]
            telling = _Telling(read=_read(article), max_words=most, leads=not place)
            mine += telling.word_all(untold)
        found += sorted(mine, key=lambda c: c.sentence.start)
    return tuple(found)


@remembered(4096)  # asked anew for each bullet that is added to a set
def turns_news(text: str) -> bool:
    """Whether ``text`` limits the news, or tells what went wrong."""
    return any(matches(effect, text) for effect in ("limit", "setback", "grave"))


def is_decision(text: str) -> bool:
    """Whether ``text`` says what an authority does, asks for, grants or refuses."""
    return matches("official act", text) or matches("verdict", text)


def find_candidates(article: Article, *, max_words: int) -> tuple[Candidate, ...]:
    """Every sentence of ``article`` that may stand as a highlight, in reading order."""
    read = _read(article)
    return tuple(_Telling(read=read, max_words=max_words).word_all(read.fit))


def join_neighbours(
    articles: Sequence[Article], found: Sequence[Candidate], *, max_words: int
) -> tuple[Candidate, ...]:
    """Two neighbouring sentences on one subject, the second of which may point at the first.

    Joined in one bullet where both fit; else, where the second cannot stand alone, as the bullet below the first's.
    """
    joined = []
    for article in articles:
        read, leads = _read(article), article is articles[0]
        mine = [c for c in found if c.article.id == article.id]
        firsts = {c.sentence.index: c for c in reversed(mine) if c.place == 0}
        alone = {c.sentence.index for c in mine}
        below = _Telling(read=read, max_words=max_words, below=True, leads=leads)
        for sentence in read.fit:
            first = firsts.get(sentence.index - 1)
            if first is None or not _goes_on(first.sentence, sentence):
                continue
            for second in below.word(sentence):
                if second.place > 0:
                    continue
                room = max_words - len(second.text.split())
                if len(first.shown.split()) <= room and _fit_together(first, second):
                    joined.append(_join(first, second))
                elif sentence.index not in alone and _fit_together(first, second):
                    joined.append(replace(second, after=first))
    return tuple(joined)


def join_denial(first: Candidate, *, max_words: int) -> Candidate:
    """``first`` with the sentence right below it that takes it back ("It was not"), in its own voice.

    Not where a clause was cut that may be what is taken back.
    """
    read, at = _read(first.article), max(first.indices) + 1
    below = next((one for one in read.fit if one.index == at and one.block == first.sentence.block), None)
    if below is None or first.place or not matches("takes back", below.text):
        return first
    told = next(iter(_Telling(read=read, max_words=LONGEST, below=True).word(below)), None)
    fits = len(first.shown.split()) + len(below.text.split()) <= max_words
    dateline = strip_dateline(first.sentence.text)[1]
    lost = _lost_clause((one for one in first.cut if one not in dateline), DENIED)
    if told is None or lost or not fits:
        return first
    stands = (UNFIT - {FRAGMENT}).isdisjoint(told.weak)  # "It will not."
    own_voice = told.lead_in == first.lead_in or (first.lead_in is None and is_issued(first.article))
    return _join(first, told) if own_voice and stands else first


def _lost_clause(cuts: Iterable[str], words: int) -> bool:
    """Whether one of ``cuts`` has so many words that the sentence below may be about it."""
    return any(len(cut.split()) >= words for cut in cuts)


def join(first: Candidate, second: Candidate, *, max_words: int) -> Candidate | None:
    """Both in one bullet, where the second stands right below the first in its paragraph and one speaker says both.

    Sentences farther apart, on one matter or not, read as if one led to the other: readers preferred them untold.
    """
    if not (first.stands_above(second) and first.alone and second.alone):
        return None
    if first.place or second.place or len(first.shown.split()) + len(second.text.split()) > max_words:
        return None
    pointing = _STANDS_FOR.match(second.text)
    lost = pointing and (
        pointing["thing"] is None or root(pointing["thing"]) not in content_roots(first.text)
    )
    less = _lost_clause(first.cut, WORDS_OF_NONE)  # of which the second may speak
    return None if lost or less or not _have_one_voice(first, second) else _join(first, second)


def _have_one_voice(first: Candidate, second: Candidate) -> bool:
    """Whether neither is quoted, and one speaker says both."""
    marked = re.search(r"[;“”\"]", first.text + second.text)
    same = second.lead_in == first.lead_in and second.is_view == first.is_view
    return not marked and same and UNFIT.isdisjoint(second.weak)


_SEVERAL = compile_pattern(r"\b(?:(?P<many>are|were|have)|{finite})\b")  # do what the verb says
_FULL_STOP = re.compile(r"(?<!\.[A-Z])\.$")


def _join(first: Candidate, second: Candidate) -> Candidate:
    """Both in one bullet: after a semicolon, or after a full stop where the second may begin with a name or not."""
    source = f"{first.article.title}\n{first.article.text}"
    below = lower_first(second.text, source)
    parted = below[:1].isupper() and not begins_with_name(below, source)
    if ";" in first.text:  # one is enough
        below, parted = below[:1].upper() + below[1:], True
    said = second.kind is HighlightKind.CLAIM  # what somebody else judges is not the publisher's view
    weak = dict.fromkeys((*first.weak, *(one for one in second.weak if not (said and one == JUDGEMENT))))
    return replace(
        first,
        text=f"{first.text} {below}" if parted else f"{_FULL_STOP.sub('', first.text)}; {below}",
        joined=(*first.joined, second.sentence),
        cut=(*first.cut, *second.cut),
        weak=tuple(weak),
    )


# What the second of two sentences begins with that stands for something in the first.
_STANDS_FOR = re.compile(
    r"(?P<who>It(?! follows)|They|Its|Their|He|She|His|Her)(?:[’'](?:s|ll|d|re|ve))?\s|(?:This|That)[’']s\s"
    r"|(?:This|That)\s(?:will |would |has |had )?(?:takes?|took|brings?|brought|compare[sd]?|means?|meant|made|"
    r"makes?|follow[s]?|followed|is|was|came|comes|gives|gave|leaves|left|raises|raised|includes?|represents?)\s"
    r"|(?:The|This|That|These|Those)\s(?:[a-z][\w-]*\s){0,2}?(?P<thing>[a-z][\w-]*)\s(?=(?:\w+ly\s|also\s|still\s|"
    r"now\s)?(?:is|are|was|were|has|have|had|will|would|can|could|may|must|\w+s|\w+ed)\b)"
)


def _goes_on(first: Sentence, second: Sentence) -> bool:
    """Whether ``second`` stands next below ``first``, and seems to go on about what that one tells."""
    near = second.block - first.block <= 1 and first.kind is second.kind
    points = _STANDS_FOR.match(second.text) or PATTERNS["actor first"].match(second.text)
    return near and (points is not None or first.block == second.block)


def _fit_together(first: Candidate, second: Candidate) -> bool:
    """Whether both can stand in one bullet: one speaker, unquoted, the first tells what the second is about."""
    if not _have_one_voice(first, second):
        return False
    known = frozenset(content_roots(first.text))
    if (actor := PATTERNS["actor first"].match(second.text)) and actor["word"] != "It":
        return first.text.split()[0] in first.article.title and not first.text.endswith(" said.")
    match = _STANDS_FOR.match(second.text)
    if match is None:
        name = second.text.split()[0]
        lost = name in first.sentence.text and name not in first.text  # whom the cut took away
        return not lost and not known.isdisjoint(content_roots(second.text))
    if match["who"]:
        verb = _SEVERAL.search(first.text)
        if verb and verb["many"] and match["who"] in {"It", "Its"}:
            return False  # "400 workers are out; its shares fell"
        return not _lost_clause(first.cut, WORDS_OF_NONE) or begins_with_name(first.text, first.article.text)
    return match["thing"] is None or root(match["thing"]) in known


def _is_eligible(sentence: Sentence, *, official: bool) -> bool:
    """Whether a sentence may be a candidate; ``official``: an authority's, whose decision may open a list."""
    text = sentence.text.rstrip("\"”’')")
    opens = official and _OPENS_LIST.search(text) is not None and is_decision(text)
    waits = text.endswith(("?", ":", ": .", "…", "...")) and not opens
    whole = not waits and len(text.split()) >= MIN_WORDS
    return sentence.kind is BlockKind.FACT or (sentence.is_prose and whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What holds for every sentence of one article, however it is worded."""

    article: Article
    sentences: tuple[Sentence, ...]
    allowed: tuple[Sentence, ...]  # those that may be told: no foreign orders, nobody who is silent
    fit: tuple[Sentence, ...]  # those of these that may stand in a bullet
    quoted: frozenset[int]  # indices of sentences inside a quotation
    units: Mapping[int, Unit]  # by the index of their sentence
    speaker: speakers.Speaker | None  # whose message it relays
    issuer: str  # the company whose own release it is; "" elsewhere
    voice: speakers.Speaker | None  # who gives its views, if not the publisher: who paid, whose release it is
    paid: bool  # somebody paid for it
    spoken: bool  # a transcript: everything is said in the first person
    commercial: bool  # it speaks for a company
    accuses: bool  # it tells of a case that is not decided


@remembered(64)  # asked for sentences at their usual length, for the headline's, for those below another
def _read(article: Article) -> _Reading:
    sentences = split_sentences(article.text)
    payer = issuers.find_payer(article.title, article.publisher.name, sentences)
    structure = read_structure(article)
    several = structure.kind in {TextKind.LIVE, TextKind.ROUND_UP}  # items, each of somebody else
    speaker = find_speaker(article, sentences, paid=payer is not None, several=several)
    issued = article.publisher.kind is PublisherKind.ISSUER  # "the company" is no regulator
    issuer = speakers.FORM.sub("", speaker.name) if speaker and speaker.issuer and issued else ""
    voice = payer or (None if speaker else issuers.find_issuer(sentences))
    silent = next((who.silent for who in (speaker, payer) if who), frozenset())
    foreign = find_injection(article.text) is not None
    official = article.publisher.kind is PublisherKind.REGULATOR
    units = structure.by_sentence()
    told = (s for s in sentences if s.index in units and s.index not in silent)
    allowed = tuple(s for s in told if not (foreign and find_injection(s.text)))
    return _Reading(
        article=article,
        sentences=sentences,
        allowed=allowed,
        fit=tuple(one for one in allowed if _is_eligible(one, official=official)),
        quoted=find_quoted(sentences),
        units=units,
        speaker=speaker,
        issuer=issuer,
        voice=voice,
        paid=payer is not None,
        spoken=is_talk(sentences),
        commercial=matches("commercial", article.text) or (speaker is not None and speaker.issuer),
        accuses=_ACCUSES.search(article.text) is not None,
    )


def find_allowed(article: Article) -> tuple[Sentence, ...]:
    """The sentences that may be told, also those that cannot stand in a bullet alone: the line above a list."""
    return _read(article).allowed


def word_line(article: Article, line: Sentence, *, max_words: int) -> Candidate | None:
    """The line above a list, one of the allowed sentences, in its final words; None where it cannot be told."""
    return next(iter(_Telling(read=_read(article), max_words=max_words, lists=True).word(line)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """How the sentences of one article are worded."""

    read: _Reading
    max_words: int
    below: bool = False  # each sentence stands below the one before it
    leads: bool = True  # its article leads the story
    lists: bool = False  # a line stays the line above its list

    def word_all(self, sentences: Iterable[Sentence]) -> list[Candidate]:
        """Give those of ``sentences`` that can stand their final words."""
        return [one for sentence in sentences for one in self.word(sentence)]

    def word(self, sentence: Sentence) -> list[Candidate]:
        """Give ``sentence`` its final words and its speaker: one bullet, or two of the two statements of a long one."""
        text, whole = strip_dateline(sentence.text)[0], self._word(sentence)
        if sentence.index not in self.read.quoted and len(text.split()) > self.max_words:
            clauses = split_clauses(text)
            if not clauses and len(text.split()) > LONGEST_EVENT:  # whatever tickers stand in it
                clauses = split_clauses(shorten(text, max_words=LONGEST_EVENT).text)
            parts = [self._word(sentence, part) for part in clauses]
            stand = [part for part in parts if part and FRAGMENT not in part.weak]
            if parts and stand == parts:
                return [replace(part, place=place) for place, part in enumerate(stand, 1)]
        return [whole] if whole else []

    def _word(self, sentence: Sentence, part: str = "") -> Candidate | None:
        """Give ``sentence``, or ``part`` of it, its final words and its speaker; None where it cannot stand alone."""
        if sentence.kind is BlockKind.FACT:
            return self._word_fact(sentence)
        text = part or sentence.text
        lead_in, span = self._lead(sentence, text)
        if part and span is not None:
            return None
        named = self._name(strip_dateline(text)[0], lead_in, sentence)[1] if span is None else lead_in
        beside = len(named.text.split()) if named else 0  # words that are shown with those of the text
        while True:
            short = shorten(text, max_words=self.max_words - beside, content=span)
            one = self._finish(short, sentence, led=(lead_in, span))
            if one is None or len(one.shown.split()) <= self.max_words:
                return one
            more = len(one.shown.split()) - len(short.text.split())
            if more <= beside:
                return None
            beside = more  # a name or another lead-in takes room as well

    def _finish(self, short: Reduced, sentence: Sentence, *, led: Led) -> Candidate | None:
        """Name what ``short`` is about and judge it; None where it cannot stand alone."""
        article, unit, (lead_in, span) = self.read.article, self.read.units[sentence.index], led
        quoted = sentence.index in self.read.quoted
        found = sayings.find_attribution(sentence.text)
        if lead_in is None and not quoted and found is None and speaks(short.text):
            house = FIGURE.search(short.text) is not None and not self.read.spoken
            lead_in = lead_author(article, sentence, house=house)
        voiced = lead_in is not None and lead_in.speaker and span is None and not speaks(short.text)
        if voiced and (sayings.names_speaker(short.text) or self._names_issuer(short.text)):
            lead_in = None  # beneath dateline and tickers the sentence says itself who speaks
        if not self.lists and _OPENS_LIST.search(short.text):
            short = replace(short, text=f"{_OPENS_LIST.sub('', short.text).rstrip(':')}.")
        whole, lead_in = self._name(short.text, lead_in, sentence)
        whole = name_paper(whole, (article.origin or article.publisher).name)
        text = lower_first(whole, article.text) if lead_in else whole
        speaks_first = _SPEAKS if unit.label else _THINKS
        own = (not quoted and not unit.speaker) or speaks_first.match(whole) is not None
        opens = sentence.order == 0 and text.startswith("Another ")  # a text opens with nothing above it
        if not _stands(text, led=lead_in is not None and own, below=self.below or opens):
            return None
        weak = self._find_weak(sentence, text, lead_in=lead_in, quoted=quoted)
        counts = self.read.paid or FIGURE.search(text)
        judges = JUDGEMENT in weak or not counts  # nothing that can be counted
        judges = judges and QUOTED not in weak and not sayings.names_speaker(text)
        voice = self.read.voice
        if judges and voice and lead_in is None:
            lead_in = make_lead_in(article, voice.name, voice.sentence)
            text = lower_first(text, article.text)
        own_name = re.sub(r"\bour\b", "its", text)  # "Acme says: Acme sold our ferry" names it twice
        who = lead_in.speaker if lead_in else self.read.issuer
        stays = speaks(own_name) or (judges and lead_in is not None and not _ANNOUNCES.search(text))
        if who and begins_with(text, who) and not stays:
            text, lead_in = own_name[:1].upper() + own_name[1:], None
        asked = unit.asks_for(sentence)
        if lead_in and asked and FRAGMENT in weak:
            lead_in = replace(lead_in, text=f"Asked “{asked.text}”, {lead_in.text}")
            weak = tuple(one for one in weak if one != FRAGMENT)
        claim = lead_in is not None or found is not None or sayings.is_attributed(whole)
        return Candidate(
            article=article,
            sentence=sentence,
            text=f"{text}." if text[-1:].isalnum() else text,
            cut=short.cuts,
            lead_in=lead_in,
            kind=HighlightKind.CLAIM if claim else HighlightKind.FACT,
            weak=weak,
            commercial=self.read.commercial,
            asked=asked,
        )

    def _lead(self, sentence: Sentence, text: str) -> Led:
        """The lead-in that ``text`` of ``sentence`` needs, and what remains; none where it names its issuer."""
        unit, lead_in, span = self.read.units[sentence.index], None, None
        if sentence.index not in self.read.quoted:  # else nobody knows whose quotation it is
            answers = unit.label and unit.speaker  # who answers, and not who is known best
            speaker = None if answers else self.read.speaker
            lead_in, span = choose_lead_in(self.read.article, sentence, speaker=speaker)
        of_unit = choose_unit_lead(self.read.article, unit, sentence)
        if lead_in is None or (unit.label and of_unit and not unit.speaker):
            lead_in = of_unit  # a segment's name before its company's
        elif not unit.speaker and span is None and self._is_plain(sentence):
            lead_in = None
        named = span is None and not speaks(text) and self._names_issuer(text)
        return (None if named else lead_in), span

    def _is_plain(self, sentence: Sentence) -> bool:
        """Whether the issuer or the authority whose text leads the story tells in it what is.

        The label of the story says whose it is. An issuer tells a figure or a condition, and not what is expected or
        estimated. Praise, and what is held against somebody, is never plain, nor is anything below a headline of such.
        """
        article, speaker = self.read.article, self.read.speaker
        if not (self.leads and speaker is not None and speaker.issuer and is_issued(article)):
            return False
        if speaks(sentence.text) or sayings.is_attributed(sentence.text) or judgement.is_judgement(sentence):
            return False
        if _CLAIMS.search(f"{article.title}\n{sentence.text}"):
            return False
        told = {hedge.kind for hedge in find_hedges(sentence.text)}
        if article.publisher.kind is PublisherKind.REGULATOR:
            return _states(sentence.text, told, accuses=self.read.accuses)
        if matches("limit", sentence.text):
            return told.isdisjoint(_NOT_YET - {HedgeKind.POSSIBLE})
        told |= {hedge.kind for hedge in find_hedges(article.title)}
        will = _NOT_YET if re.search(r"\bwould\b", sentence.text) else _NOT_YET - {HedgeKind.FUTURE}
        return FIGURE.search(sentence.text) is not None and told.isdisjoint(will)

    def _name(self, text: str, lead_in: LeadIn | None, sentence: Sentence) -> tuple[str, LeadIn | None]:
        """Put a name for what points back, unless what it points at stands above; it may take the lead-in's place."""
        if self.below:
            return text, lead_in
        read, issuer = self.read, self.read.issuer
        if sentence.kind is BlockKind.BULLET and (done := name_doer(text, issuer)):
            return done, None
        named = name_subject(text, sentence, read.sentences, title=read.article.title, issuer=issuer)
        speaker = lead_in.speaker if lead_in else ""  # "" of what it is about, which names nobody
        first = speaker.removeprefix("The ").partition(" ")[0]
        twice = first and named.count(first) > text.count(first)  # "Acme says: Acme sold": once is enough
        if twice:  # an issuer's own deeds need no lead-in, what another claims keeps its own
            return (named, None) if issuer else (text, lead_in)
        return named, lead_in

    def _word_fact(self, sentence: Sentence) -> Candidate | None:
        """A point of a list that is no sentence, under what its list is about."""
        unit = self.read.units[sentence.index]
        lead_in = choose_unit_lead(self.read.article, unit, sentence)
        text = render_fact(sentence)
        if done := name_doer(text, self.read.issuer):
            text, lead_in = done, None
        if _points_back(unit) or (lead_in is None and self._is_point(sentence)):
            return None
        fits = MIN_ALONE <= len(text.split()) <= self.max_words and is_balanced(text)
        fits = fits and not sayings.is_dangling(text)  # "He sails at 12 knots": who?
        one = Candidate(
            article=self.read.article,
            sentence=sentence,
            text=text,
            lead_in=lead_in,
            commercial=self.read.commercial,
        )
        return one if fits else None

    def _is_point(self, sentence: Sentence) -> bool:
        """Whether it is one of several points that go on from a line above them, by its small first letter."""
        return sentence.text[:1].islower() and sentence.place == 0

    def _names_issuer(self, text: str) -> bool:
        """Whether the one whose release it is stands in ``text`` as its subject: no lead-in need name it once more."""
        speaker = self.read.speaker
        if speaker is None or not speaker.issuer:
            return False
        first = speaker.name.partition(" ")[0]
        letters = "".join(word[0] for word in speaker.name.split() if word[0].isupper())
        names = (first, first.upper(), *([letters] if len(letters) > LETTERS else []))
        name = "|".join(map(re.escape, names))
        return re.match(rf"(?:[\w’'$,.-]+\s){{0,5}}?(?:{name})\b", strip_dateline(text)[0]) is not None

    def _find_weak(
        self, sentence: Sentence, text: str, *, lead_in: LeadIn | None, quoted: bool
    ) -> tuple[str, ...]:
        """What speaks against it, also for what was cut and where it stands."""
        led = lead_in is not None
        weak = find_weaknesses(self.read.article, sentence, text, led=led, spoken=self.read.spoken)
        if (quoted or lacks_speaker(text)) and not led:
            weak = (*weak, QUOTED)
        unit = self.read.units[sentence.index]
        if self._is_point(sentence) and not quoted:
            goes_on = lead_in is not None and not lead_in.speaker  # from the line above its list
            weak = (*(one for one in weak if one != FRAGMENT), *(() if goes_on else (FRAGMENT,)))
        if led and unit.lead and find_prices(text):  # "Bismuth: A jump after weeks of silence: $18 per lb"
            weak = tuple(one for one in weak if one != FILLER)
        if unit.past:
            weak = (*weak, PAST)
        if unit.label and unit.speaker and not _is_whole(text):
            weak = (*weak, FRAGMENT)
        return weak


def _states(text: str, hedges: AbstractSet[HedgeKind], *, accuses: bool) -> bool:
    """Whether an authority tells in ``text`` what it decides or what is: nothing that may be, no deed not proven."""
    proven = not accuses or _IN_COURT.search(text) is not None
    sure = proven and hedges.isdisjoint({HedgeKind.LIKELY, HedgeKind.POSSIBLE})
    return sure or is_decision(text) or matches("duty", text)


def _points_back(unit: Unit) -> bool:
    """Whether the line above its list needs another above it: "These include:"."""
    return unit.label.endswith(":") and sayings.is_dangling(unit.label)


def _is_whole(text: str) -> bool:
    """Whether an answer says something without its question: "A floor at 75" does not."""
    first = re.split(r",\s(?:and|but|so)\s", text[:1].upper() + text[1:], maxsplit=1)[0]
    acts = matches("main verb", first) or _DOES.search(first) is not None
    return acts and has_main_clause(first) and not is_opening(first)


_ANNOUNCES = re.compile(r"\b(?:announce[sd]?|report(?:s|ed)?)\b")
# "In the prior quarter it was 2,003 tonnes."
_POINTS_LATE = re.compile(
    r"(?:In|At|On|For|During|By|From)\s(?:[a-z]+\s){1,4}(?:it|they|he|she)\s"
    r"|(?:In|At|On|For|To|With|By|From|Among|Between)\s(?:them|it|him|(?:both|neither|either)(?!\s[a-z]))\b"
    r"|(?!.*\b(?:and|or)\b.*\bthe latter\b).*\bthe latter\b"  # of which two?
)


# "Exports under such terms": under which? But "the first such deal".
_SUCH = re.compile(
    r"(?<!\bno\s)(?<!\bany\s)(?<!\ball\s)(?<!first\s)(?<!\bone\s)\bsuch\s"
    r"(?!(?:an?|as|high|low|large|small|great|short|long|strong)\b)(?P<thing>[a-z]+)"
)


def _points_with_such(text: str) -> bool:
    """Whether it speaks of "such" things as it has not named."""
    match = _SUCH.search(text)
    return match is not None and root(match["thing"]) not in content_roots(text[: match.start()])


def _stands(text: str, *, led: bool, below: bool) -> bool:
    """Whether it is not too short, and its first words and its marks need nothing before them.

    ``led``: a lead-in stands there. ``below``: the sentence that it goes on from does.
    """
    aside = text.startswith("(") and text.rstrip(".").endswith(")")
    least = MIN_WORDS if below else MIN_ALONE - led
    if len(text.split()) < least or not is_balanced(text) or aside:
        return False
    first = text[:1].upper() + text[1:]
    led_on = led and (re.match(r"(?i:its|their|they)\b", text) or _SPEAKS.match(text) or acts(text))
    if not below and ((sayings.is_dangling(first) and not led_on) or _points_with_such(first)):
        return False
    return not _POINTS_LATE.match(first) and bool(re.match(r"[\w$€£¥“\"‘'`(#&@]", text))
