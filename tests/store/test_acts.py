"""The record of acts: each stands with what it tells of, names who did it, and is found again."""

from __future__ import annotations

from newsletter.model import BY_COMMAND, By, IssueKey, IssueStatus, Via
from newsletter.store.acts import list_acts, name_issue, record_act
from newsletter.store.engine import Store
from newsletter.store.issues import change_issue, list_events, record_day, reopen_day
from tests.support.factories import NOW, TODAY

KEY = IssueKey(date=TODAY)
EDITOR = By(name="ed@example.org", via=Via.DESK)


def test_an_act_names_who_did_it_to_what(store: Store) -> None:
    record_day(store, KEY, IssueStatus.EMPTY, "nothing new", NOW)
    change_issue(store, KEY, "held till noon", NOW, where=IssueStatus, by=EDITOR, held=True)
    with store.write() as connection:
        record_act(connection, EDITOR, "muted for a week", "source 50%_off", NOW)
    muted, held, empty = list_acts(store)
    assert (held.actor, held.via, held.verb, held.detail) == ("ed@example.org", Via.DESK, "held", "till noon")
    assert (held.object, held.what, held.at) == (f"issue {TODAY}", "held till noon", NOW)
    assert (empty.actor, empty.via, empty.what) == ("", Via.PROGRAM, "empty nothing new")
    assert list_acts(store, about=name_issue(KEY)) == (held, empty)
    assert list_acts(store, words="ED@Example") == (muted, held)
    assert list_acts(store, words="%_") == (muted,), "signs of the database's patterns are only signs"
    assert list_acts(store, limit=1, offset=1) == (held,)


def test_the_record_outlives_a_day_that_is_opened_again(store: Store) -> None:
    record_day(store, KEY, IssueStatus.MISSED, "too late", NOW)
    assert reopen_day(store, KEY, NOW)
    assert [(act.what, act.via) for act in list_events(store, KEY)] == [
        ("missed too late", Via.PROGRAM),
        ("reopened", BY_COMMAND.via),
    ]
