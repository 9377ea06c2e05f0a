"""Where shipped files are: the packaged copy, else the checkout. I/O (looks at the file system).

An operator's folder comes first, file by file, so that one template or one config file can be
replaced without copying the others.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from newsletter.errors import ConfigError

Kind = Literal["templates", "config", "seeds"]
_PACKAGE = Path(__file__).resolve().parent


def shipped_folder(kind: Kind) -> Path:
    """Return the folder of shipped files: inside an installed wheel, else at the top of the checkout."""
    for folder in (_PACKAGE / "_shipped" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise ConfigError(
        f"The shipped {kind}/ folder is missing beside {_PACKAGE}.",
        hint="Reinstall the package; a checkout must hold templates/, config/ and seeds/ beside newsletter/.",
    )


def find_file(kind: Kind, name: str, *, override: Path | None = None) -> Path:
    """Return the operator's ``name`` where ``override`` holds it, else the shipped one.

    Raises ConfigError where something else has that name: nobody meant the shipped file then.
    """
    if override is not None and (own := override / name).is_file():
        return own
    if override is not None and os.path.lexists(own):
        raise ConfigError(
            f"{own} is no file: a folder, or a link to nowhere.",
            hint="Put the file there, or remove it for the shipped one. Docker makes such a folder where a file "
            "that is to be mounted is missing on the host.",
        )
    shipped = shipped_folder(kind) / name
    if not shipped.is_file():
        places = " and ".join(str(place) for place in (override, shipped.parent) if place)
        raise ConfigError(
            f"There is no {name} in {places}.", hint="Check the name, or reinstall the package."
        )
    return shipped
