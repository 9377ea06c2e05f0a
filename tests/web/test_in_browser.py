"""One reader's story in a real browser, against a real server: joining, pausing, leaving, coming back."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.model import Subscriber
from newsletter.store.subscribers import find_by_key
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.web.serve import make_server
from tests.subscriber_factories import KEYS
from tests.web_factories import Site, publish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
]


@pytest.fixture
def live(build: Callable[..., Site]) -> Iterator[tuple[Site, str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    site = build(newsletter={"base_url": base}, web={"port": port, "min_form_seconds": 0})
    publish(site)
    server = make_server(site.services, site.services.settings.web)
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    yield site, base
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive(), "the server stops when told to"


def find(site: Site) -> Subscriber:
    with site.register.store.read() as connection:
        found = find_by_key(connection, "jane+ree@example.org")
    assert found is not None
    return found


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Playwright's own event loop
def test_a_reader_joins_reads_pauses_leaves_and_returns(live: tuple[Site, str], tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    site, base = live
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700})
        page = context.new_page()
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((base, "data:")) else None)

        page.goto(base + "/")
        page.get_by_label("Your email address").fill("Jane+ree@example.org")
        page.get_by_role("button", name="Subscribe").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Look into your inbox"

        page.goto(f"{base}/c/{sign(KEYS, Purpose.CONFIRM, find(site).id, now=site.times[0])}")
        assert find(site).status.value == "pending", "opening the page confirms nothing"
        page.get_by_role("button", name="Yes, subscribe me").click()
        assert page.get_by_role("heading", level=1).inner_text() == "You are in"
        assert find(site).status.value == "active"

        page.get_by_role("link", name="Lynas lifts NdPr output").click()
        page.get_by_role("link", name="[1]").first.click()
        assert page.url.endswith("/issues/2026-01-05/lynas-lifts-ndpr-output#s1")

        token = sign(KEYS, Purpose.UNSUBSCRIBE, find(site).id)
        page.goto(f"{base}/u/{token}")
        page.get_by_role("link", name="Pause it instead").click()
        page.get_by_role("button", name="14 days").click()
        assert str(find(site).paused_until) == "2026-01-19"

        page.get_by_role("link", name="Unsubscribe").click()
        page.get_by_label("Too many mails").check()
        page.get_by_role("button", name="Unsubscribe").click()
        assert find(site).status.value == "unsubscribed"
        page.get_by_role("button", name="Bring me back").click()
        assert find(site).status.value == "active"

        assert context.cookies() == []
        browser.close()
    assert outside == [], "nothing is asked of another host"
