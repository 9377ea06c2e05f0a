"""Fit the table of newsletter/gate/kinds.py on articles alone: which name stands in which place.

    python benchmarks/train_kinds.py ARTICLES … [--out newsletter/gate/kinds.json]

ARTICLES: JSON lines with ``id``, ``text`` and maybe ``title``; what is written without capitals is left out. For each
place of a name the name itself is to fit better than another one of the same article. Prints in what share of places
it does, on an eighth of the articles that the table was not fitted on. Needs numpy and scipy; two minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from newsletter.english.stems import fold
from newsletter.gate.kinds import describe_name, describe_place
from newsletter.gate.pieces import Source, read_article
from newsletter.gate.roles import read_names

SIZE = 6  # numbers for each side
SEEN = {"places": 150, "names": 200}  # how often a thing must be seen
STEPS, ANEW = 120, 30  # of the descent, and after how many other names are drawn
RATE, DECAY, SHRINK = 0.05, (0.9, 0.999), 3e-4  # Adam, and what keeps numbers small
DRAWN = 2  # other names for a place
WRITTEN, LEAST = 8, 0.25  # how often a word is written small, and the least share of that which is kept


class Mention(NamedTuple):
    """A place of a name: its article, what stands around it, and what is known of the name elsewhere."""

    article: int
    name: tuple[str, ...]
    places: dict[str, float]
    names: dict[str, float]


def read_articles(paths: Sequence[Path]) -> Iterator[Source]:
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            article = read_article(row.get("title") or "", "", row["text"])
            if article.named:
                yield article


def count_small(articles: Sequence[Source]) -> dict[str, float]:
    """Of each word the share of small letters among its uses amid sentences."""
    small, large = Counter[str](), Counter[str]()
    for article in articles:
        for token in (token for piece in article.pieces for token in piece.tokens[1:]):
            if token.text[0].isalpha():
                (small if token.text[0].islower() else large)[fold(token.text)] += 1
    shares = {w: round(n / (n + large[w] + 1), 1) for w, n in small.items() if n >= WRITTEN}
    return {word: share for word, share in shares.items() if share >= LEAST}


def find_mentions(articles: Sequence[Source], small: dict[str, float]) -> list[Mention]:
    found = []
    for number, article in enumerate(articles):
        names = read_names(article)
        for place in names.places:
            others = [one.span for one in names.find(place.run.words) if one is not place]
            around = dict.fromkeys(describe_place(*place.span), 1.0)
            known: dict[str, float] = defaultdict(float)
            for key, weight in describe_name(place.run.words, others, small):
                known[key] += weight
            found.append(Mention(number, place.run.words, around, known))
    return found


def tabulate(found: Sequence[Mention], side: str, known: dict[str, int]) -> csr_matrix:
    rows = [
        (n, known[k], w) for n, one in enumerate(found) for k, w in getattr(one, side).items() if k in known
    ]
    at, keys, weights = zip(*rows, strict=True)
    return csr_matrix((weights, (at, keys)), shape=(len(found), len(known)))


def list_keys(found: Sequence[Mention], side: str) -> dict[str, int]:
    seen = Counter(key for one in found for key in getattr(one, side))
    return {key: n for n, key in enumerate(sorted(key for key, count in seen.items() if count >= SEEN[side]))}


def draw(found: Sequence[Mention], rng: random.Random, drawn: int = DRAWN) -> tuple[list[int], list[int]]:
    """Places, and for each the place of another name of the same article."""
    by_article: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        by_article[one.article].append(number)
    pairs = [(n, rng.choice(by_article[one.article])) for n, one in enumerate(found) for _ in range(drawn)]
    return zip(*((n, m) for n, m in pairs if found[n].name[-1] != found[m].name[-1]), strict=True)  # type: ignore[return-value]


def fit(found: Sequence[Mention]) -> dict[str, tuple[dict[str, int], np.ndarray]]:
    """For each side its keys and their numbers, by Adam on the logistic loss of pairs."""
    rng, noise = random.Random(0), np.random.default_rng(0)
    keys = {side: list_keys(found, side) for side in SEEN}
    tables = {side: tabulate(found, side, keys[side]) for side in SEEN}
    numbers = {side: noise.normal(0, 0.1, (len(keys[side]), SIZE)) for side in SEEN}
    means, squares = ({side: np.zeros_like(one) for side, one in numbers.items()} for _ in range(2))
    for step in range(1, STEPS + 1):
        if step % ANEW == 1:
            right, wrong = map(list, draw(found, rng))
            places, apart = tables["places"][right], tables["names"][right] - tables["names"][wrong]
        left, other = places @ numbers["places"], apart @ numbers["names"]
        doubt = 1 / (1 + np.exp((left * other).sum(1)))[:, None] / len(right)
        slopes = {"places": -(places.T @ (doubt * other)), "names": -(apart.T @ (doubt * left))}
        for side in SEEN:
            slope = slopes[side] + SHRINK * numbers[side]
            for kept, new, decay in ((means, slope, DECAY[0]), (squares, slope**2, DECAY[1])):
                kept[side] = decay * kept[side] + (1 - decay) * new
            size = np.sqrt(squares[side] / (1 - DECAY[1] ** step)) + 1e-8
            numbers[side] = numbers[side] - RATE * means[side] / (1 - DECAY[0] ** step) / size
    return {side: (keys[side], numbers[side]) for side in SEEN}


def measure(fitted: dict[str, tuple[dict[str, int], np.ndarray]], found: Sequence[Mention]) -> float:
    """In what share of pairs the name itself fits better."""
    sides = {side: tabulate(found, side, keys) @ numbers for side, (keys, numbers) in fitted.items()}
    right, wrong = map(list, draw(found, random.Random(1), 1))
    gains = sides["places"][right] * (sides["names"][right] - sides["names"][wrong])
    return float((gains.sum(1) > 0).mean())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/gate/kinds.json"))
    args = parser.parse_args()
    articles = list(read_articles(args.files))
    small = count_small(articles)
    found = find_mentions(articles, small)
    tried = [one for one in found if one.article % 8 == 0]
    print(len(articles), "articles,", len(found), "places")
    print(f"  fits better {measure(fit([one for one in found if one.article % 8]), tried):.3f}")
    by_share: dict[str, list[str]] = defaultdict(list)
    for word, share in sorted(small.items()):
        by_share[str(share)].append(word)
    data: dict[str, Any] = {
        side: {key: [round(float(x), 2) for x in numbers[n]] for key, n in keys.items()}
        for side, (keys, numbers) in fit(found).items()
    }
    data["small"] = {share: " ".join(words) for share, words in sorted(by_share.items())}
    args.out.write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
