"""The room Issues: why one reader did not get it, numbers that add up, once more to those who missed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.day.tidy import tidy
from newsletter.delivery.plan_issue import plan_issue
from newsletter.desk.room import Role
from newsletter.model import By, DeliveryStatus, IssueKey, IssueStatus, SubscriberStatus
from newsletter.render.issue import render_issue
from newsletter.store.acts import list_acts, record_act
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import find_record, save_composed
from newsletter.store.schema import deliveries, subscribers
from tests.desk.full_desk import ISSUE, TOKEN, Desk, open_desk, rows_of, said
from tests.support.factories import make_issue

PAGE = f"issues/daily/{ISSUE.date}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "data") as made:
        yield made


def test_issues_are_listed_and_found_by_date(desk: Desk) -> None:
    assert ISSUE.subject in rows_of(desk.see("issues/"))[0]
    assert ISSUE.subject in rows_of(desk.see(f"issues/?q={ISSUE.date}"))[0]
    assert rows_of(desk.see("issues/?q=2020-01-01")) == ["There is none of that date."]
    assert "is no date" in desk.see("issues/?q=yesterday").text


def test_the_numbers_add_up_to_the_audience(desk: Desk) -> None:
    page = desk.see(PAGE)
    assert f'href="/{TOKEN}/?day={ISSUE.date}"' in page.text
    counts = [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', page.text)]
    assert sum(counts) == 6
    assert '<td class="number"><strong>6</strong></td>' in page.text


def test_who_did_not_get_it_comes_first_and_is_found_with_the_relays_words(desk: Desk) -> None:
    rows = rows_of(desk.see(PAGE))
    assert [row.split()[0] for row in rows[:3]] == ["cleo@example.org", "dan@example.org", "eve@mine.example"]
    [row] = rows_of(desk.see(f"{PAGE}?q=cleo&state=missed"))[:1]
    assert "550 5.1.1 no such user &lt;script&gt;" in row
    assert rows_of(desk.see(f"{PAGE}?q=nobody&state=all"))[0].startswith("Nobody whose address or name")
    assert [row.split()[0] for row in rows_of(desk.see(f"{PAGE}?state=sent"))[:3]] == [
        "ann@example.org",
        "bob@example.org",
        "finn@mine.example",
    ]
    delivery = desk.see(f"{PAGE}/deliveries/{desk.delivery('dan')}")
    states = rows_of(delivery)
    assert "451 4.7.1 greylisted" in states[0]
    assert "452 4.2.2 mailbox full" in states[1]


def test_outcomes_are_told_by_provider_the_worst_first(desk: Desk) -> None:
    with desk.app.store.write() as connection:  # all of Google, under two names
        for name, domain in (("ann", "gmail.com"), ("bob", "gmail.com"), ("cleo", "googlemail.com")):
            row = subscribers.c.address == f"{name}@example.org"
            connection.execute(update(subscribers).where(row).values(domain=domain))
    table = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', desk.see(f"{PAGE}/providers").text)
    numbers = {name: [int(n) for n in re.findall(r">(\d+)</td>", cells)] for name, cells in table}
    told = [("Google", [3, 2, 1, 0]), ("mine.example", [2, 1, 0, 1]), ("example.org", [1, 0, 0, 1])]
    assert list(numbers.items()) == told


def test_an_editor_sends_it_to_those_who_missed_it_and_it_stands_on_record(desk: Desk) -> None:
    page = desk.do(f"{PAGE}/missing")
    record = find_record(desk.app.store, IssueKey(date=ISSUE.date))
    assert record is not None
    counts = count_deliveries(desk.app.store, record.id)
    assert (counts[DeliveryStatus.SENT], counts[DeliveryStatus.QUEUED]) == (3, 2)
    assert said(page) == "Queued once more: 2."
    act = list_acts(desk.app.store)[0]
    assert (act.actor, act.via, act.verb) == ("ed@example.org", "desk", "sent")


def test_what_was_done_names_stories_by_their_headlines(desk: Desk) -> None:
    story = ISSUE.stories[0]
    with desk.app.store.write() as connection:
        record_act(connection, By(), f"dropped {story.key}", f"issue {ISSUE.date}", desk.clock())
    assert f"dropped “{story.headline}”" in " ".join(rows_of(desk.see(PAGE)))


def test_an_issue_that_nobody_had_chosen_says_so(desk: Desk) -> None:
    key = IssueKey(date=ISSUE.date + timedelta(days=1))
    issue = make_issue(date=key.date, number=(ISSUE.number or 0) + 1)
    app, now = desk.app, desk.clock()
    with app.store.write() as connection:
        connection.execute(update(subscribers).values(status=SubscriberStatus.UNSUBSCRIBED))
    rendered = render_issue(issue, app.settings.newsletter, app.templates)
    assert save_composed(app.store, issue=issue, rendered=rendered, selection=(), considered=(), now=now)
    assert plan_issue(app.store, app.settings, key, now) == 0
    assert "It left for nobody" in desk.see(f"issues/daily/{key.date}").text


def test_an_old_issue_whose_deliveries_are_forgotten_says_that_and_no_more(desk: Desk) -> None:
    with desk.app.store.write() as connection:
        connection.execute(update(deliveries).values(status=DeliveryStatus.SENT))
    desk.clock.forward(days=desk.app.settings.retention.deliveries_days + 1)
    tidy(desk.app.register, desk.app.settings, desk.clock())
    page = desk.see(PAGE).text
    assert "Who got it is no longer known: deliveries are kept for 400 days." in page
    assert "It left for nobody" not in page


def test_a_send_is_paused_and_goes_on(desk: Desk) -> None:
    assert "Stop sending" in desk.see(PAGE).text
    assert said(desk.do(f"{PAGE}/pause")).startswith("Sending is stopped")
    record = find_record(desk.app.store, IssueKey(date=ISSUE.date))
    assert record is not None
    assert (record.status, record.held) == (IssueStatus.FROZEN, True)
    assert said(desk.do(f"{PAGE}/resume")) == "Sending goes on."
    assert [act.verb for act in list_acts(desk.app.store, limit=2)] == ["resumed", "paused"]


@pytest.mark.parametrize("answer", ["arrived", "again"])
def test_what_may_have_arrived_is_settled(desk: Desk, answer: str) -> None:
    assert desk.do(f"{PAGE}/settle", answer="perhaps").status_code == 422
    desk.do(f"{PAGE}/settle", answer=answer)
    counts = count_deliveries(desk.app.store, desk.issue_id)
    assert counts[DeliveryStatus.UNCERTAIN] == 0
    assert counts[DeliveryStatus.SENT if answer == "arrived" else DeliveryStatus.QUEUED] == (
        4 if answer == "arrived" else 1
    )
    assert list_acts(desk.app.store)[0].verb == "settled"


@pytest.mark.parametrize(
    "path", ["issues/daily/2026-01-09", "issues/daily/x", f"{PAGE}/deliveries/x", f"{PAGE}/deliveries/99999"]
)
def test_what_is_not_there_is_told(desk: Desk, path: str) -> None:
    answer = desk.client().get(path)
    assert answer.status_code == 422
    assert "There is no such" in answer.text


def test_nothing_is_done_without_the_visitors_own_token(desk: Desk) -> None:
    for path in ("missing", "settle", "pause", "resume"):
        assert desk.client().get(f"{PAGE}/{path}").status_code == 405
        assert (
            desk.client().post(f"{PAGE}/{path}", data={"csrf": f"csrf-of-{Role.OPERATOR}"}).status_code == 403
        )
    assert list_acts(desk.app.store, words="desk") == ()
