"""Readings of a page are laid along its words, and what they keep becomes votes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.extract.choose_blocks import (
    choose_blocks,
    compare_readings,
    count_keepers,
    share_kept,
    split_words,
)
from newsletter.extract.html_blocks import Block

WORDS = st.lists(
    st.sampled_from(["oxide", "magnet", "price", "plant", "rose", "fell", "tonnes", "the", "of", "in"]),
    min_size=1,
    max_size=12,
)
BLOCKS = st.lists(WORDS.map(lambda words: Block(text=" ".join(words))), min_size=1, max_size=8)


@settings(deadline=None, max_examples=50)
@given(BLOCKS, WORDS)
def test_a_share_is_between_nothing_and_all(blocks: list[Block], other: list[str]) -> None:
    words = split_words(blocks)
    assert share_kept(words, " ".join(block.text for block in blocks)) == [1.0] * len(blocks)
    assert share_kept(words, "") == [0.0] * len(blocks)
    assert all(0.0 <= share <= 1.0 for share in share_kept(words, " ".join(other)))


def test_readings_that_keep_the_same_agree_and_others_do_not() -> None:
    blocks = [Block(text="a" * 50), Block(text="b" * 50)]
    assert compare_readings(blocks, [1.0, 0.0], [1.0, 0.0]) == 1.0
    assert compare_readings(blocks, [1.0, 0.0], [0.0, 1.0]) == 0.0
    assert compare_readings(blocks, [1.0, 1.0], [1.0, 0.0]) == pytest.approx(0.5)
    assert compare_readings(blocks, [0.0, 0.0], [0.0, 0.0]) == 0.0


def test_who_kept_a_block_is_counted() -> None:
    assert [
        count_keepers([0.0, 0.4, 0.5]),
        count_keepers([1.0, 0.0, 0.0]),
        count_keepers([1.0, 0.6, 1.0]),
    ] == [0, 1, 3]


@settings(deadline=None, max_examples=30)
@given(BLOCKS, st.data())
def test_places_are_in_order_and_of_the_page(blocks: list[Block], data: st.DataObject) -> None:
    share = st.floats(0, 1)
    votes = [[data.draw(share), data.draw(share), data.draw(share)] for _ in blocks]
    places = choose_blocks(blocks, votes, "a description")
    assert places == sorted(set(places))
    assert all(0 <= place < len(blocks) for place in places)
    assert choose_blocks([], [], "") == []
