"""The preflight of an issue, of a file, of the settings. I/O (network, database)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from functools import partial

from newsletter.check.browser import check_overflow
from newsletter.check.catalogue import LEDGER_CHECKS, MAIL_CHECKS, TEMPLATE_CHECKS
from newsletter.check.finding import Expected, fail, solidify
from newsletter.check.mail.check_mail import check_message, expect
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.check.remote_checks import COMMAND, Scope, choose_ask, outer_parts, sender_parts
from newsletter.check.result import Findings, OnPart, Part, Preflight, ignore, known_part, run_parts
from newsletter.check.sample import check_verp, known_keys, sample_token, write_sample
from newsletter.check.sender import ledger
from newsletter.check.sender.dns import Ask, build_resolver
from newsletter.check.sender.signature import verify_signatures
from newsletter.check.sender.trial import check_trial, is_trial, no_postal, soften
from newsletter.check.templates import check_templates
from newsletter.config import Settings
from newsletter.delivery.dkim import Signer
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.signers import load_signers
from newsletter.errors import NewsletterError
from newsletter.http import HTTPClient
from newsletter.issue.story_faults import foreign_words
from newsletter.model import Issue, IssueKey, RenderedIssue
from newsletter.render.present import present_issue
from newsletter.render.size_limit import list_beside, list_told
from newsletter.render.words import clean
from newsletter.store.issues import StoredIssue, open_issue

# What a hint tells to do with an issue.
_OF_ISSUE = re.compile(r"\bnewsletter issue [a-z]+\b(?! --date)")
# A mail whose pages are on the machine that made it: the demo's.
_LOOPBACK_MAIL = re.compile(rb"^List-Unsubscribe:\s+<http://(?:127\.|localhost|\[::1\])", re.MULTILINE)


async def check_issue(
    checking: Sending,
    key: IssueKey,
    *,
    ask: Ask | None = None,
    scope: Scope = COMMAND,
    on_part: OnPart = ignore,
) -> Preflight:
    """Run every check on an issue. Raises InputError where there is none."""
    stored = open_issue(checking.store, key)
    return await check_rendered(
        checking, stored.rendered, stored.issue, now=checking.clock(), ask=ask, stored=stored, scope=scope,
        on_part=on_part
    )  # fmt: skip


async def check_rendered(
    checking: Sending,
    rendered: RenderedIssue,
    issue: Issue,
    *,
    now: datetime,
    ask: Ask | None = None,
    stored: StoredIssue | None = None,
    scope: Scope = COMMAND,
    on_part: OnPart = ignore,
) -> Preflight:
    """Run the checks of ``scope`` on content, under the settings of its edition."""
    checking = replace(checking, settings=checking.settings.of(issue.edition))
    settings, keys, identity = checking.settings, checking.keys, checking.settings.newsletter
    raw, parts, signers = b"", [], None
    issue_id = stored.record.id if stored else 0
    try:
        signers = load_signers(settings)  # once: reading a key takes longer than most checks
        raw = write_sample(settings, keys, rendered, issue.key, now, issue_id=issue_id, signers=signers)
    except NewsletterError as error:
        # Not "dkim-key": on a trial that only warns, and without its key no message can be written at all.
        unwritten = fail("dkim-verifies", str(error), error.hint)
        parts.append(known_part("the message", {"dkim-verifies"}, unwritten))
    except ValueError as error:  # no place for the token, or a setting that no header can hold
        why = f"The message cannot be written: {error}."
        unwritten = fail("token", why, "Look at the templates and [newsletter].")
        parts.append(known_part("the message", {"token"}, unwritten))
    else:
        names = MAIL_CHECKS | {"verp", "dkim-verifies"}
        parts.append(
            Part("the message", names, lambda: _check_bytes(checking, raw, issue, now, signers or ()))
        )
    look = partial(asyncio.to_thread, _check_ledger, checking, issue, stored, now)
    parts += [Part("the ledger", LEDGER_CHECKS, look), _look_at_settings(settings)]
    async with HTTPClient(settings.collect, contact=identity.base_url) as client:
        if scope.sender:
            parts += sender_parts(
                settings, keys, ask or choose_ask(settings), signers, size=len(raw), sending=scope.sending
            )
        if raw:
            parts += outer_parts(settings, keys, client, raw, scope=scope, now=now, trial=is_trial(identity))
        about = f"No. {issue.number} of {issue.key}: {rendered.subject}"
        result = await _run(settings, parts, on_part, about=about, raw=raw)
    # Without it a command means today's issue of the default edition.
    named = (
        replace(one, hint=_OF_ISSUE.sub(rf"\g<0> --date {issue.key}", one.hint)) for one in result.findings
    )
    return replace(result, findings=tuple(named))


def _look_at_settings(settings: Settings) -> Part:
    return known_part("the settings", {"trial"}, *check_trial(settings.newsletter, settings.relay))


async def _run(
    settings: Settings,
    parts: list[Part],
    on_part: OnPart,
    *,
    about: str,
    raw: bytes = b"",
    trial: bool | None = None,
) -> Preflight:
    found, ran = await run_parts(parts, on_part)
    findings = soften(settings.newsletter, found, trial=trial)
    waived, size = settings.preflight.waive, read_mail(raw).html_size
    return Preflight(about=about, findings=findings, ran=ran, waived=waived, size=size)


async def _check_bytes(
    checking: Sending, raw: bytes, issue: Issue, now: datetime, signers: tuple[Signer, ...]
) -> Findings:
    """Look at the message as it would leave."""
    recent = ledger.load_recent(checking.store, issue.key)
    expected = expect(
        checking.settings.newsletter,
        token=sample_token(checking.keys),
        now=now,
        issue=issue.key,
        signed=bool(signers),
        logo=checking.templates.theme.logo.url,
        recent_subjects=tuple(earlier.subject for earlier in recent),
        told=tuple(list_told(view := present_issue(issue, checking.settings.newsletter))),
        beside=tuple(list_beside(view)),
        preheader=view.preheader,
        foreign=frozenset(solidify(clean(words)) for words in foreign_words(issue)),
    )
    found = await asyncio.to_thread(check_message, raw, expected)
    return (
        *found,
        *await verify_signatures(raw, None, known_keys(signers)),
        *check_verp(checking.settings, checking.keys),
    )


def _check_ledger(checking: Sending, issue: Issue, stored: StoredIssue | None, now: datetime) -> Findings:
    return (
        *ledger.check_recipients(checking.store, issue.key, checking.settings.edition_keys),
        *(ledger.check_record(stored, checking.settings.schedule) if stored else ()),
        *ledger.check_clock(issue, now),
        *ledger.check_freshness(checking.store, issue, now),
        *ledger.check_stories(checking.settings.editorial, issue),
        *ledger.check_citations(issue),
        *ledger.check_repetition(issue, ledger.load_recent(checking.store, issue.key)),
    )


async def look_in_browser(result: Preflight, html: str) -> Preflight:
    """Add what only a browser can tell to ``result``, in place of the finding that it was not run."""
    found = await check_overflow(html)
    rest = tuple(finding for finding in result.findings if finding.check != "overflow")
    return replace(result, findings=(*rest, *found), ran=result.ran | {"overflow"})


# ── files and settings ───────────────────────────────────────────────────────────────────────────


async def check_file(
    checking: Sending, raw: bytes, *, about: str, scope: Scope = COMMAND, on_part: OnPart = ignore
) -> Preflight:
    """Check a message that was saved: its bytes, and the signature in it. Nothing of the ledger.

    What only the sender knows (the token, the moment, the settings) is not asked of it, and its unsubscribe
    link is never pressed: it is a reader's.
    """
    settings, keys, now = checking.settings, checking.keys, checking.clock()
    identity = settings.newsletter
    mail = read_mail(raw)
    own = mail.value("from").lower().rstrip("> ").endswith(f"@{identity.domain}")
    trial = (own and is_trial(identity)) or bool(_LOOPBACK_MAIL.search(raw))
    signers = load_signers(settings) if own else ()
    expected = Expected(latest=now)
    if own:
        known = expect(identity, logo=checking.templates.theme.logo.url, latest=now, signed=bool(signers))
        expected = replace(known, envelope="")  # that of the file counts, not the one that is used now
    server = settings.preflight.resolver
    asking = build_resolver(server) if server or not trial else None

    async def look_at_bytes() -> Findings:
        found = await asyncio.to_thread(check_message, raw, expected)
        if not own:
            found = tuple(item for item in found if item not in no_postal(expected))
        return (*found, *await verify_signatures(raw, asking, known_keys(signers)))

    parts = [Part("the message", MAIL_CHECKS | {"dkim-verifies"}, look_at_bytes)]
    async with HTTPClient(settings.collect, contact=identity.base_url) as client:
        parts += outer_parts(settings, keys, client, raw, scope=scope, now=now, trial=trial)
        return await _run(settings, parts, on_part, about=about, raw=raw, trial=trial)


async def check_settings(checking: Sending, *, key: IssueKey, on_part: OnPart = ignore) -> Preflight:
    """Check the live settings: templates and theme, the sender in DNS, relays, bounces, recipients."""
    settings, keys, identity = checking.settings, checking.keys, checking.settings.newsletter
    parts = [
        Part("the templates", TEMPLATE_CHECKS,
             lambda: asyncio.to_thread(check_templates, checking.templates, identity)),
        Part("the recipients", frozenset({"audience"}),
             lambda: asyncio.to_thread(
                 lambda: tuple(ledger.check_recipients(checking.store, key, settings.edition_keys)))),
        _look_at_settings(settings),
        *sender_parts(settings, keys, choose_ask(settings), sending=False),
    ]  # fmt: skip
    return await _run(settings, parts, on_part, about=f"the settings of {identity.name}")
