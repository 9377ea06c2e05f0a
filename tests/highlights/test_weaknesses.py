"""What is never told."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.summarize import summarize_story
from newsletter.highlights.weaknesses import FILLER, find_weaknesses, speaks
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


@pytest.mark.parametrize(
    ("text", "first_person"),
    [
        ("Acme Acquisition I Corp. raised $40 million.", False),
        ("The Phase I trial has ended.", False),
        ("the ferry sails in the us for 9 dollars.", False),
        ("Acme freezes its plant in Mo i Rana.", False),
        ("as i said, it sails.", True),
        ("I sold the herd in April.", True),
        ("It is our dearest ferry.", True),
        ("Ada Brown told me that it sails.", True),
        ("Ada Brown said: “We sold it.”", False),
    ],
)
def test_who_speaks_for_himself_is_known_from_a_number_and_a_country(
    text: str, *, first_person: bool
) -> None:
    assert speaks(text) is first_person


def test_a_column_is_told_by_what_it_asks_for() -> None:
    text = (
        "The harbour of Lund has 31 cranes, and no town in the country has more of them.\n\n"
        "Its owner bought four of them in March for 9 million euros, from a yard in Turku.\n\n"
        "In May the quay stood empty for 12 days, and the council was asked to lend 40 million euros.\n\n"
        "The council should refuse the loan and sell the quay to whoever uses it.\n\n"
        "I have watched the ships of Lund since 1998, and I like them."
    )
    article = make_article(title="Opinion: Cranes are no policy", text=text, byline="Ada Brown")
    told = [h.text for h in summarize_story((article,), settings=Editorial())]
    assert any("should refuse the loan" in one for one in told), told


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("Looking ahead, Acme expects sales of $40 million.", False),
        ("Ada Brown discussed the progress of her yard.", True),
        ("The article also stated that 40% of the ferries had sunk.", True),  # it had not
        ("The crane cost $4,000.", False),
    ],
)
def test_what_is_vague_is_told_where_it_states_a_sum_or_a_share(text: str, *, vague: bool) -> None:
    article = make_article(text=text)
    (sentence,) = split_sentences(text)
    assert (FILLER in find_weaknesses(article, sentence, text, led=False, spoken=False)) is vague
