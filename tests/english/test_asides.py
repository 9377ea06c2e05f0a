from __future__ import annotations

import pytest

from newsletter.english.blocks import BlockKind, find_aside


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The airline did not respond to two requests for comment.", BlockKind.NO_ANSWER),
        ("A spokesman for the executive said it did not comment on leaks.", BlockKind.NO_ANSWER),
        ("The bank's chairman could not be reached for comment.", BlockKind.NO_ANSWER),
        ("Values in round brackets are those of the week before.", BlockKind.READING),
        ("The chart below shows imports by month.", BlockKind.READING),
        ("All amounts are in euros unless otherwise stated.", BlockKind.READING),
        ("Duplicates were inserted in each batch of samples.", BlockKind.QUALITY),
        ("Cores were sealed and shipped to a laboratory in Lyon.", BlockKind.QUALITY),
        ("Sign up to our Thursday letter.", BlockKind.CALL),
        ("Good afternoon and welcome.", BlockKind.STUDIO),
    ],
)
def test_what_is_about_the_text_is_told_in_any_trade(sentence: str, kind: BlockKind) -> None:
    assert find_aside(sentence) is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "The airline did not pay its pilots in May.",
        "Acme declined to say when the ferry would sail, but denied that it was sold.",
        "The map shows that the dike must rise by 60 centimetres.",
        "The governor attended the opening and pledged $40 million for the bridge.",
        "Samples of the milk held lead at three times the limit.",
        "Sam Field joined Acme as chief engineer in May.",
        "The conference heard that exports fell by 4%.",
        "Followers of the club bought 31% of the shares.",
        "The Ministry hereby bans the export of seed.",
        "The union met the minister and agreed on pay of 5%.",
    ],
)
def test_news_in_like_words_is_no_aside(sentence: str) -> None:
    assert find_aside(sentence) is None
