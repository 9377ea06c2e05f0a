"""The columns of subscriber lists: listmonk, Mailchimp, Ghost, Buttondown and plain ones. Pure.

Columns are known by their heads, in any order and any case; what is not known is left alone. Whoever is
not plainly subscribed where the list comes from (unsubscribed, unconfirmed, blocked, cleaned, a status
nobody here has heard of, a no to any question of consent) is not imported: in doubt nobody is mailed.

Heads as of late 2026: listmonk ``cmd/subscribers.go`` (export), Mailchimp "View exported data", Ghost
``members/exporter``, Buttondown "Exporting subscribers".
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import chain
from typing import BinaryIO

from newsletter.errors import InputError
from newsletter.model import EditionKey

UTF8 = "utf-8-sig"  # with or without its mark
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, .xls
_ADDRESS = ("email", "email_address", "e_mail", "e_mail_address", "mail")
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
_AGAINST = frozenset(  # columns whose yes means no
    {"unsubscribed", "opted_out", "opt_out", "blacklisted", "blocklisted", "blocked", "bounced", "complained"}
    | {"cleaned", "deleted", "disabled", "email_disabled", "do_not_email"}
)
_FOR = frozenset(
    {"subscribed", "opted_in", "opt_in", "optin", "confirmed", "verified", "consent", "accepts_marketing"}
)
_NO_TITLE = frozenset({"address", "status", *_AGAINST, *_FOR})  # words of a column
_NO = frozenset({"0", "false", "no", "n", "f"})
# How dumps of a database write "never".
_NEVER = frozenset({"null", "\\n", "none", "n/a", "-", "0000-00-00", "0000-00-00 00:00:00"})
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula's beginning
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_MAILBOX = re.compile(r"([^<>]*)<([^<>]+@[^<>]+)>")
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
    editions: tuple[str, ...] = ()  # keys, as our own export writes them
    paused: tuple[tuple[str, date], ...] = ()  # editions and until when, "" is all of them; the same


_WINDOWS, _MIXED = "windows-1252", "UTF-8 with parts in windows-1252"
WITH_OLD_WINDOWS = frozenset({_WINDOWS, _MIXED})  # both are read by OLD_WINDOWS


def find_encoding(content: BinaryIO) -> str:
    """Return how text is encoded: by its mark, as UTF-8 where all of it is, else one of ``WITH_OLD_WINDOWS``.

    Raises InputError for a workbook of a spreadsheet.
    """
    begin = content.read(4)
    if begin in _WORKBOOKS:
        raise InputError(
            "That is a workbook of a spreadsheet, not CSV.",
            hint="Open it there, choose “Save as”, then “CSV UTF-8”, and give that file.",
        )
    if begin[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    content.seek(0)
    decoder = codecs.getincrementaldecoder(UTF8)()
    try:
        while part := content.read(1 << 20):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        content.seek(0)
        valid = codecs.getincrementaldecoder(UTF8)("ignore")
        parts = map(valid.decode, iter(lambda: content.read(1 << 20), b""))
        return _WINDOWS if all(map(str.isascii, parts)) else _MIXED
    return UTF8


def decode_list(content: bytes) -> str:
    """Return the text of a file. Raises InputError as ``find_encoding`` does."""
    encoding = find_encoding(BytesIO(content))
    if encoding in WITH_OLD_WINDOWS:
        with suppress(UnicodeError):
            return content.decode(*OLD_WINDOWS)
    return content.decode(encoding, "replace")


def _read_as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as old Windows does: lists are put together from files of both kinds."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("windows-1252"), error.end


codecs.register_error("windows-1252", _read_as_windows)
OLD_WINDOWS = (UTF8, "windows-1252")  # the encoding and what is done with the rest


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Give the rows of a CSV file. Raises InputError, with the line, where it is no such file.

    Without a header a cell with an @ is the address, wherever it stands, and the first other one the name.
    What stands above the header in one cell, as a table's title does, is skipped.
    """
    source = iter(lines)
    first = top = next(source, "").removeprefix("\ufeff")
    skipped, delimiter = 0, ""
    if told := _SEPARATOR_LINE.fullmatch(first.strip()):  # Excel's own first line
        delimiter, first, skipped = told[1], next(source, ""), 1
    while _is_title(first):
        first, skipped = next(source, ""), skipped + 1
    if not first and top.strip() and not told:
        raise _find_no_column([top.strip()])
    delimiter = delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], source), delimiter=delimiter, strict=True)
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
            number = reader.line_num + skipped
            if heads:
                yield _read_row(number, heads, cells)
            else:
                yield from _read_bare(number, cells)
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num + skipped} is not CSV: {error}.",
            hint="Look for an unclosed quotation mark there; lines before it were read.",
        ) from error


def _is_title(line: str) -> bool:
    """Whether a line is no header and no row: empty, or of one cell that is no address and speaks of none."""
    filled = [cell for cell in re.split(f"[{_DELIMITERS}]", line) if cell.strip(' "\r\n')]
    words = set(re.split(r"\W+", line.lower()))
    speaks_of_one = "@" in line or "mail" in line.lower() or bool(words & _NO_TITLE)
    return bool(line) and len(filled) <= 1 and not speaks_of_one


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
        # One column that speaks of mail ("E-mail 1 - Value", "user_email"), else one called "address".
        likely = [head for head in heads if "mail" in head and head not in _AGAINST] or [
            head for head in heads if head == "address"
        ]
        if not likely:
            raise _find_no_column(cells)
        at = heads.index(likely[0])
        heads = (*heads[:at], _ADDRESS[0], *heads[at + 1 :])
    return heads


def _find_no_column(cells: list[str]) -> InputError:
    return InputError(
        f"The file has no column of addresses; its columns are {', '.join(map(repr, cells[:12]))}.",
        hint='Name one column "email", or give a file with one address a line.',
    )


def _read_bare(number: int, cells: list[str]) -> Iterator[Row]:
    """Give the rows of a line without heads: of several addresses each is one, whatever parts them."""
    cells = [part for cell in cells for part in _part(cell)]
    addresses = [cell for cell in cells if "@" in cell] or cells[:1]
    others = [cell for cell in cells if "@" not in cell and cell.strip()] if len(addresses) == 1 else []
    for cell in addresses:
        name, address = _split_mailbox(cell)
        yield Row(number=number, address=address, name=name or (others[0] if others else ""))


def _part(cell: str) -> list[str]:
    """Return a cell, or the addresses in it where they are several, as in a line copied from a mail."""
    if cell.count("@") < 2:  # noqa: PLR2004
        return [cell]
    words = re.split(r"[,;|\s]+", cell.strip())
    return words if all("@" in word for word in words) else re.split(r"[,;|\t]+", cell)


def _read_row(number: int, heads: tuple[str, ...], cells: list[str]) -> Row:
    pairs = [(head, cell.strip()) for head, cell in zip(heads, cells, strict=False)]
    values: dict[str, str] = {}
    for head, cell in pairs:  # of two columns with one head, the first that says something
        if cell and head not in values:
            values[head] = cell
    written, address = _split_mailbox(_first(values, _ADDRESS))
    name = _first(values, _NAME) or f"{_first(values, _FIRST)} {_first(values, _LAST)}".strip()
    return Row(
        number=number,
        address=address,
        name=name or written,
        not_subscribed=_not_subscribed(pairs),
        consent_at=_read_time(_first(values, _CONSENT_TIME)),
        client=_first(values, _NETWORK),
        editions=tuple(re.split(r"[\s,;|]+", values["editions"].lower())) if "editions" in values else (),
        paused=tuple(_read_pauses(values)),
    )


def write_pauses(pauses: Mapping[EditionKey, date]) -> str:
    """Return pauses of single editions as a cell: ``weekly:2026-02-01``."""
    return " ".join(f"{edition}:{until}" for edition, until in pauses.items())


def _read_pauses(values: Mapping[str, str]) -> Iterator[tuple[str, date]]:
    for part in (f":{values.get('paused_until', '')}", *values.get("paused_editions", "").lower().split()):
        edition, _, until = part.partition(":")
        with suppress(ValueError):  # another program's words
            yield edition, date.fromisoformat(until)


def _split_mailbox(cell: str) -> tuple[str, str]:
    """Return name and address of ``Ann Lee <ann@example.org>``; else the text, less what clings to an address."""
    found = _MAILBOX.fullmatch(cell.strip())
    if found:
        return found[1].strip().strip('"').strip(), found[2]
    return "", cell.strip().removeprefix("mailto:").rstrip(" ,;")


def _first(values: Mapping[str, str], heads: Iterable[str]) -> str:
    return next((values[head] for head in heads if values.get(head)), "")


def _not_subscribed(pairs: Iterable[tuple[str, str]]) -> str | None:
    for head, value in pairs:
        plain = value.lower()
        if value and (
            (head in _GONE_TIME and plain not in _NEVER)
            or (head in _STATUS and plain not in _SUBSCRIBED)
            or (head in _AGAINST and plain not in _NO | _NEVER)
            or (head in _FOR and plain in _NO)
        ):
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
        with suppress(ValueError):
            return datetime.strptime(text, shape).replace(tzinfo=UTC)
    return None
