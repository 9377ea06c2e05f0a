"""The desk: who did what, who is signed in, and notices to others than subscribers. I/O (database).

What was kept of issues moves into the record of acts.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.store.migrations.additions import add
from newsletter.store.schema import UTCDateTime, acts

revision = "0008"
down_revision = "0007"

_ROWS = 1_000  # at once


def upgrade() -> None:
    """Make the tables, move what there is."""
    add(revision)
    _move_events()
    op.drop_table("issue_events")


def _move_events() -> None:
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
