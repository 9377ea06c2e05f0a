"""Attacks on the HTTP client, each on loopback, each ending in a FetchError that says what to do."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import socket
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships no types
import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import FetchError
from newsletter.http import HTTPClient
from newsletter.http.allowed_hosts import is_allowed_host, is_public_address
from newsletter.http.robots import read_robots
from newsletter.http.transport import ForbiddenAddressError, GuardedBackend, UnknownHostError, resolve_host
from tests.collect.loopback import Reply, Request, loopback, make_settings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def make_client(**changes: Any) -> HTTPClient:
    return HTTPClient(make_settings(**changes), contact="")


async def refuse(client: HTTPClient, url: str, words: str) -> FetchError:
    with pytest.raises(FetchError, match=words) as caught:
        await client.get(url)
    assert caught.value.hint
    return caught.value


# ── addresses ────────────────────────────────────────────────────────────────────────────────────

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.192", "192.0.2.1", "198.18.0.1"),
    *("203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1"),
    *("2001::1", "100::1", "fd00:ec2::254", "3fff::1", "localhost", "", "1.2.3", "0x7f.1", "2130706433"),
]
PUBLIC = [
    "8.8.8.8",
    "93.184.215.14",
    "1.1.1.1",
    "2606:4700::1111",
    "2a00:1450:4001::200e",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_plainly_public_is_refused(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public_address(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_disguise(address: Any) -> None:
    plain = is_public_address(str(address))
    assert is_public_address(f"::ffff:{address}") == plain
    assert is_public_address(f"64:ff9b::{address}") == plain


def test_allowed_hosts_are_names_with_or_without_a_port() -> None:
    assert is_allowed_host("Intranet.", 80, ["intranet"])
    assert is_allowed_host("intranet", 8080, ["intranet:8080"])
    assert not is_allowed_host("intranet", 80, ["intranet:8080"])
    assert not is_allowed_host("xintranet", 80, ["intranet"])
    assert is_allowed_host("::1", 80, ["[::1]"])


@pytest.mark.anyio
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0",
    ],
)
async def test_loopback_is_refused_in_every_spelling(host: str) -> None:
    async with loopback({"*": Reply(b"secret")}) as site:
        async with make_client(allow_hosts=()) as client:
            with pytest.raises(FetchError) as caught:
                await client.get(site.url("/", host=host))
    assert caught.value.hint
    assert site.requests == []


@pytest.mark.anyio
async def test_the_metadata_service_is_refused_and_the_operator_told_how_to_allow_a_host() -> None:
    async with make_client(allow_hosts=()) as client:
        error = await refuse(client, "http://169.254.169.254/latest/meta-data/", "private address")
    assert error.permanent
    assert "allow_hosts" in error.hint


@pytest.mark.anyio
async def test_a_name_that_resolves_to_a_private_address_is_refused_also_after_a_redirect() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    async with loopback({}) as site:
        site.replies["/"] = Reply(
            status=302, headers={"location": site.url("/secret", host="rebound.example")}
        )
        site.replies["/secret"] = Reply(b"secret")
        settings = make_settings(allow_hosts=("good.example",))
        async with HTTPClient(settings, contact="", resolve=resolve) as client:
            await refuse(client, site.url("/", host="good.example"), "rebound.example has a private address")
    assert site.paths == ["/"]


@pytest.mark.anyio
async def test_names_are_resolved_by_the_system_and_bad_ones_say_so() -> None:
    assert "127.0.0.1" in await resolve_host("localhost", 80)
    assert await resolve_host("127.0.0.1", 80) == ("127.0.0.1",)
    with pytest.raises(UnknownHostError, match="does not resolve"):
        await resolve_host("a..b", 80)


class Sockets(httpcore2.AsyncNetworkBackend):
    """Keeps which addresses would have been connected to."""

    def __init__(self) -> None:
        self.connected: list[str] = []

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        self.connected.append(host)
        raise httpcore2.ConnectError("refused")


@pytest.mark.anyio
async def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    answers = iter([("93.184.215.14",), ("127.0.0.1",), ("127.0.0.1",)])

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return next(answers)

    sockets = Sockets()
    with pytest.raises(httpcore2.ConnectError):
        await GuardedBackend((), resolve, sockets).connect_tcp("rebind.example", 80, timeout=1)
    assert sockets.connected == ["93.184.215.14"]
    with pytest.raises(ForbiddenAddressError):
        await GuardedBackend((), resolve, sockets).connect_tcp("rebind.example", 80, timeout=1)
    assert sockets.connected == ["93.184.215.14"]


@pytest.mark.anyio
async def test_of_mixed_addresses_only_the_public_ones_are_tried() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("10.0.0.5", "8.8.8.8", "::1", "1.1.1.1")

    sockets = Sockets()
    with pytest.raises(httpcore2.ConnectError):
        await GuardedBackend((), resolve, sockets).connect_tcp("mixed.example", 80, timeout=1)
    assert sockets.connected == ["8.8.8.8", "1.1.1.1"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1:25/x",
        "javascript:alert(1)",
        "data:text/html,x",
    ],
)
async def test_only_http_and_https_are_fetched_also_after_a_redirect(target: str) -> None:
    async with loopback({"/": Reply(status=302, headers={"location": target})}) as site:
        async with make_client() as client:
            error = await refuse(client, site.url(), "redirects to something that is no web address")
            assert error.permanent
            await refuse(client, target, ".")


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.anyio
async def test_redirects_are_limited_and_circles_found() -> None:
    def onward(request: Request) -> Reply:
        return Reply(status=302, headers={"location": f"/{int(request.path[1:]) + 1}"})

    replies: dict[str, Any] = {
        "/a": Reply(status=302, headers={"location": "/b"}),
        "/b": Reply(status=302, headers={"location": "/a"}),
        "*": onward,
    }
    async with loopback(replies) as site:
        async with make_client(max_redirects=5) as client:
            await refuse(client, site.url("/a"), "in a circle")
            assert site.paths == ["/a", "/b"]
            await refuse(client, site.url("/1"), "more than 5 times")
    assert site.paths[2:] == [f"/{n}" for n in range(1, 7)]


# ── size ─────────────────────────────────────────────────────────────────────────────────────────

ZEROS = bytes(64_000_000)
BOMBS: list[tuple[str, Callable[[], bytes]]] = [
    ("gzip", lambda: gzip.compress(ZEROS)),
    ("deflate", lambda: zlib.compress(ZEROS)),
    ("br", lambda: bytes(brotli.compress(ZEROS, quality=5))),
    ("gzip, gzip", lambda: gzip.compress(gzip.compress(ZEROS))),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("coding", "make"), BOMBS, ids=[name for name, _ in BOMBS])
async def test_a_decompression_bomb_is_cut_off_at_the_limit(coding: str, make: Callable[[], bytes]) -> None:
    bomb = make()
    assert len(bomb) < 500_000
    async with loopback({"/": Reply(bomb, headers={"content-encoding": coding})}) as site:
        async with make_client(max_body_bytes=1_000_000) as client:
            error = await refuse(client, site.url(), "larger than 1,000,000 bytes")
    assert error.permanent
    assert "max_body_bytes" in error.hint


@pytest.mark.anyio
@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip, gzip, gzip", "br, x-mine"])
async def test_a_coding_that_was_not_asked_for_is_refused_unread(coding: str) -> None:
    async with loopback(
        {"/": Reply(b"(\xb5/\xfd" + bytes(50), headers={"content-encoding": coding})}
    ) as site:
        async with make_client() as client:
            await refuse(client, site.url(), "compresses in a way that was not asked for")
    assert "zstd" not in site.requests[0].headers["accept-encoding"]


@pytest.mark.anyio
async def test_a_body_without_end_is_cut_off() -> None:
    async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
        for _ in range(2000):
            writer.write(chunk)
            await writer.drain()

    async with loopback({"/": endless}) as site:
        async with make_client(max_body_bytes=1_000_000) as client:
            await refuse(client, site.url(), "larger than")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [{"content-length": "99999999999999999999999999"}, {"content-length": "900000000"}],
)
async def test_a_length_over_the_limit_is_refused_unread(headers: dict[str, str]) -> None:
    async with loopback({"/": Reply(b"x", headers=headers)}) as site:
        async with make_client() as client:
            with pytest.raises(FetchError):
                await client.get(site.url())


@pytest.mark.anyio
@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "application/pdf", "application/zip", "audio/mpeg"]
)
async def test_what_is_no_text_is_refused_by_its_type(kind: str) -> None:
    async with loopback({"/": Reply(b"x", headers={"content-type": kind})}) as site:
        async with make_client() as client:
            error = await refuse(client, site.url(), "no text")
    assert error.permanent


@pytest.mark.anyio
async def test_headers_without_end_are_refused() -> None:
    async def flood(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(20_000):
            writer.write(f"x-{n}: {'y' * 100}\r\n".encode())
            await writer.drain()

    async with loopback({"/": flood}) as site:
        async with make_client() as client:
            await refuse(client, site.url(), "breaks off")


# ── time ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.anyio
async def test_a_host_that_never_answers_is_given_up() -> None:
    async with loopback({"/": Reply(b"x", delay=600)}) as site:
        async with make_client(read_timeout=0.3) as client:
            error = await refuse(client, site.url(), "too slow")
    assert not error.permanent


@pytest.mark.anyio
async def test_a_body_that_drips_is_given_up_after_the_total_time() -> None:
    async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with loopback({"/": drip}) as site:
        async with make_client(read_timeout=1, total_timeout=0.7) as client:
            await refuse(client, site.url(), "too slow")


@pytest.mark.anyio
async def test_the_total_time_holds_over_all_redirects_together() -> None:
    def onward(request: Request) -> Reply:
        return Reply(status=302, headers={"location": f"{request.path}x"}, delay=0.3)

    async with loopback({"*": onward}) as site:
        async with make_client(total_timeout=0.8) as client:
            await refuse(client, site.url(), "too slow")


@pytest.mark.anyio
async def test_a_host_that_does_not_accept_connections_is_given_up() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = []
        for _ in range(4):  # its queue is full: the next SYN is dropped
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        async with make_client(connect_timeout=0.4) as client:
            await refuse(client, f"http://127.0.0.1:{port}/", "connecting timed out")
        for filler in fillers:
            filler.close()


@pytest.mark.anyio
async def test_a_name_server_that_hangs_is_given_up() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        await asyncio.sleep(600)
        return ()

    settings = make_settings(connect_timeout=0.3)
    async with HTTPClient(settings, contact="", resolve=resolve) as client:
        await refuse(client, "http://slow-dns.example/", "No name server answers")


_ASK = """
import asyncio
from newsletter.config import Collect
from newsletter.http import HTTPClient

async def ask():
    async with HTTPClient(Collect(), contact="") as client:
        await client.get("http://feeds.example/rss")

asyncio.run(ask())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="a machine without a network is made by root")
def test_a_machine_without_dns_does_not_blame_the_spelling_of_each_source() -> None:
    asked = ["unshare", "--net", sys.executable, "-c", _ASK]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert "No name server answers for feeds.example" in done.stderr


# ── broken peers ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x01\x02\xff" * 50,
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n",
        b"HTTP/9.9 999 ?\r\n\r\n",
        b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://[bad\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://a b/\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:99999/\r\ncontent-length: 0\r\n\r\n",
    ],
)
async def test_nonsense_from_a_peer_is_a_fetch_error(answer: bytes) -> None:
    async def serve(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with loopback({"/": serve}) as site:
        async with make_client() as client:
            await refuse(client, site.url(), ".")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://",
        "http:///path",
        "https://[::1",
        "http://a:b:c/",
        "http://exa mple/",
        "//x",
        "http://\x00/",
    ],
)
async def test_an_address_that_is_none_is_a_fetch_error(url: str) -> None:
    async with make_client() as client:
        with pytest.raises(FetchError):
            await client.get(url)
        with pytest.raises(FetchError):
            await client.post_json(url, {})


@pytest.mark.anyio
async def test_a_port_nobody_listens_on_says_so() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with make_client() as client:
        error = await refuse(client, f"http://127.0.0.1:{port}/", "cannot be reached")
    assert not error.permanent


@pytest.mark.anyio
async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2035))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "self-signed.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with make_client() as client:
            await refuse(client, f"https://localhost:{port}/", "certificate or TLS")


# ── robots.txt ───────────────────────────────────────────────────────────────────────────────────


def test_a_robots_txt_made_to_be_slow_is_read_and_matched_in_time() -> None:
    hostile = "User-agent: *\n" + f"Disallow: /{'*a' * 500}b\n" * 50 + "Disallow: /x\n" * 100_000
    began = time.process_time()
    robots = read_robots(200, hostile.encode())
    robots.allows("http://h.example/" + "a" * 2000, "newsletter-reader")
    assert time.process_time() - began < 2
    assert not robots.allows("http://h.example/x", "newsletter-reader")


@given(st.binary(max_size=400), st.sampled_from([200, 301, 404, 500, 999]))
def test_any_robots_txt_can_be_read(body: bytes, status: int) -> None:
    robots = read_robots(status, body)
    assert robots.allows("http://h.example/x?y", "newsletter-reader") in {True, False}
    assert (robots.crawl_delay("newsletter-reader") or 0) >= 0


@pytest.mark.anyio
async def test_a_robots_txt_without_end_is_read_up_to_its_limit() -> None:
    body = b"User-agent: *\nDisallow: /no\n" + b"# " + b"x" * 3_000_000
    async with loopback({"/robots.txt": Reply(body), "/yes": Reply(b"y")}) as site:
        async with make_client(respect_robots=True) as client:
            assert (await client.get(site.url("/yes"))).body == b"y"
            await refuse(client, site.url("/no"), "forbids /no")
