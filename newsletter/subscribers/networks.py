"""Client addresses cut down to their network: enough to count abuse, too little to know a person. Pure."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

_IPV4_BITS = 24
_IPV6_BITS = 48  # what one household or company commonly gets is between /64 and /48


def shorten_network(client: str | None) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) that a client address lies in; None for what is none.

    A network that is written out, as an export of ours has it, counts as its first address.
    """
    try:
        address = ip_address((client or "").strip().partition("/")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    bits = _IPV6_BITS if isinstance(address, IPv6Address) else _IPV4_BITS
    return str(ip_network(f"{address}/{bits}", strict=False))


def number_network(network: str | None) -> int:
    """Return a number of 48 bits for a network as ``shorten_network`` gives it: what a form's stamp is bound to."""
    return int.from_bytes(sha256((network or "").encode()).digest()[:6], "big")
