"""Consent for each edition; who subscribed before there were several chose the one there was.

I/O (database).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema import UTCDateTime

revision = "0007"
down_revision = "0006"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHOICES = """
INSERT INTO subscriptions (edition, subscriber_id, status, confirmed, left_at)
SELECT 'daily', id, CASE status WHEN 'unsubscribed' THEN 'left' ELSE status END, confirmed, unsubscribed
FROM subscribers
"""


def upgrade() -> None:
    """Give every subscriber the edition "daily", with the consent as it is."""
    op.create_table(
        "subscriptions",
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("subscriber_id", _BIG_ID, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("confirmed", UTCDateTime(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_subscriptions_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition", "subscriber_id", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_subscriber_id", "subscriptions", ["subscriber_id"])
    op.add_column("consent_events", sa.Column("editions", sa.Text(), nullable=True))
    op.execute(_CHOICES)
