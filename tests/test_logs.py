"""No log line tells who somebody is, not even one about a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from newsletter.config import Logs
from newsletter.errors import StoreError
from newsletter.logs import configure_logs, get_log
from tests.support.subscriber_factories import make_register

SECRET = "ann@example.org"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_logged_fault_shows_no_values(
    form: Literal["json", "text"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(Logs(format=form))

    def fail(address: str) -> int:
        return len(address) // 0

    try:
        fail(SECRET)
    except ZeroDivisionError as error:
        get_log("test").error("a request failed", exc_info=error)
    finally:
        configure_logs(Logs(level="error"))
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert SECRET not in said


def test_an_error_of_the_database_shows_no_values(tmp_path: Path) -> None:
    store = make_register(tmp_path).store
    with pytest.raises(StoreError) as caught, store.read() as connection:
        connection.execute(text("SELECT :address FROM no_table"), {"address": SECRET})
    assert "no such table" in str(caught.value)
    assert SECRET not in str(caught.value) + str(caught.value.__cause__)
    store.close()
