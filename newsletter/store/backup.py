"""A backup is one file: the database as of one instant, the keys, the operator's own files. I/O.

SQLite's online backup copies a consistent database while it is written to. Nothing is restored over
a living data folder: what was there is moved aside, never deleted.
"""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsletter.errors import InputError, StoreError

DATABASE = "newsletter.sqlite3"
_FOLDERS = ("keys", "config", "templates")
_MANIFEST = "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup file holds."""

    path: Path
    made: str  # ISO 8601
    revision: str
    files: tuple[str, ...]


def save_backup(data: Path, target: Path, *, now: datetime) -> Backup:
    """Write a backup of the data folder to ``target`` (.tar.gz), readable by its owner alone.

    Raises StoreError where there is no SQLite database, or the copy does not pass SQLite's own check.
    """
    database = data / DATABASE
    if not database.is_file():
        raise StoreError(
            f"There is no database {database}.",
            hint="Check --data. A PostgreSQL database is backed up by pg_dump; keep the keys/ folder beside it.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / DATABASE
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as sink:
            source.backup(sink)
        revision = _check_database(copy)
        files = [(copy, DATABASE)]
        for folder in _FOLDERS:
            found = sorted(path for path in (data / folder).rglob("*") if path.is_file())
            files += [(path, str(path.relative_to(data))) for path in found]
        backup = Backup(
            path=target, made=now.isoformat(), revision=revision, files=tuple(name for _, name in files)
        )
        partial = Path(scratch) / "backup.tar.gz"
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w:gz") as archive:
            manifest = json.dumps({"made": backup.made, "revision": revision, "files": backup.files}).encode()
            info = tarfile.TarInfo(_MANIFEST)
            info.size = len(manifest)
            archive.addfile(info, io.BytesIO(manifest))
            for path, name in files:
                archive.add(path, name, recursive=False)
        partial.replace(target)
    return backup


def _check_database(path: Path) -> str:
    """Return the revision of an intact database; raise StoreError where it is damaged."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise StoreError(f"The database is damaged: {verdict}.", hint="Use an older backup.")
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(
            f"This is no database of the newsletter: {error}.", hint="Use another backup."
        ) from error


def read_backup(path: Path) -> Backup:
    """Return what a backup file says it holds. Raises InputError where it is none."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            member = archive.extractfile(_MANIFEST)
            manifest = json.load(member) if member else {}
        return Backup(
            path=path,
            made=str(manifest["made"]),
            revision=str(manifest["revision"]),
            files=tuple(str(name) for name in manifest["files"]),
        )
    except (OSError, tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise InputError(
            f"{path} is not a backup of the newsletter: {error}.",
            hint="Give a file that `newsletter backup` made.",
        ) from error


def restore_backup(path: Path, data: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of the data folder's files; return where the old ones were moved.

    Everything is unpacked and checked before the first file is moved.
    """
    backup = read_backup(path)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data) as scratch:
        fresh = Path(scratch) / "fresh"
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(fresh, filter="data")
        _check_database(fresh / DATABASE)
        aside = data / f"before-restore-{now:%Y%m%d-%H%M%S}"
        moved = False
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *_FOLDERS):
            if (data / name).exists():
                aside.mkdir(exist_ok=True)
                (data / name).rename(aside / name)
                moved = True
        for name in (DATABASE, *_FOLDERS):
            if (fresh / name).exists():
                (fresh / name).rename(data / name)
    del backup
    return aside if moved else None
