"""How much broken encoding is mended, on texts that nobody here wrote. Floors are raised when scores rise."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path

import pytest

from newsletter.extract.mojibake import repair_text
from tests.support.factories import SEED

DATA = Path(__file__).parents[3] / "shared" / "data" / "mojibake"
DIGEST = "1b6dbc4e535338e0a66bcb904a75c035788c0943880ce93ab341118a7aa51362"
SEED_DIGEST = "5ece7b455d5b3ad226037be031595a3445b428c7a7984a1b8a74e12bd7c3677b"
MENDED_FLOOR = 0.97  # of lossless damage
LOSSY_FLOOR = 0.17

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not (DATA / "dev.json").exists(), reason=f"no data at {DATA}"),
]


def normalise(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).replace("\xa0", " ")).strip()


def load() -> list[dict[str, object]]:
    raw = (DATA / "dev.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGEST, (
        "the data changed: measure again, then set floors and digest"
    )
    texts: list[dict[str, object]] = json.loads(raw)
    return texts


def share_mended(texts: list[dict[str, object]]) -> float:
    right = 0
    for case in texts:
        expected = case["expect"]
        assert isinstance(expected, list)
        right += normalise(repair_text(str(case["text"])).text) in {normalise(str(text)) for text in expected}
    return right / len(texts)


def test_lossless_damage_is_mended() -> None:
    damaged = [case for case in load() if case["kind"] == "damaged"]
    assert share_mended([case for case in damaged if not case["lossy"]]) >= MENDED_FLOOR
    assert share_mended([case for case in damaged if case["lossy"]]) >= LOSSY_FLOOR


def test_no_healthy_text_is_changed_in_any_character() -> None:
    healthy = [str(case["text"]) for case in load() if case["kind"] != "damaged"]
    assert [text for text in healthy if repair_text(text).text != text] == []


def test_the_seed_becomes_exactly_the_expected_text() -> None:
    expected = (DATA / "seed_repaired.txt").read_bytes()
    assert hashlib.sha256(expected).hexdigest() == SEED_DIGEST
    seed = SEED.read_bytes()
    assert repair_text(seed.decode("utf-8")).text == expected.decode("utf-8")
