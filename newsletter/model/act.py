"""Who did something, and from where: what the record of acts says of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Via(StrEnum):
    """Where an act came from."""

    PROGRAM = "program"  # by itself
    COMMAND = "command"
    DESK = "desk"
    MAIL = "mail"  # a link in a mail to an editor
    API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Whose act it is: an editor's address or the name of a token; "" where nobody is named."""

    name: str = ""
    via: Via = Via.PROGRAM


BY_PROGRAM = By()
BY_COMMAND = By(via=Via.COMMAND)
