"""A bullet with room tells one more sentence that stands close below its own; never across items or speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.highlights.candidates import Candidate, find_story_candidates, join
from newsletter.highlights.lead_ins import make_lead_in
from tests.support.factories import make_article

NEWS = """
Norhavn opened a second mill in Tallin on Monday.

It employs 210 people. Rival Baltia has no mill in the country. The mill was built for $40 million in two years.

Shares of Norhavn rose by 4% in Oslo.
"""


def find(text: str) -> list[Candidate]:
    article = make_article(title="Norhavn opens mill", text=text)
    return list(find_story_candidates([article], max_words=34, least=2))


def test_two_short_sentences_close_to_each_other_stand_in_one_bullet() -> None:
    first, *rest = find(NEWS)
    whole = join(first, next(one for one in rest if "$40" in one.text), max_words=34)
    assert whole is not None
    assert whole.text == (
        "Norhavn opened a second mill in Tallin on Monday; the mill was built for $40 million in two years."
    )
    assert [cited.sentence for cited in whole.citations] == [
        "Norhavn opened a second mill in Tallin on Monday.",
        "The mill was built for $40 million in two years.",
    ]


@pytest.mark.parametrize("words", ["Shares of Norhavn", "Norhavn opened"])
def test_what_stands_far_below_or_above_it_is_not_told_there(words: str) -> None:
    first, *rest = find(NEWS)
    other = next(one for one in [first, *rest] if words in one.text)
    assert join(first if other is not first else rest[-1], other, max_words=34) is None


def test_what_shares_a_measure_alone_is_another_matter() -> None:
    text = "Norhavn put the cost of the strike at $9 million a day.\n\nTwo buyers of paper held stocks for about ten days."
    first, second = find(text)
    assert join(first, second, max_words=34) is None


def test_a_bullet_does_not_grow_beyond_its_words() -> None:
    first, *rest = find(NEWS)
    assert join(first, next(one for one in rest if "$40" in one.text), max_words=18) is None


def test_two_items_of_a_round_up_share_no_bullet() -> None:
    text = """
Here is what moved this week.

1. Ports

Tallin let its second port to Norhavn for 40 years.

2. Rail

Oslo bought eleven trains from Baltia for $40 million.

3. Roads

Lund shut its old bridge to lorries of over 12 tonnes.
"""
    found = find(text)
    assert len(found) > 2
    assert all(join(one, other, max_words=34) is None for one in found for other in found)


def test_what_another_speaker_says_is_not_told_under_the_first() -> None:
    first, *rest = find(NEWS)
    other = next(one for one in rest if "$40" in one.text)
    said = replace(other, lead_in=make_lead_in(other.article, "Baltia", other.sentence))
    assert join(first, other, max_words=34) is not None
    assert join(first, said, max_words=34) is None


def test_what_counts_from_a_time_just_told_stands_beside_no_other_sentence() -> None:
    first, *rest = find(
        NEWS.replace("was built for $40 million in two years", "will shut its old hall a year later")
    )
    assert join(first, next(one for one in rest if "later" in one.text), max_words=34) is None
