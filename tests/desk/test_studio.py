"""The studio's server: who may drive it, what it shows, what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from newsletter.config import load_settings
from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.desk.mail_clients import View, show_as
from newsletter.desk.start import build_studio, choose_hosts, spell_address
from newsletter.issue.difference import compare_issues
from newsletter.model import IssueKey
from newsletter.store.issues import find_record, open_issue
from tests.desk.studio_site import DAY, TOKEN, Studio, make_studio
from tests.support.web_client import open_client

KEY = IssueKey(date=DAY)

BASE = "http://127.0.0.1"
ORIGIN = {"origin": BASE, "sec-fetch-site": "same-origin", "x-csrf": TOKEN}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "data")
    yield made
    made.bench.close()


@pytest.fixture
def client(studio: Studio) -> TestClient:
    return open_client(build_studio(studio.bench, TOKEN), base_url=BASE)


def act(client: TestClient, studio: Studio, **given: str) -> Any:
    body = {"day": f"{DAY}", "hash": studio.stored.hash, **given}
    return client.post(f"/{TOKEN}/act", json=body, headers=ORIGIN)


# ── who may drive it ─────────────────────────────────────────────────────────────────────────────

PATHS = (
    "",
    "state",
    "studio.js",
    "studio.css",
    "panel/stories",
    "mail/light",
    "mail/source",
    "issue.eml",
    "wait",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["wrong", "x", TOKEN[:-1], TOKEN + "a", "ünïcode"])
def test_nothing_is_told_without_the_token(client: TestClient, path: str, token: str) -> None:
    answer = client.get(f"/{token}/{path}")
    assert answer.status_code == 403
    assert "Baogang" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1].evil.example", "0.0.0.0"])
def test_a_name_that_was_rebound_to_loopback_is_refused(client: TestClient, host: str) -> None:
    assert client.get(f"/{TOKEN}/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/x-www-form-urlencoded", "origin": BASE}, "act=hold"),
        ({"content-type": "application/x-www-form-urlencoded", "origin": BASE}, "act=hold&csrf=wrong"),
        ({"content-type": "application/json", "origin": BASE, "x-csrf": "wrong"}, '{"act": "hold"}'),
        ({"content-type": "application/json", "x-csrf": TOKEN}, '{"act": "hold"}'),
        (
            {"content-type": "application/json", "origin": "https://evil.example", "x-csrf": TOKEN},
            '{"act": "hold"}',
        ),
        ({"content-type": "application/json", "origin": "null", "x-csrf": TOKEN}, '{"act": "hold"}'),
        ({"content-type": "application/json", "origin": f"{BASE}:1", "x-csrf": TOKEN}, '{"act": "hold"}'),
        (
            {
                "content-type": "application/json",
                "origin": BASE,
                "x-csrf": TOKEN,
                "sec-fetch-site": "cross-site",
            },
            '{"act": "hold"}',
        ),
        (
            {
                "content-type": "application/json",
                "origin": BASE,
                "x-csrf": TOKEN,
                "sec-fetch-site": "same-site",
            },
            '{"act": "hold"}',
        ),
    ],
)
def test_a_change_that_another_page_asks_for_is_refused(
    client: TestClient, studio: Studio, headers: dict[str, str], body: str
) -> None:
    assert client.post(f"/{TOKEN}/act", content=body, headers=headers).status_code == 403
    assert not studio.stored.record.held


def test_a_form_with_the_token_of_its_page_is_taken(client: TestClient, studio: Studio) -> None:
    form = {"csrf": TOKEN, "act": "hold", "day": f"{DAY}", "hash": studio.stored.hash}
    assert client.post(f"/{TOKEN}/act", data=form, headers={"origin": BASE}).status_code == 200
    assert studio.stored.record.held
    plain = {"content-type": "text/plain", **ORIGIN}
    assert client.post(f"/{TOKEN}/act", content='{"act": "hold"}', headers=plain).status_code == 400


def test_a_change_is_never_made_by_get(client: TestClient) -> None:
    assert client.get(f"/{TOKEN}/act", params={"act": "hold"}).status_code == 405


@pytest.mark.parametrize(
    "body", ["", "[]", '{"act": 1}', '{"act": ["hold"]}', "{" * 2_000, '{"a":"' + "x" * 70_000 + '"}']
)
def test_a_body_that_is_no_object_of_texts_is_refused(client: TestClient, body: str) -> None:
    headers = {"content-type": "application/json", **ORIGIN}
    assert client.post(f"/{TOKEN}/act", content=body, headers=headers).status_code == 400


def test_every_answer_keeps_other_pages_out(client: TestClient) -> None:
    for path in ("", "state", "panel/checks", "mail/light"):
        headers = client.get(f"/{TOKEN}/{path}").headers
        assert headers["referrer-policy"] == "same-origin"  # the token is in the address
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
    mail = client.get(f"/{TOKEN}/mail/light").headers["content-security-policy"]
    assert "script-src" not in mail
    assert "http" not in mail


def test_it_answers_to_loopback_and_to_where_it_listens() -> None:
    settings = load_settings(None)
    assert {"127.0.0.1", "localhost"} <= set(choose_hosts("127.0.0.1", settings))
    assert "0.0.0.0" not in choose_hosts("0.0.0.0", settings)
    assert "[::1]" in choose_hosts("::1", settings)
    assert spell_address("0.0.0.0", 8081, "t") == "http://127.0.0.1:8081/t/"
    assert spell_address("::1", 8081, "t") == "http://[::1]:8081/t/"


# ── what it shows ────────────────────────────────────────────────────────────────────────────────


def test_looking_writes_nothing(client: TestClient, studio: Studio) -> None:
    before = open_issue(studio.bench.last.store, KEY)
    for path in (
        "",
        "state",
        "panel/stories",
        "panel/checks",
        "panel/replay",
        "panel/sending",
        "mail/dark",
        "issue.eml",
    ):
        for content in ("live", "frozen", "replay", "sample-0"):
            answer = client.get(f"/{TOKEN}/{path}", params={"day": f"{DAY}", "content": content})
            assert answer.status_code == 200, (path, content, answer.text)
    assert open_issue(studio.bench.last.store, KEY) == before


def test_a_date_without_an_issue_shows_a_draft_that_is_not_saved(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "data", compose=False)
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    state = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()
    assert state["subject"]
    assert state["status"] == ""
    assert state["highlights"]
    assert "nothing to approve" in client.get(f"/{TOKEN}/panel/stories", params={"day": f"{DAY}"}).text
    assert find_record(studio.bench.last.store, KEY) is None
    studio.bench.close()


def test_what_cannot_be_shown_says_what_to_do(client: TestClient) -> None:
    assert client.get(f"/{TOKEN}/state", params={"day": "tomorrow"}).status_code == 422
    state = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}", "content": "sample-99"}).json()
    assert state["error"]
    assert state["hint"]
    assert client.get(f"/{TOKEN}/panel/none").status_code == 404
    assert client.get(f"/{TOKEN}/mail/none").status_code == 404


def test_the_panel_of_sending_says_what_comes_next_by_itself(client: TestClient) -> None:
    html = client.get(f"/{TOKEN}/panel/sending", params={"day": f"{DAY}"}).text
    assert "compose 2026-01-06 05:30 UTC, send 2026-01-06 06:30 UTC" in html


def test_foreign_text_is_only_text_in_the_panels(client: TestClient) -> None:
    for panel in ("stories", "checks", "sending"):
        html = client.get(f"/{TOKEN}/panel/{panel}", params={"content": "sample-0"}).text
        assert "<script>alert" not in html
    page = client.get(f"/{TOKEN}/panel/stories", params={"content": "sample-0"}).text
    assert "&lt;script&gt;alert" in page


def test_the_source_sentence_is_marked_in_its_article(client: TestClient, studio: Studio) -> None:
    html = client.get(f"/{TOKEN}/panel/stories", params={"day": f"{DAY}"}).text
    highlights = studio.stored.issue.stories[0].highlights
    assert html.count("<mark>") >= len(highlights)
    assert "…<mark>" not in html.replace("…\n", ""), "dots only where the source goes on before"
    assert "passed" in html
    assert "Why this story" in html
    near = client.get(
        f"/{TOKEN}/panel/near", params={"day": f"{DAY}", "key": studio.stored.issue.stories[0].key}
    )
    assert "worth" in near.text


def test_the_download_is_the_mail_of_one_reader(client: TestClient) -> None:
    answer = client.get(f"/{TOKEN}/issue.eml", params={"day": f"{DAY}"})
    assert answer.headers["content-disposition"] == f'attachment; filename="issue-{DAY}.eml"'
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in answer.content
    assert b"SLOT" not in answer.content


def test_a_saved_template_and_a_setting_show_at_once(client: TestClient, studio: Studio) -> None:
    before = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()
    assert before["same"]
    (studio.data / "templates" / "theme.toml").write_text('wordmark = "Magnets Weekly"\n', encoding="utf-8")
    assert "Magnets Weekly" in client.get(f"/{TOKEN}/mail/light", params={"day": f"{DAY}"}).text
    after = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()
    assert after["version"] != before["version"]
    assert not after["same"], "what leaves is still the frozen content"
    assert after["frozen"] == before["frozen"]
    (studio.data / "templates" / "theme.toml").write_text("wordmark = \n", encoding="utf-8")
    broken = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()
    assert "theme.toml" in broken["error"]
    (studio.data / "templates" / "theme.toml").unlink()
    assert client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()["same"]


def test_a_replay_says_what_todays_settings_change(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "data")
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    assert "Nothing differs" in client.get(f"/{TOKEN}/panel/replay", params={"day": f"{DAY}"}).text
    studio.bench.close()
    studio = Studio(
        **{**vars(studio), "overrides": {"editorial": {"max_highlights": 2, "max_also_noted": 1}}}
    )
    studio.bench = type(studio.bench)(studio.open)
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    html = client.get(f"/{TOKEN}/panel/replay", params={"day": f"{DAY}"}).text
    assert "What differs" in html
    assert "<del>" in html
    assert studio.stored.change == "composed"
    studio.bench.close()


def test_the_same_issue_differs_in_nothing(studio: Studio) -> None:
    assert not compare_issues(studio.stored.issue, studio.stored.issue)


# ── the views ────────────────────────────────────────────────────────────────────────────────────


def test_each_view_answers_the_question_for_a_colour_scheme_by_itself(studio: Studio) -> None:
    html = studio.stored.rendered.html
    assert "prefers-color-scheme" in html
    shown = {view: show_as(html, view) for view in View}
    assert not any("prefers-color-scheme" in each for each in shown.values())
    assert 'content="dark"' in shown[View.DARK]
    assert 'content="light"' in shown[View.LIGHT]
    assert "invert(1)" in shown[View.FORCED]
    assert "@media" not in shown[View.OUTLOOK]
    assert "Segoe UI" in shown[View.OUTLOOK].partition("<body")[0], "Word reads the style sheet meant for it"
    assert "PixelsPerInch" not in shown[View.OUTLOOK], "settings of Office are no text of the mail"
    assert "max-width" not in shown[View.OUTLOOK].partition("<body")[2]
    assert "mso" not in shown[View.OUTLOOK].partition("<body")[2] or "<!--[if" not in shown[View.OUTLOOK]


def test_pictures_that_are_off_leave_their_words() -> None:
    html = '<p><img src="x" alt="A &lt;mine&gt;"><img src="y"></p>'
    assert show_as(html, View.IMAGES) == "<p><span>[A &lt;mine&gt;]</span><span>[picture]</span></p>"


# ── what it does ─────────────────────────────────────────────────────────────────────────────────


def test_hold_release_retitle_and_approve_do_what_the_command_does(
    client: TestClient, studio: Studio
) -> None:
    assert act(client, studio, act="hold").json()["ok"]
    assert studio.stored.record.held
    assert act(client, studio, act="release").json()["ok"]
    assert act(client, studio, act="retitle", title="Baogang maps the world's largest deposit").json()["ok"]
    assert studio.stored.issue.subject == "Baogang maps the world's largest deposit"
    key = studio.stored.issue.stories[0].key
    assert act(client, studio, act="retitle", key=key, title="Baogang plans").json()["ok"]
    assert studio.stored.issue.stories[0].headline == "Baogang plans"
    assert act(client, studio, act="pin", key=key).json()["ok"]
    assert act(client, studio, act="approve").json()["ok"]
    assert studio.stored.record.approved_hash == studio.stored.hash


def test_after_an_approval_the_page_says_what_changed_since(client: TestClient, studio: Studio) -> None:
    act(client, studio, act="approve")
    assert "Since the approval" not in client.get(f"/{TOKEN}/panel/stories", params={"day": f"{DAY}"}).text
    act(client, studio, act="retitle", title="Another subject")
    html = client.get(f"/{TOKEN}/panel/stories", params={"day": f"{DAY}"}).text
    assert "Since the approval" in html
    assert "is “Another subject”" in html


def test_a_decision_on_content_that_has_changed_is_refused(client: TestClient, studio: Studio) -> None:
    seen = studio.stored.hash
    assert act(client, studio, act="retitle", title="Another subject").json()["ok"]
    for name in ("approve", "hold", "retitle", "drop", "pin", "refreeze", "test"):
        answer = act(client, studio, act=name, hash=seen, title="x", address="a@example.org")
        assert answer.status_code == 409, name
        assert answer.json()["hint"]
    assert studio.stored.record.approved_hash is None
    assert act(client, studio, act="approve", hash="").status_code == 409


def test_what_cannot_be_done_is_told_with_what_to_do(client: TestClient, studio: Studio) -> None:
    key = studio.stored.issue.stories[0].key
    for given in (
        {"act": "drop", "key": key},  # the only story
        {"act": "retitle", "title": "x" * 300, "key": key},
        {"act": "nothing"},
        {"act": "test", "address": "no address"},
    ):
        answer = act(client, studio, **given)
        assert answer.status_code == 422, given
        assert answer.json()["hint"], given


def test_a_test_is_sent_to_one_address(client: TestClient, studio: Studio) -> None:
    answer = act(client, studio, act="test", address="me@example.org").json()
    assert answer["ok"], answer
    mails = list((studio.data / "outbox").glob("*.eml"))
    assert len(mails) == 1
    assert b"To: me@example.org" in mails[0].read_bytes()


def test_an_issue_that_was_changed_elsewhere_shows(client: TestClient, studio: Studio) -> None:
    before = client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()["version"]
    app = studio.open()
    edit_issue.hold_issue(app.store, KEY, app.clock())
    app.close()
    answer = client.get(f"/{TOKEN}/wait", params={"day": f"{DAY}", "seen": before}).json()
    assert answer["version"] != before


def test_composing_again_finds_the_issue_there(studio: Studio) -> None:
    app = studio.open()
    assert asyncio.run(compose_today(app.making, KEY)).gathered is None
    app.close()
