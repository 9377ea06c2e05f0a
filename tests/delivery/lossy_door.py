"""A door before PostgreSQL that loses answers, as a network between two machines does. I/O (network)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self


class LossyDoor:
    """Hands everything on, but for the answer to a commit when it is told to lose one, and while it is shut."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.lose_commits = 0  # so many answers to commits are lost from now on
        self.lost = 0
        self.shut = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._server is not None
        self._server.close()
        self.drop_all()

    def drop_all(self) -> None:
        """End every connection now."""
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.shut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        both = {writer, far_writer}
        self._open |= both
        losing = asyncio.Event()

        async def ask() -> None:
            while data := await reader.read(65_536):
                if self.lose_commits and b"COMMIT" in data:
                    self.lose_commits -= 1
                    losing.set()
                far_writer.write(data)

        async def answer() -> None:
            while data := await far_reader.read(65_536):
                if losing.is_set():
                    self.lost += 1
                    return
                writer.write(data)

        pumps = [asyncio.ensure_future(ask()), asyncio.ensure_future(answer())]
        with suppress(asyncio.CancelledError):  # the test has ended
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in both:
            end.transport.abort()
        self._open -= both
