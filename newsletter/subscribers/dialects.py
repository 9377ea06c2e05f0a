"""The columns of subscriber lists: listmonk, Mailchimp, Ghost, Buttondown and plain ones. Pure.

Columns are known by their heads, in any order and any case; what is not known is left alone. Whoever is
not plainly subscribed where the list comes from (unsubscribed, unconfirmed, blocked, cleaned, a status
nobody here has heard of) is not imported: in doubt nobody is mailed.

Heads as of late 2026: listmonk ``cmd/subscribers.go`` (export), Mailchimp "View exported data", Ghost
``members/exporter``, Buttondown "Exporting subscribers".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.errors import InputError

_ADDRESS = ("email", "email_address", "e_mail", "e_mail_address", "address", "mail")
_NAME = ("name", "full_name")
_FIRST, _LAST = ("first_name", "firstname", "fname"), ("last_name", "lastname", "lname", "surname")
_CONSENT_TIME = ("confirm_time", "optin_time", "subscribed_at", "confirmed_at", "created_at", "creation_date")
_NETWORK = ("confirm_ip", "optin_ip", "ip_address")
_GONE_TIME = ("unsub_time", "clean_time", "deleted_at", "unsubscribed_at", "unsubscription_date")
_STATUS = ("status", "type", "subscriber_type", "subscribed_to_emails")
_SUBSCRIBED = frozenset(
    {"enabled", "confirmed", "subscribed", "active", "true", "yes", "1"}  # listmonk, Ghost, plain lists
    | {"regular", "premium", "gifted", "trialed", "churning", "past_due"}  # Buttondown's types
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula's beginning
_DELIMITERS = ",;\t"
_TIME_SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list, as far as we understand it."""

    number: int  # of its line in the file, from 1
    address: str
    name: str = ""
    not_subscribed: str | None = None  # why it is not subscribed where it comes from
    consent_at: datetime | None = None
    client: str = ""  # the client address that consented, as recorded there


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Give the rows of a CSV file. Raises InputError, with the line, where it is no such file.

    Without a header the first column is the address and the second, if any, the name.
    """
    source = iter(lines)
    first = next(source, "").removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(_chain(first, source), delimiter=delimiter, strict=True)
    try:
        heads: tuple[str, ...] | None = None
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            cells = [_unguard(cell) for cell in cells]  # noqa: PLW2901 - the cell without its guard
            if heads is None:
                heads = _find_heads(cells)
                if heads:
                    continue
            yield _read_row(reader.line_num, heads, cells)
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num} is not CSV: {error}.",
            hint="Look for an unclosed quotation mark there; lines before it were read.",
        ) from error


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    for line in rest:
        yield line.replace("\x00", "")


def _unguard(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from reading a cell as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


def _head(cell: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_")


def _find_heads(cells: list[str]) -> tuple[str, ...]:
    """Return the heads where ``cells`` is a header; an empty tuple where it is a line with an address."""
    if any("@" in cell for cell in cells):
        return ()
    heads = tuple(_head(cell) for cell in cells)
    if not any(head in _ADDRESS for head in heads):
        raise InputError(
            f"The file has no column of addresses; its columns are {', '.join(map(repr, cells[:12]))}.",
            hint='Name one column "email", or give a file with one address a line.',
        )
    return heads


def _read_row(number: int, heads: tuple[str, ...] | None, cells: list[str]) -> Row:
    if not heads:
        return Row(number=number, address=cells[0], name=cells[1] if len(cells) > 1 else "")
    values = {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}
    name = _first(values, _NAME) or f"{_first(values, _FIRST)} {_first(values, _LAST)}".strip()
    return Row(
        number=number,
        address=_first(values, _ADDRESS),
        name=name,
        not_subscribed=_not_subscribed(values),
        consent_at=_read_time(_first(values, _CONSENT_TIME)),
        client=_first(values, _NETWORK),
    )


def _first(values: Mapping[str, str], heads: Iterable[str]) -> str:
    return next((values[head] for head in heads if values.get(head)), "")


def _not_subscribed(values: Mapping[str, str]) -> str | None:
    for head in _GONE_TIME:
        if values.get(head):
            return f"{head} is {values[head]}"
    for head in _STATUS:
        value = values.get(head, "")
        if value and value.lower() not in _SUBSCRIBED:
            return f"{head} is {value}"
    return None


def _read_time(text: str) -> datetime | None:
    """Read a time as the exporters write it; UTC where it names no zone."""
    if not text:
        return None
    try:
        found: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        found = _read_shape(text.partition(".")[0])
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _read_shape(text: str) -> datetime | None:
    for shape in _TIME_SHAPES:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
