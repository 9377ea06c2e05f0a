from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import feedparser
import lxml.etree

from newsletter.model import Section
from tests.factories import make_issue, make_issue_story
from tests.web_factories import BASE, Site, publish, publish_days

ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_atom_and_holds_each_issue_whole(site: Site) -> None:
    issue = publish(site)
    answer = site.client.get("/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        feed = feedparser.parse(io.BytesIO(answer.content))
    assert not feed.bozo
    assert feed.version == "atom10"
    [entry] = feed.entries
    assert entry.title == issue.subject
    assert entry.link == f"{BASE}/issues/2026-01-05"
    assert issue.stories[0].highlights[0].text in entry.content[0].value
    assert f'href="{BASE}/issues/2026-01-05/lynas-lifts-ndpr-output"' in entry.content[0].value


def test_the_feed_of_hostile_words_is_still_xml(site: Site) -> None:
    odd = "]]></content><script>alert(1)</script> & \x0b \ufffe <b>"
    story = make_issue_story(headline=odd, key="odd")
    publish(site, make_issue(subject=odd, sections=(Section(key="top", title=odd, stories=(story,)),)))
    root = lxml.etree.fromstring(site.client.get("/feed.xml").content)
    [entry] = root.findall(f"{ATOM}entry")
    assert "<script>" in (entry.findtext(f"{ATOM}title") or "")
    assert "<script" not in (entry.findtext(f"{ATOM}content") or "")


def test_the_feed_holds_the_newest_twenty(site: Site) -> None:
    publish_days(site, 23)
    root = lxml.etree.fromstring(site.client.get("/feed.xml").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert titles == [f"News of day {number}" for number in range(23, 3, -1)]


def test_an_empty_feed_is_a_feed(site: Site) -> None:
    root = lxml.etree.fromstring(site.client.get("/feed.xml").content)
    assert root.findtext(f"{ATOM}updated")
    assert root.findall(f"{ATOM}entry") == []


def test_sitemap_and_robots_lead_crawlers(site: Site) -> None:
    publish_days(site, 2)
    sitemap = lxml.etree.fromstring(site.client.get("/sitemap.xml").content)
    places = [element.text for element in sitemap.iter("{*}loc")]
    assert places == [f"{BASE}/", f"{BASE}/issues", f"{BASE}/issues/2026-01-06", f"{BASE}/issues/2026-01-05"]
    robots = site.client.get("/robots.txt").text
    assert "Disallow: /u/\n" in robots
    assert f"Sitemap: {BASE}/sitemap.xml" in robots


def test_a_private_archive_has_neither(build: Callable[..., Site]) -> None:
    site = build(web={"archive": "private"})
    publish(site)
    assert site.client.get("/feed.xml").status_code == 404
    assert site.client.get("/sitemap.xml").status_code == 404
    assert site.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert "feed.xml" not in site.client.get("/").text
