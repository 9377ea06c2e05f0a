"""What the operator sees of deliveries, and decides about them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from newsletter.day.compose_today import compose_today
from newsletter.delivery.plan_issue import plan_issue, settle_held
from newsletter.errors import InputError
from newsletter.model import DeliveryStatus, EditionKey, IssueKey
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import find_record
from newsletter.store.recovery import HOLD_REASON
from newsletter.store.schema import deliveries, issues
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, make_app, subscribe
from tests.support.ask_doctor import ask_doctor
from tests.support.command_line import run_command
from tests.support.every_command import load_every_command
from tests.support.sending import send_all


@pytest.fixture
def sent(tmp_path: Path) -> Installation:
    """Ten readers: seven got it, two answers were lost, one address was refused."""
    app = make_app(tmp_path / "data")
    subscribe(app, *(f"reader{number}@example.net" for number in range(10)))
    asyncio.run(compose_today(app.making, IssueKey(date=app.today)))
    plan_issue(app.store, app.settings, IssueKey(date=app.today), MORNING)
    asyncio.run(send_all(app, None))
    with app.store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id.in_([2, 3])).values(status="uncertain"))
        refused = {"status": "bounced", "reply_code": 550, "reply_text": "<b>no</b> such user & more"}
        connection.execute(update(deliveries).where(deliveries.c.id == 5).values(**refused))
    return app


def counts(app: Installation) -> dict[DeliveryStatus, int]:
    record = find_record(app.store, IssueKey(date=app.today))
    assert record is not None
    return {status: count for status, count in count_deliveries(app.store, record.id).items() if count}


def test_held_deliveries_end_as_the_operator_says(sent: Installation) -> None:
    assert settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=True, only=[2]) == 1
    assert counts(sent)[DeliveryStatus.SENT] == 8
    assert settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=False) == 1
    assert counts(sent)[DeliveryStatus.QUEUED] == 1
    assert settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=True) == 0
    with pytest.raises(InputError, match="no issue"):
        settle_held(sent.store, IssueKey(date=MORNING.date().replace(year=2025)), sent.clock(), arrived=True)


@pytest.fixture
def tried_twice(sent: Installation) -> Installation:
    """One whose answer was lost goes out once more."""
    settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=False, only=[2])
    return sent


def ask(app: Installation, *arguments: str) -> str:
    place = ["--config", str(app.data / "config"), "--data", str(app.data)]
    done = CliRunner().invoke(
        load_every_command(), [*place, "deliveries", "--date", f"{app.today}", "--history", *arguments]
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_history_says_what_was_said_at_each_try(tried_twice: Installation) -> None:
    (listed,) = json.loads(ask(tried_twice, "--json"))["deliveries"]
    assert listed["address"] == "reader1@example.net"
    first, present = listed["history"]
    assert (first["status"], first["reply"]["code"]) == ("uncertain", 250)
    assert (present["status"], present["at"]) == ("queued", listed["delivery"]["changed"])
    assert present["reason"] == "sent again by the operator"


def test_the_history_as_a_table_has_a_line_for_each_state(tried_twice: Installation) -> None:
    table = ask(tried_twice)
    assert table.count("reader1@example.net") == 2
    assert table.index("uncertain") < table.index("sent again by the operator")
    assert "reader2@example.net" not in table  # tried once
    assert "None was tried twice." in ask(tried_twice, "--status", "bounced")


def test_settling_without_an_answer_asks_and_names_a_few(sent: Installation) -> None:
    with sent.store.write() as connection:
        unsure = deliveries.c.status == "uncertain"
        connection.execute(update(deliveries).where(unsure).values(reason=HOLD_REASON))
        connection.execute(update(issues).values(status="frozen"))
    place = ["--config", str(sent.data / "config"), "--data", str(sent.data)]
    told = refused(*place, "issue", "settle", "--date", f"{sent.today}")
    assert f"2 deliveries of {sent.today} may have arrived" in told
    assert "reader1@example.net, reader2@example.net" in told
    found = ask_doctor(sent)["uncertain deliveries"]
    assert (found.ok, found.detail) == (False, "2 may have arrived")
    assert "--arrived" in found.hint
    assert "--again sends them once more" in told
    settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=True)
    assert "Nothing of" in refused(*place, "issue", "settle", "--date", f"{sent.today}")


def test_the_table_of_deliveries_says_what_to_do_about_uncertain_ones(sent: Installation) -> None:
    place = ["--config", str(sent.data / "config"), "--data", str(sent.data)]
    table = run_command(*place, "deliveries", "--date", f"{sent.today}").out
    assert (
        f"2 may have arrived. Ask one of them, then say so: newsletter issue settle --date {sent.today} --arrived"
        in table
    )
    settle_held(sent.store, IssueKey(date=sent.today), sent.clock(), arrived=True)
    assert "settle" not in run_command(*place, "deliveries", "--date", f"{sent.today}").out


def test_what_is_to_be_done_about_another_edition_names_it(sent: Installation) -> None:
    key = IssueKey(edition=EditionKey("weekly"), date=sent.today)
    with sent.store.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.status == "uncertain").values(reason=HOLD_REASON)
        )
        connection.execute(update(issues).values(status="frozen", edition=key.edition))
    place = ["--config", str(sent.data / "config"), "--data", str(sent.data)]
    assert "Nothing of 2026-01-05 is held." in refused(*place, "issue", "settle", "--date", f"{sent.today}")
    assert f"2 deliveries of {key} may have arrived" in refused(*place, "issue", "settle", "--date", f"{key}")
    assert f"newsletter issue settle --date {key} --arrived" in ask_doctor(sent)["uncertain deliveries"].hint


def refused(*arguments: str) -> str:
    done = run_command(*arguments)
    assert done.code == 2
    return done.err


def test_settling_nothing_says_where_to_look_and_a_worker_asks_for_postgresql(
    sent: Installation, tmp_path: Path
) -> None:
    place = ["--config", str(sent.data / "config"), "--data", str(sent.data)]
    assert "newsletter deliveries" in refused(*place, "issue", "settle", "--date", f"{sent.today}")
    assert "postgresql://" in refused("--data", str(tmp_path), "worker")
