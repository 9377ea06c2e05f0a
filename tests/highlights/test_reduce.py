from __future__ import annotations

import pytest

from newsletter.highlights.reduce import is_whole, reduce_sentence, split_clauses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Harbour Lines, a ferry operator that serves nine islands in the north, raised its fares by 4% in May.",
            "Harbour Lines raised its fares by 4% in May.",
        ),
        (
            "The dairy closed its plant in Leeds on Monday, ending seven decades of cheese making in the city.",
            "The dairy closed its plant in Leeds on Monday.",
        ),
        (
            "Under a plan that ministers agreed in June, the port will double its cranes by 2031 at the latest.",
            "The port will double its cranes by 2031 at the latest.",
        ),
        (
            "The bank cut 400 jobs in March, and its rival in Oslo hired 90 traders in the same month for its desk.",
            "The bank cut 400 jobs in March.",
        ),
    ],
)
def test_a_whole_constituent_goes_from_a_long_sentence(text: str, left: str) -> None:
    assert reduce_sentence(text, max_words=11).text == left


@pytest.mark.parametrize(
    "kept",
    [
        "only if the regulator agrees",
        "subject to approval by the court",
        "though sales were lower than a year ago",
        "a charge the airline denied",
    ],
)
def test_what_limits_or_denies_a_statement_never_goes(kept: str) -> None:
    text = f"The airline will close its base in Riga next spring after thirty years of service, {kept}."
    assert kept in reduce_sentence(text, max_words=9).text


def test_a_price_is_quoted_whole_or_not_at_all() -> None:
    text = (
        "Prices of beef, a staple in the south, rose to $6.20 a kilogram in March, the highest in nine years."
    )
    assert reduce_sentence(text, max_words=8).text == text


def test_who_says_it_stays_at_the_end() -> None:
    text = "The ferry sank off Crete on Friday, which the owner called a riddle, the coast guard said."
    assert reduce_sentence(text, max_words=14).text.endswith("the coast guard said.")


def test_no_side_of_a_list_goes() -> None:
    text = "The group makes pumps, valves, pipes, and meters for water works in nine countries of the region."
    left = reduce_sentence(text, max_words=8).text
    assert "valves, pipes, and meters" in left


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "The mill in Turku will close in May, while the board says that its sister in Pori is safe for now.",
            "The mill in Turku will close in May.",
            "The board says that its sister in Pori is safe for now.",
        ),
        (
            "The insurer lost €40 million in the first quarter, and expects to break even by the end of 2027.",
            "The insurer lost €40 million in the first quarter.",
            "The insurer expects to break even by the end of 2027.",
        ),
    ],
)
def test_a_sentence_of_two_statements_is_told_as_two(text: str, first: str, second: str) -> None:
    assert split_clauses(text) == (first, second)


def test_what_somebody_says_as_a_whole_is_not_parted() -> None:
    assert split_clauses("The mill will close in May, and its sister in Pori is safe, the owner said.") == ()


@pytest.mark.parametrize(
    "broken",
    [
        "The mill in Turku will close and",
        "In May, when the mill closed",
        "The board (in Turku agreed.",
        "The sale of the",
    ],
)
def test_what_waits_for_more_is_no_sentence(broken: str) -> None:
    assert not is_whole(broken)
