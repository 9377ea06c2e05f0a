"""Scores of the gate on summaries that people judged and on corrupted sentences, pinned with a digest of the data."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from newsletter.gate import check_grounding
from tests.support.whole_sets import WHOLE, thin_out

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "summaries"
DIGESTS = {
    "faith_dev.jsonl": "62343c66d196eb5dca3315e047f63ba7593c873612835b953fe66cbe5660d004",
    "dev.jsonl": "4513d7b0ba9f3c76816f2828ecefa4170cd4f4a928b619973c1c3f0315b8ae5d",
}
# Of 100 percentages turned into millions one stands elsewhere in its article as just that sum.
CAUGHT = {
    "number": 0.998,
    "percent to million": 0.99,
    "magnitude": 1.0,
    "currency": 1.0,
    "unit": 0.99,
    "name": 0.97,
}
ALARMS = {"clean": 0.001, "clean, clause cut": 0.01}
# Recall gave .001, one summary, for 12 of 51 faithful bullets that were refused; precision and balance rose.
# Recall gave .02 again when moods, attribution and hedges of what is no figure went, which on fresh bullets were
# missing in faithful ones as often as in false ones: precision rose by .035, and balance did not fall.
# And .002, one summary of every third, when nobody asked any longer whose words a statement is: precision rose by .005.
# `make test` reads every third summary and article, `make soak` all.
# Recall .442 -> .440: one false summary was refused for "not only … designed", read as a denial, and for nothing else.
LABELLED = (
    {"precision": 0.87, "recall": 0.426, "balanced": 0.687}
    if WHOLE
    else {"precision": 0.885, "recall": 0.44, "balanced": 0.698}
)

pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the judged summaries are not beside the checkout"),
]


def load(name: str) -> list[dict[str, str | int]]:
    raw = (FOLDER / name).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGESTS[name], (
        f"{name} changed: measure anew and pin the new floors"
    )
    return [json.loads(line) for line in raw.decode().splitlines()]


def load_corrupter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_grounding", FOLDER / "score_grounding.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_gate_agrees_with_people() -> None:
    rows = thin_out(load("faith_dev.jsonl"), 3)
    refused = [not check_grounding(str(row["source"]), str(row["summary"])).grounded for row in rows]
    bad = [row["label"] == 0 for row in rows]
    hits = sum(b and r for b, r in zip(bad, refused, strict=True))
    recall = hits / sum(bad)
    passed = sum(not b and not r for b, r in zip(bad, refused, strict=True)) / (len(bad) - sum(bad))
    scores = {"precision": hits / sum(refused), "recall": recall, "balanced": (recall + passed) / 2}
    assert all(scores[name] >= floor for name, floor in LABELLED.items()), scores


def test_corrupted_sentences_are_caught_and_clean_ones_pass() -> None:
    found: dict[str, list[bool]] = {}
    cases = list(load_corrupter().corrupt(load("dev.jsonl")))
    read = set(thin_out(list(dict.fromkeys(source for _, source, _ in cases)), 3, 1))
    for kind, source, sentence in (case for case in cases if case[1] in read):
        found.setdefault(kind, []).append(not check_grounding(source, sentence).grounded)
    shares = {kind: sum(refused) / len(refused) for kind, refused in found.items()}
    assert all(shares[kind] >= floor for kind, floor in CAUGHT.items()), shares
    assert all(shares[kind] <= ceiling for kind, ceiling in ALARMS.items()), shares
