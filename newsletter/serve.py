"""The processes of ``newsletter serve``: web, scheduler and sender. I/O (processes, signals, network).

Each runs alone under the supervisor, ends by itself on SIGTERM, and does nothing that the ledger does
not ask for.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from newsletter.app import App
from newsletter.daily import wake
from newsletter.errors import ConfigError, NewsletterError
from newsletter.logs import get_log
from newsletter.mailing import send_waiting, tell
from newsletter.store import facts, migrate
from newsletter.store.alerts import Alert
from newsletter.supervise import end_with_supervisor, supervise
from newsletter.web.health import standard_checks
from newsletter.web.serve import run_web
from newsletter.web.services import WebServices

PROCESSES = ("web", "scheduler", "sender")
WAKE_SECONDS = 60
DEMO_MARKER = ".demo-state"  # a folder that holds this is the demo's
MISFIRE_SECONDS = 30

log = get_log("serve")


def serve_all(app: App, arguments: list[str]) -> int:
    """Run the three processes until SIGTERM or SIGINT; return the exit status."""
    refuse_demo(app.data)
    migrate.upgrade(app.raw_store)
    facts.installed_at(app.store, app.clock())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def on_death(name: str, status: int, deaths: int) -> None:
        body = (
            f"The {name} process ended with status {status}, {deaths} times in a row. It is started again.\n\n"
            "The log shows why. If it goes on: newsletter doctor."
        )
        try:
            asyncio.run(
                tell(app, Alert(key=f"process:{name}", subject=f"The {name} process died", body=body))
            )
        except NewsletterError as error:
            log.error("the operator could not be told", error=str(error))  # noqa: TRY400 - the supervisor lives on

    command = [sys.executable, "-m", "newsletter", *arguments, "serve", "--only"]
    in_time = supervise({name: [*command, name] for name in PROCESSES}, stop=stop, on_death=on_death)
    return 0 if in_time else 1


def refuse_demo(data: Path) -> None:
    """Raise ConfigError where the data folder is the demo's: its readers are invented."""
    if (data / DEMO_MARKER).exists():
        raise ConfigError(
            f"{data} is the folder of a demo.",
            hint="Give the newsletter a data folder of its own, or empty this one.",
        )


def serve_one(app: App, process: str) -> None:
    """Run one of the processes until SIGTERM."""
    end_with_supervisor()
    if process == "web":
        run_web(build_services(app), app.settings.web)
    elif process == "scheduler":
        asyncio.run(_until_stopped(lambda stop: _schedule(app, stop)))
    else:
        uvloop.run(_until_stopped(lambda stop: _send(app, stop)))  # half the time a message takes


async def _until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(stop)


async def _schedule(app: App, stop: asyncio.Event) -> None:
    """Wake at once and then every minute; APScheduler only wakes, the ledger decides."""
    scheduler = AsyncIOScheduler(timezone=app.settings.newsletter.zone)
    fault: list[BaseException] = []

    async def job() -> None:
        await wake(app)

    def on_error(event: JobExecutionEvent) -> None:
        fault.append(event.exception)
        stop.set()

    scheduler.add_listener(on_error, EVENT_JOB_ERROR)
    scheduler.add_job(
        job,
        IntervalTrigger(seconds=WAKE_SECONDS),
        id="wake",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=MISFIRE_SECONDS,
        next_run_time=app.clock(),
    )
    scheduler.start()
    await stop.wait()
    scheduler.shutdown(wait=False)
    if fault:  # end loudly: the supervisor starts us again and tells the operator
        raise fault[0]


async def _send(app: App, stop: asyncio.Event) -> None:
    """Send whatever is due, for ever."""
    beating = asyncio.create_task(_beat(app, "sender"))
    try:
        await send_waiting(app, stop=stop, until_idle=False)
    finally:
        beating.cancel()


async def _beat(app: App, process: str) -> None:
    while True:
        await asyncio.to_thread(facts.beat, app.store, process, app.clock())
        await asyncio.sleep(WAKE_SECONDS)


def build_services(app: App) -> WebServices:
    """Return what the public web face needs."""
    return WebServices(
        store=app.store,
        settings=app.settings,
        keys=app.keys,
        environment=app.environment,
        theme=app.theme,
        now=app.clock,
        checks=standard_checks(app.store, app.data, app.clock, ("scheduler", "sender")),
        templates_folder=app.template_folder,
    )
