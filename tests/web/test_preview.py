"""The preview answers to its token and to hosts that are ours, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from newsletter.app import App
from newsletter.errors import InputError
from newsletter.web.preview import build_preview, choose_hosts, serve_preview, spell_address
from tests.app_factory import make_app

TOKEN = "a-token-of-this-start"


@pytest.fixture
def client(app: App) -> TestClient:
    folder = app.data
    preview = build_preview(
        lambda: make_app(folder), "2026-01-05", TOKEN, choose_hosts("0.0.0.0", app.settings)
    )
    return TestClient(preview, base_url="http://127.0.0.1")


def test_the_issue_is_shown_behind_the_token(client: TestClient) -> None:
    assert "Baiyun Obo" in client.get(f"/{TOKEN}/html").text
    assert "Baiyun Obo" in client.get(f"/{TOKEN}/text").text
    assert client.get(f"/{TOKEN}/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/wrong/", "/wrong/html", "/wrong/version", f"/{TOKEN[:-1]}/"])
def test_without_the_token_nothing_is_shown(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {403, 404}


@given(st.text(min_size=1, max_size=30).filter(lambda text: "/" not in text and text not in {".", ".."}))
def test_no_other_text_is_taken_for_the_token(text: str) -> None:
    opened: list[str] = []

    def open_app() -> App:
        opened.append(text)
        raise AssertionError

    client = TestClient(build_preview(open_app, "", TOKEN), base_url="http://127.0.0.1")
    assert client.get("/" + "".join(f"%{byte:02x}" for byte in text.encode()) + "/").status_code in {403, 404}
    assert not opened


def test_a_host_that_is_not_ours_is_refused(client: TestClient) -> None:
    assert client.get(f"/{TOKEN}/", headers={"host": "evil.example"}).status_code == 400


def test_it_answers_to_loopback_to_where_it_listens_and_to_the_web_faces_hosts(tmp_path: Path) -> None:
    app = make_app(
        tmp_path,
        newsletter={"base_url": "https://news.example.org/daily"},
        web={"allowed_hosts": ("office.example.org",)},
    )
    everywhere = choose_hosts("0.0.0.0", app.settings)
    assert {"127.0.0.1", "localhost", "news.example.org", "office.example.org"} <= set(everywhere)
    assert "0.0.0.0" not in everywhere
    assert "*" not in everywhere
    assert "192.0.2.7" in choose_hosts("192.0.2.7", app.settings)
    assert "[2001:db8::7]" in choose_hosts("2001:db8::7", app.settings)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:81/t/"),
        ("0.0.0.0", "http://127.0.0.1:81/t/"),
        ("::", "http://127.0.0.1:81/t/"),
        ("192.0.2.7", "http://192.0.2.7:81/t/"),
        ("2001:db8::7", "http://[2001:db8::7]:81/t/"),
    ],
)
def test_the_printed_address_can_be_opened(host: str, shown: str) -> None:
    assert spell_address(host, 81, "t") == shown


def test_an_address_that_is_not_of_this_machine_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot listen at 192\.0\.2\.7") as caught:
        serve_preview(lambda: make_app(tmp_path), "", host="192.0.2.7", port=0, on_ready=lambda _: None)
    assert "--host" in caught.value.hint
