"""What is wrong with a sentence costs the sentence; what is wrong with all of them, the story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.issue.story_faults import leave_out_faults
from newsletter.model import ArticleId, Citation, Highlight, Story
from tests.support.factories import make_article, make_story


def tell(*texts: str, title: str = "Lynas lifts NdPr output") -> Story:
    article = replace(make_article(), title=title)
    highlights = tuple(
        Highlight(text=text, citations=(Citation(article=article.id, start=0, end=9, sentence=text),))
        for text in texts
    )
    return make_story(articles=(article,), highlights=highlights)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Output reached **26 tonnes**.", "of a language model: **26 tonnes**"),
        ("Output reached {{ 7*7 }} tonnes.", "of a template: {{"),
        ("Output reached nan tonnes.", "of a missing value"),
        ("Output TODO reached 26 tonnes.", "of a draft: TODO"),
        ("Output at Lynas\ufffd plant rose.", "broken characters"),
    ],
)
def test_an_odd_sentence_is_left_out_and_the_others_stay(words: str, why: str) -> None:
    story, gone = leave_out_faults(tell(words, "Lynas produced 2,080 tonnes of NdPr."))
    assert story.kept
    assert [highlight.text for highlight in story.highlights] == ["Lynas produced 2,080 tonnes of NdPr."]
    assert [item.words for item in gone] == [words]
    assert why in str(gone[0])


def test_a_story_without_a_sound_sentence_is_left_out_and_says_why() -> None:
    story, gone = leave_out_faults(tell("Output reached {{ 7*7 }} tonnes."))
    assert (story.kept, story.highlights) == (False, ())
    assert story.reasons[0].startswith("taken out: it holds a leftover of a template")
    assert len(gone) == 1


@pytest.mark.parametrize("title", ["Lynas\ufffds output rises", "\u200b …"])
def test_a_headline_that_cannot_be_read_costs_its_story(title: str) -> None:
    story, gone = leave_out_faults(tell("Lynas produced 2,080 tonnes of NdPr.", title=title))
    assert not story.kept
    assert gone[0].words == ""


def test_a_headline_may_hold_braces_and_a_sound_story_is_the_same_story() -> None:
    story = tell("Lynas produced 2,080 tonnes of NdPr.", title="Why {{ price }} matters to **magnets**")
    assert leave_out_faults(story) == (story, ())


def test_what_cites_another_story_is_left_out() -> None:
    story = tell("Lynas produced 2,080 tonnes of NdPr.")
    _, gone = leave_out_faults(replace(story, articles=(replace(story.articles[0], id=ArticleId("other")),)))
    assert "does not name" in gone[0].why
