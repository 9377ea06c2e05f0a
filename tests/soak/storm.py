"""Thousands of reports in one night: how long they take, and is anybody dropped who should not be? I/O.

``python -m tests.soak.storm`` sends an issue to 100,000 and puts 10,000 reports of it into a Maildir, of each kind in
turn. Readers whose address is called dead are suppressed until the brake holds the rest, and ``--spare`` gives all
back; of a full box, a block or a filter nobody is suppressed.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from newsletter.config import DeliverySettings
from newsletter.delivery.mailbox import read_maildir
from newsletter.delivery.returned_mail import Intake, take_mail
from newsletter.delivery.verp import encode_sender
from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store, open_engine
from newsletter.store.held_suppressions import find_held_suppressions, settle_held_suppressions
from newsletter.store.ledger import Ledger
from newsletter.store.schema import deliveries, metadata
from newsletter.subscribers.tokens import Keys
from tests.delivery.test_read_report import dsn
from tests.soak.figures import write_line
from tests.support.delivery_factories import DOMAIN, World

SECRET = b"s" * 32
KEYS = Keys(signing={1: b"1" * 32}, current=1, address=SECRET)
DEAD = ("550 5.1.1 user unknown", "5.1.1")
SAYINGS = (
    DEAD,
    ("552 5.2.2 mailbox full", "5.2.2"),
    ("550 5.7.1 Client host [192.0.2.1] blocked using zen.example", "5.7.1"),
    ("550 5.1.1 User database is offline, all addresses are refused", "5.1.1"),
)


def storm(folder: Path, readers: int, reports: int, words: str, code: str) -> dict[str, Any]:
    """Take the reports; return the figures. Raises AssertionError where somebody was dropped wrongly."""
    store = Store(open_engine(f"sqlite+pysqlite:///{folder / 'ledger.sqlite3'}"))
    metadata.create_all(store.engine)
    world = World(store=store, folder=folder)
    issue = world.ready(readers)
    with store.write() as connection:
        connection.execute(update(deliveries).values(status=DeliveryStatus.SENT, sent_at=datetime.now(UTC)))
    (folder / "new").mkdir()
    for row in range(1, reports + 1):
        ours = encode_sender(SECRET, Ledger.DELIVERIES, row, DOMAIN).encode()
        raw = dsn(words, code).replace(b"reader@", f"reader{row}@".encode())
        (folder / "new" / f"{row:06d}").write_bytes(raw.replace(b"bounce@news.example.org", ours))
    intake = Intake(store=store, keys=KEYS, settings=DeliverySettings(), now=datetime.now(UTC))
    effects = Counter[str]()

    def take(raw: bytes) -> None:
        effects.update(map(str, take_mail(intake, raw, leave=lambda _: False).effects))

    began, before = time.monotonic(), time.process_time()
    read_maildir(folder, take)
    seconds, processor = time.monotonic() - began, time.process_time() - before
    dropped, held = effects["suppressed"], find_held_suppressions(store)
    assert dropped == len(world.suppressed(reports))
    if (words, code) == DEAD:
        assert held is not None
        assert dropped + held.count == reports
        assert dropped <= max(10, 0.02 * readers)
        settle_held_suppressions(store, datetime.now(UTC), are_dead=False)
        assert not world.suppressed(reports), "all of that hour are given back"
    else:
        assert (dropped, held) == (0, None)
    assert sum(world.counts(issue).values()) == readers
    store.close()
    return {
        "words": words,
        "reports": reports,
        "effects": dict(effects),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(processor, 1),
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--reports", type=int, default=10_000)
    given = parser.parse_args()
    for words, code in SAYINGS:
        with tempfile.TemporaryDirectory() as scratch:
            figures = storm(Path(scratch), given.readers, given.reports, words, code)
        print(write_line("a night of bounces", figures), flush=True)


if __name__ == "__main__":
    main()
