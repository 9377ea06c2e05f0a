from __future__ import annotations

import pytest

from newsletter.english.sentences import split_sentences
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.naming import name_paper, name_subject
from newsletter.highlights.persons import is_person
from tests.support.factories import make_article


def name_last(text: str, *, title: str = "", issuer: str = "") -> str:
    sentences = split_sentences(text)
    return name_subject(sentences[-1].text, sentences[-1], sentences, title=title, issuer=issuer)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("“It stops,” says Ada Lund, 58. Lund's team has cut costs by half.", "Ada Lund's team has cut costs by half."),
        ("“It stops,” says Ada Lund, 58. If she wins, Lund faces no fine.", "If she wins, Ada Lund faces no fine."),
        ("Ada Lund, 58, sails. Up to nine ferries a day land near Lund in May.", ""),  # a town of that name
        ("“It stops,” says Ada Lund, 58. The Lund Ferry has cut costs by half.", ""),
        ("Executive chair Bill Ford said the mill was good. The mill makes 4,000 cars a year for Ford.", ""),
        ("Roy Disney, chair of the fund, said so. A lawsuit against Disney was dropped.", ""),
        ("North Korea said no. Korea's exports of ore rose by 4%.", ""),
        ("Acme Chairman Smith said no. The bid cost Smith his post.", ""),
    ],
)  # fmt: skip
def test_the_first_surname_of_a_bullet_becomes_the_full_name_where_nobody_else_is_called_so(
    text: str, named: str
) -> None:
    assert name_last(text) == (named or split_sentences(text)[-1].text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "Ada Lund of Polar Bank said rates would fall. She expects two cuts this year.",
            "Ada Lund expects two cuts this year.",
        ),
        (
            "Lund's chief, Ada Berg, said so. “It is late,” Berg said. Her team has sold a ferry.",
            "Ada Berg’s team has sold a ferry.",
        ),
        (
            "Ada Berg, 51, runs the dock of Lund. In May she sold a ferry.",
            "In May Ada Berg sold a ferry.",
        ),
        (
            "Ada Berg, 51, runs the dock. For most of her life she sold ferries.",
            "For most of her life Ada Berg sold ferries.",
        ),
        (
            "Ada Berg, 51, leaves the board. “We wait.” She starts in May.",
            "Ada Berg starts in May.",
        ),
        (
            "Norfjord Shipping has sold two ferries. It plans to buy three.",
            "Norfjord Shipping plans to buy three.",
        ),
        (
            "Norfjord Shipping has sold two ferries. The company raised 40 million kroner.",
            "Norfjord Shipping raised 40 million kroner.",
        ),
        (
            "Ada Lund, an analyst, wrote a note. Lund said rates would fall.",
            "Ada Lund said rates would fall.",
        ),
        (
            "Polar Vice President of Sales Ada Lund opened the dock. Lund said rates would fall.",
            "Ada Lund said rates would fall.",
        ),
    ],
)
def test_a_name_takes_the_place_of_what_points_at_it(text: str, named: str) -> None:
    assert name_last(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "Norfjord Shipping has sold two ferries. It contains mercury.",  # what a thing does
        "The plant of Norfjord Shipping runs well. It employs 31 people.",  # the plant
        "Two ferries were sold in May. It plans to buy three.",  # nobody is named
        "Rates will fall. She expects two cuts.",  # nobody spoke
        "Ms Lund said prices would fall. The company hired 88 people.",  # a person
        "The Board met in May. He expects two cuts.",  # no person
        "Ada Berg, chair of Lund, and Ole Moe, its chief, met. He expects two cuts.",  # one of two
        "Ada Berg, chair of Lund, left. She sold it. The dock is shut. Ada Berg, its chair, said so. He expects two cuts.",
        "Ada Berg, 51, runs the dock. Later, the president played with his dog, Berg said. He lost 9 boats.",
        "A seat is vacant, of which the Upper Docks, who left, had one. Docks said so. His boat is in Bari.",
        "Ada Berg, 51, runs the dock. “It is gone,” said Ole Moe. He lost 9 boats.",  # who spoke is not known
        "Ada Berg, 51, runs the dock. “It is gone,” said the mayor. She lost 9 boats.",
        "Ole Moe, 41, was banned. The league told Ada Berg, its lawyer, to appeal. His ban ends in June.",
        "Ole Moe, 33, a builder, praised Ida Lund. Her boat sank.",
        "Ada Berg, 39, is ill. Her mother died in May. She was 91.",
        "Chair Ada Berg, 40, fired the cook, Ida Moe. She got 4,000 euros.",
        "Ada Berg, 40, left the dock. Her and his fund lost 4 million.",
        "Ole Moe, chief of Lund, met in May with Ada Berg, its chair. She expects two cuts.",
        "Ada Berg, the chair, said no. Ada Berg runs Lund Metals. It opened a mill in May.",  # the firm, and not she
        "Norfjord Shipping has sold two ferries, Polar Bank said. It plans to buy three.",  # two are named
        "Ada Lund said rates would fall. “Lund is right,” Eva Berg said. The company expects two cuts.",
        "Norfjord Shipping has sold two ferries. The ministry expects two cuts.",  # no ministry
        "Norfjord Shipping has sold two ferries. The union says that 1,300 have joined.",
        "The ministry of Norway has sold two ferries. The government asked for 15%.",  # no company
        "Lund Ferries lost $3. Lund Mobile expects two cuts. The company hired 88 people.",  # another of Lund
    ],
)
def test_where_there_is_doubt_nothing_is_named(text: str) -> None:
    assert name_last(text) == split_sentences(text)[-1].text


def test_the_last_word_of_a_name_is_no_verb() -> None:
    text = "Lund Bay Ventures, begun in 2007 to back “young yards of the far north, and old ones,” grew. It raised $9."
    assert name_last(text, title="Lund Bay sails") == "It raised $9."


@pytest.mark.parametrize("name", ["Justice Department", "Lord Howe Island", "Judge Group"])
def test_a_title_within_a_name_makes_no_person(name: str) -> None:
    assert not is_person(name, f"{name} closed in May.")


def test_the_company_of_a_release_is_its_issuer() -> None:
    assert (
        name_last("Sales rose. The company hired 40 people.", issuer="Larkspur")
        == "Larkspur hired 40 people."
    )


def test_letters_are_no_person() -> None:
    text = "Bo Berg is chief of PMR. PMR, a shop, has 40 ferries. The company hired 40 people."
    assert name_last(text, issuer="Larkspur") == "The company hired 40 people."


def test_the_company_below_another_is_not_the_issuer() -> None:
    text = "Larkspur has bought a stake in PMR. PMR operates two shops. The company hired 40 people."
    assert name_last(text, issuer="Larkspur") == "The company hired 40 people."
    text = "Larkspur has bought a stake in PMR. As a global business, PMR operates two shops. The company hired 40 people."
    assert name_last(text, issuer="Larkspur") == "The company hired 40 people."


def test_what_the_headline_names_needs_no_this() -> None:
    text = "Norfjord sails. It has 31 ferries. Norfjord won an award. This award pays for two ferries."
    assert name_last(text, title="Norfjord wins award") == "The award pays for two ferries."
    assert name_last(text, title="Norfjord sails on") == "This award pays for two ferries."


@pytest.mark.parametrize(
    "below",
    [
        "This significantly enhances the fleet.",
        "These range from ferries to yards.",
        "This autumn the award pays for two ferries.",
        "This awards as many ferries.",
    ],
)
def test_neither_an_adverb_nor_a_verb_nor_a_time_is_what_this_points_at(below: str) -> None:
    assert name_last(f"Norfjord won an award. {below}", title="Norfjord wins award this autumn") == below


def test_no_person_stands_for_a_thing() -> None:
    text = (
        "Ottilie Ferris, chief executive of Marrow Metals, has run the works since 2021. It came from Portugal. "
        "The company turns oxide into metal."
    )
    article = make_article(title="Five minutes with Ottilie Ferris of Marrow Metals", text=text)
    shown = " ".join(candidate.shown for candidate in find_candidates(article, max_words=34))
    assert "Ferris came" not in shown
    assert "Ferris turns" not in shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The stockpile of Norfjord is kept. It holds 31 tonnes.", "It holds 31 tonnes."),
        ("Norfjord has sold two ferries. It plans to buy three.", "Norfjord plans to buy three."),
        ("The stockpile of Norfjord is kept. The company holds it.", "Norfjord holds it."),
        (
            "The Company is updating its guidance. It now expects 31 ferries.",
            "Norfjord now expects 31 ferries.",
        ),
    ],
)
def test_in_a_release_it_is_the_issuer_only_where_the_sentence_before_begins_with_it(
    text: str, named: str
) -> None:
    assert name_last(text, title="Norfjord reports", issuer="Norfjord") == named


def test_this_newspaper_has_its_name_elsewhere() -> None:
    told = "Two people who know of it told this newspaper on Thursday that the ferry was sold."
    assert name_paper(told, "The Oslo Courier") == told.replace("this newspaper", "The Oslo Courier")
    for other in (
        "In this paper tides rise.",
        "The court held that this newspaper had lied.",
        "This magazine blew up.",
    ):
        assert name_paper(other, "Tides") == other
    article = make_article(title="The ferry is sold", text=told)
    (one,) = find_candidates(article, max_words=34)
    assert article.publisher.name in one.text


@pytest.mark.parametrize(
    "told", ["It has not been signed.", "It can be ended by either side.", "It will be built in Bergen."]
)
def test_what_is_done_to_it_is_done_to_anything_told_before(told: str) -> None:
    text = f"Acme Ferries has received a letter of interest for a loan. {told}"
    assert name_last(text, title="Acme Ferries receives letter") == told


def test_the_company_of_a_chief_executive_is_no_person() -> None:
    text = "Acme Inc CEO Ada Brown said that sales rose. The company achieved record orders in May."
    assert name_last(text, title="Acme Inc reports sales") == "Acme Inc achieved record orders in May."


def test_who_says_it_behind_a_comma_has_the_whole_name() -> None:
    text = "The line is safe, chief executive Ingrid Lund said. The detour costs $85 million in the quarter, Lund said."
    assert name_last(text) == "The detour costs $85 million in the quarter, Ingrid Lund said."
    firm = text.replace("The detour", "The ferry of the builder, Lund, burns. The detour")
    assert name_last(firm) == "The detour costs $85 million in the quarter, Lund said."
