"""The golden mail: byte for byte the same from run to run, machine to machine.

``python tests/render/test_golden.py`` writes it anew after a change of the templates that is meant.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import html5lib
import pytest

from newsletter.model import NoticeKind
from newsletter.render.hard_issues import hard_correction
from newsletter.render.notice import render_notice
from tests.render.good_issues import good_issues
from tests.render.render_sample import IDENTITY, render, sample_issue, templates

GOLDEN = Path(__file__).parent / "golden"


def _rendered() -> dict[str, str]:
    issue = render()
    moved = render(dict(good_issues())["prices that moved"])
    files = {"issue.html": issue.html, "issue.txt": issue.text}
    files |= {"prices.html": moved.html, "prices.txt": moved.text}
    for kind in NoticeKind:
        notice = render_notice(
            kind, IDENTITY, templates(), token="t" * 40,
            latest=sample_issue(), correction=hard_correction(),
        )  # fmt: skip
        files |= {f"{kind.value}.html": notice.html, f"{kind.value}.txt": notice.text}
    return files


@pytest.mark.parametrize("name", sorted(_rendered()))
def test_the_golden_mail_is_byte_identical(name: str) -> None:
    assert _rendered()[name].encode() == (GOLDEN / name).read_bytes()


def test_another_process_with_another_hash_seed_renders_the_same_hash() -> None:
    code = "from render_sample import render; print(render().hash)"
    folders = [str(Path(__file__).parent), *sys.path]
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": ":".join(folders), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert answers == {render().hash}


@pytest.mark.parametrize("name", sorted(name for name in _rendered() if name.endswith(".html")))
def test_the_html_is_valid_for_a_strict_parser(name: str) -> None:
    html5lib.HTMLParser(strict=True).parse(_rendered()[name])


if __name__ == "__main__":
    for name, content in _rendered().items():
        (GOLDEN / name).write_bytes(content.encode())
