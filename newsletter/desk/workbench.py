"""The studio's workbench: one open installation, opened anew when a file changes; what was rendered is kept.

I/O (files).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from newsletter.config import seed_folder
from newsletter.desk.versions import Shown, choose_shown
from newsletter.errors import NewsletterError
from newsletter.model import IssueKey, SourceType
from newsletter.paths import shipped_folder
from newsletter.render.theme import Theme, load_theme
from newsletter.store.issues import find_record
from newsletter.wiring import Installation, make_folder

OpenApp = Callable[[], Installation]


def list_watched(app: Installation) -> tuple[Path, ...]:
    """Return the folders whose files make the preview: templates, settings, seeds."""
    own = app.data / "templates"  # an operator may make it while looking
    folders = [shipped_folder("templates"), shipped_folder("config"), app.config_folder, own]
    folders += [
        seed_folder(source, app.config_folder) for source in app.sources if source.type is SourceType.SEED
    ]
    return tuple(dict.fromkeys(folder for folder in folders if folder is not None))


def stamp_files(folders: tuple[Path, ...]) -> int:
    """Return a number that changes when a file in ``folders`` comes, goes or changes."""
    return hash(tuple(sorted(mark for folder in folders for mark in _mark_files(f"{folder}"))))


def _mark_files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Give path, time and size of each file; without Path objects, since this runs forty times a second."""
    try:
        with os.scandir(folder) as found:
            for one in found:
                if one.is_dir(follow_symlinks=False):
                    yield from _mark_files(one.path)
                    continue
                with suppress(OSError):  # a link to nothing; a file that an editor replaces by renaming it
                    status = one.stat()
                    yield one.path, status.st_mtime_ns, status.st_size
    except OSError:
        return


class Bench:
    """What the routes work with. Each use holds a lock: the page asks for many parts at once."""

    def __init__(self, open_app: OpenApp, given: str = "", *, is_watched: bool = True) -> None:
        """``is_watched``: files are looked at all the time, as when templates are being written; else never."""
        self.open_another = open_app  # an installation of its own, for what takes long; the caller closes it
        self.is_watched = is_watched
        self.look_every, self.wait_seconds = (0.025, 20.0) if is_watched else (1.0, 4.0)
        self._given = given
        self._lock = threading.RLock()
        self._app = open_app()
        make_folder(self._app.data)  # a folder that cannot be used is told before there is an address to open
        self._folders = self._list_folders()
        self._stamp = stamp_files(self._folders)
        self._seen: dict[tuple[IssueKey, str, str], Shown] = {}

    def _list_folders(self) -> tuple[Path, ...]:
        return list_watched(self._app) if self.is_watched else ()

    @contextmanager
    def use(self) -> Iterator[Installation]:
        """Give the installation as its files are now. Raises NewsletterError where they are wrong."""
        with self._lock:
            stamp = stamp_files(self._folders)
            if stamp != self._stamp:
                fresh = self.open_another()  # where this raises, the old one stays for the next look
                self._app.close()
                self._app, self._stamp = fresh, stamp
                self._folders = self._list_folders()
                self._seen.clear()
            yield self._app

    @property
    def last(self) -> Installation:
        """The installation as it was when it could last be opened."""
        return self._app

    @property
    def theme(self) -> Theme:
        """The theme of the page itself: the shipped one while the operator's is broken."""
        try:
            return self._app.templates.theme
        except NewsletterError:
            return load_theme()

    def show(self, key: IssueKey, content: str) -> Shown:
        """Return what to show, rendered once for each state of the files and of the ledger."""
        with self.use() as app:
            seen = (key, content, self._mark(app, key))
            if seen not in self._seen:
                self._seen[seen] = choose_shown(app, key, content)
            return self._seen[seen]

    def version(self, key: IssueKey, *, ledger: bool = True) -> str:
        """Return a text that changes when a file does, or what the ledger says of an issue."""
        files = stamp_files(self._folders)
        with self._lock:
            try:
                said = self._mark(self._app, key) if ledger else ""
            except NewsletterError:
                said = ""
        return f"{files:x}/{said}"

    def _mark(self, app: Installation, key: IssueKey) -> str:
        record = find_record(app.store, key)
        if record is None:
            return ""
        return f"{record.hash}/{record.status}/{record.held}/{record.approved_hash}"

    def parse_issue(self, text: str) -> IssueKey:
        """Return the issue asked for, else the one that the command was given, else today's."""
        return self._app.find_issue(text or self._given)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._app.close()
