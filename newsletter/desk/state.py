"""State: what doctor says, DNS to publish, next times, runs, alerts, programs with a token, acts. For operators.

I/O (database; network where doctor or DNS is asked for).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from starlette.responses import Response

from newsletter.check.dns_to_publish import list_records
from newsletter.check.doctor import examine
from newsletter.check.mail.check_mail import find_blocking
from newsletter.check.sender.trial import TRIAL, check_trial
from newsletter.day.due_now import list_due, list_settled
from newsletter.day.schedule import Action
from newsletter.day.timetable import At, Job, JobName, find_next, list_jobs, list_upcoming
from newsletter.delivery.signers import load_signers
from newsletter.desk.listing import read_asked
from newsletter.desk.room import Visit, do, show
from newsletter.errors import InputError
from newsletter.model import IssueStatus
from newsletter.store import monitoring
from newsletter.store.acts import list_acts
from newsletter.store.alerts import list_alerts
from newsletter.store.api_tokens import list_tokens, revoke_token
from newsletter.store.installation import list_runs
from newsletter.store.issues import find_record

_FEW = 8


def _show(visit: Visit) -> Response:
    app = visit.app
    context = {
        "title": "State",
        "due": _list_due(visit),
        "backup": _next(list_jobs(app.settings), JobName.BACKUP, "", visit.now),
        "beats": sorted(monitoring.list_beats(app.store).items()),
        "runs": list_runs(app.store, limit=_FEW),
        "alerts": list_alerts(app.store, limit=_FEW),
        "over": _find_over(visit),
        "tokens": [(token, token.is_good(visit.now)) for token in list_tokens(app.store)],
        "acts": list_acts(app.store, limit=_FEW),
    }
    return visit.page("desk/state.html", context)


def _list_due(visit: Visit) -> list[dict[str, Any]]:
    """Return of each edition how it stands, when it is next composed and leaves, and its days off from today on."""
    settings, now, told = visit.app.settings, visit.now, []
    jobs = list_upcoming(settings, list_settled(visit.app.store, settings, now))
    for due in list_due(visit.app.store, settings, now):
        key, own = due.issue.edition, settings.of(due.issue.edition)
        record = find_record(visit.app.store, due.issue)
        was_missed = record is not None and record.status is IssueStatus.MISSED
        told.append(
            {
                "issue": due.issue,
                "words": due.reason,
                "is_missed": was_missed or due.action is Action.REPORT_MISSED,
                "next": [(name, _next(jobs, name, key, now)) for name in (JobName.COMPOSE, JobName.SEND)],
                "off": sorted(
                    (each for each in own.schedule.days_off if each.last >= visit.app.today_of(key)),
                    key=lambda each: each.first,
                ),
            }
        )
    return told


def _next(jobs: Iterable[Job], name: JobName, edition: str, now: datetime) -> datetime | None:
    """Return when a job begins next, in its own zone."""
    job = next((one for one in jobs if (one.name, one.edition) == (name, edition)), None)
    if job is None or not isinstance(job.when, At):
        return None
    moment = find_next(job.when, now)
    return moment and moment.astimezone(job.when.zone)


def _examine(visit: Visit) -> Response:
    findings = asyncio.run(examine(visit.app.examining))
    wrong = [finding for finding in findings if not finding.ok]
    context = {
        "title": "Doctor",
        "findings": [*wrong, *(one for one in findings if one.ok)],
        "wrong": len(wrong),
    }
    return visit.page("desk/doctor.html", context)


def _show_dns(visit: Visit) -> Response:
    settings = visit.app.settings
    records = asyncio.run(list_records(settings, load_signers(settings), (), None))
    return visit.page("desk/dns.html", {"title": "DNS to publish", "records": records})


def _list_runs(visit: Visit) -> Response:
    asked = read_asked(visit, "status/runs")
    found = list_runs(visit.app.store, offset=asked.offset, limit=asked.limit)
    return visit.page("desk/runs.html", {"title": "Runs", "listing": asked.show(found)})


def _list_alerts(visit: Visit) -> Response:
    asked = read_asked(visit, "status/alerts")
    found = list_alerts(visit.app.store, words=asked.q, offset=asked.offset, limit=asked.limit)
    context = {"title": "Alerts", "listing": asked.show(found), "over": _find_over(visit)}
    return visit.page("desk/alerts.html", context)


def _find_over(visit: Visit) -> frozenset[str]:
    """Return the keys of alerts of which the cause can be asked for, and is no more."""
    settings = visit.app.settings
    found = check_trial(settings.newsletter, settings.relay)
    return frozenset() if find_blocking(found, settings.preflight.waive) else frozenset({TRIAL})


def _list_acts(visit: Visit) -> Response:
    asked = read_asked(visit, "status/acts")
    found = list_acts(visit.app.store, words=asked.q, offset=asked.offset, limit=asked.limit)
    return visit.page("desk/acts.html", {"title": "Acts", "listing": asked.show(found)})


def _revoke(visit: Visit) -> Response:
    name = visit.given("name")
    if not revoke_token(visit.app.store, name, visit.now, by=visit.by):
        raise InputError(f"No token {name!r} is left to end.", hint="The page State lists them.")
    return visit.done(f"The token {name} opens nothing any more.", "status/")


ROUTES = (
    show("", _show),
    show("doctor", _examine),
    show("dns", _show_dns),
    show("runs", _list_runs),
    show("alerts", _list_alerts),
    show("acts", _list_acts),
    do("tokens/revoke", _revoke),
)
