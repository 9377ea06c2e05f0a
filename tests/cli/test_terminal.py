"""What others wrote is shown, and never acts on the terminal."""

from __future__ import annotations

import json

import pytest

from newsletter.cli.terminal import note, print_json, print_table, say
from newsletter.config import Logs
from newsletter.logs import configure_logs, get_log

ACTING = "a\u202eb\u009b31mc\x1b[2Jd\re\u2066f\U000e0041g"


def test_no_control_reaches_a_terminal_by_any_way(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{ACTING}\nnext line")
    note(ACTING)
    print_table(["title"], [[ACTING]], empty="none")
    configure_logs(Logs(format="text"))
    get_log("test").warning(ACTING, title=ACTING)
    shown = capsys.readouterr()
    assert "ab31mc[2Jd ef" in shown.out
    assert "next line" in shown.out.splitlines()
    assert all(char.isprintable() for char in (shown.out + shown.err).replace("\n", "").replace("\t", ""))


def test_json_says_the_same_and_holds_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"title": ACTING})
    said = capsys.readouterr().out
    assert json.loads(said) == {"title": ACTING}
    assert said.replace("\n", "").isprintable()


def test_a_log_in_a_file_holds_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Logs(format="text"))
    get_log("test").error("a request failed", status=500)
    said = capsys.readouterr().err
    assert "a request failed" in said
    assert "\x1b" not in said
