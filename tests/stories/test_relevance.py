from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.config import Editorial, load_table
from newsletter.model import Article, PublisherKind
from newsletter.stories.lexicon import build_lexicon
from newsletter.stories.relevance import judge_relevance
from newsletter.stories.stage import stage_rank
from tests.support.factories import make_article, make_publisher

DATA = Path(__file__).parent.parent / "data"
LEXICON = build_lexicon(load_table("lexicon.toml"))
ROOM = Editorial(max_stories=500, max_per_section=500, max_per_publisher=500)


@pytest.mark.parametrize("name", ["relevance.jsonl", "relevance_holdout.jsonl", "relevance_holdout3.jsonl"])
def test_no_near_miss_gets_in_and_at_most_two_relevant_ones_stay_out(name: str) -> None:
    lines = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    kept = {}
    for line in lines:
        (answer,) = stage_rank([{**line, "publisher": "P"}], lexicon=LEXICON, settings=ROOM)
        kept[line["id"]] = answer["kept"]
        assert answer["reasons"] or not answer["score"]
    assert [line["id"] for line in lines if kept[line["id"]] and not line["relevant"]] == []
    assert len([line for line in lines if line["relevant"] and not kept[line["id"]]]) <= 2


def test_unusual_wordings_get_in_and_at_most_two_near_misses_of_new_kinds() -> None:
    lines = [
        json.loads(line)
        for line in (DATA / "relevance_holdout2.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    kept = {
        line["id"]
        for line in lines
        if stage_rank([{**line, "publisher": "P"}], lexicon=LEXICON, settings=ROOM)[0]["kept"]
    }
    assert [line["id"] for line in lines if line["relevant"] and line["id"] not in kept] == []
    assert len([line for line in lines if not line["relevant"] and line["id"] in kept]) <= 2


def test_the_subject_in_a_list_of_unlike_things_is_a_passing_mention() -> None:
    unlike = make_article(
        title="Ministers meet", text="They spoke of tariffs, soybeans, rare earths, visas and the weather."
    )
    kindred = make_article(
        title="Ministers meet", text="They spoke of tariffs, gallium, rare earths, graphite and the weather."
    )
    alone = make_article(title="Ministers meet", text="They spoke of tariffs and of rare earths all day.")
    passing, among_kin, whole = (
        judge_relevance(article, LEXICON).score for article in (unlike, kindred, alone)
    )
    assert passing < whole
    assert among_kin >= whole


def test_publishers_without_a_name_are_not_one_publisher() -> None:
    lines = [
        {"id": n, "title": f"{name} lifts NdPr output", "text": f"{name} made more NdPr oxide."}
        for n, name in enumerate(("Lynas", "Iluka", "Arafura", "Aclara", "Pensana", "Ucore", "Solvay"))
    ]
    settings = Editorial(max_stories=50, max_per_section=50, max_per_publisher=3)
    assert all(answer["kept"] for answer in stage_rank(lines, lexicon=LEXICON, settings=settings))


def _read_line(line: dict[str, Any]) -> Article:
    kind = PublisherKind(line.get("kind", "trade press"))
    return make_article(
        title=line["title"], text=line["text"], section=None, publisher=make_publisher("Paper", kind=kind)
    )


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.94), (True, 0.9)])
def test_stories_go_to_their_section(held_out: bool, least: float) -> None:
    lines = [json.loads(line) for line in (DATA / "sections.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [line for line in lines if line["heldout"] is held_out]
    right = [
        line
        for line in chosen
        if judge_relevance(_read_line(line), LEXICON).section in {line["section"], line.get("also")}
    ]
    assert len(chosen) >= 20
    assert len(right) >= least * len(chosen)


def test_context_without_the_subject_scores_nothing() -> None:
    article = make_article(
        title="China halts mine after quota cut", text="Tariffs, mining and export controls in Brazil."
    )
    assert judge_relevance(article, LEXICON).score == 0


@pytest.mark.parametrize(
    ("title", "text", "is_on"),
    [
        ("Correction: magnet tariff article", "It misstated the rate for imported permanent magnets.", True),
        ("Dutch magnet maker Lodemar denies takeover talks", "The magnet maker said on Thursday.", True),
        ("Fridge magnet maker sells shop", "The souvenir firm goes.", False),
        ("Magnet schools draw pupils", "Parents queue at magnet schools.", False),
    ],
)
def test_magnets_are_the_subject_where_they_are_made_or_taxed(title: str, text: str, is_on: bool) -> None:
    score = judge_relevance(make_article(title=title, text=text), LEXICON).score
    assert (score >= Editorial().min_score) is is_on


def test_the_title_counts_more_than_the_text() -> None:
    above = make_article(title="Dysprosium found", text="A mine.")
    below = make_article(title="A mine found", text="Dysprosium.")
    assert judge_relevance(above, LEXICON).score > judge_relevance(below, LEXICON).score


def test_relayed_state_media_vote_for_their_section() -> None:
    origin = make_publisher("Baogang Daily", kind=PublisherKind.STATE_MEDIA)
    article = make_article(title="Rare earth output grows", text="It grew.", origin=origin)
    assert judge_relevance(article, LEXICON).section == "china"
