"""DKIM signatures (RFC 6376, and RFC 8463 for ed25519), relaxed/relaxed. Pure, but for key generation.

What is the same for every recipient of an issue is canonicalized once; a message costs one digest of its
body and one signature. ``cryptography`` is imported here only.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from newsletter.errors import ConfigError

RSA_BITS = 2048
_MIN_BITS = 1024  # RFC 8301 section 3.2: shorter keys must not be used
_SPACES = re.compile(rb"[ \t]+")
_DNS_STRING = 255  # RFC 1035 section 3.3.14: a TXT record is made of strings of at most this length
_PREHASHED = Prehashed(hashes.SHA256())
_PKCS1 = padding.PKCS1v15()
_FOLD = 72

# Signed once more than they occur, so that nobody can add a second one (RFC 6376 section 8.15).
_OVERSIGNED = frozenset(
    {"from", "to", "subject", "date", "message-id", "reply-to", "content-type", "mime-version"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key under a selector of a domain."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

    @property
    def algorithm(self) -> str:
        """The value of ``a=``."""
        return "rsa-sha256" if isinstance(self.key, rsa.RSAPrivateKey) else "ed25519-sha256"

    def sign(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, _PKCS1, _PREHASHED)
        return self.key.sign(digest)  # RFC 8463 section 3: the digest is what Ed25519 signs


def load_signer(pem: bytes, *, domain: str, selector: str) -> Signer:
    """Return a signer from a private key in PEM. Raises ConfigError with what to do."""
    hint = "Make a new one with: newsletter dkim keygen."
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", selector):
        raise ConfigError(
            f"The DKIM selector {selector!r} cannot stand in a DNS name.", hint="Use letters, digits and '-'."
        )
    try:
        key = _read_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            f"The DKIM key of selector {selector!r} cannot be read: {error}.", hint=hint
        ) from error
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < _MIN_BITS:
            raise ConfigError(f"The DKIM key of selector {selector!r} has {key.key_size} bits.", hint=hint)
    elif not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ConfigError(f"The DKIM key of selector {selector!r} is neither RSA nor Ed25519.", hint=hint)
    return Signer(domain=domain, selector=selector, key=key)


@lru_cache(maxsize=8)  # its primes are checked: 30 ms, at each change of the settings
def _read_key(pem: bytes) -> PrivateKeyTypes:
    return serialization.load_pem_private_key(pem, password=None)


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────


def generate_key(kind: str = "rsa") -> bytes:
    """Make a new private key ("rsa" of 2048 bits, or "ed25519") as PEM."""
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DNSRecord:
    """A TXT record to publish."""

    name: str
    value: str

    @property
    def zone_line(self) -> str:
        """The record as a zone file writes it, cut into strings of at most 255 octets."""
        parts = [self.value[at : at + _DNS_STRING] for at in range(0, len(self.value), _DNS_STRING)]
        quoted = " ".join(f'"{part}"' for part in parts)
        return f"{self.name}. IN TXT ( {quoted} )"


def dns_record(signer: Signer) -> DNSRecord:
    """Return the record under which receivers look for the public key (RFC 6376 section 3.6.1)."""
    public = signer.key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        data = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        kind = "rsa"
    else:
        # RFC 8463 section 4: the bare key, not a SubjectPublicKeyInfo.
        data = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        kind = "ed25519"
    value = f"v=DKIM1; k={kind}; p={b64encode(data).decode('ascii')}"
    return DNSRecord(name=f"{signer.selector}._domainkey.{signer.domain}", value=value)


# ── canonical forms ──────────────────────────────────────────────────────────────────────────────


def canonical_header(name: str, value: bytes) -> bytes:
    """Return one header in relaxed form, with CRLF (RFC 6376 section 3.4.2)."""
    unfolded = value.replace(b"\r\n", b"")
    return name.lower().encode("ascii") + b":" + _SPACES.sub(b" ", unfolded).strip(b" ") + b"\r\n"


def canonical_body(body: bytes) -> bytes:
    """Return a body in relaxed form (RFC 6376 section 3.4.4)."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def signed_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the value of ``h=`` as a list: every header there is, the important ones once more."""
    lower = [name.lower() for name in names]
    return tuple(lower) + tuple(name for name in dict.fromkeys(lower) if name in _OVERSIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureForm:
    """A DKIM-Signature header but for the body's digest and the signature, made once an issue."""

    signer: Signer
    start: bytes  # up to and with "bh="
    canonical_start: bytes

    def write(self, canonical_headers: bytes, body_digest: bytes) -> bytes:
        """Return the finished header line with CRLF.

        ``canonical_headers`` are those of ``h=`` in relaxed form, read from the last of a name upwards as
        the RFC wants; ours occur once each, so their order is that of ``h=``.
        """
        digest = b64encode(body_digest)
        # RFC 6376 section 3.7: its own header goes in last, with b= empty and without CRLF.
        unsigned = canonical_headers + self.canonical_start + digest + b"; b="
        signature = b64encode(self.signer.sign(sha256(unsigned).digest()))
        lines = [signature[at : at + _FOLD] for at in range(0, len(signature), _FOLD)]
        return self.start + digest + b";\r\n b=" + b"\r\n ".join(lines) + b"\r\n"


def prepare_signature(signer: Signer, names: Sequence[str]) -> SignatureForm:
    """Return the form of a signature over the headers ``names`` (each occurring once) and the body."""
    listed = ":".join(signed_names(names))
    folded = re.sub(r"(.{40,66}?:)", r"\1\r\n  ", listed).encode("ascii")
    value = (
        f" v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain};\r\n s={signer.selector}; h=".encode()
        + folded
        + b";\r\n bh="
    )
    # Relaxed form turns each fold into one space; without the CRLF that canonical_header adds.
    canonical = canonical_header("DKIM-Signature", value).removesuffix(b"\r\n")
    return SignatureForm(signer=signer, start=b"DKIM-Signature:" + value, canonical_start=canonical)
