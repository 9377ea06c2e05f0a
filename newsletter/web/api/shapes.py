"""What the API takes and gives. Pure. The descriptions become its page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from newsletter.model import DeliveryStatus, IssueStatus, SubscriberStatus

_LONGEST = 320  # characters of an address as somebody may write it
MOST = 500  # of a list in one answer
LARGEST_ID = 2**63 - 1


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Consent(_Shape):
    """The evidence that somebody agreed elsewhere."""

    given: AwareDatetime = Field(description="When they agreed; not in the future.")
    how: str = Field(description="By which way, in words: kept as the proof.", min_length=3, max_length=400)
    ip: str = Field(
        "", description="The IP address they agreed from; only its network is kept.", max_length=45
    )


class NewReader(_Shape):
    """Somebody who wants the newsletter."""

    address: str = Field(
        description="An email address.", max_length=_LONGEST, json_schema_extra={"format": "email"}
    )
    name: str = Field("", description="The person's name.", max_length=120)
    editions: list[str] = Field(
        default=[], description="Keys of the editions they want; none: the default one.", max_length=50
    )
    consent: Consent | None = Field(
        None,
        description="With it, and the scope operator, they are subscribed at once; without, they are asked.",
    )


class Asked(_Shape):
    """The answer to every address alike: whether it is known is not told."""

    status: str = Field(
        "asked", description="A confirm mail is on its way, unless they are subscribed or left for good."
    )


class Reader(_Shape):
    """An address and its consent."""

    id: int
    address: str
    name: str | None
    status: SubscriberStatus
    created: datetime
    confirmed: datetime | None
    unsubscribed: datetime | None
    paused_until: date | None
    editions: list[str] = Field(description="Keys of the editions they get while active.")
    paused_editions: dict[str, date] = Field(
        description="Those that wait by themselves, and until when; `paused_until` is of all."
    )


class Wanted(_Shape):
    """Which subscribers; an address stands in a body, since addresses of pages are written into logs."""

    address: str = Field("", description="Exactly this address.", max_length=_LONGEST)
    search: str = Field("", description="A part of the address or the name.", max_length=200)
    status: SubscriberStatus | None = None
    after: int = Field(0, description="The last id of the page before.", ge=0, le=LARGEST_ID)
    limit: int = Field(100, ge=1, le=MOST)


class Readers(_Shape):
    """A page of subscribers, by id."""

    subscribers: list[Reader]
    after: int | None = Field(description="What to ask for next; null: that was all.")


class ListedIssue(_Shape):
    """An issue, or a day without one and why."""

    edition: str
    date: date
    number: int | None
    status: IssueStatus
    held: bool = Field(description="Held or paused: it does not leave, or not further.")
    subject: str | None
    composed: datetime | None
    frozen: datetime | None
    finished: datetime | None
    note: str | None


class SentIssue(ListedIssue):
    """An issue with how far it is sent."""

    deliveries: dict[DeliveryStatus, int] = Field(
        description="How many stand in each state: all readers of it."
    )


class Issues(_Shape):
    """The newest dates first."""

    issues: list[ListedIssue]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: Annotated[list[str], Field(description="What is wrong with which field.")] = []
