"""What a preflight came to, and how its parts are run. I/O (logs).

Each part runs by itself: one that breaks hides no other, and an unexpected fault of a check warns, since a
newsletter must not stay unsent for a fault of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from newsletter.check.catalogue import CATALOGUE
from newsletter.check.finding import Finding, fail, warn
from newsletter.check.mail.check_mail import find_blocking
from newsletter.errors import NewsletterError
from newsletter.logs import get_log

Findings = tuple[Finding, ...]
OnPart = Callable[[str], None]  # is told the title of each part that ended

log = get_log("preflight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What a preflight found, and which checks ran."""

    about: str
    findings: Findings
    ran: frozenset[str]
    waived: tuple[str, ...]
    size: int = 0  # bytes of encoded HTML

    @property
    def blocking(self) -> Findings:
        """The findings that keep the issue from leaving."""
        return find_blocking(self.findings, self.waived)

    @property
    def passed(self) -> tuple[str, ...]:
        """The names of the checks that ran and found nothing."""
        found = {finding.check for finding in self.findings}
        return tuple(name for name in CATALOGUE if name in self.ran and name not in found)


@dataclass(frozen=True, slots=True)
class Part:
    """Some checks that are looked at together."""

    title: str
    names: frozenset[str]
    look: Callable[[], Awaitable[Findings]]


def ignore(_: str) -> None:
    """Tell nobody that a part ended."""


async def run_parts(parts: Iterable[Part], on_part: OnPart = ignore) -> tuple[Findings, frozenset[str]]:
    """Run the parts side by side; return what they found, in their order, and which checks ran."""
    listed = tuple(parts)

    async def run(part: Part) -> Findings:
        found = await _guard(part)
        on_part(part.title)
        return found

    results = await asyncio.gather(*map(run, listed))
    ran = frozenset(name for part in listed for name in part.names)
    return tuple(finding for result in results for finding in result), ran


async def _guard(part: Part) -> Findings:
    try:
        return await part.look()
    except NewsletterError as error:
        return (fail(min(part.names), str(error), error.hint),)
    except Exception:
        log.exception("a check broke", checks=sorted(part.names))
        return tuple(
            warn(name, "This check broke by itself; the log has the details.", "Please report it.")
            for name in sorted(part.names)
        )


def known_part(title: str, names: Iterable[str], *found: Finding) -> Part:
    """Return a part whose findings are known already."""

    async def give() -> Findings:
        return found

    return Part(title, frozenset(names), give)
