"""A signed message of an issue, as it leaves; and ways to spoil it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from newsletter import links
from newsletter.check.finding import Expected, Finding, Level
from newsletter.check.mail.check_mail import check_message, expect
from newsletter.delivery.dkim import Signer, generate_key, load_signer
from newsletter.delivery.message import personalize, prepare_message
from newsletter.model import Issue, RenderedIssue
from tests.render.render_sample import IDENTITY, render, sample_issue

NOW = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
TOKEN = "Ab3" * 13 + "x"
EXPECTED = expect(
    IDENTITY, token=TOKEN, now=NOW, signed=True, recent_subjects=["Magnet makers book offtake through 2030"]
)


@cache
def signing_key() -> bytes:
    return generate_key()


@cache
def _signer() -> Signer:
    return load_signer(signing_key(), domain="news.example.org", selector="s1")


def write_mail(rendered: RenderedIssue, issue: Issue) -> bytes:
    assert len(TOKEN) == links.TOKEN_LENGTH
    prepared = prepare_message(rendered, IDENTITY, key=issue.key, signers=(_signer(),))
    return personalize(
        prepared, address="reader@example.com", token=TOKEN, message_id="<i1.s7@news.example.org>", date=NOW
    )


def mail_of(issue: Issue | None = None) -> bytes:
    issue = issue or sample_issue()
    return write_mail(render(issue), issue)


@cache
def good_mail() -> bytes:
    return mail_of()


def look(raw: bytes, expected: Expected = EXPECTED) -> tuple[Finding, ...]:
    return tuple(finding for finding in check_message(raw, expected) if finding.level is not Level.NOT_RUN)


Spoil = Callable[[bytes], bytes]


def head(pattern: bytes, replacement: bytes) -> Spoil:
    """Spoil the headers: every match of ``pattern`` (multi-line) once."""

    def spoil(raw: bytes) -> bytes:
        top, gap, body = raw.partition(b"\r\n\r\n")
        spoiled, count = re.subn(pattern, replacement, top, count=1, flags=re.MULTILINE)
        assert count, pattern
        return spoiled + gap + body

    return spoil


def add(header: bytes) -> Spoil:
    return lambda raw: header + b"\r\n" + raw


def parts(change: Callable[[str, str], tuple[str, str]]) -> Spoil:
    """Spoil the HTML and the text before the message is made; encoding and signature are sound."""

    def spoil(_raw: bytes) -> bytes:
        rendered = render()
        html, text = change(rendered.html, rendered.text)
        assert (html, text) != (rendered.html, rendered.text), "the spoiler changed nothing"
        return write_mail(
            RenderedIssue(
                hash=rendered.hash,
                subject=rendered.subject,
                preheader=rendered.preheader,
                html=html,
                text=text,
            ),
            sample_issue(),
        )

    return spoil


def html(old: str, new: str) -> Spoil:
    return parts(lambda html, text: (html.replace(old, new, 1), text))


def html_all(old: str, new: str) -> Spoil:
    return parts(lambda html, text: (html.replace(old, new), text))


def text(old: str, new: str) -> Spoil:
    return parts(lambda html, text: (html, text.replace(old, new, 1)))


def both(old: str, new: str) -> Spoil:
    return parts(lambda html, text: (html.replace(old, new), text.replace(old, new)))
