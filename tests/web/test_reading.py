from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from newsletter.issue.subject_line import fit_headline
from newsletter.links import day_key, issue_url, story_url
from newsletter.model import DayLine, EarlierStory, HighlightKind, IssueKey, IssueStatus, LeadIn, Section
from newsletter.store.issues import load_issue
from tests.support.factories import make_citation, make_highlight, make_issue, make_issue_story
from tests.support.web_factories import BASE, Site, publish, publish_days


def test_an_issue_shows_its_stories_and_their_evidence(site: Site) -> None:
    issue = publish(site)
    page = site.client.get("/issues/2026-01-05")
    assert page.status_code == 200
    story = issue.stories[0]
    assert story.headline in page.text
    assert story.highlights[0].text in page.text
    assert f'href="/issues/2026-01-05/{story.key}#s1"' in page.text
    assert "trade press" in page.text.lower()
    assert "2 sources checked, 1 failed" in page.text
    assert f'<link rel="canonical" href="{BASE}/issues/2026-01-05">' in page.text
    assert "UNSUBSCRIBE-TOKEN" not in page.text


@pytest.mark.parametrize("subject", ["A mine opens", "Two mines open"])
def test_a_line_of_the_day_that_is_the_title_is_not_repeated_below_it(site: Site, subject: str) -> None:
    headlines = {"mine": "A mine opens", "quota": "China sets a quota"}
    stories = tuple(make_issue_story(key=key, headline=headline) for key, headline in headlines.items())
    lines = tuple(DayLine(text=headline, story=key) for key, headline in headlines.items())
    section = Section(key="top", title="Top story", stories=stories)
    publish(site, make_issue(subject=subject, sections=(section,), lines=lines))
    page = site.client.get("/issues/2026-01-05").text
    day = re.search(r'<(ol|ul) class="day">(.*?)</\1>', page, re.DOTALL)
    assert day is not None
    told = ["China sets a quota"] if subject == "A mine opens" else ["A mine opens", "China sets a quota"]
    assert re.findall(r">([^<>]+)</a>", re.sub("</?b>", "", day[2])) == told
    assert day[1] == ("ul" if subject == "A mine opens" else "ol"), "no number one that is the second"


def test_a_story_shows_the_cited_sentences_and_nothing_else_of_the_article(site: Site) -> None:
    publish(site)
    page = site.client.get("/issues/2026-01-05/lynas-lifts-ndpr-output").text
    assert '<div class="quote" id="s1">' in page
    assert make_citation().sentence in page
    assert "2,080 tonnes" not in page, "the rest of the article is not public"


def test_a_lead_in_names_the_sentence_that_establishes_the_speaker(site: Site) -> None:
    establishing = make_citation(sentence="Shares in Lynas rose 4% in Sydney.")
    highlight = make_highlight(
        kind=HighlightKind.CLAIM,
        lead_in=LeadIn(text="Lynas says:", speaker="Lynas", citation=establishing),
    )
    story = make_issue_story(highlights=(highlight,), caution="should be independently verified")
    publish(site, make_issue(sections=(Section(key="top", title="Top story", stories=(story,)),)))
    page = site.client.get(f"/issues/2026-01-05/{story.key}").text
    assert "<em>Lynas says:</em>" in page
    assert establishing.sentence in page
    assert "should be independently verified" in page


def test_a_story_lists_the_earlier_ones_that_it_goes_on_from(site: Site) -> None:
    """Each by the one after it, through an issue that is gone as far as it is known."""
    told = (("2025-12-01/gone", 5), ("2026-01-05/story-5", 6), ("2026-01-06/story-6", 7))
    for before, day in told:
        story = make_issue_story(
            key=f"story-{day}",
            headline=f"Quota, part {day}",
            follows=EarlierStory(story=before, headline="Before") if day != 6 else None,
            update_of=before if day == 6 else None,
        )
        sections = (Section(key="top", title="Top story", stories=(story,)),)
        publish(site, make_issue(date=date(2026, 1, day), number=day, sections=sections))
    page = site.client.get("/issues/2026-01-07/story-7").text
    earlier = page.partition("Earlier in this story")[2]
    assert re.findall(r'href="([^"]+)">Quota', earlier) == [
        "/issues/2026-01-06/story-6",
        "/issues/2026-01-05/story-5",
    ]
    assert "Earlier in this story" not in site.client.get("/issues/2026-01-05/story-5").text


def test_foreign_words_stay_words(site: Site) -> None:
    story = make_issue_story(headline='<script>alert("1")</script> {{ 7*7 }}', key="odd")
    publish(site, make_issue(sections=(Section(key="top", title="<b>T</b>", stories=(story,)),)))
    for path in ("/issues/2026-01-05", "/issues/2026-01-05/odd"):
        page = site.client.get(path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("status", [IssueStatus.COMPOSED, IssueStatus.PLANNING, IssueStatus.CANCELLED])
def test_what_has_not_left_is_not_public(site: Site, status: IssueStatus) -> None:
    publish(site, status=status)
    for path in ("/issues/2026-01-05", "/issues/2026-01-05/lynas-lifts-ndpr-output"):
        assert site.client.get(path).status_code == 404
    assert "Lynas" not in site.client.get("/issues").text


def test_an_issue_is_public_while_it_is_being_sent(site: Site) -> None:
    publish(site, status=IssueStatus.FROZEN)
    assert site.client.get("/issues/2026-01-05").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/issues/2026-01-06",
        "/issues/2026-1-5",
        "/issues/2026-13-40",
        "/issues/today",
        "/issues/2026-01-05/none",
        "/issues/2026-01-05/../../etc/passwd",
        "/issues/2026-01-05/%2e%2e%2fpasswd",
        "/issues/2026-01-05/A B",
        "/issues/",
        "/static/site.css",
        "/static/..%2fsite.css",
        "/static/%00",
        "/nothing",
        "/openapi.json",
        "/docs",
    ],
)
def test_other_addresses_are_a_page_that_says_so(shown: Site, path: str) -> None:
    answer = shown.client.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_the_archive_lists_issues_by_month_newest_first(site: Site) -> None:
    publish_days(site, 30)
    page = site.client.get("/issues").text
    assert page.index("February 2026") < page.index("January 2026")
    assert page.index("News of day 30<") < page.index("News of day 1<")
    assert 'href="/issues/2026-01-05"' in page


def test_pages_show_whole_what_a_mailbox_has_no_room_for(site: Site) -> None:
    whole = "India shortlists five firms for rare earth magnet subsidy; two drop out"
    story = make_issue_story(headline=whole)
    subject = f"Update: {fit_headline(whole, 62)}"
    assert subject.endswith("subsidy…")
    publish(site, make_issue(subject=subject, sections=(Section(key="top", title="Top", stories=(story,)),)))
    for path in ("/", "/issues", "/issues/2026-01-05", "/feed.xml"):
        page = site.client.get(path).text
        assert f"Update: {whole}" in page
        assert "…" not in page


def test_a_long_archive_has_pages_and_each_is_small(site: Site) -> None:
    days = publish_days(site, 130)
    url, seen = "/issues", 0
    for _ in range(3):
        page = site.client.get(url)
        assert len(page.content) < 25_000
        seen += page.text.count("<time")
        more = re.search(r'rel="next" href="([^"]+)"', page.text)
        url = more[1] if more else ""
    assert (seen, url) == (len(days), "")
    for bad in ("2020-01-01", "x", "2026-13-01", "-1"):
        assert site.client.get("/issues", params={"before": bad}).status_code == 404


def test_issues_lead_to_their_neighbours(site: Site) -> None:
    publish_days(site, 3)
    page = site.client.get("/issues/2026-01-06").text
    assert '<a rel="prev" href="/issues/2026-01-05">' in page
    assert '<a rel="next" href="/issues/2026-01-07">' in page


def test_pages_are_cached_and_asked_for_again_cheaply(site: Site) -> None:
    publish(site)
    for path in ("/issues", "/issues/2026-01-05", "/issues/2026-01-05/lynas-lifts-ndpr-output"):
        first = site.client.get(path)
        assert first.headers["cache-control"] == "public, max-age=300"
        again = site.client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = site.client.get(path, headers={"if-none-match": 'W/"another"'})
        assert other.status_code == 200


def test_a_new_issue_changes_the_archive_at_once(site: Site) -> None:
    publish_days(site, 1)
    etag = site.client.get("/issues").headers["etag"]
    publish(site, make_issue(number=9, date=make_issue().date.replace(day=20), subject="A later one"))
    again = site.client.get("/issues", headers={"if-none-match": etag})
    assert again.status_code == 200
    assert "A later one" in again.text


def test_the_style_sheet_is_kept_for_ever_under_its_digest(site: Site) -> None:
    name = next(part for part in site.client.get("/issues").text.split('"') if part.startswith("/static/"))
    sheet = site.client.get(name)
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    assert "prefers-color-scheme:dark" in sheet.text
    assert "http" not in sheet.text, "nothing is asked of another host"


LOCKED = {"newsletter": {"archive_key": "s" * 40}, "web": {"archive": "private"}}


def test_a_private_archive_opens_an_issue_by_the_link_in_its_own_mail_alone(
    build: Callable[..., Site],
) -> None:
    site = build(**LOCKED)
    publish_days(site, 2)
    mail = load_issue(site.register.store, IssueKey(date=date(2026, 1, 5)))
    assert mail is not None
    found = re.search(r'href="https://news\.example(/issues/2026-01-05\?key=[\w-]{22})"', mail.rendered.html)
    assert found
    assert found[1] in mail.rendered.text
    page = site.client.get(found[1])
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["cache-control"] == "private, max-age=300"
    assert 'rel="canonical"' not in page.text
    assert "2026-01-06" not in page.text, "no way leads to another issue"
    key = found[1].partition("?")[2]
    for closed in ("", "?key=", "?key=" + "A" * 22, "?key=%00", "?key=ä"):
        assert site.client.get(f"/issues/2026-01-05{closed}").status_code == 404, closed
    assert site.client.get(f"/issues/2026-01-06?{key}").status_code == 404, "each issue has its own"


def test_the_stories_of_a_private_issue_open_by_its_key_and_lead_back(build: Callable[..., Site]) -> None:
    site = build(**LOCKED)
    publish(site)
    url = issue_url("", IssueKey(date=date(2026, 1, 5)), b"s" * 40)
    [story] = set(re.findall(r'href="(/issues/2026-01-05/lynas[^"#]*)', site.client.get(url).text))
    assert story == story_url("", IssueKey(date=date(2026, 1, 5)), "lynas-lifts-ndpr-output", b"s" * 40)
    assert f'href="{url}"' in site.client.get(story).text
    assert site.client.get(story.partition("?")[0]).status_code == 404


def test_a_private_archive_is_nowhere_listed(build: Callable[..., Site]) -> None:
    site = build(**LOCKED)
    publish_days(site, 2)
    for path in ("/issues", "/feed.xml", "/sitemap.xml", "/search?q=lynas"):
        assert site.client.get(path).status_code == 404, path
    home = site.client.get("/").text
    assert "/issues" not in home
    assert "News of day" not in home


def test_a_private_archive_without_a_secret_opens_to_nobody(build: Callable[..., Site]) -> None:
    site = build(web={"archive": "private"})
    publish(site)
    for key in ("", "?key=", "?key=" + day_key(IssueKey(date=date(2026, 1, 5)), b"")):
        assert site.client.get(f"/issues/2026-01-05{key}").status_code == 404


def test_a_mail_of_a_private_archive_names_no_list(build: Callable[..., Site]) -> None:
    site = build(**LOCKED)
    publish(site)
    mail = load_issue(site.register.store, IssueKey(date=date(2026, 1, 5)))
    assert mail is not None
    for part in (mail.rendered.html, mail.rendered.text):
        assert "Past issues" not in part
        assert not re.search(r"/issues[\s\"]", part)


def test_pages_work_below_a_path_whether_the_proxy_strips_it_or_not(build: Callable[..., Site]) -> None:
    site = build(newsletter={"base_url": "https://news.example/ree"})
    publish(site)
    for path in ("/ree", "/ree/", "/"):
        assert "Rare Earth Daily by mail" in site.client.get(path).text
    assert site.client.get("/reed").status_code == 404
    for path in ("/ree/issues/2026-01-05", "/issues/2026-01-05"):
        page = site.client.get(path)
        assert page.status_code == 200
        assert 'href="/ree/issues/2026-01-05/lynas-lifts-ndpr-output"' in page.text
        assert 'href="/ree/static/' in page.text


def test_a_storys_page_leads_to_the_stories_beside_it_and_names_itself_for_links(site: Site) -> None:
    stories = tuple(
        make_issue_story(key=f"story-{number}", headline=f"Story {number}") for number in range(3)
    )
    publish(site, make_issue(sections=(Section(key="top", title="Top story", stories=stories),)))
    page = site.client.get("/issues/2026-01-05/story-1").text
    assert '<a rel="prev" href="/issues/2026-01-05/story-0">← Story 0</a>' in page
    assert '<a rel="next" href="/issues/2026-01-05/story-2">Story 2 →</a>' in page
    assert 'rel="prev"' not in site.client.get("/issues/2026-01-05/story-0").text
    assert '<meta property="og:title" content="Story 1 · Rare Earth Daily">' in page
    assert f'<meta property="og:url" content="{BASE}/issues/2026-01-05/story-1">' in page


def test_the_home_page_shows_the_latest_issue_and_when_the_next_one_comes(site: Site) -> None:
    stories = tuple(
        make_issue_story(key=f"s-{number}", headline=f"Mine {number} makes 9 tonnes") for number in (1, 2)
    )
    publish(site, make_issue(sections=(Section(key="top", title="Top story", stories=stories),)))
    page = site.client.get("/").text
    assert "Mine 2 makes <b>9 tonnes</b>" in page
    assert "at 06:30 (" in page
    assert 'href="/search"' in page
    assert '<link rel="icon" href="data:image/svg+xml,' in page


def test_whom_to_tell_of_a_hole_is_said_for_machines(site: Site) -> None:
    answer = site.client.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("Contact: mailto:")
    assert "\nExpires: 2027-12-31T23:59:59Z\n" in answer.text
