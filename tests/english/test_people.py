from __future__ import annotations

import pytest

from newsletter.english.speech.people import introduce


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Ada Brown, Chief Executive Officer of the Company, stated: “Fine.”",
            "Chief Executive Officer Ada Brown",
        ),
        ("“Fine,” said Ada Brown, president and chair of Borealis Inc.", "President and chair Ada Brown"),
        ("“Fine,” said Ada Brown, head of trading at Borealis.", "Ada Brown, head of trading,"),
        ("“Fine,” said Ada Brown, CEO of Larkspur Digital.", "Ada Brown, CEO of Larkspur Digital,"),
        ("It rose, Borealis Metals Managing Director Ada Brown said.", "Borealis Metals Managing Director Ada Brown"),
        ("It rose, Larkspur Digital CEO Ada Brown said.", "Larkspur Digital CEO Ada Brown"),
        ("“Fine,” said auction house partner Ada Brown.", "Ada Brown"),
        ("Managing director Ada Brown spoke. Ada Brown was calm.", "Managing director Ada Brown"),
        ("Ada Brown, who lives in Boise, was calm.", "Ada Brown"),
        ("said Ada Brown, head of trading at Polar Lines in a statement.", "Ada Brown, head of trading at Polar Lines,"),
        ("In 2004 Ada Brown was chair of Polar Lines.", "Ada Brown"),
        ("said Ada Brown, head of trading at Polar Lines.\n", "Ada Brown, head of trading at Polar Lines,"),
        (
            "Ada Brown is head of strategic purchasing at the Norwegian car ferry operator Polar Lines. She spoke to us.",
            "Ada Brown, head of strategic purchasing,",  # the firm would make it too long
        ),
        ("Ada Brown, 58, is chair of Larkspur Digital.", "Ada Brown, chair of Larkspur Digital,"),
        (
            "Ada Brown, deputy director for industrial materials at the Federal Office for the Resilience of Supply, left.",
            "Ada Brown, deputy director for industrial materials,",
        ),
        ("Ada Brown became chair of Polar Lines three weeks before the strike.", "Ada Brown, chair of Polar Lines,"),
        ("Ada Brown ran Polar Lines until May.", "Ada Brown"),
        ("Ada Brown has run Polar Lines, the ferry company, since 2020.", "Ada Brown of Polar Lines"),
        ("Ada Brown, who founded Borealis, spoke.", "Ada Brown"),  # which the headline has
        ("We met managing director Ada Brown, 46, in Lund.", "Managing director Ada Brown"),
        ("Its chief executive, Ada Brown, said no.", "Chief executive Ada Brown"),
        ("The founder of Nordlys Metals, Ada Brown, said no.", "Ada Brown, founder of Nordlys Metals,"),
        ("The bid was taken by the chair, Ada Brown said.", "Ada Brown"),
        ("After a talk with the director, Ada Brown, a keeper, spoke.", "Ada Brown"),
        ("The son of the founder of Acme, Ada Brown, said no.", "Ada Brown"),
        ("The club sacked its manager, Ada Brown and Bo Lund said.", "Ada Brown"),
        ("Comment | By Ada Brown, policy director, Friends of the Quay\n\nIt rose.", "Ada Brown, policy director, Friends of the Quay,"),
        ("By Ada Brown, Lund\n\nIt rose.", "Ada Brown"),
    ],
)  # fmt: skip
def test_a_person_is_introduced_by_the_role_that_the_article_gives(text: str, shown: str) -> None:
    assert introduce("Ada Brown", text, "Borealis opens mill") == shown


def test_nobody_is_introduced_whom_the_headline_has_or_who_is_no_person() -> None:
    text = "Ada Brown, CEO of Borealis, said so. Borealis Metals, a miner, agreed."
    assert introduce("Ada Brown", text, "Brown of Borealis steps down") == "CEO Ada Brown"
    assert introduce("Ada Brown", text, "CEO Brown steps down") == "Ada Brown"
    assert introduce("Ada Brown", text, "Questions to Ada Brown") == "Ada Brown, CEO of Borealis,"
    assert introduce("Borealis Metals", text, "Mill opens") == "Borealis Metals"
