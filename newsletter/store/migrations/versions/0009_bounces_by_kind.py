"""Complaints are found without reading every report. I/O (database)."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Index the kind."""
    op.create_index("ix_bounces_kind", "bounces", ["kind", "id"])
