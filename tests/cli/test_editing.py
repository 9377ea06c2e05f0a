"""``newsletter issue swap``, ``move``, ``undo`` …: the acts of the desk by command, on the content seen."""

from __future__ import annotations

from typing import Any

from tests.support.place import Place


def look(place: Place) -> tuple[str, list[str], str]:
    """The content's hash, the highlights of its first story, and the key of that."""
    shown: Any = place.json("issue", "show")
    story = shown["issue"]["sections"][0]["stories"][0]
    return shown["record"]["hash"], [one["text"] for one in story["highlights"]], story["key"]


def test_an_issue_is_changed_step_by_step_and_taken_back(place: Place) -> None:
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    first, told, key = look(place)

    offered = place.run("issue", "swap", key, "5").splitlines()
    assert offered[0].startswith("1. ")
    assert "The highlight was swapped." in place.run("issue", "swap", key, "5", "--with", "1")
    swapped, fresh, _ = look(place)
    assert (fresh[:4], fresh[4] in offered[0]) == (told[:4], True)
    assert "There is no choice 99." in place.run("issue", "swap", key, "5", "--with", "99", status=2)

    place.run("issue", "move", key, "--highlight", "3", "--to", "2")
    assert look(place)[1] == [fresh[0], fresh[2], fresh[1], *fresh[3:]]
    late = place.run("issue", "drop", key, "--highlight", "2", "--seen", swapped[:12], status=2)
    assert "no longer the one you looked at" in late
    assert "moved highlight 3" in late

    said = place.run("issue", "retitle", "Whales and tides")
    assert said.count("does not fit the top story") == 1
    noted = place.json("issue", "note", "Hello.")
    assert noted["hash"] == look(place)[0]
    assert any("does not fit" in warning for warning in noted["warnings"])
    place.run("issue", "undo", "--to", "1")
    assert look(place)[:2] == (first, told)
