"""Serving the public web face until it is told to stop. I/O (network, signals)."""

from __future__ import annotations

import sys

import uvicorn

from newsletter.config import Web
from newsletter.web.asgi import build_app
from newsletter.web.connections import PatientProtocol
from newsletter.web.services import WebServices

GRACE_SECONDS = 5  # for requests in flight; the supervisor waits seven and a half
SWITCH_SECONDS = 0.001
_KEEP_ALIVE_SECONDS = 20


def make_server(
    services: WebServices, settings: Web, *, protocol: type[PatientProtocol] = PatientProtocol
) -> uvicorn.Server:
    """Return the server, not started. Raises what ``build_app`` raises."""
    config = uvicorn.Config(
        build_app(services),
        host=settings.host,
        port=settings.port,
        access_log=False,  # paths hold tokens
        log_config=None,
        log_level="error",  # what strangers send that is no HTTP is nothing to write down
        proxy_headers=False,  # the application's own middleware trusts only configured proxies
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        http=protocol,
        limit_concurrency=protocol.most + 1,  # of those that are all being answered
        lifespan="on",
    )
    return uvicorn.Server(config)


def run_web(services: WebServices, settings: Web) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished."""
    # A thread that renders hands the interpreter over after a millisecond, not five: whoever waits for the
    # database gives it away at every step, and would wait so long at each to have it back.
    sys.setswitchinterval(SWITCH_SECONDS)
    make_server(services, settings).run()
