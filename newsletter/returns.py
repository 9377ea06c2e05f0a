"""What comes back by mail: bounces, complaints, people who leave. I/O (mailbox, database).

Read by the scheduler every few minutes where ``[bounces]`` names a mailbox, and by ``newsletter
bounces`` at once, or from a mail server's pipe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from newsletter.app import App
from newsletter.delivery.incoming import ComplaintLevel, check_complaints, take_mail
from newsletter.delivery.mailbox import read_mailboxes, read_pipe
from newsletter.logs import get_log
from newsletter.model import Subscriber
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, TokenFault, read

log = get_log("returns")
Take = Callable[[bytes], None]


def is_configured(app: App) -> bool:
    """Whether there is a mailbox to read."""
    return app.settings.bounces.maildir is not None or bool(app.settings.bounces.imap_host)


def take_returns(app: App, now: datetime, *, pipe: bool = False) -> Counter[str]:
    """Read the mailbox (or the one message on standard input); count what the mails were.

    Raises MailboxError where it cannot be read. A message is marked as read only once it is recorded.
    """
    counts: Counter[str] = Counter()

    def take(raw: bytes) -> None:
        taken = take_mail(
            app.store,
            raw,
            secret=app.keys.address,
            settings=app.settings.delivery,
            now=now,
            leave=lambda token: leave_by_mail(app, token, now),
        )
        counts["left" if taken.left else taken.kind.value] += 1

    if pipe:
        read_pipe(take)
    else:
        read_mailboxes(app.settings.bounces, take)
    log.info("returns", **counts)
    return counts


def leave_by_mail(app: App, token: str, now: datetime) -> bool:
    """Unsubscribe whoever the token belongs to; False where it is none of ours."""
    subscriber = read(app.keys, token, Purpose.UNSUBSCRIBE, now=now)
    if isinstance(subscriber, TokenFault):
        return False
    done = consent.unsubscribe(app.register, subscriber, consent.Occasion(at=now, source=consent.BY_MAIL))
    return isinstance(done, Subscriber)


def look_at_complaints(app: App, now: datetime) -> tuple[ComplaintLevel, str]:
    """Return how the rate of complaints stands; at the stop level what is being sent is paused."""
    return check_complaints(app.store, app.settings.bounces, now=now)
