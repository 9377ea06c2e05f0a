"""The first tables. I/O (database).

What the schema no longer has as it was then is written out here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.migrations.additions import add
from newsletter.store.schema import UTCDateTime

revision = "0001"
down_revision = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "issues",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("date", sa.Date, unique=True, nullable=False),
        sa.Column("number", sa.Integer, unique=True),
        sa.Column("status", sa.String(16), index=True, nullable=False),
        sa.Column("hash", sa.String(64)),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("approved_hash", sa.String(64)),
        sa.Column("composed", UTCDateTime()),
        sa.Column("frozen", UTCDateTime()),
        sa.Column("finished", UTCDateTime()),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("entry_key", sa.Text, nullable=False),
        sa.Column("url_key", sa.Text, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("first_seen", UTCDateTime(), index=True, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("repairs", sa.Integer, nullable=False),
        sa.Column("considered", sa.Date),
        sa.Column("issue_id", _BIG_ID, sa.ForeignKey("issues.id")),
    )
    add(revision, but={"issues", "articles"})
    op.create_table(
        "issue_events",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column(
            "issue_id", _BIG_ID, sa.ForeignKey("issues.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
