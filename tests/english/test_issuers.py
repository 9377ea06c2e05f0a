"""Whose release an article is, by the form of its first sentences."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.english.speech import find_issuer
from newsletter.highlights.summarize import summarize_story
from newsletter.model import HighlightKind
from tests.support.factories import make_article


def issuer(text: str) -> str:
    found = find_issuer(split_sentences(text))
    return found.name if found else ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "BOISE, ID - May 3, 2026 (NEWMEDIAWIRE) - Larkspur Metals Inc. (OTC: LARK) announced that it opened a mill.",
            "Larkspur Metals",
        ),
        (
            "Larkspur Metals Corp. (NYSE: LARK) (“Larkspur” or the “Company”), a miner, has opened a mill in Boise.",
            "Larkspur",
        ),
        (
            "Larkspur Metals, a miner, is pleased to announce that it has opened a mill in Boise.",
            "Larkspur Metals",
        ),
        ("Larkspur Metals announced that it opened a mill, according to Ore Daily.", ""),
        (
            "BOISE, ID - May 3, 2026 (NEWMEDIAWIRE) - Critical minerals are redefining power in the world of today.",
            "",
        ),
    ],
)
def test_a_release_says_whose_it_is(text: str, name: str) -> None:
    assert issuer(text) == name


def test_a_releases_own_praise_is_its_companys_and_not_the_publishers() -> None:
    text = (
        "BOISE, ID - May 3, 2026 (NEWMEDIAWIRE) - Larkspur Metals Inc. (“Larkspur” or the “Company”) applauds the order.\n\n"
        "Through its holdings Larkspur has the ability to assist refiners with feedstock from Idaho."
    )
    told = summarize_story(
        (make_article(title="Larkspur applauds the order", text=text),), settings=Editorial()
    )
    praise = next(h for h in told if "ability" in h.text)
    assert praise.kind is HighlightKind.CLAIM
    assert praise.lead_in is not None
    assert praise.lead_in.text == "Larkspur says:"
