"""What a reader learns from the extract, and what misleads: floors on cases with an editor's truth."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from newsletter.highlights.stage import stage_summarize
from newsletter.wiring import open_installation

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "nuggets"
DIGEST = "80edcd5f72930e3f8b6413a4be0a2ae015fe7029f968ee176f6c70aa7435b3f3"
# A floor is raised when the score rises, and lowered only with a written reason.
# vital .72 -> .70: what is told of interviews, columns, features and timelines was learned from 160 fresh ones; on 40
# others of these forms the news told rose from .31 to .35, and bullets that an editor refuses fell from .31 to .23.
FLOORS = {"told": 0.50, "vital": 0.705, "first": 0.79, "clean": 0.77, "good": 0.33}
# What must stand together is learned: in 415 articles that nothing was tuned to, of 255 pairs
# 160 are broken and not 187, and here 7 of 90, not 13 of 95. Learned anew with 230 more articles, of 225 pairs of
# others that it has not seen 111 are broken, and not 126 of 213.
MOST_NEVER = 24
MOST_BROKEN = 8

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not FOLDER.exists(), reason="the data stands outside the repository"),
]


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_nuggets", FOLDER / "score_nuggets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_extract_tells_the_news_and_does_not_mislead(tmp_path: Path) -> None:
    scorer = load_scorer()
    raw = (FOLDER / "dev.jsonl").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGEST, "the data changed: measure anew and pin the new floors"
    place = open_installation(data=tmp_path)
    total: Counter[str] = Counter()
    for line in raw.decode().splitlines():
        case = json.loads(line)
        answer = stage_summarize(case, settings=place.settings.editorial, terms=place.lexicon.weigh)
        shown = [scorer.render(highlight) for highlight in answer["highlights"]]
        result, _ = scorer.judge(case, shown)
        clean = bool(shown) and not (result["pairs_broken"] or result["misspoken"] or result["never"])
        whole = result["vital_told"] == result["vital"] and 2 * result["told"] >= result["possible"]
        total.update(result)
        total["clean"] += clean
        total["good"] += clean and whole and result["n"] <= 4 and not result["long"]
    scores = {
        "told": total["told"] / total["possible"],
        "vital": total["vital_told"] / total["vital"],
        "first": total["first"] / total["cases"],
        "clean": total["clean"] / total["cases"],
        "good": total["good"] / total["cases"],
    }
    print("nuggets", {name: round(score, 3) for name, score in scores.items()}, "never", total["never"])
    assert {name: score for name, score in scores.items() if score < FLOORS[name]} == {}
    assert total["never"] <= MOST_NEVER
    assert total["pairs_broken"] <= MOST_BROKEN
