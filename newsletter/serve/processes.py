"""The processes of ``newsletter serve``: web, scheduler and sender. I/O (processes, signals, network).

Each runs alone under the supervisor, ends by itself on SIGTERM, and does nothing that the ledger does
not ask for. Each imports what it runs on by itself: four processes start at once, and none waits for the
stages that another one needs.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsletter.config import Web, load_settings
from newsletter.errors import ConfigError, NewsletterError, StoreError, told_as
from newsletter.logs import get_log
from newsletter.serve.supervisor import end_with_supervisor, settle, supervise
from newsletter.store import installation
from newsletter.store.sqlite_writers import share_cores
from newsletter.wiring import Installation

if TYPE_CHECKING:
    from newsletter.delivery.operator_alerts import Alerting
    from newsletter.web.edge import Neighbour

PROCESSES = ("web", "scheduler", "sender", "desk")
BEAT_SECONDS = 60
DEMO_MARKER = ".demo-state"  # a folder that holds this is the demo's

log = get_log("serve")


def serve_all(app: Installation, arguments: list[str]) -> int:
    """Run the processes until SIGTERM or SIGINT; return the exit status."""
    refuse_demo(app.data)
    _refuse_taken(app.settings.web)
    installation.note_installed(app.store, app.clock())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def on_death(name: str, status: int, deaths: int) -> None:
        from newsletter.delivery.operator_alerts import tell  # noqa: PLC0415 - see the top of the file
        from newsletter.model import Alert  # noqa: PLC0415 - the same

        body = (
            f"The {name} process ended with status {status}, {deaths} times in a row. It is started again.\n\n"
            f"{_say_why(app) if status == ConfigError.exit_code else 'The log shows why.'}"
            " If it goes on: newsletter doctor."
        )
        try:
            asyncio.run(tell(app.alerting, Alert(f"process:{name}", f"The {name} process died", body)))
        except NewsletterError as error:
            log.error("the operator could not be told", error=str(error))  # noqa: TRY400 - the supervisor lives on

    log.info("web face", address=f"http://{app.settings.web.host}:{app.settings.web.port}/")
    command = [sys.executable, "-m", "newsletter", *arguments, "serve", "--only"]
    names = PROCESSES if app.settings.desk.people and app.settings.desk.port else PROCESSES[:3]

    def read_pulse(name: str) -> object:
        try:
            return installation.last_beat(app.store, name)
        except StoreError:
            return None  # nobody can tell while the ledger does not answer

    commands = {name: [*command, name] for name in names}
    in_time = supervise(commands, stop=stop, on_death=on_death, read_pulse=read_pulse)
    return 0 if in_time else 1


def _say_why(app: Installation) -> str:
    """Say what a process that starts anew finds wrong in the settings: they may have been changed since we started."""
    try:
        load_settings(app.config_folder, storage={"data": app.data})
    except ConfigError as error:
        return f"{error} {error.hint}"
    return "What it was given is wrong; the log shows what."


def refuse_demo(data: Path) -> None:
    """Raise ConfigError where the data folder is the demo's: its readers are invented."""
    if (data / DEMO_MARKER).exists():
        raise ConfigError(
            f"{data} is the folder of a demo.",
            hint="Give the newsletter a data folder of its own, or empty this one.",
        )


def _refuse_taken(web: Web) -> None:
    """Raise ConfigError where the web face cannot listen: said once, before a process dies of it again and again."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    hint = (
        "Is another newsletter serve running? Else set web.port, or web.host to an address of this machine."
    )
    with told_as(ConfigError, f"The web face cannot listen at {web.host}, port {web.port}", hint):
        socket.create_server((web.host, web.port), family=family).close()


def serve_one(app: Installation, process: str) -> None:
    """Run one of the processes until SIGTERM.

    Raises StoreError where the ledger is not there: the supervisor made it, and a disk that is gone is no new start.
    """
    end_with_supervisor()
    app.raw_store.name  # noqa: B018 - opened, or refused, before anything else begins
    share_cores(first=process == "web")
    if process == "web":
        from newsletter.web.asgi import build_app  # noqa: PLC0415 - see the top of the file
        from newsletter.web.server import make_server  # noqa: PLC0415 - the same

        _refuse_taken(app.settings.web)
        site = build_app(app.web_services, when_warm=settle, neighbour=find_neighbour(app))
        make_server(site, app.settings.web.host, app.settings.web.port).run()
    elif process == "desk":
        from newsletter.desk.start import build_own_site  # noqa: PLC0415 - see the top of the file
        from newsletter.web.server import make_server  # noqa: PLC0415 - the same

        make_server(build_own_site(app), app.settings.web.host, app.settings.desk.port).run()
    elif process == "scheduler":
        from newsletter.serve.scheduler import run_timetable  # noqa: PLC0415 - see the top of the file

        asyncio.run(_until_stopped(lambda stop: run_timetable(app.waking, stop)))
    else:
        import uvloop  # noqa: PLC0415 - see the top of the file

        uvloop.run(_until_stopped(lambda stop: _send(app, stop)))  # half the time a message takes


def find_neighbour(app: Installation) -> Neighbour | None:
    """Return the desk, where it is on and has no port of its own: then the web face answers for it."""
    settings = app.settings
    if not settings.desk.people or settings.desk.port:
        return None
    from newsletter.desk.start import open_desk  # noqa: PLC0415 - see the top of the file
    from newsletter.web.edge import Neighbour  # noqa: PLC0415 - the same

    parts = urlsplit(settings.desk.url)
    return Neighbour(
        app=open_desk(app),
        host=parts.hostname or "",
        path=parts.path.rstrip("/") if settings.desk.url else "/desk",
    )


async def _until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(stop)


async def _send(app: Installation, stop: asyncio.Event) -> None:
    """Send whatever is due, for ever; nothing where nobody could open a link of it, or leave."""
    from newsletter.delivery.send_waiting import send_waiting  # noqa: PLC0415 - see the top of the file

    settle()
    beating = asyncio.create_task(_beat(app.alerting, "sender"))
    try:
        if await hold_on_trial(app.alerting):
            await stop.wait()
        else:
            await send_waiting(app.sending, stop=stop, until_idle=False)
    finally:
        beating.cancel()


async def hold_on_trial(alerting: Alerting) -> bool:
    """Whether no mail may leave, notices included, for what is not set; the operator is told what that is.

    What is due waits in the ledger.
    """
    from newsletter.check.mail.check_mail import find_blocking  # noqa: PLC0415 - the same
    from newsletter.check.sender.trial import TRIAL, check_trial  # noqa: PLC0415 - the same
    from newsletter.delivery.operator_alerts import tell  # noqa: PLC0415 - see the top of the file
    from newsletter.model import Alert  # noqa: PLC0415 - the same

    found = check_trial(alerting.settings.newsletter, alerting.settings.relay)
    blocking = find_blocking(found, alerting.settings.preflight.waive)
    if not blocking:
        return False
    finding = blocking[0]
    log.warning("no_mail_leaves", why=finding.message, hint=finding.hint)
    body = (
        f"{finding.message}\n\n{finding.hint}\n\nNo issue and no notice leaves until then; what is due waits."
    )
    await tell(alerting, Alert(TRIAL, "No mail leaves", body))
    return True


async def _beat(alerting: Alerting, process: str) -> None:
    while True:
        await asyncio.to_thread(installation.beat, alerting.store, process, alerting.clock())
        await asyncio.sleep(BEAT_SECONDS)
