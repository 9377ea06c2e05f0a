"""A real browser in front of a real server."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.config import Web
from newsletter.web.idle_connections import PatientProtocol
from newsletter.web.server import make_server
from newsletter.web.services import WebServices

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
needs_browser = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Playwright's own event loop
]


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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(
    services: WebServices, settings: Web, *, protocol: type[PatientProtocol] = PatientProtocol
) -> Iterator[None]:
    """Serve the public pages by the server that an installation runs, until the block ends."""
    server = make_server(services, settings, protocol=protocol)
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive(), "the server stops when told to"
