"""The relays of the settings, and one message handed to them outside the ledger. I/O (network, disk)."""

from __future__ import annotations

from newsletter.config import Settings
from newsletter.delivery.outcomes import Answered, Lost, Phase
from newsletter.delivery.relay import FolderRelay, Relay, SMTPRelay
from newsletter.delivery.smtp_session import Mail
from newsletter.errors import RelayError


def build_relays(settings: Settings) -> tuple[Relay, ...]:
    """Return the relays of the settings, in their order: SMTP servers, or a folder of .eml files."""
    first = settings.relay
    if first.type == "folder":
        return (FolderRelay(first.folder if first.folder.is_absolute() else settings.data / first.folder),)
    return tuple(SMTPRelay(one, helo=settings.newsletter.domain) for _, one in settings.smtp_relays)


async def hand_over(settings: Settings, address: str, message: bytes, name: str) -> str:
    """Hand one message to the first relay that takes it; return its words. Raises RelayError."""
    mail = Mail(sender=settings.newsletter.from_address, recipient=address, message=message, name=name)
    refusals = []
    relays = build_relays(settings)
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
