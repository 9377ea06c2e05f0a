"""The desk: who did what, who is signed in, and notices to others than subscribers. I/O (database).

What was kept of issues moves into the record of acts.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema import UTCDateTime

revision = "0008"
down_revision = "0007"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ROWS = 1_000  # at once


def upgrade() -> None:
    """Make the tables, move what there is."""
    acts = op.create_table(
        "acts",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index(op.f("ix_acts_object"), "acts", ["object"], unique=False)
    _move_events(acts)
    op.drop_table("issue_events")
    op.create_table(
        "sessions",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires", UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended", UTCDateTime(timezone=True), nullable=True),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_sessions_digest")),
    )
    op.create_index("ix_sessions_scope_created", "sessions", ["scope", "created"], unique=False)
    op.add_column("notices", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column("notices", sa.Column("ref", sa.Text(), nullable=True))
    op.create_index("ix_notices_ref", "notices", ["kind", "ref", "subscriber_id", "address"], unique=True)


def _move_events(acts: sa.Table) -> None:
    connection = op.get_bind()
    events = sa.table(
        "issue_events", *map(sa.column, ("id", "issue_id", "what")), sa.column("at", UTCDateTime())
    )
    issues = sa.table("issues", *map(sa.column, ("id", "edition")), sa.column("date", sa.Date()))
    query = (
        sa.select(events.c.id, events.c.at, events.c.what, issues.c.edition, issues.c.date)
        .join(issues, issues.c.id == events.c.issue_id)
        .order_by(events.c.id)
        .limit(_ROWS)
    )
    last = 0
    while rows := connection.execute(query.where(events.c.id > last)).all():
        last = rows[-1].id
        connection.execute(sa.insert(acts), [_as_act(row) for row in rows])


def _as_act(row: Any) -> dict[str, object]:
    verb, _, detail = row.what.partition(" ")
    day = row.date.isoformat()
    return {
        "at": row.at,
        "actor": "",
        "via": "",  # it was not kept
        "verb": verb,
        "object": f"issue {day}" if row.edition == "daily" else f"issue {row.edition}/{day}",
        "detail": detail,
    }
