"""The public web application. I/O (database behind every route).

From the outside in: the client's address (only from trusted proxies), the allowed hosts, security
headers, body limits, the path of base_url, then the routes. Handlers that touch the database run in
threads; the event loop only passes bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from newsletter.errors import StoreError, UnstorableError
from newsletter.logs import get_log
from newsletter.web.api.description import build_description
from newsletter.web.api.routes import PATH, build_api
from newsletter.web.drafts import build_drafts
from newsletter.web.edge import (
    BodyLimits,
    LastResort,
    Neighbour,
    NeighbourRouter,
    PathPrefix,
    edge_middleware,
)
from newsletter.web.feed_and_sitemap import build_feed_and_sitemap
from newsletter.web.health import build_health
from newsletter.web.hooks import build_hooks
from newsletter.web.joining import build_joining
from newsletter.web.leaving import build_leaving
from newsletter.web.metrics import Measure, WebMetrics, build_metrics
from newsletter.web.pages import FOREVER, NotFound, Pages
from newsletter.web.prepare_pages import prepare_pages
from newsletter.web.private_archive import build_opening
from newsletter.web.reading import build_reading
from newsletter.web.searching import build_searching
from newsletter.web.services import WebServices

log = get_log("web")
# What a visitor of a public archive comes to.
FACES = (
    build_joining,
    build_leaving,
    build_reading,
    build_feed_and_sitemap,
    build_searching,
    build_description,
)
THREADS = 10  # that wait for the database at once: the engine's pool holds as many connections


def build_app(
    services: WebServices, *, when_warm: Callable[[], None] | None = None, neighbour: Neighbour | None = None
) -> FastAPI:
    """Return the application. Raises ConfigError or TemplateError where settings or templates are wrong.

    ``when_warm`` is called once, before the first request, when what most visitors ask for is made. A ``neighbour``
    answers at its own address.
    """
    pages = Pages(services)
    metrics = WebMetrics(services)
    settings = services.settings

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        await run_sync(prepare_pages, pages)
        if when_warm is not None:
            when_warm()
        yield

    app = FastAPI(
        title=settings.newsletter.name,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        middleware=[
            *edge_middleware(settings, is_https=pages.base.startswith("https://")),
            *([Middleware(NeighbourRouter, neighbour=neighbour, prefix=pages.prefix)] if neighbour else []),
            Middleware(BodyLimits, max_bytes=settings.web.max_body_bytes),
            Middleware(PathPrefix, prefix=pages.prefix),
            Middleware(LastResort, answer=lambda scope, error: _answer_fault(pages, scope, error)),
            Middleware(Measure, metrics=metrics),
        ],
    )
    app.include_router(build_health(services))
    app.include_router(build_metrics(metrics, settings.web.metrics_token.get_secret_value()))
    for build in (*FACES, build_drafts, build_opening, build_hooks):
        app.include_router(build(pages))
    app.mount(PATH, build_api(services))
    _add_static(app, pages)
    _add_faults(app, pages)
    return app


def _add_static(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/static/{name}", methods=["GET", "HEAD"])
    def show_static(name: str, request: Request) -> Response:
        if name != pages.style_name:
            raise NotFound
        return pages.shared(request, pages.style, media_type="text/css; charset=utf-8", cache=FOREVER)


def _add_faults(app: FastAPI, pages: Pages) -> None:
    """Answer what is refused with a page of ours that says what to do."""

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _show_fault(pages, error.status_code, dict(error.headers or {}))

    @app.exception_handler(StoreError)
    def unavailable(request: Request, error: Exception) -> Response:
        if isinstance(error, UnstorableError):
            return _show_fault(pages, 400)
        # 503: whoever asked may ask again. A leaving, which is not asked for twice, is noted (leaving.py).
        log.error("the database is not available", route=_route(request.scope), error=str(error))
        return _show_fault(pages, 503, {"retry-after": "60"})


def _answer_fault(pages: Pages, scope: Scope, error: Exception) -> Response:
    log.error("a request failed", route=_route(scope), exc_info=error)
    return _show_fault(pages, 500)


def _show_fault(pages: Pages, status: int, headers: dict[str, str] | None = None) -> Response:
    texts = pages.texts["faults"]
    known = {404: "not_found", 405: "not_allowed", 503: "unavailable"}
    name = known.get(status, "broken" if status >= 500 else "bad_request")  # noqa: PLR2004 - HTTP classes
    context = {"title": texts[f"{name}_title"], "text": texts[name], "status": status}
    return pages.page("fault", context, status=status, headers=headers)


def _route(scope: Scope) -> str:
    """Return the pattern of a route, never its path: a token may stand in that."""
    return str(getattr(scope.get("route"), "path", ""))
