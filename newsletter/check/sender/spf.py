"""SPF as a receiver evaluates it (RFC 7208). Pure, but for the questions that ``ask`` asks.

Macros are not expanded: a term that needs one counts as a question and matches nobody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.check.sender.dns import Ask

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
_MOST_MX = 10
_TERM = re.compile(r"^([+?~-]?)([a-z][a-z0-9_.-]*)(?:([:=])([^/\s]+))?((?:/{1,2}\d+)*)$", re.IGNORECASE)
_QUALIFIERS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class SPFResult(StrEnum):
    """What a receiver concludes."""

    PASS = "pass"  # noqa: S105 - the word of the RFC
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"  # no record
    PERMERROR = "permerror"  # a record that cannot be evaluated
    TEMPERROR = "temperror"  # nobody answered


class _Stop(Exception):  # noqa: N818 - no error, the end of an evaluation
    def __init__(self, result: SPFResult, why: str) -> None:
        super().__init__(why)
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class SPFAnswer:
    """The result for each address, and the look-ups that the whole record takes."""

    results: dict[str, SPFResult]
    lookups: int
    why: str = ""  # of an error


def is_spf(text: str) -> bool:
    """Whether a TXT record is one of SPF (RFC 7208, 4.5)."""
    return re.match(r"v=spf1(\s|$)", text, re.IGNORECASE) is not None


async def check_spf(domain: str, addresses: Sequence[str], ask: Ask) -> SPFAnswer:
    """Evaluate the SPF record of ``domain`` for each address; and once for none, which counts every look-up."""
    results: dict[str, SPFResult] = {}
    why = ""
    whole = 0
    for address in (*addresses, ""):
        walk = _Walk(ask=ask, address=ipaddress.ip_address(address) if address else None)
        try:
            found = await walk.evaluate(domain)
        except _Stop as stop:
            found, why = stop.result, str(stop)
        results[address] = found
        whole = walk.lookups
    return SPFAnswer(results=results, lookups=whole, why=why)


@dataclass
class _Walk:
    """One evaluation. Without an address nothing matches, so that every term is walked through."""

    ask: Ask
    address: Address | None
    lookups: int = 0
    path: list[str] = field(default_factory=list)

    async def evaluate(self, domain: str) -> SPFResult:
        if domain in self.path:
            raise _Stop(SPFResult.PERMERROR, f"{domain} includes itself")
        self.path.append(domain)
        try:
            return await self._evaluate(domain)
        finally:
            self.path.pop()

    async def _evaluate(self, domain: str) -> SPFResult:
        records = await self._records(domain, "TXT")
        found = [text for text in records if is_spf(text)]
        if not found:
            return SPFResult.NONE
        if len(found) > 1:
            raise _Stop(SPFResult.PERMERROR, f"{domain} has {len(found)} SPF records; it may have one")
        redirect = ""
        for term in found[0].split()[1:]:
            match = _TERM.match(term)
            if match is None:
                raise _Stop(SPFResult.PERMERROR, f"{domain}: {term!r} cannot be read")
            qualifier, name, mark, value, prefix = match.groups()
            if mark == "=":
                redirect = value if name.lower() == "redirect" else redirect
            elif await self._matches(name.lower(), value or "", prefix, domain):
                return SPFResult(_QUALIFIERS[qualifier])
        if not redirect:
            return SPFResult.NEUTRAL
        return await self._follow(f"redirect={redirect}", redirect)

    async def _follow(self, term: str, domain: str) -> SPFResult:
        self._count(term)
        result = await self.evaluate(domain.lower())
        if result is SPFResult.NONE:
            raise _Stop(SPFResult.PERMERROR, f"{term} has no SPF record")
        return result

    async def _matches(self, name: str, value: str, prefix: str, domain: str) -> bool:
        target = value or domain
        match name:
            case "all":
                return self.address is not None
            case "ip4" | "ip6":
                return _within(value + prefix, self.address, domain)
            case "include":
                return await self._follow(f"include:{value}", value) is SPFResult.PASS
            case "a":
                self._count(f"a:{target}")
                return await self._is_of(target, prefix)
            case "mx":
                self._count(f"mx:{target}")
                hosts = [line.split()[-1] for line in await self._records(target, "MX")][:_MOST_MX]
                return any([await self._is_of(host, prefix) for host in hosts])
            case "exists" | "ptr":
                self._count(f"{name}:{target}")
                return False
        raise _Stop(SPFResult.PERMERROR, f"{domain}: there is no mechanism {name!r}")

    async def _is_of(self, host: str, prefix: str) -> bool:
        """Whether the address is one of ``host``'s, or in the network that ``prefix`` makes of one."""
        if self.address is None:
            return False
        is_four = self.address.version == 4  # noqa: PLR2004 - the version of IP
        four, _, six = prefix.partition("//")
        length = four.removeprefix("/") if is_four else six
        records = await self._records(host, "A" if is_four else "AAAA")
        return any(
            _within(f"{record}/{length}" if length else record, self.address, host) for record in records
        )

    async def _records(self, name: str, kind: str) -> tuple[str, ...]:
        if "%" in name:
            return ()
        records = await self.ask(name, kind)
        if records is None:
            raise _Stop(SPFResult.TEMPERROR, f"nobody answered for {kind} of {name}")
        return records

    def _count(self, term: str) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise _Stop(
                SPFResult.PERMERROR, f"it takes more than {MOST_LOOKUPS} look-ups; the next is {term}"
            )


def _within(network: str, address: Address | None, domain: str) -> bool:
    try:
        parsed = ipaddress.ip_network(network, strict=False)
    except ValueError as error:
        raise _Stop(SPFResult.PERMERROR, f"{domain}: {network!r} is no network") from error
    return address is not None and address.version == parsed.version and address in parsed
