"""`newsletter doctor` tries each relay by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from newsletter.examine import Examined, examine
from tests.app_factory import make_app
from tests.smtp_peer import Peer


async def look(data: Path, first: int, second: int | None) -> dict[str, Examined]:
    """What doctor finds with relays at those ports."""
    relays: dict[str, Any] = {"relay": {"type": "smtp", "host": "127.0.0.1", "port": first}}
    if second is not None:
        relays["relay_failover"] = {"host": "127.0.0.1", "port": second, "username": "u", "password": "p"}
    app = make_app(data, **relays)
    try:
        return {part.what: part for part in await examine(app)}
    finally:
        app.close()


def test_each_relay_is_tried_and_a_broken_one_hides_no_other(tmp_path: Path) -> None:
    async def run() -> tuple[dict[str, Examined], ...]:
        refuses = {"AUTH": lambda _: "535 5.7.8 bad password"}
        async with Peer() as good, Peer(on=refuses, extensions=("AUTH PLAIN",)) as strict:  # type: ignore[arg-type]
            return (
                await look(tmp_path / "a", good.port, strict.port),
                await look(tmp_path / "b", 1, good.port),
                await look(tmp_path / "c", good.port, None),
            )

    strict, down, alone = asyncio.run(run())
    assert strict["relay"].ok
    assert not strict["second relay"].ok
    assert "at auth" in strict["second relay"].detail
    assert "[relay_failover]" in strict["second relay"].hint
    assert not down["relay"].ok
    assert "[relay]" in down["relay"].hint
    assert "at connect" in down["relay"].detail
    assert alone["second relay"].ok
    assert "none" in alone["second relay"].detail
