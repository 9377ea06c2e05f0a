"""The documents and the code say the same: every setting, every command, every option."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from newsletter import __version__
from newsletter.config import Settings
from newsletter.config.tables import Edition
from tests.support.every_command import load_every_command

CHECKOUT = Path(__file__).resolve().parent.parent
CONFIGURATION = (CHECKOUT / "docs" / "configuration.md").read_text(encoding="utf-8")
OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGES = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")])
SETTINGS = {
    f"{table}.{name}": own.default
    for table, field in Settings.model_fields.items()
    for name, own in getattr(Edition if table == "edition" else field.annotation, "model_fields", {}).items()
}
UNUSED = "◇"


def _documented() -> dict[str, tuple[str, str, str]]:
    """Return type, default and meaning of every setting of docs/configuration.md."""
    rows: dict[str, tuple[str, str, str]] = {}
    table = ""
    for line in CONFIGURATION.splitlines():
        if line.startswith("#"):
            heading = re.fullmatch(r"## \[+(\w+)\]+", line)
            table = heading[1] if heading else ""
        elif table and (row := re.fullmatch(r"\| `(\w+)` \| (.+?) \| (.+?) \| (.+) \|", line)):
            assert f"{table}.{row[1]}" not in rows, f"{table}.{row[1]} is there twice"
            rows[f"{table}.{row[1]}"] = (row[2], row[3], row[4])
    return rows


def _spell(default: Any) -> str:
    """Return a default as one writes it in TOML."""
    if default is None or default is PydanticUndefined:
        return "none" if default is PydanticUndefined else "unset"
    if isinstance(default, time):
        return f"`{default.isoformat()}`"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    elif isinstance(default, Enum):
        default = default.value
    elif isinstance(default, Path):
        default = str(default)
    return f"`{json.dumps(default, ensure_ascii=False)}`"  # a list, a text, a number as TOML writes them


def test_every_setting_is_documented_and_none_that_is_not_there() -> None:
    assert list(_documented()) == list(SETTINGS), "the same settings in the same order"


@pytest.mark.parametrize("name", SETTINGS)
def test_the_documented_default_is_the_codes(name: str) -> None:
    kind, default, meaning = _documented()[name]
    assert default == _spell(SETTINGS[name])
    assert kind
    assert meaning
    if isinstance(SETTINGS[name], SecretStr):
        assert kind == "secret"
        assert f"`{name}`" in CONFIGURATION, "the list of secrets names it"


def _imported(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_settings_that_nothing_acts_on_are_marked_and_no_others() -> None:
    files = {
        ".".join(path.relative_to(CHECKOUT).with_suffix("").parts): path.read_text("utf-8")
        for path in (CHECKOUT / "newsletter").rglob("*.py")
    }
    used = {"newsletter.cli.main", *(name for text in files.values() for name in _imported(text))}
    own = "".join(files.pop(name) for name in sorted(files) if name.startswith("newsletter.config."))
    code = "\n".join(
        text for name, text in files.items() if name in used
    )  # what nobody imports acts on nothing
    too_common = {"model.name", "model.timeout"}  # other objects have these names too
    marked = {name for name, (*_, meaning) in _documented().items() if UNUSED in meaning}
    unread = set()
    for setting in SETTINGS:
        name = setting.partition(".")[2]
        if not re.search(rf"\.{name}\b", code) and f"self.{name}" not in own:
            unread.add(setting)
    assert unread - too_common == marked - too_common


def test_the_documented_source_loads() -> None:
    block = re.search(r"```toml\n(\[\[source\]\].+?)```", CONFIGURATION, re.DOTALL)
    assert block is not None
    source = tomllib.loads(block[1])["source"][0]
    assert {"key", "type", "location", "publisher"} == set(source)


# ── commands ────────────────────────────────────────────────────────────────────────────────────


def _walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its path. Typer brings a Click of its own, whose types it does not export."""
    children: dict[str, Any] = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from _walk(child, (*path, name))


ROOT = typer.main.get_command(load_every_command())
COMMANDS = dict(_walk(ROOT))


def test_every_command_is_in_the_table_with_an_example_of_it() -> None:
    rows = re.findall(r"^\| `newsletter ([a-z -]+)` \| .+ \| `(newsletter .+)` \|$", OPERATIONS, re.MULTILINE)
    assert {tuple(name.split()) for name, _ in rows} == set(COMMANDS)
    assert len(rows) == len(COMMANDS), "each once"
    for name, example in rows:
        assert _parse(example) == tuple(name.split()), example


def _written() -> list[tuple[str, str]]:
    """Return every ``newsletter …`` command line of the pages: in `ticks` and in blocks."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [
            line.strip()
            for block in re.findall(r"```\w*\n(.+?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]
        lines += re.findall(r"^ {4}(.+)$", text, re.MULTILINE)
        lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.+?```", "", text, flags=re.DOTALL))
        for line in lines:
            # what stands before it: docker compose exec, a path, a pipe
            start = re.search(r"(?:^|[ /|])newsletter (?!newsletter |cp )(?=[a-z-])(?P<rest>[^|#&]+)", line)
            if start and "://" not in line[: start.start()]:
                found.append((page.name, f"newsletter {start['rest'].strip()}"))
    return found


def _parse(line: str) -> tuple[str, ...]:
    """Return which command a line calls. Raises AssertionError where it calls none, or with a wrong option."""
    words = shlex.split(line)[1:]
    command: Any = ROOT
    path: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            option = word.partition("=")[0]
            known = {text: param for param in command.params for text in (*param.opts, *param.secondary_opts)}
            assert option in {*known, "--help"}, f"{line}: {' '.join(path)} has no option {option}"
            if option in known and not getattr(known[option], "is_flag", False) and "=" not in word and words:
                words.pop(0)
        elif (children := getattr(command, "commands", None)) is not None:
            if not re.fullmatch(r"[a-z-]+", word):
                break  # `newsletter …`, `newsletter stage NAME`
            assert word in children, f"{line}: there is no command {word!r}"
            command, path = children[word], [*path, word]
    return tuple(path)


@pytest.mark.parametrize(("page", "line"), _written())
def test_every_command_line_in_the_documents_exists(page: str, line: str) -> None:
    _parse(line)


def test_command_lines_are_found_and_wrong_ones_are_refused() -> None:
    assert len(_written()) > len(COMMANDS)
    with pytest.raises(AssertionError, match="no command 'sent'"):
        _parse("newsletter issue sent")
    with pytest.raises(AssertionError, match="no option --now"):
        _parse("newsletter run --now")


_CALL = r"(?<!the )(?<!\ba )\bnewsletter(?: [a-z][a-z-]+){1,2}(?: --[a-z-]+)*"  # "the newsletter" is none
_NO_CALL = {"newsletter inbox"}  # what an inbox on this machine is called


def _said() -> Iterator[tuple[str, str]]:
    """Give every ``newsletter …`` that the program tells somebody to call, with the file that says it."""
    for file in sorted((CHECKOUT / "newsletter").rglob("*.py")):
        if file.parent.name == "extract":
            continue  # the words are those of other people's pages
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        about = {ast.get_docstring(node, clean=False) for node in nodes if isinstance(node, documented)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in about:
                yield from ((file.name, found[0]) for found in re.finditer(_CALL, node.value))


def _is_command(line: str) -> bool:
    """Whether it begins with a command: prose may go on behind it."""
    words, options = line.split()[1:], [word for word in line.split() if word.startswith("--")]
    length = 2 if hasattr(ROOT.commands.get(words[0]), "commands") else 1  # type: ignore[attr-defined]  # see _walk
    try:
        return bool(_parse(" ".join(["newsletter", *words[:length], *options])))
    except AssertionError:
        return False


def test_every_command_that_the_program_names_exists() -> None:
    said = [(file, line) for file, line in _said() if line not in _NO_CALL]
    assert len(said) > len(COMMANDS)
    assert [one for one in said if not _is_command(one[1])] == []
    assert not _is_command("newsletter issue sent")
    assert not _is_command("newsletter run --now")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_documents_name_exist(page: Path) -> None:
    named = re.findall(
        r"\b((?:docs|config|newsletter|templates|seeds|tests)/[\w./-]+\.\w+)", page.read_text("utf-8")
    )
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_every_exit_code_is_documented() -> None:
    from newsletter import errors

    codes = {
        str(item.exit_code)
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, errors.NewsletterError)
    }
    documented = set(re.findall(r"^\| (\d+) \|", OPERATIONS, re.MULTILINE))
    assert codes | {"0", "130"} == documented


# ── releases ────────────────────────────────────────────────────────────────────────────────────


def _entries() -> dict[str, list[str]]:
    """Return the lines of each entry of the changelog by its heading, the newest first."""
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {heading: body.strip().splitlines() for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def test_an_entry_of_the_changelog_stays_short() -> None:
    assert {heading: len(lines) for heading, lines in _entries().items() if len(lines) > 25} == {}


def test_the_newest_release_is_the_version_of_the_package() -> None:
    released = [re.fullmatch(r"(\d+\.\d+\.\d+) — (\d{4}-\d\d-\d\d)", heading) for heading in _entries()]
    newest = next(found for found in released if found)  # above it at most what is not released yet
    package = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert newest[1] == package["version"] == __version__


def test_each_stop_of_the_two_ways_is_where_architecture_says() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    stops = re.findall(r"^\d+\. `([\w/]+\.py)`: `([\w.]+)`", text, re.MULTILINE)
    assert len(stops) > 30
    for file, function in stops:
        tree = ast.parse((CHECKOUT / "newsletter" / file).read_text(encoding="utf-8"))
        assert function in _functions(tree), f"{file} has no {function}"


def _functions(tree: ast.Module | ast.ClassDef, of: str = "") -> set[str]:
    """The functions of a module, and its methods as Class.method."""
    found = {of + node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    inner = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return found.union(*(_functions(node, f"{of}{node.name}.") for node in inner))
