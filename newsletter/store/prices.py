"""Series of prices: the operator's own, and those of sources that allow it. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from newsletter.model import IssuePrice, Price
from newsletter.store.engine import Store
from newsletter.store.schema import prices

_KEY = ("date", "product", "purity", "basis", "currency", "unit")


def save_prices(connection: Connection, kept: Iterable[IssuePrice]) -> None:
    """Keep prices; one of the same day and series replaces what was kept."""
    for one in kept:
        price = one.price
        row = {name: getattr(price, name) for name in _KEY}
        connection.execute(delete(prices).where(*(prices.c[name] == value for name, value in row.items())))
        row |= {"low": str(price.low), "high": str(price.high), "source": one.source, "url": one.url}
        connection.execute(insert(prices).values(row))


def load_price_history(store: Store, until: date) -> tuple[IssuePrice, ...]:
    """Return what is kept up to a day, the oldest first."""
    query = select(prices).where(prices.c.date <= until).order_by(prices.c.date, prices.c.id)
    return tuple(
        IssuePrice(
            price=Price(
                **{name: getattr(row, name) for name in _KEY}, low=Decimal(row.low), high=Decimal(row.high)
            ),
            source=row.source,
            url=row.url,
        )
        for row in store.find(query)
    )
