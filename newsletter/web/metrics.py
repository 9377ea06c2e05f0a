"""``/metrics`` for Prometheus: requests of this process, and what the ledger counts. I/O (database).

The one door to prometheus-client. It is off until ``web.metrics_token`` is set, and answers whoever has that token:
where a request comes from says nothing, since a proxy may hide it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.errors import NewsletterError
from newsletter.logs import get_log
from newsletter.store import monitoring
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import list_issues
from newsletter.store.sources import load_states
from newsletter.store.subscribers import count_subscribers
from newsletter.store.subscriptions import count_readers
from newsletter.store.suppressions import count_suppressions
from newsletter.web.pages import NotFound
from newsletter.web.services import WebServices

log = get_log("web")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)  # seconds


class WebMetrics:
    """The counters of one web process."""

    def __init__(self, services: WebServices) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "newsletter_web_requests",
            "Requests answered, by route pattern and status.",
            ("route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "newsletter_web_seconds",
            "Time to answer, by route pattern.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Ledger(services))


_LATELY = timedelta(days=1)  # a machine that was not seen for longer sends no more
_NOW = timedelta(minutes=5)  # what one said of its relays longer ago is no news


def _gauge(name: str, about: str, labels: str, counted: Mapping[Any, float]) -> GaugeMetricFamily:
    """Return a gauge; ``counted`` are its numbers by the value of its label, or by the values of its ``labels``."""
    family = GaugeMetricFamily(f"newsletter_{name}", about, labels=labels.split())
    for of, number in counted.items():
        family.add_metric([str(value) for value in (of if isinstance(of, tuple) else (of,))], number)
    return family


class _Ledger(Collector):
    """Counts the ledger when it is scraped."""

    def __init__(self, services: WebServices) -> None:
        self.services = services
        self.store = services.store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the gauges; a part that cannot be read is left out, and the log says why."""
        for part in (self._people, self._queue, self._issues, self._sources, self._senders):
            try:
                yield from part()
            except NewsletterError as error:
                log.warning("metrics left out", part=part.__name__.strip("_"), error=str(error))

    def _people(self) -> Iterator[GaugeMetricFamily]:
        with self.store.read() as connection:
            people = count_subscribers(connection)
            readers = dict.fromkeys(self.services.settings.edition_keys, 0) | count_readers(connection)
        yield _gauge("subscribers", "Subscribers.", "status", people)
        yield _gauge("readers", "Active subscribers of each edition.", "edition", readers)
        yield _gauge("suppressions", "Suppressed addresses.", "reason", count_suppressions(self.store))

    def _queue(self) -> Iterator[GaugeMetricFamily]:
        waiting, notices = monitoring.count_queue(self.store), monitoring.count_notices(self.store)
        yield _gauge("queue", "Deliveries that have not ended.", "status", waiting)
        yield _gauge("notices_queue", "Confirm, welcome, goodbye and leave mails to send.", "", {(): notices})

    def _issues(self) -> Iterator[GaugeMetricFamily]:
        now, ends = self.services.now(), monitoring.last_ends(self.store)
        times = {of: at.timestamp() for of, at in ends.items()}
        yield _gauge("last_issue_timestamp_seconds", "When an issue last ended so.", "edition status", times)
        ages = {of: _seconds(now, at) for of, at in ends.items()}
        yield _gauge("last_issue_age_seconds", "How long ago that was.", "edition status", ages)
        newest = {
            edition: list_issues(self.store, edition=edition, limit=3)
            for edition in self.services.settings.edition_keys
        }
        counts = {
            (edition, status): number
            for edition, records in newest.items()
            if (latest := next((one for one in records if one.frozen), None))
            for status, number in count_deliveries(self.store, latest.id).items()
        }
        about = "Deliveries of the newest issue that was sent."
        yield _gauge("last_issue_deliveries", about, "edition status", counts)
        paused = sum(one.held and not one.finished for records in newest.values() for one in records)
        yield _gauge("issues_held", "Issues that are held or paused.", "", {(): paused})

    def _sources(self) -> Iterator[GaugeMetricFamily]:
        listed = {source.key for source in self.services.read_sources() if source.enabled is not False}
        states = {key: state for key, state in load_states(self.store).items() if key in listed}
        failing = sum(bool(state.failures or state.retired) for state in states.values())
        unread = len(listed) - len(states)
        counts = {"failing": failing, "good": len(states) - failing, "unread": unread}
        yield _gauge("sources", "Sources that are on.", "state", counts)
        failures = {key: state.failures for key, state in states.items()}
        yield _gauge("source_failures", "Failed reads in a row.", "source", failures)

    def _senders(self) -> Iterator[GaugeMetricFamily]:
        now = self.services.now()
        beats = {name: _seconds(now, at) for name, at in monitoring.list_beats(self.store).items()}
        yield _gauge("process_age_seconds", "Since a process was last alive.", "process", beats)
        senders = monitoring.list_senders(self.store, since=now - _LATELY)
        ages = {one.machine: _seconds(now, one.at) for one in senders}
        yield _gauge("worker_age_seconds", "Since a machine that sends was last alive.", "machine", ages)
        alive = [one for one in senders if now - one.at <= _NOW]
        works = {(one.machine, name): works for one in alive for name, works in one.relays.items()}
        yield _gauge("relay_up", "Whether a relay works, as a machine sees it.", "machine relay", works)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance: registering must not read the ledger."""
        return iter(())


def _seconds(now: datetime, at: datetime) -> float:
    return (now - at).total_seconds()


class Measure:
    """Count and time every request under its route's pattern; a path may hold a token."""

    def __init__(self, app: ASGIApp, *, metrics: WebMetrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, noting the status."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self.metrics.requests.labels(route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(time.perf_counter() - start)


def build_metrics(metrics: WebMetrics, token: str) -> APIRouter:
    """Return the route ``/metrics``, for whoever has the token; "" is no token, and the route is not there."""
    router = APIRouter()

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def show_metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not token or not compare_digest(given, f"Bearer {token}".encode()):
            raise NotFound
        body = generate_latest(metrics.registry)
        return Response(body, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})

    return router
