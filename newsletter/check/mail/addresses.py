"""Checks that each address in a message's head is the one that its header means. Pure."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.check.finding import Expected, Finding, fail, find_host, is_aligned, not_run, warn
from newsletter.check.mail.parsed_mail import Mail, decode_words
from newsletter.issue.unfinished_text import find_leftovers
from newsletter.render.words import is_private

_ENVELOPE = ("return-path", "x-envelope-from")  # of a mail that arrived: the second is our own inbox's
_COPIES = ("cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_RECEIPTS = ("disposition-notification-to", "return-receipt-to", "x-confirm-reading-to")
_OURS = re.compile(
    r"dkim-signature|from|to|subject|date|message-id|reply-to|sender|list-[a-z-]+|feedback-id|auto-submitted"
    rf"|precedence|mime-version|content-type|{'|'.join((*_COPIES, *_RECEIPTS, *_ENVELOPE))}"  # these are judged apart
)
_NOBODY = re.compile(r"(?:no|do-?not)[._-]?reply\b", re.IGNORECASE)
_NOTHING = frozenset({"none", "null", "undefined", "nan"})


def _addresses(mail: Mail, *names: str) -> dict[str, str]:
    """Each address of these headers with the name before it."""
    pairs = email.utils.getaddresses([value for name in names for value in mail.values(name)])
    return {address.casefold(): name for name, address in pairs if "@" in address}


def _leaving(mail: Mail) -> set[str]:
    """The addresses that a mail to leave goes to, without the reader's token."""
    found = re.findall(r"<mailto:([^<>?]+)", mail.value("list-unsubscribe"))
    return {re.sub(r"\+[^@]*(?=@)", "", unquote(address)).casefold() for address in found}


def check_answers(mail: Mail, _: Expected) -> Iterator[Finding]:
    """An answer reaches whoever writes the newsletter: not the reader, nor the address that takes people off."""
    reply, sender, reader = _addresses(mail, "reply-to"), _addresses(mail, "from"), _addresses(mail, "to")
    for address in reply:
        if address in reader:
            yield fail("reply-to", f"Reply-To is the reader's own address ({address}).",
                       "Set newsletter.reply_to, or leave it empty.")  # fmt: skip
    for address in reply or sender:
        if _NOBODY.match(address):
            yield warn("reply-to", f"Answers go to {address}, which says that nobody reads them.",
                       "Set newsletter.reply_to: readers who answer are heard, and providers see it.")  # fmt: skip
    for name, addresses in (("Reply-To", reply), ("From", sender)):
        for address in addresses:
            if address in _leaving(mail):
                yield fail("reply-to", f"{name} is the address that takes people off the list ({address}).",
                           "Set newsletter.unsubscribe_address to a mailbox of its own.")  # fmt: skip


def check_own_headers(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """A message as it leaves has no header that nobody wrote on purpose: a path, a version, a priority."""
    strange = (name for name, _ in mail.headers if expected.token and not _OURS.fullmatch(name))
    for name in dict.fromkeys(strange):
        yield warn("headers-once", f"The message has a header of somebody else's: {name}: {mail.value(name)[:60]}.",
                   "Look at what adds it; it may tell of this machine, or ask for attention.")  # fmt: skip


def check_copies(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Nobody but the one reader gets it, and nobody is asked for a receipt."""
    for name in _COPIES:
        if mail.values(name):
            yield fail("recipients", f"The message has {name.title()}: {mail.value(name)[:60]}.",
                       "Each subscriber gets a mail of their own; nobody else is named in it.")  # fmt: skip
    for name in _RECEIPTS:
        if mail.values(name):
            yield fail("tracking", f"{name.title()} asks for a receipt when the mail is opened.",
                       "Take it out.")  # fmt: skip


def check_envelope(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """Where bounces go, of a mail that arrived: at the domain of From, or aligned with it."""
    found = [value for name in _ENVELOPE for value in mail.values(name)]
    sender = next(iter(_addresses(mail, "from")), "").rpartition("@")[2]
    for value in found:
        address = email.utils.parseaddr(value)[1]
        if "@" not in address:
            yield fail("envelope", "The envelope sender is empty: bounces are lost.", "Look at the relay.")
        elif sender and not is_aligned(sender, address.rpartition("@")[2].casefold()):
            yield fail("envelope", f"Bounces go to {address.rpartition('@')[2]}, From is at {sender}.",
                       "Let newsletter.bounce_domain be the domain of from_address, or below it.")  # fmt: skip
    for address in _addresses(mail, "sender"):
        if sender and not is_aligned(sender, address.rpartition("@")[2]):
            yield fail("from", f"Sender is {address}, From is at {sender}.",
                       "Clients show it as “via” or “on behalf of”: leave Sender out.")  # fmt: skip
    if not found and not expected.envelope:
        yield not_run("envelope", "The file does not tell its envelope sender (Return-Path).",
                      "newsletter check of an issue looks at the one that is used.")  # fmt: skip


def check_names(mail: Mail, _: Expected) -> Iterator[Finding]:
    """The names before addresses are names."""
    for header in ("from", "to", "reply-to", "sender"):
        for name in _addresses(mail, header).values():
            decoded = decode_words(name)
            words = name if decoded is None else decoded  # the check of headers tells of it
            left = next((found for _, found in find_leftovers(words)), "")
            if left or words.strip().casefold() in _NOTHING:
                yield fail("leftovers", f"The name in {header.title()} is “{words[:60]}”.",
                           "Correct [newsletter], or the import that the name comes from.")  # fmt: skip


def check_reach(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """The link to leave leads to the public pages, and the subject is no answer."""
    for link in re.findall(r"<(https://[^<>\s]+)>", mail.value("list-unsubscribe")):
        host, home = find_host(link), find_host(expected.base_url)
        if is_private(host):
            yield fail("list-unsubscribe", f"List-Unsubscribe leads to {host}, which readers cannot reach.",
                       "Set newsletter.base_url to a public address.")  # fmt: skip
        elif home and host != home:
            yield fail("list-unsubscribe", f"List-Unsubscribe leads to {host}, not to {home}.",
                       "Was newsletter.base_url changed? What rewrites links on the way?")  # fmt: skip
    for name in ("list-archive", "list-help", "list-subscribe"):
        for value in mail.values(name):
            links = re.findall(r"<((?:https://|mailto:)[^<>\s]+)>", value)
            hosts = {find_host(link) for link in links if link.startswith("https")}
            if not links or (expected.base_url and hosts - {find_host(expected.base_url)}):
                yield warn("list-id", f"{name.title()} is not an address of ours in <…>: {value[:80]}",
                           "Set newsletter.base_url; RFC 2369 has the form.")  # fmt: skip
    if re.match(r"(?i)(?:re|fwd?|aw|wg)\s*:", mail.subject):
        yield warn("subject", "The subject is that of an answer or a forwarded mail.",
                   "Retitle the top story.")  # fmt: skip
