"""robots.txt after RFC 9309, read with protego. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from protego import Protego

MAX_BYTES = 512 * 1024  # RFC 9309, section 2.5: at least 500 KiB must be read
_MAX_LINES = 20_000
_MAX_LINE = 2_000
_MAX_WILDCARDS = 8  # more make matching a pattern slow, and no honest site writes them
_UNAVAILABLE = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What one host allows us."""

    rules: Protego | None = field(default=None, repr=False)  # None: everything
    unreachable: bool = False  # nothing may be fetched until it is reachable (RFC 9309, 2.3.1.4)

    def allows(self, url: str, agent: str) -> bool:
        """Whether a URL may be fetched under the product name ``agent``."""
        return not self.unreachable and (self.rules is None or self.rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        """Return the seconds asked for between two requests."""
        return self.rules.crawl_delay(agent) if self.rules is not None else None


def read_robots(status: int, body: bytes) -> Robots:
    """Judge the answer to ``/robots.txt``: 4xx allows all, 5xx nothing for now."""
    if status in _UNAVAILABLE:
        return Robots()
    if not 200 <= status < 300:  # noqa: PLR2004 — RFC 9110, section 15.3
        return Robots(unreachable=True)
    text = body[:MAX_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
    if text.lstrip()[:1] == "<":
        return Robots()  # a page "not found" that is sent as 200
    lines = [
        line
        for line in text.splitlines()[:_MAX_LINES]
        if len(line) <= _MAX_LINE and line.count("*") <= _MAX_WILDCARDS
    ]
    return Robots(rules=Protego.parse("\n".join(lines)))
