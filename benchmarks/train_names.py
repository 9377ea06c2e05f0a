"""Fit the weights of newsletter/gate/roles.py on editors' highlights, and try them honestly.

    python benchmarks/train_names.py CASES HIGHLIGHTS … [--out newsletter/gate/name_weights.json]

CASES are articles with bullets and the sentences that each rests on (``{"id", "title", "text", "bullets": [{"text",
"rests_on"}]}``), the others articles with highlights alone (``{"id", "title", "text", "highlights"}``, also
gzipped), whose sentences are found by their words; in half of them without the names, since an editor writes a name
for a pronoun. A copy of a bullet has one name exchanged for another one of the article. Each fold is tried on cases
that it was not fitted on: the share of bullets refused, faithful and changed, at several limits.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from newsletter.english.sentences import split_sentences
from newsletter.english.stems import fold
from newsletter.gate.pieces import UNCASED, find_nearest, is_verbatim, read_source, take_apart
from newsletter.gate.roles import Scene, find_runs, measure_name

FOLDS = 5
COPIES = 2  # changed copies of a bullet
WEIGHT = 4.0  # of a case whose sentences are known, against one whose sentences were found
RIDGE = 2.0
NAME = re.compile(r"\b[A-Z][a-z]{2,}(?:\s[A-Z][a-z]{2,}){0,2}\b")


class Bullet(NamedTuple):
    """A bullet, what it rests on, and where a name was exchanged in it, if one was."""

    case: str
    text: str
    title: str
    source: str
    cited: Sequence[str]
    changed: tuple[int, int] | None
    known: bool


class Design(NamedTuple):
    """The measured names of all bullets."""

    rows: np.ndarray
    changed: np.ndarray
    weight: np.ndarray
    bullets: list[tuple[str, str, bool]]


def read_lines(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return [json.loads(line) for line in text.splitlines()]


def read_bullets(path: Path, rng: random.Random) -> Iterator[Bullet]:
    for row in read_lines(path):
        if not row.get("cased", True):
            continue
        title, text = row.get("title") or "", row["text"]
        source = f"{title}\n\n{text}"
        read = read_source(text)
        if "bullets" not in row and len(read.named) <= UNCASED * len(read.words):
            continue
        told = [(b["text"], b["rests_on"]) for b in row["bullets"]] if "bullets" in row else []
        for highlight in row.get("highlights", ()) if not told else ():
            piece = take_apart(highlight)
            if rng.random() < 0.5:
                content = tuple(t.stem for t in piece.tokens if fold(t.text) not in read.named)
                piece = dataclasses.replace(piece, content=tuple(c for c in piece.content if c in content))
            told.append((highlight, [read.pieces[number].text for number in find_nearest(read, piece, 2)]))
        for said, cited in told:
            made = Bullet(row["id"], said, title, source, cited, None, bool("bullets" in row))
            yield made
            for _ in range(COPIES):
                if copy := exchange(made, text, rng):
                    yield copy


def exchange(bullet: Bullet, text: str, rng: random.Random) -> Bullet | None:
    """A copy with one name exchanged for another one that stands in the article twice; None where there is none."""
    said, low = bullet.text, text.lower()
    names = [match for match in NAME.finditer(said) if match.start() > 0 or " " in match.group()]
    others = [
        name
        for name in dict.fromkeys(NAME.findall(text))
        if name not in said and len(name) > 4 and low.count(name.lower()) > 1
    ]
    if not names or not others:
        return None
    match, name = rng.choice(names), rng.choice(others)
    changed = (match.start(), match.start() + len(name))
    return bullet._replace(text=said[: match.start()] + name + said[match.end() :], changed=changed)


def measure(bullets: Iterator[Bullet]) -> tuple[list[str], Design]:
    rows, changed, weight, whose, names = [], [], [], [], []
    for bullet in bullets:
        article = read_source(f"{bullet.title}\n\n{bullet.source}")
        if not article.named:
            continue
        cited = read_source("\n".join(bullet.cited)).pieces
        end = 0
        for sentence in split_sentences(bullet.text):
            begin = bullet.text.find(sentence.text, end)
            end = begin + len(sentence.text)
            if is_verbatim(sentence.text, article):
                continue
            piece = take_apart(sentence.text)
            scene = Scene(piece, cited, bullet.title, article)
            for run in find_runs(piece, article.named):
                first, last = begin + piece.tokens[run.first].start, begin + piece.tokens[run.last].end
                there = bullet.changed is None or (first < bullet.changed[1] and last > bullet.changed[0])
                if not there or not article.words.issuperset(run.words):
                    continue
                measured = measure_name(run, scene)
                names = list(measured)
                rows.append(list(measured.values()))
                changed.append(bullet.changed is not None)
                weight.append(WEIGHT if bullet.known else 1.0)
                whose.append((bullet.case, bullet.text, bullet.known))
    return names, Design(np.array(rows), np.array(changed, float), np.array(weight), whose)


def fit(design: Design, chosen: np.ndarray) -> np.ndarray:
    """The bias and the weights of a logistic model with a ridge, by Newton's steps."""
    x = np.hstack([np.ones((chosen.sum(), 1)), design.rows[chosen]])
    scale = np.maximum(x.std(axis=0), 1e-9)
    scale[0] = 1.0
    x, y, w = x / scale, design.changed[chosen], design.weight[chosen]
    beta = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 0.0
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (w * (p - y)) + ridge * beta
        hessian = (x.T * (w * p * (1 - p))) @ x + np.diag(ridge + 1e-9)
        beta -= np.linalg.solve(hessian, gradient)
    return np.asarray(beta / scale)


def try_folds(design: Design) -> np.ndarray:
    """The doubt of each name, by weights fitted without its case."""
    cases = sorted({case for case, _, _ in design.bullets})
    fold_of = {case: number % FOLDS for number, case in enumerate(cases)}
    mine = np.array([fold_of[case] for case, _, _ in design.bullets])
    doubt = np.zeros(len(mine))
    for number in range(FOLDS):
        beta = fit(design, mine != number)
        doubt[mine == number] = beta[0] + design.rows[mine == number] @ beta[1:]
    return doubt


def show(design: Design, doubt: np.ndarray) -> None:
    for known in (True, False):
        worst: dict[bool, dict[str, float]] = {
            True: defaultdict(lambda: -99.0),
            False: defaultdict(lambda: -99.0),
        }
        for (case, text, is_known), changed, value in zip(design.bullets, design.changed, doubt, strict=True):
            if is_known is known:
                key = f"{case} {text}"
                worst[bool(changed)][key] = max(worst[bool(changed)][key], float(value))
        faithful, exchanged = (np.array(list(worst[side].values())) for side in (False, True))
        print("cases whose sentences are", "known" if known else "found", len(faithful), len(exchanged))
        for limit in np.arange(-1, 3.1, 0.5):
            print(
                f"  {limit:+.1f}  faithful {(faithful > limit).mean():.3f}  changed {(exchanged > limit).mean():.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/gate/name_weights.json"))
    args = parser.parse_args()
    rng = random.Random(11)
    names, design = measure(bullet for path in args.files for bullet in read_bullets(path, rng))
    show(design, try_folds(design))
    beta = fit(design, np.ones(len(design.changed), bool))
    bias, *weights = (round(float(value), 2) for value in beta)
    data = {"bias": bias, "weights": dict(zip(names, weights, strict=True))}
    args.out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
