"""How well pages and plain documents are extracted, on documents that nobody here wrote.

The measures are those of the data's own scorer: shingles of four words for whole texts, of four characters
for other languages, known segments present or absent. Floors are raised when scores rise.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsletter.collect.decode import decode_bytes
from newsletter.extract.extract_document import extract_document
from newsletter.model import Extracted
from tests.support.whole_sets import WHOLE, thin_out

DATA = Path(__file__).parents[3] / "shared" / "data" / "extract" / "dev"
DIGEST = "6c9d37b942d27c7836eeefea7b60cdd13655bbc630ef6399485432060a5be13d"
# The floors of the whole, which `make soak` reads, and of what `make test` reads: every sixth document of each set.
FLOORS = {name: floors[not WHOLE] for name, floors in {
    "A": (0.979, 0.995), "B": (0.939, 0.946), "C": (0.975, 0.963), "D": (0.952, 0.971), "P": (0.905, 0.944),
    "titles of B": (0.9, 0.935), "dates of B": (0.915, 0.947),
}.items()}  # fmt: skip

pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(900),  # the whole takes half a minute on two idle cores
    pytest.mark.skipif(not (DATA / "index.jsonl").exists(), reason=f"no data at {DATA}"),
]


@cache
def load() -> list[dict[str, Any]]:
    raw = (DATA / "index.jsonl").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGEST, (
        "the data changed: measure again, then set floors and digest"
    )
    return [json.loads(line) for line in raw.decode().splitlines()]


@cache
def extract_set(kind: str) -> list[tuple[dict[str, Any], Extracted]]:
    results = []
    for record in thin_out([record for record in load() if record["set"] == kind], 6):
        body = gzip.decompress((DATA / record["html"]).read_bytes())
        found = extract_document(decode_bytes(body), url=record["url"])
        results.append((record, found if isinstance(found, Extracted) else Extracted(title="", text="")))
    return results


def shingles(units: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(units[i : i + 4]) for i in range(max(1, len(units) - 3)) if units[i : i + 4])


def f1_of_texts(kind: str) -> float:
    precisions, recalls = [], []
    for record, found in extract_set(kind):
        texts = (record["text"], found.text)
        units = [list(re.sub(r"\s+", "", t)) if kind == "C" else re.findall(r"\w+", t) for t in texts]
        true, got = map(shingles, units)
        same = (true & got).total()
        if got:
            precisions.append(same / got.total())
        if true:
            recalls.append(same / true.total())
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def f1_of_segments(kind: str) -> float:
    right = wrong = missed = 0
    for record, found in extract_set(kind):
        text = squeeze(found.text)
        hits = sum(squeeze(segment) in text for segment in record["with"])
        right, missed = right + hits, missed + len(record["with"]) - hits
        wrong += sum(squeeze(segment) in text for segment in record["without"])
    return 2 * right / (2 * right + wrong + missed)


@pytest.mark.parametrize("kind", ["A", "C", "D", "P"])
def test_whole_articles_are_found(kind: str) -> None:
    assert f1_of_texts(kind) >= FLOORS[kind]


def test_wanted_segments_are_in_and_unwanted_ones_out() -> None:
    assert f1_of_segments("B") >= FLOORS["B"]


def plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text or "").lower()).strip()


def test_titles_and_dates_are_right() -> None:
    pages = extract_set("B")
    titles = [plain(record["title"]) == plain(found.title) for record, found in pages if record.get("title")]
    dates = [
        found.published is not None and found.published.date().isoformat() == record["date"][:10]
        for record, found in pages
        if re.match(r"\d{4}-\d\d-\d\d", record.get("date") or "")
    ]
    assert sum(titles) / len(titles) >= FLOORS["titles of B"]
    assert sum(dates) / len(dates) >= FLOORS["dates of B"]
