"""What an operator is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.errors import NewsletterError


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing an operator should know. ``key`` is what makes two alerts the same."""

    key: str
    subject: str
    body: str  # what happened, where, and what to do
    for_operators: bool = False  # not for alerts.mail_to alone: for each operator of the desk


def alert_of(error: NewsletterError, key: str, subject: str, then: str = "") -> Alert:
    """Return the alert that tells an error and its hint, and what happens then."""
    return Alert(key, subject, "\n\n".join(filter(None, (str(error), error.hint, then))))
