"""A private archive opens to readers by a link mailed to them, and to nobody else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.model import DeskMail, SubscriberId
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.wiring import lock_archive
from tests.support.app_factory import make_app
from tests.support.sending import send_all
from tests.support.subscriber_factories import KEYS, add_active, by, make_address
from tests.support.web_factories import Site, publish

LOCKED = {"web": {"archive": "private"}, "newsletter": {"archive_key": "k" * 32}}


@pytest.fixture
def site(build: Callable[..., Site]) -> Site:
    return build(**LOCKED)


def link(site: Site, reader: int, purpose: Purpose = Purpose.OPEN_ARCHIVE) -> str:
    return f"/open/{sign(KEYS, purpose, SubscriberId(reader), now=site.times[0])}"


def mailed(site: Site) -> int:
    return sum(one.kind is DeskMail.ARCHIVE for one in list_notices(site.register.store))


def test_every_page_leads_to_the_form_that_opens_it(site: Site) -> None:
    for path in ("/", "/about", "/issues", "/issues/2026-01-05"):
        page = site.client.get(path).text
        assert '<a href="/open">Past issues</a>' in page, path
        assert 'href="/issues"' not in page, path


def test_the_mailed_link_opens_the_list_and_every_issue_to_this_browser(site: Site) -> None:
    issue = publish(site)
    reader = add_active(site.register)
    paths = ("/issues", f"/issues/{issue.date}", f"/issues/{issue.date}/{issue.stories[0].key}")
    assert {site.client.get(path).status_code for path in (*paths, "/issues/1999-01-01")} == {404}
    assert {"a link by mail opens them" in site.client.get(path).text for path in (*paths, "/no")} == {True}
    assert "on its way to it" in site.client.post("/open", data={"email": reader.address}).text
    assert mailed(site) == 1
    page = site.client.get(link(site, reader.id))
    assert "Open the past issues" in page.text
    assert "set-cookie" not in page.headers, "a link scanner opens nothing"
    assert site.client.get("/issues").status_code == 404
    answer = site.client.post(link(site, reader.id), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/issues")
    kept = answer.headers["set-cookie"].lower()
    assert all(part in kept for part in ("httponly", "secure", "samesite=lax"))
    for path in paths:
        answer = site.client.get(path)
        assert answer.status_code == 200
        assert "private" in answer.headers["cache-control"]
    again = site.client.get("/open", follow_redirects=False)
    assert (again.status_code, again.headers["location"]) == (303, "/issues")
    site.pass_time(days=31)
    assert site.client.get("/issues").status_code == 404


def test_who_left_reads_no_more(site: Site) -> None:
    reader = add_active(site.register)
    site.client.post(link(site, reader.id))
    assert site.client.get("/issues").status_code == 200
    consent.unsubscribe(site.register, reader.id, by("page"))
    assert site.client.get("/issues").status_code == 404
    assert site.client.post(link(site, reader.id)).status_code == 410


def test_no_other_token_and_no_old_link_opens(site: Site) -> None:
    reader = add_active(site.register)
    for purpose in set(Purpose) - {Purpose.OPEN_ARCHIVE}:
        assert site.client.post(link(site, reader.id, purpose)).status_code == 410
        if purpose is not Purpose.READ_ARCHIVE:
            site.client.cookies.set("archive", link(site, reader.id, purpose).removeprefix("/open/"))
            assert site.client.get("/issues").status_code == 404
    old = link(site, reader.id)
    site.pass_time(hours=2)
    assert site.client.post(old).status_code == 410


def test_the_answer_is_the_same_and_strangers_get_no_mail(site: Site) -> None:
    add_active(site.register)
    known = site.client.post("/open", data={"email": "reader@example.org"}).text
    strange = site.client.post("/open", data={"email": "stranger@example.org"}).text
    assert known.replace("reader@", "") == strange.replace("stranger@", "")
    assert mailed(site) == 1
    for _ in range(5):
        site.pass_time(seconds=2)
        site.client.post("/open", data={"email": "reader@example.org"})
    assert mailed(site) == 3
    assert site.client.post("/open", data={"email": "nonsense"}).status_code == 400


def test_a_public_archive_has_no_such_door(build: Callable[..., Site]) -> None:
    public = build()
    reader = add_active(public.register)
    assert public.client.get("/open").status_code == 404
    assert public.client.post(link(public, reader.id)).status_code == 404


def test_the_mail_holds_the_link(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", web={"archive": "private"})
    assert lock_archive(app.settings).newsletter.archive_secret
    add_active(app.register)
    from newsletter.web.pages import Pages
    from newsletter.web.private_archive import _Opening

    _Opening(Pages(app.web_services))._mail(make_address())
    asyncio.run(send_all(app))
    (path,) = (app.data / "outbox").glob("*.eml")
    assert re.search(rb"/open/[\w-]{30}", path.read_bytes())
