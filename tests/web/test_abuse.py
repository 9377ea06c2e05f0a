"""Everything a stranger may send, at every route: no answer is a fault of ours, no state changes."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model import Subscriber, SubscriberStatus
from newsletter.store.notices import list_notices
from newsletter.store.subscribers import count_subscribers
from newsletter.subscribers.tokens import Purpose
from newsletter.web.asgi import build_app
from tests.support.subscriber_factories import add_active, find_by_key
from tests.support.web_factories import Site, make_site, publish
from tests.support.whole_sets import FEWER

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = make_site(Path(tmp_path_factory.mktemp("abuse")))
    publish(site)
    add_active(site.register)
    yield site
    site.stack.close()
    site.register.store.close()


ROUTES = (
    "/",
    "/.well-known/security.txt",
    "/a/{token}",
    "/about",
    "/api/v1",
    "/c/{token}",
    "/draft/{token}",
    "/embed",
    "/feed.xml",
    "/healthz",
    "/hooks/bounces/{provider}",
    "/issues",
    "/issues/{day}",
    "/issues/{edition}/{day}/{story}",
    "/issues/{first}/{second}",
    "/metrics",
    "/open",
    "/open/{token}",
    "/p/{token}",
    "/privacy",
    "/readyz",
    "/robots.txt",
    "/search",
    "/sitemap-{number}.xml",
    "/sitemap.xml",
    "/static/{name}",
    "/subscribe",
    "/u/{token}",
)


def find(site: Site, address: str) -> Subscriber | None:
    with site.register.store.read() as connection:
        return find_by_key(connection, address)


def counts(site: Site) -> tuple[int, int, int]:
    with site.register.store.read() as connection:
        people = count_subscribers(connection)
    return (
        people[SubscriberStatus.ACTIVE],
        people[SubscriberStatus.UNSUBSCRIBED],
        len(list_notices(site.register.store)),
    )


hostile_text = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "../../etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%00",
            "%0d%0aSet-Cookie:x=1",
            "\r\nX: y",
            "'; DROP TABLE subscribers; --",
            "<script>alert(1)</script>",
            "{{7*7}}",
            "${jndi:ldap://x}",
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
            "A" * 5_000,
            "2026-01-05",
            "lynas-lifts-ndpr-output",
        ]
    ),
)
bodies = st.one_of(
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(
            ["email", "stamp", "website", "action", "until", "days", "reason", "List-Unsubscribe"]
        ),
        st.text(max_size=40),
    ).map(lambda form: "&".join(f"{name}={quote(value)}" for name, value in form.items()).encode()),
)
content_types = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain; charset=\xff",
        "",
    ]
)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes
    content_type: str


@st.composite
def requests(draw: st.DrawFn) -> Request:
    path = draw(st.sampled_from(ROUTES))
    while "{" in path:
        start, _, rest = path.partition("{")
        path = start + quote(draw(hostile_text), safe="") + rest.partition("}")[2]
    if query := draw(st.one_of(st.just(""), hostile_text)):
        path += f"?q={quote(query, safe='')}&{quote(query)}"
    return Request(draw(st.sampled_from(METHODS)), path, draw(bodies), draw(content_types))


@given(request=requests())
@settings(max_examples=250 // FEWER, deadline=None)
def test_no_request_breaks_a_route_or_changes_the_ledger(target: Site, request: Request) -> None:
    target.pass_time(seconds=5)
    before = counts(target)
    headers = [(b"content-type", request.content_type.encode("latin-1"))]
    answer = target.client.request(request.method, request.path, content=request.body, headers=headers)
    assert answer.status_code < 500, request
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert counts(target) == before, "a stranger without a token changes nothing"


@given(
    name=st.text(alphabet=string.ascii_letters + "-", min_size=1, max_size=20), value=st.binary(max_size=200)
)
@settings(max_examples=80 // FEWER, deadline=None)
def test_no_header_breaks_a_page(target: Site, name: str, value: bytes) -> None:
    safe = bytes(byte for byte in value if byte not in b"\r\n\x00")
    headers = [(name.encode(), safe), (b"if-none-match", safe), (b"range", safe)]
    assert target.client.get("/issues", headers=headers).status_code < 500


@given(body=bodies, content_type=content_types, door=st.sampled_from(["u", "p", "c", "subscribe"]))
@settings(max_examples=150 // FEWER, deadline=None)
def test_whoever_holds_a_link_breaks_nothing_either(
    target: Site, body: bytes, content_type: str, door: str
) -> None:
    """The token is good, all else is hostile: an answer in words, and nobody else is touched."""
    target.pass_time(minutes=10)
    reader = find(target, "holder@example.org") or add_active(target.register, "holder@example.org")
    before = find(target, "reader@example.org")
    purpose = Purpose.CONFIRM if door == "c" else Purpose.UNSUBSCRIBE
    path = "/subscribe" if door == "subscribe" else f"/{door}/{target.token(reader.id, purpose)}"
    stamp = target.stamp()
    if door == "subscribe":
        target.pass_time(seconds=5)
        body += b"&stamp=" + stamp.encode()
    headers = [(b"content-type", content_type.encode("latin-1"))]
    answer = target.client.post(path, content=body, headers=headers)
    assert answer.status_code < 500
    assert "<script" not in answer.text
    assert find(target, "reader@example.org") == before


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_opens_no_door_but_its_own(target: Site, purpose: Purpose) -> None:
    reader = add_active(target.register, f"{purpose.name.lower()}@example.org")
    token = target.token(reader.id, purpose)
    doors = {
        "u": Purpose.UNSUBSCRIBE,
        "p": Purpose.UNSUBSCRIBE,
        "c": Purpose.CONFIRM,
        "a": Purpose.NEW_ADDRESS,
    }
    for door, wanted in doors.items():
        if wanted is not purpose:
            assert target.client.post(f"/{door}/{token}").status_code == 404


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # GET and HEAD of one function
def test_every_route_is_attacked(target: Site) -> None:
    assert tuple(sorted(build_app(target.services).openapi()["paths"])) == ROUTES
