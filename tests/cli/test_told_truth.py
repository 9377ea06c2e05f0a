"""What commands say at night is so: exit codes, counts, pauses, endings, what was left aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.cli.context import steps
from tests.collect.loopback import Reply, serving
from tests.support.command_line import run_command
from tests.support.place import SOURCES, Place


def test_a_check_of_sources_ends_with_1_where_one_fails_and_counts_them(place: Place) -> None:
    broken = SOURCES.format(folder=place.folder / "not there").replace('"seeds"', '"broken"')
    (place.config / "sources.toml").write_text(SOURCES.format(folder=place.seeds) + broken, encoding="utf-8")
    told = place.run("sources", "check", status=1)
    assert "✓ seeds" in told
    assert "✗ broken" in told
    assert "1 of 2 failed." in told
    assert place.run("sources", "check", "seeds")


CUT = (
    b"<rss><channel><title>T</title><item><title>A mine opens in Norway</title><guid>1</guid></item>"
    b"<item><title>Another"
)


def test_a_feed_that_breaks_off_is_told_as_read_in_part_and_a_bad_one_with_its_address(place: Place) -> None:
    replies = {"/cut": Reply(CUT, headers={"content-type": "application/rss+xml"})}  # /gone answers 404
    with serving(replies) as site:
        feeds = "".join(
            SOURCES.format(folder=site.url(f"/{key}"))
            .replace('"seed"', '"feed"')
            .replace('"seeds"', f'"{key}"')
            for key in ("cut", "gone")
        )
        (place.config / "sources.toml").write_text(feeds, encoding="utf-8")
        allowed = {"NEWSLETTER_COLLECT__ALLOW_HOSTS": f'["127.0.0.1:{site.port}"]'}
        told = place.run("sources", "check", status=1, **allowed)
        listed = place.run("sources", "list", status=0, **allowed)
        ran = run_command("run", "--dry-run", variables={**place.variables, **allowed})
    assert "! cut: 1 seen" in told
    assert "Read in part: the feed breaks off in the middle." in told
    assert "1 of 2 read in part." in told
    assert f"✗ gone: 127.0.0.1 answers 404 Not Found.\n    {site.url('/gone')}\n" in told
    assert "read in part" in listed
    assert "failing (1)" in listed
    assert "Warning: cut: Read in part" in ran.err
    assert "1 read in part: cut" in place.run("doctor", status=1)


@pytest.mark.parametrize("name", ["photo.png", "report.pdf", "broken.txt"])
def test_a_document_that_cannot_be_used_is_named(place: Place, name: str) -> None:
    (place.seeds / name).write_bytes(b"%PDF\x00\xff\x00")
    assert name in place.run("sources", "check")


@pytest.mark.parametrize("there", [False, True])
def test_a_dry_run_leaves_nothing_behind(place: Place, tmp_path: Path, there: bool) -> None:
    data = tmp_path / "fresh"
    if there:
        (data / "templates").mkdir(parents=True)
        (data / "templates" / "theme.toml").write_text('[light]\naccent = "#123456"\n', encoding="utf-8")
    before = sorted(data.rglob("*"))
    assert "Baogang" in place.run("run", "--dry-run", status=0, NEWSLETTER_DATA=str(data))
    assert data.exists() == there
    assert sorted(data.rglob("*")) == before


def test_a_run_says_that_sending_is_paused(place: Place) -> None:
    assert place.run("run", "--dry-run", "--json")
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    place.plan()
    place.run("issue", "pause")
    told = place.run("run", status=1)
    assert "paused: newsletter issue resume" in told
    place.run("issue", "resume")
    assert "1 sent" in place.run("run")
    assert "send" in place.run("runs")


def test_progress_never_counts_past_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with steps("Sending", 120) as progress:
        for done in range(0, 190, 17):
            progress.reach(done)
    counted = [line.split()[1].split("/") for line in capsys.readouterr().err.splitlines()]
    assert counted
    assert all(int(done) <= int(total) for done, total in counted)


def test_what_was_read_before_the_issue_is_counted_as_the_issue_counts_it(place: Place) -> None:
    place.run("sources", "check")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    day = place.json("issue", "list")[0]["date"]
    behind = place.json("explain", day)["coverage"]
    assert behind["articles_read"] == 1
    counts = place.json("runs")[0]["counts"]
    assert (counts["new_articles"], counts["articles_read"]) == (0, 1)
    assert (counts["stories_found"], counts["stories_kept"]) == (
        behind["stories_found"],
        behind["stories_kept"],
    )
    told = place.run("explain", day)
    sources = told.partition("\nSOURCES\n")[2]
    assert (
        "✓ seeds: read before the issue was made\n    1 article weighed for the issue, all of earlier reads"
        in sources
    )
