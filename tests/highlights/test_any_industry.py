"""The same articles with the nouns and units of another industry get the same highlights: no code knows the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from newsletter.config import Editorial
from newsletter.english.acronyms import find_acronyms
from newsletter.english.rules import learn
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article
from tests.support.factories import make_article

# The words of the articles below, and what stands for them in chips, shipping and pharma; the first are rare earths'.
INDUSTRIES = {
    "rare earths": {
        "maker": "miner", "work": "mine", "other": "refinery", "thing": "oxide", "kind": "ore", "unit": "tonnes",
        "power": "megawatts", "short": "TREO", "deed": "dug", "early": "scoping",
    },
    "chips": {
        "maker": "chipmaker", "work": "fab", "other": "foundry", "thing": "wafer", "kind": "die", "unit": "lots",
        "power": "nanometres", "short": "HBM", "deed": "etched", "early": "tape-out",
    },
    "shipping": {
        "maker": "carrier", "work": "berth", "other": "terminal", "thing": "container", "kind": "box", "unit": "TEU",
        "power": "knots", "short": "FEU", "deed": "moved", "early": "sea-trial",
    },
    "pharma": {
        "maker": "drugmaker", "work": "lab", "other": "clinic", "thing": "vaccine", "kind": "dose", "unit": "vials",
        "power": "milligrams", "short": "GLP", "deed": "filled", "early": "phase-one",
    },
}  # fmt: skip
ARTICLES = {
    "Norhavn opens second {work} in Tallin": """
Norhavn opened a second {work} in Tallin on Monday, which will make 4,000 {unit} of {thing} a year from 2027, the {maker} said.

The {maker} expects sales of $310 million from it by 2028. It {deed} 900 {unit} in May, 12% more than in April.

The {work} uses 40 {power} and employs 210 people. Output of 300 {unit} {short} is planned for the summer.

“The {thing} we make here is the best in Europe,” said chief executive Ada Brown. The Tallin {work} plays a vital role in a
secure supply chain.

A {early} study of a {other} in Lund is due in June. Rival Baltia denied that it had offered to buy the {work}.
""",
    "Baltia cuts {thing} prices as {kind} piles up": """
Baltia cut the price of {thing} by 8% to $42 a unit on Tuesday after stocks of {kind} rose to 61,000 {unit}.

The {maker} lost $18 million in the quarter, against a profit of $6 million a year before. Its {other} in Lund, which handled
2,300 {unit}, will close for two weeks in July.

Analysts at Fjord Bank said that prices could fall by another 5% before autumn. The {other} employs 340 people.

Each {work} needs {kind}, and as the world turns to {thing}, demand for {short} grows.
""",
}


def _lexicon(words: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What the lexicon of an industry says of its words."""
    return {
        "company": (words["maker"],),
        "acronym": (words["short"], words["unit"]),
        "early_stage": (words["early"],),
        "thing": (
            f"project {words['work']}",
            f"plant {words['other']}",
            f"product {words['thing']} {words['kind']}",
        ),
    }


def _articles(words: Mapping[str, str]) -> Iterator[Article]:
    for title, text in ARTICLES.items():
        yield make_article(title=title.format(**words), text=text.format(**words))


def _plain(text: str, words: Mapping[str, str]) -> str:
    """The words of an industry as their names in the articles above."""
    for name, word in sorted(words.items(), key=lambda pair: -len(pair[1])):
        text = re.sub(rf"\b{word}(?=s?\b)", f"{{{name}}}", text)
    return text


@pytest.fixture(params=[name for name in INDUSTRIES if name != "rare earths"])
def industry(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param
    learn({})


def _read(name: str) -> list[tuple[list[str], list[tuple[str, tuple[str, ...]]]]]:
    """The highlights of the articles, and all that could have been one with what speaks against it."""
    words = INDUSTRIES[name]
    learn(_lexicon(words))
    return [
        (
            [
                _plain(highlight.text, words)
                for highlight in summarize_story((article,), settings=Editorial())
            ],
            [(_plain(c.shown, words), c.weak) for c in find_candidates(article, max_words=34)],
        )
        for article in _articles(words)
    ]


def test_the_same_news_of_another_industry_gets_the_same_highlights(industry: str) -> None:
    for ours, theirs in zip(_read("rare earths"), _read(industry), strict=True):
        assert theirs[1] == ours[1]
        assert theirs[0] == ours[0]
        assert len(ours[0]) > 2


def test_a_reader_knows_the_acronyms_of_the_subject_alone(industry: str) -> None:
    words = INDUSTRIES[industry]
    learn({})
    assert find_acronyms(f"Sales of {words['short']} rose.") == (words["short"],)
    learn(_lexicon(words))
    assert find_acronyms(f"Sales of {words['short']} rose.") == ()
