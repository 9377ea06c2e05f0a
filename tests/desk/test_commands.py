"""Texts that name a command say at the desk where the same is done."""

from __future__ import annotations

import re

import pytest
import typer

from newsletter.desk.commands import ON_THE_SERVER, PLACES, Place, find_places, tell_plainly
from newsletter.desk.rooms import ROOMS
from newsletter.paths import shipped_folder
from tests.support.every_command import load_every_command


def list_commands() -> list[str]:
    found = typer.main.get_command(load_every_command())
    names = []
    for name, command in found.commands.items():  # type: ignore[attr-defined]  # a group has them
        names += [f"{name} {sub}" for sub in getattr(command, "commands", {})] or [name]
    return names


def test_every_command_is_a_button_a_room_or_left_to_the_server() -> None:
    assert len(list_commands()) > 60
    for name in list_commands():
        places = [part for part in find_places(f"Do it: newsletter {name}.") if isinstance(part, Place)]
        assert len(places) == 1, name
        assert "newsletter" not in places[0].words or places[0].path is None, name


def test_every_place_is_a_page_of_the_desk() -> None:
    pages = {
        "/".join(filter(None, (room.path, route.path)))
        for room in ROOMS
        for route in room.load_routes()
        if not route.acts
    }
    assert {path.rstrip("/") for _, path in PLACES.values()} <= pages
    assert not {name for name in PLACES if name in ON_THE_SERVER}


def test_every_button_that_is_named_is_on_a_page_of_the_desk() -> None:
    folders = (shipped_folder("templates") / name for name in ("desk", "studio"))
    shown = "".join(path.read_text("utf-8") for folder in folders for path in folder.glob("*.html"))
    named = {words for text, _ in PLACES.values() for words in re.findall("“([^”]+)”", text)}
    assert [words for words in named if words not in shown] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Drop some: newsletter issue drop STORY.", "Drop some: “Drop” on Today."),
        ("newsletter sources check", "The room Sources"),
        ("newsletter doctor says why.", "“Look at everything” in the room State says why."),
        (
            "At the desk, or: newsletter issue approve --hash 21e536958366",
            "At the desk, or: “Approve” on Today",
        ),
        (
            "Publish what `newsletter dkim record` prints.",
            "Publish what newsletter dkim record (on the server) prints.",
        ),
        (
            "It gets it by: newsletter issue missing --date weekly/2026-01-09.",
            "It gets it by: “Send to those who missed it” on the issue’s page.",
        ),
        (
            "Set newsletter.base_url; the newsletter is yours.",
            "Set newsletter.base_url; the newsletter is yours.",
        ),
    ],
)
def test_a_command_in_a_text_becomes_a_place(text: str, told: str) -> None:
    assert tell_plainly(text) == told
