"""A mail taken apart: headers as they travel, the two parts decoded. Pure."""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from dataclasses import dataclass
from email.header import decode_header, make_header

import lxml.etree
import lxml.html

from newsletter.check.finding import squeeze

_REVEALED = re.compile(r"<!--\[if !mso[^\]]*\]><!-->(.*?)<!--<!\[endif\]-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_UNSEEN_TAGS = frozenset({"style", "script", "title", "head"})
_BLOCKS = frozenset(
    {"p", "li", "td", "tr", "table", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "br", "ol", "th"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leaf of the message: its type, its bytes once decoded, and its size as it travels."""

    type: str
    charset: str
    content: bytes
    encoded_size: int
    transfer: str = ""  # Content-Transfer-Encoding
    plain: bool = True  # no byte beyond ASCII as it travels

    @property
    def text(self) -> str:
        """The content as text; what is no UTF-8 shows as U+FFFD."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A parsed message. Header names are lower case; values are as they travel, unfolded."""

    raw: bytes
    head: bytes
    headers: tuple[tuple[str, str], ...]
    type: str
    parts: tuple[Part, ...]
    defects: tuple[str, ...]
    subject: str  # decoded
    html: str
    text: str  # lines end in \n

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a header."""
        return tuple(value for key, value in self.headers if key == name)

    @property
    def html_size(self) -> int:
        """The size of the HTML as it travels, in bytes."""
        return sum(part.encoded_size for part in self.parts if part.type == "text/html")

    def value(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next(iter(self.values(name)), "")


def _unfold(head: bytes) -> tuple[tuple[str, str], ...]:
    text = re.sub(r"\r?\n(?=[ \t])", "", head.decode("utf-8", "replace"))
    pairs = (line.partition(":") for line in re.split(r"\r?\n", text) if ":" in line)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def decode_words(value: str) -> str | None:
    """Return a header's value with its encoded words decoded (RFC 2047); None where they cannot be."""
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return None


def read_mail(raw: bytes) -> Mail:
    """Take a message apart. Never raises: what cannot be read is among ``defects``."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    leaves = [leaf for leaf in message.walk() if not leaf.is_multipart()]
    judged = dict.fromkeys((message, *leaves))  # a message of one part is its own leaf
    defects = [type(defect).__name__ for one in judged for defect in one.defects]
    parts = []
    for leaf in leaves:
        payload, encoded = leaf.get_payload(decode=True), leaf.get_payload()
        travels = encoded if isinstance(encoded, str) else ""
        parts.append(
            Part(
                type=leaf.get_content_type(),
                charset=(leaf.get_content_charset() or "").lower(),
                content=payload if isinstance(payload, bytes) else b"",
                encoded_size=len(travels.encode("utf-8", "surrogateescape")),
                transfer=str(leaf.get("Content-Transfer-Encoding", "")).strip().lower(),
                plain=travels.isascii(),
            )
        )
    try:
        subject = str(message["Subject"] or "")
    except (ValueError, LookupError):
        subject = ""
        defects.append("UnreadableSubject")
    return Mail(
        raw=raw,
        head=head,
        headers=_unfold(head),
        type=message.get_content_type(),
        parts=tuple(parts),
        defects=tuple(defects),
        subject=subject,
        html=next((part.text for part in parts if part.type == "text/html"), ""),
        text=next((part.text for part in parts if part.type == "text/plain"), "").replace("\r\n", "\n"),
    )


def parse_shown(html: str) -> lxml.html.HtmlElement:
    """Parse ``html`` as every client but Word sees it: without its conditional comments."""
    shown = _COMMENT.sub("", _REVEALED.sub(r"\1", html)).encode("utf-8", "replace")
    try:
        return lxml.html.document_fromstring(shown, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except lxml.etree.ParserError:  # nothing is left that could be shown
        return lxml.html.document_fromstring("<html></html>")


def is_hidden(element: lxml.html.HtmlElement) -> bool:
    """Whether an inline style hides ``element``."""
    return bool(re.search(r"display:\s*none", element.get("style") or ""))


def words_of(element: lxml.html.HtmlElement) -> str:
    """Return all words in ``element``, hidden ones too, with single blanks."""
    return squeeze(str(element.text_content()))


def shown_text(element: lxml.html.HtmlElement) -> str:
    """Return the text that a reader sees in ``element``, blocks parted by blanks, hidden ones left out."""
    pieces: list[str] = []

    def walk(node: lxml.html.HtmlElement) -> None:
        if not isinstance(node.tag, str) or node.tag in _UNSEEN_TAGS or is_hidden(node):
            return
        block = node.tag in _BLOCKS
        pieces.append(" " if block else "")
        pieces.append(node.text or "")
        for child in node:
            walk(child)
            pieces.append(child.tail or "")
        pieces.append(" " if block else "")

    walk(element)
    return re.sub(r"\s+", " ", "".join(pieces)).strip()
