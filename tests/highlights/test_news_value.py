"""What a sentence is worth as news."""

from __future__ import annotations

import pytest

from newsletter.highlights.news_value import weigh_news


@pytest.mark.parametrize(
    "text",
    [
        "The company opened Europe’s first separation plant in Estonia.",
        "Parliament approved a law that bans exports of magnet alloys.",
        "Drilling intersected 12 metres at the northern deposit.",
        "The ministry granted licences to four companies.",
    ],
)
def test_what_happened_to_a_thing_one_can_check_is_worth_more(text: str) -> None:
    factor, reasons = weigh_news(text, figure=False)
    assert factor > 1.2
    assert reasons[0] == "it reports something that happened to a thing one can check"


@pytest.mark.parametrize(
    "text",
    [
        "Results remained in the top tier of the industry despite global headwinds.",
        "Management is proud of the milestones reached by its talented staff.",
        "The group highlighted progress in its commitment to world-class operations.",
    ],
)
def test_praise_is_worth_less_and_least_without_a_figure(text: str) -> None:
    bare, reasons = weigh_news(text, figure=False)
    figured, _ = weigh_news(text, figure=True)
    assert bare < figured < 1
    assert "against it: it praises itself" in reasons


def test_a_first_quarter_is_no_first() -> None:
    assert weigh_news("Its first quarter at the plant was quiet.", figure=False) == (1.0, ())
    assert weigh_news("It is the country’s first separation plant.", figure=False)[0] > 1


def test_a_plain_sentence_is_worth_what_it_is() -> None:
    assert weigh_news("Magnets are used in motors.", figure=False) == (1.0, ())


@pytest.mark.parametrize(
    "text",
    [
        "Larkspur received a $4.2 million grant for its line.",
        "The fund has invested A$12 million in the miner.",
        "Larkspur will acquire the mill for a total consideration of AUD $7.7 million.",
        "The board has appointed Ada Brown as Chief Financial Officer.",
        "The deposit holds 14 million tonnes of ore.",
        "Recoveries reached 82% in leach tests.",
    ],
)
def test_deals_posts_and_what_is_in_the_ground_count_more_in_a_piece_that_speaks_for_a_company(
    text: str,
) -> None:
    plain, _ = weigh_news(text, figure=True)
    commercial, reasons = weigh_news(text, figure=True, commercial=True)
    assert commercial > plain
    assert any(reason.startswith("it tells") for reason in reasons)


def test_what_cannot_be_checked_and_scenes_count_less_in_a_piece_that_speaks_for_a_company() -> None:
    soft, _ = weigh_news("The team works on its process.", figure=False, commercial=True)
    scene, _ = weigh_news(
        "As the world turns to electric cars, demand keeps climbing.", figure=False, commercial=True
    )
    assert scene < soft < 1


def test_what_was_sold_in_a_quarter_is_no_deal() -> None:
    text = "Cost of goods sold was $1.7 million in the first quarter of 2025."
    assert weigh_news(text, figure=True, commercial=True) == weigh_news(text, figure=True)
