"""Every address of the public web face, in one place. Pure.

A mail and the web must agree on these for as long as mails are kept, so they never change meaning.
``TOKEN_LENGTH`` is fixed so that a recipient's token is spliced into frozen content, never rendered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode

from newsletter.model import IssueKey

TOKEN_LENGTH = 40  # characters of base64url: 30 bytes
# Of the same bytes in base32: hosts may change the case of a local part (RFC 5321 section 2.4).
MAIL_TOKEN_LENGTH = 48
_LONGEST_LOCAL = 64  # octets (RFC 5321 section 4.5.3.1.1)
_MAIL_TOKEN = re.compile(rf"\+([a-z2-7]{{{MAIL_TOKEN_LENGTH}}})(?=@)", re.IGNORECASE)
_DAY_KEY_BYTES = 16
UNSUBSCRIBE_SLOT = "UNSUBSCRIBE-TOKEN-SLOT-".ljust(TOKEN_LENGTH, "0")  # stands where a token will be


def home_url(base: str) -> str:
    """The sign-up page."""
    return base.rstrip("/") + "/"


def archive_url(base: str) -> str:
    """The list of issues."""
    return f"{base.rstrip('/')}/issues"


def issue_url(base: str, issue: IssueKey, secret: bytes = b"") -> str:
    """The web version of one issue; in a private archive with the key of its day, made of the ``secret``."""
    return f"{archive_url(base)}/{issue}{_locked(issue, secret)}"


def story_url(base: str, issue: IssueKey, story_key: str, secret: bytes = b"") -> str:
    """The page of one story; in a private archive with the key of its issue's day."""
    return f"{archive_url(base)}/{issue}/{story_key}{_locked(issue, secret)}"


def day_key(issue: IssueKey, secret: bytes) -> str:
    """What opens an issue, and its stories, in a private archive."""
    mac = hmac.digest(secret, f"newsletter issue 1\0{issue}".encode(), hashlib.sha256)
    return urlsafe_b64encode(mac[:_DAY_KEY_BYTES]).decode("ascii").rstrip("=")


def opens_day(key: str, issue: IssueKey, secret: bytes) -> bool:
    """Whether ``key`` opens the ``issue``. Takes the same time for every wrong one."""
    return bool(secret) and hmac.compare_digest(
        key.encode("utf-8", "replace"), day_key(issue, secret).encode()
    )


def _locked(issue: IssueKey, secret: bytes) -> str:
    return f"?key={day_key(issue, secret)}" if secret else ""


def unsubscribe_url(base: str, token: str) -> str:
    """Where leaving is one click: POST acts (RFC 8058), GET asks."""
    return f"{base.rstrip('/')}/u/{token}"


def preferences_url(base: str, token: str) -> str:
    """Return where a reader chooses editions, pauses, changes the address; the token is that of leaving."""
    return f"{base.rstrip('/')}/p/{token}"


def unsubscribe_mailto(address: str, token: str, mail_token: str) -> str:
    """Where leaving is one mail: the ``address`` holds the token, or the subject where it has no room."""
    local, _, domain = address.rpartition("@")
    if len(local) + 1 + MAIL_TOKEN_LENGTH > _LONGEST_LOCAL:
        return f"mailto:{address}?subject=unsubscribe-{token}"
    return f"mailto:{local}+{mail_token}@{domain}?subject=unsubscribe"


def mail_token(token: str) -> str:
    """Return an unsubscribe token as a mail address holds it: letters whose case does not matter."""
    return b32encode(urlsafe_b64decode(token)).decode("ascii").lower()


def find_mail_tokens(text: str) -> tuple[str, ...]:
    """Return the unsubscribe tokens that addresses in ``text`` hold."""
    found = dict.fromkeys(_MAIL_TOKEN.findall(text))
    return tuple(urlsafe_b64encode(b32decode(one.upper())).decode("ascii") for one in found)


def confirm_url(base: str, token: str) -> str:
    """Where joining is confirmed: POST acts, GET asks."""
    return f"{base.rstrip('/')}/c/{token}"


def draft_url(base: str, token: str) -> str:
    """An issue before it leaves, for whoever is shown the link."""
    return f"{base.rstrip('/')}/draft/{token}"


def new_address_url(base: str, token: str) -> str:
    """Where a new address is confirmed: POST acts, GET asks."""
    return f"{base.rstrip('/')}/a/{token}"


def open_archive_url(base: str, token: str) -> str:
    """Where a reader's browser gets the key of a private archive."""
    return f"{base.rstrip('/')}/open/{token}"


def about_url(base: str) -> str:
    """Who writes and checks the newsletter, and how."""
    return f"{base.rstrip('/')}/about"


def privacy_url(base: str) -> str:
    """What is kept of a subscriber, and why."""
    return f"{base.rstrip('/')}/privacy"
