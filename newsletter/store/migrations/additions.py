"""What a revision adds, as ``schema`` has it. I/O (database)."""

from __future__ import annotations

from collections.abc import Collection

from alembic import op
from sqlalchemy import Table, UniqueConstraint

from newsletter.store.schema import SINCE, metadata

_FIRST = "0001"


def add(revision: str, *, but: Collection[str] = ()) -> None:
    """Make the tables, columns and indexes that the schema has since that revision.

    ``but``: tables that the revision itself writes out.
    """
    for table in metadata.sorted_tables:
        since = table.info.get(SINCE, _FIRST)
        if table.name in but or since > revision:
            continue
        if since == revision:
            _make(table, revision)
            continue
        for column in table.columns:
            if column.info.get(SINCE) == revision:
                op.add_column(table.name, column)
        _add_indexes(table, revision)


def _make(table: Table, revision: str) -> None:
    """Make a table without what came later."""
    columns = [column for column in table.columns if column.info.get(SINCE, revision) <= revision]
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint) and len(one.columns) > 1]
    op.create_table(table.name, *columns, *unique, *table.foreign_key_constraints, **table.dialect_kwargs)
    _add_indexes(table, None)


def _add_indexes(table: Table, since: str | None) -> None:
    """Add the indexes of that revision, or of the table's own; one over one column comes with its column."""
    for index in table.indexes:
        if len(index.columns) > 1 and index.info.get(SINCE) == since:
            names = [column.name for column in index.columns]
            op.create_index(index.name, table.name, names, unique=bool(index.unique))
