"""The HTTP client on good days. What attacks it is in test_http_guards.py."""

from __future__ import annotations

import gzip
import time
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest

from newsletter.errors import FetchError
from newsletter.http import HTTPClient, StatusError
from tests.collect.loopback import Reply, Request, loopback, make_settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def make_client(**changes: Any) -> HTTPClient:
    return HTTPClient(make_settings(**changes), contact="https://news.example/about")


async def test_a_page_is_fetched_under_an_honest_name() -> None:
    async with loopback({"/": Reply(b"hello", headers={"Content-Type": "text/plain"})}) as site:
        async with make_client() as client:
            response = await client.get(site.url())
    assert (response.status, response.body, response.content_type) == (200, b"hello", "text/plain")
    assert response.final_url == site.url()
    agent = site.requests[0].headers["user-agent"]
    assert agent.startswith("newsletter-reader/")
    assert "https://news.example/about" in agent


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", gzip.compress(b"hello")), ("br", brotli.compress(b"hello")), ("identity", b"hello")],
    ids=["gzip", "br", "identity"],  # gzip writes the time: xdist wants the same name everywhere
)
async def test_compressed_bodies_are_undone(coding: str, body: bytes) -> None:
    async with loopback({"/": Reply(body, headers={"content-encoding": coding})}) as site:
        async with make_client() as client:
            assert (await client.get(site.url())).body == b"hello"


async def test_validators_make_a_request_conditional() -> None:
    async with loopback({"/": Reply(status=304)}) as site:
        async with make_client() as client:
            response = await client.get(
                site.url(), etag='W/"1"', last_modified="Sun, 04 Jan 2026 00:00:00 GMT"
            )
    assert response.not_modified
    headers = site.requests[0].headers
    assert headers["if-none-match"] == 'W/"1"'
    assert headers["if-modified-since"] == "Sun, 04 Jan 2026 00:00:00 GMT"


async def test_permanent_redirects_say_where_it_moved_and_temporary_ones_do_not() -> None:
    replies = {
        "/old": Reply(status=301, headers={"location": "/new"}),
        "/now": Reply(status=302, headers={"location": "/new"}),
        "/new": Reply(b"x"),
    }
    async with loopback(replies) as site:
        async with make_client() as client:
            moved = await client.get(site.url("/old"))
            elsewhere = await client.get(site.url("/now"))
    assert moved.moved == moved.final_url == site.url("/new")
    assert elsewhere.moved is None
    assert elsewhere.final_url == site.url("/new")


async def test_a_cookie_set_on_the_way_is_sent_back_within_one_fetch_only() -> None:
    def wall(request: Request) -> Reply:
        if "seen=1" in request.headers.get("cookie", ""):
            return Reply(b"in")
        return Reply(status=302, headers={"set-cookie": "seen=1; Path=/", "location": "/wall"})

    async with loopback({"/wall": wall, "/other": Reply(b"x")}) as site:
        async with make_client() as client:
            assert (await client.get(site.url("/wall"))).body == b"in"
            await client.get(site.url("/other"))
    assert "cookie" not in site.requests[-1].headers


@pytest.mark.parametrize(
    ("status", "permanent"), [(404, True), (410, True), (429, False), (500, False), (503, False)]
)
async def test_an_error_status_says_what_to_do(status: int, permanent: bool) -> None:
    async with loopback({"/": Reply(status=status, headers={"retry-after": "120"})}) as site:
        async with make_client() as client:
            with pytest.raises(StatusError) as caught:
                await client.get(site.url())
    assert caught.value.permanent is permanent
    assert str(status) in str(caught.value)
    assert caught.value.hint
    assert (caught.value.status, caught.value.headers["retry-after"]) == (status, "120")


async def test_robots_txt_is_asked_once_a_host_and_obeyed() -> None:
    robots = Reply(b"User-agent: newsletter-reader\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
    async with loopback({"/robots.txt": robots, "/a": Reply(b"a"), "/b": Reply(b"b")}) as site:
        async with make_client(respect_robots=True) as client:
            await client.get(site.url("/a"))
            await client.get(site.url("/b"))
            with pytest.raises(FetchError, match=r"robots\.txt") as caught:
                await client.get(site.url("/private/x"))
    assert caught.value.permanent
    assert "respect_robots" in caught.value.hint
    assert site.paths == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=403), Reply(b"<html>not found</html>")])
async def test_without_a_robots_txt_everything_is_allowed(reply: Reply) -> None:
    async with loopback({"/robots.txt": reply, "/a": Reply(b"a")}) as site:
        async with make_client(respect_robots=True) as client:
            assert (await client.get(site.url("/a"))).body == b"a"


async def test_a_robots_txt_that_fails_forbids_for_now() -> None:
    async with loopback({"/robots.txt": Reply(status=503), "/a": Reply(b"a")}) as site:
        async with make_client(respect_robots=True) as client:
            with pytest.raises(FetchError, match=r"robots\.txt answers with an error") as caught:
                await client.get(site.url("/a"))
    assert not caught.value.permanent
    assert site.paths == ["/robots.txt"]


async def test_robots_txt_counts_on_every_hop() -> None:
    replies = {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /hidden\n"),
        "/open": Reply(status=302, headers={"location": "/hidden"}),
        "/hidden": Reply(b"secret"),
    }
    async with loopback(replies) as site:
        async with make_client(respect_robots=True) as client:
            with pytest.raises(FetchError, match="forbids /hidden"):
                await client.get(site.url("/open"))
    assert "/hidden" not in site.paths


async def test_a_host_is_asked_at_its_pace_and_others_do_not_wait() -> None:
    async with loopback({"*": Reply(b"x")}) as site, loopback({"*": Reply(b"x")}) as other:
        async with make_client(per_host_delay=0.3) as client:
            started = time.monotonic()
            for number in range(3):
                await client.get(site.url(f"/{number}"))
            assert time.monotonic() - started > 0.55
        # The other's turn would come after the time-out of the test.
        async with make_client(per_host_delay=600, allow_hosts=("127.0.0.1", "localhost")) as client:
            await client.get(site.url("/"))
            await client.get(other.url("/", host="localhost"))


async def test_a_crawl_delay_is_kept() -> None:
    robots = Reply(b"User-agent: *\nCrawl-delay: 0.4\n")
    async with loopback({"/robots.txt": robots, "*": Reply(b"x")}) as site:
        async with make_client(respect_robots=True) as client:
            started = time.monotonic()
            await client.get(site.url("/1"))
            await client.get(site.url("/2"))
    assert time.monotonic() - started > 0.38


async def test_json_is_posted_to_the_operators_own_address() -> None:
    async with loopback(
        {"/hook": Reply(b'{"ok": true}', headers={"content-type": "application/json"})}
    ) as site:
        async with make_client(allow_hosts=()) as client:
            answer = await client.post_json(
                site.url("/hook"), {"text": "naïve"}, headers={"authorization": "Bearer x"}
            )
            await client.post_json(site.url("/hook"))
    assert answer == b'{"ok": true}'
    first, second = site.requests
    assert (first.method, first.body) == ("POST", '{"text": "naïve"}'.encode())
    assert (first.headers["content-type"], first.headers["authorization"]) == ("application/json", "Bearer x")
    assert second.body == b""


async def test_a_refused_post_repeats_the_hosts_words_but_never_the_secret_path() -> None:
    async with loopback({"/hook/s3cret": Reply(b'{"error": "no such model"}', status=404)}) as site:
        async with make_client() as client:
            with pytest.raises(StatusError) as caught:
                await client.post_json(site.url("/hook/s3cret"), {})
    assert "no such model" in caught.value.hint
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


async def test_a_post_that_fails_gives_no_advice_about_sources() -> None:
    async with loopback({"/hook": Reply(b"", status=401), "/slow": Reply(b"x", delay=600)}) as site:
        async with make_client() as client:
            for path in ("/hook", "/slow"):
                with pytest.raises(FetchError) as caught:
                    await client.post_json(site.url(path), {}, timeout=0.3)
                assert caught.value.hint == ""


async def test_a_post_is_given_up_in_time() -> None:
    async with loopback({"/hook": Reply(b"x", delay=600)}) as site:
        async with make_client() as client:
            with pytest.raises(FetchError, match="too slow"):
                await client.post_json(site.url("/hook"), {}, timeout=0.3)
