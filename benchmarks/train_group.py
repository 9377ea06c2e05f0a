"""Fit the weights of newsletter/stories/pairs.py on collections of grouped news, and try them honestly.

python benchmarks/train_group.py FOLDER              writes newsletter/stories/pair_weights.json
python benchmarks/train_group.py FOLDER --halves 6   fits on half of the stories of each collection (of the
                                                     topics, where a collection has them), groups the other
                                                     half, and the other way round; prints mean and spread

Each collection counts by ``SHARE``; within it, the pairs of one story count together as much as in
any other. The weight of time is held at ``TIME``: a likelihood ratio has a weight of its own.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from newsletter.model import Publisher
from newsletter.stories.fingerprint import Fingerprint, take_fingerprint
from newsletter.stories.group import group_prints
from newsletter.stories.headline import read_claim
from newsletter.stories.pairs import FEATURES, PairModel, measure_pairs, rate_pairs
from newsletter.stories.vetoes import Slots, read_slots

WEIGHTS = Path(__file__).parent.parent / "newsletter" / "stories" / "pair_weights.json"
SHARE = {"ecbplus": 2.0, "uci": 2.0, "scoop": 2.0}
TIME = 2.5
RIDGE = 5e-4
_STEPS = 60
_SHORTEST_STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a collection."""

    print_: Fingerprint
    slots: Slots
    story: str
    topic: str


@dataclass(frozen=True, slots=True)
class Design:
    """The measured pairs of one batch of articles."""

    names: list[str]
    rows: np.ndarray
    same: np.ndarray


def read_set(path: Path) -> list[Item]:
    return [_read_item(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _read_item(item: dict[str, Any]) -> Item:
    hours = None
    if item.get("published_ms"):
        hours = item["published_ms"] / 3.6e6
    elif item.get("published_at"):
        hours = datetime.fromisoformat(item["published_at"]).astimezone(UTC).timestamp() / 3600
    title = read_claim(item["title"], Publisher(name=item.get("source") or ""))
    text = item["text"] or ""
    print_ = take_fingerprint(title, text, publisher=item.get("source") or "", hours=hours)
    return Item(
        print_, read_slots(title, text, print_), item["cluster"], item.get("topic") or item["cluster"]
    )


def measure(items: Sequence[Item]) -> Design:
    measured = dict(measure_pairs([item.print_ for item in items]))
    names = sorted(set(FEATURES) - {"own"})
    rows = np.array(list(measured.values()))[:, [FEATURES.index(name) for name in names]]
    same = np.array([float(items[low].story == items[high].story) for low, high in measured])
    return Design(names, rows, same)


def fit(parts: Sequence[tuple[Design, float]]) -> tuple[dict[str, float], float]:
    """Return the weights and the bias of a ridge-regularized logistic model (Newton's method)."""
    first = parts[0][0]
    names = [name for name in first.names if name != "time"]
    time = first.names.index("time")
    x = np.concatenate([np.delete(design.rows, time, axis=1) for design, _ in parts])
    offset = TIME * np.concatenate([design.rows[:, time] for design, _ in parts])
    y = np.concatenate([design.same for design, _ in parts])
    weight = np.concatenate([np.full(len(design.same), share / design.same.sum()) for design, share in parts])
    weight /= weight.sum()
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    beta = _descend(z, y, weight, offset, RIDGE * np.r_[np.ones(len(names)), 1e-6])
    slopes = beta[:-1] / spread
    weights = {name: round(float(value), 3) for name, value in zip(names, slopes, strict=True)}
    return {**weights, "time": TIME}, round(float(beta[-1] - (slopes * mean).sum()), 3)


def _descend(
    z: np.ndarray, y: np.ndarray, weight: np.ndarray, offset: np.ndarray, ridge: np.ndarray
) -> np.ndarray:
    def loss(beta: np.ndarray) -> float:
        total = z @ beta + offset
        return float((weight * (np.logaddexp(0, total) - y * total)).sum() + 0.5 * (ridge * beta**2).sum())

    beta = np.zeros(z.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(z @ beta + offset, -30, 30)))
        gradient = z.T @ (weight * (p - y)) + ridge * beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        step = np.linalg.solve(hessian + 1e-9 * np.eye(len(beta)), gradient)
        part, now = 1.0, loss(beta)
        while part > _SHORTEST_STEP and loss(beta - part * step) > now - 1e-4 * part * gradient @ step:
            part /= 2
        beta = beta - part * step
        if now - loss(beta) < 1e-9:  # nothing is gained any more
            break
    return beta


def score_b_cubed(items: Sequence[Item], groups: Iterable[Iterable[int]]) -> float:
    found = {index: number for number, group in enumerate(groups) for index in group}
    pairs_ = [(item.story, found[index]) for index, item in enumerate(items)]
    both, true, mine = (
        Counter(pairs_),
        Counter(story for story, _ in pairs_),
        Counter(label for _, label in pairs_),
    )
    precision = sum(both[pair] / mine[pair[1]] for pair in pairs_) / len(items)
    recall = sum(both[pair] / true[pair[0]] for pair in pairs_) / len(items)
    return 2 * precision * recall / (precision + recall)


def score(items: Sequence[Item], weights: dict[str, float], bias: float) -> float:
    links = rate_pairs([item.print_ for item in items], PairModel(weights=weights, bias=bias))
    return score_b_cubed(items, group_prints(len(items), links, [item.slots for item in items]))


def try_halves(sets: dict[str, list[Item]], times: int) -> None:
    scores: dict[str, list[float]] = {name: [] for name in sets}
    for seed in range(times):
        halves = {name: _halve(items, seed) for name, items in sets.items()}
        for mine, other in ((0, 1), (1, 0)):
            weights, bias = fit([(measure(halves[name][mine]), SHARE[name]) for name in sets])
            for name in sets:
                scores[name].append(score(halves[name][other], weights, bias))
    for name, values in scores.items():
        print(
            f"{name:<8} unseen stories: {np.mean(values):.4f} ± {np.std(values):.4f} ({len(values)} halves)"
        )


def _halve(items: Sequence[Item], seed: int) -> tuple[list[Item], list[Item]]:
    topics = sorted({item.topic for item in items})
    random.Random(seed).shuffle(topics)
    first = set(topics[: len(topics) // 2])
    return [item for item in items if item.topic in first], [
        item for item in items if item.topic not in first
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--halves", type=int, default=0)
    given = parser.parse_args()
    sets = {name: read_set(given.folder / f"{name}.jsonl") for name in SHARE}
    if given.halves:
        try_halves(sets, given.halves)
        return
    weights, bias = fit([(measure(items), SHARE[name]) for name, items in sets.items()])
    fitted = {"bias": bias, "weights": dict(sorted(weights.items()))}
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    for name, items in sets.items():
        print(f"{name}: {score(items, weights, bias):.4f} on what it was fitted on")


if __name__ == "__main__":
    main()
