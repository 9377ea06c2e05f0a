from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.day.correct_issue import Corrected, Fix, correct_issue
from newsletter.day.edit_issue import HighlightPlace
from newsletter.delivery.plan_issue import plan_issue
from newsletter.desk.today import describe_state
from newsletter.desk.versions import choose_shown
from newsletter.desk.why import explain_issue_story
from newsletter.errors import InputError
from newsletter.issue.approval import is_approved
from newsletter.issue.difference import spell
from newsletter.model import Author, ContentHash, DeliveryStatus, IssueKey, IssueStatus, Mistake
from newsletter.render.issue import hash_content
from newsletter.store.issues import StoredIssue, open_issue
from newsletter.store.schema import deliveries, issue_contents, issues
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, make_app, make_seed_source, subscribe
from tests.support.factories import SEED
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
    shutil.copy(SEED, folder / "a.txt")
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


COMPANIES = ("Arafura", "Iluka", "Neo", "Pensana", "Rainbow", "Lynas")


@pytest.fixture(scope="module")
def busy_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issue of six stories of several highlights: the mail tells the last two in one line each."""
    folder = tmp_path_factory.mktemp("seeds")
    for number, name in enumerate(COMPANIES, 2):
        text = (
            f"{name} lifts rare earth output to {number},080 tonnes\n\nJan 4, 2026\n\n"
            f"{name} said on Sunday it had made {number},080 tonnes of rare earth oxide in the December quarter.\n\n"
            f"{name} spent ${number} million on a separation plant for dysprosium oxide.\n\n"
            f"Shares in {name} rose {number}% in Sydney on January 3 after the rare earth results.\n\n"
            f"{name} sold {number}00 tonnes of terbium oxide to Japan in the quarter.\n\n"
            f"{name} will open a second rare earth mine near Perth in {2030 + number}.\n"
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    app = make_app(folder / "data", sources=[make_seed_source(folder)], editorial={"max_highlights": 3})
    asyncio.run(compose_today(app.making, KEY))
    app.close()
    return folder / "data"


@pytest.fixture
def busy(busy_day: Path, tmp_path: Path) -> Iterator[Installation]:
    app = make_app(shutil.copytree(busy_day, tmp_path / "data"))
    yield app
    app.close()


def act_on(app: Installation, act: str, place: HighlightPlace) -> StoredIssue:
    """Do the act with a highlight; for a swap the first sentence that is offered."""
    if act == "drop":
        return edit_issue.drop_highlight(app.editing, KEY, place, MORNING)
    if act == "move":
        return edit_issue.move_highlight(app.editing, KEY, place, place.number - 1 or 2, MORNING)
    if act == "swap":
        offered = edit_issue.list_choices(app.editing, open_issue(app.store, KEY), place).runner_ups
        return edit_issue.swap_highlight(app.editing, KEY, place, spell(offered[0]), MORNING)
    story = next(one for one in open_issue(app.store, KEY).issue.stories if one.key == place.story)
    words = (
        story.highlights[place.number - 1].text.replace("rare earth", "rare-earth").replace(" a ", " one ")
    )
    return edit_issue.rewrite_highlight(app.editing, KEY, place, words, MORNING)


@pytest.mark.parametrize("act", ["drop", "move", "swap", "rewrite"])
def test_whatever_changes_a_highlight_is_kept_under_a_new_hash_where_the_mail_does_not_tell_it(
    busy: Installation, act: str
) -> None:
    first = open_issue(busy.store, KEY)
    unseen = 0
    for story in (first.issue.by_weight[0], first.issue.by_weight[-1]):
        for number in range(1, len(story.highlights) + 1):
            choices = edit_issue.list_choices(busy.editing, first, HighlightPlace(story.key, number))
            if act == "swap" and not choices.runner_ups:
                continue
            edit_issue.approve_issue(busy.store, KEY, first.hash, MORNING)
            changed = act_on(busy, act, HighlightPlace(story.key, number))
            (now,) = (one for one in changed.issue.stories if one.key == story.key)
            assert now.highlights != story.highlights
            assert changed.hash != first.hash
            assert not is_approved(changed.record)
            unseen += changed.rendered.html == first.rendered.html
            back = edit_issue.undo(busy.freezing, KEY, MORNING)
            assert (back.issue, back.hash, is_approved(back.record)) == (first.issue, first.hash, True)
    # The mail leaves out one of a story at most, which nothing may take over; what an editor words is in it.
    assert unseen or act in {"swap", "move", "rewrite"}


def test_what_is_undone_and_what_changed_since_is_told_after_an_undo(busy: Installation) -> None:
    first = open_issue(busy.store, KEY)
    story = first.issue.stories[0]
    assert edit_issue.tell_undone(busy.store, first) == ""
    for number in (3, 2):
        edit_issue.drop_highlight(busy.editing, KEY, HighlightPlace(story.key, number), MORNING)
    back = edit_issue.undo(busy.freezing, KEY, MORNING)
    assert edit_issue.tell_undone(busy.store, back) == f"dropped highlight 3 of “{story.headline}”"
    moved = edit_issue.move_highlight(busy.editing, KEY, HighlightPlace(story.key, 2), 1, MORNING)
    since = edit_issue.tell_since(busy.store, moved, back.hash)
    assert since[0] == f"moved highlight 2 of “{story.headline}” to 1"


def test_a_highlight_is_found_in_the_mail_or_said_to_be_on_the_web_alone(busy: Installation) -> None:
    shown = choose_shown(busy, KEY, "live")
    mail = " ".join(shown.rendered.text.split())
    top, brief = shown.issue.by_weight[0], shown.issue.by_weight[-1]
    told = [text for key, _, text in describe_state(shown, KEY)["highlights"] if key == top.key]
    assert any("on 3 January" in text for text in told)
    assert [text for text in told if text not in mail] == []
    panel = {one.key: explain_issue_story(one, shown.articles, shown.rendered.text) for one in (top, brief)}
    assert [one["is_in_mail"] for one in panel[top.key]["highlights"]] == [True, True, True]
    assert [one["is_in_mail"] for one in panel[brief.key]["highlights"]].count(True) == 1


def test_what_changes_nothing_keeps_the_hash_and_the_approval(busy: Installation) -> None:
    first = open_issue(busy.store, KEY)
    edit_issue.approve_issue(busy.store, KEY, first.hash, MORNING)
    story = first.issue.stories[0]
    same = edit_issue.retitle_story(busy.editing, KEY, story.key, story.headline, MORNING)
    assert (same.version, same.hash, is_approved(same.record)) == (1, first.hash, True)


def test_an_issue_frozen_and_approved_under_a_hash_of_the_mail_alone_stays_so(busy: Installation) -> None:
    """As earlier releases made it."""
    first = open_issue(busy.store, KEY)
    mail = first.rendered
    old = hash_content(mail.subject, mail.preheader, mail.html, mail.text)
    with busy.store.write() as connection:
        for table in (issue_contents, issues):
            connection.execute(update(table).values(hash=old))
    edit_issue.approve_issue(busy.store, KEY, old, MORNING)
    shown = choose_shown(busy, KEY, "live")
    assert shown.rendered == replace(mail, hash=ContentHash(old))  # today's templates give the same
    story = first.issue.stories[0]
    same = edit_issue.retitle_story(busy.editing, KEY, story.key, story.headline, MORNING)
    assert (same.version, same.hash, is_approved(same.record)) == (1, old, True)
    with pytest.raises(InputError, match="is frozen already"):
        edit_issue.refreeze_issue(busy.freezing, KEY, MORNING)
    assert edit_issue.drop_highlight(busy.editing, KEY, HighlightPlace(story.key, 2), MORNING).hash != old
    assert is_approved(edit_issue.undo(busy.freezing, KEY, MORNING).record)


def test_a_correction_of_what_the_mail_does_not_tell_puts_the_web_version_right(busy: Installation) -> None:
    first = open_issue(busy.store, KEY)
    with busy.store.write() as connection:
        connection.execute(update(issues).values(status=IssueStatus.SENT))
    story = first.issue.by_weight[-1]
    wrong = story.highlights[-1].text
    assert wrong not in " ".join(first.rendered.text.split())
    fix = Fix(story=story.key, number=len(story.highlights), drop=True)
    correct_issue(busy.editing, KEY, Mistake(wrong=wrong, right="It did not."), fix, MORNING, mail=False)
    right = open_issue(busy.store, KEY)
    assert right.issue.by_weight[-1].highlights == story.highlights[:-1]
    assert right.hash != first.hash
    assert is_approved(right.record)


@pytest.mark.parametrize(("place", "told"), [(0, 1), (-1, 0)])
def test_who_has_a_mail_that_left_the_mistake_out_is_not_told_while_it_is_sent(
    busy: Installation, place: int, told: int
) -> None:
    leave_for_ann(busy)
    story = open_issue(busy.store, KEY).issue.by_weight[place]
    assert drop_last(busy, story.key).told == told


def test_who_has_the_mail_from_before_an_earlier_correction_is_told_of_the_next_one(
    busy: Installation,
) -> None:
    leave_for_ann(busy)
    key = open_issue(busy.store, KEY).issue.by_weight[0].key
    assert drop_last(busy, key).told == 1
    last = open_issue(busy.store, KEY).issue.by_weight[-1]
    before = open_issue(busy.store, KEY).rendered
    done = drop_last(busy, last.key)
    assert replace(open_issue(busy.store, KEY).rendered, hash=before.hash) == before, "of the web alone"
    assert done.told == 1


def test_where_a_template_changed_since_the_mail_left_everybody_is_told(busy: Installation) -> None:
    leave_for_ann(busy)
    with busy.store.write() as connection:  # what an earlier release made of it
        connection.execute(update(issue_contents).values(html=issue_contents.c.html + "<!-- old -->"))
    assert drop_last(busy, open_issue(busy.store, KEY).issue.by_weight[-1].key).told == 1


def leave_for_ann(app: Installation) -> None:
    """Send the issue to one of two readers."""
    subscribe(app, "ann@example.org", "bob@example.org")
    plan_issue(app.store, app.settings, KEY, MORNING)
    with app.store.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == 1).values(status=DeliveryStatus.SENT))


def drop_last(app: Installation, key: str) -> Corrected:
    """Correct the last highlight of a story by dropping it."""
    story = next(one for one in open_issue(app.store, KEY).issue.stories if one.key == key)
    fix = Fix(story=key, number=len(story.highlights), drop=True)
    mistake = Mistake(wrong=story.highlights[-1].text, right="It did not.")
    return correct_issue(app.editing, KEY, mistake, fix, MORNING, mail=False)
