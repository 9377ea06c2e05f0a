"""The frozen dataclasses of the newsletter, one file a noun, in the order data flows. READ THIS FIRST. Pure.

``Source`` ─▶ ``Entry`` ─▶ ``Article`` ─▶ ``Story`` ─▶ ``Issue`` ─▶ ``RenderedIssue`` ─▶ ``Delivery``.

Every time is an aware UTC ``datetime`` named for its event; an issue's ``date`` is a local date in
the newsletter's zone, and its ``IssueKey`` is that with its edition. Every ``start``/``end`` is a half-open
span of characters (code points) of an article's ``text``.
"""

from newsletter.model.act import BY_COMMAND, BY_PROGRAM, By, Via
from newsletter.model.alert import Alert, alert_of
from newsletter.model.article import Article, Extracted, Repair
from newsletter.model.bounce import BounceKind, Consequence
from newsletter.model.correction import Correction, Mistake
from newsletter.model.delivery import (
    FINAL_STATUSES,
    OPEN_STATUSES,
    Delivery,
    DeliveryStatus,
    DeskMail,
    NoticeKind,
    Outcome,
    RenderedNotice,
    Reply,
    notice_kind,
)
from newsletter.model.entry import Entry, Flag
from newsletter.model.highlight import (
    WHY_IT_MATTERS,
    Author,
    Beside,
    Citation,
    Highlight,
    HighlightKind,
    LeadIn,
    Summary,
    Verdict,
)
from newsletter.model.ids import (
    DAILY,
    ArticleId,
    ContentHash,
    DeliveryId,
    EditionKey,
    IssueId,
    IssueKey,
    LocalDate,
    SourceKey,
    StoryRef,
    SubscriberId,
    parse_day,
    parse_number,
)
from newsletter.model.issue import (
    AlsoNoted,
    Coverage,
    DateAhead,
    DayLine,
    Issue,
    IssueStatus,
    RenderedIssue,
    Section,
)
from newsletter.model.mute import Mute, MuteKind
from newsletter.model.publisher import Publisher, PublisherKind
from newsletter.model.quote import IssuePrice, Price, Quote
from newsletter.model.source import Source, SourceReport, SourceState, SourceType
from newsletter.model.story import FIRST_STORIES, EarlierStory, IssueStory, Reference, Story
from newsletter.model.subscriber import Subscriber, SubscriberStatus, Subscription, SubscriptionStatus
