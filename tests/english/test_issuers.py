"""Whose release an article is, by the form of its first sentences."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.english.speech.issuers import find_issuer, find_payer
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.lead_ins import find_distributed
from newsletter.highlights.summarize import summarize_story
from newsletter.model import HighlightKind, PublisherKind
from tests.support.factories import make_article, make_publisher


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
        (
            "BOISE, ID - May 3, 2026 (NEWMEDIAWIRE) - Larkspur Metals Inc. (“Larkspur” or the “Company”), is pleased to mill.",
            "Larkspur",  # and not the town
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


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("A mill opens", "Larkspur is a paying client of Ore Daily.", "Larkspur"),
        ("A mill opens", "This article was paid for by Larkspur Metals Inc.", "Larkspur Metals"),
        ("A mill opens", "Ore Daily has been paid C$25,000 by Larkspur for a campaign.", "Larkspur"),
        ("Sponsored: A mill opens", "A mill has opened.", "A sponsored article"),
        ("A mill opens", "A webinar that was sponsored by Larkspur has ended.", ""),
        ("A mill opens", "The mill was paid for by the state.", ""),
    ],
)
def test_a_piece_that_somebody_paid_for_says_so(title: str, text: str, name: str) -> None:
    found = find_payer(title, "Ore Daily", split_sentences(text))
    assert (found.name if found else "") == name


PAID = "Larkspur is a paying client of Ore Daily. Nothing here is advice."


def test_praise_in_a_paid_piece_stands_under_who_paid_and_its_facts_stand_alone() -> None:
    text = (
        "The mill in Boise of Larkspur is a game-changer for the whole industry of refining.\n\n"
        f"It can treat 31,000 tonnes of ore in each year.\n\n{PAID}"
    )
    found = find_candidates(make_article(title="A mill opens", text=text), max_words=34)
    shown = {one.sentence.index: one.shown for one in found}
    assert shown[0].startswith("Larkspur says: the mill in Boise of Larkspur is a game-changer")
    assert "paying client" not in " ".join(shown.values())


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Larkspur Metals Ltd (SGX: LKS) (“Larkspur”) has agreed to buy a mill.", "Larkspur Metals"),
        ("OSLO, 2 May 2026 – Larkspur Metals Limited (ASX: LKS) today announced a mill.", "Larkspur Metals"),
        ("Larkspur (AIM: LKS) has signed for a mill.", "Larkspur"),
        ("Prices of mills rose. Larkspur Metals Ltd said so.", ""),
        ("Larkspur Metals Inc.’s report has shaken investors.", ""),
    ],
)
def test_a_release_that_another_distributes_is_its_first_company_s(text: str, company: str) -> None:
    wire = make_publisher("Beacon Newswire", kind=PublisherKind.ISSUER)
    assert find_distributed(make_article(text=f"{text}\n\nIt opens in May.", publisher=wire)) == company
