"""Connections that ask for nothing: at most so many, and each for so long. I/O (network). uvicorn's protocol.

uvicorn waits for ever for a request's head, and refuses newcomers once its limit is reached: a thousand silent
connections from one machine would keep everybody from leaving the list. Here a head has its time, and where
there are too many connections the one that has kept us waiting longest yields to the newcomer.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0  # for the head of a request, whole
MOST_CONNECTIONS = 450  # a process may commonly open 1,024 files, and as many more are being let go


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, with an end to its patience."""

    head_seconds = HEAD_SECONDS
    most = MOST_CONNECTIONS
    waiting_since = 0.0  # when the client last got an answer, or came
    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Take a connection, another one's place where there are too many."""
        self.waiting_since = self.loop.time()
        if len(self.connections) >= self.most:
            self._take_a_place()
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on; a request whose head is whole has no time limit here (``edge.BodyLimits`` has one)."""
        super().data_received(data)
        if self._is_answering():
            self._forget_head()
        elif self._head is None:
            self._expect_head()

    def on_response_complete(self) -> None:
        """Count the time of waiting from here."""
        self.waiting_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._forget_head()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def is_waiting(self) -> bool:
        """Whether the next word is the client's: a head, or the rest of a body."""
        return not self._is_answering() or self.cycle.more_body

    def _take_a_place(self) -> None:
        waiting = (one for one in self.connections if isinstance(one, PatientProtocol) and one.is_waiting())
        longest = min(waiting, key=lambda one: one.waiting_since, default=None)
        if longest is not None:
            self.connections.discard(longest)
            longest.give_up()

    def _expect_head(self) -> None:
        self._head = self.loop.call_later(self.head_seconds, self._end_of_head)

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _end_of_head(self) -> None:
        self._head = None
        if not self._is_answering():
            self.give_up()

    def give_up(self) -> None:
        """Hang up."""
        if not self.transport.is_closing():
            self.transport.close()
