"""A reader may pause one edition and go on with the others. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add until when, beside each choice."""
    add(revision)
