"""Notices on their way: from their own From, in the ledger, tried again like deliveries."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from newsletter.config import DeliverySettings
from newsletter.delivery.operator_alerts import tell
from newsletter.delivery.send import SendReport
from newsletter.model import Alert, DeliveryStatus, NoticeKind, Subscriber
from newsletter.store.alerts import list_alerts
from newsletter.store.notices import ListedNotice, list_notices
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, TokenFault
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.sending import send_all
from tests.support.smtp_peer import Peer
from tests.support.subscriber_factories import make_address, read_token

IDENTITY = {
    "from_address": "daily@rare-earth.example",
    "notice_from": "hello@notices.rare-earth.example",
    "base_url": "https://rare-earth.example",
    "postal_address": "1 Ore Street",
}

LONG_ENOUGH = 2 * DeliverySettings().retry_minutes[0]  # for a first wait with its jitter


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Callable[[int], Installation]:
    def build(port: int) -> Installation:
        relay = {"host": "127.0.0.1", "port": port, "connections": 1}
        return make_app(tmp_path / "data", clock=clock, relay=relay, newsletter=IDENTITY)

    return build


def ask(app: Installation, text: str = "jane@example.org") -> Subscriber:
    """Sign somebody up as the web face does."""
    occasion = consent.Occasion(at=app.clock(), source="form")
    asked = consent.request(app.web_services.register, make_address(text), occasion)
    assert isinstance(asked, Subscriber)
    return asked


async def send(app: Installation) -> SendReport:
    return await send_all(app)


def notices(app: Installation) -> list[ListedNotice]:
    return list(list_notices(app.store))


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_notice_that_is_refused_for_now_is_sent_later_under_the_same_message_id(
    make: Callable[[int], Installation], clock: Clock
) -> None:
    answers = ["451 4.7.1 greylisted, come back later"]
    tried: list[str] = []

    def on_mail(argument: str) -> str:
        tried.append(argument)
        return "250 2.1.0 ok"

    async def run() -> list[tuple[str, str, bytes]]:
        def on_recipient(_: str) -> str:
            return answers.pop() if answers else "250 2.1.5 ok"

        async with Peer(on={"MAIL": on_mail, "RCPT": on_recipient}) as peer:
            app = make(peer.port)
            jane = ask(app)
            await send(app)
            [waiting] = notices(app)
            assert (waiting.status, waiting.attempts) == (DeliveryStatus.DEFERRED, 1)
            assert peer.taken == []
            await send(app)
            assert len(tried) == 1, "it waits for its time"
            clock.forward(minutes=LONG_ENOUGH)
            await send(app)
            [done] = notices(app)
            assert (done.status, done.attempts) == (DeliveryStatus.SENT, 2)
            await send(app)
            _, recipient, raw = peer.taken[-1]
            assert recipient == "jane@example.org"
            message = parse(raw)
            assert message["From"].addresses[0].addr_spec == "hello@notices.rare-earth.example"
            assert message["Message-ID"].startswith("<confirm.")
            assert message["Message-ID"].endswith("@notices.rare-earth.example>")
            found = re.search(r"/c/([\w-]{40})", str(message.get_body(("plain",))))
            assert found is not None
            assert read_token(app.keys, found[1], Purpose.CONFIRM, now=clock.now) == jane.id
            app.close()
            return peer.taken

    assert len(asyncio.run(run())) == 1, "once, and never again"


def test_a_notice_of_a_relay_that_is_down_waits_and_leaves_when_it_is_back(
    make: Callable[[int], Installation], clock: Clock
) -> None:
    async def run() -> None:
        async with Peer() as peer:
            port = peer.port
        app = make(port)
        ask(app)
        await send(app)
        assert [notice.status for notice in notices(app)] in (
            [DeliveryStatus.QUEUED],
            [DeliveryStatus.DEFERRED],
        )
        clock.forward(minutes=30)
        async with Peer(port=port) as again:
            await send(app)
            assert len(again.taken) == 1
        app.close()

    asyncio.run(run())


def test_who_confirms_or_leaves_while_a_notice_waits_gets_none_that_is_out_of_date(
    make: Callable[[int], Installation], clock: Clock
) -> None:
    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: "451 4.3.0 later"}) as peer:
            app = make(peer.port)
            register = app.web_services.register
            jane, bob = ask(app), ask(app, "bob@example.org")
            await send(app)
            peer.on.clear()
            occasion = consent.Occasion(at=clock.now, source="page")
            consent.confirm(register, jane.id, occasion, issued=clock.now)
            consent.unsubscribe(register, bob.id, occasion)
            clock.forward(minutes=LONG_ENOUGH)
            await send(app)
            kinds = [parse(raw)["Message-ID"].split(".")[0] for _, _, raw in peer.taken]
            assert kinds == ["<welcome"]
            states = {(notice.subscriber, notice.kind): notice.status for notice in notices(app)}
            assert states[jane.id, NoticeKind.CONFIRM] is DeliveryStatus.SUPPRESSED
            assert states[bob.id, NoticeKind.CONFIRM] is DeliveryStatus.SUPPRESSED
            assert states[jane.id, NoticeKind.WELCOME] is DeliveryStatus.SENT
            app.close()

    asyncio.run(run())


def test_an_old_confirm_link_counts_from_when_the_notice_left(
    make: Callable[[int], Installation], clock: Clock
) -> None:
    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: "451 4.3.0 later"}) as peer:
            app = make(peer.port)
            ask(app)
            await send(app)
            peer.on.clear()
            clock.forward(hours=6)
            await send(app)
            [(_, _, raw)] = peer.taken
            found = re.search(r"/c/([\w-]{40})", str(parse(raw).get_body(("plain",))))
            assert found is not None
            clock.forward(days=6, hours=23)
            assert not isinstance(read_token(app.keys, found[1], Purpose.CONFIRM, now=clock.now), TokenFault)
            app.close()

    asyncio.run(run())


def test_an_alert_waits_for_no_relay_that_hangs(tmp_path: Path) -> None:
    """Composing tells of a missed day first: a relay that drips kept it waiting for eleven minutes."""
    answered = asyncio.Event()

    async def hang(_: str) -> str:
        await answered.wait()
        return "250 ok"

    async def run() -> bool:
        async with Peer(on={"BODY": hang}) as peer:
            relay = {"host": "127.0.0.1", "port": peer.port}
            app = make_app(tmp_path / "data", relay=relay, alerts={"mail_to": ["operator@example.org"]})
            told = await tell(app.alerting, Alert("missed", "Missed", "Missed."), seconds=0.3)
            answered.set()
            (kept,) = list_alerts(app.store)
            assert "given up" in (kept.error or "")
            app.close()
            return told

    assert not asyncio.run(asyncio.wait_for(run(), 20))
