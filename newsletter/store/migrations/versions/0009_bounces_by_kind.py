"""Complaints are found without reading every report. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Index the kind."""
    add(revision)
