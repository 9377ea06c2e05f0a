"""What receivers look up about the sender: DKIM, SPF, DMARC, MX, PTR. I/O (the questions that ``ask`` asks)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import ipaddress
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from newsletter.check.finding import Finding, fail, is_aligned, read_ip, read_tags, warn
from newsletter.check.sender.dns import Ask, Records
from newsletter.check.sender.spf import MOST_LOOKUPS, SPFResult, check_spf
from newsletter.delivery.dkim import RSA_BITS, Signer, dns_record

_LOOKUPS_NEAR = MOST_LOOKUPS - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, as receivers will see it."""

    domain: str  # of From
    bounce_domain: str  # of the envelope sender
    reply_domain: str = ""  # of Reply-To, where it is another one
    leave_domain: str = ""  # of the address that takes people off, where it is another one
    signers: tuple[Signer, ...] = ()
    relay_hosts: tuple[str, ...] = ()  # the second one is used while the first takes no mail
    outgoing: tuple[str, ...] = ()  # the addresses that mail leaves from, where the operator named them


def _unanswered(check: str, what: str) -> Finding:
    return warn(
        check,
        f"Nobody answered for {what}: this was not checked.",
        "Try again; look at the resolver of this machine.",
    )


async def check_sender(sender: Sender, ask: Ask) -> tuple[Finding, ...]:
    """Return what is wrong with the sender in DNS. A question that nobody answered only warns."""
    addresses = await _find_outgoing(sender, ask)
    parts = (
        _check_dkim(sender, ask),
        _check_spf(sender, addresses, ask),
        _check_dmarc(sender, ask),
        _check_mx(sender, ask),
        _check_ptr(sender, addresses, ask),
    )
    found = await asyncio.gather(*map(_collect, parts))
    return tuple(finding for part in found for finding in part)


async def _collect(part: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in part]


async def _find_outgoing(sender: Sender, ask: Ask) -> dict[str, str]:
    """Return the addresses that mail leaves from, each with whose it is: as set, else the relays' public ones."""
    if sender.outgoing:
        return dict.fromkeys(sender.outgoing, "preflight.outgoing")
    found: dict[str, str] = {}
    for host in sender.relay_hosts:
        if not host or host == "localhost":
            continue
        own = read_ip(host)
        named = [f"{own}"] if own else [*(await ask(host, "A") or ()), *(await ask(host, "AAAA") or ())]
        found |= {one: host for one in named if ipaddress.ip_address(one).is_global and one not in found}
    return found


async def _check_dkim(sender: Sender, ask: Ask) -> AsyncIterator[Finding]:
    """45: the key in DNS is the one we sign with, and long enough."""
    if not sender.signers:
        yield warn("dkim-key", "Mail is not signed here: the relay has to, and this cannot be seen from here.",
                   "Send a test and look for dkim=pass, or run: newsletter dkim keygen.")  # fmt: skip
    for signer in sender.signers:
        record = dns_record(signer)
        size = getattr(signer.key, "key_size", RSA_BITS)
        if size < RSA_BITS:
            yield fail("dkim-key", f"The DKIM key of {signer.selector} has {size} bits; receivers want {RSA_BITS}.",
                       "Make a new one: newsletter dkim keygen --selector NEW.")  # fmt: skip
        records = await ask(record.name, "TXT")
        if records is None:
            yield _unanswered("dkim-key", f"TXT of {record.name}")
            continue
        keys = [tags["p"] for text in records if "p" in (tags := read_tags(text))]
        if not keys:
            yield fail("dkim-key", f"There is no DKIM record at {record.name}.",
                       "Publish what `newsletter dkim record` prints.")  # fmt: skip
        elif len(keys) > 1:
            yield fail("dkim-key", f"There are {len(keys)} DKIM records at {record.name}.",
                       "Keep the one in use.")  # fmt: skip
        elif not keys[0]:
            yield fail("dkim-key", f"The DKIM key at {record.name} is revoked (p= is empty).",
                       "Publish what `newsletter dkim record` prints.")  # fmt: skip
        elif _key_bytes(keys[0]) != _key_bytes(read_tags(record.value)["p"]):
            yield fail("dkim-key", f"The DKIM key at {record.name} is another one than mail is signed with.",
                       "Publish what `newsletter dkim record` prints, or sign with the key that is "
                       "published.")  # fmt: skip


def _key_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


async def _check_spf(sender: Sender, addresses: Mapping[str, str], ask: Ask) -> AsyncIterator[Finding]:
    """46: the envelope's domain has one SPF record that lets the relay send."""
    domain = sender.bounce_domain
    answer = await check_spf(domain, tuple(addresses), ask)
    results = set(answer.results.values())
    if SPFResult.TEMPERROR in results:
        yield _unanswered("spf", f"the SPF record of {domain} ({answer.why})")
    elif SPFResult.NONE in results:
        yield fail("spf", f"{domain} has no SPF record.",
                   f"Publish a TXT record at {domain} that names your relay, such as: v=spf1 mx -all")  # fmt: skip
    elif SPFResult.PERMERROR in results:
        yield fail("spf", f"The SPF record of {domain} cannot be evaluated: {answer.why}.",
                   "Correct it in DNS.")  # fmt: skip
    else:
        for address, result in answer.results.items():
            if not address or result is SPFResult.PASS:
                continue
            says = f"SPF of {domain} says {result} for {address}"
            if sender.outgoing:
                yield fail("spf", f"{says}.", "Add it to the record.")
            else:
                yield warn("spf", f"{says}, an address of {addresses[address]}.",
                           "Where mail leaves from other addresses, name them in preflight.outgoing; else add it "
                           "to the record.")  # fmt: skip
        if answer.lookups >= _LOOKUPS_NEAR:
            yield warn("spf", f"The SPF record of {domain} takes {answer.lookups} look-ups of {MOST_LOOKUPS}.",
                       "Replace some include: by the networks behind them.")  # fmt: skip


async def _find_dmarc(domain: str, ask: Ask) -> tuple[str, Records | None]:
    """Look from the domain upwards, as receivers do to find the organization's record."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        name = "_dmarc." + ".".join(labels[start:])
        records = await ask(name, "TXT")
        if records is None:
            return name, None
        if found := tuple(text for text in records if re.match(r"v=DMARC1\s*(;|$)", text, re.IGNORECASE)):
            return name, found
    return f"_dmarc.{domain}", ()


async def _check_dmarc(sender: Sender, ask: Ask) -> AsyncIterator[Finding]:
    """47: there is a DMARC record, and what signs or bounces is aligned with From (RFC 7489)."""
    name, records = await _find_dmarc(sender.domain, ask)
    if records is None:
        yield _unanswered("dmarc", f"TXT of {name}")
        return
    if not records:
        yield fail("dmarc", f"{sender.domain} has no DMARC record: Gmail and Yahoo ask bulk senders for one.",
                   f"Publish a TXT record at _dmarc.{sender.domain}, such as: v=DMARC1; p=none; "
                   f"rua=mailto:…")  # fmt: skip
        return
    tags = read_tags(records[0])
    if len(records) > 1:
        yield fail("dmarc", f"There are {len(records)} DMARC records at {name}: receivers then use none.",
                   "Keep one.")  # fmt: skip
    elif tags.get("p", "").lower() not in {"none", "quarantine", "reject"}:
        yield fail("dmarc", f"The DMARC record at {name} has no valid p=.",
                   "Write p=none, quarantine or reject.")  # fmt: skip
    strict_dkim, strict_spf = tags.get("adkim") == "s", tags.get("aspf") == "s"
    signed = not sender.signers or any(
        _agrees(signer.domain, sender.domain, strict=strict_dkim) for signer in sender.signers
    )
    if not signed and not _agrees(sender.bounce_domain, sender.domain, strict=strict_spf):
        yield fail("dmarc", f"Neither the signature nor the envelope ({sender.bounce_domain}) is aligned "
                            f"with From at {sender.domain}.",
                   "Let dkim.domain and newsletter.bounce_domain be the domain of from_address, or "
                   "below it.")  # fmt: skip


def _agrees(one: str, other: str, *, strict: bool) -> bool:
    return one.lower() == other.lower() if strict else is_aligned(one, other)


async def _check_mx(sender: Sender, ask: Ask) -> AsyncIterator[Finding]:
    """48: replies and bounces can come back."""
    told = {
        sender.leave_domain: "mails to leave",
        sender.bounce_domain: "bounces",
        sender.reply_domain: "replies",
        sender.domain: "replies",
    }
    for domain, what in told.items():
        if not domain:
            continue
        records = await ask(domain, "MX")
        if records is None:
            yield _unanswered("mx", f"MX of {domain}")
        elif any(line.split()[-1] in {".", "0"} for line in records):
            yield fail("mx", f"{domain} says that it takes no mail (null MX): {what} are lost.",
                       "Give it an MX.")  # fmt: skip
        elif not records and await _has_no_address(domain, ask):
            yield fail("mx", f"{domain} has no MX: {what} cannot come back, and receivers refuse such senders.",
                       f"Publish an MX record for {domain}.")  # fmt: skip


async def _has_no_address(domain: str, ask: Ask) -> bool:
    """RFC 5321, 5.1: without MX the address of the domain itself takes its mail."""
    return await ask(domain, "A") == () and await ask(domain, "AAAA") == ()


async def _check_ptr(sender: Sender, addresses: Iterable[str], ask: Ask) -> AsyncIterator[Finding]:
    """49: an address has a name, and the name leads back to it. The relay's owner sets it."""
    told = fail if sender.outgoing else warn
    for address in addresses:
        names = await ask(ipaddress.ip_address(address).reverse_pointer, "PTR")
        if names is None:
            yield _unanswered("ptr", f"PTR of {address}")
        elif not names:
            yield told("ptr", f"{address} has no name (PTR): many receivers refuse it.",
                       "Ask whoever gave you the address to set it to the name of the relay.")  # fmt: skip
        else:
            kind = "AAAA" if ":" in address else "A"
            back = [await ask(name, kind) for name in names]
            if None in back:
                yield _unanswered("ptr", f"{kind} of {', '.join(names)}")
            elif not any(address in (records or ()) for records in back):
                yield told("ptr", f"{address} is called {names[0]}, which does not lead back to it.",
                           f"Publish an {kind} record of {names[0]} with {address}.")  # fmt: skip
