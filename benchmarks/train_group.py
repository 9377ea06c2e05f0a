"""Fit the weights of newsletter/stories/pairs.py on collections of grouped news, and try them honestly.

python benchmarks/train_group.py FOLDER              writes newsletter/stories/pair_weights.json
python benchmarks/train_group.py FOLDER --halves 4   fits on half of the stories of each collection (of the
                                                     topics, where a collection has them), groups the other
                                                     half, and the other way round; prints mean and spread

FOLDER has the public collections, of which each counts by ``SHARE``; within it, the pairs of one story count together
as much as in any other. Pairs of two long texts are fitted on those of ECB+ and on ``marked/events.jsonl``: events
told by three outlets each, with two near misses ("ma-01-n1" is other than "ma-01", and looks like it), in batches as
large as a morning and as a day, filled up with articles of ``marked/`` that tell other events, a third of all cut to
a brief. What depends on how many articles there are (``UNSTEADY``) is left out of these: it parts the batches, not
the stories. The weight of time is held at ``TIME`` and ``TIME_OF_LONG``: a likelihood ratio has a weight of its own,
and whole texts say more.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from newsletter.model import Publisher
from newsletter.stories.fingerprint import Fingerprint, take_fingerprint
from newsletter.stories.group import group_prints
from newsletter.stories.headline import read_claim
from newsletter.stories.pairs import FEATURES, PairModel, PairModels, measure_pairs, rate_pairs
from newsletter.stories.vetoes import Slots, read_slots

MARKED = Path(__file__).parent / "marked"
WEIGHTS = Path(__file__).parent.parent / "newsletter" / "stories" / "pair_weights.json"
SHARE = {"ecbplus": 2.0, "uci": 2.0, "scoop": 2.0}
LONG_TEXTS, LONG_SHARE = "ecbplus", 1.5  # has long texts too; what it counts beside the events
# What a pair counts of an article of an event and a near miss: written to be near, they are more frequent here than on
# any day, other news of one firm more than the same news of another.
NEAR = {"n1": 0.5, "n2": 0.25}
MORNING, EVENTS = 14, 4  # other articles in a morning, its events
DAY, SEEDS = 200, 3  # other articles in a day, drawings of both
BRIEFS = 1 / 3  # of the articles of a batch
BRIEF_CHARS = (350, 450, 600, 800)
TIME, TIME_OF_LONG = 2.5, 0.5
UNSTEADY = ("_least", "title_open", "title_second")
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
    """The measured pairs of one batch of articles, and what each counts."""

    names: list[str]
    rows: np.ndarray
    same: np.ndarray
    counts: np.ndarray


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_set(path: Path) -> list[Item]:
    return [_read_item(row, row["cluster"], row.get("topic") or row["cluster"]) for row in read_lines(path)]


def read_events(path: Path) -> list[Item]:
    return [_read_item(row, row["event"], "-".join(row["event"].split("-")[:2])) for row in read_lines(path)]


def read_others() -> list[Item]:
    """Articles of which no two tell one event."""
    names = ("learned_from", "learned_sets", "hard")
    rows = (row for name in names for row in read_lines(MARKED / f"{name}.jsonl"))
    return [_read_item(row, row["id"], row["id"]) for row in rows]


def _read_item(item: dict[str, Any], story: str, topic: str) -> Item:
    hours = None
    if item.get("published_ms"):
        hours = item["published_ms"] / 3.6e6
    elif item.get("published_at"):
        hours = datetime.fromisoformat(item["published_at"]).astimezone(UTC).timestamp() / 3600
    publisher = item.get("source") or item.get("publisher") or ""
    title, text = read_claim(item["title"], Publisher(name=publisher)), item["text"] or ""
    print_ = take_fingerprint(title, text, publisher=publisher, hours=hours)
    return Item(print_, read_slots(title, text, print_), story, topic)


def make_batches(events: Sequence[Item], others: Sequence[Item]) -> Iterator[list[Item]]:
    """Give mornings of a few events and some other articles, and days of all and many; some told by briefs."""
    for seed in range(SEEDS):
        rng = random.Random(seed)
        topics, rest = sorted({item.topic for item in events}), rng.sample(others, len(others))
        rng.shuffle(topics)
        for start in range(0, len(topics), EVENTS):
            chosen = topics[start : start + EVENTS]
            morning = [*(item for item in events if item.topic in chosen), *rest[:MORNING]]
            yield [_maybe_shorten(item, rng) for item in morning]
            rest = rest[MORNING:]
        yield [_maybe_shorten(item, rng) for item in (*events, *rng.sample(others, DAY))]


def _maybe_shorten(item: Item, rng: random.Random) -> Item:
    """An article as a brief, its first sentences, or as it is."""
    if rng.random() >= BRIEFS:
        return item
    title, head = item.slots.headline, item.slots.text[: rng.choice(BRIEF_CHARS)]
    text = head[: head.rfind(". ") + 1] or head
    print_ = take_fingerprint(title, text, publisher=item.print_.publisher, hours=item.print_.hours)
    return replace(item, print_=print_, slots=read_slots(title, text, print_))


def measure(items: Sequence[Item], *, long: bool = False) -> Design | None:
    """Measure the pairs of a batch: all, or those of two ``long`` texts; None where there are none."""
    prints = [item.print_ for item in items]
    measured = {
        pair: row
        for pair, row in measure_pairs(prints)
        if not long or all(prints[place].is_long for place in pair)
    }
    if not measured:
        return None
    names = sorted(name for name in FEATURES if name != "own" and not (long and name.endswith(UNSTEADY)))
    rows = np.array(list(measured.values()))[:, [FEATURES.index(name) for name in names]]
    same = np.array([float(items[low].story == items[high].story) for low, high in measured])
    return Design(names, rows, same, np.array([_count(items[low], items[high]) for low, high in measured]))


def _count(one: Item, other: Item) -> float:
    if one.topic != other.topic or one.story == other.story:
        return 1.0
    return min(NEAR.get(item.story.rpartition("-")[2], 1.0) for item in (one, other))


def share_out(designs: Sequence[Design], share: float) -> list[tuple[Design, float]]:
    """Give each of several batches its weight, so that all their pairs of one story count ``share`` together."""
    total = sum(design.same.sum() for design in designs)
    return [(design, share / total) for design in designs]


def fit(parts: Sequence[tuple[Design, float]], time_weight: float) -> PairModel:
    """Return the weights and the bias of a ridge-regularized logistic model (Newton's method)."""
    first = parts[0][0]
    names = [name for name in first.names if name != "time"]
    time = first.names.index("time")
    x = np.concatenate([np.delete(design.rows, time, axis=1) for design, _ in parts])
    offset = time_weight * np.concatenate([design.rows[:, time] for design, _ in parts])
    y = np.concatenate([design.same for design, _ in parts])
    weight = np.concatenate([design.counts * share for design, share in parts])
    weight /= weight.sum()
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    beta = _descend(z, y, weight, offset, RIDGE * np.r_[np.ones(len(names)), 1e-6])
    slopes = beta[:-1] / spread
    weights = {name: round(float(value), 3) for name, value in zip(names, slopes, strict=True)}
    bias = round(float(beta[-1] - (slopes * mean).sum()), 3)
    return PairModel(bias=bias, weights=dict(sorted({**weights, "time": time_weight}.items())))


def fit_both(
    sets: Mapping[str, Sequence[Item]], events: Sequence[Item], others: Sequence[Item]
) -> PairModels:
    all_pairs = [part for name, items in sets.items() for part in share_out([measure(items)], SHARE[name])]
    long = [measure(batch, long=True) for batch in make_batches(events, others)]
    texts = measure(sets[LONG_TEXTS], long=True)
    long_pairs = [*share_out([texts], LONG_SHARE), *share_out(long, 1.0)]
    return PairModels(fit(all_pairs, TIME), fit(long_pairs, TIME_OF_LONG))


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


def score(items: Sequence[Item], models: PairModels) -> float:
    links = rate_pairs([item.print_ for item in items], models)
    return score_b_cubed(items, group_prints(len(items), links, [item.slots for item in items]))


def try_halves(
    sets: Mapping[str, Sequence[Item]], events: Sequence[Item], others: Sequence[Item], times: int
) -> None:
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(times):
        halves = {name: _halve(items, seed) for name, items in {**sets, "": events}.items()}
        for mine, other in ((0, 1), (1, 0)):
            models = fit_both({name: halves[name][mine] for name in sets}, halves[""][mine], others)
            for name in sets:
                scores[name].append(score(halves[name][other], models))
            scores["events"] += [score(batch, models) for batch in make_batches(halves[""][other], others)]
    for name, values in scores.items():
        print(
            f"{name:<8} unseen stories: {np.mean(values):.4f} ± {np.std(values):.4f} ({len(values)} batches)"
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
    events, others = read_events(MARKED / "events.jsonl"), read_others()
    if given.halves:
        try_halves(sets, events, others, given.halves)
        return
    models = fit_both(sets, events, others)
    WEIGHTS.write_text(
        json.dumps({name: asdict(model) for name, model in models._asdict().items()}, indent=1) + "\n",
        "utf-8",
    )
    for name, items in sets.items():
        print(f"{name}: {score(items, models):.4f} on what it was fitted on")


if __name__ == "__main__":
    main()
