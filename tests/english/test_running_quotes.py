from __future__ import annotations

import pytest

from newsletter.english.sentences import split_sentences
from newsletter.english.speech.running_quotes import find_quoted, lacks_speaker
from newsletter.gate import check_grounding
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.weaknesses import UNFIT
from newsletter.model import HighlightKind
from tests.support.factories import make_article


def speakers(text: str) -> dict[str, str]:
    sentences = split_sentences(text)
    return {sentences[index].text: found.speaker for index, found in find_quoted(text, sentences).items()}


def test_a_sentence_inside_a_quotation_has_the_speaker_named_before_it() -> None:
    text = "Ada Brown, the chief executive, stated, “We opened the mill. The mill is the largest in the region. It runs.”"
    assert speakers(text) == {"The mill is the largest in the region.": "Ada Brown", "It runs.”": "Ada Brown"}


def test_a_speaker_named_after_the_quotation_counts_too() -> None:
    text = "“We opened the mill. The mill is the largest in the region. It runs,” said Ada Brown."
    assert speakers(text) == {
        "The mill is the largest in the region.": "Ada Brown",
        "It runs,” said Ada Brown.": "Ada Brown",
    }


def test_a_quotation_goes_on_where_the_next_paragraph_opens_with_a_mark() -> None:
    text = "“The mill runs. Output doubled in May,” said Ada Brown.\n\n“The next mill is planned. Permits are filed.”"
    assert speakers(text)["Permits are filed.”"] == ""
    text = "Ada Brown said: “The mill runs. Output doubled in May.\n\n“The next mill is planned. Permits are filed for it. Buyers wait.”"
    assert speakers(text)["Permits are filed for it."] == "Ada Brown"


def test_a_quotation_between_its_own_marks_is_whoever_speaks_in_the_one_before_it() -> None:
    text = "“We opened the mill,” said Ada Brown. “It is the largest in the whole region.”"
    assert speakers(text) == {"“It is the largest in the whole region.”": "Ada Brown"}
    text = "The ministry approved the plan. “It is the largest in the whole region.”"
    assert speakers(text) == {"“It is the largest in the whole region.”": ""}


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


def test_no_quotation_without_its_speaker_is_told() -> None:
    def shown(text: str) -> list[str]:
        found = find_candidates(make_article(title="A mill", text=text), max_words=34)
        return [one.shown for one in found if UNFIT.isdisjoint(one.weak)]

    words = "“The mill is the largest in the whole region and runs.”"
    assert shown(f"The ministry approved a plan for the mill in May.\n\n{words}")[1:] == []
    assert shown(f"“We opened it,” said Ada Brown. {words}") == [
        "Ada Brown says: the mill is the largest in the whole region and runs."
    ]
    assert shown(
        "Ada Brown, an engineer, was calm on the day. “The mill is the largest in the region,” she said."
    )[1:] == ["Ada Brown says: the mill is the largest in the region."]


def test_a_paragraph_ends_a_quotation_that_lost_its_mark() -> None:
    text = "Ada Brown said: “The mill runs. Output doubled.\n\nThe ministry approved the plan. It takes effect in June."
    assert speakers(text) == {"Output doubled.": "Ada Brown"}


def test_a_surname_is_given_in_full_and_a_pronoun_names_nobody() -> None:
    text = "Ada Brown runs the mill.\n\nBrown said: “The mill runs. Output doubled. We hire.”"
    assert speakers(text)["Output doubled."] == "Ada Brown"
    assert speakers("He said: “The mill runs. Output doubled. We hire.”")["Output doubled."] == ""


def test_who_said_it_is_named_to_the_end_and_no_firm_is_cut() -> None:
    for who in ("Borealis chair and CEO Ada Brown", "John D. Lowry", "Ada Brown of Borealis Rare Metals"):
        text = f"Borealis Rare Metals runs the mill.\n\n“We opened the mill. The mill is the largest. It runs,” said {who} in a statement."
        assert speakers(text)["The mill is the largest."] == who


def test_straight_marks_of_tokenized_text_are_not_trusted() -> None:
    assert speakers('the mill runs . " it is new . output doubled . " he said .') == {}


def test_what_somebody_said_is_never_given_as_fact_or_as_the_publishers_view() -> None:
    text = (
        "Borealis Metals applauds the order that the president signed in March.\n\n"
        "Ada Brown, Chief Executive Officer of Borealis, stated, “We have followed the order with care. "
        "The order of March is a monumental leap forward for the rare earth industry of Ontario. "
        "Borealis holds 12 claims near Tamworth in Ontario that the order speeds up. We are ready.”"
    )
    article = make_article(title="Borealis applauds order", text=text)
    told = [(candidate.kind, candidate.shown) for candidate in find_candidates(article, max_words=34)]
    spoken = [(kind, line) for kind, line in told if "monumental" in line]
    assert spoken
    for kind, line in spoken:
        assert kind is HighlightKind.CLAIM
        assert line.startswith("Chief Executive Officer Ada Brown says:")
        assert check_grounding(text, line).grounded
