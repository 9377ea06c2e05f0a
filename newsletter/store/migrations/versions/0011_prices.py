"""Series of prices. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    add(revision)
