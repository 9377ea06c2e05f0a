"""What an operator edited in config/ of a checkout. I/O (files, git)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from newsletter.config.files import read_toml
from newsletter.paths import shipped_folder

FILES = ("newsletter.toml", "sources.toml", "lexicon.toml")


def list_edited(folder: Path) -> tuple[Path, ...]:
    """Return the files of ``folder`` that are not as the project ships them.

    Git knows what was changed since the checkout and its upstream parted, committed or not. Where it does not know
    (no checkout, no git), each file counts; a newsletter.toml without any setting never does.
    """
    there = [path for name in FILES if (path := folder / name).is_file()]
    changed = _ask_git(folder)
    return tuple(
        path
        for path in there
        if (changed is None or path.name in changed) and (path.name != "newsletter.toml" or read_toml(path))
    )


def _ask_git(folder: Path) -> frozenset[str] | None:
    """Return the names that git calls changed, or does not keep; None where it has nothing to compare with."""
    kept = _run_git(folder, "ls-files")
    compare = ("diff", "--no-ext-diff", "--name-only", "--relative", "--merge-base")
    for against in ("@{upstream}", "HEAD"):
        changed = _run_git(folder, *compare, against)
        if changed is not None and kept is not None:
            return changed | (frozenset(FILES) - kept)
    return None


def _run_git(folder: Path, *command: str) -> frozenset[str] | None:
    """Return the lines that git prints; None where it fails, or is not there."""
    # The checkout we run from is trusted, whoever owns it: a service has a user of its own.
    is_ours = folder.resolve() == shipped_folder("config").resolve()
    trust = ["-c", f"safe.directory={folder.resolve().parent}"] if is_ours else []
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *trust, *command, "--", "."],  # noqa: S607
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return frozenset(done.stdout.splitlines()) if done.returncode == 0 else None
