"""SIGTERM while ``newsletter run`` is sending: what is in flight gets its answer first."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.e2e.test_command_line import LIMIT, Place
from tests.support.smtp_peer import Peer


def test_a_run_that_is_told_to_end_waits_for_the_answers_of_what_is_in_flight(tmp_path: Path) -> None:
    async def run() -> tuple[Place, int, int]:
        async def slowly(_: str) -> str:
            await asyncio.sleep(0.5)
            return "250 ok"

        async with Peer(on={"BODY": slowly}) as peer:
            place = Place(tmp_path / "place", peer.port)
            readers = "\n".join(f"reader{number}@example.org" for number in range(40))
            (tmp_path / "list.csv").write_text(f"email\n{readers}\n", encoding="utf-8")
            await asyncio.to_thread(place.run, "subscribers", "import", str(tmp_path / "list.csv"))
            process = place.start("run")
            while not peer.taken and process.poll() is None:  # noqa: ASYNC110 - the peer has no event for it
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.communicate, timeout=LIMIT)
            return place, process.returncode, len(peer.taken)

    place, status, taken = asyncio.run(run())
    assert status == -signal.SIGTERM
    counts = place.json("deliveries")["counts"]
    assert 0 < taken < 40
    assert (counts["sent"], counts["queued"]) == (taken, 40 - taken)  # and nothing is uncertain
