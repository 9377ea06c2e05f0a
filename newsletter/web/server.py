"""Serving the public web face until it is told to stop. I/O (network, signals)."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from newsletter.config import Web
from newsletter.web.asgi import build_app
from newsletter.web.edge import Neighbour
from newsletter.web.idle_connections import PatientProtocol
from newsletter.web.services import WebServices

GRACE_SECONDS = 5  # for requests in flight; the supervisor waits seven and a half
_KEEP_ALIVE_SECONDS = 20


def make_server(
    services: WebServices,
    settings: Web,
    *,
    protocol: type[PatientProtocol] = PatientProtocol,
    when_warm: Callable[[], None] | None = None,
    neighbour: Neighbour | None = None,
) -> uvicorn.Server:
    """Return the server, not started. Raises what ``build_app`` raises; the last two are for it too."""
    app = build_app(services, when_warm=when_warm, neighbour=neighbour)
    return serve_app(app, settings.host, settings.port, protocol=protocol)


def serve_app(
    app: ASGIApp, host: str, port: int, *, protocol: type[PatientProtocol] = PatientProtocol
) -> uvicorn.Server:
    """Return a server for an application that strangers reach, not started."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
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


def run_web(
    services: WebServices, settings: Web, *, when_warm: Callable[[], None], neighbour: Neighbour | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished."""
    make_server(services, settings, when_warm=when_warm, neighbour=neighbour).run()
