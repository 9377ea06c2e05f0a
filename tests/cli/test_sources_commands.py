"""``newsletter sources …`` as an operator types it, against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newsletter.cli.main import load_commands
from newsletter.errors import NewsletterError
from tests.collect.loopback import RSS, Reply, serving

Call = Callable[..., str]
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{0}/one</loc><news:news>
<news:publication_date>2026-01-04T10:00:00Z</news:publication_date><news:title>A plant opens</news:title>
</news:news></url></urlset>"""
LINKS = "".join(f"<li><a href='/{n}'>Headline number {n} of the day</a></li>" for n in range(6))


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Run a command over a data folder of the test, with no source of its own yet."""
    config = tmp_path / "data" / "config"
    config.mkdir(parents=True)
    (config / "sources.toml").write_text("")
    (config / "newsletter.toml").write_text('[collect]\nallow_hosts = ["127.0.0.1"]\nper_host_delay = 0\n')
    commands = load_commands(["sources"])

    def run(*arguments: str, code: int = 0) -> str:
        given = ["--data", str(tmp_path / "data"), "sources", *arguments]
        result = CliRunner().invoke(commands, given)
        if isinstance(result.exception, NewsletterError):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    return run


def listed(call: Call) -> list[dict[str, Any]]:
    return [line["source"] for line in json.loads(call("list", "--json"))]


def html(inside: str) -> Reply:
    return Reply(f"<!doctype html><html>{inside}</html>".encode(), headers={"content-type": "text/html"})


def test_a_feed_is_found_shown_and_added(call: Call) -> None:
    head = html("<link rel='alternate' type='application/rss+xml' href='/f.xml'>")
    with serving({"/news/": head, "/f.xml": Reply(RSS)}) as site:
        shown = call("add", site.url("/news/"), "--dry-run")
        assert "the page declares it" in shown
        assert "•" in shown
        assert listed(call) == []
        said = call("add", site.url("/news/"), "--key", "mine")
        assert 'Its kind is "other": its stories carry no label.' in said
        assert "sources.toml: state-owned media, issuer press release" in said
        assert [(source["key"], source["type"], source["location"]) for source in listed(call)] == [
            ("mine", "feed", site.url("/f.xml"))
        ]
        with pytest.raises(NewsletterError, match="is a source already"):
            call("add", site.url("/news/"))
        site.replies["/f.xml/"] = Reply(RSS)
        with pytest.raises(NewsletterError, match="is a source already"):
            call("add", site.url("/f.xml/"))


def test_without_a_feed_a_sitemap_of_news_is_added_and_read(call: Call) -> None:
    with serving({"/": html(LINKS)}) as site:
        site.replies["/news-sitemap.xml"] = Reply(NEWS.format(site.url("").rstrip("/")).encode())
        assert "• A plant opens" in call("add", site.url("/"), "--key", "map")
        assert listed(call)[0]["location"] == site.url("/news-sitemap.xml")
        (line,) = json.loads(call("check", "map", "--json"))
        assert (line["report"]["ok"], line["report"]["seen"]) == (True, 1)


def test_without_either_a_page_that_lists_headlines_is_added(call: Call) -> None:
    with serving({"/news/": html(LINKS)}) as site:
        assert "• Headline number 0 of the day" in call("add", site.url("/news/"))
        assert [(source["type"], source["location"]) for source in listed(call)] == [
            ("page", site.url("/news/"))
        ]


def test_a_page_with_nothing_to_read_is_refused(call: Call) -> None:
    with serving({"/": html("<p>Hello</p>")}) as site:
        with pytest.raises(NewsletterError, match="Neither a feed nor a list"):
            call("add", site.url("/"))
        assert listed(call) == []


def test_a_check_reports_on_each_source(call: Call) -> None:
    with serving({"/f.xml": Reply(RSS), "/gone.xml": Reply(status=410)}) as site:
        call("add", site.url("/f.xml"), "--key", "good")
        site.replies["/dead.xml"] = Reply(RSS)
        call("add", site.url("/dead.xml"), "--key", "dead")
        site.replies["/dead.xml"] = Reply(status=500)
        found = {line["report"]["source"]: line for line in json.loads(call("check", "--json", code=1))}
        good, dead = found["good"], found["dead"]
        assert good["last_good"]
        assert good["report"]["next_check"]
        assert good["report"]["seen"] == good["report"]["kept"] + sum(n for _, n in good["report"]["dropped"])
        assert (dead["report"]["ok"], dead["failures"], dead["last_good"]) == (False, 1, None)
        assert dead["report"]["error"]
        assert dead["report"]["hint"]
        site.replies["/f.xml"] = Reply(status=410)
        said = call("check", code=1)
        assert "last good read never; next check 20" in said
        assert "answers 410 Gone" in said


def test_a_source_that_is_gone_for_good_comes_back_where_a_person_asks(call: Call) -> None:
    def is_gone() -> bool:
        (line,) = json.loads(call("list", "--json"))
        return bool(line["state"]["retired"])

    with serving({"/f.xml": Reply(RSS)}) as site:
        call("add", site.url("/f.xml"), "--key", "mine")
        for said in (("resume", "mine"), ("check", "mine")):
            site.replies["/f.xml"] = Reply(status=410)
            for _ in range(3):
                call("check", code=1)
            assert is_gone()
            site.replies["/f.xml"] = Reply(RSS)
            call(*said)
            assert not is_gone()


def test_a_wrong_source_is_told_and_keeps_no_other_from_being_read(call: Call, tmp_path: Path) -> None:
    with serving({"/f.xml": Reply(RSS)}) as site:
        call("add", site.url("/f.xml"), "--key", "good")
        with (tmp_path / "data" / "config" / "sources.toml").open("a", encoding="utf-8") as file:
            file.write(
                '[[source]]\nkey = "bad"\ntype = "feed"\nlocation = "htps://x"\npublisher = { name = "B" }\n'
            )
        assert "✓ good: 2 seen" in call("check", code=1)
        assert [source["key"] for source in listed(call)] == ["good"]


def test_opml_goes_out_and_comes_in(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    with serving({"/f.xml": Reply(RSS)}) as site:
        call("add", site.url("/f.xml"), "--key", "mine")
        call("export", str(file))
        assert "Added 0 of" in call("import", str(file))
        own = tmp_path / "data" / "config" / "sources.toml"
        own.write_text("")
        assert "Added 1 of 1 feeds" in call("import", str(file))
        assert [source["location"] for source in listed(call)] == [site.url("/f.xml")]


def test_a_source_is_paused_and_goes_on(call: Call) -> None:
    with serving({"/f.xml": Reply(RSS)}) as site:
        call("add", site.url("/f.xml"), "--key", "mine")
        call("check", "mine")
        assert json.loads(call("pause", "mine", "--json")) == {
            "source": "mine",
            "paused": True,
            "changed": True,
        }
        assert "it was so already" in call("pause", "mine")
        assert call("list").rstrip().endswith("paused")
        assert json.loads(call("resume", "mine", "--json"))["changed"] is True
        with pytest.raises(NewsletterError, match="There is no source 'other'"):
            call("pause", "other")
