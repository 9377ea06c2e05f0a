"""Starting the studio: a listener on loopback, a token, one address to open. I/O (network)."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Scope

from newsletter.config import Settings
from newsletter.desk.entrance import LocalEntrance
from newsletter.desk.sign_in import SessionEntrance
from newsletter.desk.site import build_desk
from newsletter.desk.workbench import Bench, OpenApp
from newsletter.errors import InputError, NewsletterError
from newsletter.logs import get_log
from newsletter.web.edge import LOOPBACK_HOSTS, LastResort, allowed_hosts, edge_middleware
from newsletter.wiring import Installation

log = get_log("desk")

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - to compare with; listening there is the operator's choice
_TOKEN_BYTES = 18
_PAINT_SECONDS = 0.15  # that the page has to itself before anything else is imported


def choose_hosts(host: str, settings: Settings) -> tuple[str, ...]:
    """Return the host names that the studio answers to. Pure."""
    named = () if host in EVERYWHERE else (f"[{host}]" if ":" in host else host,)
    return (*named, *allowed_hosts(settings))


def spell_address(host: str, port: int, token: str) -> str:
    """Return the address to open: on this machine where the studio listens everywhere. Pure."""
    shown = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/{token}/"


def build_studio(bench: Bench, token: str, hosts: Sequence[str] = LOOPBACK_HOSTS) -> ASGIApp:
    """Return the desk as one command shows it: every address begins with ``/TOKEN``, and names one of ``hosts``."""
    desk = build_desk(bench, LocalEntrance(token))
    return TrustedHostMiddleware(desk, allowed_hosts=list(hosts), www_redirect=False)


def open_desk(app: Installation) -> ASGIApp:
    """Return the desk for whoever signs in, over an installation that stays as it is until the next start."""
    bench = Bench(lambda: app, is_watched=False)
    return LastResort(build_desk(bench, SessionEntrance(bench)), answer=_say_broken)


def build_own_site(app: Installation) -> ASGIApp:
    """Return the desk behind an edge of its own, for a port of its own."""
    is_https = app.settings.desk_url.startswith("https://")
    return Starlette(
        routes=[Mount("", app=open_desk(app))], middleware=edge_middleware(app.settings, is_https=is_https)
    )


def _say_broken(scope: Scope, error: Exception) -> Response:
    log.error("a page of the desk failed", method=scope["method"], exc_info=error)
    return PlainTextResponse("Something is wrong at our end; the log says what.", status_code=500)


def serve_studio(
    open_app: OpenApp, given: str, *, host: str = "127.0.0.1", port: int = 0, on_ready: Callable[[str], None]
) -> None:
    """Serve the studio until Ctrl-C; ``on_ready`` gets its address. Raises InputError where it cannot listen."""
    bench = Bench(open_app, given)  # a wrong setting is told in the terminal, before there is a page
    bench.parse_issue("")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with _listen(host, port) as listener:
        config = uvicorn.Config(
            build_studio(bench, token, choose_hosts(host, bench.last.settings)),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        on_ready(spell_address(host, listener.getsockname()[1], token))
        threading.Thread(target=_warm_up, args=(bench,), daemon=True).start()
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            bench.close()


def _warm_up(bench: Bench) -> None:
    """Get ready what the page asks for next, while the browser starts and paints."""
    time.sleep(_PAINT_SECONDS)
    try:
        bench.show(bench.parse_issue(""), "live")
    except NewsletterError:
        return  # the page asks for the same, and tells what to do
    import newsletter.desk.panels  # noqa: F401, PLC0415 - for its side effect: it is there when it is asked for


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(
            f"The preview cannot listen at {host}, port {port}: {error.strerror or error}.",
            hint="Choose another --port, or an address of this machine as --host.",
        ) from error
