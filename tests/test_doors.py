"""One library, one door: where a library is imported, its quirks and its exceptions stay."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "newsletter"
DOORS = {
    "feedparser": {"collect/feeds.py"},
    "trafilatura": {"extract/html_article.py"},
    "ftfy": {"extract/mojibake.py"},
    "jinja2": {"render/templates.py"},
    "css_inline": {"render/inline.py"},
    "aiosmtplib": {"delivery/relay.py"},
    "cryptography": {"delivery/dkim.py", "web/hook_signatures.py"},
    "flufl": {"delivery/read_report.py"},
    "imap_tools": {"delivery/mailbox.py"},
    "apscheduler": {"serve/"},
    "protego": {"http/robots.py"},
    "dns": {"check/sender/dns.py"},
    "httpx2": {"http/"},
    "sqlalchemy": {"store/"},
    "alembic": {"store/"},
    "structlog": {"logs.py"},
    "tomlkit": {"cli/first_settings.py"},
}


@cache
def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names}


NEEDED_UNNAMED = {  # declared, and imported by the libraries that we name
    "psycopg": "SQLAlchemy imports it for a postgresql:// database",
    "tzdata": "zoneinfo reads it where the system brings no zones",
}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", one)[0] for one in project["dependencies"]}
    names = set().union(*(imported(path) for path in PACKAGE.rglob("*.py")))
    ours = {*sys.stdlib_module_names, PACKAGE.name}
    known_as = packages_distributions()
    used = {distribution for name in names - ours for distribution in known_as[name]}
    assert {_canonical(one) for one in used} == {_canonical(one) for one in declared} - NEEDED_UNNAMED.keys()


def _canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_is_imported_behind_its_door_only(library: str) -> None:
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if library in imported(path)}
    assert found, f"{library} is imported nowhere"
    assert {name for name in found if not name.startswith(tuple(DOORS[library]))} == set()


def test_every_module_says_what_it_is_for_and_whether_it_does_input_or_output() -> None:
    silent = []
    for path in PACKAGE.rglob("*.py"):
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        is_package = path.name in {"__init__.py", "script.py.mako"}
        if not docstring or not (is_package or "Pure" in docstring or "I/O" in docstring):
            silent.append(str(path.relative_to(PACKAGE)))
    assert silent == []
