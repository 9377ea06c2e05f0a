"""The rooms of editors and operators on a phone, 390 pixels wide, in a real browser: seen by axe, in light and dark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from sqlalchemy import insert

from newsletter.day.gather import gather
from newsletter.desk.room import Role
from newsletter.desk.site import build_desk
from newsletter.store.acts import list_acts
from newsletter.store.alerts import list_alerts
from newsletter.store.paused_sources import list_paused
from newsletter.store.schema import bounces
from newsletter.web.api.access import Scope, make_token
from tests.desk.full_desk import ISSUE, TOKEN, Desk, Signed, open_desk
from tests.support.app_factory import make_seed_source
from tests.support.web_browser import PHONE, find_faults, needs_browser, open_phone, served_alone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser
ISSUE_PAGE = f"issues/daily/{ISSUE.date}"
PAGES = (
    "issues/", ISSUE_PAGE, f"{ISSUE_PAGE}/providers", "sources/", "sources/seeds", "readers/", "readers/3",
    "readers/import",
    "sending/", "sending/complaints", "sending/suppressions", "status/", "status/runs", "status/alerts", "status/acts",
    "status/doctor", "status/dns",
)  # fmt: skip
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Live = tuple[Desk, dict[Role, str]]


@contextmanager
def served(desk: Desk, role: Role) -> Iterator[str]:
    """Serve the desk to somebody of that role; gives its address."""
    with served_alone(build_desk(desk.bench, Signed(role))) as base:
        yield f"{base}/{TOKEN}/"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    sources = (make_seed_source(), make_seed_source(Path("/nowhere"), key="dead"))
    folder = tmp_path_factory.mktemp("rooms") / "data"
    told = {"alerts": {"mail_to": ["ops@example.org"]}}
    with ExitStack() as stack, ThreadPoolExecutor(1) as own_loop:  # Playwright's loop runs in this thread
        desk = stack.enter_context(open_desk(folder, sources=sources, **told))
        own_loop.submit(lambda: asyncio.run(gather(desk.app.gathering, now=desk.clock()))).result()
        make_token(desk.app.store, "shop", [Scope.ADD], desk.clock(), days=30)
        with desk.app.store.write() as connection:
            for number, consequence in enumerate(("held", "held", "dead")):
                row = {
                    "at": desk.clock(),
                    "subscriber_id": number + 1,
                    "reason": "no such user",
                    "digest": f"{number}",
                }
                kind = "complaint" if consequence == "dead" else "hard"
                connection.execute(insert(bounces).values(**row, kind=kind, consequence=consequence))
        yield desk, {role: stack.enter_context(served(desk, role)) for role in Role}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = open_phone(browser, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: wrong.append(r.url) if not r.url.startswith(("http://127.0.0.1", "data:")) else None,
    )
    yield page
    context.close()
    assert wrong == [], "nothing is asked of others, and no script breaks"


def test_every_page_is_axe_clean_in_light_and_dark_and_as_wide_as_the_phone(live: Live, phone: Page) -> None:
    _, bases = live
    for path in PAGES:
        phone.emulate_media(color_scheme="light")
        phone.goto(bases[Role.OPERATOR] + path)
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], (path, wide)
        small = phone.evaluate(
            "[...document.querySelectorAll('main button, main .button')].map(b => b.offsetHeight).filter(h => h < 44)"
        )
        assert small == [], (path, "buttons that a thumb misses")
        for scheme in SCHEMES:
            phone.emulate_media(color_scheme=scheme)
            assert find_faults(phone) == [], (path, scheme)


def test_an_editor_finds_why_one_reader_did_not_get_it_and_pauses_a_source(live: Live, phone: Page) -> None:
    desk, bases = live
    phone.goto(bases[Role.EDITOR] + "issues/")
    assert phone.get_by_role("link", name="Readers").count() == 0
    phone.get_by_role("link", name=ISSUE.subject).click()
    phone.get_by_role("heading", name="Who did not get it, and why").wait_for()
    phone.get_by_label("Address or name").fill("dan")
    phone.get_by_role("button", name="Search").click()
    phone.get_by_role("link", name="dan@example.org").click()
    phone.get_by_text("451 4.7.1 greylisted, try again").wait_for()
    phone.get_by_text("452 4.2.2 mailbox full").first.wait_for()
    phone.goto(bases[Role.EDITOR] + "sources/")
    phone.get_by_role("link", name="Rare Earth Exchanges").last.click()
    phone.get_by_role("button", name="Pause").click()
    phone.get_by_role("status").get_by_text("is paused").wait_for()
    assert set(list_paused(desk.app.store)) == {"seeds"}
    assert list_acts(desk.app.store, about="source seeds")[0].actor == "ed@example.org"
    phone.get_by_role("button", name="Read it again").click()
    phone.get_by_role("status").wait_for()


def test_an_operator_exports_readers_and_an_editor_cannot(live: Live, phone: Page, tmp_path: Path) -> None:
    desk, bases = live
    assert (
        "This is for operators."
        in desk.client(Role.EDITOR).post("readers/export", data={"csrf": "csrf-of-editor"}).text
    )
    phone.goto(bases[Role.EDITOR] + "readers/")
    phone.get_by_role("heading", name="This is for operators.").wait_for()
    phone.goto(bases[Role.OPERATOR])
    phone.get_by_role("link", name="Readers").click()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Export all as CSV").click()
    download.value.save_as(tmp_path / "readers.csv")
    lines = (tmp_path / "readers.csv").read_text("utf-8").splitlines()
    assert len(lines) == 7
    assert download.value.suggested_filename == "readers-2026-01-05.csv"
    assert list_acts(desk.app.store, words="exported")[0].actor == "olga@example.org"
    [alert] = [one for one in list_alerts(desk.app.store) if one.alert.key.startswith("export")]
    assert alert.told is not None


def test_the_keyboard_alone_searches_a_reader(live: Live, browser: Browser) -> None:
    _, bases = live
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(bases[Role.OPERATOR] + "readers/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the text"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("cleo")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="cleo@example.org").wait_for()
    assert page.get_by_role("link", name="ann@example.org").count() == 0
    page.close()


@pytest.mark.parametrize("width", [320, 375])
def test_every_room_and_the_way_out_are_in_sight_on_a_phone(live: Live, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    try:
        page.goto(f"{live[1][Role.OPERATOR]}status/")
        boxes = [one.bounding_box() for one in page.locator(".rooms a, .rooms button").all()]
        assert len(boxes) == 7
        for box in boxes:
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["height"] >= 40
    finally:
        page.close()
