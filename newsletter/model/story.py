"""One event and the articles about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.article import Article
from newsletter.model.highlight import Highlight
from newsletter.model.ids import ArticleId
from newsletter.model.publisher import Publisher

FIRST_STORIES = 4  # that come first in a mail, each with highlights of its own, the top story among them


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStory:
    """A story of an earlier issue that another one carries on."""

    story: str  # a StoryRef, written
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event: one or more articles about it. ``articles[0]`` leads."""

    key: str  # stable within its issue and in URLs: [a-z0-9-]+
    articles: tuple[Article, ...]
    section: str
    score: float
    reasons: tuple[str, ...] = ()
    kept: bool = True
    highlights: tuple[Highlight, ...] = ()
    line: Highlight | None = None  # the story in one bullet; None: its first highlight
    update_of: str | None = None  # a StoryRef, written: "YYYY-MM-DD/story-key" of the earlier news
    follows: EarlierStory | None = None  # of the last days, where it is no update
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One article behind a story, as the issue shows it. The snapshot that outlives the article."""

    article: ArticleId
    title: str
    publisher: Publisher
    origin: Publisher | None
    url: str | None
    published: datetime | None
    published_is_date: bool
    byline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueStory:
    """A story as the issue holds it: all that is needed to render, cite and explain it."""

    key: str
    headline: str
    section: str
    highlights: tuple[Highlight, ...]
    references: tuple[Reference, ...]
    occurred: datetime
    labels: tuple[str, ...] = ()  # PublisherKind values and remarks, in reading order
    caution: str | None = None  # the source's own "should be independently verified"
    line: Highlight | None = None  # the story in one bullet; None: its first highlight
    update_of: str | None = None
    follows: EarlierStory | None = None
    moves: tuple[EarlierStory, ...] = ()  # in a review: how it was told day after day
    flags: tuple[str, ...] = ()  # "dated by first sight", "an instruction to a model was found", …
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    pinned: bool = False
