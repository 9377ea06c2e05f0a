"""The rooms Sending and State: questions that wait, what is suppressed, what doctor says, and who did what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from newsletter.desk import sending, state
from newsletter.desk.room import Role
from newsletter.model import BY_COMMAND, Alert, IssueKey, SourceKey
from newsletter.store.acts import list_acts
from newsletter.store.alerts import raise_alert
from newsletter.store.api_tokens import list_tokens
from newsletter.store.held_suppressions import find_held_suppressions
from newsletter.store.installation import finish_run, start_run
from newsletter.store.paused_sources import pause_source
from newsletter.store.recovery import HOLD_REASON
from newsletter.store.schema import bounces, deliveries
from newsletter.store.suppressions import count_suppressions
from newsletter.web.api.access import Scope, make_token
from tests.desk.full_desk import ISSUE, Desk, open_desk, rows_of, said

OPERATOR = Role.OPERATOR


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    relay = {"type": "smtp", "host": "127.0.0.1", "port": 9, "per_hour": 5_000}
    with open_desk(tmp_path / "data", relay=relay, delivery={"domain_per_second": {"gmail.com": 2}}) as made:
        yield made


def report(desk: Desk, *, subscriber: int, kind: str, consequence: str) -> None:
    row = {
        "at": desk.clock(),
        "subscriber_id": subscriber,
        "kind": kind,
        "reason": "no such user",
        "status": "5.1.1",
    }
    with desk.app.store.write() as connection:
        connection.execute(
            insert(bounces).values(**row, consequence=consequence, digest=f"{kind}{subscriber}")
        )


def test_they_are_the_operators(desk: Desk) -> None:
    routes = [("sending", route) for route in sending.ROUTES] + [("status", route) for route in state.ROUTES]
    for name, route in routes:
        client, path = desk.client(Role.EDITOR), f"{name}/{route.path}"
        answer = client.post(path, data={"csrf": "csrf-of-editor"}) if route.acts else client.get(path)
        assert answer.status_code == 403, path


def test_the_queue_the_relay_and_its_limits_are_told(desk: Desk) -> None:
    text = desk.see("sending/", OPERATOR).text
    assert "1 deferred, 1 uncertain" in text
    assert "127.0.0.1:9" in text
    assert "5000 an hour" in text
    assert "gmail.com: 2 a second" in text
    assert "1 deliveries of" not in text, "what was not held by hand waits for nobody"


@pytest.mark.parametrize(("answer", "suppressed"), [("dead", 2), ("spare", 0)])
def test_the_question_of_the_brake_is_answered(desk: Desk, answer: str, suppressed: int) -> None:
    for number in (1, 2):
        report(desk, subscriber=number, kind="hard", consequence="held")
    page = desk.see("sending/", OPERATOR)
    assert "Are these addresses dead?" in page.text
    assert "ann@example.org: 5.1.1 no such user" in page.text
    assert desk.do("sending/brake", OPERATOR, answer="perhaps").status_code == 422
    done = desk.do("sending/brake", OPERATOR, answer=answer)
    assert said(done).startswith("2 readers are")
    assert find_held_suppressions(desk.app.store) is None
    assert sum(count_suppressions(desk.app.store).values()) == suppressed
    act = list_acts(desk.app.store)[0]
    assert (act.actor, act.verb) == ("olga@example.org", "suppressed" if answer == "dead" else "spared")


def test_what_only_the_operator_knows_is_asked(desk: Desk) -> None:
    with desk.app.store.write() as connection:
        one = deliveries.c.subscriber_id == 5
        connection.execute(update(deliveries).where(one).values(reason=HOLD_REASON))
    assert "1 deliveries of 2026-01-05 may have arrived." in desk.see("sending/", OPERATOR).text


def test_complaints_and_suppressions_are_listed(desk: Desk) -> None:
    report(desk, subscriber=2, kind="complaint", consequence="dead")
    assert "The last one came" in desk.see("sending/", OPERATOR).text
    page = desk.see("sending/complaints", OPERATOR)
    assert "reader 2" in rows_of(page)[0]
    assert "1 complaints about 3 deliveries in seven days" in page.text
    desk.do("readers/1/erase", OPERATOR, sure="yes")
    assert rows_of(desk.see("sending/suppressions", OPERATOR))[0].startswith("(no longer known) erased")
    assert rows_of(desk.see("sending/suppressions?q=bob", OPERATOR)) == ["There is none."]


def test_state_tells_runs_alerts_programs_and_acts(desk: Desk) -> None:
    store, now = desk.app.store, desk.clock()
    finish_run(
        store,
        start_run(store, "send", IssueKey(date=ISSUE.date), now),
        now,
        outcome="sent",
        counts={"sent": 3},
    )
    raise_alert(store, Alert("k", "The relay rests", "Look <b>there</b>."), now, not_since=now)
    pause_source(store, SourceKey("seeds"), now, by=BY_COMMAND)
    page = desk.see("status/", OPERATOR).text
    for words in (
        'issues/daily/2026-01-05">2026-01-05</a>',
        "The relay rests",
        "Look &lt;b&gt;there",
        'sources/seeds">source seeds</a>',
        "compose 2026-01-06 05:30 UTC",
    ):
        assert words in page, words
    assert "paused" in rows_of(desk.see("status/acts?q=seeds", OPERATOR))[0]
    assert rows_of(desk.see("status/acts?q=nothing-of-that", OPERATOR)) == ["There is none."]
    assert "sent 3" in rows_of(desk.see("status/runs", OPERATOR))[0]
    assert "The relay rests" in rows_of(desk.see("status/alerts?q=RELAY", OPERATOR))[0]
    assert rows_of(desk.see("status/alerts?q=100%25", OPERATOR)) == ["None."]
    assert "sent 3" in desk.see(f"issues/daily/{ISSUE.date}").text, "the issue's own runs"


@pytest.mark.parametrize("waived", [["trial"], []])
def test_an_alert_whose_cause_is_gone_says_so(tmp_path: Path, waived: list[str]) -> None:
    relay = {"type": "smtp", "host": "127.0.0.1", "port": 9}
    with open_desk(tmp_path, relay=relay, preflight={"waive": waived}) as desk:
        for key, subject in (("trial", "No mail leaves"), ("k", "The relay rests")):
            raise_alert(desk.app.store, Alert(key, subject, ""), desk.clock(), not_since=desk.clock())
        other, trial = rows_of(desk.see("status/alerts", OPERATOR))
    assert ("over: its" in trial, "over: its" in other) == (bool(waived), False)


def test_a_programs_token_is_revoked(desk: Desk) -> None:
    token = make_token(desk.app.store, "shop", [Scope.ADD], desk.clock(), days=9)
    page = desk.see("status/", OPERATOR).text
    assert "shop" in page
    assert token not in page
    assert (
        said(desk.do("status/tokens/revoke", OPERATOR, name="shop"))
        == "The token shop opens nothing any more."
    )
    assert not list_tokens(desk.app.store)[0].is_good(desk.clock())
    assert desk.do("status/tokens/revoke", OPERATOR, name="shop").status_code == 422
    acts = list_acts(desk.app.store, about="token shop")
    assert [(act.verb, act.actor) for act in acts] == [("revoked", "olga@example.org"), ("made", "")]


def test_doctor_and_dns_are_shown(desk: Desk) -> None:
    page = desk.see("status/doctor", OPERATOR).text
    assert "need you" in page
    assert "relay" in page
    dns = desk.see("status/dns", OPERATOR).text
    assert "v=spf1" in dns
    assert "_dmarc.rare-earth.example" in dns


def test_state_tells_the_calendar_of_each_edition(tmp_path: Path) -> None:
    (tmp_path / "off.txt").write_text("2026-01-06  # Epiphany\n", encoding="utf-8")
    editions = [
        {"key": "daily", "name": "Daily", "default": True},
        {"key": "weekly", "name": "Week in review", "send_days": ["fri"], "timezone": "Asia/Tokyo"},
    ]
    days = {"days_off": ["2026-01-08/2026-01-09"], "days_off_file": str(tmp_path / "off.txt")}
    with open_desk(tmp_path / "data", edition=editions, schedule=days) as desk:
        daily, weekly, _ = rows_of(desk.see("status/", OPERATOR))[:3]
    assert daily.startswith("Daily, 2026-01-0")
    assert "compose 2026-01-07 05:30 UTC, send 2026-01-07 06:30 UTC" in daily
    assert "no issue on 2026-01-06, 2026-01-08 to 2026-01-09" in daily
    assert "compose 2026-01-16 05:30 JST" in weekly, "the Friday after the one that is off"
