"""Sending, put together: relay, signatures, tokens and notices from the settings. I/O (relay, database).

The composition root of the delivery stage. ``plan_day`` and ``send_waiting`` are what ``newsletter
run``, the scheduler and the sender call; the ledger alone decides what is sent.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path

from newsletter import alerts
from newsletter.app import App
from newsletter.delivery.dkim import Signer, load_signer
from newsletter.delivery.headers import why_unmailable
from newsletter.delivery.message import (
    NoticeContent,
    PreparedMessage,
    personalize,
    prepare_message,
    prepare_notice,
)
from newsletter.delivery.outcomes import Answered, Lost, Phase
from newsletter.delivery.relay import FolderRelay, Relay, SMTPRelay
from newsletter.delivery.send import SendReport, Writing, send_due
from newsletter.delivery.smtp_session import Mail
from newsletter.errors import ConfigError, InputError, RelayError
from newsletter.http import HTTPClient
from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus, IssueId, IssueStatus, NoticeKind, RenderedIssue, SubscriberId
from newsletter.render.notice import render_alert, render_notice
from newsletter.store.alerts import Alert
from newsletter.store.issues import (
    IssueRecord,
    change_issue,
    date_of,
    find_record,
    list_issues,
    load_issue,
    load_rendered,
)
from newsletter.store.ledger import Claim
from newsletter.store.planning import plan_deliveries, send_missing
from newsletter.store.recovery import settle_by_hand
from newsletter.subscribers.tokens import Purpose, sign

OnProgress = Callable[[Mapping[DeliveryStatus, int]], None]
_ALERT_SECONDS = 0.5  # for alerts on their way when the sender is told to end
log = get_log("mailing")


def build_relays(app: App) -> tuple[Relay, ...]:
    """Return the relays of the settings, in their order: SMTP servers, or a folder of .eml files."""
    settings = app.settings.relay
    if settings.type == "folder":
        folder = settings.folder if settings.folder.is_absolute() else app.data / settings.folder
        return (FolderRelay(folder),)
    given = [settings]
    if app.settings.relay_failover.host:
        given.append(app.settings.relay_failover.as_relay(settings))
    return tuple(SMTPRelay(one, helo=app.settings.newsletter.domain) for one in given)


def load_signers(app: App) -> tuple[Signer, ...]:
    """Return the DKIM signers of the settings: none where the relay signs. Raises ConfigError."""
    settings = app.settings.dkim
    domain = settings.domain or app.settings.newsletter.domain
    wanted = (
        (settings.selector, settings.key_file),
        (settings.ed25519_selector, settings.ed25519_key_file),
    )
    return tuple(
        load_signer(_read_key(key_path(app.data, selector, path)), domain=domain, selector=selector)
        for selector, path in wanted
        if selector
    )


def key_path(data: Path, selector: str, given: Path | None) -> Path:
    """Return where the private key of a selector is."""
    return given or data / "keys" / f"dkim-{selector}.pem"


def _read_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The DKIM key {path} cannot be read: {error.strerror}.",
            hint="Make it with `newsletter dkim keygen`, or empty dkim.selector where the relay signs.",
        ) from error


def build_writing(app: App) -> Writing:
    """Return what the sender needs to write messages."""
    identity = app.settings.newsletter
    signers = load_signers(app)
    welcomes: dict[IssueId | None, PreparedMessage] = {}

    def issue(issue_id: IssueId) -> PreparedMessage:
        day, rendered = date_of(app.store, issue_id), load_rendered(app.store, issue_id)
        return prepare_message(rendered, identity, day=day, signers=signers)

    def notice(claim: Claim, now: datetime) -> PreparedMessage:
        kind = claim.notice
        if kind is None:
            raise ValueError("the claim is of no notice")
        if kind is not NoticeKind.WELCOME:
            content = _notice_content(app, kind, claim.subscriber, now)
            return prepare_notice(content, identity, kind, signers=signers)
        newest = _find_newest(app)
        issue_id = newest.id if newest else None
        if issue_id not in welcomes:  # the same for everybody until the next issue
            welcomes.clear()
            content = _notice_content(app, kind, claim.subscriber, now, newest=newest)
            welcomes[issue_id] = prepare_notice(content, identity, kind, signers=signers)
        return welcomes[issue_id]

    return Writing(
        prepare_issue=issue,
        prepare_notice=notice,
        sign_token=lambda subscriber: sign(app.keys, Purpose.UNSUBSCRIBE, subscriber),
        secret=app.keys.address,
        bounce_domain=identity.bounce_domain or identity.domain,
    )


def _find_newest(app: App) -> IssueRecord | None:
    """The newest issue that readers have or are getting; its content no longer changes."""
    return next(iter(list_issues(app.store, statuses=(IssueStatus.SENT, IssueStatus.FROZEN), limit=1)), None)


def _notice_content(
    app: App,
    kind: NoticeKind,
    subscriber: SubscriberId,
    now: datetime,
    *,
    newest: IssueRecord | None = None,
) -> NoticeContent:
    token = ""
    if kind is NoticeKind.CONFIRM:
        token = sign(app.keys, Purpose.CONFIRM, subscriber, now=now)
    elif kind is NoticeKind.WELCOME:
        token = UNSUBSCRIBE_SLOT
    latest = load_issue(app.store, newest.date) if newest else None
    rendered = render_notice(
        kind,
        app.settings.newsletter,
        environment=app.environment,
        theme=app.theme,
        token=token,
        confirm_days=app.settings.web.confirm_days,
        latest=latest.issue if latest else None,
    )
    return NoticeContent(subject=rendered.subject, text=rendered.text, html=rendered.html)


def plan_day(app: App, day: date, now: datetime, *, on_progress: Callable[[int], None] | None = None) -> int:
    """Write the deliveries of a composed issue, then make them count; return how many there are.

    Safe to call again after a crash: planning goes on where it ended. Raises InputError where the issue
    is not there to be sent.
    """
    change_issue(
        app.store,
        day,
        "planning began",
        now,
        where=(IssueStatus.COMPOSED,),
        status=IssueStatus.PLANNING.value,
    )
    record = find_record(app.store, day)
    if record is not None and record.status in {IssueStatus.FROZEN, IssueStatus.SENT}:
        return 0
    if record is None or record.status is not IssueStatus.PLANNING:
        state = record.status if record else "not there"
        raise InputError(
            f"The issue of {day} cannot be sent: it is {state}.",
            hint="newsletter issue list shows the issues.",
        )
    planned = plan_deliveries(
        app.store, record.id, domain=app.settings.newsletter.domain, now=now, on_progress=on_progress
    )
    change_issue(
        app.store,
        day,
        f"frozen with {planned} deliveries",
        now,
        where=(IssueStatus.PLANNING,),
        status=IssueStatus.FROZEN.value,
        frozen=now,
    )
    log.info("frozen", date=day.isoformat(), deliveries=planned)
    return planned


def send_missing_of(app: App, day: date) -> int:
    """Queue the issue of ``day`` again for exactly those who did not get it; return how many."""
    record = find_record(app.store, day)
    if record is None or record.status not in {IssueStatus.FROZEN, IssueStatus.SENT}:
        state = record.status if record else "not there"
        raise InputError(f"The issue of {day} was not sent: it is {state}.", hint="newsletter run sends it.")
    oldest = app.today - timedelta(days=app.settings.retention.deliveries_days)
    if day < oldest:  # without its deliveries everybody would look as if they were missing it
        raise InputError(
            f"Who got the issue of {day} is no longer known.",
            hint=f"Deliveries are kept since {oldest} (retention.deliveries_days).",
        )
    return send_missing(app.store, record.id, domain=app.settings.newsletter.domain, now=app.clock())


def settle_held(app: App, day: date, *, arrived: bool, only: Sequence[int] | None = None) -> int:
    """End the held deliveries of the issue of ``day`` as the operator knows it; return how many."""
    record = find_record(app.store, day)
    if record is None:
        raise InputError(f"There is no issue of {day}.", hint="newsletter issue list shows those there are.")
    return settle_by_hand(app.store, record.id, arrived=arrived, now=app.clock(), only=only)


async def send_waiting(
    app: App,
    *,
    stop: asyncio.Event,
    until_idle: bool,
    patience: float | None = None,
    on_progress: OnProgress | None = None,
) -> SendReport:
    """Send what is due: all of it and return, or for ever until ``stop`` is set.

    SIGTERM ends a call that would return by itself as ``stop`` does, and then the process: what is in flight
    gets its answer first.
    """
    with _drained_before_sigterm(stop) if until_idle else nullcontext():
        return await _send_waiting(
            app, stop=stop, until_idle=until_idle, patience=patience, on_progress=on_progress
        )


@contextmanager
def _drained_before_sigterm(stop: asyncio.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    loop, told = asyncio.get_running_loop(), threading.Event()

    def end() -> None:
        told.set()
        stop.set()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
    if told.is_set():
        signal.raise_signal(signal.SIGTERM)


async def _send_waiting(
    app: App,
    *,
    stop: asyncio.Event,
    until_idle: bool,
    patience: float | None,
    on_progress: OnProgress | None,
) -> SendReport:
    relays = build_relays(app)
    pending: set[asyncio.Task[bool]] = set()

    def alert(key: str, subject: str, body: str) -> None:
        task = asyncio.create_task(tell(app, Alert(key=key, subject=subject, body=body)))
        pending.add(task)
        task.add_done_callback(pending.discard)

    flights = app.data / "flights"
    flights.mkdir(parents=True, exist_ok=True)
    try:
        return await send_due(
            app.store,
            relays,
            build_writing(app),
            app.settings.delivery,
            flights=flights,
            stop=stop,
            alert=alert,
            until_idle=until_idle,
            patience=patience,
            on_progress=on_progress,
            clock=app.clock,
        )
    finally:
        await _end_alerts(pending, in_time=stop.is_set())
        for relay in relays:
            await relay.close()


async def _end_alerts(pending: set[asyncio.Task[bool]], *, in_time: bool) -> None:
    """Let alerts reach the operator; with ``in_time`` one that hangs with the relay is not waited for."""
    if pending:
        _, late = await asyncio.wait(pending, timeout=_ALERT_SECONDS if in_time else None)
        for task in late:
            task.cancel()
        if late:
            log.warning("alerts_not_told", count=len(late))
        await asyncio.gather(*late, return_exceptions=True)


async def send_test(app: App, day: date, address: str) -> str:
    """Send the issue of ``day`` to one address, outside the ledger; return the relay's own words.

    Its unsubscribe link leads to the page but belongs to nobody.
    """
    if why := why_unmailable(address):
        raise InputError(f"{address!r} cannot be mailed: {why}.", hint="Write it as name@example.org.")
    stored = load_issue(app.store, day)
    if stored is None:
        raise InputError(f"There is no issue of {day}.", hint="newsletter issue list shows those there are.")
    rendered: RenderedIssue = stored.rendered
    prepared = prepare_message(rendered, app.settings.newsletter, day=day, signers=load_signers(app))
    now = app.clock()
    domain = app.settings.newsletter.domain
    message = personalize(
        prepared,
        address=address,
        token=sign(app.keys, Purpose.UNSUBSCRIBE, SubscriberId(0)),
        message_id=f"<test.{now:%Y%m%d%H%M%S%f}@{domain}>",
        date=now,
    )
    return await _hand_over(app, address, message, f"test-{now:%Y%m%d%H%M%S%f}")


async def _hand_over(app: App, address: str, message: bytes, name: str) -> str:
    """Hand one message to the first relay that takes it; return its words. Raises RelayError."""
    mail = Mail(sender=app.settings.newsletter.from_address, recipient=address, message=message, name=name)
    refusals = []
    relays = build_relays(app)
    try:
        for relay in relays:
            result = await relay.deliver(mail, lambda: None)
            if isinstance(result, Answered) and result.accepted:
                return f"{result.reply.code} {result.reply.text}"
            reply = getattr(result, "reply", None)
            why = f"{reply.code} {reply.text}" if reply else getattr(result, "reason", "no answer")
            refusals.append(f"{relay.name} did not take the message: {why}")
            if isinstance(result, Lost) and result.phase is Phase.BODY:
                break  # it may have taken it
    finally:
        for relay in relays:
            await relay.close()
    raise RelayError("; ".join(refusals), hint="Check the [relay] settings; newsletter doctor tests them.")


async def tell(app: App, alert: Alert) -> bool:
    """Tell the operator by the one path."""
    identity = app.settings.newsletter

    async def mail(subject: str, body: str) -> None:
        rendered = render_alert(subject, body, identity)
        content = NoticeContent(subject=rendered.subject, text=rendered.text)
        prepared = prepare_notice(content, identity, "alert", signers=load_signers(app))
        now = app.clock()
        for number, address in enumerate(app.settings.alerts.mail_to):
            name = f"alert-{now:%Y%m%d%H%M%S%f}-{number}"
            message = personalize(
                prepared, address=address, token="", message_id=f"<{name}@{identity.domain}>", date=now
            )
            await _hand_over(app, address, message, name)

    async def post(url: str, payload: dict[str, str]) -> None:
        async with HTTPClient(app.settings.collect, contact=identity.base_url) as client:
            await client.post_json(url, payload)

    return await alerts.tell_operator(
        alert, store=app.store, settings=app.settings.alerts, now=app.clock(), send_mail=mail, post_json=post
    )


async def ping_heartbeat(app: App) -> bool:
    """Tell the heartbeat URL that a run was completed; return whether it answered."""
    url = app.settings.alerts.heartbeat_url.get_secret_value()
    if not url:
        return False
    async with HTTPClient(app.settings.collect, contact=app.settings.newsletter.base_url) as client:
        await client.post_json(url, None)
    return True
