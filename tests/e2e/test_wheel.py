"""The wheel works installed, outside the checkout: templates, config and seeds come with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
def test_the_demo_runs_from_an_installed_wheel(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheels = tmp_path / "wheels"
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, CHECKOUT], check=True, timeout=120
    )
    wheel = next(wheels.glob("*.whl"))
    site = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True, timeout=120)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")},
        "PYTHONPATH": str(site),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = run("-c", "import newsletter; print(newsletter.__file__)").strip()
    assert Path(where).is_relative_to(site)
    report = json.loads(run("-m", "newsletter", "--data", "state", "demo", "--no-keep", "--json"))
    assert report["deliveries"] == {"sent": 3}
    assert report["second_run_sent"] == 0
    assert report["stories"] == 1
    assert report["articles"] == 2  # the plain seed and the same article as HTML, one story
