"""The timetable in APScheduler, and the catch-up beside it. I/O (clock). APScheduler's one door.

Whatever APScheduler misses costs nothing. It plans by the clock on the wall and forgets its plan when the process
ends; a start after the time, a sleeping machine, a clock set back or an hour that does not exist would each cost it a
job. So everything that is due is also done at the start and again each minute, by a clock that nobody sets; the
ledger knows what was done already. One job of the issues works at a time, and one of those beside them: no mailbox
that drips and no backup's command that hangs keeps an issue waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from newsletter.day.scheduled_jobs import SIDE_JOBS, Waking, do_job
from newsletter.day.timetable import At, JobName, list_jobs

Act = Callable[[JobName], Awaitable[None]]


def build_trigger(when: At | timedelta) -> CronTrigger | IntervalTrigger:
    """Return APScheduler's words for a time of the timetable."""
    if isinstance(when, timedelta):
        return IntervalTrigger(seconds=when.total_seconds())
    at = when.time
    return CronTrigger(
        day_of_week=",".join(when.days), hour=at.hour, minute=at.minute, second=at.second, timezone=when.zone
    )


async def run_timetable(waking: Waking, stop: asyncio.Event) -> None:
    """Do what is due, now and at its times, until ``stop`` is set. Raises what a job raised."""
    turns = {True: asyncio.Lock(), False: asyncio.Lock()}
    failed: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def act(name: JobName) -> None:
        async with turns[name in SIDE_JOBS]:
            await do_job(waking, name)

    def on_error(event: JobExecutionEvent) -> None:
        if not failed.done():
            failed.set_exception(event.exception)

    scheduler = _plan(waking, act, on_error)
    scheduler.start()
    ends: tuple[asyncio.Future[object], ...] = (
        asyncio.ensure_future(_catch_up(waking, act, (JobName.CATCH_UP,))),
        asyncio.ensure_future(_catch_up(waking, act, SIDE_JOBS)),
        failed,
        asyncio.ensure_future(stop.wait()),
    )
    done, rest = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    scheduler.shutdown(wait=False)
    for one in rest:
        one.cancel()
    for one in done:  # end loudly: the supervisor starts us again and tells the operator
        one.result()


def _plan(waking: Waking, act: Act, on_error: Callable[[JobExecutionEvent], None]) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(timezone=waking.settings.newsletter.zone)
    scheduler.add_listener(on_error, EVENT_JOB_ERROR)
    for job in list_jobs(waking.settings):
        if job.name is not JobName.CATCH_UP:
            scheduler.add_job(
                act,
                build_trigger(job.when),
                args=(job.name,),
                id=f"{job.name} {job.edition}",
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,  # however late: the ledger decides
            )
    return scheduler


async def _catch_up(waking: Waking, act: Act, names: tuple[JobName, ...]) -> None:
    """Do what is due, at once and again and again; asyncio's clock runs on whatever becomes of the wall's."""
    [every] = (job.when for job in list_jobs(waking.settings) if job.name is JobName.CATCH_UP)
    assert isinstance(every, timedelta)
    while True:
        for name in names:
            await act(name)
        await asyncio.sleep(every.total_seconds())
