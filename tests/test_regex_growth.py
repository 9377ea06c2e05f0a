"""No pattern that searches a whole foreign text takes more than its share as the text grows.

Each is fed texts made of its own atoms, short and eight times as long.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import regex

from newsletter import control_characters
from newsletter.collect import strip_markup, xmltext
from newsletter.config import Editorial
from newsletter.english.rules import forget_texts
from newsletter.extract import clean, mojibake
from newsletter.highlights.summarize import summarize_story
from newsletter.issue import unfinished_text
from tests.support.factories import make_article
from tests.support.growth import TIMES, grows_evenly

SEARCHING = (control_characters, strip_markup, xmltext, clean, mojibake, unfinished_text)
SHORT = 2_000
ATOMS = re.compile(r"[A-Za-z]{2,}|\\?[^\w\s\\]|\\[nst]")


def find_patterns(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        for key, pattern in value.items() if isinstance(value, dict) else [("", value)]:
            if isinstance(pattern, (re.Pattern, regex.Pattern)):
                yield f"{module.__name__}.{name}{key and f' {key}'}", pattern


def make_texts(pattern: str) -> Iterator[str]:
    """Give what the pattern is written with, alone and in pairs, with what often stands around it."""
    found = [atom.removeprefix("\\") for atom in ATOMS.findall(pattern)]
    atoms = list(dict.fromkeys([" ", "a", "7", "(", "<", "[", "&", "\n", *found]))[:16]
    yield from atoms
    yield from map("".join, itertools.permutations(atoms, 2))


@pytest.mark.parametrize(
    ("name", "pattern"), [pair for module in SEARCHING for pair in find_patterns(module)]
)
def test_time_grows_with_the_text_and_no_faster(name: str, pattern: Any) -> None:
    for atom in make_texts(pattern.pattern):
        text = atom * SHORT * TIMES
        assert grows_evenly(lambda size, text=text: pattern.sub("", text[:size]), SHORT * TIMES), (name, atom)  # type: ignore[misc]


def test_a_quadratic_pattern_is_found() -> None:
    with pytest.raises(AssertionError):
        test_time_grows_with_the_text_and_no_faster("x", re.compile(r"\s*\("))


def test_blanks_before_a_remark_cost_no_more_than_others() -> None:
    assert clean.clean_text("Lynas " + " " * 200_000 + "(opens in a new tab)").rstrip() == "Lynas"


RUNS = (
    "7",
    "7,",
    "7 ",
    "$7 ",
    "7%, ",
    "a",
    "“a ",
    "(a ",
    ", a",
    "; ",
    "! ",
    "\n",
    "Lynas said ",
    " also",
    "and ",
)


@pytest.mark.parametrize("run", RUNS)
def test_an_article_that_never_ends_a_sentence_takes_no_more_than_its_share(
    run: str, words_of_the_subject: None
) -> None:
    """Rules for a sentence may take the square of it: what is longer than any sentence is none."""

    def tell(length: int) -> None:
        text = "Lynas produced 2,080 tonnes of NdPr oxide in the quarter. " + (run * length)[:length]
        article = make_article("a", title="Lynas lifts NdPr output", text=text)
        forget_texts()
        summarize_story([article], settings=Editorial())

    tell(100)  # what is read once
    assert grows_evenly(tell, SHORT * TIMES), run
