"""Everything hostile, at every address of the rooms: no fault of ours, and nothing by GET."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from newsletter.desk.room import DeskRoute, Role
from newsletter.desk.rooms import ROOMS
from newsletter.store.schema import metadata
from tests.desk.full_desk import ISSUE, Desk, open_desk
from tests.support.whole_sets import FEWER

OWN = ("issues", "readers", "sources", "sending", "status")
ROUTES = [(room.path, route) for room in ROOMS if room.path in OWN for route in room.load_routes()]
PARTS = {"edition": "daily", "day": str(ISSUE.date), "delivery": "1", "reader": "2", "key": "seeds"}
FIELDS = (
    "q", "page", "state", "status", "reason", "address", "name", "how", "proof", "until", "sure", "list", "step",
    "url", "key", "publisher", "kind", "answer",
)  # fmt: skip
GONE = {"readers/export", "sources/{key}/try", "status/doctor"}  # mail, network: their own tests ask them

hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "../../etc/passwd", "\x00", "\ud800", "'; DROP TABLE subscribers; --", "<script>alert(1)</script>",
            "{{7*7}}", "%", "_", "\\", "9" * 30, "-1", "1e9", "²", "٣", "2026-02-30", "A" * 5_000, "\r\nX: y",
            "file:///etc/passwd", "http://127.0.0.1:1/", "http://[::1", "a@b", "email,name\n\x00@x,\n",
            "yes", "dead", "arrived", "held", "add",
        ]
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("abused") / "data") as made:
        yield made


def dump(desk: Desk) -> dict[str, list[Any]]:
    with desk.app.store.read() as connection:
        return {
            name: sorted(map(str, connection.execute(select(table)).all()))
            for name, table in metadata.tables.items()
        }


def fill(route: DeskRoute, parts: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+)\}", lambda found: quote(parts[found[1]].encode("utf-8", "replace"), safe=""), route.path
    )


def test_the_parts_and_routes_of_this_test_are_those_there_are() -> None:
    named = {name for _, route in ROUTES for name in re.findall(r"\{(\w+)\}", route.path)}
    assert named == set(PARTS)
    assert len(ROUTES) > 35
    assert {f"{room}/{route.path}" for room, route in ROUTES} >= GONE


@given(
    number=st.integers(0, 10_000),
    form=st.dictionaries(st.sampled_from(FIELDS), hostile, max_size=6),
    parts=st.dictionaries(st.sampled_from(sorted(PARTS)), hostile, max_size=2),
)
@settings(max_examples=250 // FEWER, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_address_and_no_form_is_a_fault_of_ours(
    desk: Desk, number: int, form: dict[str, str], parts: dict[str, str]
) -> None:
    room, route = ROUTES[number % len(ROUTES)]
    if f"{room}/{route.path}" in GONE:
        return
    given = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    path = f"{room}/{fill(route, {**PARTS, **parts})}"
    client = desk.client(Role.OPERATOR)
    if route.acts:
        answer = client.post(path, data={"csrf": f"csrf-of-{Role.OPERATOR}", **given})
    else:
        before = dump(desk)
        answer = client.get(path, params=given)
        assert dump(desk) == before, "nothing is changed by looking"
    assert answer.status_code < 500, (path, given, answer.text)
    assert "<script" not in answer.text
