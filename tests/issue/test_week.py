"""The week in review: each story once, in its last state, with how it moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from newsletter.config import Editorial, Identity, load_table
from newsletter.issue.compose import begin_issue
from newsletter.issue.price_strip import choose_week_prices
from newsletter.issue.revise import LineWriter, drop_story
from newsletter.issue.subject_line import SUBJECT_CHARS
from newsletter.issue.week import TITLE, compose_week
from newsletter.model import (
    ArticleId,
    Coverage,
    EarlierStory,
    EditionKey,
    Flag,
    Issue,
    IssueKey,
    IssuePrice,
    IssueStory,
    Price,
    Section,
    Story,
)
from newsletter.store.json_codec import read_issue, to_json
from newsletter.stories.lexicon import build_lexicon
from tests.support.factories import (
    NOW,
    make_article,
    make_citation,
    make_highlight,
    make_issue,
    make_issue_story,
    make_reference,
    make_story,
)

MONDAY = date(2026, 1, 5)
FRIDAY = MONDAY + timedelta(days=4)
WEEKLY = EditionKey("weekly")
LEXICON = build_lexicon(load_table("lexicon.toml"))


def tell(key: str, headline: str, *, article: str = "", score: float = 3.0, **changes: Any) -> IssueStory:
    source = make_article(id=ArticleId(article or f"{key} {headline}"), title=headline)
    text = f"{headline} in Baotou."
    cited = make_citation(replace(source, text=text), text)
    return make_issue_story(
        key,
        headline=headline,
        highlights=(make_highlight(text, citation=cited),),
        references=(make_reference(source),),
        score=score,
        **changes,
    )


def day(number: int, *stories: IssueStory, **changes: Any) -> Issue:
    sections = (Section(key="top", title="Top story", stories=stories),)
    return make_issue(date=MONDAY + timedelta(days=number), number=number + 1, sections=sections, **changes)


def review(*issues: Issue, untold: tuple[Story, ...] = (), **changes: Any) -> Issue:
    settings = changes.pop("settings", Editorial())
    key, coverage = IssueKey(edition=WEEKLY, date=FRIDAY), Coverage(articles_read=9)
    begun = begin_issue(key, 1, Identity(), coverage, NOW, **changes)
    tagline = Identity().tagline
    return compose_week(begun, issues, untold, settings=settings, lexicon=LEXICON, tagline=tagline)


def test_a_story_of_several_days_is_told_once_in_its_last_state_with_how_it_moved() -> None:
    first = tell("mp-halts", "MP halts its mine")
    second = tell("mp-resumes", "MP resumes", follows=EarlierStory(story="2026-01-05/mp-halts", headline="x"))
    third = tell("mp-ships", "MP ships again", update_of="2026-01-06/mp-resumes")
    issue = review(day(0, first), day(1, second), day(4, third))
    (story,) = issue.stories
    assert story.headline == "MP ships again"
    assert story.highlights == third.highlights
    assert [(move.story, move.headline) for move in story.moves] == [
        ("2026-01-05/mp-halts", "MP halts its mine"),
        ("2026-01-06/mp-resumes", "MP resumes"),
        ("2026-01-09/mp-ships", "MP ships again"),
    ]
    assert (story.update_of, story.follows) == (None, None), "what it goes on from is told here"
    assert read_issue(to_json(issue)) == issue


def test_what_cites_one_article_in_two_editions_is_one_story_and_the_later_words_count() -> None:
    early = day(0, tell("a", "Lynas output rises", article="x"), edition=EditionKey("early"))
    daily = day(0, tell("b", "Lynas lifts output", article="x"))
    (story,) = review(early, daily).stories
    assert (story.headline, story.moves) == ("Lynas lifts output", ())


def test_what_goes_on_from_before_the_week_keeps_its_link() -> None:
    story = tell("a", "Quota raised", update_of="2025-12-30/quota")
    assert review(day(2, story)).stories[0].update_of == "2025-12-30/quota"


def test_the_three_that_mattered_most_come_first_and_moving_counts() -> None:
    moved = (
        tell("m", "Mine halts", score=5.0),
        tell("n", "Mine resumes", score=4.0, update_of="2026-01-05/m"),
    )
    rest = [tell(f"s{n}", f"Story {n}", score=float(n)) for n in range(1, 7)]
    issue = review(day(0, moved[0], *rest), day(1, moved[1]))
    top = issue.sections[0]
    assert (top.title, [story.headline for story in top.stories]) == (
        TITLE,
        ["Story 6", "Mine resumes", "Story 5"],
    )
    assert [story.headline for story in issue.stories[3:]] == ["Story 4", "Story 3", "Story 2", "Story 1"]
    assert len(review(day(0, *rest), settings=Editorial(max_stories=2)).stories) == 2


def test_what_was_corrected_on_any_day_is_said() -> None:
    corrected = tell("a", "Quota is 270,000 tonnes", flags=(Flag.CORRECTED.value,))
    later = tell("b", "Quota takes effect", update_of="2026-01-06/a")
    assert review(day(1, corrected), day(3, later)).stories[0].flags == (Flag.CORRECTED.value,)


def test_stories_of_articles_that_no_issue_told_are_there_and_updates_join_their_story() -> None:
    new = make_story(
        "solvay", articles=(make_article("solvay", title="Solvay signs"),), highlights=(make_highlight(),)
    )
    more = make_story(
        "mp-more",
        articles=(make_article("mp", title="MP names a date"),),
        highlights=(make_highlight(),),
        update_of="2026-01-05/mp-halts",
    )
    dropped = make_story("gone", articles=(make_article("gone", title="Gone"),), kept=False)
    issue = review(day(0, tell("mp-halts", "MP halts")), untold=(new, more, dropped))
    assert {story.headline for story in issue.stories} == {"Solvay signs", "MP names a date"}
    alone = review(untold=(new,))
    assert [story.headline for story in alone.stories] == ["Solvay signs"]


def test_two_stories_of_one_key_get_a_page_each() -> None:
    issue = review(day(0, tell("quota", "First quota")), day(3, tell("quota", "Second quota")))
    assert sorted(story.key for story in issue.stories) == ["quota", "quota-2"]


def test_only_what_comes_within_a_week_is_ahead() -> None:
    def dated(key: str, text: str) -> IssueStory:
        article = make_article(key, text=text)
        return replace(
            tell(key, key), highlights=(make_highlight(text, citation=make_citation(article, text)),)
        )

    issue = review(
        day(
            0,
            dated("near", "The quota takes effect on 14 January 2026."),
            dated("far", "It will open on 1 March 2026."),
        )
    )
    assert [(ahead.date, ahead.story) for ahead in issue.dates_ahead] == [(date(2026, 1, 14), "near")]


def test_prices_are_compared_with_the_first_of_the_week() -> None:
    def price(number: int, value: int) -> IssuePrice:
        quote = Price(
            product="NdPr oxide", currency="yuan", unit="kg", low=Decimal(value), high=Decimal(value),
            date=MONDAY + timedelta(days=number),
        )  # fmt: skip
        return IssuePrice(price=quote, source="me")

    (shown,) = choose_week_prices([price(-3, 50), price(0, 100), price(2, 90), price(4, 110)], (), day=FRIDAY)
    assert (shown.price.middle, shown.price.change) == (Decimal(110), Decimal(10))
    assert shown.price.against == "5 January 2026"
    assert choose_week_prices([price(-3, 50)], (), day=FRIDAY) == ()


def test_a_review_has_no_subject_of_a_day_and_keeps_that_through_edits() -> None:
    week = review(day(1, tell("a", "Quota is 270,000 tonnes", score=9.0), tell("b", "Lynas made 900 tonnes")))
    assert week.subject == "The week: Quota is 270,000 tonnes"
    lines = LineWriter(lexicon=LEXICON, tagline="The day in rare earths")
    assert drop_story(week, "a", lines).subject == "The week: Lynas made 900 tonnes"
    long = tell("a", "Quota is 270,000 tonnes of rare earth oxide for the second half of the year in Baotou")
    assert len(review(day(1, long)).subject) <= SUBJECT_CHARS
