"""How fast an issue is rendered, and how large it is.

    python benchmarks/render.py [ROUNDS]

Stories are of the usual kind: a headline of a line, highlights of twenty words, one source.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from newsletter.render.size_limit import measure_encoded  # noqa: E402
from tests.render.render_sample import render  # noqa: E402
from tests.render.test_size_limit import issue_of  # noqa: E402


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    print("stories  highlights  HTML bytes  encoded  median ms")
    for stories, highlights in (
        (1, 3),
        (8, 3),
        (14, 3),
        (20, 2),
        (20, 3),
        (50, 2),
        (100, 1),
        (100, 2),
        (100, 3),
    ):
        issue = issue_of(stories, highlights)
        html = render(issue).html
        spent = []
        for _ in range(rounds):
            start = time.perf_counter()
            render(issue)
            spent.append(time.perf_counter() - start)
        size, encoded = len(html.encode()), measure_encoded(html)
        print(f"{stories:7}  {highlights:10}  {size:10,}  {encoded:7,}  {median(spent) * 1000:9.1f}")


if __name__ == "__main__":
    main()
