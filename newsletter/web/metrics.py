"""``/metrics`` for Prometheus: requests of this process, and what the ledger counts. I/O (database).

The one door to prometheus-client. Only a scraper on the same machine or private network is answered, and
only where no proxy stands between: the numbers are the operator's business.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from ipaddress import ip_address

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.store.subscribers import count_subscribers
from newsletter.store.suppressions import count_suppressions
from newsletter.web.reading import NotFound
from newsletter.web.services import WebServices

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

    def render(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self.registry)


class _Ledger(Collector):
    """Counts the ledger when it is scraped."""

    def __init__(self, services: WebServices) -> None:
        self.store = services.store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the gauges."""
        people = GaugeMetricFamily("newsletter_subscribers", "Subscribers by status.", labels=("status",))
        with self.store.read() as connection:
            for status, number in count_subscribers(connection).items():
                people.add_metric((status.value,), number)
        yield people
        gone = GaugeMetricFamily("newsletter_suppressions", "Suppressed addresses.", labels=("reason",))
        for reason, number in count_suppressions(self.store).items():
            gone.add_metric((reason,), number)
        yield gone

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing in advance: registering must not read the ledger."""
        return iter(())


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


def build_metrics(metrics: WebMetrics) -> APIRouter:
    """Return the route ``/metrics``."""
    router = APIRouter()

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def show_metrics(request: Request) -> Response:
        if not is_private(request):
            raise NotFound
        return Response(
            metrics.render(), media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"}
        )

    return router


def is_private(request: Request) -> bool:
    """Whether a request comes straight from this machine or its private network."""
    if request.client is None or {"x-forwarded-for", "forwarded", "via"} & set(request.headers):
        return False
    try:
        return ip_address(request.client.host).is_private
    except ValueError:
        return False
