"""A local inbox: an SMTP server that keeps what it gets in a Maildir. I/O (network, disk).

For the demo and for tests: a real peer on loopback. It delivers to nobody and relays nothing.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import socket
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller

_HOST = "127.0.0.1"
_MAX_BYTES = 33_554_432
_ENVELOPE_FROM, _ENVELOPE_TO = "X-Envelope-From", "X-Envelope-To"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMail:
    """One mail that arrived."""

    key: str
    recipient: str
    sender: str  # of the envelope
    subject: str
    message_id: str
    raw: bytes  # as it came over the wire, below two envelope headers of the inbox's own

    def parse(self) -> EmailMessage:
        """Return the message for reading its parts."""
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        if not isinstance(message, EmailMessage):  # the policy says so; mypy cannot know
            raise TypeError("not an EmailMessage")
        return message

    def part(self, kind: str) -> str | None:
        """Return the decoded text of the part "html" or "plain", or None."""
        body = self.parse().get_body(preferencelist=(kind,))
        return None if body is None else str(body.get_content())


class _Keep:
    def __init__(self, box: mailbox.Maildir) -> None:
        self._box = box

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message for each of its recipients."""
        del server, session
        content: bytes = envelope.original_content
        for recipient in envelope.rcpt_tos:
            head = f"{_ENVELOPE_FROM}: <{envelope.mail_from}>\r\n{_ENVELOPE_TO}: <{recipient}>\r\n"
            self._box.add(head.encode("utf-8") + content)
        return "250 2.0.0 kept in the inbox"


class DemoInbox:
    """An SMTP server on a free port of this machine that writes into the Maildir ``folder``, while it is entered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        # The controller calls its own port to see whether it is ready: it has to know which one.
        self.port = _free_port()
        self._controller = Controller(
            _Keep(mailbox.Maildir(folder, create=True)),
            hostname=_HOST,
            port=self.port,
            ready_timeout=10,
            data_size_limit=_MAX_BYTES,
            ident="newsletter inbox",
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    def list_mails(self) -> tuple[InboxMail, ...]:
        """Return every mail, oldest first."""
        box = mailbox.Maildir(self.folder, create=True)
        return tuple(_read(key, box.get_bytes(key)) for key in sorted(box.keys()))  # keys begin with a time


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _read(key: str, raw: bytes) -> InboxMail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return InboxMail(
        key=key,
        recipient=str(message.get(_ENVELOPE_TO, "")).strip("<>"),
        sender=str(message.get(_ENVELOPE_FROM, "")).strip("<>"),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        raw=raw,
    )
