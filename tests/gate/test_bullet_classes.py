"""Bullets on eight invented articles of eight trades: forty faithful, 35 with one thing changed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from newsletter.gate import check_bullet

ARTICLES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "bullets.jsonl").read_text("utf-8").splitlines()
]
FAITHFUL = {
    "other words",
    "merged",
    "speaker inside",
    "name for pronoun",
    "hedge in other words",
    "denial in other words",
    "denial kept",
}
CHANGED = {
    "figure",
    "figures exchanged",
    "unit or magnitude",
    "direction",
    "name exchanged",
    "negation dropped",
    "hedge dropped",
    "hedge turned",
}


def find_bullets(kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (article, bullet) for article in ARTICLES for bullet in article["bullets"] if bullet["kind"] == kind
    ]


def reasons(article: dict[str, Any], bullet: dict[str, Any]) -> tuple[str, ...]:
    return check_bullet(
        bullet["text"],
        headline=article["headline"],
        publisher=article["publisher"],
        cited=[article["sentences"][number] for number in bullet["cites"]],
        source=" ".join(article["sentences"]),
    ).reasons


def test_there_are_as_many_as_are_told() -> None:
    kinds = Counter(
        (bullet["faithful"], bullet["kind"]) for article in ARTICLES for bullet in article["bullets"]
    )
    assert {kind for _, kind in kinds} == FAITHFUL | CHANGED
    assert [sum(n for (faithful, _), n in kinds.items() if faithful is side) for side in (True, False)] == [
        40,
        35,
    ]


@pytest.mark.parametrize("kind", sorted(FAITHFUL))
def test_a_faithful_rewriting_passes(kind: str) -> None:
    refused = {
        bullet["text"]: why for article, bullet in find_bullets(kind) if (why := reasons(article, bullet))
    }
    assert refused == {}


@pytest.mark.parametrize("kind", sorted(CHANGED - {"name exchanged"}))
def test_one_changed_thing_is_refused(kind: str) -> None:
    passed = [bullet["text"] for article, bullet in find_bullets(kind) if not reasons(article, bullet)]
    assert passed == []


def test_another_name_is_mostly_refused() -> None:
    found = find_bullets("name exchanged")
    assert sum(bool(reasons(article, bullet)) for article, bullet in found) >= len(found) - 1
