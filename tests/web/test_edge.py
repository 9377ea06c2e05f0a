from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.types import Message

from newsletter.config import Logs
from newsletter.logs import configure_logs
from newsletter.model import SubscriberId
from newsletter.web.edge import BodyLimits
from tests.support.subscriber_factories import add_active
from tests.support.web_factories import Site


@pytest.mark.parametrize("path", ["/issues", "/issues/2026-01-05", "/nothing", "/healthz", "/u/x"])
def test_every_answer_carries_the_security_headers(shown: Site, path: str) -> None:
    headers = shown.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "server" not in headers


def test_hsts_is_only_promised_over_https(build: Callable[..., Site]) -> None:
    site = build(newsletter={"base_url": "http://news.example"})
    assert "strict-transport-security" not in site.client.get("/healthz").headers


@pytest.mark.parametrize(
    "host", ["evil.example", "news.example.evil.example", "", "news.example@evil", "a b"]
)
def test_a_request_for_another_host_is_refused(shown: Site, host: str) -> None:
    answer = shown.client.get("/issues", headers={"host": host})
    assert answer.status_code == 400
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "host", ["news.example", "NEWS.example:8443", "localhost:8080", "127.0.0.1", "[::1]:80"]
)
def test_our_own_hosts_are_served(shown: Site, host: str) -> None:
    assert shown.client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_other_methods_are_refused(shown: Site, method: str) -> None:
    answer = shown.client.request(method, f"/u/{shown.token(SubscriberId(1))}")
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"] or "GET" in answer.headers["allow"]


def test_a_body_over_the_limit_is_refused_declared_or_not(build: Callable[..., Site]) -> None:
    site = build(web={"max_body_bytes": 1_000})
    reader = add_active(site.register)
    url = f"/u/{site.token(reader.id)}"
    assert site.client.post(url, content=b"a" * 1_001).status_code == 413
    assert site.client.post(url, content=iter([b"a" * 600, b"b" * 600])).status_code == 413
    assert site.client.post(url, headers={"content-length": "-5"}).status_code == 413
    assert site.client.post(url, content=b"a" * 1_000).status_code == 200


def test_a_body_that_trickles_in_is_given_up() -> None:
    async def never(_: Any, __: Any, ___: Any) -> None:
        raise AssertionError("the route must not run")

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    limits = BodyLimits(never, max_bytes=10_000, seconds=0.1)
    asyncio.run(limits({"type": "http", "headers": [], "method": "POST", "path": "/"}, receive, send))
    assert sent[0]["status"] == 408


def test_whoever_goes_away_in_mid_body_gets_no_answer_and_runs_no_route() -> None:
    async def never(_: Any, __: Any, ___: Any) -> None:
        raise AssertionError("the route must not run")

    messages: Iterator[Message] = iter(
        ({"type": "http.request", "body": b"email=", "more_body": True}, {"type": "http.disconnect"})
    )

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    limits = BodyLimits(never, max_bytes=10_000)
    asyncio.run(limits({"type": "http", "headers": [], "method": "POST", "path": "/"}, receive, send))


def test_a_fault_of_ours_is_a_page_with_all_headers_and_one_log_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    configure_logs(Logs(format="json"))
    monkeypatch.setattr(site.services.store, "read", broken)
    answer = site.client.get("/issues/2026-01-05")
    assert answer.status_code == 500
    assert "Something broke here" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" in answer.headers
    assert capsys.readouterr().err.count("RuntimeError: broken") == 1


@pytest.mark.parametrize(
    ("client", "trusted", "is_said"),
    [("172.18.0.1", (), True), ("172.18.0.1", ("172.18.0.0/16",), False), ("81.2.69.142", (), False)],
)
def test_a_proxy_that_the_settings_forgot_is_named_once_in_the_log(
    build: Callable[..., Site],
    capsys: pytest.CaptureFixture[str],
    client: str,
    trusted: tuple[str, ...],
    is_said: bool,
) -> None:
    configure_logs(Logs(format="json"))
    site = build(client_host=client, web={"trusted_proxies": trusted})
    for _ in range(3):
        site.client.get("/healthz", headers={"x-forwarded-for": "198.51.100.7"})
    said = capsys.readouterr().err
    assert said.count("web.trusted_proxies") == int(is_said)
    assert "198.51.100.7" not in said
