"""A trial: an installation whose pages nobody outside can reach. Pure.

What only a public host can pass is not asked there, or warns. All else is judged as everywhere. A trial
writes its mails into a folder: no relay gets any, for nobody could open their links, or leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsletter.check.catalogue import DNS_CHECKS
from newsletter.check.finding import Expected, Finding, Level, fail
from newsletter.check.mail import content
from newsletter.check.mail.check_mail import expect
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.config import Identity, RelaySettings
from newsletter.render.words import is_trustworthy, join_words

TRIAL = "trial"  # the check, and the alert while it keeps mail back
PUBLIC_CHECKS = DNS_CHECKS | {"list-unsubscribe", "links-https", "unsubscribe-works"}


def is_trial(identity: Identity) -> bool:
    """Whether nobody outside can reach this installation's pages: then public DNS proves nothing either."""
    return not is_trustworthy(identity.base_url)


def check_trial(identity: Identity, relay: RelaySettings) -> tuple[Finding, ...]:
    """Return what must be set before a relay gets any mail; nothing where all is, or mails go into a folder."""
    nobody = identity.from_address == Identity().from_address
    if relay.is_folder or not (is_trial(identity) or nobody):
        return ()  # a postal address alone is the business of the check of the footer
    unset = [
        *(["base_url (public, https)"] if is_trial(identity) else []),
        *(["from_address"] if nobody else []),
        *(["postal_address"] if not identity.postal_address else []),
    ]
    return (
        fail(
            TRIAL,
            f"Not set in [newsletter]: {join_words(unset)}. Readers could not open a link, answer or leave.",
            'Set them, then newsletter issue refreeze. For a trial: [relay] type = "folder"; or waive this '
            "for a relay that mails nobody.",
        ),
    )


def soften(
    identity: Identity, findings: Iterable[Finding], *, trial: bool | None = None
) -> tuple[Finding, ...]:
    """On a trial, let what only a public host can pass warn; and say the same thing of many links once.

    Nor does a trial need a postal address: nobody but its own operator gets its mail.
    """
    if not (is_trial(identity) if trial is None else trial):
        return tuple(findings)
    unset = no_postal(expect(identity))
    kept: list[Finding] = []
    for finding in findings:
        if finding.level is not Level.FAIL or not (finding.check in PUBLIC_CHECKS or finding in unset):
            kept.append(finding)
        elif not any(other.check == finding.check for other in kept):
            words = f"{finding.message.rstrip('.')}. A trial may: its base_url is no public https address."
            kept.append(replace(finding, level=Level.WARN, message=words))
    return tuple(kept)


def no_postal(expected: Expected) -> frozenset[Finding]:
    """Return what the check of the postal address finds where none is known; nothing where one is."""
    return frozenset(content.check_no_postal(content.Reading(read_mail(b"")), expected))
