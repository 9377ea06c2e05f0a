"""How grouping grows with the number of articles, in seconds of one processor and peak memory of the process.

python benchmarks/group.py [most]

The last line is how much more 2,000 articles take than 520 (3.85 times as many): the median of three runs that
take turns.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

from newsletter.model import Article, ArticleId, Publisher, SourceKey
from newsletter.stories.group import group_articles

NOW = datetime(2026, 1, 5, 6, tzinfo=UTC)
FEW, MANY = 520, 2_000
LIST = ("Lynas", "Iluka", "Arafura", "Aclara", "Baogang", "Shenghe", "Pensana", "Ucore", "Neo", "Solvay")


def make_articles(count: int, seed: int = 7) -> list[Article]:
    """A day of stories of one to six articles; words follow Zipf's law, so that common ones recur."""
    rng = random.Random(seed)
    words = [f"word{number}" for number in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    articles: list[Article] = []
    while len(articles) < count:
        core = rng.choices(words, weights, k=60)
        rare = [f"Name{rng.randrange(10**6)}" for _ in range(6)]
        company = rng.choice(LIST)
        for _ in range(min(rng.randint(1, 6), count - len(articles))):
            text = rng.sample(core, 40) + rng.sample(rare, 4) + rng.choices(words, weights, k=160)
            rng.shuffle(text)
            number = len(articles)
            articles.append(
                Article(
                    id=ArticleId(f"a{number}"),
                    source=SourceKey("s"),
                    entry_key=str(number),
                    title=" ".join([company, *rng.sample(rare, 2), *rng.sample(core, 6)]),
                    text=" ".join(text),
                    publisher=Publisher(name=f"Paper {rng.randrange(200)}"),
                    published=NOW - timedelta(minutes=rng.randrange(1440)),
                    first_seen=NOW,
                )
            )
    return articles


def measure(articles: list[Article]) -> tuple[float, int]:
    """Return the seconds of processor time that grouping takes, and the number of stories."""
    start = time.process_time()
    groups = group_articles(articles)
    return time.process_time() - start, len(groups)


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    measure(make_articles(20))  # what is loaded once
    print(f"{'articles':>8} {'stories':>8} {'seconds':>8} {'ms each':>8} {'MB':>8}")
    for count in (260, FEW, 1_000, MANY, 5_000):
        if count > most:
            break
        taken, stories = measure(make_articles(count))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>8} {stories:>8} {taken:>8.2f} {1000 * taken / count:>8.2f} {peak:>8.0f}", flush=True)
    if most >= MANY:
        few, many = make_articles(FEW), make_articles(MANY)
        turns = [measure(many)[0] / measure(few)[0] for _ in range(3)]
        print(
            f"{MANY:,} to {FEW}: {statistics.median(turns):.2f} ({', '.join(f'{one:.2f}' for one in turns)})"
        )


if __name__ == "__main__":
    main()
