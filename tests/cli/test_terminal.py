"""What others wrote is shown, and never acts on the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.cli.context import note, print_json, print_table, say
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


def test_a_locale_without_our_characters_ends_no_command(tmp_path: Path) -> None:
    """An issue's text ended in a traceback at its first "·"."""
    script = f"import sys; from newsletter.cli.main import main; main(['stage', 'repair', {str(tmp_path / 'texts')!r}])"
    (tmp_path / "texts").write_text(json.dumps({"text": "NdPr · 12 °C"}), encoding="utf-8")
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=plain, check=False)
    assert json.loads(done.stdout)["text"] == "NdPr · 12 °C", done.stderr


@pytest.mark.parametrize("becomes", ["full", "closed", "stopped"])
def test_whatever_becomes_of_standard_error_the_work_goes_on(becomes: str) -> None:
    """`serve` ended for good as its log's reader did; a terminal stopped by Ctrl-S kept the day waiting."""
    script = (
        "import sys; from newsletter.cli.standard_streams import prepare_streams; prepare_streams()\n"
        "for number in range(3000): print('a line of the log', number, 'x' * 60, file=sys.stderr)\n"
        "print('done')"
    )
    reading, writing = os.pipe()
    if becomes == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), writing)
    elif becomes == "closed":
        os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=writing, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"done\n")
    if becomes == "stopped":
        os.close(writing)
        with os.fdopen(reading) as log:
            assert log.readline().startswith("a line of the log 0 ")
