"""One article on which a rule of ours breaks costs itself, not the day. I/O (logs)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from newsletter.errors import NewsletterError
from newsletter.logs import get_log

MOST = 10  # faults of one step; a rule that breaks on more is broken as a whole
BROKE = "a rule of ours broke on it"

Item = TypeVar("Item")
Result = TypeVar("Result")

log = get_log("faults")


def run_past_faults(
    step: str,
    items: Sequence[Item],
    run: Callable[[Sequence[Item]], Result],
    *,
    name: Callable[[Item], object],
) -> tuple[Result, tuple[Item, ...]]:
    """Return what ``run`` makes of the items, and those left out since it breaks on them; ``name`` is for the log.

    Who is at fault is found by halving: the last item of the shortest beginning that breaks. Raises
    NewsletterError where more than ``MOST`` are.
    """
    rest, faulty = list(items), list[Item]()
    while True:
        try:
            return run(rest), tuple(faulty)
        except NewsletterError:
            raise
        except Exception as error:
            culprit = _find_culprit(rest, run)
            log.exception("a rule broke", step=step, on=name(rest[culprit]) if rest else None)
            if not rest or len(faulty) == MOST:
                raise NewsletterError(
                    f"{step.capitalize()} breaks on more than {MOST} of {len(items)}: {error!r}.",
                    hint="A rule of the program is at fault: please report it with the log.",
                ) from error
            faulty.append(rest.pop(culprit))


def _find_culprit(items: Sequence[Item], run: Callable[[Sequence[Item]], object]) -> int:
    sound, broken = 0, len(items)
    while broken - sound > 1:
        middle = (sound + broken) // 2
        try:
            run(items[:middle])
        except Exception:  # noqa: BLE001 - logged by the caller, where it is known whose it is
            broken = middle
        else:
            sound = middle
    return broken - 1
