"""Every address of the desk, whatever room made it, against whoever means no good."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from newsletter.desk.acts import ACTS
from newsletter.desk.room import Role
from newsletter.desk.rooms import ROOMS
from newsletter.store.acts import list_acts
from newsletter.store.issues import open_issue
from newsletter.store.schema import issue_contents, issues, notices, source_states, subscribers
from tests.desk.signed_in import EDITOR, OPERATOR, Desk, make_desk
from tests.desk.test_mail_acts import COMPOSED_AT, KEY, compose

PART = re.compile(r"\{(\w+)(?::\w+)?\}")
NASTY = (
    "%00",
    "..%2f..%2fetc",
    "é%F0%9F%92%A9",
    "9" * 30,
    "-1",
    "'; DROP TABLE issues; --",
    "{{7*7}}",
    "sample-²",
    "a" * 3_000,
    "0001-01-01",
    "9999-12-31",
)
FIELDS = (
    "day", "key", "hash", "act", "title", "q", "page", "status", "address", "name", "until", "id", "number", "text",
    "url", "number", "content", "reason", "issue", "story", "before", "after", "section", "note", "words", "relay",
    "publisher", "kind", "list", "file", "proof", "source", "days", "confirm", "seen", "provider", "token",
)  # fmt: skip
WORDS = (
    "", "\x00", "\x1b[31m", "<script>alert(1)</script>", "٣", "1e999", "2026-02-31", "9" * 40, "%", "x" * 9_000,
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = make_desk(tmp_path_factory.mktemp("abuse") / "data")
    made.clock.now = COMPOSED_AT
    compose(made)
    yield made
    made.app.close()


@pytest.fixture(scope="module")
def signed(desk: Desk) -> dict[Role, tuple[TestClient, str]]:
    found = {}
    for role, who in ((Role.EDITOR, EDITOR), (Role.OPERATOR, OPERATOR)):
        browser = desk.browse()
        found[role] = (browser, desk.sign_in(browser, who))
    return found


def routes(*, acts: bool) -> list[tuple[str, Role]]:
    """Each address of the rooms, with what it takes to be let in."""
    return [
        ("/desk/" + "/".join(filter(None, (room.path, route.path))) + ("/" if room.path and not route.path else ""),
         Role.OPERATOR if Role.OPERATOR in {room.role, route.role} else Role.EDITOR)
        for room in ROOMS
        for route in room.load_routes()
        if route.acts is acts
    ]  # fmt: skip


def fill(path: str, value: str) -> str:
    return PART.sub(lambda _: value, path)


def ledger(desk: Desk) -> list[object]:
    with desk.app.store.read() as connection:
        tables = (issues, issue_contents, notices, source_states, subscribers)
        return [list_acts(desk.app.store), *(connection.execute(select(table)).all() for table in tables)]


def test_there_is_something_to_try() -> None:
    assert len(routes(acts=False)) > 10
    assert len(routes(acts=True)) > 10


def test_without_a_session_nothing_is_shown_and_nothing_is_done(desk: Desk) -> None:
    stranger, before = desk.browse(), ledger(desk)
    for path, _ in routes(acts=False):
        answer = stranger.get(fill(path, "2026-01-05"))
        assert (answer.status_code, answer.headers.get("location")) == (303, "/desk/sign-in"), path
    for path, _ in routes(acts=True):
        for form in ({"csrf": "x"}, {"act": "hold", "day": "2026-01-05"}):
            assert stranger.post(fill(path, "2026-01-05"), data=form).status_code == 401, path
    assert ledger(desk) == before


def test_no_get_does_anything(desk: Desk, signed: dict[Role, tuple[TestClient, str]]) -> None:
    browser, csrf = signed[Role.OPERATOR]
    shown, before = {path for path, _ in routes(acts=False)}, ledger(desk)
    for path, _ in routes(acts=True):
        answer = browser.get(
            fill(path, "2026-01-05"), params={"csrf": csrf, "act": "hold", "day": "2026-01-05"}
        )
        assert path in shown or answer.status_code in {404, 405, 422}, path
    for path, _ in routes(acts=False):
        if not path.endswith("/wait"):
            assert browser.get(fill(path, "2026-01-05")).status_code < 500, path
    assert ledger(desk) == before


def test_nothing_is_done_without_the_token_of_the_session(
    desk: Desk, signed: dict[Role, tuple[TestClient, str]]
) -> None:
    browser, csrf = signed[Role.OPERATOR]
    of_another, before = signed[Role.EDITOR][1], ledger(desk)
    assert csrf != of_another
    for path, _ in routes(acts=True):
        filled = fill(path, "2026-01-05")
        for token in ("", "x", of_another, csrf[:-1], csrf.upper()):
            assert browser.post(filled, data={"csrf": token, "act": "hold"}).status_code == 403, path
        for origin in ("null", "https://evil.example", "https://news.example:444"):
            form = {"csrf": csrf, "act": "hold"}
            assert browser.post(filled, data=form, headers={"origin": origin}).status_code == 403, path
        assert browser.post(filled, json={"csrf": of_another}).status_code == 403, path
        plain = {"content-type": "text/plain"}
        assert browser.post(filled, content=f"csrf={csrf}", headers=plain).status_code == 400, path
    assert ledger(desk) == before


def test_an_editor_gets_nowhere_that_is_for_operators(
    desk: Desk, signed: dict[Role, tuple[TestClient, str]]
) -> None:
    browser, csrf = signed[Role.EDITOR]
    before = ledger(desk)
    for path, role in routes(acts=False):
        if role is Role.OPERATOR:
            assert browser.get(fill(path, "1")).status_code == 403, path
    for path, role in routes(acts=True):
        if role is Role.OPERATOR:
            assert browser.post(fill(path, "1"), data={"csrf": csrf}).status_code == 403, path
    assert ledger(desk) == before


@pytest.mark.parametrize("value", NASTY)
def test_no_address_breaks_it(desk: Desk, signed: dict[Role, tuple[TestClient, str]], value: str) -> None:
    del desk
    browser, csrf = signed[Role.OPERATOR]
    for path, _ in routes(acts=False):
        if path.endswith("/wait"):
            continue
        asked = dict.fromkeys(("q", "page", "status", "day", "content", "key", "deep"), value[:300])
        for answer in (browser.get(fill(path, value)), browser.get(fill(path, "1"), params=asked)):
            assert answer.status_code < 500, (path, value[:40], answer.text[-300:])
            assert "alert(1)</script>" not in answer.text
    for path, _ in routes(acts=True):
        if PART.search(path):
            answer = browser.post(fill(path, value), data={"csrf": csrf})
            assert answer.status_code < 500, (path, value[:40], answer.text[-300:])


@pytest.mark.parametrize("word", WORDS)
def test_no_form_breaks_it(desk: Desk, signed: dict[Role, tuple[TestClient, str]], word: str) -> None:
    del desk
    browser, csrf = signed[Role.OPERATOR]
    form = {"csrf": csrf, **dict.fromkeys(FIELDS, word)}
    for path, _ in routes(acts=True):
        answer = browser.post(fill(path, "1"), data=form)
        assert answer.status_code < 500, (path, word[:40], answer.text[-300:])
        assert "<script>alert(1)" not in answer.text
    for body in ('{"csrf": "\\ud800"}', '{"a":' * 2_000, "[]", '{"csrf": 1}', "null"):
        kind = {"content-type": "application/json", "x-csrf": csrf}
        assert browser.post("/desk/act", content=body, headers=kind).status_code == 400, body[:20]


HOSTILE = (
    *((("number", "to", "days"), word) for word in ("0", "-1", "²", "٣", "1e9", "9" * 30, "9" * 5_000)),
    *((("key", "place"), word) for word in ("/", "a/b", f"a/{'9' * 5_000}", "\x00", "x" * 9_000)),
    *(
        (("what", "value", "reason", "words", "title", "url"), word)
        for word in ("topic:\x00", "http://[::1", "%")
    ),
)


@pytest.mark.parametrize("verb", sorted(ACTS))
def test_no_act_on_the_content_that_was_seen_breaks_it(
    desk: Desk, signed: dict[Role, tuple[TestClient, str]], verb: str
) -> None:
    browser, csrf = signed[Role.OPERATOR]
    for fields, word in HOSTILE:
        seen = open_issue(desk.app.store, KEY)
        key = seen.issue.stories[0].key
        given = {
            "key": key,
            "number": "1",
            "to": "2",
            "words": "Words.",
            "title": "Words",
            "place": f"{key}/1",
        }
        given |= {"what": "source:x", "reason": "y", "wrong": "w", "right": "r", "fix": "drop", "url": "x"}
        given |= dict.fromkeys(fields, word) | {"act": verb, "day": f"{KEY}", "hash": seen.hash}
        answer = browser.post("/desk/act", json=given, headers={"x-csrf": csrf})
        assert answer.status_code < 500, (verb, fields, word[:40], answer.text[-300:])


def test_too_much_is_refused(signed: dict[Role, tuple[TestClient, str]]) -> None:
    browser, csrf = signed[Role.OPERATOR]
    form = f"csrf={csrf}&x=".encode() + b"y" * 20_000_000
    for path, _ in routes(acts=True):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert browser.post(fill(path, "1"), content=form, headers=kind).status_code == 400, path
