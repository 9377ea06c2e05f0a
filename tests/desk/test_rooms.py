"""The rooms of the desk: each is entered by whoever may, its pages change nothing, its lists turn their pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from newsletter.desk.entrance import LocalEntrance
from newsletter.desk.listing import read_asked
from newsletter.desk.room import Role, Room, Visit, Visitor, do, show
from newsletter.desk.rooms import ROOMS
from newsletter.desk.site import build_desk
from newsletter.desk.workbench import Bench
from newsletter.errors import StoreConflictError
from newsletter.model import By, Via
from tests.support.app_factory import make_app
from tests.support.web_client import open_client

BASE = "http://127.0.0.1"
TOKEN = "token-of-this-start"
NAMES = [f"reader {number:03}" for number in range(120)]
LIST = """{% extends "desk/layout.html" %}{% block main %}{{ parts.search(listing) }}
<ul class="rows">{% for name in listing.rows %}<li>{{ name }}</li>{% endfor %}</ul>{{ parts.pages(listing) }}
{{ parts.act("list/note", "Note", fields={"name": "a<b"}) }}{% endblock %}"""


class Editor(LocalEntrance):
    """Lets in whoever knows the token, as an editor."""

    def admit(self, request: Request) -> Visitor | Response:
        found = super().admit(request)
        if isinstance(found, Response):
            return found
        return Visitor(by=By(name="ed@example.org", via=Via.DESK), role=Role.EDITOR, csrf="of-the-editor")


def _show_list(visit: Visit) -> Response:
    asked = read_asked(visit, "list/", "kind")
    found = [name for name in NAMES if asked.q in name][asked.offset : asked.offset + asked.limit]
    return visit.page("list.html", {"title": "Names", "listing": asked.show(found)})


def _note(visit: Visit) -> Response:
    return visit.done(f"Noted by {visit.by.name or 'somebody'}: {visit.given('name')} – ü", "list/", q="007")


def _hurry(visit: Visit) -> Response:
    """Be overtaken as often as the form says."""
    left = visit.form.get("times", "")
    if left:
        visit.form["times"] = left[1:]  # type: ignore[index]
        raise StoreConflictError("Another wrote it first.", hint="Try it again.")
    return visit.done("Written.", "list/")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text(LIST, encoding="utf-8")
    made = Bench(lambda: make_app(tmp_path))
    yield made
    made.close()


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> tuple[Room, ...]:
    made = ModuleType("a_room_of_the_test")
    made.ROUTES = (  # type: ignore[attr-defined]
        show("", _show_list),
        do("note", _note),
        do("hurry", _hurry),
        do("erase", _note, role=Role.OPERATOR),
    )
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return (
        *ROOMS,
        Room(path="list", title="List", module=made.__name__),
        Room(path="secrets", title="Secrets", module=made.__name__, role=Role.OPERATOR),
    )


def at(bench: Bench, rooms: tuple[Room, ...], entrance: LocalEntrance) -> TestClient:
    desk = build_desk(bench, entrance, rooms=rooms)
    return open_client(desk, base_url=f"{BASE}/{TOKEN}/", headers={"origin": BASE}, follow_redirects=False)


def test_each_room_is_a_module_with_routes_and_no_address_twice() -> None:
    for room in ROOMS:
        routes = [(route.path, route.acts) for route in room.load_routes()]
        assert len(routes) == len(set(routes)), room.title
    first = {route.path.partition("/")[0] for route in ROOMS[0].load_routes()}
    assert not first & {room.path for room in ROOMS[1:]}


def test_a_list_is_searched_and_turned_page_by_page(bench: Bench, rooms: tuple[Room, ...]) -> None:
    client = at(bench, rooms, LocalEntrance(TOKEN))
    first = client.get("list/")
    assert first.status_code == 200, first.text
    assert "reader 049" in first.text
    assert "reader 050" not in first.text
    assert f'href="/{TOKEN}/list/?page=2"' in first.text
    assert 'aria-current="page">List<' in first.text.replace("\n", "")
    last = client.get("list/?page=3&q=reader")
    assert "reader 119" in last.text
    assert 'rel="next"' not in last.text
    assert "page=2" in last.text
    assert client.get("list/?q=007").text.count("<li>reader") == 1
    for page in ("0", "-1", "x", "9" * 400, "²"):
        assert "reader 000" in client.get("list/", params={"page": page}).text


@pytest.mark.parametrize(("times", "status"), [("", 303), ("x", 303), ("xx", 503)])
def test_an_act_that_was_overtaken_is_decided_anew_once(
    bench: Bench, rooms: tuple[Room, ...], times: str, status: int
) -> None:
    client = at(bench, rooms, LocalEntrance(TOKEN))
    assert client.post("list/hurry", data={"csrf": TOKEN, "times": times}).status_code == status


def test_what_was_done_is_said_once_on_the_next_page(bench: Bench, rooms: tuple[Room, ...]) -> None:
    client = at(bench, rooms, LocalEntrance(TOKEN))
    assert 'name="name" value="a&lt;b"' in client.get("list/").text
    answer = client.post("list/note", data={"csrf": TOKEN, "name": "<i>"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/{TOKEN}/list/?q=007"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "Noted by somebody: &lt;i&gt; – ü" in client.get("list/").text
    assert "Noted by" not in client.get("list/").text


def test_an_editor_enters_no_room_of_the_operators(bench: Bench, rooms: tuple[Room, ...]) -> None:
    client = at(bench, rooms, Editor(TOKEN))
    page = client.get("list/")
    assert "Secrets" not in page.text
    form = {"csrf": "of-the-editor"}
    assert client.get("secrets/").status_code == 403
    assert client.post("secrets/note", data=form).status_code == 403
    assert client.post("list/erase", data=form).status_code == 403
    assert client.post("list/note", data=form).status_code == 303
    assert at(bench, rooms, LocalEntrance(TOKEN)).post("list/erase", data={"csrf": TOKEN}).status_code == 303


def test_an_act_needs_post_and_the_visitors_own_token(bench: Bench, rooms: tuple[Room, ...]) -> None:
    client = at(bench, rooms, Editor(TOKEN))
    assert client.get("list/note").status_code == 405
    assert client.post("list/", data={"csrf": "of-the-editor"}).status_code == 405
    for form in ({"name": "x"}, {"csrf": TOKEN}, {"csrf": ""}):
        assert client.post("list/note", data=form).status_code == 403
    form = {"csrf": "of-the-editor"}
    for origin in ("null", "https://evil.example", "http://127.0.0.1:81"):
        assert client.post("list/note", data=form, headers={"origin": origin}).status_code == 403
    assert client.post("list/note", data={**form, "name": "x" * 70_000}).status_code == 400
    assert client.get("nowhere/").status_code == 404
