"""The trial of docs/operations.md, done as it is written there: own sources, an inbox on this machine."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest

from newsletter.cli import demo
from tests.collect.loopback import Reply, serving
from tests.support.command_line import run_command
from tests.support.empty_ledger import put_ledger
from tests.support.factories import SEED
from tests.test_docs import OPERATIONS

WAIT = 20.0  # seconds for the inbox to listen


def read_recipe() -> tuple[list[str], str, list[str]]:
    """Return the commands before the settings, the settings, and the commands behind them."""
    section = OPERATIONS.partition("\n## A trial on this machine\n")[2].partition("\n## ")[0]
    first, settings, then = re.findall(r"```\w+\n(.+?)```", section, re.DOTALL)
    return first.splitlines(), settings, then.splitlines()


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def make_feed() -> Reply:
    title, _, text = SEED.read_text(encoding="utf-8").partition("\n")
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    item = (
        f"<item><title>{escape(title)}</title><guid>1</guid><pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
        f"<description>{escape(paragraphs)}</description></item>"
    )
    return Reply(f"<rss version='2.0'><channel><title>Ore News</title>{item}</channel></rss>".encode())


def test_the_trial_brings_mail_of_own_sources_into_an_inbox(tmp_path: Path) -> None:
    first, settings, then = read_recipe()
    config, data, port = tmp_path / "config", tmp_path / "data", str(find_free_port())
    config.mkdir()
    data.mkdir()
    put_ledger(data)
    (config / "sources.toml").touch()
    (config / "newsletter.toml").write_text(settings.replace("2525", port), encoding="utf-8")
    inbox = shlex.split(
        first[-1].removesuffix("&").replace("2525", port).replace("$HOME/trial", str(tmp_path))
    )
    variables = {
        "NEWSLETTER_CONFIG": str(config),
        "NEWSLETTER_DATA": str(data),
        "NEWSLETTER_COLLECT__ALLOW_HOSTS": '["127.0.0.1"]',
        "NEWSLETTER_LOGS__LEVEL": "error",
    }
    peer = subprocess.Popen([sys.executable, *inbox[1:]])
    try:
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.05)
        with serving({"/feed": make_feed()}) as site:
            for line in then:
                command = shlex.split(line.replace("URL", site.url("/feed")))
                done = run_command(*command[1:], variables=variables)
                assert done.code == 0, f"{line}: {done.out}{done.err}"
    finally:
        peer.terminate()
        peer.wait()
    (mail,) = (tmp_path / "inbox" / "new").iterdir()
    assert b"you@example.org" in mail.read_bytes()


@pytest.mark.parametrize("on_path", [True, False])
def test_the_demo_names_the_program_as_it_can_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: bool
) -> None:
    program = tmp_path / ".venv" / "bin" / "newsletter"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(program.parent) if on_path else "")
    monkeypatch.setattr(sys, "executable", str(program.parent / "python"))
    assert demo.name_program() == ("newsletter" if on_path else ".venv/bin/newsletter")
