"""Fit the weights of `newsletter.extract.body` on documents whose article is known.

    python benchmarks/train_body.py FOLDER [--out newsletter/extract/body_weights.json]

FOLDER holds ``index.jsonl``, one page a line: {"id", "domain", "html": path of a gzipped page or plain
text, "encoding", "text": the article, "set"}. Validated by cross-validation over sites: no site is both
learnt from and measured. numpy only.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np

from newsletter.extract import body, html_article
from newsletter.extract.html_blocks import Block, parse_blocks
from newsletter.extract.mojibake import repair_text
from newsletter.extract.page import render_blocks

TOKEN = re.compile(r"\w+")
FOLDS = 5
SHINGLE = 4


def shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    return Counter(
        tuple(tokens[i : i + SHINGLE])
        for i in range(max(1, len(tokens) - SHINGLE + 1))
        if tokens[i : i + SHINGLE]
    )


def load(folder: Path, sets: set[str]) -> list[dict]:
    documents = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        if page["set"] not in sets or not page.get("text"):
            continue
        raw = gzip.decompress((folder / page["html"]).read_bytes())
        text = raw.decode(page.get("encoding") or "utf-8", "replace")
        if page["html"].endswith(".txt.gz"):
            blocks = parse_blocks(repair_text(text).text)
        else:
            blocks = [
                Block(text=block.text, bullet=block.bullet)
                for block in render_blocks(html_article.parse_page(text))
            ]
        documents.append(
            {
                "domain": page["domain"],
                "set": page["set"],
                "gold": page["text"],
                "blocks": blocks,
                "id": page["id"],
            }
        )
    return documents


def label(blocks: list[Block], gold: str) -> tuple[np.ndarray, np.ndarray]:
    tokens = [TOKEN.findall(block.text) for block in blocks]
    wanted = TOKEN.findall(gold)
    grams = {n: {tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1)} for n in range(1, SHINGLE + 1)}
    labels = np.zeros(len(blocks))
    for place, words in enumerate(tokens):
        n = min(SHINGLE, len(words))
        if not n:
            continue
        pieces = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        labels[place] = sum(piece in grams[n] for piece in pieces) / len(pieces) >= 0.6
    sure = [i for i, words in enumerate(tokens) if labels[i] and len(words) >= 8]
    for place, words in enumerate(tokens):
        if len(words) < 8 and labels[place] and not (sure and sure[0] - 2 <= place <= sure[-1] + 2):
            labels[place] = 0
    return labels, np.array([max(2.0, len(words)) ** 0.75 for words in tokens])


def fit(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, ridge: float) -> np.ndarray:
    """Weighted logistic regression by Newton's method."""
    beta = np.zeros(rows.shape[1])
    rows = rows.astype(np.float32)  # half the time; the steps are solved in full width
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ beta.astype(np.float32), -30, 30)))
        slope = rows.T @ (weights * (chance - labels)).astype(np.float32) + ridge * beta
        spread = (weights * chance * (1 - chance)).astype(np.float32)
        curve = ((rows * spread[:, None]).T @ rows).astype(float) + ridge * np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        beta -= step
        if np.abs(step).max() < 1e-3:
            break
    return beta


def fold_of(domain: str) -> int:
    return int(hashlib.sha256(domain.encode()).hexdigest(), 16) % FOLDS


def predict(rows: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(rows @ beta, -30, 30)))


def train(documents: list[dict], ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """Both stages; the second learns from answers of the first that did not see the document's site."""
    own = np.vstack([d["own"] for d in documents])
    labels = np.concatenate([d["labels"] for d in documents])
    weights = np.concatenate([d["weights"] for d in documents])
    weights = weights / weights.mean()
    first = fit(own, labels, weights, ridge)
    surroundings = []
    for fold in range(FOLDS):
        inner = [d for d in documents if fold_of(d["domain"] + "#") != fold]
        outer = [d for d in documents if fold_of(d["domain"] + "#") == fold]
        if not outer or not inner:
            continue
        beta = fit(
            np.vstack([d["own"] for d in inner]),
            np.concatenate([d["labels"] for d in inner]),
            np.concatenate([d["weights"] for d in inner]) / 10,
            ridge,
        )
        for d in outer:
            answers = predict(d["own"], beta)
            surroundings.append((d, see_around(d["own"], answers)))
    second = fit(
        np.vstack([rows for _, rows in surroundings]),
        np.concatenate([d["labels"] for d, _ in surroundings]),
        np.concatenate([d["weights"] for d, _ in surroundings]) / 10,
        ridge,
    )
    return first, second


def see_around(own: np.ndarray, answers: np.ndarray) -> np.ndarray:
    return np.hstack([own, np.array(body.describe_surroundings(own.tolist(), answers.tolist()))])


def score(document: dict, first: np.ndarray, second: np.ndarray, threshold: float) -> tuple[float, float]:
    answers = predict(document["own"], first)
    rows = see_around(document["own"], answers)
    chosen = predict(rows, second) > threshold
    text = "\n".join(b.text for b, c in zip(document["blocks"], chosen, strict=True) if c)
    true, got = shingles(TOKEN.findall(document["gold"])), shingles(TOKEN.findall(text))
    same = (true & got).total()
    return same / max(1, got.total()), same / max(1, true.total())


def f1(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    p, r = (float(np.mean([pair[i] for pair in pairs])) for i in (0, 1))
    return 2 * p * r / (p + r), p, r


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sets", default="P,D,C")
    parser.add_argument("--report", default="P")
    parser.add_argument("--ridge", type=float, default=1.0)
    options = parser.parse_args()
    documents = [d for d in load(options.folder, set(options.sets.split(","))) if d["blocks"]]
    for d in documents:
        d["own"] = np.array(body.describe_blocks(d["blocks"]))
        d["labels"], d["weights"] = label(d["blocks"], d["gold"])
    print(len(documents), "documents,", sum(len(d["blocks"]) for d in documents), "blocks")
    held_out = []
    for fold in range(FOLDS):
        first, second = train([d for d in documents if fold_of(d["domain"]) != fold], options.ridge)
        held_out += [(d, first, second) for d in documents if fold_of(d["domain"]) == fold]
    best = (0.0, 0.5)
    for threshold in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        for kind in sorted({d["set"] for d in documents}):
            result = f1([score(d, a, b, threshold) for d, a, b in held_out if d["set"] == kind])
            print(
                f"held out {kind} threshold {threshold}: F1 {result[0]:.4f} P {result[1]:.4f} R {result[2]:.4f}"
            )
            if kind == options.report:
                best = max(best, (result[0], threshold))
    if options.out:
        first, second = train(documents, options.ridge)
        model = {
            "thresholds": [best[1]],
            "first": first.round(4).tolist(),
            "second": second.round(4).tolist(),
        }
        options.out.write_text(json.dumps(model) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
