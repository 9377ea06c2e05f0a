"""What readers press: our own one-click page, and the links to others, on real servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn

from newsletter.check.finding import Finding, Level
from newsletter.check.sample import unsubscribe_link
from newsletter.check.sender.dns import build_resolver
from newsletter.check.sender.links_answer import check_clock, check_links, check_unsubscribe
from newsletter.check.sender.relays import check_cover
from newsletter.config import Collect, RelaySettings
from newsletter.http import HTTPClient
from newsletter.model import SubscriberStatus
from newsletter.store.subscribers import find_by_id
from newsletter.web.asgi import build_app
from tests.support.app_factory import make_app, subscribe
from tests.support.dns_zone import Zone

NOW = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
FORM = b'<form method="post"><button>Unsubscribe</button></form>'
Answers = Mapping[str, tuple[int, Mapping[str, str], bytes]]  # "GET /path" ─▶ status, headers, body


@contextmanager
def serving(answers: Answers, *, certificate: Path | None = None, when: datetime = NOW) -> Iterator[int]:
    """Answer as told, anything else with 404; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            path = self.path.split("?")[0]
            status, headers, body = answers.get(f"{self.command} {path}", (404, {}, b"no"))
            self.send_response_only(status)
            for name, value in {
                "date": format_datetime(when, usegmt=True),
                "content-type": "text/html",
                **headers,
            }.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def press(answers: Answers, *, trial: bool = False) -> tuple[Finding, ...]:
    with serving(answers) as port:
        url = f"http://127.0.0.1:{port}/u/token"
        return asyncio.run(check_unsubscribe(url, None, agent="test", trial=trial))


GOOD: Answers = {"GET /u/token": (200, {}, FORM), "POST /u/token": (200, {}, b"You have left.")}


def test_a_page_that_opens_and_takes_the_press_passes() -> None:
    assert press(GOOD) == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param({"POST /u/token": (302, {"location": "https://x.example/login"}, b"")},
                     "redirects to https://x.example/login", id="redirect"),
        pytest.param({"POST /u/token": (401, {}, b"")}, "answers 401", id="login"),
        pytest.param({"POST /u/token": (403, {}, b"csrf")}, "answers 403", id="a forgery check"),
        pytest.param({"POST /u/token": (405, {}, b"")}, "answers 405", id="no POST"),
        pytest.param({"POST /u/token": (502, {}, b"")}, "answers 502", id="a proxy without its server"),
        pytest.param({"GET /u/token": (404, {}, b"")}, "answers 404", id="another site"),
        pytest.param({"GET /u/toke~": (200, {}, b"Welcome")}, "takes a forged", id="a site that answers everything"),
    ],
)  # fmt: skip
def test_a_page_that_no_mail_provider_can_use_fails(answers: Answers, words: str) -> None:
    found = press({**GOOD, **answers})
    assert [item.level for item in found] == [Level.FAIL]
    assert words in found[0].message
    assert found[0].check == "unsubscribe-works"
    assert found[0].hint


def test_a_page_where_nobody_answers_warns_and_on_a_trial_is_not_run() -> None:
    for trial, level in ((False, Level.WARN), (True, Level.NOT_RUN)):
        found = asyncio.run(check_unsubscribe("http://127.0.0.1:9/u/token", None, agent="test", trial=trial))
        assert [item.level for item in found] == [level]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=news.example",
        "-days",
        "2",
    ]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    path = folder / "both.pem"
    path.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return path


def test_the_addresses_come_from_dns_and_a_certificate_that_nobody_signed_fails(certificate: Path) -> None:
    with serving(GOOD, certificate=certificate) as port, Zone({("news.example", "A"): ["127.0.0.1"]}) as zone:
        url = f"https://news.example:{port}/u/token"
        found = asyncio.run(check_unsubscribe(url, build_resolver(zone.address), agent="test", trial=False))
        assert [item.level for item in found] == [Level.FAIL]
        assert "certificate" in found[0].message
        assert ("news.example", "A") in zone.asked
        zone.records = {}
        found = asyncio.run(check_unsubscribe(url, build_resolver(zone.address), agent="test", trial=False))
        assert [item.level for item in found] == [Level.FAIL]
        assert "no address in DNS" in found[0].message


def test_the_real_web_face_passes_and_pressing_changes_nobody(tmp_path: Path) -> None:
    with ExitStack() as stack:
        app = make_app(tmp_path / "data", newsletter={"base_url": "http://127.0.0.1:8080"})
        stack.callback(app.close)
        subscribe(app, "ann@example.org")
        server = uvicorn.Server(
            uvicorn.Config(build_app(app.web_services), host="127.0.0.1", port=0, log_level="error")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        stack.callback(thread.join, 10)
        stack.callback(lambda: setattr(server, "should_exit", True))
        while not server.started:
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        url = unsubscribe_link(app.settings, app.keys).replace(":8080/", f":{port}/")
        assert asyncio.run(check_unsubscribe(url, None, agent="test", trial=True)) == ()
        with app.store.read() as connection:
            ann = find_by_id(connection, 1)  # type: ignore[arg-type]  # the first there is
        assert ann is not None
        assert ann.status is SubscriberStatus.ACTIVE


# ── links to others ──────────────────────────────────────────────────────────────────────────────


def open_links(hrefs: Callable[[int], list[str]], answers: Answers, **rest: object) -> tuple[Finding, ...]:
    async def ask(port: int) -> tuple[Finding, ...]:
        settings = Collect(allow_hosts=("127.0.0.1",), per_host_delay=0, connect_timeout=2, read_timeout=2)
        async with HTTPClient(settings, contact="") as client:
            return await check_links(client, hrefs(port), own="https://news.example.org", now=NOW)

    with serving(answers, **rest) as port:  # type: ignore[arg-type]  # the date alone
        return asyncio.run(ask(port))


def test_links_that_are_gone_or_broken_warn_and_those_that_refuse_programs_do_not() -> None:
    statuses = (200, 401, 403, 404, 410, 429, 500, 503)
    answers: Answers = {f"GET /{status}": (status, {}, b"words") for status in statuses}
    found = open_links(
        lambda port: [
            *(f"http://127.0.0.1:{port}/{status}#part" for status in statuses),
            f"http://127.0.0.1:{port}/404",  # the same page once more
            "https://news.example.org/issues/2026-01-05",  # ours: published with the issue
            "mailto:a@example.org",
            "http://127.0.0.1:9/nobody",
        ],
        answers,
    )
    assert {(item.check, item.level) for item in found} == {("links-answer", Level.WARN)}
    told = sorted(item.message.split(":")[0] for item in found)
    assert told == ["A link answers 404", "A link answers 410", "A link answers 500", "A link answers 503",
                    "A link does not answer"]  # fmt: skip


def test_a_mail_without_links_to_others_asks_nobody() -> None:
    assert open_links(lambda _: ["https://news.example.org/"], {}) == ()


def test_a_clock_that_differs_from_three_others_fails_and_two_prove_nothing() -> None:
    wrong = tuple(NOW - timedelta(hours=5, minutes=number) for number in range(3))
    assert check_clock(wrong[:2], NOW) == ()
    assert check_clock((NOW, NOW + timedelta(minutes=20), *wrong[:1]), NOW) == ()
    found = check_clock(wrong, NOW)
    assert [(item.check, item.level) for item in found] == [("date", Level.FAIL)]
    assert "5.0 hours ahead" in found[0].message
    assert "behind" in check_clock(tuple(moment + timedelta(hours=10) for moment in wrong), NOW)[0].message


def test_the_clocks_of_the_hosts_that_answer_are_compared() -> None:
    with ExitStack() as stack:
        page: Answers = {"GET /a": (200, {}, b"words")}
        ports = [stack.enter_context(serving(page, when=NOW - timedelta(hours=9))) for _ in range(3)]

        async def ask() -> tuple[Finding, ...]:
            async with HTTPClient(
                Collect(allow_hosts=("127.0.0.1",), per_host_delay=0), contact=""
            ) as client:
                hrefs = [f"http://127.0.0.1:{port}/a" for port in ports]
                return await check_links(client, hrefs, own="https://news.example.org", now=NOW)

        assert [item.check for item in asyncio.run(ask())] == ["date"]


# ── cover on the way to the relay ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        ({"host": "smtp.provider.example", "username": "a"}, Level.FAIL),
        ({"host": "smtp.provider.example"}, Level.WARN),
        ({"host": "45.33.32.10"}, Level.WARN),
        ({"host": "smtp.provider.example", "security": "starttls", "username": "a"}, None),
        ({"host": "localhost", "username": "a"}, None),
        ({"host": "postfix"}, None),
        ({"host": "10.0.0.5"}, None),
        ({"host": "::1"}, None),
    ],
)
def test_a_password_never_crosses_an_open_network_in_the_clear(
    settings: dict[str, str], level: Level | None
) -> None:
    found = check_cover("[relay]", RelaySettings.model_validate(settings))
    assert [item.level for item in found] == ([level] if level else [])
