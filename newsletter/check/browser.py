"""What only a browser can tell: whether the mail overflows at four widths. I/O (runs Chromium, where there is one).

One headless process lays the mail out in four frames without scripts of its own and prints what it measured.
"""

from __future__ import annotations

import asyncio
import html as markup
import json
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from newsletter.check.finding import Finding, fail
from newsletter.check.mail.check_mail import WIDTHS, leave_out_widths

# The shell is the same engine without the windows, and starts in a third of the time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--hide-scrollbars", "--window-size=1400,900", "--virtual-time-budget=3000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SECONDS = 30.0
_MEASURE = """
<script>addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(
    (frame) => frame.contentDocument.documentElement.scrollWidth);
  document.body.dataset.found = JSON.stringify(found);
});</script>"""


def find_browser() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


async def check_overflow(html: str) -> tuple[Finding, ...]:
    """40: nothing overflows at 320, 375, 600 and 1280 px. Says "not run" where no browser answers."""
    browser = find_browser()
    if browser is None:
        return (leave_out_widths("Install Chromium on this machine to have it looked at."),)
    widths = await _measure(browser, html)
    if widths is None:
        return (leave_out_widths(f"{browser} did not answer."),)
    return tuple(
        fail("overflow", f"At {asked} px the mail is {found} px wide: readers would scroll sideways.",
             "Look at it in newsletter preview at that width; soften long words, let tables shrink.")
        for asked, found in zip(WIDTHS, widths, strict=True)
        if found > asked
    )  # fmt: skip


async def _measure(browser: str, html: str) -> list[int] | None:
    frames = "".join(
        f'<iframe sandbox="allow-same-origin" width="{width}" height="800" style="border:0" '
        f'srcdoc="{markup.escape(html)}"></iframe>'
        for width in WIDTHS
    )
    with tempfile.TemporaryDirectory(prefix="preflight-") as folder:
        page = Path(folder) / "page.html"
        await asyncio.to_thread(page.write_text, f"<!doctype html><body>{_MEASURE}{frames}", encoding="utf-8")
        own_sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium's refuses to start as root
        flags = (*_FLAGS, f"--user-data-dir={folder}/profile", *own_sandbox)
        try:
            process = await asyncio.create_subprocess_exec(
                browser, *flags, "--dump-dom", page.as_uri(),
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError:
            return None
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), _SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            return None
    match = re.search(r'data-found="(\[[\d,]+\])"', printed.decode("utf-8", "replace"))
    return [int(width) for width in json.loads(match[1])] if match else None
