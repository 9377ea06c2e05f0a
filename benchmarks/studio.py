"""How long the studio takes to its first paint, to the mail on the page, and from a saved file to the new mail.

    python benchmarks/studio.py [ROUNDS]

A browser is open; each round starts the command, opens its address, then saves a theme, a template and a
setting in turn. Times are of the clock, from the start of the command or of the save; CPU is of the command's process
alone, which another load on the machine does not lengthen.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from playwright.sync_api import sync_playwright  # noqa: E402

from newsletter.paths import shipped_folder  # noqa: E402
from tests.desk.studio_site import DAY, make_studio  # noqa: E402
from tests.support.web_browser import CHROMIUM, FLAGS  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
# Told by the page itself: when the words stand in the desktop's frame, to the millisecond.
SEEN = """words => new Promise((done, fail) => {
  const end = Date.now() + 15000;
  const look = () => {
    if (Date.now() > end) return fail(new Error(`never seen: ${words}`));
    const page = document.querySelector('iframe[title="Desktop"]').contentDocument;
    if (page && page.body && page.body.textContent.includes(words)) done(Date.now());
    else setTimeout(look, 2);
  };
  look();
})"""


def cpu(process: subprocess.Popen[str]) -> float:
    """Seconds of CPU that the process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure_start(page: Any, data: Path) -> tuple[subprocess.Popen[str], list[float]]:
    began = time.time()
    command = [
        sys.executable,
        "-m",
        "newsletter",
        "--data",
        str(data),
        "preview",
        "--date",
        f"{DAY}",
        "--no-open",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    assert process.stdout is not None
    url = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    spent = [time.time() - began, cpu(process)]
    page.goto(url)
    paint = "performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    spent += [page.evaluate(paint) / 1000 - began]
    seen = page.evaluate(SEEN, "Baogang")
    spent += [seen / 1000 - began, cpu(process)]
    page.wait_for_selector("body[data-ready]")
    return process, spent


def measure_save(page: Any, process: subprocess.Popen[str], path: Path, text: str, words: str) -> list[float]:
    time.sleep(0.4)  # the page has said what it says of the one before
    before = cpu(process)
    page.evaluate(f"void (window.seen = ({SEEN})({words!r}))")
    began = time.time()
    path.write_text(text, encoding="utf-8")
    seen = page.evaluate("window.seen") / 1000
    page.wait_for_timeout(150)
    return [seen - began, cpu(process) - before]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    starts, saves = [], []
    shipped = (shipped_folder("templates") / "email/issue.html").read_text(encoding="utf-8")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for number in range(rounds):
            data = Path(folder) / f"{number}"
            make_studio(data).bench.close()
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            process, spent = measure_start(page, data)
            starts.append(spent)
            templates = data / "templates"
            (templates / "email").mkdir(exist_ok=True)
            (data / "config").mkdir(exist_ok=True)
            for path, text, words in (
                (templates / "theme.toml", 'wordmark = "Magnets Weekly"\n', "Magnets Weekly"),
                (
                    templates / "email/issue.html",
                    shipped.replace("About this mail", "This mail"),
                    "This mail",
                ),
                (templates / "theme.toml", 'wordmark = "Magnets Monthly"\n', "Magnets Monthly"),
                (data / "config" / "newsletter.toml", '[newsletter]\nwhy = "You asked."\n', "You asked."),
            ):
                saves.append(measure_save(page, process, path, text, words))
            page.close()
            process.terminate()
            process.wait(10)
            shutil.rmtree(data)
        browser.close()
    print("from the start of the command      median s   least     (CPU s of the command)")
    for name, column, used in (
        ("address printed", 0, 1),
        ("first paint", 2, None),
        ("the mail on the page", 3, 4),
    ):
        values = [row[column] for row in starts]
        told = f"{median(row[used] for row in starts):10.2f}" if used is not None else ""
        print(f"  {name:32} {median(values):8.2f} {min(values):7.2f} {told}")
    values = [row[0] for row in saves]
    print("from a saved file to the new mail  median ms  least    most  (CPU ms)")
    print(
        f"  {len(saves)} saves {'':24} {median(values) * 1000:8.0f} {min(values) * 1000:7.0f} {max(values) * 1000:7.0f}"
        f" {median(row[1] for row in saves) * 1000:8.0f}"
    )


if __name__ == "__main__":
    main()
