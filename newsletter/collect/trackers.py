"""Parameters of URLs that say how a reader came, not what the page is; ``trackers.toml`` lists them. Pure."""

from __future__ import annotations

import re

from newsletter.data_files import read_data

_TABLE: dict[str, list[str]] = read_data("newsletter.collect", "trackers.toml")
_TRACKER = re.compile(
    rf"(?:{'|'.join(map(re.escape, _TABLE['prefixes']))})|(?:{'|'.join(map(re.escape, _TABLE['names']))})\Z",
    re.IGNORECASE,
)


def is_tracker(name: str) -> bool:
    """Whether a query parameter of this name says only how the reader came."""
    return _TRACKER.match(name) is not None


def is_referral(name: str) -> bool:
    """Whether a query parameter says how the reader came, beside a path that names the article."""
    return name.lower() in _TABLE["referral"]


def is_view(name: str, value: str) -> bool:
    """Whether a query parameter only picks another face of the same page."""
    name = name.lower()
    return name in _TABLE["views"] or (name in _TABLE["amp"] and value.lower() == "amp")
