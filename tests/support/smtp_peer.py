"""A real SMTP server on loopback that misbehaves on purpose. I/O (network)."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from aiosmtpd.controller import Controller

from tests.support.free_port import free_port

Answer = str | None  # a reply line, or None: drop the connection without a word


@contextmanager
def listening(handler: object) -> Iterator[int]:
    """Let a handler of aiosmtpd answer in a thread of its own until the block ends; gives its port."""
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


@dataclass
class Peer:
    """Answers as told. ``on`` maps MAIL, RCPT, DATA, BODY to a function of the argument."""

    on: dict[str, Callable[[str], Answer | Awaitable[Answer]]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    banner: Answer = "220 peer ESMTP"
    tls: ssl.SSLContext | None = None
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    port: int = 0
    seen: int = 0  # messages whose final dot arrived
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 24)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in [task for task in asyncio.all_tasks() if task.get_name() == f"peer {id(self)}"]:
            task.cancel()
        await asyncio.sleep(0)

    async def _answer(self, verb: str, argument: str, default: str) -> Answer:
        if verb not in self.on:
            return default
        answer = self.on[verb](argument)
        return await answer if isinstance(answer, Awaitable) else answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name(f"peer {id(self)}")
        self.connections += 1
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError
        ):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: PLR0911
        def say(line: Answer) -> bool:
            if line is None:
                writer.transport.abort()
                return False
            writer.write(line.encode() + b"\r\n")
            return True

        if not say(self.banner) or not (self.banner or "").startswith("220"):
            return
        sender = recipient = ""
        while line := (await reader.readline()).decode().strip():
            verb, _, argument = line.partition(" ")
            verb = verb.upper()
            self.commands.append(verb)
            if verb == "EHLO":
                lines = ["peer", *self.extensions]
                for name in lines[:-1]:
                    say(f"250-{name}")
                say(f"250 {lines[-1]}")
            elif verb == "STARTTLS" and self.tls is not None:
                say("220 go")
                await writer.start_tls(self.tls)
            elif verb == "MAIL":
                sender = argument[6:-1]
                if not say(await self._answer("MAIL", sender, "250 2.1.0 ok")):
                    return
            elif verb == "RCPT":
                answer = await self._answer("RCPT", argument[4:-1], "250 2.1.5 ok")
                recipient = argument[4:-1] if answer and answer.startswith("250") else ""
                if not say(answer):
                    return
                if answer and answer.startswith("421"):
                    return
            elif verb == "DATA":
                answer = await self._answer(
                    "DATA", recipient, "354 go on" if recipient else "554 5.5.1 nobody"
                )
                if not say(answer):
                    return
                if not answer or not answer.startswith("354"):
                    continue
                content = b"\r\n"
                while not content.endswith(b"\r\n.\r\n"):
                    content += await reader.readuntil(b".\r\n")
                content = content[2:]
                self.seen += 1
                answer = await self._answer("BODY", recipient, "250 2.0.0 taken")
                if answer and answer.startswith("250"):
                    self.taken.append((sender, recipient, content[:-3]))
                if not say(answer):
                    return
            elif verb == "QUIT":
                say("221 bye")
                return
            elif verb == "AUTH":
                if not say(await self._answer("AUTH", argument, "235 2.7.0 ok")):
                    return
            else:
                say("250 ok")
