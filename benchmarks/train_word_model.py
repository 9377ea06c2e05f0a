"""Train the model of words that highlights are weighed by.

    python benchmarks/train_word_model.py FOLDER [--out newsletter/highlights/word_model.json]

FOLDER holds ``train_extra.jsonl.gz``: JSON lines with ``text`` and ``highlights``. Nothing else is read:
the development articles stay unseen. One article in twenty is held out, and the loss on those decides
how long to train. Needs numpy; takes some minutes on one core and a gigabyte of memory.
"""

# ruff: noqa: N803, N806, B905, RUF007 - matrices are named as in the formulas

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np

from newsletter.english.sentences import split_sentences
from newsletter.highlights.word_model import (
    FEATURES,
    Weights,
    count_pairs,
    describe_pair,
    describe_words,
    find_traits,
    is_results_talk,
    parse_weights,
    tokenize,
    weigh_words,
)

KNOWN = 12_000  # word types with a prior of their own
HIDDEN = 16
POSITIONAL = (1, 2, 4, 5, 6, 7, 16)  # the features that the position-free model does not see
RARE = {
    "ectsum": 12.0,
    "pr_health": 12.0,
    "cnn": 2.0,
    "cnn_old": 2.0,
    "dm_train": 2.0,
}  # kinds of text that the training data holds too little of


def read_articles(path, limit):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit and number >= limit:
                return
            row = json.loads(line)
            sentences = [tokenize(s.text) for s in split_sentences(row["text"]) if s.is_prose][:80]
            gold = [tokenize(h) for h in row["highlights"]]
            if len(sentences) >= 4 and gold:
                yield sentences, find_traits(row["text"]), gold, RARE.get(row["slice"], 1.0)


def learn_priors(articles):
    seen, chosen = Counter(), Counter()
    for sentences, _, gold, *_ in articles:
        types = {w for s in sentences for w in s}
        good = {w for s in gold for w in s}
        seen.update(types)
        chosen.update(types & good)
    base = sum(chosen.values()) / sum(seen.values())
    known = {}
    for word, times in seen.most_common(KNOWN):
        rate = (chosen[word] + 20 * base) / (times + 20)
        known[word] = (round(log(times + 1), 2), round(log(rate / (1 - rate)), 2))
    return known


def learn_talk(articles, weights):
    """How much more, or less, often than expected each word of talk about results is in the highlights.

    The ratio of a word comes from other articles than those from which its weight is learned.
    """
    talks = [a for a in articles if is_results_talk(a[0], a[1])]
    chances = [weigh_words(s, traits=t, weights=weights) for s, t, *_ in talks]
    good = [{w for s in gold for w in s} for _, _, gold, *_ in talks]

    def ratios(chosen, least):
        seen, was, expected = Counter(), Counter(), Counter()
        for i in chosen:
            seen.update(chances[i].keys())
            was.update(chances[i].keys() & good[i])
            expected.update(chances[i])
        return {w: log((was[w] + 0.5) / (expected[w] + 0.5)) for w in sorted(seen) if seen[w] >= least}

    R, t = [], []
    for fold in range(5):
        words = ratios([i for i in range(len(talks)) if i % 5 != fold], 3)
        for i in range(fold, len(talks), 5):
            for word, chance in chances[i].items():
                odds = log(max(chance, 1e-4) / (1 - min(chance, 1 - 1e-4)))
                R.append([1.0, odds, words.get(word, 0.0)])
                t.append(word in good[i])
    beta = newton(np.asarray(R), np.asarray(t, dtype=float))
    print(f"{len(talks)} talks about results, weights {np.round(beta, 2)}", flush=True)
    bias, chance, word = (round(float(b), 4) for b in beta)
    words = {w: round(r, 2) for w, r in ratios(range(len(talks)), 4).items() if abs(r) >= 0.1}
    return {"bias": bias, "chance": chance, "word": word, "words": words}


def newton(R, t):
    """Logistic regression by Newton's method."""
    beta = np.zeros(R.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-R @ beta))
        H = (R * (p * (1 - p))[:, None]).T @ R + 1e-3 * np.eye(len(beta))
        beta -= np.linalg.solve(H, R.T @ (p - t) + 1e-3 * beta)
    return beta


def fit(X, y, w, Xv, yv, *, epochs):
    """One hidden layer with Adam; gives the one with the best held-out loss."""
    rng = np.random.default_rng(0)
    mean, std = X.mean(0), X.std(0) + 1e-6
    std[X.std(0) < 1e-5] = 1e6  # what never varies teaches nothing
    n = X.shape[1]
    y, yv = y[:, None], yv[:, None]
    base = y.mean(0)
    P = [
        rng.normal(0, (2 / n) ** 0.5, (n, HIDDEN)),
        np.zeros(HIDDEN),
        rng.normal(0, 0.1, (HIDDEN, 1)),
        np.log(base / (1 - base)),
    ]
    M, V = [np.zeros_like(p) for p in P], [np.zeros_like(p) for p in P]
    best, kept, step = 1e9, None, 0

    def run(A):
        H = np.maximum((A - mean) / std @ P[0] + P[1], 0)
        return 1 / (1 + np.exp(-np.clip(H @ P[2] + P[3], -30, 30)))

    for epoch in range(epochs):
        order = rng.permutation(len(X))
        rate = 3e-3 * (1 - epoch / epochs) + 1e-4
        for at in range(0, len(order), 4096):
            rows = order[at : at + 4096]
            A = (X[rows] - mean) / std
            Z = A @ P[0] + P[1]
            H = np.maximum(Z, 0)
            p = 1 / (1 + np.exp(-np.clip(H @ P[2] + P[3], -30, 30)))
            d = (p - y[rows]) * (w[rows] / w[rows].sum())[:, None]
            dH = d @ P[2].T * (Z > 0)
            G = [A.T @ dH + 1e-5 * P[0], dH.sum(0), H.T @ d, d.sum(0)]
            step += 1
            for i, g in enumerate(G):
                M[i] = 0.9 * M[i] + 0.1 * g
                V[i] = 0.999 * V[i] + 0.001 * g * g
                P[i] = P[i] - rate * (M[i] / (1 - 0.9**step)) / (np.sqrt(V[i] / (1 - 0.999**step)) + 1e-8)
        p = run(Xv)
        loss = -np.mean(yv * np.log(p + 1e-9) + (1 - yv) * np.log(1 - p + 1e-9))
        print(f"  epoch {epoch} held-out loss {loss:.5f}", flush=True)
        if loss < best:
            best, kept = loss, [p.copy() for p in P]
    W, b, v, c = kept
    W = W / std[:, None]
    b = b - mean @ W

    return {
        "bias": round(float(c[0]), 5),
        "hidden": [
            [[round(float(x), 5) for x in W[:, j]], round(float(b[j]), 5), round(float(v[j, 0]), 5)]
            for j in range(HIDDEN)
        ],
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/highlights/word_model.json"))
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--only", choices=("talk",), help="learn only this anew, on the words as they are")
    args = parser.parse_args()
    began = time.time()
    articles = read_articles(args.folder / "train_extra.jsonl.gz", args.limit)
    if args.only:
        data = json.loads(args.out.read_text("utf-8"))
        words = parse_weights({**data, "talk": None})
        write(args.out, {**data, "talk": learn_talk(articles, words)})
        return
    articles = list(articles)
    held = [i % 20 == 7 for i in range(len(articles))]
    known = learn_priors([a for a, h in zip(articles, held) if not h])
    documents = len(articles)
    print(f"{documents} articles read, {time.time() - began:.0f} s", flush=True)
    rows, labels, out, heavy = [], [], [], []
    for (sentences, traits, gold, weight), h in zip(articles, held):
        types, features = describe_words(sentences, traits=traits, known=known, documents=documents)
        good = {w for s in gold for w in s}
        rows.append(np.asarray(features, dtype=np.float32))
        labels.append(np.asarray([w in good for w in types], dtype=np.float32))
        out.append(np.full(len(types), h))
        heavy.append(np.full(len(types), weight))
    X, y, v = np.concatenate(rows), np.concatenate(labels), np.concatenate(out)
    w = np.concatenate(heavy)
    assert X.shape[1] == FEATURES
    print(f"{len(X)} words, {y.mean():.3f} chosen, {time.time() - began:.0f} s", flush=True)
    networks = []
    for hide in (False, True):
        A = X.copy()
        if hide:
            A[:, list(POSITIONAL)] = 0
        networks.append(fit(A[~v], y[~v], w[~v], A[v], y[v], epochs=args.epochs))
    weights = Weights(documents=documents, known=known, networks=tuple(networks), pairs=())
    talk = learn_talk([a for a, h in zip(articles, held) if not h], weights)
    weights = replace(weights, talk=talk)
    R, t = [], []
    for number, (sentences, traits, gold, *_) in enumerate(articles):
        if number % 5 or held[number]:
            continue
        words = weigh_words(sentences, traits=traits, weights=weights)
        good = {p for s in gold for p in zip(s, s[1:], strict=False)}
        for pair, (times, first) in count_pairs(sentences).items():
            R.append(np.asarray(describe_pair(pair, words, times, first, traits), dtype=np.float32))
            t.append(pair in good)
    R, t = np.asarray(R), np.asarray(t, dtype=float)
    beta = newton(R, t)
    print(f"{len(R)} pairs, {t.mean():.4f} chosen, weights {np.round(beta, 2)}, {time.time() - began:.0f} s")
    weights = replace(weights, pairs=tuple(beta))
    data = {
        "documents": documents,
        "known": {w: list(p) for w, p in sorted(known.items())},
        "networks": networks,
        "pairs": [round(float(b), 4) for b in beta],
        "talk": talk,
    }
    write(args.out, data)


def write(path, data):
    path.write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
