"""A mail to an editor, or to an address that a reader gave: a lead, paragraphs, buttons. Pure but for the loader."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.config import Identity
from newsletter.model import RenderedNotice
from newsletter.render.inline import inline_styles
from newsletter.render.templates import Templates
from newsletter.render.words import clean, language_direction, tidy_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What such a mail says; ``buttons`` are addresses with their labels."""

    subject: str
    lead: str
    paragraphs: tuple[str, ...]
    buttons: tuple[tuple[str, str], ...] = ()
    why: str = ""  # it came; "": because the settings name the address


def render_letter(letter: Letter, identity: Identity, templates: Templates) -> RenderedNotice:
    """Render a letter as a mail. Raises TemplateError."""
    context = {
        "letter": letter,
        "title": clean(letter.subject),
        "preheader": "",
        "newsletter": clean(identity.name),
        "language": identity.language,
        "direction": language_direction(identity.language),
        "home": identity.base_url,
    }
    html = inline_styles(templates.render("email/letter.html", context))
    text = tidy_text(templates.render("email/letter.txt", context))
    return RenderedNotice(subject=clean(letter.subject), html=html, text=text)
