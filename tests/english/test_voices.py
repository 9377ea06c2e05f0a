"""Whose words an article is where nobody says "he said": op-eds, interviews, brokers' notes."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.english.speech.voices import find_voice
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import read_structure
from newsletter.highlights.summarize import summarize_story
from newsletter.model import HighlightKind
from tests.support.factories import make_article

OP_ED = (
    "Two governments agreed to pause duties on magnets for a year. "
    "Larkspur Metals isn’t your average miner, and its Boise deposit is a beacon for allied buyers. "
    "The deposit holds 40 million tonnes of ore rich in terbium, drilled in 2024 and 2025. "
    "Larkspur Metals raised $85 million for its mill in March.\n\n"
    "About the Author\n\n"
    "Ada Brown is the Chief Executive Officer of Larkspur Metals, a miner. "
    "Ms. Brown has 30 years of experience in funds and mining."
)
INTERVIEW = (
    "Ada Brown is the chief executive of Larkspur Metals in Boise.\n\n"
    "What does Larkspur do?\n\n"
    "We separate oxides from recycled magnets at our mill in Boise. The mill treated 300 tonnes in 2025.\n\n"
    "Let us turn to money. How is the mill paid for?\n\n"
    "We signed a loan agreement of $40 million with the state bank in March. It runs for ten years.\n\n"
    "What is next?\n\n"
    "We plan to open a second line in Idaho Falls in 2027, and Ada Brown will not be far from it."
)


def voice(title: str, text: str) -> str:
    found = find_voice(title, text, split_sentences(text))
    return found.name if found else ""


def test_an_author_who_speaks_for_a_firm_of_the_article_is_its_voice() -> None:
    assert voice("Why the world needs Larkspur Metals", OP_ED) == "Ada Brown of Larkspur Metals"


def test_everything_in_such_an_article_stands_under_the_author_and_none_of_it_as_the_publishers_view() -> (
    None
):
    found = summarize_story(
        [make_article(title="Why the world needs Larkspur Metals", text=OP_ED)], settings=Editorial()
    )
    assert found
    assert {h.lead_in.text for h in found if h.lead_in} == {"Ada Brown of Larkspur Metals says:"}
    assert all(h.lead_in and h.kind is not HighlightKind.VIEW for h in found)
    assert not any("30 years" in h.text for h in found)


def test_an_author_at_a_firm_of_which_the_article_does_not_speak_is_no_voice() -> None:
    text = OP_ED.replace("Officer of Larkspur Metals", "Officer of Quillback Advisers")
    assert voice("Why the world needs Larkspur Metals", text) == ""


def test_a_report_about_somebody_has_no_voice() -> None:
    text = "Ada Brown is the chief executive of Larkspur Metals. Brown said the mill opened in May. The mill is new."
    assert voice("Larkspur opens mill", text) == ""


def test_every_answer_of_an_interview_is_the_interviewees() -> None:
    title = "Q&A with Ada Brown, CEO of Larkspur Metals"
    found = find_candidates(make_article(title=title, text=INTERVIEW), max_words=34)
    leads = {c.text: c.lead_in.text if c.lead_in else "" for c in found}
    assert {lead for text, lead in leads.items() if "$40 million" in text} == {"Ada Brown says:"}
    assert not any("Let us turn" in text for text in leads)


def test_a_brokers_note_is_the_brokers() -> None:
    text = (
        "Harrow Partners initiates coverage on Larkspur Metals. Larkspur raised $85 million in March. "
        "Stage one is expected to give 300 tonnes of oxides a year from 2027."
    )
    title = "Harrow Partners Initiates Coverage on Larkspur Metals"
    assert voice(title, text) == "Harrow Partners"
    found = summarize_story([make_article(title=title, text=text)], settings=Editorial())
    assert any(h.lead_in and h.lead_in.text == "Harrow Partners says:" for h in found)


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
