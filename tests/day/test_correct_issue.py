"""A mistake in print, against a real SMTP server, on either engine: while sending, afterwards, through a kill."""

from __future__ import annotations

import asyncio
import email
import email.policy
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsletter.day import edit_issue
from newsletter.day.compose_today import compose_today
from newsletter.day.correct_issue import Corrected, Fix, correct_issue, tell_still
from newsletter.delivery.last_look import LOOK_SECONDS
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.send_waiting import send_waiting
from newsletter.errors import InputError
from newsletter.model import DeliveryStatus, IssueKey, Mistake, NoticeKind
from newsletter.store.acts import list_acts
from newsletter.store.corrections import list_corrections
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import StoredIssue, open_issue
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent
from newsletter.web.asgi import build_app
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app, make_seed_source, subscribe
from tests.support.factories import make_issue
from tests.support.sending import send_all
from tests.support.smtp_peer import Peer
from tests.support.subscriber_factories import make_address

KEY = IssueKey(date=MORNING.date())
WRONG, RIGHT = "1,292 tonnes", "1,299 tonnes"
MISTAKE = Mistake(
    wrong=f"It was {WRONG} a year earlier.", right=f"It was {RIGHT}.", why="Lynas corrected its release."
)
SEEDS = {
    "a.txt": "Lynas lifts NdPr oxide output\n\nJan 4, 2026\n\n"
    f"Lynas Rare Earths said on Sunday it had produced 2,080 tonnes of NdPr oxide in the quarter, up from {WRONG}.\n\n"
    "Lynas Rare Earths expects first dysprosium oxide from its Kuantan plant in Malaysia in June.\n",
    "b.txt": "Iluka names a date for Eneabba\n\nJan 4, 2026\n\n"
    "Iluka Resources said on Sunday that its Eneabba rare earths refinery would start up in 2027.\n",
}
FIX = Fix(story="lynas-lifts-ndpr-oxide-output", number=1, drop=True)
# Each look at the ledger is older by then than one may be at the next message, so that the sender looks once more.
LOOKED_AT_ANEW = 2 * LOOK_SECONDS
Make = Callable[..., Installation]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock, database: str) -> Iterator[Make]:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name, text in SEEDS.items():
        (folder / name).write_text(text, encoding="utf-8")
    opened: list[Installation] = []

    def build(port: int, readers: int = 0) -> Installation:
        relay = {"host": "127.0.0.1", "port": port, "connections": 1, "security": "none"}
        app = make_app(
            tmp_path / "data",
            clock=clock,
            sources=[make_seed_source(folder)],
            relay=relay,
            storage={"database": database},
        )
        opened.append(app)
        subscribe(app, *(f"reader{number}@example.org" for number in range(readers)))
        return app

    yield build
    for app in opened:
        app.close()


async def compose(app: Installation, key: IssueKey = KEY) -> StoredIssue:
    await compose_today(app.making, key)
    return open_issue(app.store, key)


async def send(app: Installation) -> None:
    await send_all(app)


async def send_out(app: Installation) -> None:
    await compose(app)
    plan_issue(app.store, app.settings, KEY, app.clock())
    await send(app)


def correct(app: Installation, *, mail: bool = False, fix: Fix = FIX) -> Corrected:
    return correct_issue(app.editing, KEY, MISTAKE, fix, app.clock(), mail=mail)


def sort_mail(peer: Peer) -> dict[str, Counter[str]]:
    """Who got the wrong text, the right one, and the correction, each with how often."""
    found: dict[str, Counter[str]] = {"wrong": Counter(), "right": Counter(), "correction": Counter()}
    for _, recipient, content in peer.taken:
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        text = " ".join(body.get_content().split())
        if "We said something wrong" in text:
            assert MISTAKE.right in text
            assert message["List-Unsubscribe-Post"]
            found["correction"][recipient] += 1
        else:
            found["wrong" if WRONG in text else "right"][recipient] += 1
    return found


def leave(app: Installation, address: str) -> None:
    reader, _ = consent.look_up(app.register, make_address(address))
    assert reader is not None
    consent.unsubscribe(app.register, reader.id, consent.Occasion(at=app.clock(), source="command"))


def test_in_the_middle_of_sending_the_rest_get_the_right_text_and_the_others_a_correction(
    make: Make,
) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 12)
            await compose(app)
            plan_issue(app.store, app.settings, KEY, app.clock())

            async def stop_after_five(_: str) -> str:
                if peer.seen == 5:
                    await asyncio.to_thread(edit_issue.pause_issue, app.store, KEY, app.clock())
                    await asyncio.sleep(LOOKED_AT_ANEW)
                return "250 2.0.0 taken"

            peer.on["BODY"] = stop_after_five
            await send(app)
            got_wrong = {recipient for _, recipient, _ in peer.taken}
            assert len(got_wrong) == 5
            gone, kept = sorted(got_wrong)[:1], sorted(got_wrong)[1:]
            leave(app, gone[0])
            done = await asyncio.to_thread(correct, app)
            assert (done.told, done.is_paused) == (len(kept), True)
            late = kept.pop()
            leave(app, late)  # after it was queued
            edit_issue.resume_issue(app.store, KEY, app.clock())
            await send(app)
            await send(app)
            found = sort_mail(peer)
            everyone = {f"reader{number}@example.org" for number in range(12)}
            assert found["wrong"] == Counter(got_wrong)
            assert found["right"] == Counter(everyone - got_wrong)
            assert found["correction"] == Counter(kept)
            (told,) = {n.status for n in list_notices(app.store) if n.kind is NoticeKind.CORRECTION} - {
                DeliveryStatus.SUPPRESSED
            }
            assert told is DeliveryStatus.SENT
            verbs = [act.what for act in list_acts(app.store, limit=50)]
            assert any("corrected lynas" in words for words in verbs), verbs

    asyncio.run(live())


def test_a_sender_that_runs_all_the_while_sends_the_right_text_after_the_pause(make: Make) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 8)
            await compose(app)
            plan_issue(app.store, app.settings, KEY, app.clock())
            three = asyncio.Event()

            async def count(_: str) -> str:
                if peer.seen == 3:
                    await asyncio.to_thread(edit_issue.pause_issue, app.store, KEY, app.clock())
                    three.set()
                    await asyncio.sleep(LOOKED_AT_ANEW)
                return "250 2.0.0 taken"

            peer.on["BODY"] = count
            stop = asyncio.Event()
            sender = asyncio.create_task(send_waiting(app.sending, stop=stop, until_idle=False))
            await asyncio.wait_for(three.wait(), 30)
            done = await asyncio.to_thread(correct, app)
            wrong = count_deliveries(app.store, open_issue(app.store, KEY).record.id)
            assert done.told == wrong[DeliveryStatus.SENT]
            edit_issue.resume_issue(app.store, KEY, app.clock())
            async with asyncio.timeout(60):
                while len(peer.taken) < 8 + done.told:  # noqa: ASYNC110 - the peer tells nobody
                    await asyncio.sleep(0.05)
            stop.set()
            await sender
            found = sort_mail(peer)
            assert len(found["wrong"]) == done.told
            assert len(found["right"]) == 8 - done.told
            assert found["correction"] == found["wrong"]

    asyncio.run(live())


def test_afterwards_it_is_mailed_only_where_that_is_wanted_and_to_nobody_twice(make: Make) -> None:
    async def live() -> None:
        async with Peer() as peer:
            peer.on["RCPT"] = lambda address: "550 5.1.1 no" if "reader3" in address else "250 2.1.5 ok"
            app = make(peer.port, 4)
            await send_out(app)
            subscribe(app, "late@example.org")  # joined since: got nothing wrong
            quiet = await asyncio.to_thread(correct, app)
            assert (quiet.told, quiet.is_paused) == (0, False)
            fix = Fix(story=FIX.story, words="Lynas lifts oxide output")
            loud = await asyncio.to_thread(lambda: correct(app, mail=True, fix=fix))
            assert loud.told == 3
            await send(app)
            await send(app)
            assert sort_mail(peer)["correction"] == Counter(
                f"reader{number}@example.org" for number in range(3)
            )

    asyncio.run(live())


def test_pressed_twice_it_is_said_and_mailed_once(make: Make) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 2)
            await send_out(app)
            as_it_is = Fix(story=FIX.story)

            def press(*, mail: bool) -> int:
                return correct(app, mail=mail, fix=as_it_is).told

            assert await asyncio.to_thread(press, mail=False) == 0
            assert await asyncio.to_thread(press, mail=True) == 2, "on the web at first, then by mail as well"
            for mail in (True, False):
                with pytest.raises(InputError, match="corrected so already"):
                    await asyncio.to_thread(press, mail=mail)
            await send(app)
            assert set(sort_mail(peer)["correction"].values()) == {1}
            assert len(list_corrections(app.store, KEY)) == 2
            words = Fix(story=FIX.story, words="Lynas lifts oxide output")
            assert (await asyncio.to_thread(correct, app, fix=words)).told == 0, "where it still stood"

    asyncio.run(live())


def test_a_kill_in_the_middle_loses_nobody_and_tells_nobody_twice(
    make: Make, tmp_path: Path, database: str
) -> None:
    """The sender is the command itself, killed while corrections leave; the next one finishes."""

    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 30)
            await send_out(app)
            peer.taken.clear()
            assert (await asyncio.to_thread(lambda: correct(app, mail=True))).told == 30
            peer.seen = 0
            reached, killed = asyncio.Event(), asyncio.Event()

            async def answer_when_killed(_: str) -> str:
                if peer.seen >= 7:
                    reached.set()
                    await killed.wait()
                return "250 2.0.0 taken"

            peer.on["BODY"] = answer_when_killed
            code = (
                "import asyncio, sys; from pathlib import Path; from tests.support.app_factory import make_app; "
                "from newsletter.delivery.send_waiting import send_waiting; "
                "relay = {'host': '127.0.0.1', 'port': int(sys.argv[2]), 'connections': 1, 'security': 'none'}; "
                "app = make_app(Path(sys.argv[1]), relay=relay, storage={'database': sys.argv[3]}); "
                "asyncio.run(send_waiting(app.sending, stop=asyncio.Event(), until_idle=True, patience=1))"
            )
            given = (str(tmp_path / "data"), str(peer.port), database)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", code, *given, stdout=subprocess.DEVNULL
            )
            await asyncio.wait_for(reached.wait(), 60)
            process.kill()
            await process.wait()
            killed.set()
            peer.on.clear()
            await send(app)
            ids: dict[str, set[str]] = {}
            copies: Counter[str] = Counter()
            for _, recipient, content in peer.taken:
                message = email.message_from_bytes(content, policy=email.policy.default)
                assert str(message["Subject"]).startswith("Correction")
                ids.setdefault(recipient, set()).add(message["Message-ID"])
                copies[recipient] += 1
            assert len(ids) == 30, "nobody is lost"
            assert {len(each) for each in ids.values()} == {1}, "a second copy is the same message"
            assert sum(copies.values()) - 30 <= 1, "at most the one in the air"

    asyncio.run(live())


def test_the_web_version_is_right_at_once_and_the_next_issue_says_so_once(make: Make, clock: Clock) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 1)
            await send_out(app)
            web = TestClient(build_app(app.web_services), base_url=app.settings.newsletter.base_url)
            before = web.get(f"/issues/{KEY}")
            assert WRONG in before.text
            correct(app)
            page = web.get(f"/issues/{KEY}")
            assert page.headers["etag"] != before.headers["etag"]
            assert "Corrected on 5 January 2026." in page.text
            assert page.text.count(WRONG) == 1, "only where it is said to have been wrong"
            assert page.text.index(MISTAKE.right) < page.text.index("Top story")
            assert MISTAKE.right in web.get(f"/issues/{KEY}/{FIX.story}").text
            for number, carried in ((1, True), (2, False)):
                clock.forward(days=1)
                seeds = Path(app.sources[0].location)
                (seeds / f"n{number}.txt").write_text(
                    f"Arafura signs offtake {number}\n\nJan {5 + number}, 2026\n\nArafura Rare Earths said it had "
                    f"signed an offtake agreement for {number}00 tonnes of NdPr oxide a year.\n",
                    encoding="utf-8",
                )
                key = IssueKey(date=KEY.date + timedelta(days=number))
                stored = await compose(app, key)
                assert (MISTAKE.right in stored.rendered.html) is carried
                assert ("CORRECTION TO OUR ISSUE OF 5 JANUARY 2026" in stored.rendered.text) is carried
                if carried:
                    html = stored.rendered.html
                    assert html.index(MISTAKE.right) < html.index("Top story")

    asyncio.run(live())


def test_an_issue_that_waits_to_leave_says_it_on_top_or_who_approved_it_is_told(
    make: Make, clock: Clock
) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 1)
            await send_out(app)
            clock.forward(days=1)
            (Path(app.sources[0].location) / "n.txt").write_text(
                "Arafura signs offtake\n\nJan 6, 2026\n\nArafura Rare Earths said it had signed an agreement to sell "
                "200 tonnes of NdPr oxide a year.\n",
                encoding="utf-8",
            )
            waiting = IssueKey(date=KEY.date + timedelta(days=1))
            stored = await compose(app, waiting)
            assert MISTAKE.right not in stored.rendered.html
            assert correct(app).still == ""
            fresh = open_issue(app.store, waiting)
            assert MISTAKE.right in fresh.rendered.html
            edit_issue.approve_issue(app.store, waiting, fresh.hash, app.clock())
            again = replace(MISTAKE, right="It was something else again.")
            told = correct_issue(app.editing, KEY, again, Fix(), app.clock(), mail=False).still
            assert f"newsletter issue refreeze --date {waiting}" in told
            assert open_issue(app.store, waiting).hash == fresh.hash

    asyncio.run(live())


def test_it_says_where_a_wrong_figure_still_stands(make: Make) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 1)
            await send_out(app)
            nothing_changed = await asyncio.to_thread(lambda: correct(app, fix=Fix()))
            places = ("the preheader", "a highlight of “Lynas lifts NdPr oxide output”")
            assert nothing_changed.still == "".join(
                f" 1,292 tonnes still stands in {place}." for place in places
            )
            assert (await asyncio.to_thread(correct, app)).still == ""

    asyncio.run(live())


@pytest.mark.parametrize(
    ("wrong", "right", "subject", "told"),
    [
        ("It was 5 % in 2026.", "It was 6% in 2027.", "Output up 5% in 2026", "5%"),
        ("It was 5%.", "It was 6 %.", "Output up five percent on 5 mines", "five percent"),
        ("It was $1.2 billion.", "It was $1.3 billion.", "Lynas spends $1,200 million", "$1,200 million"),
        ("It was 1,292 tonnes.", "It was 1292 t, in 2025.", "Lynas makes 1,292 tonnes", ""),
        ("It was in 2026.", "It was in 2027.", "Lynas begins in 2026", ""),
    ],
)
def test_a_figure_is_compared_by_value_and_a_year_is_none(
    wrong: str, right: str, subject: str, told: str
) -> None:
    still = tell_still(make_issue(sections=(), subject=subject), Mistake(wrong=wrong, right=right, why=""))
    assert still == (f" {told} still stands in the subject." if told else "")


def test_what_is_not_in_print_or_cannot_be_said_is_refused(make: Make) -> None:
    async def live() -> None:
        async with Peer() as peer:
            app = make(peer.port, 2)
            stored = await compose(app)
            with pytest.raises(InputError, match="nothing in print"):
                correct(app)
            plan_issue(app.store, app.settings, KEY, app.clock())
            await send(app)
            for mistake, fix, why in (
                (Mistake(wrong="", right="x"), FIX, "what was wrong"),
                (Mistake(wrong="x" * 401, right="x"), FIX, "what was wrong"),
                (MISTAKE, Fix(story="nothing-such", drop=True), "no story"),
                (MISTAKE, Fix(story=FIX.story, number=9, drop=True), "no highlight 9"),
                (
                    MISTAKE,
                    Fix(story=FIX.story, number=1, words=f"Lynas made 2,080 tonnes, up from {RIGHT}."),
                    "gate refuses",
                ),
            ):
                with pytest.raises(InputError, match=why):
                    correct_issue(app.editing, KEY, mistake, fix, app.clock(), mail=True)
            assert open_issue(app.store, KEY).hash == stored.hash
            assert [one.kind for one in list_notices(app.store) if one.kind is NoticeKind.CORRECTION] == []

    asyncio.run(live())
