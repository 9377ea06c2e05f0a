"""The acts of Today: each from the page, without scripts, and what a broken template leaves in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from newsletter.desk.start import build_studio
from tests.desk.studio_site import DAY, TOKEN, Studio, make_busy_studio

BASE = "http://127.0.0.1"
ORIGIN = {"origin": BASE, "sec-fetch-site": "same-origin", "x-csrf": TOKEN}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_busy_studio(tmp_path / "data")
    yield made
    made.bench.close()


@pytest.fixture
def client(studio: Studio) -> TestClient:
    return TestClient(build_studio(studio.bench, TOKEN), base_url=BASE)


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


def test_a_highlight_is_swapped_by_what_the_panel_offers(client: TestClient, studio: Studio) -> None:
    stories = studio.stored.issue.stories
    places = [{"key": one.key, "number": str(n + 1)} for one in stories for n in range(len(one.highlights))]
    offers = [
        (place, re.findall(r'name="words" value="([^"]+)"', panel(client, "choices", **place)))
        for place in reversed(places)  # nothing leans on the last one of a story
    ]
    place, found = next((place, found) for place, found in offers if found)
    words = unescape(found[0])
    assert act(client, studio, act="swap", words=words, **place)["ok"]
    assert words in unescape(panel(client, "stories"))
    assert not act(client, studio, act="swap", words="Something else.", **place)["ok"]
    assert not act(client, studio, act="swap", words=words, key=place["key"], number="x")["ok"]


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
    for _ in range(6):
        assert act(client, studio, act="undo")["ok"]
    assert studio.stored.hash == original
    assert not act(client, studio, act="undo")["ok"]


def test_without_scripts_the_same_forms_act_and_the_page_says_what_was_done(
    client: TestClient, studio: Studio
) -> None:
    key = studio.stored.issue.stories[0].key
    page = client.get(f"/{TOKEN}/edit", params={"key": key, "number": "1"})
    assert "script" not in page.text
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
