"""Messages: made once an issue, completed for each recipient by splicing. Pure.

``prepare_message`` encodes, folds and canonicalizes everything that an issue's messages share, and
``personalize`` puts one recipient's address, token, Message-ID and date into their places and signs. The
content that was frozen is the content that leaves: only the slots differ. Every control character is taken out before a
value becomes a header, so that no subject and no name can begin a header of its own; a URL is never encoded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from typing import Literal

from newsletter import links
from newsletter.config import Identity
from newsletter.delivery.dkim import (
    SignatureForm,
    Signer,
    canonical_body,
    canonical_header,
    prepare_signature,
)
from newsletter.delivery.quoted_printable import encode_quoted
from newsletter.model import DeskMail, EditionKey, IssueKey, NoticeKind, RenderedIssue, RenderedNotice

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ATOM_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ENCODED_LINE = 76
_MAX_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, as corrected by erratum 1690
_MAX_LINE = 998  # RFC 5322 section 2.1.1


def clean_words(text: str) -> str:
    """Return text on one line, without control characters or direction overrides."""
    text = _CONTROL.sub(" ", text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cs")
    return " ".join(text.split())


def encode_words(text: str, *, name: str) -> bytes:
    """Return unstructured text as the value of the header ``name``."""
    text = clean_words(text)
    if text.isascii() and "=?" not in text:
        return text.encode("ascii")
    encoded = Header(text, charset="utf-8", header_name=name, maxlinelen=_ENCODED_LINE)
    return encoded.encode(linesep="\r\n").encode("ascii")


def encode_mailbox(name: str, address: str, *, header: str) -> bytes:
    """Return ``name <address>`` with the name as an atom, a quoted string or encoded words."""
    name = clean_words(name)
    if not name:
        return address.encode("ascii")
    if _ATOM_PHRASE.fullmatch(name) and "=?" not in name:
        phrase = name.encode("ascii")
    elif name.isascii() and "=?" not in name:
        phrase = ('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"').encode("ascii")
    else:
        phrase = encode_words(name, name=header)
    return phrase + b" <" + address.encode("ascii") + b">"


def encode_links(*links: str) -> bytes:
    """Return ``<link>, <link>`` folded by hand, one link a line.

    The standard library would turn a long one into ``=?utf-8?q?…?=``, which no provider reads as a link.
    Raises ValueError for a link that cannot stand there.
    """
    for link in links:
        if not re.fullmatch(r"[!-;=?-~]+", link) or len(link) > _MAX_LINE - 4:
            raise ValueError(f"not a link that a header can hold: {link[:60]!r}")
    return b",\r\n ".join(b"<" + link.encode("ascii") + b">" for link in links)


def encode_date(moment: datetime) -> bytes:
    """Return a date of RFC 5322 in UTC."""
    return format_datetime(moment).encode("ascii")


def why_unmailable(address: str) -> str | None:
    """Return why an address cannot be mailed, or None.

    The edge has parsed it already; this is the last look before it enters a header and an envelope. A
    local part beyond ASCII would need SMTPUTF8 (RFC 6531) on every host on its way: it is refused clearly.
    A domain beyond ASCII arrives here in its IDNA form.
    """
    local, at, domain = address.rpartition("@")
    unseen = _CONTROL.search(address) or any(map(str.isspace, address))
    checks = (
        (not (at and local and domain), "it has no '@' between a name and a domain"),
        (unseen, "it holds a space or a control character"),
        (not domain.isascii(), "its domain is not in ASCII (IDNA) form"),
        (not local.isascii(), "its local part is not ASCII, which needs SMTPUTF8 on every host on its way"),
        (any(char in '<>,;:\\"()[]' for char in address), "it holds a character with a meaning in headers"),
        (len(address) > _MAX_ADDRESS, f"it is longer than {_MAX_ADDRESS} characters"),
    )
    return next((f"cannot be mailed: {why}" for wrong, why in checks if wrong), None)


_MARK = re.compile(rb"\x00(to|date|message-id|token|mail-token)\x00")  # no header value can hold a NUL
_SLOT = links.UNSUBSCRIBE_SLOT
_MAIL_SLOT = "unsubscribe-mail-token-slot-".ljust(links.MAIL_TOKEN_LENGTH, "0")
_LINE_END = b"\r\n"


def _mark(slot: str) -> bytes:
    return b"\x00" + slot.encode("ascii") + b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spliced:
    """Bytes with slots in them: ``fixed`` has one part more than ``slots``."""

    fixed: tuple[bytes, ...]
    slots: tuple[bytes, ...]

    @classmethod
    def parse(cls, marked: bytes) -> _Spliced:
        parts = _MARK.split(marked)
        return cls(fixed=tuple(parts[::2]), slots=tuple(parts[1::2]))

    def fill(self, values: Mapping[bytes, bytes]) -> bytes:
        parts = [self.fixed[0]]
        for slot, fixed in zip(self.slots, self.fixed[1:], strict=True):
            parts.append(values[slot])
            parts.append(fixed)
        return b"".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMessage:
    """A message but for its recipient. Made by ``prepare_message``; completed by ``personalize``."""

    head: _Spliced
    canonical_head: _Spliced
    body: tuple[bytes, ...]  # parted where the token goes
    canonical: tuple[bytes, ...]
    signatures: tuple[SignatureForm, ...]
    edition: EditionKey | None = None  # of an issue: what its token leaves


Headers = Sequence[tuple[str, bytes]]


def prepare_message(
    rendered: RenderedIssue, identity: Identity, *, key: IssueKey, signers: Sequence[Signer] = ()
) -> PreparedMessage:
    """Return the message of an issue, ready to be completed for each recipient; ``identity`` is its edition's.

    Raises ValueError where a part has no unsubscribe slot, or a setting cannot stand in a header.
    """
    for name, part in (("HTML", rendered.html), ("text", rendered.text)):
        if _SLOT not in part:
            raise ValueError(f"the {name} part of the issue has no unsubscribe link")
    headers = (
        *_opening(identity, rendered.subject, sender=identity.from_address),
        *_list_headers(identity),
        *_unsubscribe(identity),
        ("Feedback-ID", _feedback_id(identity, key)),
        ("Auto-Submitted", b"auto-generated"),
        ("Precedence", b"bulk"),
    )
    assembled = _assemble(rendered.html, rendered.text, headers, signers, seed=rendered.hash)
    return replace(assembled, edition=key.edition)


def prepare_notice(
    content: RenderedNotice,
    identity: Identity,
    kind: NoticeKind | DeskMail | Literal["alert"],
    *,
    signers: Sequence[Signer] = (),
) -> PreparedMessage:
    """Return the message of one notice or alert.

    A welcome or a correction comes with the headers for leaving, since it goes to a member of the list;
    ``personalize`` then needs the recipient's unsubscribe token. Confirm and goodbye go to nobody of the list.
    """
    leaving = _unsubscribe(identity) if kind in (NoticeKind.WELCOME, NoticeKind.CORRECTION) else ()
    headers = (
        *_opening(identity, content.subject, sender=identity.notice_from or identity.from_address),
        *(_list_headers(identity) if isinstance(kind, NoticeKind) else ()),
        *leaving,
        ("Auto-Submitted", b"auto-generated"),
    )
    seed = sha256(f"{content.subject}\0{content.text}\0{content.html}".encode()).hexdigest()
    return _assemble(content.html, content.text, headers, signers, seed=seed)


# ── headers ──────────────────────────────────────────────────────────────────────────────────────


def _opening(identity: Identity, subject: str, *, sender: str) -> Headers:
    name = identity.from_name or identity.name
    return (
        ("From", encode_mailbox(name, sender, header="From")),
        ("To", _mark("to")),
        ("Subject", encode_words(subject, name="Subject")),
        ("Date", _mark("date")),
        ("Message-ID", _mark("message-id")),
        ("Reply-To", (identity.reply_to or identity.from_address).encode("ascii")),
    )


def _list_headers(identity: Identity) -> Headers:
    help_address = identity.reply_to or identity.from_address
    archive = ("List-Archive", encode_links(links.archive_url(identity.base_url)))
    return (
        ("List-Id", encode_mailbox(identity.name, clean_words(identity.own_list_id), header="List-Id")),
        *(() if identity.archive_secret else (archive,)),  # a private one has no list
        ("List-Help", encode_links(f"mailto:{help_address}?subject=help")),
    )


def _unsubscribe(identity: Identity) -> Headers:
    """RFC 8058: an HTTPS link that leaves by one POST, and a mail address beside it."""
    web = links.unsubscribe_url(identity.base_url, _SLOT)
    mail = links.unsubscribe_mailto(identity.leaving_address, _SLOT, _MAIL_SLOT)
    value = encode_links(web, mail).replace(_SLOT.encode("ascii"), _mark("token"))
    value = value.replace(_MAIL_SLOT.encode("ascii"), _mark("mail-token"))
    return (("List-Unsubscribe", value), ("List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"))


def _feedback_id(identity: Identity, key: IssueKey) -> bytes:
    """``issue:kind:edition:sender``: providers group complaints by it; the last part never changes."""
    sender = re.sub(r"[^a-z0-9]+", "", identity.name.lower())[:15] or "newsletter"
    return f"{key.date.isoformat()}:issue:{key.edition}:{sender}".encode("ascii")


# ── assembling ───────────────────────────────────────────────────────────────────────────────────


def _assemble(
    html: str, text: str, headers: Headers, signers: Sequence[Signer], *, seed: str
) -> PreparedMessage:
    plain = encode_quoted(_ended(text), slot=_SLOT)
    kind: Headers = (
        ("Content-Type", b"text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", b"quoted-printable"),
    )
    body = plain
    if html:
        kind, body = _alternative(plain, encode_quoted(_ended(html), slot=_SLOT), seed)
    headers = (*headers, ("MIME-Version", b"1.0"), *kind)
    slot_bytes = _SLOT.encode("ascii")
    return PreparedMessage(
        head=_Spliced.parse(
            b"".join(b"%s: %s\r\n" % (name.encode("ascii"), value) for name, value in headers)
        ),
        canonical_head=_Spliced.parse(b"".join(canonical_header(name, value) for name, value in headers)),
        body=tuple(body.split(slot_bytes)),
        canonical=tuple(canonical_body(body).split(slot_bytes)),
        signatures=tuple(prepare_signature(signer, [name for name, _ in headers]) for signer in signers),
    )


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _alternative(plain: bytes, rich: bytes, seed: str) -> tuple[Headers, bytes]:
    """Text first: readers take the last part they can show (RFC 2046 section 5.1.4)."""
    # "=_" cannot occur in quoted-printable text (RFC 2045 section 6.7), so no content can end a part.
    boundary = b"=_" + sha256(seed.encode()).hexdigest()[:32].encode("ascii")
    parts = b"".join(
        b"--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s\r\n"
        % (boundary, kind, part)
        for kind, part in ((b"plain", plain), (b"html", rich))
    )
    header = ("Content-Type", b'multipart/alternative;\r\n boundary="%s"' % boundary)
    return (header,), parts + b"--%s--\r\n" % boundary


# ── completing ───────────────────────────────────────────────────────────────────────────────────


def personalize(
    prepared: PreparedMessage, *, address: str, token: str, message_id: str, date: bytes | datetime
) -> bytes:
    """Return the finished message for one recipient: CRLF lines, no line longer than 998 octets, signed.

    ``address`` has passed ``why_unmailable``; ``token`` is the unsubscribe token, of the slot's length
    ("" where the message has no slot). ``date`` is a time, or what ``encode_date`` made of it.
    """
    if len(token) != links.TOKEN_LENGTH and (len(prepared.body) > 1 or b"token" in prepared.head.slots):
        raise ValueError(f"a token of {len(token)} characters does not fit the slot")
    values = {
        b"to": address.encode("ascii"),
        b"token": token.encode("ascii"),
        b"message-id": message_id.encode("ascii"),
        b"date": encode_date(date) if isinstance(date, datetime) else date,
        b"mail-token": links.mail_token(token).encode("ascii")
        if b"mail-token" in prepared.head.slots
        else b"",
    }
    token_bytes = values[b"token"]
    head = prepared.head.fill(values)
    body = token_bytes.join(prepared.body)
    if not prepared.signatures:
        return b"".join((head, _LINE_END, body))
    digest = sha256(token_bytes.join(prepared.canonical)).digest()
    canonical_head = prepared.canonical_head.fill(values)
    signed = [form.write(canonical_head, digest) for form in prepared.signatures]
    return b"".join((*signed, head, _LINE_END, body))
