"""The parts of a preflight that ask others: DNS, relays, our own pages, linked pages, filters. I/O (network)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from newsletter import __version__
from newsletter.check.catalogue import DNS_CHECKS, FILTER_CHECKS
from newsletter.check.finding import not_run
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.check.result import Findings, Part, known_part
from newsletter.check.sample import SAMPLE_ADDRESS, unsubscribe_link, write_verp
from newsletter.check.sender import links_answer, relays
from newsletter.check.sender.dns import Ask, build_resolver
from newsletter.check.sender.dns_records import Sender, check_sender
from newsletter.check.sender.trial import is_trial
from newsletter.check.spam_filters import Arrival, check_filters
from newsletter.config import Settings
from newsletter.delivery.dkim import Signer
from newsletter.delivery.signers import load_signers
from newsletter.http import HTTPClient
from newsletter.http.client import PRODUCT
from newsletter.subscribers.tokens import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far a preflight goes beyond the bytes and the ledger."""

    sender: bool = True  # ask DNS, the relays, the mailbox of bounces and our own unsubscribe page
    links: bool | None = None  # open the links to others; None: but on a trial
    filters: bool = True  # ask the spam filters
    sending: bool = False  # right before a send: a relay that is merely away is the sender's business


COMMAND = Scope()
GATE = Scope(links=False, filters=False, sending=True)  # what only warns is left out
BYTES = Scope(sender=False, links=False, filters=False)


def sender_parts(
    settings: Settings,
    keys: Keys,
    ask: Ask | None,
    signers: tuple[Signer, ...] | None = None,
    *,
    size: int = 0,
    sending: bool,
) -> list[Part]:
    """Return what is asked about the sender: DNS, the relays, the bounces, the page behind the link."""
    url, trial = unsubscribe_link(settings, keys), is_trial(settings.newsletter)
    return [
        Part("DNS", DNS_CHECKS, lambda: _check_names(settings, ask, signers)),
        Part("the relay", frozenset({"relay"}), lambda: relays.check_relays(settings, size, sending=sending)),
        Part("the bounce mailbox", frozenset({"bounce-mailbox"}),
             lambda: asyncio.to_thread(relays.check_bounces, settings.bounces, sending=sending)),
        Part("the unsubscribe page", frozenset({"unsubscribe-works"}),
             lambda: links_answer.check_unsubscribe(url, ask, agent=f"{PRODUCT}/{__version__}", trial=trial)),
    ]  # fmt: skip


def choose_ask(settings: Settings) -> Ask | None:
    """Return how DNS is asked, by the settings; None on a trial that names no name server."""
    server = settings.preflight.resolver
    return None if not server and is_trial(settings.newsletter) else build_resolver(server)


async def _check_names(settings: Settings, ask: Ask | None, signers: tuple[Signer, ...] | None) -> Findings:
    if ask is None:
        why = "This is a trial: DNS was not asked."
        hint = "newsletter.base_url is not https; set it to the public address."
        return tuple(not_run(name, why, hint) for name in sorted(DNS_CHECKS))
    return await check_sender(describe_sender(settings, signers), ask)


def describe_sender(settings: Settings, signers: tuple[Signer, ...] | None) -> Sender:
    """Return who sends, from the settings; ``signers``: None where the keys were not read yet."""
    identity = settings.newsletter
    return Sender(
        domain=identity.domain,
        bounce_domain=(identity.bounce_domain or identity.domain).lower(),
        reply_domain=identity.reply_to.rpartition("@")[2].lower(),
        leave_domain=identity.leaving_address.rpartition("@")[2].lower(),
        signers=load_signers(settings) if signers is None else signers,
        relay_hosts=tuple(dict.fromkeys(relay.host for _, relay in settings.relays)),
        outgoing=settings.preflight.outgoing,
    )


def outer_parts(
    settings: Settings,
    keys: Keys,
    client: HTTPClient,
    raw: bytes,
    *,
    scope: Scope,
    now: datetime,
    trial: bool,
) -> list[Part]:
    """Return what is asked of other people's servers: the pages that are linked, and spam filters."""
    identity, asked = settings.newsletter, settings.preflight
    parts = []
    if scope.links or (scope.links is None and not trial):
        hrefs = [link.href for link in Reading(read_mail(raw)).links]
        parts.append(
            Part("the links", frozenset({"links-answer"}),
                 lambda: links_answer.check_links(client, hrefs, own=identity.base_url, now=now))
        )  # fmt: skip
    elif scope.links is None:
        why = "This is a trial: the links to other pages were not opened."
        skipped = not_run("links-answer", why, "newsletter check --links opens them.")
        parts.append(known_part("the links", {"links-answer"}, skipped))
    if scope.filters:
        helo = settings.relay.helo or identity.domain
        arrival = Arrival(
            sender=write_verp(settings, keys), recipient=SAMPLE_ADDRESS, host=helo,
            address=next(iter(asked.outgoing), ""), at=now,
        )  # fmt: skip
        names = frozenset(name for name in FILTER_CHECKS if getattr(asked, name))
        parts.append(
            Part("spam filters", names,
                 lambda: check_filters(client, raw, arrival, spamassassin=asked.spamassassin, rspamd=asked.rspamd))
        )  # fmt: skip
    return parts
