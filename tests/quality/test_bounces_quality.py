"""Scores of the bounce reader on collected reports, pinned with a digest of the data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsletter.delivery.read_report import read_report
from newsletter.model import BounceKind

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "bounces" / "dev"
DIGEST = "38dadf34a765f91c24fa49abe3a19f1f99b3aff55f4605214a6400c911f5112f"
FLOORS = {"address": 0.98, "address and class": 0.955, "precision": 0.97, "recall": 0.95}

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not DATA.is_dir(), reason="the collected reports are not beside the checkout"),
]


@dataclass
class Score:
    bounces: int = 0
    address: int = 0
    both: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    false: int = 0


def digest() -> str:
    whole = hashlib.sha256()
    for path in sorted(DATA.rglob("*")):
        if path.is_file():
            whole.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def add(score: Score, case: dict[str, Any]) -> None:
    raw = (DATA / case["file"]).read_bytes().replace(b"\r\n", b"\n")
    got = {item.address: item for item in read_report(raw).failed}
    if case["kind"] != "bounce":
        score.false += bool(got) and case["kind"] in {"not-bounce", "auto-reply", "complaint", "delivered"}
        return
    wanted = case["recipients"]
    found = all(any(a in one["accept"] for a in got) for one in wanted)
    found = found and all(any(a in one["accept"] for one in wanted) for a in got)
    kinds = {"permanent": BounceKind.HARD, "temporary": BounceKind.SOFT}
    score.bounces += 1
    score.address += found
    score.both += found and all(
        got[a].kind is kinds[one["class"]] for one in wanted for a in got if a in one["accept"]
    )
    for one in wanted:
        if one["suppress"] is None:
            continue
        first = next((got[a] for a in got if a in one["accept"]), None)
        suppressed = first is not None and first.suppresses
        score.right += suppressed and one["suppress"]
        score.wrong += suppressed and not one["suppress"]
        score.missed += not suppressed and one["suppress"]


def test_the_reports_are_read_as_well_as_ever() -> None:
    assert digest() == DIGEST, "the data changed: measure again and pin the floors anew"
    score = Score()
    for case in json.loads((DATA / "expected.json").read_text()):
        add(score, case)
    measured = {
        "address": score.address / score.bounces,
        "address and class": score.both / score.bounces,
        "precision": score.right / (score.right + score.wrong),
        "recall": score.right / (score.right + score.missed),
    }
    print(measured)
    assert score.false == 0
    for name, floor in FLOORS.items():
        assert measured[name] >= floor, (name, measured)
