from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from newsletter.errors import StoreError
from newsletter.store.installation import beat
from newsletter.subscribers.consent import Register
from newsletter.web.health import check_beat, check_folder, check_tables, run_check
from newsletter.web.services import Finding, Look
from tests.support.subscriber_factories import NOW
from tests.support.web_factories import Site


def checks(register: Register, now: Callable[[], datetime]) -> dict[str, Look]:
    return {name: partial(check_beat, register.store, name, now) for name in ("scheduler", "sender")}


def test_healthz_says_that_the_database_answers(site: Site) -> None:
    answer = site.client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "checks": {"database": {"ok": True, "detail": "answers"}}}
    assert answer.headers["cache-control"] == "no-store"


def test_readyz_turns_red_when_a_process_falls_silent_and_green_again(build: Callable[..., Site]) -> None:
    site = build(checks=checks)
    beat(site.register.store, "scheduler", NOW)
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sender"] == {"ok": False, "detail": "never seen"}
    beat(site.register.store, "sender", NOW)
    assert site.client.get("/readyz").status_code == 200
    site.pass_time(minutes=6)
    silent = site.client.get("/readyz")
    assert silent.status_code == 503
    assert silent.json()["checks"]["scheduler"] == {"ok": False, "detail": "seen 360 s ago"}
    assert site.client.get("/healthz").status_code == 200, "the web process itself is alive"


def test_a_folder_that_takes_no_file_is_found(tmp_path: Path) -> None:
    assert run_check("data folder", partial(check_folder, tmp_path)).ok
    gone = run_check("data folder", partial(check_folder, tmp_path / "gone"))
    assert not gone.ok
    assert str(tmp_path) not in gone.detail, "no path of the machine is shown"


def test_tables_without_a_revision_are_not_ready(site: Site) -> None:
    store = site.register.store
    assert check_tables(store).ok
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    finding = check_tables(store)
    assert finding == Finding(ok=False, detail="run: newsletter db upgrade")


def test_a_check_that_breaks_is_a_finding_without_its_words() -> None:
    def broken() -> Finding:
        raise StoreError("postgresql://user:secret@host is down")

    finding = run_check("database", broken)
    assert finding == Finding(ok=False, detail="StoreError: see the log")


def test_a_database_that_is_gone_is_unhealthy_and_pages_say_try_again(site: Site, tmp_path: Path) -> None:
    site.register.store.close()
    for file in tmp_path.rglob("test.sqlite3*"):
        file.unlink()
    tmp_path.joinpath("0").rename(tmp_path / "gone")
    assert site.client.get("/healthz").status_code == 503
    page = site.client.get("/issues")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "60"
    assert "try again in a minute" in page.text
