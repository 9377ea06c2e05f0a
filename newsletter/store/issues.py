"""Issues: one of an edition on a date, each version of its content, and every change of its state. I/O (database).

Each change of state is one conditional update, so that of two processes exactly one makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from newsletter.errors import InputError
from newsletter.model import (
    BY_COMMAND,
    BY_PROGRAM,
    ArticleId,
    By,
    ContentHash,
    EditionKey,
    Issue,
    IssueId,
    IssueKey,
    IssuePrice,
    IssueStatus,
    RenderedIssue,
    Story,
)
from newsletter.store.acts import (
    Act,
    issue_key,
    key_within,
    list_acts,
    name_issue,
    record_act,
    record_issue_act,
)
from newsletter.store.considered import mark_considered
from newsletter.store.engine import Store, add_new, change, insert_into, read_as
from newsletter.store.json_codec import FORMAT, dump_stories, read_issue, read_stories, to_json
from newsletter.store.prices import save_prices
from newsletter.store.schema import corrections, issue_contents, issues
from newsletter.store.sources import save_article

_MOST_EVENTS = 1_000  # of one issue, the newest
_WITHOUT_ISSUE = (IssueStatus.EMPTY, IssueStatus.MISSED)
REOPENED = "reopened"  # its note, and what is said of who did it


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecord:
    """What the ledger says of an edition's date."""

    id: IssueId
    edition: EditionKey
    date: date
    number: int | None
    status: IssueStatus
    hash: ContentHash | None
    held: bool
    approved_hash: ContentHash | None
    composed: datetime | None
    frozen: datetime | None
    finished: datetime | None
    note: str | None
    subject: str | None = None

    @property
    def key(self) -> IssueKey:
        """Which issue it is."""
        return IssueKey(edition=self.edition, date=self.date)

    @property
    def may_reopen(self) -> bool:
        """Whether its date was empty or missed, and ``reopen_day`` lets it be composed, or leave, after all.

        One that went out after a backup was made (``newsletter restored``) has a number and no content.
        """
        return self.status in _WITHOUT_ISSUE and (self.number is None or self.hash is not None)

    @property
    def is_reopened(self) -> bool:
        """Whether it was missed, and somebody wants it to leave however late."""
        return self.status is IssueStatus.COMPOSED and self.note == REOPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIssue:
    """An issue with its current content."""

    record: IssueRecord
    version: int
    change: str
    restores: int | None = None  # the earlier version whose content it is
    issue: Issue
    rendered: RenderedIssue
    selection: tuple[Story, ...]  # what stayed out, with reasons; articles without their text

    @property
    def status(self) -> IssueStatus:
        """Where the issue stands."""
        return self.record.status

    @property
    def hash(self) -> ContentHash:
        """What is approved and what is sent."""
        return self.rendered.hash

    def holds(self, issue: Issue, rendered: RenderedIssue) -> bool:
        """Whether that is its content, under whatever hash: earlier releases made it of the mail alone."""
        return issue == self.issue and replace(rendered, hash=self.hash) == self.rendered


_RENDERED = tuple(field.name for field in fields(RenderedIssue))
_CURRENT = (issue_contents.c.issue_id == issues.c.id) & (issue_contents.c.version == (
    select(func.max(issue_contents.c.version)).where(issue_contents.c.issue_id == issues.c.id)
    .correlate(issues).scalar_subquery()
))  # fmt: skip


_RECORDS = select(issues, issue_contents.c.subject).outerjoin(issue_contents, _CURRENT)


def _is(key: IssueKey) -> ColumnElement[bool]:
    return and_(issues.c.edition == key.edition, issues.c.date == key.date)


def _of(edition: EditionKey) -> ColumnElement[bool]:
    return issues.c.edition == edition


def find_record(store: Store, key: IssueKey) -> IssueRecord | None:
    """Return what the ledger says of an issue, or None where it says nothing."""
    row = store.find(_RECORDS.where(_is(key))).one_or_none()
    return read_as(IssueRecord, row) if row else None


def key_of(store: Store, issue: IssueId) -> IssueKey:
    """Return the key of an issue that exists."""
    with store.read() as connection:
        return key_within(connection, issue)


def find_key(store: Store, issue: IssueId) -> IssueKey | None:
    """Return the key of an issue, or None where there is none of that number."""
    query = select(issues.c.edition, issues.c.date).where(issues.c.id == issue)
    row = store.find(query).one_or_none()
    return issue_key(row) if row else None


def list_issues(
    store: Store,
    *,
    edition: EditionKey | None = None,
    statuses: Iterable[IssueStatus] = (),
    before: date | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[IssueRecord, ...]:
    """Return the newest dates first, all or those in one of ``statuses``, of dates ``before`` that one."""
    query = _RECORDS
    if wanted := list(statuses):
        query = query.where(issues.c.status.in_(wanted))
    if edition is not None:
        query = query.where(_of(edition))
    if before is not None:
        query = query.where(issues.c.date < before)
    query = query.order_by(issues.c.date.desc(), issues.c.id.desc()).offset(offset).limit(limit)
    return tuple(read_as(IssueRecord, row) for row in store.find(query))


def load_issue(store: Store, key: IssueKey, *, version: int | None = None) -> StoredIssue | None:
    """Return an issue with its current content, or an earlier ``version`` of it; None where there is none."""
    which = _CURRENT
    if version is not None:
        which = (issue_contents.c.issue_id == issues.c.id) & (issue_contents.c.version == version)
    with store.read() as connection:
        record = connection.execute(_RECORDS.where(_is(key))).one_or_none()
        query = select(issue_contents).join(issues, which).where(_is(key))
        row = connection.execute(query).one_or_none()
    if record is None or row is None:
        return None
    return read_as(
        StoredIssue,
        row,
        record=replace(read_as(IssueRecord, record), subject=row.subject),
        issue=read_issue(row.issue, row.format),
        selection=read_stories(row.selection, row.format),
        rendered=read_as(RenderedIssue, row),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One content that an issue had."""

    version: int
    hash: ContentHash
    created: datetime
    change: str  # what made it
    restores: int | None

    @property
    def origin(self) -> int:
        """The version that had this content first."""
        return self.restores or self.version


def open_issue(store: Store, key: IssueKey) -> StoredIssue:
    """Return an issue. Raises InputError where there is none."""
    return load_issue(store, key) or _refuse(key, find_record(store, key))


def open_record(store: Store, key: IssueKey) -> IssueRecord:
    """Return what the ledger says of an issue. Raises InputError where it knows none."""
    return find_record(store, key) or _refuse(key, None)


def _refuse(key: IssueKey, record: IssueRecord | None) -> NoReturn:
    why = f" ({record.status}: {record.note})" if record else ""
    raise InputError(
        f"There is no issue of {key}{why}.",
        hint="newsletter issue list shows those there are; newsletter run makes today's.",
    )


def list_versions(store: Store, issue: IssueId) -> tuple[Version, ...]:
    """Return every content that an issue had, the oldest first."""
    columns = (issue_contents.c[name] for name in ("version", "hash", "created", "change", "restores"))
    query = select(*columns).where(issue_contents.c.issue_id == issue).order_by(issue_contents.c.version)
    return tuple(read_as(Version, row) for row in store.find(query))


def load_rendered(store: Store, issue: IssueId) -> RenderedIssue:
    """Return the current content of an issue, as it will leave."""
    query = select(issue_contents).join(issues, _CURRENT).where(issues.c.id == issue)
    return read_as(RenderedIssue, store.find(query).one())


def has_issues(store: Store, edition: EditionKey) -> bool:
    """Whether there is any issue of an edition."""
    return store.has_any(select(issues.c.id).where(_of(edition)))


def next_number(store: Store, edition: EditionKey) -> int:
    """Return the number that the edition's next issue gets: numbers count up from 1."""
    return (store.find(select(func.max(issues.c.number)).where(_of(edition))).scalar() or 0) + 1


def save_composed(
    store: Store,
    *,
    issue: Issue,
    rendered: RenderedIssue,
    selection: tuple[Story, ...],
    considered: Iterable[ArticleId],
    now: datetime,
    change: str = "composed",
    prices: Iterable[IssuePrice] = (),
    by: By = BY_PROGRAM,
    held: bool = False,
) -> bool:
    """Write a new issue, mark its articles and keep ``prices``, in one transaction; ``change`` goes on record.

    One that is ``held`` waits until it is released.

    Return False, having written nothing, where the edition already has an issue on the date (promise 1).
    """
    with store.write() as connection:
        # One statement: of two processes with the same date and number, the second waits here for the first.
        issue_id = connection.scalar(
            insert_into(connection, issues)
            .values(
                edition=issue.edition,
                date=issue.date,
                number=issue.number,
                status=IssueStatus.COMPOSED,
                hash=rendered.hash,
                held=held,
                composed=now,
            )
            .on_conflict_do_nothing()
            .returning(issues.c.id)
        )
        if issue_id is None:
            return False
        add_content(connection, issue_id, 1, (issue, rendered, selection), change=change, now=now, by=by)
        used = {reference.article for story in issue.stories for reference in story.references}
        mark_considered(connection, issue.key, considered, used, issue_id)
        save_prices(connection, prices)
    return True


def add_content(
    connection: Connection,
    issue_id: int,
    version: int,
    content: tuple[Issue, RenderedIssue, tuple[Story, ...]],
    *,
    change: str,
    now: datetime,
    restores: int | None = None,
    by: By = BY_PROGRAM,
) -> None:
    """Write a version of an issue's content, with what stayed out, and who made it, in the caller's transaction."""
    issue, rendered, selection = content
    connection.execute(
        insert(issue_contents).values(
            issue_id=issue_id,
            version=version,
            restores=restores,
            created=now,
            change=change,
            format=FORMAT,
            issue=to_json(issue),
            selection=dump_stories(selection),
            **{name: getattr(rendered, name) for name in _RENDERED},
        )
    )
    record_issue_act(connection, issue_id, change, now, by=by, content=rendered.hash)


def revise_issue(
    store: Store,
    stored: StoredIssue,
    *,
    issue: Issue,
    rendered: RenderedIssue,
    change: str,
    now: datetime,
    joined: tuple[Story, ...] = (),
    restores: int | None = None,
    by: By = BY_PROGRAM,
) -> None:
    """Freeze new content in place of ``stored``'s. Raises InputError where it is no longer the current one.

    ``joined`` are stories that were not weighed when it was composed, or have other articles since; ``restores`` is
    the version it is taken from.
    """
    with store.write() as connection:
        number = stored.record.id
        same = (issues.c.status == IssueStatus.COMPOSED, issues.c.hash == stored.hash)
        revised = update(issues).where(issues.c.id == number, *same).values(hash=rendered.hash)
        if connection.execute(revised).rowcount == 0:
            raise InputError(
                f"The issue of {stored.record.date} changed or left while you were editing it.",
                hint="Look at it again: newsletter issue show.",
            )
        fresh = {story.key for story in joined}
        weighed = (story for story in stored.selection if story.key not in fresh)
        content = (issue, rendered, (*weighed, *joined))
        version = stored.version + 1
        add_content(connection, number, version, content, change=change, now=now, restores=restores, by=by)
        used = {reference.article for story in issue.stories for reference in story.references}
        for article in (article for story in joined for article in story.articles):
            save_article(connection, article, 0)
        mark_considered(connection, issue.key, used, used, number)


def record_day(store: Store, key: IssueKey, status: IssueStatus, note: str, now: datetime) -> bool:
    """Record that a date has no issue and why. False where the ledger already says something of it."""
    with store.write() as connection:
        row = {"edition": key.edition, "date": key.date, "status": status, "held": False}
        if not add_new(connection, issues, {**row, "finished": now, "note": note}):
            return False
        record_act(connection, BY_PROGRAM, f"{status}: {note}", name_issue(key), now)
    return True


def reopen_day(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> bool:
    """Forget that a date was empty or missed: it can be composed after all, or leave where it was composed.

    False where it was neither, or went out unseen.
    """
    with store.write() as connection:
        row = connection.execute(_RECORDS.where(_is(key))).one_or_none()
        record = read_as(IssueRecord, row) if row else None
        if record is None or not record.may_reopen:
            return False
        record_issue_act(connection, record.id, REOPENED, now, by=by)
        if record.hash is None:
            connection.execute(issues.delete().where(issues.c.id == record.id))
        else:
            values = {"status": IssueStatus.COMPOSED, "finished": None, "note": REOPENED}
            change(connection, issues, issues.c.id == record.id, **values)
    return True


def change_issue(
    store: Store,
    key: IssueKey,
    what: str,
    now: datetime,
    *,
    where: Iterable[IssueStatus],
    hash: ContentHash | None = None,  # noqa: A002 - the word of the domain
    by: By = BY_PROGRAM,
    **values: Any,
) -> bool:
    """Change columns of an issue in one of the states ``where`` (and with that content); record ``what``.

    Return False where it is not there, or no longer in such a state.
    """
    with store.write() as connection:
        which = [_is(key), issues.c.status.in_(list(where))]
        if hash is not None:
            which.append(issues.c.hash == hash)
        if change(connection, issues, *which, **values) == 0:
            return False
        record_act(connection, by, what, name_issue(key), now, content=hash)
    return True


def list_events(store: Store, key: IssueKey) -> tuple[Act, ...]:
    """Return what happened to an issue, oldest first."""
    return tuple(reversed(list_acts(store, about=name_issue(key), limit=_MOST_EVENTS)))


def load_sent_issues(store: Store, edition: EditionKey, since: date) -> tuple[Issue, ...]:
    """Return the content of the edition's issues from ``since`` on that left or are to leave, oldest first."""
    alive = [IssueStatus.COMPOSED, IssueStatus.PLANNING, IssueStatus.FROZEN, IssueStatus.SENT]
    query = (
        select(issue_contents.c.issue, issue_contents.c.format)
        .join(issues, _CURRENT)
        .where(_of(edition), issues.c.date >= since, issues.c.status.in_(alive))
        .order_by(issues.c.date)
    )
    return tuple(read_issue(row.issue, row.format) for row in store.find(query))


def last_covered(store: Store, edition: EditionKey, *, before: date | None = None) -> datetime | None:
    """Return when the edition's newest issue was composed, of a date ``before`` that: the next covers what followed."""
    query = select(func.max(issues.c.composed)).where(_of(edition))
    if before is not None:
        query = query.where(issues.c.date < before)
    return store.find(query).scalar()


PUBLISHED = (IssueStatus.FROZEN, IssueStatus.SENT)  # frozen: it is leaving, and its links are in mails
_IS_PUBLISHED = issues.c.status.in_(list(PUBLISHED))


def archive_version(store: Store) -> str:
    """Return a text that changes whenever an issue joins or quits the archive, or one there is corrected."""
    corrected = select(func.count()).select_from(corrections).scalar_subquery()
    query = select(func.count(), func.max(issues.c.id), func.sum(issues.c.id), corrected).where(_IS_PUBLISHED)
    return "/".join(str(value) for value in store.find(query).one())


def find_neighbours(store: Store, key: IssueKey) -> tuple[IssueKey | None, IssueKey | None]:
    """Return the published issues of the edition before and after this one."""
    alike = (_IS_PUBLISHED, issues.c.edition == key.edition)
    with store.read() as connection:
        older = connection.scalar(select(func.max(issues.c.date)).where(*alike, issues.c.date < key.date))
        newer = connection.scalar(select(func.min(issues.c.date)).where(*alike, issues.c.date > key.date))
    return older and replace(key, date=older), newer and replace(key, date=newer)
