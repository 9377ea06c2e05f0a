"""Make newsletter/stories/commonness.json: in how many articles of a collection each stem stands.

python benchmarks/count_words.py ARTICLES.jsonl.gz [--out FILE]     each line holds "text"

Counts are rounded to levels a quarter apart, and only stems of at least ``LEAST`` articles are kept: what
is left says how common words are and nothing of any text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from pathlib import Path

from newsletter.stories.fingerprint import TEXT_CHARS, read_stems

LEAST = 5  # articles
STEP = 1.25  # between two levels


def count_stems(path: Path) -> tuple[int, Counter[str]]:
    """Return the number of articles, and of those in which each stem stands."""
    counts: Counter[str] = Counter()
    articles = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(set(read_stems(json.loads(line)["text"][:TEXT_CHARS])))
            articles += 1
    return articles, counts


def round_counts(counts: Counter[str]) -> dict[int, list[str]]:
    """Return the stems of each level, sorted; a level is named by its middle count."""
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for stem, count in counts.items():
        if count >= LEAST:
            levels[round(STEP ** round(math.log(count, STEP)))].append(stem)
    return {level: sorted(levels[level]) for level in sorted(levels)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path)
    parser.add_argument("--out", type=Path, default=Path("newsletter/stories/commonness.json"))
    given = parser.parse_args()
    articles, counts = count_stems(given.articles)
    levels = round_counts(counts)
    table = {
        "articles": articles,
        "counts": list(levels),
        "stems": [" ".join(stems) for stems in levels.values()],
    }
    given.out.write_text(
        json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
