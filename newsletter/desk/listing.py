"""A list in pages, with a search: what its address asks for, and what its template shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from newsletter.desk.room import Visit
from newsletter.model import parse_number

PER_PAGE = 50
_MOST_PAGES = 100_000
_MOST_SEARCHED = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list: ``q`` is searched for, ``limit`` rows are asked for after the first ``offset``.

    ``limit`` is one more than is shown: whether it comes tells whether there is another page. ``before`` and ``after``
    are what the addresses of the neighbours ask for.
    """

    limit: ClassVar[int] = PER_PAGE + 1
    path: str
    q: str
    number: int
    filters: dict[str, str]
    rows: Sequence[Any] = ()
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.number - 1) * PER_PAGE

    def show(self, rows: Sequence[Any]) -> Listing:
        """Return the page with the rows that were found."""

        def turn(number: int) -> dict[str, str]:
            return {"q": self.q, **self.filters, "page": str(number) if number > 1 else ""}

        return replace(
            self,
            rows=rows[:PER_PAGE],
            before=turn(self.number - 1) if self.number > 1 else {},
            after=turn(self.number + 1) if len(rows) > PER_PAGE else {},
        )


def read_asked(visit: Visit, path: str, *filters: str) -> Listing:
    """Read search, page and the named ``filters`` from the address; what makes no sense counts as not asked."""
    return Listing(
        path=path,
        q=visit.asked("q")[:_MOST_SEARCHED],
        number=min(parse_number(visit.asked("page")) or 1, _MOST_PAGES),
        filters={name: visit.asked(name)[:_MOST_SEARCHED] for name in filters},
    )
