"""What a real Postfix sends back ends at the right subscriber, read from a Maildir and through Dovecot."""

from __future__ import annotations

import asyncio
import mailbox
import os
import pwd
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted

from newsletter.cli.subscribers import parse
from newsletter.day.compose_today import compose_today
from newsletter.day.returns import take_returns
from newsletter.delivery.mailbox import MailboxError, check_mailbox
from newsletter.delivery.plan_issue import plan_issue
from newsletter.links import mail_token
from newsletter.model import BounceKind, DeliveryStatus, IssueKey
from newsletter.store.bounces import list_bounces
from newsletter.store.deliveries import count_deliveries, list_deliveries
from newsletter.store.issues import find_record
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.wiring import Installation
from tests.support.app_factory import make_app, subscribe
from tests.support.mail_servers import dovecot, nothing_is_left_open, open_scratch, postfix, wait_until
from tests.support.sending import send_all
from tests.support.smtp_peer import Peer

pytestmark = [pytest.mark.servers, pytest.mark.timeout(120)]
OWNER = "nobody"
EACH = 8
MANY_DIE = {"likely_suppressions": 100}  # every fifth address of this list
# What another host says of an address, and what is to be known of the subscriber afterwards.
REFUSALS = {
    "gone": ("550 5.1.1 <{}>: Recipient address rejected: User unknown", BounceKind.HARD, True),
    # it may be opened again: counted, not suppressed at once
    "closed": ("550 5.2.1 The email account that you tried to reach is disabled", BounceKind.HARD, False),
    "full": ("452 4.2.2 The email account that you tried to reach is over quota", BounceKind.SOFT, False),
    "blocked": ("554 5.7.1 Message rejected as spam by content scanner", None, False),
}


def addresses() -> list[str]:
    """Interleaved, so that a report off by one would be found out."""
    names = [f"{kind}{number}@far.example" for number in range(EACH) for kind in (*REFUSALS, "fine")]
    return names + [f"unknown{number}@here.example" for number in range(EACH)]


def kind_of(address: str) -> str:
    return address.partition("@")[0].rstrip("0123456789")


def answer(address: str) -> str:
    kind = kind_of(address)
    return REFUSALS[kind][0].format(address) if kind in REFUSALS else "250 2.1.5 ok"


@contextmanager
def mail_server(folder: Path, far: int, *, aliases: str = "") -> Iterator[tuple[int, Path]]:
    """Postfix that takes everything and returns to our bounce domain what it cannot deliver."""
    owner = pwd.getpwnam(OWNER)
    boxes = folder / "boxes"
    boxes.mkdir()
    os.chown(boxes, owner.pw_uid, owner.pw_gid)
    with postfix(
        folder,
        virtual_mailbox_domains="here.example, rare-earth.example",
        virtual_mailbox_maps="inline:{ {bounce@rare-earth.example=bounce/}, {box@here.example=box/} }",
        virtual_alias_maps=aliases,
        virtual_mailbox_base=str(boxes),
        virtual_minimum_uid="1",
        virtual_uid_maps=f"static:{owner.pw_uid}",
        virtual_gid_maps=f"static:{owner.pw_gid}",
        smtpd_reject_unlisted_recipient="no",  # unknown users are found out later: a real bounce
        transport_maps=f"inline:{{ {{far.example=smtp:[127.0.0.1]:{far}}} }}",
        relay_domains="far.example",
        maximal_queue_lifetime="0",  # what is put off is returned at once
        bounce_queue_lifetime="0",
    ) as port:
        yield port, boxes / "bounce"


async def send(app: Installation) -> None:
    made = await compose_today(app.making, IssueKey(date=app.today))
    assert made.composed is not None
    await asyncio.to_thread(plan_issue, app.store, app.settings, IssueKey(date=app.today), app.clock())
    await send_all(app, 20)


def count_mails(box: Path) -> int:
    return len(list((box / "new").iterdir())) if (box / "new").is_dir() else 0


def check(app: Installation) -> None:
    """Every subscriber has exactly the reports that are theirs."""
    register = app.register
    suppressed = set()
    for address in addresses():
        found, suppression = consent.look_up(register, parse(address))
        assert found is not None
        reports = list_bounces(app.store, subscriber=found.id)
        kind = kind_of(address)
        assert len(reports) == (0 if kind == "fine" else 1), address
        if kind in REFUSALS and (expected := REFUSALS[kind][1]) is not None:
            assert reports[0].kind is expected, address
        if suppression is not None:
            suppressed.add(kind)
        dead = kind == "unknown" or (kind in REFUSALS and REFUSALS[kind][2])
        assert (suppression is not None) == dead, address
    assert suppressed == {"gone", "unknown"}
    record = find_record(app.store, IssueKey(date=app.today))
    assert record is not None
    counts = count_deliveries(app.store, record.id)
    assert sum(counts.values()) == len(addresses())
    bounced = list_deliveries(app.store, record.id, statuses=[DeliveryStatus.BOUNCED], limit=1000)
    assert {"gone", "closed", "unknown"} <= {kind_of(item.address or "") for item in bounced}
    assert all(kind_of(item.address or "") != "fine" for item in bounced)


@pytest.mark.parametrize("by", ["maildir", "imap"])
def test_every_report_of_postfix_ends_at_its_subscriber(tmp_path: Path, by: str) -> None:
    reports = EACH * (len(REFUSALS) + 1)

    async def run(folder: Path) -> None:
        async with Peer(on={"RCPT": answer}) as far:
            with mail_server(folder, far.port) as (port, box):
                relay = {"type": "smtp", "host": "127.0.0.1", "port": port}
                app = make_app(tmp_path / "data", relay=relay, bounces={"maildir": box}, delivery=MANY_DIE)
                subscribe(app, *addresses())
                await send(app)
                await asyncio.to_thread(
                    wait_until, lambda: count_mails(box) >= reports, f"{reports} mails came back", 60
                )
                assert count_mails(box) == reports
                await asyncio.to_thread(read, app, box)
                assert len(far.taken) == EACH
                app.close()

    def read(app: Installation, box: Path) -> None:
        now = app.clock()
        if by == "maildir":
            counts = take_returns(app.returning, now)
            assert take_returns(app.returning, now) == Counter()
            assert all(message.get_subdir() == "cur" for message in mailbox.Maildir(box))
            check(app)
        else:
            with dovecot(box, owner=OWNER, password="open-sesame") as port:
                bounces = {"imap_host": "127.0.0.1", "imap_port": port, "imap_tls": False}
                credentials = {"imap_username": "bounce", "imap_password": "open-sesame"}
                stranger = make_app(
                    tmp_path / "data", bounces={**bounces, **credentials, "imap_password": "x"}
                )
                with pytest.raises(MailboxError, match="cannot be read"):
                    check_mailbox(stranger.settings.bounces)
                assert nothing_is_left_open()
                stranger.close()
                reader = make_app(tmp_path / "data", bounces={**bounces, **credentials}, delivery=MANY_DIE)
                counts = take_returns(reader.returning, now)
                assert take_returns(reader.returning, now) == Counter()  # seen, so never read again
                check(reader)
                reader.close()
        assert sum(counts.values()) == reports
        assert counts["none"] == 0

    with open_scratch() as folder:
        asyncio.run(run(folder))


def test_a_dead_target_of_a_forward_costs_nobody_the_mail_that_arrives(tmp_path: Path) -> None:
    """A forward that keeps a copy, and a group one of whose members has left: both have the mail in a box."""
    ann, team = "ann@here.example", "team@here.example"
    aliases = f"inline:{{ {{{ann}=box@here.example old@gone.example}}, {{{team}=box@here.example left@here.example}} }}"
    with open_scratch() as folder, mail_server(folder, 9, aliases=aliases) as (port, box):
        relay = {"type": "smtp", "host": "127.0.0.1", "port": port}
        app = make_app(tmp_path / "data", relay=relay, bounces={"maildir": box})
        subscribe(app, ann, team)
        asyncio.run(send(app))
        wait_until(lambda: count_mails(box) >= 2, "two mails came back", 60)
        wait_until(lambda: count_mails(box.parent / "box") >= 2, "two mails arrived", 60)
        assert take_returns(app.returning, app.clock()) == {"of another address": 2}
        for address in (ann, team):
            assert consent.look_up(app.register, parse(address))[1] is None
        record = find_record(app.store, IssueKey(date=app.today))
        assert record is not None
        assert count_deliveries(app.store, record.id)[DeliveryStatus.SENT] == 2
        app.close()


@pytest.mark.parametrize("by", ["maildir", "imap"])
def test_a_person_who_opens_the_mailbox_keeps_no_reader_from_leaving(tmp_path: Path, by: str) -> None:
    with open_scratch() as folder:
        owner = pwd.getpwnam(OWNER)
        box = folder / "box"
        mailbox.Maildir(box, create=True)
        for part in (box, box / "new", box / "cur", box / "tmp"):
            os.chown(part, owner.pw_uid, owner.pw_gid)
        with dovecot(box, owner=OWNER, password="open-sesame") as port:
            place = {
                "imap_host": "127.0.0.1",
                "imap_port": port,
                "imap_tls": False,
                "imap_username": "bounce",
            }
            imap = {**place, "imap_password": "open-sesame"}
            app = make_app(tmp_path / "data", bounces={"maildir": box} if by == "maildir" else imap)
            subscribe(app, "ann@here.example", "bob@here.example")
            assert take_returns(app.returning, app.clock()) == {}
            for number, name in enumerate(("ann", "bob")):
                found, _ = consent.look_up(app.register, parse(f"{name}@here.example"))
                assert found is not None
                token = mail_token(sign(app.keys, Purpose.UNSUBSCRIBE, found.id))
                message = box / "new" / f"{number}.{name}"
                message.write_bytes(
                    f"From: x@here.example\nTo: unsubscribe+{token}@rare-earth.example\n\n".encode()
                )
                os.chown(message, owner.pw_uid, owner.pw_gid)
            with MailBoxUnencrypted("127.0.0.1", port).login("bounce", "open-sesame") as person:
                assert len(list(person.fetch(limit=1, mark_seen=True))) == 1
            assert not list((box / "new").iterdir())
            assert take_returns(app.returning, app.clock()) == {"left": 2}
            assert take_returns(app.returning, app.clock()) == {}
            app.close()
