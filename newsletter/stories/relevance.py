"""Whether an article is on the subject, how much, and in which section it belongs. Pure.

Words that show the subject make the *evidence*; all others only *support* it. A word counts by its
weight and its place: title, lead, body. Support counts up to the evidence and no further, so that
an article full of context ("mine", "China", "tariff") without the subject itself scores nothing,
and a passing mention in an article whose title is about something else stays below the bar.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.model import Article
from newsletter.stories.happenings import find_happenings
from newsletter.stories.lexicon import Hit, Lexicon, Term
from newsletter.stories.lexicon_file import SectionRule

LEAD_CHARS = 350  # about two sentences
BODY_CHARS = 12_000  # what stands further down no longer says what an article is about
STATE_MEDIA_VOTE = "state media"


class Place(StrEnum):
    """Where in the article a word stands."""

    TITLE = "title"
    LEAD = "first sentences"
    BODY = "text"


PLACE_WEIGHT: Mapping[Place, float] = {Place.TITLE: 1.0, Place.LEAD: 0.7, Place.BODY: 0.3}
LIFT_WEIGHT: Mapping[Place, float] = {Place.TITLE: 1.0, Place.LEAD: 0.5, Place.BODY: 0.0}
REPEAT_WEIGHT = 0.1  # each further mention, as a part of the first
MOST_REPEATS = 4  # further mentions that count
EVIDENCE_SHARE = 0.6  # of the evidence that counts without any support
SUPPORT_SHARE = 0.5  # of all other words, which support the evidence and count at most as much
PASSING = 0.6  # of the evidence that counts where the title says nothing of the subject
LISTED = 0.6  # of the evidence that counts where the subject is named once, in a list of unlike things
TITLE_WORTH = 0.5  # weight of a word in the title that says something of it
HINT_VOTE = 1.0  # of a source's own section
_LIST_BEFORE = re.compile(r",\s+(?:and\s+|or\s+)?\Z")
_LIST_AFTER = re.compile(r"(?:,|\s+(?:and|or|&))\s+\w")
_LIST_ENDS = re.compile(r",\s+[\w'’-]+(?:\s[\w'’-]+){0,2},?\s+(?:and|or)\s+\Z")
_LOOKED_AT = 60  # characters of a list before a word
_REACH = 12  # characters to either side in which the next thing of a list stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """The lexicon's answer about one article."""

    score: float  # 0.0 where no word shows the subject; 1.0 is the usual bar
    section: str
    reasons: tuple[str, ...]
    events: tuple[str, ...]  # what happened, by the lexicon's event words in title and lead
    lift: float  # what that weighs more in an issue
    votes: tuple[tuple[str, float], ...]  # of the sections, highest first


@dataclass(frozen=True, slots=True)
class _Found:
    term: Term
    place: Place  # the best one
    times: int
    listed: bool = False  # it stands but once, in a list of unlike things

    @property
    def value(self) -> float:
        repeats = min(self.times - 1, MOST_REPEATS) * REPEAT_WEIGHT
        return self.term.weight * (PLACE_WEIGHT[self.place] + repeats)


def judge_relevance(article: Article, lexicon: Lexicon) -> Relevance:
    """Judge one article by its title and text."""
    found = _collect(article, lexicon)
    subject = [item for item in found if item.term.subject]
    evidence = sum(item.value for item in subject)
    if not any(item.place is Place.TITLE and item.term.weight >= TITLE_WORTH for item in found):
        evidence *= PASSING
    if len(subject) == 1 and subject[0].listed:
        evidence *= LISTED
    support = SUPPORT_SHARE * sum(item.value for item in found if not item.term.subject)
    support += SUPPORT_SHARE * sum(item.value for item in subject[1:])
    score = EVIDENCE_SHARE * evidence + min(support, evidence)
    votes = _vote(article, found, lexicon)
    return Relevance(
        score=round(score, 3),
        section=votes[0][0],
        reasons=tuple(f"{item.term.name} in the {item.place.value}" for item in (subject or found)[:3]),
        events=tuple(item.term.name for item in found if item.term.event and item.place is not Place.BODY),
        lift=max((item.term.lift * LIFT_WEIGHT[item.place] for item in found), key=abs, default=0.0),
        votes=votes,
    )


def judge_headline(headline: str, lexicon: Lexicon) -> bool:
    """Whether a headline alone shows the subject."""
    return any(hit.term.subject for hit in lexicon.find(headline))


def _collect(article: Article, lexicon: Lexicon) -> list[_Found]:
    """Return each term once, at its best place, the strongest first."""
    offset = len(article.title) + 2
    text = f"{article.title}\n\n{article.text[:BODY_CHARS]}"
    hits = lexicon.find(text)
    by_term: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_term[hit.term.name].append(hit)
    found = [
        _Found(
            places[0].term,
            _place(places[0].start, offset),
            len(places),
            listed=len(places) == 1 and _is_listed(text, places[0], hits),
        )
        for places in by_term.values()
    ]
    return sorted(found, key=lambda item: (-item.value, item.term.name))


def _is_listed(text: str, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Whether a word is one of several unlike things: "soybeans, rare earths, the Fed and the dollar".

    A list of kindred things, of which the lexicon knows the next one too ("gallium, rare earths"), is none.
    """
    before = text[max(0, hit.start - _LOOKED_AT) : hit.start]
    within = _LIST_BEFORE.search(before) and _LIST_AFTER.match(text, hit.end)
    if not within and not _LIST_ENDS.search(before):
        return False
    return not any(
        not other.term.event and (0 < hit.start - other.end < _REACH or 0 < other.start - hit.end < _REACH)
        for other in hits
    )


def _place(start: int, offset: int) -> Place:
    if start < offset:
        return Place.TITLE
    return Place.LEAD if start < offset + LEAD_CHARS else Place.BODY


def _vote(article: Article, found: Sequence[_Found], lexicon: Lexicon) -> tuple[tuple[str, float], ...]:
    sections = [section for section in lexicon.sections if not section.lead]
    votes = {section.key: _count(section, found, article.title) for section in sections}
    if article.section in votes:
        votes[article.section] += HINT_VOTE
    # Who publishes it: a release is the company's news, whatever it names.
    kinds = [article.publisher.kind.value, *find_happenings(article)]
    if article.origin is not None and lexicon.is_state_media(article.origin.name):
        kinds.append(STATE_MEDIA_VOTE)
    for section in sections:
        for kind in kinds:
            votes[section.key] += section.votes.get(kind, 0.0)
    default = next(section.key for section in sections if section.default)
    ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0] != default))
    return tuple((key, round(value, 3)) for key, value in ranked)


def _count(section: SectionRule, found: Sequence[_Found], title: str) -> float:
    total = 0.0
    for item in found:
        vote = section.terms.get(item.term.name, section.votes.get(item.term.kind, 0.0))
        if title.startswith(item.term.name):
            vote += section.actors.get(item.term.kind, 0.0)
        total += vote * item.value
    return total
