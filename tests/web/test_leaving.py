from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.model import NoticeKind, SubscriberId, SubscriberStatus
from newsletter.store.consent_events import list_events
from newsletter.store.notices import list_notices
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose
from newsletter.web.forms import mask
from tests.subscribers.test_noted_leavings import refuse_writes, wait_for_leavings
from tests.support.subscriber_factories import NOW, add_active, by, make_address
from tests.support.web_client import spoil
from tests.support.web_factories import Site, open_site

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def status_of(site: Site, subscriber: SubscriberId) -> SubscriberStatus | None:
    with site.register.store.read() as connection:
        found = find_by_id(connection, subscriber)
    return found.status if found else None


def sources(site: Site, subscriber: SubscriberId) -> list[tuple[str, str, str | None]]:
    with site.register.store.read() as connection:
        return [(e.what, e.source, e.detail) for e in list_events(connection, subscriber)]


def test_the_one_click_post_unsubscribes_without_cookie_login_or_redirect(site: Site) -> None:
    reader = add_active(site.register)
    answer = site.client.post(f"/u/{site.token(reader.id)}", content=ONE_CLICK, headers=FORM)
    assert answer.status_code == 200
    assert answer.text == "Unsubscribed.\n"
    assert not answer.history
    assert "set-cookie" not in answer.headers
    assert status_of(site, reader.id) is SubscriberStatus.UNSUBSCRIBED
    assert sources(site, reader.id)[-1] == ("unsubscribed", "one-click", None)


@pytest.mark.parametrize("wanted", [False, True])
def test_a_goodbye_follows_one_click_where_it_is_wanted(site: Site, wanted: bool) -> None:
    register = replace(site.register, says_goodbye=wanted)
    site = open_site(register)
    reader = add_active(register)
    site.client.post(f"/u/{site.token(reader.id)}", content=ONE_CLICK, headers=FORM)
    other = add_active(register, "other@example.org")
    site.client.post(f"/u/{site.token(other.id)}", content="reason=other", headers=FORM)
    kinds = [notice.kind for notice in list_notices(register.store)]
    assert kinds.count(NoticeKind.GOODBYE) == wanted, "who pressed the page's button read it there"


@pytest.mark.parametrize("content", [ONE_CLICK, "reason=other"])
def test_who_leaves_while_the_ledger_takes_nothing_has_left(site: Site, tmp_path: Path, content: str) -> None:
    site = open_site(site.register, storage={"data": tmp_path})
    reader = add_active(site.register)
    end = refuse_writes(site.register)
    answer = site.client.post(f"/u/{site.token(reader.id)}", content=content, headers=FORM)
    assert (answer.status_code, "Unsubscribed." in answer.text) == (200, True)
    assert status_of(site, reader.id) is SubscriberStatus.ACTIVE
    end()
    wait_for_leavings()
    assert status_of(site, reader.id) is SubscriberStatus.UNSUBSCRIBED
    assert sources(site, reader.id)[-1][1] == ("one-click" if content == ONE_CLICK else "page")


def test_one_click_works_as_multipart_too(site: Site) -> None:
    reader = add_active(site.register)
    answer = site.client.post(f"/u/{site.token(reader.id)}", files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.text == "Unsubscribed.\n"
    assert status_of(site, reader.id) is SubscriberStatus.UNSUBSCRIBED


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing_however_often(site: Site, method: str) -> None:
    reader = add_active(site.register)
    for path in ("u", "p"):
        for _ in range(2):
            answer = site.client.request(method, f"/{path}/{site.token(reader.id)}")
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
    assert status_of(site, reader.id) is SubscriberStatus.ACTIVE
    assert len(sources(site, reader.id)) == 1


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"a" * 50_000, b"&&&===", b"{", b"reason=%ff%00"])
def test_leaving_never_fails_for_the_body_s_sake(site: Site, body: bytes) -> None:
    reader = add_active(site.register)
    answer = site.client.post(f"/u/{site.token(reader.id)}", content=body, headers=FORM)
    assert answer.status_code == 200
    assert status_of(site, reader.id) is SubscriberStatus.UNSUBSCRIBED


def test_the_page_shows_a_button_and_only_a_hint_of_the_address(site: Site) -> None:
    reader = add_active(site.register)
    page = site.client.get(f"/u/{site.token(reader.id)}").text
    assert f'action="/u/{site.token(reader.id)}"' in page
    assert mask("reader@example.org") in page
    assert "reader@example.org" not in page


def test_a_reason_is_kept_where_it_is_one_of_ours(site: Site) -> None:
    one, other = add_active(site.register, "a@example.org"), add_active(site.register, "b@example.org")
    site.client.post(f"/u/{site.token(one.id)}", data={"reason": "too_many"})
    site.client.post(f"/u/{site.token(other.id)}", data={"reason": "<script>"})
    assert sources(site, one.id)[-1] == ("unsubscribed", "page", "too_many")
    assert sources(site, other.id)[-1] == ("unsubscribed", "page", None)


def test_leaving_twice_and_leaving_after_erasure_both_end_well(site: Site) -> None:
    reader = add_active(site.register)
    token = site.token(reader.id)
    for _ in range(2):
        assert site.client.post(f"/u/{token}", content=ONE_CLICK, headers=FORM).status_code == 200
    consent.erase(site.register, make_address(), now=NOW)
    assert site.client.post(f"/u/{token}", content=ONE_CLICK, headers=FORM).status_code == 200
    assert "You are not subscribed" in site.client.get(f"/u/{token}").text


@pytest.mark.parametrize("path", ["u", "p"])
def test_a_forged_cut_or_swapped_token_is_no_page_and_changes_nothing(site: Site, path: str) -> None:
    reader = add_active(site.register)
    good = site.token(reader.id)
    for bad in (
        good[:-1],
        spoil(good),
        good[::-1],
        "x" * 40,
        site.token(reader.id, Purpose.CONFIRM),
        site.token(reader.id, Purpose.FORM),
        "%00",
        "..%2f..%2fetc%2fpasswd",
    ):
        for method in ("GET", "POST"):
            answer = site.client.request(method, f"/{path}/{bad}", data={"action": "resume"})
            assert answer.status_code == 404, (method, bad)
    assert status_of(site, reader.id) is SubscriberStatus.ACTIVE


def test_a_refused_link_says_how_to_leave_all_the_same(site: Site) -> None:
    assert "unsubscribe@news.example" in site.client.get("/u/short").text


def test_the_way_back_is_open_for_a_day(site: Site) -> None:
    reader = add_active(site.register)
    token = site.token(reader.id)
    page = site.client.post(f"/u/{token}").text
    assert 'value="return"' in page
    site.pass_time(hours=30)
    late = site.client.post(f"/p/{token}", data={"action": "return"})
    assert late.status_code == 400
    assert status_of(site, reader.id) is SubscriberStatus.UNSUBSCRIBED
    site.pass_time(hours=-20)
    back = site.client.post(f"/p/{token}", data={"action": "return"})
    assert back.status_code == 200
    assert status_of(site, reader.id) is SubscriberStatus.ACTIVE


def test_a_pause_is_set_shown_and_ended(site: Site) -> None:
    reader = add_active(site.register)
    url = f"/p/{site.token(reader.id)}"
    assert (
        "paused until 4 February 2026" in site.client.post(url, data={"action": "pause", "days": "30"}).text
    )
    with site.register.store.read() as connection:
        found = find_by_id(connection, reader.id)
    assert found is not None
    assert found.paused_until == date(2026, 2, 4)
    assert "until 1 March 2026" in site.client.post(url, data={"action": "pause", "until": "2026-03-01"}).text
    assert "paused until" not in site.client.post(url, data={"action": "resume"}).text


@pytest.mark.parametrize(
    "form",
    [
        {"action": "pause", "until": "2020-01-01"},
        {"action": "pause", "until": "2999-01-01"},
        {"action": "pause", "until": "soon"},
        {"action": "pause", "days": "-3"},
        {"action": "pause", "days": "99999999999999999999"},
        {"action": "pause"},
        {"action": "delete"},
        {},
    ],
)
def test_a_senseless_preference_is_refused_in_words(site: Site, form: dict[str, str]) -> None:
    reader = add_active(site.register)
    answer = site.client.post(f"/p/{site.token(reader.id)}", data=form)
    assert answer.status_code == 400
    assert re.search(r'class="said"[^>]*>[A-Z]', answer.text)


def test_a_pending_reader_can_refuse_with_the_same_link(site: Site) -> None:
    asked = consent.request(site.register, make_address(), by("form"))
    assert not isinstance(asked, str)
    assert site.client.post(f"/u/{site.token(asked.id)}").status_code == 200
    assert status_of(site, asked.id) is SubscriberStatus.UNSUBSCRIBED
