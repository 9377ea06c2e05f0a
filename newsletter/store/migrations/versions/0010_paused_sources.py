"""Sources that somebody paused. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Begin with none."""
    add(revision)
