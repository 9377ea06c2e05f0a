"""Searching finds the same on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import IssueKey
from newsletter.store.engine import Store
from newsletter.store.search import SearchRow, index_issue, list_indexed, search_issues, split_words

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)
STORIES = {
    "karr": SearchRow(
        story="karr", headline="Norra Kärr drilling resumes", body="Bastnäsite was found at 2.5% TREO."
    ),
    "quota": SearchRow(
        story="quota",
        headline="MIIT lifts the rare-earth quota",
        body="China's quota rose to 270,000 tonnes.",
    ),
    "baogang": SearchRow(
        story="baogang",
        headline="包钢股份 reports",
        body="NdPr oxide at 560 yuan; the company’s output fell.",
    ),
    "per": SearchRow(
        story="per", headline="LKAB permits at Per Geijer", body="Ion-adsorption clays of Łódź and São Paulo."
    ),
}


@pytest.fixture
def filled(either: Store) -> Store:
    list_indexed(either)
    index_issue(either, KEY, "hash", STORIES.values())
    return either


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kärr", {"karr"}),
        ("karr", {"karr"}),
        ("KARR", {"karr"}),
        ("bastnasite", {"karr"}),
        ("bastnäsit", {"karr"}),
        ("drill", {"karr"}),
        ("drilled resuming", {"karr"}),
        ("rare earth quotas", {"quota"}),
        ("rare-earth", {"quota"}),
        ("china's", {"quota"}),
        ("270,000", {"quota"}),
        ("the quota", {"quota"}),
        ("包钢", {"baogang"}),
        ("ndpr", {"baogang"}),
        ("company's output", {"baogang"}),
        ("ion-adsorption", {"per"}),
        ("sao paulo", {"per"}),
        ("permit", {"per"}),
        ("permitting", {"per"}),
        ("unobtainium", set()),
        ("kärr quota", set()),
    ],
)
def test_both_engines_find_the_same(filled: Store, query: str, found: set[str]) -> None:
    assert {one.story for one in search_issues(filled, split_words(query))} == found
