from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import date

import feedparser
import lxml.etree

from newsletter.model import Section
from newsletter.web.feed_and_sitemap import FeedAndSitemap
from newsletter.web.pages import Pages
from tests.support.factories import make_issue, make_issue_story
from tests.support.web_factories import BASE, Site, publish, publish_days

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


def places_of(sitemap: bytes) -> list[str]:
    """Return what a sitemap names, as paths."""
    root = lxml.etree.fromstring(sitemap)
    return [(element.text or "").removeprefix(BASE) for element in root.iter("{*}loc")]


def test_the_sitemap_names_every_page_that_is_there_for_everyone(site: Site) -> None:
    publish_days(site, 2)
    sitemap = site.client.get("/sitemap.xml").content
    story = "lynas-lifts-ndpr-output"
    assert places_of(sitemap) == [
        "/",
        "/issues",
        "/issues/2026-01-06",
        f"/issues/2026-01-06/{story}",
        "/issues/2026-01-05",
        f"/issues/2026-01-05/{story}",
    ]
    assert all(site.client.get(place).status_code == 200 for place in places_of(sitemap))
    days = [element.text for element in lxml.etree.fromstring(sitemap).iter("{*}lastmod")]
    assert days == ["2026-01-05"] * 4, "the day it left, of each issue and story"
    assert site.client.get("/sitemap-1.xml").status_code == 404


def test_an_issue_that_leaves_joins_the_sitemap(site: Site) -> None:
    assert places_of(site.client.get("/sitemap.xml").content) == ["/", "/issues"]
    publish(site)
    first = site.client.get("/sitemap.xml")
    assert len(places_of(first.content)) == 4
    again = site.client.get("/sitemap.xml", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_sitemap_too_large_for_one_file_is_an_index_of_several(site: Site) -> None:
    publish_days(site, 5)
    whole = places_of(FeedAndSitemap(Pages(site.services)).sitemaps()[""][0])
    listing = FeedAndSitemap(Pages(site.services), most=6)
    made = {name: body for name, (body, _) in listing.sitemaps().items()}
    assert sorted(made) == ["", "1", "2", "3"]
    assert places_of(made[""]) == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    assert lxml.etree.fromstring(made[""]).tag.endswith("}sitemapindex")
    parts = [places_of(made[name]) for name in ("3", "2", "1")]
    assert max(len(part) for part in parts) <= 6
    assert [place for part in parts for place in part] == whole, "newest first, each of them once"
    publish(site, make_issue(date=date(2026, 1, 12), number=6))
    assert listing.sitemaps()["1"][0] == made["1"], "what is old stays where it is"


def test_robots_lead_crawlers_to_the_sitemap_and_away_from_readers(site: Site) -> None:
    robots = site.client.get("/robots.txt").text
    assert "Disallow: /u/\n" in robots
    assert f"Sitemap: {BASE}/sitemap.xml" in robots


def test_a_private_archive_has_neither(build: Callable[..., Site]) -> None:
    site = build(web={"archive": "private"})
    publish(site)
    assert site.client.get("/feed.xml").status_code == 404
    assert site.client.get("/sitemap.xml").status_code == 404
    assert site.client.get("/sitemap-1.xml").status_code == 404
    assert site.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert "feed.xml" not in site.client.get("/").text
