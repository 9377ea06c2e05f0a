"""A process of its own for parsing what strangers wrote, killed where a document costs too much. I/O (processes).

Parsers that are not ours are quadratic in places: one element of 60,000 attributes, 60 KB as it travels, kept
feedparser busy for minutes. No time-out ends a thread; a process is ended by the kernel. One serves many documents,
and leaves by itself when it has nothing to do, has grown, or its parent is gone. It ends with the thread that asks it,
so none outlives the program that started it.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from newsletter.errors import FetchError, NewsletterError

CPU_SECONDS = 10  # for one document; an ordinary page takes a tenth of one
WALL_SECONDS = 60.0  # the same on a machine that is busy with other things
MEMORY = 1 << 30  # bytes of addresses
PROCESSES = 2  # so that one costly document does not keep the others waiting
_IDLE_SECONDS = 60.0
_GROWN = 300_000  # kilobytes that a process may take beside those it began with before it is replaced

P = ParamSpec("P")
Result = TypeVar("Result")


class CostlyDocumentError(FetchError):
    """A document took more time or memory than any honest one does."""


class NoParserError(NewsletterError):
    """This machine starts no process to read in: no document is to blame, and whoever reads many stops."""


class _Child:
    def __init__(self) -> None:
        try:
            self._start()
        except (EOFError, OSError) as error:
            raise NoParserError(
                f"No process can be started to read documents in: {error or 'it ended at once'}.",
                hint="Memory, processes or open files are at their limit (ulimit -a, the container's): raise it. The"
                " log has what the process said. Nothing is lost: the next run reads what waits.",
            ) from error

    def _start(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-P", "-m", __name__, str(number)]
            try:
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    command, pass_fds=[number], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
                )
            except OSError:
                self._pipe.close()
                raise
        weakref.finalize(self, _end, self._pipe, self._process)
        try:
            self._hear()  # that it is there
        except (EOFError, OSError):
            self.end()
            raise

    def ask(self, call: tuple[Any, ...]) -> Any:
        """Return the answer. Raises EOFError or OSError where the process is gone; ends it where it is late."""
        self._pipe.send(call)
        return self._hear()

    def _hear(self) -> Any:
        self.is_late = not self._pipe.poll(WALL_SECONDS)
        if self.is_late:
            self._process.kill()
        return self._pipe.recv()

    def end(self) -> int:
        """Wait for the end of a process that ends; return its exit status, negative for a signal."""
        self._pipe.close()
        return self._process.wait()


def _end(pipe: Connection, process: subprocess.Popen[bytes]) -> None:
    """End a process whose thread has ended: nobody asks it any more, and it keeps nothing."""
    pipe.close()
    process.kill()
    process.wait()


_threads = ThreadPoolExecutor(PROCESSES, "parse")  # each has a process
_own = threading.local()


def _ask(call: tuple[Any, ...]) -> Any:
    was_killed = False
    while True:
        child = _own.__dict__.get("child") or _Child()
        try:
            _own.child = child
            failed, answer = child.ask(call)
        except (EOFError, OSError) as error:
            del _own.child
            status = child.end()
            if status == 0:
                continue  # it had left: nothing to do for long, or grown
            # Not by us and by no limit of ours: a system that is short of memory takes whom it likes.
            by_others = status == -signal.SIGKILL and not child.is_late
            if by_others and not was_killed:
                was_killed = True
                continue
            raise CostlyDocumentError(
                f"The document takes more than {CPU_SECONDS} seconds or {MEMORY >> 20} MB to read.",
                hint="No honest one does. Look at it; enabled = false turns its source off.",
                permanent=not by_others,
            ) from error
        if failed:
            raise NewsletterError(f"A document cannot be read because of a bug: {answer}")
        return answer


async def parse_apart(parse: Callable[P, Result], *args: P.args, **options: P.kwargs) -> Result:
    """Return ``parse(...)``, worked out in another process: a function of a module, its values picklable.

    Raises CostlyDocumentError where it takes too long or too much, NoParserError where no process can be had,
    NewsletterError with the traceback where it raises.
    """
    return await asyncio.wrap_future(begin_apart(parse, *args, **options))


def begin_apart(parse: Callable[P, Result], *args: P.args, **options: P.kwargs) -> Future[Result]:
    """Begin what ``parse_apart`` does, for those who do not wait in an event loop."""
    return _threads.submit(_ask, (CPU_SECONDS, parse, args, options))


def serve(pipe: Connection) -> None:
    """Be the child: answer one call after the other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the parent's end is ours
    gc.set_threshold(10_000)  # as in a command: it looks for garbage less often while all is new
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY)
    first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # Linux passes on what the parent had taken
    pipe.send("here")
    while pipe.poll(_IDLE_SECONDS):
        try:
            seconds, parse, args, options = pipe.recv()
        except EOFError:
            return
        _limit(resource.RLIMIT_CPU, int(time.process_time()) + 1 + seconds)
        try:
            answer = (False, parse(*args, **options))
        except MemoryError:
            os._exit(1)
        except Exception:  # noqa: BLE001 - told to the parent, which raises it
            answer = (True, traceback.format_exc())
        pipe.send(answer)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > first + _GROWN:
            return


def _limit(kind: int, most: int) -> None:
    """Set a limit of this process, or leave a stricter one that the operator's system has set."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
