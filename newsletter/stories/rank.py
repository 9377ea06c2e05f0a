"""Which stories get in, in what order, and why. Pure.

Every story comes back, kept or not, with reasons a person understands. The first reason of a story
that is not kept begins with one of ``Drop``, so that a report can count them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from newsletter.config import Editorial
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.model import FIRST_STORIES, Article, Mute, PublisherKind, Story
from newsletter.stories.follow_up import RecentNews, read_recent
from newsletter.stories.group import count_publishers, find_related
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.lexicon_file import SectionRule
from newsletter.stories.mutes import describe_mute, find_mute, leave_muted
from newsletter.stories.novelty import History, decide_novelty
from newsletter.stories.opinion import find_genre, is_interview, is_round_up
from newsletter.stories.paid_content import PAID, find_disclosure
from newsletter.stories.relevance import Relevance, judge_relevance

KEY_CHARS = 60  # of a story's key, which stands in the address of its page
# Letters that are no other letter with a mark, so that nothing would be left of them: "Ørsted" is no "rsted".
_WHOLE = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe",
                        "Œ": "OE", "ß": "ss", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i"})  # fmt: skip
CORROBORATION = 0.8  # for each doubling of independent publishers
CONFIRMED = 0.25  # of a story's relevance more, for each doubling: what several of the sources tell is of their subject
EVENT = 0.3  # for something that happened, said in title or lead
PAID_FOR = -2.0  # for what somebody paid for, as its source says
ROUND_UP = -2.0  # for several things at once, of which none is the day's news
CORRECTS = -1.5  # for what puts an article right that readers of it saw
ENOUGH = 1.5  # of relevance: what names more of the subject is hardly more news
BEYOND = 0.1  # of the relevance above that
TENTATIVE = 0.4  # of its lift, for what a title only thinks of
_TENTATIVE = re.compile(
    r"\b(?:considers?|considering|weighs|mulls|floats|eyes|calls? for|urges?|seeks? comments?"
    r"|(?:notice of|opens) (?:an? )?inquiry|consultation|comment period|threatens?"
    r"|keeps?|maintains?|retains?|reaffirms?|sticks? (?:to|with))\b",  # "Malaysia keeps ban": nothing is new
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"(?:corrections?|clarifications?|corrigendum|retraction)\b", re.IGNORECASE)
WHOLE_CHARS = 600  # of a text, from which it is no brief
HALF_LIFE_HOURS = 48.0  # of a story older than the lead time
FOLLOWS = "carries on"  # a story of the last days: that is enough to be on the subject, with any word of it
_KIND_BONUS = {
    PublisherKind.ISSUER: -0.3,  # what one says of oneself, and no other publisher reports
    PublisherKind.WIRE: 0.2,
    PublisherKind.AGGREGATOR: -0.2,
}
_OPEN = frozenset({HedgeKind.POSSIBLE, HedgeKind.NON_BINDING})


class Drop(StrEnum):
    """Why a story is not kept. Its first reason begins with the value."""

    OFF_SUBJECT = "off the subject"
    SENT = "already sent"
    LANGUAGE = "in another language"
    NO_ROOM = "no room"
    ELSEWHERE = "of another section"
    MUTED = "muted"


def drop_of(story: Story) -> Drop | None:
    """Return why a story is not kept; None for one that is."""
    if story.kept or not story.reasons:
        return None
    return next((drop for drop in Drop if story.reasons[0].startswith(drop.value)), None)


def rank_stories(
    groups: Iterable[Sequence[Article]],
    *,
    lexicon: Lexicon,
    settings: Editorial,
    now: datetime,
    history: History | None = None,
    sections: Collection[str] = (),
    mutes: Sequence[Mute] = (),
) -> tuple[Story, ...]:
    """Return a story for each group, the best first; those not kept have ``kept=False``.

    With ``sections`` only their stories are kept; what ``mutes`` name is not.
    A story older than ``lead_max_age_days`` comes after all others: the first one leads and is the subject.
    """
    recent = read_recent(history or History(), today=now.date(), lexicon=lexicon)
    judged = [_judge(leave_muted(group, mutes), recent, settings=settings, now=now) for group in groups]
    judged = [_mute(story, mutes, lexicon) for story in judged]
    limit = now - timedelta(days=settings.lead_max_age_days)

    def place(story: Story) -> tuple[bool, float, str, str]:
        lead = story.articles[0]
        return _newest(story.articles) < limit, -story.score, lead.occurred.isoformat(), lead.id

    judged.sort(key=place)
    keys = part_keys(make_key(story.articles[0].title) for story in judged)
    named = [replace(story, key=key) for story, key in zip(judged, keys, strict=True)]
    checked = [
        _check_novelty(story, history or History(), now, lexicon) if story.kept else story for story in named
    ]
    checked = [
        _drop(story, Drop.ELSEWHERE, story.section)
        if story.kept and sections and story.section not in sections
        else story
        for story in checked
    ]
    over = _find_over_caps([story for story in checked if story.kept], lexicon=lexicon, settings=settings)
    told = [_drop(story, Drop.NO_ROOM, over[story.key]) if story.key in over else story for story in checked]
    beside = _find_beside([story for story in told if story.kept])
    return tuple(sorted((beside.get(story.key, story) for story in told), key=place))


def make_key(headline: str) -> str:
    """Return a headline as a key: [a-z0-9-], at most ``KEY_CHARS``, cut between words."""
    plain = (
        unicodedata.normalize("NFKD", headline.translate(_WHOLE)).encode("ascii", "ignore").decode().lower()
    )
    key = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain)).strip("-")
    if len(key) > KEY_CHARS:
        key = key[: KEY_CHARS + 1].rpartition("-")[0] or key[:KEY_CHARS]
    return key or "story"


def _rate_lead(article: Article, relevance: Relevance) -> tuple[Any, ...]:
    """Return by what the articles of a story are sorted; the first one leads, with its headline.

    No aggregator, no analyst (who judges the news that others tell), not paid for, on the subject, what a wire reports
    as a whole text (it tells the news first, and in few words), most on the subject, longest.
    """
    is_wire = article.publisher.kind is PublisherKind.WIRE and len(article.text) >= WHOLE_CHARS
    return (
        article.publisher.kind is PublisherKind.AGGREGATOR,
        article.publisher.kind is PublisherKind.ANALYST,
        find_disclosure(article.text) is not None,
        relevance.score == 0,
        not is_wire,
        -round(relevance.score, 1),
        -min(len(article.text), 4_000) // 1_000,
        article.url is None,
        article.occurred.isoformat(),
        article.id,
    )


def _judge(group: Sequence[Article], recent: RecentNews, *, settings: Editorial, now: datetime) -> Story:
    judged = [judge_relevance(article, recent.lexicon) for article in group]
    ordered = sorted(zip(group, judged, strict=True), key=lambda pair: _rate_lead(*pair))
    articles, lead = tuple(article for article, _ in ordered), ordered[0][1]
    best = max(item.score for item in judged)
    trusted = any(article.trusted for article in group)
    recency, age_reason = _recency(articles, settings, now, trusted=trusted)
    relevance = best * max(article.weight for article in group)
    publishers = count_publishers(articles)
    bonus, bonus_reasons = _bonus(articles, lead, publishers)
    section = find_section(articles[0], judged, recent.lexicon)
    event = max((item.lift for item in judged), key=abs)
    lead_is_talk = is_interview(articles[0]) or is_round_up(articles[0])
    is_news = not (section.apart or lead_is_talk or _CORRECTS.match(articles[0].title))
    lift = (section.lift + event) * _sureness(articles[0].title) if is_news else 0.0
    follows = recent.find(articles) if best > 0 else None
    worth = min(relevance, ENOUGH) + BEYOND * max(0.0, relevance - ENOUGH)
    story = Story(
        key="",
        articles=articles,
        section=section.key,
        score=round((worth + bonus + lift) * recency, 3) if relevance > 0 else 0.0,
        reasons=(
            *((f"{FOLLOWS} {follows.story}",) if follows else ()),
            *lead.reasons,
            *bonus_reasons,
            *((f"of the section {section.key}",) if section.lift else ()),
            *age_reason,
        ),
        follows=follows,
    )
    relevance *= recency * (1 + CONFIRMED * math.log2(max(1, publishers)))
    if not trusted and not follows and relevance < settings.min_score:
        why = (
            "no word shows the subject"
            if best == 0
            else f"scores {relevance:.2f} of {settings.min_score:.2f}"
        )
        return _drop(story, Drop.OFF_SUBJECT, why)
    language = articles[0].language
    if language and language.split("-")[0].lower() not in settings.languages:
        return _drop(story, Drop.LANGUAGE, language)
    return story


def _sureness(title: str) -> float:
    """Return which part of its lift a story has by how sure its title is."""
    open_ended = any(hedge.kind in _OPEN for hedge in find_hedges(title))
    return TENTATIVE if open_ended or _TENTATIVE.search(title) else 1.0


def find_section(lead: Article, found: Sequence[Relevance], lexicon: Lexicon) -> SectionRule:
    """Return where a story belongs: opinion and paid content apart, all else by what its articles together tell."""
    apart = next((rule for rule in lexicon.sections if rule.apart), None)
    if apart and find_genre(lead):
        return apart
    votes: Counter[str] = Counter()
    for item in found:
        votes.update(dict(item.votes))
    order = [item.section for item in found]  # where votes are even, what one article alone is
    return max(
        (rule for rule in lexicon.sections if not rule.lead),
        key=lambda rule: (votes[rule.key], rule.key in order),
    )


def _mute(story: Story, mutes: Sequence[Mute], lexicon: Lexicon) -> Story:
    mute = find_mute(story, mutes, lexicon) if story.kept and mutes else None
    return _drop(story, Drop.MUTED, describe_mute(mute)) if mute else story


def _bonus(articles: Sequence[Article], lead: Relevance, publishers: int) -> tuple[float, tuple[str, ...]]:
    found: list[tuple[float, str]] = []
    kind = articles[0].publisher.kind
    if publishers > 1:
        found.append((CORROBORATION * math.log2(publishers), f"{publishers} independent publishers"))
    if lead.events:
        found.append((EVENT, f"event: {lead.events[0]}"))
    if kind in _KIND_BONUS:
        found.append((_KIND_BONUS[kind], f"from {kind.value}"))
    if find_genre(articles[0]) == PAID:
        found.append((PAID_FOR, "somebody paid for it"))
    if _CORRECTS.match(articles[0].title):
        found.append((CORRECTS, "corrects an article"))
    if is_round_up(articles[0]):
        found.append((ROUND_UP, "several things at once"))
    return sum(bonus for bonus, _ in found), tuple(reason for _, reason in found)


def _recency(
    articles: Sequence[Article], settings: Editorial, now: datetime, *, trusted: bool
) -> tuple[float, tuple[str, ...]]:
    hours = (now - _newest(articles)).total_seconds() / 3600
    if trusted or hours <= settings.lead_time_hours:
        return 1.0, ()
    factor = 0.5 ** ((hours - settings.lead_time_hours) / HALF_LIFE_HOURS)
    return factor, (f"{hours / 24:.0f} days old",)


def _find_over_caps(stories: Sequence[Story], *, lexicon: Lexicon, settings: Editorial) -> dict[str, str]:
    """Return ``{story key: why there is no room}`` for the stories over a cap, the best coming first.

    The best story moves to the lead section and takes no place in its own. Publishers without a name are
    not one publisher, and what others tell too takes no place of the one that leads it.
    """
    titles = {section.key: section.title for section in lexicon.sections}
    by_section: Counter[str] = Counter()
    by_publisher: Counter[str] = Counter()
    over: dict[str, str] = {}
    kept = 0
    for story in stories:
        publisher = story.articles[0].publisher
        voice = publisher.independence
        alone = count_publishers(story.articles) <= 1
        if kept >= settings.max_stories:
            over[story.key] = f"the issue has its {settings.max_stories} stories"
        elif by_section[story.section] >= settings.max_per_section:
            over[story.key] = f"{titles[story.section]} has its {settings.max_per_section} stories"
        elif alone and voice and by_publisher[voice] >= settings.max_per_publisher:
            over[story.key] = f"{publisher.name} has its {settings.max_per_publisher} stories"
        else:
            by_section[story.section] += 1 if kept else 0
            by_publisher[voice] += alone
            kept += 1
    return over


def _find_beside(stories: Sequence[Story]) -> dict[str, Story]:
    """Return, by key, the stories of a matter that a better one is of, as they rank behind ``FIRST_STORIES`` others.

    Another news of one firm, and what was not seen to be the same event: readers want one of them among the first.
    """
    related = find_related([story.articles[0] for story in stories])
    better = {high: low for low, high in sorted(related, reverse=True)}
    others = [story for number, story in enumerate(stories) if number not in better]
    if len(others) < FIRST_STORIES:
        return {}
    behind = others[FIRST_STORIES - 1].score - 0.001
    return {
        stories[high].key: replace(
            stories[high],
            score=min(stories[high].score, round(behind, 3)),
            reasons=(*stories[high].reasons, f"beside {stories[low].key}"),
        )
        for high, low in better.items()
    }


def _newest(articles: Sequence[Article]) -> datetime:
    return max(article.occurred for article in articles)


def part_keys(wanted: Iterable[str]) -> list[str]:
    """Return the keys, each its own: one that an earlier one has gets a number."""
    taken: dict[str, None] = {}
    for stem in wanted:
        key, number = stem, 2
        while key in taken:
            key, number = f"{stem}-{number}", number + 1
        taken[key] = None
    return list(taken)


def _check_novelty(story: Story, history: History, now: datetime, lexicon: Lexicon) -> Story:
    novelty = decide_novelty(story.articles, history, today=now.date(), lexicon=lexicon)
    if not novelty.is_new:
        return _drop(story, Drop.SENT, novelty.reason)
    if novelty.update_of:
        return replace(
            story,
            update_of=novelty.update_of,
            follows=None,
            reasons=(novelty.reason, *(story.reasons[1:] if story.follows else story.reasons)),
            flags=(*story.flags, novelty.correction) if novelty.correction else story.flags,
        )
    return story


def _drop(story: Story, drop: Drop, why: str) -> Story:
    return replace(story, kept=False, reasons=(f"{drop.value}: {why}", *story.reasons))
