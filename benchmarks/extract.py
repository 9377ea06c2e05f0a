"""How long a page takes, as a multiple of plain trafilatura on the same pages in the same run.

    python benchmarks/extract.py FOLDER [--limit 100]

FOLDER holds pages as files (.html, .htm, or gzipped). CPU time is taken, so that a busy machine changes
little; the ratio is the figure to compare.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from newsletter.collect.decode import decode_bytes
from newsletter.extract.html_article import NotArticle, extract_html

KINDS = {".html", ".htm", ".gz"}


def read_pages(folder: Path, limit: int) -> list[str]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in KINDS and path.is_file())
    bodies = (path.read_bytes() for path in paths[:limit])
    return [decode_bytes(gzip.decompress(b) if b[:2] == b"\x1f\x8b" else b) for b in bodies]


def clock(function: Callable[[str], object], pages: list[str]) -> list[float]:
    function(pages[0])  # tables and models are loaded once
    times = []
    for page in pages:
        started = time.process_time()
        function(page)
        times.append((time.process_time() - started) * 1000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=100)
    options = parser.parse_args()
    pages = read_pages(options.folder, options.limit)
    if not pages:
        parser.error(f"no pages in {options.folder}")
    plain = clock(lambda page: trafilatura.extract(page, include_comments=False), pages)
    ours = clock(extract_html, pages)
    articles = sum(not isinstance(extract_html(page), NotArticle) for page in pages)
    for name, times in (("trafilatura", plain), ("extract_html", ours)):
        p95 = sorted(times)[int(0.95 * (len(times) - 1))]
        print(
            f"{name:<14} mean {statistics.mean(times):6.1f} ms  median {statistics.median(times):6.1f}  p95 {p95:6.1f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"ratio {statistics.mean(ours) / statistics.mean(plain):.2f}  pages {len(pages)}  articles "
        f"{articles}  peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
