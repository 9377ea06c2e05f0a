"""Lines of headlines that nobody could read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import Editorial, load_table
from newsletter.issue.also_noted import Noted, choose_also_noted
from newsletter.model import AlsoNoted, Article
from newsletter.render.present import present_issue
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.novelty import History, build_history
from tests.render.render_sample import IDENTITY
from tests.support.factories import NOW, TODAY, make_article, make_issue, make_issue_story, make_story

LEXICON = build_lexicon(load_table("lexicon.toml"))


def headline(text: str, publisher: str = "The Wall", **changes: Any) -> AlsoNoted:
    return AlsoNoted(headline=text, publisher=publisher, url="https://wall.example/1", **changes)


def note(
    *unread: AlsoNoted, about: Article | None = None, history: History | None = None, **settings: int
) -> Noted:
    stories = [make_story(articles=(about,))] if about else []
    return choose_also_noted(
        stories, lexicon=LEXICON, settings=Editorial(**settings), history=history, unread=unread
    )


def test_a_headline_on_the_subject_is_a_line_with_link_and_publisher_and_counted() -> None:
    noted = note(
        headline("EU stockpile to hold rare earths for two months", published=NOW),
        headline("Ten recipes for the weekend"),
    )
    (line,) = noted.lines
    assert (line.headline, line.publisher, line.url, line.read, line.published) == (
        "EU stockpile to hold rare earths for two months", "The Wall", "https://wall.example/1", False, NOW,
    )  # fmt: skip
    assert (noted.headlines_kept, noted.headlines_dropped) == (1, 1)


def test_a_line_of_opinion_or_paid_content_says_so() -> None:
    view = make_article("v", title="Opinion: Rare earth floors work", byline="Ann Lee")
    full = make_story(articles=(view,), kept=False, reasons=("no room: the issue has its 14 stories",))
    noted = choose_also_noted(
        [full],
        lexicon=LEXICON,
        settings=Editorial(),
        unread=[
            headline("Sponsored: How to recycle rare earths"),
            headline("Rare earths rise in Asia again"),
        ],
    )
    assert [line.label for line in noted.lines] == ["opinion by Ann Lee", "paid content", ""]
    shown = present_issue(make_issue(also_noted=noted.lines), IDENTITY)
    assert shown.noted[0].details == "Opinion by Ann Lee, Mining Weekly, 4 January"
    assert shown.unread[0].details == "Paid content, The Wall"


def test_the_publisher_s_name_is_cut_from_the_headline_and_copies_are_one_line() -> None:
    noted = note(
        headline("Rare earth prices climb in Europe - The Wall"),
        headline("Rare Earth Prices Climb in Europe", publisher="Another"),
        headline("Rare earth prices climb across Europe", publisher="A third"),
    )
    assert [line.headline for line in noted.lines] == ["Rare earth prices climb in Europe"]


def test_a_headline_whose_news_a_story_tells_is_no_line_but_another_figure_is() -> None:
    about = make_article(title="Lynas wins rare earths contract worth 120 million dollars in Texas")
    noted = note(
        headline("Lynas wins rare earths contract in Texas worth 120 million"),
        headline("Lynas wins rare earths contract in Texas worth 340 million"),
        about=about,
    )
    assert [line.headline for line in noted.lines] == [
        "Lynas wins rare earths contract in Texas worth 340 million"
    ]


def test_a_headline_is_never_repeated_in_a_later_issue() -> None:
    line = headline("Rare earth prices climb in Europe")
    first = make_issue(also_noted=note(line).lines)
    history = build_history([first], {})
    assert note(line, history=history).lines == ()


def test_a_headline_of_news_that_was_sent_is_no_line() -> None:
    sent = make_article(title="Arafura signs rare earths supply deal with Siemens Gamesa")
    story = make_issue_story(
        references=(make_issue_story().references[0],), headline="x", key="arafura-signs"
    )
    issue = make_issue(
        date=TODAY - timedelta(days=1),
        sections=(make_issue().sections[0],),
    )
    history = build_history([issue], {story.references[0].article: sent})
    assert note(headline(issue.stories[0].references[0].title), history=history).lines == ()


def test_a_headline_that_was_read_and_left_out_yesterday_is_no_line() -> None:
    seen = "Sponsored: why investors are looking at rare earths now"
    noted = choose_also_noted(
        [], lexicon=LEXICON, settings=Editorial(), unread=[headline(seen)], weighed=[seen]
    )
    assert noted.lines == ()
    assert note(headline(seen)).lines != ()


def test_a_headline_in_another_language_is_left_out_and_counted() -> None:
    noted = note(
        headline("中国加强稀土出口管制", language="zh"),
        headline("Rare earth prices climb in Europe", language="en-GB", publisher="Another"),
    )
    assert [line.publisher for line in noted.lines] == ["Another"]
    assert (noted.foreign, noted.headlines_kept, noted.headlines_dropped) == (1, 1, 0)


def test_one_publisher_does_not_fill_the_list() -> None:
    lines = [
        headline(text)
        for text in (
            "Rare earth prices climb in Europe",
            "Texas plant to separate dysprosium next year",
            "Terbium demand from turbines doubles again",
        )
    ]
    assert len(note(*lines, max_per_publisher=2).lines) == 2
    assert len(note(*lines, max_also_noted=1).lines) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                headline("Rare earth prices climb in Europe"),
                headline("Rare earth prices climb in Europe", publisher="Another"),
                headline("Neodymium mine opens"),
                headline(""),
                headline("稀土"),
                headline("Sport"),
            ]
        ),
        max_size=30,
    )
)
def test_every_headline_is_counted_and_none_is_given_twice(lines: list[AlsoNoted]) -> None:
    noted = note(*lines)
    assert noted.headlines_kept + noted.headlines_dropped == len(lines)
    shown = [line.headline.casefold() for line in noted.lines]
    assert len(shown) == len(set(shown)) == noted.headlines_kept
