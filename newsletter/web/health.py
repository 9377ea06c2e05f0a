"""``/healthz``: this process lives. ``/readyz``: the newsletter can do its work. I/O (database, disk).

Both answer JSON with a verdict a check, 200 where all is well and 503 where not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from newsletter.errors import NewsletterError
from newsletter.logs import get_log
from newsletter.store.engine import Store
from newsletter.store.installation import last_beat
from newsletter.store.migrate import is_current
from newsletter.web.services import Check, Finding, WebServices

log = get_log("web")
STALE_BEAT = timedelta(
    minutes=5
)  # a sign of life comes every minute; composing may keep the scheduler for some


def build_health(services: WebServices) -> APIRouter:
    """Return the routes ``/healthz`` and ``/readyz``."""
    router = APIRouter()
    alive = (check_database(services.store),)

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def show_health() -> Response:
        return _answer(alive)

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def show_readiness() -> Response:
        return _answer((*alive, *services.checks))

    return router


def _answer(checks: tuple[Check, ...]) -> Response:
    findings = {check.name: run_check(check) for check in checks}
    is_ok = all(finding.ok for finding in findings.values())
    body = {
        "ok": is_ok,
        "checks": {name: {"ok": one.ok, "detail": one.detail} for name, one in findings.items()},
    }
    return JSONResponse(body, status_code=200 if is_ok else 503, headers={"cache-control": "no-store"})


def run_check(check: Check) -> Finding:
    """Return what a check found; one that breaks has found something wrong."""
    try:
        return check.find()
    except (NewsletterError, OSError) as error:
        # Anybody may read /readyz: the words go to the log, the kind of error to the page.
        log.warning("check failed", check=check.name, error=str(error))
        return Finding(ok=False, detail=f"{type(error).__name__}: see the log")


def standard_checks(
    store: Store, data_folder: Path, now: Callable[[], datetime], processes: tuple[str, ...] = ()
) -> tuple[Check, ...]:
    """Return the checks of ``newsletter serve``: tables current, folder writable, ``processes`` alive."""
    return (
        check_tables(store),
        check_folder(data_folder),
        *(check_beat(store, process, now) for process in processes),
    )


def check_database(store: Store) -> Check:
    """Check that the database answers."""

    def find() -> Finding:
        store.check()
        return Finding(ok=True, detail="answers")

    return Check(name="database", find=find)


def check_tables(store: Store) -> Check:
    """Check that the database is what this version of the program expects."""

    def find() -> Finding:
        current = is_current(store)
        return Finding(ok=current, detail="up to date" if current else "run: newsletter db upgrade")

    return Check(name="migrations", find=find)


def check_folder(folder: Path) -> Check:
    """Check that the data folder takes a file: a full or read-only disk is found before a send."""

    def find() -> Finding:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\x00" * 4096)
            file.flush()
        return Finding(ok=True, detail="writable")

    return Check(name="data folder", find=find)


def check_beat(store: Store, process: str, now: Callable[[], datetime]) -> Check:
    """Check that a process was alive lately."""

    def find() -> Finding:
        beat = last_beat(store, process)
        if beat is None:
            return Finding(ok=False, detail="never seen")
        age = now() - beat
        return Finding(ok=age <= STALE_BEAT, detail=f"seen {max(0, round(age.total_seconds()))} s ago")

    return Check(name=process, find=find)
