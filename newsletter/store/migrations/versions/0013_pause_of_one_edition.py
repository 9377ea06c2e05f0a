"""A reader may pause one edition and go on with the others. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add until when, beside each choice."""
    op.add_column("subscriptions", sa.Column("paused_until", sa.Date()))
