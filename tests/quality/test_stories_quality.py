"""Same-story grouping against collections that nobody here wrote: floors, pinned with their data."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.stories.stage import stage_group

DATA = Path(__file__).parents[3] / "shared" / "data" / "stories" / "dev"
FLOORS = {  # B-cubed F1, and the first twelve digits of the data's sha-256
    "ecbplus": (0.942, "e79861fef11b"),
    "uci": (0.88, "c1e91c38232b"),
    "scoop": (0.99, "50d6a07bbff3"),
}
MORNING = 14  # articles, as many as a day has: the same stories, some at a time
MORNING_FLOORS = {"ecbplus": 0.93, "uci": 0.77, "scoop": 0.99}
pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the collections are not at {DATA}"),
]


def read(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    body = (DATA / f"{name}.jsonl").read_bytes()
    assert hashlib.sha256(body).hexdigest()[:12] == FLOORS[name][1], "other data: measure again, then pin"
    items = [json.loads(line) for line in body.splitlines()]
    lines = []
    for item in items:
        published = item.get("published_at")
        if item.get("published_ms"):
            published = datetime.fromtimestamp(item["published_ms"] / 1000, UTC).isoformat()
        keep = {key: item.get(key) for key in ("id", "title", "text", "url")}
        lines.append({**keep, "publisher": item.get("source"), "published": published})
    return lines, [item["cluster"] for item in items]


def score_b_cubed(gold: list[str], found: list[str]) -> float:
    both, true, mine = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(both[g, f] / mine[f] for g, f in zip(gold, found, strict=True)) / len(gold)
    recall = sum(both[g, f] / true[g] for g, f in zip(gold, found, strict=True)) / len(gold)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("name", FLOORS)
def test_grouping_keeps_its_score(name: str) -> None:
    lines, gold = read(name)
    found = [answer["story"] for answer in stage_group(lines)]
    assert score_b_cubed(gold, found) >= FLOORS[name][0]


@pytest.mark.parametrize("name", MORNING_FLOORS)
def test_a_small_morning_is_grouped_as_well_as_a_large_one(name: str) -> None:
    lines, gold = read(name)
    by_story: dict[str, list[int]] = {}
    for place, story in enumerate(gold):
        by_story.setdefault(story, []).append(place)
    mornings: list[list[int]] = [[]]
    for story in sorted(by_story, key=lambda one: hashlib.sha256(one.encode()).hexdigest()):
        if len(mornings[-1]) >= MORNING:
            mornings.append([])
        mornings[-1] += by_story[story]
    total = 0.0
    for morning in mornings:
        found = [answer["story"] for answer in stage_group([lines[place] for place in morning])]
        total += score_b_cubed([gold[place] for place in morning], found) * len(morning)
    assert total / len(lines) >= MORNING_FLOORS[name]
