"""Train `newsletter/highlights/reader_value.py` on articles whose facts editors marked.

    python benchmarks/train_reader_value.py ARTICLES.jsonl... [--out FILE]

Each line of ARTICLES: ``id``, ``title``, ``text``, ``publisher`` and ``kind``, with either ``facts`` (a list of
``{"w": 3 the news itself, 2 important, 1 useful, "must": [strings that all stand in a bullet that tells it;
alternatives are parted by "|"]}``) and ``bad`` (the numbers of sentences that an editor refuses, as ``split_sentences``
counts them), or the numbers of the sentences of which an editor made a set of bullets: ``set`` (a list of bullets, each
a list of numbers, the news first), ``also`` (that would do nearly as well), ``never``; facts go before a set.
Prints what four-fold cross-validation over articles gives. Needs numpy and scikit-learn; a minute on one core.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from marks import plain, read_lines, tells
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from newsletter.config import Editorial
from newsletter.highlights.candidates import Candidate, find_story_candidates, join_neighbours
from newsletter.highlights.phrases import find_phrases
from newsletter.highlights.reader_value import describe
from newsletter.highlights.stage import make_article
from newsletter.model import Article

NAMES = ("told", "news", "faulty")
FOLDS = 4
SEEN = 6  # candidates that hold a phrase worth knowing
RIDGE = 4.0
STEPS = 200  # trees an answer
RATE = 0.04
SMALL = 0.01  # weight of a phrase below which it is left out


def load(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """For each article: the features and phrases of its candidates, and the three answers."""
    found = []
    for row in (line for path in paths for line in read_lines(path)):
        candidates = find_candidates(make_article(row))
        if not candidates:
            continue
        answers = answer_facts(candidates, row) if row.get("facts") else answer_set(candidates, row)
        phrases = [find_phrases(candidate.shown) for candidate in candidates]
        found.append({"rows": describe(candidates), "phrases": phrases, **answers})
    return found


def answer_facts(candidates: Sequence[Candidate], row: dict[str, Any]) -> dict[str, list[float]]:
    """What each candidate tells of the facts that an editor marked, and whether he refuses it."""
    points = [
        [fact["w"] for fact in row["facts"] if tells(plain(candidate.shown), fact)]
        for candidate in candidates
    ]
    return {
        "told": [float(sum(own)) for own in points],
        "news": [float(3 in own) for own in points],
        "faulty": [float(any(str(i) in row["bad"] for i in c.indices)) for c in candidates],
    }


def answer_set(candidates: Sequence[Candidate], row: dict[str, Any]) -> dict[str, list[float]]:
    """The same by an editor's own set: its first bullet is the news itself, the others are important facts."""
    first, *others = row["set"]
    rest = frozenset(number for bullet in others for number in bullet)
    groups = ((3, frozenset(first)), (2, rest), (1, frozenset(row["also"])))
    return {
        "told": [
            float(sum(points * bool(c.indices & group) for points, group in groups)) for c in candidates
        ],
        "news": [float(not c.indices.isdisjoint(first)) for c in candidates],
        "faulty": [float(not c.indices.isdisjoint(row["never"])) for c in candidates],
    }


def find_candidates(article: Article) -> list[Candidate]:
    """All candidates of an article that stands alone, as the summarizer finds them."""
    settings = Editorial()
    alone = find_story_candidates((article,), max_words=settings.max_words)
    return [*alone, *join_neighbours((article,), alone, max_words=settings.max_words)]


def fit_trees(
    rows: np.ndarray, answers: np.ndarray, counts: np.ndarray | None = None, *, steps: int = STEPS
) -> HistGradientBoostingRegressor:
    """Small trees: some thousand candidates teach no more."""
    return HistGradientBoostingRegressor(
        max_iter=steps,
        learning_rate=RATE,
        max_leaf_nodes=16,
        min_samples_leaf=25,
        max_features=0.3,
        l2_regularization=5,
        max_bins=63,
        random_state=0,
        early_stopping=False,
    ).fit(rows, answers, sample_weight=counts)


def count_phrases(phrases: list[list[str]]) -> tuple[list[str], csr_matrix]:
    """The phrases that are frequent enough, and the matrix of candidates by them."""
    counts = Counter(phrase for own in phrases for phrase in own)
    known = sorted(phrase for phrase, times in counts.items() if times >= SEEN)
    return known, lay_out(phrases, known)


def lay_out(phrases: list[list[str]], known: list[str]) -> csr_matrix:
    """The matrix of texts by the ``known`` ones of their ``phrases``: each row of length one."""
    places = {phrase: place for place, phrase in enumerate(known)}
    mine = [[places[phrase] for phrase in own if phrase in places] for own in phrases]
    shares = np.concatenate([np.full(len(own), 1 / max(1, len(own)) ** 0.5) for own in mine])
    starts = np.cumsum([0, *map(len, mine)])
    return csr_matrix((shares, np.concatenate(mine).astype(int), starts), shape=(len(mine), len(known)))


def fit_phrases(matrix: csr_matrix, answers: np.ndarray) -> np.ndarray:
    ridge = Ridge(RIDGE, fit_intercept=False, solver="sag", max_iter=100, tol=1e-3, random_state=0)
    return ridge.fit(matrix, answers).coef_


def hold_out(folds: np.ndarray, rows: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """What trees guess of each row that have not seen its fold."""
    guess = np.zeros(len(answers))
    for fold in range(FOLDS):
        inside = folds != fold
        guess[~inside] = fit_trees(rows[inside], answers[inside]).predict(rows[~inside])
    return guess


def hold_out_phrases(folds: np.ndarray, matrix: csr_matrix, answers: np.ndarray) -> np.ndarray:
    """The same of phrases alone."""
    guess = np.zeros(len(answers))
    for fold in range(FOLDS):
        inside = folds != fold
        guess[~inside] = matrix[~inside] @ fit_phrases(matrix[inside], answers[inside])
    return guess


def write_phrases(known: list[str], weights: list[np.ndarray]) -> dict[str, list[float]]:
    """The weights of each phrase, one of each of ``weights``, without phrases that hardly say anything."""
    return {
        phrase: [round(float(one[place]), 3) for one in weights]
        for place, phrase in enumerate(known)
        if max(abs(one[place]) for one in weights) >= SMALL
    }


def write_model(path: Path, model: dict[str, Any]) -> None:
    path.write_text(json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{path}: {path.stat().st_size // 1024} KB, {len(model.get('phrases', ()))} phrases")


def write_trees(model: HistGradientBoostingRegressor) -> tuple[float, list[Any]]:
    """What a model starts from, and its trees as nested lists."""
    trees = [write_tree(step[0].nodes) for step in model._predictors]  # noqa: SLF001 - there is no public way
    return round(float(model._baseline_prediction.ravel()[0]), 5), trees  # noqa: SLF001


def write_tree(nodes: Any, place: int = 0) -> Any:
    """A tree as nested lists."""
    node = nodes[place]
    if node["is_leaf"]:
        return round(float(node["value"]), 5)
    return [
        int(node["feature_idx"]),
        round(float(node["num_threshold"]), 5),
        write_tree(nodes, node["left"]),
        write_tree(nodes, node["right"]),
    ]


def train(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The model, as it is written; prints how well it guesses what it has not seen."""
    rows = np.array([row for one in found for row in one["rows"]])
    folds = np.array([place % FOLDS for place, one in enumerate(found) for _ in one["rows"]])
    answers = {name: np.array([value for one in found for value in one[name]], float) for name in NAMES}
    usual = {name: float(answers[name].mean()) for name in NAMES}
    known, sparse = count_phrases([own for one in found for own in one["phrases"]])
    weights = [fit_phrases(sparse, answers[name] - usual[name]) for name in NAMES]
    held = [hold_out_phrases(folds, sparse, answers[name] - usual[name]) + usual[name] for name in NAMES]
    whole = np.c_[rows, *held]
    out: dict[str, Any] = {"names": NAMES, "start": {}, "trees": {}, "usual": usual}
    for name in NAMES:
        guess = hold_out(folds, whole, answers[name])
        held_out = np.corrcoef(guess, answers[name])[0, 1]
        print(f"{name}: {len(guess)} candidates, correlation held out {held_out:.3f}")
        out["start"][name], out["trees"][name] = write_trees(fit_trees(whole, answers[name]))
    return {**out, "phrases": write_phrases(known, weights)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/reader_value.json"))
    args = parser.parse_args()
    write_model(args.out, train(load(args.articles)))


if __name__ == "__main__":
    main()
