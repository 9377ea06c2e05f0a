"""Floors for the identity of addresses, on pairs nobody here wrote. Raise a floor when a score rises."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from newsletter.collect.urls import canonicalize_url

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "urls" / "dev.json"
DIGEST = "1ed5fb365fe12542378ff71811e1d71044ab11124ff6d7d0f204810ab5d39f01"
MERGED_FLOOR = 431  # of 448 pairs of one page

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not DATA.is_file(), reason="the addresses to measure on are not on this machine"),
]


def key(url: str) -> str:
    canonical = canonicalize_url(url)
    return canonical.key if canonical else url


def test_no_two_pages_are_merged_and_most_forms_of_one_are() -> None:
    raw = DATA.read_bytes()
    assert sha256(raw).hexdigest() == DIGEST, "the data changed: measure again, then pin score and digest"
    pairs = json.loads(raw)
    wrong = [pair for pair in pairs if not pair["same"] and key(pair["a"]) == key(pair["b"])]
    assert wrong == []
    assert sum(key(pair["a"]) == key(pair["b"]) for pair in pairs if pair["same"]) >= MERGED_FLOOR
