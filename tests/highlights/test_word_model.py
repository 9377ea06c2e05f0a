from __future__ import annotations

from dataclasses import replace

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.summarize import summarize_story
from newsletter.highlights.word_model import (
    find_traits,
    is_results_talk,
    load_weights,
    tokenize,
    weigh_words,
)
from newsletter.model import HighlightKind
from tests.support.factories import make_article

CALL = (
    "We delivered adjusted earnings of $1.32 per share in the quarter. Our gross margin was helped by the mix of orders. "
    "Our teams worked hard and we thank them for all they did. We now expect revenue of $4.1 billion for the full year, "
    "and we raised our guidance. We bought back shares and our cash flow paid for our dividend. Our pipeline is full."
)
NEWS = (
    "Lynas opened a mill in Kuantan in May. The mill separates 900 tonnes of terbium oxide a year for magnet makers. "
    "Malaysia had banned the export of raw ore in January. The ministry said that the ban would stay until 2030."
)


def words(text: str) -> list[list[str]]:
    return [tokenize(sentence.text) for sentence in split_sentences(text)]


def test_a_call_is_told_from_news() -> None:
    assert is_results_talk(words(CALL), find_traits(CALL))
    assert not is_results_talk(words(NEWS), find_traits(NEWS))


def test_in_a_call_earnings_count_more_and_the_speakers_own_words_less() -> None:
    weights = load_weights()
    without = replace(weights, talk=None)
    traits = find_traits(CALL)
    own = weigh_words(words(CALL), traits=traits, weights=weights)
    before = weigh_words(words(CALL), traits=traits, weights=without)
    ratio = {word: own[word] / before[word] for word in own}
    assert ratio[tokenize("earnings")[0]] > ratio["our"]
    assert ratio[tokenize("share")[0]] > ratio["we"]
    assert all(0 < chance < 1 for chance in own.values())


def test_news_is_weighed_without_what_calls_taught() -> None:
    weights = load_weights()
    traits = find_traits(NEWS)
    assert weigh_words(words(NEWS), traits=traits, weights=weights) == weigh_words(
        words(NEWS), traits=traits, weights=replace(weights, talk=None)
    )


def test_what_a_call_says_in_the_first_person_is_told_under_its_speaker_or_not_at_all() -> None:
    article = make_article(title="Results", text=CALL)
    assert summarize_story((article,), settings=Editorial()) == ()
    highlights = summarize_story((replace(article, byline="Ada Brown"),), settings=Editorial())
    assert highlights
    for highlight in highlights:
        assert highlight.lead_in is not None
        assert highlight.lead_in.text == "Ada Brown says:"
        assert highlight.kind is HighlightKind.CLAIM
