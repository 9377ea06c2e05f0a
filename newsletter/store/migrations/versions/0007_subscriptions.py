"""Consent for each edition; who subscribed before there were several chose the one there was.

I/O (database).
"""

from __future__ import annotations

from alembic import op

from newsletter.store.migrations.additions import add

revision = "0007"
down_revision = "0006"

_CHOICES = """
INSERT INTO subscriptions (edition, subscriber_id, status, confirmed, left_at)
SELECT 'daily', id, CASE status WHEN 'unsubscribed' THEN 'left' ELSE status END, confirmed, unsubscribed
FROM subscribers
"""


def upgrade() -> None:
    """Give every subscriber the edition "daily", with the consent as it is."""
    add(revision)
    op.execute(_CHOICES)
