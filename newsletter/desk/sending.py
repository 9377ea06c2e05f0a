"""Sending: queue, relays, limits, questions, complaints, suppressions. For operators. I/O (database)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from newsletter.config import Settings
from newsletter.delivery.returned_mail import ComplaintLevel, rate_complaints
from newsletter.desk.issues import path_of
from newsletter.desk.listing import read_asked
from newsletter.desk.room import Visit, do, show
from newsletter.errors import InputError
from newsletter.issue.approval import describe_status
from newsletter.model import BounceKind, IssueStatus
from newsletter.store import monitoring
from newsletter.store.bounces import list_bounces
from newsletter.store.held_suppressions import find_held_suppressions, settle_held_suppressions
from newsletter.store.issues import list_issues
from newsletter.store.recovery import list_held
from newsletter.store.restored import find_restored
from newsletter.store.suppressions import count_suppressions, list_suppressions

_SEEN = timedelta(hours=1)
_GOING = (IssueStatus.PLANNING, IssueStatus.FROZEN)


def _show(visit: Visit) -> Response:
    store, settings = visit.app.store, visit.app.settings
    context = {
        "title": "Sending",
        "describe": describe_status,
        "queue": {status: number for status, number in monitoring.count_queue(store).items() if number},
        "notices": monitoring.count_notices(store),
        "going": [(record, path_of(record.key)) for record in list_issues(store, statuses=_GOING, limit=10)],
        "senders": monitoring.list_senders(store, since=visit.now - _SEEN),
        "relays": [_describe_relay(name, relay) for name, relay in settings.relays],
        "domains": _list_domains(settings),
        "brake": find_held_suppressions(store),
        "uncertain": list_held(store),
        "restored": find_restored(store),
        "complaint": next(iter(list_bounces(store, kind=BounceKind.COMPLAINT, limit=1)), None),
        "suppressed": count_suppressions(store),
    }
    return visit.page("desk/sending.html", context)


def _describe_relay(name: str, relay: Any) -> dict[str, str]:
    limits = [
        f"{number:g} {unit}"
        for number, unit in (
            (relay.per_second, "a second"),
            (relay.per_hour, "an hour"),
            (relay.per_day, "a day"),
            (relay.connections, "connections"),
        )
        if number
    ]
    return {
        "name": name,
        "server": relay.place,
        "security": relay.security if relay.is_encrypted else "not encrypted",
        "limits": ", ".join(limits),
    }


def _list_domains(settings: Settings) -> list[tuple[str, str]]:
    """Return the limits of single domains, in words."""
    delivery = settings.delivery
    told: dict[str, list[str]] = {}
    for domain, rate in delivery.domain_per_second.items():
        told.setdefault(domain, []).append(f"{rate:g} a second")
    for domain, number in delivery.domain_connections.items():
        told.setdefault(domain, []).append(f"{number} at once")
    return [(domain, ", ".join(limits)) for domain, limits in sorted(told.items())]


def _list_complaints(visit: Visit) -> Response:
    asked = read_asked(visit, "sending/complaints")
    found = list_bounces(visit.app.store, kind=BounceKind.COMPLAINT, offset=asked.offset, limit=asked.limit)
    # The rate counts a week's deliveries: this page alone waits for it.
    level, words = rate_complaints(visit.app.store, visit.app.settings.bounces, now=visit.now)
    context = {
        "title": "Complaints",
        "listing": asked.show(found),
        "rate": words,
        "is_bad": level is not ComplaintLevel.FINE,
    }
    return visit.page("desk/complaints.html", context)


def _list_suppressions(visit: Visit) -> Response:
    asked = read_asked(visit, "sending/suppressions", "reason")
    store = visit.app.store
    found = list_suppressions(
        store, reason=asked.filters["reason"], search=asked.q, offset=asked.offset, limit=asked.limit
    )
    context = {
        "title": "Suppressions",
        "listing": asked.show(found),
        "counts": count_suppressions(store),
        "reason": asked.filters["reason"],
    }
    return visit.page("desk/suppressions.html", context)


def _answer_brake(visit: Visit) -> Response:
    answer = visit.given("answer")
    if answer not in {"dead", "spare"}:
        raise InputError("Say what they are.", hint="Dead addresses, or a fault of somebody else.")
    count = settle_held_suppressions(visit.app.store, visit.now, are_dead=answer == "dead", by=visit.by)
    return visit.done(f"{count} readers are {'suppressed' if answer == 'dead' else 'released'}.", "sending/")


ROUTES = (
    show("", _show),
    show("complaints", _list_complaints),
    show("suppressions", _list_suppressions),
    do("brake", _answer_brake),
)
