"""Train `newsletter/highlights/reader_value.py` on articles whose facts editors marked.

    python benchmarks/train_reader_value.py ARTICLES.jsonl LABELS.jsonl [BULLETS.jsonl] [--out FILE] [--onto FILE]

ARTICLES: JSON lines with ``id``, ``title``, ``text``, ``publisher`` and ``kind``. LABELS: JSON lines with ``id``,
``facts`` (a list of ``{"w": 3 the news itself, 2 important, 1 useful, "must": [strings that all stand in a bullet that
tells it; alternatives are parted by "|"]}``) and ``bad`` (the numbers of sentences that an editor refuses, as
``split_sentences`` counts them), or the numbers of the sentences of which an editor made a set of bullets: ``set`` (a
list of bullets, each a list of numbers, the news first), ``also`` (that would do nearly as well), ``never``.
BULLETS: JSON lines with ``id`` and ``bullet``, as it would be shown, and what an
editor says of it in ``code``: "ok", "ref" (points at something untold), "dull", "mis" (misleads), "form" (no sentence).
With ``--onto`` the trees of that file stay and others correct them, which see in addition how a sentence stands in its
text, and have phrases of their own: the articles that the first were trained on are not needed again.
Prints what four-fold cross-validation over articles gives. Needs numpy and scikit-learn; a minute on one core.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
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
from newsletter.highlights.phrases import PhraseTrees, find_phrases
from newsletter.highlights.reader_value import describe, describe_course
from newsletter.highlights.stage import make_article
from newsletter.highlights.word_model import weigh_story
from newsletter.model import Article

NAMES = ("told", "news", "faulty")
FOLDS = 4
SEEN = 6  # candidates that hold a phrase worth knowing
RIDGE = 4.0
STEPS = 100  # trees an answer
MORE_STEPS = 100  # trees that correct those of another file
MORE_RIDGE = 8.0
SMALL = 0.01  # weight of a phrase below which it is left out
SET = 2.0  # what a candidate of an article with an editor's set counts, beside one with marked facts
JUDGED = 3.0  # what a bullet that an editor judged counts, beside one of a sentence that he marked
REFUSED = frozenset({"dull", "mis", "form"})


def load(articles: Path, labels: Path, bullets: Path | None) -> list[dict[str, Any]]:
    """For each article: the features and phrases of its candidates, the three answers, and what each counts."""
    judged: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read_lines(bullets) if bullets else ():
        judged[row["id"]][row["bullet"]] = row["code"]
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_lines(labels):
        facts[row["id"]].append(row)
    found = []
    for row in read_lines(articles):
        candidates = find_candidates(make_article(row))
        codes = judged[row["id"]]
        if not candidates:
            continue
        known = {
            "rows": describe(candidates),
            "courses": [describe_course(candidate) for candidate in candidates],
            "phrases": [find_phrases(candidate.shown) for candidate in candidates],
        }
        for label in facts[row["id"]] or ([{}] if codes else []):
            answers = (
                answer_set(candidates, label) if "set" in label else answer_facts(candidates, label, codes)
            )
            found.append({**known, **answers, "judged": [float(c.shown in codes) for c in candidates]})
    return found


def answer_facts(
    candidates: Sequence[Candidate], label: dict[str, Any], codes: dict[str, str]
) -> dict[str, list[float]]:
    """What each candidate tells of the facts that an editor marked, and whether he refuses it."""
    points = [
        [fact["w"] for fact in label.get("facts", ()) if tells(plain(candidate.shown), fact)]
        for candidate in candidates
    ]
    bad = label.get("bad") or {}
    return {
        "told": [float(sum(own)) for own in points],
        "news": [float(3 in own) for own in points],
        "faulty": [
            float(codes[c.shown] in REFUSED if c.shown in codes else any(str(i) in bad for i in c.indices))
            for c in candidates
        ],
        "marked": [float(bool(label)) for _ in candidates],
    }


def answer_set(candidates: Sequence[Candidate], label: dict[str, Any]) -> dict[str, list[float]]:
    """The same by an editor's own set: its first bullet is the news itself, the others are important facts."""
    first, *others = label["set"]
    rest = frozenset(number for bullet in others for number in bullet)
    groups = ((3, frozenset(first)), (2, rest), (1, frozenset(label["also"])))
    return {
        "told": [
            float(sum(points * bool(c.indices & group) for points, group in groups)) for c in candidates
        ],
        "news": [float(not c.indices.isdisjoint(first)) for c in candidates],
        "faulty": [float(not c.indices.isdisjoint(label["never"])) for c in candidates],
        "marked": [SET for _ in candidates],
    }


def find_candidates(article: Article) -> list[Candidate]:
    """All candidates of an article that stands alone, as the summarizer finds them."""
    settings = Editorial()
    weigh = weigh_story((article,))
    alone = find_story_candidates(
        (article,), max_words=settings.max_words, least=settings.min_highlights, weigh=weigh
    )
    return [*alone, *join_neighbours((article,), alone, max_words=settings.max_words, weigh=weigh)]


def fit_trees(
    rows: np.ndarray, answers: np.ndarray, counts: np.ndarray, *, steps: int = STEPS
) -> HistGradientBoostingRegressor:
    """Shallow trees: some thousand candidates teach no more."""
    return HistGradientBoostingRegressor(
        max_iter=steps,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=25,
        l2_regularization=5,
        max_bins=63,
        random_state=0,  # from 10,000 rows on some are set aside at random to tell when to stop
    ).fit(rows, answers, sample_weight=counts)


def count_phrases(phrases: list[list[str]]) -> tuple[list[str], csr_matrix]:
    """The phrases that are frequent enough, and the matrix of candidates by phrases: each row of length one."""
    counts = Counter(phrase for own in phrases for phrase in own)
    known = sorted(phrase for phrase, times in counts.items() if times >= SEEN)
    places = {phrase: place for place, phrase in enumerate(known)}
    mine = [[places[phrase] for phrase in own if phrase in places] for own in phrases]
    shares = np.concatenate([np.full(len(own), 1 / max(1, len(own)) ** 0.5) for own in mine])
    starts = np.cumsum([0, *map(len, mine)])
    return known, csr_matrix((shares, np.concatenate(mine), starts), shape=(len(mine), len(known)))


def fit_phrases(
    matrix: csr_matrix, answers: np.ndarray, counts: np.ndarray, alpha: float = RIDGE
) -> np.ndarray:
    ridge = Ridge(alpha, fit_intercept=False, solver="sag", max_iter=100, tol=1e-3, random_state=0)
    return ridge.fit(matrix, answers, sample_weight=counts).coef_


def hold_out(
    folds: np.ndarray, rows: np.ndarray, answers: np.ndarray, counts: np.ndarray, *, steps: int
) -> np.ndarray:
    """What trees guess of each row that have not seen its fold."""
    guess = np.zeros(len(answers))
    for fold in range(FOLDS):
        inside = folds != fold
        model = fit_trees(rows[inside], answers[inside], counts[inside], steps=steps)
        guess[~inside] = model.predict(rows[~inside])
    return guess


def hold_out_phrases(
    folds: np.ndarray,
    matrix: csr_matrix,
    answers: np.ndarray,
    counts: np.ndarray,
    alpha: float = RIDGE,
) -> np.ndarray:
    """The same of phrases alone."""
    guess = np.zeros(len(answers))
    for fold in range(FOLDS):
        inside = folds != fold
        guess[~inside] = matrix[~inside] @ fit_phrases(matrix[inside], answers[inside], counts[inside], alpha)
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
    marked, judged = (
        np.array([value for one in found for value in one[key]]) for key in ("marked", "judged")
    )
    counts = {"told": marked, "news": marked, "faulty": np.maximum(marked, JUDGED * judged)}
    usual = {name: float(np.average(answers[name], weights=counts[name])) for name in NAMES}
    known, sparse = count_phrases([own for one in found for own in one["phrases"]])
    weights, held = {}, {}
    for name in NAMES:
        target, count = answers[name] - usual[name], counts[name]
        weights[name] = fit_phrases(sparse, target, count)
        held[name] = hold_out_phrases(folds, sparse, target, count)
    whole = np.c_[rows, *(held[name] + usual[name] for name in NAMES)]
    out: dict[str, Any] = {"names": NAMES, "start": {}, "trees": {}, "usual": usual}
    for name in NAMES:
        answer, count = answers[name], counts[name]
        guess = hold_out(folds, whole, answer, count, steps=STEPS)
        asked = (judged if name == "faulty" and judged.any() else marked) > 0
        held_out = np.corrcoef(guess[asked], answer[asked])[0, 1]
        print(f"{name}: {asked.sum()} candidates, correlation held out {held_out:.3f}")
        out["start"][name], out["trees"][name] = write_trees(fit_trees(whole, answer, count))
    return {**out, "phrases": write_phrases(known, [weights[name] for name in NAMES])}


def train_onto(found: list[dict[str, Any]], data: dict[str, Any]) -> dict[str, Any]:
    """The model ``data`` with trees that correct it; prints how well both guess what these have not seen."""
    old = PhraseTrees.of({key: value for key, value in data.items() if key != "more"})
    rows = np.array(
        [
            [*row, *old.weigh_phrases(phrases)]
            for one in found
            for row, phrases in zip(one["rows"], one["phrases"], strict=True)
        ]
    )
    courses = np.array([course for one in found for course in one["courses"]])
    folds = np.array([place % FOLDS for place, one in enumerate(found) for _ in one["rows"]])
    marked = np.array([value for one in found for value in one["marked"]])
    known, sparse = count_phrases([own for one in found for own in one["phrases"]])
    before, left, usual, weights, held = {}, {}, {}, {}, {}
    for name in NAMES:
        answer = np.array([value for one in found for value in one[name]], float)
        before[name] = np.array([old.ask(name, row) for row in rows.tolist()])
        left[name] = answer - before[name]
        usual[name] = float(np.average(left[name], weights=marked))
        target = left[name] - usual[name]
        weights[name] = fit_phrases(sparse, target, marked, MORE_RIDGE)
        held[name] = hold_out_phrases(folds, sparse, target, marked, MORE_RIDGE) + usual[name]
    whole = np.c_[rows, courses, *held.values()]
    more: dict[str, Any] = {"names": NAMES, "start": {}, "trees": {}, "usual": usual}
    for name in NAMES:
        answer = before[name] + left[name]
        guess = before[name] + hold_out(folds, whole, left[name], marked, steps=MORE_STEPS)
        now, then = (np.corrcoef(one, answer)[0, 1] for one in (guess, before[name]))
        print(f"{name}: {len(answer)} candidates, correlation held out {now:.3f}, {then:.3f} before")
        more["start"][name], more["trees"][name] = write_trees(
            fit_trees(whole, left[name], marked, steps=MORE_STEPS)
        )
    return {**data, "more": {**more, "phrases": write_phrases(known, [weights[name] for name in NAMES])}}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("bullets", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/reader_value.json"))
    parser.add_argument("--onto", type=Path)
    args = parser.parse_args()
    found = load(args.articles, args.labels, args.bullets)
    model = train_onto(found, json.loads(args.onto.read_text("utf-8"))) if args.onto else train(found)
    write_model(args.out, model)


if __name__ == "__main__":
    main()
