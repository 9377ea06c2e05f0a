"""Sources that somebody paused. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema import UTCDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Begin with none."""
    op.create_table(
        "paused_sources",
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_paused_sources")),
    )
