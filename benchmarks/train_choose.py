"""Fit the weights of `newsletter.extract.choose_blocks` on pages whose article, or parts of it, are known.

    python benchmarks/train_choose.py FOLDER [--out newsletter/extract/choose_weights.json]

FOLDER holds ``index.jsonl``, one page a line: {"id", "domain", "html": path of a gzipped page, "encoding"} and
either "text", the whole article, or "with" and "without", segments that must and must not be in it.
Validated by cross-validation over sites. numpy only. The extractors' readings are cached beside the output
of ``--cache``, for they take most of the time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import re
from pathlib import Path

import numpy as np
from train_body import FOLDS, TOKEN, f1, fit, fold_of, label, predict, shingles

from newsletter.collect.decode import decode_bytes
from newsletter.extract import body, choose_blocks, html_article, meta
from newsletter.extract.page import render_blocks

GRID = [
    (none, one, more)
    for none in (0.8, 0.85, 0.9)
    for one in (0.7, 0.75, 0.8)
    for more in (0.35, 0.45, 0.55, 0.65)
]
SEGMENT_WEIGHT = 8.0  # of a block that holds a known segment
PAGE_WEIGHT = 150.0  # of a page whose whole article is known


def load(folder: Path, sets: set[str]) -> list[dict]:
    pages = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["set"] not in sets:
            continue
        raw = gzip.decompress((folder / record["html"]).read_bytes())
        text = raw.decode(record["encoding"], "replace") if record.get("encoding") else decode_bytes(raw)
        root = html_article.parse_page(text)
        blocks = render_blocks(root) if root is not None else []
        if blocks:
            votes = html_article.read_votes(root, blocks, record["url"])
            said = meta.describe(meta.read_metas(root))
            pages.append({"record": record, "blocks": blocks, "votes": votes, "said": said})
    return pages


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def add_labels(page: dict) -> None:
    record, blocks = page["record"], page["blocks"]
    if "with" in record:
        page["labels"], page["weights"] = np.zeros(len(blocks)), np.zeros(len(blocks))
        wanted, unwanted = [squeeze(s) for s in record["with"]], [squeeze(s) for s in record["without"]]
        for place, block in enumerate(blocks):
            if any(segment in block.text for segment in wanted):
                page["labels"][place], page["weights"][place] = 1, SEGMENT_WEIGHT
            elif any(segment in block.text for segment in unwanted):
                page["weights"][place] = SEGMENT_WEIGHT
    else:
        labels, weights = label(blocks, record["text"])
        page["labels"], page["weights"] = labels, weights / max(1, weights.sum()) * PAGE_WEIGHT


def fit_pages(pages: list[dict], key: str, ridge: float) -> np.ndarray:
    known = [page["weights"] > 0 for page in pages]
    weights = np.concatenate([page["weights"][k] for page, k in zip(pages, known, strict=True)])
    return fit(
        np.vstack([page[key][k] for page, k in zip(pages, known, strict=True)]),
        np.concatenate([page["labels"][k] for page, k in zip(pages, known, strict=True)]),
        weights / weights.mean(),
        ridge,
    )


def see_around(page: dict, first: np.ndarray) -> np.ndarray:
    answers = predict(page["rows"], first).tolist()
    return np.hstack(
        [page["rows"], np.array(choose_blocks.describe_around(page["blocks"], page["own"], answers))]
    )


def train(pages: list[dict], ridge: float) -> tuple[np.ndarray, np.ndarray]:
    for fold in range(FOLDS):
        inner = [page for page in pages if fold_of(page["record"]["domain"] + "#") != fold]
        first = fit_pages(inner, "rows", ridge)
        for page in pages:
            if fold_of(page["record"]["domain"] + "#") == fold:
                page["around"] = see_around(page, first)
    return fit_pages(pages, "rows", ridge), fit_pages(pages, "around", ridge)


def measure_loss(pages: list[dict]) -> dict[str, float]:
    """Weighted log loss over the blocks whose label is known: smoother than F1, of which one page moves much."""
    sums: dict[str, list[float]] = {}
    for page in pages:
        chance = np.clip(page["scores"], 1e-4, 1 - 1e-4)
        loss = -np.where(page["labels"] > 0, np.log(chance), np.log(1 - chance)) * page["weights"]
        own = sums.setdefault(page["record"]["set"], [0.0, 0.0])
        own[0] += float(loss.sum())
        own[1] += float(page["weights"].sum())
    return {kind: total / max(1e-9, weight) for kind, (total, weight) in sorted(sums.items())}


def count_segments(record: dict, text: str) -> tuple[int, int, int]:
    text = squeeze(text)
    right = sum(squeeze(s) in text for s in record["with"])
    return right, sum(squeeze(s) in text for s in record["without"]), len(record["with"]) - right


def measure(pages: list[dict], thresholds: tuple[float, ...]) -> dict[str, float]:
    results: dict[str, list] = {}
    for page in pages:
        limits = [
            thresholds[min(choose_blocks.count_keepers(vote), len(thresholds) - 1)] for vote in page["votes"]
        ]
        chosen = page["scores"] > np.array(limits)
        text = "\n".join(block.text for block, c in zip(page["blocks"], chosen, strict=True) if c)
        record = page["record"]
        if "with" in record:
            results.setdefault(record["set"], []).append(count_segments(record, text))
            continue
        unit = (lambda t: list(re.sub(r"\s+", "", t))) if record["set"] == "C" else TOKEN.findall
        true, got = shingles(unit(record["text"])), shingles(unit(text))
        same = (true & got).total()
        results.setdefault(record["set"], []).append(
            (same / max(1, got.total()), same / max(1, true.total()))
        )
    scores = {}
    for kind, rows in sorted(results.items()):
        if len(rows[0]) == 3:
            right, wrong, missed = (sum(row[i] for row in rows) for i in range(3))
            scores[kind] = 2 * right / (2 * right + wrong + missed)
        else:
            scores[kind] = f1(rows)[0]
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--sets", default="A,B,C,D")
    parser.add_argument("--ridge", type=float, default=10.0)
    parser.add_argument(
        "--thresholds", default="0.85,0.75,0.55", help="for blocks that no reading kept, one, more"
    )
    parser.add_argument("--salt", default="", help="draws the folds anew")
    options = parser.parse_args()
    if options.cache and options.cache.exists():
        pages = pickle.loads(options.cache.read_bytes())
    else:
        pages = load(options.folder, set(options.sets.split(",")))
        if options.cache:
            options.cache.write_bytes(pickle.dumps(pages))
    for page in pages:
        page["own"] = body.describe_blocks(page["blocks"])
        page["rows"] = np.array(
            choose_blocks.describe_votes(page["blocks"], page["own"], page["votes"], page["said"])
        )
        add_labels(page)
    print(len(pages), "pages,", sum(len(page["blocks"]) for page in pages), "blocks")
    held_out = lambda page: fold_of(options.salt + page["record"]["domain"])  # noqa: E731 - a name for it
    for fold in range(FOLDS):
        first, second = train([page for page in pages if held_out(page) != fold], options.ridge)
        for page in pages:
            if held_out(page) == fold:
                page["scores"] = predict(see_around(page, first), second)
    print("held out, loss:", *(f"{kind} {value:.4f}" for kind, value in measure_loss(pages).items()))
    for thresholds in GRID:
        scores = measure(pages, thresholds)
        print("held out,", thresholds, *(f"{kind} {value:.4f}" for kind, value in scores.items()))
    if options.out:
        first, second = train(pages, options.ridge)
        model = {
            "thresholds": [float(value) for value in options.thresholds.split(",")],
            "first": first.round(4).tolist(),
            "second": second.round(4).tolist(),
        }
        options.out.write_text(json.dumps(model) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
