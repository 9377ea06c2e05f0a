from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import load_table
from newsletter.errors import ConfigError
from newsletter.stories.lexicon import Lexicon, build_lexicon

SHIPPED = load_table("lexicon.toml")
LEXICON = build_lexicon(SHIPPED)


def names(text: str, lexicon: Lexicon = LEXICON) -> list[str]:
    return [hit.term.name for hit in lexicon.find(text)]


def small(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "newsletter": {"subject": "cheese"},
        "section": [
            {"key": "top", "title": "Top", "lead": True},
            {"key": "other", "title": "Other", "default": True},
        ],
        "term": [{"kind": "cheese", "subject": True, "terms": ["Gouda = Goudse kaas", "Edam [CS]"]}],
    }
    return {**data, **changes}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rare-earth magnets", ["rare earth magnet"]),
        ("RARE EARTHS", ["rare earth"]),
        ("the Mt. Weld mine", ["Mount Weld", "mine"]),
        ("Norra Kärr and Norra Karr", ["Norra Kärr", "Norra Kärr"]),
        ("Baiyun Obo", ["Bayan Obo"]),
        ("China’s quota", ["China", "quota"]),
        ("a rare. Earth moved", []),
        ("bastnäsite", ["bastnaesite"]),
    ],
)
def test_a_term_is_found_under_its_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_hits_carry_their_exact_span() -> None:
    text = "Sales of NdFeB magnets rose."
    (hit,) = LEXICON.find(text)
    assert text[hit.start : hit.end] == "NdFeB magnets"


def test_a_symbol_counts_only_beside_a_word_of_the_subject() -> None:
    assert names("La Rochelle and Nd Miller") == []
    assert names("neodymium (Nd) prices")[:2] == ["neodymium", "neodymium"]
    assert "neodymium" not in names("nd neodym rare earths")  # lower case is no symbol


def test_a_trap_cancels_the_term_in_the_whole_article() -> None:
    assert "rare earth" not in names("Rare Earth play again. The Motown band has a new album.")
    assert "REE" not in names("REE, the grid operator, and rare earths")


def test_a_longer_look_alike_swallows_the_term() -> None:
    assert names("holmium laser enucleation") == []
    assert names("holmium oxide") == ["holmium"]


def test_another_industry_needs_only_another_file() -> None:
    lexicon = build_lexicon(small())
    assert names("Goudse kaas and Edam near gouda", lexicon) == ["Gouda", "Edam", "Gouda"]


def test_state_media_are_known_by_name() -> None:
    assert LEXICON.is_state_media("baogang daily")
    assert not LEXICON.is_state_media("Mining Weekly")


def test_every_section_of_the_shipped_file_is_in_order() -> None:
    assert [section.key for section in LEXICON.sections] == [
        "top", "prices", "china", "policy", "companies", "projects", "processing", "technology", "opinion",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"term": []}, "term"),
        ({"term": [{"kind": "x", "subject": True, "terms": ["a [XX]"]}]}, "[XX]"),
        ({"term": [{"kind": "x", "subject": True, "terms": "a"}]}, "terms"),
        ({"term": [{"kind": "x", "terms": ["a"]}]}, "subject"),
        ({"section": [{"key": "top", "title": "Top", "lead": True}]}, "section"),
        (
            {
                "section": [
                    {"key": "a", "title": "A", "lead": True},
                    {"key": "a", "title": "B", "default": True},
                ]
            },
            "'a'",
        ),
        (
            {
                "section": [
                    {"key": "a", "title": "A", "lead": True},
                    {"key": "b", "title": "B", "default": True, "votes": {"moon": 1}},
                ]
            },
            "moon",
        ),
        ({"trap": [{"terms": ["Goudse kaas"], "words": ["x"]}]}, "'Goudse kaas'"),
        ({"colour": 1}, "colour"),
        ({"newsletter": {}}, "subject"),
    ],
)
def test_a_malformed_file_says_what_and_where_and_what_to_do(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=r"lexicon\.toml") as caught:
        build_lexicon(small(**changes))
    assert told in str(caught.value)
    assert caught.value.hint


@given(st.text(max_size=300))
def test_any_text_is_read_without_error_and_hits_never_overlap(text: str) -> None:
    hits = LEXICON.find(text)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)


def test_a_trap_that_is_a_terms_plural_acts_and_spares_the_term() -> None:
    wind = build_lexicon(
        small(
            term=[{"kind": "wind", "subject": True, "terms": ["offshore wind"]}],
            trap=[{"phrases": ["offshore winds"]}],
        )
    )
    assert not wind.find("Strong offshore winds delay the ferry")
    assert [hit.term.name for hit in wind.find("An offshore wind farm")] == ["offshore wind"]


def _without(phrase: str) -> Lexicon:
    traps = [
        {**trap, "phrases": [other for other in trap.get("phrases", []) if other != phrase]}
        for trap in SHIPPED["trap"]
    ]
    return build_lexicon({**SHIPPED, "trap": traps})


@pytest.mark.parametrize("phrase", [phrase for trap in SHIPPED["trap"] for phrase in trap.get("phrases", [])])
def test_every_shipped_phrase_of_a_trap_acts(phrase: str) -> None:
    """Beside a word of the subject, so that names that need one are found too."""
    text = f"Dysprosium of Lynas beside {phrase} in it"
    assert LEXICON.find(text) != _without(phrase).find(text)


@pytest.mark.parametrize(
    ("term", "name", "word"),
    [
        (term, name, word)
        for trap in SHIPPED["trap"]
        for term in trap.get("terms", [])
        for name in trap.get("names", [term])
        for word in trap["words"]
    ],
)
def test_every_shipped_word_of_a_trap_cancels_its_terms(term: str, name: str, word: str) -> None:
    beside = (
        "Holmium" if term != "holmium" else "Terbium"
    )  # some names count only beside a word of the subject
    found = [hit.term.name for hit in LEXICON.find(f"{beside} {name} and no more")]
    assert term in found
    assert term not in [hit.term.name for hit in LEXICON.find(f"{beside} {name} and {word}")]
