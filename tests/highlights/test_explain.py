from __future__ import annotations

from dataclasses import replace

from newsletter.config import Editorial
from newsletter.highlights.explain import explain_highlight, explain_story
from newsletter.highlights.summarize import summarize_story
from newsletter.issue.difference import spell
from newsletter.model import Author, Citation, Highlight, Publisher, PublisherKind, Verdict
from tests.support.factories import make_article

PASSED = Verdict(grounded=True)
STOPPED = (
    "The order takes effect immediately and will stay in place until an independent inspection is completed, "
    "the department said. It gave no date for the inspection.\n\nNobody was hurt, and no worker was sent home."
)


def cite_whole(text: str, *sentences: str) -> tuple[Citation, ...]:
    starts = [text.index(sentence) for sentence in sentences]
    return tuple(
        Citation(article=make_article("a").id, start=start, end=start + len(sentence), sentence=sentence)
        for start, sentence in zip(starts, sentences, strict=True)
    )


def test_a_highlight_is_judged_by_the_sentences_that_it_cites_as_when_it_was_made() -> None:
    first, second = STOPPED.split("\n\n", maxsplit=1)[0].split(". ")
    joined = Highlight(
        text=f"{first}; it gave no date for the inspection.",
        citations=cite_whole(STOPPED, f"{first}.", second),
    )
    article = make_article("a", title="Works stopped", text=STOPPED)
    assert explain_highlight(joined, (article,)).verdict == PASSED


def test_who_publishes_a_price_report_is_known_to_the_gate_in_highlights_and_near_misses() -> None:
    corbel = make_article(
        title="Tin weekly: tin slips for a third week",
        text="Tin metal fell 2.1% in China this week to 538-546 yuan per kilogram, including 13% VAT.\n\n"
        "Tin solder was assessed at 662-670 yuan per kilogram, down from 678-685 yuan.\n\n"
        "In Europe, tin oxide was assessed at $3,100-3,500 per kilogram, compared with $3,300-3,700 the week before.\n\n"
        "Our methodology requires two deals a month. A producer told us that it had stopped taking orders.",
        publisher=Publisher(name="Corbel Pricing", kind=PublisherKind.ANALYST),
    )
    told = summarize_story((corbel,), settings=Editorial(max_highlights=1))
    explained = explain_story((corbel,), told, settings=Editorial(max_highlights=1))
    shown = [*(spell(one) for one in told), *(one.text for one in explained.near_misses)]
    assert any(one.startswith("Corbel Pricing") for one in shown)
    assert {one.verdict for one in explained.highlights} == {PASSED}
    assert {one.verdict for one in explained.near_misses} == {PASSED}


def test_no_verdict_is_shown_that_was_not_given() -> None:
    sentence = "Nobody was hurt, and no worker was sent home."
    highlight = Highlight(text=sentence, citations=cite_whole(STOPPED, sentence))
    article = make_article("a", title="Works stopped", text=STOPPED)
    for one in (highlight, replace(highlight, author=Author.EDITOR)):
        assert explain_highlight(one, (article,)).verdict == PASSED
        assert explain_highlight(one, ()).verdict is None
    now_refused = replace(highlight, text="Acme was fined $5 million in Norway.")
    assert explain_highlight(now_refused, (article,)).verdict is None
