"""What a sender writes from: the frozen issue, and notices rendered for one recipient. I/O (database, keys)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.config import Edition
from newsletter.delivery.desk_mails import write_desk_mail
from newsletter.delivery.dkim import Signer
from newsletter.delivery.message import PreparedMessage, prepare_message, prepare_notice
from newsletter.delivery.message_writer import MessageWriter
from newsletter.delivery.operator_alerts import Alerting
from newsletter.delivery.signers import load_signers
from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.model import (
    DeskMail,
    EditionKey,
    IssueId,
    IssueStatus,
    NoticeKind,
    RenderedNotice,
    SubscriberId,
    SubscriptionStatus,
)
from newsletter.render.notice import render_notice
from newsletter.render.templates import Templates
from newsletter.store.corrections import load_correction
from newsletter.store.issues import IssueRecord, key_of, list_issues, load_issue, load_rendered
from newsletter.store.ledger import Claim
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers.tokens import Keys, Purpose, sign

_MOST_KEPT = 20  # messages that are the same for many


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending(Alerting):
    """What sending needs."""

    keys: Keys
    templates: Templates  # of notices; an issue is frozen


def build_writer(sending: Sending) -> MessageWriter:
    """Return what writes the messages of a sender."""
    identity = sending.settings.newsletter
    signers = load_signers(sending.settings)

    def issue(issue_id: IssueId) -> PreparedMessage:
        key, rendered = key_of(sending.store, issue_id), load_rendered(sending.store, issue_id)
        own = sending.settings.of(key.edition).newsletter
        return prepare_message(rendered, own, key=key, signers=signers)

    return MessageWriter(
        prepare_issue=issue,
        prepare_notice=_write_notices(sending, signers),
        sign_token=lambda subscriber, edition: sign(
            sending.keys, Purpose.UNSUBSCRIBE, subscriber, edition=edition
        ),
        secret=sending.keys.address,
        bounce_domain=identity.bounce_domain or identity.domain,
    )


def _write_notices(
    sending: Sending, signers: tuple[Signer, ...]
) -> Callable[[Claim, datetime], PreparedMessage]:
    identity = sending.settings.newsletter
    kept: dict[object, PreparedMessage] = {}  # what is the same for many: a correction, a welcome

    def notice(claim: Claim, now: datetime) -> PreparedMessage:
        kind = claim.notice
        if kind is None:
            raise ValueError("the claim is of no notice")
        if isinstance(kind, DeskMail):
            content = write_desk_mail(sending.store, sending.settings, sending.keys, sending.templates, claim)
            return prepare_notice(content, identity, kind, signers=signers)
        editions: tuple[Edition, ...] = ()
        same: object = None
        newest, ref = None, ""
        if kind is NoticeKind.CORRECTION:
            same = ref = claim.ref or ""
        elif kind is NoticeKind.CONFIRM:
            editions = _find_chosen(sending, claim.subscriber, SubscriptionStatus.PENDING)
        elif kind is NoticeKind.WELCOME:  # the same for all who chose the same, until the next issue
            editions = _find_chosen(sending, claim.subscriber, SubscriptionStatus.ACTIVE)
            newest = _find_newest(sending, editions)
            same = (newest.id if newest else None, editions)
        if same is not None and same in kept:
            return kept[same]
        content = _notice_content(
            sending, kind, claim.subscriber, now, newest=newest, editions=editions, ref=ref
        )
        message = prepare_notice(content, identity, kind, signers=signers)
        if same is not None:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept[same] = message
        return message

    return notice


def _find_chosen(
    sending: Sending, subscriber: SubscriberId, status: SubscriptionStatus
) -> tuple[Edition, ...]:
    """Return the editions that a subscriber chose or asked for; none where there is nothing to choose."""
    with sending.store.read() as connection:
        found = find_by_id(connection, subscriber)
    chosen = found.editions(status) if found else ()
    return tuple(one for one in sending.settings.offered if one.key in chosen)


def _find_newest(sending: Sending, chosen: Sequence[Edition]) -> IssueRecord | None:
    """The newest issue of these editions that readers have or are getting; its content no longer changes."""
    begun = (IssueStatus.SENT, IssueStatus.FROZEN)
    of_each = (
        list_issues(sending.store, edition=EditionKey(key), statuses=begun, limit=1)
        for key in [one.key for one in chosen] or sending.settings.edition_keys
    )
    return max((record for found in of_each for record in found), key=lambda one: one.date, default=None)


def _notice_content(
    sending: Sending,
    kind: NoticeKind,
    subscriber: SubscriberId,
    now: datetime,
    *,
    newest: IssueRecord | None,
    editions: tuple[Edition, ...],
    ref: str,
) -> RenderedNotice:
    token = ""
    if kind is NoticeKind.CONFIRM:
        token = sign(sending.keys, Purpose.CONFIRM, subscriber, now=now)
    elif kind is NoticeKind.LEAVE:
        token = sign(sending.keys, Purpose.UNSUBSCRIBE, subscriber)
    elif kind in (NoticeKind.WELCOME, NoticeKind.CORRECTION):
        token = UNSUBSCRIBE_SLOT
    latest = load_issue(sending.store, newest.key) if newest else None
    return render_notice(
        kind,
        sending.settings.newsletter,
        sending.templates,
        token=token,
        confirm_days=sending.settings.web.confirm_days,
        latest=latest.issue if latest else None,
        editions=editions,
        correction=load_correction(sending.store, int(ref)) if ref else None,
    )
