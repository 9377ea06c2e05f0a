"""``newsletter stage NAME``: one pure stage alone, JSON lines in, JSON lines out. I/O (standard streams).

A bad line yields a line with ``"error"`` in its place, never a crash; the lines stay in order.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli.context import Call
from newsletter.errors import InputError, NewsletterError, told_as

Line = dict[str, Any]
BY_LINE = ("repair", "feed", "extract", "url", "summarize", "ground", "bounce")
BY_DAY = ("group", "rank")  # all lines together are one day's articles
STAGES = (*BY_LINE, *BY_DAY)
PATHS = ("feed", "extract", "bounce")  # a path given as an argument is itself the input
BAD_LINE = (ValueError, TypeError, OSError, LookupError, AttributeError, RecursionError, NewsletterError)


def run_stage(
    call: Call,
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(STAGES)}.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files of JSON lines (for feed, extract and bounce: the documents themselves); default: "
            "standard input."
        ),
    ] = None,
    maximum: Annotated[
        int | None,
        typer.Option("--max", min=1, help="summarize: highlights an article; default: the setting."),
    ] = None,
) -> None:
    """Run one stage on JSON lines; docs/architecture.md shows what goes in and what comes out.

    Example: echo '{"text": "Chinaโ€™s exports"}' | newsletter stage repair
    """
    if name not in STAGES:
        raise InputError(f"There is no stage {name!r}.", hint=f"Stages are: {', '.join(STAGES)}.")
    lines = _read(name, paths or [])
    if name in BY_DAY:
        answers = _run_by_day(call, name, list(lines))
    else:
        answers = _run_by_line(_load(call, name, maximum), lines)
    for answer in answers:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _load(call: Call, name: str, maximum: int | None) -> Callable[[Line], Line]:
    """Import what the stage needs, and nothing else."""
    if name in {"repair", "extract"}:
        from newsletter.collect.decode import decode_bytes  # noqa: PLC0415
        from newsletter.extract import stage as extract  # noqa: PLC0415

        if name == "repair":
            return extract.stage_repair
        return partial(extract.stage_extract, decode=decode_bytes)
    if name in {"feed", "url"}:
        from newsletter.collect import stage as collect  # noqa: PLC0415

        return collect.stage_feed if name == "feed" else collect.stage_url
    if name == "bounce":
        from newsletter.delivery import stage as delivery  # noqa: PLC0415

        bounce: Callable[[Line], Line] = delivery.stage_bounce
        return bounce
    from newsletter.highlights import stage as highlights  # noqa: PLC0415

    app = call.app
    weigh = app.lexicon.weigh  # the gate, too, needs the words of the subject
    if name == "ground":
        return highlights.stage_ground
    editorial = app.settings.editorial
    if maximum is not None:
        least = min(maximum, editorial.min_highlights)
        editorial = editorial.model_copy(update={"max_highlights": maximum, "min_highlights": least})
    return partial(highlights.stage_summarize, settings=editorial, terms=weigh)


def _read(name: str, paths: Sequence[Path]) -> Iterator[Line | str]:
    """Give each line as an object, or as the words that say what is wrong with it."""
    if not paths:
        yield from _parse(sys.stdin.buffer)
        return
    for path in paths:
        if name in PATHS and path.suffix not in {".jsonl", ".ndjson"}:
            yield {"path": str(path)}
            continue
        with told_as(InputError, f"{path} cannot be read", "Check the path."), path.open("rb") as file:
            yield from _parse(file)


def _parse(lines: Iterable[bytes]) -> Iterator[Line | str]:
    for raw in lines:
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError) as error:
            yield f"not JSON: {error}"
            continue
        yield line if isinstance(line, dict) else "not a JSON object"


def _run_by_line(stage: Callable[[Line], Line], lines: Iterable[Line | str]) -> Iterator[Line]:
    for line in lines:
        if isinstance(line, str):
            yield {"error": line}
            continue
        try:
            yield stage(line)
        except BAD_LINE as error:
            yield _fail(line, error)


def _run_by_day(call: Call, name: str, lines: Sequence[Line | str]) -> Iterator[Line]:
    """Run the whole day; a line that cannot be read is left out of it and answered with its error."""
    from newsletter.stories import stage as select  # noqa: PLC0415

    answered: dict[int, Line] = {}
    good: dict[int, Line] = {}
    for position, line in enumerate(lines):
        if isinstance(line, str):
            answered[position] = {"error": line}
            continue
        try:
            select.stage_group([line])
            good[position] = line
        except BAD_LINE as error:
            answered[position] = _fail(line, error)
    day, app = list(good.values()), call.app
    if name == "group":
        answers = select.stage_group(day, lexicon=app.lexicon)
    else:
        answers = select.stage_rank(day, lexicon=app.lexicon, settings=app.settings.editorial)
    answered |= zip(good, answers, strict=True)
    yield from (answered[position] for position in range(len(lines)))


def _fail(line: Line, error: BaseException) -> Line:
    words = f"there is no {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
    return {**({"id": line["id"]} if "id" in line else {}), "error": words}
