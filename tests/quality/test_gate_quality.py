"""The gate on editors' bullets with the sentences they rest on, and on copies with one thing changed: floors."""

from __future__ import annotations

import hashlib
import importlib
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from newsletter.highlights.stage import stage_ground
from newsletter.wiring import open_installation

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "nuggets"
DIGEST = "80edcd5f72930e3f8b6413a4be0a2ae015fe7029f968ee176f6c70aa7435b3f3"
ACCEPTED = 0.95
# Hedges were .66, directions .86: what did well here told nothing on fresh bullets (docs/highlights.md).
# The trees that weigh names have not seen these articles.
REFUSED = {
    "direction": 0.82,
    "figure not there": 0.99,
    "figure of another subject": 0.985,  # one of 88 was caught by which way it went ("fell to 71% from 19%") alone
    "figures exchanged": 0.88,
    "hedge dropped": 0.34,
    "name exchanged": 0.8,
    "negation dropped": 0.86,
    "unit or magnitude": 0.99,
    "year": 1.0,
}

pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the editors' bullets are not beside the checkout"),
]


def test_faithful_bullets_pass_and_changed_ones_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    open_installation(data=tmp_path)  # its words are learned before any text is read
    raw = (FOLDER / "dev.jsonl").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGEST, "the cases changed: measure anew and pin the new floors"
    monkeypatch.syspath_prepend(str(FOLDER))
    scorer = importlib.import_module("score_gate")
    rng = random.Random(5)
    asked, refused = Counter[str](), Counter[str]()
    for case in map(json.loads, raw.decode().splitlines()):
        source = f"{case['title']}\n\n{case['text']}"
        for bullet in case["bullets"]:
            for kind, text in (("faithful", bullet["text"]), *scorer.corrupt(case, bullet, rng)):
                line = {"id": "", "source": source, "summary": text, "rests_on": bullet["rests_on"]}
                asked[kind] += 1
                refused[kind] += not stage_ground(line)["grounded"]
    shares = {kind: refused[kind] / asked[kind] for kind in asked}
    assert 1 - shares.pop("faithful") >= ACCEPTED
    assert all(shares[kind] >= floor for kind, floor in REFUSED.items()), shares
