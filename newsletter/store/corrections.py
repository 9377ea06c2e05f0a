"""Corrections of issues that left, and who is told of each. I/O (database)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, String, cast, exists, literal, select

from newsletter.errors import InputError
from newsletter.model import (
    By,
    Correction,
    DeliveryStatus,
    EditionKey,
    Issue,
    IssueKey,
    IssueStatus,
    Mistake,
    NoticeKind,
    RenderedIssue,
    SubscriberStatus,
)
from newsletter.store.acts import issue_key, record_issue_act
from newsletter.store.engine import Store, add_row, change, insert_into, read_as
from newsletter.store.issues import StoredIssue, add_content
from newsletter.store.schema import corrections, deliveries, issues, notices, subscribers, suppressions
from newsletter.store.subscriptions import takes

_QUERY = select(corrections, issues.c.edition, issues.c.date).join(
    issues, issues.c.id == corrections.c.issue_id
)


def save_correction(
    store: Store,
    stored: StoredIssue,
    *,
    issue: Issue,
    rendered: RenderedIssue,
    story: str,
    headline: str,
    mistake: Mistake,
    mail: bool,
    domain: str,
    now: datetime,
    by: By,
) -> tuple[Correction, int]:
    """Put an issue right that left, or is leaving and paused; return the correction and how many are mailed it.

    ``mail``: to those who got the wrong one, with Message-IDs of ``domain``.
    In one transaction: the record, the content that who waits will get and that the web shows, and the notices to
    exactly those who got the wrong one and have not left. Raises InputError where the issue is not as ``stored``, is
    being sent, or where a message of it is in the air: nobody could say which content that one has; and where it
    changes no text and was said already, unless this one is mailed and none was.
    """
    rendered = stored.rendered if stored.holds(issue, rendered) else rendered
    with store.write() as connection:
        _refuse_moving(connection, stored)
        if rendered is stored.rendered:  # and so is its hash, which would tell that it was pressed twice
            _refuse_repeated(connection, stored, story, mistake, mail=mail)
        same = (issues.c.id == stored.record.id, issues.c.hash == stored.hash)
        if change(connection, issues, *same, hash=rendered.hash, approved_hash=rendered.hash) == 0:
            raise InputError(
                f"The issue of {stored.record.key} changed while you were correcting it.",
                hint="Look at it again: newsletter issue show.",
            )
        what = f"corrected {story or 'the issue'}"
        if rendered is not stored.rendered:
            version, content = stored.version + 1, (issue, rendered, stored.selection)
            add_content(connection, stored.record.id, version, content, change=what, now=now, by=by)
        else:
            record_issue_act(connection, stored.record.id, what, now, by=by, content=stored.hash)
        row = {"issue_id": stored.record.id, "story": story, "headline": headline, "at": now}
        row |= {"actor": by.name, "hash": stored.hash, "mailed": mail, **asdict(mistake)}
        number = add_row(connection, corrections, row)
        told = _queue_notices(connection, stored, number, domain, now) if mail else 0
        if told:
            record_issue_act(connection, stored.record.id, f"told {told} of correction {number}", now, by=by)
        return _read(connection.execute(_QUERY.where(corrections.c.id == number)).one()), told


def _refuse_moving(connection: Connection, stored: StoredIssue) -> None:
    query = select(issues.c.status, issues.c.held).where(issues.c.id == stored.record.id)
    row = connection.execute(query.with_for_update()).one()
    if row.status == IssueStatus.FROZEN and not row.held:
        raise InputError(
            f"The issue of {stored.record.key} is being sent.", hint="Stop it first: newsletter issue pause."
        )
    if row.status not in {IssueStatus.FROZEN, IssueStatus.SENT}:
        raise InputError(
            f"The issue of {stored.record.key} is {row.status}: there is nothing in print to correct.",
            hint="A composed issue is simply changed: newsletter issue rewrite, drop, retitle.",
        )
    in_the_air = select(deliveries.c.id).where(
        deliveries.c.issue_id == stored.record.id, deliveries.c.status == DeliveryStatus.SENDING
    )
    if connection.execute(in_the_air.limit(1)).first() is not None:
        raise InputError(
            f"Messages of the issue of {stored.record.key} are still being handed over.",
            hint="Try again in a moment. Where a sender was killed, start it: it says what became of them.",
        )


def _refuse_repeated(
    connection: Connection, stored: StoredIssue, story: str, mistake: Mistake, *, mail: bool
) -> None:
    query = select(corrections.c.id).where(
        corrections.c.issue_id == stored.record.id,
        corrections.c.story == story,
        corrections.c.wrong == mistake.wrong,
        corrections.c.right == mistake.right,
    )
    if connection.execute(query.where(corrections.c.mailed) if mail else query).first() is not None:
        raise InputError(
            f"The issue of {stored.record.key} was corrected so already{' and mailed' if mail else ''}: "
            "nothing was done again.",
            hint="Where there is more to say, say it in other words.",
        )


def _queue_notices(
    connection: Connection, stored: StoredIssue, number: int, domain: str, now: datetime
) -> int:
    """Queue the notice for everybody who got the issue and has not left it; each gets one."""
    got_it = (
        deliveries.c.issue_id == stored.record.id,
        deliveries.c.status == DeliveryStatus.SENT,
        subscribers.c.status == SubscriberStatus.ACTIVE,
        takes(stored.record.edition),
        ~exists().where(suppressions.c.address_hmac == subscribers.c.address_hmac),
    )
    name = literal(f"<correction.{number}.") + cast(deliveries.c.subscriber_id, String) + f"@{domain}>"
    values: dict[str, Any] = {
        "subscriber_id": deliveries.c.subscriber_id,
        "address": literal(""),
        "kind": literal(NoticeKind.CORRECTION),
        "ref": literal(str(number)),
        "created": literal(now, notices.c.created.type),
        "status": literal(DeliveryStatus.QUEUED),
        "attempts": literal(0),
        "message_id": name,
        "changed": literal(now, notices.c.changed.type),
    }
    rows = (
        select(*values.values())
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(*got_it)
        .order_by(deliveries.c.id)
    )
    statement = insert_into(connection, notices).from_select(list(values), rows).on_conflict_do_nothing()
    return connection.execute(statement).rowcount


def list_corrections(store: Store, key: IssueKey) -> tuple[Correction, ...]:
    """Return the corrections of an issue, the oldest first."""
    query = _QUERY.where(issues.c.edition == key.edition, issues.c.date == key.date)
    return tuple(map(_read, store.find(query.order_by(corrections.c.id))))


def load_correction(store: Store, number: int) -> Correction:
    """Return a correction that exists."""
    return _read(store.find(_QUERY.where(corrections.c.id == number)).one())


def load_corrections_since(
    store: Store, editions: Collection[EditionKey], since: date
) -> tuple[Correction, ...]:
    """Return the corrections of the editions' issues from ``since`` on, the oldest first."""
    query = _QUERY.where(issues.c.edition.in_(editions), issues.c.date >= since)
    return tuple(map(_read, store.find(query.order_by(corrections.c.id))))


def _read(row: Any) -> Correction:
    return read_as(Correction, row, issue=issue_key(row), mistake=read_as(Mistake, row))
