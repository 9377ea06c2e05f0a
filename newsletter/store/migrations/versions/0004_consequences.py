"""A report says what follows from it: one that does not agree with itself waits for a second. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let what came before count as it did."""
    op.add_column(
        "bounces", sa.Column("consequence", sa.String(length=16), server_default="counts", nullable=False)
    )
