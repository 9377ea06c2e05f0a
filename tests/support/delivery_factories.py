"""Makers for delivery: a store with subscribers and a frozen issue, and everything to send it with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, literal, select, update

from newsletter.config import DeliverySettings, Identity, RelaySettings
from newsletter.delivery.message import PreparedMessage, prepare_message, prepare_notice
from newsletter.delivery.message_writer import MessageWriter
from newsletter.delivery.relay import Relay, SMTPRelay
from newsletter.delivery.send import SendReport, send_due
from newsletter.links import TOKEN_LENGTH, UNSUBSCRIBE_SLOT, unsubscribe_url
from newsletter.model import (
    DAILY,
    ContentHash,
    DeliveryId,
    DeliveryStatus,
    EditionKey,
    IssueId,
    IssueKey,
    IssueStatus,
    NoticeKind,
    RenderedIssue,
    RenderedNotice,
)
from newsletter.store.deliveries import DeliveryEvent, count_deliveries, list_deliveries
from newsletter.store.engine import Store
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import deliveries, issues, subscribers, subscriptions
from newsletter.store.subscribers import suppressed_among
from tests.support.factories import TODAY

DOMAIN = "news.example.org"
IDENTITY = Identity(
    name="Rare Earth Daily",
    base_url="https://news.example.org",
    from_address=f"daily@{DOMAIN}",
    postal_address="1 Mine Road",
)
FAST = DeliverySettings(retry_minutes=(1,), jitter=0)


def make_rendered(**changes: Any) -> RenderedIssue:
    link = unsubscribe_url(IDENTITY.base_url, UNSUBSCRIBE_SLOT)
    values: dict[str, Any] = {
        "hash": ContentHash("a" * 64),
        "subject": "Lynas lifts NdPr output",
        "preheader": "and more",
        "html": f'<html><body><h1>Rare earths</h1><p>Dy &amp; Tb — “up”.</p><a href="{link}">Leave</a></body></html>',
        "text": f"Rare earths\n\nDy & Tb — “up”.\n\nLeave: {link}\n",
    }
    return RenderedIssue(**{**values, **changes})


def token_of(subscriber: int, edition: str | None = None) -> str:
    del edition
    return f"tok{subscriber:012d}".ljust(TOKEN_LENGTH, "x")


def add_subscribers(
    store: Store, count: int, *, domain: str = "example.net", start: int = 1, **values: Any
) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        connection.execute(
            insert(subscribers),
            [
                {
                    "address": f"reader{number}@{domain}",
                    "address_key": f"reader{number}@{domain}",
                    "address_hmac": f"{number:064d}",
                    "domain": domain,
                    "status": "active",
                    "created": now,
                    **values,
                }
                for number in range(start, start + count)
            ],
        )
        subscribe_all(connection)


def subscribe_all(connection: Connection, edition: EditionKey = DAILY) -> None:
    """Everyone who has not, chooses the edition."""
    had = select(subscriptions.c.subscriber_id).where(subscriptions.c.edition == edition)
    everyone = select(literal(edition), subscribers.c.id, literal("active")).where(
        subscribers.c.id.not_in(had)
    )
    connection.execute(insert(subscriptions).from_select(["edition", "subscriber_id", "status"], everyone))


def add_issue(store: Store, *, status: IssueStatus = IssueStatus.PLANNING, number: int = 1) -> IssueId:
    with store.write() as connection:
        result = connection.execute(
            insert(issues).values(
                date=TODAY + timedelta(days=number - 1),
                number=number,
                status=status.value,
                held=False,
                frozen=datetime.now(UTC),
            )
        )
        assert result.inserted_primary_key is not None
        return IssueId(result.inserted_primary_key[0])


def freeze(store: Store, issue: IssueId) -> None:
    with store.write() as connection:
        connection.execute(
            update(issues).where(issues.c.id == issue).values(status="frozen", frozen=datetime.now(UTC))
        )


@dataclass
class World:
    """One installation: store, folder, and the alerts that were raised."""

    store: Store
    folder: Path
    alerts: list[tuple[str, str, str]] = field(default_factory=list)

    def ready(self, count: int, **values: Any) -> IssueId:
        """Subscribers, beside those there are, and a frozen issue for all of them."""
        if count:
            add_subscribers(self.store, count, **values)
        issue = add_issue(self.store)
        plan_deliveries(self.store, issue, domain=DOMAIN, now=datetime.now(UTC))
        freeze(self.store, issue)
        return issue

    def counts(self, issue: IssueId) -> dict[DeliveryStatus, int]:
        return {status: count for status, count in count_deliveries(self.store, issue).items() if count}

    def status(self, issue: IssueId) -> str:
        with self.store.read() as connection:
            return str(connection.scalar(select(issues.c.status).where(issues.c.id == issue)))

    def suppressed(self, most: int = 100) -> dict[int, str]:
        """Which of the first subscribers are never mailed again, and why."""
        hmacs = {f"{number:064d}": number for number in range(1, most + 1)}
        with self.store.read() as connection:
            found = suppressed_among(connection, hmacs)
        return {hmacs[hmac]: reason for hmac, reason in found.items()}

    def history(self, issue: IssueId, delivery: DeliveryId) -> tuple[DeliveryEvent, ...]:
        """What a delivery was before, oldest first."""
        listed = list_deliveries(self.store, issue, history=True)
        (one,) = [item for item in listed if item.delivery.id == delivery]
        return one.history[:-1]

    def make_due(self) -> None:
        """Let the time of every deferred delivery come."""
        with self.store.write() as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.status == "deferred")
                .values(next_try=datetime.now(UTC) - timedelta(seconds=1))
            )

    def writer(self, **changes: Any) -> MessageWriter:
        prepared = prepare_message(make_rendered(), IDENTITY, key=IssueKey(date=TODAY))

        def notice(claim: Any, now: datetime) -> PreparedMessage:
            kind = NoticeKind(claim.notice)
            return prepare_notice(RenderedNotice(subject=f"{kind}", text=f"{kind} please\n"), IDENTITY, kind)

        values: dict[str, Any] = {
            "prepare_issue": lambda _: prepared,
            "prepare_notice": notice,
            "sign_token": token_of,
            "secret": b"s" * 32,
            "bounce_domain": DOMAIN,
        }
        return MessageWriter(**{**values, **changes})

    async def send(self, *relays: Relay, settings: DeliverySettings = FAST, **changes: Any) -> SendReport:
        values: dict[str, Any] = {
            "flights": self.folder / "flight",
            "stop": asyncio.Event(),
            "alert": lambda *words: self.alerts.append(words),
            "until_idle": True,
        }
        writer = changes.pop("writer", None) or self.writer()
        async with asyncio.timeout(changes.pop("seconds", 60)):
            return await send_due(self.store, relays, writer, settings, **{**values, **changes})

    async def until_told(self, key: str, sending: asyncio.Task[SendReport]) -> None:
        """Wait until the sender says what is broken: from then on it knows."""
        while key not in {told for told, _, _ in self.alerts} and not sending.done():  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)


def relay_to(port: int, **changes: Any) -> SMTPRelay:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "connect_timeout": 30,
        "command_timeout": 30,
        "data_timeout": 30,
    }
    return SMTPRelay(RelaySettings(**{**values, **changes}), helo=DOMAIN)
