"""Signing in: a link by mail, once and for a quarter of an hour; sessions that end; and what opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from newsletter.config import load_settings
from newsletter.desk.sign_in import make_link
from newsletter.errors import ConfigError
from newsletter.model import BY_COMMAND, Via
from newsletter.store.acts import list_acts
from newsletter.store.notices import list_notices
from newsletter.store.schema import notices, sessions
from newsletter.store.sessions import end_sessions, forget_sessions, list_sessions
from tests.desk.signed_in import BASE, EDITOR, OPERATOR, Desk, make_desk, text_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path / "data")
    yield made
    made.app.close()


# ── the way in ───────────────────────────────────────────────────────────────────────────────────


def test_a_link_by_mail_opens_the_desk(desk: Desk) -> None:
    browser = desk.browse()
    away = browser.get("/desk/")
    assert (away.status_code, away.headers["location"]) == (303, "/desk/sign-in")
    desk.ask(browser, EDITOR.upper())
    [mail] = desk.take_mails()
    assert mail["To"] == EDITOR
    assert "List-Unsubscribe" not in mail
    link = re.search(rf"{BASE}(/desk/sign-in/\S+)", text_of(mail))
    assert link
    assert link[1] in text_of(mail, "html")
    page = browser.get(link[1])
    assert "e⁠…⁠@example.org" in page.text
    assert list_sessions(desk.app.store, desk.clock())[0].scope == "link", "looking signs nobody in"
    answer = browser.post(link[1])
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/")
    cookie = answer.headers["set-cookie"].lower()
    for word in ("httponly", "secure", "samesite=lax", "path=/desk/", "max-age=43200"):
        assert word in cookie
    assert browser.get("/desk/").status_code == 200
    act = list_acts(desk.app.store)[0]
    assert (act.verb, act.actor, act.via) == ("signed", EDITOR, Via.MAIL)


def test_the_address_as_one_types_it_leads_to_the_desk(desk: Desk) -> None:
    answer = desk.browse().get("/desk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/desk/")


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/desk/?day=weekly/2026-01-09", "/desk/?day=weekly/2026-01-09"),
        ("/desk/issues/daily/2026-01-05?q=a%20b", "/desk/issues/daily/2026-01-05?q=a%20b"),
        ("/desk/sources/%5Cevil.example", "/desk/sources/%5Cevil.example"),
        ("/desk/?q=" + "x" * 600, "/desk/"),
    ],
)
def test_who_signs_in_comes_to_the_page_that_was_asked_for(desk: Desk, asked: str, opened: str) -> None:
    browser = desk.browse()
    assert browser.get(asked).headers["location"] == "/desk/sign-in"
    link = desk.link(browser)
    assert browser.post(link).headers["location"] == opened
    assert browser.post(desk.link(browser)).headers["location"] == "/desk/", "once"


def test_the_answer_is_the_same_for_everyone(desk: Desk) -> None:
    browser = desk.browse()
    known, unknown, nothing = (
        desk.ask(browser, who) for who in (EDITOR, "eve@example.org", "\x00\ud83d"[:1])
    )
    assert known.status_code == unknown.status_code == nothing.status_code == 200
    assert known.content == unknown.content == nothing.content
    assert dict(known.headers) == dict(unknown.headers)
    assert [mail["To"] for mail in desk.take_mails()] == [EDITOR]


def test_a_link_works_once_and_for_a_quarter_of_an_hour(desk: Desk) -> None:
    browser = desk.browse()
    link = desk.link(browser)
    assert browser.post(link).status_code == 303
    for again in (desk.browse().post(link), desk.browse().get(link)):
        assert again.status_code == 410
        assert "set-cookie" not in again.headers
    late = desk.link(browser)
    desk.clock.forward(minutes=15, seconds=1)
    assert desk.browse().get(late).status_code == 410
    assert desk.browse().post(late).status_code == 410
    assert len(list_sessions(desk.app.store, desk.clock())) == 1


@pytest.mark.parametrize("token", ["x", "A" * 40, "%00", "..%2f..%2f", "é" * 40, "A" * 4_000])
def test_what_is_no_link_opens_nothing(desk: Desk, token: str) -> None:
    assert desk.browse().get(f"/desk/sign-in/{token}").status_code in {404, 410}
    assert desk.browse().post(f"/desk/sign-in/{token}").status_code in {404, 410}


def test_a_link_is_not_pressed_by_another_page(desk: Desk) -> None:
    browser = desk.browse()
    link = desk.link(browser)
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert browser.post(link, headers=headers).status_code == 403
    assert browser.post("/desk/sign-in", data={"address": EDITOR}).status_code == 403
    assert browser.post("/desk/sign-in", data={"address": EDITOR, "csrf": "x" * 40}).status_code == 403
    assert browser.post("/desk/sign-in", content="x" * 100_000).status_code == 403
    assert desk.take_mails() == []
    assert browser.post(link).status_code == 303


def test_no_editor_gets_more_than_five_links_an_hour(desk: Desk) -> None:
    browser = desk.browse()
    sent = 0
    for _ in range(7):
        desk.ask(browser, EDITOR)
        desk.clock.forward(seconds=1)
        sent += len(desk.take_mails())
    assert sent == 5
    desk.clock.forward(hours=1)
    desk.ask(browser, EDITOR)
    assert len(desk.take_mails()) == 1


def test_the_ledger_holds_no_secret(desk: Desk) -> None:
    browser = desk.browse()
    link = desk.link(browser).rpartition("/")[2]
    browser.post(f"/desk/sign-in/{link}")
    secret = browser.cookies["desk"]
    with desk.app.store.read() as connection:
        everything = [*connection.execute(select(sessions)).all(), *connection.execute(select(notices)).all()]
    assert link not in str(everything)
    assert secret not in str(everything)
    [listed] = list_notices(desk.app.store)
    assert (listed.kind, listed.status) == ("sign-in", "sent")


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


def test_a_session_ends_by_time_by_hand_and_when_the_settings_say_so(desk: Desk, tmp_path: Path) -> None:
    browser = desk.browse()
    desk.sign_in(browser)
    desk.clock.forward(hours=12, seconds=1)
    assert browser.get("/desk/").status_code == 303, "over"
    csrf = desk.sign_in(browser)
    assert browser.get("/desk/sign-out").status_code == 404
    assert browser.post("/desk/sign-out", data={"csrf": "wrong"}).status_code == 403
    kept = browser.cookies["desk"]
    assert browser.post("/desk/sign-out", data={"csrf": csrf}).status_code == 200
    browser.cookies.set("desk", kept, domain="news.example", path="/desk/")
    assert browser.get("/desk/").status_code == 303, "signed out, whoever kept the cookie"
    browser.cookies.clear()
    desk.sign_in(browser)
    assert end_sessions(desk.app.store, BY_COMMAND, desk.clock(), who=EDITOR.upper()) == 1
    assert browser.get("/desk/").status_code == 303, "revoked"
    browser.cookies.clear()
    desk.sign_in(browser)
    other = Desk(
        app=make_desk(tmp_path / "data", desk={"editors": ()}).app, clock=desk.clock, outbox=desk.outbox
    )
    without = other.browse()
    without.cookies = browser.cookies
    assert without.get("/desk/").status_code == 303, "no longer named"
    other.app.close()
    verbs = {act.what for act in list_acts(desk.app.store)}
    assert {f"revoked {EDITOR}", f"signed out {EDITOR}"} <= verbs
    assert forget_sessions(desk.app.store, desk.clock() + timedelta(days=200)) > 0


def test_a_made_up_cookie_is_no_session(desk: Desk) -> None:
    browser = desk.browse()
    for secret in ("x", "A" * 43, "é", "'; DROP TABLE sessions; --", "A" * 3_000):
        browser.cookies.clear()
        answer = browser.get("/desk/", headers={b"cookie": f"desk={secret}".encode()})
        assert answer.status_code == 303
    assert browser.get("/desk/state", headers={"sec-fetch-dest": "empty"}).status_code == 401
    assert browser.post("/desk/act", data={"act": "hold"}).status_code == 401


def test_a_link_that_the_command_prints_signs_in_too(desk: Desk) -> None:
    url = make_link(desk.app, OPERATOR, BY_COMMAND)
    browser = desk.browse()
    assert browser.post(url.removeprefix(BASE)).status_code == 303
    assert list_acts(desk.app.store)[0].actor == OPERATOR


# ── where it is ──────────────────────────────────────────────────────────────────────────────────


def test_without_a_name_in_the_settings_there_is_no_desk(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "data", desk={"editors": (), "operators": ()})
    for path in ("/desk/", "/desk/sign-in", "/desk/desk.css"):
        assert desk.browse().get(path).status_code == 404
    desk.app.close()


def test_it_is_below_the_path_of_the_public_pages(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "data", newsletter={"base_url": f"{BASE}/daily"})
    browser = desk.browse()
    for path in ("/daily/desk/", "/desk/"):  # whether or not the proxy in front takes the path away
        assert browser.get(path).headers["location"] == "/daily/desk/sign-in"
    assert browser.get("/daily/issues").status_code == 200
    desk.app.close()


def test_a_host_name_of_its_own_shows_the_desk_and_nothing_else_does(tmp_path: Path) -> None:
    desk = make_desk(tmp_path / "data", desk={"url": "https://desk.example"})
    own = desk.browse("https://desk.example")
    assert own.get("/").headers["location"] == "/sign-in"
    assert own.get("/sign-in").status_code == 200
    assert desk.browse().get("/desk/").status_code == 404
    assert desk.browse().get("/sign-in").status_code == 404
    assert desk.browse("https://evil.example").get("/").status_code == 400
    desk.app.close()


@pytest.mark.parametrize(
    "desk",
    [{"editors": ["nobody"]}, {"operators": ["ä@example.org"]}, {"url": "desk.example"}, {"port": 8090}],
)
def test_settings_that_cannot_work_are_refused(desk: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="desk"):
        load_settings(None, desk=desk)


def test_every_page_before_the_door_keeps_other_pages_out(desk: Desk) -> None:
    for path in ("/desk/sign-in", "/desk/sign-in/x", "/desk/desk.css"):
        headers = desk.browse().get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
    policy = desk.browse().get("/desk/sign-in").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
