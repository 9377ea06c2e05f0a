"""Which earlier content of an issue a later one gives back: an editor's undo. I/O (database)."""

from __future__ import annotations

from newsletter.store.migrations.additions import add

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Let a version name the one whose content it is."""
    add(revision)
