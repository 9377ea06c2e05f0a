"""The acts of Today: each from the page, without scripts, and what a broken template leaves in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from newsletter.day.pipeline import Composed, compose_day, freeze_day
from newsletter.delivery.plan_issue import plan_issue
from newsletter.desk.start import build_studio
from newsletter.issue.approval import describe_status
from newsletter.model import EditionKey, IssueKey, Via
from newsletter.store.acts import list_acts
from newsletter.store.installation import take_lease
from newsletter.store.issues import load_issue
from tests.desk.studio_site import DAY, TOKEN, Studio, make_busy_studio, make_studio
from tests.support.app_factory import MORNING
from tests.support.web_client import open_client

BASE = "http://127.0.0.1"
ORIGIN = {"origin": BASE, "sec-fetch-site": "same-origin", "x-csrf": TOKEN}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_busy_studio(tmp_path / "data")
    yield made
    made.bench.close()


@pytest.fixture
def client(studio: Studio) -> TestClient:
    return open_client(build_studio(studio.bench, TOKEN), base_url=BASE)


def act(client: TestClient, studio: Studio, **given: str) -> Any:
    body = {"day": f"{DAY}", "hash": studio.stored.hash, **given}
    answer = client.post(f"/{TOKEN}/act", json=body, headers=ORIGIN).json()
    return answer


def panel(client: TestClient, name: str, **asked: str) -> str:
    answer = client.get(f"/{TOKEN}/panel/{name}", params={"content": "frozen", **asked})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_every_act_of_the_panel_is_a_form_with_the_hash_it_was_made_on(
    client: TestClient, studio: Studio
) -> None:
    forms = re.findall(r"<form .*?</form>", panel(client, "stories"), re.DOTALL)
    verbs = {found for form in forms for found in re.findall(r'name="act" value="([\w-]+)"', form)}
    wanted = {"retitle", "preheader", "note", "rewrite", "drop", "pin", "move", "bring", "bring-link"}
    assert wanted <= verbs
    for form in forms:
        assert studio.stored.hash in form
        assert f'name="csrf" value="{TOKEN}"' in form


def test_a_view_that_the_mail_tells_is_not_said_to_be_on_the_web_alone(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "data")
    page = panel(open_client(build_studio(studio.bench, TOKEN), base_url=BASE), "stories")
    studio.bench.close()
    view = next(words for words in page.split("<summary>") if "’ view:" in words)
    assert "on the web alone" not in view.partition("</summary>")[0]


def test_what_stayed_out_is_offered_once(tmp_path: Path) -> None:
    studio = make_busy_studio(tmp_path / "data")
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    noted = {line.headline for line in studio.stored.issue.also_noted if line.url}
    assert noted
    page = panel(client, "stories")
    assert [headline for headline in noted if page.count(f">{headline}<") != 1] == []
    assert "Read it and bring it in" not in page


def places_of(studio: Studio) -> list[dict[str, str]]:
    stories = studio.stored.issue.stories
    return [{"key": one.key, "number": str(n + 1)} for one in stories for n in range(len(one.highlights))]


def test_whatever_the_panel_offers_for_a_highlight_can_be_done(tmp_path: Path) -> None:
    studio = make_busy_studio(tmp_path / "data", editorial={"max_stories": 4, "max_highlights": 2})
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    original, done = studio.stored.hash, dict[str, int]()
    for place in places_of(studio):
        for form in re.findall(r"<form .*?</form>", panel(client, "choices", **place), re.DOTALL):
            fields = re.findall(r'name="(\w+)" value="([^"]*)"', form)
            given = {name: unescape(value) for name, value in fields if name != "csrf"}
            told = act(client, studio, **given)
            assert told["ok"], (given, told)
            assert studio.stored.hash != original
            assert act(client, studio, act="undo")["ok"]
            done[given["act"]] = done.get(given["act"], 0) + 1
    assert studio.stored.hash == original
    assert done.keys() == {"swap", "move-highlight", "drop-highlight"}
    assert min(done.values()) >= 2  # what others point at is not offered to be dropped, nor moved above that
    studio.bench.close()


def test_what_is_not_offered_for_a_highlight_is_refused(client: TestClient, studio: Studio) -> None:
    refused = 0
    for place in places_of(studio):
        offered = panel(client, "choices", **place)
        if "drop-highlight" not in offered:
            refused += not act(client, studio, act="drop-highlight", **place)["ok"]
    assert refused >= 1
    [first, *_] = places_of(studio)
    for given in (
        {"act": "swap", "words": "Something else."},
        {"act": "swap", "words": "x", "number": "x"},
        {"act": "move-highlight", "to": "9"},
        {"act": "move-highlight", "to": "0"},
        {"act": "move-highlight", "to": "first"},
    ):
        assert not act(client, studio, **{**first, **given})["ok"], given


def test_highlights_change_places(client: TestClient, studio: Studio) -> None:
    offers = [
        (place, to)
        for place in places_of(studio)
        for to in re.findall(r'name="to" value="(\d)"', panel(client, "choices", **place))
    ]
    place, to = offers[0]

    def told() -> list[str]:
        return [
            one.text
            for story in studio.stored.issue.stories
            if story.key == place["key"]
            for one in story.highlights
        ]

    before = told()
    assert act(client, studio, act="move-highlight", to=to, **place)["ok"]
    one, other = int(place["number"]) - 1, int(to) - 1
    before[one], before[other] = before[other], before[one]
    assert told() == before
    assert studio.stored.change == f"moved highlight {place['number']} of {place['key']} to {to}"


def test_words_that_the_gate_refuses_are_answered_with_its_reasons(
    client: TestClient, studio: Studio
) -> None:
    before = studio.stored.hash
    place = {"key": studio.stored.issue.stories[0].key, "number": "1"}
    told = act(client, studio, act="rewrite", words="Lynas made 9,999 tonnes of NdPr oxide.", **place)
    assert "9,999" in told["message"]
    assert told["hint"]
    assert studio.stored.hash == before


def test_moves_notes_lines_and_undo_do_what_the_command_does(client: TestClient, studio: Studio) -> None:
    first, second, third = (story.key for story in studio.stored.issue.stories)
    original = studio.stored.hash
    assert act(client, studio, act="move", key=third, before=second)["ok"]
    assert act(client, studio, act="move", key=first, after=third)["ok"]
    assert studio.stored.issue.stories[0].key == third
    assert act(client, studio, act="note", words="Monday is a holiday.")["ok"]
    assert act(client, studio, act="preheader", title="And what the ministry said")["ok"]
    warned = act(client, studio, act="retitle", title="Something about whales and tides")
    assert "does not fit the top story" in warned["message"]
    assert "does not fit the top story" in panel(client, "stories")
    (out,) = (story.key for story in studio.stored.selection if not story.kept)
    assert act(client, studio, act="bring", key=out)["ok"]
    assert not act(client, studio, act="undo", to="-5")["ok"], "no version is not the last change"
    for _ in range(6):
        assert act(client, studio, act="undo")["ok"]
    assert studio.stored.hash == original
    assert not act(client, studio, act="undo")["ok"]


def test_a_muted_section_is_named_as_readers_see_it(client: TestClient, studio: Studio) -> None:
    told = act(client, studio, act="mute", what="topic:processing", days="7", reason="too much")
    assert told["message"].startswith("Processing, magnets & recycling is muted until")
    told = act(client, studio, act="unmute", number="1")
    assert told["message"] == "Processing, magnets & recycling is heard of again."


def test_a_held_issue_that_is_given_up_is_held_no_more(client: TestClient, studio: Studio) -> None:
    act(client, studio, act="hold")
    assert act(client, studio, act="cancel", sure="yes")["ok"]
    assert describe_status(studio.stored.record) == "cancelled"


def test_without_scripts_the_same_forms_act_and_the_page_says_what_was_done(
    client: TestClient, studio: Studio
) -> None:
    key = studio.stored.issue.stories[0].key
    page = client.get(f"/{TOKEN}/edit", params={"key": key, "number": "1"})
    assert "script" not in page.text
    assert "Reading…" not in page.text, "nothing waits for one"
    assert f"Approve {studio.stored.hash[:8]}" in page.text
    assert 'id="choices"' in page.text
    stale = studio.stored.hash
    form = {"csrf": TOKEN, "act": "note", "day": f"{DAY}", "hash": stale, "words": "Hello."}
    headers = {"origin": BASE, "sec-fetch-site": "same-origin"}
    done = client.post(f"/{TOKEN}/act", data=form, headers=headers)
    assert done.url.path == f"/{TOKEN}/edit"
    assert "The note stands on top." in done.text
    late = client.post(f"/{TOKEN}/act", data={**form, "words": "Late."}, headers=headers)
    assert "Nothing was done." in late.text
    assert "wrote the editor&#39;s note" in late.text
    assert studio.stored.issue.editors_note == "Hello."


def test_the_heading_and_the_counts_of_the_checks_count_the_same(client: TestClient, studio: Studio) -> None:
    config = studio.data / "config" / "newsletter.toml"
    config.write_text("[newsletter]\npostal_address = ''\nbase_url = 'http://127.0.0.1'\n", encoding="utf-8")
    page = panel(client, "checks", content="live")
    counted = int(re.findall(r"(\d+) fail<", page)[0])
    heading = re.findall(r"<h2>(\d+|Nothing)", page)[0]
    assert heading == (str(counted) if counted else "Nothing")
    told = client.get(f"/{TOKEN}/verdict").json()
    assert told["fail"] == counted
    assert f"{told['warn']} warn<" in page


def test_todays_templates_are_judged_under_an_issue_that_has_left_too(
    client: TestClient, studio: Studio
) -> None:
    app = studio.open()
    plan_issue(app.store, app.settings, IssueKey(date=DAY), app.clock())
    before = client.get(f"/{TOKEN}/verdict").json()
    (studio.data / "templates" / "theme.toml").write_text('[light]\nink = "#cccccc"\n', encoding="utf-8")
    told = client.get(f"/{TOKEN}/verdict").json()
    assert (before["fail"], told["fail"]) == (0, 1)
    assert any(words.startswith("contrast: ") for words in told["words"])


def test_an_issue_of_another_edition_is_looked_at_and_changed_under_its_own_name(tmp_path: Path) -> None:
    editions = ({"key": "daily", "name": "Daily", "default": True}, {"key": "mines", "name": "Mines only"})
    studio = make_busy_studio(tmp_path / "data", edition=editions, schedule={"approval": "required"})
    key = IssueKey(edition=EditionKey("mines"), date=DAY)
    app = studio.open()
    composed = compose_day(app.composing, key, app.clock(), reports=())
    assert isinstance(composed, Composed)
    assert freeze_day(app.store, composed, app.clock())
    title = app.settings.of(key.edition).newsletter.title
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)
    state = client.get(f"/{TOKEN}/state", params={"day": f"{key}"}).json()
    assert state["same"], "today's templates give what was frozen"
    assert (f"{key}", f"Mines only, {DAY} · today · No. 1 composed") in [tuple(day) for day in state["days"]]
    panels = [
        client.get(f"/{TOKEN}/panel/{name}", params={"day": f"{key}"}).text for name in ("stories", "checks")
    ]
    assert f"<small>Mines only, {DAY}</small>" in panels[0]
    assert f'?day=mines%2F{DAY}">“Approve” on Today</a>' in panels[1], "whoever presses it stays there"
    given = {"day": f"{key}", "hash": state["frozen"], "act": "note", "words": "Hello."}
    assert client.post(f"/{TOKEN}/act", json=given, headers=ORIGIN).json()["ok"]
    changed = load_issue(app.store, key)
    assert changed is not None
    assert changed.issue.editors_note == "Hello."
    assert title.upper() in changed.rendered.text
    assert studio.stored.issue.editors_note is None
    assert client.get(f"/{TOKEN}/state", params={"day": f"no/{DAY}"}).status_code == 422
    app.close()
    studio.bench.close()


@pytest.mark.parametrize(
    ("hour", "said", "held"),
    [(5, "Composed: 1 story.", False), (7, "Composed: 1 story. It is held", True)],
    ids=["before its hour", "after it: nobody is surprised by a mail"],
)
def test_todays_issue_is_composed_at_the_desk_once(tmp_path: Path, hour: int, said: str, held: bool) -> None:
    studio = make_studio(tmp_path / "data", compose=False)
    studio.clock.now = MORNING.replace(hour=hour)
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)

    def post() -> Any:
        given = {"day": f"{DAY}", "hash": "", "act": "compose"}
        return client.post(f"/{TOKEN}/act", json=given, headers=ORIGIN)

    def state() -> Any:
        return client.get(f"/{TOKEN}/state", params={"day": f"{DAY}"}).json()

    assert state()["composable"]
    stories = client.get(f"/{TOKEN}/panel/stories", params={"day": f"{DAY}", "content": "live"}).text
    assert "Next: sources 2026-01-" in stories
    assert post().json()["message"].startswith(said)
    assert studio.stored.record.held is held
    assert list_acts(studio.bench.last.store)[0].via is Via.DESK
    assert (state()["composable"], state()["status"]) == (False, "composed")
    assert post().status_code == 422
    studio.bench.close()


def test_what_cannot_be_composed_says_why(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "data", compose=False)
    client = open_client(build_studio(studio.bench, TOKEN), base_url=BASE)

    def refusal(day: str) -> str:
        given = {"day": day, "hash": "", "act": "compose"}
        answer = client.post(f"/{TOKEN}/act", json=given, headers=ORIGIN)
        assert answer.status_code == 422
        return str(answer.json()["message"])

    assert "on its day" in refusal("2026-01-04")
    store = studio.bench.last.store
    assert take_lease(store, "compose", "another", studio.clock(), seconds=60)
    assert "being composed already" in refusal(f"{DAY}")
    studio.clock.now = MORNING.replace(hour=20)
    assert "too late" in refusal(f"{DAY}")
    studio.bench.close()
