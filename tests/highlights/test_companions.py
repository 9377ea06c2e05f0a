from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.companions import COMPANIONS, find_missing
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article

CASES = [
    (
        "Inspectors accused the dairy of hiding tests.",
        "The dairy denied that it hid tests.",
        "an accusation and its denial",
    ),
    (
        "Shares of Corva rose 9% on a rumour of a bid.",
        "Corva said there was no truth in talk of a bid.",
        "a rumour and what became of it",
    ),
    (
        "The airline signed an agreement to buy Nordjet.",
        "The agreement is non-binding, the airline said.",
        "a deal and what it does not bind to",
    ),
    (
        "The drug cut relapses by 40% in a trial.",
        "The trial has not been peer-reviewed.",
        "a result and its caveat",
    ),
]


@pytest.mark.parametrize(("told", "other", "name"), CASES)
def test_what_must_not_be_told_alone_is_missed(told: str, other: str, name: str) -> None:
    sentences = split_sentences(f"{told} {other}")
    assert [(rule.name, index) for rule, index in find_missing([told], 0, told, sentences)] == [(name, 1)]
    assert find_missing([told, other], 0, told, sentences) == []


def test_every_rule_has_a_case() -> None:
    assert {name for *_, name in CASES} == {rule.name for rule in COMPANIONS}


def test_a_set_tells_the_denial_beside_the_accusation() -> None:
    text = (
        "Inspectors accused the dairy Larkmilk on Monday of hiding nine tests that found lead in its milk. "
        "Milk from the plant in Boise is sold in three states. The plant was built in 1998 and employs 140 people. "
        "Sales of the dairy rose 6% last year to $82 million. Larkmilk denied hiding any test and said all were filed."
    )
    found = summarize_story(
        (make_article(title="Dairy accused over lead", text=text),), settings=Editorial(max_highlights=2)
    )
    assert "accused" in found[0].text
    assert any("denied" in highlight.text for highlight in found)
