"""A mistake in print: an issue that left, or is leaving, is put right, and who got it is told. I/O (database).

While it is going out it is paused first: who waits gets the right text, who has the wrong one a correction. The web
version is right at once, with what was wrong on top; the next issue says it too.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.day.edit_issue import (
    Editing,
    open_material,
    pick_highlight,
    refreeze_issue,
    refuse_faults,
    rewrite_or_refuse,
)
from newsletter.english.quantities import find_quantities
from newsletter.errors import InputError
from newsletter.issue import revise
from newsletter.issue.approval import is_approved
from newsletter.issue.highlight_edits import put_instead
from newsletter.model import Correction, DeliveryStatus, Issue, IssueKey, IssueStatus, Mistake
from newsletter.render.issue import render_issue
from newsletter.store.corrections import list_corrections, save_correction
from newsletter.store.deliveries import count_deliveries
from newsletter.store.endings import pause_sending
from newsletter.store.issues import StoredIssue, list_issues, open_issue

LONGEST = 400  # characters of what was wrong, of what is right, and of why
IN_THE_AIR_SECONDS = 10.0  # that are waited until what is being handed over has its answer
_LOOK_EVERY = 0.1  # seconds
_YEAR = re.compile(r"(?:19|20)\d\d")
_SLIGHT = re.compile(r"\d|[a-z -]+", re.IGNORECASE)  # a count that is everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What is changed in the text: a highlight dropped or rewritten, a headline, a whole story; or nothing."""

    story: str = ""  # its key; "" where the mistake is of the issue as a whole
    number: int = 0  # of the highlight, from 1
    words: str = ""  # the highlight as it is right; without a number the headline, else the subject
    drop: bool = False  # the highlight, or the story where no number is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What came of a correction."""

    correction: Correction
    told: int  # readers who are mailed it
    is_paused: bool  # the rest waits until somebody lets it go on
    still: str  # where a figure that was wrong still stands, and what leaves without it, to be told; "" where nothing


def correct_issue(
    editing: Editing, key: IssueKey, mistake: Mistake, fix: Fix, now: datetime, *, mail: bool
) -> Corrected:
    """Correct an issue that is leaving or has left; ``mail`` it to those who got the wrong one and have not left.

    One that is being sent is stopped first, and goes on when somebody resumes it; then who has the wrong one is told
    in any case: nobody, where it is the first correction and the mail stays the same. Raises InputError where there is
    nothing in print, the text is wrong, or the gate refuses the words.
    """
    mistake = _check_mistake(mistake)
    stored = open_issue(editing.store, key)
    if not stored.hash.startswith(editing.seen.lower()):
        raise InputError(
            f"The issue of {key} has another content by now.", hint="Look at it again, then decide."
        )
    right = _fix(editing, stored, fix)
    is_leaving = stored.status is IssueStatus.FROZEN
    if is_leaving:
        pause_sending(editing.store, stored.record.id, now=now, by=editing.by)
        _wait_for_answers(editing, stored)
    story = next((one for one in stored.issue.stories if one.key == fix.story), None)
    identity = editing.settings.of(key.edition).newsletter
    rendered = render_issue(right, identity, editing.templates)
    is_on_web_alone = (
        right != stored.issue
        and replace(rendered, hash=stored.hash) == stored.rendered
        and not list_corrections(editing.store, key)  # some may have the mail from before one
    )
    correction, told = save_correction(
        editing.store,
        stored,
        issue=right,
        rendered=rendered,
        story=fix.story if any(one.key == fix.story for one in right.stories) else "",
        headline=story.headline if story else "",
        mistake=mistake,
        mail=mail or (is_leaving and not is_on_web_alone),
        domain=editing.settings.newsletter.notice_domain,
        now=now,
        by=editing.by,
    )
    still = tell_still(right, mistake) + _carry(editing, key, now)
    return Corrected(correction=correction, told=told, is_paused=is_leaving, still=still)


def _carry(editing: Editing, key: IssueKey, now: datetime) -> str:
    """Let the edition's issues that wait to leave say it on top; return which do not, being approved, in words."""
    words = ""
    for record in list_issues(editing.store, edition=key.edition, statuses=[IssueStatus.COMPOSED]):
        if record.key.date > key.date and is_approved(record):
            refreeze = f"newsletter issue refreeze --date {record.key}"
            words += f" The issue of {record.key} is approved without it: {refreeze}, then approve it."
        elif record.key.date > key.date:
            refreeze_issue(replace(editing, seen=""), record.key, now)
    return words


def tell_still(issue: Issue, mistake: Mistake) -> str:
    """Say where else the issue gives a figure that was wrong: a headline often repeats its first highlight."""
    wrong = _read_figures(mistake.wrong).keys() - _read_figures(mistake.right)
    places = [("the subject", issue.subject), ("the preheader", issue.preheader)]
    for story in issue.stories:
        places.append((f"the headline “{story.headline}”", story.headline))
        places += [(f"a highlight of “{story.headline}”", one.text) for one in story.highlights]
    read = [(_read_figures(text), place) for place, text in places]
    found = [(figures[one], place) for figures, place in read for one in sorted(wrong & figures.keys())]
    return "".join(f" {figure} still stands in {place}." for figure, place in dict.fromkeys(found))


def _read_figures(text: str) -> dict[tuple[float, bool], str]:
    """Return each figure by its value, and whether it is a percentage, as it is written."""
    return {
        (one.value, one.kind == "percent"): one.text.rstrip(" .")
        for one in find_quantities(text)
        if not (one.soft or one.kind == "ordinal" or _YEAR.fullmatch(one.text))
        and (one.kind or not _SLIGHT.fullmatch(one.text))
    }


def _check_mistake(mistake: Mistake) -> Mistake:
    parts = {"what was wrong": mistake.wrong, "what is right": mistake.right, "why": mistake.why}
    tidy = {name: " ".join(text.split()) for name, text in parts.items()}
    for name, text in tidy.items():
        if len(text) > LONGEST or (not text and name != "why"):
            raise InputError(
                f"Say {name} in 1 to {LONGEST} characters; this has {len(text)}.", hint="Write it anew."
            )
        if text:
            refuse_faults(text)
    wrong, right, why = tidy.values()
    return Mistake(wrong=wrong, right=right, why=why)


def _fix(editing: Editing, stored: StoredIssue, fix: Fix) -> Issue:
    """Return the issue with the text as it is right; subject and preheader follow it where nobody wrote them."""
    issue = stored.issue
    if not fix.story:
        if fix.words:
            refuse_faults(fix.words)
        return revise.retitle_issue(issue, fix.words, editing.lines) if fix.words else issue
    revise.find_story(issue, fix.story)
    if fix.number:
        material = open_material(editing, stored, fix.story)
        old = pick_highlight(material.highlights, fix.number)
        if not fix.drop and not fix.words:
            return issue
        instead = None if fix.drop else rewrite_or_refuse(material, old, fix.words)
        fresh = put_instead(material.highlights, fix.number, instead)
        return revise.set_highlights(issue, fix.story, fresh, editing.lines)
    if fix.drop:
        return revise.drop_story(issue, fix.story, editing.lines)
    if fix.words:
        refuse_faults(fix.words)
        return revise.retitle_story(issue, fix.story, fix.words, editing.lines)
    return issue


def _wait_for_answers(editing: Editing, stored: StoredIssue) -> None:
    """Wait until no message of a paused issue is in the air: what is claimed goes back, what was handed over ends."""
    end = time.monotonic() + IN_THE_AIR_SECONDS
    while time.monotonic() < end:
        if not count_deliveries(editing.store, stored.record.id)[DeliveryStatus.SENDING]:
            return
        time.sleep(_LOOK_EVERY)
