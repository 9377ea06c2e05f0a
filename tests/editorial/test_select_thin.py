from __future__ import annotations

from newsletter.config import Editorial, Identity, load_table
from newsletter.editorial.compose import compose_issue
from newsletter.editorial.group import group_articles
from newsletter.editorial.lexicon import build_lexicon
from newsletter.editorial.rank import rank_stories
from newsletter.editorial.stage_select import stage_group, stage_rank
from newsletter.model import Coverage
from tests.factories import NOW, TODAY, make_article, make_highlight


def test_an_article_on_the_subject_becomes_an_issue() -> None:
    lexicon = build_lexicon(load_table("lexicon.toml"))
    groups = group_articles([make_article()])
    stories = rank_stories(groups, lexicon=lexicon, settings=Editorial(), now=NOW)
    assert [story.kept for story in stories] == [True]
    story = stories[0]
    issue = compose_issue(
        [
            type(story)(
                **{
                    **{name: getattr(story, name) for name in story.__slots__},
                    "highlights": (make_highlight(),),
                }
            )
        ],
        day=TODAY,
        number=1,
        identity=Identity(),
        settings=Editorial(),
        lexicon=lexicon,
        coverage=Coverage(),
        now=NOW,
    )
    assert issue.sections[0].key == "top"
    assert len(issue.subject) <= 70


def test_stage_forms_are_the_documented_ones() -> None:
    lines = [{"id": "x", "title": "Lynas lifts NdPr output", "text": "", "published": "2026-01-05T00:00:00Z"}]
    assert stage_group(lines) == [{"id": "x", "story": "story-1"}]
    ranked = stage_rank(lines, lexicon=build_lexicon(load_table("lexicon.toml")), settings=Editorial())
    assert set(ranked[0]) == {"id", "kept", "score", "section", "reasons"}
