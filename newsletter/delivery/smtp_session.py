"""One SMTP connection after its greeting: mail transactions with pipelining. I/O (network).

aiosmtplib opens, encrypts and authenticates a connection; this takes it over for the messages. Two things
need it: the commands of a message go out in one packet where the relay allows it (PIPELINING, RFC 2920),
which is what makes sending fast over a distance; and it knows whether the final dot ever left, which is
what parts "not sent" from "uncertain".
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.delivery.outcomes import Answered, Lost, Phase, Result
from newsletter.model import Reply

_MAX_REPLY = 65_536
_MAX_WORDS = 500
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]+")
_OK, _GO_ON, _GOODBYE = 2, 354, 421
_DIGITS = 3  # of a code


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What is handed to a relay: an envelope and the finished message, lines ended by CRLF."""

    sender: str
    recipient: str
    message: bytes
    name: str  # a name for it that is unique and safe in a file system


def parse_reply(lines: list[bytes]) -> Reply:
    """Return a reply of one or more lines. Raises ValueError where it is no SMTP.

    Its lines are to have one code; where they have not, the last one counts: RFC 5321 section 4.2.1 lets a client read
    no other.
    """
    code = lines[-1][:3]
    if len(code) != _DIGITS or not code.isdigit():
        raise ValueError(code)
    words = [line[4:].decode("utf-8", "replace") for line in lines]
    enhanced = None
    if found := _ENHANCED.match(words[0]):
        enhanced = found[1]
        words = [word.removeprefix(enhanced).strip() for word in words]
    text = _UNPRINTABLE.sub(" ", " ".join(words)).strip()
    return Reply(code=int(code), enhanced=enhanced, text=text[:_MAX_WORDS])


class Conversation(asyncio.Protocol):
    """A connection that is past its greeting."""

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool) -> None:
        self._transport = transport
        self._pipelining = pipelining
        self._replies: deque[Reply] = deque()
        self._lines: list[bytes] = []
        self._rest = b""
        self._waiter: asyncio.Future[None] | None = None
        self._ended: str | None = None
        self._unwritten = False
        self._reset_first = False
        self.messages = 0
        # With a mark of zero, "paused" says exactly that something is not with the kernel yet.
        transport.set_write_buffer_limits(high=0)
        transport.set_protocol(self)

    # What asyncio calls.

    def data_received(self, data: bytes) -> None:
        """Collect whole replies."""
        data = self._rest + data
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            self._lines.append(line)
            if line[3:4] != b"-":
                whole, self._lines = self._lines, []
                try:
                    self._replies.append(parse_reply(whole))
                except ValueError:
                    self._end("an answer that is no SMTP")
        if len(self._rest) + sum(map(len, self._lines)) > _MAX_REPLY:
            self._end("an answer without end")
        self._wake()

    def pause_writing(self) -> None:
        """Something waits to be written."""
        self._unwritten = True

    def resume_writing(self) -> None:
        """Everything is with the kernel."""
        self._unwritten = False

    def eof_received(self) -> bool:
        """The relay ended the connection; what it said before still counts."""
        self._end("the relay closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember why."""
        self._end(f"the connection was lost ({exc})" if exc else "the relay closed the connection")

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What the relay calls.

    @property
    def is_open(self) -> bool:
        """Whether another message can be tried."""
        return self._ended is None and not self._transport.is_closing()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._ended = self._ended or "dropped"
        self._transport.abort()

    def quit(self) -> None:
        """Say goodbye without waiting for the answer."""
        if self.is_open:
            self._transport.write(b"QUIT\r\n")
        self._ended = self._ended or "we quit"
        self._transport.close()

    async def _reply(self, seconds: float) -> Reply | str:
        """Return the next reply, or why there is none."""
        if not self._replies and self._ended is None:
            try:
                async with asyncio.timeout(seconds):
                    while not self._replies and self._ended is None:
                        self._waiter = asyncio.get_running_loop().create_future()
                        await self._waiter
            except TimeoutError:
                self.abort()
                return f"no answer within {seconds:g} s"
        if self._replies:
            return self._replies.popleft()
        return self._ended or "no answer"

    async def transact(
        self, mail: Mail, *, handing_over: Callable[[], None], command_seconds: float, data_seconds: float
    ) -> Result:
        """Hand one message over and return what came of it.

        ``handing_over`` is called right before the message is written with its final dot. After any
        result that is not an answer the connection is of no more use.
        """
        if self._replies and self._replies[0].code != _GOODBYE:
            # From here on each answer would be taken for that of another command.
            self.abort()
            return Lost(phase=Phase.MAIL, reason="an answer to nothing that was asked")
        refused = await self._envelope(mail, command_seconds)
        if refused is not None:
            return refused
        content = mail.message
        if content.startswith(b".") or b"\r\n." in content:
            content = re.sub(rb"(?m)^\.", b"..", content)  # RFC 5321 section 4.5.2
        handing_over()
        self._transport.write(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
        reply = await self._reply(data_seconds)
        self.messages += 1
        if isinstance(reply, Reply):
            return Answered(phase=Phase.BODY, reply=reply)
        # Whatever of the message is not with the kernel holds the final dot: it was not taken.
        return Lost(phase=Phase.DATA if self._unwritten else Phase.BODY, reason=reply)

    async def _envelope(self, mail: Mail, seconds: float) -> Result | None:
        """Send MAIL, RCPT and DATA; return None where the relay waits for the message."""
        commands = [
            (Phase.MAIL, b"MAIL FROM:<" + mail.sender.encode("ascii") + b">\r\n"),
            (Phase.RCPT, b"RCPT TO:<" + mail.recipient.encode("ascii") + b">\r\n"),
            (Phase.DATA, b"DATA\r\n"),
        ]
        resetting, self._reset_first = self._reset_first, False
        if self._pipelining:
            group = b"".join(line for _, line in commands)
            self._transport.write(b"RSET\r\n" + group if resetting else group)
        elif resetting:
            self._transport.write(b"RSET\r\n")
        if resetting and isinstance(lost := await self._reply(seconds), str):
            return Lost(phase=Phase.MAIL, reason=lost)
        refused: Result | None = None
        has_recipient = False
        for phase, line in commands:
            if not self._pipelining:
                self._transport.write(line)
            reply = await self._reply(seconds)
            if isinstance(reply, str):
                return refused or Lost(phase=phase, reason=reply)
            has_recipient = has_recipient or (phase is Phase.RCPT and _is_good(phase, reply))
            if refused is not None:
                await self._end_empty(phase, reply, seconds, has_recipient=has_recipient)
            elif not _is_good(phase, reply):
                refused = Answered(phase=phase, reply=reply)
                if not self._pipelining:
                    break
        self._reset_first = refused is not None
        return refused

    async def _end_empty(self, phase: Phase, reply: Reply, seconds: float, *, has_recipient: bool) -> None:
        """RFC 2920 section 3.1: a relay that waits for a message to nobody gets an empty one; to somebody, none."""
        if phase is Phase.DATA and reply.code == _GO_ON:
            if has_recipient:
                self.abort()
                return
            self._transport.write(b".\r\n")
            if isinstance(await self._reply(seconds), str):
                self.abort()


def _is_good(phase: Phase, reply: Reply) -> bool:
    return reply.code == _GO_ON if phase is Phase.DATA else reply.code // 100 == _OK
