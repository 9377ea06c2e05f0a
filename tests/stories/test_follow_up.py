from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from newsletter.config import Editorial, load_table
from newsletter.issue.compose import show_story
from newsletter.model import Article, EarlierStory, Section, Story
from newsletter.stories.follow_up import read_recent
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.novelty import History, build_history
from newsletter.stories.rank import rank_stories
from tests.render.render_sample import render
from tests.support.factories import (
    NOW,
    TODAY,
    make_article,
    make_highlight,
    make_issue,
    make_issue_story,
    make_publisher,
    make_reference,
)

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "follow_ups.jsonl").read_text("utf-8").splitlines()
]
LEXICON = build_lexicon(load_table("lexicon.toml"))


def make_pair(pair: dict[str, dict[str, str]]) -> tuple[Article, Article]:
    later = make_article(
        "later", url_key="b.example/2", publisher=make_publisher("Other Press"), **pair["later"]
    )
    return make_article("earlier", url_key="a.example/1", **pair["earlier"]), later


def tell(*articles: Article, days_ago: int = 1) -> History:
    issues = [
        make_issue(
            date=TODAY - timedelta(days=days_ago),
            sections=(
                Section(
                    key="top",
                    title="Top story",
                    stories=tuple(
                        make_issue_story(
                            f"story-{number}", headline=article.title, references=(make_reference(article),)
                        )
                        for number, article in enumerate(articles)
                    ),
                ),
            ),
        )
    ]
    return build_history(issues, {article.id: article for article in articles})


def rank(later: Article, history: History) -> Story:
    return rank_stories([(later,)], lexicon=LEXICON, settings=Editorial(), now=NOW, history=history)[0]


def test_follow_ups_are_told_from_other_news_of_the_same_things() -> None:
    everything = tuple(
        replace(make_pair(pair)[0], id=f"e{number}", title=title)  # type: ignore[arg-type]
        for number, (title, pair) in enumerate({pair["earlier"]["title"]: pair for pair in PAIRS}.items())
    )
    recent = read_recent(tell(*everything), today=TODAY, lexicon=LEXICON)
    found = [(recent.find([make_pair(pair)[1]]), pair) for pair in PAIRS]
    assert [pair["later"]["title"] for earlier, pair in found if earlier and not pair["follows"]] == []
    tied = [pair for earlier, pair in found if earlier and earlier.headline == pair["earlier"]["title"]]
    assert len(tied) >= sum(pair["follows"] for pair in PAIRS) - 1


def test_what_carries_on_a_story_of_the_last_days_is_on_the_subject_and_says_so() -> None:
    earlier, later = make_pair(PAIRS[0])
    later = replace(later, weight=0.5)  # so that its words alone are not enough
    assert not rank(later, History()).kept
    story = rank(later, tell(earlier))
    assert story.kept
    assert story.reasons[0] == "carries on 2026-01-04/story-0"
    assert story.follows == EarlierStory(story="2026-01-04/story-0", headline=earlier.title)
    assert not rank(later, tell(earlier, days_ago=5)).kept


def test_the_same_accident_of_another_company_carries_nothing_on() -> None:
    earlier, _ = make_pair(next(pair for pair in PAIRS if pair["earlier"]["title"].startswith("Lynas halts")))
    other = make_article(
        "other",
        title="Iluka halts Eneabba plant after power cut",
        text="Iluka halted its Eneabba plant after a power cut in Western Australia.",
    )
    assert read_recent(tell(earlier), today=TODAY, lexicon=LEXICON).find([other]) is None


def test_the_mail_links_the_earlier_story() -> None:
    _, later = make_pair(PAIRS[0])
    follows = EarlierStory(story="2026-01-04/story-0", headline="China grants <licences>")
    story = Story(
        key="later",
        articles=(later,),
        section="policy",
        score=1.0,
        highlights=(make_highlight(),),
        follows=follows,
    )
    shown = show_story(story, lexicon=LEXICON)
    for day, word in ((4, "Yesterday"), (2, "Friday")):
        followed = replace(shown, follows=replace(follows, story=f"2026-01-0{day}/story-0"))
        issue = make_issue(date=TODAY, sections=(Section(key="top", title="Top story", stories=(followed,)),))
        mail = render(issue)
        assert f"/issues/2026-01-0{day}/story-0" in mail.html
        assert f"{word}: <a href=" in mail.html
        assert "China grants &lt;licences&gt;</a>" in mail.html
        assert f"{word}: China grants <licences>\n" in mail.text
