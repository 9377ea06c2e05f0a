"""The command line as an operator and a script meet it: real processes, a real SMTP server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.delivery.local_inbox import DemoInbox
from tests.support.app_factory import SEEDS

SOURCES = """
[[source]]
key = "seeds"
type = "seed"
location = "{folder}"
publisher = {{ name = "Rare Earth Exchanges", kind = "trade press" }}
trusted = true
enabled = true
"""
LIMIT = 60  # seconds


class Place:
    """An installation of its own, driven by processes."""

    def __init__(self, folder: Path, relay: int) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.data = folder / "data"
        self.seeds = folder / "seeds"
        self.config.mkdir(parents=True)
        self.seeds.mkdir()
        shutil.copy(next(SEEDS.glob("*.txt")), self.seeds)
        (self.config / "sources.toml").write_text(SOURCES.format(folder=self.seeds), encoding="utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")},
            "NEWSLETTER_CONFIG": str(self.config),
            "NEWSLETTER_DATA": str(self.data),
            "NEWSLETTER_RELAY__PORT": str(relay),
            "NEWSLETTER_NEWSLETTER__FROM_ADDRESS": "daily@rare-earth.example",
            "NEWSLETTER_PREFLIGHT__WAIVE": '["trial"]',  # its relay mails nobody
            "NEWSLETTER_LOGS__LEVEL": "error",
        }

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *arguments],
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0, given: str = "", **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "newsletter", *arguments],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            input=given,
            check=False,
        )
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout if status == 0 else done.stdout + done.stderr

    def json(self, *arguments: str, **options: Any) -> Any:
        return json.loads(self.run(*arguments, "--json", **options))


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[DemoInbox]:
    with DemoInbox(tmp_path / "inbox") as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, inbox: DemoInbox) -> Place:
    return Place(tmp_path / "place", inbox.port)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_run_sends_once_and_says_so_to_scripts(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org", "--name", "Ann")
    place.run("subscribers", "add", "bob@example.org")
    dry = place.run("run", "--dry-run")
    assert "Baogang" in dry
    assert place.json("issue", "list") == []
    first = place.json("run")
    assert (first["outcome"], first["deliveries"], first["number"]) == ("sent", {"sent": 2}, 1)
    second = place.json("run")
    assert (second["outcome"], second["sent_now"]) == ("everything already sent", {})
    assert len(inbox.list_mails()) == 2
    table = place.json("deliveries")
    assert table["audience"] == 2 == table["counts"]["sent"]
    assert table["deliveries"][0]["delivery"]["reply"]["code"] == 250
    explained = place.json("explain")
    highlight = explained["stories"][0]["highlights"][0]
    assert highlight["context"]["holds"] is True
    assert explained["stories"][0]["reasons"]


def test_a_relay_that_is_down_marks_nobody_and_the_next_run_finishes(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    down = {"NEWSLETTER_RELAY__PORT": str(free_port())}
    process = place.start("run", **down)
    assert process.stderr
    assert any("relay_does_not_work" in line for line in process.stderr)
    process.send_signal(signal.SIGKILL)  # while it waits for the relay
    process.communicate(timeout=LIMIT)
    counts = place.json("deliveries")["counts"]
    assert counts["sent"] == 0
    assert sum(counts[name] for name in ("bounced", "failed", "uncertain", "expired")) == 0
    assert place.json("run")["deliveries"] == {"sent": 1}
    assert len(inbox.list_mails()) == 1


@pytest.mark.slow
def test_kill_at_any_moment_of_a_run_ends_in_one_issue_and_one_mail_each(
    place: Place, inbox: DemoInbox
) -> None:
    readers = [f"reader{number}@example.org" for number in range(20)]
    place.folder.joinpath("list.csv").write_text("email\n" + "\n".join(readers) + "\n", encoding="utf-8")
    place.run("subscribers", "import", str(place.folder / "list.csv"))
    for wait in (0.3, 0.8, 1.2, 1.5, 1.8, 2.1, 2.5, 3.0):
        process = place.start("run")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
    last = place.json("run")
    assert last["status"] == "sent"
    assert [item["date"] for item in place.json("issue", "list")] == [last["date"]]
    mails = inbox.list_mails()
    assert {mail.recipient for mail in mails} == set(readers)
    by_reader: dict[str, set[str]] = {}
    for mail in mails:
        by_reader.setdefault(mail.recipient, set()).add(mail.message_id)
    assert all(len(ids) == 1 for ids in by_reader.values())  # a second copy is recognizably the same mail


def test_serve_ends_in_time_and_answers_health_while_it_runs(place: Place) -> None:
    port = free_port()
    variables = {
        "NEWSLETTER_WEB__PORT": str(port),
        "NEWSLETTER_NEWSLETTER__BASE_URL": f"http://127.0.0.1:{port}",
    }
    process = place.start("serve", **variables)
    try:
        ready = wait_for(f"http://127.0.0.1:{port}/readyz")
        assert set(ready["checks"]) >= {"database", "migrations", "data folder", "scheduler", "sender"}
    finally:
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, errors
    assert time.monotonic() - began < 8


def wait_for(url: str) -> Any:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"{url} did not become ready")


def test_backup_and_restore_by_command(place: Place, tmp_path: Path) -> None:
    place.run("subscribers", "add", "ann@example.org")
    made = tmp_path / "b.tar.gz"
    place.run("backup", str(made))
    place.run("subscribers", "unsubscribe", "ann@example.org")
    assert place.json("restore", str(made))["aside"]
    assert place.json("subscribers", "list")["counts"]["active"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--date", "tomorrow"), "not a date"),
        (("run", "--date", "2999-01-01"), "in the future"),
        (("run", "--date", "2020-01-01"), "--late"),
        (("issue", "show"), "no issue"),
        (("subscribers", "add", "two words@example.org"), "not an address"),
        (("subscribers", "add", "ann@example.org\nBcc: x@example.org"), "not an address"),
        (("subscribers", "unsubscribe", "nobody@example.org"), "not a subscriber"),
        (("subscribers", "import", "/does/not/exist.csv"), "cannot be read"),
        (("stage", "nonsense"), "no stage"),
        (("restore", "/does/not/exist.tar.gz"), "not a backup"),
        (("sources", "check", "nonsense"), "no source"),
        (("--config", "/does/not/exist", "run"), "does not exist"),
    ],
)
def test_bad_input_says_what_where_and_what_to_do(
    place: Place, arguments: tuple[str, ...], words: str
) -> None:
    told = place.run(*arguments, status=2)
    assert words in told
    assert "What to do:" in told


def test_a_seed_folder_that_cannot_be_used_is_reported_and_nothing_is_mailed(
    place: Place, inbox: DemoInbox
) -> None:
    place.run("subscribers", "add", "ann@example.org")
    shutil.rmtree(place.seeds)
    told = place.run("run", status=1)
    assert "everything failed" in told
    assert "seeds: " in told, "which source"
    assert "missing" in told, "why"
    assert inbox.list_mails() == ()
    report = place.run("sources", "check", status=1)
    assert "missing" in report


def test_where_no_source_is_on_a_run_says_so(place: Place) -> None:
    (place.config / "sources.toml").write_text("", encoding="utf-8")
    assert "No source is on" in place.run("run", status=2)


def test_an_issue_without_readers_says_that_nobody_got_it(place: Place) -> None:
    assert "to nobody" in place.run("run")


def test_no_relay_gets_mail_while_the_public_address_is_unset(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    told = place.run("run", status=1, NEWSLETTER_PREFLIGHT__WAIVE="[]")
    assert "trial" in told
    assert "base_url" in told
    assert "postal_address" in told
    assert inbox.list_mails() == ()
    place.run("run", NEWSLETTER_PREFLIGHT__WAIVE="[]", NEWSLETTER_RELAY__TYPE="folder")
    assert len(list((place.data / "outbox").glob("*.eml"))) == 1
    assert inbox.list_mails() == ()


def test_serve_says_once_that_its_port_is_taken(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = place.run("serve", status=2, NEWSLETTER_WEB__PORT=str(port))
    assert f"port {port}" in told
    assert "web.port" in told


def test_what_waits_for_approval_names_the_command_that_gives_it(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    told = place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    command = told[told.index("newsletter issue approve") :].split()
    place.run(*command[1:5])
    place.run("run", NEWSLETTER_SCHEDULE__APPROVAL="required")
    assert len(inbox.list_mails()) == 1


def test_explain_refuses_a_key_it_does_not_know_and_names_those_there_are(place: Place) -> None:
    place.run("run")
    told = place.run("explain", "--story", "nonsense", status=2)
    assert "baogang-group" in told
    assert "refused" not in place.run("explain"), "everything in the mail has passed the gate"


def test_stages_answer_bad_lines_with_errors_in_order(place: Place) -> None:
    given = '{"text": "Chinaโ€™s exports"}\nnot json\n{"no": "text"}\n{"text": "fine"}\n'
    lines = [json.loads(line) for line in place.run("stage", "repair", given=given).splitlines()]
    assert lines[0] == {"text": "China’s exports", "repairs": 1}
    assert "error" in lines[1]
    assert "error" in lines[2]
    assert lines[3] == {"text": "fine", "repairs": 0}


def test_each_stage_speaks_the_documented_form(place: Place) -> None:
    seed = next(place.seeds.glob("*.txt"))
    article = {"id": "a", "title": "Lynas lifts output", "text": "Lynas said it made 2,080 tonnes of NdPr oxide. " * 3,
               "url": "https://x.example/a", "published": "2026-01-04T10:00:00Z", "publisher": "X"}  # fmt: skip
    wanted: list[tuple[str, dict[str, Any], set[str]]] = [
        ("extract", {"path": str(seed)}, {"title", "byline", "published", "language", "text", "publisher_highlights", "disclaimer", "origin", "related"}),
        ("url", {"url": "HTTPS://X.example/a?utm_source=b"}, {"url", "key"}),
        ("group", article, {"id", "story"}),
        ("rank", article, {"id", "kept", "score", "section", "reasons"}),
        ("summarize", article, {"id", "highlights"}),
        ("ground", {"id": "g", "source": "Lynas rose 4%.", "summary": "Lynas rose 5%."}, {"id", "grounded", "reasons"}),
    ]  # fmt: skip
    for name, line, keys in wanted:
        answer = json.loads(place.run("stage", name, given=json.dumps(line) + "\n"))
        assert set(answer) == keys, name
    assert answer["grounded"] is False
