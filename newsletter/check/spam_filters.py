"""What spam filters say of the mail: SpamAssassin and rspamd, where one answers. I/O (network).

Both are asked as a receiver would: they get the envelope and the address that the mail comes from. They run
beside many mail servers; where neither does, the checks say "not run".
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from newsletter.check.finding import not_run, warn
from newsletter.check.result import Findings
from newsletter.errors import FetchError
from newsletter.http import HTTPClient

MOST_SPAMASSASSIN = 2.0  # points; it calls 5 spam
MOST_RSPAMD = 4.0  # points; it greylists at 4 and rejects at 15
_TITLES = {"spamassassin": "SpamAssassin", "rspamd": "rspamd"}
_SECONDS = 10.0
_NAMED = 5  # rules that a finding names
_LEAST = 0.1  # points of a rule that is named
_RULE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a message reaches a receiver."""

    sender: str  # of the envelope
    recipient: str
    host: str  # that hands it over, as it names itself
    address: str  # of that host; "" where nobody knows
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The verdict of a filter: points, and what each rule gave."""

    points: float
    rules: Mapping[str, float]

    @property
    def worst(self) -> str:
        """The rules that cost most, in words."""
        costly = sorted((-given, name) for name, given in self.rules.items() if given >= _LEAST)
        return ", ".join(f"{name} {-given:g}" for given, name in costly[:_NAMED]) or "it names no rule"


async def ask_spamassassin(server: str, raw: bytes, arrival: Arrival) -> Score | None:
    """Return what spamd at ``server`` ("host:port") says; None where nobody answers.

    Speaks SPAMC 1.5, the protocol of spamc(1).
    """
    message = _write_trace(arrival) + raw
    host, _, port = server.rpartition(":")
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            try:
                writer.write(b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(message) + message)
                await writer.drain()
                answer = (await reader.read(-1)).decode("utf-8", "replace")
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return None
    points = re.search(r"^Spam:\s*\w+\s*;\s*(-?[\d.]+)\s*/", answer, re.MULTILINE | re.IGNORECASE)
    if not points:
        return None
    return Score(points=float(points[1]), rules={name: float(given) for given, name in _RULE.findall(answer)})


def _write_trace(arrival: Arrival) -> bytes:
    """Return the headers that a receiver's own server would have put on top; none where it is not known."""
    if not arrival.address:
        return b""
    return (
        f"Return-Path: <{arrival.sender}>\r\n"
        f"Received: from {arrival.host} ({arrival.host} [{arrival.address}]) by localhost with ESMTPS\r\n"
        f" for <{arrival.recipient}>; {format_datetime(arrival.at)}\r\n"
    ).encode("ascii", "replace")


async def ask_rspamd(client: HTTPClient, server: str, raw: bytes, arrival: Arrival) -> Score | None:
    """Return what rspamd's normal worker at ``server`` ("host:port") says; None where nobody answers."""
    headers = {
        "From": arrival.sender, "Rcpt": arrival.recipient, "Helo": arrival.host, "Hostname": arrival.host,
    }  # fmt: skip
    if arrival.address:
        headers["IP"] = arrival.address
    try:
        answer = await client.exchange(
            "POST", f"http://{server}/checkv2", raw, headers=headers, timeout=_SECONDS
        )
        told = json.loads(answer.body) if answer.is_success else {}
        symbols = {name: float(symbol["score"]) for name, symbol in told["symbols"].items()}
        return Score(points=float(told["score"]), rules=symbols)
    except (FetchError, ValueError, KeyError, TypeError, AttributeError):
        return None


async def check_filters(
    client: HTTPClient, raw: bytes, arrival: Arrival, *, spamassassin: str, rspamd: str
) -> Findings:
    """43, 44: what the filters say. A server that is "" is not asked."""
    found: Findings = ()
    if spamassassin:
        score = await ask_spamassassin(spamassassin, raw, arrival)
        found += _judge("spamassassin", spamassassin, score, MOST_SPAMASSASSIN)
    if rspamd:
        score = await ask_rspamd(client, rspamd, raw, arrival)
        found += _judge("rspamd", rspamd, score, MOST_RSPAMD)
    return found


def _judge(name: str, server: str, score: Score | None, most: float) -> Findings:
    if score is None:
        return (not_run(name, f"No {_TITLES[name]} answers at {server}: the mail was not scored.",
                        f'Start one, name another in preflight.{name}, or set that to "" to leave it out.'),
                        )  # fmt: skip
    if score.points < most:
        return ()
    return (warn(name, f"{_TITLES[name]} gives the mail {score.points:g} points, of at most {most:g}: {score.worst}.",
                 "Look each rule up by its name; what it dislikes, receivers' filters do too."),)  # fmt: skip
