"""Where mail leaves and where it comes back: the relays and the mailbox of bounces. I/O (network, disk)."""

from __future__ import annotations

from newsletter.check.finding import Finding, fail, read_ip, warn
from newsletter.check.result import Findings
from newsletter.config import Bounces, RelaySettings, Settings
from newsletter.delivery.mailbox import check_mailbox
from newsletter.delivery.outcomes import Phase
from newsletter.delivery.relay import build_relays
from newsletter.errors import NewsletterError

_AWAY = frozenset({Phase.CONNECT, Phase.GREETING})
_CURES = {
    Phase.CONNECT: "Check {table} host and port, and whether a firewall is between.",
    Phase.GREETING: "It takes no mail now: see its log, or ask its provider.",
    Phase.TLS: "Check {table} security, host and ca_file: the relay's certificate must be in date, signed by one that "
    "is trusted, and name the host.",
    Phase.AUTH: "Check {table} username and password.",
}


async def check_relays(settings: Settings, size: int = 0, *, sending: bool) -> Findings:
    """50: each relay answers, with TLS and login as set, and takes a message of ``size`` bytes.

    Before a send (``sending``), a relay that is merely away is the sender's business: it waits and tries
    again. Nor does a fault of the second relay keep back what the first one takes.
    """
    relays = build_relays(settings)
    found: list[Finding] = []
    try:
        for (table, given), relay in zip(settings.relays, relays, strict=False):
            fault = await relay.check()
            spare = sending and table != "[relay]" and not found
            if fault is not None:
                told = warn if spare or (sending and fault.phase in _AWAY) else fail
                what = f"{table} {relay.name} at {fault.phase}: {fault.reason.rstrip('.')}."
                cure = _CURES.get(fault.phase, "Check {table} in newsletter.toml.")
                found.append(told("relay", what, cure.format(table=table)))
            elif size and 0 < relay.size_limit < size:
                told = warn if spare else fail
                found.append(
                    told("relay", f"{table} {relay.name} takes {relay.size_limit:,} bytes; the message has {size:,}.",
                         "Raise its limit (Postfix: message_size_limit), or lower editorial.max_stories.")
                )  # fmt: skip
            found += check_cover(table, given)
    finally:
        for relay in relays:
            await relay.close()
    return tuple(found)


def check_cover(table: str, settings: RelaySettings) -> Findings:
    """Nothing crosses an open network in the clear, a password least of all."""
    if settings.is_encrypted or is_near(settings.host):
        return ()
    where = f"{table} {settings.place}"
    hint = 'Set security to "starttls" (port 587) or "tls" (port 465).'
    if settings.username:
        return (fail("relay", f"{where} would get the password without TLS.", hint),)
    return (warn("relay", f"{where} is reached without TLS: the mail and its addresses can be read.", hint),)


def is_near(host: str) -> bool:
    """Whether a host is on this machine or its own network: a name without dots is a container's."""
    if address := read_ip(host):
        return not address.is_global
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    address = read_ip(host)
    return address.is_loopback if address else host == "localhost"


def check_bounces(settings: Bounces, *, sending: bool) -> Findings:
    """52: the mailbox of bounces can be read.

    Before a send (``sending``) it only warns: what comes back waits there, and whoever reads it tells of the fault.
    """
    if not settings.imap_host and settings.maildir is None:
        return (
            warn("bounce-mailbox", "Nobody reads the bounces: dead addresses stay on the list.",
                 "Set [bounces]; docs/configuration.md says how."),
        )  # fmt: skip
    try:
        check_mailbox(settings)
    except NewsletterError as error:
        return ((warn if sending else fail)("bounce-mailbox", str(error), error.hint),)
    return ()
