"""An issue as a mail: subject, preheader, HTML and text. Pure but for the loader behind ``environment``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from newsletter.config import Identity
from newsletter.model import ContentHash, Issue, RenderedIssue
from newsletter.render.inline import inline_styles
from newsletter.render.present import present_issue
from newsletter.render.size_limit import fit
from newsletter.render.templates import Templates
from newsletter.render.view import IssueView
from newsletter.render.words import tidy_text


def hash_content(*parts: str) -> ContentHash:
    """Return the SHA-256 of all parts, each with its length before it so that none runs into the next."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return ContentHash(digest.hexdigest())


def _context(view: IssueView) -> dict[str, Any]:
    return {
        "issue": view,
        "links": view.links,
        "title": view.subject,
        "preheader": view.preheader,
        "language": view.language,
        "direction": view.direction,
        "newsletter": view.newsletter,
    }


def render_issue(issue: Issue, identity: Identity, templates: Templates) -> RenderedIssue:
    """Render ``issue``. The same arguments and templates give the same bytes.

    ``html`` and ``text`` hold ``links.UNSUBSCRIBE_SLOT`` where a recipient's token goes, and nothing
    else of a recipient. Its hash is of the mail, and of what the web version alone says: a mail leaves highlights out.
    Raises TemplateError.
    """

    def draw(view: IssueView) -> str:
        return inline_styles(templates.render("email/issue.html", _context(view)))

    whole = present_issue(issue, identity)
    view, html = fit(whole, draw)
    text = tidy_text(templates.render("email/issue.txt", _context(view)))
    return RenderedIssue(
        hash=hash_content(view.subject, view.preheader, html, text, json.dumps(asdict(whole))),
        subject=view.subject,
        preheader=view.preheader,
        html=html,
        text=text,
    )
