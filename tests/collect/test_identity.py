from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.identity import canonical_key, find_page_key, is_same_page


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        ("https://x.example/p?id=7&view=full", "https://x.example/p/lynas-lifts", "x.example/p/lynas-lifts"),
        ("https://edition.x.example/a-1", "https://www.x.example/a-1", "x.example/a-1"),
        ("https://x.example/news/a?src=live", "/news/a", "x.example/news/a"),
        ("https://x.example/a", "https://x.example/a/", None),  # the same key: nothing joins
        ("https://x.example/a", None, None),
        ("https://x.example/a", "javascript:alert(1)", None),
        ("https://x.example/a", "https://other.example/a", None),
        ("https://x.example/a", "https://notx.example/a", None),
        ("https://x.example/news/a", "https://x.example/", None),
        ("https://x.example/news/a", "https://x.example/news/", None),
        ("https://x.example/?p=7", "https://x.example/", None),
    ],
)
def test_a_declared_address_is_taken_with_care(url: str, declared: str | None, expected: str | None) -> None:
    assert canonical_key(url, declared) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_declaration_is_survived(url: str, declared: str) -> None:
    canonical_key(url, declared)
    canonical_key("https://x.example/a", declared)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (None, "x.example/a"),
        ("https://x.example/news/lynas-lifts-output", "x.example/news/lynas-lifts-output"),
        ("https://other.example/news/lynas-lifts-output", "x.example/a"),
        ("https://x.example/", "x.example/a"),
    ],
)
def test_a_page_is_known_by_its_own_address_where_its_claim_is_not_believed(
    declared: str | None, expected: str
) -> None:
    assert find_page_key("https://www.x.example/a?utm_source=feed", declared) == expected


def test_views_of_one_page_are_the_same_and_other_articles_are_not() -> None:
    text = (
        "Lynas lifted its output of NdPr oxide to a record of 2,080 tonnes as the Kalgoorlie plant ran well."
    )
    assert is_same_page(text, f"{text} Print Share")
    assert not is_same_page(text, text.replace("Lynas", "Iluka").replace("NdPr oxide", "zircon sand")[:60])
    assert not is_same_page("", "")
