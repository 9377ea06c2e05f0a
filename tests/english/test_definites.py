from __future__ import annotations

import pytest

from newsletter.english.definites import find_pointer, find_reaction
from newsletter.english.nouns import read_things, tells_several
from newsletter.english.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "told", "pointed"),
    [
        ("According to the firm, the report supports the geology.", "Acme builds momentum", "the report"),
        ("The project is situated in the copper belt.", "Acme signs an option on a licence", "The project"),
        ("The study was part of a research contract.", "Acme on two studies of ore", "The study"),
        ("The phase 2 award expands on the first.", "Acme pushes security", "The phase 2 award"),
        ("Acme is stepping in to close the bottleneck.", "Acme grows", "the bottleneck"),
        ("China’s move exposed how thin supply is.", "Acme hires", "China’s move"),
        ("Acme will acquire the company from its founders.", "Acme buys", "acquire the company"),
        ("Acme is stepping into that gap, with a mill.", "Acme grows", "that gap"),
        ("To support this process, Acme has hired a laboratory.", "Acme grows", "this process"),
        ("Demand for these minerals is set to rise.", "Diplomats visit Acme", "these minerals"),
        (
            "The government seems to understand this and the risks of one supplier.",
            "Acme digs in Texas",
            "this",
        ),
        ("The ETF gives exposure to miners of graphite.", "Money flows into clean power", "The ETF"),
        (
            "The Alder deposit, with a historic resource of 7 million tonnes at 1% oxide in clay, is part of this positioning.",
            "Acme digs",
            "this positioning",
        ),
    ],
)
def test_a_thing_presumed_known_must_have_been_told(text: str, told: str, pointed: str) -> None:
    assert find_pointer(text, told) == pointed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The report supports the geology.", "Acme files a study"),
        ("The facility will open in June.", "Acme builds a plant"),
        ("The EIA covers water and dust.", "Acme files its environmental impact assessment"),
        ("The MOU names no price.", "Acme signs an MOU"),
        (
            "Prices fell in May when the smelters of the south sold their last stocks of oxide, and this is why they closed.",
            "Acme closes",
        ),
        ("The study was part of a contract.", "Acme completes a study of ore"),
        ("China’s actions escalated in April, when it announced export restrictions.", "Acme hires"),
        ("China’s decision to halt exports hit makers of motors.", "Acme hires"),
        ("Demand for these minerals is set to rise.", "Lithium and other minerals"),
    ],
)
def test_what_was_told_is_no_riddle(text: str, told: str) -> None:
    assert find_pointer(text, told) == ""


def test_a_companys_name_tells_of_no_thing() -> None:
    body = split_sentences("Acme Technologies hires. The mine of Acme Resources is open.")
    assert (
        find_pointer("To support this process, it hired.", "Acme Technologies hires", body) == "this process"
    )
    plain = split_sentences("Its rare metals are sold.")
    assert "metal" in read_things("Acme digs Rare Metals", plain)


def test_several_of_a_kind_are_not_the_one() -> None:
    assert tells_several("study", "Results of two independent studies")
    assert not tells_several("study", "Results of two studies and of a study by Acme")


def test_a_reaction_needs_what_it_reacts_to_above_it() -> None:
    cause = "Beijing put new curbs on exports of magnets and alloys in May."
    body = split_sentences(f"{cause} Ottawa fired back with tariffs of 40% on cars. Trade took another hit.")
    tariffs, hit = body[1], body[2]
    assert find_reaction(tariffs.text, "Magnet makers worry", tariffs, body) == "fired back"
    assert find_reaction(tariffs.text, f"Magnet makers worry {cause}", tariffs, body) == ""
    assert find_reaction(hit.text, "Magnet makers worry", hit, body) == "another hit"
    alone = split_sentences(
        "After Beijing curbed exports, Ottawa retaliated with tariffs. It pushed back the date."
    )
    for sentence in alone:
        assert find_reaction(sentence.text, "Magnets", sentence, alone) == ""
