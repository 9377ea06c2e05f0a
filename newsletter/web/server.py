"""The server of what strangers reach. I/O (network, signals)."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp

from newsletter.web.idle_connections import PatientProtocol

GRACE_SECONDS = 5  # for requests in flight; the supervisor waits seven and a half
_KEEP_ALIVE_SECONDS = 20


def make_server(
    app: ASGIApp, host: str, port: int, *, protocol: type[PatientProtocol] = PatientProtocol
) -> uvicorn.Server:
    """Return a server for an application that strangers reach, not started: ``run`` finishes requests in flight."""
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
        limit_concurrency=2 * protocol.most,  # some that were given up are still being let go
        lifespan="on",
    )
    return uvicorn.Server(config)
