"""The room Sources: health at a glance, why one failed, paused, tried now, added by address."""

from __future__ import annotations

import asyncio
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.config import find_config, load_sources
from newsletter.day.add_source import own_file, write_sources
from newsletter.day.gather import gather
from newsletter.desk.room import Role
from newsletter.errors import ConfigError
from newsletter.model import Source, SourceKey, SourceType
from newsletter.store.acts import list_acts
from newsletter.store.backup import save_backup
from newsletter.store.paused_sources import list_paused
from newsletter.wiring import open_installation
from tests.collect.loopback import RSS, Loopback, Reply, serving
from tests.desk.full_desk import Desk, open_desk, rows_of, said
from tests.support.app_factory import make_seed_source
from tests.support.empty_ledger import put_ledger
from tests.support.factories import make_publisher
from tests.support.small_disk import remount, small_disk

COLLECT = {"allow_hosts": ("127.0.0.1",), "per_host_delay": 0}


def make_feed(site: Loopback, key: str, path: str) -> Source:
    return Source(
        key=SourceKey(key),
        type=SourceType.FEED,
        location=site.url(path),
        publisher=make_publisher(),
        enabled=True,
    )


@pytest.fixture
def site() -> Iterator[Loopback]:
    with serving({"/good.xml": Reply(RSS), "/bad.xml": Reply(status=503)}) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, site: Loopback) -> Iterator[Desk]:
    sources = (make_seed_source(), make_feed(site, "good", "/good.xml"), make_feed(site, "bad", "/bad.xml"))
    with open_desk(tmp_path / "data", sources=sources, collect=COLLECT) as made:
        asyncio.run(gather(made.app.gathering, now=made.clock()))
        yield made


def test_what_fails_comes_first_and_says_why(desk: Desk) -> None:
    page = desk.see("sources/")
    assert "3 sources, 1 failing." in page.text
    rows = rows_of(page)
    assert "failing (1)" in rows[0]
    assert "503" in rows[0]
    one = desk.see("sources/bad")
    assert "503" in one.text
    assert "None yet." in one.text
    entries = rows_of(desk.see("sources/good"))
    assert any("good.xml" in row or "http" in row for row in entries)
    assert entries[0] != "None yet."


def test_an_editor_pauses_a_source_and_it_is_read_no_more(desk: Desk, site: Loopback) -> None:
    page = desk.do("sources/good/pause")
    assert "is paused" in said(page)
    assert "paused" in desk.see("sources/good").text
    assert set(list_paused(desk.app.store)) == {"good"}
    before = site.paths.count("/good.xml")
    desk.clock.forward(days=1)
    gathered = asyncio.run(gather(desk.app.gathering, now=desk.clock()))
    assert "good" not in {report.source for report in gathered.reports}
    assert site.paths.count("/good.xml") == before
    desk.do("sources/good/pause")  # twice is once
    desk.do("sources/good/resume")
    asyncio.run(gather(desk.app.gathering, now=desk.clock()))
    assert site.paths.count("/good.xml") == before + 1
    acts = list_acts(desk.app.store, about="source good")
    assert [(act.verb, act.actor) for act in acts] == [
        ("resumed", "ed@example.org"),
        ("paused", "ed@example.org"),
    ]


def test_a_source_is_tried_now(desk: Desk, site: Loopback) -> None:
    assert said(desk.do("sources/bad/try")).startswith("It could not be read:")
    site.replies["/bad.xml"] = Reply(RSS)
    assert said(desk.do("sources/bad/try")).startswith("It answers:")
    assert [act.verb for act in list_acts(desk.app.store, about="source bad")] == ["tried", "tried"]


def test_a_source_that_is_gone_for_good_is_let_go_on(desk: Desk, site: Loopback) -> None:
    site.replies["/bad.xml"] = Reply(status=410)
    for _ in range(2):
        desk.do("sources/bad/try")
    assert "Read it again" in desk.see("sources/bad").text
    assert said(desk.do("sources/bad/resume")).endswith("is read again.")
    assert "Read it again" not in desk.see("sources/bad").text
    site.replies["/bad.xml"] = Reply(RSS)
    asyncio.run(gather(desk.app.gathering, now=desk.clock()))
    assert "gone" not in rows_of(desk.see("sources/"))[0]


def test_a_source_is_added_after_what_it_would_bring(desk: Desk, site: Loopback, tmp_path: Path) -> None:
    file = tmp_path / "data" / "config" / "sources.toml"
    site.replies["/new.xml"] = Reply(RSS)
    page = desk.do("sources/add", url=site.url("/new.xml"), publisher="Ore News", kind="trade press")
    assert "What it would bring" in page.text
    assert rows_of(page)
    assert not file.exists()
    done = desk.do(
        "sources/add",
        step="add",
        url=site.url("/new.xml"),
        key="ore",
        publisher="Ore News",
        kind="trade press",
    )
    assert "Ore News is added." in said(done)
    assert "Try now" in done.text
    added = next(source for source in load_sources(file.parent).sources if source.key == "ore")
    assert (added.location, added.publisher.name, added.publisher.kind) == (
        site.url("/new.xml"),
        "Ore News",
        "trade press",
    )
    assert list_acts(desk.app.store)[0].object == "source ore"


@pytest.mark.parametrize(
    "form",
    [
        {"url": "file:///etc/passwd"},
        {"url": ""},
        {"url": "http://10.0.0.1/feed.xml"},
        {"url": "https://example.org/", "kind": "blog"},
    ],
)
def test_no_address_but_a_public_page_is_asked(desk: Desk, form: dict[str, str]) -> None:
    assert desk.do("sources/add", Role.EDITOR, **form).status_code == 422
    assert desk.client().get("sources/nothing").status_code == 422


def test_what_is_added_is_known_at_once_and_a_broken_file_takes_nothing_away(
    site: Loopback, tmp_path: Path
) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    app = open_installation(folder, data=tmp_path / "data")
    before = app.sources
    added = make_feed(site, "ore", "/new.xml")
    write_sources(folder / "sources.toml", find_config("sources.toml", None), [added])
    assert {source.key for source in app.sources} - {source.key for source in before} == {"ore"}
    assert "ore" in {source.key for source in app.gathering.sources}
    (folder / "sources.toml").write_text("[[source", encoding="utf-8")
    os.utime(folder / "sources.toml", (1, 1))
    assert "ore" in {source.key for source in app.sources}
    app.close()
    with pytest.raises(ConfigError):
        _ = open_installation(folder, data=tmp_path / "data").sources


def test_where_the_config_is_read_only_as_in_a_container_what_is_added_stands_in_the_data_folder(
    site: Loopback, tmp_path: Path
) -> None:
    with (
        small_disk(tmp_path / "config", "64k") as folder,
        closing(open_installation(folder, data=tmp_path / "data")) as app,
    ):
        write_sources(*own_file(folder, app.data), [make_feed(site, "own", "/own.xml")])
        remount(folder, "ro")
        path, shipped = own_file(folder, app.data)
        assert path == tmp_path / "data" / "added" / "sources.toml"
        twice = make_feed(site, "own", "/own.xml")  # the operator's own counts
        write_sources(path, shipped, [make_feed(site, "ore", "/new.xml"), twice])
        keys = [source.key for source in app.sources]
        assert keys[-1] == "ore"
        assert keys.count(SourceKey("own")) == 1
        put_ledger(app.data)
        backup = save_backup(app.everything, tmp_path / "b.tar.gz", now=app.clock())
        with tarfile.open(backup.path) as packed:
            assert "added/sources.toml" in packed.getnames()
        remount(folder, "rw")
