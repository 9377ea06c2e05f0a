"""An issue as a mail: subject, preheader, HTML and text. Pure but for the loader behind ``environment``."""

from __future__ import annotations

import hashlib
from typing import Any

from newsletter.config import Identity
from newsletter.model import ContentHash, Issue, RenderedIssue
from newsletter.render.inline import inline_styles
from newsletter.render.present import present_issue
from newsletter.render.size_limit import fit
from newsletter.render.templates import Environment, render_template
from newsletter.render.text_part import tidy_text
from newsletter.render.theme import Theme
from newsletter.render.view import IssueView


def hash_content(subject: str, preheader: str, html: str, text: str) -> ContentHash:
    """Return the SHA-256 of the four parts, each with its length before it so that none runs into the next."""
    digest = hashlib.sha256()
    for part in (subject, preheader, html, text):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return ContentHash(digest.hexdigest())


def _render_html(view: IssueView, theme: Theme, environment: Environment) -> str:
    return inline_styles(render_template(environment, "email/issue.html", _context(view, theme)))


def _context(view: IssueView, theme: Theme) -> dict[str, Any]:
    return {
        "issue": view,
        "links": view.links,
        "theme": theme,
        "title": view.subject,
        "preheader": view.preheader,
        "language": view.language,
        "direction": view.direction,
        "newsletter": view.newsletter,
    }


def render_issue(
    issue: Issue, identity: Identity, *, environment: Environment, theme: Theme
) -> RenderedIssue:
    """Render ``issue``. The same arguments and templates give the same bytes.

    ``html`` and ``text`` hold ``links.UNSUBSCRIBE_SLOT`` where a recipient's token goes, and nothing
    else of a recipient. Raises TemplateError.
    """
    view, html = fit(present_issue(issue, identity), lambda view: _render_html(view, theme, environment))
    text = tidy_text(render_template(environment, "email/issue.txt", _context(view, theme)))
    return RenderedIssue(
        hash=hash_content(view.subject, view.preheader, html, text),
        subject=view.subject,
        preheader=view.preheader,
        html=html,
        text=text,
    )
