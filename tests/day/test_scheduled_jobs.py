"""A day's work on the real seed: composed, edited, frozen, sent, and never twice."""

from __future__ import annotations

import asyncio
import email
import email.policy
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.day import edit_issue
from newsletter.day.compose_today import Day, compose_today
from newsletter.day.due_now import list_due
from newsletter.day.pipeline import list_unread
from newsletter.day.schedule import Action
from newsletter.day.scheduled_jobs import do_job
from newsletter.day.timetable import JobName
from newsletter.delivery.plan_issue import plan_issue
from newsletter.errors import InputError
from newsletter.issue.approval import describe_status
from newsletter.model import (
    DeliveryStatus,
    Entry,
    IssueKey,
    IssueStatus,
    Source,
    SourceKey,
    SourceState,
    SourceType,
)
from newsletter.store.alerts import list_alerts
from newsletter.store.deliveries import count_deliveries
from newsletter.store.installation import list_runs
from newsletter.store.issues import find_record, list_issues, load_issue, open_issue, record_day
from newsletter.store.sources import EntryRecord, Harvest, load_articles, save_harvest
from newsletter.subscribers.consent import Occasion
from newsletter.subscribers.signup import sign_up
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app, make_seed_source, subscribe
from tests.support.factories import SEED
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)


def compose(app: Installation) -> Day:
    return asyncio.run(compose_today(app.making, KEY))


def send(app: Installation) -> int:
    plan_issue(app.store, app.settings, KEY, app.clock())
    report = asyncio.run(send_all(app))
    return report.outcomes.get(DeliveryStatus.SENT, 0)


def outbox(app: Installation) -> list[Path]:
    return sorted((app.data / "outbox").glob("*.eml"))


def test_the_seed_becomes_an_issue_whose_every_highlight_can_be_checked(app: Installation) -> None:
    compose(app)
    stored = load_issue(app.store, KEY)
    assert stored is not None
    story = stored.issue.stories[0]
    assert story.headline.startswith("Baogang Group Signals Strategic Acceleration")
    assert story.occurred.date() == date(2026, 1, 4)
    assert story.labels[0] == "trade press"
    assert "state-owned media (Baogang Daily)" in story.labels[1]
    assert story.caution == "should be independently verified"
    assert story.section == "china"
    assert 2 <= len(story.highlights) <= 5
    articles = load_articles(app.store, [ref.article for ref in story.references])
    for highlight in story.highlights:
        for citation in (highlight.citation, *([highlight.lead_in.citation] if highlight.lead_in else [])):
            assert articles[citation.article].text[citation.start : citation.end] == citation.sentence
    assert len(stored.issue.subject) <= 70
    assert {line.read for line in stored.issue.also_noted} == {False}
    assert len(stored.issue.also_noted) == 3  # one of the four headlines is off the subject


def test_what_could_not_be_read_is_told_with_its_reason_unless_it_is_noted(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", editorial={"max_also_noted": 1})
    records = [
        EntryRecord(
            entry=Entry(
                source=SourceKey("wall"), key=str(number), title=title, link=f"https://wall.example/{number}"
            ),
            digest=str(number),
            first_seen=MORNING - timedelta(hours=1 + number),
            status="headline",
            reason="pay-wall teaser",
        )
        for number, title in enumerate(
            (
                "Lynas in talks to buy a rare earth magnet maker",
                "Ten recipes",
                "Rare earth plant in Oslo halts",
            )
        )
    ]
    save_harvest(
        app.store, Harvest(state=SourceState(source=SourceKey("wall")), fetch=None, records=tuple(records))
    )
    compose(app)
    stored = load_issue(app.store, KEY)
    assert stored is not None
    noted = {line.url for line in stored.issue.also_noted}
    told = list_unread(app.store, stored, app.lexicon)
    assert {one.entry.link for one in told} == {f"https://wall.example/{number}" for number in (0, 2)} - noted
    assert {one.reason for one in told} == {"pay-wall teaser"}
    app.close()


def test_the_mail_holds_no_broken_character_no_chrome_and_says_the_same_twice(app: Installation) -> None:
    compose(app)
    stored = load_issue(app.store, KEY)
    assert stored is not None
    for part in (stored.rendered.html, stored.rendered.text):
        for debris in (
            "โ€",
            "ยฉ",
            "\ufffd",
            "wp:paragraph",
            "opens in a new tab",
            "Submit a Comment",
            "Straight Into",
        ):
            assert debris not in part
        assert "should be independently verified" in part
        assert "Baogang Daily" in part
    words = " ".join(stored.rendered.text.replace("\n> ", "\n").split()).casefold()
    for highlight in (
        *stored.issue.stories[0].highlights[:3],
        stored.issue.stories[0].highlights[-1],
    ):  # and the view; below a speaker of several each begins with a capital
        assert " ".join(highlight.text.rstrip(".").split()).casefold() in words


def test_same_in_same_out(tmp_path: Path) -> None:
    hashes = []
    for name in ("one", "two"):
        app = make_app(tmp_path / name)
        compose(app)
        stored = load_issue(app.store, KEY)
        assert stored is not None
        hashes.append(stored.hash)
        app.close()
    assert hashes[0] == hashes[1]


def test_each_subscriber_gets_it_once_however_often_it_is_run(app: Installation) -> None:
    subscribe(app, "ann@example.org", "bob@example.org")
    compose(app)
    assert send(app) == 2
    assert compose(app).gathered is None
    assert send(app) == 0
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in outbox(app)]
    assert sorted(str(mail["To"]) for mail in mails) == ["ann@example.org", "bob@example.org"]
    assert len({mail["List-Unsubscribe"] for mail in mails}) == 2
    record = find_record(app.store, KEY)
    assert record is not None
    assert record.status is IssueStatus.SENT


def test_a_dry_run_writes_nothing(app: Installation) -> None:
    made = asyncio.run(compose_today(app.making, KEY, save=False))
    assert made.composed is not None
    assert list_issues(app.store) == ()
    assert list_runs(app.store) == ()
    compose(app)  # the seed is still there to be used
    assert find_record(app.store, KEY) is not None


def test_the_second_day_says_nothing_new_and_mails_nobody(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock)
    subscribe(app, "ann@example.org")
    compose(app)
    send(app)
    clock.forward(days=1)
    made = asyncio.run(compose_today(app.making, IssueKey(date=DAY + timedelta(days=1))))
    assert made.nothing is not None
    assert made.nothing.kind in {"nothing new", "everything already sent"}
    assert len(outbox(app)) == 1
    app.close()


def test_a_quiet_day_gets_a_short_note_where_the_operator_wants_one(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock, schedule={"quiet_day": "note"})
    subscribe(app, "ann@example.org")
    compose(app)
    send(app)
    clock.forward(days=1)
    made = asyncio.run(compose_today(app.making, IssueKey(date=DAY + timedelta(days=1))))
    assert made.composed is not None
    assert made.composed.issue.stories == ()
    assert "A quiet day" in made.composed.rendered.text
    assert "A quiet day" in made.composed.rendered.html
    assert made.composed.issue.number == 2
    app.close()


def test_where_everything_failed_no_note_pretends_a_quiet_day(tmp_path: Path) -> None:
    app = make_app(
        tmp_path / "data", sources=[make_seed_source(tmp_path / "missing")], schedule={"quiet_day": "note"}
    )
    made = asyncio.run(compose_today(app.making, KEY))
    assert made.nothing is not None
    assert made.nothing.kind == "everything failed"
    app.close()


def test_the_same_seed_put_in_again_is_not_sent_again(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(SEED, folder / "a.txt")
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock, sources=[make_seed_source(folder)])
    compose(app)
    send(app)
    (folder / "b.txt").write_bytes(SEED.read_bytes() + b"\n")
    clock.forward(days=1)
    made = asyncio.run(compose_today(app.making, IssueKey(date=DAY + timedelta(days=1))))
    assert made.nothing is not None
    assert made.nothing.kind == "everything already sent"
    app.close()


def test_when_everything_failed_the_day_stays_open_and_the_operator_hears(tmp_path: Path) -> None:
    dead = make_seed_source(tmp_path / "missing")
    app = make_app(tmp_path / "data", sources=[dead], clock=Clock(MORNING.replace(hour=5, minute=31)))
    app_installed_yesterday(app)
    asyncio.run(wake(app.waking))
    assert find_record(app.store, KEY) is None
    raised = [item.alert.key for item in list_alerts(app.store)]
    assert f"all-failed:{DAY}" in raised
    app.close()


def app_installed_yesterday(app: Installation) -> None:
    from newsletter.store import installation

    installation.save_fact(app.store, "installed_at", (app.clock() - timedelta(days=1)).isoformat())
    from newsletter.store.issues import record_day

    record_day(app.store, IssueKey(date=DAY - timedelta(days=1)), IssueStatus.EMPTY, "settled", app.clock())


def test_waking_composes_waits_for_the_send_time_and_freezes_once(tmp_path: Path) -> None:
    clock = Clock(MORNING.replace(hour=5, minute=29))
    app = make_app(tmp_path / "data", clock=clock)
    subscribe(app, "ann@example.org")
    app_installed_yesterday(app)
    seen = []
    for _ in range(70):  # from 05:29 to 06:38
        seen.append(asyncio.run(wake(app.waking)).action)
        clock.forward(minutes=1)
    assert seen.count(Action.COMPOSE) == 1
    assert seen[:1] == [Action.NOTHING]
    record = find_record(app.store, KEY)
    assert record is not None
    assert record.status is IssueStatus.FROZEN
    assert count_deliveries(app.store, record.id)[DeliveryStatus.QUEUED] == 1
    app.close()


def test_a_missed_day_is_reported_once_and_its_news_goes_into_the_next_issue(tmp_path: Path) -> None:
    clock = Clock(MORNING.replace(hour=23))
    app = make_app(tmp_path / "data", clock=clock)
    app_installed_yesterday(app)
    assert asyncio.run(wake(app.waking)).action is Action.REPORT_MISSED
    assert asyncio.run(wake(app.waking)).action is Action.NOTHING
    record = find_record(app.store, KEY)
    assert record is not None
    assert record.status is IssueStatus.MISSED
    clock.now = MORNING.replace(hour=5, minute=31) + timedelta(days=1)
    assert asyncio.run(wake(app.waking)).action is Action.COMPOSE
    assert load_issue(app.store, IssueKey(date=DAY + timedelta(days=1))) is not None
    app.close()


def test_an_issue_that_nobody_approved_in_time_leaves_all_the_same_once_somebody_says_so(
    tmp_path: Path,
) -> None:
    clock = Clock(MORNING.replace(hour=5, minute=31))
    app = make_app(tmp_path / "data", clock=clock, schedule={"approval": "required"})
    subscribe(app, "ann@example.org")
    app_installed_yesterday(app)
    assert asyncio.run(wake(app.waking)).action is Action.COMPOSE
    with pytest.raises(InputError, match="was not missed"):
        edit_issue.reopen_issue(app.store, KEY, clock())
    clock.forward(hours=9)
    assert asyncio.run(wake(app.waking)).action is Action.REPORT_MISSED
    edit_issue.reopen_issue(app.store, KEY, clock())
    assert asyncio.run(wake(app.waking)).action is Action.NOTHING, "it waits for the approval, however late"
    edit_issue.approve_issue(app.store, KEY, open_issue(app.store, KEY).hash, clock())
    assert asyncio.run(wake(app.waking)).action is Action.SEND
    asyncio.run(send_all(app))
    assert len(outbox(app)) == 1
    with pytest.raises(InputError, match="was not missed"):
        edit_issue.reopen_issue(app.store, KEY, clock())
    app.close()


def test_one_that_was_reopened_and_never_approved_is_missed_again_and_told(tmp_path: Path) -> None:
    clock = Clock(MORNING.replace(hour=5, minute=31))
    app = make_app(tmp_path / "data", clock=clock, schedule={"approval": "required"})
    app_installed_yesterday(app)
    assert asyncio.run(wake(app.waking)).action is Action.COMPOSE
    clock.forward(hours=9)
    asyncio.run(wake(app.waking))
    edit_issue.reopen_issue(app.store, KEY, clock())
    assert describe_status(open_issue(app.store, KEY).record) == "composed, reopened"
    clock.now = MORNING.replace(hour=23, minute=59) + timedelta(days=1)
    record_day(app.store, IssueKey(date=DAY + timedelta(days=1)), IssueStatus.EMPTY, "settled", clock())
    assert asyncio.run(wake(app.waking)).action is Action.NOTHING
    clock.forward(minutes=1)
    due = asyncio.run(wake(app.waking))
    assert (due.action, due.issue) == (Action.REPORT_MISSED, KEY)
    assert "waits for approval" in due.reason
    (told,) = list_alerts(app.store)
    assert told.raised == clock(), "told again"
    assert find_record(app.store, KEY).status is IssueStatus.MISSED  # type: ignore[union-attr]
    assert asyncio.run(wake(app.waking)).action is not Action.REPORT_MISSED
    app.close()


def test_an_old_issue_that_was_reopened_waits_for_its_approval_and_leaves(tmp_path: Path) -> None:
    clock = Clock(MORNING.replace(hour=5, minute=31))
    app = make_app(tmp_path / "data", clock=clock, schedule={"approval": "required"})
    subscribe(app, "ann@example.org")
    app_installed_yesterday(app)
    assert asyncio.run(wake(app.waking)).action is Action.COMPOSE
    clock.forward(hours=9)
    assert asyncio.run(wake(app.waking)).action is Action.REPORT_MISSED
    clock.forward(hours=24 * 6)
    for days in (5, 6):
        record_day(
            app.store, IssueKey(date=DAY + timedelta(days=days)), IssueStatus.EMPTY, "settled", clock()
        )
    edit_issue.reopen_issue(app.store, KEY, clock())
    assert asyncio.run(wake(app.waking)).action is Action.NOTHING
    edit_issue.approve_issue(app.store, KEY, open_issue(app.store, KEY).hash, clock())
    due = asyncio.run(wake(app.waking))
    assert (due.action, due.issue) == (Action.SEND, KEY)
    asyncio.run(send_all(app))
    assert len(outbox(app)) == 1
    app.close()


def test_an_issue_says_that_it_catches_up_only_after_a_send_day_without_one(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock, schedule={"quiet_day": "note"})
    compose(app)
    told, texts = [], []
    for days in (1, 1, 3):  # Tuesday, Wednesday, Saturday: nothing was composed on Thursday and Friday
        clock.forward(days=days)
        made = asyncio.run(compose_today(app.making, IssueKey(date=app.today)))
        assert made.composed is not None
        texts.append(made.composed.rendered.text)
        told.append("also covers what came in since" in texts[-1])
    assert told == [False, False, True]
    assert "since 7 January 2026" in texts[-1]
    app.close()


def test_days_without_a_send_and_quiet_days_are_no_gap(tmp_path: Path) -> None:
    clock = Clock(MORNING - timedelta(days=3))  # a Friday
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    app = make_app(
        tmp_path / "data",
        clock=clock,
        schedule={"send_days": weekdays, "quiet_day": "note", "approval": "none"},
    )
    asyncio.run(compose_today(app.making, IssueKey(date=app.today)))
    clock.now = MORNING
    made = asyncio.run(compose_today(app.making, KEY))
    assert made.composed is not None
    assert made.composed.issue.covers_since is None
    clock.forward(days=2)  # Wednesday; Tuesday was looked at, and nothing was new
    record_day(app.store, IssueKey(date=DAY + timedelta(days=1)), IssueStatus.EMPTY, "nothing new", MORNING)
    made = asyncio.run(compose_today(app.making, IssueKey(date=app.today)))
    assert made.composed is not None
    assert made.composed.issue.covers_since is None
    app.close()


def test_a_dry_run_of_a_date_that_has_an_issue_keeps_its_number(app: Installation) -> None:
    compose(app)
    made = asyncio.run(compose_today(app.making, KEY, save=False))
    assert made.composed is not None
    assert made.composed.issue.number == 1
    assert "also covers" not in made.composed.rendered.text


def test_at_the_first_start_every_source_is_read_once_and_the_issue_still_covers_them(tmp_path: Path) -> None:
    clock = Clock(MORNING.replace(hour=5, minute=0))
    dead = make_seed_source(tmp_path / "missing", key="dead")
    app = make_app(tmp_path / "data", clock=clock, sources=[make_seed_source(), dead])
    app_installed_yesterday(app)
    asyncio.run(wake(app.waking))
    assert "first-look" in {item.alert.key for item in list_alerts(app.store)}
    clock.forward(minutes=31)
    assert asyncio.run(wake(app.waking)).action is Action.COMPOSE
    stored = load_issue(app.store, KEY)
    assert stored is not None
    coverage = stored.issue.coverage
    assert [report.source for report in coverage.sources] == ["seeds", "dead"]
    assert [report.source for report in coverage.failed] == ["dead"]
    app.close()


# ── the desk ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_stories(tmp_path: Path) -> Installation:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(SEED, folder / "a.txt")
    (folder / "b.txt").write_text(
        "Lynas lifts NdPr oxide output\n\nJan 4, 2026\n\n"
        "Lynas Rare Earths said on Sunday it had produced 2,080 tonnes of NdPr oxide in the December quarter, "
        "up from 1,292 tonnes a year earlier.\n\n"
        "The company expects first dysprosium oxide from its Kuantan plant in Malaysia in June, subject to permits.\n\n"
        "Analysts at Barrenjoey had forecast 1,900 tonnes of NdPr for the quarter. Shares in Lynas rose 4% "
        "in Sydney.\n",
        encoding="utf-8",
    )
    source: Source = make_seed_source(folder)
    assert source.type is SourceType.SEED
    app = make_app(tmp_path / "data", sources=[source])
    compose(app)
    return app


def test_an_editor_drops_pins_and_retitles_and_each_change_has_its_own_hash(
    two_stories: Installation,
) -> None:
    app, now = two_stories, MORNING
    first = open_issue(app.store, KEY)
    keys = [story.key for story in first.issue.stories]
    assert len(keys) == 2
    pinned = edit_issue.pin_story(app.editing, KEY, keys[1], now)
    assert [story.key for story in pinned.issue.stories] == [keys[1], keys[0]]
    assert pinned.issue.sections[0].key == "top"
    retitled = edit_issue.retitle_story(app.editing, KEY, keys[0], "A better headline", now)
    assert "A better headline" in retitled.rendered.text
    dropped = edit_issue.drop_story(app.editing, KEY, keys[1], now)
    assert [story.key for story in dropped.issue.stories] == [keys[0]]
    assert len({first.hash, pinned.hash, retitled.hash, dropped.hash}) == 4
    back = edit_issue.pin_story(app.editing, KEY, keys[1], now)  # from what stayed out
    assert back.issue.stories[0].key == keys[1]
    assert back.issue.stories[0].highlights == first.issue.stories[1].highlights
    app.close()


def test_the_last_story_and_unknown_keys_are_refused_with_what_there_is(app: Installation) -> None:
    compose(app)
    key = open_issue(app.store, KEY).issue.stories[0].key
    with pytest.raises(InputError, match="only story"):
        edit_issue.drop_story(app.editing, KEY, key, MORNING)
    with pytest.raises(InputError) as caught:
        edit_issue.drop_story(app.editing, KEY, "nothing-such", MORNING)
    assert key in caught.value.hint
    with pytest.raises(InputError, match="1 to 70 characters"):
        edit_issue.retitle_issue(app.editing, KEY, "x" * 71, MORNING)


def test_only_the_approved_content_may_leave(tmp_path: Path) -> None:
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock, schedule={"approval": "required"})
    app_installed_yesterday(app)
    compose(app)
    assert list_due(app.store, app.settings, clock.now)[0].action is Action.NOTHING
    with pytest.raises(InputError, match="has the hash"):
        edit_issue.approve_issue(app.store, KEY, "00000000", MORNING)
    edit_issue.approve_issue(app.store, KEY, open_issue(app.store, KEY).hash[:8], MORNING)
    assert list_due(app.store, app.settings, clock.now)[0].action is Action.SEND
    edit_issue.retitle_issue(app.editing, KEY, "Changed after approval", MORNING)
    assert list_due(app.store, app.settings, clock.now)[0].action is Action.NOTHING
    app.close()


def test_a_held_issue_waits_and_a_sent_one_cannot_be_changed(app: Installation) -> None:
    app_installed_yesterday(app)
    compose(app)
    edit_issue.hold_issue(app.store, KEY, MORNING)
    assert list_due(app.store, app.settings, MORNING)[0].action is Action.NOTHING
    edit_issue.release_issue(app.store, KEY, MORNING)
    assert list_due(app.store, app.settings, MORNING)[0].action is Action.SEND
    send(app)
    with pytest.raises(InputError, match="it is sent"):
        edit_issue.hold_issue(app.store, KEY, MORNING)
    stored = load_issue(app.store, KEY)
    assert stored is not None
    key = stored.issue.stories[0].key
    too_late = pytest.raises(InputError, match="cannot be changed: it is sent")
    with too_late:
        edit_issue.retitle_issue(app.editing, KEY, "Too late", MORNING)
    with too_late:
        edit_issue.drop_story(app.editing, KEY, key, MORNING)
    with too_late:
        edit_issue.pin_story(app.editing, KEY, key, MORNING)


def test_the_same_text_from_two_sources_of_one_publisher_is_one_voice(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(SEED, folder / "a.txt")
    (folder / "b.txt").write_bytes(SEED.read_bytes() + b"\n")
    app = make_app(tmp_path / "data", sources=[make_seed_source(folder)])
    compose(app)
    stored = load_issue(app.store, KEY)
    assert stored is not None
    assert stored.issue.coverage.articles_read == 2
    story = stored.issue.stories[0]
    assert len(stored.issue.stories) == 1
    assert len(story.references) == 1
    for highlight in story.highlights:
        sentences = [citation.sentence for citation in highlight.citations]
        assert len({*sentences}) == len(sentences)
        assert len({citation.article for citation in highlight.citations}) == 1
    app.close()


def test_the_operator_hears_that_sign_ups_wait_in_a_queue(tmp_path: Path) -> None:
    app = make_app(tmp_path, clock=Clock(), web={"signups_total_hour": 1})
    for name in ("ada", "ben", "chi"):
        address = make_address(f"{name}@gmail.com")
        sign_up(app.register, address, Occasion(at=app.clock(), source="form"), app.settings.web)
    asyncio.run(do_job(app.waking, JobName.MAILBOX))
    [alert] = [raised.alert for raised in list_alerts(app.store) if raised.alert.key == "signups"]
    assert "2 confirm mails wait" in alert.body
