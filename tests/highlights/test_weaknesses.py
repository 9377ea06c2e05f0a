"""What is never told."""

from __future__ import annotations

from newsletter.config import Editorial
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article


def test_what_calls_a_company_by_its_ticker_is_left_out() -> None:
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
    assert not any(line.startswith("LARK") for line in told)
