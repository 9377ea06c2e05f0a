"""Today: the issue as clients show it, why each sentence is there, and what to decide. I/O (through the workbench).

What takes long to import is imported when the page asks for it: the first paint waits for no stage.
"""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from newsletter.desk.guard import MAIL_POLICY
from newsletter.desk.room import Answer, Visit, do, show
from newsletter.render.hard_issues import tricky_issues
from newsletter.render.templates import render_template

_LEDGER_EVERY = 12  # looks at the files for one at the ledger


def _late(name: str) -> Answer:
    """Return the function of that name in ``page_data``, which is imported when it is first called."""

    def answer(visit: Visit) -> Response:
        from newsletter.desk import page_data  # noqa: PLC0415 - see there

        late: Answer = getattr(page_data, name)
        return late(visit)  # type: ignore[return-value]  # none of them is a coroutine

    return answer


def _show_page(visit: Visit) -> Response:
    # The first paint waits for nothing: what the page shows is asked for by the page.
    context = {
        "day": visit.bench.parse_issue(visit.asked("day")),
        "samples": list(enumerate(name for name, _ in tricky_issues())),
    }
    return visit.page("studio/page.html", context)


def _show_file(name: str, kind: str) -> Answer:
    def answer(visit: Visit) -> Response:
        environment, theme = visit.app.templates.environment, visit.bench.theme
        return Response(render_template(environment, name, {"theme": theme}), media_type=kind)

    return answer


async def _wait(visit: Visit) -> Response:
    """Answer when a file or the ledger changed, or after a while."""
    bench = visit.bench
    key = bench.parse_issue(visit.asked("day"))
    seen = visit.asked("seen")
    now = seen
    for look in range(int(bench.wait_seconds / bench.look_every)):
        whole = not bench.is_watched or look % _LEDGER_EVERY == 0
        now = await run_in_threadpool(bench.version, key, ledger=whole)
        now = now if whole else now + seen.partition("/")[2]
        if now != seen or await visit.request.is_disconnected():
            break
        await asyncio.sleep(bench.look_every)
    return JSONResponse({"version": now})


WAYS = (
    show("", _show_page),
    show("studio.css", _show_file("studio/studio.css", "text/css")),
    show("studio.js", _show_file("studio/studio.js", "text/javascript")),
    show("state", _late("show_state")),
    show("edit", _late("show_edit")),
    show("verdict", _late("show_verdict")),
    show("panel/{name}", _late("show_panel")),
    show("issue.eml", _late("show_download")),
    show("issue.html", _late("show_html")),
    show("mail/{view}", _late("show_mail"), policy=MAIL_POLICY),
    show("wait", _wait),
    do("act", _late("act")),
)
