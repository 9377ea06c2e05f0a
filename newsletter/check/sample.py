"""The message that a preflight looks at: an issue as nobody's. I/O (reads the signing keys)."""

from __future__ import annotations

from datetime import datetime

from newsletter import links
from newsletter.check.finding import fail
from newsletter.check.result import Findings
from newsletter.config import Settings
from newsletter.delivery.dkim import Signer, dns_record
from newsletter.delivery.message import personalize, prepare_message
from newsletter.delivery.signers import load_signers
from newsletter.delivery.verp import decode_sender, encode_sender
from newsletter.model import IssueKey, RenderedIssue, SubscriberId
from newsletter.store.ledger import Ledger, make_message_id
from newsletter.subscribers.tokens import Keys, Purpose, sign

SAMPLE = SubscriberId(0)  # nobody: its token opens the page and belongs to no one
SAMPLE_ADDRESS = "reader@example.org"
_SAMPLE_ROW = 4_711  # of the ledger; it leads nowhere


def write_sample(
    settings: Settings,
    keys: Keys,
    rendered: RenderedIssue,
    key: IssueKey,
    now: datetime,
    *,
    issue_id: int = 0,
    signers: tuple[Signer, ...] | None = None,
) -> bytes:
    """Return the bytes that a subscriber would get: real headers, a token, signed where signatures are set."""
    identity = settings.of(key.edition).newsletter
    prepared = prepare_message(
        rendered, identity, key=key, signers=load_signers(settings) if signers is None else signers
    )
    return personalize(
        prepared,
        address=SAMPLE_ADDRESS,
        token=sample_token(keys),
        message_id=make_message_id(key.date, issue_id, SAMPLE, identity.domain),
        date=now,
    )


def sample_token(keys: Keys) -> str:
    """Return the token that the sample holds."""
    return sign(keys, Purpose.UNSUBSCRIBE, SAMPLE)


def unsubscribe_link(settings: Settings, keys: Keys) -> str:
    """Return the sample's own link: pressing it unsubscribes nobody."""
    return links.unsubscribe_url(settings.newsletter.base_url, sample_token(keys))


def known_keys(signers: tuple[Signer, ...]) -> dict[str, str]:
    """Return the records that need no question: name ─▶ TXT."""
    return {record.name: record.value for record in map(dns_record, signers)}


def write_verp(settings: Settings, keys: Keys) -> str:
    """Return an envelope sender as a delivery of ours would have."""
    identity = settings.newsletter
    domain = identity.bounce_domain or identity.domain
    return encode_sender(keys.address, Ledger.DELIVERIES, _SAMPLE_ROW, domain)


def check_verp(settings: Settings, keys: Keys) -> Findings:
    """14: what comes back to the envelope sender names its delivery."""
    if decode_sender(keys.address, write_verp(settings, keys)) == (Ledger.DELIVERIES, _SAMPLE_ROW):
        return ()
    return (fail("verp", "The envelope sender does not lead back to its delivery.", "newsletter doctor"),)
