"""Does the time of a sign-up tell whether an address is known? ``python -m benchmarks.telling [--count 300]``.

Signs up addresses that are new, subscribed, erased and waiting, in random order, by the function behind the
form, and prints for each kind how often it took less time than a new one: 0.5 tells nothing, 0 or 1 tells all.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from newsletter.config import Web
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.consent import Occasion, Register
from newsletter.subscribers.signup import sign_up
from newsletter.wiring import open_installation

WIDE = Web(signups_total_hour=10_000_000, signups_per_network_hour=10_000_000)
KINDS = ("new", "subscribed", "erased", "waiting")


def address_of(kind: str, number: int) -> Address:
    address = parse_address(f"{kind}{number}@example.org")
    assert isinstance(address, Address)
    return address


def measure(register: Register, count: int) -> dict[str, list[float]]:
    """Return the milliseconds of each kind of sign-up."""
    now = datetime.now(UTC)
    by_form = Occasion(at=now, source="form", network="198.51.100.0/24")
    for number in range(count):
        consent.add(register, address_of("subscribed", number), Occasion(at=now, source="command"))
        consent.erase(register, address_of("erased", number), now=now)
        consent.request(register, address_of("waiting", number), by_form)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    order = list(product(KINDS, range(count)))
    random.Random(1).shuffle(order)
    for kind, number in order:
        began = time.perf_counter()
        sign_up(register, address_of(kind, number), by_form, WIDE)
        times[kind].append((time.perf_counter() - began) * 1_000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="sign-ups of each kind")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        app = open_installation(data=Path(folder))
        times = measure(app.register, count)
        app.close()
    for kind in KINDS:
        quicker = sum((one < new) + (one == new) / 2 for one, new in product(times[kind], times["new"]))
        print(
            json.dumps(
                {
                    "kind": kind,
                    "median_ms": round(statistics.median(times[kind]), 2),
                    "quicker_than_new": round(quicker / count**2, 3),
                }
            )
        )


if __name__ == "__main__":
    main()
