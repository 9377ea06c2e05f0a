"""Train `newsletter/highlights/bad_news.py` on sentences that readers marked.

    python benchmarks/train_bad_news.py MARKS.jsonl ARTICLES.jsonl... [--out newsletter/highlights/bad_news.json]

MARKS: JSON lines, of an article (``article``: its id, ``marks``: by class the numbers of its sentences, as
``split_sentences`` counts) or of one sentence (``text``, ``mark``: its class). B3 is bad news that decides how its
reader must see the company, B2 other bad news; what has another class or none is neither. ARTICLES: JSON lines with
``id`` and ``text``. Prints what five-fold cross-validation over articles gives. Needs numpy and scikit-learn.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from marks import read_lines
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from train_reader_value import lay_out, write_model

from newsletter.english.datelines import strip_dateline
from newsletter.english.sentences import BlockKind, split_sentences
from newsletter.highlights.phrases import find_phrases

FOLDS = 5
SEEN = 3  # sentences that hold a phrase worth knowing
KEPT = 3000  # phrases that ship, those that say most
STRENGTH = 5.0  # inverse of the regularization
ANSWERS = (("B2", "B3"), ("B3",))  # bad news at all, and what decides
Example = tuple[int, list[str], str]  # the article, the phrases, the class


def load(marks: Path, articles: list[Path]) -> list[Example]:
    """Each sentence that a reader saw; of one that stands alone the article is -1."""
    texts = {row["id"]: row["text"] for path in articles for row in read_lines(path)}
    found: list[Example] = []
    for place, row in enumerate(read_lines(marks)):
        if "text" in row:
            found.append((-1, find_phrases(row["text"]), row["mark"]))
            continue
        given = {number: mark for mark, numbers in row["marks"].items() for number in numbers}
        found += [
            (place, find_phrases(strip_dateline(one.text)[0]), given.get(one.index, ""))
            for one in split_sentences(texts[row["article"]])
            if one.is_prose or one.kind is BlockKind.BOILERPLATE
        ]
    return found


def fit(examples: list[Example]) -> tuple[list[str], np.ndarray, list[float]]:
    """The phrases that say most, their weights, one an answer, and the answers where none is known."""
    counts = Counter(phrase for _, own, _ in examples for phrase in own)
    known = sorted(phrase for phrase, times in counts.items() if times >= SEEN)
    weights, _ = _fit(examples, known)
    says = np.abs(weights).max(1) * np.sqrt([counts[phrase] for phrase in known])
    known = [known[place] for place in sorted(np.argsort(-says)[:KEPT])]
    return known, *_fit(examples, known)


def _fit(examples: list[Example], known: list[str]) -> tuple[np.ndarray, list[float]]:
    matrix = lay_out([own for _, own, _ in examples], known)
    models = [
        LogisticRegression(C=STRENGTH, max_iter=400).fit(matrix, [mark in classes for *_, mark in examples])
        for classes in ANSWERS
    ]
    return np.array([model.coef_[0] for model in models]).T, [float(model.intercept_[0]) for model in models]


def validate(examples: list[Example]) -> None:
    """Print how well each answer ranks the sentences of articles that trained nothing."""
    articles = [one for one in examples if one[0] >= 0]
    guess = np.zeros((len(articles), len(ANSWERS)))
    folds = np.array([place % FOLDS for place, *_ in articles])
    for fold in range(FOLDS):
        known, weights, usual = fit([one for one in examples if one[0] < 0 or one[0] % FOLDS != fold])
        held = [one for one in articles if one[0] % FOLDS == fold]
        guess[folds == fold] = lay_out([own for _, own, _ in held], known) @ weights + usual
    for place, classes in enumerate(ANSWERS):
        true = [mark in classes for *_, mark in articles]
        precision, area = average_precision_score(true, guess[:, place]), roc_auc_score(true, guess[:, place])
        print(
            f"{'/'.join(classes)}: {sum(true)} of {len(true)}, average precision {precision:.3f}, AUC {area:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("marks", type=Path)
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/bad_news.json"))
    args = parser.parse_args()
    examples = load(args.marks, args.articles)
    validate(examples)
    known, weights, usual = fit(examples)
    phrases = {
        phrase: [round(float(one), 2) for one in own] for phrase, own in zip(known, weights, strict=True)
    }
    write_model(args.out, {"usual": [round(one, 3) for one in usual], "phrases": phrases})


if __name__ == "__main__":
    main()
