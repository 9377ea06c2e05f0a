"""The preflight of one mail: every check that needs nothing but its bytes. Pure.

What needs the network (DNS, links that answer), a browser (overflow at four widths), a spam filter or
the ledger is checked elsewhere; here those that need a browser say that they were not run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from newsletter.check.catalogue import STORY_CHECKS
from newsletter.check.finding import Expected, Finding, Level, find_host, not_run
from newsletter.check.mail import addresses, agreement, colours, content, envelope, markup
from newsletter.check.mail.content import Reading
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.config import Identity
from newsletter.render.words import clean, join_words, split_postal

ENVELOPE_CHECKS = (
    envelope.check_bytes,
    envelope.check_sender,
    envelope.check_date,
    envelope.check_message_id,
    envelope.check_headers,
    envelope.check_unsubscribe,
    envelope.check_token,
    envelope.check_signature,
    envelope.check_bulk,
    envelope.check_parts,
    addresses.check_answers,
    addresses.check_copies,
    addresses.check_envelope,
    addresses.check_names,
    addresses.check_reach,
    addresses.check_own_headers,
)
CONTENT_CHECKS = (
    content.check_same_content,
    agreement.check_bullets,
    agreement.check_times,
    agreement.check_targets,
    agreement.check_figures,
    agreement.check_told,
    agreement.check_order,
    agreement.check_marks,
    agreement.check_stories,
    agreement.check_masthead,
    content.check_text,
    content.check_size,
    content.check_subject,
    content.check_title,
    content.check_preheader,
    content.check_leftovers,
    content.check_links,
    content.check_footer,
    content.check_own_links,
    content.check_charset,
    content.check_no_postal,
    content.check_strangers,
)
MARKUP_CHECKS = (
    markup.check_html,
    markup.check_forbidden,
    markup.check_hidden,
    markup.check_images,
    markup.check_support,
    markup.check_language,
    markup.check_roles,
    markup.check_headings,
    colours.check_contrast,
)
WIDTHS = (320, 375, 600, 1280)  # CSS pixels: a small phone, a phone, the column, a desktop


def leave_out_widths(hint: str) -> Finding:
    """Return that nobody looked whether the mail overflows."""
    return not_run("overflow", f"Widths of {join_words(map(str, WIDTHS))} px were not looked at.", hint)


def expect(identity: Identity, *, logo: str = "", **known: Any) -> Expected:
    """Return what the sender knows about a mail of ``identity``; ``known``: the fields that are of this mail.

    ``logo`` is the address of the picture on top.
    """
    return Expected(
        domain=identity.domain,
        base_url=identity.base_url,
        envelope=identity.bounce_domain or identity.domain,
        pictures=(find_host(logo),),
        why=clean(identity.why),
        postal=split_postal(identity.postal_address),
        **known,
    )


def find_blocking(findings: Iterable[Finding], waived: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return the findings that keep a mail from leaving: they fail, are the mail's or the sender's, and not waived."""
    names = frozenset(waived) | STORY_CHECKS
    return tuple(item for item in findings if item.level is Level.FAIL and item.check not in names)


def check_message(raw: bytes, expected: Expected) -> tuple[Finding, ...]:
    """Return what is wrong with the message ``raw``, in the order of the checks.

    A last finding says that the checks in a browser were not run. Never raises for anything in ``raw``.
    """
    mail = read_mail(raw)
    found = [finding for check in ENVELOPE_CHECKS for finding in check(mail, expected)]
    if mail.html:
        reading = Reading(mail)
        for check in (*CONTENT_CHECKS, *MARKUP_CHECKS):
            found += check(reading, expected)
    return (*dict.fromkeys(found), leave_out_widths("Needs a browser."))
