"""A port for a server whose address must be known before it listens. I/O (network)."""

from __future__ import annotations

import itertools
import socket

_PORTS = itertools.cycle(range(20_000, 32_768))  # above them the kernel gives ports to whoever asks for any
_KEPT: list[socket.socket] = []


def free_port() -> int:
    """Return a port that no other test is given as long as this process lives, be it of another worker or checkout.

    A socket of UDP, where nobody else is, keeps the number: a server may come late, end and come again.
    """
    for port in itertools.islice(_PORTS, 12_768):
        kept = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            kept.bind(("127.0.0.1", port))
            with socket.create_server(("", port)):
                _KEPT.append(kept)
                return port
        except OSError:
            kept.close()
    raise AssertionError("no port is free")
