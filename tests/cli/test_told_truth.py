"""What commands say at night is so: exit codes, counts, pauses, endings, what was left aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.cli.terminal import steps
from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import IssueKey
from tests.support.place import SOURCES, Place
from tests.support.preflight_place import running
from tests.support.smtp_peer import Peer

KEY = IssueKey(date=date(2026, 1, 5))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(Peer()) as port:
        yield Place(tmp_path / "place", port)


def test_a_check_of_sources_ends_with_1_where_one_fails_and_counts_them(place: Place) -> None:
    broken = SOURCES.format(folder=place.folder / "not there").replace('"seeds"', '"broken"')
    (place.config / "sources.toml").write_text(SOURCES.format(folder=place.seeds) + broken, encoding="utf-8")
    told = place.run("sources", "check", status=1)
    assert "✓ seeds" in told
    assert "✗ broken" in told
    assert "1 of 2 failed." in told
    assert place.run("sources", "check", "seeds")


@pytest.mark.parametrize("name", ["photo.png", "report.pdf", "broken.txt"])
def test_a_document_that_cannot_be_used_is_named(place: Place, name: str) -> None:
    (place.seeds / name).write_bytes(b"%PDF\x00\xff\x00")
    assert name in place.run("sources", "check")


def test_a_run_says_that_sending_is_paused(place: Place) -> None:
    today = place.run("run", "--dry-run", "--json")
    assert today
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    day = place.json("issue", "list")[0]["date"]
    _plan(place, day)
    place.run("issue", "pause")
    told = place.run("run", status=1)
    assert "paused: newsletter issue resume" in told
    place.run("issue", "resume")
    assert "1 sent" in place.run("run")
    assert "send" in place.run("runs")


def _plan(place: Place, day: str) -> None:
    from newsletter.wiring import open_installation

    app = open_installation(place.config, data=place.data)
    plan_issue(app.store, app.settings, IssueKey(date=date.fromisoformat(day)), app.clock())
    app.close()


def test_progress_never_counts_past_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("Sending", 120) as progress:
        for done in range(0, 190, 17):
            progress.reach(done)
    counted = [line.split()[1].split("/") for line in capsys.readouterr().err.splitlines()]
    assert counted
    assert all(int(done) <= int(total) for done, total in counted)
