"""A studio on loopback for tests: an installation with the seed, and a server in a thread."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from newsletter.day.compose_today import compose_today
from newsletter.day.pipeline import Composed, compose_day, freeze_day
from newsletter.desk.start import build_studio
from newsletter.desk.workbench import Bench
from newsletter.model import IssueKey, Publisher, PublisherKind, SourceKey, SourceState
from newsletter.store.issues import StoredIssue, load_issue
from newsletter.store.sources import Harvest, save_harvest
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.factories import make_article
from tests.support.web_browser import served_alone

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)
TOKEN = "token-of-this-start"


@dataclass
class Studio:
    """One studio and the installation behind it."""

    data: Path
    bench: Bench
    clock: Clock
    overrides: dict[str, Any]

    def open(self) -> Installation:
        return make_app(self.data, clock=self.clock, **self.overrides)

    @property
    def stored(self) -> StoredIssue:
        found = load_issue(self.bench.last.store, KEY)
        assert found is not None
        return found


@cache
def _composed() -> Path:
    """Compose the seed's issue once a test process: a studio starts from a copy."""
    folder = Path(tempfile.mkdtemp(prefix="studio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = make_app(folder / "data")
    with ThreadPoolExecutor(1) as own_loop:  # Playwright's loop runs in this thread
        own_loop.submit(lambda: asyncio.run(compose_today(app.making, KEY))).result()
    app.close()
    return folder / "data"


def make_studio(data: Path, *, compose: bool = True, **overrides: Any) -> Studio:
    clock = Clock()
    if compose:
        shutil.copytree(_composed(), data)
    (data / "templates").mkdir(parents=True, exist_ok=True)
    bench = Bench(lambda: make_app(data, clock=clock, **overrides))
    return Studio(data=data, bench=bench, clock=clock, overrides=overrides)


BUSY = {
    "lynas": (
        "Lynas lifts NdPr output to 2,080 tonnes",
        (
            "Lynas Rare Earths said it had produced 2,080 tonnes of NdPr oxide in the December quarter. The company "
            "expects first dysprosium oxide from its Kuantan plant in June. Shares in Lynas rose 4% in Sydney."
        ),
    ),
    "quota": (
        "China raises rare earth mining quota by 5.9%",
        (
            "China raised its rare earth mining quota by 5.9% to 270,000 tonnes for the year, the ministry of industry "
            "said. The smelting and separation quota rose to 254,000 tonnes. The ministry issued the quota to two "
            "state-owned groups."
        ),
    ),
    "magnets": (
        "MP Materials starts magnet production in Texas",
        (
            "MP Materials said it had started commercial production of neodymium magnets at its plant in Fort Worth, "
            "Texas. The plant will make 1,000 tonnes of magnets a year. General Motors will take the first magnets "
            "under an agreement of 2021."
        ),
    ),
    "price": (
        "Dysprosium oxide rises to $310 a kilogram",
        (
            "The price of dysprosium oxide rose to $310 a kilogram in Rotterdam, up 12% in a month. Traders said that "
            "export licences from China were slow. Terbium oxide rose to $1,050 a kilogram."
        ),
    ),
}


def save_busy(app: Installation) -> None:
    """Keep the articles of a busy day, one event from two publishers."""
    wire = Publisher(name="Reuters", kind=PublisherKind.WIRE)
    articles = [make_article(key, title=title, text=text) for key, (title, text) in BUSY.items()]
    second = "Lynas NdPr output rises to 2,080 tonnes in December quarter"
    text = (
        BUSY["lynas"][1]
        + " Analysts had forecast 1,900 tonnes. Lynas Rare Earths sells NdPr oxide to makers of magnets in Japan. "
        "The stock of Lynas Rare Earths is traded in Sydney."
    )
    articles.append(make_article("wire", title=second, text=text, publisher=wire))
    state = SourceState(source=SourceKey("mining-weekly"))
    save_harvest(app.store, Harvest(state=state, fetch=None, articles=tuple((each, ()) for each in articles)))


def make_busy_studio(data: Path, **overrides: Any) -> Studio:
    """A studio of several stories: one of two publishers, and one that stays out."""
    overrides = {"editorial": {"max_stories": 3}, **overrides}
    clock = Clock()
    app = make_app(data, clock=clock, **overrides)
    save_busy(app)
    composed = compose_day(app.composing, KEY, clock(), reports=())
    assert isinstance(composed, Composed)
    assert freeze_day(app.store, composed, clock())
    app.close()
    (data / "templates").mkdir(exist_ok=True)
    bench = Bench(lambda: make_app(data, clock=clock, **overrides))
    return Studio(data=data, bench=bench, clock=clock, overrides=overrides)


@contextmanager
def served(studio: Studio) -> Iterator[str]:
    """Serve the studio; gives the address to open."""
    with closing(studio.bench), served_alone(build_studio(studio.bench, TOKEN)) as base:
        yield f"{base}/{TOKEN}/"
