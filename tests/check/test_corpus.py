"""``newsletter check`` on a corpus: each seeded defect is told by the right name, no good issue raises an alarm."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model import Coverage, Issue
from tests.render.good_issues import good_issues
from tests.render.mail_defects import DEFECTS
from tests.render.mail_sample import Spoil, good_mail
from tests.render.render_sample import sample_issue
from tests.support.dns_zone import Zone
from tests.support.preflight_place import Place, copy_place, good_records, make_place, running
from tests.support.smtp_peer import Peer
from tests.support.whole_sets import WHOLE, thin_out

pytestmark = pytest.mark.slow

# What only the sender of an issue knows, and a saved mail does not tell.
OF_THE_MOMENT = {"a Date of yesterday", "yesterday's subject", "a header that tells a path", "a priority"}


def list_defects() -> list[tuple[str, str, Spoil]]:
    """Return a defect of each check, all in `make soak`: test_mail.py has all of them, without the command around."""
    found = [defect for defect in DEFECTS if defect[0] not in OF_THE_MOMENT]
    of_each = {check: (name, check, spoil) for name, check, spoil in found}
    return found if WHOLE else list(of_each.values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Zone(good_records()) as zone:
        yield make_place(tmp_path_factory.mktemp("preflight") / "place", zone)


@pytest.fixture
def place(made: Place, tmp_path: Path) -> Place:
    return copy_place(made, tmp_path / "place")


@pytest.fixture(scope="module")
def shared(made: Place) -> Place:
    """For what changes nothing: a saved mail."""
    return made


def test_a_good_mail_passes(shared: Place) -> None:
    told = shared.check_mail(good_mail())
    assert (told.exit_code, set(told.levels)) == (0, {"overflow", "envelope"})
    assert told.levels["envelope"] == "not run"
    assert {"dkim-verifies", "list-unsubscribe", "contrast"} <= set(told.passed)


@pytest.mark.parametrize(
    ("check", "spoil"),
    [pytest.param(check, spoil, id=name) for name, check, spoil in list_defects()],
)
def test_a_defect_of_a_saved_mail_is_told_by_its_name(shared: Place, check: str, spoil: Spoil) -> None:
    told = shared.check_mail(spoil(good_mail()))
    assert check in told.levels, told
    assert set(told.blocking) == {name for name, level in told.levels.items() if level == "fail"}
    assert (told.exit_code == 1) == bool(told.blocking)


@pytest.mark.parametrize(
    "issue", [pytest.param(issue, id=name) for name, issue in thin_out(list(good_issues()), 4)]
)
def test_a_good_issue_raises_no_alarm(place: Place, issue: Issue) -> None:
    sources = tuple(replace(source, ok=True, error=None) for source in issue.coverage.sources)
    place.set("editorial", max_stories=60)
    place.store(replace(issue, coverage=replace(issue.coverage, sources=sources)))
    told = place.check_issue()
    assert told.exit_code == 0, told
    assert set(told.levels) == {"overflow", "unsubscribe-works"}, told
    assert told.levels["unsubscribe-works"] == "warn"


def test_an_installation_of_another_kind_raises_no_alarm_either(place: Place) -> None:
    """Two relays, a logo, a domain of another script, an issue in German."""
    domain = "xn--seltene-erden-fcb.example"
    records = place.zone.records
    place.zone.records = {
        (name.replace("news.example.org", domain), kind): [
            value.replace("news.example.org", domain) for value in values
        ]
        for (name, kind), values in records.items()
    }
    place.set(
        "newsletter",
        from_address=f"brief@{domain}",
        base_url=f"https://{domain}",
        from_name="Bücher & Erden",
    )
    for table in ("relay", "relay_failover"):
        port = place.stack.enter_context(running(Peer(extensions=("PIPELINING", "SIZE 10240000"))))
        place.set(table, host="127.0.0.1", port=port)
    place.set("relay", type="smtp")
    theme = place.folder / "templates" / "theme.toml"
    theme.parent.mkdir()
    logo = 'url = "https://cdn.example/logo.png"\nalt = "Rare Earth Daily"\nwidth = 120\nheight = 40\n'
    theme.write_text(f"[logo]\n{logo}", encoding="utf-8")
    place.store(sample_issue(coverage=Coverage()))
    told = place.check_issue()
    assert (told.exit_code, set(told.levels)) == (0, {"overflow", "unsubscribe-works"}), told
    told = place.check_settings()
    assert (told.exit_code, set(told.levels)) == (0, {"unsubscribe-works"}), told


def test_the_command_in_a_process_of_its_own_says_the_same(place: Place) -> None:
    place.write_settings()
    path = place.folder / "mail.eml"
    where = ["--config", str(place.folder / "config"), "--data", str(place.folder)]
    command = [sys.executable, "-m", "newsletter", *where, "check", str(path), "--no-browser", "--no-links"]
    path.write_bytes(good_mail())
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done
    assert "0 failed" in done.stdout
    assert "Checked: 1" in done.stderr
    path.write_bytes(good_mail().replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=OneClick"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done
    assert "✗ fail  one-click: " in done.stdout
    assert "[preflight] waive = [" in done.stdout
