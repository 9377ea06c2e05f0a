from __future__ import annotations

import pytest

from newsletter.english.fragments import is_fragment
from newsletter.english.rules import matches


@pytest.mark.parametrize(
    "text",
    [
        "In Lund, where there is no such tax, it does not.",
        "Lund Ferries said its legal advice was that it did not.",
        "The mill closed in May, but the others have not.",
    ],
)  # fmt: skip
def test_what_has_no_main_verb_or_was_run_together_is_no_sentence(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text",
    [
        "Acme Holdings, a miner in Ontario, opened a plant on Monday.",
        "Ada Brown, Chairman of the Board of Acme, opened the plant.",
        "With China holding 90% of the market, the world cannot bet on goodwill.",
        "Ada Brown says, “Taxes are too late for most of us.”",
        "Acme, Inc., a miner in Ontario, and Lund Co., Ltd. today announced a pact.",
        "To the north, ferries run daily.",
        "Lund may appeal within 20 days, that is, by 7 August.",
        "The board has, and will keep, 31 ships in Deal.",
        "Asked whether the ferry would run, the harbour said that it would.",
        "Between 2019 and 2023, exports doubled.",
        "The old ferry is insured in Oslo, and the other one isn't.",
        "Mr. Jon Sand has been appointed to the post.",
        "The company completed a hydrogen demonstration plant in Ordos.",
        "The complex in Ontario serves as the proving ground for the process.",
        "Midstream: the plant will separate 900 tonnes a year.",
        "For the first half, Acme reported total revenues of 2 million dollars.",
        "The purchase brings the Tamworth Mine, a vein of 900 feet, to Acme.",
        "In February, a court in Ontario had cleared the path for the mill.",
        "The mill in Turku sold more cheese in May than it did.",
        "Nobody at the mill in Turku knew what they had.",
        "Grades ranged from 5% in the pit to 14% below it.",
        "Acme Z, a maker of cranes announces the appointment of Ada Brown.",  # its comma is lost
        "Acme Inc., a leading maker of cranes, just announced its owner, Ada Brown, a leading name.",
        "The comments, which Ada Brown made in Oslo, were clear.",
        "Acme Inc. announced, on May 4, that it entered into a contract.",
        "Now, a reward of 40 dollars is offered for the ferry.",
        "Assays from the first 11 of 26 holes in Lund extend the known field by 240 metres.",
        "Profits reached $3 million, with loans growing.",
        "According to the request, imports rose from 210 tonnes to 940 tonnes.",
        "With a plan for growth, a strong team, and new funds, Acme is able to build.",
    ],
)
def test_a_whole_sentence_is_left_alone(text: str) -> None:
    assert not is_fragment(text)


def test_a_sum_that_lost_a_digit_is_a_misprint() -> None:
    assert matches("misprint", "Revenues came to approximately $416,00 in 2024.")
    assert not matches("misprint", "Revenues came to $416,323 in 2024, $41,000 more, and €3.5 a share.")
