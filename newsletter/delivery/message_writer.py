"""The messages of a sender: prepared once for an issue, finished for each recipient. Pure, once prepared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.delivery.message import PreparedMessage, encode_date, personalize
from newsletter.delivery.smtp_session import Mail
from newsletter.delivery.verp import encode_sender
from newsletter.model import ContentHash, EditionKey, IssueId, SubscriberId
from newsletter.store.ledger import Claim


@dataclass(slots=True, kw_only=True)
class MessageWriter:
    """Writes one message after the other, and keeps what they have in common."""

    prepare_issue: Callable[[IssueId], PreparedMessage]
    prepare_notice: Callable[[Claim, datetime], PreparedMessage]
    sign_token: Callable[[SubscriberId, EditionKey | None], str]  # the unsubscribe token
    secret: bytes  # proves VERP senders
    bounce_domain: str
    _messages: dict[tuple[IssueId, ContentHash | None], PreparedMessage] = field(default_factory=dict)
    _date: tuple[int, bytes] = (0, b"")

    def write(self, claim: Claim, moment: datetime) -> Mail:
        """Return the finished message of a claim, dated ``moment``."""
        if claim.issue is None:
            prepared = self.prepare_notice(claim, moment)
        else:
            name = (claim.issue, claim.content)  # a corrected issue has another content than it began with
            prepared = self._messages.get(name) or self._messages.setdefault(
                name, self.prepare_issue(claim.issue)
            )
        second = int(moment.timestamp())
        if self._date[0] != second:
            self._date = (second, encode_date(moment))
        message = personalize(
            prepared,
            address=claim.address,
            token=self.sign_token(claim.subscriber, prepared.edition),
            message_id=claim.message_id,
            date=self._date[1],
        )
        sender = encode_sender(self.secret, claim.ledger, claim.id, self.bounce_domain)
        return Mail(
            sender=sender, recipient=claim.address, message=message, name=claim.message_id.strip("<>")
        )

    def forget_issue(self, issue: IssueId) -> None:
        """Its last delivery has ended: its message is needed no more."""
        for name in [name for name in self._messages if name[0] == issue]:
            del self._messages[name]
