"""The gate before a send: the checks once more, and the operator is told what keeps the issue. I/O."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.check.finding import Finding, Level
from newsletter.check.remote_checks import GATE
from newsletter.check.run import check_issue
from newsletter.check.sender.dns import Ask
from newsletter.delivery.operator_alerts import tell
from newsletter.delivery.prepare_messages import Sending
from newsletter.logs import get_log
from newsletter.model import Alert, IssueKey

log = get_log("preflight")


async def hold_back(checking: Sending, key: IssueKey, *, ask: Ask | None = None) -> tuple[Finding, ...]:
    """Look at an issue right before it is sent; return what keeps it, having told the operator.

    Where this returns nothing, the issue may leave. Where it returns something, it stays as it is and is
    looked at again whenever this is called again.
    """
    found = await check_issue(checking, key, ask=ask, scope=GATE)
    for finding in found.findings:
        if finding.level is not Level.NOT_RUN:
            log.info("preflight", date=key.date.isoformat(), check=finding.check, level=finding.level.value)
    if found.blocking:
        await tell(checking, describe_block(key, found.blocking))
    return found.blocking


def describe_block(key: IssueKey, blocking: Iterable[Finding]) -> Alert:
    """Return what the operator is told of an issue that is kept back. Pure."""
    listed = tuple(blocking)
    names = sorted({finding.check for finding in listed})
    lines = "\n\n".join(f"{finding.check}: {finding.message}\n  {finding.hint}" for finding in listed)
    body = (
        f"{lines}\n\nThe issue waits and is checked again every minute until the latest start.\n"
        f"Look at it: newsletter check {key}\n"
        f"To send it all the same, add to newsletter.toml:\n\n[preflight]\nwaive = {names}".replace("'", '"')
    )
    relay = "relay:" if names == ["relay"] else ""  # then the webhook is tried first
    return Alert(
        f"{relay}preflight:{key}:{','.join(names)}"[:120],
        f"The issue of {key} was not sent: {len(names)} check{'s fail' if names[1:] else ' fails'}",
        body,
    )
