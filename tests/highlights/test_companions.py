from __future__ import annotations

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.companions import read_companions
from newsletter.highlights.reader_value import value_candidates
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article
from tests.support.factories import make_article

ACCUSED = make_article(
    title="Dairy accused over lead",
    text=(
        "Inspectors accused the dairy Larkmilk on Monday of hiding nine tests that found lead in its milk. "
        "Milk from the plant in Boise is sold in three states. The plant was built in 1998 and employs 140 people. "
        "Sales of the dairy rose 6% last year to $82 million. Larkmilk denied hiding any test and said all were filed."
    ),
)
DEAL = make_article(
    title="Nordjet orders 40 aircraft",
    text=(
        "The airline Nordjet signed an agreement on Tuesday to buy 40 aircraft from Avela for $3.1 billion. "
        "Avela builds them in Turin. The first would be delivered in 2029. "
        "The agreement is not binding and lapses in March unless lenders approve it. The airline flies to 60 towns."
    ),
)


def rank_companions(article: Article, told: int) -> list[str]:
    """All other sentences of ``article``, that which ``told`` needs most first."""
    candidates = find_candidates(article, max_words=34)
    read = read_companions(article, candidates, value_candidates(candidates))
    sentences = split_sentences(article.text)
    return [sentences[index].text for index, _ in read.find(told, least=-1.0)]


def test_the_denial_is_what_an_accusation_needs_most() -> None:
    assert "denied" in rank_companions(ACCUSED, 0)[0]


def test_what_does_not_bind_is_what_a_deal_needs_most() -> None:
    assert "not binding" in rank_companions(DEAL, 0)[0]


def test_a_sentence_that_is_none_of_the_article_needs_nothing() -> None:
    assert rank_companions(ACCUSED, 99) == []


def test_a_set_tells_the_denial_beside_the_accusation() -> None:
    found = summarize_story((ACCUSED,), settings=Editorial(max_highlights=2))
    assert "accused" in found[0].text
    assert any("denied" in highlight.text for highlight in found)


def test_what_goes_on_from_a_bullet_stands_right_below_it() -> None:
    article = make_article(
        title="Corva opens its second mill in Turku after two years of building",
        text=(
            "Corva opened its second mill in the harbour of Turku on Monday after two years of building and three "
            "delays that its owners had blamed on the price of steel.\n\n"
            "It will press 400 tonnes of seed a day from the spring on, twice what the old mill could press, and will "
            "employ 120 people in three shifts all year."
        ),
    )
    found = summarize_story((article,), settings=Editorial())
    told = [highlight.text for highlight in found]
    assert not told[0].startswith("It ")
    assert len(told) == 2
    assert "400 tonnes" in told[1]
