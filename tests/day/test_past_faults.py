"""A rule that breaks on one article, or an odd sentence in it, never costs the others their day."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter import parser_process
from newsletter.check.send_gate import hold_back
from newsletter.config import Editorial
from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today, tell_of_faults
from newsletter.day.model_writer import Extractive
from newsletter.day.past_faults import BROKE, MOST, run_past_faults
from newsletter.errors import InputError, NewsletterError
from newsletter.model import IssueKey, Publisher, PublisherKind, SourceKey
from newsletter.store.alerts import list_alerts
from newsletter.store.issues import StoredIssue, list_events, load_issue
from newsletter.stories.lexicon import Hit, Lexicon
from newsletter.wiring import Installation
from tests.support.app_factory import make_app, make_seed_source, subscribe
from tests.support.factories import SEED, make_article

KEY = IssueKey(date=date(2026, 1, 5))
PUBLIC = {
    "base_url": "https://news.rare-earth.example",
    "from_address": "daily@rare-earth.example",
    "postal_address": "1 Test Street",
}
MARK = "Nechalacho"
ODD = f"""{MARK} mine ships rare earth concentrate to Saskatoon

Jan 4, 2026

Vital Metals shipped 26 tonnes of rare earth concentrate from the {MARK} mine in December.

The company said that the plant in Saskatoon will separate neodymium and praseodymium from March.

%s
"""


def open_place(folder: Path, last: str = "", publisher: str = "Odd News") -> Installation:
    """Open an installation with the seed of the demo and one odd document of another publisher."""
    sources = []
    for name, who in (("seeds", "Rare Earth Exchanges"), ("odd", publisher)):
        (folder / name).mkdir(parents=True)
        maker = Publisher(name=who, kind=PublisherKind.TRADE_PRESS)
        sources.append(make_seed_source(folder / name, key=SourceKey(name), publisher=maker))
    shutil.copy(SEED, folder / "seeds")
    (folder / "odd" / "odd.txt").write_text(ODD % last, encoding="utf-8")
    app = make_app(folder / "data", sources=sources, newsletter=PUBLIC, editorial={"max_highlights": 8})
    subscribe(app, "ann@example.org")
    return app


def compose(app: Installation) -> StoredIssue:
    day = asyncio.run(compose_today(app.making, KEY))
    asyncio.run(tell_of_faults(app.alerting, day))
    stored = load_issue(app.store, KEY)
    assert stored is not None
    return stored


def told(app: Installation) -> str:
    alerts = [item.alert for item in list_alerts(app.store) if item.alert.key.startswith("left-out")]
    return "\n".join(f"{alert.subject}\n{alert.body}" for alert in alerts)


def gate(app: Installation) -> list[str]:
    return sorted({finding.check for finding in asyncio.run(hold_back(app.sending, KEY, ask=_no_dns))})


async def _no_dns(name: str, kind: str) -> None:
    del name, kind


@pytest.mark.parametrize(
    "odd",
    [
        "*|TONNES|* tonnes",
        "{{ 7*7 }} tonnes",
        "${tonnes}",
        "Lynas\ufffd 26 tonnes",
        "26 tonnes TODO",
        "【4†source】",
    ],
)
def test_an_odd_sentence_is_left_out_told_and_keeps_nothing_back(tmp_path: Path, odd: str) -> None:
    app = open_place(tmp_path, f"Rare earth output at the {MARK} mine reached {odd} in January 2026.")
    stored = compose(app)
    texts = [highlight.text for story in stored.issue.stories for highlight in story.highlights]
    assert any(MARK in text for text in texts)
    assert not any(odd in text for text in texts)
    assert odd not in stored.rendered.text
    assert odd in told(app)
    assert any("left out" in what for what in (act.what for act in list_events(app.store, stored.record.key)))
    assert gate(app) == []
    app.close()


def test_a_sentence_in_markdown_is_told_without_its_marks(tmp_path: Path) -> None:
    app = open_place(tmp_path, f"Rare earth output at the {MARK} mine reached **26 tonnes** in January 2026.")
    stored = compose(app)
    texts = [highlight.text for story in stored.issue.stories for highlight in story.highlights]
    assert any("reached 26 tonnes" in text for text in texts)
    assert "**" not in stored.rendered.text
    app.close()


def test_what_stands_in_a_headline_or_a_name_keeps_nothing_back(tmp_path: Path) -> None:
    app = open_place(tmp_path, publisher="Mining.com")
    seed = tmp_path / "odd" / "odd.txt"
    seed.write_text(
        seed.read_text(encoding="utf-8").replace("ships", "ships {{ 7*7 }} **tonnes** of"), "utf-8"
    )
    stored = compose(app)
    assert any("{{ 7*7 }}" in story.headline for story in stored.issue.stories)
    assert gate(app) == []
    app.close()


def test_an_editor_cannot_write_what_would_be_left_out(tmp_path: Path) -> None:
    app = open_place(tmp_path)
    key = compose(app).issue.stories[0].key
    with pytest.raises(InputError, match="leftover of a draft"):
        edit_issue.retitle_story(app.editing, KEY, key, "TODO: a better headline", app.clock())
    with pytest.raises(InputError, match="broken characters"):
        edit_issue.retitle_issue(app.editing, KEY, "Lynas\ufffds plant", app.clock())
    app.close()


class BreaksWhenFound(Lexicon):
    """A rule of grouping that breaks on one article."""

    __slots__ = ()

    def find(self, text: str) -> tuple[Hit, ...]:
        if MARK in text:
            raise ZeroDivisionError
        return super().find(text)


class BreaksWhenWeighed(Lexicon):
    """A rule of the highlights that breaks on one article."""

    __slots__ = ()

    def weigh(self, text: str) -> float:
        if MARK in text:
            raise IndexError
        return super().weigh(text)


class BreaksWhenShown(Lexicon):
    """A rule of composing that breaks on one publisher."""

    __slots__ = ()

    def is_state_media(self, name: str) -> bool:
        if name == "Odd News":
            raise KeyError(name)
        return super().is_state_media(name)


@pytest.mark.parametrize("broken", [BreaksWhenFound, BreaksWhenShown])
def test_a_rule_that_breaks_on_one_article_costs_that_story_alone(
    tmp_path: Path, broken: type[Lexicon], capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_place(tmp_path)
    sound = app.lexicon
    values = {field.name: getattr(sound, field.name) for field in dataclasses.fields(sound)}
    app.__dict__["lexicon"] = broken(**values)
    stored = compose(app)
    assert [story.references[0].publisher.name for story in stored.issue.stories] == ["Rare Earth Exchanges"]
    assert len(stored.issue.stories[0].highlights) > 1
    assert f"{MARK} mine ships" in told(app)
    assert BROKE in told(app)
    assert gate(app) == []
    logged = capsys.readouterr()
    assert "a rule broke" in logged.out + logged.err
    app.close()


def test_a_story_that_takes_too_long_is_left_out_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_process, "CPU_SECONDS", 1)
    app = open_place(tmp_path, " ".join(f"{MARK} ships {n} rare earths{', a' * 600}." for n in range(33)))
    stored = compose(app)
    assert [story.references[0].publisher.name for story in stored.issue.stories] == ["Rare Earth Exchanges"]
    assert "seconds" in told(app)
    assert gate(app) == []
    app.close()


def test_a_rule_of_the_highlights_that_breaks_costs_the_story_its_bullets() -> None:
    article = replace(make_article(), text="Lynas lifted its output of rare earths by 12% in January. " * 9)
    (told,) = Extractive(Editorial(), int).summarize([[article]])
    assert (told.highlights, told.fault) == ((), BROKE)


def test_those_at_fault_are_found_alone_or_in_company() -> None:
    def run(items: Sequence[int]) -> int:
        if 7 in items or {2, 5} <= set(items):
            raise ValueError(items)
        return sum(items)

    result, faulty = run_past_faults("adding", range(10), run, name=str)
    assert set(faulty) == {7, 5}
    assert result == sum(range(10)) - 12


def test_a_rule_that_breaks_on_everything_is_an_error_that_names_it() -> None:
    def run(items: Sequence[int]) -> int:
        raise ValueError(items)

    with pytest.raises(NewsletterError, match=f"Adding breaks on more than {MOST} of 99"):
        run_past_faults("adding", range(99), run, name=str)
