from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.identity import canonical_key


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
