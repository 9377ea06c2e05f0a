"""Places are told by the words around them: the same words, near, on the same side."""

from __future__ import annotations

from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import take_apart


def compare(left: str, right: str, mark: str) -> float:
    """How alike the places of ``mark`` are in two sentences."""
    pieces = [take_apart(left), take_apart(right)]
    places = [next(n for n, t in enumerate(piece.tokens) if t.text == mark) for piece in pieces]
    return alike(*(look_around(piece, place, place) for piece, place in zip(pieces, places, strict=True)))


def test_a_place_is_most_like_itself() -> None:
    sentence = "Bread sales rose 12 percent in Cork while cake sales fell in Galway."
    assert compare(sentence, sentence, "rose") > compare(
        sentence, "Cake sales in Galway rose last year.", "rose"
    )


def test_near_words_count_more_than_far_ones() -> None:
    near = compare("Cork bread rose.", "Cork bread rose.", "rose")
    far = compare("Cork bread rose.", "Cork bread of which many loaves, old and new, rose.", "rose")
    assert near > far > 0


def test_the_other_side_counts_less() -> None:
    same = compare("The bakery rose.", "The bakery rose.", "rose")
    other = compare("The bakery rose.", "There rose the bakery.", "rose")
    assert same > other > 0


def test_nothing_in_common_is_nothing_alike() -> None:
    assert compare("Bread rose.", "Ferries rose.", "rose") == 0


def test_inflection_does_not_matter() -> None:
    assert compare("The ferry operators rose.", "A ferry operator rose.", "rose") > 1
