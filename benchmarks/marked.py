"""What the extract tells of articles whose facts editors marked, and what it leaves its readers to be misled by.

    python -m benchmarks.marked [benchmarks/marked/unseen.jsonl] [--show]

Each line of a file is an article (``id``, ``title``, ``text``, ``publisher``, ``kind``) with the marks that
`train_reader_value.py` describes (facts, an editor's own set, or both), and ``needs``: whoever reads sentence ``a`` and
not sentence ``b`` comes away with a wrong picture. All are invented for this. What stands in ``learned_from.jsonl`` and
``learned_sets.jsonl`` has trained the weights that ship, with the marks of real releases and reports (``real.jsonl``,
without their texts, which are their publishers'); ``unseen.jsonl`` (news), ``unseen_forms.jsonl`` (interviews, columns,
features, timelines, live pages, corrections), ``unseen_trade.jsonl`` (trade features, price reports, science, notices,
releases), ``unseen_sets.jsonl`` (the same, with sets alone) and ``unseen_facts.jsonl`` (570 in every form) never
did and never should: a figure on them is what fresh texts would give (which rules could go was chosen on half of the
last, and the gate's trees of names know a model's bullets about those of it whose ids do not begin with n1, n2 or
n4). ``hard.jsonl`` (news behind a scene, notices with recitals, limits far down) trained nothing either, but faults
seen there were mended. The sets of ``learned_from.jsonl`` trained nothing: an editor chose them among the extract's own
candidates, so what they share with ours is what choice alone can still gain (of two such editors the second told .88 of
the first's bullets). Production settings, one article a story.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.marks import plain, read_lines, tells
from newsletter.english.sentences import split_sentences
from newsletter.highlights.stage import make_article
from newsletter.highlights.summarize import summarize_story
from newsletter.wiring import Installation, open_installation

NEWS = 3  # the weight of a fact that is the news itself


def judge(row: dict[str, Any], place: Installation) -> tuple[Counter[str], list[str], list[str]]:
    """What the highlights of one article tell, they themselves, and what is wrong with them."""
    article = make_article(row)
    highlights = summarize_story((article,), settings=place.settings.editorial, terms=place.lexicon.weigh)
    shown = [f"{one.lead_in.text if one.lead_in else ''} {one.text}".strip() for one in highlights]
    sentences = split_sentences(article.text)
    index = {sentence.start: sentence.index for sentence in sentences}
    cited = [{index[citation.start] for citation in one.citations} for one in highlights]
    told = set().union(*cited)
    facts = [(fact, any(tells(plain(text), fact) for text in shown)) for fact in row.get("facts", ())]
    news = [(fact, is_told) for fact, is_told in facts if fact["w"] == NEWS]
    asked = {need["b"] for need in row["needs"] if need["a"] in told}
    counts = Counter(
        possible=sum(fact["w"] for fact, _ in facts),
        told=sum(fact["w"] for fact, is_told in facts if is_told),
        news=len(news),
        news_told=sum(is_told for _, is_told in news),
        marked=bool(facts),
        first=bool(shown) and any(tells(plain(shown[0]), fact) for fact, _ in news),
        pairs=len(asked),
        broken=len(asked - told),
    )
    if "bad" in row:
        bad = {int(number) for number in row["bad"]}
        counts += Counter(bullets=len(shown), refused=sum(not bad.isdisjoint(own) for own in cited))
    if "set" in row:
        counts += compare_sets(row, cited)
    faults = [f"untold: {' + '.join(fact['must'])}" for fact, is_told in news if not is_told]
    faults += [f"misleads without: {sentences[number].text}" for number in sorted(asked - told)]
    return counts, shown, faults


def compare_sets(row: dict[str, Any], cited: list[set[int]]) -> Counter[str]:
    """How the sentences of our bullets agree with those of which an editor made his."""
    first, told = set(row["set"][0]), set().union(*cited)
    fit = set(row["also"]).union(*row["set"])
    return Counter(
        sets=1,
        core=not first.isdisjoint(told),
        theirs=len(row["set"]),
        shared=sum(not told.isdisjoint(bullet) for bullet in row["set"]),
        ours=len(cited),
        fit=sum(not fit.isdisjoint(own) for own in cited),
        never=sum(own <= set(row["never"]) for own in cited),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", type=Path, nargs="?", default=Path("benchmarks/marked/unseen.jsonl"))
    parser.add_argument("--show", action="store_true", help="print each set with its faults")
    args = parser.parse_args()
    total: Counter[str] = Counter()
    articles = 0
    with TemporaryDirectory() as folder:
        place = open_installation(data=Path(folder))
        for row in read_lines(args.articles):
            counts, shown, faults = judge(row, place)
            total += counts
            articles += 1
            if args.show:
                print(
                    "\n".join([f"\n{row['id']} {row['title']}", *shown, *(f"! {fault}" for fault in faults)])
                )
    shares = {
        name: round(total[part] / total[whole], 3)
        for name, part, whole in (
            ("told", "told", "possible"),
            ("the news itself", "news_told", "news"),
            ("event first", "first", "marked"),
            ("pairs broken", "broken", "pairs"),
            ("refused by an editor", "refused", "bullets"),
            ("of an editor's first bullet", "core", "sets"),
            ("of his bullets", "shared", "theirs"),
            ("ours that he would print", "fit", "ours"),
            ("ours that he never would", "never", "ours"),
        )
        if total[whole]
    }
    print(json.dumps({"articles": articles, **shares}))


if __name__ == "__main__":
    main()
