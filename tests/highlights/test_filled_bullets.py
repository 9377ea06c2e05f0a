"""A bullet with room tells the next sentence of its paragraph, too; never across items or speakers."""

from __future__ import annotations

from dataclasses import replace

from newsletter.highlights.candidates import Candidate, find_story_candidates, join
from newsletter.highlights.lead_ins import make_lead_in
from tests.support.factories import make_article

NEWS = """
Norhavn opened a second mill in Tallin on Monday.

The mill employs 210 people in two shifts. Rival Baltia has no mill in the country. The mill was built for $40 million in two years.

Shares of Norhavn rose by 4% in Oslo.
"""


def find(text: str) -> list[Candidate]:
    article = make_article(title="Norhavn opens mill", text=text)
    return list(find_story_candidates([article], max_words=34))


def test_two_neighbours_of_a_paragraph_stand_in_one_bullet() -> None:
    _, *rest = find(NEWS)
    first, second = (next(one for one in rest if words in one.text) for words in ("210", "Rival"))
    whole = join(first, second, max_words=34)
    assert whole is not None
    assert whole.text == "The mill employs 210 people in two shifts. Rival Baltia has no mill in the country."
    assert [cited.sentence for cited in whole.citations] == [
        "The mill employs 210 people in two shifts.",
        "Rival Baltia has no mill in the country.",
    ]


def test_what_stands_farther_off_is_told_beside_none() -> None:
    """ "Norhavn opened a mill on Monday; shares of Norhavn rose by 4%": a reader takes the one for the other's cause."""
    found = find(NEWS)
    pairs = [(one, other) for one in found for other in found if join(one, other, max_words=34)]
    assert [(one.sentence.index, other.sentence.index) for one, other in pairs] == [(1, 2), (2, 3)]


def test_a_bullet_does_not_grow_beyond_its_words() -> None:
    first, other = (next(one for one in find(NEWS) if words in one.text) for words in ("Rival", "$40"))
    assert join(first, other, max_words=16) is None


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
    first, other = (next(one for one in find(NEWS) if words in one.text) for words in ("Rival", "$40"))
    said = replace(other, lead_in=make_lead_in(other.article, "Baltia", other.sentence))
    assert join(first, other, max_words=34) is not None
    assert join(first, said, max_words=34) is None
