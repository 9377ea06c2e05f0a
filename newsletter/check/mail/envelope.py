"""Checks of a message's form: bytes, headers, parts. Pure."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from datetime import UTC, timedelta

from newsletter import links
from newsletter.check.finding import Expected, Finding, fail, is_aligned, read_tags, warn
from newsletter.check.mail.parsed_mail import Mail, decode_words
from newsletter.issue.unfinished_text import find_broken

_MAX_LINE = 998  # octets, RFC 5322 section 2.1.1
_ONCE = (
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
_AT_MOST_ONCE = (
    "reply-to", "sender", "cc", "list-archive", "list-help", "feedback-id", "precedence", "auto-submitted",
)  # fmt: skip
_SIGNED = ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post")
# Or turns the direction of reading.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SHOWN = ("subject", "from", "to", "reply-to")
_TWICE = re.compile(r"=\?[\w-]+\?[bq]\?", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@([^<>@\s]+)>")
_LIST_ID = re.compile(r".*<[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+>")
_FEEDBACK = re.compile(r"(?:[^:\s]*:){3}[^:\s]{5,15}")


def check_bytes(mail: Mail, _: Expected) -> Iterator[Finding]:
    """1, 17: the message parses, lines end in CRLF and are short enough, no NUL."""
    if mail.defects:
        yield fail("parses", f"The message has defects: {', '.join(dict.fromkeys(mail.defects))}.",
                   "Nothing the program makes should; report it with the .eml.")  # fmt: skip
    if re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw):
        yield fail("line-ends", "A line ends in a bare LF or CR.", "Every line of a message ends in CRLF.")
    if b"\x00" in mail.raw:
        yield fail("line-ends", "The message holds a NUL byte.",
                   "Find the template or headline it came from.")  # fmt: skip
    longest = max(map(len, mail.raw.split(b"\r\n")))
    if longest > _MAX_LINE:
        yield fail("line-length", f"A line has {longest:,} octets; mail allows {_MAX_LINE}.",
                   "Encode the part as quoted-printable.")  # fmt: skip


def check_sender(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """2: one From, aligned with the sending domain, the envelope and the signature."""
    senders = email.utils.getaddresses([str(value) for value in mail.values("from")])
    if len(senders) != 1 or "@" not in senders[0][1]:
        yield fail("from", f"There must be one From address; there are {len(senders)}.",
                   "Set newsletter.from_address.")  # fmt: skip
        return
    domain = senders[0][1].rpartition("@")[2]
    if expected.domain and not is_aligned(domain, expected.domain):
        yield fail("from", f"From is at {domain}, but the mail is sent for {expected.domain}.",
                   "DMARC needs the two to align: correct newsletter.from_address.")  # fmt: skip
    if expected.envelope and not is_aligned(domain, expected.envelope):
        yield fail("envelope", f"Bounces go to {expected.envelope}, From is at {domain}.",
                   "Let newsletter.bounce_domain be the domain of from_address, or below it.")  # fmt: skip
    for signature in mail.values("dkim-signature"):
        signer = read_tags(signature).get("d", "")
        if not is_aligned(domain, signer):
            yield fail("from", f"DKIM signs for {signer or 'no domain'}, From is at {domain}.",
                       "Set dkim.domain to the domain of From, or the one above it.")  # fmt: skip


def check_date(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """3: a Date within the hour; of a saved mail, one that is not to come."""
    try:
        sent = email.utils.parsedate_to_datetime(mail.value("date"))
    except ValueError:
        yield fail("date", "The Date header is missing or cannot be read.", "It needs the form of RFC 5322.")
        return
    sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
    if expected.now and abs(sent - expected.now) > timedelta(hours=1):
        yield fail("date", f"Date is {sent.isoformat()}, more than an hour from now.",
                   "Look at the machine's clock.")  # fmt: skip
    elif expected.latest and sent - expected.latest > timedelta(hours=1):
        yield fail("date", f"Date is {sent.isoformat()}, which is to come.",
                   "Look at the clock of the machine that wrote it, and of this one.")  # fmt: skip


def check_message_id(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """4: a Message-ID on the sending domain."""
    found = _MESSAGE_ID.fullmatch(mail.value("message-id"))
    if not found:
        yield fail("message-id", "Message-ID is missing or not of the form <name@domain>.",
                   "Each delivery has one of its own.")  # fmt: skip
    elif expected.domain and not is_aligned(found[1], expected.domain):
        yield fail("message-id", f"Message-ID is at {found[1]}, not at {expected.domain}.",
                   "It should name the sending domain.")  # fmt: skip


def check_headers(mail: Mail, _: Expected) -> Iterator[Finding]:
    """5, 6: each header once, and no control character or bare byte beyond ASCII in any."""
    if not mail.head.isascii():
        yield fail("header-controls", "A header holds bytes beyond ASCII that are not encoded.",
                   "Encode it (RFC 2047); no relay needs to take it so.")  # fmt: skip
    for name in _ONCE:
        count = len(mail.values(name))
        if count != 1:
            yield fail("headers-once", f"{name.title()} stands {count} times; it must stand once.",
                       "Look at what adds or drops it: a relay, a milter, a template.")  # fmt: skip
    for name in _AT_MOST_ONCE:
        if len(mail.values(name)) > 1:
            yield fail("headers-once", f"{name.title()} stands {len(mail.values(name))} times.",
                       "Remove the second one.")  # fmt: skip
    if len(email.utils.getaddresses([mail.value("to")])) > 1:
        yield fail("recipients", "To names more than one recipient.",
                   "Each subscriber gets a mail of their own.")  # fmt: skip
    yield from _check_words(mail)


def _check_words(mail: Mail) -> Iterator[Finding]:
    for name, value in mail.headers:
        decoded = decode_words(value)
        if decoded is None:
            decoded = value
            yield fail("header-controls", f"{name.title()} holds encoded words that cannot be decoded.",
                       "Encode it as UTF-8.")  # fmt: skip
        if _CONTROL.search(value + decoded):
            yield fail("header-controls", f"{name.title()} holds a control character.",
                       "A name or title was not cleaned before it became a header.")  # fmt: skip
        if name in _SHOWN and _TWICE.search(decoded):
            yield fail("header-controls", f"{name.title()} was encoded twice: {decoded[:60]}",
                       "Readers see the code. Look at what makes the header.")  # fmt: skip


def check_unsubscribe(mail: Mail, _: Expected) -> Iterator[Finding]:
    """7, 8: List-Unsubscribe for one click (RFC 8058)."""
    value = mail.value("list-unsubscribe")
    if "=?" in value:
        yield fail("list-unsubscribe", "List-Unsubscribe is RFC 2047 encoded: no provider reads it so.",
                   "Fold the header by hand instead.")  # fmt: skip
    leaving = re.findall(r"<([^<>]+)>", value)
    if any(re.search(r"\s", link) for link in leaving) or value.count("<") != value.count(">"):
        yield fail("list-unsubscribe", "List-Unsubscribe is folded inside a link, which breaks it.",
                   "Fold the header between the links only (RFC 2369).")  # fmt: skip
    if not any(link.startswith("https://") for link in leaving):
        yield fail("list-unsubscribe", "List-Unsubscribe holds no https link.",
                   "One-click needs a public https address: set newsletter.base_url.")  # fmt: skip
    if not any(link.startswith("mailto:") for link in leaving):
        yield fail("list-unsubscribe", "List-Unsubscribe holds no mailto link.",
                   "Add one beside the https link.")  # fmt: skip
    if mail.value("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield fail("one-click", "List-Unsubscribe-Post is not exactly List-Unsubscribe=One-Click.",
                   "RFC 8058 allows no other words.")  # fmt: skip


def _find_tokens(part: str, base: str) -> list[str]:
    """Return the tokens in the links of a part that leave or choose; without a base those of any host."""
    starts = (re.escape(url(base, "")) for url in (links.unsubscribe_url, links.preferences_url))
    return re.findall(rf"(?:{'|'.join(starts)})([\w-]+)", part)


def check_token(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """10: every unsubscribe link holds this recipient's token."""
    value = mail.value("list-unsubscribe")
    leaving = re.findall(r"<([^<>]+)>", value)
    slot = links.UNSUBSCRIBE_SLOT.rstrip("0")
    in_html, in_text = (set(_find_tokens(part, expected.base_url)) for part in (mail.html, mail.text))
    if slot in value or slot in mail.html or slot in mail.text:
        yield fail("token", "The place of the recipient's token was never filled.",
                   "The unsubscribe link would not work: nobody should get this mail.")  # fmt: skip
    elif not expected.token:
        told = in_html | in_text | {found for link in leaving for found in re.findall(r"/u/([\w-]+)", link)}
        if expected.base_url and len(told) > 1:
            yield fail("token", f"The unsubscribe links hold {len(told)} different tokens.",
                       "One of them would leave for someone else, or for nobody.")  # fmt: skip
    else:
        wrong = "The unsubscribe link in {} does not hold this recipient's token."
        hint = "It would leave for someone else, or for nobody."
        for link in leaving:
            if expected.token not in link and expected.token not in links.find_mail_tokens(link):
                yield fail("token", f"{wrong.format('List-Unsubscribe')} {link[:60]}", hint)
        for where, tokens in (("the HTML part", in_html), ("the text part", in_text)):
            if not tokens:
                yield fail("token", f"No unsubscribe link in {where} leads to {expected.base_url}.",
                           "Was newsletter.base_url changed? newsletter issue refreeze freezes the same "
                           "stories anew.")  # fmt: skip
            elif tokens != {expected.token}:
                yield fail("token", wrong.format(where), hint)


def check_signature(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """9: the DKIM signature covers what it must."""
    signatures = mail.values("dkim-signature")
    if expected.signed and not signatures:
        yield fail("dkim-covers", "The message is not signed.",
                   "Set dkim.selector, or let the relay sign and clear it.")  # fmt: skip
    for signature in signatures:
        tags = read_tags(signature)
        covered = {name.lower() for name in tags.get("h", "").split(":")}
        missing = [name for name in _SIGNED if name not in covered]
        if missing:
            yield fail("dkim-covers", f"The DKIM signature does not cover {', '.join(missing)}.",
                       "Add them to h=; RFC 8058 asks for both unsubscribe headers.")  # fmt: skip
        if "l" in tags:
            yield warn("dkim-covers", "The DKIM signature has l=: text can be added behind it.",
                       "Sign the whole body.")  # fmt: skip


def check_bulk(mail: Mail, _: Expected) -> Iterator[Finding]:
    """12, 13: the headers that mark bulk mail."""
    if mail.values("list-id") and not _LIST_ID.fullmatch(mail.value("list-id")):
        yield warn("list-id", "List-Id is not of the form name <label.domain>.",
                   "Set newsletter.list_id (RFC 2919).")  # fmt: skip
    if not _FEEDBACK.fullmatch(mail.value("feedback-id")):
        yield warn("feedback-id", "Feedback-ID is missing or not four parts with a sender of 5–15 characters.",
                   "Gmail groups complaints by it.")  # fmt: skip
    if mail.value("auto-submitted").lower() != "auto-generated":
        yield warn("auto-submitted", "Auto-Submitted: auto-generated is missing.",
                   "Without it auto-replies come back.")  # fmt: skip
    if mail.value("precedence").lower() not in {"bulk", "list"}:
        yield warn("auto-submitted", "Precedence: bulk is missing.",
                   "Without it old out-of-office replies come back.")  # fmt: skip


def check_parts(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """15, 16: text first, then HTML, both sound UTF-8; a source's own words were judged at composing."""
    kinds = [part.type for part in mail.parts]
    if mail.type != "multipart/alternative" or kinds != ["text/plain", "text/html"]:
        yield fail("alternative", f"The message is {mail.type} of {', '.join(kinds) or 'nothing'}.",
                   "It must be multipart/alternative: text/plain first, then text/html.")  # fmt: skip
    for part in mail.parts:
        name = f"The {part.type} part"
        if part.type.startswith("text/") and part.charset not in {"utf-8", "us-ascii"}:
            yield fail("encoding", f"{name} says charset {part.charset or 'nothing'}.", "It must say utf-8.")
        if not part.plain and part.transfer not in {"8bit", "binary"}:
            yield fail("encoding", f"{name} holds bytes beyond ASCII, and does not say so.",
                       "Encode it as quoted-printable.")  # fmt: skip
        if not part.content.strip():
            yield fail("alternative", f"{name} is empty.", "Look at its template.")
        try:
            text = part.content.decode("utf-8")
        except UnicodeDecodeError:
            yield fail("encoding", f"{name} is not valid UTF-8.", "Look at how it was encoded.")
            continue
        broken = [item for item in find_broken(text) if not expected.is_foreign(item)]
        if broken:
            yield fail("encoding", f"{name} holds broken characters ({broken[0]!r}).",
                       "Look at the template's own words, and at [newsletter].")  # fmt: skip
    if any(not expected.is_foreign(item) for item in find_broken(mail.subject)):
        yield fail("encoding", "The subject holds broken characters.", "Retitle the issue.")
