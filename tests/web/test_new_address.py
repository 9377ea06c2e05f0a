"""A reader's new address: confirmed from it, told to the old one, and never somebody else's by a guess."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.model import DeskMail, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store.consent_events import list_events
from newsletter.store.notices import list_notices
from newsletter.store.subscribers import find_by_id
from newsletter.store.suppressions import MOVED, Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.consent import identify
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.new_address import ask_new_address
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.subscribers.transfer import Fate, import_lines
from tests.support.app_factory import make_app
from tests.support.sending import send_all
from tests.support.subscriber_factories import KEYS, NOW, add_active, by, make_address
from tests.support.web_factories import Site

NEW = "ann@new.example.org"


def ask(site: Site, reader: Subscriber, address: str = NEW) -> str:
    page = site.client.post(f"/p/{site.token(reader.id)}", data={"action": "address", "email": address}).text
    site.pass_time(seconds=2)
    return page


def asked(site: Site) -> list[int]:
    return [one.id for one in list_notices(site.register.store) if one.kind is DeskMail.NEW_ADDRESS]


def link(notice: int) -> str:
    return f"/a/{sign(KEYS, Purpose.NEW_ADDRESS, SubscriberId(notice), now=NOW)}"


def find(site: Site, reader: Subscriber) -> Subscriber:
    with site.register.store.read() as connection:
        found = find_by_id(connection, reader.id)
    assert found is not None
    return found


def test_the_subscription_moves_once_the_new_address_says_so(site: Site) -> None:
    reader = add_active(site.register)
    assert f"on its way to {NEW}" in ask(site, reader)
    (notice,) = asked(site)
    page = site.client.get(link(notice)).text
    assert "@new.example.org" in page
    assert "instead of r" in page
    assert find(site, reader).address == reader.address, "looking changes nothing"
    assert "Your address is changed" in site.client.post(link(notice)).text
    assert "Your address is changed" in site.client.post(link(notice)).text, "pressed twice"
    after = find(site, reader)
    assert (after.address, after.status, after.editions()) == (
        NEW,
        SubscriberStatus.ACTIVE,
        reader.editions(),
    )
    told = [one for one in list_notices(site.register.store) if one.kind is DeskMail.OLD_ADDRESS]
    assert len(told) == 1
    with site.register.store.read() as connection:
        assert [event.what for event in list_events(connection, reader.id)] == ["added", "new address"]
    assert consent.look_up(site.register, make_address(reader.address))[0] is None


def move(site: Site, reader: Subscriber, address: str) -> None:
    ask(site, reader, address)
    assert "Your address is changed" in site.client.post(link(asked(site)[0])).text


def load(site: Site, *lines: str) -> dict[str, int]:
    report = import_lines(site.register, [f"{line}\n" for line in lines], now=NOW)
    return {fate: number for fate, number in report.counts.items() if number}


def test_an_import_of_the_old_list_brings_back_nobody_who_moved(site: Site) -> None:
    crm = [f"{name}@example.org" for name in ("ann", "bob", "cat")]
    assert load(site, *crm) == {Fate.ADDED: 3}
    people = [consent.look_up(site.register, make_address(one))[0] for one in crm]
    ann, bob, cat = (one for one in people if one is not None)
    for reader in (ann, bob, cat):
        move(site, reader, f"r{reader.id}@new.example.org")
    move(site, bob, "bob@third.example.org")
    consent.unsubscribe(site.register, ann.id, by("page"))
    consent.erase(site.register, make_address("bob@third.example.org"), now=NOW)
    assert load(site, *crm, f"r{bob.id}@new.example.org") == {Fate.SUPPRESSED: 4}
    reasons = [consent.look_up(site.register, make_address(one))[1] for one in crm]
    assert [one.reason for one in reasons if one] == [MOVED, consent.ERASED, MOVED]
    assert consent.request(site.register, make_address(crm[1]), by("form")) is Refusal.SUPPRESSED


def test_the_owner_of_an_address_that_was_given_up_comes_back_by_the_form(site: Site) -> None:
    reader = add_active(site.register)
    move(site, reader, NEW)
    assert consent.add(site.register, make_address(), by()) is Refusal.SUPPRESSED
    back = consent.request(site.register, make_address(), by("form"))
    assert isinstance(back, Subscriber)
    assert load(site, "reader@example.org") == {Fate.LEFT: 1}, "not before they confirm"
    later = NOW + timedelta(minutes=1)
    consent.confirm(site.register, back.id, by("page", at=later), issued=later)
    assert load(site, "reader@example.org", NEW) == {Fate.KEPT: 2}


def test_a_reader_moves_back_and_an_operator_takes_a_correction_back(site: Site) -> None:
    reader = add_active(site.register)
    move(site, reader, NEW)
    move(site, reader, reader.address)
    assert find(site, reader).address == reader.address
    for address in ("reader@exampel.org", reader.address):
        done = consent.change_details(
            site.register, reader.id, by(detail="asked"), address=make_address(address)
        )
        assert isinstance(done, Subscriber)
    assert consent.look_up(site.register, make_address(reader.address))[1] is None
    assert load(site, "reader@exampel.org", NEW) == {Fate.SUPPRESSED: 2}


def test_a_later_asking_overtakes_an_earlier_and_links_end(site: Site) -> None:
    reader = add_active(site.register)
    ask(site, reader)
    ask(site, reader, "ann@third.example.org")
    second, first = asked(site)
    over = site.client.get(link(first))
    assert (over.status_code, "the newest mail" in over.text, 'name="email"' in over.text) == (
        410,
        True,
        False,
    )
    assert site.client.post(link(first)).status_code == 410
    site.pass_time(days=8)
    assert site.client.post(link(second)).status_code == 410
    assert find(site, reader).address == reader.address
    assert site.client.post(f"/a/{site.token(reader.id)}").status_code == 404, "another purpose"
    assert site.client.post(link(4711)).status_code == 410


def test_a_link_ends_where_the_address_was_changed_since(site: Site) -> None:
    reader = add_active(site.register)
    ask(site, reader)
    (notice,) = asked(site)

    def correct(address: str | None, name: str) -> None:
        occasion, new = by("desk", at=site.services.now()), make_address(address) if address else None
        consent.change_details(site.register, reader.id, occasion, address=new, name=name)
        site.pass_time(seconds=2)

    correct(None, "Ann")
    assert site.client.post(link(notice)).status_code == 200, "a name is no address"
    assert find(site, reader).address == NEW
    site.pass_time(seconds=2)
    correct("ann@safe.example.org", "Ann")
    assert site.client.get(link(notice)).status_code == 410
    assert site.client.post(link(notice)).status_code == 410
    assert find(site, reader).address == "ann@safe.example.org"
    ask(site, reader)
    assert site.client.post(link(asked(site)[0])).status_code == 200, "asked for since"
    assert find(site, reader).address == NEW


def test_who_left_since_moves_nothing(site: Site) -> None:
    reader = add_active(site.register)
    ask(site, reader)
    consent.unsubscribe(site.register, reader.id, by("page"))
    assert site.client.post(link(asked(site)[0])).status_code == 410


def test_an_address_with_a_subscription_of_its_own_is_not_taken_over(site: Site) -> None:
    reader, other = add_active(site.register), add_active(site.register, NEW)
    ask(site, reader)
    answer = site.client.post(link(asked(site)[0]))
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    assert find(site, other).address == NEW
    consent.unsubscribe(site.register, other.id, by("page"))
    assert site.client.post(link(asked(site)[0])).status_code == 200, "its owner says now what they want"
    assert find(site, reader).address == NEW


def test_the_answer_tells_nothing_and_nobody_is_mailed_too_often_or_when_suppressed(site: Site) -> None:
    reader = add_active(site.register)
    pages = {ask(site, reader).replace(site.token(reader.id), "") for _ in range(5)}
    assert len(pages) == 1
    assert len(asked(site)) == 3
    stopped = make_address("stopped@example.org")
    with site.register.store.write() as connection:
        hmac = identify(site.register.keys, stopped).address_hmac
        add_suppression(connection, Suppression(address_hmac=hmac, reason="complaint", at=NOW))
    other = add_active(site.register, "other@example.org")
    assert "on its way to stopped@example.org" in ask(site, other, "stopped@example.org")
    assert len(asked(site)) == 3
    assert "The address has no @" in ask(site, other, "nonsense")


def test_erasing_forgets_the_new_address_too(site: Site) -> None:
    reader = add_active(site.register)
    ask(site, reader)
    consent.erase(site.register, make_address(reader.address), now=NOW)
    assert asked(site) == []


def test_the_mails_say_what_they_are(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    reader = add_active(app.register)
    assert ask_new_address(app.register, reader.id, make_address(NEW), by("page", at=app.clock()))
    asyncio.run(send_all(app))
    (path,) = (app.data / "outbox").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["To"] == NEW
    assert "Your new address" in mail["Subject"]
    assert re.search(r"/a/[\w-]{40}\s", body.get_content())
    assert "names this address as an editor" not in body.get_content()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cut_link_is_no_page(site: Site, method: str) -> None:
    assert site.client.request(method, "/a/xyz").status_code == 404
