"""The columns of subscriber lists: listmonk, Mailchimp, Ghost, Buttondown and plain ones. Pure.

Columns are known by their heads, in any order and any case; what is not known is left alone, and named. Whoever is
not plainly subscribed where the list comes from (unsubscribed, unconfirmed, blocked, cleaned, a status
nobody here has heard of, anything but a yes to a question of consent) is not imported: in doubt nobody is mailed.

Heads as of late 2026: listmonk ``cmd/subscribers.go`` (export), Mailchimp "View exported data", Ghost
``members/exporter``, Buttondown "Exporting subscribers".
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto
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
_OTHERS = ("editions", "paused_until", "paused_editions", "consent_by")  # of our own export


class _Kind(Enum):
    """What a column asks, and so which of its words stand against a reader."""

    AGAINST = auto()  # all but a no: a date of leaving, too
    STATUS = auto()  # all but a yes
    FOR = auto()  # all but a yes, and nothing at all where no other column says yes
    CHOICE = auto()  # a no: it may also hold the name of a newsletter
    STATE = auto()  # a status that says no: it may also be one of Australia


# No question about mail: links, numbers, other channels, what is paid (Substack: false of all who read for nothing).
_NO_QUESTION = re.compile(
    r"sms|phone|fax|whatsapp|push|^active_subscription$|(^|_)(ip|url|link|token|id|uuid)(_|$)"
)
_NO_YES = re.compile(  # what stands beside a consent, and neither gives nor refuses it
    r"(^|_)(date|time|source|text|version|method|type|lists|groups|tags)(_|$)|_(at|on|since|am|by|via|from)$"
)
_KINDS = (  # the first that is found in a head counts
    (
        _Kind.AGAINST,
        re.compile(
            r"unsub|opt(ed|ing)?_?out|black_?list|block_?list|blocked|bounce|complain|cleaned|clean_time|deleted"
            r"|disabled|do_?not_?(e_?)?(mail|contact|send|market)|no_?e?mail|suppress|inactive|banned|undeliver"
            r"|unconfirm|unverif|revoked|withdrawn|abgemeldet|abmeld|desabonn|desinscri|widerruf|abbestell|kundig"
            r"|invalid|^removed|^archived|^left(_|$)"
        ),
    ),
    (
        _Kind.STATUS,
        re.compile(
            r"^(status|type|subscriber_type|subscribed_to_emails)$"
            r"|^((e|e?mail|mailing|subscri[a-z]+|newsletter|member|list|marketing|opt|in|optin|consent|permission)_)+"
            r"status$|^(email|subscription)_state$"  # Salesforce: "Mailing State" is of the post
        ),
    ),
    (
        _Kind.FOR,
        re.compile(
            r"consent|gdpr|dsgvo|opt(ed)?_?in(_|$)|subscribed|subscribe(_|$)|confirmed|verified|permission|einwillig"
            r"|zustimm|angemeldet|abonne|abonniert|accept[a-z]*_.*(mail|market|news)"
            r"|^(is_?)?(e?mail_)?(active|enabled|aktiv)$"
        ),
    ),
    (_Kind.CHOICE, re.compile(r"newsletter|subscription|marketing|mailing|receive|^subscriber$")),
    (_Kind.STATE, re.compile(r"(^|_)stat(us|e)(_|$)")),
)
_SURE = frozenset({_Kind.AGAINST, _Kind.STATUS, _Kind.FOR})
_YES = frozenset(
    {"enabled", "confirmed", "subscribed", "active", "true", "yes", "1"}  # listmonk, Ghost, plain lists
    | {"regular", "premium", "gifted", "trialed", "churning", "past_due"}  # Buttondown's types
    | {"y", "t", "x", "on", "checked", "granted", "given", "accepted", "agreed", "consented", "express"}
    | {"explicit", "opted_in", "opt_in", "optin", "verified"}
    | {"ja", "wahr", "aktiv", "angemeldet", "oui", "vrai", "si", "vero"}
)
_TICKS = frozenset("✓✔☑✅")
_NO = frozenset(
    {"0", "false", "no", "n", "f", "off", "never", "unchecked"}
    | {"nein", "falsch", "non", "faux", "nee", "falso"}
)
_OUT = frozenset(  # statuses of who is not subscribed, whatever the column
    {"unsubscribed", "nonsubscribed", "non_subscribed", "not_subscribed", "never_subscribed", "unconfirmed"}
    | {"inactive", "inaktiv", "pending", "bounced", "hard_bounced", "cleaned", "blocked", "blocklisted"}
    | {"blacklisted", "disabled", "deleted", "suspended", "suppressed", "opted_out", "opt_out", "complained"}
    | {"removed", "unsubscribe", "abgemeldet"}
)
# How dumps of a database write "never".
_NEVER = frozenset({"null", "\\n", "none", "n/a", "-", "0000-00-00", "0000-00-00 00:00:00"})
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula's beginning
_KNOWN = frozenset({*_ADDRESS, *_NAME, *_FIRST, *_LAST, *_CONSENT_TIME, *_NETWORK, *_OTHERS})
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_MAILBOX = re.compile(r"([^<>]*)<([^<>]+@[^<>]+)>")
_TIME_SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S")
_MONTHS = 12
_DAY = re.compile(
    r"(?:(?P<year>\d{4})([-/.]?)(?P<month>\d\d?)\2(?P<day>\d\d?)"
    r"|(?P<first>\d\d?)(?P<sign>[-/.])(?P<second>\d\d?)(?P=sign)(?P<last>\d{4}))(?:[T ][\d:.]+(?: ?[AP]M|Z)?)?",
    re.ASCII | re.IGNORECASE,
)


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
    unread_pause: str | None = None  # what was written, where it is no date for certain


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


def read_rows(
    lines: Iterable[str], *, on_unread: Callable[[list[str]], object] = lambda _: None
) -> Iterator[Row]:
    """Give the rows of a CSV file. Raises InputError, with the line, where it is no such file.

    ``on_unread`` gets the names of the columns that were not understood.
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
        kinds: _Kinds = ()
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            cells = [_unguard(cell) for cell in cells]  # noqa: PLW2901 - the cell without its guard
            if heads is None:
                heads = _find_heads(cells)
                if heads:
                    on_unread(
                        [cell.strip() for cell, head in zip(cells, heads, strict=True) if _is_unread(head)]
                    )
                    kinds = tuple(map(_find_kind, heads))
                    continue
            number = reader.line_num + skipped
            if heads:
                yield _read_row(number, heads, kinds, cells)
            else:
                yield from _read_bare(number, cells)
    except csv.Error as error:
        raise InputError(
            f"Line {reader.line_num + skipped} is not CSV: {error}.",
            hint="Look for an unclosed quotation mark there.",
        ) from error


def _is_title(line: str) -> bool:
    """Whether a line is no header and no row: empty, or of one cell that is no address and speaks of none."""
    filled = [cell for cell in re.split(f"[{_DELIMITERS}]", line) if cell.strip(' "\r\n')]
    words = re.split(r"\W+", line.lower())
    is_question = any(_find_kind(word) in _SURE for word in words)
    speaks_of_one = "@" in line or "mail" in line.lower() or "address" in words or is_question
    return bool(line) and len(filled) <= 1 and not speaks_of_one


def _unguard(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from reading a cell as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


def _head(cell: str) -> str:
    plain = cell.lower()
    if not plain.isascii():  # é is e
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _find_kind(head: str) -> _Kind | None:
    """Return what a column asks; None where it is no question of consent."""
    if head in _KNOWN or _NO_QUESTION.search(head):
        return None
    kind = next((kind for kind, pattern in _KINDS if pattern.search(head)), None)
    return None if kind is _Kind.FOR and _NO_YES.search(head) else kind


def _is_unread(head: str) -> bool:
    return bool(head) and head not in _KNOWN and _find_kind(head) in {None, _Kind.STATE}


def _find_heads(cells: list[str]) -> tuple[str, ...]:
    """Return the heads where ``cells`` is a header; an empty tuple where it is a line with an address."""
    if any("@" in cell for cell in cells):
        return ()
    heads = tuple(_head(cell) for cell in cells)
    if not any(head in _ADDRESS for head in heads):
        # One column that speaks of mail ("E-mail 1 - Value", "user_email"), else one called "address".
        likely = [head for head in heads if "mail" in head and _find_kind(head) is None] or [
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
    out = next((f"it says {cell.strip()}" for cell in others if _head(cell) in _OUT), None)
    for cell in addresses:
        name, address = _split_mailbox(cell)
        name = name or (others[0] if others else "")
        yield Row(number=number, address=address, name=name, not_subscribed=out)


def _part(cell: str) -> list[str]:
    """Return a cell, or the addresses in it where they are several, as in a line copied from a mail."""
    if cell.count("@") < 2:  # noqa: PLR2004
        return [cell]
    words = re.split(r"[,;|\s]+", cell.strip())
    return words if all("@" in word for word in words) else re.split(r"[,;|\t]+", cell)


_Kinds = tuple[_Kind | None, ...]


def _read_row(number: int, heads: tuple[str, ...], kinds: _Kinds, cells: list[str]) -> Row:
    pairs = [(head, cell.strip()) for head, cell in zip(heads, cells, strict=False)]
    values: dict[str, str] = {}
    for head, cell in pairs:  # of two columns with one head, the first that says something
        if cell and head not in values:
            values[head] = cell
    written, address = _split_mailbox(_first(values, _ADDRESS))
    name = _first(values, _NAME) or f"{_first(values, _FIRST)} {_first(values, _LAST)}".strip()
    pauses = [(edition, text, _read_day(text)) for edition, text in _split_pauses(values)]
    return Row(
        number=number,
        address=address,
        name=name or written,
        not_subscribed=_not_subscribed(pairs, kinds),
        consent_at=_read_time(_first(values, _CONSENT_TIME)),
        client=_first(values, _NETWORK),
        editions=tuple(re.split(r"[\s,;|]+", values["editions"].lower())) if "editions" in values else (),
        paused=tuple((edition, until) for edition, _, until in pauses if until),
        unread_pause=next((text for _, text, until in pauses if until is None), None),
    )


def write_pauses(pauses: Mapping[EditionKey, date]) -> str:
    """Return pauses of single editions as a cell: ``weekly:2026-02-01``."""
    return " ".join(f"{edition}:{until}" for edition, until in pauses.items())


def _split_pauses(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    parts = values.get("paused_editions", "").lower().split()
    for cell in (f":{values.get('paused_until', '')}", *parts):
        edition, _, until = cell.partition(":")
        until = until or edition  # with no date it is not certain either
        if until and until.lower() not in _NO | _NEVER:
            yield edition, until


def _read_day(text: str) -> date | None:
    """Read a date, also as a spreadsheet writes it again; None where day and month cannot be told apart.

    A day before its month has dots in every language; with bars it is either, and one above 12 tells which.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    with suppress(ValueError):
        if found["year"]:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        first, second, year = int(found["first"]), int(found["second"]), int(found["last"])
        if found["sign"] == "." or first > _MONTHS or first == second:
            return date(year, second, first)
        return date(year, first, second) if second > _MONTHS else None
    return None


def _split_mailbox(cell: str) -> tuple[str, str]:
    """Return name and address of ``Ann Lee <ann@example.org>``; else the text, less what clings to an address."""
    found = _MAILBOX.fullmatch(cell.strip())
    if found:
        return found[1].strip().strip('"').strip(), found[2]
    return "", cell.strip().removeprefix("mailto:").rstrip(" ,;")


def _first(values: Mapping[str, str], heads: Iterable[str]) -> str:
    return next((values[head] for head in heads if values.get(head)), "")


def _not_subscribed(pairs: Iterable[tuple[str, str]], kinds: _Kinds) -> str | None:
    """Return which column stands against a reader, and with what word."""
    blank, says_yes = "", False
    for (head, value), kind in zip(pairs, kinds, strict=False):
        if kind is None:
            continue
        if value and _is_against(kind, value):
            return f"{head} is {value}"
        says_yes = says_yes or bool(value and kind in {_Kind.FOR, _Kind.STATUS})
        if not value and kind is _Kind.FOR:
            blank = blank or head
    return f"{blank} is empty" if blank and not says_yes else None


def _is_against(kind: _Kind, value: str) -> bool:
    word = _head(value)
    if kind is _Kind.AGAINST:
        return word not in _NO and value.lower() not in _NEVER and bool(value.strip("0.,% "))
    if kind is _Kind.STATE:
        return word in _OUT
    if kind is _Kind.CHOICE:
        return word in _OUT | _NO
    return not (word in _YES or value in _TICKS or (kind is _Kind.FOR and _read_time(value)))


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
