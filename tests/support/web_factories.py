"""A public web face over a ledger with issues in it, and a client for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from newsletter.config import Settings
from newsletter.model import Issue, IssueStatus, Source, SubscriberId
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.store.issues import change_issue, save_composed
from newsletter.subscribers.consent import Register
from newsletter.subscribers.networks import number_network
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.web.asgi import build_app
from newsletter.web.services import Look, WebServices
from tests.support.factories import make_issue
from tests.support.subscriber_factories import KEYS, NOW, make_register

TEMPLATES = Templates()
BASE = "https://news.example"


@dataclass
class Site:
    """The web face of one test: its ledger, its clock, its client."""

    register: Register
    services: WebServices
    client: TestClient
    stack: ExitStack
    times: list[datetime] = field(default_factory=lambda: [NOW])
    sources: list[Source] = field(default_factory=list)  # those of sources.toml

    def pass_time(self, **amount: float) -> None:
        self.times[0] += timedelta(**amount)

    def token(self, subscriber: SubscriberId, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
        return sign(KEYS, purpose, subscriber, now=self.times[0])

    def stamp(self, network: str | None = "203.0.113.0/24") -> str:
        """The stamp of a form that was shown now."""
        return self.token(SubscriberId(number_network(network)), Purpose.FORM)


def make_settings(**tables: dict[str, Any]) -> Settings:
    identity = {
        "name": "Rare Earth Daily",
        "base_url": BASE,
        "from_address": "daily@news.example",
        "postal_address": "Rare Earth Daily\n1 Ore Street, Baotou",
        **tables.pop("newsletter", {}),
    }
    return Settings(**{"newsletter": identity, **tables})


def make_site(
    folder: Path,
    *,
    checks: Callable[[Register, Callable[[], datetime]], dict[str, Look]] | None = None,
    **options: Any,
) -> Site:
    """Return a web face over a new ledger in ``folder``; ``options`` are those of ``open_site``."""
    return open_site(make_register(folder), checks=checks, **options)


def open_site(
    register: Register,
    *,
    checks: Callable[[Register, Callable[[], datetime]], dict[str, Look]] | None = None,
    client_host: str = "203.0.113.9",
    read_sources: Callable[[], tuple[Source, ...]] | None = None,
    **tables: dict[str, Any],
) -> Site:
    """Return a web face over a ledger that is there already."""
    times = [NOW]
    sources: list[Source] = []
    services = WebServices(
        register=register,
        settings=make_settings(**tables),
        templates=TEMPLATES,
        now=lambda: times[0],
        subject="rare earths",
        checks=checks(register, lambda: times[0]) if checks else {},
        read_sources=read_sources or (lambda: tuple(sources)),
        warm_seconds=60,  # however busy the machine is
    )
    stack = ExitStack()
    client = TestClient(
        build_app(services), base_url=BASE, raise_server_exceptions=False, client=(client_host, 50_000)
    )
    stack.enter_context(client)
    return Site(
        register=register, services=services, client=client, stack=stack, times=times, sources=sources
    )


def publish(site: Site, issue: Issue | None = None, status: IssueStatus = IssueStatus.SENT) -> Issue:
    issue = issue or make_issue()
    rendered = render_issue(issue, site.services.settings.newsletter, TEMPLATES)
    store = site.register.store
    assert save_composed(store, issue=issue, rendered=rendered, selection=(), considered=(), now=NOW)
    if status is not IssueStatus.COMPOSED:
        assert change_issue(store, issue.key, "sent", NOW, where=(IssueStatus.COMPOSED,), status=status.value)
    return issue


def publish_days(site: Site, count: int) -> list[date]:
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(count)]
    for number, day in enumerate(days, start=1):
        publish(site, make_issue(date=day, number=number, subject=f"News of day {number}"))
    return days
