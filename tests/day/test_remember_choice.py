"""Mutes, from the command to the next issue and to ``explain``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.day import edit_issue, remember_choice
from newsletter.day.compose_today import compose_today
from newsletter.errors import InputError
from newsletter.model import IssueKey
from newsletter.store.acts import list_acts
from newsletter.store.issues import open_issue
from newsletter.store.mutes import list_mutes
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app, make_seed_source

DAY = MORNING.date()
SEEDS = {
    "a.txt": "Lynas lifts NdPr oxide output\n\nJan 4, 2026\n\n"
    "Lynas Rare Earths said it had produced 2,080 tonnes of NdPr oxide in the December quarter.\n",
    "b.txt": "Iluka names a date for Eneabba\n\nJan 4, 2026\n\n"
    "Iluka Resources said that its Eneabba rare earths refinery would start up in 2027.\n",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name, text in SEEDS.items():
        (folder / name).write_text(text, encoding="utf-8")
    app = make_app(tmp_path / "data", clock=Clock(), sources=[make_seed_source(folder)])
    yield app
    app.close()


def mute(app: Installation, kind: str = "company", value: str = "Lynas", days: int = 7) -> int:
    until = DAY + timedelta(days=days)
    made = remember_choice.mute(app.editing, kind, value, until=until, reason="rumours", now=app.clock())
    return made.id


def kept(app: Installation) -> list[str]:
    asyncio.run(compose_today(app.making, IssueKey(date=DAY), save=True))
    return [story.key for story in open_issue(app.store, IssueKey(date=DAY)).issue.stories]


def test_what_is_muted_stays_out_with_its_reason_and_an_editor_may_still_bring_it_in(
    app: Installation,
) -> None:
    number = mute(app)
    assert kept(app) == ["iluka-names-a-date-for-eneabba"]
    stored = open_issue(app.store, IssueKey(date=DAY))
    (out,) = (story for story in stored.selection if not story.kept)
    assert out.reasons[0] == f"muted: company Lynas, until 2026-01-12 (no. {number}): rumours"
    back = edit_issue.bring_story(app.editing, IssueKey(date=DAY), out.key, app.clock())
    assert len(back.issue.stories) == 2


def test_what_was_taken_back_or_is_over_counts_no_more(app: Installation) -> None:
    first = mute(app)
    remember_choice.unmute(app.editing, first, app.clock())
    assert list_mutes(app.store, DAY) == ()
    assert len(list_mutes(app.store)) == 1
    with pytest.raises(InputError, match="Nothing is muted"):
        remember_choice.unmute(app.editing, first, app.clock())
    mute(app, days=1)
    assert list_mutes(app.store, DAY + timedelta(days=1)) == ()
    acts = [(act.verb, act.object) for act in list_acts(app.store, limit=10)]
    assert ("unmuted", "company Lynas") in acts
    assert ("muted", "company Lynas") in acts


def test_a_mute_that_can_do_nothing_is_refused(app: Installation) -> None:
    mute(app)
    for kind, value, days, why in (
        ("company", "lynas", 7, "already"),
        ("topic", "sports", 7, "no kind of story"),
        ("weather", "rain", 7, "of the kind"),
        ("company", "Iluka", 0, "past"),
        ("company", " ", 7, "1 to 200"),
    ):
        with pytest.raises(InputError, match=why):
            mute(app, kind, value, days)
    assert remember_choice.knows_source(app.editing, "rare earth exchanges")
    assert not remember_choice.knows_source(app.editing, "Nobody")


def test_the_issue_holds_what_is_not_muted(app: Installation) -> None:
    assert len(kept(app)) == 2
