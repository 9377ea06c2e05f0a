"""Drives Debian's Firefox by Marionette, the protocol that geckodriver speaks to it. I/O (network, processes).

No driver of another project reaches an ESR release here: Playwright asks for a command that it does not know, and
Debian has no geckodriver. The protocol is ``LENGTH:JSON`` over a socket of loopback: commands ``[0, id, name,
parameters]``, answers ``[1, id, error, result]`` (firefox-source-docs.mozilla.org/testing/marionette).
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
START_SECONDS, WAIT_SECONDS = 60.0, 30.0
Found = TypeVar("Found")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of a reference (WebDriver, section 12.2)
_PREFERENCES = {
    "marionette.port": 0, "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.enabled": False,
    "browser.aboutwelcome.enabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "services.settings.server": "http://127.0.0.1:9",
    "extensions.update.enabled": False, "app.normandy.enabled": False, "network.dns.disablePrefetch": True,
}  # fmt: skip


class Firefox:
    """One window of Firefox."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._number = 0
        self._read()  # who it is
        self.do("WebDriver:NewSession")

    def do(self, command: str, **parameters: Any) -> Any:
        """Do one command; raises RuntimeError with Firefox's own words where it cannot."""
        self._number += 1
        sent = json.dumps([0, self._number, command, parameters]).encode()
        self._connection.sendall(f"{len(sent)}:".encode() + sent)
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return result

    def _read(self) -> Any:
        length = b""
        while (byte := self._connection.recv(1)) not in {b":", b""}:
            length += byte
        wanted, parts = int(length), b""
        while len(parts) < wanted:
            parts += self._connection.recv(wanted - len(parts))
        return json.loads(parts)

    def find(self, selector: str) -> str:
        """Return the first element that ``selector`` finds, once it is there."""
        return self._until(lambda: self._find(selector))

    def click(self, selector: str) -> None:
        """Click an element as a mouse does, once it is there, in sight, and not covered."""
        self._until(lambda: self.do("WebDriver:ElementClick", id=self._find(selector)))

    def type(self, selector: str, keys: str) -> None:
        """Type ``keys`` into an element."""
        self._until(lambda: self.do("WebDriver:ElementSendKeys", id=self._find(selector), text=keys))

    def ask(self, script: str) -> Any:
        """Return what the body of a function gives in the page."""
        return self.do("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def wait(self, script: str) -> None:
        """Wait until the body of a function gives something true; raises RuntimeError with it."""

        def look() -> None:
            if not self.ask(script):
                raise RuntimeError(f"never true: {script}")

        self._until(look)

    def _find(self, selector: str) -> str:
        return str(self.do("WebDriver:FindElement", using="css selector", value=selector)["value"][_ELEMENT])

    @staticmethod
    def _until(step: Callable[[], Found]) -> Found:
        """Do a step until it can be done: a page that is being drawn has no body yet, or a new one in a moment."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return step()
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    @contextmanager
    def inside(self, selector: str) -> Iterator[None]:
        """Work inside a frame."""
        self.do("WebDriver:SwitchToFrame", element=self.find(selector))
        yield
        self.do("WebDriver:SwitchToParentFrame")


@contextmanager
def open_firefox(profile: Path) -> Iterator[Firefox]:
    """Start a Firefox without a screen, with a profile of its own."""
    assert FIREFOX is not None
    profile.mkdir(parents=True, exist_ok=True)
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=profile)
    try:
        chosen, end = profile / "MarionetteActivePort", time.monotonic() + START_SECONDS
        while not (chosen.is_file() and chosen.read_text().strip()):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("Firefox did not start")
            time.sleep(0.1)
        with socket.create_connection(("127.0.0.1", int(chosen.read_text())), timeout=30) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
