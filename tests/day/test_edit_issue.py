from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.model import Author, IssueKey
from newsletter.store.issues import open_issue
from tests.support.app_factory import MORNING, SEEDS, make_app, make_seed_source
from tests.support.model_server import Asked, Said, bullets, model_server

DAY = MORNING.date()
KEY = IssueKey(date=DAY)
LYNAS = (
    "Lynas lifts NdPr oxide output\n\nJan 4, 2026\n\n"
    "Lynas Rare Earths said on Sunday it had produced 2,080 tonnes of NdPr oxide in the December quarter, "
    "up from 1,292 tonnes a year earlier.\n\n"
    "The company expects first dysprosium oxide from its Kuantan plant in Malaysia in June, subject to permits.\n"
)


def reword(asked: Asked) -> Said:
    """Reword the sentence about the quarter, where it is among those asked about."""
    for number, sentence in enumerate(asked.sentences, 1):
        if "2,080 tonnes" in sentence:
            return bullets(
                (
                    [number],
                    "Lynas Rare Earths said it produced 2,080 tonnes of NdPr oxide in the December quarter.",
                )
            )
    return bullets()


def test_no_act_of_an_editor_loses_what_a_model_reworded_or_its_label(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(next(SEEDS.glob("*.txt")), folder / "a.txt")
    (folder / "b.txt").write_text(LYNAS, encoding="utf-8")
    with model_server(reword) as server:
        app = make_app(
            tmp_path / "data",
            sources=[make_seed_source(folder)],
            model={"endpoint": server.endpoint, "name": "small", "timeout": 5},
        )
        asyncio.run(compose_today(app.making, KEY))
        asked = len(server.asked)
        story = next(
            s
            for s in open_issue(app.store, KEY).issue.stories
            if any(h.author is Author.MODEL for h in s.highlights)
        )
        retitled = edit_issue.retitle_story(app.editing, KEY, story.key, "Lynas makes more", MORNING)
        dropped = edit_issue.drop_story(app.editing, KEY, story.key, MORNING)
        back = edit_issue.pin_story(app.editing, KEY, story.key, MORNING)
        assert len(server.asked) == asked
    for stored in (retitled, back):
        (same,) = (s for s in stored.issue.stories if s.key == story.key)
        assert same.highlights == story.highlights
        assert "reworded by a language model" in stored.rendered.text
        assert "reworded by a language model" in stored.rendered.html
    assert "reworded by a language model" not in dropped.rendered.text
    app.close()
