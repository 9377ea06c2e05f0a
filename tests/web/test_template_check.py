"""``newsletter templates check`` on the pages: what is wrong with an operator's copy, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.check.finding import Finding
from newsletter.cli.context import Place
from newsletter.cli.operate import templates
from newsletter.config import load_settings
from newsletter.paths import shipped_folder
from newsletter.render.templates import Templates
from newsletter.web.template_check import check_pages

WEB = {
    path.name for path in (shipped_folder("templates") / "web").iterdir() if path.suffix in {".html", ".xml"}
}


def _check(folder: Path | None = None) -> tuple[Finding, ...]:
    return check_pages(Templates(folder), load_settings(None))


def _override(folder: Path, name: str, old: str, new: str) -> Path:
    shipped = (shipped_folder("templates") / name).read_text(encoding="utf-8")
    changed = shipped.replace(old, new) if old else new
    assert changed != shipped
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(changed, encoding="utf-8")
    return folder


def test_the_shipped_pages_pass() -> None:
    assert _check() == ()


def test_every_template_of_the_pages_is_rendered() -> None:
    templates = Templates()
    check_pages(templates, load_settings(None))
    cache = templates.environment.cache
    assert cache is not None
    rendered = {name for _, name in cache.keys()}  # noqa: SIM118 - no mapping: it has no such iterator
    assert {f"web/{name}" for name in WEB} | {"web/site.css"} <= rendered


# What is done to a template, and what the check says of it; those of one row at once, since each look takes a while.
FAULTS = (
    (
        ("web/issue.html", "{% block main %}", "{% block main %}{% if %}", "issue.html, line"),
        ("web/unsubscribe.html", "<button>", "<b>", "unsubscribe.html (at /u/"),
        ("web/signup.html", 'name="email"', 'name="mail"', 'does not show name="email"'),
        ("web/archive.html", "<h1>", "<h2>", "main headings"),
        ("web/layout.html", 'lang="{{ language }}"', "", "does not say its language"),
        ("web/feed.xml", "</feed>", "", "is not well-formed"),
        ("web/story.html", "{% if sentences %}", "{% if false %}", "does not show"),
    ),
    (
        (
            "web/parts.html",
            "{{ text|soften }}{% endif",
            "{{ text|safe }}{% endif",
            "makes markup of a foreign text",
        ),
    ),
    (("web/site.css", "theme.light", "theme.lihgt", "site.css"),),
)


@pytest.mark.parametrize("faults", FAULTS, ids=["several", "pages", "style"])
def test_the_check_says_what_is_wrong_with_a_page(
    tmp_path: Path, faults: tuple[tuple[str, str, str, str], ...]
) -> None:
    for name, old, new, _ in faults:
        _override(tmp_path / "templates", name, old, new)
    found = _check(tmp_path / "templates")
    for name, _, _, said in faults:
        about = [finding.message for finding in found if name.rpartition("/")[2] in finding.message]
        assert any(said in message for message in about or [one.message for one in found]), (said, found)


def test_the_command_checks_mails_and_pages_of_the_operators_folder(tmp_path: Path) -> None:
    _override(tmp_path / "templates", "web/privacy.html", "{% block main %}", "{% block main %}{{ nobody }}")
    _override(tmp_path / "templates", "email/welcome.txt", "{{ links.unsubscribe }}", "")
    done = CliRunner().invoke(templates, [], obj=Place(None, tmp_path))
    assert done.exit_code == 1, done.output
    assert "privacy.html" in done.output
    assert "In the welcome notice" in done.output
