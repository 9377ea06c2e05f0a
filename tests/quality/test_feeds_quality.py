"""Floors for reading feeds and dates, on feeds nobody here wrote. Raise a floor when a score rises."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from newsletter.collect.feeds import parse_date, parse_feed

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "feeds" / "dev"
INDEX_DIGEST = "3b6fbcc250030bc5dc50d7617a131e574ce4ca4ebd0a2f2f82743db64a704664"
DATES_DIGEST = "4b20a2f05b8343c67adf6f40a07f6b03d6e7efe7b4ded3fb92b183c859458d5e"
CASES_FLOOR = 81  # of 82: the one left wants a space where the feed has none
DATES_FLOOR = 37  # of 37

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not DATA.is_dir(), reason="the feeds to measure on are not on this machine"),
]


def plain(text: Any) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", str(text or "")).replace("\xa0", " ")).strip()


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def is_right(case: dict[str, Any]) -> bool:
    feed = parse_feed((DATA / case["file"]).read_bytes(), url=case["url"], headers=case["headers"])
    expected = case["expect"]
    if case["must"].get("error_or_empty") or (expected.get("or_empty") and not feed.entries):
        return not feed.entries
    if (
        "n_entries" in expected
        and "prefix_min" not in expected
        and len(feed.entries) != expected["n_entries"]
    ):
        return False
    if len(feed.entries) < expected.get("prefix_min", 0):
        return False
    wanted = expected["entries"]
    if "prefix_min" in expected:
        wanted = wanted[: max(len(feed.entries), expected["prefix_min"])]
    if len(feed.entries) < len(wanted):
        return False
    for entry, want in zip(feed.entries, wanted, strict=False):
        root = re.sub(r"^(https?://[^/?#]+)$", r"\1/", str(entry.link).strip())
        found = {
            "title": plain(entry.title) == plain(want.get("title")),
            "link": root == re.sub(r"^(https?://[^/?#]+)$", r"\1/", str(want.get("link")).strip()),
            "date": iso(entry.published) == want.get("date"),
            "summary": plain(want.get("summary")) in plain(entry.summary),
        }
        if not all(found[name] for name in want):
            return False
    return True


def test_feeds_are_read_as_their_testers_expect() -> None:
    raw = (DATA / "index.json").read_bytes()
    assert sha256(raw).hexdigest() == INDEX_DIGEST, (
        "the data changed: measure again, then pin score and digest"
    )
    cases = json.loads(raw)
    assert sum(is_right(case) for case in cases) >= CASES_FLOOR


def test_dates_are_read_as_their_testers_expect() -> None:
    raw = (DATA / "dates.json").read_bytes()
    assert sha256(raw).hexdigest() == DATES_DIGEST, (
        "the data changed: measure again, then pin score and digest"
    )
    dates = json.loads(raw)
    assert sum(iso(parse_date(date["text"])) == date["expect"] for date in dates) >= DATES_FLOOR
