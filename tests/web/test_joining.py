from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import and_, event, func, or_, select
from starlette.testclient import TestClient

from newsletter.config import Web
from newsletter.model import SubscriberId, SubscriberStatus
from newsletter.store.claims import find_next_return
from newsletter.store.consent_events import list_events
from newsletter.store.engine import Store
from newsletter.store.notices import WAITS_ITS_TURN, find_last_turn, list_notices
from newsletter.store.schema import notices
from newsletter.store.signups import SignupCounts
from newsletter.store.subscribers import count_subscribers, list_subscribers
from newsletter.subscribers import consent
from newsletter.subscribers.signup import Verdict, decide_signup
from newsletter.subscribers.tokens import Purpose
from newsletter.web.asgi import build_app
from newsletter.web.forms import mask
from tests.support.subscriber_factories import NOW, add_active, by, find_by_key, make_address
from tests.support.web_factories import BASE, Site, publish


def fill_in(
    site: Site, email: str = "reader@example.org", *, wait: float = 5, **fields: str
) -> tuple[int, str]:
    """Open the home page, wait as a person does, and send the form."""
    stamp = re.search(r'name="stamp" value="([^"]+)"', site.client.get("/").text)
    assert stamp is not None
    site.pass_time(seconds=wait)
    answer = site.client.post("/subscribe", data={"email": email, "stamp": stamp[1], **fields})
    return answer.status_code, answer.text


def kinds(site: Site) -> list[str]:
    return [notice.kind.value for notice in list_notices(site.register.store)]


def count_due(store: Store, now: datetime) -> int:
    due = or_(notices.c.status == "queued", and_(notices.c.status == "deferred", notices.c.next_try <= now))
    with store.read() as connection:
        return connection.scalar(select(func.count()).where(due)) or 0


def pending(site: Site) -> int:
    with site.register.store.read() as connection:
        return count_subscribers(connection)[SubscriberStatus.PENDING]


def test_from_the_form_to_the_confirmed_subscription(site: Site) -> None:
    publish(site)
    status, page = fill_in(site, "Jane+ree@Example.org")
    assert status == 200
    assert "Look into your inbox" in page
    assert "Jane+ree@example.org" in page
    assert kinds(site) == ["confirm"]
    with site.register.store.read() as connection:
        asked = find_by_key(connection, "jane+ree@example.org")
        assert asked is not None
        [proof] = list_events(connection, asked.id)
    assert (proof.what, proof.source, proof.network) == ("requested", "form", "203.0.113.0/24")
    token = site.token(asked.id, Purpose.CONFIRM)
    for _ in range(3):
        assert mask("Jane@example.org") in site.client.get(f"/c/{token}").text
    assert pending(site) == 1, "looking confirms nothing"
    done = site.client.post(f"/c/{token}")
    assert done.status_code == 200
    assert "You are in" in done.text
    assert "/issues/2026-01-05" in done.text
    assert kinds(site) == ["welcome", "confirm"]
    assert "You are in" in site.client.get(f"/c/{token}").text
    assert site.client.post(f"/c/{token}").status_code == 200, "pressing twice is fine"


def test_the_answer_never_tells_whether_an_address_is_known(site: Site) -> None:
    add_active(site.register, "active@example.org")
    gone = add_active(site.register, "gone@example.org")
    consent.unsubscribe(site.register, gone.id, by("page"))
    consent.erase(site.register, make_address("erased@example.org"), now=NOW)
    pages = {
        who: fill_in(site, f"{who}@example.org") for who in ("active", "gone", "erased", "unknown", "unknown")
    }
    masked = {(status, page.replace(who, "WHO")) for who, (status, page) in pages.items()}
    assert len({(status, re.sub(r'value="[\w-]{40}"', "", page)) for status, page in masked}) == 1
    assert kinds(site) == ["confirm", "confirm", "confirm"], (
        "gone once, unknown twice; never active or erased"
    )


def test_a_refused_sign_up_does_the_work_of_a_new_one_and_leaves_nothing(site: Site) -> None:
    add_active(site.register, "active@example.org")
    consent.erase(site.register, make_address("erased@example.org"), now=NOW)
    written: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        written.extend(re.findall(r"^(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement))

    event.listen(site.register.store.engine, "before_cursor_execute", note)
    work = {}
    for who in ("unknown", "active", "erased"):
        written.clear()
        fill_in(site, f"{who}@example.org")
        work[who] = tuple(written)
    assert len(set(work.values())) == 1, "whoever measures the time learns nothing"
    assert "subscribers" in work["active"]
    with site.register.store.read() as connection:
        known = [one.address for one in list_subscribers(connection)]
    assert known == ["active@example.org", "unknown@example.org"]
    assert kinds(site) == ["confirm"]


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "no address"),
        ("nonsense", "no @"),
        ("a b@example.org", "a space"),
        ("a@example.org\r\nBcc: b@example.org", "one line"),
        ('"><script>alert(1)</script>@example.org', "address"),
        ("reader@localhost", "period"),
        ("x" * 5_000 + "@example.org", "long"),
    ],
)
def test_a_bad_address_is_explained_and_stays_in_the_form(site: Site, email: str, words: str) -> None:
    status, page = fill_in(site, email)
    assert status == 400
    assert words in page
    assert "<script" not in page
    assert 'name="email"' in page
    assert list_notices(site.register.store) == ()


def test_a_robot_that_fills_the_hidden_field_hears_what_a_person_hears(site: Site) -> None:
    _, human = fill_in(site, "a@example.org")
    status, robot = fill_in(site, "b@example.org", website="https://spam.example")
    assert status == 200
    assert robot.replace("b@", "a@") == human
    assert kinds(site) == ["confirm"]


def test_too_quick_gets_one_more_button_and_no_mail(site: Site) -> None:
    status, page = fill_in(site, wait=0)
    assert status == 200
    assert "One more press" in page
    assert 'value="reader@example.org"' in page
    assert kinds(site) == []
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp is not None
    site.pass_time(seconds=3)
    site.client.post("/subscribe", data={"email": "reader@example.org", "stamp": stamp[1]})
    assert kinds(site) == ["confirm"]


@pytest.mark.parametrize(
    ("stamp", "why"),
    [
        (None, "did not come from this page"),
        ("", "did not come from this page"),
        ("x" * 40, "did not come from this page"),
        ("old", "more than two hours"),
        ("elsewhere", "Your connection"),
        ("quick", "quicker than"),
        ("unsubscribe", "did not come from this page"),
    ],
)
def test_a_form_without_a_good_stamp_gets_one_more_button(site: Site, stamp: str | None, why: str) -> None:
    fields = {"email": "reader@example.org"}
    if stamp == "old":
        stamp = site.stamp()
        site.pass_time(hours=2, seconds=1)
    elif stamp == "elsewhere":
        stamp = site.stamp("198.51.100.0/24")
        site.pass_time(seconds=10)
    elif stamp == "quick":
        stamp = site.stamp()
    elif stamp == "unsubscribe":
        stamp = site.token(SubscriberId(1))
    answer = site.client.post("/subscribe", data=fields if stamp is None else {**fields, "stamp": stamp})
    assert "One more press" in answer.text
    assert why in answer.text
    assert 'value="reader@example.org"' in answer.text
    assert kinds(site) == []


def test_nobody_is_asked_more_than_three_times_a_day_under_any_spelling(site: Site) -> None:
    spellings = ["victim@example.org", "victim+1@example.org", "VIC.TIM+2@example.org", "v.ictim@example.org"]
    answers = {fill_in(site, spelling)[0] for spelling in spellings}
    assert answers == {200}, "and the form does not say so"
    assert kinds(site).count("confirm") == 3
    site.pass_time(hours=25)
    fill_in(site, "victim@example.org")
    assert kinds(site).count("confirm") == 4


def test_a_mailbox_behind_dash_tags_or_a_catch_all_domain_is_asked_three_times_a_day(site: Site) -> None:
    for number in range(6):
        assert fill_in(site, f"anna-{number}@gmail.com")[0] == 200
    assert kinds(site).count("confirm") == 3
    for name in ("sales", "office", "x7", "info", "me", "boss"):
        assert fill_in(site, f"{name}@victim.example.org")[0] == 200
    assert kinds(site).count("confirm") == 6
    add_active(site.register, "colleague@company.example.org")
    for name in ("ann", "ben", "cleo", "dan", "eve"):
        fill_in(site, f"{name}@company.example.org")
    assert kinds(site).count("confirm") == 11, "where somebody has subscribed, others of the house may too"


@pytest.mark.parametrize(
    "email", ["root@localhost.localdomain", "a@b", "x@printer.lan", "x@mail.corp", "x@a.test"]
)
def test_the_form_mails_nobody_whom_public_mail_cannot_reach(site: Site, email: str) -> None:
    assert fill_in(site, email)[0] == 400
    assert kinds(site) == []


def test_nobody_is_asked_day_after_day(site: Site) -> None:
    for day in range(10):
        status, page = fill_in(site, f"victim+{day}@example.org")
        assert (status, "Look into your inbox" in page) == (200, True)
        site.pass_time(days=1)
    assert len(kinds(site)) == 6
    site.pass_time(days=30)
    fill_in(site, "victim@example.org")
    assert len(kinds(site)) == 7


def test_one_network_is_stopped_after_its_share(build: Callable[..., Site]) -> None:
    site = build(web={"signups_per_network_hour": 3})
    codes = [fill_in(site, f"r{number}@gmail.com")[0] for number in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert 'value="r4@gmail.com"' in fill_in(site, "r4@gmail.com")[1], "typed once is enough"
    assert len(kinds(site)) == 3
    site.pass_time(hours=1, seconds=1)
    assert fill_in(site, "r9@example.org")[0] == 200


def test_past_the_total_everybody_is_queued_and_mailed_as_it_allows(build: Callable[..., Site]) -> None:
    site = build(web={"signups_total_hour": 4, "signups_per_network_hour": 2})
    store, app = site.register.store, build_app(site.services)

    def post(number: int, email: str = "") -> tuple[int, str]:
        with TestClient(app, base_url=BASE, client=(f"198.51.{number}.7", 1)) as client:
            answer = client.post(
                "/subscribe", data={"email": email or f"r{number}@gmail.com", "stamp": stamps[number]}
            )
            return answer.status_code, answer.text

    stamps = [site.stamp(f"198.51.{number}.0/24") for number in range(20)]
    site.pass_time(seconds=10)
    began = site.times[0]
    for number in range(4):
        assert "Look into your inbox" in post(number)[1]
    for number in range(4, 7):
        status, page = post(number)
        assert (status, "You are in the queue" in page) == (200, True)
        assert "<script" not in page
    add_active(site.register, "known@gmail.com")
    known, asked = post(7, "known@gmail.com")[1], post(8, "r8@gmail.com")[1]
    assert known.replace("known@", "r8@") == asked, "the queue tells nothing of the address"
    with store.read() as connection:
        waiting, last = find_last_turn(connection, site.times[0])
        turns = sorted(
            connection.scalars(select(notices.c.next_try).where(notices.c.reason == WAITS_ITS_TURN))
        )
    assert (waiting, last) == (4, turns[-1])
    assert turns == [began + timedelta(hours=1, minutes=15 * number) for number in range(4)]
    assert count_due(store, began + timedelta(minutes=59)) == 4
    assert count_due(store, began + timedelta(minutes=76)) == 6
    assert find_next_return(store, until=began) is None, "a run waits for no turn"


def test_a_queue_of_a_day_is_long_enough() -> None:
    counts = SignupCounts(address_day=0, address_month=0, domain_day=0, network_hour=0, total_hour=500)
    assert decide_signup(counts, Web(), waiting=11_999) is Verdict.LATER
    assert decide_signup(counts, Web(), waiting=12_000) is Verdict.BUSY


def test_only_a_trusted_proxy_may_say_who_the_client_is(build: Callable[..., Site]) -> None:
    forged = {"x-forwarded-for": "192.0.2.77"}
    for trusted, network in (((), "203.0.113.0/24"), (("203.0.113.0/24",), "192.0.2.0/24")):
        site = build(web={"trusted_proxies": trusted})
        stamp = site.stamp(network)
        site.pass_time(seconds=10)
        site.client.post("/subscribe", data={"email": "reader@example.org", "stamp": stamp}, headers=forged)
        with site.register.store.read() as connection:
            found = find_by_key(connection, "reader@example.org")
            assert found is not None
            assert list_events(connection, found.id)[0].network == network


def test_a_closed_form_takes_nobody(build: Callable[..., Site]) -> None:
    site = build(web={"signup": False})
    assert 'name="email"' not in site.client.get("/").text
    assert site.client.post("/subscribe", data={"email": "reader@example.org"}).status_code == 403
    assert site.client.get("/embed").status_code == 404
    assert pending(site) == 0


def test_an_old_confirm_link_offers_the_form_again(site: Site) -> None:
    fill_in(site)
    with site.register.store.read() as connection:
        asked = find_by_key(connection, "reader@example.org")
    assert asked is not None
    token = site.token(asked.id, Purpose.CONFIRM)
    site.pass_time(days=7, seconds=1)
    for answer in (site.client.get(f"/c/{token}"), site.client.post(f"/c/{token}")):
        assert answer.status_code == 410
        assert 'name="email"' in answer.text
    assert pending(site) == 1


def test_a_replayed_confirm_link_brings_nobody_back(site: Site) -> None:
    fill_in(site)
    with site.register.store.read() as connection:
        asked = find_by_key(connection, "reader@example.org")
    assert asked is not None
    token = site.token(asked.id, Purpose.CONFIRM)
    site.client.post(f"/c/{token}")
    site.pass_time(minutes=10)
    site.client.post(f"/u/{site.token(asked.id)}")
    assert site.client.post(f"/c/{token}").status_code == 410
    fill_in(site)  # somebody types the address again: the old link still opens nothing
    assert site.client.post(f"/c/{token}").status_code == 410
    assert site.client.post(f"/c/{site.token(asked.id, Purpose.CONFIRM)}").status_code == 200


def test_a_forged_or_swapped_confirm_token_is_no_page(site: Site) -> None:
    fill_in(site)
    for bad in ("x" * 40, site.token(SubscriberId(1)), site.token(SubscriberId(1), Purpose.FORM), "%0d%0a"):
        assert site.client.get(f"/c/{bad}").status_code == 404
        assert site.client.post(f"/c/{bad}").status_code == 404
    assert pending(site) == 1


def test_a_confirm_link_of_an_erased_person_is_over(site: Site) -> None:
    fill_in(site)
    with site.register.store.read() as connection:
        asked = find_by_key(connection, "reader@example.org")
    assert asked is not None
    consent.erase(site.register, make_address(), now=NOW)
    assert site.client.post(f"/c/{site.token(asked.id, Purpose.CONFIRM)}").status_code == 410


def test_home_shows_the_latest_issue_and_is_cached_but_its_stamp_is_fresh(site: Site) -> None:
    publish(site)
    first = site.client.get("/")
    assert "/issues/2026-01-05" in first.text
    site.pass_time(seconds=timedelta(hours=2).total_seconds())
    second = site.client.get("/")
    assert first.headers["etag"] == second.headers["etag"]
    assert first.text != second.text
    assert site.client.get("/", headers={"if-none-match": first.headers["etag"]}).status_code == 304


def test_the_privacy_page_says_for_how_long_who_left_is_kept(build: Callable[..., Site]) -> None:
    site = build(retention={"unsubscribed_days": 90})
    assert "Once you have left, your address for 90 days" in site.client.get("/privacy").text


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        ("none", "Nobody reads an issue before it leaves"),
        ("unless-held", "can change it or hold it back"),
        ("required", "An editor reads and approves each issue"),
    ],
)
def test_the_about_page_says_who_checks_what_is_sent(
    build: Callable[..., Site], approval: str, said: str
) -> None:
    site = build(schedule={"approval": approval}, newsletter={"editors": "Ann <Miller>"})
    page = site.client.get("/about").text
    assert said in page
    assert "Nothing is written by a language model" in page
    assert "Responsible: Ann &lt;Miller&gt;." in page
    assert '<a href="mailto:daily@news.example">' in page
    assert '<a href="/about">About</a>' in site.client.get("/").text


def test_the_about_page_says_so_where_a_language_model_writes(build: Callable[..., Site]) -> None:
    page = build(model={"endpoint": "http://127.0.0.1:9/v1", "name": "m"}).client.get("/about").text
    assert "A language model proposes highlights" in page
    assert "Responsible" not in page


def test_privacy_and_embed_say_what_they_must(site: Site) -> None:
    privacy = site.client.get("/privacy").text
    assert "400 days" in privacy
    assert "never confirmed: for 30 days" in privacy
    assert "Once you have left, your address and that day" in privacy
    assert "daily@news.example" in privacy
    assert f"action=&#34;{BASE}/subscribe" in site.client.get("/embed").text.replace(
        "&quot;", "&#34;"
    ).replace('action="', "action=&#34;")
