"""A local inbox: an SMTP server that keeps what it gets in a Maildir. I/O (network, disk).

For the demo and for tests: a real peer on loopback. It delivers to nobody and relays nothing.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import socket
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller

_MAX_BYTES = 33_554_432
_ENVELOPE_FROM, _ENVELOPE_TO = "X-Envelope-From", "X-Envelope-To"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMail:
    """One mail that arrived."""

    key: str
    recipient: str
    sender: str  # of the envelope
    subject: str
    date: datetime | None
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
    """An SMTP server on ``host`` that writes into the Maildir ``folder``. Port 0 takes a free one."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder = folder
        self.host = host
        self._port = port
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._box = mailbox.Maildir(folder, create=True)
        self._controller: Controller | None = None

    @property
    def port(self) -> int:
        """Where it listens; known once it was started."""
        return self._port

    def start(self) -> None:
        """Listen, in a thread of its own."""
        controller = Controller(
            _Keep(self._box),
            hostname=self.host,
            port=self._port,
            ready_timeout=10,
            data_size_limit=_MAX_BYTES,
            ident="newsletter inbox",
        )
        if self._port == 0:
            # The controller calls its own port to see whether it is ready: it has to know which one.
            self._port = _free_port(self.host)
            controller.port = self._port
        controller.start()
        self._controller = controller

    def stop(self) -> None:
        """Stop listening; what arrived stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def list_mails(self) -> tuple[InboxMail, ...]:
        """Return every mail, oldest first."""
        box = mailbox.Maildir(self.folder, create=True)
        found = [_read(key, box.get_bytes(key)) for key in sorted(box.keys())]  # keys begin with a time
        return tuple(sorted(found, key=lambda mail: mail.key))

    def clear(self) -> None:
        """Throw away every mail."""
        self._box.clear()


def _free_port(host: str) -> int:

    with socket.create_server((host, 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _read(key: str, raw: bytes) -> InboxMail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    date = None
    if value := message.get("Date"):
        try:
            date = parsedate_to_datetime(str(value))
        except ValueError:
            date = None
    return InboxMail(
        key=key,
        recipient=str(message.get(_ENVELOPE_TO, "")).strip("<>"),
        sender=str(message.get(_ENVELOPE_FROM, "")).strip("<>"),
        subject=str(message.get("Subject", "")),
        date=date,
        message_id=str(message.get("Message-ID", "")).strip(),
        raw=raw,
    )
