"""Scores of the extractive summarizer against editors' highlights, pinned with a digest of the data.

ROUGE F1 x100 with stemming, the mean over all articles (``ALL``) and over four kinds of article (``macro``).
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from newsletter.config import Editorial
from newsletter.english.speech.sayings import is_dangling
from newsletter.highlights.candidates import LONGEST_EVENT
from newsletter.highlights.reduce import LONGEST
from newsletter.highlights.stage import stage_summarize
from tests.support.whole_sets import thin_out

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "summaries" / "dev.jsonl"
DIGEST = "4513d7b0ba9f3c76816f2828ecefa4170cd4f4a928b619973c1c3f0315b8ae5d"
GROUPS = {
    "news": {"cnn", "cnn_old", "dm_train", "pgtest", "realsumm", "summeval"},
    "business": {"reuters_kp", "pr_business", "pr_mining"},
    "health": {"pr_health"},
    "calls": {"ectsum"},
}
# Lower than until 2026-11 (36.9/15.1, 35.2/13.45, 3.4/2.2), on purpose: a set tells its event first and more of the
# news in more words (test_nuggets_quality.py), where these editors' highlights are a few short lines. Once more lower
# (34.6/13.8, 31.9/11.4, 2.0/1.1) since what a reader learns is learned from marked facts: on marked business articles
# held out a set tells .52 of them and not .48, and the words of these highlights are no longer the aim. Since the event
# may take 60 words rather than be lost, the whole is higher again and business lower: most of its articles are short
# wire pieces whose editors wrote 31 words where we print 89, and each word more costs precision. Since a bullet comes
# with what it misleads without, and its worth is corrected by marks of trade and business articles alone, ALL is lower
# by 1.0 (34.15/13.77), for the general news that makes up four fifths of it: in test_nuggets_quality.py the
# event comes first in .80 and not in .76, and 7 pairs of 91 are broken and not 13 of 95.
# business 1.3/.6 -> 1.2/.55: a list loses no item, and what a stricter gate refuses is not told.
# Of the general news, four fifths of all, one article in nine is read, of each other kind every second, and each counts
# for those that are not read; `make soak` reads all.
EVERY = {"news": 9, "business": 2, "health": 2, "calls": 2}
# ALL 32.9/12.7 -> 32.3/13.1 without the model of words, which such general news had taught; macro and business are
# higher since worth is learned from real releases, and blind readers of 72 of those preferred it 48 to 22.
# ALL 32.3/13.1 -> 31.7/12.7, business 2.5/1.6 -> 3.3/2.2: long sentences that are worth it are told, and no third
# bullet is filled up with one whose reader would ask who is meant.
# macro 31.97/11.82 -> 31.84/11.71, ALL as it was: a smaller reducer. Six sets of 166 differ, two of them of the 20
# calls; of twelve changed sets elsewhere blind readers preferred eight.
# macro 31.81 -> 31.79, business 3.36 -> 3.33, ALL 12.6 -> 12.7: what is set off by two dashes goes as a whole, and no
# sentence ends in the middle of a list or a clause ("we are still experiencing."): 48 of 868 sets differ.
# ALL 31.6/12.7 -> 31.8/12.8, macro 31.79/11.66 -> 32.02/11.81, business 3.33/2.24 -> 3.24/2.24: a weekday goes before a
# clause does, "leading" goes, and the editors of these twenty pieces kept both.
# business 3.24 -> 3.13, ALL 12.8 -> 13.1: what editors refuse counts half as much again against a sentence; of 1,003
# articles that trained nothing .69 have nothing that misleads, and not .67, and a little more is told.
# ALL 31.8/13.1 -> 31.2/12.6, business 3.13 -> 2.99, macro 32.0/11.8 -> 32.5/12.5: the event may be any long sentence,
# and eleven rules that nothing missed are gone; of 1,003 articles that trained nothing the news is told in .664 for
# .653, and of 41 changed sets blind readers preferred 19 new and 17 old, and called 15 serious, and not 20.
# ALL 31.3/12.6 -> 31.1/12.4, macro 12.5 -> 12.35: whom a text points at is named in one way, and fewer sentences have a
# lead-in; of 39 changed sets of 361 real texts blind readers preferred 22 new and 15 old, called 5 serious and not 6.
# ALL 12.35 -> 12.3, macro 12.3 -> 12.1: a firm's call that says "we" is no longer told as "A column in The publisher
# says:", and a segment that a call names in passing makes no report of figures: calls alone changed, by what they tell.
FLOORS = {"ALL": (31.1, 12.3), "macro": (32.4, 12.1), "business over LEAD-3": (2.9, 2.25)}

pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(900),  # the whole takes a minute on two idle cores
    pytest.mark.skipif(not DATA.is_file(), reason="the articles with highlights are not beside the checkout"),
]


def find_group(row: dict[str, Any]) -> str:
    return next(name for name, slices in GROUPS.items() if row["slice"] in slices)


def lead3(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])[\"”’']?\s+", text) if len(s.split()) > 3][:3]


def holds_words(highlight: dict[str, Any], text: str) -> bool:
    sentence = text[highlight["start"] : highlight["end"]]
    assert sentence == highlight["sentence"]
    words = iter(re.findall(r"\w+", sentence.lower()))
    return all(w in words for w in re.findall(r"\w+", highlight["text"].lower()))


def mean(rows: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(a for a, _ in rows) / len(rows), sum(b for _, b in rows) / len(rows)


def test_highlights_come_near_those_of_editors() -> None:
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(
        ["rouge1", "rouge2"], use_stemmer=True
    )
    raw = DATA.read_bytes()
    assert hashlib.sha256(raw).hexdigest() == DIGEST, "the data changed: measure anew and pin the new floors"
    own: dict[str, list[tuple[float, float]]] = {}
    lead: dict[str, list[tuple[float, float]]] = {}
    texts = []
    edited = 0

    def rouge(gold: list[str], got: list[str]) -> tuple[float, float]:
        found = scorer.score("\n".join(gold), "\n".join(got))
        return found["rouge1"].fmeasure * 100, found["rouge2"].fmeasure * 100

    rows = [json.loads(line) for line in raw.decode().splitlines()]
    groups = {name: [row for row in rows if find_group(row) == name] for name in GROUPS}
    read = [(name, row) for name in GROUPS for row in thin_out(groups[name], EVERY[name], EVERY[name] // 2)]
    for group, row in read:
        given = {"id": row["id"], "title": row["title"], "text": row["text"]}
        highlights = stage_summarize(given, settings=Editorial(max_highlights=3))["highlights"]
        assert len(highlights) <= 3
        for place, highlight in enumerate(highlights):
            edited += not holds_words(highlight, row["text"])  # a name for "he", "it", a surname
            assert len(highlight["text"].split()) <= (LONGEST if place else LONGEST_EVENT)
            texts.append(highlight["text"] if "lead_in" not in highlight else highlight["lead_in"]["text"])
        own.setdefault(group, []).append(rouge(row["highlights"], [h["text"] for h in highlights]))
        lead.setdefault(group, []).append(rouge(row["highlights"], lead3(row["text"])))
    means = {name: mean(pairs) for name, pairs in own.items()}
    everything = mean([means[name] for name in GROUPS for _ in groups[name]])
    macro = mean(list(means.values()))
    ours, theirs = means["business"], mean(lead["business"])
    scores = {
        "ALL": everything,
        "macro": macro,
        "business over LEAD-3": (ours[0] - theirs[0], ours[1] - theirs[1]),
    }
    for name, floor in FLOORS.items():
        assert scores[name][0] >= floor[0], scores
        assert scores[name][1] >= floor[1], scores
    assert edited <= 0.03 * len(texts)  # a full name for a surname within a sentence too
    assert sum(is_dangling(text) for text in texts) <= 0.01 * len(texts)
