"""A backup is one file: the database as of one instant, the keys, the operator's own files. I/O.

The database in it is a SQLite file, whichever engine it comes from (``copy_tables``). SQLite's online backup copies a
consistent database while it is written to. Nothing is restored over a living data folder: what was there is
moved aside, never deleted.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.config import BackupSettings
from newsletter.errors import InputError, StoreError, told_as
from newsletter.store import migrate
from newsletter.store.copy_tables import copied_from_file, copy_to_file
from newsletter.store.engine import Store
from newsletter.store.installation import RESTORED

DATABASE = "newsletter.sqlite3"
CONFIG_ELSEWHERE = "config-elsewhere"  # the operator's config where it lies outside the data folder
_FOLDERS = ("keys", "config", "added", "templates")  # of the data folder
_ALL_FOLDERS = (*_FOLDERS, CONFIG_ELSEWHERE)
_MANIFEST = "backup.json"
_GAP = 1_000_000  # ids that a restore skips at least
_TOLD = 200  # characters of what SQLite says of a damaged file
_PATTERN = "newsletter-*.tar.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup file holds."""

    path: Path
    made: str  # ISO 8601
    revision: str
    files: tuple[str, ...]
    engine: str = "sqlite"  # that the database comes from
    config: str = ""  # the config folder where it lies outside the data folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """What a backup is taken of, and restored to."""

    store: Store
    data: Path
    config: Path | None  # the operator's config folder, wherever it lies


def name_backup(now: datetime, why: str = "") -> str:
    """Return the name of a backup file; by name, the newest is the last."""
    return f"newsletter-{now.astimezone(UTC):%Y%m%d-%H%M%S}{f'-{why}' if why else ''}.tar.gz"


def when_made(path: Path) -> datetime | None:
    """Return when a backup was made, as its name says; None for another name."""
    try:
        return datetime.strptime(path.name[11:26], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def save_backup(
    everything: Everything, target: Path, *, now: datetime, why: str = "", replace: bool = False
) -> Backup:
    """Write a backup to ``target`` (.tar.gz, or a folder), readable by its owner alone.

    Raises InputError where the file is there already, StoreError where there is no database, its copy does not pass
    SQLite's own check, or the disk does not take it: then nothing is left behind.
    """
    path = target / name_backup(now, why) if target.is_dir() else target
    if path.exists() and not replace:
        raise InputError(f"{path} is there already.", hint="Give another name, or add --replace.")
    with _told(f"The backup {path} cannot be written"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch:
            copy = Path(scratch) / DATABASE
            _copy_database(everything.store, copy)
            backup, files = _list_files(everything, copy, path, now)
            partial = Path(scratch) / "backup.tar.gz"
            partial.touch(mode=0o600)
            _write_archive(partial, backup, files)
            partial.replace(path)
    return backup


def save_in_folder(
    everything: Everything, settings: BackupSettings, now: datetime, *, why: str = ""
) -> Backup:
    """Make a backup in the folder of the settings, and remove the oldest ones there beyond ``keep``."""
    folder = everything.data / settings.folder
    with _told(f"The folder of backups {folder} cannot be written"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    backup = save_backup(everything, folder, now=now, why=why)
    for old in list_backups(folder)[max(settings.keep, 1) :]:
        old.unlink(missing_ok=True)
    return backup


def _told(what: str) -> AbstractContextManager[None]:
    hint = "The folder must be writable, with room for twice the database; newsletter backup FILE writes elsewhere."
    return told_as(StoreError, what, hint, sqlite3.Error, tarfile.TarError)


def _copy_database(store: Store, copy: Path) -> None:
    database = store.file
    if database is None:
        copy_to_file(store, copy)
        return
    if database.is_file() and os.statvfs(database).f_flag & os.ST_RDONLY:
        # A disk that went read-only: SQLite opens nothing in WAL mode there. Nobody can write either, so that the files
        # are of one moment, and SQLite makes them one in the copy.
        for end in ("", "-wal"):
            if (file := database.with_name(database.name + end)).exists():
                shutil.copyfile(file, copy.with_name(copy.name + end))
        return
    if not database.is_file() or migrate.current_revision(store) is None:
        raise StoreError(f"There is no database {database}.", hint="Check --data.")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as sink:
        source.backup(sink)


def _list_files(
    everything: Everything, copy: Path, path: Path, now: datetime
) -> tuple[Backup, list[tuple[Path, str]]]:
    files = [(copy, DATABASE)]
    folders = {name: everything.data / name for name in _FOLDERS}
    config = everything.config.absolute() if everything.config else None
    if config is not None and config.resolve() != folders["config"].resolve():
        folders[CONFIG_ELSEWHERE] = config
    for name, folder in folders.items():
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        files += [(path, f"{name}/{path.relative_to(folder)}") for path in found]
    backup = Backup(
        path=path,
        made=now.isoformat(),
        revision=_check_database(copy),
        files=tuple(name for _, name in files),
        engine=everything.store.engine.dialect.name,
        config=str(folders.get(CONFIG_ELSEWHERE, "")),
    )
    return backup, files


def _write_archive(path: Path, backup: Backup, files: list[tuple[Path, str]]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        told = {name: value for name, value in asdict(backup).items() if name != "path"}
        manifest = json.dumps(told).encode()
        info = tarfile.TarInfo(_MANIFEST)
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
        for file, name in files:
            archive.add(file, name, recursive=False)


def _check_database(path: Path) -> str:
    """Return the revision of an intact database; raise StoreError where it is damaged."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                told = " ".join(verdict.split())[:_TOLD]
                raise StoreError(
                    f"The database is damaged: {told}.", hint="Restore an older one: newsletter restore FILE."
                )
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise StoreError(
            f"This is no database of the newsletter: {error}.", hint="Use another backup."
        ) from error


def list_backups(folder: Path) -> tuple[Path, ...]:
    """Return the backups in a folder that have a name of ours, the newest first."""
    return tuple(sorted(folder.glob(_PATTERN), reverse=True))


def read_backup(path: Path) -> Backup:
    """Return what a backup file says it holds. Raises InputError where it is none."""
    what, hint = f"{path} is not a backup of the newsletter", "Give a file that `newsletter backup` made."
    try:
        with (
            told_as(InputError, what, hint, tarfile.TarError, ValueError, EOFError),
            tarfile.open(path, "r:gz") as archive,
        ):
            member = archive.extractfile(_MANIFEST)
            manifest = json.load(member) if member else {}
        return Backup(
            path=path,
            made=str(manifest["made"]),
            revision=str(manifest["revision"]),
            files=tuple(str(name) for name in manifest["files"]),
            engine=str(manifest.get("engine", "sqlite")),
            config=str(manifest.get("config", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:  # of another version, or of another program
        raise InputError(
            f"{what}: its {_MANIFEST} does not say what it must ({error}).", hint=hint
        ) from error


def restore_backup(path: Path, everything: Everything, *, now: datetime) -> Path | None:
    """Put a backup in the place of what is there; return where that was moved (None: there was nothing).

    Everything is unpacked and checked before the first file is moved, and a restore that fails changes nothing. The
    database says that it was restored, so that nothing is sent until the operator has said what happened since
    (``store.restored``). A PostgreSQL database is replaced in one transaction, and what it held is in a backup beside
    the files that were moved.
    """
    backup = read_backup(path)
    data, database = everything.data, everything.store.file
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        _told(f"{path} cannot be restored to {data}"),
        tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch,
    ):
        fresh = Path(scratch) / "fresh"
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(fresh, filter="data")
        _check_database(fresh / DATABASE)
        migrate.check_known(backup.revision)
        _mark_restored(fresh / DATABASE, backup, now)
        if database is not None:
            everything.store.close()
            _refuse_in_use(database)
        aside = _find_free(data / f"before-restore-{now:%Y%m%d-%H%M%S}")
        moves = [(data / name, aside / name) for name in _ALL_FOLDERS]
        if database is None and migrate.current_revision(everything.store) is not None:
            late = save_backup(everything, Path(scratch) / name_backup(now), now=now)
            moves.append((late.path, aside / late.path.name))
        if database is not None:
            there = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
            moves += [(path, aside / path.name) for path in there]
            moves.append((fresh / DATABASE, database))
        moves += [(fresh / name, data / name) for name in _ALL_FOLDERS]
        copied = copied_from_file(fresh / DATABASE, everything.store) if database is None else nullcontext()
        with ExitStack() as undo:
            with copied:
                _move_all(moves, undo)
            undo.pop_all()
    return aside if aside.exists() else None


def _move_all(moves: list[tuple[Path, Path]], undo: ExitStack) -> None:
    """Move what there is of these, each from where it is to its new place; ``undo`` moves them back."""
    for old, new in moves:
        if not old.exists():
            continue
        if not new.parent.exists():
            new.parent.mkdir(mode=0o700)
            undo.callback(new.parent.rmdir)
        old.rename(new)
        undo.callback(new.rename, old)


def _refuse_in_use(database: Path) -> None:
    """Raise StoreError while another process has the database open: it would go on with what is moved away.

    SQLite leaves its write-ahead log only where nobody else has the file open, not even idly.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        mode = "wal" if error.sqlite_errorcode == sqlite3.SQLITE_BUSY else ""
    except sqlite3.DatabaseError:
        return  # what is no database, or a damaged one, is what a backup is restored for
    if mode == "wal":
        raise StoreError(
            f"{database} is in use: what runs would go on with the file that is moved away.",
            hint="Stop `newsletter serve` and whatever else has the database open; then restore, and start it again.",
        )


def _find_free(folder: Path) -> Path:
    names = (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))
    return next(name for name in itertools.chain([folder], names) if not name.exists())


def _mark_restored(database: Path, backup: Backup, now: datetime) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (RESTORED, backup.made))
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sessions'").fetchone():
            connection.execute("DELETE FROM sessions")  # who signed out or was revoked since is out
        _skip_ids(connection, now - datetime.fromisoformat(backup.made))


def _skip_ids(connection: sqlite3.Connection, lived: timedelta) -> None:
    """Leave a gap after the last ids, wider than what was given after the backup: those live on in links and mails.

    A second restore of one backup skips further, by the seconds since the first. SQLite heeds it for subscribers alone,
    a copy to PostgreSQL for all.
    """
    gap = _GAP + max(0, int(lived.total_seconds()))
    for table in ("subscribers", "deliveries", "notices"):
        given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        highest = connection.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608 - names of our own
        last = max(number or 0 for number in (*(given or ()), *highest))
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last + gap))
