"""The data folder and the database are their owner's alone, whatever the umask: they hold addresses. I/O (disk)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Make the data folder, or shut it to others where it is one already. Raises OSError where it cannot be made."""
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_new or _is_data(folder):
        _close(folder)


def make_private_file(database: Path) -> None:
    """Make the SQLite file before SQLite does, or take it and what stands beside it from all others."""
    with suppress(OSError):  # a folder that takes no file: SQLite says so in its own words
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for path in _with_companions(database):
        _close(path)


def list_open(folder: Path, database: Path | None) -> tuple[Path, ...]:
    """Return what of the data folder, the database and the keys others may read or write."""
    paths = [folder, *(folder / "keys").glob("*"), *(_with_companions(database) if database else ())]
    return tuple(path for path in paths if path.exists() and path.stat().st_mode & _OTHERS)


def _with_companions(database: Path) -> Iterator[Path]:
    for end in ("", "-wal", "-shm", "-turn"):
        yield database.with_name(database.name + end)


def _is_data(folder: Path) -> bool:
    """Whether it is ours: nobody's home or /tmp is shut because it was named by mistake."""
    is_shared = folder.stat().st_mode & stat.S_ISVTX
    return not is_shared and ((folder / "keys").is_dir() or any(folder.glob("*.sqlite3")))


def _close(path: Path) -> None:
    with suppress(OSError):  # not there, somebody else's, or a disk without owners: the doctor tells of it
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            path.chmod(mode & ~_OTHERS)
