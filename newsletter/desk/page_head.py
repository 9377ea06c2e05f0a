"""What stands in the page's head: dates, subject, state, hash; and which words of the mail are which highlight.

I/O (database).

Apart from the panels, so that the mail is on the page before the rest of the pipeline is imported.
"""

from __future__ import annotations

from typing import Any

from newsletter.desk.versions import Shown
from newsletter.issue.approval import describe_status, is_approved
from newsletter.model import IssueKey, IssueStatus
from newsletter.render.words import clean, write_days
from newsletter.store.issues import list_issues
from newsletter.wiring import Installation

_MOST_ISSUES = 60  # in the list of dates


def list_days(app: Installation, key: IssueKey) -> list[list[str]]:
    """Return the issues to choose from, each with what is said of it, the newest first."""
    records = {record.key: record for record in list_issues(app.store, limit=_MOST_ISSUES) if record.number}
    today = {app.find_issue("", edition) for edition in app.settings.edition_keys}
    order, told = app.settings.edition_keys, []

    def age(one: IssueKey) -> tuple[int, int]:
        return -one.date.toordinal(), order.index(one.edition) if one.edition in order else len(order)

    for each in sorted({key, *today, *records}, key=age):
        record = records.get(each)
        words = [app.settings.name_issue(each), "today" if each in today else ""]
        words.append(f"No. {record.number} {describe_status(record)}" if record else "")
        told.append([f"{each}", " · ".join(filter(None, words))])
    return told


def describe_state(shown: Shown, key: IssueKey) -> dict[str, Any]:
    """Return what stands in the page's head, and which words of the mail are which highlight."""
    stored = shown.stored
    record = stored.record if stored else None
    return {
        "day": f"{key}",
        "content": shown.content,
        "about": shown.about,
        "subject": shown.rendered.subject,
        "preheader": shown.rendered.preheader,
        "hash": shown.rendered.hash,
        "frozen": stored.hash if stored else "",
        "same": stored is not None and stored.hash == shown.rendered.hash,
        "status": record.status.value if record else "",
        "said": describe_status(record) if record else "",
        "held": bool(record and record.held),
        "approved": bool(record and is_approved(record)),
        "reopenable": bool(record and record.hash and record.may_reopen),
        "editable": bool(record and record.status is IssueStatus.COMPOSED),
        "highlights": [
            [story.key, number, write_days(clean(highlight.text))]  # a lead-in may stand above several
            for story in shown.issue.stories
            for number, highlight in enumerate(story.highlights)
        ],
        "headlines": [[story.key, story.headline] for story in shown.issue.stories],
    }
