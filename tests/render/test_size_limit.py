from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from newsletter import links
from newsletter.model import (
    Author,
    Beside,
    Citation,
    DateAhead,
    DayLine,
    Highlight,
    Issue,
    IssueStory,
    LeadIn,
)
from newsletter.render.size_limit import MOST_ENCODED, measure_encoded
from tests.render.render_sample import IDENTITY, render, sample_issue

SENTENCE = "Lynas said that it made {} tonnes of NdPr oxide in the quarter to December, up 4% on the year."


def issue_of(count: int, highlights: int = 2) -> Issue:
    """An issue of ``count`` stories of the usual kind: a headline of a line, two highlights of twenty words."""
    issue = sample_issue(dates_ahead=())
    story = issue.sections[1].stories[0]
    stories = []
    for number in range(count):
        sentences = [SENTENCE.format(1000 + number * 10 + index) for index in range(highlights)]
        reference = replace(
            story.references[0],
            article=story.references[0].article,
            url=f"https://reuters.example/2026/01/05/lynas-{number}",
        )
        stories.append(
            replace(
                story,
                key=f"lynas-ndpr-output-{number}",
                headline=f"Lynas lifts NdPr output to {1000 + number * 10} tonnes as prices recover",
                update_of=None,
                references=(reference,),
                labels=("wire",),
                highlights=tuple(
                    Highlight(
                        text=sentence,
                        citations=(
                            Citation(
                                article=reference.article,
                                start=index * 200,
                                end=index * 200 + len(sentence),
                                sentence=sentence,
                            ),
                        ),
                    )
                    for index, sentence in enumerate(sentences)
                ),
            )
        )
    top = replace(issue.sections[0], stories=tuple(stories[:1]))
    return replace(issue, sections=(top, replace(issue.sections[1], stories=tuple(stories[1:]))))


@pytest.mark.parametrize(("stories", "limit"), [(20, 25_000), (100, 80_000)])
def test_an_issue_of_usual_stories_stays_light(stories: int, limit: int) -> None:
    rendered = render(issue_of(stories))
    assert len(rendered.html.encode()) < limit


def show(issue: Issue, stories: Sequence[IssueStory]) -> str:
    """The mail of an issue whose second section has these stories, without its marks."""
    section = replace(issue.sections[1], stories=tuple(stories))
    return plain(render(replace(issue, sections=(issue.sections[0], section))).html)


def bullets(html: str) -> list[int]:
    """The number of highlights under each headline of an issue_of(…), in its order."""
    return [
        sum(SENTENCE.format(1000 + number * 10 + index) in html for index in range(4))
        for number in range(html.count("tonnes as prices recover"))
    ]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_top_story_has_all_its_highlights_the_next_three_two_and_the_others_one(
    count: int,
) -> None:
    html = plain(render(issue_of(9, count)).html)
    assert bullets(html)[:9] == [min(count, 3), 2, 2, 2] + [1] * 5


def test_where_not_all_have_room_a_line_for_each_story_comes_before_second_highlights() -> None:
    told = bullets(plain(render(issue_of(40, 4)).html))
    assert told[:9] == [3, 1, 1, 1] + [1] * 5
    assert not any(told[38:])  # where the words of all have no room


@pytest.mark.parametrize(
    ("author", "reasons", "told"),
    [
        (Author.EXTRACT, (), [False, True]),
        (Author.EDITOR, (), [True, False]),  # what an editor worded stays
        (Author.EXTRACT, (Beside.LIMIT,), [True, True]),  # and the news with its limit
    ],
)
def test_the_one_highlight_that_the_second_story_keeps_tells_more_than_its_headline(
    author: Author, reasons: tuple[str, ...], told: list[bool]
) -> None:
    issue = issue_of(40, 2)
    second, *others = issue.sections[1].stories
    texts = ("A court took 41% off Acme.", "It spent 1.1 billion crowns.")
    first, last = (replace(one, text=text) for one, text in zip(second.highlights, texts, strict=True))
    shown = (replace(first, author=author), replace(last, reasons=reasons))
    second = replace(second, headline="Acme loses its permit, shares dive 41%", highlights=shown)
    html = show(issue, (second, *others))
    assert [text in html for text in texts] == told


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("A court took 41% off Acme.", "It spent 1.1 billion crowns."), 1),
        (("A court took 41% off Acme.", "One of the owners will ask the supreme court."), 0),
        (("A court took 41%, 7 million, off Acme.", "It spent 1.1 billion crowns."), 0),
    ],
)
def test_one_line_has_a_figure_that_the_headline_has_not(texts: tuple[str, ...], told: int) -> None:
    issue = issue_of(9)
    stories = [*issue.sections[1].stories]
    shown = tuple(
        replace(highlight, text=text) for highlight, text in zip(stories[-1].highlights, texts, strict=True)
    )
    stories[-1] = replace(stories[-1], headline="Acme loses its permit, shares dive 41%", highlights=shown)
    html = show(issue, stories)
    assert [text in html for text in texts] == [number == told for number in (0, 1)]


def test_a_long_top_story_is_never_left_with_one_highlight_for_what_belongs_together() -> None:
    issue = issue_of(1, 4)
    [top] = issue.stories
    limit = (Beside.LIMIT,)
    first, second, *limits = top.highlights
    bound = replace(top, highlights=(first, second, *(replace(one, reasons=limit) for one in limits)))
    section = replace(issue.sections[0], stories=(bound,))
    assert bullets(plain(render(replace(issue, sections=(section,))).html)) == [3]


def show_second(headline: str, texts: Sequence[str]) -> str:
    """The mail of two stories, the second with these highlights."""
    issue = issue_of(2, len(texts))
    second = issue.stories[1]
    told = tuple(replace(one, text=text) for one, text in zip(second.highlights, texts, strict=True))
    section = replace(issue.sections[1], stories=(replace(second, headline=headline, highlights=told),))
    return plain(render(replace(issue, sections=(issue.sections[0], section))).html)


def test_a_day_alone_comes_after_other_figures() -> None:
    texts = (
        "Lynas was found to dump its ore in a ruling that took the ministry of Perth two whole years to write.",
        "The time that the ministry looked at in its ruling on Lynas ended on 31 March 2026, as it had said before.",
        "The margin of Lynas is put at 24 percent of the price, and that of all the others at 41 percent of it.",
        "Lynas says that the rule is a good one for all who build motors, and that it had asked for one.",
    )
    html = show_second("Lynas", texts)
    assert [text in html for text in (texts[0], texts[1][:24], *texts[2:])] == [True, False, True, False]


def test_what_limits_another_highlight_than_the_first_stands_behind_that() -> None:
    issue = issue_of(1, 3)
    [top] = issue.stories
    texts = (
        "The ministry halted the plant.",
        "It held 38 tonnes of waste.",
        "The excess waste was there for a week.",
    )
    told = [replace(one, text=text) for one, text in zip(top.highlights, texts, strict=True)]
    told[2] = replace(told[2], reasons=(Beside.LIMIT,))
    section = replace(issue.sections[0], stories=(replace(top, highlights=tuple(told)),))
    html = plain(render(replace(issue, sections=(section,))).html)
    assert html.index(texts[0]) < html.index(texts[1]) < html.index(texts[2])


def test_of_a_long_story_the_first_highlight_stands_and_those_that_tell_another_figure() -> None:
    texts = [
        "Ministers of Lynas agreed to hold sixty days of demand at a cost of 1.1 billion euros after a week of talks.",
        "Governments set aside 1.1 billion euros, enough for 60 days of demand, Lynas said after a week of talks.",
        "Lynas says that the rule is a good one for all who build motors, and that it had asked for one.",
        "The rule takes effect on 1 March 2027, provided that the parliament of Lynas approves it in May.",
    ]
    html = show_second("Lynas agrees", texts)
    assert [text in html for text in texts] == [True, False, False, True]


@pytest.mark.parametrize(
    ("headline", "is_told"),
    [("Madagascar ministry suspends permit of Tsaratana for 90 days", False), ("Tsaratana falls", True)],
)
def test_a_highlight_that_is_a_line_of_the_day_is_not_said_again_under_a_headline_that_tells_it(
    headline: str, is_told: bool
) -> None:
    first = "Madagascar's ministry has suspended for 90 days the permit of Tsaratana"
    issue = issue_of(2, 4)
    second = issue.stories[1]
    event = replace(second.highlights[0], text=f"{first}, according to an order seen on Wednesday.")
    story = replace(second, headline=headline, highlights=(event, *second.highlights[1:]))
    section = replace(issue.sections[1], stories=(story,))
    line = DayLine(text=first, story=story.key)
    html = plain(render(replace(issue, sections=(issue.sections[0], section), lines=(line,))).html)
    assert html.count(first) == 1 + is_told
    assert SENTENCE.format(1011) in html


def test_a_headline_that_stands_alone_leads_to_its_highlights() -> None:
    issue = sample_issue()
    stories = issue_of(60).sections[1].stories
    mail = render(replace(issue, sections=(issue.sections[0], replace(issue.sections[1], stories=stories))))
    bare, last = stories[-1], mail.html.rpartition("<b>Highlights</b></a>")[0].rpartition("<a ")[2]
    page = links.story_url(IDENTITY.base_url, issue.key, bare.key, IDENTITY.archive_secret)
    assert bare.highlights[0].text not in plain(mail.html)
    assert page in last
    assert page in mail.text.split()


def test_what_the_headline_promises_is_told_and_nothing_that_points_at_a_sentence_left_out() -> None:
    texts = [
        "Lynas asked for offers of metal for the stockpile, a statement by one of its directors said on the day.",
        "It withdrew for reasons that nobody at the works near Kuantan would tell to those who had asked for 40 days.",
        "For those Lynas needs 2,000 tonnes of a metal that keeps its strength when it is hot, as the works say.",
        "A request for finished magnets, which drew one bid, was withdrawn by Lynas for reasons that it did not give.",
    ]
    issue = issue_of(2, 4)
    second = issue.stories[1]
    told = tuple(replace(one, text=text) for one, text in zip(second.highlights, texts, strict=True))
    story = replace(second, headline="Lynas seeks metal, drops bid to buy magnets", highlights=told)
    section = replace(issue.sections[1], stories=(story,))
    html = plain(render(replace(issue, sections=(issue.sections[0], section))).html)
    assert [text in html for text in texts] == [True, False, False, True]


def test_a_date_that_a_highlight_tells_comes_before_what_takes_effect() -> None:
    issue = issue_of(9, 1)
    dates = []
    for number, story in enumerate(issue.stories):
        (cited,) = story.highlights[0].citations
        if story is not issue.stories[-1]:
            cited = replace(cited, start=900, end=990)
        text = f"Rule {number} of Lynas closes" if cited.start else "Lynas makes more"
        dates.append(
            DateAhead(date=date(2026, 2, number + 1), text=f"{text} on {number + 1} February.", citation=cited,
                      story=story.key)
        )  # fmt: skip
    html = plain(render(replace(issue, dates_ahead=tuple(dates))).html)
    assert "Lynas makes more" in html


def test_three_short_highlights_stand_where_two_long_ones_do() -> None:
    issue = issue_of(4, 3)
    brief = [replace(highlight, text="It rose 4% in May.") for highlight in issue.stories[1].highlights]
    short = replace(issue.stories[1], highlights=tuple(brief))
    section = replace(issue.sections[1], stories=(short, *issue.sections[1].stories[1:]))
    html = plain(render(replace(issue, sections=(issue.sections[0], section))).html)
    assert html.count("It rose 4% in May.") == 3


def test_a_headline_without_a_figure_gets_the_first_short_highlight_with_one() -> None:
    issue = issue_of(5, 2)
    last = issue.stories[4]
    first = replace(last.highlights[0], text="It rose in Perth.")
    vague = replace(last, headline="Lynas lifts output", highlights=(first, last.highlights[1]))
    section = replace(issue.sections[1], stories=(*issue.sections[1].stories[:3], vague))
    rendered = render(replace(issue, sections=(issue.sections[0], section)))
    assert f"Lynas lifts output. {vague.highlights[1].text}" in plain(rendered.html)
    assert "It rose in Perth." not in rendered.html


def test_a_headline_gets_the_event_with_its_figure_before_a_shorter_highlight() -> None:
    issue = issue_of(5, 2)
    last = issue.stories[4]
    long = (
        "Shares in rare earth companies fell 4.9% on Wednesday, "
        + "after negotiators met in the old town, " * 4
    )
    event = replace(last.highlights[0], text=f"{long}and closed lower.")
    aside = replace(last.highlights[1], text="Lithium rose 2.1% in Perth.")
    vague = replace(last, headline="Rare earth shares slide", highlights=(event, aside))
    section = replace(issue.sections[1], stories=(*issue.sections[1].stories[:3], vague))
    html = plain(render(replace(issue, sections=(issue.sections[0], section))).html)
    assert f"Rare earth shares slide. {event.text}" in html
    assert aside.text not in html


def test_what_an_editor_worded_reaches_the_readers_of_the_mail() -> None:
    issue = issue_of(5, 2)
    last = issue.stories[4]
    worded = replace(last.highlights[1], text="The order has no end date.", author=Author.EDITOR)
    told = replace(last, headline="Lynas halts a line", highlights=(last.highlights[0], worded))
    section = replace(issue.sections[1], stories=(*issue.sections[1].stories[:3], told))
    assert worded.text in plain(render(replace(issue, sections=(issue.sections[0], section))).html)


def test_what_would_mislead_alone_is_told_with_what_limits_it_or_not_at_all() -> None:
    issue = issue_of(6, 3)
    last = issue.stories[4]
    limit = (Beside.LIMIT,)
    texts = ("Spare parts are not listed.", "But repairs need 3 papers.", "It rose 4% in Perth.")
    told = [replace(one, text=text) for one, text in zip(last.highlights, texts, strict=True)]
    told[1] = replace(told[1], reasons=limit)

    def show(*highlights: Highlight) -> list[bool]:
        vague = replace(last, headline="Lynas lifts output", highlights=highlights)
        stories = (*issue.sections[1].stories[:3], vague)
        html = plain(
            render(
                replace(issue, sections=(issue.sections[0], replace(issue.sections[1], stories=stories)))
            ).html
        )
        return [text in html for text in texts]

    assert show(*told) == [True, True, False]
    long = replace(told[1], text=f"But repairs need {' and '.join(['papers'] * 12)}.")
    assert show(told[0], long, told[2]) == [True, False, False]
    longer = replace(told[1], text=f"But repairs need {' and '.join(['papers'] * 24)}.")
    assert show(told[0], longer, told[2]) == [False, False, True]
    condition = replace(longer, text=f"Repairs are subject to {' and '.join(['papers'] * 19)}.")
    assert show(told[0], condition, told[2]) == [False, False, False], "it stands alone below the headline"


def test_a_mail_is_never_longer_than_a_mailbox_shows() -> None:
    issue = issue_of(170, 2)
    vague = tuple(
        replace(story, headline=f"Lynas lifts output again {story.key[-3:]}") for story in issue.stories
    )
    long = replace(issue, sections=(replace(issue.sections[1], stories=vague),))
    rendered = render(long)
    assert measure_encoded(rendered.html) <= MOST_ENCODED
    assert all(story.headline in rendered.html for story in vague)
    assert "in the quarter to December" in rendered.html, "the first four stories are whole"


def plain(html: str) -> str:
    """The HTML without its tags."""
    return re.sub(r"<[^>]+>", "", html).replace("&nbsp;", " ")


def test_what_the_html_leaves_out_the_text_leaves_out_too() -> None:
    rendered = render(issue_of(30, 4))
    assert bullets(plain(rendered.html)) == bullets(" ".join(rendered.text.split()))


def test_a_highlight_leads_to_its_sentence() -> None:
    issue = issue_of(4, 3)
    page = links.story_url("https://news.example.org", issue.key, "lynas-ndpr-output-0")
    html = render(issue).html
    assert [f"{page}#s{number}" in html for number in (1, 2, 3)] == [True] * 3


def test_of_a_company_s_own_release_the_line_tells_a_setback_without_saying_again_whose_it_is() -> None:
    issue = issue_of(6, 3)
    last = issue.stories[4]
    texts = (
        "It rose 4% in Perth.",
        "guidance of 1,800 tonnes is withdrawn.",
        "Sales rose 9% in May.",
    )
    speaker = LeadIn(speaker="Reuters", text="Reuters says:", citation=last.highlights[0].citation)
    told = tuple(
        replace(one, text=text, lead_in=speaker) for one, text in zip(last.highlights, texts, strict=True)
    )

    def show_from(label: str) -> str:
        release = replace(last, labels=(label,), headline="Lynas Reports Record Quarter", highlights=told)
        return show(issue, (*issue.sections[1].stories[:3], release))

    assert "Lynas Reports Record Quarter. Guidance of 1,800 tonnes is withdrawn." in show_from(
        "issuer press release"
    )
    assert "Lynas Reports Record Quarter. Reuters says: It rose 4% in Perth." in show_from("wire")
    assert "Lynas Reports Record Quarter. It rose 4% in Perth." in show_from("regulator or government")


def test_the_first_stories_come_first_by_weight_and_the_top_headline_is_said_once_in_all_its_words() -> None:
    issue = issue_of(6)
    stories = issue.stories
    top = replace(stories[0], headline=f"{stories[0].headline}; buyers doubt it")
    policy = replace(
        issue.sections[1], key="policy", title="Policy", stories=(replace(stories[1], score=1.0), stories[5])
    )
    prices = replace(
        issue.sections[1],
        key="prices",
        title="Prices",
        stories=tuple(replace(one, score=2.0) for one in stories[2:5]),
    )
    rendered = render(replace(issue, sections=(replace(issue.sections[0], stories=(top,)), policy, prices)))
    for part in (plain(rendered.html), " ".join(rendered.text.split())):
        places = [part.rindex(stories[number].headline) for number in (2, 3, 4, 1, 5)]
        assert places == sorted(places)
        assert "Prices · Wire: Reuters" in part
        assert (part.count(top.headline), part.count(stories[0].headline)) == (1, 2)
        assert part.count(stories[2].headline) == 2


def test_an_abbreviation_that_the_mail_does_not_explain_is_explained_at_its_end() -> None:
    words = (("NdPr", "neodymium and praseodymium"), ("TREO", "total rare earth oxides"))
    rendered = render(replace(issue_of(2), abbreviations=words))
    for part in (plain(rendered.html), " ".join(rendered.text.split())):
        assert "NdPr: neodymium and praseodymium." in part
    told = SENTENCE.replace("NdPr oxide", "neodymium-praseodymium (NdPr) oxide")
    issue = issue_of(1)
    highlight = replace(issue.stories[0].highlights[0], text=told.format(1))
    story = replace(issue.stories[0], highlights=(highlight,))
    section = replace(issue.sections[0], stories=(story,))
    assert "neodymium and" not in render(replace(issue, sections=(section,), abbreviations=words)).text


def test_a_setback_of_a_release_is_told_however_full_the_mail_is() -> None:
    issue = issue_of(60)
    last = issue.stories[-1]
    told = tuple(replace(one, text="Guidance of 1,800 tonnes is withdrawn.") for one in last.highlights)
    release = replace(last, labels=("issuer press release",), highlights=told)
    section = replace(issue.sections[1], stories=(*issue.sections[1].stories[:-1], release))
    html = plain(render(replace(issue, sections=(issue.sections[0], section))).html)
    assert html.count("1,800 tonnes is withdrawn") == 1
    assert bullets(html)[:4] == [2, 1, 1, 1], "which costs the three after the first a highlight"
