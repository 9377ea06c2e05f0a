"""The supervisor: restarts with backoff, ends in time, and leaves nobody behind. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.serve.supervisor import LONGEST_BACKOFF, decide_backoff, supervise
from newsletter.store.sqlite_writers import BEHIND, SWITCH_SECONDS

WAIT = 20.0  # seconds, for what takes well under one on an idle machine
OBEDIENT = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEDIENT
CHILD_OF_SERVE = (
    "from newsletter.serve.supervisor import end_with_supervisor; end_with_supervisor(); " + OBEDIENT
)


def _python(code: str, *arguments: object) -> Sequence[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Supervised:
    """`supervise` in a thread, as `serve` runs it in the main one."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        grace: float = WAIT,
        backoff: Callable[[int], float] = lambda _: 0.0,
    ) -> None:
        self.deaths: list[tuple[str, int, int]] = []
        self.stop = threading.Event()
        self.in_time: bool | None = None

        def run() -> None:
            self.in_time = supervise(
                commands, stop=self.stop, on_death=self._on_death, grace=grace, backoff=backoff
            )

        self.thread = threading.Thread(target=run)
        self.thread.start()

    def _on_death(self, name: str, status: int, deaths: int) -> None:
        self.deaths.append((name, status, deaths))

    def end(self) -> bool | None:
        self.stop.set()
        self.thread.join(WAIT + 5)
        assert not self.thread.is_alive()
        return self.in_time


def test_a_dying_child_is_reported_and_started_again_after_a_growing_wait(tmp_path: Path) -> None:
    code = "import sys, time; open(sys.argv[1], 'a').write(f'{time.monotonic()} '); sys.exit(7)"
    waits = {1: 0.2, 2: 0.4, 3: 10 * WAIT}
    supervised = Supervised({"mortal": _python(code, tmp_path / "starts")}, backoff=waits.__getitem__)
    try:
        _until(lambda: len(supervised.deaths) >= 3, "it died only so often")
    finally:
        assert supervised.end() is True
    assert sorted(supervised.deaths) == [("mortal", 7, 1), ("mortal", 7, 2), ("mortal", 7, 3)]
    first, second, third = map(float, (tmp_path / "starts").read_text().split())
    assert second - first >= waits[1]
    assert third - second >= waits[2]


def test_a_child_killed_from_outside_comes_back_and_the_others_go_on(tmp_path: Path) -> None:
    code = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(60)"
    files = {name: tmp_path / name for name in ("web", "sender")}
    supervised = Supervised({name: _python(code, file) for name, file in files.items()})

    def pid(name: str) -> int:
        return int(files[name].read_text() or 0) if files[name].exists() else 0

    try:
        _until(lambda: all(pid(name) for name in files), "both start")
        killed, other = pid("web"), pid("sender")
        os.kill(killed, signal.SIGKILL)
        _until(lambda: pid("web") not in {0, killed}, "it is started again")
        assert pid("sender") == other
        assert [(name, status) for name, status, _ in supervised.deaths] == [("web", -signal.SIGKILL)]
    finally:
        assert supervised.end() is True


def test_a_child_that_hangs_is_killed_and_started_again_and_one_that_lives_is_not(tmp_path: Path) -> None:
    """Without it a deadlock of ours waits for a human."""
    commands = {
        name: _python(OBEDIENT, tmp_path / name) for name in ("hangs", "lives", "of which nothing is known")
    }
    stop, dead = threading.Event(), list[str]()

    def read_pulse(name: str) -> object:
        return {"hangs": 1, "lives": time.monotonic()}.get(name)

    def on_death(name: str, status: int, _: int) -> None:
        dead.append(f"{name} {status}")
        if len(dead) == 2:
            stop.set()

    supervise(commands, stop=stop, on_death=on_death, read_pulse=read_pulse, silent=0.3, look=0.1)
    assert dead[:2] == [f"hangs {-signal.SIGKILL}"] * 2


def test_all_children_end_at_once_when_told_to(tmp_path: Path) -> None:
    names = ("web", "scheduler", "sender")
    supervised = Supervised({name: _python(OBEDIENT, tmp_path / name) for name in names})
    try:
        _until(lambda: all((tmp_path / name).exists() for name in names), "all start")
    finally:
        assert supervised.end() is True
    assert supervised.deaths == []


def test_a_child_that_ignores_sigterm_is_killed_after_the_grace(tmp_path: Path) -> None:
    supervised = Supervised({"deaf": _python(STUBBORN, tmp_path / "deaf")}, grace=0.2)
    try:
        _until((tmp_path / "deaf").exists, "it starts")
    finally:
        assert supervised.end() is False


def test_telling_of_a_death_holds_up_neither_the_restart_nor_the_end(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(1)"
    release = threading.Event()

    class SlowToTell(Supervised):
        def _on_death(self, name: str, status: int, deaths: int) -> None:
            super()._on_death(name, status, deaths)
            release.wait(10 * WAIT)  # longer than an end may take

    supervised = SlowToTell({"mortal": _python(code, tmp_path / "starts")})
    try:
        _until(lambda: len(supervised.deaths) >= 2, "it is started again while the first death is told")
    finally:
        assert supervised.end() is True
        release.set()


def test_a_stop_during_the_wait_before_a_restart_starts_nothing(tmp_path: Path) -> None:
    code = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(1)"
    supervised = Supervised({"mortal": _python(code, tmp_path / "starts")}, backoff=lambda _: 10 * WAIT)
    try:
        _until(lambda: bool(supervised.deaths), "it dies")
    finally:
        assert supervised.end() is True
    assert (tmp_path / "starts").read_text() == "x"


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    supervisor = (
        "import sys, threading; from newsletter.serve.supervisor import supervise; "
        "supervise({'child': [sys.executable, '-c', sys.argv[1], sys.argv[2]]}, "
        "stop=threading.Event(), on_death=lambda *_: None)"
    )
    note_pid = "import os, sys; open(sys.argv[1] + '.pid', 'w').write(str(os.getpid())); "
    with subprocess.Popen(_python(supervisor, note_pid + CHILD_OF_SERVE, tmp_path / "child")) as process:
        try:
            _until((tmp_path / "child").exists, "the child starts")
        finally:
            process.kill()
    child = int((tmp_path / "child.pid").read_text())
    _until(lambda: not _lives(child), "the child ends by itself")


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # ended, and waits for whoever adopted it


@given(st.integers(0, 10_000))
def test_the_wait_grows_with_each_death_up_to_a_minute(deaths: int) -> None:
    assert 1 <= decide_backoff(deaths) <= decide_backoff(deaths + 1) <= LONGEST_BACKOFF
    assert [decide_backoff(count) for count in (1, 2, 3, 6, 7)] == [1, 2, 4, 32, 60]


def _report(code: str) -> list[str]:
    """Return the words that ``code`` prints in a process of its own."""
    done = subprocess.run(_python(code), capture_output=True, text=True, check=True, timeout=WAIT)
    return done.stdout.split()


def test_all_but_the_web_step_back_where_cores_are_short() -> None:
    code = """
import os, sys
from newsletter.store.sqlite_writers import share_cores
own = os.nice(0)
share_cores(first=True)
print(os.nice(0) - own, sys.getswitchinterval())
share_cores(first=False)
print(os.nice(0) - own, sys.getswitchinterval())
"""
    own = os.nice(0)
    switch = str(SWITCH_SECONDS)
    assert _report(code) == ["0", switch, str(min(BEHIND, 19 - own)), switch]


def test_what_is_settled_is_collected_no_more_and_what_comes_later_is() -> None:
    code = """
import gc, weakref
from newsletter.serve.supervisor import settle
class Ring:
    def __init__(self):
        self.own = self
def make():
    return weakref.ref(Ring())
settle()
frozen, seen = gc.get_freeze_count(), len(gc.get_objects())
later = make()
gc.collect()
print(frozen > 10 * seen, later() is None)
"""
    assert _report(code) == ["True", "True"]
