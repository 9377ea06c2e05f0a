"""Choosing editions: ticked when signing up, on the preferences page, and left one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsletter.model import DAILY, EditionKey, Subscriber, SubscriberStatus, SubscriptionStatus
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, sign
from tests.support.subscriber_factories import KEYS, by, find_by_key, make_address
from tests.support.web_factories import Site, open_site

WEEKLY = EditionKey("weekly")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
TWO: list[dict[str, Any]] = [
    {"key": "daily", "name": "Daily", "about": "Every morning", "default": True},
    {"key": "weekly", "name": "Week in review", "about": "Fridays, each story once"},
]


@pytest.fixture
def site(build: Callable[..., Site]) -> Site:
    register = replace(build().register, editions=(DAILY, WEEKLY))
    return open_site(register, edition=TWO)  # type: ignore[arg-type]  # a list of tables


def find(site: Site, address: str = "reader@example.org") -> Subscriber:
    with site.register.store.read() as connection:
        found = find_by_key(connection, address)
    assert found is not None
    return found


def add(site: Site, *editions: EditionKey) -> Subscriber:
    added = consent.add(site.register, make_address(), by(), editions=editions)
    assert isinstance(added, Subscriber)
    return added


def leave(reader: Subscriber, edition: EditionKey | None) -> str:
    return f"/u/{sign(KEYS, Purpose.UNSUBSCRIBE, reader.id, edition=edition)}"


def sign_up(site: Site, **form: str) -> str:
    stamp = site.stamp()
    site.pass_time(seconds=5)
    return site.client.post("/subscribe", data={"email": "reader@example.org", "stamp": stamp, **form}).text


def test_the_form_offers_the_editions_with_the_default_one_ticked(site: Site) -> None:
    page = site.client.get("/").text
    assert '<input type="checkbox" name="edition-daily" value="1" checked> <span>Daily' in page
    assert '<input type="checkbox" name="edition-weekly" value="1"> <span>Week in review' in page
    assert "Fridays, each story once" in page
    assert "every day at" not in page, "each says when it comes"


def test_where_there_is_one_nothing_is_asked(build: Callable[..., Site]) -> None:
    only = build()
    reader = consent.add(only.register, make_address(), by())
    assert isinstance(reader, Subscriber)
    for path in ("/", f"/p/{only.token(reader.id)}", f"/u/{only.token(reader.id)}"):
        page = only.client.get(path).text
        assert 'type="checkbox"' not in page
        assert "Leave everything" not in page


def test_what_is_ticked_is_asked_for_and_confirmed(site: Site) -> None:
    sign_up(site, choice="1", **{"edition-daily": "1", "edition-weekly": "1", "edition-unheard-of": "1"})
    asked = find(site)
    assert asked.editions(SubscriptionStatus.PENDING) == (DAILY, WEEKLY)
    link = f"/c/{site.token(asked.id, Purpose.CONFIRM)}"
    assert "You chose: Daily, Week in review." in site.client.get(link).text
    site.client.post(link)
    assert find(site).editions() == (DAILY, WEEKLY)


def test_who_chose_the_week_alone_is_shown_the_latest_week(site: Site) -> None:
    from tests.support.factories import make_issue
    from tests.support.web_factories import publish

    publish(site, replace(make_issue(), edition=WEEKLY))
    publish(site, replace(make_issue(), date=make_issue().date + timedelta(days=1)))
    sign_up(site, choice="1", **{"edition-weekly": "1"})
    done = site.client.post(f"/c/{site.token(find(site).id, Purpose.CONFIRM)}").text
    assert f"/issues/weekly/{make_issue().date}" in done
    assert f"/issues/weekly/{make_issue().date}" not in site.client.get("/").text, "a day later"


def test_nothing_ticked_is_asked_once_more_and_a_form_without_boxes_means_the_default(site: Site) -> None:
    page = sign_up(site, choice="1")
    assert "Nothing is ticked" in page
    assert 'value="reader@example.org"' in page
    assert "checked" not in page, "what was not ticked is not ticked again"
    sign_up(site)  # from a form elsewhere
    assert find(site).editions(SubscriptionStatus.PENDING) == (DAILY,)


def test_a_reader_who_signs_up_for_more_confirms_it_and_keeps_what_they_have(site: Site) -> None:
    reader = add(site, DAILY)
    sign_up(site, choice="1", **{"edition-weekly": "1"})
    link = f"/c/{site.token(reader.id, Purpose.CONFIRM)}"
    assert "You chose: Week in review." in site.client.get(link).text
    assert find(site).editions() == (DAILY,)
    site.client.post(link)
    assert find(site).editions() == (DAILY, WEEKLY)
    assert "You are in" in site.client.get(link).text


def test_the_one_click_header_leaves_the_edition_it_came_in(site: Site) -> None:
    reader = add(site, DAILY, WEEKLY)
    for _ in range(2):
        answer = site.client.post(leave(reader, WEEKLY), data=ONE_CLICK)
        assert answer.text == "Unsubscribed.\n"
        assert find(site).editions() == (DAILY,)
    site.client.post(leave(reader, DAILY), data=ONE_CLICK)
    assert find(site).status is SubscriberStatus.UNSUBSCRIBED


def test_a_mail_of_before_there_were_editions_leaves_everything(site: Site) -> None:
    reader = add(site, DAILY, WEEKLY)
    site.client.post(leave(reader, None), data=ONE_CLICK)
    assert find(site).status is SubscriberStatus.UNSUBSCRIBED


def test_the_page_behind_it_leaves_one_or_everything_by_one_press(site: Site) -> None:
    reader = add(site, DAILY, WEEKLY)
    page = site.client.get(leave(reader, WEEKLY)).text
    assert "Leave “Week in review”?" in page
    assert '<button class="quiet" name="everything" value="1">Leave everything</button>' in page
    left = site.client.post(leave(reader, WEEKLY), data={"reason": "too_many"}).text
    assert "You left “Week in review”" in left
    assert "What you still get: Daily." in left
    assert "Leave Rare Earth Daily?" in site.client.get(leave(reader, WEEKLY)).text, "what is left is left"
    site.pass_time(minutes=5)
    site.client.post(leave(reader, WEEKLY), data={"everything": "1"})
    assert find(site).status is SubscriberStatus.UNSUBSCRIBED
    consent.come_back(site.register, reader.id, by("page", at=site.services.now()))
    assert find(site).editions() == (DAILY,)


def test_the_preferences_page_keeps_exactly_what_is_ticked(site: Site) -> None:
    reader = add(site, DAILY)
    path = f"/p/{site.token(reader.id)}"
    page = site.client.get(path).text
    assert 'name="edition-daily" value="1" checked' in page
    saved = site.client.post(path, data={"action": "editions", "edition-weekly": "1"})
    assert "Saved." in saved.text
    assert find(site).editions() == (WEEKLY,)
    none = site.client.post(path, data={"action": "editions"})
    assert none.status_code == 400
    assert "Nothing is ticked, so nothing was changed" in none.text
    assert find(site).editions() == (WEEKLY,)
    site.client.post(f"/u/{site.token(reader.id)}", data={"everything": "1"})
    assert find(site).status is SubscriberStatus.UNSUBSCRIBED
    assert site.client.post(path, data={"action": "editions", "edition-daily": "1"}).status_code == 400


def test_one_edition_is_paused_and_sent_again_from_the_page(site: Site) -> None:
    reader = add(site, DAILY, WEEKLY)
    path, today = f"/p/{site.token(reader.id)}", site.services.today
    assert '<option value="weekly">Week in review</option>' in site.client.get(path).text
    page = site.client.post(path, data={"action": "pause", "edition": "daily", "days": "7", "until": ""}).text
    assert "“Daily” is paused until" in page
    assert find(site).pauses(today) == {DAILY: today + timedelta(days=7)}
    assert find(site).paused_until is None
    refused = site.client.post(path, data={"action": "pause", "edition": "prices", "days": "7"})
    assert refused.status_code == 400
    page = site.client.post(path, data={"action": "resume", "edition": "daily"}).text
    assert "is paused until" not in page
    assert find(site).pauses(today) == {}
    site.client.post(path, data={"action": "editions", "edition-daily": "1"})
    assert 'id="edition"' not in site.client.get(path).text, "of one there is nothing to choose"


def test_an_edition_has_pages_of_its_own_and_the_default_keeps_its_addresses(site: Site) -> None:
    from tests.support.factories import make_issue
    from tests.support.web_factories import publish

    publish(site)
    issue = make_issue()
    publish(site, replace(issue, edition=WEEKLY))
    day, story = issue.date, issue.stories[0].key
    for path in (
        f"/issues/{day}",
        f"/issues/{day}/{story}",
        f"/issues/weekly/{day}",
        f"/issues/weekly/{day}/{story}",
    ):
        assert site.client.get(path).status_code == 200, path
    for path in (
        f"/issues/daily/{day}",
        f"/issues/weekly/{day}/nothing",
        "/issues/weekly",
        f"/issues/prices/{day}",
    ):
        assert site.client.get(path).status_code == 404, path
    assert "Week in review · No. 1" in site.client.get("/issues").text
    assert f"/issues/weekly/{day}/{story}" in site.client.get("/sitemap.xml").text
