"""Fixtures that many tests share: a store, an installation with a fixed clock."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event

from newsletter import parser_process
from newsletter.config import load_table
from newsletter.english.rules import learn
from newsletter.store.engine import Store, open_engine
from newsletter.store.migrate import upgrade
from newsletter.stories.lexicon import build_lexicon
from newsletter.wiring import Installation
from tests.support.app_factory import make_app
from tests.support.empty_ledger import open_ledger
from tests.support.postgres_server import ENGINES, PostgresServer
from tests.support.whole_sets import WHOLE

# A busy machine is no fault of the code.
settings.register_profile(
    "patient", max_examples=100 if WHOLE else 50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")
# As newsletter/logs.py has it: a traceback that structlog lets rich draw takes a second of a processor.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


# Files that take two seconds of a processor or more, two thirds of all: `make check` leaves them to `make test`.
_SLOW = frozenset(
    """
    check/test_doctor check/test_mail check/test_run check/test_templates cli/test_at_night cli/test_init
    cli/test_main cli/test_daily cli/test_senders day/test_after_restore day/test_clock_set_back day/test_correct_issue
    day/test_costly_documents day/test_edit_issue day/test_editions day/test_editor_changes
    day/test_model_writer day/test_past_faults day/test_recorded_answers day/test_returns day/test_tidy
    day/test_scheduled_jobs delivery/test_relay_faults delivery/test_returned_mail delivery/test_send desk/test_abuse
    desk/test_mail_acts desk/test_rooms_abused desk/test_sign_in desk/test_sources_room desk/test_studio
    desk/test_today_acts serve/test_scheduler serve/test_supervisor store/test_upgrade_in_use store/test_upgrades
    test_parser_process test_regex_growth
    web/test_abuse web/test_api web/test_edge web/test_hooks web/test_joining web/test_leaving web/test_metrics
    web/test_reading web/test_searching web/test_template_check
    """.split()  # noqa: SIM905 - a list of forty lines says no more
)


# Files that take seven seconds of a processor or more or wait for twenty, the dearest first. A worker takes whole
# files (--dist loadfile), in this order and then at random: so none is left alone at the end with one of them.
_FIRST = """
    e2e/test_container cli/test_at_night desk/test_in_browser desk/test_on_a_phone
    delivery/test_relay_faults e2e/test_processes desk/test_deciding store/test_upgrades
    quality/test_summaries_quality web/test_accessible
    desk/test_abuse day/test_past_faults day/test_correct_issue web/test_schemathesis
    render/test_pictures quality/test_extract_quality store/test_backup e2e/test_simulated_day
    delivery/test_send quality/test_mail_quality desk/test_rooms_in_browser
    soak/test_kill desk/test_two_taps day/test_after_restore quality/test_gate_quality
    soak/test_hard_days delivery/test_returned extract/test_plain delivery/test_limits
    quality/test_grounding_quality quality/test_nuggets_quality day/test_returns web/test_in_browser
    desk/test_whole_day day/test_model_writer cli/test_main cli/test_init day/test_costly_documents
    day/test_recorded_answers day/test_editor_changes delivery/test_returned_mail desk/test_mail_acts
    """.split()  # noqa: SIM905


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, file by file, and put the dearest first."""
    here = Path(__file__).parent
    assert all((here / f"{name}.py").exists() for name in [*_SLOW, *_FIRST])
    begun = {here / f"{name}.py": place for place, name in enumerate(_FIRST)}
    items.sort(key=lambda item: begun.get(item.path, len(begun)))
    for item in items:
        if str(item.path.relative_to(here).with_suffix("")) in _SLOW:
            item.add_marker(pytest.mark.slow)


def pytest_collection() -> None:
    """Let the garbage collector rest: what is collected stays to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep it from walking 6,000 tests and their modules again and again, which took it 6% of the whole time.

    Then it looks as seldom as in a command (newsletter/cli/main.py): with Python's own 700 it took 11% of what is left.
    """
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """What one test sets about the logs, the next one does not find."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


_OPENED: set[Engine] = set()


@event.listens_for(Engine, "engine_connect")
def _note_engine(connection: Connection) -> None:
    _OPENED.add(connection.engine)


@pytest.fixture(autouse=True)
def databases_are_closed() -> Iterator[None]:
    """Close what a test left open: Python 3.13 warns of every connection that is only collected."""
    yield
    while _OPENED:
        _OPENED.pop().dispose()


@pytest.fixture(scope="session", autouse=True)
def one_parser() -> Iterator[None]:
    """A second process to read documents in would cost a second of a processor each time it starts."""
    two = parser_process._threads
    with ThreadPoolExecutor(1, "parse") as parser_process._threads:
        yield
    parser_process._threads = two


@pytest.fixture
def words_of_the_subject() -> None:
    """The rules of the language know the words of the shipped lexicon."""
    learn(build_lexicon(load_table("lexicon.toml")).words)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL for all tests of a process; each takes a database of its own."""
    with PostgresServer() as started:
        yield started


@pytest.fixture(scope="session")
def migrated(server: PostgresServer) -> str:
    """The name of an empty ledger on PostgreSQL, to make others like it: the migrations take longer than most tests."""
    name = uuid4().hex
    opened = Store(open_engine(server.fresh_url(name)))
    upgrade(opened)
    opened.close()
    return name


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str:
    """The setting ``storage.database`` of a new installation, on one engine and then on the other."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("server")
    return server.fresh_url(uuid4().hex, like=request.getfixturevalue("migrated"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty, migrated SQLite ledger."""
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Installation]:
    """An installation that reads the seed alone and writes mails into a folder."""
    opened = make_app(tmp_path / "data")
    yield opened
    opened.close()
