"""Asking DNS. I/O (network). dnspython is imported here only.

"There is no such record" and "nobody answered" are two answers: the first may fail a send, the second never does.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from newsletter.errors import ConfigError

Records = tuple[str, ...]
Ask = Callable[[str, str], Awaitable["Records | None"]]  # name, type ─▶ records; None: nobody answered

_SECONDS = 3.0  # for one question
_PORT = 53


def build_resolver(server: str = "", *, seconds: float = _SECONDS) -> Ask:
    """Return a function that asks ``server`` ("address" or "address:port"), or the machine's own resolver.

    One question gets ``seconds``, retries included.
    A TXT record comes as one text, its strings joined without blanks (RFC 7208, 3.3); an MX record as
    "preference host"; names are lower case without the last dot. Raises ConfigError for a server that is no address.
    """
    try:
        resolver = _open(server)
        resolver.lifetime = seconds
    except dns.resolver.NoResolverConfiguration:
        resolver = None
    known: dict[tuple[str, str], asyncio.Future[Records | None]] = {}
    heard = False  # from any name server
    silent = False  # a question waited in vain, and none was answered before: nor will the next be

    async def resolve(name: str, kind: str) -> Records | None:
        nonlocal heard, silent
        if resolver is None or (silent and not heard):
            return None
        try:
            records = await _resolve(resolver, name, kind)
        except dns.resolver.LifetimeTimeout:
            silent = True
            return None
        heard = True
        return records

    async def ask(name: str, kind: str) -> Records | None:
        key = (name.lower().rstrip("."), kind)
        if key not in known:
            known[key] = asyncio.ensure_future(resolve(*key))
        return await known[key]

    return ask


def _open(server: str) -> dns.asyncresolver.Resolver:
    if not server:
        return dns.asyncresolver.Resolver()
    resolver = dns.asyncresolver.Resolver(configure=False)
    host, _, port = server.rpartition(":") if server.count(":") == 1 or "]:" in server else (server, "", "")
    try:
        resolver.nameservers = [str(ipaddress.ip_address(host.strip("[]")))]
        resolver.port = int(port or _PORT)
    except ValueError as error:
        raise ConfigError(
            f"preflight.resolver: {server!r} is no address of a name server.",
            hint='Write it as "192.0.2.53" or "192.0.2.53:5353", or leave it empty for the machine\'s own.',
        ) from error
    return resolver


async def _resolve(resolver: dns.asyncresolver.Resolver, name: str, kind: str) -> Records | None:
    try:
        answer = await resolver.resolve(name, kind, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong):
        return ()  # such a name cannot exist
    except dns.resolver.LifetimeTimeout:
        raise
    except (dns.exception.DNSException, OSError):
        return None
    return tuple(sorted(_write(record) for record in answer))


def _write(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record).lower().rstrip(".")
