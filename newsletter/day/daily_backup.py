"""The backup that is made by itself: when it is due, and the operator's command after it. I/O (disk, a command)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.check.doctor import Examined
from newsletter.config import Settings
from newsletter.day.timetable import backup_time, find_last
from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.store.backup import Backup, Everything, list_backups, save_in_folder, when_made
from newsletter.store.installation import read_moment, save_fact, was_done

RETRY = timedelta(hours=1)  # after one that failed
_HOOK_SECONDS = 3600
_TOLD_BYTES = 2_000  # of what it printed, from the end
_LATE = timedelta(days=1, hours=6)
_MADE, _TRIED = "backup_made", "backup_tried"
log = get_log("backup")


def back_up_if_due(everything: Everything, settings: Settings, now: datetime) -> Backup | None:
    """Make the backup of the day unless it was made; None where none is due.

    Raises StoreError where it cannot be made (it is due again an hour later) or the hook fails.
    """
    at = backup_time(settings)
    made = read_moment(everything.store, _MADE)
    if at is None or (made is not None and made >= find_last(at, now)):
        return None
    if was_done(everything.store, _TRIED, now, within=RETRY):
        return None
    save_fact(everything.store, _TRIED, now.isoformat())
    backup = save_in_folder(everything, settings.backup, now)
    save_fact(everything.store, _MADE, now.isoformat())
    log.info("backup made", bytes=backup.path.stat().st_size, files=len(backup.files))
    run_hook(settings.backup.hook, backup.path)
    return backup


def run_hook(hook: tuple[str, ...], path: Path) -> None:
    """Run the operator's command, the file's path where it says ``{file}``. Raises StoreError where it fails."""
    if not hook:
        return
    hint = f"The backup itself is whole: {path}."
    # A file, no pipe: what the command leaves running (ssh does, by ControlPersist) would hold that open for ever.
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command
                [part.replace("{file}", str(path)) for part in hook],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=_HOOK_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StoreError(f"backup.hook cannot be run: {error}.", hint=hint) from error
        said.seek(max(0, said.seek(0, os.SEEK_END) - _TOLD_BYTES))
        words = said.read().decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
    if done.returncode:
        raise StoreError(f"backup.hook ended with {done.returncode}: {words[0][:300]}", hint=hint)


def look_at_backups(everything: Everything, settings: Settings, now: datetime) -> Examined:
    """Say when the last backup was made by itself, for the doctor."""
    if backup_time(settings) is None:
        return Examined(ok=True, detail="none is made by itself (backup.keep = 0)")
    hook = settings.backup.hook
    if hook and shutil.which(hook[0]) is None:
        return Examined(
            ok=False,
            detail=f"backup.hook names {hook[0]}, and there is no such command",
            hint="Install it, or write its whole path; in Docker it must be in the container.",
        )
    folder = everything.data / settings.backup.folder
    newest = next(iter(list_backups(folder)), None)
    made = when_made(newest) if newest else None
    told = f"the last one {made:%Y-%m-%d %H:%M} UTC" if made else "none was made yet"
    is_fresh = made is not None and now - made < _LATE
    return Examined(
        ok=is_fresh,
        detail=f"{told}, in {folder}",
        hint="`serve` makes one at its start and then daily; newsletter backup makes one now.",
    )
