"""The first tables. I/O (database).

The tables as they were in the first release; later revisions change them one by one.
"""

from __future__ import annotations

from alembic import op

from newsletter.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    metadata.create_all(op.get_bind())
