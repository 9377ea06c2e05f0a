"""The morning mail: what an editor is told and asked, what its links do, and what they never do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from newsletter.day import edit_issue
from newsletter.day.ask_editors import ask_editors
from newsletter.day.compose_today import compose_today
from newsletter.day.due_now import list_due
from newsletter.day.schedule import Action
from newsletter.model import BY_COMMAND, EditionKey, IssueKey, Via
from newsletter.store.acts import list_acts
from newsletter.store.issues import StoredIssue, list_events, load_issue
from tests.desk.signed_in import BASE, EDITOR, OPERATOR, Desk, make_desk, text_of
from tests.support.web_client import spoil

KEY = IssueKey(date=date(2026, 1, 5))
COMPOSED_AT = datetime(2026, 1, 5, 5, 31, tzinfo=UTC)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    made: list[Desk] = []

    def build(**overrides: Any) -> Desk:
        desk = make_desk(tmp_path / "data", **overrides)
        desk.clock.now = COMPOSED_AT
        compose(desk)
        made.append(desk)
        return desk

    yield build
    for desk in made:
        desk.app.close()


def compose(desk: Desk) -> None:
    asyncio.run(compose_today(desk.app.making, KEY))


def ask(desk: Desk) -> list[EmailMessage]:
    asyncio.run(ask_editors(desk.app.sending, desk.clock()))
    return desk.take_mails()


def stored(desk: Desk) -> StoredIssue:
    found = load_issue(desk.app.store, KEY)
    assert found is not None
    return found


def link(mail: EmailMessage, act: str) -> str:
    found = re.search(rf"{re.escape(BASE)}(/\S*/act/{act}/\S+)", text_of(mail))
    assert found
    return found[1]


def test_each_editor_gets_the_issue_as_readers_will_with_what_to_know_on_top(make: Any) -> None:
    desk = make(desk={"editors": (EDITOR, "two@example.org")})
    mails = ask(desk)
    assert sorted(mail["To"] for mail in mails) == [EDITOR, "two@example.org"]
    mail = mails[0]
    assert mail["Subject"].startswith("Leaves at 06:30: ")
    assert stored(desk).rendered.subject in mail["Subject"]
    assert "List-Unsubscribe" not in mail
    text, html = text_of(mail), text_of(mail, "html")
    for words in ("CHECKS", "SOURCES: 1 READ, 0 FAILED", stored(desk).hash[:12], "Do not pass this mail on"):
        assert words in text.replace("\n", " ")
    headline = stored(desk).issue.stories[0].headline
    assert text.index("CHECKS") < text.index("=" * 40) < text.index(headline[:20])
    assert html.index("Open the desk") < html.index(headline)
    assert link(mails[0], "approve") != link(mails[1], "approve"), "each editor's own"
    assert ask(desk) == [], "once"
    desk.clock.forward(minutes=58)
    assert ask(desk) == [], "nobody is reminded where no approval is asked for"


def test_operators_get_it_where_there_are_no_editors_and_nobody_where_it_is_off(make: Any) -> None:
    assert [mail["To"] for mail in ask(make(desk={"editors": ()}))] == [OPERATOR]


def test_it_can_be_switched_off(make: Any) -> None:
    assert ask(make(desk={"morning_mail": False})) == []


def test_of_two_editions_that_are_composed_at_once_each_comes_by_a_mail_that_names_it(make: Any) -> None:
    editions = [
        {"key": "daily", "name": "Daily", "default": True},
        {"key": "early", "name": "Before the bell"},
    ]
    desk = make(edition=editions, schedule={"approval": "required"})
    asyncio.run(compose_today(desk.app.making, IssueKey(edition=EditionKey("early"), date=KEY.date)))
    mails = ask(desk)
    assert [mail["To"] for mail in mails] == [EDITOR] * 2
    assert len({mail["Message-ID"] for mail in mails}) == 2
    for name in ("Daily", "Before the bell"):
        [mail] = [
            one for one in mails if one["Subject"].startswith(f"{name}. Waits for your approval, by 06:30")
        ]
        assert text_of(mail).startswith(f"{name}. Waits")
        assert f"Approve {name} No. 1?" in desk.browse().get(link(mail, "approve")).text


def test_the_button_approves_that_content_and_the_page_alone_does_nothing(make: Any) -> None:
    desk = make(schedule={"approval": "required"})
    [mail] = ask(desk)
    assert mail["Subject"].startswith("Waits for your approval, by 06:30: ")
    browser, path = desk.browse(), link(mail, "approve")
    for _ in range(2):
        page = browser.get(path)
        assert page.status_code == 200
    assert f"This link is {EDITOR}’s" in page.text
    assert stored(desk).record.approved_hash is None, "mail scanners open every link"
    done = browser.post(path)
    assert (done.status_code, "set-cookie" in done.headers) == (200, False)
    assert "Leaves at 06:30" in done.text
    assert stored(desk).record.approved_hash == stored(desk).hash
    act = list_events(desk.app.store, KEY)[-1]
    assert (act.verb, act.actor, act.via, act.hash) == ("approved", EDITOR, Via.MAIL, stored(desk).hash)
    assert "approved already" in browser.get(path).text
    assert "<button" not in browser.get(path).text
    assert browser.get("/desk/").status_code == 303, "it opens no session"


def test_hold_keeps_it_back_until_it_is_released(make: Any) -> None:
    desk = make(schedule={"approval": "unless-held", "approve_by": "06:45"})
    [mail] = ask(desk)
    assert mail["Subject"].startswith("Leaves at 06:45 unless held: ")
    assert desk.browse().post(link(mail, "hold")).status_code == 200
    assert stored(desk).record.held
    page = desk.browse().get(link(mail, "approve"))
    assert "It stays held all the same" in page.text


@pytest.mark.parametrize("decision", ["none", "approve", "hold"])
def test_unless_held_it_leaves_at_the_deadline_and_approved_at_its_time(make: Any, decision: str) -> None:
    desk = make(schedule={"approval": "unless-held", "approve_by": "06:45"})
    [mail] = ask(desk)
    if decision != "none":
        assert desk.browse().post(link(mail, decision)).status_code == 200
    times = [COMPOSED_AT + timedelta(minutes=minutes) for minutes in (58, 59, 73, 74)]
    leaves = [list_due(desk.app.store, desk.app.settings, at)[0].action is Action.SEND for at in times]
    assert (
        leaves
        == {
            "none": [False, False, False, True],
            "approve": [False, True, True, True],
            "hold": [False, False, False, False],
        }[decision]
    )


def test_a_reminder_leaves_time_to_answer_where_there_is_little(make: Any) -> None:
    desk = make(schedule={"approval": "required", "send_at": "05:41"})  # ten minutes after it was composed
    assert len(ask(desk)) == 1, "the issue alone: nobody had time to answer"
    desk.clock.forward(minutes=4)
    assert ask(desk) == []
    desk.clock.forward(minutes=2)
    [mail] = ask(desk)
    assert mail["Subject"].startswith("Reminder: ")


def test_one_that_was_composed_after_its_hour_is_asked_for_once_and_by_its_latest_start(make: Any) -> None:
    desk = make(schedule={"approval": "required", "compose_at": "04:30", "send_at": "05:00"})
    [mail] = ask(desk)
    assert "Waits for your approval, by 11:00" in text_of(mail)
    desk.clock.forward(hours=5)
    assert ask(desk) == []
    desk.clock.forward(minutes=15)
    [reminder] = ask(desk)
    assert reminder["Subject"].startswith("Reminder: ")


def test_where_nobody_answers_a_reminder_goes_to_the_next_too(make: Any) -> None:
    desk = make(schedule={"approval": "required"}, desk={"ask_next": (OPERATOR,), "remind_minutes": 20})
    ask(desk)
    desk.clock.forward(minutes=38)
    assert ask(desk) == []
    desk.clock.forward(minutes=2)
    mails = ask(desk)
    assert sorted(mail["To"] for mail in mails) == sorted([EDITOR, OPERATOR])
    assert mails[0]["Subject"].startswith("Reminder: Waits for your approval")
    assert ask(desk) == []


@pytest.mark.parametrize("decision", ["approve", "hold"])
def test_whoever_decided_is_not_reminded(make: Any, decision: str) -> None:
    desk = make(schedule={"approval": "required"})
    [mail] = ask(desk)
    desk.browse().post(link(mail, decision))
    desk.clock.forward(minutes=50)
    assert ask(desk) == []


def test_after_a_change_the_link_tells_what_changed_and_decides_nothing(make: Any) -> None:
    desk = make(schedule={"approval": "required"})
    [mail] = ask(desk)
    desk.browse().post(link(mail, "approve"))
    edit_issue.retitle_issue(desk.app.editing, KEY, "Another subject", desk.clock())
    for answer in (desk.browse().get(link(mail, "approve")), desk.browse().post(link(mail, "approve"))):
        assert answer.status_code == 409
        assert "retitled the issue" in answer.text
        assert "Another subject" in answer.text
    assert stored(desk).record.approved_hash != stored(desk).hash
    desk.clock.forward(minutes=50)
    [reminder] = ask(desk)
    assert "CHANGED SINCE THE APPROVAL" in text_of(reminder)
    assert "Another subject" in text_of(reminder)
    assert desk.browse().post(link(reminder, "approve")).status_code == 200


def test_a_link_is_over_with_the_latest_start_and_once_the_issue_leaves(make: Any) -> None:
    desk = make()
    [mail] = ask(desk)
    desk.clock.forward(hours=7)
    assert desk.browse().get(link(mail, "hold")).status_code == 410
    assert desk.browse().post(link(mail, "hold")).status_code == 410
    desk.clock.now = COMPOSED_AT
    edit_issue.cancel_issue(desk.app.store, KEY, desk.clock(), by=BY_COMMAND)
    assert desk.browse().post(link(mail, "hold")).status_code == 410
    assert not stored(desk).record.held


def forge(path: str) -> Iterator[str]:
    """Links that were made of a good one."""
    base, act, edition, day, content, token = path.rsplit("/", 5)
    other = "hold" if act == "approve" else "approve"
    yield f"{base}/{other}/{edition}/{day}/{content}/{token}"
    yield f"{base}/{act}/{edition}/{day}/{'0' * 64}/{token}"
    yield f"{base}/{act}/{edition}/2026-01-04/{content}/{token}"
    yield f"{base}/{act}/other/{day}/{content}/{token}"
    yield f"{base}/cancel/{edition}/{day}/{content}/{token}"
    yield f"{base}/{act}/{edition}/tomorrow/{content}/{token}"
    yield f"{base}/{act}/{edition}/{day}/{content}/{spoil(token)}"
    yield f"{base}/{act}/{edition}/{day}/{content}/é"
    yield f"{base}/{act}/{edition}/{day}/%00/{token}"
    yield f"{base}/{act}/{edition}/{day}/{content}/{'a' * 5_000}"


def refused(browser: TestClient, path: str, **headers: str) -> int:
    return browser.post(path, headers=headers).status_code


def test_no_other_link_does_anything(make: Any, tmp_path: Path) -> None:
    desk = make()
    [mail] = ask(desk)
    path = link(mail, "approve")
    before = list_acts(desk.app.store)
    for forged in forge(path):
        assert desk.browse().get(forged).status_code in {404, 410}, forged
        assert refused(desk.browse(), forged) in {404, 410}, forged
    assert refused(desk.browse(), path, origin="https://evil.example") == 403
    assert refused(desk.browse(), path, origin="null") == 403
    assert refused(desk.browse(), path, **{"sec-fetch-site": "cross-site"}) == 403
    other = make_desk(tmp_path / "data", desk={"editors": ("new@example.org",)})
    other.clock.now = COMPOSED_AT
    assert refused(other.browse(), path) == 404, "no longer an editor"
    other.app.close()
    assert list_acts(desk.app.store) == before
