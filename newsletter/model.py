"""The frozen dataclasses of the newsletter, in the order data flows. READ THIS FIRST. Pure.

``Source`` ─▶ ``Entry`` ─▶ ``Article`` ─▶ ``Story`` ─▶ ``Issue`` ─▶ ``RenderedIssue`` ─▶ ``Delivery``.

Every time is an aware UTC ``datetime`` named for its event; an issue's ``date`` is a local date in
the newsletter's zone. Every ``start``/``end`` is a half-open span of characters (code points) of an
article's ``text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType

LocalDate = date  # a day in the newsletter's zone; an alias, since fields are called ``date`` too
SourceKey = NewType("SourceKey", str)  # the name of a source in config/sources.toml
ArticleId = NewType("ArticleId", str)  # digest of an immutable version of an article
IssueId = NewType("IssueId", int)
SubscriberId = NewType("SubscriberId", int)
DeliveryId = NewType("DeliveryId", int)
ContentHash = NewType("ContentHash", str)  # sha-256, hex, of an issue's frozen content


# ── collect ──────────────────────────────────────────────────────────────────────────────────────


class PublisherKind(StrEnum):
    """Who speaks. The label that every story carries."""

    STATE_MEDIA = "state-owned media"
    ISSUER = "issuer press release"
    REGULATOR = "regulator or government"
    TRADE_PRESS = "trade press"
    WIRE = "wire"
    ANALYST = "analyst"
    AGGREGATOR = "aggregator"  # republishes others: corroborates nothing
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who published an article, or (as an *origin*) whose words it relays."""

    name: str
    kind: PublisherKind = PublisherKind.OTHER
    family: str = ""  # publishers of one family corroborate nothing for each other; "" means the name

    @property
    def independence(self) -> str:
        """The key under which publishers count as one voice."""
        return (self.family or self.name).casefold()


class SourceType(StrEnum):
    """How a source is read."""

    SEED = "seed"  # a folder of documents
    FEED = "feed"  # RSS, Atom, RDF or JSON Feed
    PAGE = "page"  # one web page that is itself the article, or lists links to articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where news comes from: one table of config/sources.toml."""

    key: SourceKey
    type: SourceType
    location: str  # an http(s) URL; for a seed source a folder
    publisher: Publisher
    origin: Publisher | None = None  # set where everything from here relays someone else's words
    section: str | None = None  # the key of a section, as a hint
    weight: float = 1.0  # 0.0–2.0, multiplies relevance
    enabled: bool | None = None  # None: enabled once it answered with a feed
    language: str | None = None
    trusted: bool = False  # every entry is on the subject: the lexicon only ranks


class Flag(StrEnum):
    """A remark for the reader of a story."""

    FIRST_SIGHT = "dated by first sight"
    FUTURE_DATE = "dated in the future by its source"
    CORRECTED = "corrected at the source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as a source gives it, before its text is known."""

    source: SourceKey
    key: str  # its identity within the source: guid, else URL key, else content digest
    title: str
    link: str | None = None  # absolute http(s) URL, scrubbed of tracking
    link_key: str | None = None  # the identity of that URL
    published: datetime | None = None
    summary: str = ""  # plain text
    body: bytes | None = None  # the document itself where the source carries it (seed, full-text feed)
    body_type: Literal["html", "text"] = "html"
    publisher: Publisher | None = None  # where the entry names another one than its source does
    flags: tuple[str, ...] = ()  # of its date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The health record of one source, as the store keeps it between runs."""

    source: SourceKey
    enabled: bool = False  # reads count; a listed feed becomes enabled when it first answers
    retired: bool = False  # 410 Gone
    etag: str | None = None
    last_modified: str | None = None
    first_read: datetime | None = None
    checked: datetime | None = None
    good: datetime | None = None  # the last good read
    newest_entry: datetime | None = None
    failures: int = 0  # in a row
    error: str | None = None
    hint: str | None = None
    next_check: datetime | None = None
    seen: int = 0  # entries in the last good read


# ── extract ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One run of broken encoding that was mended."""

    start: int  # in the text before repair
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What the extract stage finds in one document.

    ``text`` is clean: paragraphs, headings and "• " bullets, each a block of its own, blocks parted
    by one empty line; no chrome, no markup.
    """

    title: str
    text: str
    byline: str | None = None
    published: datetime | None = None
    published_is_date: bool = False  # only the day is known: midnight UTC stands for it
    language: str | None = None
    publisher_highlights: tuple[str, ...] = ()
    disclaimer: str | None = None
    origin: str | None = None  # the name of whom it relays, where the document says so
    related: tuple[str, ...] = ()  # headlines that stood beside the article
    url: str | None = None  # rel=canonical, where the document names one
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean text got from an entry, with its metadata: one immutable version.

    ``id`` digests source, entry, publisher, title and text, so a corrected article is another version.
    """

    id: ArticleId
    source: SourceKey
    entry_key: str
    title: str
    text: str
    publisher: Publisher
    origin: Publisher | None = None
    url: str | None = None
    url_key: str | None = None
    byline: str | None = None
    published: datetime | None = None  # as the source says; never later than first_seen
    published_is_date: bool = False
    first_seen: datetime
    language: str | None = None
    publisher_highlights: tuple[str, ...] = ()
    disclaimer: str | None = None
    related: tuple[str, ...] = ()
    section: str | None = None  # the source's hint
    weight: float = 1.0
    trusted: bool = False
    flags: tuple[str, ...] = ()  # of its date

    @property
    def occurred(self) -> datetime:
        """When it was published, or first seen where no date is known."""
        return self.published or self.first_seen


# ── editorial ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where words come from: a span of one version of an article."""

    article: ArticleId
    start: int
    end: int
    sentence: str  # exactly article.text[start:end], kept so that the issue can be checked alone


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadIn:
    """Who speaks, carried from an earlier sentence: "Baogang says:"."""

    text: str
    speaker: str
    citation: Citation  # the sentence that establishes the speaker


class HighlightKind(StrEnum):
    """Whose statement a highlight is."""

    FACT = "fact"
    CLAIM = "claim"  # attributed, in the sentence itself or by the lead-in
    VIEW = "view"  # the publisher's own judgement, given under the publisher's name
    DIFFERS = "differs"  # "Reports differ: …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """One bullet of the issue. ``text`` is its sentence, uncut or shortened by deletion only."""

    text: str
    citation: Citation
    kind: HighlightKind = HighlightKind.FACT
    lead_in: LeadIn | None = None
    more: tuple[Citation, ...] = ()  # further sources of the same fact
    cut: tuple[str, ...] = ()  # what was deleted from the sentence
    rewritten: bool = False  # by a language model
    reasons: tuple[str, ...] = ()  # why this sentence, in plain words


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer about one bullet against its source."""

    grounded: bool
    reasons: tuple[str, ...] = ()  # why not, each in words a person understands


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
    update_of: str | None = None  # "YYYY-MM-DD/story-key" of the earlier news
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
    occurred_is_date: bool
    labels: tuple[str, ...] = ()  # PublisherKind values and remarks, in reading order
    caution: str | None = None  # the source's own "should be independently verified"
    show_date: bool = False  # older than 36 hours
    update_of: str | None = None
    flags: tuple[str, ...] = ()  # "dated by first sight", "an instruction to a model was found", …
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoNoted:
    """One line: a headline seen beside an article, undated and unread, or a story's headline alone."""

    headline: str
    publisher: str
    url: str | None = None
    read: bool = False  # False: only the headline was seen
    language: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateAhead:
    """A date on which something takes effect, with the sentence that says so."""

    date: LocalDate
    text: str
    citation: Citation
    story: str  # the story's key


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source gave in one run. ``error`` and ``hint`` only where it failed."""

    source: SourceKey
    publisher: str
    ok: bool
    seen: int = 0
    kept: int = 0
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count)
    not_modified: bool = False
    error: str | None = None
    hint: str | None = None
    last_good: datetime | None = None
    next_check: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What stands behind an issue: sources read and failed, articles seen, kept and dropped."""

    sources: tuple[SourceReport, ...] = ()
    articles_read: int = 0
    stories_found: int = 0
    stories_kept: int = 0
    headlines_kept: int = 0
    headlines_dropped: int = 0
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count)

    @property
    def failed(self) -> tuple[SourceReport, ...]:
        """The sources that could not be read."""
        return tuple(report for report in self.sources if not report.ok)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named, ordered group of stories."""

    key: str
    title: str
    stories: tuple[IssueStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One dated, numbered newsletter: pure content, no recipient in it."""

    date: LocalDate
    number: int
    newsletter: str
    subject: str  # at most 70 characters
    preheader: str
    composed: datetime
    sections: tuple[Section, ...]
    also_noted: tuple[AlsoNoted, ...] = ()
    dates_ahead: tuple[DateAhead, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    covers_since: datetime | None = None  # a late issue covers what was missed
    note: str | None = None  # the quiet-day note

    @property
    def stories(self) -> tuple[IssueStory, ...]:
        """Every story, in reading order."""
        return tuple(story for section in self.sections for story in section.stories)


# ── render ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedIssue:
    """The issue as it will leave, but for the recipient's token slots. Its ``hash`` is what is approved."""

    hash: ContentHash
    subject: str
    preheader: str
    html: str
    text: str


# ── deliver ──────────────────────────────────────────────────────────────────────────────────────


class IssueStatus(StrEnum):
    """Where an issue stands. Only ``frozen`` makes its deliveries count."""

    COMPOSED = "composed"  # content exists and can still be edited
    PLANNING = "planning"  # deliveries are being written
    FROZEN = "frozen"  # deliveries are being sent
    SENT = "sent"  # every delivery has ended
    EMPTY = "empty"  # nothing to say that day: nothing new, all sent already, or all failed
    MISSED = "missed"  # too late to start
    CANCELLED = "cancelled"


class SubscriberStatus(StrEnum):
    """A subscriber's consent."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"


class DeliveryStatus(StrEnum):
    """Where one delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"  # handed over, the answer was not recorded
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the delivery by itself."""
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset(
    {
        DeliveryStatus.SENT,
        DeliveryStatus.BOUNCED,
        DeliveryStatus.FAILED,
        DeliveryStatus.SUPPRESSED,
        DeliveryStatus.CANCELLED,
        DeliveryStatus.EXPIRED,
    }
)


class NoticeKind(StrEnum):
    """A system mail to one address."""

    CONFIRM = "confirm"
    WELCOME = "welcome"
    GOODBYE = "goodbye"


class BounceKind(StrEnum):
    """What a report that came back says."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The relay's own words: an SMTP reply code, its enhanced code (RFC 3463) and text."""

    code: int
    enhanced: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt at a delivery ended, decided from the relay's answer."""

    status: DeliveryStatus
    reply: Reply | None = None
    next_try: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """An address and its consent."""

    id: SubscriberId
    address: str
    status: SubscriberStatus
    name: str | None = None
    created: datetime
    confirmed: datetime | None = None
    unsubscribed: datetime | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issue to one subscriber."""

    id: DeliveryId
    issue: IssueId
    subscriber: SubscriberId
    status: DeliveryStatus
    attempts: int
    message_id: str
    next_try: datetime | None = None
    changed: datetime
    relay: str | None = None
    reply: Reply | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What one report says of its recipients."""

    kind: BounceKind
    recipients: tuple[str, ...] = ()
    status: str | None = None  # RFC 3463
    reason: str = ""
