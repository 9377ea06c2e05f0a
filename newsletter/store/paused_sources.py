"""Sources that are not read until somebody lets them go on: paused, or gone for good. I/O (database)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from newsletter.model import BY_COMMAND, By, SourceKey
from newsletter.store.acts import record_act
from newsletter.store.engine import Store, add_new, change
from newsletter.store.schema import paused_sources, source_states


def name_source(source: SourceKey) -> str:
    """Return how the record of acts names a source."""
    return f"source {source}"


def list_paused(store: Store) -> dict[SourceKey, datetime]:
    """Return which sources are paused, and since when."""
    return {SourceKey(row.source): row.since for row in store.find(select(paused_sources))}


def pause_source(store: Store, source: SourceKey, now: datetime, *, by: By = BY_COMMAND) -> bool:
    """Read a source no more. False where it is paused already."""
    with store.write() as connection:
        if not add_new(connection, paused_sources, {"source": source, "since": now}):
            return False
        record_act(connection, by, "paused", name_source(source), now)
    return True


def resume_source(store: Store, source: SourceKey, now: datetime, *, by: By = BY_COMMAND) -> bool:
    """Read a source again that was paused or had retired. False where it was neither."""
    retired = (source_states.c.source == source, source_states.c.retired)
    with store.write() as connection:
        paused = connection.execute(delete(paused_sources).where(paused_sources.c.source == source)).rowcount
        gone = change(connection, source_states, *retired, retired=False, failures=0, next_check=None)
        if paused or gone:
            record_act(connection, by, "resumed", name_source(source), now)
    return bool(paused or gone)
