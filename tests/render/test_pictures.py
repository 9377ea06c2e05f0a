"""The mail as real engines draw it, against pictures that a person has reviewed.

What was drawn, what was reviewed and what differs stand side by side in ``build/pictures/index.html``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageFilter

from tests.render import cameras
from tests.render.gallery import (
    ACTUAL,
    HERE,
    LOOKS,
    REVIEWED,
    TRICKY,
    WIDTHS,
    Picture,
    compare,
    list_pictures,
    look_at,
    write_index,
)
from tests.support.web_browser import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_BYTES = 1_500_000  # of reviewed pictures in the repository
THUMB = 44  # px that what a reader does has, at least: WCAG 2.2, 2.5.5
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Playwright's own event loop
]


def _need(missing: str) -> None:
    """Skip; on CI, where everything is installed, fail."""
    if not missing:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{missing} is missing, and CI must have it")
    pytest.skip(f"{missing} is not installed")


@pytest.fixture(scope="module")
def versions() -> dict[str, str]:
    _need(", ".join(cameras.missing_fonts()))
    return cameras.find_versions()


@pytest.fixture(scope="module")
def page(versions: dict[str, str]) -> Iterator[Page]:
    _need("" if CHROMIUM else "chromium")
    with cameras.open_chromium() as opened:
        yield opened


def _check(pictures: list[Picture], version: str) -> None:
    verdicts = [look_at(picture, version) for picture in pictures]
    index = write_index()
    faults = [f"{verdict.name} {verdict.fault}" for verdict in verdicts if verdict.fault]
    assert faults == [], (
        f"look at {index}; where the new look is meant: python -m tests.render.gallery accept"
    )


def _of(mail: str, **wanted: str) -> list[Picture]:
    every = [picture for picture in list_pictures() if picture.mail == mail]
    return [
        picture for picture in every if all(getattr(picture, key) == value for key, value in wanted.items())
    ]


@pytest.mark.parametrize("mail", ["demo", *TRICKY])
def test_chromium_draws_what_was_reviewed_in_light_and_dark_at_four_widths(
    page: Page, versions: dict[str, str], mail: str
) -> None:
    pictures = _of(mail, engine="chromium", look="")
    assert {(picture.width, picture.scheme) for picture in pictures} == {
        (width, scheme) for width in WIDTHS for scheme in ("light", "dark")
    }
    for picture in pictures:
        cameras.draw(page, picture)
    _check(pictures, versions["chromium"])


def test_what_clients_do_to_the_mail_looks_as_it_was_reviewed(page: Page, versions: dict[str, str]) -> None:
    pictures = [picture for picture in _of("demo", engine="chromium") if picture.look]
    assert {picture.look for picture in pictures} == set(LOOKS)
    for picture in pictures:
        cameras.draw(page, picture)
    _check(pictures, versions["chromium"])


def test_webkit_draws_what_was_reviewed(versions: dict[str, str]) -> None:
    _need(cameras.find_webkit())
    pictures = [picture for picture in list_pictures() if picture.engine == "webkit"]
    assert {picture.scheme for picture in pictures} == {"light", "dark"}
    cameras.draw_webkit(pictures)
    _check(pictures, versions["webkit"])


# ── that a regression is seen, and a smoothed edge is not ───────────────────────────────────────────

Spoil = Callable[[str], str]


def _swap(old: str, new: str) -> Spoil:
    return lambda html: html.replace(old, new)


def _cut(pattern: str, new: str = "") -> Spoil:
    return lambda html: re.sub(pattern, new, html, flags=re.DOTALL)


REGRESSIONS: dict[str, tuple[str, int, Spoil]] = {
    "links lose their colour": ("light", 375, _swap("#8a4316", "#221d18")),
    "the bar over the top story loses its ground": (
        "light",
        1280,
        _swap("color:#fffdf8;background-color:#8a4316", "color:#8a4316"),
    ),
    "sections without a rule above them": ("light", 600, _swap("border-top:2px solid #8a4316", "border:0")),
    "small print as dark as the text": ("light", 600, _swap("#665c50", "#221d18")),
    "the caution loses its ground": ("light", 320, _swap("#f8f0e2", "#fffdf8")),
    "white paper": ("light", 600, _swap("#fffdf8", "#ffffff")),
    "a column that is too wide": ("light", 1280, _swap("max-width:600px", "max-width:640px")),
    "a missing section": ("light", 600, _cut(r"<h2[^>]*>Also noted.*?(?=<h2)")),
    "headlines in another face": ("light", 600, _swap("Georgia,serif", "Arial,sans-serif")),
    "text that is too small": ("light", 600, _swap("16px/23px", "15px/23px")),
    "bullets that are not indented": ("light", 600, _swap("margin:8px 0 0 18px", "margin:8px 0 0 12px")),
    "headlines that are not bold": ("light", 600, _swap("font:bold", "font:normal")),
    "no dark colours": ("dark", 375, _cut(r"<style>\s*@media \(prefers-color-scheme.*?</style>")),
    "dark links lose their colour": ("dark", 1280, _swap("#e8a46c", "#efe7db")),
    "dark small print too bright": ("dark", 600, _swap("#b8ab9a", "#efe7db")),
}


@pytest.mark.parametrize("wrong", list(REGRESSIONS))
def test_a_regression_is_seen(page: Page, tmp_path: Path, wrong: str) -> None:
    scheme, width, spoil = REGRESSIONS[wrong]
    picture = next(
        each for each in _of("demo", engine="chromium", look="", scheme=scheme) if each.width == width
    )
    html = cameras.show(picture)
    assert spoil(html) != html
    drawn = cameras.draw(page, picture, spoil(html), tmp_path)
    verdict, _ = compare(picture.name, Image.open(drawn), Image.open(REVIEWED / f"{picture.name}.png"), 1)
    assert verdict.fault


@pytest.mark.parametrize("name", ["demo-light-375", "demo-dark-1280", "tricky-0-light-320"])
def test_smoothed_edges_are_no_regression(page: Page, tmp_path: Path, name: str) -> None:
    picture = next(each for each in list_pictures() if each.name == name)
    drawn = Image.open(cameras.draw(page, picture, None, tmp_path)).convert("RGB")
    kept = Image.open(REVIEWED / f"{name}.png")
    for smoothed in (
        drawn.filter(ImageFilter.GaussianBlur(0.5)),
        drawn.filter(ImageFilter.UnsharpMask(radius=1, percent=15, threshold=0)),
    ):
        assert compare(name, smoothed, kept, picture.scale)[0].fault == ""


# ── what a picture does not tell ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mail", ["demo", "tricky-4"])
def test_what_a_reader_does_has_room_for_a_thumb(page: Page, mail: str) -> None:
    picture = next(each for each in _of(mail, engine="chromium", scheme="light") if each.width == 320)
    page.set_viewport_size({"width": 320, "height": 900})
    page.set_content(cameras.show(picture))
    acts = (
        "Web version",
        "Unsubscribe with one click",
        "Past issues",
        "Privacy",
        "Subscribe",
    )
    for act in acts:
        box = page.get_by_role("link", name=act, exact=True).bounding_box()
        assert box is not None, act
        assert box["height"] >= THUMB, (act, box)


def test_text_twice_as_large_fits_a_phone(page: Page) -> None:
    for look in ("text-200", "plain"):
        page.set_viewport_size({"width": 320, "height": 900})
        page.set_content(cameras.show(Picture(mail="demo", width=320, look=look)))
        shown, room = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert shown <= room, look


def test_the_reviewed_pictures_are_those_there_are_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in REVIEWED.glob("*.png")}
    assert set(kept) == {picture.name for picture in list_pictures()}
    assert sum(kept.values()) < MOST_BYTES
    assert not ACTUAL.is_relative_to(HERE), "what was drawn never lies among what was reviewed"
