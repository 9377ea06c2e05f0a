"""The DKIM signers of the settings. I/O (reads the keys)."""

from __future__ import annotations

from pathlib import Path

from newsletter.config import Settings
from newsletter.delivery.dkim import Signer, load_signer
from newsletter.errors import ConfigError, told_as


def load_signers(settings: Settings) -> tuple[Signer, ...]:
    """Return the DKIM signers of the settings: none where the relay signs. Raises ConfigError."""
    given = settings.dkim
    domain = given.domain or settings.newsletter.domain
    wanted = ((given.selector, given.key_file), (given.ed25519_selector, given.ed25519_key_file))
    return tuple(
        load_signer(_read_key(key_path(settings.data, selector, path)), domain=domain, selector=selector)
        for selector, path in wanted
        if selector
    )


def key_path(data: Path, selector: str, given: Path | None) -> Path:
    """Return where the private key of a selector is."""
    return given or data / "keys" / f"dkim-{selector}.pem"


def _read_key(path: Path) -> bytes:
    hint = "Make it with `newsletter dkim keygen`, or empty dkim.selector where the relay signs."
    with told_as(ConfigError, f"The DKIM key {path} cannot be read", hint):
        return path.read_bytes()
