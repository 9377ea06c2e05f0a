"""Readers: found, shown, added, corrected, paused, let go, forgotten; lists that come in and go out. I/O (database).

For operators alone. Every change says in the proof of consent whose word it was.
"""

from __future__ import annotations

import io

from anyio.to_thread import run_sync
from starlette.responses import Response

from newsletter.day.export_readers import export_readers
from newsletter.delivery.state_words import explain_delivery
from newsletter.desk.issues import path_of
from newsletter.desk.listing import read_asked
from newsletter.desk.room import Visit, do, show
from newsletter.errors import InputError
from newsletter.model import (
    EditionKey,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
    parse_day,
    parse_number,
)
from newsletter.store import subscribers as rows
from newsletter.store.acts import list_acts, name_reader
from newsletter.store.bounces import list_bounces
from newsletter.store.consent_events import list_events
from newsletter.store.deliveries import list_for_subscriber
from newsletter.store.issues import key_of
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent, transfer
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent import Occasion
from newsletter.subscribers.consent_rules import Refusal

_LEAST_PROOF = 3  # characters
_LIST_BYTES = 16_000_000  # of a list as a form sends it
_SHOWN_LINES = 50  # of each kind in an import's report


def _list(visit: Visit) -> Response:
    asked = read_asked(visit, "readers/", "status", "edition")
    status, edition = asked.filters["status"], asked.filters["edition"]
    with visit.app.store.read() as connection:
        counts = rows.count_subscribers(connection)
        found = rows.list_subscribers(
            connection,
            status=SubscriberStatus(status) if status in set(SubscriberStatus) else None,
            search=asked.q,
            edition=EditionKey(edition) if edition else None,
            offset=asked.offset,
            limit=asked.limit,
        )
        suppressed = rows.why_suppressed(connection, found)
    context = {
        "title": "Readers",
        "suppressed": suppressed,
        "today": visit.app.today,
        "listing": asked.show(found),
        "counts": counts,
        "status": status,
        "edition": edition,
        "editions": visit.app.settings.offered,
    }
    return visit.page("desk/readers.html", context)


def _path(subscriber: Subscriber) -> str:
    return f"readers/{subscriber.id}"


def _find(visit: Visit) -> Subscriber:
    number = parse_number(visit.part("reader"))
    with visit.app.store.read() as connection:
        found = rows.find_by_id(connection, SubscriberId(number)) if number else None
    if found is None:
        raise InputError("There is no such reader.", hint="They may have been erased since.")
    return found


def _show(visit: Visit) -> Response:
    found = _find(visit)
    store = visit.app.store
    with store.read() as connection:
        _, suppression = rows.find_with_suppression(connection, found.id)
        events = list_events(connection, found.id)
        source = rows.source_of(connection, found.id)
    sent = list_for_subscriber(store, found.id, limit=20)
    context = {
        "title": found.address,
        "reader": found,
        "path": _path(found),
        "source": source,
        "suppression": suppression,
        "is_paused": found.paused_until is not None and found.paused_until > visit.app.today,
        "pauses": found.pauses(visit.app.today),
        "editions": visit.app.settings.offered,
        "today": visit.app.today,
        "events": events,
        "deliveries": [
            (one, key := key_of(store, one.issue), path_of(key), explain_delivery(one)) for one in sent
        ],
        "notices": list_notices(store, subscriber=found.id, limit=10),
        "reports": list_bounces(store, subscriber=found.id, limit=10),
        "acts": list_acts(store, about=name_reader(found.id), limit=20),
    }
    return visit.page("desk/reader.html", context)


def _occasion(visit: Visit, detail: str | None = None) -> Occasion:
    return Occasion(at=visit.now, source="desk", detail=detail, by=visit.by)


def _read_address(visit: Visit) -> Address:
    address = parse_address(visit.given("address"), any_domain=True)
    if isinstance(address, AddressFault):
        words = f"{visit.given('address')!r} is not an address: {address.reason}."
        raise InputError(words, hint="Go back, correct it.")
    return address


def _read_proof(visit: Visit) -> str:
    proof = visit.given("proof")
    if len(proof) < _LEAST_PROOF:
        raise InputError("Say how you know that they want it.", hint="Such as: her mail of 5 January.")
    return proof


def _expect(done: Subscriber | Refusal) -> Subscriber:
    if isinstance(done, Refusal):
        raise InputError(f"Nothing was changed: {done.value}.", hint="The reader's page says how it stands.")
    return done


def _add(visit: Visit) -> Response:
    address, name = _read_address(visit), visit.given("name") or None
    register, editions = visit.app.register, _read_editions(visit)
    if visit.given("how") == "ask":
        done = _expect(consent.request(register, address, _occasion(visit), name=name, editions=editions))
        return visit.done("A mail with a link to confirm is on its way.", _path(done))
    occasion = _occasion(visit, _read_proof(visit))
    done = _expect(consent.add(register, address, occasion, name=name, editions=editions))
    return visit.done(f"{done.address} is subscribed.", _path(done))


def _edit(visit: Visit) -> Response:
    found, address, name = _find(visit), _read_address(visit), visit.given("name")
    shown = visit.given("shown")  # they may have moved since, by their own link
    new = None if address.text == shown else address
    if new is None and name == (found.name or ""):
        return visit.done("That is how it was.", _path(found))
    occasion = _occasion(visit, _read_proof(visit))
    done = consent.change_details(
        visit.app.register, found.id, occasion, address=new, name=name, instead_of=shown
    )
    return visit.done("Changed, with the proof.", _path(_expect(done)))


def _read_editions(visit: Visit) -> tuple[EditionKey, ...]:
    return tuple(key for key in visit.app.settings.edition_keys if visit.given(f"edition-{key}"))


def _choose(visit: Visit) -> Response:
    """Keep exactly the editions that are ticked; one that the reader left is theirs alone to choose again."""
    found, wanted = _find(visit), _read_editions(visit)
    left = [key for key in wanted if key in found.left_editions()]
    if left:
        names = ", ".join(visit.name_edition(key) for key in left)
        hint = "Only they themselves can choose it again, by any mail of ours."
        raise InputError(f"They left {names}.", hint=hint)
    occasion = _occasion(visit, _read_proof(visit))
    done = _expect(consent.choose(visit.app.register, found.id, occasion, editions=wanted))
    return visit.done("Changed, with the proof.", _path(done))


def _read_edition(visit: Visit) -> EditionKey | None:
    return EditionKey(visit.given("edition")) if visit.given("edition") else None


def _pause(visit: Visit) -> Response:
    found, edition = _find(visit), _read_edition(visit)
    until = parse_day(visit.given("until"))
    if until is None:
        raise InputError("That is no date.", hint="Write it as 2026-01-05.")
    occasion, today = _occasion(visit), visit.app.today
    _expect(consent.pause(visit.app.register, found.id, occasion, until=until, today=today, edition=edition))
    what = f"“{visit.name_edition(edition)}” is not sent" if edition else "Nothing is sent"
    return visit.done(f"{what} before {until}.", _path(found))


def _resume(visit: Visit) -> Response:
    found, edition = _find(visit), _read_edition(visit)
    _expect(consent.resume(visit.app.register, found.id, _occasion(visit), edition=edition))
    return visit.done("The next issue comes again.", _path(found))


def _unsubscribe(visit: Visit) -> Response:
    found = _expect(consent.unsubscribe(visit.app.register, _find(visit).id, _occasion(visit)))
    return visit.done("Unsubscribed: it counts for the very next message.", _path(found))


def _known_address(visit: Visit) -> tuple[Subscriber, Address]:
    found = _find(visit)
    address = parse_address(found.address, any_domain=True)
    if isinstance(address, AddressFault):
        words = f"{found.address} is no address: {address.reason}."
        raise InputError(words, hint="newsletter subscribers erase")
    return found, address


def _release(visit: Visit) -> Response:
    found, address = _known_address(visit)
    lifted = consent.release(visit.app.register, address, now=visit.now, by=visit.by)
    return visit.done("The suppression is lifted." if lifted else "It was not suppressed.", _path(found))


def _erase(visit: Visit) -> Response:
    found, address = _known_address(visit)
    if visit.given("sure") != "yes":
        raise InputError("Nothing was erased.", hint="Tick that you are sure: it cannot be undone.")
    consent.erase(visit.app.register, address, now=visit.now, by=visit.by)
    return visit.done(f"Reader {found.id} is forgotten; no import brings the address back.", "readers/")


def _show_import(visit: Visit) -> Response:
    return visit.page("desk/import.html", {"title": "Import readers", "report": None, "given": ""})


def _import(visit: Visit) -> Response:
    given, is_real = visit.given("file") or visit.given("list"), visit.given("step") == "import"
    transfer.refuse_name(visit.given("file.name"))
    if not given:
        raise InputError("The list is empty.", hint="Choose a CSV file, or paste its lines.")
    report = transfer.import_lines(
        visit.app.register, io.StringIO(given, newline=""), now=visit.now, dry_run=not is_real, by=visit.by
    )
    counts = {fate: number for fate, number in report.counts.items() if number}
    if is_real:
        told = ", ".join(f"{number} {fate}" for fate, number in counts.items())
        return visit.done(f"Imported: {told or 'nothing'}.", "readers/")
    lines = [(fate, [line for line in report.lines if line.fate is fate]) for fate in counts]
    context = {
        "title": "Import readers",
        "report": report,
        "counts": counts,
        "kinds": [(fate, of_it[:_SHOWN_LINES], len(of_it)) for fate, of_it in lines if of_it],
        "given": given,
    }
    return visit.page("desk/import.html", context)


async def _export(visit: Visit) -> Response:
    out = io.StringIO(newline="")
    alerting = await run_sync(lambda: visit.app.alerting)
    await export_readers(alerting, out, by=visit.by)
    name = f"readers-{visit.app.today}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


_READER = "{reader}"
ROUTES = (
    show("", _list),
    show("import", _show_import),
    do("import", _import, most_bytes=_LIST_BYTES),
    do("add", _add),
    do("export", _export),
    show(_READER, _show),
    do(f"{_READER}/edit", _edit),
    do(f"{_READER}/editions", _choose),
    do(f"{_READER}/pause", _pause),
    do(f"{_READER}/resume", _resume),
    do(f"{_READER}/unsubscribe", _unsubscribe),
    do(f"{_READER}/release", _release),
    do(f"{_READER}/erase", _erase),
)
