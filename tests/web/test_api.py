"""What other programs may do, with which token; and what a stranger gets: the same problem everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from newsletter.model import DAILY, EditionKey, IssueStatus, Subscriber, SubscriberStatus
from newsletter.store.acts import list_acts
from newsletter.store.api_tokens import revoke_token
from newsletter.store.consent_events import list_events
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import find_record
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent
from newsletter.web.api import gate
from newsletter.web.api.access import Scope, make_token
from newsletter.web.api.routes import describe_api
from tests.support.subscriber_factories import NOW, add_active, by, make_address
from tests.support.web_factories import Site, publish

API = "/api/v1"
PATHS = {
    ("POST", "/subscribers"): Scope.ADD,
    ("POST", "/subscribers/find"): Scope.READ,
    ("GET", "/subscribers/1"): Scope.READ,
    ("DELETE", "/subscribers/1"): Scope.REMOVE,
    ("GET", "/issues"): Scope.ISSUES,
    ("GET", "/issues/2026-01-05"): Scope.ISSUES,
}
GOOD_BODIES = {"/subscribers": {"address": "new@example.org"}, "/subscribers/find": {}}


@dataclass
class Program:
    """Another program with its token."""

    site: Site
    token: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.site.client.request(method, f"{API}{path}", json=body, headers=headers)


@pytest.fixture
def meet(site: Site) -> Callable[..., Program]:
    def make(*scopes: Scope, name: str = "", days: int = 30) -> Program:
        name = name or "-".join(scopes)
        return Program(site, make_token(site.register.store, name, scopes, site.services.now(), days=days))

    return make


def statuses(site: Site, address: str) -> SubscriberStatus | None:
    found, _ = consent.look_up(site.register, make_address(address))
    return found.status if found else None


def test_the_table_of_this_test_knows_every_route(site: Site) -> None:
    described = {
        (method.upper(), path.replace("{id}", "1").replace("{date}", "2026-01-05"))
        for path, methods in describe_api(site.services)["paths"].items()
        for method in methods
    }
    assert described == set(PATHS)


@pytest.mark.parametrize(
    ("method", "path"), [*PATHS, ("GET", "/nothing"), ("PUT", "/subscribers"), ("GET", "/")]
)
def test_without_a_good_token_every_path_gives_the_same_answer(
    site: Site, meet: Callable[..., Program], method: str, path: str
) -> None:
    gone = meet(Scope.OPERATOR, name="gone")
    assert revoke_token(site.register.store, "gone", NOW)
    old = meet(Scope.OPERATOR, name="old", days=1)
    site.pass_time(days=2)
    answers = set()
    for given in (
        None,
        "",
        "Bearer",
        "Bearer wrong",
        f"Bearer {gone.token}",
        f"Bearer {old.token}",
        "Basic eDp5",
    ):
        headers = {} if given is None else {"authorization": given}
        answer = site.client.request(method, f"{API}{path}", content=b"{", headers=headers)
        answers.add((answer.status_code, answer.headers["content-type"], answer.text))
    [(status, kind, text)] = answers
    assert (status, kind) == (401, "application/problem+json")
    assert "A good token is needed." in text


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_token_opens_what_its_scope_says_and_nothing_else(
    site: Site, meet: Callable[..., Program], method: str, path: str
) -> None:
    add_active(site.register)
    publish(site)
    needed = PATHS[method, path]
    for scope in Scope:
        answer = meet(scope).ask(method, path, GOOD_BODIES.get(path))
        may = scope in {needed, Scope.OPERATOR}
        assert (answer.status_code < 300) is may, (scope, answer.text)
        assert may or answer.status_code == 403


def test_whoever_is_added_is_asked_and_pending_and_the_answer_tells_nothing(
    site: Site, meet: Callable[..., Program]
) -> None:
    add_active(site.register, "known@example.org")
    left = add_active(site.register, "left@example.org")
    consent.unsubscribe(site.register, left.id, by("page"))
    consent.erase(site.register, make_address("erased@example.org"), now=NOW)
    program = meet(Scope.ADD, name="website")
    answers = [
        program.ask("POST", "/subscribers", {"address": f"{who}@example.org", "name": "Ann\u0000 Lee"})
        for who in ("new", "known", "left", "erased")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, '{"status":"asked"}')}
    found, _ = consent.look_up(site.register, make_address("new@example.org"))
    assert found is not None
    assert (found.status, found.name) == (SubscriberStatus.PENDING, "Ann Lee")
    with site.register.store.read() as connection:
        [event] = list_events(connection, found.id)
    assert (event.what, event.source, event.network) == ("requested", "api", "token website")
    assert [notice.kind for notice in list_notices(site.register.store, subscriber=found.id)] == ["confirm"]
    assert statuses(site, "known@example.org") is SubscriberStatus.ACTIVE
    assert statuses(site, "erased@example.org") is None


def test_a_program_may_ask_many_but_nobody_too_often(site: Site, meet: Callable[..., Program]) -> None:
    program = meet(Scope.ADD)
    for number in range(30):  # more than one network may by the form
        asked = program.ask("POST", "/subscribers", {"address": f"r{number}@gmail.com"})
        assert asked.status_code == 202
    for _ in range(5):
        assert program.ask("POST", "/subscribers", {"address": "victim@gmail.com"}).status_code == 202
    found, _ = consent.look_up(site.register, make_address("victim@gmail.com"))
    assert found is not None
    assert len(list_notices(site.register.store, subscriber=found.id)) == 3
    assert len(list_notices(site.register.store, limit=100)) == 33


def test_evidence_of_consent_needs_an_operators_token_and_is_kept(
    site: Site, meet: Callable[..., Program]
) -> None:
    given = NOW - timedelta(days=3)
    evidence = {"given": given.isoformat(), "how": "box ticked in the shop", "ip": "198.51.100.77"}
    body = {"address": "ann@example.org", "consent": evidence}
    assert meet(Scope.ADD, Scope.READ, Scope.REMOVE).ask("POST", "/subscribers", body).status_code == 403
    assert statuses(site, "ann@example.org") is None
    operator = meet(Scope.OPERATOR, name="shop")
    answer = operator.ask("POST", "/subscribers", body)
    assert answer.status_code == 201
    found, _ = consent.look_up(site.register, make_address("ann@example.org"))
    assert found is not None
    assert (found.status, found.confirmed) == (SubscriberStatus.ACTIVE, given)
    with site.register.store.read() as connection:
        [event] = list_events(connection, found.id)
    assert (event.what, event.source, event.network) == ("added", "api", "198.51.100.0/24")
    assert event.detail == f"token shop: consent given {given.isoformat()}, box ticked in the shop"
    consent.unsubscribe(site.register, found.id, by("page"))
    again = operator.ask("POST", "/subscribers", body)
    assert again.status_code == 409
    assert "only they themselves can come back" in again.json()["detail"]
    body["address"] = "bob@example.org"
    wrong = (
        {"given": (NOW + timedelta(days=1)).isoformat()},
        {"given": "0001-01-01T00:00:00+14:00"},
        {"ip": "9.9.9"},
    )
    for fields in wrong:
        body["consent"] = {**evidence, **fields}
        assert operator.ask("POST", "/subscribers", body).status_code == 422
    assert statuses(site, "bob@example.org") is None


def test_readers_are_found_shown_and_removed(site: Site, meet: Callable[..., Program]) -> None:
    readers = [add_active(site.register, f"r{number}@example.org") for number in range(5)]
    program = meet(Scope.READ, Scope.REMOVE)
    first = program.ask("POST", "/subscribers/find", {"search": "EXAMPLE.org", "limit": 3}).json()
    rest = program.ask("POST", "/subscribers/find", {"search": "example", "after": first["after"]}).json()
    shown = [one["address"] for one in (*first["subscribers"], *rest["subscribers"])]
    assert shown == [one.address for one in readers]
    assert rest["after"] is None
    [one] = program.ask("POST", "/subscribers/find", {"address": "R2@example.org"}).json()["subscribers"]
    assert program.ask("GET", f"/subscribers/{one['id']}").json() == one
    for _ in range(2):
        removed = program.ask("DELETE", f"/subscribers/{one['id']}")
        assert (removed.status_code, removed.json()["status"]) == (200, "unsubscribed")
    assert statuses(site, "r2@example.org") is SubscriberStatus.UNSUBSCRIBED
    gone = program.ask("POST", "/subscribers/find", {"status": "unsubscribed"}).json()["subscribers"]
    assert [one["address"] for one in gone] == ["r2@example.org"]
    assert program.ask("DELETE", "/subscribers/99").status_code == 404


def test_an_edition_is_left_alone_and_a_pause_of_one_is_told(
    site: Site, meet: Callable[..., Program]
) -> None:
    weekly = EditionKey("weekly")
    ann = consent.add(site.register, make_address("ann@example.org"), by(), editions=[DAILY, weekly])
    assert isinstance(ann, Subscriber)
    until = site.services.today + timedelta(days=7)
    consent.pause(site.register, ann.id, by("page"), until=until, today=site.services.today, edition=weekly)
    program = meet(Scope.READ, Scope.REMOVE)
    shown = program.ask("GET", f"/subscribers/{ann.id}").json()
    assert (shown["paused_until"], shown["paused_editions"]) == (None, {"weekly": f"{until}"})
    left = program.ask("DELETE", f"/subscribers/{ann.id}?edition=daily").json()
    assert (left["status"], left["editions"]) == ("active", ["weekly"])
    for other in ("daily", "dayly", "prices"):
        kept = program.ask("DELETE", f"/subscribers/{ann.id}?edition={other}").json()
        assert (kept["status"], kept["editions"]) == ("active", ["weekly"]), (
            "what they do not get is not everything"
        )
    assert program.ask("DELETE", f"/subscribers/{ann.id}?edition=../x").status_code == 422


def test_issues_are_told_with_how_far_they_are_sent(site: Site, meet: Callable[..., Program]) -> None:
    issue = publish(site)
    program = meet(Scope.ISSUES)
    [listed] = program.ask("GET", "/issues").json()["issues"]
    assert (listed["date"], listed["status"], listed["subject"]) == ("2026-01-05", "sent", issue.subject)
    assert program.ask("GET", "/issues?before=2026-01-05").json() == {"issues": []}
    shown = program.ask("GET", "/issues/2026-01-05").json()
    record = find_record(site.register.store, issue.key)
    assert record is not None
    counts = {status.value: n for status, n in count_deliveries(site.register.store, record.id).items()}
    assert shown == {**listed, "deliveries": counts}
    assert shown["status"] == IssueStatus.SENT
    assert program.ask("GET", "/issues/2026-01-06").status_code == 404
    assert program.ask("GET", "/issues/2026-01-05?edition=weekly").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/subscribers", {"address": "no address"}, 422),
        ("POST", "/subscribers", {"address": "a@example.org", "adress": "x"}, 422),
        ("POST", "/subscribers", ["a@example.org"], 422),
        ("GET", f"/subscribers/{2**63}", None, 422),
        ("GET", "/issues/2026-13-01", None, 422),
        ("GET", "/issues?limit=100000", None, 422),
        ("GET", "/nothing", None, 404),
        ("PUT", "/subscribers", None, 405),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(
    meet: Callable[..., Program], method: str, path: str, body: Any, status: int
) -> None:
    answer = meet(Scope.OPERATOR).ask(method, path, body)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert set(problem) <= {"type", "title", "status", "detail", "errors"}


def test_both_limits_hold_and_pass(
    site: Site, meet: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = meet(Scope.ISSUES)
    assert {program.ask("GET", "/issues").status_code for _ in range(gate.REQUESTS_A_MINUTE)} == {200}
    assert program.ask("GET", "/issues").status_code == 429
    wrong = [site.client.get(f"{API}/issues").status_code for _ in range(gate.TRIES_A_MINUTE + 1)]
    assert wrong == [401] * gate.TRIES_A_MINUTE + [429]
    assert meet(Scope.ISSUES, name="another").ask("GET", "/issues").status_code == 200
    site.pass_time(minutes=1)
    assert program.ask("GET", "/issues").status_code == 200


def test_the_page_and_the_description_are_open_and_say_every_route(site: Site) -> None:
    described = site.client.get(f"{API}/openapi.json")
    assert described.json()["servers"] == [{"url": f"https://news.example{API}"}]
    page = site.client.get(API)
    assert page.status_code == 200
    for path, methods in described.json()["paths"].items():
        for method, operation in methods.items():
            heading = f"<h2><code>{method.upper()} {path}</code></h2>"
            (scope,) = operation["security"][0]["HTTPBearer"]
            assert f'{heading}\n<p class="meta">Scope <code>{scope}</code></p>' in page.text
    assert "`" not in page.text
    assert "consent.given" in page.text
    assert site.client.get(f"{API}/x/api/v1/openapi.json").status_code == 401


EDITIONS = [
    {"key": "daily", "name": "Daily", "default": True},
    {"key": "weekly", "name": "Week", "span": "week"},
]


def test_editions_are_chosen_by_their_keys(build: Callable[..., Site]) -> None:
    site = build(edition=EDITIONS)
    token = make_token(site.register.store, "shop", [Scope.OPERATOR], NOW, days=9)
    program = Program(site, token)
    evidence = {"given": NOW.isoformat(), "how": "box ticked"}
    body = {"address": "ann@example.org", "editions": ["weekly"], "consent": evidence}
    made = program.ask("POST", "/subscribers", body)
    assert (made.status_code, made.json()["editions"]) == (201, ["weekly"])
    wrong = program.ask("POST", "/subscribers", {"address": "bob@example.org", "editions": ["hourly"]})
    assert wrong.status_code == 422
    assert "There are: daily, weekly." in wrong.json()["detail"]


def test_what_a_program_does_to_a_reader_is_on_record(site: Site, meet: Callable[..., Program]) -> None:
    reader = add_active(site.register)
    program = meet(Scope.OPERATOR, name="crm")
    program.ask("POST", "/subscribers", {"address": "new@example.org"})
    program.ask(
        "POST", "/subscribers", {"address": reader.address}
    )  # known: nothing is done, nothing recorded
    program.ask("DELETE", f"/subscribers/{reader.id}")
    acts = [act for act in list_acts(site.register.store) if act.via == "api"]
    assert [(act.actor, act.verb, act.object) for act in acts] == [
        ("crm", "unsubscribed", f"reader {reader.id}"),
        ("crm", "requested", f"reader {reader.id + 1}"),
    ]
