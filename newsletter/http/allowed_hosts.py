"""Which network addresses may be fetched from. Pure.

Everything that is not plainly public is refused: what a feed links to must not reach the operator's
router, database or cloud metadata service (169.254.169.254). The registries are RFC 6890's and the
IANA's special-purpose lists; addresses that carry an IPv4 address inside are judged by that one too.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_IPV4_INSIDE = (  # network of IPv6, and by how many bits the IPv4 address stands from the right
    (ip_network("::/96"), 0),  # IPv4-compatible, deprecated
    (ip_network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (ip_network("::ffff:0:0:0/96"), 0),  # IPv4-translated
    (ip_network("64:ff9b::/96"), 0),  # NAT64
    (ip_network("2002::/16"), 80),  # 6to4
)
_REFUSED = tuple(  # what ``is_global`` of some Python releases takes for public
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        *("64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)


def is_public_address(text: str) -> bool:
    """Whether an IP address, with or without a zone, belongs to the public internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        for network, shift in _IPV4_INSIDE:
            if address in network:
                return _is_public(IPv4Address(int(address) >> shift & 0xFFFF_FFFF))
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in network for network in _REFUSED if network.version == address.version)


def find_host(url: str) -> str | None:
    """Return the host of an http(s) URL that can be fetched, else None."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in {"http", "https"} and parts.port != 0
    except ValueError:  # brackets, a port that is none
        return None
    return parts.hostname or None if usable else None


def is_allowed_host(host: str, port: int, allowed: Iterable[str]) -> bool:
    """Whether the operator named a host ("host" or "host:port") that may have a private address."""
    host = host.lower().strip("[]").rstrip(".")
    names = {entry.strip().lower().replace("[", "").replace("]", "") for entry in allowed}
    return host in names or f"{host}:{port}" in names
