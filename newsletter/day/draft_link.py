"""A link that shows a composed issue to somebody, before it leaves. I/O (database, keys)."""

from __future__ import annotations

from datetime import datetime

from newsletter import links
from newsletter.config import Settings
from newsletter.errors import InputError
from newsletter.model import IssueStatus, SubscriberId
from newsletter.store.issues import StoredIssue
from newsletter.subscribers.tokens import DRAFT_LIFETIME, Keys, Purpose, sign


def make_draft_link(
    settings: Settings, keys: Keys, stored: StoredIssue, now: datetime
) -> tuple[str, datetime]:
    """Return the link and when it ends. It shows the issue as it is when it is opened, and opens nothing else."""
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {stored.record.key} is no draft: it is {stored.status}.",
            hint="What has left is on the web version.",
        )
    token = sign(keys, Purpose.DRAFT, SubscriberId(stored.record.id), now=now)
    return links.draft_url(settings.newsletter.base_url, token), now + DRAFT_LIFETIME
