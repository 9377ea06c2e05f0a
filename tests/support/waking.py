"""The scheduler's whole work at once, as it is done at each start."""

from __future__ import annotations

from newsletter.day.due_now import list_due
from newsletter.day.schedule import Due
from newsletter.day.scheduled_jobs import SIDE_JOBS, Waking, do_job
from newsletter.day.timetable import JobName


async def wake(waking: Waking) -> Due:
    """Do whatever is due; return what was, of composing and sending."""
    due = list_due(waking.store, waking.settings, waking.clock())[0]
    for name in (JobName.CATCH_UP, *SIDE_JOBS):
        await do_job(waking, name)
    return due
