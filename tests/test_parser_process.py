"""No document costs more than its share: the process that reads it is killed, and the next one reads on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from newsletter import parser_process
from newsletter.errors import NewsletterError
from newsletter.parser_process import MEMORY, CostlyDocumentError, NoParserError, parse_apart


def run_all(*calls: object) -> list[object]:
    async def ask() -> list[object]:
        return await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload,no-any-return]

    return asyncio.run(ask())


def test_one_process_reads_many_documents_and_is_not_this_one() -> None:
    pids = run_all(*(parse_apart(os.getpid) for _ in range(20)))
    assert 1 <= len(set(pids)) <= parser_process.PROCESSES
    assert os.getpid() not in pids


def test_too_much_time_or_memory_or_a_death_is_an_error_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parser_process, "CPU_SECONDS", 1)
    endless = parse_apart(sum, range(10**15))
    large = parse_apart(bytes, 2 * MEMORY)
    killed = parse_apart(signal.raise_signal, signal.SIGSEGV)
    *costly, answer = run_all(endless, large, killed, parse_apart(len, b"four"))
    assert [type(error) for error in costly] == [CostlyDocumentError] * 3
    assert answer == 4


def test_a_document_that_only_waits_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    # They start in their own time.
    run_all(*(parse_apart(time.sleep, 0.1) for _ in range(parser_process.PROCESSES)))
    monkeypatch.setattr(parser_process, "WALL_SECONDS", 0.2)
    assert isinstance(run_all(parse_apart(time.sleep, 600))[0], CostlyDocumentError)


def test_a_process_that_left_by_itself_blames_no_document() -> None:
    found = run_all(parse_apart(os._exit, 1), *(parse_apart(len, b"four") for _ in range(9)))
    assert isinstance(found[0], CostlyDocumentError)
    assert found[1:] == [4] * 9


def test_what_a_parser_raises_is_told_with_its_lines() -> None:
    (error,) = run_all(parse_apart(int, "four"))
    assert isinstance(error, NewsletterError)
    assert "ValueError: invalid literal" in str(error)


def test_a_process_that_the_system_kills_is_tried_again_and_its_document_is_not_given_up() -> None:
    """Short of memory, Linux kills whom it likes."""
    (error,) = run_all(parse_apart(signal.raise_signal, signal.SIGKILL))
    assert isinstance(error, CostlyDocumentError)
    assert not error.permanent


def test_where_no_process_can_be_started_no_document_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    run_all(*(parse_apart(os._exit, 1) for _ in range(2 * parser_process.PROCESSES)))  # none is left to ask
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert [type(error) for error in run_all(parse_apart(len, b"four"))] == [NoParserError]


def test_a_stricter_limit_of_the_operators_own_stays_and_documents_are_read() -> None:
    """``ulimit -v`` kept every document from being read, and each was given up for good as too costly."""
    script = (
        "import resource as r, asyncio\n"
        "r.setrlimit(r.RLIMIT_AS, (800 << 20, 800 << 20))\n"
        "from newsletter.parser_process import parse_apart\n"
        "print(asyncio.run(parse_apart(r.getrlimit, r.RLIMIT_AS)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str((800 << 20, 800 << 20)), done.stderr


def test_no_process_outlives_the_program_that_asked_it() -> None:
    """It was left to see by itself that nobody asks any more, and Python says so of each."""
    script = (
        "import asyncio, os\n"
        "from newsletter.parser_process import parse_apart\n"
        "print(asyncio.run(parse_apart(os.getpid)))"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
