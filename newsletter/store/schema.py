"""Every table of the ledger. Pure.

Portable SQL: SQLite (WAL) and PostgreSQL hold the same tables. What is not of the first revision says since which it is
there, and a migration in ``migrations/versions`` adds it; what became otherwise is written out there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

SINCE = "since"  # which revision, in the ``info`` of what was added later
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python; naive UTC in SQLite, ``timestamptz`` in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give every time back as aware UTC."""
        del dialect
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    return Table(name, metadata, *parts, **options)


def _since(revision: str) -> dict[str, Any]:
    """Return the option that says which revision adds a table, a column or an index."""
    return {"info": {SINCE: revision}}


_BigId = BigInteger().with_variant(Integer, "sqlite")


def _numbered(name: str, *parts: SchemaItem, **options: Any) -> Table:
    """Return a table whose rows have a number of their own."""
    return _table(name, Column("id", _BigId, primary_key=True), *parts, **options)


def _edition() -> Column[str]:
    return Column("edition", String(64), nullable=False, server_default="daily", **_since("0003"))


# ── facts about this installation ────────────────────────────────────────────────────────────────

meta = _table("meta", Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

runs = _numbered(  # one row a run of a stage of the day, so that "did it run?" has an answer
    "runs",
    Column("kind", String(16), nullable=False),  # compose, send
    _edition(),
    Column("date", Date, nullable=False),
    Column("started", UTCDateTime, nullable=False),
    Column("finished", UTCDateTime),
    Column("outcome", String(32)),
    Column("counts", JSON),
    Column("error", Text),
    Index("ix_runs_kind_date", "kind", "date"),
)

alerts = _numbered(
    "alerts",
    Column("key", String(120), nullable=False, index=True),  # what makes two alerts the same
    Column("raised", UTCDateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("told", UTCDateTime),  # when the operator was reached
    Column("route", String(16)),  # mail, webhook
    Column("error", Text),
)

leases = _table(  # named locks with an owner and an end: who composes, who sends
    "leases",
    Column("name", String(64), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

# ── collect ──────────────────────────────────────────────────────────────────────────────────────

source_states = _table(
    "source_states",
    Column("source", String(120), primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("first_read", UTCDateTime),
    Column("checked", UTCDateTime),
    Column("good", UTCDateTime),
    Column("newest_entry", UTCDateTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("hint", Text),
    Column("next_check", UTCDateTime),
    Column("seen", Integer, nullable=False),
)

paused_sources = _table(  # not read until somebody lets them go on; by hand, so apart from what a read writes
    "paused_sources",
    Column("source", String(120), primary_key=True),
    Column("since", UTCDateTime, nullable=False),
    **_since("0010"),
)

fetches = _numbered(
    "fetches",
    Column("source", String(120), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("ok", Boolean, nullable=False),
    Column("http_status", Integer),
    Column("bytes", Integer),
    Column("milliseconds", Integer),
    Column("seen", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("dropped", JSON),  # [[reason, count], …]
    Column("error", Text),
)

entries = _numbered(
    "entries",
    Column("source", String(120), nullable=False),
    Column("key", Text, nullable=False),
    Column("link", Text),
    Column("link_key", Text, index=True),
    Column("digest", String(64), nullable=False, index=True),  # of title, summary and body
    Column("data", JSON, nullable=False),  # the whole Entry but its body
    Column("body", LargeBinary),  # kept until its article is made
    Column("first_seen", UTCDateTime, nullable=False, index=True),
    Column("status", String(16), nullable=False, index=True),  # new, extracted, failed, dropped, headline
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("next_try", UTCDateTime),
    UniqueConstraint("source", "key"),
)

articles = _table(
    "articles",
    Column("id", String(64), primary_key=True),
    Column("source", String(120), nullable=False),
    Column("entry_key", Text, nullable=False),
    Column("url_key", Text, index=True),
    Column("title", Text, nullable=False),
    Column("first_seen", UTCDateTime, nullable=False, index=True),
    Column("data", JSON, nullable=False),  # the whole Article
    Column("repairs", Integer, nullable=False),
)

considered = _table(  # what an edition has weighed, used or not: it is no candidate for its next issue
    "considered",
    Column("article_id", String(64), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("edition", String(64), primary_key=True),
    Column("date", Date, nullable=False),  # of the issue that weighed it
    Column("issue_id", _BigId, ForeignKey("issues.id")),  # where an issue used it
    **_since("0003"),
)

# ── issues ───────────────────────────────────────────────────────────────────────────────────────

issues = _numbered(
    "issues",
    _edition(),
    Column("date", Date, nullable=False),
    Column("number", Integer),  # within its edition; null where nothing was published
    Column("status", String(16), nullable=False, index=True),
    Column("hash", String(64)),  # the current content
    Column("held", Boolean, nullable=False),
    Column("approved_hash", String(64)),
    Column("composed", UTCDateTime),
    Column("frozen", UTCDateTime),
    Column("finished", UTCDateTime),
    Column("note", Text),  # why empty, missed or cancelled
    UniqueConstraint("edition", "date"),  # promise 1: an edition has one issue on a date
    UniqueConstraint("edition", "number"),
)

issue_contents = _table(  # every version that was ever frozen; the current one is issues.hash
    "issue_contents",
    Column("issue_id", _BigId, ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, index=True),
    Column("created", UTCDateTime, nullable=False),
    Column("change", Text, nullable=False),  # composed, dropped <story>, retitled …
    Column("restores", Integer, **_since("0006")),  # the earlier version whose content it is
    # Of the two below: see ``json_codec``.
    Column("format", Integer, nullable=False, server_default="1", **_since("0003")),
    Column("issue", JSON, nullable=False),  # the whole Issue
    Column("selection", JSON, nullable=False),  # stories that stayed out, with reasons
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
)

corrections = _numbered(  # what an issue that left said wrongly
    "corrections",
    Column("issue_id", _BigId, ForeignKey("issues.id"), nullable=False, index=True),
    Column("story", Text, nullable=False),  # its key; "": of the issue as a whole
    Column("headline", Text, nullable=False),
    Column("wrong", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("hash", String(64), nullable=False),  # the content that was wrong
    Column("mailed", Boolean, nullable=False),
    **_since("0012"),
)

mutes = _numbered(  # what an editor wants to hear nothing of
    "mutes",
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("until", Date),  # the first day on which it no longer holds; null: for ever
    Column("reason", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("lifted", UTCDateTime),
    **_since("0012"),
)

# ── subscribers ──────────────────────────────────────────────────────────────────────────────────

subscribers = _numbered(
    "subscribers",
    Column("address", Text, nullable=False),  # as given, domain lower-cased
    Column("address_key", Text, nullable=False, unique=True),  # case-folded: one person, one row
    Column("address_hmac", String(64), nullable=False, index=True),  # joins with suppressions
    Column("domain", Text, nullable=False),  # ASCII (IDNA)
    Column("name", Text),
    Column("status", String(16), nullable=False, index=True),
    Column("created", UTCDateTime, nullable=False),
    Column("confirmed", UTCDateTime),
    Column("unsubscribed", UTCDateTime),
    Column("paused_until", Date),
    Column("source", Text),  # form, import file, command
    sqlite_autoincrement=True,  # an id lives on in tokens: it is never used again
)

subscriptions = _table(  # which editions each chose; it counts while the subscriber is active
    "subscriptions",
    Column("edition", String(64), primary_key=True),
    Column(
        "subscriber_id",
        _BigId,
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("status", String(16), nullable=False),  # pending, active, left
    Column("confirmed", UTCDateTime),
    Column("left_at", UTCDateTime),
    Column("paused_until", Date, **_since("0013")),  # of this edition alone
    **_since("0007"),
)

consent_events = _numbered(
    "consent_events",
    Column("subscriber_id", _BigId, ForeignKey("subscribers.id", ondelete="CASCADE"), index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("what", String(32), nullable=False),  # requested, confirmed, unsubscribed, imported, …
    Column("source", Text),  # form, one-click, mail, command, import file
    Column("network", Text),  # of the form, shortened
    Column("detail", Text),
    Column("editions", Text, **_since("0007")),  # that it changed, parted by spaces
)

suppressions = _table(
    "suppressions",
    Column("address_hmac", String(64), primary_key=True),  # outlives the person's erasure
    Column("reason", Text, nullable=False),  # dead address, complaint, erased, moved away, operator
    Column("at", UTCDateTime, nullable=False),
    Column("detail", Text),
)

signups = _numbered(  # what the caps of the sign-up form count; no address in it
    "signups",
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("address_hmac", String(64), nullable=False, index=True),
    Column("network", Text, nullable=False, index=True),
)

# ── deliveries ───────────────────────────────────────────────────────────────────────────────────


def _delivery_columns() -> tuple[Column[Any], ...]:
    """What a delivery and a notice both record, in one shape."""
    return (
        Column("status", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        # how often it was sent again because an answer was not recorded: once, then it is held
        Column("resends", Integer, nullable=False, server_default="0"),
        Column("next_try", UTCDateTime),
        Column("lease_owner", String(120)),
        Column("lease_until", UTCDateTime),
        Column("message_id", Text, nullable=False),
        Column("changed", UTCDateTime, nullable=False),
        Column("sent_at", UTCDateTime),
        Column("relay", Text),
        Column("reply_code", Integer),
        Column("reply_enhanced", String(16)),
        Column("reply_text", Text),
        Column("reason", Text),
    )


deliveries = _numbered(
    "deliveries",
    Column("issue_id", _BigId, ForeignKey("issues.id"), nullable=False),
    Column("subscriber_id", _BigId, nullable=False, index=True),  # no foreign key: outlives erasure
    *_delivery_columns(),
    UniqueConstraint("issue_id", "subscriber_id"),
    Index("ix_deliveries_claim", "issue_id", "status", "next_try", "id"),  # read in this very order
)

delivery_events = _numbered(  # what the row itself no longer says: earlier attempts, in the relay's own words
    "delivery_events",
    Column("delivery_id", _BigId, nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("relay", Text),
    Column("reply_code", Integer),
    Column("reply_enhanced", String(16)),
    Column("reply_text", Text),
    Column("reason", Text),
)

notices = _numbered(
    "notices",
    Column("subscriber_id", _BigId, nullable=False, index=True),  # 0 where it goes to no subscriber
    # Then to this one: an editor.
    Column("address", Text, nullable=False, server_default="", **_since("0008")),
    Column("kind", String(16), nullable=False),
    Column("ref", Text, **_since("0008")),  # what it is about; of one kind each recipient gets one
    Column("created", UTCDateTime, nullable=False),
    *_delivery_columns(),
    Index("ix_notices_claim", "status", "next_try", "id"),
    Index("ix_notices_ref", "kind", "ref", "subscriber_id", "address", unique=True, **_since("0008")),
)

bounces = _numbered(
    "bounces",
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("subscriber_id", _BigId, index=True),
    Column("delivery_id", _BigId, index=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(16)),
    Column("reason", Text, nullable=False),
    Column("consequence", String(16), nullable=False, server_default="counts", **_since("0004")),
    Column("digest", String(64), unique=True),  # of the report: read twice, counted once
    Column("raw", LargeBinary),
    Index("ix_bounces_kind", "kind", "id", **_since("0009")),  # complaints are rare, and reports long to read
)

# ── other programs ───────────────────────────────────────────────────────────────────────────────

api_tokens = _table(
    "api_tokens",
    Column("name", String(64), primary_key=True),  # what the record of acts calls the program
    # Of the token, which is shown once and kept nowhere.
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),  # parted by spaces
    Column("created", UTCDateTime, nullable=False),
    Column("expires", UTCDateTime, nullable=False),
    Column("revoked", UTCDateTime),
    **_since("0005"),
)

# ── the desk ─────────────────────────────────────────────────────────────────────────────────────

acts = _numbered(  # who did what, kept for ever
    "acts",
    Column("at", UTCDateTime, nullable=False),
    Column("actor", Text, nullable=False),  # an editor's address; "" where nobody is named
    Column("via", String(16), nullable=False),  # as ``Via``; "" from before it was kept
    Column("verb", Text, nullable=False),
    Column("object", Text, nullable=False, index=True),  # issue 2026-01-05, subscriber 12, …
    Column("hash", String(64)),  # of the content
    Column("detail", Text, nullable=False),
    **_since("0008"),
)

sessions = _numbered(  # of the desk, and the links that open one: digests alone, no secret
    "sessions",
    Column("scope", String(16), nullable=False),  # link, session
    Column("who", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created", UTCDateTime, nullable=False),
    Column("expires", UTCDateTime, nullable=False),
    Column("seen", UTCDateTime),
    Column("ended", UTCDateTime),  # used, signed out or revoked
    Column("network", Text),  # shortened
    Column("browser", Text),  # what it calls itself
    Index("ix_sessions_scope_created", "scope", "created"),
    **_since("0008"),
)

# ── prices ───────────────────────────────────────────────────────────────────────────────────────

prices = _numbered(  # series: of prices.csv, and of sources marked ``prices``
    "prices",
    Column("date", Date, nullable=False),
    Column("product", Text, nullable=False),
    Column("purity", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("low", Text, nullable=False),  # as it was written
    Column("high", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    UniqueConstraint("date", "product", "purity", "basis", "currency", "unit", name="uq_prices_series"),
    **_since("0011"),
)

# ── the optional language model ──────────────────────────────────────────────────────────────────

model_calls = _numbered(  # the ledger of tokens and cost: one row a question asked, failures included
    "model_calls",
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("item", String(64), nullable=False),  # digest of what was asked about
    Column("model", String(120), nullable=False),
    Column("prompt", String(16), nullable=False),  # version
    Column("attempt", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),  # used, refused, length, empty, malformed, failed
    Column("reason", Text),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cost", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    **_since("0002"),
)

model_answers = _table(  # answers that were used, by what was asked, the prompt's version and the model
    "model_answers",
    Column("key", String(64), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("answer", Text, nullable=False),
    **_since("0002"),
)
