"""The table of rules: each row acts on its own examples and spares the others, and each class of words is used."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

import newsletter
from newsletter.english.hedges import find_hedges
from newsletter.english.rules import PATTERNS, RULES, Rule, expand, find, learn, matches, read_class
from newsletter.english.stems import lower_letters

TABLE = files("newsletter.english").joinpath("table")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_acts_on_its_examples_and_spares_the_others(rule: Rule) -> None:
    pattern = PATTERNS[rule.name]
    read = lower_letters if rule.small else str
    assert rule.acts
    assert rule.spares
    assert [text for text in rule.acts if not pattern.search(read(text))] == []
    assert [text for text in rule.spares if pattern.search(read(text))] == []
    assert rule.reason


def test_names_tell_rules_apart_and_small_rules_have_no_capitals() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    plain = [re.sub(r"\\[A-Z]|\{\w+\}|\?P<\w+>|\(\?-i:", "", rule.pattern) for rule in RULES if rule.small]
    assert [pattern for pattern in plain if re.search(r"[A-Z]", pattern)] == []


def test_each_class_of_words_is_used() -> None:
    package = Path(newsletter.__file__).parent
    used = "".join(
        path.read_text("utf-8") for suffix in ("py", "toml") for path in package.rglob(f"*.{suffix}")
    )
    words = TABLE.joinpath("words.toml").read_text("utf-8").partition("[doubled]")[0]
    names = re.findall(r"^(\w+) = \"", words, re.MULTILINE)
    assert [
        name
        for name in names
        if not re.search(rf"\{{{name}[.}}]|read_class\(\"{name}\"", used, re.IGNORECASE)
    ] == []


def test_verbs_are_inflected() -> None:
    assert read_class("deed", "ed")[:3] == ("signed", "awarded", "acquired")
    assert {"bought", "banned", "applied"} - set(read_class("deed", "ed")) == {"applied"}
    assert {"says", "said", "denies"} - set(read_class("telling")) == {"denies"}
    assert "catching up" in read_class("meeting", "ing")


def test_lines_are_joined_and_classes_put_in() -> None:
    assert re.fullmatch(expand("{Month}\n |  {exchange}"), "May")
    assert find("dangling", "It rose.") is not None
    assert find("dangling", "US exports rose.") is None


def test_words_of_the_subject_are_learned_and_take_the_place_of_those_before() -> None:
    assert not matches("actor first", "The chandler said so.")
    learn({"company": ("chandler",)})
    assert matches("actor first", "The chandler said so.")
    learn({})
    assert not matches("actor first", "The chandler said so.")


def test_what_was_read_is_read_anew_when_other_words_are_learned() -> None:
    text = "The yard hosts an inkling resource."
    learn({})
    assert not find_hedges(text)
    learn({"early_stage": ["inkling"]})
    assert find_hedges(text)
    learn({})
    assert not find_hedges(text)
