"""``python -m tests.torture [--short]``: everything that may go wrong with a send, one after the other. I/O.

Without ``--short`` it gives the figures of docs/reliability.md and takes about half an hour; the short form
takes under a minute. Ends with the number of trials that failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.support.postgres_server import find_binaries

FAULTS = [
    "pytest",
    "-q",
    "-p",
    "no:randomly",
    "tests/torture/test_hard_days.py",
    "tests/delivery/test_relay_faults.py",
]


def list_trials(*, short: bool) -> list[list[str]]:
    """Return the modules to run with their arguments."""
    kills = (
        ["--kills", "8", "--readers", "500", "--longest", "0.5"]
        if short
        else ["--kills", "200", "--longest", "0.8"]
    )
    readers = ["--readers", "3000" if short else "100000"]
    engines = ["sqlite", *(["postgresql"] if find_binaries() else [])]
    faults = [*FAULTS, "-k", "sqlite or hard_days"] if short else FAULTS
    return [
        *(["tests.torture.kill", *kills, "--engine", engine] for engine in engines),
        ["tests.torture.load", *readers],
        ["tests.torture.memory", *readers],
        faults,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    failed = 0
    for trial in list_trials(short=parser.parse_args().short):
        began = time.monotonic()
        print(f"\n── {' '.join(trial)}", flush=True)
        status = subprocess.run([sys.executable, "-m", *trial], check=False).returncode
        failed += status != 0
        print(
            f"   {'ok' if status == 0 else f'FAILED ({status})'} after {time.monotonic() - began:.0f} s",
            flush=True,
        )
    if "postgresql" not in str(list_trials(short=True)):
        print("PostgreSQL is not installed: only SQLite was tried.")
    sys.exit(failed)


if __name__ == "__main__":
    main()
