"""``/healthz``: this process lives. ``/readyz``: the newsletter can do its work. I/O (database, disk).

Both answer JSON with a verdict a check, 200 where all is well and 503 where not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from newsletter.errors import NewsletterError
from newsletter.logs import get_log
from newsletter.store.engine import Store
from newsletter.store.installation import last_beat, say_ago
from newsletter.store.migrate import is_current
from newsletter.web.services import Finding, Look, WebServices

log = get_log("web")
STALE_BEAT = timedelta(minutes=5)  # one sign a minute; composing may keep the scheduler for some


def build_health(services: WebServices) -> APIRouter:
    """Return the routes ``/healthz`` and ``/readyz``."""
    router = APIRouter()

    def ask_database() -> Finding:
        services.store.check()
        return Finding(ok=True, detail="answers")

    @router.api_route("/healthz", methods=["GET", "HEAD"])
    def show_health() -> Response:
        return _answer({"database": ask_database})

    @router.api_route("/readyz", methods=["GET", "HEAD"])
    def show_readiness() -> Response:
        return _answer({"database": ask_database, **services.checks})

    return router


def _answer(checks: Mapping[str, Look]) -> Response:
    findings = {name: run_check(name, look) for name, look in checks.items()}
    is_ok = all(finding.ok for finding in findings.values())
    body = {
        "ok": is_ok,
        "checks": {name: {"ok": one.ok, "detail": one.detail} for name, one in findings.items()},
    }
    return JSONResponse(body, status_code=200 if is_ok else 503, headers={"cache-control": "no-store"})


def run_check(name: str, look: Look) -> Finding:
    """Return what a check found; one that breaks has found something wrong."""
    try:
        return look()
    except (NewsletterError, OSError) as error:
        # Anybody may read /readyz: the words go to the log, the kind of error to the page.
        log.warning("check failed", check=name, error=str(error))
        return Finding(ok=False, detail=f"{type(error).__name__}: see the log")


def standard_checks(
    store: Store, data_folder: Path, now: Callable[[], datetime], processes: tuple[str, ...] = ()
) -> dict[str, Look]:
    """Return the checks of ``newsletter serve``: tables current, folder writable, ``processes`` alive."""
    return {
        "migrations": partial(check_tables, store),
        "data folder": partial(check_folder, data_folder),
        **{process: partial(check_beat, store, process, now) for process in processes},
    }


def check_tables(store: Store) -> Finding:
    """Whether the database is what this version of the program expects."""
    current = is_current(store)
    return Finding(ok=current, detail="up to date" if current else "run: newsletter db upgrade")


def check_folder(folder: Path) -> Finding:
    """Whether the data folder takes a file: a full or read-only disk is found before a send."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\x00" * 4096)
        file.flush()
    return Finding(ok=True, detail="writable")


def check_beat(store: Store, process: str, now: Callable[[], datetime]) -> Finding:
    """Whether a process was alive lately."""
    beat = last_beat(store, process)
    if beat is None:
        return Finding(ok=False, detail="never seen")
    age = now() - beat
    return Finding(ok=age <= STALE_BEAT, detail=f"seen {say_ago(age)}")
