"""Notices and alerts as mails: confirm, welcome, goodbye; and word to the operator. Pure but for the loader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from newsletter import links
from newsletter.config import Identity
from newsletter.model import NoticeKind
from newsletter.render.inline import inline_styles
from newsletter.render.templates import Environment, render_template
from newsletter.render.text import tidy_text
from newsletter.render.theme import Theme
from newsletter.render.words import clean, language_direction, wrap, write_date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedNotice:
    """A system mail to one address. ``html`` is empty where text is all it has."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What a notice shows."""

    tagline: str
    days: int  # for which the confirm link works
    latest_url: str
    latest_title: str
    why: str
    from_address: str
    postal: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLinks:
    """Where the links of a notice lead. ``action`` confirms; each holds this recipient's token."""

    action: str
    unsubscribe: str
    home: str
    archive: str
    privacy: str


def render_notice(
    kind: NoticeKind,
    identity: Identity,
    *,
    environment: Environment,
    theme: Theme,
    token: str = "",
    confirm_days: int = 7,
    latest: date | None = None,
    latest_subject: str = "",
) -> RenderedNotice:
    """Render the notice ``kind`` for one recipient.

    ``token`` confirms (CONFIRM) or unsubscribes (WELCOME); GOODBYE needs none. ``latest`` and
    ``latest_subject`` name the latest issue for a welcome to show. Raises TemplateError, and
    ValueError where the token is missing.
    """
    if kind is not NoticeKind.GOODBYE and not token:
        raise ValueError(f"a {kind} notice needs its recipient's token")
    base = identity.base_url
    subject_of = clean(latest_subject)
    view = NoticeView(
        tagline=clean(identity.tagline).rstrip("."),
        days=confirm_days,
        latest_url=links.issue_url(base, latest, identity.archive_secret) if latest else "",
        latest_title=subject_of or (f"The issue of {write_date(latest)}" if latest else ""),
        why=clean(identity.why),
        from_address=identity.from_address,
        postal=tuple(line for part in identity.postal_address.splitlines() if (line := clean(part))),
    )
    context = {
        "notice": view,
        "links": NoticeLinks(
            action=links.confirm_url(base, token) if kind is NoticeKind.CONFIRM else "",
            unsubscribe=links.unsubscribe_url(base, token) if kind is NoticeKind.WELCOME else "",
            home=links.home_url(base),
            archive="" if identity.archive_secret else links.archive_url(base),
            privacy=links.privacy_url(base),
        ),
        "theme": theme,
        "newsletter": clean(identity.name),
        "language": identity.language,
        "direction": language_direction(identity.language),
    }
    subject = clean(render_template(environment, f"email/{kind.value}.subject.txt", context))
    context |= {"title": subject, "preheader": ""}
    return RenderedNotice(
        subject=subject,
        html=inline_styles(render_template(environment, f"email/{kind.value}.html", context)),
        text=tidy_text(render_template(environment, f"email/{kind.value}.txt", context)),
    )


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
