"""Tokens of other programs that use the API. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Begin without any."""
    add(revision)
