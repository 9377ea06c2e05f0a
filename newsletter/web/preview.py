"""The plain preview: the issue in a browser, made anew when a file changes. I/O (network, files, database).

Loopback by default. Every address holds a token of this start and the Host header must be ours (loopback,
the address it listens at, or a host that the web face answers to), so that no other page can drive it. It renders the composed issue, or composes one from the seeds and what
is stored; it asks no source on the network and consumes nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsletter.app import App
from newsletter.config import Settings, seed_folder
from newsletter.errors import InputError, NewsletterError
from newsletter.gather import gather
from newsletter.model import RenderedIssue, SourceType
from newsletter.paths import shipped_folder
from newsletter.pipeline import NothingToSay, compose_day
from newsletter.render.issue import render_issue
from newsletter.render.templates import render_template
from newsletter.store.issues import load_issue
from newsletter.web.edge import allowed_hosts

OpenApp = Callable[[], App]
LOOPBACK = ("127.0.0.1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - to compare with; listening there is the operator's choice


def make_preview(app: App, given: str = "") -> RenderedIssue:
    """Render the issue of a date with today's templates: the composed one, else one from seeds and store."""
    from datetime import date  # noqa: PLC0415 - only to parse what was given

    try:
        day = date.fromisoformat(given) if given else app.today
    except ValueError as error:
        raise InputError(f"{given!r} is not a date.", hint="Write it as 2026-01-05.") from error
    stored = load_issue(app.store, day)
    if stored is not None:
        return render_issue(
            stored.issue, app.settings.newsletter, environment=app.environment, theme=app.theme
        )
    now = app.clock()
    seeds = [source for source in app.sources if source.type is SourceType.SEED]
    gathered = asyncio.run(gather(app, now=now, sources=seeds, only_due=False, save=False))
    composed = compose_day(app, day, now, reports=gathered.reports, extra=gathered.articles)
    if isinstance(composed, NothingToSay):
        raise InputError(
            f"There is nothing to show: {composed.note}.",
            hint="Read the sources first: newsletter sources check.",
        )
    return composed.rendered


def watched(app: App) -> Iterable[Path]:
    """Return every file whose change changes the preview."""
    folders = [shipped_folder("templates"), shipped_folder("config"), app.config_folder, app.template_folder]
    folders += [
        seed_folder(source, app.config_folder) for source in app.sources if source.type is SourceType.SEED
    ]
    return sorted(
        {
            path
            for folder in folders
            if folder and folder.is_dir()
            for path in folder.rglob("*")
            if path.is_file()
        }
    )


def stamp_files(paths: Iterable[Path]) -> str:
    """Return a text that changes when one of the files does."""
    return str(hash(tuple((str(path), path.stat().st_mtime_ns) for path in paths if path.exists())))


def choose_hosts(host: str, settings: Settings) -> tuple[str, ...]:
    """Return the host names that the preview answers to. Pure."""
    named = () if host in EVERYWHERE else (f"[{host}]" if ":" in host else host,)
    return tuple(dict.fromkeys((*LOOPBACK, *named, *allowed_hosts(settings))))


def spell_address(host: str, port: int, token: str) -> str:
    """Return the address to open: on this machine where the preview listens everywhere. Pure."""
    shown = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/{token}/"


def build_preview(open_app: OpenApp, given: str, token: str, hosts: Sequence[str] = LOOPBACK) -> Starlette:
    """Return the application; every route begins with ``/TOKEN``, every request names one of ``hosts``."""

    def guarded(show: Callable[[Request, App], Response]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if not hmac.compare_digest(request.path_params["token"].encode(), token.encode()):
                return PlainTextResponse("Open the address that the command printed.", status_code=403)
            try:
                app = open_app()  # anew each time, so that settings, sources and templates are live
                try:
                    return show(request, app)
                finally:
                    app.close()
            except NewsletterError as error:
                return PlainTextResponse(f"{error}\n\nWhat to do: {error.hint}", status_code=500)

        return answer

    def show_frame(request: Request, app: App) -> Response:
        del request
        context = {"token": token, "theme": app.theme, "name": app.settings.newsletter.name}
        return HTMLResponse(render_template(app.environment, "demo/preview.html", context))

    def show_part(request: Request, app: App) -> Response:
        part = request.path_params["part"]
        if part == "version":
            return PlainTextResponse(stamp_files(watched(app)))
        shown = make_preview(app, given)
        return HTMLResponse(shown.html) if part == "html" else PlainTextResponse(shown.text)

    return Starlette(
        routes=[Route("/{token}/", guarded(show_frame)), Route("/{token}/{part:str}", guarded(show_part))],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
    )


def serve_preview(
    open_app: OpenApp, given: str, *, host: str = "127.0.0.1", port: int = 0, on_ready: Callable[[str], None]
) -> None:
    """Serve the preview until Ctrl-C; ``on_ready`` gets its address. Raises InputError where it cannot listen."""
    opened = open_app()  # a wrong setting is told in the terminal, before there is a page
    hosts = choose_hosts(host, opened.settings)
    opened.close()
    token = secrets.token_urlsafe(18)
    with _listen(host, port) as listener:
        on_ready(spell_address(host, listener.getsockname()[1], token))
        config = uvicorn.Config(
            build_preview(open_app, given, token, hosts),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(
            f"The preview cannot listen at {host}, port {port}: {error.strerror or error}.",
            hint="Choose another --port, or an address of this machine as --host.",
        ) from error
