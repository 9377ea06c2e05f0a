"""Standard output and error in any locale, and whatever becomes of who reads them. I/O (terminal)."""

from __future__ import annotations

import io
import select
import sys

_PATIENCE_MS = 1_000  # for whoever reads standard error and has stopped
_PIECE = 4_096  # bytes that a pipe takes without waiting once it says that it takes any (PIPE_BUF)


class _Droppable(io.FileIO):
    """Standard error, of which what cannot be written is dropped: no log line, no progress is worth a day.

    Its reader may be gone (a pipe, a terminal, the journal starting anew), may read no more (Ctrl-S), and its disk may
    be full.
    """

    _patience_ms = _PATIENCE_MS

    def write(self, given: bytes | memoryview, /) -> int:  # type: ignore[override]  # it takes any buffer
        """Write, or drop, all that is given."""
        rest = memoryview(given)
        ready = select.poll()
        ready.register(self, select.POLLOUT)
        while rest:
            is_ready = bool(ready.poll(self._patience_ms))
            self._patience_ms = _PATIENCE_MS if is_ready else 0  # waited for once, not for each line
            if not is_ready:
                break
            try:
                rest = rest[super().write(rest[:_PIECE]) or len(rest) :]
            except OSError:
                break
        return len(given)


def prepare_streams() -> None:
    """Let no character end a command, and nothing that becomes of standard error stop it.

    A terminal gets "?" for what its locale (LC_ALL=C, ISO-8859-1) has no character for. Whatever else reads us gets
    UTF-8, as JSON is (RFC 8259, section 8.1).
    """
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        raw = _Droppable(sys.stderr.fileno(), "wb", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), sys.stderr.encoding, sys.stderr.errors, line_buffering=True
        )
    for stream in (sys.stdout, sys.stderr):
        if (
            isinstance(stream, io.TextIOWrapper)
            and (stream.encoding or "").lower().replace("-", "") != "utf8"
        ):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8")
