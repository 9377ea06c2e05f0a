"""Mails to an address that a reader gives or had: a new address, the old one, the archive. Pure."""

from __future__ import annotations

from newsletter import links
from newsletter.config import Settings
from newsletter.model import DeskMail, SubscriberId
from newsletter.render.letter import Letter
from newsletter.store.ledger import Claim
from newsletter.subscribers.tokens import Keys, Purpose, sign


def write_reader_letter(settings: Settings, keys: Keys, claim: Claim) -> Letter | None:
    """Return what such a mail says, from what the ledger says it is about; None for any other."""
    if claim.notice is DeskMail.NEW_ADDRESS:
        return _write_new_address(settings, keys, claim)
    if claim.notice is DeskMail.OLD_ADDRESS:
        return _write_old_address(settings)
    return _write_archive(settings, keys, claim) if claim.notice is DeskMail.ARCHIVE else None


def _write_new_address(settings: Settings, keys: Keys, claim: Claim) -> Letter:
    identity = settings.newsletter
    token = sign(keys, Purpose.NEW_ADDRESS, SubscriberId(claim.id), now=claim.created)
    return Letter(
        subject=f"Your new address for {identity.name}",
        lead=f"One press, and {identity.name} comes to this address.",
        paragraphs=(
            f"The link works for {settings.web.confirm_days} days. Until you press it, everything stays as it is.",
            "It was not you? Then do nothing.",
        ),
        buttons=((links.new_address_url(identity.base_url, token), "Send it to this address"),),
        why=f"It came because a reader of {identity.name} gave this address as their new one.",
    )


def _write_old_address(settings: Settings) -> Letter:
    identity = settings.newsletter
    write_to = identity.reply_to or identity.from_address
    return Letter(
        subject=f"{identity.name} no longer comes to this address",
        lead="Your subscription moved to another address.",
        paragraphs=(
            "It was asked for by the link in one of our mails to you, and confirmed from the new address.",
            f"It was not you? Write to {write_to}, and we undo it.",
        ),
        why=f"It came because {identity.name} was sent here until now; this is the last mail.",
    )


def _write_archive(settings: Settings, keys: Keys, claim: Claim) -> Letter:
    identity = settings.newsletter
    subscriber = SubscriberId(int((claim.ref or "").split(":")[0]))
    token = sign(keys, Purpose.OPEN_ARCHIVE, subscriber, now=claim.created)
    return Letter(
        subject=f"Past issues of {identity.name}",
        lead="One press, and the past issues are open in this browser.",
        paragraphs=("The link works for an hour.", "You did not ask for it? Then do nothing."),
        buttons=((links.open_archive_url(identity.base_url, token), "Open the past issues"),),
        why=f"It came because {identity.name} is sent to this address, and somebody asked to read its past issues.",
    )
