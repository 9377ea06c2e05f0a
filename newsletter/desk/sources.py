"""Sources: health at a glance, why one failed, what it gave last; paused, tried now, added by address.

I/O (network, database, files).
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from newsletter.collect.source_health import describe_health
from newsletter.day.add_source import describe_kind, find_source, own_file, record_added, write_sources
from newsletter.desk.room import Visit, do, show
from newsletter.errors import InputError
from newsletter.model import PublisherKind, Source
from newsletter.render.words import count_noun
from newsletter.store.acts import list_acts, record_act
from newsletter.store.paused_sources import list_paused, name_source, pause_source, resume_source
from newsletter.store.sources import list_entries, list_fetches, load_states


def _list(visit: Visit) -> Response:
    store = visit.app.store
    states, paused = load_states(store), list_paused(store)
    rows = [
        (source, state, describe_health(source, state, is_paused=source.key in paused))
        for source in visit.app.sources
        for state in (states.get(source.key),)
    ]
    needs = [row for row in rows if row[2] == "gone" or row[2].startswith("failing")]
    context = {
        "title": "Sources",
        "rows": [*needs, *(row for row in rows if row not in needs)],
        "failing": len(needs),
        "kinds": list(PublisherKind),
    }
    return visit.page("desk/sources.html", context)


def _find(visit: Visit) -> Source:
    key = visit.part("key")
    found = next((source for source in visit.app.sources if source.key == key), None)
    if found is None:
        raise InputError("There is no such source.", hint="The room Sources lists those there are.")
    return found


def _path(source: Source) -> str:
    return f"sources/{source.key}"


def _show(visit: Visit) -> Response:
    source, store = _find(visit), visit.app.store
    paused = list_paused(store).get(source.key)
    state = load_states(store).get(source.key)
    context = {
        "title": source.publisher.name,
        "source": source,
        "path": _path(source),
        "state": state,
        "paused": paused,
        "health": describe_health(source, state, is_paused=paused is not None),
        "reads": list_fetches(store, source.key, limit=10),
        "entries": list_entries(store, source.key, limit=15),
        "acts": list_acts(store, about=name_source(source.key), limit=10),
    }
    return visit.page("desk/source.html", context)


def _pause(visit: Visit) -> Response:
    source = _find(visit)
    pause_source(visit.app.store, source.key, visit.now, by=visit.by)
    return visit.done(f"{source.publisher.name} is paused: it is not read until it goes on.", _path(source))


def _resume(visit: Visit) -> Response:
    source = _find(visit)
    resume_source(visit.app.store, source.key, visit.now, by=visit.by)
    return visit.done(f"{source.publisher.name} is read again.", _path(source))


def _try_now(visit: Visit) -> Response:
    """Read it as the command does: what is new is kept for the next issue."""
    from newsletter.day.gather import gather  # noqa: PLC0415 - brings every stage

    source, app = _find(visit), visit.app
    if source.enabled is False:
        raise InputError("It is off.", hint="Set enabled = true in sources.toml to read it.")
    with app.store.write() as connection:
        record_act(connection, visit.by, "tried", name_source(source.key), visit.now)
    done = asyncio.run(gather(app.gathering, now=visit.now, sources=[source], only_due=False))
    [report] = done.reports
    if not report.ok:
        return visit.done(f"It could not be read: {report.error} {report.hint or ''}".strip(), _path(source))
    if report.not_modified:
        return visit.done("It answers: nothing new since the last read.", _path(source))
    seen, part = count_noun(report.seen, "entry", "entries"), f" {report.error}" if report.error else ""
    return visit.done(f"It answers: {seen}, {report.kept} new ones kept.{part}", _path(source))


def _add(visit: Visit) -> Response:
    """Show what an address would bring; with ``step=add`` add it."""
    app = visit.app
    found = asyncio.run(
        find_source(
            app.settings,
            app.sources,
            visit.given("url"),
            key=visit.given("key"),
            publisher=visit.given("publisher"),
            kind=visit.given("kind") or PublisherKind.OTHER,
        )
    )
    if visit.given("step") != "add":
        context = {"title": "What it would bring", "found": found, "given": dict(visit.form)}
        return visit.page("desk/source_found.html", context)
    path, shipped = own_file(app.config_folder, app.data)
    write_sources(path, shipped, [found.source])
    record_added(app.store, found.source, visit.now, visit.by)
    words = f"{found.source.publisher.name} is added. It is read with the others, or at once by Try now."
    words += f" {describe_kind(found.source.publisher.kind, path)}"
    return visit.done(words, _path(found.source))


_SOURCE = "{key}"
ROUTES = (
    show("", _list),
    do("add", _add),
    show(_SOURCE, _show),
    do(f"{_SOURCE}/pause", _pause),
    do(f"{_SOURCE}/resume", _resume),
    do(f"{_SOURCE}/try", _try_now),
)
