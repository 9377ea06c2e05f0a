"""``python -m tests.soak [--short]``: the long proofs, one after the other, each with its figures in a line. I/O.

Without ``--short`` it gives the figures of docs/reliability.md and takes about half an hour; the short form takes
about a minute. Ends with the number of trials that failed. A new trial is a module that prints one line, and a line
in ``list_trials``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from tests.support.postgres_server import find_binaries

FAULTS = (
    "pytest",
    "-q",
    "-p",
    "no:randomly",
    "tests/soak/test_hard_days.py",
    "tests/delivery/test_relay_faults.py",
)
LONG_SETS = [
    "pytest",
    "-q",
    "tests/e2e/test_simulated_day.py",
    "tests/extract",
    "tests/collect",
    "tests/web/test_abuse.py",
    "tests/web/test_schemathesis.py",
    "tests/desk/test_rooms_abused.py",
    "tests/check/test_corpus.py",
    *(f"tests/quality/test_{of}_quality.py" for of in ("summaries", "extract", "grounding")),
]


def list_trials(*, short: bool) -> list[list[str]]:
    """Return the modules to run with their arguments."""
    kills = "--kills 8 --readers 500 --longest 0.5" if short else "--kills 200 --longest 0.8"
    readers = ["--readers", "3000" if short else "100000"]
    engines = ["sqlite", *(["postgresql"] if find_binaries() else [])]
    return [
        *(["tests.soak.kill", *kills.split(), "--engine", engine] for engine in engines),
        ["tests.soak.load", *readers],
        ["tests.soak.memory", *readers],
        ["tests.soak.year", *(["--days", "10", "--readers", "8"] if short else [])],
        *([] if short else [["tests.soak.bounces", "--patience", "15"], ["tests.soak.storm"]]),
        [*FAULTS, "-k", "sqlite or hard_days"] if short else [*FAULTS],
        *([] if short else [LONG_SETS]),
    ]


def run(trial: list[str]) -> bool:
    """Run a trial and print its last line, or where it failed all of them; whether it passed."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *trial],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "WHOLE": "1"},  # what `make test` reads a part of
    )
    passed = done.returncode == 0
    said = done.stdout.strip() if passed else f"{done.stdout}\n{done.stderr}".strip()
    line = said.splitlines()[-1] if passed else f"FAILED ({done.returncode}): {' '.join(trial)}\n{said}"
    print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)
    return passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small form of each, in about a minute")
    failed = [trial for trial in list_trials(short=parser.parse_args().short) if not run(trial)]
    if find_binaries() is None:
        print("PostgreSQL is not installed: only SQLite was tried.")
    sys.exit(len(failed))


if __name__ == "__main__":
    main()
