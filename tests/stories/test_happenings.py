"""What the form of an article shows."""

from __future__ import annotations

import pytest

from newsletter.model import Publisher, PublisherKind
from newsletter.stories.happenings import (
    COURT,
    INTERVIEW,
    MOVE,
    PLANT,
    QUOTES,
    SITE,
    STUDY,
    WORK,
    find_happenings,
)
from tests.support.factories import make_article


@pytest.mark.parametrize(
    "title",
    [
        "Magnet scrap discounts narrow in Europe",
        "Japan's rare earth imports slide in August",
        "Container rates: spot index sinks",
        "Helium shortage eases as Qatar adds supply",
        "NdPr price doubles",
        "Lorries with clay queue again at the Lao border",
    ],
)
def test_a_title_tells_that_a_market_moved(title: str) -> None:
    assert MOVE in find_happenings(make_article(title=title, text="It did."))


@pytest.mark.parametrize(
    "title",
    [
        "Vietnam ministry denies report of rare earth ore export ban",
        "Commission opens anti-dumping investigation into imports of magnets",
        "Lynas profit falls by half",
        "Trade minister to rise in cabinet",
        "Malawi to halt raw rare earth exports from July, miner's shares slide",
        "China clears 23 licences, US buyers left out",
    ],
)
def test_what_a_government_or_a_company_does_is_no_move_of_a_market(title: str) -> None:
    assert MOVE not in find_happenings(make_article(title=title, text="It did."))


def test_three_rates_make_a_price_report_and_a_company_s_two_do_not() -> None:
    report = (
        "NdPr oxide, ex-works China, yuan/t: 612,000-618,000\nDysprosium oxide, $/kg: 780-860\n"
        "Yttrium oxide 205.00-238.00 USD/kg, down 9.50"
    )
    company = "It sold at US$91/kg against a cost of A$54.20/kg, and earned $3 million."
    assert QUOTES in find_happenings(make_article(text=report))
    assert QUOTES not in find_happenings(make_article(text=company))


def test_a_study_is_told_by_several_of_its_signs() -> None:
    study = (
        "Chemists at McMurray University found it. The paper's first author led the study, in a laboratory."
    )
    news = "A spokesman for the university said that the plant would open, and a laboratory with it."
    assert STUDY in find_happenings(make_article(text=study))
    assert STUDY in find_happenings(make_article(text="Rautio et al. now report sintered magnets."))
    assert STUDY not in find_happenings(make_article(text=news))


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Peru annuls sale of Cerro Alto rare earths project", {SITE}),
        ("Minister gives owner of Ngualla mine a year", {SITE}),
        ("Blaze stops separation line at Narva plant", {PLANT}),
        ("Magnet factory to shed 200 jobs", {PLANT, WORK}),
        ("Two dead after acid leak in Ganjam", {WORK}),
        ("Leak kills three", {WORK}),
        ("Blast killed 12 at the mine", {WORK}),
        ("Mine collapse killed 30 miners", {WORK}),
        ("Twelve killed in blast", {WORK}),
        ("Accident kills woman", {WORK}),
        ("Tailings dam failure kills at least 12", {WORK}),
        ("Injury at mill halts work", {PLANT, WORK}),
        ("No material injury from magnets", set()),
        ("Injury to the industry is found", set()),
        ("Injury finding against makers of magnets", set()),
        ("Tariff kills miners' plans", set()),
        ("Rare earth deal with China is not dead", set()),
        ("Magnet die casting line opens", set()),
        ("Tariff kills magnet plan", set()),
        ("Commission finds injury from imports of magnets", set()),
        ("Cargo unit closes sale of shares", set()),
        ("Tribunal rules against Lynas", {COURT}),
        ("Mines of the north wait for a rule", set()),
        ("Lynas plans growth", set()),
    ],
)
def test_a_title_tells_of_one_site_one_plant_a_court_or_people_s_work(title: str, told: set[str]) -> None:
    assert find_happenings(make_article(title=title, text="It did.")) == told


def test_questions_make_an_interview_and_quarters_do_not() -> None:
    asked = "Q: Why?\nA: So.\n\nQ: Tell us.\nA: No.\n\nQ: When?\nA: Now.\n\nQ: Who?\nA: I."
    quarters = "Q1: revenue of $3m\nQ2: revenue of $4m\nQ3: revenue of $5m\nQ4: revenue of $6m"
    assert INTERVIEW in find_happenings(make_article(text=asked))
    assert INTERVIEW not in find_happenings(make_article(text=quarters))


def test_a_shut_border_moves_a_market_and_an_administrative_block_is_no_site() -> None:
    assert find_happenings(make_article(title="Kachin shuts Pangwa gate to ore trucks", text="It did.")) == {
        MOVE
    }
    assert not find_happenings(make_article(title="Ganjam waits", text="Both were of Ganjam block, it said."))


def test_a_site_is_known_by_the_name_that_the_text_gives_it_but_not_in_its_owner_s_news() -> None:
    text = "The ministry wrote to the owner of the Cerro Alto project on Friday."
    owner = Publisher(name="Alto Ltd", kind=PublisherKind.ISSUER)
    assert SITE in find_happenings(make_article(title="Cerro Alto has a month", text=text))
    assert SITE not in find_happenings(
        make_article(title="Cerro Alto has a month", text=text, publisher=owner)
    )


@pytest.mark.parametrize(
    ("head", "row", "quotes"),
    [
        ("| Product | Low | High | Unit |", "| Oxide {} | {}2 | {}8 | yuan/t |", True),
        ("| Product | Low, $/kg | High, $/kg |", "| Oxide {} | {}2 | {}8 |", True),
        ("| Product | Range, $/kg |", "| Oxide {} | {}2-{}8 |", True),
        ("| Thousand A$ | 2026 | 2025 |", "| Sum {} | {}2 | {}8 |", False),
        ("| | 2026 | 2025 |\n| Price, A$/kg | 85 | 80 |", "| Sum {} | {}2 | {}8 |", False),
    ],
)
def test_a_table_of_prices_quotes_prices(head: str, row: str, quotes: bool) -> None:
    text = "\n".join([head, *(row.format(number, number, number) for number in range(1, 5))])
    assert (QUOTES in find_happenings(make_article(text=text))) is quotes
