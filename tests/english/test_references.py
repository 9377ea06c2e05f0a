from __future__ import annotations

import pytest

from newsletter.english.references import find_full_name, find_surname, find_untied
from newsletter.english.sentences import split_sentences

ARTICLE = (
    "Lakeside Bank financed the Tamworth mill. The bank will lend 40 million dollars.\n\n"
    "Borealis Metals Inc. (NYSE: BOR) owns the mill. The company hired 12 people. Output rose by 45% at its Tamworth plant.\n\n"
    "Its Strategic Processing Centre (“SPC”) is planned. The SPC will open in June.\n\n"
    "Chief Executive Officer Ada Brown opened the mill. Brown said that the results were good. These findings matter."
)
SENTENCES = split_sentences(ARTICLE)


def untied(start: str, told: str, title: str = "Borealis Metals hires") -> str:
    sentence = next(s for s in SENTENCES if s.text.startswith(start))
    return find_untied(sentence.text, told, sentence=sentence, sentences=SENTENCES, title=title)


def test_the_bank_needs_its_name_before_it() -> None:
    assert untied("The bank", "Borealis Metals hires") == "The bank will"
    assert untied("The bank", "Borealis Metals hires. Lakeside Bank financed the Tamworth mill.") == ""


def test_the_company_is_the_one_last_named_in_the_article() -> None:
    assert untied("The company", "Borealis Metals hires") == ""
    assert untied("The company", "Miners to watch", title="Miners to watch")


def test_whose_plant_it_is_must_have_been_told() -> None:
    assert untied("Output", "Borealis Metals hires") == ""
    assert untied("Output", "Miners to watch", title="Miners to watch") == "its Tamworth"


def test_an_acronym_of_the_articles_own_making_needs_its_words() -> None:
    assert untied("The SPC", "Borealis Metals hires") == "SPC"
    assert untied("The SPC", "Borealis opens its Strategic Processing Centre") == ""


def test_findings_may_be_told_as_results() -> None:
    assert untied("These findings", "Borealis hires").startswith("These findings")
    assert untied("These findings", "Borealis reports drilling results") == ""


@pytest.mark.parametrize(
    "text",
    [
        "The mill in Ontario opened on Monday with 12 people and a permit.",
        "The agreement between Lynas and the state covers ten years of supply.",
        "Lynas bought the project that Iluka had left behind in Victoria.",
        "The price of neodymium oxide rose this year to 61 dollars.",
        "The Tamworth project will open in June after two years of work.",
    ],
)
def test_what_says_itself_which_it_is_points_at_nothing(text: str) -> None:
    sentence = split_sentences(text)[0]
    assert find_untied(text, "", sentence=sentence, sentences=(sentence,), title="") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Crews met northwest of the capital, Mogadishu.",
        "The rally, called Mills for All, drew 400 people in June.",
        "Tamworth was closed in accordance with the law after 12 days.",
        "Tamworth will open its second mill in June after two years.",
        "ProText is building its second mill in Ontario this year.",
        "Defence Minister Gen Nakatani told parliament of the mills in Ontario.",
    ],
)
def test_who_or_what_is_named_in_the_bullet_itself_is_told(text: str) -> None:
    article = split_sentences(
        f"{text}\n\nThe mill is at Tamworth, as ProText said in Ontario. Gen Nakatani left."
    )
    assert find_untied(text, "", sentence=article[0], sentences=article, title="") == ""


def test_a_meeting_is_not_named_by_its_month() -> None:
    text = "The meeting, Nov. 7, draws 400 people."
    sentence = split_sentences(text)[0]
    assert find_untied(text, "", sentence=sentence, sentences=(sentence,), title="") != ""


def test_the_group_is_known_where_it_stood_before_its_name() -> None:
    text = "A broadcast by the group’s radio said that the gate was open."
    article = split_sentences(f"The rebel group Al-Tamworth Group met. {text}")
    assert find_untied(text, "", sentence=article[1], sentences=article, title="") != ""
    assert (
        find_untied(
            text, "The rebel group Al-Tamworth met.", sentence=article[1], sentences=article, title=""
        )
        == ""
    )


def test_a_dateline_explains_no_acronym() -> None:
    article = split_sentences(
        "LONDON, England (CNN) -- A mill for magnets opened on Friday.\n\nAda Brown told CNN that it runs."
    )
    assert find_untied(article[1].text, "", sentence=article[1], sentences=article, title="") == ""


def test_heads_of_state_need_no_first_name() -> None:
    source = "President Donald Trump met Ada Brown. Trump said so."
    assert find_surname("Trump said that mills will open.", "Miners to watch", source) == ""


def test_a_surname_alone_is_given_in_full() -> None:
    assert find_surname("Brown said that output rose.", "Borealis hires", ARTICLE) == "Ada Brown"
    assert find_surname("Brown said that output rose.", "Ada Brown’s plan", ARTICLE) == ""
    assert find_surname("Brown, a chemist, said that output rose.", "Borealis hires", ARTICLE) == "Ada Brown"
    assert find_full_name("Tamworth", "The mill at Tamworth opened.") == ""


def test_a_bullet_that_names_nobody_belongs_to_the_section_it_stands_in() -> None:
    text = "Borealis Metals Inc. (NYSE: BOR)\n\nAnalyses of 25,000 tons of ore revealed 10.2 ounces of gold a ton in all."
    heading, sentence = split_sentences(text)
    assert heading.text == sentence.heading
    for told, expected in (("Four stocks to watch", "Borealis Metals Inc"), ("Borealis digs", "")):
        found = find_untied(
            sentence.text, told, sentence=sentence, sentences=(heading, sentence), title="Four stocks"
        )
        assert found == expected


def test_in_a_list_of_stocks_a_bullet_says_which_it_is_about() -> None:
    text = "Borealis Metals Inc. (NYSE: BOR)\n\nThe year ended with the purchase of the assets of Tamworth Silver Mines in June."
    heading, sentence = split_sentences(text)
    for told, expected in (("Four stocks to watch", "Borealis Metals Inc"), ("Borealis digs", "")):
        found = find_untied(
            sentence.text, told, sentence=sentence, sentences=(heading, sentence), title="Four stocks"
        )
        assert found == expected


def test_title_and_surname_alone_name_nobody() -> None:
    text = "Acme has hired Ada Brown as a chemist. Dr. Brown will serve on the board of safety. A known chemist, she lives in Ohio."
    sentences = split_sentences(text)
    for sentence, expected in zip(sentences[1:], ("Ada Brown", "she"), strict=True):
        told = find_untied(sentence.text, "Acme hires", sentence=sentence, sentences=sentences, title="Acme")
        assert told == expected


def test_the_company_that_a_merger_makes_needs_no_name() -> None:
    text = "Tamworth Bank Inc. is owned by the state. The combined company will trade in Ohio from May."
    first, sentence = split_sentences(text)
    found = find_untied(
        sentence.text, "Acme and Borealis merge", sentence=sentence, sentences=(first, sentence), title="Acme"
    )
    assert found == ""
