"""A draft link shows one issue, for a while, and does nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.day.draft_link import make_draft_link
from newsletter.delivery.plan_issue import plan_issue
from newsletter.errors import InputError
from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.model import IssueKey, SubscriberId
from newsletter.store.issues import open_issue
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.web.asgi import build_app
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app
from tests.support.web_client import open_client, spoil

KEY = IssueKey(date=MORNING.date())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(tmp_path: Path, clock: Clock) -> Iterator[Installation]:
    app = make_app(tmp_path / "data", clock=clock)
    asyncio.run(compose_today(app.making, KEY))
    yield app
    app.close()


@pytest.fixture
def web(app: Installation) -> TestClient:
    base = app.settings.newsletter.base_url
    return open_client(build_app(app.web_services), base_url=base, follow_redirects=False)


def link(app: Installation) -> str:
    stored = open_issue(app.store, KEY)
    return make_draft_link(app.settings, app.keys, stored, app.clock())[0]


def test_it_shows_the_issue_as_it_is_when_it_is_opened(app: Installation, web: TestClient) -> None:
    url = link(app)
    edit_issue.set_note(app.freezing, KEY, "Not yet final.", app.clock())
    answer = web.get(url)
    assert "Not yet final." in answer.text
    assert UNSUBSCRIBE_SLOT not in answer.text
    assert "A draft: it has not left yet" in answer.text
    assert f"/issues/{KEY}" not in answer.text, "no link to a page that is not there yet"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert web.post(url).status_code == 405


def test_it_ends_after_its_time_and_when_the_issue_leaves(
    app: Installation, web: TestClient, clock: Clock
) -> None:
    url = link(app)
    clock.forward(days=2, minutes=1)
    assert web.get(url).status_code == 404
    fresh = link(app)
    plan_issue(app.store, app.settings, KEY, app.clock())
    gone = web.get(fresh)
    assert gone.status_code == 303
    assert gone.headers["location"].endswith(f"/issues/{KEY}")
    with pytest.raises(InputError, match="no draft"):
        link(app)


def test_no_other_token_opens_it_and_it_opens_nothing_else(app: Installation, web: TestClient) -> None:
    now = app.clock()
    issue = open_issue(app.store, KEY).record.id
    for purpose in (Purpose.CONFIRM, Purpose.UNSUBSCRIBE, Purpose.FORM, Purpose.SIGN_IN):
        other = sign(app.keys, purpose, SubscriberId(issue), now=now)
        assert web.get(f"/draft/{other}").status_code == 404
    missing = sign(app.keys, Purpose.DRAFT, SubscriberId(issue + 99), now=now)
    assert web.get(f"/draft/{missing}").status_code == 404
    token = link(app).rpartition("/")[2]
    assert web.get(f"/draft/{spoil(token)}").status_code == 404
    for path in ("u", "c"):
        assert (
            web.get(f"/{path}/{token}").status_code != 200 or "form" not in web.get(f"/{path}/{token}").text
        )
