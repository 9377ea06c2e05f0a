from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.config import Editorial
from newsletter.english.speech.sayings import is_dangling
from newsletter.gate import check_grounding
from newsletter.highlights import choose, set_value
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.reader_value import Value
from newsletter.highlights.stage import make_article as read_article
from newsletter.highlights.stage import stage_summarize
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article, HighlightKind, PublisherKind
from tests.support.factories import make_article, make_publisher

RELAYED = (
    "In its annual message, Tianjiu Group, a state-owned producer of rare earths, outlined progress on several projects.\n\n"
    "The firm stated that it accounts for 41% of the region’s magnet output, signaling tighter vertical integration.\n\n"
    "• The company completed a hydrogen demonstration plant in Ordos, reflecting early infrastructure positioning.\n\n"
    "Tianjiu also disclosed the launch of a price index, drawing 12 firms to the city—an explicit move toward market coordination.\n\n"
    "Tianjiu announced that its furnaces reached Europe.\n\n"
    "This has strategic implications for buyers."
)


def relayed() -> Article:
    return make_article(
        title="Tianjiu signals expansion",
        text=RELAYED,
        publisher=make_publisher("Reex"),
        origin=make_publisher("Tianjiu Daily", kind=PublisherKind.STATE_MEDIA),
    )


def test_an_inherited_speaker_comes_as_a_lead_in_with_its_own_citation() -> None:
    article = relayed()
    highlights = summarize_story((article,), settings=Editorial(max_highlights=6))
    plant = next(h for h in highlights if "hydrogen" in h.text)
    assert plant.lead_in is not None
    assert plant.lead_in.text == "Tianjiu Group says:"
    assert plant.text == "the company completed a hydrogen demonstration plant in Ordos."
    assert plant.lead_in.citation.sentence.startswith("In its annual message, Tianjiu Group")


def test_the_publishers_judgement_never_stands_under_the_speakers_name() -> None:
    for highlight in summarize_story((relayed(),), settings=Editorial(max_highlights=4)):
        if highlight.kind is HighlightKind.VIEW:
            assert highlight.lead_in is not None
            assert highlight.lead_in.text == "Reex’s view:"
            assert highlight.text == "an explicit move toward market coordination"
        else:
            assert "signaling" not in highlight.text
            assert "explicit move" not in highlight.text


def test_every_highlight_is_cited_gated_and_stands_alone() -> None:
    article = relayed()
    highlights = summarize_story((article,), settings=Editorial())
    assert 2 <= sum(h.kind is not HighlightKind.VIEW for h in highlights) <= 4
    for highlight in highlights:
        citation = highlight.citation
        assert article.text[citation.start : citation.end] == citation.sentence
        lead = f"{highlight.lead_in.text} " if highlight.lead_in else ""
        assert check_grounding(article.text, lead + highlight.text).grounded
        assert highlight.lead_in or not is_dangling(highlight.text)
        assert len(highlight.text.split()) <= 34


def test_an_article_without_a_fit_sentence_gets_no_highlights() -> None:
    assert summarize_story((make_article(text="Why now?\n\nKey updates"),), settings=Editorial()) == ()


def test_what_an_issuer_expects_stands_under_its_name_and_what_it_reports_under_its_storys_label() -> None:
    text = (
        "OTTAWA, May 3, 2026 (NewMediaWire) – Borealis Metals Inc. (TSXV: BOR) (“Borealis”) today announced that it opened a plant "
        "in Ontario.\n\nThe plant separates 900 tonnes of oxide a year from local clay.\n\n"
        "The mill would hire 40 people by the spring of 2027.\n\nWe are proud of our people and of the mill."
    )
    article = make_article(
        title="Borealis opens a mill",
        text=text,
        publisher=make_publisher("Borealis Metals", kind=PublisherKind.ISSUER),
    )
    shown = {
        h.text: h.lead_in.text if h.lead_in else "" for h in summarize_story((article,), settings=Editorial())
    }
    assert next(lead for text, lead in shown.items() if "it opened a plant in Ontario" in text) == ""
    assert next(lead for text, lead in shown.items() if "900 tonnes" in text) == ""
    assert next(lead for text, lead in shown.items() if "40 people" in text) == "Borealis Metals says:"
    assert all(lead in {"", "Borealis Metals says:"} for lead in shown.values())


def test_the_issuer_is_named_once_and_its_lead_in_counts_where_words_are_few() -> None:
    text = (
        "OTTAWA, May 3, 2026 (NewMediaWire) – Borealis Metals Inc. (TSXV: BOR) (“Borealis”) today announced that it opened a plant "
        "in Ontario.\n\nThe Company has not received the permit that it needs.\n\nThe mill would separate oxide "
        "from the local clay for two makers of magnets, beginning in the spring of 2028."
    )
    article = make_article(
        title="Borealis opens a mill",
        text=text,
        publisher=make_publisher("Borealis Metals", kind=PublisherKind.ISSUER),
    )
    shown = [
        f"{h.lead_in.text} {h.text}" if h.lead_in else h.text
        for h in summarize_story((article,), settings=Editorial(max_words=18))
    ]
    assert "Borealis Metals has not received the permit that it needs." in shown  # and without a lead-in
    assert (
        "Borealis Metals says: the mill would separate oxide from the local clay for two makers of magnets."
        in shown
    )


def judged() -> Article:
    text = RELAYED.replace("—an explicit move toward market coordination", "") + (
        "\n\nWhy This Matters for Buyers\n\nTaken together, the message reinforces the region’s hold on magnet supply and pricing."
    )
    return make_article(
        title="Tianjiu", text=text, publisher=make_publisher("Reex"), origin=make_publisher("Daily")
    )


def test_a_judgement_given_as_a_whole_sentence_stands_under_the_publishers_name() -> None:
    view = summarize_story((judged(),), settings=Editorial())[-1]
    assert view.kind is HighlightKind.VIEW
    assert view.lead_in is not None
    assert view.lead_in.text == "Reex’s view:"
    assert view.text == "The message reinforces the region’s hold on magnet supply and pricing."


def test_a_view_that_does_not_fit_the_words_of_an_article_is_not_told() -> None:
    told = summarize_story((judged(),), settings=Editorial())
    words = sum(len(one.text.split()) for one in told)
    kept = summarize_story((judged(),), settings=Editorial(max_verbatim_words=words - 1))
    assert kept == told[:-1]


def test_what_somebody_underscores_is_no_view_of_the_publisher() -> None:
    text = (
        "Ada Brown, chief executive of Norfjord, spoke about its ferries on Monday in Oslo.\n\n"
        "Norfjord bought 31 ferries in May and sold two of its yards for $40 million.\n\n"
        "Brown underscored that fares had been raised by 4% and that more ferries will sail in the north."
    )
    article = make_article(title="Norfjord buys ferries", text=text, publisher=make_publisher("Reex"))
    shown = summarize_story((article,), settings=Editorial())
    assert any("underscored" in one.text for one in shown)
    assert all(one.kind is not HighlightKind.VIEW for one in shown)


def test_a_judgement_at_the_end_of_a_sentence_does_not_cost_it_its_speaker() -> None:
    text = RELAYED.replace(
        "reflecting early infrastructure positioning",
        "reflecting early positioning for a market that is emerging as a beacon",
    )
    article = replace(relayed(), text=text)
    plant = next(
        h for h in summarize_story((article,), settings=Editorial(max_highlights=6)) if "hydrogen" in h.text
    )
    assert plant.lead_in is not None
    assert plant.lead_in.text == "Tianjiu Group says:"
    assert "beacon" not in plant.text


def test_what_an_interview_is_about_is_no_news_of_it() -> None:
    text = (
        "Larkspur Metals opened a mill for terbium oxide in Tamworth in May. "
        "Brown discusses the coming production schedule and the partnerships on the horizon. "
        "The mill can treat 3,000 tonnes of concentrate a year. "
        "Larkspur Metals hired 40 people for the mill in Tamworth."
    )
    article = make_article(title="Larkspur opens mill", text=text)
    found = summarize_story([article], settings=Editorial(max_highlights=3))
    assert any("hired 40 people" in highlight.text for highlight in found)
    assert not any("discusses" in highlight.text for highlight in found)


def test_a_fact_in_the_style_of_a_headline_comes_before_no_fact_at_all() -> None:
    text = (
        "* Company’s SorbFlow platform offers solvent extraction that is 3 times faster than vats.\n\n"
        "Larkspur (NYSE: LARK) is well positioned to lead the industry for years.\n\n"
        "Larkspur is central to the resilience of allied supply chains."
    )
    told = [
        h.text
        for h in summarize_story((make_article(title="Larkspur grows", text=text),), settings=Editorial())
    ]
    assert any("3 times faster" in line for line in told)


def test_a_point_above_the_article_waits_for_what_explains_it() -> None:
    text = (
        "* Idaho has supported the SMC with an incentive package of $15 million.\n\n"
        "Larkspur will open its Idaho Strategic Metals Complex (“SMC”) at the airport of Boise in June, two months early."
    )
    article = make_article(title="Larkspur to open metals complex in Boise early", text=text)
    told = [highlight.text for highlight in summarize_story((article,), settings=Editorial())]
    assert [("Complex" in line, "$15 million" in line) for line in told] == [(True, False), (False, True)]


def test_what_was_expected_by_a_year_that_is_over_is_left_out_where_the_date_is_known() -> None:
    text = (
        "Larkspur aims to produce 2,000 tonnes of oxides a year at Boise by late 2024 and 7,500 tonnes by 2027.\n\n"
        "Larkspur raised $40 million from the state bank in March for a second line of furnaces.\n\n"
        "The Larkspur mill in Tamworth treated 900 tonnes of clay from Idaho in its first full year."
    )
    article = make_article(title="Larkspur builds", text=text)
    for published, stale in (
        (datetime(2025, 7, 1, tzinfo=UTC), False),
        (datetime(2024, 7, 1, tzinfo=UTC), True),
    ):
        told = summarize_story((replace(article, published=published),), settings=Editorial())
        assert any("2024" in h.text for h in told) is stale


MEMORANDUM = (
    "Borealis Metals (TSX: BOR) signed a memorandum of understanding (MOU) with Tamworth Magnets in June 2026. "
    "This MOU establishes a non-binding, preliminary agreement for the two to sell magnets together. "
    "Borealis opened a pilot plant in Ontario in May 2026.\n\n"
    "{last}"
)


def test_what_an_agreement_binds_to_stands_below_it() -> None:
    puff = (
        "Borealis and Tamworth aim to contribute to the advancement of clean technologies in many industries."
    )
    for last in (puff, ""):  # with a third bullet, whose place it takes, and without
        text = MEMORANDUM.format(last=last)
        found = summarize_story(
            (make_article(title="Borealis Metals signs", text=text),), settings=Editorial(max_highlights=3)
        )
        assert "(MOU) with Tamworth" in found[0].text
        assert "; this MOU establishes a non-binding" in found[0].text
        assert len(found[0].citations) == len(("signed", "establishes"))


def test_a_sentence_that_goes_on_from_one_that_is_not_shown_stays_out() -> None:
    text = MEMORANDUM.format(last="").replace("This MOU establishes", "This levy takes")
    found = summarize_story(
        (make_article(title="Borealis Metals signs", text=text),), settings=Editorial(max_highlights=3)
    )
    assert not any(highlight.text.startswith("This") for highlight in found)


def test_the_news_of_the_headline_comes_first() -> None:
    text = (
        "Tamworth Magnets has hired 12 people in Ontario since June.\n\n"
        "Tamworth Magnets appointed Ada Brown, a chemist, as director of its smelting works on Monday.\n\n"
        "Tamworth Magnets sold 40 tonnes of magnets to makers of pumps in May."
    )
    found = summarize_story(
        (make_article(title="Tamworth Magnets appoints chemist as director of smelting", text=text),),
        settings=Editorial(),
    )
    assert [highlight.text.split()[2] for highlight in found] == ["appointed", "has", "sold"]


def test_what_sets_the_scene_is_not_first() -> None:
    text = (
        "Despite the critical importance of magnets, Ontario has long been dependent on imports for its supply.\n\n"
        "Borealis Metals (TSX: BOR) secured a loan of 40 million dollars for its mill at Tamworth in May.\n\n"
        "Borealis Metals hired 12 chemists for the mill at Tamworth in June."
    )
    found = summarize_story(
        (make_article(title="Borealis Metals borrows", text=text),), settings=Editorial(max_highlights=3)
    )
    assert found[0].text.startswith("Borealis")


def test_what_leans_on_an_untold_sentence_of_its_paragraph_is_left_out() -> None:
    text = (
        "Kettle and Sons, the homewares chain with 73 shops, warned on Monday that its profit for 2025 will be below 21 million pounds.\n\n"
        "Dosh Pizza is coming back. The chain, which closed all of its 61 restaurants in 2023, will reopen in Leeds under "
        "a new owner.\n\nFairmarket denied on Monday that it will stop printing receipts from next summer."
    )
    shown = [
        h.text
        for h in summarize_story(
            (make_article(title="Kettle warns on profit", text=text),), settings=Editorial()
        )
    ]
    assert not any(one.startswith("The chain") for one in shown)


def test_two_sentences_joined_by_one_publisher_are_not_told_again_beside_anothers() -> None:
    text = (
        "Lynas Rare Earths said it had produced 2,080 tonnes of NdPr oxide in the December quarter.\n\n"
        "The company expects first dysprosium oxide from its Kuantan plant in June."
    )
    title = "Lynas NdPr output rises to 2,080 tonnes"
    first = make_article(title=title, text=text)
    second = make_article("wire", title=title, text=f"{text} Shares in Lynas rose 4% in Sydney.")
    told = [one.text for one in summarize_story((first, second), settings=Editorial())]
    assert sum("2,080 tonnes" in one for one in told) == 1
    assert sum("first dysprosium oxide" in one for one in told) == 1


def value_each(monkeypatch: pytest.MonkeyPatch, value: Callable[[str], Value]) -> None:
    """Have the words of each candidate be worth what ``value`` says, and no reader ask what is meant."""

    def value_candidates(candidates: Sequence[Candidate]) -> list[Value]:
        return [value(one.text) for one in candidates]

    monkeypatch.setattr(set_value, "value_candidates", value_candidates)
    monkeypatch.setattr(choose, "find_loose_end", lambda *_: 0.0)


@pytest.mark.parametrize(
    ("kind", "first", "opening"),
    [
        (PublisherKind.ISSUER, "The year was long.", "Norhavn opened"),
        (PublisherKind.ISSUER, "Norhavn today provides an update on its mills.", "A mill in Turku"),
        (PublisherKind.WIRE, "The year was long.", "A mill in Turku"),
    ],
)
def test_a_companys_release_that_opens_with_news_is_likelier_to_tell_its_event_at_its_top(
    monkeypatch: pytest.MonkeyPatch, kind: PublisherKind, first: str, opening: str
) -> None:
    text = (
        f"{first} Norhavn opened a mill of 57 hectares in Lund on Monday after a trial in May. "
        "The town has 40 mills. A mill in Turku bought a cargo of 30,000 tonnes of scrap late in the evening."
    )

    def value(text: str) -> Value:
        news = 1.0 if "Turku" in text else 0.95 if "opened" in text else 0.0
        return Value(told=1.0, news=news, faulty=0.0)

    value_each(monkeypatch, value)
    article = make_article(title="Norhavn opens a mill", text=text)
    article = replace(article, publisher=replace(article.publisher, kind=kind))
    assert opening in summarize_story((article,), settings=Editorial())[0].text


@pytest.mark.parametrize(("points", "told"), [(0.7, False), (1.5, True)])
def test_what_a_reader_may_ask_of_counts_for_less(
    monkeypatch: pytest.MonkeyPatch, points: float, told: bool
) -> None:
    text = (
        "Norhavn shut its mine in Lund on Monday.\n\nIt supplied 57 percent of the ore of the north last year.\n\n"
        "A cook in Turku sold noodles. A clerk in Riga sold tea. A boy in Oslo sold maps of the town."
    )

    def value(text: str) -> Value:
        return Value(told=points if "57 percent" in text else 0.6, news=float("shut" in text), faulty=0.0)

    value_each(monkeypatch, value)
    monkeypatch.setattr(
        choose, "find_loose_end", lambda clues, *_: 0.4 if clues.place.sentence.index == 1 else 0.0
    )
    article = make_article(
        title="Norhavn shuts its mine", text=text.replace("It supplied", "Norhavn supplied")
    )
    bullets = [
        one.text
        for one in summarize_story((article,), settings=Editorial(max_highlights=2, min_highlights=1))
    ]
    assert any("57 percent" in one for one in bullets) is told


def test_the_stage_gives_the_text_in_which_its_spans_count_where_marks_went() -> None:
    line = {
        "id": "1",
        "title": "Polar opens a port",
        "text": "**Polar Lines** opened a port of 40 berths in Bari on Monday.",
    }
    answer = stage_summarize(line, settings=Editorial())
    found = answer["highlights"][0]
    assert answer["text"][found["start"] : found["end"]] == found["sentence"]
    assert "text" not in stage_summarize(line | {"text": answer["text"]}, settings=Editorial())


def test_the_second_half_of_the_news_stands_below_its_first() -> None:
    text = (
        "A federal appeals court on Tuesday revived a lawsuit by a farmers' union that seeks to block a $2.1 billion mine in "
        "Lund, and the council must study what its pumps would do to a spring.\n\n"
        "The mine would make 40,000 tonnes of carbonate a year from 2027.\n\nIts owner, Norhavn, has spent $418 million.\n\n"
        "Shares of Norhavn fell 22% to 4.10 kroner."
    )
    article = make_article(title="Court revives suit against mine", text=text)
    told = [one.text for one in summarize_story((article,), settings=Editorial())]
    assert told[1] == "The council must study what its pumps would do to a spring."
    assert len(summarize_story((article,), settings=Editorial(max_highlights=1))) == 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [(PublisherKind.ISSUER, True), (PublisherKind.TRADE_PRESS, False)],
    ids=["its own", "a paper's"],
)
def test_a_companys_own_release_is_not_told_without_what_went_wrong(kind: PublisherKind, told: bool) -> None:
    text = (
        "Norhavn Ferries has appointed Ada Brown as its chief executive from 1 February.\n\n"
        "Ada Brown, 51, joins from Polar Lines, where she led a division with sales of 940 million euros.\n\n"
        "The fleet carried 4.1 million passengers in 2025, 12% more than in 2024, and earned 38 million euros.\n\n"
        "The first of six new ferries will sail from Turku in May and will carry 900 cars.\n\n"
        "The dock in Bari has been laid up; its repairs were deferred to 2028."
    )
    article = make_article(
        title="Norhavn Ferries appoints Ada Brown as chief executive",
        text=text,
        publisher=make_publisher("Norhavn Ferries", kind=kind),
    )
    shown = [one.text for one in summarize_story((article,), settings=Editorial())]
    assert len(shown) == 4
    assert any("deferred to 2028" in one for one in shown) is told


@pytest.mark.parametrize(
    "grave",
    [
        "As previously notified, a fire broke out on the Norhavn Fjord on 8 October, in which two of the crew lost their lives.",
        "In its Report on Form 10-Q, to be filed today, management has concluded that there is substantial doubt about its future.",
        "The Board cautions that its audited statements for 2024 should not be relied upon.",
        "On 3 October the High Court set aside the licence issued for the terminal in 2023.",
    ],
)
def test_the_gravest_that_a_company_tells_is_told_however_low_it_stands(grave: str) -> None:
    text = (
        "Norhavn Ferries plc announces that it took delivery of the Norhavn Sund on 15 October.\n\n"
        "The ship carries 900 cars and is the third of four that were ordered in 2023 for $310 million.\n\n"
        "Net sales rose by 6% to $412 million (388), and orders by 14% to $455 million (401).\n\n"
        "Norhavn carried 4.1 million passengers, 12% more than a year before, and hired 140 people in Bari.\n\n"
        f"The cafe in Lund was delayed by a week.\n\n{grave}\n\nAn update will follow in November."
    )
    publisher = make_publisher("Norhavn Ferries", kind=PublisherKind.ISSUER)
    article = make_article(title="Norhavn takes delivery of its third ship", text=text, publisher=publisher)
    told = [one.text for one in summarize_story((article,), settings=Editorial())]
    assert any(grave[-25:] in one for one in told)
    assert not any(one.startswith("To be filed") for one in told)


def test_an_accident_is_not_told_without_whom_it_killed() -> None:
    text = (
        "An explosion and a fire took place this morning at the plant of Norhavn in Lund.\n\n"
        "At 06:42 a reactor in the peroxides unit suffered a sudden loss of containment of 40 tonnes.\n\n"
        "The fire brigade was on the scene within minutes, and the fire was under control at 10:15.\n\n"
        "One person, an employee of a contractor, has lost his life.\n\n"
        "The peroxides unit, which makes 15% of sales, will not operate until further notice.\n\n"
        "Norhavn is insured with a deductible of $10 million and sold goods for $900 million last year."
    )
    article = make_article(title="Fire at the Lund plant of Norhavn", text=text)
    told = [one.text for one in summarize_story((article,), settings=Editorial())]
    assert any("has lost his life" in one for one in told)


@pytest.mark.parametrize("of", ["Norhavn", "Tallin Ratings"])
def test_the_company_has_a_name_only_where_it_is_the_one_that_speaks(of: str) -> None:
    text = (
        "Tallin Ratings today lowered its rating of Norhavn Mining Inc. by two steps to B.\n\n"
        "The Company reported a loss of $90 million in 2025 and has bonds of $400 million that fall due in March."
    )
    if of == "Norhavn":
        text = text.replace(
            "Tallin Ratings today lowered its rating of Norhavn Mining Inc. by", "Norhavn today cut pay by"
        )
    publisher = make_publisher(of, kind=PublisherKind.ISSUER)
    article = make_article(title=f"{of} announces a cut", text=text, publisher=publisher)
    told = " ".join(one.text for one in summarize_story((article,), settings=Editorial()))
    assert ("Norhavn reported a loss" in told) is (of == "Norhavn")
    assert "Tallin Ratings reported" not in told


def test_a_point_of_a_list_that_has_no_verb_is_told() -> None:
    text = (
        "Polar Lines announces that it has signed a contract with the Port of Ribe.\n\nHighlights\n\n"
        "• Delivery of 14 ferries to the Port of Ribe over seven years from 2028 for €420 million\n\n"
        "• First of the new ferries in service from May 2028 between Ribe and the north of the islands\n\n"
        "The board of Polar Lines thanked its crews. The port of Ribe is in the south of the country."
    )
    publisher = make_publisher("Polar Lines", kind=PublisherKind.ISSUER)
    article = make_article(title="Polar Lines signs with Ribe", text=text, publisher=publisher)
    shown = [one.text for one in summarize_story([article], settings=Editorial())]
    assert any("14 ferries" in one for one in shown)
    assert any("First of the new ferries" in one for one in shown)


def test_two_sentences_that_share_one_word_stand_in_one_bullet() -> None:
    text = (
        "Ribe has granted a licence for a new quay to Polar Lines.\n\n"
        "The yard, of the town of Lund, still needs $310 million and a permit. An owner in Lund must agree to it."
    )
    article = make_article(title="Ribe grants a licence for a quay", text=text)
    shown = [one.text for one in summarize_story([article], settings=Editorial())]
    assert any("$310 million" in one and "an owner in lund" in one.lower() for one in shown)


def test_what_several_outlets_tell_is_told_once_and_then_what_one_of_them_adds() -> None:
    """Each outlet's first sentence is the same news in other words: bullets two to four told it again."""
    marked = Path(__file__).parents[2] / "benchmarks" / "marked" / "unseen_events.jsonl"
    rows = [json.loads(line) for line in marked.read_text("utf-8").splitlines()]
    outlets = tuple(read_article(row) for row in rows if row["event"] == "me-04")
    assert len(outlets) == 3
    told = [highlight.text for highlight in summarize_story(outlets, settings=Editorial())]
    verdict = [
        text for text in told if re.search(r"annul|judgment|sets the decision aside|court said no", text)
    ]
    assert len(told) == 4
    assert len(verdict) == 1
    assert any("46%" in text for text in told)


def test_beside_a_report_what_an_issuer_says_of_itself_is_told_less() -> None:
    marked = Path(__file__).parents[2] / "benchmarks" / "marked" / "unseen_events.jsonl"
    rows = [json.loads(line) for line in marked.read_text("utf-8").splitlines()]
    reports = {row["event"]: read_article({**row, "kind": PublisherKind.WIRE}) for row in rows}

    def count_told(kind: PublisherKind) -> int:
        """How often another outlet than the one that leads tells a bullet of the twelve stories."""
        found = [
            (lead, other)
            for row in rows
            if (lead := reports[row["event"]]).id != (other := read_article({**row, "kind": kind})).id
        ]
        return sum(
            highlight.citation.article == other.id
            for lead, other in found
            for highlight in summarize_story((lead, other), settings=Editorial())
        )

    assert count_told(PublisherKind.ISSUER) * 3 < count_told(PublisherKind.TRADE_PRESS) * 2
