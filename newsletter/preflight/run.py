"""The preflight of an issue, of a file, of the settings; and the gate before a send. I/O (network, database).

Each part runs by itself: one that breaks hides no other, and an unexpected fault of a check warns, since a
newsletter must not stay unsent for a fault of ours.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from newsletter.app import App
from newsletter.config import Identity
from newsletter.delivery.dkim import Signer, dns_record
from newsletter.delivery.mailbox import check_mailbox
from newsletter.delivery.message import personalize, prepare_message
from newsletter.delivery.outcomes import Phase
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.verp import decode_sender, encode_sender
from newsletter.errors import InputError, NewsletterError
from newsletter.logs import get_log
from newsletter.mailing import build_relays, load_signers, tell
from newsletter.model import Issue, RenderedIssue, SubscriberId
from newsletter.preflight import ledger
from newsletter.preflight.browser import check_overflow
from newsletter.preflight.catalogue import CATALOGUE, DNS_CHECKS, MAIL_CHECKS, TEMPLATE_CHECKS
from newsletter.preflight.names import Ask, build_resolver
from newsletter.preflight.sender import Sender, check_sender
from newsletter.preflight.signature import verify_signatures
from newsletter.render.check import check_templates
from newsletter.render.preflight import content
from newsletter.render.preflight.check import check_message, expect, find_blocking
from newsletter.render.preflight.finding import Expected, Finding, Level, fail, warn
from newsletter.render.preflight.mail import read_mail
from newsletter.store.alerts import Alert
from newsletter.store.claims import Ledger
from newsletter.store.deliveries import make_message_id
from newsletter.store.issues import StoredIssue, load_issue
from newsletter.subscribers.tokens import Purpose, sign

SAMPLE = SubscriberId(0)  # nobody: its token opens the page and belongs to no one
SAMPLE_ADDRESS = "reader@example.org"
# What only a public host can pass: on a trial (base_url is not https) these warn.
PUBLIC_CHECKS = DNS_CHECKS | {"list-unsubscribe", "links-https"}
# A mail whose pages are on the machine that made it: the demo's.
_LOOPBACK_MAIL = re.compile(rb"^List-Unsubscribe:\s+<http://(?:127\.|localhost|\[::1\])", re.MULTILINE)

log = get_log("preflight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What a preflight found, and which checks ran."""

    about: str
    findings: tuple[Finding, ...]
    ran: frozenset[str]
    waived: tuple[str, ...]
    size: int = 0  # bytes of encoded HTML

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep the issue from leaving."""
        return find_blocking(self.findings, self.waived)

    @property
    def passed(self) -> tuple[str, ...]:
        """The names of the checks that ran and found nothing."""
        found = {finding.check for finding in self.findings}
        return tuple(name for name in CATALOGUE if name in self.ran and name not in found)


def write_sample(app: App, rendered: RenderedIssue, day: date, now: datetime, *, issue_id: int = 0) -> bytes:
    """Return the bytes that a subscriber would get: real headers, a token, signed where signatures are set."""
    identity = app.settings.newsletter
    prepared = prepare_message(rendered, identity, day=day, signers=load_signers(app))
    return personalize(
        prepared,
        address=SAMPLE_ADDRESS,
        token=sign(app.keys, Purpose.UNSUBSCRIBE, SAMPLE),
        message_id=make_message_id(day, issue_id, SAMPLE, identity.domain),
        date=now,
    )


async def run_preflight(app: App, day: date) -> tuple[Finding, ...]:
    """Return what is wrong with the issue of ``day`` before it is sent. Raises InputError where there is none."""
    return (await check_issue(app, day)).findings


async def check_issue(app: App, day: date, *, ask: Ask | None = None, sending: bool = False) -> Preflight:
    """Run every check on the issue of ``day``. With ``sending`` a relay that is merely away does not fail."""
    stored = load_issue(app.store, day)
    if stored is None:
        raise InputError(f"There is no issue of {day}.", hint="newsletter issue list shows those there are.")
    return await check_rendered(
        app, stored.rendered, stored.issue, now=app.clock(), ask=ask, stored=stored, sending=sending
    )


async def check_rendered(
    app: App,
    rendered: RenderedIssue,
    issue: Issue,
    *,
    now: datetime,
    ask: Ask | None = None,
    stored: StoredIssue | None = None,
    sending: bool = False,
    sender: bool = True,
) -> Preflight:
    """Run every check on content; without ``sender`` only those that ask nobody."""
    findings, ran, size = await check_bytes(
        app, rendered, issue, now, issue_id=stored.record.id if stored else 0
    )
    parts: list[tuple[frozenset[str], Callable[[], Awaitable[tuple[Finding, ...]]]]] = [
        (
            frozenset({"audience", "sent", "fresh", "stories", "repeated"}),
            lambda: asyncio.to_thread(_check_ledger, app, issue, stored, now),
        )
    ]
    if sender:
        parts += _sender_parts(app, ask, sending=sending)
    more, ran_too = await _run(parts)
    return Preflight(
        about=f"No. {issue.number} of {issue.date}: {rendered.subject}",
        findings=soften(app.settings.newsletter, (*findings, *more)) if is_trial(app) else (*findings, *more),
        ran=ran | ran_too,
        waived=app.settings.preflight.waive,
        size=size,
    )


async def check_bytes(
    app: App, rendered: RenderedIssue, issue: Issue, now: datetime, *, issue_id: int = 0
) -> tuple[tuple[Finding, ...], frozenset[str], int]:
    """Write the message as it would leave and check its bytes; return findings, what ran, and the HTML's size."""
    try:
        raw = write_sample(app, rendered, issue.date, now, issue_id=issue_id)
    except NewsletterError as error:
        return (fail("dkim-key", str(error), error.hint),), frozenset({"dkim-key"}), 0
    signers = load_signers(app)
    recent = ledger.load_recent(app, issue.date)
    expected = expect(
        app.settings.newsletter,
        token=sign(app.keys, Purpose.UNSUBSCRIBE, SAMPLE),
        now=now,
        signed=bool(signers),
        recent_subjects=[earlier.subject for earlier in recent],
        foreign=[story.headline for story in issue.stories] + [line.headline for line in issue.also_noted],
    )
    known = {record.name: record.value for record in map(dns_record, signers)}
    findings = (
        *check_message(raw, expected),
        *await verify_signatures(raw, None, known),
        *_check_verp(app),
    )
    return findings, MAIL_CHECKS | {"verp", "dkim-verifies"}, _measure(raw)


def _measure(raw: bytes) -> int:
    return sum(part.encoded_size for part in read_mail(raw).parts if part.type == "text/html")


def _check_verp(app: App) -> tuple[Finding, ...]:
    """14: what comes back to the envelope sender names its delivery."""
    identity = app.settings.newsletter
    row = 4_711
    sender = encode_sender(
        app.keys.address, Ledger.DELIVERIES, row, identity.bounce_domain or identity.domain
    )
    if decode_sender(app.keys.address, sender) == (Ledger.DELIVERIES, row):
        return ()
    return (fail("verp", "The envelope sender does not lead back to its delivery.", "newsletter doctor"),)


def _check_ledger(app: App, issue: Issue, stored: StoredIssue | None, now: datetime) -> tuple[Finding, ...]:
    return (
        *ledger.check_recipients(app, issue.date),
        *(ledger.check_record(stored) if stored else ()),
        *ledger.check_freshness(app, issue, now),
        *ledger.check_count(app, issue),
        *ledger.check_repetition(issue, ledger.load_recent(app, issue.date)),
    )


# ── the sender ───────────────────────────────────────────────────────────────────────────────────


def is_trial(app: App) -> bool:
    """Whether nobody outside can reach this installation's pages: then public DNS proves nothing either."""
    return not app.settings.newsletter.base_url.startswith("https://")


def _sender_parts(
    app: App, ask: Ask | None, *, sending: bool
) -> list[tuple[frozenset[str], Callable[[], Awaitable[tuple[Finding, ...]]]]]:
    return [
        (DNS_CHECKS, lambda: _check_names(app, ask)),
        (frozenset({"relay"}), lambda: _check_relay(app, sending=sending)),
        (frozenset({"bounce-mailbox"}), lambda: asyncio.to_thread(_check_bounces, app)),
    ]


async def _check_names(app: App, ask: Ask | None) -> tuple[Finding, ...]:
    server = app.settings.preflight.resolver
    if ask is None and not server and is_trial(app):
        return tuple(
            Finding(
                check=name,
                level=Level.NOT_RUN,
                message=f"{CATALOGUE[name].about}: DNS was not asked, since this is a trial.",
                hint="newsletter.base_url is not https; set it to the public address.",
            )
            for name in sorted(DNS_CHECKS)
        )
    return await check_sender(describe_sender(app, load_signers(app)), ask or build_resolver(server))


def describe_sender(app: App, signers: tuple[Signer, ...]) -> Sender:
    """Return who sends, from the settings."""
    identity, relay = app.settings.newsletter, app.settings.relay
    return Sender(
        domain=identity.domain,
        bounce_domain=(identity.bounce_domain or identity.domain).lower(),
        signers=signers,
        relay_host=relay.host if relay.type == "smtp" else "",
        outgoing=app.settings.preflight.outgoing,
    )


async def _check_relay(app: App, *, sending: bool) -> tuple[Finding, ...]:
    """50: the relay answers, with TLS and login as set."""
    relays = build_relays(app)
    found = []
    try:
        for relay in relays:
            fault = await relay.check() if isinstance(relay, SMTPRelay) else None
            if fault is None:
                continue
            # Before a send, a relay that is away is the sender's business: it waits and tries again.
            told = warn if sending and fault.phase in {Phase.CONNECT, Phase.GREETING} else fail
            found.append(
                told(
                    "relay",
                    f"{relay.name} at {fault.phase}: {fault.reason}.",
                    "Check [relay] in newsletter.toml.",
                )
            )
    finally:
        for relay in relays:
            await relay.close()
    return tuple(found)


def _check_bounces(app: App) -> tuple[Finding, ...]:
    """52: the mailbox of bounces can be read."""
    settings = app.settings.bounces
    if not settings.imap_host and settings.maildir is None:
        return (
            warn("bounce-mailbox", "Nobody reads the bounces: dead addresses stay on the list.",
                 "Set [bounces]; docs/configuration.md says how."),
        )  # fmt: skip
    try:
        check_mailbox(settings)
    except NewsletterError as error:
        return (fail("bounce-mailbox", str(error), error.hint),)
    return ()


# ── files and settings ───────────────────────────────────────────────────────────────────────────


async def look_in_browser(result: Preflight, html: str) -> Preflight:
    """Add what only a browser can tell to ``result``, in place of the finding that it was not run."""
    found = await check_overflow(html)
    rest = tuple(finding for finding in result.findings if finding.check != "overflow")
    return replace(result, findings=(*rest, *found), ran=result.ran | {"overflow"})


async def check_file(app: App, raw: bytes, *, about: str, ask: Ask | None = None) -> Preflight:
    """Check a message that was saved: its bytes, and the signature in it. Nothing of the ledger.

    What only the sender knows (the token, the moment, the settings) is not asked of it.
    """
    mail = read_mail(raw)
    own = mail.value("from").lower().rstrip("> ").endswith(f"@{app.settings.newsletter.domain}")
    trial = (own and is_trial(app)) or bool(_LOOPBACK_MAIL.search(raw))
    expected = expect(app.settings.newsletter) if own else Expected()
    asking = ask
    if asking is None and not trial:
        asking = build_resolver(app.settings.preflight.resolver)
    known = {record.name: record.value for record in map(dns_record, load_signers(app))} if own else {}
    found = (*check_message(raw, expected), *await verify_signatures(raw, asking, known))
    if not own:
        found = tuple(item for item in found if item not in no_postal(expected))
    return Preflight(
        about=about,
        findings=soften(app.settings.newsletter, found) if trial else found,
        ran=MAIL_CHECKS | {"dkim-verifies"},
        waived=app.settings.preflight.waive,
        size=_measure(raw),
    )


async def check_settings(app: App, *, day: date, ask: Ask | None = None) -> Preflight:
    """Check the live settings: templates and theme, the sender in DNS, relay, bounces, recipients."""

    async def look_at_templates() -> tuple[Finding, ...]:
        return await asyncio.to_thread(
            check_templates, app.environment, app.settings.newsletter, theme=app.theme
        )

    findings, ran = await _run(
        [
            (TEMPLATE_CHECKS, look_at_templates),
            (
                frozenset({"audience"}),
                lambda: asyncio.to_thread(lambda: tuple(ledger.check_recipients(app, day))),
            ),
            *_sender_parts(app, ask, sending=False),
        ]
    )
    return Preflight(
        about=f"the settings of {app.settings.newsletter.name}",
        findings=soften(app.settings.newsletter, findings) if is_trial(app) else findings,
        ran=ran,
        waived=app.settings.preflight.waive,
    )


async def _run(
    parts: Iterable[tuple[frozenset[str], Callable[[], Awaitable[tuple[Finding, ...]]]]],
) -> tuple[tuple[Finding, ...], frozenset[str]]:
    listed = tuple(parts)
    results = await asyncio.gather(*(_guard(names, part) for names, part in listed))
    ran = frozenset(name for names, _ in listed for name in names)
    return tuple(finding for result in results for finding in result), ran


async def _guard(
    names: frozenset[str], part: Callable[[], Awaitable[tuple[Finding, ...]]]
) -> tuple[Finding, ...]:
    try:
        return await part()
    except NewsletterError as error:
        return (fail(min(names), str(error), error.hint),)
    except Exception:
        log.exception("a check broke", checks=sorted(names))
        return tuple(
            warn(name, "This check broke by itself; the log has the details.", "Please report it.")
            for name in sorted(names)
        )


def soften(identity: Identity, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """On a trial, let what only a public host can pass warn; and say the same thing of many links once."""
    unset = no_postal(expect(identity))
    kept: list[Finding] = []
    for finding in findings:
        if finding.level is not Level.FAIL or not (finding.check in PUBLIC_CHECKS or finding in unset):
            kept.append(finding)
        elif not any(other.check == finding.check for other in kept):
            words = f"{finding.message.rstrip('.')}. A trial may: its base_url is not https."
            kept.append(replace(finding, level=Level.WARN, message=words))
    return tuple(kept)


def no_postal(expected: Expected) -> frozenset[Finding]:
    """Return what the check of the postal address finds where none is known; nothing where one is."""
    return frozenset(content.check_no_postal(content.Reading(read_mail(b"")), expected))


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────


async def hold_back(app: App, day: date, *, ask: Ask | None = None) -> tuple[Finding, ...]:
    """Look at the issue of ``day`` right before it is sent; return what keeps it, having told the operator.

    Where this returns nothing, the issue may leave. Where it returns something, it stays as it is and is
    looked at again whenever this is called again.
    """
    found = await check_issue(app, day, ask=ask, sending=True)
    for finding in found.findings:
        if finding.level is not Level.NOT_RUN:
            log.info("preflight", date=day.isoformat(), check=finding.check, level=finding.level.value)
    if found.blocking:
        await tell(app, describe_block(day, found.blocking))
    return found.blocking


def describe_block(day: date, blocking: Iterable[Finding]) -> Alert:
    """Return what the operator is told of an issue that is kept back. Pure."""
    listed = tuple(blocking)
    names = sorted({finding.check for finding in listed})
    lines = "\n\n".join(f"{finding.check}: {finding.message}\n  {finding.hint}" for finding in listed)
    body = (
        f"{lines}\n\nThe issue waits and is checked again every minute until the latest start.\n"
        f"Look at it: newsletter check {day}\n"
        f"To send it all the same, add to newsletter.toml:\n\n[preflight]\nwaive = {names}".replace("'", '"')
    )
    relay = "relay:" if names == ["relay"] else ""  # then the webhook is tried first
    return Alert(
        key=f"{relay}preflight:{day}:{','.join(names)}"[:120],
        subject=f"The issue of {day} was not sent: {len(names)} checks fail",
        body=body,
    )
