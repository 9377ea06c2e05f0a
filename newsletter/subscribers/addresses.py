"""Email addresses, parsed once at the edge. Pure (no DNS).

The domain becomes lower-case ASCII (IDNA 2008, RFC 5891); the local part stays as given, since only its
host may say what it means (RFC 5321 section 2.4). Two addresses that differ in case are one person here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import idna
from email_validator import EmailNotValidError, validate_email

_PUBLIC = ".example"
_LOCAL_NAMES = frozenset(  # RFC 6761; RFC 6762 with its appendix G
    {"localhost", "local", "localdomain", "test", "invalid"}
    | {"intranet", "internal", "private", "corp", "home", "lan"}
)
MAX_LENGTH = 254  # RFC 5321 section 4.5.3.1.3, as corrected by erratum 1690


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailable address: ASCII, no space, no control character."""

    text: str  # what mail is sent to: the local part as given, the domain in lower-case ASCII
    key: str  # one person, one key: the local part in lower case
    domain: str

    @property
    def shown(self) -> str:
        """The address as its owner writes it."""
        return show_address(self.text)


def show_address(text: str) -> str:
    """Return an address as its owner writes it: an internationalized domain in its own letters."""
    local, _, domain = text.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return text


class Mistake(StrEnum):
    """What is wrong with an address: the name of a text in ``[address]`` of web/texts.toml."""

    NOTHING = "nothing"
    LINES = "lines"
    SPACE = "space"
    INVISIBLE = "invisible"
    NO_AT = "no_at"
    LETTERS = "letters"
    LONG = "long"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFault:
    """Why a text is not an address that mail can be sent to, in words for the person who typed it."""

    mistake: Mistake
    reason: str  # in English


def parse_address(text: str, *, any_domain: bool = False) -> Address | AddressFault:
    """Return the address in ``text``, spaces around it dropped, or what is wrong with it.

    ``any_domain`` also admits what no public mail reaches (``reader@localhost``, ``.test``), for the
    operator's own commands.
    """
    text = text.strip(" \t\r\n")
    if fault := _plain_fault(text):
        return fault
    # The library refuses such domains for good; below a public name they are checked like any other.
    domain = text.rpartition("@")[2]
    is_local = _is_local(domain)
    if is_local and "." in domain and not any_domain:
        return AddressFault(mistake=Mistake.OTHER, reason="No public mail reaches the part after the @")
    suffix = _PUBLIC if is_local and any_domain else ""
    try:
        found = validate_email(text + suffix, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        return AddressFault(mistake=Mistake.OTHER, reason=str(error).rstrip("."))
    domain = found.ascii_domain.lower().removesuffix(suffix)
    address = f"{found.local_part}@{domain}"
    if len(address) > MAX_LENGTH:
        return AddressFault(mistake=Mistake.LONG, reason="The address is too long")
    return Address(text=address, key=f"{found.local_part.lower()}@{domain}", domain=domain)


def _is_local(domain: str) -> bool:
    return domain.rpartition(".")[2].lower() in _LOCAL_NAMES or "." not in domain


def _plain_fault(text: str) -> AddressFault | None:
    """Name the mistakes that deserve clearer words than a grammar gives."""
    if text.isascii() and text.isprintable() and " " not in text and "@" in text:
        return None
    checks = (
        (not text, Mistake.NOTHING, "There is no address"),
        (any(char in "\r\n" for char in text), Mistake.LINES, "The address must stand on one line"),
        (any(char.isspace() for char in text), Mistake.SPACE, "The address has a space in it"),
        (not text.isprintable(), Mistake.INVISIBLE, "The address has an invisible character in it"),
        ("@" not in text, Mistake.NO_AT, "The address has no @"),
        (
            not text.rpartition("@")[0].isascii(),
            Mistake.LETTERS,
            "Before the @ only plain Latin letters, digits and signs can be used",
        ),
    )
    return next(
        (AddressFault(mistake=mistake, reason=reason) for is_wrong, mistake, reason in checks if is_wrong),
        None,
    )


def clean_name(text: str | None, *, limit: int = 120) -> str | None:
    """Return a person's name as one printable line of at most ``limit`` characters, or None."""
    words = "".join(char if char.isprintable() else " " for char in text or "").split()
    return " ".join(words)[:limit].strip() or None
