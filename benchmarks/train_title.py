"""Fit the weights of `newsletter.extract.title` on pages whose title is known.

    python benchmarks/train_title.py FOLDER [--out newsletter/extract/title_weights.json]

FOLDER holds ``index.jsonl``, one page a line: {"set", "domain", "url", "html": path of a gzipped page,
"encoding", "title"}. A conditional logit: the weights under which the known title is likeliest among the page's
candidates.
Validated by cross-validation over sites: no site is both learnt from and measured. numpy only.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import unicodedata
from pathlib import Path

import numpy as np

from newsletter.collect.decode import decode_bytes
from newsletter.extract import html_article, meta, title
from newsletter.extract.page import Page, render_blocks

FOLDS = 10
SALTS = ("", "a", "b")  # the folds are drawn anew for each
ROUNDS = 60  # of Newton's method
MIN_SPREAD = 0.05  # of a column, by which it is scaled
WEIGHTS = {"D": 0.5}  # titles of this set were told by a program


def normalise(text: str) -> str:
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def load(folder: Path, sets: set[str]) -> list[dict]:
    pages = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["set"] not in sets or not normalise(record.get("title") or ""):
            continue
        raw = gzip.decompress((folder / record["html"]).read_bytes())
        text = raw.decode(record["encoding"], "replace") if record.get("encoding") else decode_bytes(raw)
        root = html_article.parse_page(text)
        linked, metas = list(meta.read_json(root)), meta.read_metas(root)
        page = Page(root=root, blocks=render_blocks(root), metas=metas, linked=linked, url=record["url"])
        names = title.read_names(page)
        found = title.find_candidates(names)
        right = np.array([normalise(c.text) == normalise(record["title"]) for c in found], dtype=bool)
        rows = np.array(title.describe_candidates(found, names)).reshape(len(found), -1)
        pages.append({"set": record["set"], "domain": record["domain"], "rows": rows, "right": right})
    return pages


def fit(pages: list[dict], ridge: float) -> np.ndarray:
    """The weights, by Newton's method; columns are scaled by their spread while it lasts."""
    pages = [page for page in pages if page["right"].any()]
    spread = np.maximum(np.vstack([page["rows"] for page in pages]).std(0), MIN_SPREAD)
    beta = np.zeros(len(spread))
    for _ in range(ROUNDS):
        slope, curve = ridge * beta, ridge * np.eye(len(beta))
        for page in pages:
            rows, weight = page["rows"] / spread, WEIGHTS.get(page["set"], 1.0)
            scores = rows @ beta
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            wanted = (chance + 1e-12) * page["right"]
            wanted /= wanted.sum()
            mean = chance @ rows
            slope -= weight * ((wanted - chance) @ rows)
            curve += weight * ((rows * chance[:, None]).T @ rows - np.outer(mean, mean))
        step = np.linalg.solve(curve, slope)
        beta -= step * min(1.0, 1.5 / max(1e-9, np.abs(step).max()))
        if np.abs(step).max() < 1e-4:
            break
    return beta / spread


def is_right(page: dict, beta: np.ndarray) -> bool:
    return bool(len(page["rows"]) and page["right"][int(np.argmax(page["rows"] @ beta))])


def fold_of(domain: str, salt: str) -> int:
    return int(hashlib.sha256(f"{salt}{domain}".encode()).hexdigest(), 16) % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sets", default="B,C,D")
    parser.add_argument("--ridge", type=float, default=10.0)
    options = parser.parse_args()
    pages = load(options.folder, set(options.sets.split(",")))
    kinds = sorted({page["set"] for page in pages})
    for kind in kinds:
        own = [page["right"].any() for page in pages if page["set"] == kind]
        print(f"{kind}: {len(own)} pages, title among the candidates {np.mean(own):.4f}")
    for salt in SALTS:
        held_out: dict[str, list[bool]] = {kind: [] for kind in kinds}
        for fold in range(FOLDS):
            beta = fit([p for p in pages if fold_of(p["domain"], salt) != fold], options.ridge)
            for page in pages:
                if fold_of(page["domain"], salt) == fold:
                    held_out[page["set"]].append(is_right(page, beta))
        print("held out:", " ".join(f"{kind} {np.mean(hits):.4f}" for kind, hits in held_out.items()))
    beta = fit(pages, options.ridge)
    for kind in kinds:
        print(f"learnt from: {kind} {np.mean([is_right(p, beta) for p in pages if p['set'] == kind]):.4f}")
    if options.out:
        options.out.write_text(json.dumps(beta.round(4).tolist()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
