"""A report says what follows from it: one that does not agree with itself waits for a second. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let what came before count as it did."""
    add(revision)
