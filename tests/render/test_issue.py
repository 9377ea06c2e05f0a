from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, replace

import lxml.html
import pytest

from newsletter import links
from newsletter.model import (
    WHY_IT_MATTERS,
    AlsoNoted,
    Coverage,
    DayLine,
    EarlierStory,
    Issue,
    IssueKey,
    IssueStory,
    LeadIn,
    SourceKey,
    SourceReport,
)
from newsletter.render.coverage import describe_coverage
from newsletter.render.hard_issues import tricky_issues
from newsletter.render.issue import hash_content
from newsletter.render.present import present_issue
from newsletter.render.view import IssueView
from tests.render.render_sample import IDENTITY, render, sample_issue, theme


def words(html: str) -> str:
    """The text a reader sees, in reading order, blanks folded."""
    document = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    found = document.xpath("//body//text()")
    assert isinstance(found, list)
    return " ".join("".join(str(piece) for piece in found).split())


def render_view(issue: Issue) -> IssueView:
    return present_issue(issue, IDENTITY)


def folded(text: str) -> str:
    return " ".join(text.split())


def test_the_same_issue_gives_the_same_bytes() -> None:
    assert render(sample_issue()) == render(sample_issue())


def test_the_hash_is_over_subject_preheader_html_text_and_what_the_web_alone_says() -> None:
    rendered, whole = render(), json.dumps(asdict(render_view(sample_issue())))
    mail = (rendered.subject, rendered.preheader, rendered.html, rendered.text)
    assert rendered.hash == hash_content(*mail, whole)
    assert len(rendered.hash) == hashlib.sha256().digest_size * 2
    assert hash_content("a", "b", "c", "d") != hash_content("ab", "", "c", "d")


def test_the_preheader_writes_a_day_as_the_lines_below_it_do() -> None:
    issue = replace(sample_issue(), preheader="Vietnam bans its export from January 1")
    assert render(issue).preheader == "Vietnam bans its export from 1 January"


def test_both_parts_hold_the_slot_of_the_token_and_no_other_place_does() -> None:
    rendered = render()
    for part in (rendered.html, rendered.text):
        for url in (links.unsubscribe_url, links.preferences_url):
            assert part.count(url(IDENTITY.base_url, links.UNSUBSCRIBE_SLOT)) == 1
        assert part.count(links.UNSUBSCRIBE_SLOT) == 2


def test_a_foreign_text_or_address_cannot_pose_as_the_slot() -> None:
    stolen = "https://thief.example/" + links.UNSUBSCRIBE_SLOT
    noted = AlsoNoted(headline="Look " + links.UNSUBSCRIBE_SLOT, publisher="Thief", url=stolen)
    rendered = render(sample_issue(also_noted=(noted,)))
    assert rendered.html.count(links.UNSUBSCRIBE_SLOT) == 2
    assert rendered.text.count(links.UNSUBSCRIBE_SLOT) == 2
    assert "thief.example" not in rendered.html + rendered.text


@pytest.mark.parametrize("part", ["html", "text"])
def test_each_part_says_all_that_a_reader_needs(part: str) -> None:
    rendered = render()
    shown = words(rendered.html) if part == "html" else folded(rendered.text.replace("\n> ", "\n"))
    for wanted in (
        "No. 1",
        "Monday, 5 January 2026",
        "1 min read",
        "Baogang says Baiyun Obo resource profile is largely clarified",
        "Trade press · state-owned media",
        "Rare Earth Exchanges, 4 January, relaying state-owned media (Baogang Daily)",
        "“should be independently verified”",
        "Baogang says:",
        "It accounts for 62% of Baotou’s rare earth industry output, with an 85% local conversion",
        "Rare Earth Exchanges’ view: “an explicit move toward greater market coordination",
        "Reports differ: Shares rose 4% in Sydney",
        "reworded by a language model",
        "Reuters, 5 January",
        "Mining Weekly (trade press), 4 January",
        "pdate of our story of 3 January 2026",
        "Headlines only, not read by us",
        "Heavy Rare Earth Element Deposits in Europe (Rare Earth Exchanges)",
        "稀土新规即将生效",
        "1 December: First dysprosium oxide",
        "2 sources checked, 1 failed; 3 articles read, 2 stories kept.",
        "You get this mail because this address is subscribed",
        "Unsubscribe with one click",
        "Forwarded to you?",
        "1 Ore Street",
        "10115 Berlin",
    ):
        assert wanted in shown, wanted


def test_an_edition_says_once_whose_it_is_and_counts_no_article_where_it_read_none() -> None:
    week = replace(
        sample_issue(), newsletter="Rare Earth Daily: Week in review", coverage=Coverage(stories_kept=2)
    )
    rendered = render(week)
    for shown in (re.sub(r"<[^>]+>", "", rendered.html), rendered.text):
        assert "Week in review, Rare Earth Daily" not in shown
        assert shown.count("1 Ore Street") == 1
        assert "0 articles" not in shown
        assert "2 stories kept." in shown


def test_a_story_of_a_week_tells_how_it_moved_and_its_last_state_once() -> None:
    issue = sample_issue()
    lynas = issue.stories[1]
    moves = (
        EarlierStory(story="2026-01-01/lynas-halts", headline="Lynas halts its kiln"),
        EarlierStory(story="2026-01-05/lynas-ndpr-output", headline=lynas.headline),
    )
    sections = (issue.sections[0], replace(issue.sections[1], stories=(replace(lynas, moves=moves),)))
    rendered = render(replace(issue, sections=sections))
    for shown in (words(rendered.html), words(rendered.text)):
        assert "How it moved: Thursday: Lynas halts its kiln" in shown
        assert "Monday: Lynas lifts" not in shown
    assert "/issues/2026-01-01/lynas-halts" in rendered.text


def test_the_text_part_has_every_address_of_the_html_but_the_anchors_of_sentences() -> None:
    rendered = render()
    hrefs = {
        href.replace("&amp;", "&").split("#")[0] for href in re.findall(r'href="([^"]+)"', rendered.html)
    }
    assert len(hrefs) > 8
    for href in hrefs:
        assert re.search(re.escape(href) + r"(?=\s)", rendered.text), href


def test_no_line_of_the_text_part_is_wider_than_72_unless_it_is_an_address() -> None:
    for line in render().text.splitlines():
        assert len(line) <= 72 or line.strip().startswith("https://"), line


def test_the_bold_words_of_a_highlight_open_its_sentence_and_the_text_part_has_the_numbers() -> None:
    rendered = render()
    page = links.story_url(IDENTITY.base_url, IssueKey(date=sample_issue().date), "baogang-baiyun-obo")
    assert re.findall(rf'<a href="{page}#s(\d)"[^>]*>(<b>)?([^<]+)(?:</b>)?</a>', rendered.html) == [
        ("1", "<b>", "Baiyun Obo"),
        ("2", "<b>", "62%"),
        ("3", "<b>", "30 related firms"),
        ("3", "<b>", "price signaling"),
    ]
    assert re.findall(r"\[\d\]", rendered.html) == []
    assert re.findall(r"\[(\d)\]", rendered.text)[:4] == ["1", "2", "3", "3"]


def test_who_speaks_stands_once_over_highlights_that_share_a_speaker() -> None:
    rendered = render()
    assert words(rendered.html).count("Baogang says:") == rendered.text.count("Baogang says:") == 1
    assert len(sample_issue().stories[0].highlights) == 4
    (section,) = render_view(sample_issue()).sections[:1]
    assert [voice.lead_in for voice in section.stories[0].voices] == ["Baogang says:"]
    story = section.stories[0]
    alone, shared = replace(story.bullets[0], lead_in=""), story.bullets[:2]
    mixed = replace(story, bullets=(alone, *shared, alone, replace(alone, lead_in="Lynas says:")))
    assert [(voice.lead_in, len(voice.bullets)) for voice in mixed.voices] == [
        ("", 1), ("Baogang says:", 2), ("", 2),
    ]  # fmt: skip
    assert mixed.voices[2].bullets[1].lead_in == "Lynas says:"


def test_a_story_without_an_address_links_to_its_page() -> None:
    page = links.story_url(IDENTITY.base_url, IssueKey(date=sample_issue().date), "baogang-baiyun-obo")
    assert re.search(rf'<h3[^>]*><a href="{page}"', render().html)


def test_the_publishers_view_stands_after_the_facts_and_apart_from_the_list() -> None:
    document = lxml.html.document_fromstring(render().html)
    assert document.xpath("//ul/following-sibling::*[1][self::p][contains(., 'view:')]/parent::td")


def _retitled(headline: str) -> Issue:
    issue = sample_issue()
    section = issue.sections[0]
    story: IssueStory = replace(section.stories[0], headline=headline)
    return replace(issue, sections=(replace(section, stories=(story,)),))


@pytest.mark.parametrize(
    "headline",
    ["<script>alert(1)</script> & more", "{{ 7 * 7 }} {% raw %}", 'a "quoted" <b>title</b>', "a &amp; b"],
)
def test_a_headline_is_shown_as_it_is_and_is_never_markup_or_a_template(headline: str) -> None:
    rendered = render(_retitled(headline))
    assert headline in words(rendered.html)
    assert headline in rendered.text
    document = lxml.html.document_fromstring(rendered.html)
    assert not list(document.iter("script"))
    plain = lxml.html.document_fromstring(render(_retitled("A title")).html)
    assert len(list(document.iter("b"))) == len(list(plain.iter("b")))


def test_marks_that_reorder_a_line_are_taken_out_of_a_headline() -> None:
    rendered = render(_retitled("Price \u202eesir\u202c of\u0000 oxide\u200b\nBcc: x@example.org"))
    assert "Price esir of oxide Bcc: x@example.org" in rendered.text
    assert not set("\u202e\u202c\u0000\u200b") & set(rendered.text)


def test_an_address_that_is_not_http_is_not_linked() -> None:
    issue = sample_issue(also_noted=(AlsoNoted(headline="Look", publisher="X", url="javascript:alert(1)"),))
    assert "javascript" not in render(issue).html


def test_many_failed_sources_are_named_without_their_reasons() -> None:
    def report(number: int) -> SourceReport:
        return SourceReport(
            source=SourceKey(f"s{number}"), publisher=f"Feed {number}", ok=False, error="The server is away."
        )

    few = describe_coverage(Coverage(sources=(report(1),)))
    many = describe_coverage(Coverage(sources=tuple(report(number) for number in range(7))))
    assert few[0] == "1 source checked, 1 failed: Feed 1 (the server is away)."
    assert many[0] == "7 sources checked, 7 failed: Feed 0, Feed 1, Feed 2, Feed 3, Feed 4 and 2 more."


def test_the_day_is_told_in_a_line_a_story_and_a_single_story_tells_itself() -> None:
    issue = sample_issue()
    page = links.story_url(IDENTITY.base_url, issue.key, "lynas-ndpr-output")
    told = [(line.text, line.url.rpartition("/")[2]) for line in render_view(issue).lines]
    profile = "Baogang says Baiyun Obo resource profile is largely clarified"
    assert told == [
        (
            f"{profile}. Baogang says it accounts for 62% of Baotou’s rare earth industry output",
            "baogang-baiyun-obo",
        ),
        ("Lynas lifts NdPr output to 2,080 tonnes", "lynas-ndpr-output"),
    ]
    stored = replace(issue, lines=(DayLine(text="Lynas makes 2,080 tonnes", story="lynas-ndpr-output"),))
    rendered = render(stored)
    assert re.search(rf'<a href="{page}"[^>]*>Lynas makes <b>2,080 tonnes</b></a>', rendered.html)
    assert "\n* Lynas makes 2,080 tonnes\n" in rendered.text
    assert render_view(replace(issue, sections=issue.sections[:1])).lines == ()


def test_an_address_that_begins_with_the_name_does_not_say_it_twice() -> None:
    named = render()
    assert "Rare Earth Daily, 1 Ore Street, 10115 Berlin" in words(named.html)
    assert "Rare Earth Daily, Rare Earth Daily" not in words(named.html)
    assert named.text.count("\nRare Earth Daily") == 1
    plain = render(identity=IDENTITY.model_copy(update={"postal_address": "1 Ore Street"}))
    assert "Rare Earth Daily, 1 Ore Street" in words(plain.html)
    assert plain.text.endswith("Rare Earth Daily\n1 Ore Street\n")


def test_an_http_address_is_linked_only_from_a_trial_that_is_http_itself() -> None:
    def with_url(url: str) -> Issue:
        issue = sample_issue(dates_ahead=())
        story = issue.sections[1].stories[0]
        plain = replace(
            story, references=(replace(story.references[0], url=url),), highlights=story.highlights[2:]
        )
        return replace(issue, sections=(replace(issue.sections[1], stories=(plain,)),))

    page = links.story_url(IDENTITY.base_url, IssueKey(date=sample_issue().date), "lynas-ndpr-output")
    public = render(with_url("http://old.example/news"))
    assert "http://old.example" not in public.html + public.text
    for odd in ("https://203.0.113.9/news", "https://0x7f.1/news", "https://reuters.com@odd.example/news"):
        assert odd not in render(with_url(odd)).html
    assert re.search(rf'<h3[^>]*><a href="{re.escape(page)}"', public.html)
    trial = render(
        with_url("http://old.example/news"), IDENTITY.model_copy(update={"base_url": "http://127.0.0.1:80"})
    )
    assert "http://old.example/news" in trial.html
    assert "http://old.example/news" in trial.text


def test_a_class_that_only_words_own_style_sheet_names_stays() -> None:
    html = render(next(tricky_issues())[1]).html
    word = re.search(r"<!--\[if mso\]>.*?<style>(.*?)</style>", html, re.DOTALL)
    assert word is not None
    for name in re.findall(r"\.([a-z]+)", word[1]):
        assert re.search(rf'class="[^"]*\b{name}\b', html), name


def test_opinion_stands_in_a_tinted_section() -> None:
    issue = sample_issue(dates_ahead=())
    apart = replace(issue, sections=(issue.sections[0], replace(issue.sections[1], apart=True)))
    ground = theme().light.tint
    place = rf'<td class="tint" style="[^"]*background-color:{ground}[^>]*>\s*<h2'
    assert re.search(place, render(apart).html)
    assert not re.search(place, render(issue).html)


def test_why_it_matters_stands_under_the_name_of_who_says_it() -> None:
    issue = sample_issue()
    (*facts, view) = issue.stories[0].highlights
    speaker = LeadIn(text="Its view:", speaker="Rare Earth Exchanges", citation=view.citation)
    views = [replace(view, lead_in=speaker, reasons=(WHY_IT_MATTERS,))]
    story = replace(issue.stories[0], highlights=(*facts, *views))
    rendered = render(replace(issue, sections=(replace(issue.sections[0], stories=(story,)),)))
    assert "Why it matters, says Rare Earth Exchanges:" in words(rendered.html)
    assert "Why it matters, says Rare Earth Exchanges:" in rendered.text
