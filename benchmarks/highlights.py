"""What highlights and the gate cost, in processor time, beside what trafilatura takes to clean the same text.

python benchmarks/highlights.py [FOLDER]

FOLDER has ``faith_dev.jsonl``: lines with ``source`` (an article's text) and ``summary`` (a few sentences).
Without it the seed document is used, with its own sentences as summaries.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.gate import check_grounding
from newsletter.highlights.stage import stage_summarize

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def read_pairs(folder: Path | None) -> list[tuple[str, str]]:
    if folder:
        lines = (folder / "faith_dev.jsonl").read_text(encoding="utf-8").splitlines()
        return [(row["source"], row["summary"]) for row in map(json.loads, lines)]
    text = next(SEEDS.glob("*.txt")).read_text(encoding="utf-8")
    return [(text, sentence.text.lower()) for sentence in split_sentences(text)]


def milliseconds(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000 / times


def main() -> None:
    pairs = read_pairs(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    texts = list(dict.fromkeys(source for source, _ in pairs))
    pages = [
        "<html><body><article>"
        + "".join(f"<p>{line}</p>" for line in text.splitlines())
        + "</article></body></html>"
        for text in texts
    ]
    trafilatura.extract(pages[0])
    check_grounding(*pairs[0])
    clean = milliseconds(lambda: [trafilatura.extract(page) for page in pages], len(pages))
    gate = milliseconds(lambda: [check_grounding(source, summary) for source, summary in pairs], len(pairs))
    bullets = milliseconds(
        lambda: [
            stage_summarize({"id": number, "text": text}, settings=Editorial())
            for number, text in enumerate(texts)
        ],
        len(texts),
    )
    print(
        f"{len(pairs)} summaries of {len(texts)} texts, {sum(map(len, texts)) // len(texts)} characters on average"
    )
    print(f"{'':24}{'ms of CPU':>10}{'of cleaning':>13}")
    for name, taken in (
        ("cleaning a text", clean),
        ("checking a summary", gate),
        ("highlights of an article", bullets),
    ):
        print(f"{name:24}{taken:>10.2f}{taken / clean:>13.2f}")


if __name__ == "__main__":
    main()
