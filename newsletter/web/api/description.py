"""The API's page: what its description says, to be read by people. Pure but for the templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from newsletter.web.api.access import Scope
from newsletter.web.api.gate import DESCRIPTION, REQUESTS_A_MINUTE
from newsletter.web.api.routes import PATH, describe_api
from newsletter.web.pages import Pages, add_page


def build_description(pages: Pages) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()

    def show_description(request: Request) -> Response:
        body, etag = pages.kept(("api",), lambda: _render(pages))
        return pages.shared(request, body, etag=etag)

    add_page(router, PATH, show_description)
    return router


def _render(pages: Pages) -> bytes:
    described = describe_api(pages.services)
    context = {
        "title": described["info"]["title"],
        "url": described["servers"][0]["url"],
        "description": f"{pages.prefix}{PATH}{DESCRIPTION}",
        "requests": REQUESTS_A_MINUTE,
        "scopes": [scope.value for scope in Scope],
        "operations": list(_list_operations(described)),
    }
    return pages.render("api.html", context)


def _list_operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            sent = body.get("application/json", {}).get("schema")
            yield {
                "name": f"{method.upper()} {path}",
                "scope": operation["security"][0]["HTTPBearer"][0],
                "text": operation["description"].replace("`", "").split("\n\n"),
                "fields": [
                    *((one["name"], one.get("description", "")) for one in operation.get("parameters", ())),
                    *(_list_fields(sent, described) if sent else ()),
                ],
            }


def _list_fields(
    schema: dict[str, Any], described: dict[str, Any], above: str = ""
) -> Iterator[tuple[str, str]]:
    """Give the fields of a body by name, those of an object in it as ``outer.inner``."""
    named = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, field in named["properties"].items():
        needed = "needed. " if name in named.get("required", ()) else ""
        yield f"{above}{name}", f"{needed}{field.get('description', '')}".strip()
        for option in field.get("anyOf", ()):
            inner = described["components"]["schemas"].get(option.get("$ref", "").rpartition("/")[2], {})
            if "properties" in inner:
                yield from _list_fields(option, described, f"{above}{name}.")
