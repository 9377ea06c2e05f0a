"""The operator's files live outside the checkout: what compose mounts, what the image holds, what systemd starts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
UNIT = CHECKOUT / "docs" / "newsletter.service"


def mounts(file: str) -> dict[str, dict[str, Any]]:
    """Return what each service of a compose file mounts at /config."""
    services = yaml.safe_load((CHECKOUT / file).read_text(encoding="utf-8"))["services"]
    return {
        name: volume
        for name, service in services.items()
        for volume in service.get("volumes", [])
        if isinstance(volume, dict) and volume["target"] == "/config"
    }


def resolve(text: str, variables: dict[str, str]) -> str:
    """Put variables in, as compose does."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: variables.get(found[1]) or found[2], text)


def test_compose_mounts_the_folder_that_is_named_and_else_the_checkouts_as_ever() -> None:
    found = {**mounts("compose.yaml"), **mounts("compose.postgres.yaml")}
    assert set(found) == {"newsletter", "init", "worker"}
    named = {"NEWSLETTER_CONFIG": "/home/ann/newsletter"}
    for name, volume in found.items():
        assert resolve(volume["source"], named) == "/home/ann/newsletter"
        assert volume["bind"] == {"create_host_path": False}, "Docker would make a misspelt folder, as root"
        assert volume["read_only"] is (name != "init")
    assert resolve(found["newsletter"]["source"], {}) == resolve(found["worker"]["source"], {}) == "./config"
    assert not Path(resolve(found["init"]["source"], {})).exists(), "init never writes into the checkout"


def test_no_image_holds_private_settings() -> None:
    let_in = [
        line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    ]
    assert "config/newsletter.toml" not in let_in
    assert not {"config/", "config", ".env"} & set(let_in)
    assert {"config/sources.toml", "config/lexicon.toml"} <= set(let_in), (
        "without them nothing can be composed"
    )


def test_what_holds_an_operators_own_is_not_kept_by_git() -> None:
    ignored = (CHECKOUT / ".gitignore").read_text().splitlines()
    assert {"/.env", "/compose.override.yaml", "/secrets/", "/data/"} <= set(ignored)


def test_what_the_guide_adds_to_compose_is_compose_and_merges_without_a_clash() -> None:
    guide = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = re.search(r"^ +```yaml\n(   services:.+?)^ +```$", guide, re.MULTILINE | re.DOTALL)
    assert block is not None
    added = yaml.safe_load(textwrap.dedent(block[1]))
    ours = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))["services"]["newsletter"]
    service = added["services"]["newsletter"]
    assert not set(service["environment"]) & set(ours["environment"])
    assert (
        service["environment"]["NEWSLETTER_RELAY__PASSWORD_FILE"] == f"/run/secrets/{service['secrets'][0]}"
    )
    assert set(service["secrets"]) == set(added["secrets"])


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    here = text.replace(
        "/opt/newsletter/.venv/bin/newsletter", str(Path(sys.executable).with_name("newsletter"))
    )
    uncommented = re.sub(r"^#(?=\w+=)", "", here, flags=re.MULTILINE)
    assert uncommented.count("relay_password") == 3
    for version in (here, uncommented):
        unit.write_text(version, encoding="utf-8")
        done = subprocess.run(
            [program, "verify", unit], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    unit.write_text(here.replace("TimeoutStopSec=10", "TimeoutStopSec=soon"), encoding="utf-8")
    wrong = subprocess.run([program, "verify", unit], capture_output=True, text=True, timeout=60, check=False)
    assert "TimeoutStopSec" in wrong.stderr, "it looks at every line"
