"""Corrections of issues that left, and what editors want to hear nothing of. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make both tables."""
    add(revision)
