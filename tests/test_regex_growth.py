"""No pattern that searches a whole foreign text takes more than its share as the text grows.

Each is fed texts made of its own atoms, short and eight times as long, in one run: of a linear one the time grows
about eight times, of a quadratic one sixty-four.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import regex

from newsletter import control_characters
from newsletter.collect import strip_markup, xmltext
from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.extract import clean, mojibake
from newsletter.highlights.summarize import summarize_story
from newsletter.issue import unfinished_text
from tests.support.factories import make_article

SEARCHING = (control_characters, strip_markup, xmltext, clean, mojibake, unfinished_text)
SHORT, TIMES, MOST = 2_000, 8, 24
NOTICED = 0.1  # seconds: what takes less does no harm
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


def measure(pattern: Any, text: str) -> float:
    started = time.thread_time()
    pattern.sub("", text)
    return time.thread_time() - started


@pytest.mark.parametrize(
    ("name", "pattern"), [pair for module in SEARCHING for pair in find_patterns(module)]
)
def test_time_grows_with_the_text_and_no_faster(name: str, pattern: Any) -> None:
    for atom in make_texts(pattern.pattern):
        text = (atom * SHORT)[:SHORT]
        long = measure(pattern, text * TIMES)
        if long > NOTICED:
            assert min(measure(pattern, text * TIMES), long) < MOST * measure(pattern, text), (name, atom)


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

    def tell(length: int) -> float:
        text = "Lynas produced 2,080 tonnes of NdPr oxide in the quarter. " + (run * length)[:length]
        article = make_article("a", title="Lynas lifts NdPr output", text=text)
        split_sentences.cache_clear()
        started = time.thread_time()
        summarize_story([article], settings=Editorial())
        return time.thread_time() - started

    tell(100)  # what is read once
    long = tell(SHORT * TIMES)
    if long > 5 * NOTICED:
        assert min(tell(SHORT * TIMES), long) < MOST * tell(SHORT), run
