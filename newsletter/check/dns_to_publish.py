"""The DNS records that a sender has to publish, ready to paste. I/O (the questions that ``ask`` asks)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.check.finding import Finding, is_aligned, read_ip
from newsletter.check.sender.dns import Ask
from newsletter.check.sender.relays import is_near
from newsletter.check.sender.spf import is_spf
from newsletter.config import Settings
from newsletter.delivery.dkim import DNSRecord, Signer, dns_record

PUBLISHED = frozenset({"spf", "dkim-key", "dmarc"})  # the checks that a record below puts right


async def list_records(
    settings: Settings, signers: Iterable[Signer], findings: Iterable[Finding], ask: Ask | None
) -> tuple[DNSRecord, ...]:
    """Return SPF, DKIM and DMARC records: those that ``findings`` find something about; without ``ask`` all of them."""
    identity, told = settings.newsletter, {finding.check for finding in findings}
    records = []
    if ask is None or "spf" in told:
        domain = (identity.bounce_domain or identity.domain).lower()
        records.append(DNSRecord(name=domain, value=await _write_spf(settings, domain, ask)))
    if ask is None or "dkim-key" in told:
        records += map(dns_record, signers)
    if ask is None or "dmarc" in told:
        # Reports to another domain need that domain's consent (RFC 7489, 7.1).
        own = [to for to in settings.alerts.mail_to if is_aligned(to.rpartition("@")[2], identity.domain)]
        reports = f"; rua=mailto:{own[0]}" if own else ""
        records.append(DNSRecord(name=f"_dmarc.{identity.domain}", value=f"v=DMARC1; p=none{reports}"))
    return tuple(records)


async def _write_spf(settings: Settings, domain: str, ask: Ask | None) -> str:
    """Return the record that stands there with the relay added, or a new one: a domain has one (RFC 7208, 3.2)."""
    stand = [text for text in (await ask(domain, "TXT") or () if ask else ()) if is_spf(text)]
    terms = stand[0].split()[1:] if len(stand) == 1 else ["-all"]
    end = next((at for at, term in enumerate(terms) if re.match(r"[-~?+]?all$|redirect=", term)), len(terms))
    new = [term for term in await _name_relay(settings, ask) if term not in terms]
    return " ".join(["v=spf1", *terms[:end], *new, *terms[end:]])


async def _name_relay(settings: Settings, ask: Ask | None) -> list[str]:
    """Return the terms that let the relay send: its addresses, its provider's record, or its name."""
    if settings.preflight.outgoing:
        return [_name_host(one) for one in settings.preflight.outgoing]
    host = settings.relay.host
    if not settings.relay.is_folder and not is_near(host):
        # An address has no provider's record.
        labels = [] if ":" in host or host[-1].isdigit() else host.split(".")
        for start in range(len(labels) - 1):
            parent = ".".join(labels[start:])
            for name in (f"_spf.{parent}", parent):
                if ask and any(map(is_spf, await ask(name, "TXT") or ())):
                    return [f"include:{name}"]
        return [_name_host(host)]
    face = urlsplit(settings.newsletter.base_url).hostname or ""
    return ["mx"] if is_near(face) else [_name_host(face)]  # a relay on the machine of the web face


def _name_host(host: str) -> str:
    """Return the term of SPF for a name or an address."""
    address = read_ip(host)
    return f"ip{address.version}:{host}" if address else f"a:{host}"
