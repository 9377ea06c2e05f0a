"""A PostgreSQL server of our own in a scratch folder, for tests. I/O (processes).

Debian's packages start none; it refuses to run as root, so as root it runs as the user "postgres".
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.free_port import free_port


def find_binaries() -> Path | None:
    """Return the folder of initdb and postgres, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


NEEDS_POSTGRES = [
    pytest.mark.servers,
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed"),
]
ENGINES = (
    "sqlite",
    pytest.param("postgresql", marks=NEEDS_POSTGRES),
)  # what a test runs on, one after the other


class PostgresServer:
    """Started by entering, stopped and removed by leaving."""

    def __init__(self, *, durable: bool = False) -> None:
        """``durable=False`` spares the disk: what is in it need not survive the machine."""
        self._durable = durable
        self.port = 0
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    def _as_user(self) -> dict[str, Any]:
        if os.getuid() != 0:
            return {}
        user = pwd.getpwnam("postgres")
        os.chown(self._folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        binaries = find_binaries()
        assert binaries is not None
        self._folder = Path(tempfile.mkdtemp(prefix="newsletter-pg-"))
        as_user = self._as_user()
        data = self._folder / "data"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._folder)}
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "newsletter", "-A", "trust", "--no-sync"],
            check=True, capture_output=True, env=environment, cwd=self._folder, **as_user,
        )  # fmt: skip
        self.port = free_port()
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", self._folder]
        command += [
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-c",
            f"fsync={'on' if self._durable else 'off'}",
        ]
        self._process = subprocess.Popen(
            command,
            env=environment, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
        )  # fmt: skip
        # By the socket in its own folder: another server may answer at the port.
        ask: list[str | Path] = [binaries / "pg_isready", "-q", "-h", self._folder, "-p", str(self.port)]
        end = time.monotonic() + 60
        while subprocess.run(ask, check=False).returncode != 0:
            assert self._process.poll() is None, "PostgreSQL ended at once"
            assert time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.1)
        return self

    def fresh_url(self, name: str, *, like: str = "template1") -> str:
        """Make a database, empty or ``like`` another that nobody is connected to; return its URL for SQLAlchemy."""
        import psycopg

        with psycopg.connect(
            f"postgresql://newsletter@127.0.0.1:{self.port}/postgres", autocommit=True
        ) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"'.encode())
        return f"postgresql+psycopg://newsletter@127.0.0.1:{self.port}/{name}"

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nobody needs its last checkpoint
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)
