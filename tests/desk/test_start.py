"""Where the studio listens, whom it answers to, and the address that it prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.desk.start import choose_hosts, serve_studio, spell_address
from newsletter.errors import InputError
from tests.support.app_factory import make_app


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
        serve_studio(lambda: make_app(tmp_path), "", host="192.0.2.7", port=0, on_ready=lambda _: None)
    assert "--host" in caught.value.hint
