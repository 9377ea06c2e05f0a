"""Tokens of other programs that use the API. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema import UTCDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Begin without any."""
    op.create_table(
        "api_tokens",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.Column("revoked", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
