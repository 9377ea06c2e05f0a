"""Whose words an interview is, in which nobody says "he said"."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import read_structure
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article

INTERVIEW = (
    "Ada Brown is the chief executive of Larkspur Metals in Boise.\n\n"
    "What does Larkspur do?\n\n"
    "We separate oxides from recycled magnets at our mill in Boise. The mill treated 300 tonnes in 2025.\n\n"
    "Let us turn to money. How is the mill paid for?\n\n"
    "We signed a loan agreement of $40 million with the state bank in March. It runs for ten years.\n\n"
    "What is next?\n\n"
    "We plan to open a second line in Idaho Falls in 2027, and Ada Brown will not be far from it."
)


def test_every_answer_of_an_interview_is_the_interviewees() -> None:
    title = "Q&A with Ada Brown, CEO of Larkspur Metals"
    found = find_candidates(make_article(title=title, text=INTERVIEW), max_words=34)
    leads = {c.text: c.lead_in.text if c.lead_in else "" for c in found}
    assert {lead for text, lead in leads.items() if "$40 million" in text} == {"Ada Brown says:"}
    assert not any("Let us turn" in text for text in leads)


ANSWERS_TITLE = "Q&A with Ada Brown, Chief Executive of Acme Metals"
ANSWERS = (
    "Ada Brown has led Acme Metals since 2019, and we met her in Ohio.\n\n"
    "What does Acme do?\n\n"
    "We opened a mill for terbium oxide in Tamworth. It feeds two makers of magnets in Ohio.\n\n"
    "What is next for the company?\n\n"
    "In the long term, we plan to build a second mill at the Tamworth mine.\n\n"
    "The post Q&A with Ada Brown appeared first on Ohio Biz."
)


def test_the_first_person_is_printed_in_quotation_marks() -> None:
    article = make_article(title=ANSWERS_TITLE, text=ANSWERS)
    told = [
        f"{h.lead_in.text} {h.text}" for h in summarize_story([article], settings=Editorial()) if h.lead_in
    ]
    assert "Ada Brown says: “We opened a mill for terbium oxide in Tamworth.”" in told


def test_answers_stand_under_the_one_who_gives_them() -> None:
    found = find_candidates(make_article(title=ANSWERS_TITLE, text=ANSWERS), max_words=40)
    shown = [one.shown for one in found if not one.weak]
    assert "Ada Brown says: we opened a mill for terbium oxide in Tamworth." in shown
    assert "Ada Brown says: in the long term, we plan to build a second mill at the Tamworth mine." in shown
    assert not any("appeared first" in text and "says:" in text for text in shown)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Interview with Acme CEO Ada Brown", "Ada Brown"),
        ("Five questions for Ada B. Brown of Acme", "Ada B. Brown"),
        ("Three questions to... Ada Brown, chief of Acme", "Ada Brown"),
        ("Acme opens a mill", ""),
    ],
)
def test_an_interview_says_with_whom_it_is(title: str, name: str) -> None:
    text = ANSWERS.replace("Ada Brown has", "Ada Brown, or Ada B. Brown, has").replace("Q&A with", "On")
    units = read_structure(make_article(title=title, text=text)).units
    assert {unit.speaker for unit in units if unit.question} == ({name} if name else set())


def test_two_questions_in_passing_make_no_interview() -> None:
    text = "Acme opened a mill. Why now? Ada Brown knows.\n\nIs it safe? The ministry says so."
    assert not any(
        unit.speaker for unit in read_structure(make_article(title=ANSWERS_TITLE, text=text)).units
    )


def test_a_letter_within_an_abbreviation_is_no_speaker() -> None:
    text = "Acme helps the I&T sector of Ohio.\n\nThe I&T fund of Ohio gave 12 million dollars to Acme Metals in May."
    assert all(
        c.lead_in is None for c in find_candidates(make_article(title="Acme", text=text), max_words=40)
    )
