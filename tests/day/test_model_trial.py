"""`newsletter doctor` asks the language model one question, and says what an issue would cost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from newsletter.check.doctor import Examined
from newsletter.day.model_trial import try_model
from newsletter.store.schema import model_calls
from tests.support.app_factory import make_app
from tests.support.model_server import Asked, Said, bullets, chat, model_server


def good(asked: Asked) -> Said:
    assert "Tervola" in asked.sentences[0]
    return bullets(
        ([2], "Tervola’s new line cost €64 million, of which the state paid €19 million."),
        ([2], "Tervola’s new line cost €99 million, of which the state paid €19 million."),
    )


def look(data: Path, endpoint: str, **model: Any) -> tuple[Examined, int]:
    app = make_app(data, model={"endpoint": endpoint, "name": "small", "timeout": 2, **model})
    try:
        found = asyncio.run(try_model(app.settings, lambda: app.store, app.clock))
        with app.store.read() as connection:
            return found, len(connection.execute(select(model_calls)).all())
    finally:
        app.close()


def test_without_a_model_nothing_is_asked(tmp_path: Path) -> None:
    found, _ = look(tmp_path, "")
    assert found.ok
    assert "none" in found.detail


def test_a_model_that_works_is_told_with_what_an_issue_takes(tmp_path: Path) -> None:
    with model_server(good) as server:
        found, _ = look(tmp_path, server.endpoint, price_in=1.0, price_out=10.0)
        again, calls = look(tmp_path, server.endpoint)
    assert found.ok, found
    assert "small answered in 0 s, 1 of 2 bullets passed" in found.detail
    # 14 stories, each twice, of 700 and 90 tokens
    assert "an issue of 14 stories takes about 22,120 tokens, 0.04 in your money, 0 minutes" in found.detail
    assert "your money" not in again.detail
    assert calls == 2, "it is asked anew each time, and each question is in the ledger"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Said(status=401, body=b'{"error": "no such key"}'), "no such key"),
        (chat("Here you are: ..."), "not the JSON"),
        (chat(""), "empty"),
        (bullets(([1], "Tervola opened a line in Vienna for €99 million.")), "no bullet passed"),
    ],
    ids=["a wrong key", "prose", "nothing", "untrue"],
)
def test_a_model_that_does_not_is_told_in_its_words_and_where_to_look(
    tmp_path: Path, answer: Said, words: str
) -> None:
    with model_server(lambda _: answer) as server:
        found, _ = look(tmp_path, server.endpoint)
    assert not found.ok
    assert words in found.detail
    assert "[model]" in found.hint


def test_a_model_without_a_name_is_told_by_where_it_is(tmp_path: Path) -> None:
    with model_server(lambda _: Said(status=401)) as server:
        found, _ = look(tmp_path, server.endpoint, name="")
    assert found.detail.startswith(f"the model without a name at {server.endpoint}: ")


def test_a_ceiling_that_an_issue_would_pass_is_told(tmp_path: Path) -> None:
    with model_server(good) as server:
        found, _ = look(tmp_path, server.endpoint, max_tokens_run=9_000)
    assert not found.ok
    assert "model.max_tokens_run is 9,000" in found.hint
