"""The image, built and run for real: read-only, as its own user, with one volume.

It needs a way to build a Dockerfile: the scripts beside the checkout that do so without an engine.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.free_port import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = CHECKOUT.parent / "shared" / "tools" / "docker"
BUILD_SECONDS = 900  # from nothing, base image included; with a warm cache a few
COMMAND_SECONDS = 90
START_SECONDS = 60
HARDENED = (
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--tmpfs=/tmp",
)

pytestmark = [
    pytest.mark.servers,
    pytest.mark.timeout(BUILD_SECONDS + 300),
    pytest.mark.skipif(not TOOLS.is_dir(), reason="no tool to build an image beside the checkout"),
    pytest.mark.skipif(
        os.geteuid() != 0 and os.environ.get("CI") != "true", reason="building an image needs root here"
    ),
]


def _tool(name: str, *arguments: str, seconds: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOLS / name, *arguments], capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    tag = f"localhost/newsletter:test-{secrets.token_hex(4)}"
    built = _tool("build-image.sh", str(CHECKOUT), tag, seconds=BUILD_SECONDS)
    assert built.returncode == 0, built.stderr[-3000:]
    yield tag
    _tool("podman.sh", "rmi", "--force", tag)


@pytest.fixture
def volume() -> Iterator[str]:
    name = f"newsletter-test-{secrets.token_hex(4)}"
    assert _tool("podman.sh", "volume", "create", name).returncode == 0
    yield name
    _tool("podman.sh", "volume", "rm", "--force", name)


def _run(
    image: str, volume: str, *command: str, options: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    return _tool("run-image.sh", *HARDENED, "-v", f"{volume}:/data", *options, image, *command)


def _get(url: str, host: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def _ask_until(url: str, status: int, process: subprocess.Popen[str]) -> bytes:
    deadline = time.monotonic() + START_SECONDS
    while True:
        found, body = _get(url)
        if found == status:
            return body
        assert process.poll() is None, f"the container ended with {process.returncode}"
        assert time.monotonic() < deadline, f"{url} answers {found}: {body[:500]!r}"
        time.sleep(0.2)


@contextmanager
def _serving(
    image: str, volume: str, log: Path, *command: str, options: Sequence[str] = ()
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A container in the foreground, its output in ``log``; gone afterwards, however the test ended."""
    name = f"newsletter-test-{secrets.token_hex(4)}"
    line = [
        *(str(TOOLS / "run-image.sh"), "--name", name, *HARDENED, "-v", f"{volume}:/data"),
        *(*options, image, *command),
    ]
    with log.open("w") as output, subprocess.Popen(line, stdout=output, stderr=output, text=True) as process:
        try:
            yield name, process
        finally:
            if process.poll() is None:
                _tool("podman.sh", "rm", "--force", "--time", "0", name)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()


def _stop(process: subprocess.Popen[str]) -> int:
    """Tell it to end as Docker does; one that does not listen never ends."""
    process.terminate()
    return process.wait(START_SECONDS)


def test_the_image_holds_no_compiler_no_build_tool_and_no_rights(image: str, volume: str) -> None:
    looked = _run(
        image,
        volume,
        "-c",
        "id -u; id -g; for tool in gcc cc make git hatchling; do command -v $tool; done; "
        "python -c 'import pip' 2>/dev/null && echo pip; touch /opt/newsletter/x 2>/dev/null && echo writable; "
        "newsletter --version",
        options=["--entrypoint", "sh"],
    )
    assert looked.returncode == 0, looked.stderr
    assert re.fullmatch(r"1000\n1000\n\d+\.\d+\.\d+\S*\n", looked.stdout), looked.stdout


def test_the_demo_does_the_days_work_in_the_container(image: str, volume: str) -> None:
    done = _run(image, volume, "--data", "/data/demo", "demo", "--no-keep", "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)
    assert (report["first_run_sent"], report["second_run_sent"]) == (3, 0)
    assert report["deliveries"] == {"sent": 3}
    assert report["look"]["html"] == "/data/demo/issue.html"


def test_serve_migrates_answers_tells_its_health_and_ends_in_time(
    image: str, volume: str, tmp_path: Path
) -> None:
    port = free_port()
    options = ["-e", f"NEWSLETTER_WEB__PORT={port}", "-e", "NEWSLETTER_RELAY__TYPE=folder"]
    with _serving(image, volume, tmp_path / "log", options=options) as (name, process):
        at = f"http://127.0.0.1:{port}"
        assert json.loads(_ask_until(f"{at}/healthz", 200, process))["ok"] is True
        ready = json.loads(_ask_until(f"{at}/readyz", 200, process))
        assert {"database", "migrations", "data folder", "scheduler", "sender"} <= set(ready["checks"])
        assert _get(f"{at}/")[0] == 200
        assert _get(f"{at}/healthz", host="evil.example")[0] == 400
        checked = _tool("podman.sh", "healthcheck", "run", name)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        current = _tool("podman.sh", "exec", name, "newsletter", "db", "status", "--json")
        assert json.loads(current.stdout)["current"] is True
        status = _stop(process)
    logged = (tmp_path / "log").read_text()
    assert status == 0, logged[
        -3000:
    ]  # 1 where one had to be killed after 7.5 seconds: Docker kills after ten
    assert all(json.loads(line)["event"] for line in logged.splitlines()), "logs are JSON lines"


def test_the_preview_is_reached_from_outside_with_its_token_alone(
    image: str, volume: str, tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    command = ["preview", "--date", "2026-01-05", "--host", "0.0.0.0", "--port", str(port)]
    with _serving(image, volume, log, *command) as (_, process):
        _ask_until(f"http://127.0.0.1:{port}/wrong-token/", 403, process)
        found = re.search(r"http://127\.0\.0\.1:\d+/[\w-]+/", log.read_text())
        assert found is not None, log.read_text()
        # The first mail is composed when it is asked for, and a busy machine takes its time.
        assert b"Baogang" in _ask_until(f"{found[0]}mail/light", 200, process)
        assert _get(found[0], host="evil.example")[0] == 400
        _stop(process)


def test_a_secret_comes_as_a_file_and_a_wrong_setting_stops_the_start(
    image: str, volume: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)  # the container's user is not ours
    (tmp_path / "config").mkdir(mode=0o755)
    (tmp_path / "config" / "newsletter.toml").write_text('[newsletter]\nname = "From the mount"\n')
    (tmp_path / "password").write_text("hunter2\n")
    options = [
        *("-v", f"{tmp_path}/config:/config:ro", "-e", "NEWSLETTER_CONFIG=/config"),
        *("-v", f"{tmp_path}/password:/run/secrets/relay_password:ro"),
        *("-e", "NEWSLETTER_RELAY__PASSWORD_FILE=/run/secrets/relay_password"),
    ]
    looked = _run(image, volume, "doctor", options=[*options, "-e", "NEWSLETTER_RELAY__TYPE=folder"])
    assert looked.returncode == 1, looked.stderr  # there is no postal address
    assert "relay" in looked.stdout
    assert "hunter2" not in looked.stdout + looked.stderr
    refused = _run(image, volume, options=[*options, "-e", "NEWSLETTER_RELAY__HOSTT=x"])
    assert refused.returncode == 2
    assert "NEWSLETTER_RELAY__HOSTT names no setting" in refused.stderr


def test_init_fills_the_mounted_folder_and_the_image_has_no_settings_of_its_own(
    image: str, volume: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    config = tmp_path / "config"
    config.mkdir()
    options = ["-v", f"{config}:/config", "-e", "NEWSLETTER_CONFIG=/config"]
    answers = (
        "--base-url",
        "http://127.0.0.1:8080",
        "--sender",
        "a@metals.example",
        "--mail-to",
        "b@metals.example",
    )
    refused = _run(image, volume, "init", *answers, options=options)
    assert refused.returncode == 2
    assert "takes no file from user 1000" in refused.stderr
    os.chown(config, 1000, 1000)
    done = _run(image, volume, "init", *answers, "--relay", "folder", "--json", options=options)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["next"][-1] == "newsletter serve"
    assert (
        tomllib.loads((config / "newsletter.toml").read_text())["newsletter"]["from_address"]
        == "a@metals.example"
    )
    shipped = "from newsletter.config import find_config; print(find_config('newsletter.toml').read_bytes())"
    looked = _run(image, volume, "-c", shipped, options=["--entrypoint", "python"])
    assert looked.stdout == "b''\n", looked.stderr


def test_what_is_added_to_a_config_mounted_read_only_is_read_beside_it(
    image: str, volume: str, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "feeds.opml").write_text(
        '<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a.example/feed"/></body></opml>'
    )
    options = [
        *("-v", f"{CHECKOUT}/config:/config:ro", "-e", "NEWSLETTER_CONFIG=/config"),
        *("-v", f"{tmp_path}/feeds.opml:/feeds.opml:ro"),
    ]
    added = _run(image, volume, "sources", "import", "/feeds.opml", options=options)
    assert added.returncode == 0, added.stderr
    assert "Added 1 of 1 feeds to /data/added/sources.toml." in added.stdout
    listed = _run(image, volume, "sources", "list", options=options)
    assert ["a", "feed", "A"] in [line.split()[:3] for line in listed.stdout.splitlines()], listed.stderr
