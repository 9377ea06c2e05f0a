"""What a text says by a command, as somebody at the desk finds it: a button, a room, or whoever runs the server. Pure.

Checks, alerts and refusals are worded once, for the command line; an editor has no terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsletter.data_files import read_data
from newsletter.render.words import capitalize

_TABLE = read_data("newsletter.desk", "commands.toml")
PLACES: dict[str, tuple[str, str]] = {name: (words, path) for name, (words, path) in _TABLE["places"].items()}
ON_THE_SERVER: tuple[str, ...] = tuple(_TABLE["server"]["commands"])
_ARGUMENT = (
    r"--?[a-z][a-z-]*|[A-Z]{2,}|(?:[a-z0-9-]+/)?\d{4}-\d\d-\d\d|[0-9a-f]{8,64}"
    r"|[a-z0-9]+(?:-[a-z0-9]+)+"  # the key of a story
)
_NAMES = "|".join(
    f"{name} [a-z]+(?:-[a-z]+)*" if name in _TABLE["server"]["groups"] else name
    for name in sorted((*PLACES, *ON_THE_SERVER), key=len, reverse=True)
)
_COMMAND = re.compile(
    rf"`?\bnewsletter (?P<name>{_NAMES})(?![\w-])(?P<given>(?: (?:{_ARGUMENT})(?![\w/-]))*)`?"
)
_DAY = re.compile(r"(?:[a-z0-9-]+/)?\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command's work is done: on a page, for the issue that it named; "on the server" where there is none."""

    words: str
    path: str | None  # None: on no page
    day: str = ""

    @property
    def plain(self) -> str:
        """Its words where no link can stand."""
        return self.words if self.path is not None else f"{self.words} (on the server)"


def find_places(text: str) -> Iterator[str | Place]:
    """Give a text in parts, each command in it as a place."""
    at = 0
    for found in _COMMAND.finditer(text):
        before = text[at : found.start()]
        yield before
        place, at = _find_place(found["name"], found["given"]), found.end()
        begins = not before.strip() or before.rstrip()[-1] in ".:"
        yield replace(place, words=capitalize(place.words)) if begins and place.path else place
    yield text[at:]


def _find_place(name: str, given: str) -> Place:
    group = name.partition(" ")[0] if name not in PLACES else name
    if name in ON_THE_SERVER or group not in PLACES:
        return Place(words=f"newsletter {name}{given}", path=None)
    words, path = PLACES[group]
    day = _DAY.search(given)
    return Place(words=words, path=path, day=day[0] if day else "")


def tell_plainly(text: str) -> str:
    """Return a text without commands, where no link can stand."""
    return "".join(part if isinstance(part, str) else part.plain for part in find_places(text))
