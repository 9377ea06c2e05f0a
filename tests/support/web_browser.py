"""A real browser in front of a real server."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from newsletter.check.browser import find_browser
from newsletter.config import Web
from newsletter.web.asgi import build_app
from newsletter.web.edge import Neighbour
from newsletter.web.idle_connections import PatientProtocol
from newsletter.web.server import make_server
from newsletter.web.services import WebServices

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = find_browser()
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
needs_browser = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Playwright's own event loop
]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Give a Chromium; it is closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def open_phone(browser: Browser, **options: Any) -> BrowserContext:
    """Return a context of a phone, 390 pixels wide and touched by fingers."""
    # A dict does for a ViewportSize.
    return browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, **options)  # type: ignore[arg-type]


@contextmanager
def lend(tab: Page, url: str, **listeners: Callable[[Any], None]) -> Iterator[Page]:
    """Give a tab that stands at ``url``, to one test after the other.

    What a test leaves in it goes, its process stays: a new one would load and compile all scripts again, which takes
    most of the time of a short test.
    """
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload]  # one overload an event
    tab.goto(url)
    yield tab
    tab.unroute_all()
    tab.goto("about:blank")
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)
    tab.context.clear_cookies()


def leave_unheard(page: Page) -> None:
    """Load the page anew, so that it hears of no change by itself.

    Anew, since what it asked before is under way: on a busy machine its answer comes before the next click, or after.
    """
    page.route("**/wait?*", lambda _: None)
    page.reload()
    page.wait_for_selector("body[data-ready]")


def run_axe(page: Page, rules: list[str]) -> list[tuple[str, str]]:
    """Return each rule of axe that the page breaks, with the element that does.

    A page is given axe once, tells no more than is asked, and does not wait half a second for an answer of its
    frames, which have no axe: that took most of the time of a look.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_read_axe())
    looked, faults = page.evaluate(
        """async rules => {
            const found = await axe.run(
                document, {runOnly: rules, resultTypes: ['violations'], iframes: false})
            return [found.passes.length,
                    found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, String(node.target)]))]
        }""",
        rules,
    )
    assert looked, "axe looked at something"
    return [(rule, element) for rule, element in faults]


@cache
def _read_axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def find_faults(page: Page) -> list[str]:
    """Return what axe finds wrong, and whether the page is wider than the screen."""
    faults = [f"{rule} {element}" for rule, element in run_axe(page, RULES)]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*faults, f"{wide} pixels too wide"] if wide > 0 else faults


def take_picture(page: Page, path: Path, **options: Any) -> None:
    """Save what the page shows.

    Chromium on a busy machine may refuse a picture whose frame is not drawn in time, and give the same
    picture a moment later: it is asked up to five times.
    """
    from playwright.sync_api import Error

    for tries_left in range(4, -1, -1):
        try:
            page.screenshot(path=path, **options)
        except Error as error:
            if "Unable to capture screenshot" not in error.message or not tries_left:
                raise
            page.wait_for_timeout(500)
        else:
            return


@contextmanager
def served(
    services: WebServices,
    settings: Web,
    *,
    protocol: type[PatientProtocol] = PatientProtocol,
    neighbour: Neighbour | None = None,
) -> Iterator[None]:
    """Serve the public pages by the server that an installation runs, until the block ends."""
    site = build_app(services, neighbour=neighbour)
    with running(make_server(site, settings.host, settings.port, protocol=protocol)):
        yield


@contextmanager
def served_alone(app: ASGIApp) -> Iterator[str]:
    """Serve one application at a port that is free, until the block ends; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1))
    with running(server):
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def running(server: uvicorn.Server) -> Iterator[None]:
    """Run a server in a thread of its own until the block ends."""
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 60
    try:
        while not server.started:
            assert thread.is_alive(), "the server could not start"
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive(), "the server stops when told to"
