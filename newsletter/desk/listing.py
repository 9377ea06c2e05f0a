"""A list in pages, with a search: what its address asks for, and what its template shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from newsletter.desk.room import Visit
from newsletter.model import parse_number

PER_PAGE = 50
_MOST_PAGES = 100_000
_MOST_SEARCHED = 200  # characters

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What part of a list is asked for: ``q`` is searched for, ``limit`` rows after the first ``offset``.

    ``limit`` is one more than is shown: whether it comes tells whether there is another page.
    """

    path: str
    q: str
    number: int
    filters: dict[str, str]

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.number - 1) * PER_PAGE

    @property
    def limit(self) -> int:
        """How many rows to ask for."""
        return PER_PAGE + 1

    def show(self, rows: Sequence[Row]) -> Listing[Row]:
        """Return the page with the rows that were found."""

        def turn(number: int) -> dict[str, str]:
            return {"q": self.q, **self.filters, "page": str(number) if number > 1 else ""}

        return Listing(
            path=self.path,
            q=self.q,
            filters=self.filters,
            number=self.number,
            rows=rows[:PER_PAGE],
            before=turn(self.number - 1) if self.number > 1 else {},
            after=turn(self.number + 1) if len(rows) > PER_PAGE else {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Row]):
    """One page of a list; ``before`` and ``after`` are what the addresses of its neighbours ask for."""

    path: str
    q: str
    filters: dict[str, str]
    number: int
    rows: Sequence[Row]
    before: dict[str, str]
    after: dict[str, str]


def read_asked(visit: Visit, path: str, *filters: str) -> Asked:
    """Read search, page and the named ``filters`` from the address; what makes no sense counts as not asked."""
    return Asked(
        path=path,
        q=visit.asked("q")[:_MOST_SEARCHED],
        number=min(parse_number(visit.asked("page")) or 1, _MOST_PAGES),
        filters={name: visit.asked(name)[:_MOST_SEARCHED] for name in filters},
    )
