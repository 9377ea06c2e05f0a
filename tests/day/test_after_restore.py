"""A restored installation mails nobody until it knows what happened since, nobody twice, and nobody who left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from newsletter.day.after_restore import read_since, settle
from newsletter.day.compose_today import compose_today
from newsletter.day.due_now import list_due
from newsletter.day.schedule import Action
from newsletter.delivery.plan_issue import plan_issue
from newsletter.errors import InputError, StoreError
from newsletter.model import (
    DAILY,
    DeliveryStatus,
    EditionKey,
    IssueKey,
    IssueStatus,
    Subscriber,
    SubscriberStatus,
)
from newsletter.store import migrate
from newsletter.store.alerts import list_alerts
from newsletter.store.backup import Backup, restore_backup, save_backup
from newsletter.store.copy_tables import open_file
from newsletter.store.issues import find_record, list_issues
from newsletter.store.planning import send_missing
from newsletter.store.restored import SinceBackup, find_restored
from newsletter.store.schema import runs, subscribers
from newsletter.store.subscribers import list_subscribers
from newsletter.subscribers import consent
from newsletter.wiring import Installation
from tests.store.test_upgrades import bring_to
from tests.support.app_factory import MORNING, Clock, make_app, subscribe
from tests.support.ask_doctor import ask_doctor
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)
READERS = ("ann@example.org", "bob@example.org", "eve@example.org", "tom@example.org")


class Life:
    """An installation that made a backup, lived on, and was restored."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.clock = Clock(MORNING)
        self.database = database
        self.app = self.open()
        subscribe(self.app, *READERS)

    def open(self) -> Installation:
        return make_app(self.folder / "data", clock=self.clock, storage={"database": self.database})

    def compose(self) -> None:
        asyncio.run(compose_today(self.app.making, KEY))

    def send(self) -> int:
        report = asyncio.run(send_all(self.app))
        return report.outcomes.get(DeliveryStatus.SENT, 0)

    def back_up(self) -> Backup:
        made = save_backup(self.app.everything, self.folder / "b.tar.gz", now=self.clock())
        self.clock.forward(minutes=5)
        return made

    def restore(self) -> Path:
        self.clock.forward(hours=1)
        aside = restore_backup(self.folder / "b.tar.gz", self.app.everything, now=self.clock())
        self.app.close()
        self.app = self.open()
        assert aside is not None
        return aside

    def people_leave(self) -> None:
        """bob leaves, eve is erased, tom complains."""
        register, now = self.app.register, self.clock()
        bob = consent.look_up(register, make_address("bob@example.org"))[0]
        assert bob is not None
        consent.unsubscribe(register, bob.id, consent.Occasion(at=now, source="form"))
        consent.erase(register, make_address("eve@example.org"), now=now)
        consent.erase(register, make_address("stranger@example.org"), now=now)
        self.clock.forward(minutes=5)

    def find(self, address: str) -> Subscriber:
        found, _ = consent.look_up(self.app.register, make_address(address))
        assert found is not None
        return found

    def active(self) -> set[str]:
        with self.app.store.read() as connection:
            listed = list_subscribers(connection)
        return {str(one.address) for one in listed if one.status == "active"}


@pytest.fixture
def life(database: str, tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path, database)
    yield made
    made.app.close()


def next_day(life: Life) -> None:
    life.clock.now = MORNING + timedelta(days=1)
    for _ in range(2):  # composes, then lets it leave
        asyncio.run(wake(life.app.waking))


def test_an_issue_that_went_out_since_is_not_sent_again_and_who_left_stays_away(life: Life) -> None:
    life.back_up()
    life.compose()
    plan_issue(life.app.store, life.app.settings, KEY, life.clock())
    assert life.send() == 4
    life.people_leave()
    aside = life.restore()

    assert life.active() == set(READERS)  # so far
    assert asyncio.run(wake(life.app.waking)).action is Action.NOTHING
    assert find_record(life.app.store, KEY) is None
    assert "newsletter restored" in list_due(life.app.store, life.app.settings, life.clock())[0].reason
    assert [alert.alert.key for alert in list_alerts(life.app.store)] == ["restored"]
    assert not ask_doctor(life.app)["restore"].ok

    assert find_restored(life.app.store) is not None
    since = read_since(aside, life.app.store)
    assert since.issues == ((IssueKey(date=DAY), 1),)
    settled = settle(life.app.register, since, life.clock())
    assert (settled.issues, settled.left, settled.forgotten, settled.unknown) == (1, 1, 1, ())
    assert life.active() == {"ann@example.org", "tom@example.org"}
    with life.app.store.read() as connection:
        assert {str(one.address) for one in list_subscribers(connection)} == set(READERS) - {
            "eve@example.org"
        }

    assert asyncio.run(wake(life.app.waking)).action is Action.NOTHING  # today's is done
    assert life.send() == 0
    next_day(life)
    assert life.send() in {0, 2}  # the seed may have nothing more to say
    assert all(record.number != 1 or record.date == DAY for record in list_issues(life.app.store))


def test_an_issue_that_was_waiting_in_the_backup_is_not_sent_before_the_answer(life: Life) -> None:
    life.compose()
    plan_issue(life.app.store, life.app.settings, KEY, life.clock())
    life.back_up()
    assert life.send() == 4
    life.restore()
    assert life.send() == 0
    settle(life.app.register, SinceBackup(issues=((IssueKey(date=DAY), None),)), life.clock())
    assert life.send() == 0
    record = find_record(life.app.store, KEY)
    assert record is not None
    assert record.status is IssueStatus.SENT
    assert "after the backup" in (record.note or "")


def test_nobody_is_missing_an_issue_that_was_composed_in_the_backup_and_went_out(life: Life) -> None:
    life.compose()
    life.back_up()
    plan_issue(life.app.store, life.app.settings, KEY, life.clock())
    assert life.send() == 4
    life.restore()
    subscribe(life.app, "new@example.org")  # who joined since the restore is
    settle(life.app.register, SinceBackup(issues=((KEY, None),)), life.clock())
    record = find_record(life.app.store, KEY)
    assert record is not None
    now = life.clock()
    assert send_missing(life.app.store, record.id, domain="rare-earth.example", now=now) == 1
    assert life.send() == 1


def test_where_nothing_went_out_it_goes_on_where_it_was(life: Life) -> None:
    life.compose()
    plan_issue(life.app.store, life.app.settings, KEY, life.clock())
    life.back_up()
    life.restore()
    assert life.send() == 0
    settled = settle(
        life.app.register,
        SinceBackup(left=("bob@example.org", "nobody@example.org", "rubbish")),
        life.clock(),
    )
    assert (settled.left, settled.unknown) == (1, ("nobody@example.org", "rubbish"))
    assert life.send() == 3


def test_nothing_is_planned_and_nothing_is_settled_without_a_question(life: Life) -> None:
    with pytest.raises(InputError, match="Nothing was restored"):
        settle(life.app.register, SinceBackup(), life.clock())
    life.compose()
    life.back_up()
    life.restore()
    with pytest.raises(StoreError, match="from a backup"):
        plan_issue(life.app.store, life.app.settings, KEY, life.clock())


def test_what_people_did_since_is_done_again_though_they_moved(life: Life) -> None:
    names = ("cat", "dan", "fay", "hal", "kim", "pat", "val")
    subscribe(life.app, *(f"{name}@example.org" for name in names))
    register, now = life.app.register, life.clock()
    form = consent.Occasion(at=now, source="form")
    ids = {name: life.find(f"{name}@example.org").id for name in ("ann", "bob", *names)}
    both = (DAILY, EditionKey("weekly"))
    offering = replace(register, editions=both)
    for name in ("pat", "val"):
        consent.choose(offering, ids[name], form, editions=both if name == "pat" else both[:1])
    consent.request(register, make_address("new@example.org"), form)
    life.back_up()
    form = replace(form, at=life.clock())

    def move(name: str, to: str) -> None:
        moved = consent.change_details(register, ids[name], form, address=make_address(to))
        assert isinstance(moved, Subscriber)

    move("ann", "ann@new.example")
    consent.unsubscribe(register, ids["ann"], form)
    move("bob", "bob@new.example")
    consent.erase(register, make_address("bob@new.example"), now=form.at)
    consent.unsubscribe(register, ids["cat"], form)
    consent.request(register, make_address("cat@example.org"), form)
    move("dan", "dan@new.example")
    move("fay", "dan@example.org")  # which dan has left
    consent.pause(register, ids["hal"], form, until=DAY + timedelta(days=9), today=DAY)
    consent.unsubscribe(register, ids["kim"], form)
    consent.confirm(register, ids["kim"], form, issued=form.at)
    consent.unsubscribe(register, ids["pat"], form, edition=both[1])
    consent.choose(offering, ids["val"], form, editions=both[1:])
    life.clock.forward(minutes=5)
    aside = life.restore()
    subscribe(life.app, "late@example.org")  # of after the restore: no ledger of before it knows of her
    settled = settle(life.app.register, read_since(aside, life.app.store), life.clock())

    assert (settled.moved, settled.left, settled.forgotten) == (3, 3, 1)
    stay = {"dan@new.example", "dan@example.org", "hal@example.org", "pat@example.org", "val@example.org"}
    assert life.active() == {*stay, "eve@example.org", "tom@example.org", "late@example.org"}
    assert life.find("dan@new.example").id == ids["dan"]
    assert life.find("ann@new.example").status == "unsubscribed"
    assert life.find("hal@example.org").paused_until == DAY + timedelta(days=9)
    assert life.find("pat@example.org").editions() == both[:1]
    assert life.find("val@example.org").editions() == both[1:]
    assert life.find("new@example.org").status == "pending"
    for address in ("bob@example.org", "bob@new.example"):
        found, suppression = consent.look_up(life.app.register, make_address(address))
        assert found is None
        assert suppression is not None


def test_a_ledger_of_an_earlier_version_answers_too(life: Life) -> None:
    """It is upgraded in a copy."""
    life.back_up()
    with life.app.store.read() as connection:
        people = [dict(row) for row in connection.execute(select(subscribers)).mappings()]
    file = life.folder / "old.sqlite3"
    with closing(open_file(file)) as old:
        bring_to(old, "0006")
        with old.write() as connection:
            connection.execute(insert(subscribers), people)
            bob = subscribers.c.address == "bob@example.org"
            gone = {"status": SubscriberStatus.UNSUBSCRIBED, "unsubscribed": life.clock()}
            connection.execute(update(subscribers).where(bob).values(gone))
            connection.execute(insert(runs), {"kind": "send", "date": DAY, "started": life.clock()})
    life.restore()
    settle(life.app.register, read_since(file, life.app.store), life.clock())
    assert life.active() == set(READERS) - {"bob@example.org"}
    with closing(open_file(file)) as old:
        assert migrate.current_revision(old) == "0006"


def test_the_ledger_of_another_installation_answers_nothing(life: Life) -> None:
    """Whoever is not in it would be forgotten."""
    life.back_up()
    life.restore()
    other = make_app(life.folder / "other", clock=Clock(MORNING + timedelta(days=1)))
    for readers in ((), READERS):
        subscribe(other, *readers)
        save_backup(other.everything, life.folder / "o.tar.gz", now=other.clock(), replace=True)
        with pytest.raises(InputError, match="does not know the readers"):
            read_since(life.folder / "o.tar.gz", life.app.store)
    other.close()


def test_what_knows_nothing_of_after_the_backup_answers_nothing(life: Life) -> None:
    life.back_up()
    life.people_leave()
    life.restore()
    with pytest.raises(InputError, match="knows nothing of after"):
        read_since(life.folder / "b.tar.gz", life.app.store)
    twice = life.restore()  # and what was there is the first restored one
    with pytest.raises(InputError, match="never told"):
        read_since(twice, life.app.store)


def test_what_holds_no_database_answers_nothing(life: Life, tmp_path: Path) -> None:
    life.back_up()
    life.restore()
    (tmp_path / "x.tar.gz").write_text("no archive")
    for place in (tmp_path / "nowhere", tmp_path / "x.tar.gz"):
        with pytest.raises(InputError):
            read_since(place, life.app.store)
