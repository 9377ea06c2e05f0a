"""The mail in a real browser, and under the checks of other people's tools."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "render"))

from newsletter.model import IssuePrice, NoticeKind, Price  # noqa: E402
from newsletter.render.hard_issues import hard_correction, tricky_issues  # noqa: E402
from newsletter.render.notice import render_notice  # noqa: E402
from tests.render.render_sample import IDENTITY, render, sample_issue, templates  # noqa: E402
from tests.render.test_size_limit import issue_of  # noqa: E402
from tests.support.web_browser import CHROMIUM, open_browser, run_axe  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

TOOLS = ROOT.parent / "shared" / "tools" / "email"
WIDTHS = (320, 375, 600, 1280)
PHONE = 375
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# <body> is dropped by some webmail, which shows what is inside it: nothing is lost.
HARMLESS = {"html-body"}


@cache
def _mails() -> dict[str, str]:
    price = Price(
        product="terbium oxide", purity="99.99%", basis="cif Rotterdam", currency="$", unit="kg", low=Decimal(2950),
        high=Decimal(3150), change=Decimal("1.5"), in_percent=True, against="a week earlier", date=date(2026, 1, 5),
    )  # fmt: skip
    priced = sample_issue(prices=(IssuePrice(price=price, source="Rotterdam Report"),))
    mails = {"sample": render().html, "twenty": render(issue_of(20, 3)).html, "priced": render(priced).html}
    for number, (_, issue) in enumerate(tricky_issues()):
        mails[f"tricky-{number}"] = render(issue).html
    for kind in NoticeKind:
        notice = render_notice(
            kind, IDENTITY, templates(), token="t" * 40,
            latest=sample_issue(), correction=hard_correction(),
        )  # fmt: skip
        mails[kind.value] = notice.html
    return mails


def _missing(what: str) -> None:
    """Skip; on CI, where everything is installed, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not here")


def _load(path: Path) -> ModuleType:
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    for needed in ("lxml", "tinycss2"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{path.name} needs {needed}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.quality
@pytest.mark.parametrize("name", sorted(_mails()))
def test_the_accessibility_rules_of_the_email_markup_consortium_find_nothing(name: str) -> None:
    tool = _load(TOOLS / "a11y_email.py")
    assert tool.check(_mails()[name]) == []


# The tool leaves its data file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.quality
@pytest.mark.parametrize("name", ["sample", "twenty", "priced", "confirm", "welcome", "goodbye"])
def test_every_client_shows_all_that_the_mail_needs(name: str) -> None:
    tool = _load(TOOLS / "caniemail" / "check.py")
    needed = [item for item in tool.check(_mails()[name]) if item["where"] == "BASE" and item["unsupported"]]
    assert {item["slug"] for item in needed} - HARMLESS == set()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One page for all mails: axe is put into it once."""
    if CHROMIUM is None:
        _missing("Chromium")
    with open_browser() as browser, browser.new_context(offline=True) as context:
        yield context.new_page()


@pytest.mark.quality
@pytest.mark.browser
@pytest.mark.parametrize("name", sorted(_mails()))
def test_a_browser_finds_no_overflow_no_outside_request_and_no_barrier(page: Page, name: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.set_content(_mails()[name])
    for width, scheme in product(WIDTHS, SCHEMES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        shown, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert (shown <= room, room) == (True, width), f"{name} is {shown} px wide at {width}, {scheme}"
        assert asked == [], asked
        if width in (PHONE, WIDTHS[-1]):
            assert run_axe(page, RULES) == [], scheme
    page.remove_listener("request", note)
