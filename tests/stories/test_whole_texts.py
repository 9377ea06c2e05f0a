"""Whole texts of one day: outlets that tell one event in their own words are one story, what looks like it is not.

The events and their near misses (another firm's news of the same kind, other news of the same firm), and three mornings
of one trade, were written by people who had not seen the program, and have fitted nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from newsletter.stories.stage import stage_group

MARKED = Path(__file__).parents[2] / "benchmarks" / "marked"
MORNINGS = {
    "d1": (7, 0),
    "d2": (7, 0),
    "d3": (11, 9),
}  # pairs of one story that are joined, at least; wrong ones
JOINED, OF_ONE_FIRM = 17, 1  # of 36 pairs of one event; pairs that are joined though they are only near


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (MARKED / name).read_text("utf-8").splitlines()]


def test_outlets_with_words_of_their_own_tell_one_story() -> None:
    rows = read("unseen_events.jsonl")
    lines = [{name: row[name] for name in ("id", "title", "text", "publisher")} for row in rows]
    story = {answer["id"]: answer["story"] for answer in stage_group(lines)}
    counts: Counter[str] = Counter()
    for one, other in combinations(rows, 2):
        if story[one["id"]] == story[other["id"]]:
            near = one["event"][:5] == other["event"][:5]
            counts["one event" if one["event"] == other["event"] else "near" if near else "other"] += 1
    assert counts["one event"] >= JOINED
    assert counts["near"] <= OF_ONE_FIRM
    assert not counts["other"]


@pytest.mark.parametrize("morning", MORNINGS)
def test_a_morning_of_one_trade_is_grouped_by_its_events(morning: str) -> None:
    """Policy of two governments, price reports, a day's trading: all of one subject, with its words and names."""
    rows = [row for row in read("unseen_mornings.jsonl") if row["id"].startswith(morning)]
    lines = [{name: row[name] for name in ("id", "title", "text", "publisher", "published")} for row in rows]
    story = {answer["id"]: answer["story"] for answer in stage_group(lines)}
    joined = [pair for pair in combinations(rows, 2) if story[pair[0]["id"]] == story[pair[1]["id"]]]
    right = [pair for pair in joined if pair[0]["event"] == pair[1]["event"]]
    least, wrong = MORNINGS[morning]
    assert len(right) >= least
    assert len(joined) - len(right) <= wrong


def test_two_firms_with_the_same_news_are_two_stories() -> None:
    text = (
        "{0} will halt its motor line in {1} for two weeks because dysprosium magnets from China are held up at the"
        " border, the company said. {0} makes 2,600 motors a day for electric cars there. The line should start again"
        " once export permits come through, {0} said, and 400 workers are put on leave until then with most of their"
        " wages. Carmakers have stocks for a month. Export permits for rare earth magnets take 45 working days on"
        " average, and applications have piled up since the spring, suppliers say. Other makers of motors have built"
        " up stocks or changed their designs so that they need less dysprosium, which keeps magnets stable in heat."
    )
    firms = (
        ("Sanrei", "Nagoya", "Motor line to stand still as Chinese magnets are held up"),
        ("Hellwege", "Gyor", "Chinese magnets held up: electric motor line to stand still for two weeks"),
    )
    lines = [
        {"id": name, "title": title, "text": text.format(name, town), "publisher": f"Paper of {town}"}
        for name, town, title in firms
    ]
    assert len({answer["story"] for answer in stage_group(lines)}) == 2
    again = {**lines[0], "id": "again", "publisher": "The Courier"}
    assert len({answer["story"] for answer in stage_group([lines[0], again])}) == 1
