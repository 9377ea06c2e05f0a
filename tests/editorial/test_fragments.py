from __future__ import annotations

import pytest

from newsletter.editorial.fragments import is_fragment
from newsletter.editorial.sentences import BlockKind, split_sentences


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Acme Holdings, a mine located in Ontario that produces a variety of elements, including iron and vanadium.", "paragraph"),
        ("Ada Brown, Chairman of the Board of Acme General Smith completed 37 years of public service.", "paragraph"),
        ("Jon Sand Appointed Global Chief Marketing Officer Mr. Jon Sand has been appointed to the post.", "paragraph"),
        ("Midstream: Expansion of separation capabilities in partnership with a research council.", "bullet"),
        ("With rare earths underpinning over $3 trillion in industry, and governments prioritizing supply.", "paragraph"),
        ("2157.1 ppm total rare earth elements (of which 114.4 ppm are heavy).", "bullet"),
    ],
)  # fmt: skip
def test_what_has_no_main_verb_or_was_run_together_is_no_sentence(text: str, kind: str) -> None:
    assert is_fragment(text, BlockKind(kind))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Acme Holdings, a miner in Ontario, opened a plant on Monday.", "paragraph"),
        ("Ada Brown, Chairman of the Board of Acme, opened the plant.", "paragraph"),
        ("With China holding 90% of the market, the world cannot bet on goodwill.", "paragraph"),
        ("Mr. Jon Sand has been appointed to the post.", "paragraph"),
        ("The company completed a hydrogen demonstration plant in Ordos.", "bullet"),
        ("The complex in Ontario serves as the proving ground for the process.", "bullet"),
        ("Midstream: the plant will separate 900 tonnes a year.", "bullet"),
    ],
)
def test_a_whole_sentence_is_left_alone(text: str, kind: str) -> None:
    assert not is_fragment(text, BlockKind(kind))


def test_a_heading_that_was_run_into_its_text_is_a_sentence_of_its_own() -> None:
    text = (
        "The Importance Of Critical MineralsCritical materials play a role in every motor. Minerals matter."
    )
    assert [s.text for s in split_sentences(text)][:2] == [
        "The Importance Of Critical Minerals",
        "Critical materials play a role in every motor.",
    ]
    kept = "Ucore Shows How RapidSX works in a plant near the sea."
    assert [s.text for s in split_sentences(kept)] == [kept]
