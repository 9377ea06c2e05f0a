"""Train `newsletter/highlights/loose_ends.py` on bullets that editors judged.

    python benchmarks/train_loose_ends.py ARTICLES.jsonl BULLETS.jsonl [--out newsletter/highlights/loose_ends.json]

ARTICLES: JSON lines with ``id``, ``title``, ``text``, ``publisher`` and ``kind``. BULLETS: JSON lines with ``id``,
``bullet`` as it would be shown, ``above`` (the bullets that its reader has read, below the headline), ``code``: "ref"
where something in it points at what that reader was not told, and ``need``: the number of the sentence that tells it,
as ``split_sentences`` counts, or null. With that sentence above, the same bullet is taken for one that stands.
Prints what five-fold cross-validation over articles gives. Needs numpy and scikit-learn; half a minute on one core.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from marks import read_lines
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import average_precision_score, roc_auc_score
from train_reader_value import find_candidates, fit_trees, write_model, write_trees

from newsletter.highlights.candidates import Candidate
from newsletter.highlights.loose_ends import describe
from newsletter.highlights.stage import make_article

FOLDS = 5
STEPS = 120  # trees
TOLD_COUNTS = 0.5  # what a bullet whose missing sentence is put above it counts, beside a judged one
Example = tuple[list[float], bool, float]  # features, whether it is lost, what it counts


def load(articles: Path, bullets: Path) -> list[list[Example]]:
    """For each article the examples that its judged bullets give."""
    texts = {row["id"]: row for row in read_lines(articles)}
    judged: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_lines(bullets):
        judged[row["id"]].append(row)
    return [
        list(_read(find_candidates(make_article(texts[name])), rows)) for name, rows in sorted(judged.items())
    ]


def _read(candidates: Sequence[Candidate], rows: Sequence[dict[str, Any]]) -> list[Example]:
    by_text = {candidate.shown: candidate for candidate in candidates}
    examples: list[Example] = []
    for row in rows:
        candidate = by_text.get(row["bullet"])
        above = [by_text[text].find_clues() for text in row["above"] if text in by_text]
        if candidate is None or len(above) < len(row["above"]):
            continue  # the words of candidates have changed since
        clues, told = candidate.find_clues(), candidate.article.title
        examples.append((describe(clues, told, above), row["code"] == "ref", 1.0))
        need = row.get("need")
        if row["code"] == "ref" and need is not None and need < candidate.sentence.index:
            needed = next((one for one in candidates if one.indices == {need}), None)
            if needed is not None:
                told_it = describe(clues, told, [*above, needed.find_clues()])
                examples.append((told_it, False, TOLD_COUNTS))
    return examples


def fit(examples: Sequence[Example]) -> HistGradientBoostingRegressor:
    rows, lost, counts = zip(*examples, strict=True)
    return fit_trees(np.array(rows), np.array(lost, float), np.array(counts), steps=STEPS)


def measure(found: Sequence[list[Example]]) -> None:
    """Print how well bullets of articles that were not trained on are told apart."""
    truth: list[bool] = []
    guess: list[float] = []
    for fold in range(FOLDS):
        inside = [one for place, own in enumerate(found) if place % FOLDS != fold for one in own]
        outside = [one for own in found[fold::FOLDS] for one in own if one[2] == 1]
        truth += [lost for _, lost, _ in outside]
        guess += fit(inside).predict(np.array([row for row, _, _ in outside])).tolist()
    print(
        f"{len(truth)} bullets, {np.mean(truth):.3f} lost; held out: AUC {roc_auc_score(truth, guess):.3f},"
        f" average precision {average_precision_score(truth, guess):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("bullets", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/loose_ends.json"))
    args = parser.parse_args()
    found = load(args.articles, args.bullets)
    measure(found)
    start, trees = write_trees(fit([one for own in found for one in own]))
    model = {"start": {"lost": start}, "trees": {"lost": trees}}
    write_model(args.out, model)


if __name__ == "__main__":
    main()
