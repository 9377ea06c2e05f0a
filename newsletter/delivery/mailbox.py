"""Where reports come back: an IMAP mailbox, a Maildir. I/O (network, disk). imap-tools' one door."""

from __future__ import annotations

import imaplib
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from imap_tools import BaseMailBox, MailMessage, MailMessageFlags
from imap_tools.errors import ImapToolsError

from newsletter.config import Bounces
from newsletter.errors import NewsletterError, told_as

_MAX_MESSAGES = 5_000  # of one visit
_MAX_BYTES = 5_000_000  # of one message that is read: a report says what it has to say at its beginning
_AT_ONCE = 5  # messages that are fetched together: strangers may mail 25 MB each
_TIMEOUT = 60.0  # seconds for each word of the server
_VISIT, _LOOK = 900.0, 30.0  # seconds in all: one that sends a byte a minute passes each single time-out
# A server that drops the connection is an OSError alone.
_FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError)
Take = Callable[[bytes], object]  # what it returns is true where somebody has to look at the message


class MailboxError(NewsletterError):
    """The bounce mailbox cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Where it is kept up to which message the IMAP mailbox was read."""

    load: Callable[[], str | None]
    save: Callable[[str], None]


def read_maildir(folder: Path, take: Take) -> None:
    """Give every message of a Maildir to ``take`` once and mark it as seen, or flag it.

    A mail program that looks in moves messages to cur/ and marks what is opened: which of them were taken stands in a
    file of ours. A message that ``take`` raises on waits for the next visit. So does one that cannot be read, which
    keeps back no other: MailboxError names it once all are read.
    """
    _look_for_new(folder)
    failed = []
    with told_as(MailboxError, f"{folder} cannot be used", _RIGHTS):
        (folder / "cur").mkdir(exist_ok=True)
        files, taken = _list_waiting(folder)
    try:
        for file in files:
            try:
                if file.is_file():
                    _take_file(file, folder / "cur", take)
                    taken.add(_name(file))
            except FileNotFoundError:
                continue  # another reader was quicker
            except OSError as error:
                failed.append(f"{file.name}: {error.strerror}")
    finally:
        with told_as(MailboxError, f"{folder} cannot be used", _RIGHTS):
            _save_taken(folder, taken)
    if failed:
        told = f"{len(failed)} messages in {folder} cannot be taken, such as {failed[0]}."
        raise MailboxError(told, hint=_RIGHTS)


_RIGHTS = (
    "The user that runs the newsletter reads the files in new/ and cur/, moves them to cur/ and writes the file"
    " newsletter-read beside them: chown, chmod."
)
_TAKEN = "newsletter-read"


def _list_waiting(folder: Path) -> tuple[list[Path], set[str]]:
    """Return the messages to take, and the names of those in cur/ that were taken before."""
    new, cur = (
        sorted(file for file in (folder / name).iterdir() if not file.name.startswith("."))
        for name in ("new", "cur")
    )
    known = _load_taken(folder)
    # Where nothing was noted yet, what is seen was read by an earlier version, or by whoever had the mailbox before.
    taken = {_name(file) for file in cur if ("S" in _flags(file) if known is None else _name(file) in known)}
    return new + [file for file in cur if _name(file) not in taken], taken


def _load_taken(folder: Path) -> set[str] | None:
    with suppress(FileNotFoundError):
        return {os.fsdecode(name) for name in (folder / _TAKEN).read_bytes().splitlines()}
    return None


def _save_taken(folder: Path, taken: set[str]) -> None:
    if taken != _load_taken(folder):
        fresh = folder / f"{_TAKEN}.{os.getpid()}"
        fresh.write_bytes(b"".join(os.fsencode(f"{name}\n") for name in sorted(taken)))
        fresh.replace(folder / _TAKEN)


def _name(file: Path) -> str:
    """The name that a message keeps, whatever flags it gets."""
    return file.name.partition(":")[0]


def _flags(file: Path) -> str:
    return file.name.partition(":2,")[2]


def _look_for_new(folder: Path) -> None:
    if not (folder / "new").is_dir():
        raise MailboxError(f"{folder} is no Maildir.", hint="bounces.maildir names a folder with new/ in it.")


def _take_file(file: Path, seen: Path, take: Take) -> None:
    with file.open("rb") as message:
        flags = "FS" if take(message.read(_MAX_BYTES)) else "S"
    # Renamed and never written anew: Python's mailbox reads a hostile head for minutes to fold it again.
    file.rename(seen / f"{_name(file)}:2,{''.join(sorted({*flags, *_flags(file)}))}")


def read_imap(settings: Bounces, take: Take, memory: Memory) -> None:
    """Give every message of the IMAP folder to ``take`` once and mark it as seen, or flag it.

    What a person opened is seen as well: above the last one that was read, all are taken. At the first visit to a
    mailbox only what nobody has opened is.
    """
    try:
        with _log_in(settings, _VISIT) as box:
            place = _name_place(settings, box)
            last = _load_last(box, place, memory)
            above = [
                uid for uid in _search(box, f"UID {last + 1}:*") if uid > last
            ]  # "*" is the last one there is
            waiting = sorted({*_search(box, "UNSEEN"), *above})[:_MAX_MESSAGES]
            try:
                for message in _fetch(box, waiting):
                    flags = [
                        MailMessageFlags.SEEN,
                        *([MailMessageFlags.FLAGGED] if take(message.raw) else []),
                    ]
                    # Only once it is recorded: a crash before this reads it again, and it is counted once.
                    box.flag(str(message.uid), flags, value=True)
                    last = max(last, int(message.uid or 0))
            finally:
                memory.save(f"{place} {last}")
    except _FAILURES as error:
        raise _unreadable(settings, error) from error


def _name_place(settings: Bounces, box: BaseMailBox) -> str:
    """Return a name for the folder as it is: with another UIDVALIDITY its numbers mean other messages (RFC 3501)."""
    named = (settings.imap_host, settings.imap_username, settings.imap_folder, str(_said(box, "UIDVALIDITY")))
    return sha256("\0".join(named).encode()).hexdigest()[:16]


def _load_last(box: BaseMailBox, place: str, memory: Memory) -> int:
    """Return the number of the last message that was read; at a first visit of the last there is."""
    known, _, last = (memory.load() or "").partition(" ")
    if known == place:
        return int(last)
    following = _said(box, "UIDNEXT")
    return max([*_search(box, "UID *"), 0]) if following is None else following - 1


def _said(box: BaseMailBox, code: str) -> int | None:
    """Return the number that the server gave when the folder was opened."""
    _, (value, *_) = box.client.response(code)
    return int(value) if isinstance(value, bytes) and value.isdigit() else None


def _search(box: BaseMailBox, criteria: str) -> list[int]:
    return [int(uid) for uid in box.uids(criteria) if uid.isdigit()]


def _fetch(box: BaseMailBox, uids: list[int]) -> Iterator[_AsItCame]:
    if not uids:
        return  # the library takes an empty list for no list
    for message in box.fetch(uid_list=[str(uid) for uid in uids], mark_seen=False, bulk=_AT_ONCE):
        assert isinstance(message, _AsItCame), "the class that was set below"
        yield message


class _AsItCame(MailMessage):
    """A message that is not parsed here: strangers wrote it."""

    def __init__(self, fetch_data: list[Any]) -> None:
        super().__init__([(item[0], b"") if isinstance(item, tuple) else item for item in fetch_data])
        self.raw: bytes = next((item[1] for item in fetch_data if isinstance(item, tuple)), b"")


class _Connection(imaplib.IMAP4):
    """A connection, encrypted where the settings say so, that ends after so many seconds, whatever it is busy with."""

    def __init__(self, settings: Bounces, seconds: float) -> None:
        # imaplib's own class for TLS believes any certificate.
        self._context = ssl.create_default_context() if settings.imap_tls else None
        self._limit = threading.Timer(seconds, self._end)
        self._limit.daemon = True
        super().__init__(settings.imap_host, settings.imap_port, timeout=_TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        self.sock = super()._create_socket(timeout)  # type: ignore[misc]  # typeshed does not know it
        self._limit.start()
        if self._context is not None:
            self.sock = tls = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            try:
                tls.do_handshake()
            except OSError:  # imaplib closes only what was open once
                self._limit.cancel()
                tls.close()
                raise
        return self.sock

    def _end(self) -> None:
        with suppress(OSError):  # it ended by itself
            self.sock.shutdown(socket.SHUT_RDWR)

    def shutdown(self) -> None:
        self._limit.cancel()
        with suppress(OSError):  # it was closed before
            super().shutdown()


class _Box(BaseMailBox):
    email_message_class = _AsItCame

    def __init__(self, settings: Bounces, seconds: float) -> None:
        self._settings, self._seconds = settings, seconds
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Connection(self._settings, self._seconds)


@contextmanager
def _log_in(settings: Bounces, seconds: float) -> Iterator[BaseMailBox]:
    box = _Box(settings, seconds)
    try:
        with box.login(
            settings.imap_username, settings.imap_password.get_secret_value(), settings.imap_folder
        ):
            yield box
    finally:  # whatever it failed at: a refused password or a lost connection is no way out for the library
        box.client.shutdown()


def _unreadable(settings: Bounces, error: Exception) -> MailboxError:
    return MailboxError(
        f"The bounce mailbox on {settings.imap_host} cannot be read: {error}.",
        hint="Check imap_host, imap_port, imap_tls, imap_username, imap_password and imap_folder in [bounces].",
    )


def check_mailbox(settings: Bounces, *, seconds: float = _LOOK) -> None:
    """Log in and leave, or look whether the Maildir is there. Raises MailboxError where it cannot be read in time."""
    if settings.maildir is not None:
        _look_for_new(settings.maildir)
    if settings.imap_host:
        try:
            with _log_in(settings, seconds):
                pass
        except _FAILURES as error:
            raise _unreadable(settings, error) from error


def read_mailboxes(settings: Bounces, take: Take, memory: Memory) -> None:
    """Read whatever is configured."""
    if settings.maildir is not None:
        read_maildir(settings.maildir, take)
    if settings.imap_host:
        read_imap(settings, take, memory)
