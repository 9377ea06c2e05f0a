"""What is bad for the company that tells it is weighed by its words, and the worst of a release is told."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.bad_news import BAD, find_gravity, weigh_bad_news
from newsletter.highlights.summarize import summarize_story
from newsletter.model import PublisherKind
from tests.support.factories import make_article, make_publisher

RELEASE = (
    "Quillback Ferries has carried a record 4.1 million passengers in the second quarter, 9% more than a year before.\n\n"
    "Revenue rose to $212 million, from $198 million, on higher fares on the lines to the islands.\n\n"
    "The yard in Bergen delivered three ferries, and 140 welders have been hired since March.\n\n"
    "Fares for cars rose by 6% in May, when the new booking system was opened to all agents.\n\n"
    "{worst}\n\n"
    "The annual meeting will be held in Oslo, and the chair will present a plan for the port of Wick."
)


@pytest.mark.parametrize(
    "worst",
    [
        "The net result amounted to minus $31 million, compared with plus $12 million a year before.",
        "Quillback has decided to pause work on the yard in Wick and will cut about 400 positions by the end of the year.",
        "The lenders have agreed not to test the covenant at the end of June, as the cost of the yard has risen to $94 million.",
    ],
)
def test_the_worst_of_a_company_s_own_release_is_told(worst: str) -> None:
    article = make_article(
        title="Quillback Ferries carries record number of passengers",
        text=RELEASE.format(worst=worst),
        publisher=make_publisher("Quillback Ferries", kind=PublisherKind.ISSUER),
    )
    told = summarize_story((article,), settings=Editorial())
    assert any(one.text.lower().endswith(worst.lower()) for one in told)


@pytest.mark.parametrize(
    ("bad", "like"),
    [
        ("The plant was shut in May after a fire.", "The plant was opened in May after a test."),
        (
            "The customer has informed us that it will not take further deliveries.",
            "The customer has informed us that it will take further deliveries.",
        ),
        ("Sales fell to 40 tonnes, from 90.", "Sales rose to 90 tonnes, from 40."),
    ],
)
def test_bad_news_weighs_more_than_what_looks_like_it(bad: str, like: str) -> None:
    assert find_gravity(bad) > find_gravity(like)


def test_no_name_and_no_figure_weighs_anything() -> None:
    one, other = (
        weigh_bad_news(f"The yard of {who} will be closed by {when}.")
        for who, when in (("Quillback", 2027), ("Norhavn", 2031))
    )
    assert one == other
    assert find_gravity("The yard opened.") < BAD


def test_bad_news_gives_way_to_worse() -> None:
    milder = (
        "Revenue fell to $198 million, from $212 million, as a customer deferred two orders for ferries of the yard.\n\n"
        "Operating costs rose by 9% to $41 million, and the margin fell to 4%, from 11% in the quarter before.\n\n"
        "Delivery of the third ferry was delayed by a quarter after a fire in the paint shop of the yard in Bergen.\n\n"
        "The line to Wick was shut in May, and its two ships were laid up, because of a shortfall in traffic."
    )
    worst = (
        "The Board now expects a loss for the year, and there is substantial doubt that Quillback can go on."
    )
    article = make_article(
        title="Quillback Ferries reports its second quarter",
        text=f"Quillback Ferries reports its second quarter.\n\n{milder}\n\n{worst}",
        publisher=make_publisher("Quillback Ferries", kind=PublisherKind.ISSUER),
    )
    told = summarize_story((article,), settings=Editorial())
    assert any(one.text.endswith(worst) for one in told)
