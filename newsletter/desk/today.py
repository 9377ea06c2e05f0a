"""Today: the issue as clients show it, why each sentence is there, and what to decide. I/O (through the workbench).

What takes long to import is imported when the page asks for it: the first paint waits for no stage, and the mail of a
composed issue only for the ledger and the templates.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from email import message_from_bytes
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from newsletter.day.schedule import find_hindrance, moments_of
from newsletter.desk.commands import tell_plainly
from newsletter.desk.guard import MAIL_POLICY
from newsletter.desk.mail_clients import View, show_as
from newsletter.desk.room import Answer, Visit, do, show
from newsletter.desk.versions import LIVE, Shown
from newsletter.desk.workbench import Bench
from newsletter.errors import NewsletterError
from newsletter.issue.approval import describe_status, is_approved
from newsletter.model import IssueKey
from newsletter.render.hard_issues import tricky_issues
from newsletter.render.templates import render_template
from newsletter.render.words import clean, write_days
from newsletter.store.issues import find_record, list_issues
from newsletter.wiring import Installation

_LEDGER_EVERY = 12  # looks at the files for one at the ledger
_MOST_ISSUES = 60  # in the list of dates


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


def _asked(visit: Visit) -> tuple[IssueKey, str]:
    return visit.bench.parse_issue(visit.asked("day")), visit.asked("content") or "live"


def _show_state(visit: Visit) -> Response:
    """Tell what stands in the page's head."""
    bench = visit.bench
    key, content = _asked(visit)
    version = bench.version(key)
    try:
        told = describe_state(bench.show(key, content), key) | {"late": _is_late(visit, key)}
    except NewsletterError as error:
        told = {"error": tell_plainly(str(error)), "hint": tell_plainly(error.hint), "day": f"{key}"}
    told |= {
        "version": version,
        "composable": content == LIVE and _is_composable(visit, key),
        "days": _list_days(bench.last, key),
    }
    return JSONResponse(told)


def _list_days(app: Installation, key: IssueKey) -> list[list[str]]:
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
        "highlights": [
            [story.key, number, write_days(clean(highlight.text))]  # a lead-in may stand above several
            for story in shown.issue.stories
            for number, highlight in enumerate(story.highlights)
        ],
        "headlines": [[story.key, story.headline] for story in shown.issue.stories],
    }


def _is_late(visit: Visit, key: IssueKey) -> bool:
    """Whether its hour has come, so that it leaves as soon as it is approved."""
    return visit.now >= moments_of(key, visit.app.settings.of(key.edition)).send


def _is_composable(visit: Visit, key: IssueKey) -> bool:
    settings = visit.app.settings.of(key.edition)
    return not find_hindrance(key, find_record(visit.app.store, key), visit.now, settings)


def _show_panel(visit: Visit) -> Response:
    """Show one panel of the inspector."""
    bench = visit.bench
    from newsletter.desk.panels import PANELS  # noqa: PLC0415 - the mail waits for no panel

    panel = PANELS.get(visit.part("name"))
    if panel is None:
        return PlainTextResponse("There is no such panel.", status_code=404)
    key, content = _asked(visit)
    template, context = panel(bench, key, content, visit.request.query_params)
    context = {"visit": visit, "day": key, **context}
    return HTMLResponse(render_template(bench.last.templates.environment, template, context))


def _show_edit(visit: Visit) -> Response:
    """Show the acts as a page of its own, for a browser without scripts."""
    from newsletter.desk.panels import show_choices, show_stories  # noqa: PLC0415 - the mail waits for no panel

    key, _ = _asked(visit)
    asked = {**visit.request.query_params, "plain": "1"}
    _, context = show_stories(visit.bench, key, "frozen", asked)
    if asked.get("number"):
        context.update(show_choices(visit.bench, key, "frozen", asked)[1])
    return visit.page("studio/edit.html", {"title": "Today", "day": key, **context})


def _show_verdict(visit: Visit) -> Response:
    """Tell in short what the checks say of what is shown."""
    from newsletter.desk.panels import sum_up_checks  # noqa: PLC0415 - the same

    return JSONResponse(sum_up_checks(visit.bench, *_asked(visit)))


def _show_mail(visit: Visit) -> Response:
    """Show the mail in one view."""
    bench, name = visit.bench, visit.part("view")
    shown = bench.show(*_asked(visit))
    if name in {"text", "source"}:
        with bench.use() as app:
            raw = b"" if name == "text" else _write(bench, shown)
            context: dict[str, Any] = {
                "text": shown.rendered.text,
                "head": [
                    (field, value.replace("\r\n", "\n")) for field, value in message_from_bytes(raw).items()
                ],
                "body": raw.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"),
                "title": "Plain text" if name == "text" else "Raw source",
            }
            return HTMLResponse(app.templates.render(f"studio/{name}.html", context))
    if name not in set(View):
        return PlainTextResponse("There is no such view.", status_code=404)
    return HTMLResponse(show_as(shown.rendered.html, View(name)))


def _write(bench: Bench, shown: Shown) -> bytes:
    from newsletter.check.sample import write_sample  # noqa: PLC0415 - the mail waits for no check

    key, number = shown.issue.key, shown.stored.record.id if shown.stored else 0
    with bench.use() as app:
        return write_sample(app.settings, app.keys, shown.rendered, key, app.clock(), issue_id=number)


def _show_download(visit: Visit) -> Response:
    """Give the message as one reader would get it."""
    key, content = _asked(visit)
    headers = {"content-disposition": f'attachment; filename="issue-{key}.eml"'}
    message = _write(visit.bench, visit.bench.show(key, content))
    return Response(message, media_type="message/rfc822", headers=headers)


def _show_html(visit: Visit) -> Response:
    """Give the HTML to copy."""
    return PlainTextResponse(visit.bench.show(*_asked(visit)).rendered.html)


def _do(visit: Visit) -> Response:
    """Do what the editor asks for, and say what came of it: to the page's script, or on the page without scripts."""
    bench = visit.bench
    from newsletter.day.edit_issue import StaleError  # noqa: PLC0415 - the mail waits for no act
    from newsletter.desk.acts import SLOW  # noqa: PLC0415 - the same

    key = bench.parse_issue(visit.form.get("day", ""))
    by_script = "json" in visit.request.headers.get("content-type", "")
    try:
        if visit.form.get("act") in SLOW:  # with an installation of its own, so that the page goes on
            with closing(bench.open_another()) as other:
                message = _act(other, visit, key)
        else:
            with bench.use() as app:
                message = _act(app, visit, key)
    except StaleError as error:
        if not by_script:
            return visit.done(f"Nothing was done. {error}", "edit", day=key)
        told = {"ok": False, "message": str(error), "hint": tell_plainly(error.hint)}
        return JSONResponse(told, status_code=409)
    if by_script:
        return JSONResponse({"ok": True, "message": message})
    return visit.done(message, "edit", day=key)


def _act(app: Installation, visit: Visit, key: IssueKey) -> str:
    from newsletter.day.edit_issue import refuse_stale  # noqa: PLC0415 - see ``_do``
    from newsletter.desk.acts import WITHOUT_ISSUE, Act, do_act  # noqa: PLC0415 - the same

    seen, verb = visit.form.get("hash", ""), visit.form.get("act", "")
    if verb not in WITHOUT_ISSUE:
        refuse_stale(app.store, key, seen)  # at the desk it is always said
    return do_act(Act(app=app, by=visit.by, key=key, given=visit.form, seen=seen), verb)


ROUTES = (
    show("", _show_page),
    show("studio.css", _show_file("studio/studio.css", "text/css")),
    show("studio.js", _show_file("studio/studio.js", "text/javascript")),
    show("state", _show_state),
    show("edit", _show_edit),
    show("verdict", _show_verdict),
    show("panel/{name}", _show_panel),
    show("issue.eml", _show_download),
    show("issue.html", _show_html),
    show("mail/{view}", _show_mail, policy=MAIL_POLICY),
    show("wait", _wait),
    do("act", _do),
)
