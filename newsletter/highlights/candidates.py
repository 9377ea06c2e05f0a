"""Which sentences of an article may become highlights, shortened and with their speaker. Pure.

A candidate already has its final words: what must be deleted is deleted, a lead-in carries the speaker
where the sentence does not, and nothing in it dangles. Choosing among candidates is another's task.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.english import speech
from newsletter.english.injection import find_injection
from newsletter.english.promotion import has_checkable_fact, is_commercial
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech.running_quotes import Quoted, drop_marks, find_quoted
from newsletter.english.stems import content_roots
from newsletter.highlights.lead_ins import (
    choose_lead_in,
    cite,
    find_speaker,
    is_issued,
    lower_first,
    make_lead_in,
    names_source,
)
from newsletter.highlights.shorten import Shortened, is_balanced, shorten
from newsletter.highlights.structure import Unit, choose_unit_lead, read_structure, render_fact
from newsletter.highlights.weaknesses import (
    BACKGROUND,
    JUDGEMENT,
    QUOTED,
    find_weaknesses,
    has_verb,
    is_talk,
    speaks,
)
from newsletter.model import Article, Citation, HighlightKind, LeadIn

LONGEST = 40  # words that a highlight may have at the very most
EARLY = 4  # sentences from the top within which the headline's news is told
MIN_WORDS = 6
MIN_WITH_FIGURE = 4  # "Sales rose 6.7%." says enough
SPEAKER = "The speaker"  # of a transcript that names nobody: what "we" says is somebody's statement
# "This memorandum establishes …": fit to stand below the sentence before it, and nowhere else.
_SEQUEL = re.compile(
    r"(?:This|These)\s(?!(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|means?|comes?|makes?|marks?|allows?|includes?|follows?|\w+ed)\b)[A-Za-z]"
)
_SPEAKS = re.compile(r"(?:We|Our)\b")
_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:%|per ?cent\b|million\b|billion\b|tonnes\b|tons\b)|[$£€¥]\s?\d")


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
    follows: bool = False  # it stands below the sentence before it, and nowhere else

    @property
    def citation(self) -> Citation:
        """The uncut sentence."""
        return cite(self.article, self.sentence)

    @property
    def view_only(self) -> bool:
        """Whether it can stand under its publisher's name alone: a judgement that nobody else spoke."""
        return self.lead_in is None and JUDGEMENT in self.weak

    @property
    def is_view(self) -> bool:
        """Whether it is the publisher's own judgement, to be given under the publisher's name."""
        own = JUDGEMENT in self.weak and self.kind is HighlightKind.FACT
        return own and not is_issued(self.article)

    @property
    def shown(self) -> str:
        """The words with their lead-in, as the gate and the reader see them."""
        return f"{self.lead_in.text} {self.text}" if self.lead_in else self.text


def find_story_candidates(
    articles: Sequence[Article], *, max_words: int, least: int
) -> tuple[Candidate, ...]:
    """The candidates of all ``articles`` of a story, by article and place.

    The sentence that tells the headline's news may be longer than ``max_words``, up to ``LONGEST`` words. So may all
    where fewer than ``least`` are found: a short article of long sentences.
    """
    found = [candidate for article in articles for candidate in find_candidates(article, max_words=max_words)]
    if max_words < LONGEST:
        found = _with_headline_news(articles, found)
    if len(found) < least and max_words < LONGEST:
        return find_story_candidates(articles, max_words=LONGEST, least=least)
    return tuple(found)


def _with_headline_news(articles: Sequence[Article], found: list[Candidate]) -> list[Candidate]:
    """Let the sentence of the first article in that tells its headline's news, where it stands early."""
    lead = articles[0]
    title = frozenset(content_roots(lead.title))
    if not title:
        return found
    whole = find_candidates(lead, max_words=LONGEST)
    best = max(
        whole, key=lambda c: (len(title & frozenset(content_roots(c.text))), -c.sentence.start), default=None
    )
    if best is None or best.sentence.index > EARLY:
        return found
    starts = {(candidate.article.id, candidate.sentence.start) for candidate in found}
    if (lead.id, best.sentence.start) in starts:
        return found
    order = [article.id for article in articles]
    return sorted([*found, best], key=lambda c: (order.index(c.article.id), c.sentence.start))


def find_sequels(chosen: Sequence[Candidate], *, max_words: int) -> tuple[Candidate, ...]:
    """The sentences that may stand below one of ``chosen`` and not alone: they come next, and begin with "this" or "these" and a thing."""
    articles = {candidate.article.id: candidate.article for candidate in chosen}
    found: list[Candidate] = []
    for article in articles.values():
        above = {c.sentence.index for c in chosen if c.article.id == article.id}
        below = frozenset(
            s.index for s in split_sentences(article.text) if s.index - 1 in above and _SEQUEL.match(s.text)
        )
        if below:
            found += _word_sentences(article, max_words=max_words, sequels=below)
    return tuple(found)


def find_candidates(article: Article, *, max_words: int) -> tuple[Candidate, ...]:
    """Every sentence of ``article`` that may stand as a highlight, in reading order."""
    return _word_sentences(article, max_words=max_words)


def _word_sentences(
    article: Article, *, max_words: int, sequels: frozenset[int] | None = None
) -> tuple[Candidate, ...]:
    """Give the sentences that can stand their final words; with ``sequels`` those of these indices, below the one before."""
    sentences = split_sentences(article.text)
    speaker = find_speaker(article, sentences)
    foreign = find_injection(article.text) is not None
    quoted = find_quoted(article.text, sentences)
    units = read_structure(article).by_sentence()
    telling = _Telling(
        article=article,
        speaker=speaker,
        issuer=None if speaker else speech.find_issuer(sentences),
        spoken=is_talk(sentences),
        commercial=is_commercial(article.text) or (speaker is not None and speaker.issuer),
        max_words=max_words,
        below=sequels is not None,
    )
    found = (
        telling.word(sentence, quoted.get(sentence.index), units[sentence.index])
        for sentence in sentences
        if sentence.index in units
        and (sequels is None or sentence.index in sequels)
        and _is_eligible(sentence, goes_on=sentence.index in quoted and sentence.index + 1 in quoted)
        and not (speaker and sentence.index in speaker.silent)
        and not (foreign and find_injection(sentence.text))
    )
    return tuple(candidate for candidate in found if candidate is not None)


def _is_eligible(sentence: Sentence, *, goes_on: bool = False) -> bool:
    """Whether a sentence may be a candidate; one that ends in dots only where its quotation ``goes_on``."""
    if sentence.kind is BlockKind.FACT:
        return True
    if not sentence.is_prose:
        return False
    text = sentence.text.rstrip("\"”’')")
    if text.endswith(("?", ":", *(() if goes_on else ("…", "...")))) or len(text.split()) < _least(text):
        return False
    return not (
        sentence.kind is BlockKind.PARAGRAPH and sentence.text[-1].isalnum() and len(text.split()) < 12
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What holds for every sentence of one article."""

    article: Article
    speaker: speech.Speaker | None  # whose message it relays
    issuer: speech.Speaker | None  # whose release it is
    spoken: bool  # a transcript: everything is said in the first person
    commercial: bool  # it speaks for a company
    max_words: int
    below: bool  # each sentence stands below the one before it

    def word(self, sentence: Sentence, quoted: Quoted | None, unit: Unit) -> Candidate | None:
        """Give ``sentence`` its final words and its speaker; None where they cannot stand alone."""
        article = self.article
        if sentence.kind is BlockKind.FACT:
            return self._word_fact(sentence, unit)
        found = speech.find_attribution(sentence.text)
        lead_in, span = choose_lead_in(article, sentence, speaker=self.speaker, quoted=quoted)
        if lead_in is None and (found is None or unit.speaker):
            lead_in = choose_unit_lead(article, unit, sentence)
        short = shorten(
            sentence.text, max_words=self.max_words, keep_judgement=is_issued(article), content=span
        )
        if self.spoken and lead_in is None and quoted is None and found is None and speaks(short.text):
            lead_in = make_lead_in(article, SPEAKER, sentence)
        if lead_in and span is None and speech.names_speaker(short.text):
            lead_in = None  # beneath dateline and tickers the sentence says itself who speaks
        if lead_in or quoted:
            short = replace(short, text=drop_marks(short.text))
        text = lower_first(short.text, article.text) if lead_in else short.text
        own = (quoted is None and not unit.speaker) or _SPEAKS.match(short.text) is not None
        if not _stands(text, self.max_words, led=lead_in is not None and own, below=self.below):
            return None
        weak = self._find_weak(sentence, short, text, led=lead_in is not None, quoted=quoted is not None)
        judges = JUDGEMENT in weak and QUOTED not in weak and not speech.names_speaker(text)
        if self.issuer and lead_in is None and judges:  # its own view, and not the publisher's
            lead_in = make_lead_in(article, self.issuer.name, self.issuer.sentence)
            text = lower_first(text, article.text)
        claim = lead_in is not None or found is not None or speech.is_attributed(short.text)
        return Candidate(
            article=article,
            sentence=sentence,
            text=f"{text}." if text[-1:].isalnum() else text,
            cut=short.cut,
            lead_in=lead_in,
            kind=HighlightKind.CLAIM if claim else HighlightKind.FACT,
            view="" if self.issuer else short.view,
            weak=weak,
            commercial=self.commercial,
            follows=self.below,
        )

    def _word_fact(self, sentence: Sentence, unit: Unit) -> Candidate | None:
        """A point of a list that is no sentence, under what its list is about."""
        lead_in = choose_unit_lead(self.article, unit, sentence)
        text = render_fact(sentence, led=lead_in is not None)
        fits = MIN_WITH_FIGURE <= len(text.split()) <= self.max_words and is_balanced(text)
        return (
            Candidate(
                article=self.article,
                sentence=sentence,
                text=text,
                lead_in=lead_in,
                commercial=self.commercial,
            )
            if fits
            else None
        )

    def _find_weak(
        self, sentence: Sentence, short: Shortened, text: str, *, led: bool, quoted: bool
    ) -> tuple[str, ...]:
        """What speaks against it, also for what was cut and where it stands."""
        weak = find_weaknesses(
            self.article, sentence, text, led=led, spoken=self.spoken, commercial=self.commercial
        )
        if any(cut.endswith(" as") for cut in short.cut) and not has_checkable_fact(text):
            weak = (*weak, BACKGROUND)
        if quoted and not led and not names_source(short.text):
            weak = (*weak, QUOTED)
        return weak


def _least(text: str) -> int:
    """The fewest words of a sentence that says something: fewer where it states a share or an amount."""
    return MIN_WITH_FIGURE if _AMOUNT.search(text) and has_verb(text) else MIN_WORDS


def _stands(text: str, max_words: int, *, led: bool, below: bool) -> bool:
    """Whether it is neither too short nor too long, and its first words and its marks need nothing before them.

    ``led``: a lead-in stands there. ``below``: the sentence that it goes on from does.
    """
    words = text.split()
    if not _least(text) - (1 if led else 0) <= len(words) <= max_words:
        return False
    if not is_balanced(text):
        return False
    first = text[:1].upper() + text[1:]
    if speech.is_dangling(first) and not (
        (led and re.match(r"(?:its?|their|they|we|our)\b", text, re.IGNORECASE))
        or (below and _SEQUEL.match(first))
    ):
        return False
    return bool(re.match(r"[\w$€£¥“\"‘'`(#&@]", text))
