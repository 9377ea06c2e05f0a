"""Every address of the public web face, in one place. Pure.

A mail and the web must agree on these for as long as mails are kept, so they never change meaning.
``TOKEN_LENGTH`` is fixed so that a recipient's token is spliced into frozen content, never rendered.
"""

from __future__ import annotations

from datetime import date

TOKEN_LENGTH = 40  # characters of base64url: 30 bytes
UNSUBSCRIBE_SLOT = "UNSUBSCRIBE-TOKEN-SLOT-".ljust(TOKEN_LENGTH, "0")  # stands where a token will be


def home_url(base: str) -> str:
    """The sign-up page."""
    return base.rstrip("/") + "/"


def archive_url(base: str) -> str:
    """The list of issues."""
    return f"{base.rstrip('/')}/issues"


def issue_url(base: str, day: date) -> str:
    """The web version of one issue."""
    return f"{archive_url(base)}/{day.isoformat()}"


def story_url(base: str, day: date, story_key: str) -> str:
    """The page of one story."""
    return f"{issue_url(base, day)}/{story_key}"


def unsubscribe_url(base: str, token: str) -> str:
    """Where leaving is one click: POST acts (RFC 8058), GET asks."""
    return f"{base.rstrip('/')}/u/{token}"


def confirm_url(base: str, token: str) -> str:
    """Where joining is confirmed: POST acts, GET asks."""
    return f"{base.rstrip('/')}/c/{token}"


def privacy_url(base: str) -> str:
    """What is kept of a subscriber, and why."""
    return f"{base.rstrip('/')}/privacy"
