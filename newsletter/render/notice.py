"""Notices and alerts as mails: confirm, welcome, goodbye, leave; and word to the operator. Pure but for the loader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsletter import links
from newsletter.config import Edition, Identity
from newsletter.model import Correction, Issue, NoticeKind, RenderedNotice
from newsletter.render.inline import inline_styles
from newsletter.render.present import present_issue, show_correction
from newsletter.render.size_limit import fit
from newsletter.render.templates import Templates
from newsletter.render.view import IssueView
from newsletter.render.words import clean, language_direction, split_postal, tidy_text, wrap

_LEAVING = (NoticeKind.WELCOME, NoticeKind.LEAVE, NoticeKind.CORRECTION)


def render_notice(
    kind: NoticeKind,
    identity: Identity,
    templates: Templates,
    *,
    token: str = "",
    confirm_days: int = 7,
    latest: Issue | None = None,
    editions: Sequence[Edition] = (),
    correction: Correction | None = None,
) -> RenderedNotice:
    """Render the notice ``kind`` for one recipient.

    ``token`` confirms (CONFIRM) or unsubscribes (WELCOME, LEAVE, CORRECTION); GOODBYE needs none. A welcome holds the
    stories of the ``latest`` issue; it and CONFIRM name the ``editions``, where there is a choice. Raises
    TemplateError, and ValueError where the token or correction is missing.
    """
    if kind is not NoticeKind.GOODBYE and not token:
        raise ValueError(f"a {kind} notice needs its recipient's token")
    if kind is NoticeKind.CORRECTION and correction is None:
        raise ValueError("a correction notice needs what it is about")
    base = identity.base_url
    shown = present_issue(latest, identity) if latest and kind is NoticeKind.WELCOME else None
    notice = {
        "tagline": clean(identity.tagline).rstrip("."),
        "days": confirm_days,
        "latest": shown,
        "editions": [(clean(one.name), clean(one.about)) for one in editions],
        "correction": show_correction(correction, identity) if correction else None,
        "why": clean(identity.why),
        "from_address": identity.from_address,
        "postal": split_postal(identity.postal_address),
    }
    context: dict[str, Any] = {
        "notice": notice,
        "links": {
            "action": links.confirm_url(base, token) if kind is NoticeKind.CONFIRM else "",
            "unsubscribe": links.unsubscribe_url(base, token) if kind in _LEAVING else "",
            "preferences": links.preferences_url(base, token) if kind in _LEAVING else "",
            "home": links.home_url(base),
            "archive": "" if identity.archive_secret else links.archive_url(base),
            "privacy": links.privacy_url(base),
        },
        "newsletter": clean(identity.name),
        "language": identity.language,
        "direction": language_direction(identity.language),
    }
    subject = clean(templates.render(f"email/{kind.value}.subject.txt", context))
    context |= {"title": subject, "preheader": ""}

    def draw(latest: IssueView | None, part: str) -> str:
        shown = {**context, "notice": {**notice, "latest": latest}}
        return templates.render(f"email/{kind.value}.{part}", shown)

    def draw_html(latest: IssueView | None) -> str:
        return inline_styles(draw(latest, "html"))

    shown, html = fit(shown, draw_html) if shown else (None, draw_html(None))
    return RenderedNotice(subject=subject, html=html, text=tidy_text(draw(shown, "txt")))


def render_alert(subject: str, body: str, identity: Identity) -> RenderedNotice:
    """Render word to the operator: plain text, paragraphs wrapped, lists and tables left as they are."""
    paragraphs = [
        paragraph if "\n" in paragraph or paragraph.startswith((" ", "\t")) else wrap(paragraph)
        for paragraph in body.replace("\r\n", "\n").split("\n\n")
    ]
    signed = f"-- \n{clean(identity.name)}, {identity.base_url}"
    return RenderedNotice(
        subject=f"[{clean(identity.name)}] {clean(subject)}",
        html="",
        text=tidy_text("\n\n".join([*paragraphs, ""])) + "\n" + signed + "\n",
    )
