"""What a scraper gets, and who is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from newsletter.delivery.plan_issue import plan_issue
from newsletter.errors import ConfigError
from newsletter.model import IssueKey, IssueStatus, Source, SourceKey, SourceState
from newsletter.store import monitoring
from newsletter.store.installation import beat
from newsletter.store.issues import change_issue
from newsletter.store.sources import save_state
from tests.support.app_factory import make_seed_source
from tests.support.subscriber_factories import add_active
from tests.support.web_factories import Site, publish

TOKEN = "a-token-of-the-operator"
ON = {"metrics_token": TOKEN}
Read = dict[tuple[str, ...], float]


def _read(site: Site) -> dict[str, Read]:
    """Return the samples of each metric by the values of their labels."""
    answer = site.client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    read: dict[str, Read] = {}
    for sample in (sample for family in families for sample in family.samples):
        read.setdefault(sample.name.removeprefix("newsletter_"), {})[tuple(sample.labels.values())] = (
            sample.value
        )
    return read


def test_metrics_count_requests_by_route_and_people_by_status(build: Callable[..., Site]) -> None:
    site = build(web=ON)
    reader = add_active(site.register)
    token = site.token(reader.id)
    site.client.get(f"/u/{token}")
    site.client.get("/nothing")
    read = _read(site)
    assert read["web_requests_total"]["/u/{token}", "200"] == 1
    assert read["subscribers"]["active",] == 1
    assert token not in str(read)


@pytest.mark.parametrize("host", ["127.0.0.1", "172.18.0.5", "8.8.8.8"])
def test_only_who_has_the_token_reads_them_wherever_it_comes_from(
    build: Callable[..., Site], host: str
) -> None:
    """A proxy that sets no header makes the whole world look like the private network."""
    off, on = build(client_host=host).client, build(client_host=host, web=ON).client
    for client, given, status in (
        (off, None, 404),
        (off, "Bearer ", 404),
        (on, None, 404),
        (on, "Bearer ", 404),
        (on, f"Bearer {TOKEN}x", 404),
        (on, f"Basic {TOKEN}", 404),
        (on, "Bearer \xe9", 404),
        (on, f"Bearer {TOKEN}", 200),
    ):
        headers = {} if given is None else {b"authorization": given.encode("latin-1")}
        assert client.get("/metrics", headers=headers).status_code == status, given


def test_the_queue_and_the_newest_issue_are_counted(build: Callable[..., Site]) -> None:
    site = build(web=ON)
    for number in range(3):
        add_active(site.register, f"reader{number}@example.org")
    issue = publish(site, status=IssueStatus.COMPOSED)
    assert "queue" in _read(site)
    plan_issue(site.register.store, site.services.settings, IssueKey(date=issue.date), site.times[0])
    read = _read(site)
    assert read["queue"]["queued",] == 3
    assert read["queue"]["uncertain",] == 0
    assert read["last_issue_deliveries"]["daily", "queued"] == 3
    assert read["notices_queue"][()] == 0
    assert read["issues_held"][()] == 0


def test_how_long_ago_a_day_ended_grows(build: Callable[..., Site]) -> None:
    site = build(web=ON)
    assert "last_issue_age_seconds" not in _read(site), "nothing ended yet"
    issue = publish(site, status=IssueStatus.COMPOSED)
    ended = site.times[0]
    key, composed = IssueKey(date=issue.date), (IssueStatus.COMPOSED,)
    assert change_issue(
        site.register.store, key, "sent", ended, where=composed, status="sent", finished=ended
    )
    site.pass_time(hours=27)
    read = _read(site)
    assert read["last_issue_age_seconds"]["daily", "sent"] == 27 * 3600
    assert read["last_issue_timestamp_seconds"]["daily", "sent"] == ended.timestamp()


def test_sources_are_counted_as_sources_toml_lists_them(build: Callable[..., Site]) -> None:
    site = build(web=ON)
    listed = tuple(make_seed_source(key=SourceKey(name)) for name in ("good", "bad", "new"))
    site.sources += [*listed, make_seed_source(key=SourceKey("off"), enabled=False)]
    with site.register.store.write() as connection:
        for name, failures in (("good", 0), ("bad", 4), ("off", 9), ("removed", 9)):
            save_state(connection, SourceState(source=SourceKey(name), failures=failures))
    read = _read(site)
    assert read["sources"] == {("failing",): 1, ("good",): 1, ("unread",): 1}
    assert read["source_failures"] == {("good",): 0, ("bad",): 4}


def test_a_part_that_cannot_be_told_leaves_the_others_alone(build: Callable[..., Site]) -> None:
    def fail() -> tuple[Source, ...]:
        raise ConfigError("sources.toml is not valid TOML.")

    read = _read(build(web=ON, read_sources=fail))
    assert "sources" not in read
    assert "queue" in read


def test_who_sends_and_which_relay_works_is_told_for_a_day(build: Callable[..., Site]) -> None:
    site = build(web=ON)
    store = site.register.store
    beat(store, "scheduler", site.times[0])
    monitoring.note_sender(store, "one", site.times[0], {"smtp.example:25": True, "second.example:25": False})
    monitoring.note_sender(store, "two", site.times[0] - timedelta(hours=25), {"smtp.example:25": True})
    site.pass_time(seconds=30)
    read = _read(site)
    assert read["process_age_seconds"] == {("scheduler",): 30}
    assert read["worker_age_seconds"] == {("one",): 30}
    assert read["relay_up"] == {("one", "smtp.example:25"): 1, ("one", "second.example:25"): 0}
    site.pass_time(minutes=6)
    read = _read(site)
    assert read["worker_age_seconds"] == {("one",): 390}
    assert "relay_up" not in read, "nobody knows"
    monitoring.forget_senders(store, before=site.times[0] - timedelta(hours=2))
    assert [
        one.machine for one in monitoring.list_senders(store, since=site.times[0] - timedelta(days=9))
    ] == ["one"]


def test_every_metric_is_documented(build: Callable[..., Site]) -> None:
    operations = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"newsletter_(\w+)", operations))
    site = build(web=ON)
    site.client.get("/")
    given = {re.sub("_(bucket|count|sum|created)$", "", name) for name in _read(site)} - {"web_requests"}
    assert given <= documented
