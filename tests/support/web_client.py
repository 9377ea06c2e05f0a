"""A client of an application in this process. I/O (a thread)."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient
from starlette.types import ASGIApp


@cache
def _share_loop() -> BlockingPortal:
    """One event loop for all clients, as a server has it: Starlette's client would start one for each request."""
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(start_blocking_portal())


def open_client(app: ASGIApp, **options: Any) -> TestClient:
    """Return a client whose requests run in the loop that all share; what an application begins with is left out."""
    client = TestClient(app, **options)
    client.portal = _share_loop()
    return client


def spoil(token: str) -> str:
    """Return ``token`` with another last letter: whatever it ends with, it is no longer the same."""
    return token[:-1] + ("A" if token[-1] != "A" else "B")
