"""A place asks for a kind of name: who says, where something stands, when it is done."""

from __future__ import annotations

import pytest

from newsletter.gate.kinds import describe_place, fit, weigh_name, weigh_place
from newsletter.gate.pieces import read_source, take_apart
from newsletter.gate.roles import read_names

ARTICLE = read_source(
    "Ada Brown, chief executive of Acme Metals, said on Tuesday that output would double. "
    "Acme Metals is building the plant in Ribe, and a second one in Porsgrunn is to follow in March. "
    "The plant in Ribe will employ 90 people, Brown said. "
    "On Tuesday shares of Acme Metals rose 4%. Work in Ribe begins in March."
)


@pytest.mark.parametrize(
    ("bullet", "at", "right", "wrong"),
    [
        ("Chief executive X told reporters that output would double.", 2, "ada brown", "ribe"),
        ("Output would double, X said.", 3, "ada brown", "march"),
        ("The company will employ 90 people in X by the end of the year.", 7, "ribe", "ada brown"),
        ("Work begins in X.", 3, "march", "acme metals"),
        ("X's chief executive said so.", 0, "acme metals", "tuesday"),
    ],
)
def test_a_name_of_the_asked_kind_fits_better(bullet: str, at: int, right: str, wrong: str) -> None:
    names = read_names(ARTICLE)
    asked = weigh_place(take_apart(bullet), at, at)
    fits = [fit(asked, names.weigh(tuple(name.split()))) for name in (right, wrong)]
    assert fits[0] > fits[1], fits


def test_a_place_is_told_by_what_stands_around_it() -> None:
    piece = take_apart("In 2024, the Ribe plant’s owner said so.")
    assert {"a the", "l <year>", "lm ,", "r plant", "rr <post>"} <= set(describe_place(piece, 3, 3))


def test_a_name_that_nothing_is_known_of_fits_anywhere() -> None:
    asked = weigh_place(take_apart("Output would double, X said."), 3, 3)
    assert fit(asked, tuple(0.0 for _ in asked)) == 0
    assert len(weigh_name(("zyxw",), ())) == len(asked)
