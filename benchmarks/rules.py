"""What each rule of the language does: on how many articles it acts, and what changes without it.

python benchmarks/rules.py FOLDER [--articles 1000] [--again 40] [--only WORD …] [--nuggets FOLDER] [--json]

FOLDER has files of JSON lines with ``text`` and perhaps ``title``, ``publisher`` and ``kind``: as many articles
as asked for are taken from them, always the same. Each pattern of ``newsletter/english``, ``gate`` and
``highlights``, be it a row of the table or not, is put out of action, one at a time, and so many of the
articles on which it acts are summarized again with the shipped settings. A folder of nuggets has ``dev.jsonl``
and ``score_nuggets.py``: its cases count as articles, and how their counts of what is told and what misleads
change is told too.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from newsletter.highlights.stage import stage_summarize
from newsletter.wiring import open_installation

ROOMS = ("english", "gate", "highlights")
COUNTS = ("told", "vital_told", "first", "never", "pairs_broken", "misspoken")
BREAKS = (ValueError, TypeError, IndexError, KeyError, AttributeError)  # what a pattern reads is needed
Line = dict[str, Any]
Summarize = Callable[[Line], list[str]]


class Watched:
    """A pattern that counts how often it acts, and that can be put out of action."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.inner = pattern
        self.acted = 0
        self.off = False

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        return partial(self._act, name) if callable(value) else value

    def _act(self, name: str, *args: Any, **options: Any) -> Any:
        idle = {"sub": [*args[1:2], None], "split": [[args[0]]], "finditer": [[]], "findall": [[]]}.get(
            name, [None]
        )[0]
        found = idle if self.off else getattr(self.inner, name)(*args, **options)
        if name == "finditer":
            found = list(found)
        self.acted += found != idle
        return iter(found) if name == "finditer" else found


def load_rooms() -> list[ModuleType]:
    """All modules of the rooms."""
    packages = [importlib.import_module(f"newsletter.{room}") for room in ROOMS]
    return packages + [
        importlib.import_module(info.name)
        for package in packages
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]


def watch(rooms: Sequence[ModuleType]) -> dict[str, Watched]:
    """Put a watched pattern in the place of each pattern of ``rooms``, wherever a module has it."""
    watched: dict[int, Watched] = {}
    names: dict[str, Watched] = {}

    def wrap(value: Any, name: str) -> Any:
        if isinstance(value, re.Pattern):
            if id(value) not in watched:
                watched[id(value)] = names[name] = Watched(value)
            return watched[id(value)]
        if type(value) is tuple and any(isinstance(one, (re.Pattern, tuple)) for one in value):
            return tuple(wrap(one, f"{name}[{number}]") for number, one in enumerate(value))
        if type(value) is dict and any(isinstance(one, re.Pattern) for one in value.values()):
            for key, one in value.items():
                value[key] = wrap(one, f"{name}[{key}]")
        return value

    others = [m for n, m in list(sys.modules.items()) if n.startswith("newsletter.") and m not in rooms]
    for module in (*rooms, *others):
        for name, value in list(vars(module).items()):
            if not name.startswith("__") and (module in rooms or id(value) in watched):
                setattr(module, name, wrap(value, f"{module.__name__.removeprefix('newsletter.')}.{name}"))
    return {name.removeprefix("english.rules.PATTERNS"): pattern for name, pattern in names.items()}


def forget() -> None:
    """Forget what was found with other rules."""
    for name, module in list(sys.modules.items()):
        if name.startswith("newsletter."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def read_articles(folder: Path, most: int) -> list[Line]:
    """So many articles of a folder, evenly from its files; the same ones each time."""
    lines: dict[str, Line] = {}
    for path in sorted(folder.glob("**/*.jsonl")):
        with path.open(encoding="utf-8") as file:
            lines |= {
                line["text"]: line for line in map(json.loads, file) if isinstance(line.get("text"), str)
            }
    return spread(list(lines.values()), most)


def spread(items: Sequence[Any], most: int) -> list[Any]:
    """So many of ``items``, evenly; all where ``most`` is 0."""
    step = max(1.0, len(items) / most) if most else 1.0
    return [items[int(place * step)] for place in range(int(len(items) / step))]


def make_summarize() -> Summarize:
    """The stage ``summarize`` with the shipped settings, giving the highlights as a reader sees them."""
    app = open_installation(None, data=None)
    settings, weigh = app.settings.editorial, app.lexicon.weigh
    app.close()

    def summarize(line: Line) -> list[str]:
        highlights = stage_summarize(line, settings=settings, terms=weigh)["highlights"]
        return [f"{h['lead_in']['text']} {h['text']}" if "lead_in" in h else h["text"] for h in highlights]

    return summarize


def load_judge(folder: Path) -> Callable[..., tuple[Mapping[str, int], list[str]]]:
    """How the scorer of a folder of nuggets judges one case."""
    spec = importlib.util.spec_from_file_location("score_nuggets", folder / "score_nuggets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[..., tuple[Mapping[str, int], list[str]]] = module.judge
    return judge


def show_progress(done: int, of: int, name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(
            f"\r[{'#' * (30 * done // of):<30}] {done}/{of} {name[:60]:<60}" + "\n" * (done == of)
        )


def find_acts(
    articles: Mapping[str, Line], patterns: Mapping[str, Watched], summarize: Summarize
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The highlights of each article, and the articles on which each pattern acts."""
    shown: dict[str, list[str]] = {}
    acts: dict[str, list[str]] = {name: [] for name in patterns}
    for done, (key, line) in enumerate(articles.items(), 1):
        before = {name: pattern.acted for name, pattern in patterns.items()}
        shown[key] = summarize(line)
        for name, pattern in patterns.items():
            if pattern.acted > before[name]:
                acts[name].append(key)
        show_progress(done, len(articles), "articles")
    return shown, acts


def run_without(pattern: Watched, lines: Mapping[str, Line], summarize: Summarize) -> dict[str, list[str]]:
    """The highlights of ``lines`` without ``pattern``."""
    forget()
    pattern.off = True
    shown = {}
    for key, line in lines.items():
        try:
            shown[key] = summarize(line)
        except BREAKS as error:
            shown[key] = [repr(error)]
    pattern.off = False
    forget()
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--again", type=int, default=40, help="articles that run again for each rule; 0: all")
    parser.add_argument("--only", nargs="*", default=[""], help="rules whose name holds one of these words")
    parser.add_argument("--nuggets", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()

    summarize = make_summarize()  # first: the lexicon's words make patterns anew
    patterns = watch(load_rooms())
    judge = load_judge(asked.nuggets) if asked.nuggets else None
    cases = read_articles(asked.nuggets, 0) if asked.nuggets else []
    lines = [{"kind": None, **line} for line in (*read_articles(asked.folder, asked.articles), *cases)]
    articles = {str(number): {**line, "id": str(number)} for number, line in enumerate(lines)}
    shown, acts = find_acts(articles, patterns, summarize)

    rows = []
    wanted = [name for name in patterns if any(word in name for word in asked.only)]
    for done, name in enumerate(wanted, 1):
        again = {key: articles[key] for key in spread(acts[name], asked.again)}
        without = run_without(patterns[name], again, summarize)
        changed = {key: now for key, now in without.items() if now != shown[key]}
        row: Line = {"rule": name, "acts": len(acts[name]), "again": len(again), "changed": len(changed)}
        if judge:
            change: Counter[str] = Counter()
            for key, now in changed.items():
                if "nuggets" in articles[key]:
                    after, before = (judge(articles[key], bullets)[0] for bullets in (now, shown[key]))
                    change.update({count: int(after[count]) - int(before[count]) for count in COUNTS})
            row["scores"] = {count: value for count, value in change.items() if value}
        rows.append(row)
        if asked.json:
            print(json.dumps(row, ensure_ascii=False), flush=True)
        show_progress(done, len(wanted), name)
    if not asked.json:
        print(f"{len(rows)} rules, {len(articles)} articles\n  acts  again changed  rule")
        for row in sorted(rows, key=lambda row: (row["changed"], row["acts"])):
            print(
                f"{row['acts']:>6} {row['again']:>6} {row['changed']:>7}  {row['rule']} {row.get('scores') or ''}"
            )


if __name__ == "__main__":
    main()
