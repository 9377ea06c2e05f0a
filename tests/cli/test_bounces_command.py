"""``newsletter bounces``: what is held is asked about, and answered."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import newsletter.cli.main as main_module
from newsletter.model import BounceKind, Consequence
from newsletter.store.bounces import NewBounce, SoftLimit, record_bounce
from tests.support.app_factory import MORNING, make_app, subscribe
from tests.support.command_line import run_command


def hold_some(data: Path, names: int = 4) -> None:
    app = make_app(data)
    addresses = [f"reader{number}@example.org" for number in range(names)]
    subscribe(app, *addresses)
    limit = SoftLimit(count=5, days=30, likely=1, likely_share=0.02)
    for address in addresses:
        dead = NewBounce(
            at=MORNING,
            kind=BounceKind.HARD,
            reason="user unknown",
            status="5.1.1",
            consequence=Consequence.DEAD,
            address_key=address,
            digest=address,
        )
        record_bounce(app.store, dead, limit)
    app.close()


def test_what_is_held_is_shown_with_samples_and_answered_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    hold_some(data)
    place = ("--data", str(data), "--config", str(data / "config"))
    asked = run_command(*place, "bounces")
    assert asked.code == 0
    assert "1 readers are suppressed, 3 wait for you" in " ".join(asked.out.split())
    assert "reader1@example.org: 5.1.1 user unknown" in asked.out
    assert run_command(*place, "bounces", "--suppress", "--spare").code != 0
    assert run_command(*place, "bounces", "--spare").out.startswith("4 readers are released")
    again = run_command(*place, "bounces", "--suppress")
    assert again.code != 0
    assert "Nothing is held" in again.err


def test_a_mail_that_cannot_be_taken_now_stays_with_the_mail_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_app(data).close()
    (data / "newsletter.sqlite3").write_bytes(b"no database" * 100)
    place = ("--data", str(data), "--config", str(data / "config"))
    piped = run_command(*place, "bounces", "--pipe", given="Subject: leave\n\n")
    assert (piped.code, "not a database" in piped.err) == (os.EX_TEMPFAIL, True)
    assert run_command(*place, "bounces", "--unread").code == 1


@pytest.mark.parametrize(
    "fault", [OSError(errno.EMFILE, "Too many open files"), MemoryError(), BrokenPipeError()]
)
def test_a_fault_of_ours_bounces_no_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(main_module, "load_commands", fail)
    assert run_command("bounces", "--pipe", given="Subject: leave\n\n").code == os.EX_TEMPFAIL


def test_a_mail_that_is_not_understood_is_printed_and_moves_no_cursor(tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_app(data).close()
    place = ("--data", str(data), "--config", str(data / "config"))
    assert "Every mail" in run_command(*place, "bounces", "--unread").out
    letter = "From: ann@example.org\nSubject: hello\n\nIs \x1b[2J\u009bthere anybody?\n"
    assert "1 not understood" in run_command(*place, "bounces", "--pipe", given=letter).out
    shown = run_command(*place, "bounces", "--unread").out
    assert "there anybody?" in shown
    assert not {"\x1b", "\u009b"} & set(shown)
    assert (
        run_command(*place, "bounces", "--unread", "--json").json["unread"][0]["reason"] == "not understood"
    )
