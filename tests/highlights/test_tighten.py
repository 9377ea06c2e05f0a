from __future__ import annotations

import pytest

from newsletter.highlights.candidates import Candidate, find_candidates
from newsletter.highlights.set_value import Ground
from newsletter.highlights.tighten import tighten
from newsletter.highlights.trims import trim
from newsletter.highlights.word_model import tokenize
from tests.support.factories import make_article

MATTERS = "Lynas opened a mill for terbium oxide in Kuantan by the sea"
GROUND = Ground(words=dict.fromkeys(tokenize(MATTERS), 0.6), pairs={}, title=frozenset(), sentences={})


def tightened(sentence: str, *, subject: str = "") -> Candidate:
    article = make_article(title="Lynas opens a mill", text=sentence)
    candidate = find_candidates(article, max_words=40)[0]
    terms = (lambda text: float(subject in text)) if subject else None
    return tighten(candidate, GROUND, terms=terms)


def test_an_aside_that_brings_nothing_goes_and_is_told() -> None:
    found = tightened(
        "Lynas opened a mill for terbium oxide in Kuantan, delighting several visitors from afar."
    )
    assert found.text == "Lynas opened a mill for terbium oxide in Kuantan."
    assert found.cut == ("delighting several visitors from afar",)


@pytest.mark.parametrize(
    "sentence",
    [
        "Lynas opened a mill for terbium oxide in Kuantan, excluding several annexes from afar.",
        "Lynas opened a mill for terbium oxide in Kuantan, costing its owners 40 million dollars.",
        "Lynas opened a mill for terbium oxide in Kuantan, citing several officials of the ministry.",
        "Lynas opened a mill for terbium oxide in Kuantan, with output reportedly planned for later.",
    ],
)
def test_conditions_figures_sources_and_hedges_never_go(sentence: str) -> None:
    assert tightened(sentence).text == sentence


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        (
            "The mill, which delighted visitors from afar, will make terbium oxide in Kuantan.",
            "The mill will make terbium oxide in Kuantan.",
        ),
        (
            "Lynas opened a mill for terbium oxide in Kuantan, which delighted visitors from afar.",
            "Lynas opened a mill for terbium oxide in Kuantan.",
        ),
    ],
)
def test_a_clause_that_only_adds_to_a_thing_goes(sentence: str, left: str) -> None:
    assert tightened(sentence).text == left


@pytest.mark.parametrize(
    "sentence",
    [
        "Lynas opened a mill for terbium oxide, which never delighted visitors, in Kuantan.",
        "In Kuantan, the mill, which delighted visitors from afar, will make terbium oxide.",
        "The mill, which has not delighted visitors, will make terbium oxide in Kuantan.",
        "Lynas opened a mill for terbium oxide, which delighted visitors, documents showed in Kuantan.",
    ],
)
def test_a_clause_that_limits_or_whose_end_is_unsure_stays(sentence: str) -> None:
    assert tightened(sentence).text == sentence


def test_words_of_the_subject_stay() -> None:
    sentence = "Lynas opened a mill for terbium oxide in Kuantan, delighting several visitors from afar."
    assert tightened(sentence, subject="visitors").text == sentence


def test_a_cut_never_glues_two_words_together() -> None:
    found = tightened("Lynas opened a mill (the second)for terbium oxide in Kuantan by the sea.")
    assert found.text == "Lynas opened a mill for terbium oxide in Kuantan by the sea."


def test_where_a_study_is_read_goes_before_the_study() -> None:
    text, cut = trim(
        "Magnets of the new kind keep their force at twice the heat, according to a preliminary study presented "
        "today at the Magnetics Society’s Annual Sessions 2026.",
        max_words=20,
    )
    assert text.endswith("twice the heat, according to a preliminary study.")
    assert cut == ("presented today at the Magnetics Society’s Annual Sessions 2026",)


def test_a_speaker_keeps_name_and_role_but_not_the_degrees() -> None:
    text, _ = trim(
        "“The force of these magnets holds at twice the heat of the old ones,” said study author Zhen Zhou, Ph.D., a fellow at the institute.",
        max_words=20,
    )
    assert text.endswith("said study author Zhen Zhou.")


def test_a_speaker_whose_role_comes_last_keeps_it() -> None:
    sentence = (
        "“The force of these magnets holds at twice the heat,” said Zhen Zhou, chief executive of Acme."
    )
    assert trim(sentence, max_words=10) == (sentence, ())


def test_examples_go_where_a_sentence_is_too_long() -> None:
    text, _ = trim(
        "China restricted the export of seven heavy rare earths, including samarium, terbium and yttrium, along with magnets.",
        max_words=15,
    )
    assert text == "China restricted the export of seven heavy rare earths along with magnets."
