"""The command line as a whole: what its help says, and what it takes to say it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from newsletter.cli.main import HIDDEN, LISTED
from newsletter.day.compose_today import compose_today
from newsletter.model import IssueKey
from tests.support.app_factory import make_app, subscribe
from tests.support.command_line import run_command
from tests.support.empty_ledger import put_ledger
from tests.support.every_command import load_every_command

SLOW = ("trafilatura", "sqlalchemy", "jinja2", "pydantic", "dns", "newsletter.wiring", "newsletter.store")


def _walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    children: dict[str, Any] = getattr(command, "commands", {})
    yield " ".join(path), command
    for name, child in children.items():
        yield from _walk(child, (*path, name))


COMMANDS = dict(_walk(typer.main.get_command(load_every_command())))


def test_the_list_names_every_command_and_nothing_else() -> None:
    listed = [name for panel in LISTED.values() for name in panel]
    assert len(listed) == len(set(listed))
    top = {name for name in COMMANDS if name and " " not in name}
    assert top == {*listed, *HIDDEN}
    told = run_command("--help").out
    for name in listed:
        assert name in told
    assert all(f" {name} " not in told for name in HIDDEN)


def test_a_command_that_does_not_exist_is_refused() -> None:
    done = run_command("sned")
    assert done.code == 2
    assert "No such command" in done.err


def test_help_and_version_import_no_stage_and_no_database() -> None:
    for asked in ("--help", "--version"):
        code = (
            "import sys; sys.argv[1:] = [sys.argv[1]]\n"
            "from newsletter.cli.main import main\n"
            "try: main()\n"
            f"finally: print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, asked], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.strip().splitlines()[-1] == "[]"


def test_listing_issues_imports_no_stage_and_no_template(tmp_path: Path) -> None:
    """It took .8 s for the desk's sake; what is imported tells more than a clock on a busy machine."""
    slow = (
        "newsletter.highlights", "newsletter.english", "newsletter.issue.compose", "jinja2", "css_inline",
        "alembic", "structlog", "pygments", "sqlalchemy.dialects.postgresql", "newsletter.store.backup",
        "newsletter.store.recovery",
    )  # fmt: skip
    code = (
        "import sys\n"
        f"sys.argv = ['newsletter', '--data', {str(tmp_path)!r}, 'issue', 'list']\n"
        "from newsletter.cli.main import main\n"
        "try: main()\n"
        f"finally: print([name for name in {slow} if name in sys.modules], file=sys.stderr)"
    )
    put_ledger(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_says_what_it_is(name: str) -> None:
    silent = [param.opts for param in COMMANDS[name].params if not getattr(param, "help", None)]
    assert silent == []


def test_brackets_in_a_help_text_are_no_markup() -> None:
    assert "[preflight]" in run_command("check", "--help").out


def test_an_error_is_json_where_json_is_asked_for() -> None:
    done = run_command("--config", "/does/not/exist", "issue", "list", "--json")
    assert done.code == 2
    assert "does not exist" in done.json["error"]


@pytest.mark.parametrize(
    "command",
    [
        ("issue", "show", "--html"),
        ("preview", "--out"),
        ("sources", "export"),
        ("subscribers", "export"),
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    asyncio.run(compose_today(app.making, IssueKey(date=app.today)))
    app.close()
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way")
    date = [] if command[-1] == "export" else ["--date", "2026-01-05"]
    group = command[:-1] if command[-1].startswith("--") else command
    last = [command[-1]] if command[-1].startswith("--") else []
    done = run_command("--data", str(tmp_path / "data"), *group, *date, *last, str(blocked / "below"))
    assert done.code == 2, done.err
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err


def test_a_demo_that_cannot_write_says_where(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way")
    done = run_command("--data", str(blocked), "demo", "--no-keep")
    assert done.code == 2
    assert str(blocked) in done.err


def test_a_second_demo_leaves_the_first_one_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "newsletter", "--data", str(folder), "demo", "--keep"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert any("stays open" in line for line in first.stdout)
        done = run_command("--data", str(folder), "demo", "--no-keep")
        assert (folder / "issue.html").exists(), "what the first one shows is there"
        first.terminate()
    assert done.code == 2
    assert f"Another demo is running in {folder}" in done.err


def test_the_demo_is_of_the_configured_newsletter_and_touches_nothing_else_of_it(tmp_path: Path) -> None:
    """Another subject by data files alone: wind, with a seed, a name and a sender of its own."""
    config = tmp_path / "wind" / "config"
    (tmp_path / "wind" / "seeds").mkdir(parents=True)
    config.mkdir()
    elsewhere = tmp_path / "ledger.sqlite3"
    (config / "newsletter.toml").write_text(
        '[newsletter]\nname = "Wind Daily"\nfrom_address = "daily@wind.example"\n'
        f'[storage]\ndatabase = "sqlite:///{elsewhere}"\n[schedule]\napproval = "required"\n'
        '[relay]\nhost = "mail.wind.example"\nusername = "wind"\npassword = "secret"\nsecurity = "tls"\n'
        '[alerts]\nmail_to = ["ops@wind.example"]\n'
    )
    (config / "sources.toml").write_text(
        '[[source]]\nkey = "own"\ntype = "seed"\nlocation = "seeds"\ntrusted = true\nenabled = true\n'
        'publisher = { name = "Wind Press", kind = "trade press" }\n'
    )
    (config / "lexicon.toml").write_text(
        '[newsletter]\nsubject = "offshore wind"\n'
        '[[section]]\nkey = "top"\ntitle = "Top"\nlead = true\n'
        '[[section]]\nkey = "news"\ntitle = "News"\ndefault = true\n'
        '[[term]]\nkind = "subject"\nsubject = true\nterms = ["offshore wind"]\n'
    )
    demo = ("--config", str(config), "--data", str(tmp_path / "demo"), "demo", "--no-keep")
    done = run_command(*demo)
    assert done.code == 2, "its own folder has no seed: the shipped one must not stand in"
    assert str(tmp_path / "wind" / "seeds") in done.err
    (tmp_path / "wind" / "seeds" / "farm.txt").write_text(
        "Hywind Tampen farm reaches full power\n\nJanuary 4, 2026\n\n"
        "The offshore wind farm Hywind Tampen reached its full power of 88 megawatts on Sunday, its operator said.\n\n"
        "The offshore wind farm supplies five oil platforms in the Norwegian North Sea with electricity.\n"
    )
    done = run_command(*demo)
    assert done.code == 0, done.err
    mail = (tmp_path / "demo" / "mail-1.eml").read_bytes()
    assert b"Wind Daily <daily@wind.example>" in mail
    assert b"Hywind Tampen" in mail
    assert b"Rare Earth" not in mail
    assert not elsewhere.exists()


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "newsletter.sqlite3").mkdir()
    done = run_command("--data", str(tmp_path), "issue", "list")
    assert done.code == 1
    assert str(tmp_path / "newsletter.sqlite3") in done.err
    assert "writable" in done.err


def test_what_an_option_is_without_being_given_is_allowed() -> None:
    """A default outside an option's own bounds refuses every call that does not name it."""
    refused = [
        (name, option.name)
        for name, command in COMMANDS.items()
        for option in command.params
        if isinstance(option.default, (int, float)) and not isinstance(option.default, bool)
        if option.default < (getattr(option, "min", None) or option.default)
    ]
    assert refused == []
