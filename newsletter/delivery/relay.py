"""The relay: the port that mail leaves through. I/O (network, disk).

Two real things stand behind it: an SMTP server, and a folder of .eml files. What came of a message is a
value (``outcomes.Result``); a relay raises nothing for what a relay does. aiosmtplib is imported here only.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol, cast

import aiosmtplib

from newsletter.config import RelaySettings, Security, Settings
from newsletter.delivery.outcomes import Answered, Lost, Phase, Result, Unreachable
from newsletter.delivery.smtp_session import Conversation, Mail
from newsletter.errors import ConfigError, RelayError
from newsletter.http import Resolve, UnknownHostError, resolve_host
from newsletter.model import Reply


class Relay(Protocol):
    """Where mail is handed over."""

    name: str  # that the ledger records
    limits: RelaySettings  # connections at once, and messages a second, an hour and a day; 0 means no limit
    size_limit: int  # bytes of a message, as it said when it was looked at; 0: it names none

    async def deliver(self, mail: Mail, handing_over: Callable[[], None]) -> Result:
        """Hand one message over. ``handing_over`` is called right before its final dot is written."""

    async def check(self) -> Unreachable | None:
        """Look whether it would take mail; return what is wrong, or None. For `newsletter doctor`."""

    async def close(self) -> None:
        """End every connection."""


class SMTPRelay:
    """An SMTP server, with connections that are kept for many messages."""

    def __init__(self, settings: RelaySettings, *, helo: str, resolve: Resolve = resolve_host) -> None:
        self._resolve = resolve
        self._helo = settings.helo or helo
        self._context = _tls_context(settings)
        self._idle: list[Conversation] = []
        self._busy: set[Conversation] = set()
        self._good = ""  # the address that answered last
        self.name = f"{settings.host}:{settings.port}"
        self._settings = self.limits = settings
        self.size_limit = 0  # RFC 1870

    async def deliver(self, mail: Mail, handing_over: Callable[[], None]) -> Result:
        """Hand one message over, on an idle connection or a new one."""
        while self._idle:
            conversation = self._idle.pop()
            if not conversation.is_open:
                conversation.abort()
                continue
            result = await self._transact(conversation, mail, handing_over)
            if not _went_stale(result):
                return result
        opened = await self._open()
        if isinstance(opened, Unreachable):
            return opened
        return await self._transact(opened, mail, handing_over)

    async def _transact(
        self, conversation: Conversation, mail: Mail, handing_over: Callable[[], None]
    ) -> Result:
        self._busy.add(conversation)
        try:
            result = await conversation.transact(
                mail,
                handing_over=handing_over,
                command_seconds=self._settings.command_timeout,
                data_seconds=self._settings.data_timeout,
            )
        except BaseException:
            conversation.abort()
            raise
        finally:
            self._busy.discard(conversation)
        if not isinstance(result, Answered) or result.reply.code == 421:  # noqa: PLR2004 - RFC 5321 3.8
            conversation.abort()
        elif conversation.messages >= (1 if _went_stale(result) else self._settings.messages_per_connection):
            conversation.quit()
        else:
            self._idle.append(conversation)
        return result

    async def _open(self) -> Conversation | Unreachable:
        """Open, encrypt and authenticate a connection, each with its time-out."""
        settings = self._settings
        try:
            reached = await self._reach()
        except (OSError, TimeoutError, UnknownHostError) as error:
            return _unreachable(Phase.CONNECT, error)
        client = aiosmtplib.SMTP(
            hostname=settings.host,  # what its certificate has to name
            port=None,
            sock=reached,  # its own from here on
            local_hostname=self._helo,
            use_tls=settings.security is Security.TLS,
            start_tls=False,  # done below, so that its failure can be told from another
            tls_context=self._context,
            timeout=settings.connect_timeout,
        )
        phase = Phase.CONNECT
        try:
            # A server that sends one byte a second passes each single time-out; not this one.
            async with asyncio.timeout(settings.connect_timeout + 2 * settings.command_timeout):
                await client.connect()
                phase = Phase.GREETING
                await client.ehlo(timeout=settings.command_timeout)
                if settings.security is Security.STARTTLS:
                    phase = Phase.TLS
                    await client.starttls(tls_context=self._context, timeout=settings.command_timeout)
                    await client.ehlo(timeout=settings.command_timeout)
                if settings.username:
                    phase = Phase.AUTH
                    await client.login(
                        settings.username,
                        settings.password.get_secret_value(),
                        timeout=settings.command_timeout,
                    )
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            client.close()
            return _unreachable(phase, error)
        except BaseException:
            client.close()
            raise
        # uvloop's transports are no subclasses of asyncio's: only what they do counts.
        transport = cast("asyncio.Transport | None", client.transport)
        if transport is None or transport.is_closing():
            client.close()
            return Unreachable(phase=phase, reason="the relay closed the connection after its greeting")
        size = client.esmtp_extensions.get("size", "")
        self.size_limit = int(size) if size.isdecimal() else 0
        return Conversation(transport, pipelining=client.supports_extension("pipelining"))

    async def _reach(self) -> socket.socket:
        """Return a connection to the first address of the relay's name that answers, the last good one before others.

        One that swallows every packet, as IPv6 does in some networks, takes half of the time that is left.
        """
        host, port = self._settings.host, self._settings.port
        until = time.monotonic() + self._settings.connect_timeout
        async with asyncio.timeout(self._settings.connect_timeout):
            found = await self._resolve(host, port)
        failure: Exception = UnknownHostError(f"the name {host} has no address")
        ranked = sorted(found, key=lambda address: address != self._good)
        for left, address in zip(range(len(found) - 1, -1, -1), ranked, strict=True):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with ExitStack() as closing:
                try:
                    trying = closing.enter_context(socket.socket(family, socket.SOCK_STREAM))  # maybe no IPv6
                    trying.setblocking(False)
                    trying.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    async with asyncio.timeout((until - time.monotonic()) / (2 if left else 1)):
                        await asyncio.get_running_loop().sock_connect(trying, (address, port))
                except (OSError, TimeoutError) as error:
                    failure = error
                    continue
                closing.pop_all()
                self._good = address
                return trying
        raise failure

    async def check(self) -> Unreachable | None:
        """Open a connection and end it; return what is wrong, or None. For `newsletter doctor`."""
        opened = await self._open()
        if isinstance(opened, Unreachable):
            return opened
        opened.quit()
        return None

    async def close(self) -> None:
        """Say goodbye on idle connections, drop the others."""
        for conversation in self._idle:
            conversation.quit()
        for conversation in tuple(self._busy):
            conversation.abort()
        self._idle.clear()
        await asyncio.sleep(0)  # transports close in the next turn of the loop


def _went_stale(result: Result) -> bool:
    """Whether a kept connection had its share before this message's content: it is tried on a fresh one.

    It was closed for idling, or had as many recipients (421) or messages (OpenSMTPD: 452 to MAIL) as it gets.
    """
    match result:
        case Lost(phase=Phase.MAIL):
            return True
        case Answered(phase=Phase.MAIL, reply=reply):
            return reply.code // 100 == 4  # noqa: PLR2004
        case Answered(phase=Phase.RCPT | Phase.DATA, reply=reply):
            return reply.code == 421  # noqa: PLR2004
        case _:
            return False


def _unreachable(phase: Phase, error: Exception) -> Unreachable:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reply = Reply(code=error.code, enhanced=None, text=" ".join(str(error.message).split())[:500])
        return Unreachable(phase=phase, reason=f"{reply.code} {reply.text}".strip(), reply=reply)
    # What the library says around it names neither host nor port: both are known.
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    reason = "timed out" if isinstance(cause, TimeoutError) else " ".join(str(cause).split())[:500]
    if isinstance(cause, ssl.SSLError) and "WRONG_VERSION" in reason:
        reason = f'no TLS is spoken at this port: security = "starttls" or "none" ({reason})'
    return Unreachable(phase=phase, reason=reason or type(error).__name__)


def _tls_context(settings: RelaySettings) -> ssl.SSLContext | None:
    if settings.security is Security.NONE:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"relay.ca_file {settings.ca_file} cannot be used: {error}.",
            hint="It must be a readable file of certificates in PEM.",
        ) from error
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class FolderRelay:
    """A folder of .eml files: each message whole or not at all. A second copy replaces the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"folder:{folder.name}"
        self.limits = RelaySettings(connections=1)  # one writer is enough for a disk
        self.size_limit = 0

    async def deliver(self, mail: Mail, handing_over: Callable[[], None]) -> Result:
        """Write one message, named for its Message-ID."""
        handing_over()
        try:
            path = await asyncio.to_thread(self._write, mail)
        except OSError as error:
            return Unreachable(phase=Phase.CONNECT, reason=f"{self._folder}: {error.strerror or error}")
        return Answered(
            phase=Phase.BODY, reply=Reply(code=250, enhanced="2.0.0", text=f"written to {path.name}")
        )

    async def check(self) -> Unreachable | None:
        """Write into the folder and leave nothing; return what is wrong, or None. For `newsletter doctor`."""
        try:
            await asyncio.to_thread(self._try)
        except OSError as error:
            return Unreachable(phase=Phase.CONNECT, reason=f"{self._folder}: {error.strerror or error}")
        return None

    def _try(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._folder) as file:
            file.write(b"\0" * 4096)
            file.flush()

    def _write(self, mail: Mail) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{mail.name}.eml"
        descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=".")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"X-Envelope-From: <" + mail.sender.encode("ascii") + b">\r\n")
                file.write(b"X-Envelope-To: <" + mail.recipient.encode("ascii") + b">\r\n")
                file.write(mail.message)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return path

    async def close(self) -> None:
        """Nothing is open."""


def build_relays(settings: Settings) -> tuple[Relay, ...]:
    """Return the relays of the settings, in their order: SMTP servers, or a folder of .eml files."""
    first = settings.relay
    if first.is_folder:
        return (FolderRelay(first.folder if first.folder.is_absolute() else settings.data / first.folder),)
    return tuple(SMTPRelay(one, helo=settings.newsletter.domain) for _, one in settings.relays)


async def hand_over(settings: Settings, address: str, message: bytes, name: str) -> str:
    """Hand one message to the first relay that takes it; return its words. Raises RelayError."""
    mail = Mail(sender=settings.newsletter.from_address, recipient=address, message=message, name=name)
    refusals = []
    relays = build_relays(settings)
    try:
        for relay in relays:
            result = await relay.deliver(mail, lambda: None)
            if isinstance(result, Answered) and result.accepted:
                return f"{result.reply.code} {result.reply.text}"
            reply = getattr(result, "reply", None)
            why = f"{reply.code} {reply.text}" if reply else getattr(result, "reason", "no answer")
            refusals.append(f"{relay.name} did not take the message: {why}")
            if isinstance(result, Lost) and result.phase is Phase.BODY:
                break  # it may have taken it
    finally:
        for relay in relays:
            await relay.close()
    raise RelayError("; ".join(refusals), hint="Check the [relay] settings; newsletter doctor tests them.")
