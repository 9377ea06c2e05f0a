"""The commands as processes: killed, told to end, kept waiting; with a real SMTP server."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest

from newsletter.delivery.local_inbox import DemoInbox
from tests.desk.signed_in import text_of
from tests.support.free_port import free_port
from tests.support.place import LIMIT, Place
from tests.support.smtp_peer import Peer

pytestmark = pytest.mark.slow
Found = TypeVar("Found")


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[DemoInbox]:
    with DemoInbox(tmp_path / "inbox") as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, inbox: DemoInbox) -> Place:
    return Place(tmp_path / "place", inbox.port)


def test_a_relay_that_is_down_marks_nobody_and_the_next_run_finishes(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    down = {"NEWSLETTER_RELAY__PORT": str(free_port())}
    process = place.start("run", **down)
    assert process.stderr
    assert any("relay_does_not_work" in line for line in process.stderr)
    process.send_signal(signal.SIGKILL)  # while it waits for the relay
    process.communicate(timeout=LIMIT)
    counts = place.json("deliveries")["counts"]
    assert counts["sent"] == 0
    assert sum(counts[name] for name in ("bounced", "failed", "uncertain", "expired")) == 0
    assert place.json("run")["deliveries"] == {"sent": 1}
    assert len(inbox.list_mails()) == 1


@pytest.mark.slow
def test_kill_at_any_moment_of_a_run_ends_in_one_issue_and_one_mail_each(
    place: Place, inbox: DemoInbox
) -> None:
    readers = [f"reader{number}@example.org" for number in range(20)]
    place.folder.joinpath("list.csv").write_text("email\n" + "\n".join(readers) + "\n", encoding="utf-8")
    place.run("subscribers", "import", str(place.folder / "list.csv"))
    for wait in (0.8, 1.5, 2.1, 3.0):
        process = place.start("run")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
    last = place.json("run")
    assert last["status"] == "sent"
    assert [item["date"] for item in place.json("issue", "list")] == [last["date"]]
    mails = inbox.list_mails()
    assert {mail.recipient for mail in mails} == set(readers)
    by_reader: dict[str, set[str]] = {}
    for mail in mails:
        by_reader.setdefault(mail.recipient, set()).add(mail.message_id)
    assert all(len(ids) == 1 for ids in by_reader.values())  # a second copy is recognizably the same mail


def wait_for(url: str) -> Any:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"{url} did not become ready")


def test_a_run_that_is_told_to_end_waits_for_the_answers_of_what_is_in_flight(tmp_path: Path) -> None:
    async def run() -> tuple[Place, int, int]:
        handed_over, told = asyncio.Event(), asyncio.Event()

        async def answer_when_told(_: str) -> str:
            handed_over.set()
            await told.wait()
            return "250 ok"

        async with Peer(on={"BODY": answer_when_told}) as peer:
            place = Place(tmp_path / "place", peer.port)
            readers = "\n".join(f"reader{number}@example.org" for number in range(40))
            (tmp_path / "list.csv").write_text(f"email\n{readers}\n", encoding="utf-8")
            await asyncio.to_thread(place.run, "subscribers", "import", str(tmp_path / "list.csv"))
            process = place.start("run", NEWSLETTER_DELIVERY__DRAIN_SECONDS="8")
            await asyncio.wait_for(handed_over.wait(), LIMIT)
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(  # it has heard: what waits is given back, what is in flight is not
                wait_until, lambda: place.json("deliveries")["counts"], lambda counts: counts["queued"] > 0
            )
            told.set()
            await asyncio.to_thread(process.communicate, timeout=LIMIT)
            return place, process.returncode, len(peer.taken)

    place, status, taken = asyncio.run(run())
    assert status == -signal.SIGTERM
    counts = place.json("deliveries")["counts"]
    assert 0 < taken < 40
    assert (counts["sent"], counts["queued"]) == (taken, 40 - taken)  # and nothing is uncertain


def test_the_web_process_answers_for_a_desk_without_a_port(place: Place) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    who = {"NEWSLETTER_NEWSLETTER__BASE_URL": base, "NEWSLETTER_DESK__EDITORS": '["ed@example.org"]'}
    process = place.start("serve", "--only", "web", NEWSLETTER_WEB__PORT=str(port), **who)
    try:
        found = wait_until(
            lambda: httpx2.get(f"{base}/desk/sign-in"), lambda answer: answer.status_code == 200
        )
        assert 'name="csrf"' in found.text
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT)


def test_serve_is_ready_lets_an_editor_sign_in_by_a_mail_and_ends_in_time(
    place: Place, inbox: DemoInbox
) -> None:
    port, desk_port = free_port(), free_port()
    base, who = f"http://127.0.0.1:{port}", "ed@example.org"
    desk = f"http://127.0.0.1:{desk_port}"
    variables = {
        "NEWSLETTER_WEB__PORT": str(port),
        "NEWSLETTER_NEWSLETTER__BASE_URL": base,
        "NEWSLETTER_DESK__EDITORS": json.dumps([who]),
        "NEWSLETTER_DESK__URL": desk,
        "NEWSLETTER_DESK__PORT": str(desk_port),
    }
    process = place.start("serve", **variables)
    try:
        ready = wait_for(f"{base}/readyz")
        assert set(ready["checks"]) >= {"database", "migrations", "data folder", "scheduler", "sender"}
        with httpx2.Client(headers={"origin": desk}, timeout=LIMIT) as browser:
            form = wait_until(
                lambda: browser.get(f"{desk}/sign-in"), lambda answer: answer.status_code == 200
            )
            stamp = re.search(r'name="csrf" value="([^"]+)"', form.text)
            assert stamp
            browser.post(f"{desk}/sign-in", data={"csrf": stamp[1], "address": who})
            [mail] = wait_until(inbox.list_mails, lambda mails: len(mails) == 1)
            assert mail.recipient == who
            link = re.search(rf"{re.escape(desk)}/sign-in/[\w-]+", text_of(mail.parse()))
            assert link
            assert browser.post(link[0]).status_code == 303
            assert browser.get(f"{desk}/").status_code == 200
            assert place.json("desk", "sessions", "--revoke", who) == {"revoked": 1}
            assert browser.get(f"{desk}/").status_code == 303
        assert httpx2.get(f"{base}/desk/").status_code == 404
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, errors  # 1 where one had to be killed after 7.5 seconds


def wait_until(look: Callable[[], Found], is_there: Callable[[Found], bool]) -> Found:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            if is_there(found := look()):
                return found
        except httpx2.TransportError:  # not listening yet
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come")
