"""The flight log: which messages a sender began to hand over, and what was answered. I/O (disk).

A row that says ``sending`` after ``kill -9`` may have been handed over or not. Each sender therefore writes
16 bytes to a file of its own before each final dot, and the answer when it comes: long before the answer is
committed with others. The kernel keeps what was written when a process is killed, so on the next start
only what was handed over and has no answer in that file is uncertain: one message a connection. What the relay
took is recorded then; all others were certainly not sent and go out. After a crash of the whole machine
(another boot) the file proves nothing, and every row of that sender is uncertain.

The file is locked while its sender lives. So a dead sender is known at once, without waiting for its
lease, and a living one is never robbed because the clock jumped.

What cannot be noted down is not handed over: on a full or read-only disk every method raises
``FlightLogError``, and the file holds whole records only, whatever the disk took of the last one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from newsletter.errors import FlightLogError, told_as
from newsletter.model import Reply
from newsletter.store.ledger import Attempt, Claim, Ledger, Taken

_RECORD = struct.Struct("<qiBBH")  # row, attempts, ledger, what it says, bytes of words that follow
_HANDED, _REFUSED, _TAKEN = 0, 1, 2  # what a record says of the message
_CODES = {Ledger.DELIVERIES: 1, Ledger.NOTICES: 2}
_LEDGERS = {code: ledger for ledger, code in _CODES.items()}
_NOBODY = _RECORD.pack(0, 0, 0, 0, 0)  # of no ledger: readers pass over it
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_HEADER = 64
_SUFFIX = ".flight"


def _boot_id() -> bytes:
    """What changes with every boot; empty where the system does not tell, and then nothing is proved."""
    try:
        return _BOOT.read_bytes().strip()[:_HEADER]
    except OSError:
        return b""


class FlightLog:
    """One living sender's log. ``owner`` names its leases. Raises FlightLogError where it cannot be made."""

    def __init__(self, folder: Path) -> None:
        host = "".join(char if char.isalnum() else "-" for char in socket.gethostname())[:40]
        self.owner = f"{host}.{os.getpid()}.{secrets.token_hex(6)}"
        self._path = folder / (self.owner + _SUFFIX)
        self._end = _HEADER  # of what is whole in the file
        self._torn = False  # there may be a part of a record behind the end
        # Locked under another name first: a file with the right name is always locked by its owner.
        fresh = folder / f".{self.owner}"
        with _explained(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(fresh, flags, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX)
                _write_whole(self._file, _boot_id().ljust(_HEADER, b"\0"))
                fresh.rename(self._path)
            except BaseException:
                os.close(self._file)
                with suppress(OSError):
                    fresh.unlink()
                raise

    def hand_over(self, claim: Claim) -> None:
        """Note that the final dot of this claim is about to be written. Costs one system call."""
        self._append(_write(claim, _HANDED))

    def note_answer(self, claim: Claim, reply: Reply, *, relay: str, at: datetime) -> None:
        """Note what the relay answered to the final dot; what means neither yes nor no is not noted."""
        if reply.code // 100 in (4, 5):
            self._append(_write(claim, _REFUSED))
        elif reply.code // 100 == 2:  # noqa: PLR2004 - RFC 5321
            words = f"{at.timestamp()}\n{relay}\n{reply.code}\n{reply.enhanced or ''}\n{reply.text}"
            self._append(_write(claim, _TAKEN, words.encode()))

    def check(self) -> None:
        """Raise FlightLogError where the next message could not be noted down."""
        self._append(_NOBODY)

    def _append(self, record: bytes) -> None:
        with _explained(self._path):
            if self._torn:
                os.ftruncate(self._file, self._end)
            self._torn = True
            _write_whole(self._file, record)
            self._torn = False
        self._end += len(record)

    def forget(self) -> None:
        """Empty the log: nothing is in hand. Keeps a process that lives for months from growing it."""
        with _explained(self._path):
            os.ftruncate(self._file, _HEADER)
        self._end = _HEADER

    def close(self) -> None:
        """Remove the log: everything this sender had in hand is recorded."""
        with suppress(OSError):  # one that stays tells the next start of nobody who is still in hand
            self._path.unlink()
        os.close(self._file)

    def abandon(self) -> None:
        """Leave the log for the next start to read: something in hand could not be recorded."""
        os.close(self._file)


def _write(claim: Claim, says: int, words: bytes = b"") -> bytes:
    return _RECORD.pack(claim.id, claim.attempts, _CODES[claim.ledger], says, len(words)) + words


def _write_whole(descriptor: int, content: bytes) -> None:
    """Write all of it or raise: a disk that fills up takes a part and says so only the next time."""
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _explained(path: Path) -> AbstractContextManager[None]:
    return told_as(
        FlightLogError,
        f"The flight log {path} cannot be written",
        "The data folder must be on a disk with free space, writable by the user that runs the newsletter. "
        "Nothing is handed over before it can be noted down there.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadSender:
    """A sender that ended without tidying up.

    ``handed_over`` are the attempts without an answer, None where nothing is proved; ``taken`` those that a relay took.
    """

    owner: str
    handed_over: frozenset[Attempt] | None
    taken: Mapping[Attempt, Taken] = field(default_factory=dict)


def living_owners(folder: Path) -> frozenset[str]:
    """Return the owners whose processes live on this machine."""
    return frozenset(path.name.removesuffix(_SUFFIX) for path in _logs(folder) if _is_locked(path))


@contextmanager
def dead_senders(folder: Path) -> Iterator[tuple[DeadSender, ...]]:
    """Give the dead senders of this machine, theirs alone while the block runs; then forget them.

    Where the block raises, the logs stay for the next attempt.
    """
    found: list[DeadSender] = []
    held: list[tuple[Path, int]] = []
    try:
        for path in _logs(folder):
            with _explained(path):
                descriptor = _take(path)
                if descriptor is not None:
                    held.append((path, descriptor))
                    found.append(_read(path.name.removesuffix(_SUFFIX), descriptor))
        yield tuple(found)
        for path, _ in held:
            with _explained(path):
                path.unlink(missing_ok=True)
    finally:
        for _, descriptor in held:
            os.close(descriptor)


def _logs(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _take(path: Path) -> int | None:
    """Open and lock a log whose owner is gone; None where it lives, or another took it first."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None


def _is_locked(path: Path) -> bool:
    descriptor = _take(path)
    if descriptor is None:
        return path.exists()
    os.close(descriptor)
    return False


def _read(owner: str, descriptor: int) -> DeadSender:
    content = b""
    while chunk := os.read(descriptor, 1 << 20):
        content += chunk
    boot = _boot_id()
    if not boot or content[:_HEADER] != boot.ljust(_HEADER, b"\0"):
        return DeadSender(owner=owner, handed_over=None)
    handed_over: set[Attempt] = set()
    taken: dict[Attempt, Taken] = {}
    for attempt, says, words in _read_records(content[_HEADER:]):
        if says == _HANDED:
            handed_over.add(attempt)
        else:
            handed_over.discard(attempt)
        if says == _TAKEN:
            moment, relay, code, enhanced, text = words.decode().split("\n", 4)
            reply = Reply(code=int(code), enhanced=enhanced or None, text=text)
            taken[attempt] = Taken(at=datetime.fromtimestamp(float(moment), UTC), relay=relay, reply=reply)
    return DeadSender(owner=owner, handed_over=frozenset(handed_over), taken=taken)


def _read_records(content: bytes) -> Iterator[tuple[Attempt, int, bytes]]:
    """Give the whole records; a part of one at the end is none."""
    at = 0
    while at + _RECORD.size <= len(content):
        row, attempts, code, says, length = _RECORD.unpack_from(content, at)
        at += _RECORD.size + length
        if at <= len(content) and code in _LEDGERS:
            yield (_LEDGERS[code], row, attempts), says, content[at - length : at]
