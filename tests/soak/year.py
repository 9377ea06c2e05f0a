"""``python -m tests.soak.year``: a year of four editions over both clock changes, restarted at random. I/O.

Daily; weekdays at 06:00 in another zone; the week in review on Fridays; prices alone, at an hour that the clock change
skips and repeats. Real ledger, real decisions, real sender into a folder; what is composed is a stand-in. Readers
change what they chose at random moments; processes are gone at random, also in the middle of planning and of sending,
for up to five hours. Counted by an oracle of its own: each due issue once, each reader exactly what was chosen at that
moment. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.day.due_now import list_due, note_editions
from newsletter.day.schedule import Action
from newsletter.day.timetable import At, find_next, list_jobs
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.send_waiting import send_waiting
from newsletter.model import EditionKey, IssueKey, IssueStatus, Subscriber, SubscriberId
from newsletter.store.issues import find_record, list_issues, record_day, save_composed
from newsletter.subscribers import consent
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.delivery_factories import make_rendered
from tests.support.factories import make_issue
from tests.support.subscriber_factories import make_address

BERLIN = "Europe/Berlin"
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EDITIONS: list[dict[str, Any]] = [
    {"key": "daily", "name": "Daily", "default": True, "compose_at": "05:30", "send_at": "06:30"},
    {"key": "early", "name": "Early", "timezone": "America/New_York", "compose_at": "05:00", "send_at": "06:00",
     "send_days": WEEKDAYS},
    {"key": "weekly", "name": "Week in review", "span": "week", "compose_at": "15:00", "send_at": "16:00",
     "send_days": ["fri"]},
    {"key": "prices", "name": "Prices", "sections": ["prices"], "compose_at": "02:10", "send_at": "02:40"},
]  # fmt: skip
KEYS = tuple(EditionKey(one["key"]) for one in EDITIONS)
BEGIN = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
_MAIL = re.compile(
    rb"^To: (\S+)\r$.*^Feedback-ID: (\d{4}-\d\d-\d\d):issue:([a-z]+):", re.MULTILINE | re.DOTALL
)


class KilledError(Exception):
    """The process is gone."""


@dataclass
class Year:
    """The installation, the readers, and what was seen."""

    folder: Path
    chance: random.Random
    clock: Clock
    app: Installation
    chosen: dict[str, set[EditionKey]] = field(default_factory=dict)  # the truth, by address
    ids: dict[str, SubscriberId] = field(default_factory=dict)
    paused: dict[tuple[str, EditionKey], date] = field(default_factory=dict)  # one edition, until that day
    meant: dict[IssueKey, set[str]] = field(default_factory=dict)  # who had chosen it when it was planned
    left: dict[IssueKey, set[str]] = field(default_factory=lambda: defaultdict(set))  # and left it since
    got: Counter[tuple[str, IssueKey]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)

    def restart(self) -> None:
        """End the process and begin another, some time later."""
        self.app.close()
        self.app = open_app(self.folder, self.clock)
        self.events["restarts"] += 1

    def wake(self) -> None:
        """Do what a waking does."""
        try:
            note_editions(self.app.store, self.app.settings, self.clock())
            for _ in range(2):  # what was composed late is sent a minute later
                for due in list_due(self.app.store, self.app.settings, self.clock()):
                    self.act(due.action, due.issue)
            self.send()
        except KilledError:
            self.events["killed at work"] += 1
            self.restart()
            self.wake()  # the supervisor begins another at once

    def act(self, action: Action, key: IssueKey) -> None:
        app, now = self.app, self.clock()
        if action is Action.REPORT_MISSED:
            self.wrong.append(f"{key} was missed")
            record_day(app.store, key, IssueStatus.MISSED, "missed", now)
        elif action is Action.COMPOSE:
            if key.edition == "prices" and key.date.toordinal() * 7 % 5 < 2:
                record_day(app.store, key, IssueStatus.EMPTY, "no price", now)
                return
            number = 1 + sum(
                1 for one in list_issues(app.store, edition=key.edition, limit=1000) if one.number
            )
            issue = make_issue(date=key.date, edition=key.edition, number=number, composed=now)
            rendered = replace(make_rendered(), hash=f"{abs(hash(key)):064x}"[:64])  # type: ignore[arg-type]
            save_composed(app.store, issue=issue, rendered=rendered, selection=(), considered=(), now=now)
        elif action is Action.SEND:
            self.plan(key)

    def plan(self, key: IssueKey) -> None:
        record = find_record(self.app.store, key)
        assert record is not None
        if record.status is not IssueStatus.FROZEN:
            dies = self.chance.random() < 0.1

            def on_progress(_: int) -> None:
                if dies:
                    raise KilledError

            now_chosen = {address for address in self.chosen if self.wants(address, key)}
            self.meant[key] = self.meant.get(key, set()) | now_chosen
            plan_issue(self.app.store, self.app.settings, key, self.clock(), on_progress=on_progress)

    def send(self) -> None:
        async def run() -> None:
            stop = asyncio.Event()
            if self.chance.random() < 0.1:
                asyncio.get_running_loop().call_later(0.02, stop.set)
            await send_waiting(self.app.sending, stop=stop, until_idle=True, patience=1)

        if not any(one.status is IssueStatus.FROZEN for one in list_issues(self.app.store, limit=12)):
            return
        asyncio.run(run())
        for path in (self.app.data / "outbox").glob("*.eml"):
            found = _MAIL.search(path.read_bytes())
            path.unlink()
            if found is None:
                continue  # a notice
            to, edition = found[1].decode().strip("<>"), EditionKey(found[3].decode())
            key = IssueKey(edition=edition, date=date.fromisoformat(found[2].decode()))
            self.got[to, key] += 1
            if not self.wants(to, key):
                self.wrong.append(f"{to} got {key} and had not chosen it, or paused it")

    def wants(self, address: str, key: IssueKey) -> bool:
        """Whether a reader has chosen the edition of an issue, and not paused it on its date."""
        until = self.paused.get((address, key.edition), BEGIN.date())
        return key.edition in self.chosen[address] and until <= key.date

    def change_mind(self) -> None:
        """Let somebody change what they chose."""
        address = self.chance.choice(list(self.chosen))
        had, now = set(self.chosen[address]), self.clock()
        occasion = consent.Occasion(at=now, source="page")
        register, who = self.app.register, self.ids[address]
        if not had:
            wanted = self.pick()
            asked = consent.request(register, make_address(address), occasion, editions=wanted)
            assert isinstance(asked, Subscriber), asked
            confirmed = consent.confirm(
                register, who, consent.Occasion(at=now, source="page"), issued=now + timedelta(1)
            )
            assert isinstance(confirmed, Subscriber), confirmed
            self.chosen[address] = set(wanted)
        elif self.chance.random() < 0.4:
            edition = self.chance.choice(sorted(had))
            consent.unsubscribe(register, who, occasion, edition=edition)
            self.chosen[address] = had - {edition}
        elif self.chance.random() < 0.2:
            consent.unsubscribe(register, who, occasion)
            self.chosen[address] = set()
        elif self.chance.random() < 0.3:
            self.pause(address, self.chance.choice(sorted(had)), occasion)
        else:
            wanted = self.pick()
            consent.choose(register, who, occasion, editions=wanted)
            self.chosen[address] = set(wanted)
        for edition in had - self.chosen[address]:
            self.paused.pop((address, edition), None)
        for key in self.meant:
            if key.edition in had and not self.wants(address, key) and not self.got[address, key]:
                self.left[key].add(address)
        self.events["changes of choice"] += 1

    def pause(self, address: str, edition: EditionKey, occasion: consent.Occasion) -> None:
        """Let somebody pause one edition, or end such a pause."""
        register, who, today = self.app.register, self.ids[address], self.app.today
        if self.paused.get((address, edition), today) > today:
            consent.resume(register, who, occasion, edition=edition)
            del self.paused[address, edition]
            return
        until = today + timedelta(days=self.chance.randint(1, 20))
        done = consent.pause(register, who, occasion, until=until, today=today, edition=edition)
        assert isinstance(done, Subscriber), done
        self.paused[address, edition] = until
        self.events["pauses"] += 1

    def pick(self) -> list[EditionKey]:
        return sorted(self.chance.sample(KEYS, self.chance.randint(1, len(KEYS))))

    def next_moment(self) -> datetime:
        """A time of the timetable, or one at random before it."""
        now = self.clock()
        times = [
            moment
            for job in list_jobs(self.app.settings)
            if isinstance(job.when, At) and job.edition and (moment := find_next(job.when, now))
        ]
        return min(*times, now + timedelta(minutes=self.chance.uniform(20, 240)))


def open_app(folder: Path, clock: Clock) -> Installation:
    """Open the installation as a process that begins does."""
    zone = {"timezone": BERLIN, "from_address": "daily@rare-earth.example", "postal_address": "1 Test Street"}
    return make_app(folder, clock=clock, edition=EDITIONS, newsletter=zone, backup={"keep": 0})


def list_expected(begin: datetime, end: datetime) -> set[IssueKey]:
    """Return the issues of each day whose time to leave lies between, by zoneinfo alone."""
    expected = set()
    for one in EDITIONS:
        zone = ZoneInfo(one.get("timezone", BERLIN))
        hour, minute = map(int, one["send_at"].split(":"))
        day = begin.date() - timedelta(days=1)
        while day <= end.date():
            leaves = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
            days = one.get("send_days", [*WEEKDAYS, "sat", "sun"])
            if begin < leaves < end and day.strftime("%a").lower() in days:
                expected.add(IssueKey(edition=EditionKey(one["key"]), date=day))
            day += timedelta(days=1)
    return expected


def judge(year: Year, end: datetime, *, begin: datetime = BEGIN) -> dict[str, int]:
    """Compare what happened with what was due and chosen; return the figures."""
    expected = list_expected(begin, end)
    there = {one.key: one.status for one in list_issues(year.app.store, limit=5_000)}
    year.wrong += [f"{key} was due and is not there" for key in expected - there.keys()]
    year.wrong += [f"{key} was not due" for key in there.keys() - expected]
    for key, status in there.items():
        if status not in {IssueStatus.SENT, IssueStatus.EMPTY}:
            year.wrong.append(f"{key} is {status}")
    for key, meant in year.meant.items():
        got = {address for (address, of), count in year.got.items() if of == key and count}
        year.wrong += [
            f"{address} chose {key} and did not get it" for address in meant - got - year.left[key]
        ]
    year.wrong += [f"{address} got {key} {n} times" for (address, key), n in year.got.items() if n > 1]
    return {
        "issues": len(there),
        "empty": sum(status is IssueStatus.EMPTY for status in there.values()),
        "mails": sum(year.got.values()),
        **year.events,
        "wrong": len(year.wrong),
    }


def live(
    folder: Path, *, days: int, readers: int, seed: int, begin: datetime = BEGIN
) -> tuple[Year, datetime]:
    """Live through so many days."""
    clock = Clock(begin)
    year = Year(folder=folder, chance=random.Random(seed), clock=clock, app=open_app(folder, clock))
    for number in range(readers):
        address, wanted = f"reader{number}@example.org", year.pick()
        occasion = consent.Occasion(at=begin, source="command")
        added = consent.add(year.app.register, make_address(address), occasion, editions=wanted)
        assert isinstance(added, Subscriber)
        year.chosen[address], year.ids[address] = set(wanted), added.id
    end = begin + timedelta(days=days)
    rested = begin
    while clock() < end:
        year.wake()
        clock.now = year.next_moment()
        dice = year.chance.random()
        if dice < 0.05:
            if clock() > rested:  # two long ones in a row would make a day late, and late is missed
                clock.forward(minutes=year.chance.uniform(5, 300))
                rested = clock() + timedelta(hours=8)
            year.restart()
        elif dice < 0.3:
            year.change_mind()
    clock.now = end
    year.wake()  # what was due while the last process was gone
    for _ in range(40):
        clock.forward(seconds=150)  # what a kill left in somebody's hands
        year.send()
    return year, end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--readers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", type=date.fromisoformat, default=BEGIN.date(), metavar="YYYY-MM-DD")
    given = parser.parse_args()
    begin = datetime.combine(given.begin, BEGIN.timetz())
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        year, end = live(
            Path(scratch) / "data", days=given.days, readers=given.readers, seed=given.seed, begin=begin
        )
        figures = judge(year, end, begin=begin)
        year.app.close()
    print("\n".join(year.wrong[:20]))
    told = ", ".join(f"{number} {name}" for name, number in figures.items())
    print(f"{given.days} days of {len(EDITIONS)} editions: {told}, in {time.monotonic() - began:.0f} s")
    sys.exit(bool(year.wrong))


if __name__ == "__main__":
    main()
