"""What is made before the first visitor comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from newsletter.config import Logs
from newsletter.links import day_key
from newsletter.logs import configure_logs
from newsletter.store.issues import list_issues
from newsletter.web.pages import Pages
from newsletter.web.prepare_pages import prepare_pages
from newsletter.web.reading import LISTED
from tests.support.factories import make_issue, make_issue_story
from tests.support.web_factories import Site, open_site, publish, publish_days


def loads_of(site: Site, path: str) -> int:
    """Return how often content of an issue was read for one answer."""
    read: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        read.extend([statement] if "issue_contents.issue," in statement else [])

    event.listen(site.register.store.engine, "before_cursor_execute", note)
    assert site.client.get(path).status_code == 200
    event.remove(site.register.store.engine, "before_cursor_execute", note)
    return len(read)


def test_the_pages_of_the_newest_issues_are_there_before_the_first_visitor(site: Site) -> None:
    days = publish_days(site, LISTED + 2)
    opened = open_site(site.register)
    for day in days[2:]:
        assert loads_of(opened, f"/issues/{day}") == 0
    assert loads_of(opened, f"/issues/{days[0]}") == 1, "made when it is asked for"
    opened.stack.close()


def test_so_are_the_stories_of_the_newest(site: Site) -> None:
    stories = tuple(make_issue_story(key=f"story-{number}") for number in range(3))
    section = make_issue().sections[0]
    publish(site, make_issue(sections=(type(section)(key="top", title="Top", stories=stories),)))
    opened = open_site(site.register)
    assert [loads_of(opened, f"/issues/2026-01-05/{story.key}") for story in stories] == [0, 0, 0]
    opened.stack.close()


def test_a_private_archive_has_its_issues_ready_too(build: Callable[..., Site]) -> None:
    locked: dict[str, Any] = {"newsletter": {"archive_key": "s" * 40}, "web": {"archive": "private"}}
    site = build(**locked)
    publish(site)
    opened = open_site(site.register, **locked)
    [record] = list_issues(site.register.store)
    secret = opened.services.settings.newsletter.archive_secret
    assert loads_of(opened, f"/issues/{record.date}?key={day_key(record.key, secret)}") == 0
    opened.stack.close()


def test_a_database_that_does_not_answer_stops_no_start(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = Pages(site.services)
    publish(site)
    with site.register.store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE issue_contents RENAME TO gone")
    configure_logs(Logs(format="json"))
    prepare_pages(pages)
    assert "pages are made when they are asked for" in capsys.readouterr().err
