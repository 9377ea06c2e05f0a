from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.subscriber_factories import add_active
from tests.support.web_factories import Site


def test_metrics_count_requests_by_route_and_people_by_status(build: Callable[..., Site]) -> None:
    site = build(client_host="127.0.0.1")
    reader = add_active(site.register)
    token = site.token(reader.id)
    site.client.get(f"/u/{token}")
    site.client.get("/nothing")
    text = site.client.get("/metrics").text
    assert 'newsletter_web_requests_total{route="/u/{token}",status="200"} 1.0' in text
    assert 'newsletter_subscribers{status="active"} 1.0' in text
    assert token not in text


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("172.18.0.5", {}, 200),
        ("8.8.8.8", {}, 404),
        ("172.18.0.5", {"x-forwarded-for": "8.8.8.8"}, 404),
        ("unix", {}, 404),
    ],
)
def test_only_the_operator_s_own_network_reads_them(
    build: Callable[..., Site], host: str, headers: dict[str, str], status: int
) -> None:
    assert build(client_host=host).client.get("/metrics", headers=headers).status_code == status
