"""How pages are answered: compressed, kept, and with a way on where there is nothing."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from newsletter.web.forms import mask
from tests.support.subscriber_factories import add_active
from tests.support.web_factories import Site, publish, publish_days


def raw(site: Site, path: str, accepted: str) -> tuple[str, bytes]:
    """Return the encoding and the bytes as they went over the wire."""
    with site.client.stream("GET", path, headers={"accept-encoding": accepted}) as answer:
        return answer.headers.get("content-encoding", ""), b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/feed.xml", "/issues/2026-01-05", "/issues"])
def test_what_is_the_same_for_everyone_is_compressed_for_whoever_takes_it(site: Site, path: str) -> None:
    publish_days(site, 3)
    plain_encoding, plain = raw(site, path, "identity")
    encoding, packed = raw(site, path, "br;q=1.0, gzip;q=0.8")
    assert (plain_encoding, encoding) == ("", "gzip")
    assert gzip.decompress(packed) == plain
    assert len(packed) < 0.6 * len(plain)
    assert raw(site, path, "gzip;q=0")[0] == ""


def test_a_compressed_page_has_the_tag_of_the_plain_one_and_caches_keep_them_apart(site: Site) -> None:
    publish(site)
    packed = site.client.get("/feed.xml", headers={"accept-encoding": "gzip"})
    assert packed.headers["vary"] == "accept-encoding"
    again = site.client.get("/feed.xml", headers={"if-none-match": packed.headers["etag"]})
    assert again.status_code == 304


def test_a_page_that_holds_a_token_is_never_compressed(site: Site) -> None:
    reader = add_active(site.register)
    assert raw(site, f"/p/{site.token(reader.id)}", "gzip")[0] == ""


def test_a_page_that_is_not_there_shows_the_ways_on(site: Site) -> None:
    page = site.client.get("/nothing")
    assert page.status_code == 404
    assert 'action="/search"' in page.text
    assert '<a href="/issues">Past issues</a>' in page.text


def test_a_private_archive_is_not_offered_where_a_page_is_not_there(build: Callable[..., Site]) -> None:
    page = build(web={"archive": "private"}).client.get("/nothing").text
    assert "/search" not in page
    assert "/issues" not in page
    assert '<a href="/">Home</a>' in page


def test_whoever_reloads_the_answer_of_the_form_gets_the_form(site: Site) -> None:
    answer = site.client.get("/subscribe", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/#signup"


def test_the_hint_of_an_address_shows_its_domain_in_its_own_letters() -> None:
    assert mask("reader@xn--bcher-kva.example").endswith("@bücher.example")
    assert mask("reader@xn--.example").endswith("@xn--.example"), "what is none stays as it is"


def test_addresses_to_write_to_can_be_pressed(site: Site) -> None:
    assert '<a href="mailto:daily@news.example">daily@news.example</a>' in site.client.get("/privacy").text
    assert '<a href="mailto:unsubscribe@news.example">' in site.client.get("/u/cut-in-two").text
