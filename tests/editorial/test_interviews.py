from __future__ import annotations

import pytest

from newsletter.editorial.attribution import find_voice
from newsletter.editorial.candidates import find_candidates
from newsletter.editorial.sentences import split_sentences
from tests.factories import make_article

TITLE = "Q&A with Ada Brown, Chief Executive of Acme Metals"
TEXT = (
    "Ada Brown has led Acme Metals since 2019, and we met her in Ohio.\n\n"
    "What does Acme do?\n\n"
    "We opened a mill for terbium oxide in Tamworth. It feeds two makers of magnets in Ohio.\n\n"
    "What is next for the company?\n\n"
    "In the long term, we plan to build a second mill at the Tamworth mine.\n\n"
    "The post Q&A with Ada Brown appeared first on Ohio Biz."
)


def test_answers_stand_under_the_one_who_gives_them() -> None:
    shown = [c.shown for c in find_candidates(make_article(title=TITLE, text=TEXT), max_words=40)]
    assert "Ada Brown says: we opened a mill for terbium oxide in Tamworth." in shown
    assert "Ada Brown says: in the long term, we plan to build a second mill at the Tamworth mine." in shown
    assert not any("appeared first" in text and "says:" in text for text in shown)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Interview with Acme CEO Ada Brown", "Ada Brown"),
        ("Five questions for Ada B. Brown of Acme", "Ada B. Brown"),
        ("Acme opens a mill", ""),
    ],
)
def test_an_interview_says_with_whom_it_is(title: str, name: str) -> None:
    text = TEXT.replace("Ada Brown has", "Ada Brown, or Ada B. Brown, has").replace("Q&A with", "On")
    found = find_voice(title, text, split_sentences(text))
    assert (found.name if found else "") == name


def test_two_questions_in_passing_make_no_interview() -> None:
    text = "Acme opened a mill. Why now? Ada Brown knows.\n\nIs it safe? The ministry says so."
    assert find_voice(TITLE, text, split_sentences(text)) is None


def test_a_letter_within_an_abbreviation_is_no_speaker() -> None:
    text = "Acme helps the I&T sector of Ohio.\n\nThe I&T fund of Ohio gave 12 million dollars to Acme Metals in May."
    assert all(
        c.lead_in is None for c in find_candidates(make_article(title="Acme", text=text), max_words=40)
    )
