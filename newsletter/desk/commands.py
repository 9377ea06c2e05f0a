"""What a text says by a command, as somebody at the desk finds it: a button, a room, or whoever runs the server. Pure.

Checks, alerts and refusals are worded once, for the command line; an editor has no terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

# A command, or a group of them: the words in its place, and the page where it is done.
PLACES: dict[str, tuple[str, str]] = {
    "bounces": ("the room Sending", "sending/"),
    "cancel": ("“Give it up” on Today", ""),
    "check": ("“Checks” on Today", ""),
    "deliveries": ("the issue’s page", "issues/"),
    "desk log": ("“All acts” in the room State", "status/acts"),
    "doctor": ("“Look at everything” in the room State", "status/doctor"),
    "explain": ("“Why this story” on Today", ""),
    "issue approve": ("“Approve” on Today", ""),
    "issue bring": ("“Bring in” on Today", ""),
    "issue cancel": ("“Give it up” on Today", ""),
    "issue draft": ("“Show somebody” on Today", ""),
    "issue correct": ("“Correct it” on Today", ""),
    "issue drop": ("“Drop” on Today", ""),
    "issue hold": ("“Hold” on Today", ""),
    "issue list": ("the room Issues", "issues/"),
    "issue missing": ("“Send to those who missed it” on the issue’s page", "issues/"),
    "issue move": ("“Up” and “Down” on Today", ""),
    "issue note": ("“Editor’s note” on Today", ""),
    "issue pause": ("“Stop sending” on Today", ""),
    "issue pin": ("“Make it the top story” on Today", ""),
    "issue preheader": ("“Preheader” on Today", ""),
    "issue refreeze": ("“Freeze it anew” on Today", ""),
    "issue release": ("“Release” on Today", ""),
    "issue resume": ("“Go on sending” on Today", ""),
    "issue retitle": ("“Retitle” on Today", ""),
    "issue rewrite": ("“In your words” on Today", ""),
    "issue settle": ("“They arrived” on the issue’s page", "issues/"),
    "issue show": ("Today", ""),
    "issue swap": ("“Swap, shorten, move, drop” on Today", ""),
    "issue test": ("“Send a test” on Today", ""),
    "issue undo": ("“Undo” on Today", ""),
    "mute": ("“Muted” on Today", ""),
    "pause": ("“Stop sending” on Today", ""),
    "preview": ("Today", ""),
    "resume": ("“Go on sending” on Today", ""),
    "runs": ("“All runs” in the room State", "status/runs"),
    "sources": ("the room Sources", "sources/"),
    "subscribers": ("the room Readers", "readers/"),
}
# What the command line alone does is left to whoever runs the server.
ON_THE_SERVER = (
    "backup", "db", "demo", "desk", "dkim", "init", "issue send", "restore", "restored", "run", "serve", "stage",
    "subscribers replace-keys", "subscribers rotate-keys", "templates", "tokens", "worker",
)  # fmt: skip
_GROUPS = frozenset({"db", "desk", "dkim", "mute", "sources", "subscribers", "templates", "tokens"})
_ARGUMENT = (
    r"--?[a-z][a-z-]*|[A-Z]{2,}|(?:[a-z0-9-]+/)?\d{4}-\d\d-\d\d|[0-9a-f]{8,64}"
    r"|[a-z0-9]+(?:-[a-z0-9]+)+"  # the key of a story
)
_NAMES = "|".join(
    f"{name} [a-z]+(?:-[a-z]+)*" if name in _GROUPS else name
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
        yield (
            replace(place, words=place.words[0].upper() + place.words[1:]) if begins and place.path else place
        )
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
