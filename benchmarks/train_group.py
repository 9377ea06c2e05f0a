"""Fit the weights of newsletter/editorial/pairs.py on collections of grouped news.

python benchmarks/train_group.py FOLDER     prints WEIGHTS and BIAS to paste.

Each collection counts by ``SHARE``; within it, the pairs of one story count together as much as in
any other. The weight of time is held at ``TIME``: a likelihood ratio has a weight of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from newsletter.editorial.fingerprint import Fingerprint, take_fingerprint
from newsletter.editorial.pairs import measure_pairs

SHARE = {"ecbplus": 2.0, "uci": 2.0, "scoop": 1.0}
TIME = 3.0
RIDGE = 1e-3


def read_set(path: Path) -> tuple[list[Fingerprint], list[str]]:
    prints, stories = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        hours = None
        if item.get("published_ms"):
            hours = item["published_ms"] / 3.6e6
        elif item.get("published_at"):
            hours = datetime.fromisoformat(item["published_at"]).astimezone(UTC).timestamp() / 3600
        prints.append(
            take_fingerprint(
                item["title"], item["text"] or "", publisher=item.get("source") or "", hours=hours
            )
        )
        stories.append(item["cluster"])
    return prints, stories


def design(folder: Path) -> Iterator[tuple[str, list[str], np.ndarray, np.ndarray]]:
    for name in SHARE:
        prints, stories = read_set(folder / f"{name}.jsonl")
        measured = measure_pairs(prints)
        names = sorted(name for name in next(iter(measured.values())) if name != "own")
        rows = np.array([[features[name] for name in names] for features in measured.values()])
        same = np.array([float(stories[low] == stories[high]) for low, high in measured])
        yield name, names, rows, same


def fit(folder: Path) -> tuple[dict[str, float], float]:
    parts = list(design(folder))
    names = [name for name in parts[0][1] if name != "time"]
    time_column = parts[0][1].index("time")
    x = np.concatenate([np.delete(rows, time_column, axis=1) for _, _, rows, _ in parts])
    offset = TIME * np.concatenate([rows[:, time_column] for _, _, rows, _ in parts])
    y = np.concatenate([same for *_, same in parts])
    weight = np.concatenate([np.full(len(same), SHARE[name] / same.sum()) for name, _, _, same in parts])
    weight /= weight.sum()
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    beta = np.zeros(z.shape[1])
    ridge = RIDGE * np.r_[np.ones(len(beta) - 1), 1e-6]
    for _ in range(80):
        p = 1 / (1 + np.exp(-(z @ beta + offset)))
        gradient = z.T @ (weight * (p - y)) + ridge * beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(ridge)
        step = np.clip(np.linalg.solve(hessian, gradient), -2, 2)
        beta -= step
        if np.abs(step).max() < 1e-7:
            break
    slopes = beta[:-1] / spread
    weights = {name: round(float(value), 3) for name, value in zip(names, slopes, strict=True)}
    return {**weights, "time": TIME}, round(float(beta[-1] - (slopes * mean).sum()), 3)


if __name__ == "__main__":
    found, bias = fit(Path(sys.argv[1]))
    print("WEIGHTS: Mapping[str, float] = {")
    for key, value in sorted(found.items()):
        print(f'    "{key}": {value},')
    print(f"}}\nBIAS = {bias}")
