"""Schemathesis at every route: made from the application's own description, with the forms and queries added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from newsletter.subscribers.tokens import Purpose
from newsletter.web.api.access import Scope, make_token
from newsletter.web.api.routes import PATH, describe_api
from newsletter.web.asgi import build_app
from tests.support.subscriber_factories import add_active
from tests.support.web_factories import BASE, Site, make_site, publish
from tests.support.whole_sets import FEWER
from tests.web.test_abuse import ROUTES

FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "/subscribe": ("email", "stamp", "website"),
    "/a/{token}": (),
    "/c/{token}": (),
    "/hooks/bounces/{provider}": (),
    "/open": ("email",),
    "/open/{token}": (),
    "/u/{token}": ("List-Unsubscribe", "reason"),
    "/p/{token}": ("action", "days", "until", "email"),
}
QUERIES = {"/issues": "before", "/search": "q", "/issues/{day}": "key"}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = make_site(tmp_path_factory.mktemp("schema"))
    publish(site)
    yield site
    site.stack.close()
    site.register.store.close()


def describe(site: Site) -> dict[str, Any]:
    """Return the application's OpenAPI description; good tokens, dates and stories are among its examples."""
    reader = add_active(site.register, "holder@example.org")
    tokens = [site.token(reader.id, purpose) for purpose in Purpose]
    good = {"token": tokens, "day": ["2026-01-05"], "story": ["lynas-lifts-ndpr-output"]}
    stamp = site.stamp()
    described: dict[str, Any] = build_app(site.services).openapi()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            operation["responses"] = {"default": {"description": "a page"}}
            operation["operationId"] = f"{method} {path}"
            for parameter in operation.get("parameters", ()):
                values = good.get(parameter["name"], [])
                parameter["schema"] = {"type": "string", "minLength": 1}
                parameter["examples"] = {str(n): {"value": value} for n, value in enumerate(values)}
            if name := QUERIES.get(path):
                query = {"name": name, "in": "query", "schema": {"type": "string"}}
                operation.setdefault("parameters", []).append(query)
            if method == "post":
                names = {name: {"type": "string"} for name in FIELDS[path]}
                example = {"email": "new@example.org", "stamp": stamp, "action": "pause", "days": "7"}
                body = {"schema": {"type": "object", "properties": names}}
                body["example"] = {name: example.get(name, "") for name in names}
                operation["requestBody"] = {"content": {FORM: body}}
    return described


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # GET and HEAD of one function
def test_schemathesis_finds_no_fault_at_any_route(target: Site) -> None:
    schema = schemathesis.openapi.from_dict(describe(target))
    schema.app = build_app(target.services)
    seen, statuses = set(), set()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        seen.add(operation.path)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=30 // FEWER, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        def attack(case: schemathesis.Case[Any]) -> None:
            statuses.add(case.call_and_validate(base_url=BASE, checks=[not_a_server_error]).status_code)

        attack()
    assert seen == set(ROUTES)
    assert statuses >= {200, 400, 404}, "good requests and bad ones were made"


@pytest.mark.slow
def test_schemathesis_finds_no_fault_in_the_api(target: Site) -> None:
    """With every scope, and its own rate limit out of the way: faults, status codes, shapes are as described."""
    schema = schemathesis.openapi.from_dict(describe_api(target.services))
    schema.app = build_app(target.services)
    add_active(target.register, "somebody@example.org")
    tokens: list[str] = []
    seen, statuses = set(), set()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        seen.add((operation.method, operation.path))
        name = f"{operation.method}-{len(seen)}"
        tokens.append(make_token(target.register.store, name, Scope, target.services.now(), days=1))

        @given(case=operation.as_strategy())
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def attack(case: schemathesis.Case[Any]) -> None:
            target.pass_time(seconds=1)
            case.headers.pop("Authorization", None)
            headers = {"authorization": f"Bearer {tokens[-1]}"}
            answer = case.call(base_url=f"{BASE}{PATH}", headers=headers)
            case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
            assert "json" in str(answer.headers["content-type"])
            statuses.add(answer.status_code)

        attack()
    assert len(seen) == 6
    assert statuses >= {200, 404, 422}, "good requests and bad ones were made"
    assert statuses & {201, 202}
