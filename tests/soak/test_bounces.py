"""What real servers report of refusals at each command suppresses a dead recipient and nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.soak.bounces import COMMANDS, SERVERS, collect, read_cases, score

PHRASES = """\
dead\t550 5.1.1 <{r}>: Recipient address rejected: User unknown in virtual mailbox table
dead\t550 5.1.0 Address does not exist
alive\t553 5.1.8 <{s}>: Sender address rejected: Domain not found
alive\t552 5.2.2 Mailbox full
"""


@pytest.mark.servers
@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["Postfix", "Exim", "Sendmail"])
def test_only_a_refused_recipient_is_suppressed(tmp_path: Path, server: str) -> None:
    phrases = tmp_path / "phrases.tsv"
    phrases.write_text(PHRASES, encoding="utf-8")
    cases = read_cases(phrases)
    reports = asyncio.run(collect(SERVERS[server], cases, 60))
    assert len(reports) == len(cases) == 4 * len(COMMANDS)
    counts = score(cases, reports, server, wrong=True)
    bad = [name for name in counts if counts[name] and name.endswith(("wrong", "missed", "unread"))]
    assert not bad, counts
    assert counts["seen right"] + counts["held right"] == 2
