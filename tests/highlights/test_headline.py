"""Whom a headline is about, and what it says of figures."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.headline import contradicts, find_subject, names_subject
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article

TEXT = "Larkspur opened a mill. Larkspur Metals earns a royalty, and a royalty it is. Royalty Fund paid Royalty Fund’s debts."


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Larkspur Metals Inc. (NYSE: LARK) Opens Mill", "Larkspur"),
        ("MiningBreaks – Larkspur’s Mill Opens", "Larkspur"),
        ("Royalty Fund Pays Its Debts", "Royalty Fund"),
        ("Four Stocks to Watch", ""),
        ("Prices of Oxide Rise", ""),
    ],
)
def test_a_headline_begins_with_whom_it_is_about(title: str, subject: str) -> None:
    assert find_subject(title, f"{TEXT} See www.larkspur.com.") == subject


def test_a_bullet_that_names_nobody_is_about_the_headlines_subject() -> None:
    assert names_subject("Net sales to March 31 were $4 million.", "Larkspur", "They are net sales.")
    assert not names_subject(
        "Beijing imposed licences on April 4.", "Larkspur", "It is Beijing, said Beijing."
    )
    assert names_subject("The Company opened a mill in Boise.", "Larkspur", "")
    assert not names_subject("The output of China rose by 3%.", "Larkspur", "")


def test_one_bullet_is_about_whom_the_headline_is_about() -> None:
    text = (
        "Beijing imposed licences on exports of seven heavy rare earths and of magnets on April 4, 2025.\n\n"
        "Beijing holds 90% of the world’s capacity to refine heavy rare earths and make magnets of them.\n\n"
        "At the centre of the push to match Beijing stands a process of Larkspur.\n\n"
        "About Larkspur Metals"
    )
    article = make_article(title="Larkspur (NYSE: LARK) Builds Supply Chain", text=text)
    told = [h.text for h in summarize_story((article,), settings=Editorial(max_highlights=2))]
    assert any("Larkspur" in line for line in told)
    assert any("Beijing" in line for line in told)


def test_another_share_for_the_same_measure_contradicts_the_headline() -> None:
    title = "Larkspur Reports 374% Six-Month Revenue Growth"
    assert contradicts("Revenues were $2.2 million, a 440% increase over a year before.", title)
    assert not contradicts("Revenues were $2.2 million, a 374% increase over a year before.", title)
    assert not contradicts("Costs were $2.2 million, a 40% increase over a year before.", title)
    assert not contradicts("Larkspur holds 40% of its revenue in cash.", title)


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
