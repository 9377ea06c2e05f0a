"""The sources that were read last, for the day on which sources.toml cannot be. I/O (database)."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.model import Source
from newsletter.store.engine import Store
from newsletter.store.installation import read_fact, save_fact
from newsletter.store.json_codec import dump_sources, read_sources

_FACT = "sources"


def save_last_sources(store: Store, sources: Sequence[Source]) -> None:
    """Note down which sources are read, where they are others than before."""
    dumped = dump_sources(tuple(sources))
    if read_fact(store, _FACT) != dumped:
        save_fact(store, _FACT, dumped)


def load_last_sources(store: Store) -> tuple[Source, ...]:
    """Return the sources that were read last; none where none was ever."""
    dumped = read_fact(store, _FACT)
    return read_sources(dumped) if dumped else ()
