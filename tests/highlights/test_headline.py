"""Whom a headline is about, and what it says of figures."""

from __future__ import annotations

from newsletter.config import Editorial
from newsletter.highlights.headline import contradicts
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article

TEXT = "Larkspur opened a mill. Larkspur Metals earns a royalty, and a royalty it is. Royalty Fund paid Royalty Fund’s debts."


def test_another_share_for_the_same_measure_contradicts_the_headline() -> None:
    title = "Larkspur Reports 374% Six-Month Revenue Growth"
    assert contradicts("Revenues were $2.2 million, a 440% increase over a year before.", title)
    assert not contradicts("Revenues were $2.2 million, a 374% increase over a year before.", title)
    assert not contradicts("Costs were $2.2 million, a 40% increase over a year before.", title)
    assert not contradicts("Larkspur holds 40% of its revenue in cash.", title)
    assert not contradicts(
        "Sales of cork fell by 7.8% to 31 million.", "Cork maker's profit falls 11.6% on weak sales"
    )


def test_what_contradicts_the_headline_or_calls_a_company_by_its_ticker_is_left_out() -> None:
    text = (
        "For the half, Larkspur reported revenues of $2.2 million, equating to a 440% increase in revenues.\n\n"
        "LARK opened a mill in Boise that treats 300 tonnes of magnets a year for its buyers in Ohio.\n\n"
        "The Larkspur mill in Tamworth treated 900 tonnes of clay in 2025, its first full year of work.\n\n"
        "Larkspur raised $40 million from the state bank in March for a second line of furnaces.\n\n"
        "Larkspur (NYSE: LARK) is listed."
    )
    told = [
        h.text
        for h in summarize_story(
            (make_article(title="Larkspur Reports 374% Revenue Growth", text=text),), settings=Editorial()
        )
    ]
    assert len(told) >= 2
    assert not any("440%" in line or line.startswith("LARK") for line in told)
