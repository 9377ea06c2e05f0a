"""What a page says of its own address (``rel=canonical``), taken with care. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from newsletter.collect.urls import canonicalize_url


def canonical_key(url: str, declared: str | None) -> str | None:
    """Return the key of the address that a page at ``url`` declares as its own, or None.

    It joins as a second key: two pages that declare the same are one. It is not believed where it
    leads to another site, or from an article to a site's front page or section, as templates that
    leave it fixed do (RFC 6596 wants it to identify the very content).
    """
    here = canonicalize_url(url)
    there = canonicalize_url(declared, base=url) if declared else None
    if here is None or there is None or there.key == here.key:
        return None
    if not _is_one_site(here.key, there.key) or _is_above(here.url, there.url):
        return None
    return there.key


def _is_one_site(first: str, second: str) -> bool:
    one, other = (urlsplit(f"//{key}").hostname or "" for key in (first, second))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_above(here: str, there: str) -> bool:
    """Whether the declared address is a folder above this one: its query or last segments are gone."""
    below, above = urlsplit(here), urlsplit(there)
    path = above.path.rstrip("/")
    if path == below.path.rstrip("/"):
        return bool(below.query) and not above.query and not path  # "/?p=7" is not the front page
    return path == "" or below.path.startswith(f"{path}/")
