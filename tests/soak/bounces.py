"""``python -m tests.soak.bounces``: who is suppressed by what real mail servers report, where the truth is known. I/O.

Postfix, Exim, OpenSMTPD and Sendmail hand mails to a host that refuses each at MAIL FROM, RCPT TO, DATA or after the
content, in words of refusals.tsv or of another list (--phrases: ``dead`` or ``alive``, a tab, the reply). The truth is
by construction: an address is dead where RCPT TO was refused with words that say so; the same words anywhere else are
not about it. Every second phrase, chosen by its digest, is *held*: no rule was made from it.
"""

from __future__ import annotations

import argparse
import asyncio
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from newsletter.delivery.read_report import read_report
from tests.support.mail_servers import UNPACKED, exim, open_scratch, opensmtpd, postfix, sendmail
from tests.support.smtp_peer import Peer

COMMANDS = ("MAIL", "RCPT", "DATA", "BODY")
FAR, US = "far.example", "us.example"
Server = Callable[[Path, dict[str, int]], AbstractContextManager[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail that is refused."""

    number: int
    command: str
    reply: str
    is_dead: bool
    is_held: bool

    @property
    def sender(self) -> str:
        return f"bounce+{self.number}@{US}"

    @property
    def recipient(self) -> str:
        return f"reader{self.number}@{FAR}"


def read_cases(path: Path) -> list[Case]:
    """Return each phrase at each command."""
    cases: list[Case] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        truth, _, said = line.partition("\t")
        held = sha256(said.encode()).digest()[0] % 2 == 1
        for command in COMMANDS:
            number = len(cases)
            reply = said.replace("{r}", f"reader{number}@{FAR}").replace("{s}", f"bounce+{number}@{US}")
            dead = truth == "dead" and command == "RCPT"
            cases.append(Case(number=number, command=command, reply=reply, is_dead=dead, is_held=held))
    return cases


@contextmanager
def run_postfix(folder: Path, routes: dict[str, int]) -> Iterator[int]:
    maps = ", ".join(f"{{{domain}=smtp:[127.0.0.1]:{port}}}" for domain, port in routes.items())
    settings = {"transport_maps": f"inline:{{ {maps} }}", "relay_domains": ", ".join(routes)}
    with postfix(folder, **settings, smtpd_client_connection_count_limit="0", smtputf8_enable="no") as port:
        yield port


SERVERS: dict[str, Server] = {
    "Postfix": run_postfix,
    "Exim": exim,
    "OpenSMTPD": opensmtpd,
    "Sendmail": sendmail,
}
PROGRAMS = {
    "Postfix": "sbin/postfix",
    "Exim": "sbin/exim4",
    "OpenSMTPD": "sbin/smtpd",
    "Sendmail": "libexec/sendmail/sendmail",
}


def hand_over(port: int, cases: list[Case]) -> None:
    for batch in (cases[start : start + 50] for start in range(0, len(cases), 50)):
        hand_over_batch(port, batch)


def hand_over_batch(port: int, cases: list[Case]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for case in cases:
            head = f"From: daily@{US}\r\nTo: {case.recipient}\r\nSubject: Lynas\r\nMessage-ID: <{case.number}@{US}>\r\n"
            client.sendmail(case.sender, [case.recipient], f"{head}\r\nNews of the day.\r\n")


async def collect(server: Server, cases: list[Case], patience: float) -> dict[int, bytes]:
    """Return what came back, by the number of the mail."""

    def number_of(address: str) -> int:
        local = address.partition("@")[0].lstrip("<")
        return int("".join(char for char in local if char.isdigit()))

    def refuse(command: str) -> Callable[[str], str]:
        usual = {"MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go on", "BODY": "250 2.0.0 ok"}

        def answer(argument: str) -> str:
            case = cases[number_of(argument)]
            return case.reply if case.command == command else usual[command]

        return answer

    async with (
        Peer(on={command: refuse(command) for command in COMMANDS}, extensions=("8BITMIME",)) as far,
        Peer() as back,
    ):
        with open_scratch() as folder, server(folder, {FAR: far.port, US: back.port}) as port:
            await asyncio.to_thread(hand_over, port, cases)
            waited, seen = 0.0, -1
            while len(back.taken) < len(cases) and waited < patience:
                waited = 0.0 if len(back.taken) != seen else waited + 0.25
                seen = len(back.taken)
                await asyncio.sleep(0.25)
    return {number_of(recipient.partition("@")[0]): raw for _, recipient, raw in back.taken}


def score(cases: list[Case], reports: dict[int, bytes], name: str, *, wrong: bool) -> Counter[str]:
    """Count what was suppressed rightly and wrongly, and missed; with ``wrong`` print the cases that are not held."""
    counts = Counter[str]()
    for case in cases:
        raw = reports.get(case.number)
        if raw is None:
            counts["silent"] += 1  # the server gave up without a word, or is not done yet
            if wrong and not case.is_held:
                print(name, "silent", case.command, case.reply)
            continue
        failed = read_report(raw, returned=True).failed
        suppressed = any(one.suppresses for one in failed)
        kind = "held" if case.is_held else "seen"
        outcome = {(True, True): "right", (True, False): "wrong", (False, True): "missed"}.get(
            (suppressed, case.is_dead), "let live"
        )
        counts[f"{kind} {outcome}"] += 1
        counts["unread"] += not failed
        if wrong and not case.is_held and outcome in {"wrong", "missed"}:
            print(name, outcome, case.command, case.reply, [(one.reason.value, one.status) for one in failed])
    return counts


def told(counts: Counter[str], kind: str) -> str:
    right, wrong, missed = (counts[f"{kind} {name}"] for name in ("right", "wrong", "missed"))
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return f"{kind} phrases: precision {precision:.3f} ({wrong} wrong), recall {recall:.3f} ({missed} missed)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phrases", type=Path, default=Path(__file__).with_name("refusals.tsv"))
    parser.add_argument("--server", choices=sorted(SERVERS), action="append")
    parser.add_argument("--patience", type=float, default=30, help="seconds without a new report")
    parser.add_argument(
        "--wrong", action="store_true", help="print what is wrong of the phrases that are not held"
    )
    given = parser.parse_args()
    cases, total, lines = read_cases(given.phrases), Counter[str](), []
    for name in given.server or list(SERVERS):
        if not any((root / "usr" / PROGRAMS[name]).exists() for root in (UNPACKED, Path("/"))):
            lines.append(f"{name} is not installed")
            continue
        reports = asyncio.run(collect(SERVERS[name], cases, given.patience))
        counts = score(cases, reports, name, wrong=given.wrong)
        lines.append(f"{name} {len(reports)} of {len(cases)} came back")
        print(
            f"{lines[-1]}; {told(counts, 'seen')}; {told(counts, 'held')}; {counts['unread']} unread",
            flush=True,
        )
        if name != "OpenSMTPD":  # it never says which command was refused
            total += counts
    words = f"{told(total, 'seen')}; {told(total, 'held')}; {total['unread']} unread"
    print(f"bounces: {', '.join(lines)}; where the command is told: {words}")


if __name__ == "__main__":
    main()
