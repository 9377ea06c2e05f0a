"""The whole pipeline on PostgreSQL: compose, plan, and a second process that sends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.day.compose_today import Day, compose_today
from newsletter.delivery.local_inbox import DemoInbox
from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import DeliveryStatus, IssueKey, IssueStatus
from newsletter.store.deliveries import count_deliveries, list_deliveries
from newsletter.store.issues import find_record
from tests.support.app_factory import Clock, make_app, subscribe
from tests.support.mail_servers import need, wait_until
from tests.support.place import LIMIT
from tests.support.postgres_server import PostgresServer, find_binaries

READERS = 60
pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]


def start_worker(data: Path, url: str, port: int) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")},
        "NEWSLETTER_STORAGE__DATABASE": url,
        "NEWSLETTER_RELAY__HOST": "127.0.0.1",
        "NEWSLETTER_RELAY__PORT": str(port),
        "NEWSLETTER_NEWSLETTER__FROM_ADDRESS": "daily@rare-earth.example",
        "NEWSLETTER_PREFLIGHT__WAIVE": '["trial"]',  # its relay mails nobody
        "NEWSLETTER_NEWSLETTER__POSTAL_ADDRESS": "1 Test Street",
    }
    command = [sys.executable, "-m", "newsletter", "--data", str(data), "worker"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_an_issue_is_composed_once_and_sent_by_two_workers(tmp_path: Path) -> None:
    if find_binaries() is None:
        need("initdb", "postgresql")
    with PostgresServer() as server, DemoInbox(tmp_path / "inbox") as inbox, contextlib.ExitStack() as apps:
        url = server.fresh_url("whole")
        storage = {"database": url}
        clock = Clock(datetime.now(UTC))
        app = apps.enter_context(
            contextlib.closing(make_app(tmp_path / "first", clock=clock, storage=storage))
        )
        subscribe(app, *(f"reader{number}@example.net" for number in range(READERS)))
        shutil.copytree(app.data / "keys", tmp_path / "second" / "keys")
        other = apps.enter_context(
            contextlib.closing(make_app(tmp_path / "second", clock=clock, storage=storage))
        )

        def compose(one: int) -> Day:
            return asyncio.run(compose_today((app, other)[one].making, IssueKey(date=app.today)))

        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(compose, (0, 1)))
        assert [day.composed is not None for day in made].count(
            True
        ) == 1  # one issue a day, whoever composes
        assert plan_issue(app.store, app.settings, IssueKey(date=app.today), clock()) == READERS
        workers = [start_worker(tmp_path / name, url, inbox.port) for name in ("first", "second")]
        try:

            def is_sent() -> bool:
                assert all(worker.poll() is None for worker in workers)
                record = find_record(app.store, IssueKey(date=app.today))
                return record is not None and record.status is IssueStatus.SENT

            wait_until(is_sent, "the issue is sent", LIMIT)
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            said = [worker.communicate(timeout=LIMIT)[0].decode(errors="replace") for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], said
        record = find_record(app.store, IssueKey(date=app.today))
        assert record is not None
        assert count_deliveries(app.store, record.id)[DeliveryStatus.SENT] == READERS
        got = Counter(mail.recipient for mail in inbox.list_mails())
        assert len(got) == READERS
        assert set(got.values()) == {1}
        assert {item.delivery.attempts for item in list_deliveries(app.store, record.id, limit=READERS)} == {
            1
        }
