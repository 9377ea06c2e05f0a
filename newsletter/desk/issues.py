"""Issues: numbers that add up, who did not get one and why, once more to those who missed it. I/O (database)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from newsletter.data_files import read_data
from newsletter.day import edit_issue
from newsletter.delivery.plan_issue import send_missing_of, settle_held
from newsletter.delivery.state_words import MEANINGS, explain_answer, explain_delivery
from newsletter.desk import acts
from newsletter.desk.listing import read_asked
from newsletter.desk.room import Answer, Visit, do, show
from newsletter.errors import InputError
from newsletter.issue.approval import describe_status
from newsletter.model import (
    DeliveryId,
    DeliveryStatus,
    EditionKey,
    IssueKey,
    IssueStatus,
    parse_day,
    parse_number,
)
from newsletter.store.acts import Act, list_acts, name_issue
from newsletter.store.deliveries import count_by_domain, count_deliveries, list_deliveries, load_delivery
from newsletter.store.installation import list_runs
from newsletter.store.issues import IssueRecord, find_record, list_issues, load_issue
from newsletter.store.recovery import list_held

_MISSED = "missed"  # the filter of those who did not get it
_GONE_WRONG = frozenset({DeliveryStatus.BOUNCED, DeliveryStatus.FAILED, DeliveryStatus.EXPIRED})
_NOT_SENT = frozenset(DeliveryStatus) - {DeliveryStatus.SENT, DeliveryStatus.QUEUED, DeliveryStatus.SENDING}
_SENDABLE = frozenset({IssueStatus.FROZEN, IssueStatus.SENT})
_GOING = frozenset({IssueStatus.PLANNING, IssueStatus.FROZEN})
_RUN_BY: dict[str, str] = read_data("newsletter.subscribers", "mail_providers.toml")["run_by"]
_PROVIDER = {domain: name for name, domains in _RUN_BY.items() for domain in domains.split()}
_PROVIDERS = 30  # that are shown one by one
_RUNS = 5


def _list(visit: Visit) -> Response:
    asked = read_asked(visit, "issues/")
    day = parse_day(asked.q)
    rows: Sequence[IssueRecord]
    if day:
        of_day = [IssueKey(edition=edition, date=day) for edition in visit.app.settings.edition_keys]
        rows = [record for key in of_day if (record := find_record(visit.app.store, key)) is not None]
    else:
        rows = list_issues(visit.app.store, offset=asked.offset, limit=asked.limit)
    context = {
        "title": "Issues",
        "describe": describe_status,
        "listing": asked.show(rows),
        "is_no_day": bool(asked.q and not day),
    }
    return visit.page("desk/issues.html", context)


def path_of(key: IssueKey) -> str:
    """Return the path of an issue's page."""
    return f"issues/{key.whole}"


def find_issue(visit: Visit) -> IssueRecord:
    """Return the issue that the address names. Raises InputError where there is none."""
    day, edition = parse_day(visit.part("day")), EditionKey(visit.part("edition")[:64])
    record = find_record(visit.app.store, IssueKey(edition=edition, date=day)) if day else None
    if record is None:
        raise InputError("There is no such issue.", hint="The room Issues lists those there are.")
    return record


def _show(visit: Visit) -> Response:
    record = find_issue(visit)
    store = visit.app.store
    counts = count_deliveries(store, record.id)
    total = sum(counts.values())
    missed = sum(counts[status] for status in _NOT_SENT)
    default = _MISSED if missed and record.status is not IssueStatus.COMPOSED else ""
    asked = read_asked(visit, path_of(record.key), "state")
    state = asked.filters["state"] or default
    rows = list_deliveries(
        store, record.id, statuses=_read_state(state), search=asked.q, offset=asked.offset, limit=asked.limit
    )
    told = [(one, explain_delivery(one.delivery) or MEANINGS[one.delivery.status]) for one in rows]
    settings = visit.app.settings
    today = visit.now.astimezone(settings.newsletter.zone).date()
    context = {
        "title": f"Issue of {visit.name_issue(record.key)}",
        "describe": describe_status,
        "issue": record,
        "are_kept": record.date >= today - timedelta(days=settings.retention.deliveries_days),
        "kept_days": settings.retention.deliveries_days,
        "total": total,
        "counts": [(status, counts[status], MEANINGS[status]) for status in MEANINGS if counts[status]],
        "missed": missed,
        "state": state,
        "states": [status for status in MEANINGS if counts[status]],
        "listing": asked.show(told),
        "path": path_of(record.key),
        "may_resend": record.status in _SENDABLE and any(counts[status] for status in _GONE_WRONG),
        "is_going": record.status in _GOING,
        "held": next((held for held in list_held(store) if held.key == record.key), None),
        "runs": list_runs(store, key=record.key, limit=_RUNS),
        "acts": _list_acts(visit, record.key),
    }
    return visit.page("desk/issue.html", context)


def _list_acts(visit: Visit, key: IssueKey) -> list[Act]:
    """Return what was done to an issue, its stories by their headlines."""
    done, stored = (
        list_acts(visit.app.store, about=name_issue(key), limit=20),
        load_issue(visit.app.store, key),
    )
    return [
        replace(act, detail=edit_issue.name_stories(act.detail, stored)) if stored else act for act in done
    ]


def _read_state(state: str) -> frozenset[DeliveryStatus]:
    """Return which deliveries a filter means; what is none means all."""
    if state == _MISSED:
        return _NOT_SENT
    return frozenset({DeliveryStatus(state)}) if state in set(DeliveryStatus) else frozenset()


def _show_providers(visit: Visit) -> Response:
    record = find_issue(visit)
    found: dict[str, Counter[DeliveryStatus]] = {}
    for domain, counts in count_by_domain(visit.app.store, record.id).items():
        found.setdefault(_PROVIDER.get(domain, domain or "(erased)"), Counter()).update(counts)
    rows = sorted(
        (_describe_provider(name, counts) for name, counts in found.items()),
        key=lambda row: (-row["wrong"], -row["total"], row["name"]),
    )
    if rest := rows[_PROVIDERS:]:
        sums = {name: sum(row[name] for row in rest) for name in ("total", "sent", "wrong", "waiting")}
        rows = [*rows[:_PROVIDERS], {"name": f"{len(rest)} others", **sums}]
    context = {
        "title": f"Issue of {visit.name_issue(record.key)} by mailbox provider",
        "rows": rows,
        "path": path_of(record.key),
    }
    return visit.page("desk/providers.html", context)


def _describe_provider(name: str, counts: Counter[DeliveryStatus]) -> dict[str, Any]:
    total, sent = counts.total(), counts[DeliveryStatus.SENT]
    wrong = sum(counts[status] for status in _GONE_WRONG)
    waiting = total - sent - wrong - counts[DeliveryStatus.SUPPRESSED]
    return {"name": name, "total": total, "sent": sent, "wrong": wrong, "waiting": waiting}


def _show_delivery(visit: Visit) -> Response:
    record = find_issue(visit)
    number = parse_number(visit.part("delivery"))
    found = load_delivery(visit.app.store, DeliveryId(number)) if number else None
    if found is None or found.delivery.issue != record.id:
        raise InputError("There is no such delivery.", hint="The page of the issue lists them.")
    context = {
        "title": found.address or "(erased)",
        "issue": record,
        "one": found,
        "meaning": MEANINGS[found.delivery.status],
        "why": explain_delivery(found.delivery),
        "states": [(state, explain_answer(state.reply, state.reason)) for state in found.history],
        "path": path_of(record.key),
    }
    return visit.page("desk/delivery.html", context)


def _send_missing(visit: Visit) -> Response:
    key = find_issue(visit).key
    number = send_missing_of(visit.app.store, visit.app.settings, key, visit.now, by=visit.by)
    words = f"Queued once more: {number}." if number else "Nobody missed it who may still get it."
    return visit.done(words, path_of(key))


def _settle(visit: Visit) -> Response:
    key = find_issue(visit).key
    arrived = visit.given("answer") == "arrived"
    if not arrived and visit.given("answer") != "again":
        raise InputError("Say what became of them.", hint="They arrived, or they go out once more.")
    number = settle_held(visit.app.store, key, visit.now, arrived=arrived, by=visit.by)
    words = "count as sent" if arrived else "are queued once more"
    return visit.done(f"{number} deliveries {words}.", path_of(key))


def _do_act(verb: str) -> Answer:
    """Return what does an act of Today to the issue that the address names."""

    def answer(visit: Visit) -> Response:
        act = acts.Act(app=visit.app, by=visit.by, key=find_issue(visit).key, given={})
        return visit.done(acts.do_act(act, verb), path_of(act.key))

    return answer


_ISSUE = "{edition}/{day}"
ROUTES = (
    show("", _list),
    show(_ISSUE, _show),
    show(f"{_ISSUE}/providers", _show_providers),
    show(f"{_ISSUE}/deliveries/{{delivery}}", _show_delivery),
    do(f"{_ISSUE}/missing", _send_missing),
    do(f"{_ISSUE}/settle", _settle),
    do(f"{_ISSUE}/pause", _do_act("pause")),
    do(f"{_ISSUE}/resume", _do_act("resume")),
)
