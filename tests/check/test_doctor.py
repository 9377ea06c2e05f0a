"""`newsletter doctor` tries each relay by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from newsletter.check.doctor import Examined, examine
from newsletter.config import find_config
from tests.support.app_factory import make_app, make_seed_source, subscribe
from tests.support.ask_doctor import ask_doctor
from tests.support.smtp_peer import Peer


async def look(data: Path, first: int, second: int | None) -> dict[str, Examined]:
    """What doctor finds with relays at those ports."""
    relays: dict[str, Any] = {"relay": {"type": "smtp", "host": "127.0.0.1", "port": first}}
    if second is not None:
        relays["relay_failover"] = {"host": "127.0.0.1", "port": second, "username": "u", "password": "p"}
    app = make_app(data, **relays)
    try:
        return {part.what: part for part in await examine(app.examining)}
    finally:
        app.close()


def test_each_relay_is_tried_and_a_broken_one_hides_no_other(tmp_path: Path) -> None:
    async def run() -> tuple[dict[str, Examined], ...]:
        refuses = {"AUTH": lambda _: "535 5.7.8 bad password"}
        async with Peer() as good, Peer(on=refuses, extensions=("AUTH PLAIN",)) as strict:  # type: ignore[arg-type]
            return (
                await look(tmp_path / "a", good.port, strict.port),
                await look(tmp_path / "b", 1, good.port),
                await look(tmp_path / "c", good.port, None),
            )

    strict, down, alone = asyncio.run(run())
    assert strict["relay"].ok
    assert not strict["second relay"].ok
    assert "at auth" in strict["second relay"].detail
    assert "[relay_failover]" in strict["second relay"].hint
    assert not down["relay"].ok
    assert "[relay]" in down["relay"].hint
    assert "at connect" in down["relay"].detail
    assert alone["second relay"].ok
    assert "none" in alone["second relay"].detail


@pytest.mark.parametrize(
    ("relay", "words"),
    [
        ({"username": "u"}, "relay.password is not"),
        ({"username": "u", "password": "p"}, "in the clear"),
    ],
)
def test_a_relay_that_is_set_up_by_half_is_told(tmp_path: Path, relay: dict[str, str], words: str) -> None:
    app = make_app(tmp_path / "data", relay={"type": "smtp", "host": "127.0.0.1", "port": 1, **relay})
    found = ask_doctor(app)["settings"]
    app.close()
    assert words in found.detail
    assert str(tmp_path / "data" / "config" / "newsletter.toml") in found.hint


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("http://desk.news.example", True),
        ("https://desk.news.example", False),
        ("http://127.0.0.1:8081", False),
        ("http://10.0.0.7:8081", False),
    ],
)
def test_a_desk_that_all_reach_without_https_is_told(tmp_path: Path, url: str, is_told: bool) -> None:
    for people in (("ed@example.org",), ()):
        app = make_app(tmp_path / "data", desk={"editors": people, "url": url})
        found = ask_doctor(app)["settings"]
        app.close()
        assert ("without https" in found.detail) is (is_told and bool(people))


@pytest.mark.parametrize(
    ("url", "host", "is_told"),
    [
        ("http://127.0.0.1:9381", "127.0.0.1", True),
        ("http://localhost:9381", "::1", True),
        ("http://127.0.0.1:8080", "127.0.0.1", False),
        ("http://localhost", "127.0.0.1", False),  # as behind a server of pages
        ("http://localhost:9381", "0.0.0.0", False),  # a container's port has another number outside
        ("http://10.0.0.7:9381", "127.0.0.1", False),  # a proxy of the own network
        ("https://news.example:9381", "127.0.0.1", False),
    ],
)
def test_a_trial_whose_links_lead_to_another_port_is_told(
    tmp_path: Path, url: str, host: str, is_told: bool
) -> None:
    app = make_app(tmp_path / "data", newsletter={"base_url": url}, web={"host": host})
    found = ask_doctor(app)["settings"]
    app.close()
    assert ("web.port" in found.detail) is is_told


def test_an_installation_without_a_source_that_is_on_is_told_what_to_do(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", sources=[make_seed_source(enabled=False)])
    found = ask_doctor(app)["sources and lexicon"]
    app.close()
    assert not found.ok
    assert "0 of 1 sources are on" in found.detail
    assert "sources add" in found.hint


def test_a_source_that_is_left_out_is_told(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    app.given_sources = None
    assert app.config_folder is not None
    text = find_config("sources.toml").read_text(encoding="utf-8")
    wrong = '[[source]]\nkey = "bad"\ntype = "feed"\nlocation = "htps://x"\npublisher = { name = "B" }\n'
    (app.config_folder / "sources.toml").write_text(f"{text}\n{wrong}", encoding="utf-8")
    found = ask_doctor(app)["sources and lexicon"]
    app.close()
    assert not found.ok
    assert "left out" in found.detail
    assert "the source 'bad'" in found.detail


def test_an_edition_that_is_gone_or_names_no_section_is_told(tmp_path: Path) -> None:
    two: list[dict[str, object]] = [
        {"key": "daily", "name": "Daily", "default": True},
        {"key": "prices", "name": "Prices", "sections": ["price"]},
    ]
    app = make_app(tmp_path / "data", edition=two)
    subscribe(app, "ann@example.org", "ben@example.org")
    told = ask_doctor(app)["editions"]
    assert not told.ok
    assert told.detail == "prices names the section 'price', which lexicon.toml has not"
    right = make_app(tmp_path / "data", edition=[two[0], {**two[1], "sections": ["prices"]}])
    assert ask_doctor(right)["editions"].detail == "readers: daily 2, prices 0"
    without = make_app(tmp_path / "data", edition=[two[1]])
    assert "2 readers chose daily" in ask_doctor(without)["editions"].detail
    assert "get nothing: 2 chose daily." in ask_doctor(without)["preflight"].detail
