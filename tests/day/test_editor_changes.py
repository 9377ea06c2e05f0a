"""What an editor changes in a composed issue: stories, highlights, the lines around them; undone; by two at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.day.edit_issue import HighlightPlace, StaleError
from newsletter.errors import InputError
from newsletter.issue.difference import spell
from newsletter.issue.revise import find_misfits
from newsletter.model import Author, IssueKey, IssueStory, Publisher, SourceKey, SourceType
from newsletter.store.considered import load_candidates, load_weighed_titles
from newsletter.store.issues import StoredIssue, list_versions, open_issue
from newsletter.wiring import Installation
from tests.collect.loopback import Reply, serving
from tests.support.app_factory import MORNING, make_app, make_seed_source
from tests.support.factories import SEED, make_source

KEY = IssueKey(date=MORNING.date())
COLLECT = {"allow_hosts": ["127.0.0.1"], "respect_robots": False, "per_host_delay": 0.0}
LYNAS = "lynas-lifts-ndpr-oxide-output"
OTHERS = {
    "b.txt": "Lynas lifts NdPr oxide output\n\nJan 4, 2026\n\n"
    "Lynas Rare Earths said on Sunday it had produced 2,080 tonnes of NdPr oxide in the December quarter, "
    "up from 1,292 tonnes a year earlier.\n\n"
    "The company expects first dysprosium oxide from its Kuantan plant in Malaysia in June, subject to permits.\n",
    "c.txt": "Iluka names a date for Eneabba\n\nJan 4, 2026\n\n"
    "Iluka Resources said on Sunday that its Eneabba rare earths refinery would start up in 2027.\n\n"
    "The refinery will produce 17,500 tonnes of rare earth oxides a year, Iluka said.\n\n"
    "Inspectors accused Iluka Resources on Monday of hiding nine tests that found radon in its ponds.\n\n"
    "Iluka Resources denied hiding any test and said all were filed.\n",
}
PAGE = (
    "<html><head><title>Energy Fuels makes dysprosium oxide</title></head><body><article>"
    "<h1>Energy Fuels makes dysprosium oxide</h1>"
    "<p>Energy Fuels said on Sunday that its White Mesa mill in Utah had produced 29 kilograms of dysprosium oxide "
    "at a purity of 99.9 percent.</p>"
    "<p>The company expects to produce terbium oxide at White Mesa by the fourth quarter of 2026.</p>"
    "<p>White Mesa is the only mill in the United States that separates rare earth oxides from monazite.</p>"
    "</article></body></html>"
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(SEED, folder / "a.txt")
    for name, text in OTHERS.items():
        (folder / name).write_text(text, encoding="utf-8")
    app = make_app(tmp_path / "data", sources=[make_seed_source(folder)], collect=COLLECT)
    asyncio.run(compose_today(app.making, KEY))
    yield app
    app.close()


def look(app: Installation) -> StoredIssue:
    return open_issue(app.store, KEY)


def story(stored: StoredIssue, key: str) -> IssueStory:
    return next(one for one in stored.issue.stories if one.key == key)


def keys(stored: StoredIssue) -> list[str]:
    return [one.key for one in stored.issue.stories]


def lead(stored: StoredIssue) -> HighlightPlace:
    return HighlightPlace(stored.issue.stories[0].key, 1)


def test_a_highlight_is_swapped_for_a_runner_up_that_the_gate_passes(app: Installation) -> None:
    first = look(app)
    place = HighlightPlace(first.issue.stories[0].key, 2)  # the view rests on the sentence of the first
    others = edit_issue.list_choices(app.editing, first, place).runner_ups
    told = {spell(highlight) for highlight in first.issue.stories[0].highlights}
    assert others
    assert not told & {spell(one) for one in others}
    swapped = edit_issue.swap_highlight(app.editing, KEY, place, spell(others[2]), MORNING)
    assert swapped.issue.stories[0].highlights[1] == others[2]
    assert swapped.issue.stories[0].highlights[2:] == first.issue.stories[0].highlights[2:]
    assert others[2].text[1:] in " ".join(swapped.rendered.text.split())
    assert swapped.hash != first.hash
    again = edit_issue.list_choices(app.editing, swapped, place).runner_ups
    offered = {citation.sentence for one in again for citation in one.citations}
    assert first.issue.stories[0].highlights[1].citations[0].sentence in offered
    with pytest.raises(InputError, match="none of the sentences"):
        edit_issue.swap_highlight(app.editing, KEY, place, "Baogang moved to the moon.", MORNING)


def test_a_highlight_is_shortened_by_cuts_of_its_own_sentence(app: Installation) -> None:
    place = HighlightPlace(LYNAS, 1)
    shorter = edit_issue.list_choices(app.editing, look(app), place).shorter
    assert all("1,292" not in one.text for one in shorter)
    cut = edit_issue.swap_highlight(app.editing, KEY, place, spell(shorter[0]), MORNING)
    fresh = story(cut, LYNAS).highlights[0]
    assert fresh.citation == story(look(app), LYNAS).highlights[0].citation
    assert "2,080 tonnes" in fresh.text
    assert cut.change == f"shortened highlight 1 of {LYNAS}"


def test_a_rewritten_highlight_is_the_editors_and_marked(app: Installation) -> None:
    words = "Lynas Rare Earths said it made 2,080 tonnes of NdPr oxide in the December quarter."
    done = edit_issue.rewrite_highlight(app.editing, KEY, HighlightPlace(LYNAS, 1), words, MORNING)
    fresh = story(done, LYNAS).highlights[0]
    assert (fresh.author, fresh.text) == (Author.EDITOR, words)
    for part in (done.rendered.html, done.rendered.text):
        assert "(worded by the editor)" in part.replace("\n", " ").replace("  ", " ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Lynas Rare Earths said it made 2,800 tonnes of NdPr oxide in the December quarter.", "2,800"),
        ("Lynas Rare Earths said it made 2,080 tonnes of NdPr oxide at Mountain Pass.", "Mountain Pass"),
        ("TODO: say what Lynas said about its NdPr oxide here.", "leftover"),
        ("Lynas.", "1 words"),
    ],
)
def test_what_the_gate_refuses_changes_nothing_and_says_why(app: Installation, words: str, why: str) -> None:
    before = look(app)
    with pytest.raises(InputError, match=why):
        edit_issue.rewrite_highlight(app.editing, KEY, HighlightPlace(LYNAS, 1), words, MORNING)
    assert look(app) == before


def test_a_refusal_names_what_is_wrong_beside_all_that_the_words_may_rest_on(app: Installation) -> None:
    place = HighlightPlace("iluka-names-a-date-for-eneabba", 1)
    words = "Iluka Resources hid nine tests that found radon in its ponds and 2 were filed."
    with pytest.raises(InputError) as told:
        edit_issue.rewrite_highlight(app.editing, KEY, place, words, MORNING)
    assert "most of its words" not in str(told.value)


def test_an_editors_words_may_rest_on_another_sentence_of_the_story(app: Installation) -> None:
    place = HighlightPlace("iluka-names-a-date-for-eneabba", 1)
    words = "Iluka said its Eneabba refinery will produce 17,500 tonnes of rare earth oxides a year."
    done = edit_issue.rewrite_highlight(app.editing, KEY, place, words, MORNING)
    fresh = story(done, place.story).highlights[0]
    assert any("17,500" in citation.sentence for citation in fresh.citations)


def test_other_words_rest_on_other_sentences(app: Installation) -> None:
    place = HighlightPlace("iluka-names-a-date-for-eneabba", 1)
    for words, proof in (
        ("Iluka said its Eneabba refinery will produce 17,500 tonnes of rare earth oxides a year.", "17,500"),
        ("Iluka Resources denied hiding any test and said all were filed.", "denied"),
    ):
        done = edit_issue.rewrite_highlight(app.editing, KEY, place, words, MORNING)
        assert [proof in one.sentence for one in story(done, place.story).highlights[0].citations] == [True]


def test_the_last_highlight_is_not_dropped(app: Installation) -> None:
    edit_issue.drop_highlight(app.editing, KEY, HighlightPlace(LYNAS, 2), MORNING)
    with pytest.raises(InputError, match="only highlight"):
        edit_issue.drop_highlight(app.editing, KEY, HighlightPlace(LYNAS, 1), MORNING)
    with pytest.raises(InputError, match="no highlight 2"):
        edit_issue.drop_highlight(app.editing, KEY, HighlightPlace(LYNAS, 2), MORNING)


def test_stories_are_reordered_and_stay_so(app: Installation) -> None:
    first = keys(look(app))
    moved = edit_issue.move_story(app.editing, KEY, first[2], MORNING, before=first[0])
    assert keys(moved) == [first[2], first[0], first[1]]
    assert moved.issue.sections[0].key == "top"
    assert moved.issue.subject != look(app).issue.sections[0].title
    other = edit_issue.retitle_story(app.editing, KEY, first[0], "Baogang plans", MORNING)
    assert keys(other) == keys(moved)
    down = edit_issue.move_story(app.editing, KEY, first[2], MORNING, after=first[0])
    assert keys(down)[0] == first[0]


def test_the_mail_tells_its_first_stories_in_the_order_that_an_editor_gave_them(app: Installation) -> None:
    top, second, third = keys(look(app))
    moved = edit_issue.move_story(app.editing, KEY, second, MORNING, after=third)
    assert [one.key for one in moved.issue.by_weight] == [top, third, second]
    back = edit_issue.move_story(app.editing, KEY, second, MORNING, before=third)
    assert [one.key for one in back.issue.by_weight] == [top, second, third]


def test_an_article_of_another_event_becomes_a_story_of_its_own(tmp_path: Path) -> None:
    sources = []
    for name, text in (("one", OTHERS["b.txt"]), ("two", OTHERS["b.txt"].replace("2,080", "2,081"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "b.txt").write_text(text, encoding="utf-8")
        sources.append(
            replace(make_seed_source(tmp_path / name), key=SourceKey(name), publisher=Publisher(name=name))
        )
    app = make_app(tmp_path / "data", sources=sources, collect=COLLECT)
    asyncio.run(compose_today(app.making, KEY))
    before = look(app)
    first, second = (reference.article for reference in story(before, LYNAS).references)
    with pytest.raises(InputError, match="No article 3"):
        edit_issue.split_story(app.editing, KEY, LYNAS, 3, MORNING)
    done = edit_issue.split_story(app.editing, KEY, LYNAS, 2, MORNING)
    assert keys(done) == [LYNAS, f"{LYNAS}-2"]
    for key, own in ((LYNAS, first), (f"{LYNAS}-2", second)):
        shown = story(done, key)
        assert [reference.article for reference in shown.references] == [own]
        assert {cited.article for one in shown.highlights for cited in one.cited} == {own}
    with pytest.raises(InputError, match="No article 1"):
        edit_issue.split_story(app.editing, KEY, LYNAS, 1, MORNING)
    edit_issue.drop_story(app.editing, KEY, LYNAS, MORNING)
    again = edit_issue.bring_story(app.editing, KEY, LYNAS, MORNING)
    assert [reference.article for reference in story(again, LYNAS).references] == [first]
    assert keys(again) == [f"{LYNAS}-2", LYNAS]
    joined = edit_issue.join_story(app.editing, KEY, f"{LYNAS}-2", LYNAS, MORNING)
    assert keys(joined) == [LYNAS]
    assert {one.article for one in story(joined, LYNAS).references} == {first, second}
    with pytest.raises(InputError, match="cannot join itself"):
        edit_issue.join_story(app.editing, KEY, LYNAS, LYNAS, MORNING)
    assert edit_issue.undo(app.editing, KEY, MORNING, to=1).hash == before.hash
    app.close()


def test_a_story_moves_to_another_section_and_no_other_place_is_taken(app: Installation) -> None:
    last = keys(look(app))[-1]
    moved = edit_issue.move_story(app.editing, KEY, last, MORNING, section="technology")
    assert story(moved, last).section == "technology"
    assert [one.key for one in moved.issue.sections[-1].stories] == [last]
    with pytest.raises(InputError, match="no section 'sports'"):
        edit_issue.move_story(app.editing, KEY, last, MORNING, section="sports")
    with pytest.raises(InputError, match="one place"):
        edit_issue.move_story(app.editing, KEY, last, MORNING, section="china", before=LYNAS)
    top = keys(look(app))[0]
    assert keys(edit_issue.move_story(app.editing, KEY, top, MORNING, section="companies"))[0] != top


def test_a_subject_written_for_another_story_warns(app: Installation) -> None:
    assert find_misfits(look(app).issue, app.editing.lines) == ()
    first = keys(look(app))
    own = look(app).issue.stories[0].headline
    kept = edit_issue.retitle_issue(app.editing, KEY, "Baogang maps its rare earth plans", MORNING)
    assert find_misfits(kept.issue, app.editing.lines) == ()
    moved = edit_issue.pin_story(app.editing, KEY, LYNAS, MORNING)
    assert moved.issue.subject == "Baogang maps its rare earth plans"
    (warning,) = find_misfits(moved.issue, app.editing.lines)
    assert "Lynas lifts NdPr oxide output" in warning
    assert own not in warning
    assert first[0] in keys(moved)


def test_subject_and_preheader_follow_the_stories_until_somebody_writes_them(app: Installation) -> None:
    first = look(app).issue
    second = edit_issue.drop_story(app.editing, KEY, first.stories[0].key, MORNING).issue
    assert second.subject != first.subject
    assert second.preheader != first.preheader
    third = edit_issue.set_preheader(app.freezing, KEY, "What Iluka and Lynas said", MORNING).issue
    fourth = edit_issue.drop_story(app.editing, KEY, "iluka-names-a-date-for-eneabba", MORNING).issue
    assert third.preheader == fourth.preheader == "What Iluka and Lynas said"
    assert fourth.subject != second.subject
    with pytest.raises(InputError, match="1 to 110"):
        edit_issue.set_preheader(app.freezing, KEY, "x" * 111, MORNING)


def test_an_editors_note_stands_on_top_of_every_part(app: Installation) -> None:
    done = edit_issue.set_note(
        app.freezing, KEY, "No issue on  Friday.\r\n\r\n<b>Back</b> on Monday.", MORNING
    )
    assert done.issue.editors_note == "No issue on Friday.\n\n<b>Back</b> on Monday."
    html, text = done.rendered.html, done.rendered.text
    assert html.index("From the editor:") < html.index("No issue on Friday.") < html.index("<h2")
    assert "&lt;b&gt;Back&lt;/b&gt; on Monday." in html
    assert text.index("FROM THE EDITOR\n| No issue on Friday.\n|\n| <b>Back") < text.index("TOP STORY")
    with pytest.raises(InputError, match="at most 1200"):
        edit_issue.set_note(app.freezing, KEY, "x" * 1201, MORNING)
    gone = edit_issue.set_note(app.freezing, KEY, " ", MORNING)
    assert gone.issue.editors_note is None
    assert "FROM THE EDITOR" not in gone.rendered.text


def test_undo_gives_every_earlier_content_back_to_the_byte(app: Installation) -> None:
    first = look(app)
    edit_issue.approve_issue(app.store, KEY, first.hash, MORNING)
    second = edit_issue.drop_story(app.editing, KEY, LYNAS, MORNING)
    edit_issue.set_note(app.freezing, KEY, "A note.", MORNING)
    assert edit_issue.undo(app.freezing, KEY, MORNING).rendered == second.rendered
    back = edit_issue.undo(app.freezing, KEY, MORNING)
    assert (back.rendered, back.issue) == (first.rendered, first.issue)
    assert back.record.approved_hash == back.record.hash
    with pytest.raises(InputError, match="nothing to undo"):
        edit_issue.undo(app.freezing, KEY, MORNING)
    fresh = edit_issue.set_note(app.freezing, KEY, "Another.", MORNING)
    assert edit_issue.undo(app.freezing, KEY, MORNING).hash == first.hash
    assert edit_issue.undo(app.freezing, KEY, MORNING, to=fresh.version).hash == fresh.hash
    assert [one.version for one in list_versions(app.store, first.record.id)] == [*range(1, 9)]
    with pytest.raises(InputError, match="no version 99"):
        edit_issue.undo(app.freezing, KEY, MORNING, to=99)


def test_the_second_of_two_editors_is_told_what_the_first_one_changed(app: Installation) -> None:
    seen = look(app).hash
    editing, freezing = replace(app.editing, seen=seen), replace(app.freezing, seen=seen)
    edit_issue.retitle_issue(editing, KEY, "Baogang maps its plans", MORNING)
    late: list[Callable[[], object]] = [
        lambda: edit_issue.set_note(freezing, KEY, "Mine.", MORNING),
        lambda: edit_issue.drop_story(replace(editing, seen=seen[:12]), KEY, LYNAS, MORNING),
        lambda: edit_issue.undo(freezing, KEY, MORNING),
    ]
    for act in late:
        with pytest.raises(StaleError, match="no longer the one you looked at") as caught:
            act()
        assert any("retitled the issue" in change for change in caught.value.changes)
        assert any("“Baogang maps its plans”" in change for change in caught.value.changes)
    assert look(app).issue.editors_note is None


def test_what_was_changed_since_is_told_by_headlines(app: Installation) -> None:
    before = look(app)
    [first, second] = before.issue.stories[:2]
    edit_issue.move_story(app.editing, KEY, second.key, MORNING, before=first.key)
    told = edit_issue.tell_since(app.store, look(app), before.hash)
    assert f"moved “{second.headline}” before “{first.headline}”" in told
    assert all(line.startswith(("moved", "Subject was", "Preheader was")) for line in told), told


def test_a_story_comes_in_by_its_address_and_is_weighed_by_no_later_issue(app: Installation) -> None:
    replies = {"/a": Reply(PAGE.encode(), headers={"content-type": "text/html"}), "/b": Reply(status=410)}
    with serving(replies) as site:
        done = edit_issue.bring_link(
            app.editing, KEY, site.url("/a"), MORNING, publisher="Mining Weekly", kind="trade press"
        )
        fresh = story(done, "energy-fuels-makes-dysprosium-oxide")
        assert fresh.highlights[0].citation.sentence in PAGE
        assert "29 kilograms" in done.rendered.text
        assert fresh.references[0].publisher.name == "Mining Weekly"
        assert fresh.reasons[0] == "brought in by an editor"
        with pytest.raises(InputError, match="in the issue already"):
            edit_issue.bring_link(app.editing, KEY, site.url("/a?utm_source=x"), MORNING)
        with pytest.raises(InputError, match="410"):
            edit_issue.bring_link(app.editing, KEY, site.url("/b"), MORNING)
        asked = len(site.requests)
        out = edit_issue.drop_story(app.editing, KEY, fresh.key, MORNING)
        assert fresh.key not in keys(out)
        again = edit_issue.bring_story(app.editing, KEY, fresh.key, MORNING)
        assert story(again, fresh.key).highlights == fresh.highlights
        assert len(site.requests) == asked
        edit_issue.drop_story(app.editing, KEY, fresh.key, MORNING)
        once_more = edit_issue.bring_link(app.editing, KEY, site.url("/a"), MORNING)
        assert story(once_more, fresh.key).highlights == fresh.highlights
        assert [one.key for one in once_more.selection].count(fresh.key) == 1
        assert len(once_more.selection) == len(again.selection), "it stays out once"
    tomorrow = IssueKey(date=MORNING.date().replace(day=6))
    assert load_candidates(app.store, tomorrow) == ()
    assert len(load_weighed_titles(app.store, tomorrow, MORNING - timedelta(days=30))) == len(
        once_more.selection
    )
    assert load_weighed_titles(app.store, KEY, MORNING - timedelta(days=30)) == ()


@pytest.mark.parametrize("url", ["http://10.0.0.1/a", "file:///etc/passwd", "http://localhost.localdomain/"])
def test_no_address_of_the_inside_is_fetched(app: Installation, url: str) -> None:
    with pytest.raises(InputError):
        edit_issue.bring_link(app.editing, KEY, url, MORNING)


def test_what_was_noted_in_a_line_goes_when_its_story_comes_in(app: Installation) -> None:
    noted = look(app).issue.also_noted[0]
    page = PAGE.replace("Energy Fuels makes dysprosium oxide", noted.headline)
    with serving({"/a": Reply(page.encode(), headers={"content-type": "text/html"})}) as site:
        done = edit_issue.bring_link(app.editing, KEY, site.url("/a"), MORNING)
    assert noted not in done.issue.also_noted
    assert len(done.issue.also_noted) == len(look(app).issue.also_noted)


def test_another_article_of_a_story_that_is_in_comes_in_by_its_address(tmp_path: Path) -> None:
    """Of one publisher's two articles under one headline the issue names the cited one alone."""
    row = (
        "<item><title>Energy Fuels makes dysprosium oxide</title><link>/{0}</link><guid>{0}</guid>"
        "<pubDate>Sun, 04 Jan 2026 09:00:00 GMT</pubDate></item>"
    )
    feed = f"<rss version='2.0'><channel><title>F</title>{row.format('a')}{row.format('b')}</channel></rss>"
    html = {"content-type": "text/html"}
    replies = {
        "/feed": Reply(feed.encode(), headers={"content-type": "application/rss+xml"}),
        "/a": Reply(PAGE.encode(), headers=html),
        "/b": Reply(PAGE.replace("is the only mill", "is one mill").encode(), headers=html),
    }
    with serving(replies) as site:
        source = make_source(type=SourceType.FEED, location=site.url("/feed"), enabled=True)
        app = make_app(tmp_path / "data", sources=[source], collect=COLLECT)
        asyncio.run(compose_today(app.making, KEY))
        (weighed,) = look(app).selection
        (told,) = look(app).issue.stories
        assert (len(weighed.articles), len(told.references), told.key) == (2, 1, weighed.key)
        (other,) = {one.url for one in weighed.articles} - {told.references[0].url}
        assert other
        done = edit_issue.bring_link(app.editing, KEY, other, MORNING)
        app.close()
    assert [one.references[0].url for one in done.issue.stories] == [told.references[0].url, other]
