"""Which earlier content of an issue a later one gives back: an editor's undo. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Let a version name the one whose content it is."""
    op.add_column("issue_contents", sa.Column("restores", sa.Integer()))
