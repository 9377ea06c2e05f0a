"""Series of prices. I/O (database)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "prices",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("product", "purity", "basis", "currency", "unit")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("low", "high", "source", "url")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prices")),
        sa.UniqueConstraint(
            "date", "product", "purity", "basis", "currency", "unit", name="uq_prices_series"
        ),
    )
