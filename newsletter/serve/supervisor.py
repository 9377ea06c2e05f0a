"""Keeping the processes of ``newsletter serve`` alive, ending them in time. I/O (processes, signals).

One dying process is restarted with backoff and reported; the others go on. One that hangs is killed. On SIGTERM all
of them get SIGTERM, and what has not ended after ``GRACE`` seconds is killed: Docker kills after ten.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.logs import get_log

GRACE = 7.5  # seconds
LONGEST_BACKOFF = 60.0  # seconds
STABLE = 60.0  # seconds after which a process that died counts as new again
POLL = 0.1  # seconds
SILENT = 7200.0  # seconds without a sign of life: no honest day's work takes so long
LOOK = 60.0  # seconds between two looks at the signs of life
ORPHAN_VARIABLE = "NEWSLETTER_SUPERVISED"

log = get_log("supervise")


def decide_backoff(deaths: int) -> float:
    """Return the seconds before the next start after ``deaths`` deaths in a row: 1, 2, 4 … 60."""
    return float(min(2 ** max(deaths - 1, 0), LONGEST_BACKOFF))


@dataclass(slots=True)
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    deaths: int = 0
    pulse: object = None  # its last sign of life, and since when that is the last
    pulse_since: float = 0.0


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    stop: threading.Event,
    on_death: Callable[[str, int, int], None],
    grace: float = GRACE,
    backoff: Callable[[int], float] = decide_backoff,
    read_pulse: Callable[[str], object] = lambda _: None,
    silent: float = SILENT,
    look: float = LOOK,
) -> bool:
    """Run every command until ``stop`` is set; return whether all ended by themselves in ``grace`` seconds.

    ``read_pulse(name)`` gives a process's last sign of life, which changes as long as it lives, or None where it cannot
    be told; one whose is the same for ``silent`` seconds hangs, and is killed.

    ``on_death(name, exit status, deaths in a row)`` is called, in a thread of its own, for each one that
    ended unasked; it is started again ``backoff(deaths in a row)`` seconds later.
    """
    children = [_Child(name, command) for name, command in commands.items()]
    for child in children:
        _start(child)
    threading.Thread(
        target=_watch_pulses, args=(children, stop, read_pulse, silent, look), name="pulses", daemon=True
    ).start()
    while not stop.wait(POLL):
        for child in children:
            _tend(child, on_death, backoff)
    return _end(children, grace)


def _start(child: _Child) -> None:
    # The child reads its standard input until it ends: that is how it learns of our sudden death.
    environment = {**os.environ, ORPHAN_VARIABLE: "1"}
    command = list(child.command)
    child.process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - our own
    child.started = time.monotonic()
    log.info("started", process=child.name, pid=child.process.pid)


def _tend(child: _Child, on_death: Callable[[str, int, int], None], backoff: Callable[[int], float]) -> None:
    now = time.monotonic()
    if child.process is None:
        if now >= child.restart_at:
            _start(child)
        return
    status = child.process.poll()
    if status is None:
        return
    _close(child.process)
    child.process = None
    child.deaths = 1 if now - child.started > STABLE else child.deaths + 1
    child.restart_at = now + backoff(child.deaths)
    log.error("died", process=child.name, status=status, deaths=child.deaths)
    # Telling can take as long as a relay that does not answer: neither a restart nor the end waits for it.
    told = (child.name, status, child.deaths)
    threading.Thread(target=on_death, args=told, name=f"death-of-{child.name}", daemon=True).start()


def _watch_pulses(
    children: Sequence[_Child],
    stop: threading.Event,
    read_pulse: Callable[[str], object],
    silent: float,
    look: float,
) -> None:
    """Kill who hangs. By a clock that nobody sets; in a thread of its own, for a database may not answer."""
    while not stop.wait(look):
        for child in children:
            pulse, now, process = read_pulse(child.name), time.monotonic(), child.process
            if pulse is None or pulse != child.pulse or child.started > child.pulse_since:
                child.pulse, child.pulse_since = pulse, now
            elif process is not None and now - child.pulse_since > silent:
                log.error("hangs", process=child.name, seconds=round(now - child.pulse_since))
                process.kill()


def _end(children: Sequence[_Child], grace: float) -> bool:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + grace
    in_time = True
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            in_time = False
            process.kill()
            process.wait()
        _close(process)
    log.info("ended", in_time=in_time)
    return in_time


def _close(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def end_with_supervisor() -> None:
    """In a supervised process: send ourselves SIGTERM when the supervisor is gone."""
    if not os.environ.get(ORPHAN_VARIABLE):
        return

    def _watch() -> None:
        # os.read, not sys.stdin: a thread that holds the buffered reader's lock would stop the exit
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=_watch, name="supervisor-watch", daemon=True).start()


def settle() -> None:
    """Take what the process has made so far out of the garbage collector's sight: it stays until the end.

    A full collection looks at every object, and all threads wait: 60 to 95 ms for the web face as it starts.
    """
    gc.collect()
    gc.freeze()
