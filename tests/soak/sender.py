"""One sender process for the trials: ``python -m tests.soak.sender URL FOLDER PORT``. I/O."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from newsletter.config import DeliverySettings
from newsletter.logs import get_log
from newsletter.store.engine import Store, open_engine
from tests.support.delivery_factories import World, relay_to

CONNECTIONS = 4
SETTINGS = DeliverySettings(retry_minutes=(1,), jitter=0, batch=50)


async def send(url: str, folder: Path, port: int) -> None:
    store = Store(open_engine(url))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    world = World(store=store, folder=folder)
    print("ready", flush=True)
    await world.send(relay_to(port, connections=CONNECTIONS), settings=SETTINGS, stop=stop, seconds=1800)
    get_log("soak").info("done")
    store.close()


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
