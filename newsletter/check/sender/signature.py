"""Whether the DKIM signatures of a message hold. I/O (the questions that ``ask`` asks). dkimpy's one door."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import dkim

from newsletter.check.finding import Finding, fail, read_tags, warn
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.check.sender.dns import Ask

_CHECK = "dkim-verifies"


async def verify_signatures(raw: bytes, ask: Ask | None, known: Mapping[str, str]) -> tuple[Finding, ...]:
    """Verify every DKIM-Signature of ``raw``.

    ``known`` holds records that need no question (name ─▶ TXT). A key that nobody answered for only warns;
    without ``ask`` an unknown key is passed over.
    """
    found = []
    for number, signature in enumerate(read_mail(raw).values("dkim-signature")):
        tags = read_tags(signature)
        name = f"{tags.get('s', '')}._domainkey.{tags.get('d', '')}"
        record = known.get(name)
        if record is None and ask is not None:
            records = await ask(name, "TXT")
            if records is None:
                found.append(warn(_CHECK, f"Nobody answered for TXT of {name}: its signature was not checked.",
                                  "Try again."))  # fmt: skip
                continue
            record = next((text for text in records if "p=" in text), None)
            if record is None:
                found.append(fail(_CHECK, f"There is no DKIM record at {name}: the signature cannot hold.",
                                  "Publish the key."))  # fmt: skip
                continue
        if record is not None and not await asyncio.to_thread(_holds, raw, number, record):
            found.append(fail(_CHECK, f"The DKIM signature of {name} does not hold.",
                              "Something changed the message after it was signed, or the key is another "
                              "one."))  # fmt: skip
    return tuple(found)


def _holds(raw: bytes, number: int, record: str) -> bool:
    def answer(name: object, timeout: int = 5) -> bytes:
        del name, timeout
        return record.encode()

    try:
        return bool(dkim.DKIM(raw).verify(idx=number, dnsfunc=answer))
    except (dkim.DKIMException, ValueError):
        return False
