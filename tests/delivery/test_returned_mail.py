from __future__ import annotations

import asyncio
import mailbox
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from newsletter.config import Bounces, DeliverySettings
from newsletter.day.returns import ask_of_held
from newsletter.delivery.mailbox import MailboxError, Memory, read_mailboxes, read_maildir
from newsletter.delivery.returned_mail import Intake, Taken, check_complaints, decide_complaints, take_mail
from newsletter.delivery.verp import encode_sender
from newsletter.errors import NewsletterError
from newsletter.links import TOKEN_LENGTH
from newsletter.model import BounceKind, DeliveryStatus, IssueId, SubscriberId
from newsletter.store.bounces import FORWARDED, Effect, count_complaints, count_forwards, list_bounces
from newsletter.store.deliveries import list_deliveries
from newsletter.store.endings import list_sending, resume_sending
from newsletter.store.held_suppressions import find_held_suppressions, settle_held_suppressions
from newsletter.store.ledger import Ledger
from newsletter.store.planning import plan_deliveries, send_missing
from newsletter.store.schema import bounces, deliveries
from newsletter.store.suppressions import release_suppression
from newsletter.subscribers.tokens import Keys, Purpose, sign
from tests.delivery.test_read_report import ARF, dsn
from tests.support.delivery_factories import DOMAIN, World, add_issue, freeze, relay_to
from tests.support.smtp_peer import Peer

SECRET = b"s" * 32
KEYS = Keys(signing={1: b"1" * 32}, current=1, address=SECRET)
NOW = datetime.now(UTC)


def take(world: World, raw: bytes, now: datetime = NOW) -> Taken:
    intake = Intake(
        store=world.store,
        keys=KEYS,
        settings=DeliverySettings(soft_bounce_limit=3),
        now=now,
    )
    return take_mail(intake, raw, leave=lambda token: token == "t" * TOKEN_LENGTH)


def about(row: int, raw: bytes, *, reader: int | None = None) -> bytes:
    """The report ``raw`` on a delivery: to the reader of the same number where nothing else is said."""
    sender = encode_sender(SECRET, Ledger.DELIVERIES, row, DOMAIN)
    named = raw.replace(b"reader@", f"reader{reader or row}@".encode())
    return named.replace(b"bounce@news.example.org", sender.encode())


def send_all(world: World) -> None:
    async def run() -> None:
        async with Peer() as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())


def test_a_dead_address_is_suppressed_and_its_delivery_shown_as_bounced(world: World) -> None:
    issue = world.ready(3)
    send_all(world)
    raw = about(2, dsn("550 5.1.1 user unknown", "5.1.1"))
    assert take(world, raw).effects == (Effect.SUPPRESSED,)
    assert take(world, raw).effects == (Effect.KNOWN,)
    assert world.counts(issue) == {DeliveryStatus.SENT: 2, DeliveryStatus.BOUNCED: 1}
    (bounced,) = list_deliveries(world.store, issue, statuses=[DeliveryStatus.BOUNCED])
    assert bounced.delivery.reason == "returned: user unknown"
    assert [event.status for event in world.history(issue, bounced.delivery.id)] == [DeliveryStatus.SENT]
    assert world.suppressed() == {2: "dead address"}
    with world.store.write() as connection:
        assert release_suppression(connection, f"{2:064d}")
    assert not world.suppressed()


def test_a_report_settles_what_the_relay_took_without_an_answer(world: World) -> None:
    issue = world.ready(2)

    async def run() -> None:
        async with Peer(on={"BODY": lambda _: None}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    take(world, about(1, dsn("550 5.1.1 user unknown", "5.1.1")))
    take(world, about(2, dsn("452 4.2.2 quota exceeded", "4.2.2")))
    assert world.counts(issue) == {DeliveryStatus.BOUNCED: 1, DeliveryStatus.SENT: 1}
    (sent,) = list_deliveries(world.store, issue, statuses=[DeliveryStatus.SENT])
    assert sent.delivery.reason.startswith("a report shows that it was taken")
    send_all(world)
    assert world.status(issue) == "sent"


FORWARDS = {
    "Postfix": "Final-Recipient: rfc822; old@gone.example\nOriginal-Recipient: rfc822;reader@example.net",
    "one that does not say whom it was sent to": "Final-Recipient: rfc822;left@example.net",
    "Sendmail": "Final-Recipient: RFC822; reader@example.net\nX-Actual-Recipient: RFC822; old@gone.example",
}
OWN = "Final-Recipient: rfc822; reader@example.net"


@pytest.mark.parametrize("name", FORWARDS)
@pytest.mark.parametrize("code", ["5.1.1", "5.2.2", "4.4.7"])
def test_what_another_address_refuses_counts_against_nobody(world: World, name: str, code: str) -> None:
    send_issues(world, 4)
    for row in (1, 2, 3, 4):
        raw = dsn("550 5.1.1 user unknown" if code == "5.1.1" else "mailbox full", code)
        taken = take(world, about(row, raw.replace(OWN.encode(), FORWARDS[name].encode()), reader=1))
        assert (taken.kind, taken.forwarded, taken.effects) == (BounceKind.NONE, True, (Effect.COUNTED,))
    assert not world.suppressed()
    assert {one.reason for one in list_bounces(world.store)} == {FORWARDED}
    assert [
        len(list_deliveries(world.store, IssueId(n), statuses=[DeliveryStatus.SENT])) for n in (1, 4)
    ] == [1, 1]


def test_a_host_that_names_itself_in_the_address_is_no_forward(world: World) -> None:
    world.ready(1)
    send_all(world)
    its_own = f"{OWN}\nX-Actual-Recipient: RFC822; reader@mx.example.net"
    raw = dsn("550 5.1.1 user unknown", "5.1.1").replace(OWN.encode(), its_own.encode())
    assert take(world, about(1, raw)).effects == (Effect.SUPPRESSED,)


@pytest.mark.parametrize("original", ["", "Original-Recipient: rfc822; reader@example.net\n"])
def test_a_report_that_the_reader_got_it_is_of_no_failure(world: World, original: str) -> None:
    world.ready(1)
    send_all(world)
    arrived = (
        f"{OWN}\nAction: delivered\nStatus: 2.0.0\n\n{original}Final-Recipient: rfc822; old@gone.example"
    )
    raw = dsn("550 5.1.1 user unknown", "5.1.1").replace(OWN.encode(), arrived.encode())
    assert take(world, about(1, raw)) == Taken(kind=BounceKind.NONE)
    assert not list_bounces(world.store)


def test_of_two_refusals_the_readers_own_counts(world: World) -> None:
    world.ready(1)
    send_all(world)
    both = f"{FORWARDS['Postfix']}\nAction: failed\nStatus: 5.1.1\n\n{OWN}"
    raw = dsn("552 5.2.2 mailbox full", "5.2.2").replace(OWN.encode(), both.encode())
    assert take(world, about(1, raw)).kind is BounceKind.HARD
    assert [one.reason for one in list_bounces(world.store)] == ["mailbox full"]


def test_the_operator_hears_of_a_forward_that_fails_once_a_month(world: World) -> None:
    send_issues(world, 2)
    raw = dsn("550 5.1.1 user unknown", "5.1.1").replace(OWN.encode(), FORWARDS["Postfix"].encode())
    counts = []
    for days, row in ((0, 1), (3, 2), (45, 1)):
        now = NOW + timedelta(days=days)
        take(world, about(row, raw + b"%d" % days, reader=1), now)
        counts.append(count_forwards(world.store, now))
    assert counts == [1, 0, 1]


@pytest.mark.parametrize(
    "words",
    [
        "My account is temporarily disabled until 5.9.26.",
        "Mail to reader1@example.net is forwarded until December and then the address will no longer exist. 5.1.1",
        "Delivery may fail: 550 5.1.1 user unknown\n\n-----Original Message-----\nFrom: daily@news.example.org",
    ],
)
def test_what_comes_in_the_readers_own_name_says_nothing_against_the_reader(world: World, words: str) -> None:
    issue = world.ready(1)
    send_all(world)
    head = "From: Reader <Reader1@example.net>\nReturn-Path: <>\nTo: bounce@news.example.org\nSubject: Re: Lynas\n"
    assert take(world, about(1, f"{head}\n{words}\n".encode())).kind is BounceKind.NONE
    assert world.counts(issue) == {DeliveryStatus.SENT: 1}
    # The issue is not mailed a second time to those who missed it.
    assert send_missing(world.store, issue, domain=DOMAIN, now=NOW) == 0


def send_issues(world: World, count: int) -> None:
    """So many issues to one reader: the deliveries 1, 2, …"""
    world.ready(1)
    for number in range(2, count + 1):
        issue = add_issue(world.store, number=number)
        plan_deliveries(world.store, issue, domain=DOMAIN, now=NOW)
        freeze(world.store, issue)
    send_all(world)


def test_a_full_box_is_not_suppressed_until_it_happened_too_often(world: World) -> None:
    send_issues(world, 3)
    for row in (1, 1, 1, 2, 3):  # a host that tells of one message three times tells it once
        raw = about(row, dsn(f"452 4.2.2 quota exceeded {os.urandom(4).hex()}", "4.2.2"), reader=1)
        assert take(world, raw).effects == ((Effect.SUPPRESSED,) if row == 3 else (Effect.COUNTED,))


def test_a_report_that_does_not_agree_with_itself_waits_for_a_second(world: World) -> None:
    send_issues(world, 2)
    doubtful = dsn("550 5.1.1 mailbox is currently suspended", "5.1.1")
    assert take(world, about(1, doubtful)).effects == (Effect.COUNTED,)
    assert take(world, about(1, doubtful + b"\n")).effects == (Effect.COUNTED,)  # the same message again
    assert take(world, about(2, doubtful, reader=1)).effects == (Effect.SUPPRESSED,)


def test_a_refused_sender_suppresses_nobody_however_often(world: World) -> None:
    send_issues(world, 4)
    for row in (1, 2, 3, 4):
        words = "host mx said: 553 5.1.0 does not exist (in reply to MAIL FROM command)"
        assert take(world, about(row, dsn(words, "5.1.0"), reader=1)).effects == (Effect.COUNTED,)
    assert not world.suppressed()


def test_a_good_delivery_forgets_soft_bounces(world: World) -> None:
    world.ready(1)
    for hour in range(2):
        raw = about(1, dsn(f"452 4.2.2 quota exceeded {hour}", "4.2.2"))
        assert take(world, raw, NOW - timedelta(days=9, hours=hour)).effects == (Effect.COUNTED,)
    later = add_issue(world.store, number=2)
    plan_deliveries(world.store, later, domain=DOMAIN, now=NOW)
    with world.store.write() as connection:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.issue_id == later)
            .values(status="sent", sent_at=NOW - timedelta(days=3))
        )
    assert take(world, about(1, dsn("452 4.2.2 quota exceeded again", "4.2.2"))).effects == (Effect.COUNTED,)


def test_a_forward_that_fails_keeps_no_soft_bounce_in_memory(world: World) -> None:
    send_issues(world, 4)
    with world.store.write() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id == 3).values(sent_at=NOW - timedelta(days=3))
        )
    for row in (1, 2):
        full = dsn(f"452 4.2.2 quota exceeded {row}", "4.2.2")
        take(world, about(row, full, reader=1), NOW - timedelta(days=5))
    passed_on = dsn("550 5.1.1 user unknown", "5.1.1").replace(OWN.encode(), FORWARDS["Postfix"].encode())
    take(world, about(3, passed_on, reader=1), NOW - timedelta(days=2))
    last = dsn("452 4.2.2 quota exceeded 4", "4.2.2")
    assert take(world, about(4, last, reader=1)).effects == (Effect.COUNTED,)


def test_a_complaint_suppresses_and_counts(world: World) -> None:
    world.ready(2)
    send_all(world)
    assert take(world, about(1, ARF.format(kind="abuse").encode())).effects == (Effect.SUPPRESSED,)
    assert world.suppressed() == {1: "complaint"}
    assert count_complaints(world.store, since=NOW - timedelta(days=1)) == (1, 2)


def test_complaints_warn_and_then_pause_what_is_being_sent(world: World) -> None:
    levels = [decide_complaints(count, 2000, warn=0.001, stop=0.003) for count in (0, 2, 3, 5, 6, 60)]
    assert levels == ["fine", "fine", "warn", "warn", "stop", "stop"]
    world.ready(4)
    send_all(world)
    later = add_issue(world.store, number=2)
    plan_deliveries(world.store, later, domain=DOMAIN, now=NOW)
    freeze(world.store, later)
    for row in (1, 2, 3):
        take(world, about(row, ARF.format(kind="abuse").encode()))
    level, words = check_complaints(world.store, Bounces(), now=datetime.now(UTC))
    assert (level, words) == ("stop", "3 complaints about 4 deliveries in seven days (75.00%)")
    send_all(world)
    assert world.counts(later) == {DeliveryStatus.QUEUED: 4}
    # The operator looked and lets it go: only another complaint stops it again.
    assert resume_sending(world.store, later, now=datetime.now(UTC))
    check_complaints(world.store, Bounces(), now=datetime.now(UTC))
    assert list_sending(world.store) == (later,)
    take(world, about(4, ARF.format(kind="abuse").encode()), datetime.now(UTC))
    check_complaints(world.store, Bounces(), now=datetime.now(UTC))
    assert list_sending(world.store) == ()


def test_one_reader_who_complains_of_every_issue_stops_nobodys(world: World) -> None:
    send_issues(world, 7)
    later = add_issue(world.store, number=8)
    plan_deliveries(world.store, later, domain=DOMAIN, now=NOW)
    freeze(world.store, later)
    complaint = ARF.format(kind="abuse").encode()
    for row in range(1, 8):
        assert take(world, about(row, complaint, reader=1)).kind is BounceKind.COMPLAINT
    assert check_complaints(world.store, Bounces(), now=NOW)[0] == "fine"
    assert count_complaints(world.store, since=NOW - timedelta(days=1))[0] == 1
    assert list_sending(world.store) == (later,)


def test_what_the_operator_resumed_is_stopped_by_somebody_else_alone(world: World) -> None:
    issue = world.ready(4)
    send_all(world)
    later = add_issue(world.store, number=2)
    plan_deliveries(world.store, later, domain=DOMAIN, now=NOW)
    freeze(world.store, later)
    complaint = ARF.format(kind="abuse").encode()
    for row in (1, 2, 3):
        take(world, about(row, complaint))
    check_complaints(world.store, Bounces(), now=NOW)
    assert resume_sending(world.store, later, now=datetime.now(UTC))
    take(world, about(1, complaint + b"again\n"), datetime.now(UTC))
    check_complaints(world.store, Bounces(), now=datetime.now(UTC))
    assert list_sending(world.store) == (later,)
    assert world.status(issue) == "sent"


def report_dead(world: World, rows: range, settings: DeliverySettings, now: datetime = NOW) -> list[Effect]:
    effects: list[Effect] = []
    intake = Intake(store=world.store, keys=KEYS, settings=settings, now=now)
    for row in rows:
        raw = about(row, dsn(f"550 5.1.1 user unknown {row}", "5.1.1"))
        effects += take_mail(intake, raw, leave=lambda _: False).effects
    return effects


def test_more_dead_addresses_than_is_likely_wait_for_the_operator(world: World) -> None:
    world.ready(60)
    send_all(world)
    settings = DeliverySettings(likely_suppressions=4, likely_suppressions_share=0.1)
    # Of 60 readers six are a tenth: the seventh of this hour is too many, and whoever comes after it.
    assert report_dead(world, range(1, 7), settings) == [Effect.SUPPRESSED] * 6
    assert report_dead(world, range(7, 10), settings) == [Effect.HELD] * 3
    assert report_dead(world, range(10, 12), settings, NOW + timedelta(hours=5)) == [Effect.HELD] * 2
    assert set(world.suppressed()) == {1, 2, 3, 4, 5, 6}
    # A complaint is never held.
    complaint = about(20, ARF.format(kind="abuse").encode())
    assert take(world, complaint).effects == (Effect.SUPPRESSED,)
    held = find_held_suppressions(world.store, samples=2)
    assert held is not None
    assert (held.count, held.done, held.since) == (5, 6, NOW)
    assert [one.address for one in held.samples] == ["reader7@example.net", "reader8@example.net"]
    alert = ask_of_held(held)
    assert "2 x 5.1.1, user unknown, example.net" in alert.body
    assert "reader7" not in alert.subject + alert.body


def test_the_operator_confirms_what_was_held(world: World) -> None:
    world.ready(30)
    send_all(world)
    settings = DeliverySettings(likely_suppressions=2, likely_suppressions_share=0.02)
    report_dead(world, range(1, 6), settings)
    assert settle_held_suppressions(world.store, NOW, are_dead=True) == 3
    assert set(world.suppressed()) == {1, 2, 3, 4, 5}
    assert find_held_suppressions(world.store) is None
    # Counting begins anew with the answer: the same wave is not asked about at each report.
    assert (
        report_dead(world, range(6, 9), settings, NOW + timedelta(minutes=1))[:2] == [Effect.SUPPRESSED] * 2
    )


def test_an_answer_counts_whole_or_not_at_all(world: World) -> None:
    """Killed before the wave is marked as settled, the question is asked again; half an answer would be forgotten."""
    world.ready(30)
    send_all(world)
    settings = DeliverySettings(likely_suppressions=2, likely_suppressions_share=0.02)
    report_dead(world, range(1, 6), settings)
    with world.store.write() as connection:  # what stands for a kill: the mark cannot be written
        connection.exec_driver_sql("ALTER TABLE meta RENAME TO gone")
    with pytest.raises(NewsletterError):
        settle_held_suppressions(world.store, NOW, are_dead=True)
    with world.store.write() as connection:  # PostgreSQL's is one for all tests
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO meta")
    assert set(world.suppressed()) == {1, 2}
    assert find_held_suppressions(world.store) is not None


def test_the_operator_spares_what_was_held_and_what_went_before_it(world: World) -> None:
    world.ready(30)
    send_all(world)
    settings = DeliverySettings(likely_suppressions=2, likely_suppressions_share=0.02)
    report_dead(world, range(1, 2), settings, NOW - timedelta(days=3))  # another wave: dead, and stays so
    report_dead(world, range(2, 7), settings)
    assert set(world.suppressed()) == {1, 2}
    assert settle_held_suppressions(world.store, NOW, are_dead=False) == 5
    assert set(world.suppressed()) == {1}
    assert settle_held_suppressions(world.store, NOW, are_dead=False) == 0


def test_a_wave_that_is_slower_than_an_hour_is_seen_by_its_issue(world: World) -> None:
    world.ready(30)
    send_all(world)
    settings = DeliverySettings(likely_suppressions=3, likely_suppressions_share=0.02)
    effects = [
        report_dead(world, range(row, row + 1), settings, NOW + timedelta(hours=2 * row))[0]
        for row in range(1, 6)
    ]
    assert effects == [Effect.SUPPRESSED] * 3 + [Effect.HELD] * 2


def test_an_invented_report_puts_nobody_off_the_list(world: World) -> None:
    world.ready(1)
    send_all(world)
    forged = dsn("550 5.1.1 user unknown", "5.1.1").replace(b"reader@", b"reader1@")
    wrong = forged.replace(b"bounce@", b"bounce+d1-aaaaaaaaaaaaaaaa@")
    complaint = ARF.format(kind="abuse").replace("reader@", "reader1@").encode()
    for day in range(10):
        for raw in (forged, wrong, complaint):
            assert take(world, raw + b"%d" % day, NOW + timedelta(days=day)).effects == (Effect.COUNTED,)
    assert not world.suppressed()
    assert count_complaints(world.store, since=NOW - timedelta(days=1)) == (0, 1)
    assert {item.kind for item in list_bounces(world.store)} == {BounceKind.NONE}


@pytest.mark.parametrize("place", ["List-Unsubscribe: <https://news.example.org/u/{}>", "see /u/{} or not"])
def test_the_unsubscribe_token_of_the_returned_mail_proves_whose_it_is(world: World, place: str) -> None:
    world.ready(3)
    send_all(world)
    said = place.format(sign(KEYS, Purpose.UNSUBSCRIBE, SubscriberId(2))).encode()
    report = (
        ARF.format(kind="abuse")
        .encode()
        .replace(b"Subject: Lynas\n\ntext", b"Subject: Lynas\n" + said + b"\n\ntext")
    )
    assert take(world, report).effects == (Effect.SUPPRESSED,)
    assert set(world.suppressed()) == {2}


def test_a_mail_with_a_token_leaves(world: World) -> None:
    raw = b"From: a@b.example\r\nSubject: unsubscribe-" + b"t" * TOKEN_LENGTH + b"\r\n\r\n"
    assert take(world, raw).left
    assert not take(world, raw.replace(b"-tt", b"-xx")).left
    assert take(world, b"Subject: hello\n\nhello").kind is BounceKind.NONE


def test_a_refusal_by_the_relay_is_a_bounce_and_suppresses_a_dead_address(world: World) -> None:
    world.ready(3)

    async def run() -> None:
        answers = {"reader1@example.net": "550 5.1.1 user unknown", "reader2@example.net": "552 5.2.2 full"}
        answers["reader3@example.net"] = "550 5.7.1 policy"
        async with Peer(on={"RCPT": lambda address: answers[address]}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert set(world.suppressed()) == {1}
    with world.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(bounces)) == 2


def test_a_refusal_after_the_content_is_a_bounce_and_suppresses_nobody(world: World) -> None:
    issue = world.ready(1)

    async def run() -> None:
        async with Peer(on={"BODY": lambda _: "550 5.1.1 user unknown"}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.BOUNCED: 1}
    assert not world.suppressed()
    assert list_bounces(world.store)[0].reason == "policy"


NO_IMAP = Memory(load=lambda: None, save=lambda _: None)


def test_a_maildir_is_read_once(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box", create=True)
    box.add(b"Subject: one\n\n1\n")
    box.add(b"Subject: two\n\n2\n")
    seen: list[bytes] = []
    read_mailboxes(Bounces(maildir=tmp_path / "box"), seen.append, NO_IMAP)
    assert len(seen) == 2
    read_maildir(tmp_path / "box", seen.append)
    assert len(seen) == 2
    with pytest.raises(MailboxError):
        read_maildir(tmp_path, seen.append)


def test_a_maildir_that_somebody_looked_into_is_read_all_the_same(tmp_path: Path) -> None:
    """A mail program moves to cur/ what is new, and marks what is opened, answered or thrown away."""
    box = tmp_path / "box"
    mailbox.Maildir(box, create=True)
    (box / "cur" / "1.old:2,S").write_bytes(b"read by the version before")
    (box / "cur" / "2.old:2,").write_bytes(b"moved")
    seen: list[bytes] = []
    read_maildir(box, seen.append)
    assert seen == [b"moved"]
    (box / "cur" / "3.new:2,RS").write_bytes(b"opened")
    (box / "new" / "4.new").write_bytes(b"new")
    (box / "cur" / "2.old:2,S").rename(box / "cur" / "2.old:2,ST")

    def take(raw: bytes) -> bool:
        seen.append(raw)
        return raw == b"opened"  # somebody has to look at it

    read_maildir(box, take)
    read_maildir(box, seen.append)
    assert seen == [b"moved", b"new", b"opened"]
    names = sorted(file.name for file in (box / "cur").iterdir())
    assert names == ["1.old:2,S", "2.old:2,ST", "3.new:2,FRS", "4.new:2,S"]
    for file in (box / "cur").iterdir():
        file.unlink()
    read_maildir(box, seen.append)
    assert not (box / "newsletter-read").read_bytes()


def test_a_mail_that_cannot_be_recorded_is_read_again(tmp_path: Path) -> None:
    box = tmp_path / "box"
    mailbox.Maildir(box, create=True)
    for number in (1, 2, 3):
        (box / "cur" / f"{number}:2,").write_bytes(b"%d" % number)
    seen: list[bytes] = []

    def take(raw: bytes) -> None:
        seen.append(raw)
        if raw == b"2" and seen.count(raw) == 1:
            raise NewsletterError("the ledger is away")

    with pytest.raises(NewsletterError, match="away"):
        read_maildir(box, take)
    read_maildir(box, take)
    assert seen == [b"1", b"2", b"2", b"3"]
