from __future__ import annotations

import pytest

from newsletter.english.rules import PATTERNS
from newsletter.english.sentences import BlockKind, split_sentences
from newsletter.english.speech.judgement import find_judgement, is_judgement
from newsletter.english.speech.sayings import find_attribution, is_dangling
from newsletter.english.speech.speakers import find_relayed, inherits


@pytest.mark.parametrize(
    ("sentence", "subject", "content"),
    [
        ("Prices rose 4%, the ministry said on Monday.", "ministry", "Prices rose 4%"),
        (
            "According to Adamas Intelligence, demand will double.",
            "Adamas Intelligence",
            "demand will double.",
        ),
        ("Lynas, the largest producer, said on Thursday that output fell.", "Lynas", "output fell."),
        ("The firm stated that it accounts for 62% of output.", "The firm", "it accounts for 62% of output."),
        ("A surprise is Tianjiu’s claim that the ore is clarified.", "Tianjiu", "the ore is clarified."),
        (
            "In its letter, the firm said on Friday, output fell to 4 tonnes.",
            "firm",
            "output fell to 4 tonnes.",
        ),
        ("The ministry told reporters that the talks had failed.", "The ministry", "the talks had failed."),
    ],
)
def test_the_speaker_of_a_sentence_is_found(sentence: str, subject: str, content: str) -> None:
    found = find_attribution(sentence)
    assert found is not None
    assert found.subject.endswith(subject)
    assert sentence[found.start : found.end] == content


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        (
            "The firm declared the completion of its targets in May, ahead of plan.",
            False,
        ),  # a thing, and no verb
        ("The firm declared its targets were reached in May.", True),
        ("The firm said the mill expects a profit.", True),
    ],
)
def test_what_is_declared_stands_alone_only_where_it_is_a_sentence(sentence: str, clause: bool) -> None:
    found = find_attribution(sentence)
    assert found is not None
    assert found.clause is clause


def test_a_plain_report_has_no_speaker() -> None:
    assert find_attribution("Shares in the company rose by 4% in Sydney.") is None


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        (
            "It accounts for 62% of the output, signaling tighter integration.",
            ", signaling tighter integration",
        ),
        (
            "It launched an index in Baotou—an explicit move toward coordination.",
            "—an explicit move toward coordination",
        ),
        ("Exports fell by a third in May.", None),
        ("Backed by a grant from the state, the project marks a milestone for the town.", None),
    ],
)
def test_the_writers_judgement_is_told_from_the_news(sentence: str, cut: str | None) -> None:
    found = find_judgement(sentence)
    assert (found["cut"] if found else None) == cut


def test_only_an_article_with_one_voice_relays_a_speaker() -> None:
    one = "In its report, Tianjiu Group said that output rose. The company said that sales fell. Tianjiu announced that it hired."
    two = "Tianjiu said that output rose. Lynas said that it fell. Iluka said that it hired. Aclara said that it waits."
    speaker = find_relayed(split_sentences(one), relays=True)
    assert speaker is not None
    assert speaker.name in {"Tianjiu Group", "Tianjiu"}
    assert find_relayed(split_sentences(two)) is None


def test_background_does_not_inherit_the_speaker() -> None:
    text = (
        "In its message, Tianjiu Group said that output rose.\n\nThe company opened a mill in Ordos.\n\n"
        "China controls most of the world’s supply.\n\nTianjiu announced that it hired. Tianjiu said that it grew."
    )
    sentences = split_sentences(text)
    speaker = find_relayed(sentences, relays=True)
    assert speaker is not None
    told = {sentence.text: inherits(sentence, speaker) for sentence in sentences}
    assert told["The company opened a mill in Ordos."]
    assert not told["China controls most of the world’s supply."]


@pytest.mark.parametrize(
    ("text", "dangles"),
    [
        ("This has implications.", True),
        ("As chairman, he will run the mill.", True),
        ("Several of these orders matter.", True),
        ("After Lynas closed the mill, it reopened it.", False),
        ("Lynas closed the mill.", False),
        ("The former miner of tin took 12 people.", False),
        ("The former was closed.", True),
        ("Both Lynas and Iluka closed a mill.", False),
        ("Both closed a mill.", True),
        ("Each year 400 tonnes come from Mt. Weld.", False),
        ("Each holds 400 tonnes.", True),
        ("When it comes to mills, Lynas closes none.", False),
    ],
)
def test_a_start_without_a_referent_is_noticed(text: str, dangles: bool) -> None:
    assert is_dangling(text) is dangles


@pytest.mark.parametrize(
    ("text", "dangles"),
    [
        ("With this conversion, the company issued 1,222 shares.", True),
        ("Known for blending art with science, he will lead the team.", True),
        ("In this quarter, Lynas produced 1,500 tonnes.", False),
        ("Founded in 1983, Lynas operates the mine.", False),
        ("Built in 1983, it is the largest of the mills.", True),
        ("As the mill closes, it is hard to tell what Lynas plans.", False),
    ],
)
def test_an_opening_phrase_that_points_back_dangles(text: str, dangles: bool) -> None:
    assert is_dangling(text) is dangles


def test_a_long_headline_that_names_an_analysis_makes_no_views_of_what_stands_below() -> None:
    heading = "Initial Target Resource of Vanadium, Titanium and Iron Ore; Analysis to Identify Other Targets"
    for title, judged in ((heading, False), ("Analysis", True)):
        (sentence,) = (
            s
            for s in split_sentences(
                f"{title}\n\nThe permit covers an area of 25 square kilometres in the parish."
            )
            if s.kind is BlockKind.PARAGRAPH
        )
        assert is_judgement(sentence) is judged


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Larkspur Metals is positioning as the government takes steps to secure oxides.",
            "the government takes steps to secure oxides.",
        ),
        (
            "Larkspur (LON: LARK) CEO Ada Brown and CFO Lee Fox joined Ore Hour’s Sam Reed as the company started trading in London.",
            "the company started trading in London.",
        ),
        ("Larkspur Metals is positioned as the leading refiner.", ""),
        ("Larkspur Metals is emerging as a refiner.", ""),
    ],
)
def test_a_head_that_says_nothing_goes_and_a_role_stays(text: str, left: str) -> None:
    match = PATTERNS["head without news"].match(text)
    assert (text[match.end() :] if match else "") == left
