from __future__ import annotations

import pytest

from newsletter.english.sentences import split_sentences
from newsletter.english.speech.running_quotes import find_quoted, lacks_speaker
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.weaknesses import UNFIT
from tests.support.factories import make_article


def quoted(text: str) -> list[str]:
    sentences = split_sentences(text)
    return [sentences[index].text for index in sorted(find_quoted(sentences))]


def test_a_sentence_inside_a_quotation_is_found_wherever_its_speaker_stands() -> None:
    before = "Ada Brown, the chief executive, stated, “We opened the mill. The mill is the largest in the region. It runs.”"
    assert quoted(before) == ["The mill is the largest in the region.", "It runs.”"]
    behind = (
        "“We opened the mill. The mill is the largest in the region. It runs,” said Ada Brown. She smiled."
    )
    assert quoted(behind) == ["The mill is the largest in the region.", "It runs,” said Ada Brown."]


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    text = "Ada Brown said: “The mill runs. Output doubled in May.\n\n“The next mill is planned. Permits are filed for it. Buyers wait.”"
    assert quoted(text) == ["Output doubled in May.", "Permits are filed for it.", "Buyers wait.”"]


@pytest.mark.parametrize(
    "text", ["“It runs.”", "“It runs,” he said.", "“It runs,” said she in May.", '"It runs," it said.']
)
def test_a_quotation_lacks_its_speaker(text: str) -> None:
    assert lacks_speaker(text)


@pytest.mark.parametrize(
    "text", ["“It runs,” said Ada Brown.", "The mill “runs”.", "“It runs,” the board said."]
)
def test_a_quotation_has_its_speaker(text: str) -> None:
    assert not lacks_speaker(text)


def shown(text: str) -> list[str]:
    found = find_candidates(make_article(title="A mill", text=text), max_words=34)
    return [one.shown for one in found if UNFIT.isdisjoint(one.weak)]


def test_no_quotation_without_its_speaker_is_told() -> None:
    words = "“The mill is the largest in the whole region and runs.”"
    assert shown(f"The ministry approved a plan for the mill in May.\n\n{words}")[1:] == []
    assert shown(f"“We opened it,” they said. {words}") == []
    assert shown(f"“We opened it,” said Ada Brown. {words}") == []
    assert shown(
        "Ada Brown, an engineer, was calm on the day. “The mill is the largest in the region,” she said."
    )[1:] == ["Ada Brown says: the mill is the largest in the region."]


def test_a_paragraph_ends_a_quotation_that_lost_its_mark() -> None:
    text = "Ada Brown said: “The mill runs. Output doubled.\n\nThe ministry approved the plan. It takes effect in June."
    assert quoted(text) == ["Output doubled."]


def test_straight_marks_of_tokenized_text_are_not_trusted() -> None:
    assert quoted('the mill runs . " it is new . output doubled . " he said .') == []


def test_what_somebody_said_is_never_given_as_fact_or_as_the_publishers_view() -> None:
    text = (
        "Borealis Metals applauds the order that the president signed in March.\n\n"
        "Ada Brown, Chief Executive Officer of Borealis, stated, “We have followed the order with care. "
        "The order of March is a monumental leap forward for the rare earth industry of Ontario. "
        "Borealis holds 12 claims near Tamworth in Ontario that the order speeds up. We are ready.”"
    )
    told = [line for line in shown(text) if "monumental" in line or "claims" in line]
    assert all("Ada Brown says: " in line for line in told), told
