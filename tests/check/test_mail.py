from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.check.finding import Level, solidify
from newsletter.check.mail.check_mail import check_message, find_blocking
from newsletter.issue.story_faults import foreign_words
from newsletter.model import Issue
from newsletter.render.hard_issues import tricky_issues
from newsletter.render.present import present_issue
from newsletter.render.size_limit import list_beside, list_told
from newsletter.render.words import clean
from tests.render.good_issues import good_issues
from tests.render.mail_defects import DEFECTS
from tests.render.mail_sample import (
    EXPECTED,
    Spoil,
    both,
    good_mail,
    head,
    html,
    look,
    mail_of,
    text,
)
from tests.render.render_sample import IDENTITY, render


@pytest.mark.parametrize(
    ("check", "spoil"), [pytest.param(check, spoil, id=name) for name, check, spoil in DEFECTS]
)
def test_a_seeded_defect_is_caught_under_its_name(check: str, spoil: Spoil) -> None:
    found = look(spoil(good_mail()))
    assert check in {finding.check for finding in found}, found
    assert all(finding.message for finding in found)


def test_the_defects_are_as_many_as_promised_and_each_differs() -> None:
    assert len(DEFECTS) >= 40
    assert len({name for name, _, _ in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("issue", [pytest.param(issue, id=name) for name, issue in good_issues()])
def test_a_good_issue_raises_no_alarm(issue: Issue) -> None:
    view = present_issue(issue, IDENTITY)
    told, beside = list_told(view), list_beside(view)
    foreign = frozenset(solidify(clean(words)) for words in foreign_words(issue))
    assert look(mail_of(issue), replace(EXPECTED, issue=issue.key, told=told)) == ()
    known = replace(EXPECTED, beside=beside, preheader=view.preheader, foreign=foreign)
    assert look(mail_of(issue), known) == ()


@pytest.mark.parametrize("part", ["html", "text"])
def test_what_the_issue_tells_must_stand_in_both_parts(part: str) -> None:
    told = ["Neodymium has a new price"]
    raw = (html if part == "text" else text)("Baotou’s rare earth", f"{told[0]}. Baotou’s rare earth")(
        good_mail()
    )
    found = look(raw, replace(EXPECTED, told=tuple(told)))
    assert [item for item in found if "what the issue says" in item.message]
    assert all(item.check == "text-complete" for item in found)


@pytest.mark.parametrize(
    ("known", "wrong", "message"),
    [
        ({"beside": ("Dysprosium oxide", "down 3.3%")}, bytes, "lacks what the issue says: “down 3.3%”"),
        ({"preheader": "Another day's"}, bytes, "preheader is not that of the issue"),
        ({"beside": ("Unsubscribe",)}, both("You get this mail", "To ann@mail.example. You get this mail"),
         "a mail address that is not ours: ann@mail.example"),
        ({"foreign": frozenset({solidify("The finance minister")})},
         both("You get this mail", "NaN% You get this mail"), "NaN"),
        ({"told": ("Lynas lifts NdPr",)}, bytes, "A headline says more than the story"),
    ],
)  # fmt: skip
def test_what_the_issue_tells_beside_its_stories_is_compared(
    known: dict[str, Any], wrong: Spoil, message: str
) -> None:
    found = look(wrong(good_mail()), replace(EXPECTED, **known))
    assert [item for item in found if message in item.message], found


def test_a_file_that_does_not_tell_its_envelope_sender_says_so() -> None:
    def look_at(raw: bytes) -> list[Level]:
        found = check_message(raw, replace(EXPECTED, envelope=""))
        return [item.level for item in found if item.check == "envelope"]

    assert look_at(good_mail()) == [Level.NOT_RUN]
    assert look_at(b"Return-Path: <b-1@bounce.news.example.org>\r\n" + good_mail()) == []


def test_the_good_issues_are_at_least_twenty() -> None:
    assert len(list(good_issues())) >= 20


def test_an_issue_of_hard_content_raises_no_alarm_once_its_headlines_are_known() -> None:
    name, issue = next(tricky_issues())
    titles = frozenset(solidify(story.headline) for story in issue.stories)
    named = replace(EXPECTED, foreign=titles)
    found = look(mail_of(issue), named)
    assert found == (), (name, found)


def test_what_needs_a_browser_says_that_it_was_not_run() -> None:
    levels = [finding.level for finding in check_message(good_mail(), EXPECTED)]
    assert levels == [Level.NOT_RUN]


def test_a_check_without_its_knowledge_is_left_out() -> None:
    assert {
        finding.check for finding in look(good_mail(), replace(EXPECTED, token="", now=None, why=""))
    } == set()


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_preflight_raise(raw: bytes) -> None:
    check_message(raw, EXPECTED)


@settings(max_examples=25, deadline=None)
@example(at=9924, junk=b"\x00")  # broke the dark style sheet, and the check with it
@given(at=st.integers(0, len(render().html)), junk=st.binary(min_size=1, max_size=20))
def test_no_damage_inside_a_mail_makes_the_preflight_raise(at: int, junk: bytes) -> None:
    raw = good_mail()
    check_message(raw[:at] + junk + raw[at + 7 :], EXPECTED)
    json.dumps([finding.message for finding in check_message(raw[:at] + junk, EXPECTED)])


@pytest.mark.parametrize(
    ("html", "check"),
    [
        ("<![ html><p>x</p>", "html-valid"),
        ("<!DOCTYPE html>", "footer"),
        ('<!DOCTYPE html><html lang="en', "footer"),
        (" ", "footer"),
    ],
)
def test_html_of_which_nothing_can_be_read_is_told_and_not_raised(html: str, check: str) -> None:
    raw = f"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n".encode()
    assert check in {finding.check for finding in look(raw)}


def test_a_failing_check_blocks_unless_it_is_waived_by_name() -> None:
    found = look(both("https://weekly.example/supra", "http://weekly.example/supra")(good_mail()))
    assert {finding.check for finding in find_blocking(found)} == {"links-https"}
    assert find_blocking(found, ["links-https"]) == ()
    warned = look(head(rb"^Precedence: .*\r\n", b"")(good_mail()))
    assert find_blocking(warned) == ()
