from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.config import Editorial, load_table
from newsletter.editorial.lexicon import build_lexicon
from newsletter.editorial.relevance import judge_relevance
from newsletter.editorial.stage_select import stage_rank
from newsletter.model import PublisherKind
from tests.factories import make_article, make_publisher

DATA = Path(__file__).parent.parent / "data"
LEXICON = build_lexicon(load_table("lexicon.toml"))
ROOM = Editorial(max_stories=500, max_per_section=500, max_per_publisher=500)


@pytest.mark.parametrize("name", ["relevance.jsonl", "relevance_holdout.jsonl"])
def test_no_near_miss_gets_in_and_at_most_two_relevant_ones_stay_out(name: str) -> None:
    lines = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    kept = {}
    for line in lines:
        (answer,) = stage_rank([{**line, "publisher": "P"}], lexicon=LEXICON, settings=ROOM)
        kept[line["id"]] = answer["kept"]
        assert answer["reasons"] or not answer["score"]
    assert [line["id"] for line in lines if kept[line["id"]] and not line["relevant"]] == []
    assert len([line for line in lines if line["relevant"] and not kept[line["id"]]]) <= 2


def test_context_without_the_subject_scores_nothing() -> None:
    article = make_article(
        title="China halts mine after quota cut", text="Tariffs, mining and export controls in Brazil."
    )
    assert judge_relevance(article, LEXICON).score == 0


def test_the_title_counts_more_than_the_text() -> None:
    above = make_article(title="Dysprosium found", text="A mine.")
    below = make_article(title="A mine found", text="Dysprosium.")
    assert judge_relevance(above, LEXICON).score > judge_relevance(below, LEXICON).score


def test_relayed_state_media_vote_for_their_section() -> None:
    origin = make_publisher("Baogang Daily", kind=PublisherKind.STATE_MEDIA)
    article = make_article(title="Rare earth output grows", text="It grew.", origin=origin)
    assert judge_relevance(article, LEXICON).section == "china"
