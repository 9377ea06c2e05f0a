"""Train `newsletter/highlights/companions.py` on articles in which editors marked what must stand together.

    python benchmarks/train_companions.py ARTICLES.jsonl LABELS.jsonl --part misleads|sets [--out companions.json]

ARTICLES: JSON lines with ``id``, ``title``, ``text``, ``publisher`` and ``kind``. LABELS: JSON lines with ``id``,
``bad`` (the numbers of sentences that an editor refuses, as ``split_sentences`` counts them) and ``needs`` (a list of
``{"a": number, "b": number}``: whoever reads sentence a and not sentence b comes away with a wrong picture).
With ``--part`` the weights are that part of the file, of which the other stays: "misleads", or "sets" (which has seen
what the bullets of editors' own sets need, too).
Prints what four-fold cross-validation over articles gives. Needs numpy and scikit-learn; a minute on one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from marks import read_lines
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score
from train_reader_value import (
    FOLDS,
    count_phrases,
    find_candidates,
    fit_phrases,
    fit_trees,
    hold_out,
    hold_out_phrases,
    write_model,
    write_phrases,
    write_trees,
)

from newsletter.english.sentences import split_sentences
from newsletter.highlights import companions
from newsletter.highlights.companions import Companions, describe, read_companions
from newsletter.highlights.phrases import PhraseTrees, find_phrases
from newsletter.highlights.reader_value import value_candidates
from newsletter.highlights.stage import make_article

# What the phrases of a sentence say: it misleads alone, it is another's other half.
NAMES = ("first", "other")
STEPS = 80
PARTS = ("misleads", "sets")
EVERY = 10_000  # all sentences are looked at


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One article: its sentences, and what was marked."""

    read: Companions
    texts: dict[int, str]
    bad: frozenset[int]
    needs: frozenset[tuple[int, int]]


def load(articles: Path, labels: Path) -> list[Marked]:
    texts = {row["id"]: row for row in read_lines(articles)}
    none = PhraseTrees(start={}, trees={}, names=NAMES, phrases={}, usual=dict.fromkeys(NAMES, 0.0))
    companions._load_models = lambda: (none,)  # noqa: SLF001 - the phrases are weighed here
    found = []
    for row in read_lines(labels):
        article = make_article(texts[row["id"]])
        candidates = find_candidates(article)
        read = read_companions(article, candidates, value_candidates(candidates), most=EVERY)
        found.append(
            Marked(
                read=read,
                texts={
                    one.index: one.text for one in split_sentences(article.text) if one.index in read.stands
                },
                bad=frozenset(int(number) for number in row["bad"]),
                needs=frozenset((need["a"], need["b"]) for need in row["needs"]),
            )
        )
    return found


def weigh(found: Sequence[Marked]) -> tuple[list[Marked], dict[str, Any]]:
    """Each sentence with what its phrases say, by weights that have not seen its article; and weights of all."""
    phrases = [find_phrases(text) for one in found for text in one.texts.values()]
    folds = np.array([place % FOLDS for place, one in enumerate(found) for _ in one.texts])
    known, sparse = count_phrases(phrases)
    chances, weights, usual = [], {}, {}
    for half, name in enumerate(NAMES):
        marked = [{need[half] for need in one.needs} for one in found]
        answer = np.array(
            [index in mine for one, mine in zip(found, marked, strict=True) for index in one.texts]
        )
        usual[name] = float(answer.mean())
        target, count = answer - usual[name], np.ones(len(answer))
        weights[name] = fit_phrases(sparse, target, count)
        chances.append(hold_out_phrases(folds, sparse, target, count) + usual[name])
    rows = iter(zip(*chances, strict=True))
    weighed = []
    for one in found:
        stands = {index: replace(one.read.stands[index], chances=([*next(rows)],)) for index in one.texts}
        weighed.append(replace(one, read=Companions(stands=stands, likeliest=())))
    return weighed, {"names": NAMES, "usual": usual, "phrases": write_phrases(known, [*weights.values()])}


def train(found: Sequence[Marked]) -> dict[str, Any]:
    """The model, as it is written; prints how well it guesses what it has not seen."""
    weighed, out = weigh(found)
    rows, answers, folds = [], [], []
    for place, one in enumerate(weighed):
        for first in one.read.stands.values():
            if first.index in one.bad:
                continue
            for other in one.read.stands.values():
                if other.index != first.index:
                    rows.append(describe(first, other))
                    answers.append((first.index, other.index) in one.needs)
                    folds.append(place % FOLDS)
    whole, answer, fold_of = np.array(rows), np.array(answers, float), np.array(folds)
    count = np.ones(len(answer))
    guess = hold_out(fold_of, whole, answer, count, steps=STEPS)
    auc, average = roc_auc_score(answer, guess), average_precision_score(answer, guess)
    print(
        f"{len(answer)} pairs, {int(answer.sum())} marked: AUC {auc:.3f}, average precision {average:.3f}, held out"
    )
    precision, recall, chance = precision_recall_curve(answer, guess)
    for least in (0.05, 0.08, 0.12, 0.2, 0.3, 0.4, 0.5):
        place = min(int(np.searchsorted(chance, least)), len(chance) - 1)
        print(f"  from {least}: precision {precision[place]:.2f}, recall {recall[place]:.2f}")
    start, trees = write_trees(fit_trees(whole, answer, count, steps=STEPS))
    return {**out, "start": {"needed": start}, "trees": {"needed": trees}}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/companions.json"))
    parser.add_argument("--part", choices=PARTS, required=True)
    args = parser.parse_args()
    known = json.loads(args.out.read_text("utf-8")) if args.out.exists() else {}
    parts = {**known, args.part: train(load(args.articles, args.labels))}
    write_model(args.out, {part: parts[part] for part in PARTS if part in parts})


if __name__ == "__main__":
    main()
