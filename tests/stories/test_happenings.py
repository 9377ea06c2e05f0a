"""What the form of an article shows."""

from __future__ import annotations

import pytest

from newsletter.stories.happenings import MOVE, QUOTES, STUDY, find_happenings
from tests.support.factories import make_article


@pytest.mark.parametrize(
    "title",
    [
        "Magnet scrap discounts narrow in Europe",
        "Japan's rare earth imports slide in August",
        "Container rates: spot index sinks",
        "Helium shortage eases as Qatar adds supply",
        "NdPr price doubles",
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
