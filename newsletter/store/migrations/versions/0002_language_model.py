"""The ledger and the cache of the optional language model. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables."""
    add(revision)
