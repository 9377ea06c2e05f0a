"""The first tables. I/O (database)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema import UTCDateTime

revision = "0001"
down_revision = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _delivery_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("resends", sa.Integer, server_default="0", nullable=False),
        sa.Column("next_try", UTCDateTime()),
        sa.Column("lease_owner", sa.String(120)),
        sa.Column("lease_until", UTCDateTime()),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("changed", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime()),
        sa.Column("relay", sa.Text),
        sa.Column("reply_code", sa.Integer),
        sa.Column("reply_enhanced", sa.String(16)),
        sa.Column("reply_text", sa.Text),
        sa.Column("reason", sa.Text),
    )


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "alerts",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("key", sa.String(120), index=True, nullable=False),
        sa.Column("raised", UTCDateTime(), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("told", UTCDateTime()),
        sa.Column("route", sa.String(16)),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "bounces",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("at", UTCDateTime(), index=True, nullable=False),
        sa.Column("subscriber_id", _BIG_ID, index=True),
        sa.Column("delivery_id", _BIG_ID, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), unique=True),
        sa.Column("raw", sa.LargeBinary),
    )
    op.create_table(
        "delivery_events",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("delivery_id", _BIG_ID, index=True, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("relay", sa.Text),
        sa.Column("reply_code", sa.Integer),
        sa.Column("reply_enhanced", sa.String(16)),
        sa.Column("reply_text", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "entries",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("link_key", sa.Text, index=True),
        sa.Column("digest", sa.String(64), index=True, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("first_seen", UTCDateTime(), index=True, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", UTCDateTime()),
        sa.UniqueConstraint("source", "key"),
        sa.Index("ix_entries_status", "status"),
    )
    op.create_table(
        "fetches",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("source", sa.String(120), index=True, nullable=False),
        sa.Column("at", UTCDateTime(), index=True, nullable=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("bytes", sa.Integer),
        sa.Column("milliseconds", sa.Integer),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("dropped", sa.JSON),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "issues",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("date", sa.Date, unique=True, nullable=False),
        sa.Column("number", sa.Integer, unique=True),
        sa.Column("status", sa.String(16), index=True, nullable=False),
        sa.Column("hash", sa.String(64)),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("approved_hash", sa.String(64)),
        sa.Column("composed", UTCDateTime()),
        sa.Column("frozen", UTCDateTime()),
        sa.Column("finished", UTCDateTime()),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "meta", sa.Column("key", sa.String(64), primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    op.create_table(
        "notices",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("subscriber_id", _BIG_ID, index=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        *_delivery_columns(),
        sa.Index("ix_notices_claim", "status", "next_try", "id"),
    )
    op.create_table(
        "runs",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("started", UTCDateTime(), nullable=False),
        sa.Column("finished", UTCDateTime()),
        sa.Column("outcome", sa.String(32)),
        sa.Column("counts", sa.JSON),
        sa.Column("error", sa.Text),
        sa.Index("ix_runs_kind_date", "kind", "date"),
    )
    op.create_table(
        "signups",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("at", UTCDateTime(), index=True, nullable=False),
        sa.Column("address_hmac", sa.String(64), index=True, nullable=False),
        sa.Column("network", sa.Text, index=True, nullable=False),
    )
    op.create_table(
        "source_states",
        sa.Column("source", sa.String(120), primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("first_read", UTCDateTime()),
        sa.Column("checked", UTCDateTime()),
        sa.Column("good", UTCDateTime()),
        sa.Column("newest_entry", UTCDateTime()),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("hint", sa.Text),
        sa.Column("next_check", UTCDateTime()),
        sa.Column("seen", sa.Integer, nullable=False),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_key", sa.Text, unique=True, nullable=False),
        sa.Column("address_hmac", sa.String(64), index=True, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("status", sa.String(16), index=True, nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("confirmed", UTCDateTime()),
        sa.Column("unsubscribed", UTCDateTime()),
        sa.Column("paused_until", sa.Date),
        sa.Column("source", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suppressions",
        sa.Column("address_hmac", sa.String(64), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("detail", sa.Text),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("entry_key", sa.Text, nullable=False),
        sa.Column("url_key", sa.Text, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("first_seen", UTCDateTime(), index=True, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("repairs", sa.Integer, nullable=False),
        sa.Column("considered", sa.Date),
        sa.Column("issue_id", _BIG_ID, sa.ForeignKey("issues.id")),
    )
    op.create_table(
        "consent_events",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("subscriber_id", _BIG_ID, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), index=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("network", sa.Text),
        sa.Column("detail", sa.Text),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column("issue_id", _BIG_ID, sa.ForeignKey("issues.id"), nullable=False),
        sa.Column("subscriber_id", _BIG_ID, index=True, nullable=False),
        *_delivery_columns(),
        sa.UniqueConstraint("issue_id", "subscriber_id"),
        sa.Index("ix_deliveries_claim", "issue_id", "status", "next_try", "id"),
    )
    op.create_table(
        "issue_contents",
        sa.Column("issue_id", _BIG_ID, sa.ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("issue", sa.JSON, nullable=False),
        sa.Column("selection", sa.JSON, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("preheader", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Index("ix_issue_contents_hash", "hash"),
    )
    op.create_table(
        "issue_events",
        sa.Column("id", _BIG_ID, primary_key=True),
        sa.Column(
            "issue_id", _BIG_ID, sa.ForeignKey("issues.id", ondelete="CASCADE"), index=True, nullable=False
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
