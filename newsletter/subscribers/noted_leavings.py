"""Leavings that the ledger could not take, noted in a file of the data folder until it can. I/O (disk, database).

A mail program presses the one-click button once (RFC 8058): a database that is locked or away loses nobody's leaving.
A line holds the subscriber's number and the occasion, no address. To take one in twice changes nothing, nor does it
take off anybody who came back in between.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from newsletter.errors import StoreError, told_as
from newsletter.logs import get_log
from newsletter.model import Subscriber, SubscriberId, SubscriptionStatus
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers.consent import Occasion, Register, find_coded, unsubscribe
from newsletter.subscribers.keys import sync_folder

_AGAIN_SECONDS = 1.0

log = get_log("leaving")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedLeavings:
    """The file ``leavings`` of the data folder, which any process may write and take in."""

    data: Path
    register: Register
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def note(self, subscriber: SubscriberId, occasion: Occasion, code: int) -> None:
        """Note one down, on the disk when this returns. Raises StoreError where that fails, too."""
        says = (subscriber, code, occasion.at.isoformat(), occasion.source, occasion.network, occasion.detail)
        # Each begins a line: what a full disk took of the one before spoils no other.
        line = b"\n" + json.dumps(says).encode() + b"\n"
        with self._open() as file:
            is_new = os.fstat(file).st_size == 0
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
            if is_new:
                sync_folder(self.data)

    def take_in(self) -> None:
        """Let everyone leave who was noted down. Raises StoreError, with nobody forgotten."""
        if not self.has_any:
            return
        taken, count = b"", 0
        while True:
            with self._open() as file:
                noted = _read(file)
                if noted == taken:  # nobody was noted meanwhile
                    os.ftruncate(file, 0)
                    break
            new = noted.removeprefix(taken)  # the whole, where another process took them, too
            for line in filter(bytes.strip, new.splitlines()):
                self._take(line)
                count += 1
            taken = noted
        log.info("leavings taken in", count=count)

    def take_in_soon(self) -> None:
        """Take them in beside what goes on, again and again until the ledger lets it."""
        if self.has_any and self._taking.acquire(blocking=False):
            threading.Thread(target=self._take_in_patiently, name="leavings", daemon=True).start()

    def _take_in_patiently(self) -> None:
        try:
            while self.has_any:
                try:
                    self.take_in()
                except StoreError as error:
                    log.warning("leavings wait for the ledger", error=str(error))
                    time.sleep(_AGAIN_SECONDS)
        finally:
            self._taking.release()
        self.take_in_soon()  # of whoever was noted after the last look, and found this one at work still

    @property
    def has_any(self) -> bool:
        """Whether somebody waits for the ledger."""
        try:
            return (self.data / "leavings").stat().st_size > 0
        except OSError:
            return False

    def _take(self, line: bytes) -> None:
        try:
            subscriber, code, at, source, network, detail = json.loads(line)
            occasion = Occasion(at=datetime.fromisoformat(at), source=source, network=network, detail=detail)
        except ValueError:
            log.exception("a noted leaving cannot be read", bytes=len(line))
            return
        with self.register.store.read() as connection:
            found = find_by_id(connection, SubscriberId(subscriber))
        if found is None or _is_over(found, code, occasion.at):
            return
        unsubscribe(self.register, SubscriberId(subscriber), occasion, code=code)

    @contextmanager
    def _open(self) -> Iterator[int]:
        path, hint = self.data / "leavings", "The data folder must be on a disk with free space."
        with told_as(StoreError, f"{path} cannot be read or written", hint):
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
            finally:
                os.close(file)


def _is_over(found: Subscriber, code: int, at: datetime) -> bool:
    """Whether the ledger holds the leaving of ``at`` or a later one, and what is active now was taken up after it.

    Of one edition only its own marks count: who confirms a further one has not come back to it.
    """
    named = find_coded(found, code)
    meant = [one for one in found.subscriptions if named in (None, one.edition)]
    unheld = [one for one in meant if one.left is None or one.left < at]
    return len(unheld) < len(meant) and not any(
        one.status is SubscriptionStatus.ACTIVE and (one.confirmed is None or one.confirmed <= at)
        for one in unheld
    )


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    return b"".join(iter(lambda: os.read(file, 1 << 16), b""))
