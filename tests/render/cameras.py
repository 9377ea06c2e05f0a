"""Real engines that draw the mail into pictures: Chromium, and WebKitGTK, of Apple Mail's family.

I/O (processes, files).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.desk.mail_clients import View, show_as
from newsletter.model import Issue, IssueKey
from newsletter.render.hard_issues import tricky_issues
from newsletter.store.json_codec import read_issue, to_json
from tests.render.gallery import ACTUAL, DEMO, FONTS, Picture
from tests.render.render_sample import IDENTITY, render
from tests.support.web_browser import CHROMIUM, FLAGS, take_picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

_DRAWING = [*FLAGS, "--font-render-hinting=none", "--disable-lcd-text"]
WEBKIT = Path(__file__).parent / "webkit_camera.py"
_SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's GObject bindings are for
_STYLE = re.compile(r'\sstyle="[^"]*"|<style\b.*?</style>', re.DOTALL)
_FONT = re.compile(r"(font(?:-size)?|line-height):([^;\"]*)")


def record_demo() -> Path:
    """Write down the issue that the seed gives today, so that pictures change when the mail's looks do."""
    from newsletter.day.compose_today import compose_today
    from newsletter.store.issues import load_issue
    from tests.support.app_factory import make_app

    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder))
        day = date(2026, 1, 5)
        with ThreadPoolExecutor(1) as own_loop:
            own_loop.submit(lambda: asyncio.run(compose_today(app.making, IssueKey(date=day)))).result()
        stored = load_issue(app.store, IssueKey(date=day))
        app.close()
    assert stored is not None
    DEMO.write_text(json.dumps(to_json(stored.issue), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return DEMO


@cache
def _issues() -> dict[str, Issue]:
    tricky = {f"tricky-{number}": issue for number, (_, issue) in enumerate(tricky_issues())}
    return {"demo": read_issue(json.loads(DEMO.read_text(encoding="utf-8"))), **tricky}


@cache
def _mail(name: str) -> str:
    return render(replace(_issues()[name], newsletter=IDENTITY.name)).html


def enlarge(html: str) -> str:
    """Return a mail whose text is twice as large, as a reader's setting makes it. Pure."""

    def double(rule: re.Match[str]) -> str:
        return f"{rule[1]}:" + re.sub(r"(\d+)px", lambda size: f"{int(size[1]) * 2}px", rule[2])

    return _FONT.sub(double, html)


def show(picture: Picture) -> str:
    """Return the HTML that ``picture`` is drawn of."""
    html = _mail(picture.mail)
    match picture.look:
        case "forced":
            return show_as(html, View.FORCED)
        case "outlook":
            return show_as(html, View.OUTLOOK)
        case "plain":
            return _STYLE.sub("", html)
        case "text-200":
            return enlarge(html)
    return html


@contextmanager
def open_chromium() -> Iterator[Page]:
    """Give a page of a Chromium that knows the pinned fonts only and asks nobody for anything."""
    from playwright.sync_api import sync_playwright

    fonts: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_DRAWING, env=fonts)
        yield browser.new_page(offline=True)
        browser.close()


def draw(page: Page, picture: Picture, html: str | None = None, folder: Path = ACTUAL) -> Path:
    """Draw one picture with Chromium; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    page.emulate_media(color_scheme="dark" if picture.scheme == "dark" else "light")
    page.set_viewport_size({"width": picture.width, "height": 700})
    page.set_content(show(picture) if html is None else html)
    tall = min(picture.height, page.evaluate("document.documentElement.scrollHeight"))
    path = folder / f"{picture.name}.png"
    page.set_viewport_size({"width": picture.width, "height": tall})
    take_picture(page, path)
    return path


def find_webkit() -> str:
    """Return what is missing to draw with WebKitGTK, or an empty text."""
    for command in ("xvfb-run", "dbus-run-session", _SYSTEM_PYTHON):
        if shutil.which(command) is None:
            return command
    code = "import gi; gi.require_version('WebKit2', '4.1'); gi.require_version('Gtk', '3.0'); import cairo"
    found = subprocess.run([_SYSTEM_PYTHON, "-c", code], capture_output=True, check=False)
    return "" if found.returncode == 0 else "gir1.2-webkit2-4.1"


def draw_webkit(pictures: Iterable[Picture]) -> None:
    """Draw all ``pictures`` in one process of WebKitGTK."""
    ACTUAL.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        jobs = []
        for picture in pictures:
            source = Path(folder) / f"{picture.name}.html"
            source.write_text(show(picture), encoding="utf-8")
            jobs.append(
                (f"{source}", f"{ACTUAL / picture.name}.png", picture.width, picture.scheme, picture.height)
            )
        env = {
            **os.environ, "FONTCONFIG_FILE": str(FONTS), "HOME": folder, "XDG_RUNTIME_DIR": folder, "GDK_SCALE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory",
        }  # fmt: skip
        command = ["xvfb-run", "-a", "dbus-run-session", "--", _SYSTEM_PYTHON, str(WEBKIT), json.dumps(jobs)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    missing = [job[1] for job in jobs if not Path(job[1]).is_file()]
    if done.returncode or missing:
        sys.stderr.write(done.stderr[-2000:])
        raise RuntimeError(f"WebKitGTK drew nothing for {missing or 'some'}")


def find_versions() -> dict[str, str]:
    """Return the versions of the engines on this machine, as they say them."""
    versions = {}
    if CHROMIUM:
        told = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
        versions["chromium"] = told.split()[1].partition(".")[0]
    if not find_webkit():
        code = (
            "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2 as W; "
            "print(W.get_major_version(), W.get_minor_version(), sep='.')"
        )
        told = subprocess.run([_SYSTEM_PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout
        versions["webkit"] = told.strip()
    return versions


def missing_fonts() -> tuple[str, ...]:
    """Return Debian's packages of the pinned fonts that are not here."""
    folders = {"liberation": "fonts-liberation", "charis": "fonts-sil-charis", "noto": "fonts-noto-core"}
    here = Path("/usr/share/fonts/truetype")
    cjk = () if Path("/usr/share/fonts/opentype/noto").is_dir() else ("fonts-noto-cjk",)
    return (*(package for folder, package in folders.items() if not (here / folder).is_dir()), *cjk)


def draw_all(pictures: Iterable[Picture]) -> Iterator[Picture]:
    """Draw every picture that this machine can; yield each that is there."""
    every = list(pictures)
    if CHROMIUM:
        with open_chromium() as page:
            for picture in every:
                if picture.engine == "chromium":
                    draw(page, picture)
                    yield picture
    if not find_webkit():
        webkit = [picture for picture in every if picture.engine == "webkit"]
        draw_webkit(webkit)
        yield from webkit
