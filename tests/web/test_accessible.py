"""Every public page as axe sees it, in light and dark, on a phone and on a desk; and how heavy it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose
from tests.support.free_port import free_port
from tests.support.subscriber_factories import add_active, by, make_address
from tests.support.web_browser import find_faults, needs_browser, open_browser, served
from tests.support.web_factories import Site, make_site, publish_days

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

pytestmark = needs_browser
Live = tuple[Site, str, dict[str, str]]
MOST_BYTES = 50_000  # a page with everything it loads


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    site = make_site(Path(tmp_path_factory.mktemp("axe")), newsletter={"base_url": base}, web={"port": port})
    publish_days(site, 3)
    with served(site.services, site.services.settings.web):
        yield site, base, pages_of(site)
    site.stack.close()
    site.register.store.close()


def pages_of(site: Site) -> dict[str, str]:
    """Return the address of every kind of page, in each of its states."""
    active = add_active(site.register, "ann@example.org")
    paused = add_active(site.register, "paul@example.org")
    today = site.services.today
    consent.pause(site.register, paused.id, by("page"), until=today.replace(day=20), today=today)
    gone = add_active(site.register, "gone@example.org")
    consent.unsubscribe(site.register, gone.id, by("page"))
    consent.request(site.register, make_address("new@example.org"), by("form"))
    new, _ = consent.look_up(site.register, make_address("new@example.org"))
    assert new is not None
    expired = site.token(new.id, Purpose.CONFIRM)
    return {
        "home": "/",
        "archive": "/issues",
        "issue": "/issues/2026-01-06",
        "story": "/issues/2026-01-06/lynas-lifts-ndpr-output",
        "search": "/search?q=lynas",
        "found nothing": "/search?q=unobtainium",
        "privacy": "/privacy",
        "about": "/about",
        "embed": "/embed",
        "confirm": f"/c/{expired}",
        "confirmed": f"/c/{site.token(active.id, Purpose.CONFIRM)}",
        "over": f"/c/{site.token(gone.id, Purpose.CONFIRM)}",
        "leave": f"/u/{site.token(active.id)}",
        "left already": f"/u/{site.token(gone.id)}",
        "preferences": f"/p/{site.token(active.id)}",
        "paused": f"/p/{site.token(paused.id)}",
        "pending": f"/p/{site.token(new.id)}",
        "bad link": "/u/forged",
        "no such page": "/nothing",
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(params=[("light", 375), ("dark", 1280)], ids=["light phone", "dark desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    # axe is put into the page, which our own policy forbids to everybody
    opened = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    yield opened
    opened.close()


def test_every_page_is_accessible_and_light(live: Live, page: Page) -> None:
    _, base, pages = live
    loaded: list[Response] = []
    page.on("response", lambda answer: loaded.extend([answer]))
    found: dict[str, list[str]] = {}
    for name, path in pages.items():
        loaded.clear()
        page.goto(base + path)
        size = sum(len(answer.body()) for answer in loaded)
        found[name] = find_faults(page) + ([f"{size} bytes"] if size >= MOST_BYTES else [])
        assert size > 2_000, "the page with its style sheet"
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_answers_to_forms_are_accessible(live: Live, page: Page) -> None:
    site, base, _ = live
    reader = add_active(site.register, f"leaver-{id(page)}@example.org")

    def press(button: str, heading: str) -> None:
        page.get_by_role("button", name=button).click()
        assert page.get_by_role("heading", level=1).inner_text() == heading
        assert find_faults(page) == [], heading

    page.goto(base + "/")
    page.get_by_label("Your email address").fill("jane@localhost")
    press("Subscribe", "That address does not work")
    page.get_by_label("Your email address").fill(f"jane-{id(page)}@example.org")
    press("Subscribe", "One more press")
    site.pass_time(seconds=5)
    press("Subscribe", "Look into your inbox")
    page.goto(f"{base}/u/{site.token(reader.id)}")
    press("Unsubscribe", "You are out")
    press("Bring me back", "Your subscription")
