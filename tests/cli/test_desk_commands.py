"""``newsletter desk …`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.place import Place

WHO: dict[str, Any] = {
    "NEWSLETTER_DESK__EDITORS": '["Ann@example.org"]',
    "NEWSLETTER_NEWSLETTER__BASE_URL": "https://news.example",
}


def test_a_link_is_printed_listed_and_revoked(tmp_path: Path) -> None:
    place = Place(tmp_path / "place", 25)
    given = place.json("desk", "link", "ann@EXAMPLE.org", **WHO)
    assert (given["address"], given["role"]) == ("Ann@example.org", "editor")
    assert given["url"].startswith("https://news.example/desk/sign-in/")
    assert "works once" in place.run("desk", "link", "Ann@example.org", **WHO)
    first, second = sorted(place.json("desk", "sessions"), key=lambda one: one["id"])
    assert (first["scope"], first["who"]) == ("link", "Ann@example.org")
    assert given["url"].rpartition("/")[2] not in json.dumps([first, second])
    assert place.json("desk", "sessions", "--revoke", str(first["id"])) == {"revoked": 1}
    assert "Ann@example.org" in place.run("desk", "sessions")
    assert "Ended: 1" in place.run("desk", "sessions", "--revoke", "all")
    assert "Nobody is signed in" in place.run("desk", "sessions")
    acts = place.json("desk", "log", "ann@")
    assert [act["verb"] for act in acts] == ["revoked", "revoked", "made", "made"]
    assert "revoked Ann@example.org" in place.run("desk", "log", "--limit", "1")
    assert "Nothing is on record" in place.run("desk", "log", "nobody@")


def test_who_is_not_named_gets_no_link(tmp_path: Path) -> None:
    place = Place(tmp_path / "place", 25)
    told = place.run("desk", "link", "eve@example.org", status=2, **WHO)
    assert "no editor and no operator" in told
    assert "belongs to" in place.run("desk", "sessions", "--revoke", "9", status=2)
