"""An issue as a mail: subject, preheader, HTML and text. Pure but for the loader behind ``environment``."""

from __future__ import annotations

import hashlib

from newsletter.config import Identity
from newsletter.model import ContentHash, Issue, RenderedIssue
from newsletter.render.inline import inline_styles
from newsletter.render.templates import Environment, render_template
from newsletter.render.text import tidy_text
from newsletter.render.theme import Theme
from newsletter.render.view import present_issue


def hash_content(subject: str, preheader: str, html: str, text: str) -> ContentHash:
    """Return the SHA-256 of the four parts, each with its length before it so that none runs into the next."""
    digest = hashlib.sha256()
    for part in (subject, preheader, html, text):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return ContentHash(digest.hexdigest())


def render_issue(
    issue: Issue, identity: Identity, *, environment: Environment, theme: Theme
) -> RenderedIssue:
    """Render ``issue``. The same arguments and templates give the same bytes.

    ``html`` and ``text`` hold ``links.UNSUBSCRIBE_SLOT`` where a recipient's token goes, nothing else
    of a recipient. Raises TemplateError.
    """
    view = present_issue(issue, identity)
    context = {"issue": view, "links": view.links, "theme": theme, "title": view.subject, "preheader": view.preheader,
               "language": view.language, "direction": view.direction, "newsletter": view.newsletter}  # fmt: skip
    html = inline_styles(render_template(environment, "email/issue.html", context))
    text = tidy_text(render_template(environment, "email/issue.txt", context))
    return RenderedIssue(
        hash=hash_content(view.subject, view.preheader, html, text),
        subject=view.subject,
        preheader=view.preheader,
        html=html,
        text=text,
    )
