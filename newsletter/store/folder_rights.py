"""Whether a folder may be read by us, and what to do where it may not. I/O (disk)."""

from __future__ import annotations

import os
import pwd
import shlex
import stat
from pathlib import Path

from newsletter.errors import ConfigError

# Of a data folder; what else lies there (lost+found) is not ours.
_OURS = ("keys", "added", "config", "templates")


def find_denied(path: Path) -> Path | None:
    """Return the outermost folder or file on the way to ``path`` that we may not read, or None.

    What is not there is not denied.
    """
    path = path.absolute()
    for each in (*reversed(path.parents), path):
        if not each.exists():
            return None
        wanted = os.X_OK if each.is_dir() else 0
        if not os.access(each, wanted | (os.R_OK if each == path else 0)):
            return each
    return None


def explain_denied(denied: Path) -> ConfigError:
    """Say whose a folder or file is that we may not read, who we are, and what to do."""
    found, user = denied.stat(), os.geteuid()
    what, rights = ("folder", "rwX") if denied.is_dir() else ("file", "rw")
    owner, we, mode = _name_user(found.st_uid), _name_user(user), f"{stat.S_IMODE(found.st_mode):03o}"
    return ConfigError(
        f"The {what} {denied} cannot be read: it belongs to {owner}, with mode {mode},"
        f" and the newsletter runs as {we}.",
        hint=f"Allow it: chmod -R u+{rights} {shlex.quote(str(denied))}"
        if found.st_uid == user
        else f"Run it as {owner}, or give it the {what}, as root: chown -R {we} {shlex.quote(str(denied))}",
    )


def find_denied_data(data: Path) -> Path | None:
    """Return what of a data folder we may not read and need; None where there is nothing."""
    return next(
        filter(None, (find_denied(folder) for folder in (data, *(data / name for name in _OURS)))), None
    )


def _name_user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container knows few
        return str(number)
