"""Silent and slow connections keep nobody else out. A real server on a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from newsletter.web.idle_connections import PatientProtocol
from tests.support.free_port import free_port
from tests.support.subscriber_factories import add_active
from tests.support.web_browser import served
from tests.support.web_factories import Site, make_site

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
Live = tuple[Site, int]


@contextmanager
def live(folder: Path, protocol: type[PatientProtocol]) -> Iterator[Live]:
    port = free_port()
    site = make_site(folder, newsletter={"base_url": f"http://127.0.0.1:{port}"}, web={"port": port})
    try:
        with served(site.services, site.services.settings.web, protocol=protocol):
            yield site, port
    finally:
        site.stack.close()
        site.register.store.close()


def patient(*, head_seconds: float, most: int = 100) -> type[PatientProtocol]:
    limits = {"head_seconds": head_seconds, "most": most}
    return type("Patient", (PatientProtocol,), limits)


def connect(stack: ExitStack, port: int, said: bytes = b"") -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
    connection.sendall(said)
    return connection


def answer(connection: socket.socket) -> bytes:
    """Return what came, b"" where the other side hung up."""
    got = b""
    try:
        while b"\r\n\r\n" not in got and (part := connection.recv(4_096)):
            got += part
    except ConnectionResetError:
        pass
    return got


def test_a_request_that_gives_two_lengths_is_refused_and_the_connection_ends(tmp_path: Path) -> None:
    both = b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"
    with ExitStack() as stack, live(tmp_path, patient(head_seconds=20)) as (_, port):
        said = b"POST /subscribe HTTP/1.1\r\nHost: 127.0.0.1\r\n" + both
        connection = connect(stack, port, said)
        assert answer(connection).startswith(b"HTTP/1.1 400")
        connection.settimeout(5)
        assert connection.recv(4_096) in (b"", b"The request gives two lengths.")
        assert connection.recv(4_096) == b""


@pytest.mark.parametrize(
    "said",
    [b"", HEAD, b"POST /subscribe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nemail"],
    ids=["nothing", "half a head", "half a body"],
)
def test_connections_that_keep_us_waiting_yield_to_newcomers(tmp_path: Path, said: bytes) -> None:
    with live(tmp_path, patient(most=10, head_seconds=60)) as (site, port), ExitStack() as stack:
        slow = [connect(stack, port, said) for _ in range(40)]
        reader = add_active(site.register)
        leave = f"POST /u/{site.token(reader.id)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        assert answer(connect(stack, port, leave.encode())).startswith(b"HTTP/1.1 200")
        assert answer(slow[0]) == b"", "the one that waited longest was given up"


def test_a_head_that_trickles_in_is_given_up(tmp_path: Path) -> None:
    with live(tmp_path, patient(head_seconds=0.2)) as (_, port), ExitStack() as stack:
        assert answer(connect(stack, port)) == b""
        assert answer(connect(stack, port, HEAD)) == b""
        whole = connect(stack, port, HEAD + b"\r\n")
        assert answer(whole).startswith(b"HTTP/1.1 200")
        whole.sendall(HEAD)
        assert b"200 OK" not in answer(whole), "the second head of a connection has its time as well"
