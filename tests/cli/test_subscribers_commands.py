"""``newsletter subscribers …`` as an operator types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newsletter.cli.main import load_commands
from newsletter.cli.subscribers import parse
from newsletter.errors import NewsletterError
from newsletter.model import BounceKind, Subscriber, SubscriberId
from newsletter.store.bounces import NewBounce, SoftLimit, record_bounce
from newsletter.subscribers import consent
from newsletter.subscribers.keys import load_keys
from newsletter.subscribers.tokens import Purpose, TokenFault, sign
from tests.support.app_factory import MORNING, make_app
from tests.support.subscriber_factories import read_token
from tests.support.subscriber_lists import BUTTONDOWN, GHOST, LISTMONK, MAILCHIMP

Call = Callable[..., str]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Run a command over a data folder of the test; return what it prints, raise what it raises."""
    make_app(tmp_path / "data").close()
    commands = load_commands(["subscribers"])

    def run(*arguments: str) -> str:
        given = ["--data", str(tmp_path / "data"), "subscribers", *arguments]
        result = CliRunner().invoke(commands, given)
        if isinstance(result.exception, NewsletterError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def people(call: Call) -> dict[str, dict[str, Any]]:
    return {one["address"]: one for one in json.loads(call("list", "--json"))["subscribers"]}


def test_a_list_says_who_gets_which_edition_where_there_are_several(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org")
    assert "editions" not in call("list")
    daily, weekly = (f"[[edition]]\nkey = '{key}'\nname = 'One'\n" for key in ("daily", "weekly"))
    (tmp_path / "data" / "config" / "newsletter.toml").write_text(f"{daily}default = true\n{weekly}")
    call("add", "ben@example.org", "--edition", "weekly", "--edition", "daily")
    told = call("list")
    assert re.search(r"ben@example\.org .*daily, weekly", told)
    assert re.search(r"ann@example\.org .* daily +\d", told)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (LISTMONK, "Ann Lee"),
        (MAILCHIMP, "Ann Lee"),
        (GHOST, "Ann Lee"),
        (BUTTONDOWN, None),
        ("ann@example.org\n", None),
    ],
    ids=["listmonk", "mailchimp", "ghost", "buttondown", "plain"],
)
def test_a_list_of_another_system_is_imported_after_a_dry_run(
    call: Call, tmp_path: Path, text: str, name: str | None
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    dry = json.loads(call("import", str(file), "--dry-run", "--json"))
    assert people(call) == {}
    done = json.loads(call("import", str(file), "--json"))
    assert done["counts"] == dry["counts"]
    found = people(call)
    assert list(found) == ["ann@example.org"]
    assert found["ann@example.org"]["name"] == name
    again = json.loads(call("import", str(file), "--json"))
    assert again["counts"]["added"] == 0


def test_the_report_names_each_line_that_was_not_imported(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email\nann@example.org\nnobody\nANN@example.org\n", encoding="utf-8")
    said = call("import", str(file), "--dry-run")
    assert "line 3: not an address: nobody: The address has no @" in said
    assert "line 4: twice in this file" in said
    assert "Would be: 1 added" in said


def test_who_left_or_was_erased_does_not_come_back_by_import(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org")
    call("add", "bob@example.org")
    call("unsubscribe", "ann@example.org")
    call("erase", "bob@example.org", "--yes")
    file = tmp_path / "list.csv"
    file.write_text("ann@example.org\nbob@example.org\n", encoding="utf-8")
    counts = json.loads(call("import", str(file), "--json"))["counts"]
    assert counts["added"] == 0
    assert counts["unsubscribed here before"] == 1
    assert counts["suppressed or erased"] == 1
    call("release", "bob@example.org")
    assert json.loads(call("import", str(file), "--json"))["counts"]["added"] == 1


def test_every_command_takes_the_addresses_that_an_import_takes(call: Call, tmp_path: Path) -> None:
    for number, address in enumerate(("root@localhost", "ann@büro.example", "Ann+ree@Example.ORG")):
        file = tmp_path / f"{number}.csv"
        file.write_text(address + "\n", encoding="utf-8")
        call("add", address)
        counts = json.loads(call("import", str(file), "--json"))["counts"]
        assert counts["subscribed already"] == 1, address
        assert json.loads(call("show", address))["person"]["status"] == "active"
        call("unsubscribe", address)


def test_an_export_is_for_its_owner_s_eyes(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org")
    call("export", str(tmp_path / "all.csv"))
    assert (tmp_path / "all.csv").stat().st_mode & 0o077 == 0


def test_an_export_can_be_imported_elsewhere(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org", "--name", "=Ann")
    file = tmp_path / "out.csv"
    call("export", str(file))
    assert "'=Ann" in file.read_text("utf-8")
    assert json.loads(call("import", str(file), "--json"))["counts"]["subscribed already"] == 1


def test_showing_a_person_leaves_nothing_out(call: Call, tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    occasion = consent.Occasion(at=MORNING, source="form", network="198.51.100.0/24")
    asked = consent.request(app.register, parse("ann@example.org"), occasion, name="Ann Lee")
    assert isinstance(asked, Subscriber)
    bounce = NewBounce(
        at=MORNING, kind=BounceKind.SOFT, reason="full", address_key="ann@example.org", digest="1", raw=b"<ann>: full"
    )  # fmt: skip
    record_bounce(app.store, bounce, SoftLimit(count=5, days=30, likely=10, likely_share=0.02))
    app.close()
    kept = json.loads(call("show", "Ann@Example.org"))
    assert (kept["person"]["name"], kept["person"]["source"]) == ("Ann Lee", "form")
    assert kept["person"]["consent"][0]["network"] == "198.51.100.0/24"
    assert [notice["kind"] for notice in kept["notices"]] == ["confirm"]
    assert kept["reports"][0]["report"] == "<ann>: full"
    assert (kept["suppression"], kept["deliveries"]) == (None, [])


def test_rotating_keys_leaves_every_old_link_alive(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org")
    data = tmp_path / "data"
    old = load_keys(data)
    token = sign(old, Purpose.UNSUBSCRIBE, SubscriberId(1))
    assert "Key 2" in call("rotate-keys")
    new = load_keys(data)
    assert new.current == 2
    assert read_token(new, token, Purpose.UNSUBSCRIBE, now=MORNING) == 1
    assert sign(new, Purpose.UNSUBSCRIBE, SubscriberId(1)) != token


def test_lost_keys_stop_every_command_until_the_operator_decides(call: Call, tmp_path: Path) -> None:
    call("add", "ann@example.org")
    data = tmp_path / "data"
    token = sign(load_keys(data), Purpose.UNSUBSCRIBE, SubscriberId(1))
    (data / "keys" / "subscribers.json").unlink()
    for command in (("add", "bob@example.org"), ("rotate-keys",)):
        with pytest.raises(NewsletterError, match="is lost"):
            call(*command)
    assert "New keys for 1 subscribers" in call("replace-keys", "--yes")
    call("add", "bob@example.org")
    assert read_token(load_keys(data), token, Purpose.UNSUBSCRIBE, now=MORNING) is TokenFault.FORGED
    with pytest.raises(NewsletterError, match="are there"):
        call("replace-keys", "--yes")


def test_a_reader_is_corrected_paused_and_comes_back(call: Call) -> None:
    call("add", "ann@example.org")
    made = json.loads(
        call(
            "edit",
            "ann@example.org",
            "--to",
            "ann@new.example",
            "--name",
            "Ann",
            "--proof",
            "her mail",
            "--json",
        )
    )
    assert (made["address"], made["name"]) == ("ann@new.example", "Ann")
    assert json.loads(call("show", "ann@new.example"))["person"]["consent"][-1]["detail"] == "her mail"
    until = (date.today() + timedelta(days=30)).isoformat()
    assert json.loads(call("pause", "ann@new.example", "--until", until, "--json"))["paused_until"] == until
    assert json.loads(call("resume", "ann@new.example", "--json"))["paused_until"] is None
    with pytest.raises(NewsletterError, match="subscribed already"):
        call("resume", "ann@new.example")
    assert json.loads(call("release", "ann@new.example", "--json"))["released"] is False
    assert json.loads(call("erase", "ann@new.example", "--yes", "--json"))["known"] is True
