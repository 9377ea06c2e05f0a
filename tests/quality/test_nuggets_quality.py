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
# good .33 -> .32: cuts that no comma or bracket sets off are gone, since on 70 fresh articles they made a quarter of
# the serious faults; some bullets are longer for it. Told, vital, first and clean rose.
# first .795 -> .785: a column that nobody signs stands under its column and not its paper; its first bullet says less.
# good .40 -> .39, clean .82 -> .81, one case of 107: a weighty result is told though its reader may ask of it, in the
# place of a limit. On fifteen fresh articles where that changes anything blind readers preferred it 10 to 5.
# first .82 -> .79, clean .81 -> .80, never 18 -> 22: worth is learned from 342 real releases and wire reports too,
# without a model of words. Of 72 other real ones blind readers preferred it 48 to 22, 17 sets serious and not 23.
# told .52 -> .515, clean .795 -> .79, never 22 -> 23: a bullet whose reader would ask who is meant no longer fills up
# a set of three; a sentence of 44 words may be told where it is worth it. On 222 marked articles never trained on told
# rises by .005 to .017, vital by .01 to .05. clean .79 -> .78, one case, never 23 -> 24: no cause is parted from
# what it caused, which leaves longer bullets and 90 lines less; told, vital and first rose. good .39 -> .38, one case.
# told .536 -> .55, vital .80 -> .825, first .81 -> .82: points without a verb may be told, short sentences too, and
# neighbours that share one word share a bullet. All rise on fresh articles as well.
# good .38 -> .32 (.42 before): the event keeps its figures and why it came in up to 44 words, and good counts 34 words
# at most. Told .557 -> .579, vital .812 -> .838, first .822 -> .841, all rise on 655 articles that nobody tuned to as
# well, and of 20 of them that it changed two blind readers preferred it 16 to 4 and 14 to 6.
FLOORS = {"told": 0.56, "vital": 0.82, "first": 0.82, "clean": 0.79, "good": 0.32}
# What was learned of what must stand together broke fewer pairs, but of 29 fresh sets blind readers preferred 19
# without it, and more of the news was told. Loose ends that only count for less broke one more here (6 of 93) and
# seven fewer on 1,003 fresh articles (32 of 147).
MOST_NEVER = 22
MOST_BROKEN = 6

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
