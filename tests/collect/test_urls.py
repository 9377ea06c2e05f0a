from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.collect.urls import canonicalize_url, forget_shared_parameters


def url(given_url: str, base: str | None = None) -> str | None:
    canonical = canonicalize_url(given_url, base=base)
    return canonical.url if canonical else None


def key(given_url: str) -> str | None:
    canonical = canonicalize_url(given_url)
    return canonical.key if canonical else None


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("http://example.com./a", "http://example.com/a"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/%7Euser/%c3%a9", "https://example.com/~user/%C3%A9"),
        ("https://example.com/é", "https://example.com/%C3%A9"),
        ("https://example.com/e\u0301", "https://example.com/%C3%A9"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://example.com/caf%E9", "https://example.com/caf%E9"),
        (" https://example.com/a\n b ", "https://example.com/a%20b"),
        ("https:/example.com/a", "https://example.com/a"),
        ("https:\\\\example.com\\a", "https://example.com/a"),
        ("//example.com/a", "http://example.com/a"),
        ("example.com/a", "http://example.com/a"),
        ("<![CDATA[https://example.com/a]]>", "https://example.com/a"),
        ("https://example.com/a?x=1&amp;y=2", "https://example.com/a?x=1&y=2"),
        ('https://example.com/a">more', "https://example.com/a"),
        ("https://example.com/ahttps://example.com/b", "https://example.com/a"),
        ("https://example.com/go/https://other.example/b", "https://example.com/go/https://other.example/b"),
        ("https://example.com/a?utm_source=rss&id=7&fbclid=x#top", "https://example.com/a?id=7"),
        ("https://example.com/a?UTM_Source=rss", "https://example.com/a"),
        ("https://example.com/#!/story/7", "https://example.com/#!/story/7"),
        ("https://example.com/a?", "https://example.com/a"),
    ],
)
def test_an_address_gets_its_normal_form(given_url: str, expected: str) -> None:
    assert url(given_url) == expected


@pytest.mark.parametrize(
    "given_url",
    [
        *(
            "",
            " ",
            "nonsense",
            "mailto:a@example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com/",
        ),
        *(
            "http://",
            "http://exa mple.com/",
            "http://example.com:99999/",
            "http://[::1",
            "http://-/",
        ),
        *(
            "http://example..com/",
            "file:///etc/passwd",
            "/only/a/path",
            "#part",
            "http://a:b:c/",
            "http://%00/",
        ),
        "http://example.com/" + "a" * 10_000,
    ],
)
def test_what_is_no_web_address_is_none(given_url: str) -> None:
    assert canonicalize_url(given_url) is None


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("/a", "https://example.com/a"),
        ("b", "https://example.com/news/b"),
        ("?p=2", "https://example.com/news/?p=2"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("http://other.example/", "http://other.example/"),
        ("www.other.example", "https://example.com/news/www.other.example"),
        ("mailto:a@b.example", None),
    ],
)
def test_a_relative_address_starts_at_its_base(given_url: str, expected: str | None) -> None:
    assert url(given_url, base="https://example.com/news/") == expected


SAME = [
    ("http://www.example.com/a/", "https://example.com/a"),
    ("https://m.example.com/a", "https://www.example.com/a"),
    ("https://en.m.wikipedia.org/wiki/Neodymium", "https://en.wikipedia.org/wiki/Neodymium"),
    ("https://example.com/a?b=1&a=2", "https://example.com/a?a=2&b=1"),
    ("https://example.com/a?q=x%20y", "https://example.com/a?q=x+y"),
    ("https://example.com/2026/01/big-news/amp/", "https://example.com/2026/01/big-news/"),
    ("https://example.com/amp/2026/big-news", "https://example.com/2026/big-news"),
    ("https://example.com/big-news.amp.html", "https://example.com/big-news.html"),
    ("https://example.com/a?amp=1", "https://example.com/a"),
    ("https://example.com/a/index.html", "https://example.com/a/"),
    ("https://example.com/a?replytocom=7#respond", "https://example.com/a"),
    (
        "https://www.google.com/url?rct=j&sa=t&url=https://example.com/a%3Fid%3D7&ct=ga",
        "https://example.com/a?id=7",
    ),
    ("https://example-com.cdn.ampproject.org/c/s/example.com/a", "https://example.com/a"),
    ("https://www.google.com/amp/s/example.com/a", "https://example.com/a"),
    ("https://example.com/lynas-lifts-ndpr-output?ref=home", "https://example.com/lynas-lifts-ndpr-output"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_forms_of_one_page_share_a_key(first: str, second: str) -> None:
    assert key(first) == key(second) is not None


DIFFERENT = [
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a", "https://example.com/a?page=2"),
    ("https://example.com/a", "https://example.com/A"),
    ("https://a.example.com/", "https://b.example.com/"),
    ("https://film.example.com/", "https://filexample.com/"),
    ("https://example.com/", "https://example.com:8443/"),
    ("https://example.com/amp", "https://example.com/"),
    ("https://example.com/tree?ref=main", "https://example.com/tree?ref=dev"),
    ("https://example.com/?p=1", "https://example.com/?p=2"),
    ("https://example.com/#!/a", "https://example.com/#!/b"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/a?x=", "https://example.com/a?x=1"),
    ("https://example.com/go/https://x.example/1", "https://example.com/go/https://x.example/2"),
    ("https://news.google.com/rss/articles/CBMiA?oc=5", "https://news.google.com/rss/articles/CBMiB?oc=5"),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_different_pages_keep_different_keys(first: str, second: str) -> None:
    assert key(first) != key(second)


hosts = st.from_regex(r"\A[a-z0-9]{1,8}(\.[a-z]{2,5}){1,2}\Z")
paths = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), max_size=4).map("/".join)
addresses = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    hosts,
    st.sampled_from(["", ":80", ":443", ":8080", ":081"]),
    paths,
    st.one_of(
        st.just(""), paths.map("?{}".format), st.sampled_from(["?a=1&utm_id=2", "?&&", "?=x", "?ref=%25"])
    ),
    st.one_of(st.just(""), paths.map("#{}".format)),
)


@example("http://x.example/a?b=c&amp;amp;amp;d=e")
@example("https://x.example/a&amp\r\n;b")
@given(
    st.one_of(
        addresses, st.text(max_size=200), st.binary(max_size=100).map(lambda data: data.decode("latin-1"))
    )
)
@example("http://a.example/%%34%31")
@example("http://a.example/?%%34%31=%")
@example("http://a.example//amp/amp//x-1/amp")
@example("http://www.www.example.com/index.html/index.html")
def test_canonicalizing_never_raises_and_twice_is_as_once(given_url: str) -> None:
    once = canonicalize_url(given_url)
    if once is None:
        return
    assert once.url.startswith(("http://", "https://"))
    assert once.url.isascii()
    again = canonicalize_url(once.url)
    assert again == once


@given(addresses)
@example("http://0.aa/&/index.html")
def test_a_key_is_its_own_key(given_url: str) -> None:
    once = canonicalize_url(given_url)
    if once is not None:
        assert key(once.key) == once.key


@given(st.text(max_size=200), st.one_of(st.none(), addresses, st.text(max_size=30)))
def test_any_base_is_survived(given_url: str, base: str | None) -> None:
    canonicalize_url(given_url, base=base)


@pytest.mark.parametrize(
    "part", ["a-", "/amp", "%41", "&a=1", "../", "https://", "%", "www.", "\\", "é", "&amp;"]
)
def test_no_long_address_takes_long(part: str) -> None:
    started = time.process_time()
    canonicalize_url("https://example.com/" + part * (8000 // len(part)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "view",
    [
        "/news/big-news-1?_amp=true",
        "/news/big-news-1?layout=amp",
        "/amphtml/news/big-news-1",
        "/news/big-news-1/amphtml/",
    ],
)
def test_further_forms_of_amp_are_the_same_page(view: str) -> None:
    found = canonicalize_url(f"https://example.com{view}")
    assert found is not None
    assert found.key == "example.com/news/big-news-1"


def _learn(*queries: str) -> dict[str, str]:
    return forget_shared_parameters(
        f"https://x.example/{number}?{query}" for number, query in enumerate(queries)
    )


def test_what_all_links_of_a_feed_have_is_forgotten() -> None:
    found = _learn("feed=a&id=1", "id=2&feed=a", "feed=a&id=3", "feed=a&id=4")
    assert sorted(found.values()) == [
        "x.example/0?id=1",
        "x.example/1?id=2",
        "x.example/2?id=3",
        "x.example/3?id=4",
    ]
    assert _learn("feed=a", "feed=a", "feed=a") == {}  # of few pages nothing is learned
    assert _learn("feed=a", "feed=a", "feed=a", "feed=b") == {}
    assert _learn(*["lang=de"] * 5) == {}
    one = (f"https://x.example/?p={number}&feed=a" for number in range(5))
    assert "x.example?p=3" in forget_shared_parameters(one).values()
