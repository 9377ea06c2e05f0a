"""A studio on loopback for tests: an installation with the seed, and a server in a thread."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn

from newsletter.app import App
from newsletter.daily import compose_today
from newsletter.store.issues import StoredIssue, load_issue
from newsletter.web.studio.bench import Bench
from newsletter.web.studio.site import build_studio
from tests.app_factory import Clock, make_app

DAY = date(2026, 1, 5)
TOKEN = "token-of-this-start"
START_SECONDS = 10.0


@dataclass
class Studio:
    """One studio and the installation behind it."""

    data: Path
    bench: Bench
    clock: Clock
    overrides: dict[str, Any]

    def open(self) -> App:
        return make_app(self.data, clock=self.clock, **self.overrides)

    @property
    def stored(self) -> StoredIssue:
        found = load_issue(self.bench.last.store, DAY)
        assert found is not None
        return found


@cache
def _composed() -> Path:
    """Compose the seed's issue once a test process: a studio starts from a copy."""
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = make_app(folder / "data")
    with ThreadPoolExecutor(1) as own_loop:  # Playwright's loop runs in this thread
        own_loop.submit(lambda: asyncio.run(compose_today(app, DAY))).result()
    app.close()
    return folder / "data"


def make_studio(data: Path, *, compose: bool = True, **overrides: Any) -> Studio:
    clock = Clock()
    if compose:
        shutil.copytree(_composed(), data)
    (data / "templates").mkdir(parents=True, exist_ok=True)
    bench = Bench(lambda: make_app(data, clock=clock, **overrides))
    return Studio(data=data, bench=bench, clock=clock, overrides=overrides)


@contextmanager
def served(studio: Studio) -> Iterator[str]:
    """Serve the studio; gives the address to open."""
    config = uvicorn.Config(
        build_studio(studio.bench, TOKEN), port=0, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + START_SECONDS
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/{TOKEN}/"
    finally:
        server.should_exit = True
        thread.join(10)
        studio.bench.close()
    assert not thread.is_alive(), "the server stops when told to"
