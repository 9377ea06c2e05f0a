"""``newsletter tokens …`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.main import load_commands
from newsletter.errors import InputError
from tests.support.app_factory import make_app


def run(folder: Path, *arguments: str) -> str:
    given = ["--data", str(folder / "data"), "tokens", *arguments]
    result = CliRunner().invoke(load_commands(["tokens"]), given)
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_token_is_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    token = run(tmp_path, "add", "website", "--scope", "add", "--scope", "read").splitlines()[0]
    listed = run(tmp_path, "list", "--json")
    assert token.startswith("nlt_")
    assert token not in listed
    [one] = json.loads(listed)
    assert (one["is_good"], one["token"]["name"]) == (True, "website")
    assert sorted(one["token"]["scopes"]) == ["add", "read"]
    assert json.loads(run(tmp_path, "revoke", "website", "--json")) == {"name": "website", "revoked": True}
    assert "website add read" in run(tmp_path, "list")
    assert "revoked" in run(tmp_path, "list")
    with pytest.raises(InputError, match="No token 'website' is left"):
        run(tmp_path, "revoke", "website")
    with pytest.raises(InputError, match="is or was"):
        run(tmp_path, "add", "website", "--scope", "read")
    with pytest.raises(InputError, match="no name"):
        run(tmp_path, "add", "our shop", "--scope", "read")
    made = json.loads(run(tmp_path, "add", "shop", "--scope", "operator", "--days", "1", "--json"))
    assert made["token"].startswith("nlt_")
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), "only a digest is kept"
    app.close()
