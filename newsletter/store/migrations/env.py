"""Alembic's entry: runs on the connection that ``newsletter.store.migrate`` hands in. I/O (database)."""

from __future__ import annotations

from alembic import context

from newsletter.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
