"""The first word of a candidate under its lead-in, and who its speaker is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.english.speech.speakers import lead_in_text
from newsletter.english.stems import begins_with_name
from newsletter.highlights.candidates import find_candidates, join
from newsletter.highlights.lead_ins import find_speaker, introduce_speaker, lower_first, make_lead_in
from newsletter.highlights.summarize import _quote, summarize_story
from newsletter.highlights.weaknesses import QUOTED
from newsletter.model import PublisherKind
from tests.support.factories import make_article, make_publisher

ARTICLE = "The mill will pay a royalty from May. Few mines are as old, and few are as deep as Lodestone."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A memorandum links both.", "a memorandum links both."),
        ("Rotterdam jobs have grown.", "Rotterdam jobs have grown."),
        ("Lodestone shares have grown.", "Lodestone shares have grown."),  # a name amid a sentence
        ("Few mines have a loan.", "few mines have a loan."),  # the article has it in small letters too
        ("The mill runs.", "the mill runs."),
        ("May will be dry.", "May will be dry."),
        ("Lodestone sells oxides.", "Lodestone sells oxides."),
        ("Washington guarantees one price.", "Washington guarantees one price."),
        ("I sold it.", "I sold it."),
        ("T.R. Mining sold it.", "T.R. Mining sold it."),
        ("A$18 million was raised.", "A$18 million was raised."),
        ("NdPr rose.", "NdPr rose."),
        ("Royalty Lodestone rose.", "Royalty Lodestone rose."),  # the first of two words of a name
        ("Royalty payments rose.", "royalty payments rose."),
        ("It’s a loss.", "it’s a loss."),
        ("America understood it.", "America understood it."),  # a country, and whoever is from there
        ("Korean buyers rang.", "Korean buyers rang."),
        ("New York, NY: a loan.", "New York, NY: a loan."),
        ("New ferries sail.", "new ferries sail."),
        ("Family Lodestone sails.", "Family Lodestone sails."),
        ("Hundreds of ferries sail.", "hundreds of ferries sail."),
        ("Eighteen of 40 ferries sail.", "eighteen of 40 ferries sail."),
        ("Eight Capital sells oxides.", "Eight Capital sells oxides."),
        ("S&P Ratings rates it.", "S&P Ratings rates it."),
    ],
)
def test_only_a_name_keeps_its_capital(text: str, shown: str) -> None:
    assert lower_first(text, ARTICLE) == shown


def test_who_speaks_is_introduced_once() -> None:
    article = make_article(
        title="Five questions on trams",
        text=(
            "Idris Kane, head of the tram company Bergamo Rail, spoke to us in Lecco.\n\n"
            "When does the new line open?\n\nWe open the line to the airport in March, with trams every nine minutes.\n\n"
            "Who pays for it?\n\nThe state pays 40 million euros, and the town pays the other 22 million.\n\n"
            "What of the fares?\n\nWe raise the fares by 4% in May, for the first time in six years."
        ),
    )
    shown = [one.lead_in.text for one in summarize_story((article,), settings=Editorial()) if one.lead_in]
    assert shown[0].endswith("Idris Kane, head of the tram company Bergamo Rail, says:")
    assert all("head of" not in lead_in and lead_in.endswith("Idris Kane says:") for lead_in in shown[1:])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Harrow Peak Rare Earths, Inc.", "Harrow Peak Rare Earths says:"),
        ("Hokuyo Chemtronics Co., Ltd.", "Hokuyo Chemtronics says:"),
        ("Sable Vanadium plc", "Sable Vanadium says:"),
        ("Merck & Co., Inc.", "Merck & Co. says:"),
        ("Lund and Co. Ltd", "Lund and Co. says:"),
        ("Limited Editions", "Limited Editions says:"),
        ("the licensee", "The licensee says:"),
        ("eFerries", "eFerries says:"),
        ("Norfjord Shipping and the Port of Lund", "Norfjord Shipping and the Port of Lund say:"),
    ],
)
def test_a_lead_in_has_no_legal_form(name: str, shown: str) -> None:
    assert lead_in_text(name) == shown


def test_who_is_called_by_a_post_gets_it_once() -> None:
    article = make_article(
        title="Three questions on trams for Idris Kane",
        text=(
            "Managing director Idris Kane runs the tram company Bergamo Rail, in Lecco.\n\n"
            "When does the new line open?\n\nWe open the line to the airport in March, with trams every nine minutes.\n\n"
            "What does it cost?\n\nWe will spend 40 million euros on the line and on the nine trams that it needs."
        ),
    )
    leads = [h.lead_in.text for h in summarize_story((article,), settings=Editorial()) if h.lead_in]
    assert leads
    assert not any(lead.count("anaging director") > 1 for lead in leads)


def test_who_only_distributes_a_release_does_not_speak_in_it() -> None:
    text = "Acme Docks Limited (ASX: ACD) will sell 40 ferries. Under ASX Listing Rule 7.1 its directors intend to buy two of them."
    publisher = make_publisher("ASX Announcement", kind=PublisherKind.ISSUER)
    article = make_article(title="Acme Docks sells ferries", text=text, publisher=publisher)
    speaker = find_speaker(article, split_sentences(text), paid=False)
    assert speaker is not None
    assert speaker.name == "Acme Docks"


@pytest.mark.parametrize(
    "name", ["Ministry of Ports of the People's Republic of China", "Ministry of Ports, Republic of Namibia"]
)
def test_an_authority_is_named_without_whose_it_is(name: str) -> None:
    text = "The Ministry of Ports has let 90 ferries sail in May."
    article = make_article(
        title="Ferries", text=text, publisher=make_publisher(name, kind=PublisherKind.REGULATOR)
    )
    speaker = find_speaker(article, split_sentences(text), paid=False)
    assert speaker is not None
    assert speaker.name == "Ministry of Ports"


def test_a_lead_in_that_is_no_name_and_says_is_left_as_it_is() -> None:
    article = make_article(text="Ada Brown, chair of Lund Ferries, spoke in Bari on Monday.")
    lead_in = make_lead_in(article, "Ada Brown", split_sentences(article.text)[0])
    assert introduce_speaker(lead_in, article).text == "Ada Brown, chair of Lund Ferries, says:"
    other = replace(lead_in, text="Bari:")
    assert introduce_speaker(other, article) == other


def test_a_quotation_that_goes_on_below_its_speaker_is_unfit_and_nobody_elses() -> None:
    text = (
        "BERGEN, May 3, 2026 (NewMediaWire) – Polar Institute has counted the cod of nine fjords.\n\n"
        "“We hope that others count on,” said Ada Brown of Polar Institute. “Many counts stopped at the mouth of the fjord.”"
    )
    publisher = make_publisher("Polar Institute", kind=PublisherKind.ISSUER)
    article = make_article(title="Cod counted in nine fjords", text=text, publisher=publisher)
    (below,) = (one for one in find_candidates(article, max_words=34) if "Many counts" in one.text)
    assert below.lead_in is None
    assert QUOTED in below.weak


def test_a_sentence_within_a_quotation_of_nobody_is_unfit() -> None:
    text = "Acme has 9 ferries in Bari.\n\n“We are glad. Net sales rose by 4% to $31 million. It was fun.”"
    article = make_article(title="Acme reports its sales", text=text)
    weak = [one.weak for one in find_candidates(article, max_words=34) if "et sales" in one.text]
    assert all(QUOTED in one for one in weak)


def test_two_sentences_of_an_answer_are_quoted_as_one_and_a_share_has_its_question() -> None:
    article = make_article(
        title="Five questions on trams",
        text=(
            "Idris Kane, head of the tram company Bergamo Rail, spoke to us in Lecco.\n\n"
            "Will others cut their fares?\n\nThey can. We will not run trams below cost. We would rather put trams in a "
            "shed in Lecco and wait.\n\n"
            "How much of the line is paid for?\n\nAbout 55% this year, and I would like that to be 75% next year.\n\n"
            "What of the fares?\n\nWe raise the fares by 4% in May, for the first time in six years."
        ),
    )
    found = find_candidates(article, max_words=34)
    cost, shed, share = (
        next(one for one in found if word in one.text) for word in ("below cost", "shed", "55%")
    )
    both = join(cost, shed, max_words=34)
    assert both is not None
    assert (
        _quote(both)
        == "“We will not run trams below cost. We would rather put trams in a shed in Lecco and wait.”"
    )
    assert share.lead_in is not None
    assert share.lead_in.text == "Asked “How much of the line is paid for?”, Idris Kane says:"


def test_the_name_in_an_address_is_no_common_word() -> None:
    article = "The grid is slow, and Voltmar is fast. Register at voltmar.example/ir or write to info@voltmar.example."
    assert lower_first("Voltmar contests the claims.", article) == "Voltmar contests the claims."
    assert begins_with_name("Voltmar contests the claims.", article)
    assert not begins_with_name("Voltmar contests the claims.", f"{article} A voltmar is a bird.")


def find_led(text: str) -> dict[int, bool]:
    """By the index of each sentence of a notice of the Harbour Office whether it stands under a lead-in."""
    publisher = make_publisher("Harbour Office", kind=PublisherKind.REGULATOR)
    article = make_article(title="Ferries sail", text=text, publisher=publisher)
    return {one.sentence.index: one.lead_in is not None for one in find_candidates(article, max_words=34)}


def test_what_an_authority_states_is_told_under_its_label_and_what_it_claims_under_its_name() -> None:
    text = (
        "The Harbour Office of Bari has let 90 ferries sail in May.\n\n"
        "The captains of the nine other ferries appeared before a court on Monday.\n\n"
        "Acme Docks allegedly hid the state of four hulls from the inspectors in April.\n\n"
        "More ferries may return to the islands in the summer than in the spring."
    )
    assert find_led(text) == {0: False, 1: False, 2: True, 3: True}


def test_of_an_undecided_case_only_what_happens_in_court_is_told_under_the_label() -> None:
    text = (
        "The Harbour Office has charged Ada Lund over nine ferries.\n\n"
        "Ada Lund sold 40 masts of the port to a cousin between May and June.\n\n"
        "Ada Lund is to appear before a judge on Monday. All accused are presumed innocent."
    )
    led = find_led(text)
    assert (led[1], led[2]) == (True, False)


def test_who_is_said_to_say_it_is_introduced_once_as_well() -> None:
    text = (
        "Acme has sold 31 ferries to the port of Bari for 40 million euros.\n\n"
        "What does Ada Brown, head of trading at Lund Bank, think of it?\n\n"
        "Ada Brown said that the price of each ferry is 12% below that of 2024.\n\n"
        "Ada Brown said that 40 more ferries would be sold by June."
    )
    shown = [
        one.text
        for one in summarize_story((make_article(title="Ferries sold", text=text),), settings=Editorial())
    ]
    told = [one for one in shown if "Ada Brown" in one and "said" in one]
    assert [one.startswith("Ada Brown, head of trading at Lund Bank, said") for one in told] == [True, False]
