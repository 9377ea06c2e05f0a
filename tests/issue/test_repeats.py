"""Nothing is told twice in one issue."""

from __future__ import annotations

from newsletter.issue.repeats import ALL_TOLD, drop_repeats
from newsletter.model import Story
from tests.support.factories import make_article, make_citation, make_highlight, make_story

TOLD = "Lynas lifted NdPr oxide output at Mt Weld by 12% in the December quarter."


def story(key: str, *texts: str) -> Story:
    article = make_article(key, text="\n\n".join(texts))
    return make_story(
        key,
        articles=(article,),
        highlights=tuple(make_highlight(text, citation=make_citation(article, text)) for text in texts),
    )


def test_a_later_story_leaves_out_what_an_earlier_one_tells() -> None:
    first = story("a", TOLD)
    second = story(
        "b",
        "In the December quarter Lynas lifted its NdPr oxide output at Mt Weld by 12%.",
        "Japan’s buyers signed a contract for dysprosium from the Kalgoorlie plant.",
    )
    done = drop_repeats((first, second))
    assert done[0] == first
    assert [highlight.text[:5] for highlight in done[1].highlights] == ["Japan"]


def test_a_story_that_says_nothing_else_is_not_kept_and_says_why() -> None:
    done = drop_repeats((story("a", TOLD), story("b", TOLD)))
    assert [item.kept for item in done] == [True, False]
    assert done[1].reasons[0] == ALL_TOLD


def test_another_figure_is_another_fact() -> None:
    stories = (story("a", TOLD), story("b", TOLD.replace("12%", "15%")))
    assert drop_repeats(stories) == stories


def test_the_quarters_of_two_companies_are_two_events() -> None:
    lynas = "Lynas produced 2,003 tonnes of NdPr oxide in the third quarter, up 18% on the year."
    mp = "MP Materials produced a record 721 tonnes of NdPr oxide in the third quarter, up 51% on the year."
    own = ("Japanese makers cannot repair machines.", "An executive in Fukui has two lines.")
    stories = (story("a", lynas), story("b", mp, *own))
    assert drop_repeats(stories) == stories
    mine = "Lynas said that its mine at Mount Weld made 2,003 tonnes of NdPr oxide in the third quarter of the year."
    _, second = drop_repeats((story("a", lynas), story("b", mine, *own)))
    assert [one.text for one in second.highlights] == list(own)


def test_a_story_that_is_not_kept_tells_nothing() -> None:
    unkept = make_story("a", kept=False, highlights=story("a", TOLD).highlights)
    stories = (unkept, story("b", TOLD))
    assert drop_repeats(stories) == stories


def test_what_another_story_tells_of_the_event_goes_in_other_words_too_where_enough_is_left() -> None:
    rule = (
        "China will require licences for furnaces used in magnet plants from 15 January, it said on Thursday."
    )
    again = "Beijing said on Thursday that furnaces used in magnet plants will need licences from January."
    own = ("Japanese makers cannot repair machines.", "An executive in Fukui has two lines.")
    _, second = drop_repeats([story("a", rule), story("b", again, *own)])
    assert [one.text for one in second.highlights] == list(own)
    other = (
        "Beijing said on Thursday that 31 furnaces used in magnet plants will need licences from 1 February."
    )
    _, apart = drop_repeats([story("a", rule.replace("furnaces", "12 furnaces")), story("b", other, *own)])
    assert [one.text for one in apart.highlights] == [other, *own]
    _, short = drop_repeats([story("a", rule), story("b", again, own[0])])
    assert [one.text for one in short.highlights] == [again, own[0]]
