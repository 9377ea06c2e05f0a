"""Checking the pages' templates: each is rendered on hard content, by the routes that a visitor takes.

I/O (a ledger of its own).

Behind ``newsletter templates check``, beside ``render.check`` for the mails. The ledger stands in a temporary
folder and holds the same hard issues; of the installation nothing but its templates is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

import lxml.etree
import lxml.html
from fastapi import FastAPI

from newsletter import links
from newsletter.check.finding import Finding, fail, solidify
from newsletter.config import Settings
from newsletter.errors import NewsletterError
from newsletter.http import Answer, exchange, open_application
from newsletter.model import DeskMail, Issue, IssueStatus, SubscriberId
from newsletter.render.hard_issues import HEADLINES, tricky_issues
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.render.words import clean
from newsletter.store.engine import Store, open_engine
from newsletter.store.issues import change_issue, save_composed
from newsletter.store.notices import list_notices
from newsletter.store.schema import metadata
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.consent import Register
from newsletter.subscribers.networks import number_network
from newsletter.subscribers.new_address import ask_new_address
from newsletter.subscribers.tokens import Keys, Purpose, sign
from newsletter.web.asgi import FACES
from newsletter.web.pages import Pages
from newsletter.web.services import WebServices

_NOW = datetime(2026, 1, 31, 6, 30, tzinfo=UTC)
_KEYS = Keys(signing={1: b"0" * 32}, current=1, address=b"0" * 32)  # of a ledger that nobody else sees
_LONG_AGO = timedelta(days=400)
_COMPARE = "Compare your copy with the shipped template."
_SECONDS = 30.0  # for one page
_FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """One page to ask for, and the words or addresses that must stand on it."""

    template: str
    path: str
    wanted: tuple[str, ...] = ()
    form: tuple[tuple[str, str], ...] | None = None  # posted


def check_pages(templates: Templates, settings: Settings) -> tuple[Finding, ...]:
    """Return what is wrong with the templates of the pages; good ones give nothing."""
    public = settings.web.model_copy(update={"archive": "public", "signup": True, "min_form_seconds": 0})
    shown = settings.model_copy(update={"web": public})
    with _open_ledger() as store:
        services = WebServices(
            register=Register(store=store, keys=_KEYS, notice_domain="news.example"), settings=shown,
            templates=templates, now=lambda: _NOW, subject="cheese",
        )  # fmt: skip
        try:
            issues = _publish(services)
            found = list(_walk(services, issues))
        except NewsletterError as error:  # the style sheet, or the texts of all pages
            found = [fail("template", str(error), error.hint)]
    return tuple(dict.fromkeys(found))


@contextmanager
def _open_ledger() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(open_engine(f"sqlite+pysqlite:///{Path(folder, 'check.sqlite3')}"))
        with store.write() as connection:
            metadata.create_all(connection)
        yield store
        store.close()


def _publish(services: WebServices) -> tuple[Issue, ...]:
    """Save the hard issues as sent, one a day. Shipped templates make them: the mails' own are checked elsewhere."""
    identity, shipped = services.settings.newsletter, Templates()
    issues = []
    for number, (_, issue) in enumerate(tricky_issues(), start=1):
        day = issue.date + timedelta(days=number)
        issue = replace(issue, date=day, number=number, subject=HEADLINES[number % len(HEADLINES)])  # noqa: PLW2901
        rendered = render_issue(issue, identity, shipped)
        save_composed(services.store, issue=issue, rendered=rendered, selection=(), considered=(), now=_NOW)
        sent: dict[str, Any] = {"status": IssueStatus.SENT.value, "finished": _NOW}
        change_issue(services.store, issue.key, "sent", _NOW, where=(IssueStatus.COMPOSED,), **sent)
        issues.append(issue)
    return tuple(issues)


def _walk(services: WebServices, issues: tuple[Issue, ...]) -> Iterator[Finding]:
    pages = Pages(services)
    site = FastAPI(openapi_url=None)
    for build in FACES:
        site.include_router(build(pages))
    for visit in _list_visits(services, issues):
        try:
            answer = _ask(site, visit)
        except NewsletterError as error:
            yield fail("template", f"At {_shorten(visit.path)}: {error}", error.hint)
            continue
        yield from _look(visit, answer.status, answer.headers.get("content-type", ""), answer.body)
    yield from _walk_unvisited(pages)


def _walk_unvisited(pages: Pages) -> Iterator[Finding]:
    """Look at what no address shows here: of a fault, a very large archive, and a private one."""
    words, place = "There is no such page.", "https://news.example/sitemap-1.xml"
    fault: dict[str, Any] = {"title": "Not found", "text": words, "status": 404}
    index: dict[str, Any] = {"files": [(place, _NOW.date())]}
    for template, status, context, kind, wanted in (
        ("fault.html", 404, fault, "text/html", words),
        ("open.html", 200, {"said": "", "token": ""}, "text/html", 'name="email"'),
        ("sitemap_index.xml", 200, index, "application/xml", place),
    ):
        try:
            body = pages.render(template, context)
        except NewsletterError as error:
            yield fail("template", f"On {template}: {error}", error.hint)
        else:
            yield from _look(_Visit(template=template, path="/nowhere", wanted=(wanted,)), status, kind, body)


def _list_visits(services: WebServices, issues: tuple[Issue, ...]) -> Iterator[_Visit]:
    yield _Visit(template="home.html", path="/", wanted=('name="email"', "/subscribe", "/privacy"))
    yield _Visit(template="privacy.html", path="/privacy")
    yield _Visit(template="about.html", path="/about", wanted=("mailto:",))
    yield _Visit(template="embed.html", path="/embed", wanted=("/subscribe",))
    subjects, days = [_head(issue) for issue in issues], [f"{issue.date}" for issue in issues]
    yield _Visit(template="archive.html", path="/issues", wanted=tuple(subjects))
    for issue in issues:
        heads = tuple(clean(story.headline) for story in issue.stories)
        path = urlsplit(links.issue_url("", issue.key)).path
        yield _Visit(template="issue.html", path=path, wanted=(_head(issue), *heads))
        for story in issue.stories if len(issue.stories) <= len(HEADLINES) else ():
            page = urlsplit(links.story_url("", issue.key, story.key)).path
            cited = tuple(clean(highlight.citation.sentence) for highlight in story.highlights)
            yield _Visit(template="story.html", path=page, wanted=(clean(story.headline), *cited))
    yield _Visit(template="search.html", path="/search?" + urlencode({"q": "tonnes"}), wanted=('name="q"',))
    yield _Visit(template="feed.xml", path="/feed.xml", wanted=tuple(days))
    own = [f"{issue.date}/{story.key}" for issue in issues for story in issue.stories]
    yield _Visit(template="sitemap.xml", path="/sitemap.xml", wanted=(*days, *own))
    yield from _list_subscriber(services)


def _list_subscriber(services: WebServices) -> Iterator[_Visit]:
    """What one reader sees from the form to the way back, in this order."""
    address, another = parse_address("a-reader@example.org"), parse_address("another@example.com")
    assert isinstance(address, Address)
    assert isinstance(another, Address)
    asked = consent.request(services.register, address, consent.Occasion(at=_NOW, source="form"))
    reader = getattr(asked, "id", SubscriberId(0))

    def token(purpose: Purpose, ago: timedelta = timedelta()) -> str:
        return sign(_KEYS, purpose, reader, now=_NOW - ago)

    stamp = sign(_KEYS, Purpose.FORM, SubscriberId(number_network(None)), now=_NOW - timedelta(minutes=1))
    form = (("email", "another@example.org"), ("stamp", stamp), ("website", ""))
    confirm, leave = token(Purpose.CONFIRM), token(Purpose.UNSUBSCRIBE)
    yield _Visit(template="subscribed.html", path="/subscribe", form=form, wanted=("another@example.org",))
    wrong = (("email", "no address"),)
    yield _Visit(template="subscribed.html", path="/subscribe", form=wrong, wanted=('name="email"',))
    yield _Visit(template="bad_link.html", path="/c/nothing")
    yield _Visit(template="api.html", path="/api/v1", wanted=("openapi.json", "POST /subscribers"))
    yield _Visit(template="expired.html", path=f"/c/{token(Purpose.CONFIRM, _LONG_AGO)}")
    yield _Visit(template="confirm.html", path=f"/c/{confirm}", wanted=(f"/c/{confirm}", "<button"))
    yield _Visit(template="confirmed.html", path=f"/c/{confirm}", form=())
    yield _Visit(template="preferences.html", path=f"/p/{leave}", wanted=(f"/p/{leave}", "<button"))
    ask_new_address(services.register, reader, another, consent.Occasion(at=_NOW, source="page"))
    mailed = next(one for one in list_notices(services.store) if one.kind is DeskMail.NEW_ADDRESS)
    move = sign(_KEYS, Purpose.NEW_ADDRESS, SubscriberId(mailed.id), now=_NOW)
    yield _Visit(template="move.html", path=f"/a/{move}", wanted=(f"/a/{move}", "<button"))
    yield _Visit(template="moved.html", path=f"/a/{move}", form=())
    yield _Visit(template="unsubscribe.html", path=f"/u/{leave}", wanted=(f"/u/{leave}", "<button"))
    yield _Visit(template="left.html", path=f"/u/{leave}", form=(), wanted=(f"/p/{leave}",))


def _ask(site: FastAPI, visit: _Visit) -> Answer:
    """Ask the application for a page; what a handler raises is raised here."""
    method, sent = ("GET", b"") if visit.form is None else ("POST", urlencode(visit.form).encode())
    way, url = open_application(site), f"https://news.example{visit.path}"
    return asyncio.run(exchange(way, method, url, sent, headers=_FORM if sent else {}, seconds=_SECONDS))


def _look(visit: _Visit, status: int, kind: str, body: bytes) -> Iterator[Finding]:
    """Look at one page: it answers, it can be read, it shows what it must, and foreign text is only text."""
    where = f"web/{visit.template} (at {_shorten(visit.path)})"
    text = body.decode("utf-8", "replace")
    if status >= 500 or not text.strip():  # noqa: PLR2004 - HTTP's class of faults
        yield fail("template", f"{where} answers {status} and shows nothing.", _COMPARE)
        return
    if "xml" in kind:
        try:
            lxml.etree.fromstring(body, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
        except lxml.etree.XMLSyntaxError as error:
            yield fail("template", f"{where} is not well-formed: {error.msg}.", _COMPARE)
        shown = text
    else:
        document = lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
        shown = f"{''.join(map(str, document.itertext()))} {text}"
        if (headings := len(document.findall(".//h1"))) != 1:
            yield fail("template", f"{where} has {headings} main headings (<h1>), not one.", _COMPARE)
        if not document.get("lang"):
            hint = 'Keep <html lang="{{ language }}">.'
            yield fail("template", f"{where} does not say its language.", hint)
        if any("alert(" in (script.text or "") for script in document.iter("script")):
            hint = "Do not pass it through the filter safe."
            yield fail("template", f"{where} makes markup of a foreign text.", hint)
    solid = solidify(shown)
    for words in visit.wanted:
        if solidify(words) not in solid:
            yield fail("template-content", f"{where} does not show {_shorten(words)}.", _COMPARE)


def _head(issue: Issue) -> str:
    """Return what pages show of a subject, which they have whole."""
    return clean(issue.subject).removesuffix("…")


def _shorten(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"  # noqa: PLR2004 - what a line of a message holds
