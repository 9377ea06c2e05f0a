"""A trial: an installation whose pages nobody outside can reach. Pure.

What only a public host can pass is not asked there, or warns. All else is judged as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsletter.config import Identity
from newsletter.preflight.catalogue import DNS_CHECKS
from newsletter.render.preflight import content
from newsletter.render.preflight.check import expect
from newsletter.render.preflight.finding import Expected, Finding, Level
from newsletter.render.preflight.mail import read_mail

PUBLIC_CHECKS = DNS_CHECKS | {"list-unsubscribe", "links-https", "unsubscribe-works"}


def is_trial(identity: Identity) -> bool:
    """Whether nobody outside can reach this installation's pages: then public DNS proves nothing either."""
    return not identity.base_url.startswith("https://")


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
            words = f"{finding.message.rstrip('.')}. A trial may: its base_url is not https."
            kept.append(replace(finding, level=Level.WARN, message=words))
    return tuple(kept)


def no_postal(expected: Expected) -> frozenset[Finding]:
    """Return what the check of the postal address finds where none is known; nothing where one is."""
    return frozenset(content.check_no_postal(content.Reading(read_mail(b"")), expected))
