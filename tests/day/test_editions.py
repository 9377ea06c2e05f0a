"""Several editions: each due by its own clock, composed of its own candidates, and sharing the work of the day."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from newsletter.day.compose_today import Making
from newsletter.day.due_now import describe_due, list_due
from newsletter.day.pipeline import Composed, compose_day
from newsletter.day.schedule import Action
from newsletter.day.send_endings import SEND
from newsletter.day.shared_work import SharedWork
from newsletter.day.timetable import JobName, list_jobs, tell_next_times
from newsletter.model import DAILY, ArticleId, EditionKey, IssueKey, IssueStatus, SourceState, Summary
from newsletter.serve.scheduler import build_trigger
from newsletter.store.alerts import list_alerts
from newsletter.store.installation import list_runs
from newsletter.store.issues import find_record, load_issue, record_day
from newsletter.store.planning import count_stranded
from newsletter.store.sources import Harvest, save_harvest
from newsletter.subscribers import consent
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app, make_seed_source, subscribe
from tests.support.factories import make_article, make_highlight
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

MONDAY = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)
EARLY, PRICES = EditionKey("early"), EditionKey("prices")
THREE: list[dict[str, Any]] = [
    {"key": "daily", "name": "Daily", "default": True},
    {
        "key": "early",
        "name": "Before the market",
        "timezone": "Asia/Tokyo",
        "compose_at": "05:00",
        "send_at": "06:00",
        "send_days": ["mon", "tue", "wed", "thu", "fri"],
        "max_stories": 1,
    },
    {"key": "prices", "name": "Prices", "sections": ["prices"]},
]


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def app(tmp_path: Path, clock: Clock) -> Installation:
    return make_app(tmp_path / "data", clock=clock, edition=THREE)


def status(app: Installation, key: EditionKey, day: int = 5) -> IssueStatus | None:
    record = find_record(app.store, IssueKey(edition=key, date=MONDAY.date().replace(day=day)))
    return record.status if record else None


def send(app: Installation) -> list[EmailMessage]:
    asyncio.run(wake(app.waking))
    asyncio.run(send_all(app))
    paths = sorted((app.data / "outbox").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


def test_each_edition_is_due_by_its_own_clock(app: Installation, clock: Clock) -> None:
    send(app)  # the installation begins
    clock.now = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)  # 05:30 on Tuesday in Tokyo
    due = {one.issue: one.action for one in list_due(app.store, app.settings, clock())}
    assert due[IssueKey(edition=EARLY, date=MONDAY.date() + timedelta(days=1))] is Action.COMPOSE
    assert due[IssueKey(date=MONDAY.date())] is Action.REPORT_MISSED
    clock.now = datetime(2026, 1, 9, 20, 30, tzinfo=UTC)  # Saturday in Tokyo
    found = [one for one in list_due(app.store, app.settings, clock()) if one.issue.edition == EARLY]
    assert found[0].action is not Action.COMPOSE


def test_the_timetable_lists_the_jobs_of_every_edition_in_its_zone(app: Installation) -> None:
    jobs = [job for job in list_jobs(app.settings) if job.name is JobName.SEND]
    assert [(job.edition, str(job.when.zone)) for job in jobs if hasattr(job.when, "zone")] == [
        ("daily", "UTC"), ("early", "Asia/Tokyo"), ("prices", "UTC")
    ]  # fmt: skip
    assert str(build_trigger(jobs[1].when).timezone) == "Asia/Tokyo"
    assert "send early 2026-01-06 06:00 JST" in tell_next_times(app.settings, MONDAY, frozenset())
    ok, words = describe_due(app.store, app.settings, MONDAY)
    assert ok
    assert "early/2026-01-05" in words


def test_the_next_times_are_those_at_which_something_is_left_to_do(app: Installation) -> None:
    record_day(app.store, IssueKey(date=MONDAY.date()), IssueStatus.EMPTY, "nothing new", MONDAY)
    _, words = describe_due(app.store, app.settings, MONDAY)
    assert "compose daily 2026-01-06 05:30 UTC, send daily 2026-01-06 06:30 UTC" in words
    assert "compose prices 2026-01-05 05:30 UTC, send prices 2026-01-05 06:30 UTC" in words


def test_a_prices_only_day_without_a_price_is_empty_and_mails_nobody(app: Installation, clock: Clock) -> None:
    subscribe(app, "ann@example.org")
    consent.add(
        app.register,
        make_address("ben@example.org"),
        consent.Occasion(at=MONDAY, source="command"),
        editions=[PRICES],
    )
    send(app)
    clock.now = MONDAY + timedelta(minutes=31)
    assert send(app) == []
    assert (status(app, DAILY), status(app, PRICES)) == (IssueStatus.COMPOSED, IssueStatus.EMPTY)
    clock.forward(hours=1)
    assert [mail["To"] for mail in send(app)] == ["ann@example.org"]


def test_a_price_without_its_basis_is_an_issue_of_the_prices_edition(app: Installation, clock: Clock) -> None:
    text = (
        "Dysprosium oxide rose to $310 a kilogram, traders in Rotterdam said on Monday. Buyers of the rare earth in "
        "Japan asked for deliveries in January. Export licences from China were slow, the traders said."
    )
    report = make_article("dy", title="Dysprosium oxide rises to $310 a kilogram", text=text)
    state = SourceState(source=report.source)
    save_harvest(app.store, Harvest(state=state, fetch=None, articles=((report, ()),)))
    composed = compose_day(
        app.composing,
        IssueKey(edition=PRICES, date=MONDAY.date()),
        MONDAY + timedelta(minutes=31),
        reports=(),
    )
    assert isinstance(composed, Composed)
    assert [story.headline for story in composed.issue.stories] == [report.title]
    assert composed.issue.prices == (), "the strip shows whole quotes alone"


def test_prices_of_the_operator_alone_are_an_issue_whose_subject_they_are(
    app: Installation, clock: Clock
) -> None:
    occasion = consent.Occasion(at=MONDAY, source="command")
    consent.add(app.register, make_address("pia@example.org"), occasion, editions=[PRICES])
    (app.data / "config" / "prices.csv").write_text(
        "date,product,purity,basis,currency,unit,low,high,source\n"
        "2026-01-04,NdPr oxide,99.5%,ex-works,yuan,tonne,550000,555000,Example Prices\n"
        "2026-01-05,NdPr oxide,99.5%,ex-works,yuan,tonne,541000,546000,Example Prices\n"
        "2026-01-05,terbium oxide,99.5%,ex-works,yuan,kilogram,6690,6710,Example Prices\n"
    )
    send(app)
    clock.now = MONDAY + timedelta(minutes=31)
    send(app)
    clock.forward(hours=1)
    (mail,) = send(app)
    assert (mail["To"], mail["Subject"]) == (
        "pia@example.org",
        "NdPr oxide 541,000–546,000 yuan per tonne, down 1.6%",
    )
    body = mail.get_body(("plain",))
    assert body is not None
    words = " ".join(body.get_content().split())
    assert "Terbium oxide 6,690–6,710 yuan per kilogram 99.5%, ex-works" in words
    assert "A number such as [1]" not in body.get_content()


def test_a_mail_names_its_edition_to_readers_and_to_providers(app: Installation, clock: Clock) -> None:
    consent.add(
        app.register,
        make_address("ann@example.org"),
        consent.Occasion(at=MONDAY, source="command"),
        editions=[DAILY, EARLY],
    )
    send(app)
    wake_at = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
    clock.now = wake_at
    send(app)  # composed
    clock.now = wake_at + timedelta(hours=1)
    (mail,) = send(app)
    assert mail["From"].addresses[0].display_name == "Rare Earth Daily: Before the market"
    assert "<early.rare-earth-daily.rare-earth.example>" in mail["List-Id"]
    assert mail["Feedback-ID"] == "2026-01-06:issue:early:rareearthdaily"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "/issues/early/2026-01-06" in body.get_content()
    stored = load_issue(app.store, IssueKey(edition=EARLY, date=wake_at.date() + timedelta(days=1)))
    assert stored is not None
    assert (stored.issue.number, stored.issue.newsletter) == (1, "Rare Earth Daily: Before the market")
    assert len(stored.issue.stories) == 1


def test_what_one_edition_weighed_is_there_for_the_other(app: Installation, clock: Clock) -> None:
    for minutes in (0, 31):
        clock.now = MONDAY + timedelta(minutes=minutes)
        send(app)
    clock.now = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
    send(app)
    daily = load_issue(app.store, IssueKey(date=MONDAY.date()))
    early = load_issue(app.store, IssueKey(edition=EARLY, date=MONDAY.date() + timedelta(days=1)))
    assert daily is not None
    assert early is not None
    assert early.issue.stories[0].highlights == daily.issue.stories[0].highlights


def test_an_edition_that_is_new_does_not_tell_the_news_of_last_month(tmp_path: Path, clock: Clock) -> None:
    before = make_app(tmp_path / "data", clock=clock)
    for _ in range(2):
        send(before)
        clock.forward(minutes=31)
    before.close()
    after = make_app(tmp_path / "data", clock=clock, edition=THREE, sources=[make_seed_source()])
    for hour in (12, 20):
        clock.now = datetime(2026, 2, 4, hour, 0, tzinfo=UTC)
        send(after)
    assert status(after, DAILY, 5) is not None
    yesterday, today = (IssueKey(edition=EARLY, date=clock().date() + timedelta(days=n)) for n in (0, 1))
    assert find_record(after.store, yesterday) is None, "it was not there yet, so nothing was missed"
    made = find_record(after.store, today)
    assert made is not None
    assert made.status is IssueStatus.EMPTY


def test_the_second_edition_groups_and_summarizes_nothing_anew() -> None:
    work, made = SharedWork(), []
    from newsletter.config import Editorial

    stories = [(make_article(id=ArticleId("a")),), (make_article(id=ArticleId("b")),)]

    def summarize(given: Any) -> tuple[Summary, ...]:
        made.append([article.id for (article,) in given])
        slow = {"b"} if len(made) == 1 else set()
        good = Summary(highlights=(make_highlight(),))
        return tuple(Summary(fault="slow") if article.id in slow else good for (article,) in given)

    first = work.summarized(Editorial(), stories, summarize)
    assert [bool(told.fault) for told in first] == [False, True]
    assert not any(told.fault for told in work.summarized(Editorial(), stories, summarize))
    work.summarized(Editorial(), stories[:1], summarize)
    work.summarized(Editorial(max_highlights=1, min_highlights=1), stories[:1], summarize)
    assert made == [["a", "b"], ["b"], ["a"]], "what failed is tried again, other limits are another answer"
    names = (ArticleId("a"), ArticleId("b"))
    groups = work.grouped(names, lambda: ([], []))
    assert work.grouped(names, lambda: pytest.fail("grouped twice")) is groups


def test_what_breaks_on_one_edition_keeps_no_other_from_its_end(tmp_path: Path, clock: Clock) -> None:
    """The process ended at the broken one each minute, and nothing behind it was ever done."""
    editions = [THREE[0], {"key": "later", "name": "Later", "compose_at": "06:30", "send_at": "07:30"}]
    app = make_app(tmp_path / "data", clock=clock, edition=editions)
    subscribe(app, "ann@example.org")
    clock.forward(minutes=31)
    asyncio.run(wake(app.waking))

    def break_down() -> Making:
        raise ZeroDivisionError

    broken = replace(app.waking, open_making=break_down)
    clock.forward(minutes=60)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(wake(broken))
    asyncio.run(send_all(app))
    clock.forward(minutes=11)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(wake(broken))
    daily = IssueKey(edition=DAILY, date=MONDAY.date())
    assert SEND in [run.kind for run in list_runs(app.store, key=daily)]
    app.close()


def rename(app: Installation, *keys: str) -> Installation:
    """Open it again with other editions in its settings."""
    editions = [{"key": key, "name": key, "default": key == keys[0]} for key in keys]
    return make_app(app.data, clock=Clock(app.clock()), edition=editions)


def alerts_of(app: Installation) -> list[str]:
    return [item.alert.key.partition(":")[0] for item in list_alerts(app.store)]


def test_an_edition_under_another_key_is_kept_back_and_told(app: Installation, clock: Clock) -> None:
    subscribe(app, "ann@example.org", "ben@example.org")
    send(app)
    assert alerts_of(app) == []
    renamed = rename(app, "main")
    assert send(renamed) == []  # at its start, before anything is due
    [alert] = [item.alert for item in list_alerts(renamed.store)]
    assert "get nothing: 2 chose daily." in alert.body
    assert "newsletter.toml" in alert.body
    again = rename(renamed, "main")
    again.clock.now = MONDAY + timedelta(hours=2)  # type: ignore[attr-defined]  # past its hour
    send(again)
    assert send(again) == []
    assert status(again, EditionKey("main")) is IssueStatus.COMPOSED
    assert sorted(set(alerts_of(again))) == ["preflight", "stranded"]
    mended = rename(again, "daily")
    send(mended)
    mails = send(mended)
    assert sorted(str(mail["To"]) for mail in mails) == ["ann@example.org", "ben@example.org"]


def test_an_edition_that_was_given_up_keeps_no_other_back(app: Installation, clock: Clock) -> None:
    subscribe(app, "ann@example.org")
    consent.add(
        app.register, make_address("ben@example.org"), consent.Occasion(at=MONDAY, source="command"),
        editions=(EARLY,),
    )  # fmt: skip
    send(app)
    fewer = rename(app, "daily", "prices")
    fewer.clock.now = MONDAY + timedelta(hours=2)  # type: ignore[attr-defined]  # past its hour
    assert count_stranded(fewer.store, fewer.settings.edition_keys) == {EARLY: 1}
    send(fewer)
    mails = send(fewer)
    assert [str(mail["To"]) for mail in mails] == ["ann@example.org"]
    assert "stranded" in alerts_of(fewer)
