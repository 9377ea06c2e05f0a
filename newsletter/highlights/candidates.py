"""Which sentences of an article may become highlights, shortened and with their speaker. Pure.

A candidate already has its final words: what must be deleted is deleted, a lead-in carries the speaker
where the sentence does not, and nothing in it dangles. Choosing among candidates is another's task.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from newsletter.english.datelines import strip_dateline
from newsletter.english.fragments import is_balanced
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.injection import find_injection
from newsletter.english.letters import compile_latin
from newsletter.english.rules import PATTERNS, compile_pattern, matches, remembered
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech import issuers, judgement, sayings, speakers
from newsletter.english.speech.running_quotes import find_quoted, lacks_speaker
from newsletter.english.stems import begins_with_name, content_roots, root
from newsletter.highlights.lead_ins import (
    Led,
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
LONG_ENOUGH = 15  # words of a sentence that may lose its open end
MIN_WORDS = 3  # of one below what it is about: "Insurers disagree."
_NOT_YET = frozenset(
    {HedgeKind.PLAN, HedgeKind.FUTURE, HedgeKind.LIKELY, HedgeKind.POSSIBLE, HedgeKind.STAGE}
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
            telling = _Telling(read=_read(article), max_words=most, leads=not place, spares=not place)
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


_FULL_STOP = compile_latin(r"(?<!\.[A-Z])\.$")


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
_STANDS_FOR = compile_pattern(
    r"(?P<who>It(?! follows)|They|Its|Their|He|She|His|Her)(?:[’'](?:s|ll|d|re|ve))?\s"
    r"|(?:This|That)(?:[’']s|\s(?:{sure}|{acting.s}))\s|(?:The|This|That|These|Those)\s(?:[a-z][\w-]*\s){0,2}?"
    r"(?P<thing>[a-z][\w-]*)\s(?=(?:\w+ly\s|also\s|still\s|now\s)?(?:{auxiliary}|\w+s|\w+ed)\b)"
)
_SEVERAL = compile_pattern(r"\b(?:(?P<many>are|were|have)|{finite})\b")  # do what the verb says


def _goes_on(first: Sentence, second: Sentence) -> bool:
    """Whether ``second`` stands next below ``first``, and seems to go on about what that one tells."""
    near = second.block - first.block <= 1 and first.kind is second.kind
    points = _STANDS_FOR.match(second.text) or PATTERNS["actor first"].match(second.text)
    return near and (points is not None or first.block == second.block)


def _fit_together(first: Candidate, second: Candidate) -> bool:
    """Whether both can stand in one bullet: one speaker, unquoted, the first tells what the second is about."""
    if not _have_one_voice(first, second):
        return False
    if (actor := PATTERNS["actor first"].match(second.text)) and actor["word"] != "It":
        return first.text.split()[0] in first.article.title and not first.text.endswith(" said.")
    known = content_roots(first.text)
    match = _STANDS_FOR.match(second.text)
    if match is None:
        name = second.text.split()[0]
        lost = name in first.sentence.text and name not in first.text  # whom the cut took away
        return not lost and not set(known).isdisjoint(content_roots(second.text))
    if match["who"]:
        verb = _SEVERAL.search(first.text)
        if verb and verb["many"] and match["who"] in {"It", "Its"}:
            return False  # "400 workers are out; its shares fell"
        return not _lost_clause(first.cut, WORDS_OF_NONE) or begins_with_name(first.text, first.article.text)
    return match["thing"] is None or root(match["thing"]) in known


def _is_eligible(sentence: Sentence, *, official: bool) -> bool:
    """Whether a sentence may be a candidate; ``official``: an authority's, whose decision may open a list."""
    text = _end(sentence).rstrip("\"”’')")
    opens = official and _OPENS_LIST.search(text) is not None and is_decision(text)
    waits = text.endswith(("?", ":", ": .", "…", "...")) and not opens
    whole = not waits and len(text.split()) >= MIN_WORDS
    return sentence.kind is BlockKind.FACT or (sentence.is_prose and whole)


# What only opens a list, or trails off: "…, for failure to:"; not what the list below spells out: "…, namely:".
_OPEN_END = re.compile(
    r"(?:,\s(?!in particular|namely|includ|such as|as follows|and |or |but )[^,:]{1,60}:|(?<=\w)(?:…|\.{3}))$"
)


def _end(sentence: Sentence) -> str:
    """The words of a sentence; at the top without an open end, where it is one without: no lead is lost for that."""
    ended = _OPEN_END.sub(".", sentence.text)
    at_top = sentence.order < TOP and len(ended.split()) >= LONG_ENOUGH
    return ended if at_top and has_main_clause(ended) else sentence.text


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
    undecided: bool  # it tells of a case that is not decided


@remembered(64)  # asked for sentences at their usual length, for the headline's, for those below another
def _read(article: Article) -> _Reading:
    sentences, structure = split_sentences(article.text), read_structure(article)
    payer = issuers.find_payer(article.title, article.publisher.name, sentences)
    several = structure.kind in {TextKind.LIVE, TextKind.ROUND_UP}  # items, each of somebody else
    speaker = find_speaker(article, sentences, paid=payer is not None, several=several)
    is_issuer = speaker is not None and speaker.issuer
    kind, units = article.publisher.kind, structure.by_sentence()
    company = speaker.name if speaker and is_issuer and kind is PublisherKind.ISSUER else ""  # no regulator
    silent = next((who.silent for who in (speaker, payer) if who), frozenset())
    foreign = find_injection(article.text) is not None
    told = (s for s in sentences if s.index in units and s.index not in silent)
    allowed = tuple(s for s in told if not (foreign and find_injection(s.text)))
    return _Reading(
        article=article,
        sentences=sentences,
        allowed=allowed,
        fit=tuple(s for s in allowed if _is_eligible(s, official=kind is PublisherKind.REGULATOR)),
        quoted=find_quoted(sentences),
        units=units,
        speaker=speaker,
        issuer=speakers.FORM.sub("", company),
        voice=payer or (None if speaker else issuers.find_issuer(sentences)),
        paid=payer is not None,
        spoken=is_talk(sentences),
        commercial=is_issuer or matches("commercial", article.text),
        undecided=matches("undecided case", article.text),
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
    spares: bool = False  # what opens the text may be longer, with its figures and why it came

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
        lead_in, span = self._lead(sentence)
        if part and span is not None:
            return None
        text = part or (sentence.text if self.lists else _end(sentence))
        room = self.max_words
        spare = max(0, LONGEST - room) if self.spares and sentence.order < TOP and not part else 0
        while True:
            short = shorten(text, max_words=room, content=span, spare=spare)
            one = self._finish(short, sentence, led=(lead_in, span))
            over = len(one.shown.split()) - self.max_words - spare if one else 0
            if over <= 0:
                return one
            if len(short.text.split()) > room + spare:
                return None
            room -= over  # a name or a lead-in takes room as well

    def _finish(self, short: Reduced, sentence: Sentence, *, led: Led) -> Candidate | None:
        """Name what ``short`` is about and judge it; None where it cannot stand alone."""
        article, unit, found = self.read.article, self.read.units[sentence.index], short.text
        if not self.lists and _OPENS_LIST.search(found):
            found = f"{_OPENS_LIST.sub('', found).rstrip(':')}."
        own_name = re.sub(r"\bour\b", "its", found)  # "Acme sold our ferry" names itself
        quotes = led[1] is not None or re.search(r"[“\"]", found) is not None
        if self._names_speaker(found) and not quotes and not speaks(own_name):
            found = own_name
        lead_in = self._change_lead(found, sentence, led)
        whole, lead_in = self._name(found, lead_in, sentence)
        whole = name_paper(whole, (article.origin or article.publisher).name)
        text = lower_first(whole, article.text) if lead_in else whole
        speaks_first = _SPEAKS if unit.label else _THINKS
        own = not (sentence.index in self.read.quoted or unit.speaker) or speaks_first.match(whole)
        opens = sentence.order == 0 and text.startswith("Another ")  # a text opens with nothing above it
        timed = lead_in is not None and not lead_in.speaker and unit.past  # "10:37:" is nobody's name
        if not _stands(text, led=lead_in is not None and bool(own) and not timed, below=self.below or opens):
            return None
        weak = self._find_weak(sentence, text, led=lead_in is not None)
        counts = self.read.paid or FIGURE.search(text)
        judges = JUDGEMENT in weak or not counts  # nothing that can be counted
        judges = judges and QUOTED not in weak and not sayings.names_speaker(text)
        voice = self.read.voice
        if judges and voice and lead_in is None:
            lead_in = make_lead_in(article, voice.name, voice.sentence)
            text = lower_first(text, article.text)
        asked = unit.asks_for(sentence)
        if lead_in and asked and FRAGMENT in weak:
            lead_in = replace(lead_in, text=f"Asked “{asked.text}”, {lead_in.text}")
            weak = tuple(one for one in weak if one != FRAGMENT)
        claim = lead_in is not None or any(map(sayings.is_attributed, (sentence.text, whole)))
        told = Candidate(
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
        above = sentence.order and not self.below  # it may be told there, and is not shown
        return None if above and matches("nobody", told.shown) else told

    def _lead(self, sentence: Sentence) -> Led:
        """The lead-in that ``sentence`` needs, and what remains of it."""
        unit, lead_in, span = self.read.units[sentence.index], None, None
        if sentence.index not in self.read.quoted:  # else nobody knows whose quotation it is
            answers = unit.label and unit.speaker  # who answers, and not who is known best
            speaker = None if answers else self.read.speaker
            lead_in, span = choose_lead_in(self.read.article, sentence, speaker=speaker)
        of_unit = choose_unit_lead(self.read.article, unit, sentence)
        if lead_in is None or (unit.label and of_unit and not unit.speaker):
            return of_unit, span  # a segment's name before its company's
        plain = not unit.speaker and span is None and self._is_plain(sentence)
        return (None if plain else lead_in), span

    def _change_lead(self, text: str, sentence: Sentence, led: Led) -> LeadIn | None:
        """The lead-in of ``text``: who says "we" in it, and none where its speaker is its subject."""
        lead_in, span = led
        if speaks(text):
            if lead_in or sentence.index in self.read.quoted or sayings.find_attribution(sentence.text):
                return lead_in
            house = FIGURE.search(text) is not None and not self.read.spoken
            return lead_author(self.read.article, sentence, house=house)
        named = sayings.names_speaker(text) or self._names_speaker(text)
        return None if lead_in and lead_in.speaker and span is None and named else lead_in

    def _is_plain(self, sentence: Sentence) -> bool:
        """Whether the issuer or the authority whose text leads the story tells in it what is.

        The label of the story says whose it is. An issuer tells a figure or a condition, and not what is expected or
        estimated; an authority what it decides or what is: nothing that may be, no deed not proven. Praise, and what is
        held against somebody, is never plain, nor is anything below a headline of such.
        """
        article, speaker, text = self.read.article, self.read.speaker, sentence.text
        if not (self.leads and speaker is not None and speaker.issuer and is_issued(article)):
            return False
        said = speaks(text) or sayings.is_attributed(text) or judgement.is_judgement(sentence)
        if said or matches("claim", f"{article.title}\n{text}"):
            return False
        told = {hedge.kind for hedge in find_hedges(text)}
        if article.publisher.kind is PublisherKind.REGULATOR:
            proven = not self.read.undecided or matches("in court", text)
            sure = proven and told.isdisjoint({HedgeKind.LIKELY, HedgeKind.POSSIBLE})
            return sure or is_decision(text) or matches("duty", text)
        if matches("limit", text):
            return told.isdisjoint(_NOT_YET - {HedgeKind.POSSIBLE})
        told |= {hedge.kind for hedge in find_hedges(article.title)}
        sure = "would" not in text.split() and told.isdisjoint(_NOT_YET - {HedgeKind.FUTURE})
        return FIGURE.search(text) is not None and sure

    def _name(self, text: str, lead_in: LeadIn | None, sentence: Sentence) -> tuple[str, LeadIn | None]:
        """Put a name for what points back, unless what it points at stands above; it may take the lead-in's place."""
        if self.below:
            return text, lead_in
        read, issuer = self.read, self.read.issuer
        named = name_subject(text, sentence, read.sentences, title=read.article.title, issuer=issuer)
        speaker = lead_in.speaker if lead_in else ""  # "" of what it is about, which names nobody
        first = speaker.removeprefix("The ").partition(" ")[0]
        twice = first and named.count(first) > text.count(first)  # "Acme says: Acme sold": once is enough
        if twice:  # an issuer's own deeds need no lead-in, what another claims keeps its own
            return (named, None) if issuer else (text, lead_in)
        return named, lead_in

    def _word_fact(self, sentence: Sentence) -> Candidate | None:
        """A point of a list that is no sentence, under what its list is about."""
        unit, article, text = self.read.units[sentence.index], self.read.article, render_fact(sentence)
        lead_in = choose_unit_lead(article, unit, sentence)
        label_points = unit.label.endswith(":") and sayings.is_dangling(unit.label)  # "These include:"
        fits = MIN_ALONE <= len(text.split()) <= self.max_words and is_balanced(text)
        lost = label_points or sayings.is_dangling(text)  # "He sails at 12 knots": who?
        if lost or not fits or (lead_in is None and self._is_point(sentence)):
            return None
        commercial = self.read.commercial
        return Candidate(
            article=article, sentence=sentence, text=text, lead_in=lead_in, commercial=commercial
        )

    def _is_point(self, sentence: Sentence) -> bool:
        """Whether it is one of several points that go on from a line above them, by its small first letter."""
        return sentence.text[:1].islower() and sentence.place == 0

    def _names_speaker(self, text: str) -> bool:
        """Whether who speaks stands in ``text`` as its subject, the issuer of a release also behind an opening."""
        speaker = self.read.speaker
        if speaker is None:
            return False
        first = re.escape(speaker.name.partition(" ")[0])
        letters = "".join(word[0] for word in speaker.name.split() if word[0].isupper())
        names = f"{first}|{first.upper()}" + (f"|{letters}" if len(letters) > LETTERS else "")
        opening = r"(?:[^;:“”]{3,160},\s|(?:[\w’'$,.-]+\s){0,5}?)" if speaker.issuer else ""
        return re.match(rf"{opening}(?:{names})\b", strip_dateline(text)[0]) is not None

    def _find_weak(self, sentence: Sentence, text: str, *, led: bool) -> tuple[str, ...]:
        """What speaks against it, also for what was cut and where it stands."""
        unit, quoted = self.read.units[sentence.index], sentence.index in self.read.quoted
        weak = find_weaknesses(self.read.article, sentence, text, led=led, spoken=self.read.spoken)
        if self._is_point(sentence) and not quoted:
            goes_on = led and not unit.speaker  # from the line above its list
            weak = (*(one for one in weak if one != FRAGMENT), *(() if goes_on else (FRAGMENT,)))
        more = (
            (QUOTED, not led and (quoted or lacks_speaker(text))),
            (PAST, unit.past),
            (FRAGMENT, unit.label and unit.speaker and not _is_whole(text)),
        )
        return (*weak, *(one for one, holds in more if holds))


def _is_whole(text: str) -> bool:
    """Whether an answer says something without its question: "A floor at 75" does not."""
    first = re.split(r",\s(?:and|but|so)\s", text[:1].upper() + text[1:], maxsplit=1)[0]
    acts = matches("main verb", first) or speaks(first)
    return acts and has_main_clause(first) and not is_opening(first)


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
    if not below and ((sayings.is_dangling(first) and not led_on) or matches("such", first)):
        return False
    return not matches("points late", first) and bool(re.match(r"[\w$€£¥“\"‘'`(#&@]", text))
