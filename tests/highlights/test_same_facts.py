from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.config import Editorial
from newsletter.highlights.explain import explain_story
from newsletter.highlights.same_facts import figures_differ, is_told, tells_same
from newsletter.highlights.stage import stage_ground, stage_summarize
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article, HighlightKind, PublisherKind, Verdict
from tests.support.factories import make_article, make_publisher

FIRST = (
    "Lynas Rare Earths opened a heavy rare earth circuit at its Kuantan plant in Malaysia on Monday.\n\n"
    "The Kuantan circuit separated 1,500 tonnes of dysprosium and terbium feed in its first month of work.\n\n"
    "Workers at the Gebeng port loaded the first drums for a customer in Japan."
)
SECOND = (
    "Lynas Rare Earths opened a heavy rare earth circuit at its plant in Kuantan, Malaysia.\n\n"
    "The Kuantan circuit separated 1,900 tonnes of dysprosium and terbium feed in its first month of work."
)


def two() -> tuple[Article, Article]:
    return (
        make_article("a", title="Lynas opens circuit", text=FIRST, publisher=make_publisher("Mining Weekly")),
        make_article("b", title="Lynas opens circuit", text=SECOND, publisher=make_publisher("Metal Post")),
    )


def test_a_fact_of_two_articles_is_given_once_with_both_citations() -> None:
    highlights = summarize_story(two(), settings=Editorial())
    opened = [h for h in highlights if "opened a heavy" in h.text]
    assert len(opened) == 1
    assert [c.article for c in opened[0].citations] == ["a", "b"]


def test_one_thing_said_of_two_countries_is_two_facts() -> None:
    text = (
        "Norway holds the largest reserves of rare earths, around 44 million metric tons.\n\n"
        "Brazil holds the third-largest reserves of rare earths, around 21 million metric tons."
    )
    told = summarize_story((make_article(title="Reserves", text=text),), settings=Editorial())
    assert len(told) == 2


def test_the_same_figures_the_other_way_round_are_another_fact() -> None:
    text = (
        "Exports of ferries rose to 31 tonnes in May from 28 tonnes.\n\n"
        "Imports of ferries fell to 28 tonnes in May from 31 tonnes."
    )
    assert len(summarize_story((make_article(title="Ferries", text=text),), settings=Editorial())) == 2


def test_two_figures_in_one_order_and_half_of_the_words_are_one_fact() -> None:
    text = (
        "Firm commitments received for a placement to raise $18.5 million (before costs) at $0.14 a share.\n\n"
        "Norhavn Ferries has received firm commitments to raise $18.5 million by new ordinary shares at a price of $0.14."
    )
    assert len(summarize_story((make_article(title="Ferries", text=text),), settings=Editorial())) == 1


def test_of_sentences_that_tell_one_fact_the_fuller_one_is_given() -> None:
    text = (
        "Norra Kisel will build a magnet plant in Narvik.\n\n"
        "Officials toured the quay and the old smelter during a cold and windy afternoon.\n\n"
        "Norra Kisel will build a magnet plant in Narvik for $240 million, with first output of 1,200 tonnes in 2028.\n\n"
        "The council of Narvik approved the permit on 3 March."
    )
    article = make_article("a", title="Norra Kisel picks Narvik for its magnets", text=text)
    told = [h.text for h in summarize_story((article,), settings=Editorial(max_highlights=3))]
    assert [t for t in told if "will build" in t] == [
        "Norra Kisel will build a magnet plant in Narvik for $240 million, with first output of 1,200 tonnes in 2028."
    ]


def test_differing_figures_are_given_under_each_source() -> None:
    highlights = [h for h in summarize_story(two(), settings=Editorial()) if h.kind is HighlightKind.DIFFERS]
    assert [h.lead_in.text for h in highlights if h.lead_in] == ["Reports differ:", "Metal Post reports:"]
    assert "1,500" in highlights[0].text
    assert "1,900" in highlights[1].text
    assert highlights[1].citation.article == "b"


@pytest.mark.parametrize(
    ("left", "right", "differ"),
    [
        ("It is worth $1.84 billion.", "The firm is valued at some $1.8 billion.", False),
        ("It sold 1,150 tonnes.", "It sold 1,600 tonnes.", True),
        ("It sold 24 tonnes.", "It sold 20 tonnes.", True),  # one digit is no rounding
        ("It sold 620 tonnes.", "It sold 620 tonnes.", False),
    ],
)
def test_a_figure_in_fewer_digits_is_the_same_figure(left: str, right: str, *, differ: bool) -> None:
    assert figures_differ(left, right) is differ


def test_a_total_and_a_part_of_it_are_no_difference_where_one_report_has_both() -> None:
    one, other = two()
    both = (
        SECOND
        + "\n\nOf it, 1,500 tonnes came from Mount Weld, where the circuit gets most of what it separates."
    )
    told = summarize_story((one, replace(other, text=both)), settings=Editorial())
    assert not [highlight for highlight in told if highlight.kind is HighlightKind.DIFFERS]


def test_every_citation_is_exact_over_several_articles() -> None:
    articles = {article.id: article for article in two()}
    for highlight in summarize_story(two(), settings=Editorial()):
        for citation in highlight.citations:
            assert articles[citation.article].text[citation.start : citation.end] == citation.sentence


def test_an_explanation_shows_source_reasons_verdict_and_near_misses() -> None:
    articles = two()
    highlights = summarize_story(articles, settings=Editorial(max_highlights=1))
    explained = explain_story(articles, highlights, settings=Editorial(max_highlights=1))
    assert explained.highlights[0].sources[0].sentence == highlights[0].citation.sentence
    assert explained.highlights[0].verdict == Verdict(grounded=True)
    assert explained.near_misses


def test_what_nearly_made_it_is_judged_by_its_own_publisher() -> None:
    text = (
        "NdPr oxide fell 2.1% this week to 538-546 yuan per kilogram in China.\n\n"
        "One plant was heard selling 60 tonnes at 536 yuan, which is outside our range because terms differed.\n\n"
        "In Europe, terbium oxide was assessed at $3,100-3,500 per kilogram by our methodology."
    )
    house = make_publisher("Corbel Metals Pricing", kind=PublisherKind.ANALYST)
    articles = (*two(), make_article("c", title="NdPr oxide slips", text=text, publisher=house))
    near = explain_story(articles, (), settings=Editorial()).near_misses
    told = [one for one in near if one.text.startswith("Corbel Metals Pricing says:")]
    assert told
    assert all(one.verdict.grounded for one in told)


def test_stage_commands_have_the_promised_forms() -> None:
    line = stage_summarize(
        {"id": 7, "title": "Lynas opens circuit", "text": FIRST}, settings=Editorial(max_highlights=2)
    )
    assert line["id"] == 7
    assert 1 <= len(line["highlights"]) <= 2
    for highlight in line["highlights"]:
        assert FIRST[highlight["start"] : highlight["end"]] == highlight["sentence"]
    answer = stage_ground({"id": "x", "source": FIRST, "summary": "Lynas opened a circuit in Vietnam."})
    assert answer["grounded"] is False
    assert "Vietnam" in answer["reasons"][0]


def test_news_of_one_form_about_two_places_is_not_one_fact() -> None:
    form = "Ionic clay in {} holds {} parts per million of total rare earth oxide, drill holes of {} show."
    assert not tells_same(form.format("Wyoming", 229, "NioCorp"), form.format("Norway", 365, "Pensana"))
    assert not tells_same(form.format("Wyoming", 229, "NioCorp"), form.format("Norway", 229, "Pensana"))
    assert tells_same(form.format("Wyoming", 229, "NioCorp"), form.format("Wyoming", 229, "NioCorp"))


FULLER = (
    "In May Hoybye of Lima offered 110 crowns a tonne for what lies below the terrace and keeps upper streets dry "
    "when spring floods come, a hydrologist warned."
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hoybye of Lima pays 110 crowns a tonne for 240,000 tonnes of slag.", True),
        ("Hoybye of Lima may walk away until June if less than half of the zinc comes out.", False),
        (FULLER, True),
        ("", True),
    ],
)
def test_what_a_set_tells_in_two_bullets_is_told(text: str, told: bool) -> None:
    others = ("In May Hoybye of Lima offered 110 crowns a tonne.", "The town has 240,000 tonnes of slag.")
    assert is_told(text, others) is told
