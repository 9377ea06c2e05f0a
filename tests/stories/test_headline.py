from __future__ import annotations

import time
from itertools import permutations

import pytest

from newsletter.model import Article, PublisherKind
from newsletter.stories.group import group_articles
from newsletter.stories.headline import DECORATIONS, read_claim
from newsletter.stories.novelty import clean_headline
from tests.support.factories import make_article, make_publisher

CLAIM = "Lynas halts Kalgoorlie plant"


@pytest.mark.parametrize("headline", [text for row in DECORATIONS for text in row["acts"]])
def test_what_stands_around_a_claim_is_told_from_it(headline: str) -> None:
    assert read_claim(headline) == CLAIM


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("UPDATE 2-China licenses furnaces", "China licenses furnaces"),
        ("RPT-WRAPUP 1-China licenses furnaces", "China licenses furnaces"),
        ("RARE EARTHS DAILY 26 Nov: Terbium jumps", "Terbium jumps"),
        ("Rare Earth Weekly: the price of waiting", "Rare Earth Weekly: the price of waiting"),
        ("CORRECTED-China licenses furnaces", "China licenses furnaces"),
        ("CORRECTED: China licenses furnaces", "China licenses furnaces"),
        ("CORRECTED-UPDATE 1-China licenses furnaces", "China licenses furnaces"),
        ("CORRECTION – China licenses furnaces", "China licenses furnaces"),
        ("CORRECTING and REPLACING China licenses furnaces", "China licenses furnaces"),
        ("CORRECTED (OFFICIAL)-China licenses furnaces", "China licenses furnaces"),
        ("REFILE-China licenses furnaces", "China licenses furnaces"),
        ("Correction: tariff on magnets", "Correction: tariff on magnets"),
        ("CORRECTIONS officers strike", "CORRECTIONS officers strike"),
        ("COLUMN-Floors are a leash", "COLUMN-Floors are a leash"),
        ("Update-heavy week for Lynas", "Update-heavy week for Lynas"),
    ],
)
def test_a_headline_is_shown_without_the_tag_of_its_version(title: str, shown: str) -> None:
    assert clean_headline(title, "Reuters") == shown


@pytest.mark.parametrize("headline", [text for row in DECORATIONS for text in row["spares"]])
def test_what_belongs_to_the_claim_stays(headline: str) -> None:
    assert read_claim(headline) == headline


@pytest.mark.parametrize(
    "word", sorted(word for row in DECORATIONS for word in row["words"]), ids=lambda word: word
)
def test_every_word_of_the_table_acts(word: str) -> None:
    assert read_claim(f"{word.upper()}: {CLAIM}") == CLAIM


def test_the_articles_own_publisher_is_no_claim_unless_the_news_is_about_it() -> None:
    press = make_publisher("Rare Earth Exchanges")
    assert read_claim(f"{CLAIM} - Rare Earth Exchanges", press) == CLAIM
    issuer = make_publisher("Ucore", kind=PublisherKind.ISSUER)
    assert read_claim("Ucore: plant opens in Louisiana", issuer) == "Ucore: plant opens in Louisiana"


def test_decorated_headlines_of_one_event_are_one_story_and_of_two_are_two() -> None:
    def article(number: int, title: str) -> Article:
        return make_article(f"a{number}", title=title, text="", publisher=make_publisher(f"P{number}"))

    kuantan, quota = (
        "Lynas halts Kuantan cracking plant after flood",
        "China raises mining quota by 6 percent",
    )
    frames = ("{}", "UPDATE 1-{}", "Video: {}", "Breaking: {} - Reuters", "{} | Mining.com", "Show HN: {}")
    for one, other in permutations(frames, 2):
        same = [article(1, one.format(kuantan)), article(2, other.format(kuantan))]
        assert len(group_articles(same)) == 1, (one, other)
    assert (
        len(
            group_articles(
                [
                    article(n, f.format(t))
                    for n, (f, t) in enumerate(
                        (frame, title) for frame in frames for title in (kuantan, quota)
                    )
                ]
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    "text", ["x" + " " * 40_000 + "y", "| " * 20_000, "update " * 9_000, "x - " + "the " * 9_000]
)
def test_no_headline_takes_long(text: str) -> None:
    start = time.process_time()
    read_claim(text)
    assert time.process_time() - start < 5
