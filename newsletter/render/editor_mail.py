"""An issue as its editors get it: the mail that readers will get, with what to know on top. Pure but for the loader."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from newsletter.config import Identity
from newsletter.model import RenderedIssue, RenderedNotice
from newsletter.render.templates import Templates
from newsletter.render.words import clean, language_direction, tidy_text

_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What an editor should know of an issue before deciding."""

    content: str  # the hash that was looked at
    state: str  # what happens if nobody does anything, such as "Leaves at 06:30 unless you hold it"
    points: tuple[tuple[str, tuple[str, ...]], ...]  # headings, each with its lines
    edition: str = ""  # its name, where there are several

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Brief:
        """Read what ``dump`` wrote."""
        data = json.loads(text)
        points = tuple((heading, tuple(lines)) for heading, lines in data.pop("points"))
        return cls(**data, points=points)


def render_editor_mail(
    rendered: RenderedIssue,
    brief: Brief,
    links: Mapping[str, str],
    identity: Identity,
    templates: Templates,
    *,
    who: str,
    is_reminder: bool,
) -> RenderedNotice:
    """Put what to know above a frozen issue, for the editor ``who``. Raises TemplateError.

    ``links`` are where the buttons lead, "approve" and "hold", this editor's alone, and "desk".
    """
    named = f"{brief.edition}. " if brief.edition else ""
    subject = f"{'Reminder: ' if is_reminder else ''}{named}{brief.state}: {rendered.subject}"
    context = {
        "brief": brief,
        "links": links,
        "who": who,
        "content": rendered.hash,
        "is_reminder": is_reminder,
        "newsletter": clean(identity.name),
        "direction": language_direction(identity.language),
    }
    box = templates.render("email/editor.html", context)
    html = _BODY.sub(lambda match: match[0] + box, rendered.html, count=1)
    above = tidy_text(templates.render("email/editor.txt", context))
    return RenderedNotice(subject=clean(subject), html=html, text=f"{above}\n{rendered.text}")
