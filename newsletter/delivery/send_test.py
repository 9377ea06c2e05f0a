"""One issue to one address, outside the ledger. I/O (relay, database)."""

from __future__ import annotations

from newsletter.delivery.hand_over import hand_over
from newsletter.delivery.headers import why_unmailable
from newsletter.delivery.message import personalize, prepare_message
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.signers import load_signers
from newsletter.errors import InputError
from newsletter.model import IssueKey, SubscriberId
from newsletter.store.issues import open_issue
from newsletter.subscribers.tokens import Purpose, sign


async def send_test(sending: Sending, key: IssueKey, address: str) -> str:
    """Send an issue to one address, outside the ledger; return the relay's own words.

    Its unsubscribe link leads to the page but belongs to nobody.
    """
    if why := why_unmailable(address):
        raise InputError(f"{address!r} {why}.", hint="Write it as name@example.org.")
    stored = open_issue(sending.store, key)
    settings, now = sending.settings, sending.clock()
    prepared = prepare_message(
        stored.rendered, settings.of(key.edition).newsletter, key=key, signers=load_signers(settings)
    )
    name = f"{now:%Y%m%d%H%M%S%f}"
    message = personalize(
        prepared,
        address=address,
        token=sign(sending.keys, Purpose.UNSUBSCRIBE, SubscriberId(0), edition=key.edition),
        message_id=f"<test.{name}@{settings.newsletter.domain}>",
        date=now,
    )
    return await hand_over(settings, address, message, f"test-{name}")
