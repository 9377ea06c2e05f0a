"""The operator's own prices: prices.csv beside newsletter.toml. I/O (reads files)."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from newsletter.errors import ConfigError
from newsletter.model import IssuePrice, Price

FILE = "prices.csv"
_NEEDED = ("date", "product", "currency", "unit", "low", "source")
_KNOWN = frozenset((*_NEEDED, "purity", "basis", "high", "url"))


def load_prices(folder: Path | None = None) -> tuple[IssuePrice, ...]:
    """Read prices.csv of the config folder; none where there is no such file.

    Columns: date (2026-01-05), product, purity, basis, currency, unit, low, high, source, url; purity, basis, high and
    url may be empty or left out. Raises ConfigError naming the line that is wrong.
    """
    path = folder / FILE if folder else None
    if path is None or not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = frozenset(rows.fieldnames or ())
            if lacking := [name for name in _NEEDED if name not in columns] or sorted(columns - _KNOWN):
                raise ConfigError(
                    f"{path}: the first line lacks or misspells {', '.join(lacking)}.",
                    hint=f"It names the columns: {', '.join(sorted(_KNOWN))}.",
                )
            return tuple(_read_row(row, f"{path}, line {rows.line_num}") for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}.", hint="It is a CSV file of UTF-8 text."
        ) from error


def _read_row(row: dict[str, str | None], where: str) -> IssuePrice:
    values = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str)}
    if empty := [name for name in _NEEDED if not values.get(name)]:
        raise ConfigError(f"{where}: {empty[0]} is empty.", hint="A price is shown whole or not at all.")
    try:
        day = date.fromisoformat(values["date"])
        low, high = Decimal(values["low"]), Decimal(values.get("high") or values["low"])
    except (ValueError, InvalidOperation) as error:
        raise ConfigError(
            f"{where}: {error}.",
            hint="Dates are written 2026-01-05, figures 1250 or 0.45, without separators.",
        ) from error
    if not (low.is_finite() and high.is_finite() and 0 <= low <= high):
        raise ConfigError(f"{where}: low is above high, or below 0.", hint="low comes first.")
    return IssuePrice(
        price=Price(
            date=day,
            product=values["product"],
            purity=values.get("purity", ""),
            basis=values.get("basis", ""),
            currency=values["currency"],
            unit=values["unit"],
            low=low,
            high=high,
        ),
        source=values["source"],
        url=values.get("url", ""),
    )
