"""The room Readers: for operators; each change with its proof, lists in and out, and an export that all hear of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response

from newsletter.desk import readers
from newsletter.desk.room import Role
from newsletter.model import Subscriber, SubscriberStatus
from newsletter.store.acts import list_acts
from newsletter.store.alerts import list_alerts
from newsletter.store.consent_events import list_events
from newsletter.store.notices import list_notices
from newsletter.store.subscribers import list_subscribers
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.consent import identify
from tests.desk.full_desk import Desk, open_desk, rows_of, said
from tests.support.subscriber_factories import by, find_by_key, make_address

OPERATOR = Role.OPERATOR


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "data") as made:
        yield made


def find(desk: Desk, address: str) -> Subscriber:
    with desk.app.store.read() as connection:
        found = find_by_key(connection, address)
    assert found is not None, address
    return found


def proofs(desk: Desk, reader: Subscriber) -> list[tuple[str, str, str | None]]:
    with desk.app.store.read() as connection:
        return [(event.what, event.source, event.detail) for event in list_events(connection, reader.id)]


def test_an_editor_sees_no_reader_and_does_nothing_to_any(desk: Desk) -> None:
    for route in readers.ROUTES:
        path = "readers/" + route.path.replace("{reader}", "1")
        client = desk.client(Role.EDITOR)
        answer = client.post(path, data={"csrf": "csrf-of-editor"}) if route.acts else client.get(path)
        assert answer.status_code == 403, route.path
    assert list_acts(desk.app.store, words="editor") == ()
    assert list_alerts(desk.app.store) == ()


def test_readers_are_found_and_shown_with_all_that_is_kept(desk: Desk) -> None:
    assert len(rows_of(desk.see("readers/", OPERATOR))) == 6
    [row] = rows_of(desk.see("readers/?q=cleo", OPERATOR))
    assert row.startswith("cleo@example.org")
    page = desk.see(f"readers/{find(desk, 'cleo@example.org').id}", OPERATOR)
    assert "550 5.1.1 no such user" in page.text
    assert "added" in page.text
    assert rows_of(desk.see("readers/?q=nobody", OPERATOR)) == ["There is no such reader."]
    assert desk.client(OPERATOR).get("readers/99").status_code == 422


def test_a_reader_is_asked_or_added_with_the_proof(desk: Desk) -> None:
    desk.do("readers/add", OPERATOR, address="gil@example.org", name="Gil", how="ask")
    gil = find(desk, "gil@example.org")
    assert gil.status is SubscriberStatus.PENDING
    assert [notice.kind for notice in list_notices(desk.app.store, subscriber=gil.id)] == ["confirm"]
    refused = desk.do("readers/add", OPERATOR, address="hal@example.org", how="held")
    assert refused.status_code == 422
    assert "how you know" in refused.text
    assert "Back to Readers" in refused.text
    page = desk.do("readers/add", OPERATOR, address="hal@example.org", how="held", proof="card of the fair")
    assert said(page) == "hal@example.org is subscribed."
    hal = find(desk, "hal@example.org")
    assert proofs(desk, hal) == [("added", "desk", "card of the fair")]
    act = list_acts(desk.app.store)[0]
    assert (act.actor, act.verb, act.object) == ("olga@example.org", "added", f"reader {hal.id}")
    again = desk.do("readers/add", OPERATOR, address="hal@example.org", how="held", proof="card of the fair")
    assert "is subscribed already" in again.text


def test_address_and_name_are_corrected_with_proof(desk: Desk) -> None:
    ann = find(desk, "ann@example.org")
    path = f"readers/{ann.id}/edit"
    seen = {"shown": ann.address}
    assert desk.do(path, OPERATOR, address="anna@example.org", name="", **seen).status_code == 422
    to = {"address": "Anna@new.example", "name": "Anna Lee"}
    desk.do(path, OPERATOR, proof="her mail of today", **to, **seen)
    anna = find(desk, "anna@new.example")
    assert (anna.id, anna.address, anna.name) == (ann.id, "Anna@new.example", "Anna Lee")
    assert proofs(desk, anna)[-1] == ("changed", "desk", "her mail of today")
    seen = {"shown": anna.address}
    taken = desk.do(path, OPERATOR, address="bob@example.org", name="", proof="her mail", **seen)
    assert "another subscriber" in taken.text
    assert said(desk.do(path, OPERATOR, **to, **seen)) == "That is how it was."
    kinds = [act.verb for act in list_acts(desk.app.store, about=f"reader {ann.id}")]
    assert kinds[0] == "changed"


def test_a_page_from_before_a_reader_moved_does_not_move_them_back(desk: Desk) -> None:
    ann = find(desk, "ann@example.org")
    page = desk.see(f"readers/{ann.id}", OPERATOR).text
    fields = dict(re.findall(r'name="(shown|address|name)"[^>]* value="([^"]*)"', page))
    assert fields == {"shown": ann.address, "address": ann.address, "name": ann.name or ""}
    moved = make_address("ann.new@example.org")
    consent.change_details(desk.app.register, ann.id, by("page", at=desk.clock()), address=moved)
    path, proof = f"readers/{ann.id}/edit", {"proof": "her mail of today"}
    assert (
        said(desk.do(path, OPERATOR, **fields | {"name": "Ann Lee"}, **proof)) == "Changed, with the proof."
    )
    assert find(desk, moved.text).name == "Ann Lee"
    refused = desk.do(path, OPERATOR, **fields | {"address": "a.lee@example.org"}, **proof)
    assert (refused.status_code, "has another address by now" in refused.text) == (422, True)
    assert find(desk, moved.text).address == moved.text


def test_a_complaint_is_not_left_behind_by_another_address(desk: Desk) -> None:
    ann, bob = find(desk, "ann@example.org"), find(desk, "bob@example.org")
    keys = desk.app.keys
    with desk.app.store.write() as connection:
        for name, reason in (("ann", "complaint"), ("bob", "dead address"), ("gone", "erased")):
            hmac = identify(keys, make_address(f"{name}@example.org")).address_hmac
            add_suppression(connection, Suppression(address_hmac=hmac, reason=reason, at=desk.clock()))
    listed = " ".join(rows_of(desk.see("readers/", OPERATOR)))
    assert "ann@example.org active suppressed: complaint" in listed
    assert "bob@example.org active suppressed: dead address" in listed
    to = {"name": "", "proof": "a phone call"}
    for reader, address, status in (
        (ann, "ann@new.example", 422),
        (bob, "gone@example.org", 422),
        (bob, "bob@new.example", 200),
    ):
        given = {"shown": reader.address, "address": address}
        assert desk.do(f"readers/{reader.id}/edit", OPERATOR, **given, **to).status_code == status
    assert said(desk.do(f"readers/{ann.id}/release", OPERATOR)) == "The suppression is lifted."


def test_a_reader_is_paused_comes_back_leaves_and_is_erased(desk: Desk) -> None:
    ann = find(desk, "ann@example.org")
    path = f"readers/{ann.id}"
    assert desk.do(f"{path}/pause", OPERATOR, until="tomorrow").status_code == 422
    assert desk.do(f"{path}/pause", OPERATOR, until="2020-01-01").status_code == 422
    desk.do(f"{path}/pause", OPERATOR, until="2026-02-01")
    assert str(find(desk, ann.address).paused_until) == "2026-02-01"
    desk.do(f"{path}/resume", OPERATOR)
    assert find(desk, ann.address).paused_until is None
    desk.do(f"{path}/unsubscribe", OPERATOR)
    assert find(desk, ann.address).status is SubscriberStatus.UNSUBSCRIBED
    assert desk.do(f"{path}/erase", OPERATOR).status_code == 422
    page = desk.do(f"{path}/erase", OPERATOR, sure="yes")
    assert said(page).startswith(f"Reader {ann.id} is forgotten")
    with desk.app.store.read() as connection:
        assert find_by_key(connection, ann.address) is None
    verbs = [act.verb for act in list_acts(desk.app.store, about=f"reader {ann.id}")]
    assert verbs[:4] == ["erased", "unsubscribed", "resumed", "paused"]
    assert "ann@" not in str(list_acts(desk.app.store, limit=500))


def test_editions_are_chosen_paused_and_left_one_by_one(tmp_path: Path) -> None:
    editions = [
        {"key": "daily", "name": "Daily", "default": True},
        {"key": "weekly", "name": "Week in review"},
        {"key": "prices", "name": "Prices only"},
    ]
    with open_desk(tmp_path / "data", edition=editions) as desk:
        proof = {"how": "held", "proof": "her card of 5 January"}
        page = desk.do("readers/add", OPERATOR, address="zoe@example.org", **proof, **{"edition-weekly": "1"})
        assert "Week in review" in page.text
        desk.do("readers/add", OPERATOR, address="yan@example.org", how="ask", **{"edition-prices": "1"})
        assert any(
            "pending" in row and "Prices only" in row for row in rows_of(desk.see("readers/", OPERATOR))
        )
        zoe = find(desk, "zoe@example.org")
        assert zoe.editions() == ("weekly",)
        path = f"readers/{zoe.id}"
        both = {"edition-daily": "1", "edition-weekly": "1"}
        assert desk.do(f"{path}/editions", OPERATOR, **both).status_code == 422, "not without proof"
        desk.do(f"{path}/editions", OPERATOR, proof="a phone call", **both)
        assert find(desk, zoe.address).editions() == ("daily", "weekly")
        page = desk.do(f"{path}/pause", OPERATOR, edition="daily", until="2026-02-01")
        assert said(page) == "“Daily” is not sent before 2026-02-01."
        assert "paused until 2026-02-01" in page.text
        assert "End the pause of Daily" in page.text
        desk.do(f"{path}/resume", OPERATOR, edition="daily")
        assert find(desk, zoe.address).pauses(desk.app.today) == {}
        desk.do(f"{path}/editions", OPERATOR, proof="her mail", **{"edition-weekly": "1"})
        assert find(desk, zoe.address).editions() == ("weekly",)
        refused = desk.do(f"{path}/editions", OPERATOR, proof="a phone call", **both)
        assert (refused.status_code, "They left Daily." in refused.text) == (422, True)
        listed = desk.see("readers/?edition=weekly", OPERATOR)
        assert rows_of(listed) == [row for row in rows_of(listed) if row.startswith("zoe@example.org")]


def test_a_list_comes_in_after_its_report(desk: Desk) -> None:
    lines = "email,name\nnew@example.org,New\nann@example.org,Ann\nno address,X\n"
    page = desk.do("readers/import", OPERATOR, list=lines)
    assert "Nothing was changed yet" in page.text
    assert "<summary>1 not an address</summary>" in page.text
    assert "line 4: no address: The address has a space in it" in rows_of(page)
    assert "import" not in {act.verb for act in list_acts(desk.app.store)}
    done = desk.do("readers/import", OPERATOR, list=lines, step="import")
    assert said(done) == "Imported: 1 added, 1 subscribed already, 1 not an address."
    assert find(desk, "new@example.org").name == "New"
    act = list_acts(desk.app.store)[0]
    assert (act.verb, act.detail, act.actor) == ("imported", "1 of 3", "olga@example.org")
    assert desk.do("readers/import", OPERATOR, list="").status_code == 422


def test_a_report_shows_each_kind_of_line_whatever_there_is_most_of(desk: Desk) -> None:
    many = "".join(f"n{n}@example.org,gone\n" for n in range(readers._SHOWN_LINES + 9))
    page = desk.do("readers/import", OPERATOR, list=f"email,editions\n{many}no address,daily\n")
    assert f"<summary>{readers._SHOWN_LINES + 9} no edition that there is here</summary>" in page.text
    assert rows_of(page)[0] == "line 2: gone"
    assert "and 9 more" in rows_of(page)
    assert any("no address: The address has" in row for row in rows_of(page))


def test_a_file_comes_in_as_a_spreadsheet_saves_it(desk: Desk) -> None:
    def give(name: str, content: bytes) -> Response:
        client, form = desk.client(OPERATOR), {"csrf": f"csrf-of-{OPERATOR}", "list": ""}
        return client.post("readers/import", data=form, files={"file": (name, content, "text/csv")})

    lines = "Our readers;;\r\nName;E-Mail;\r\nJörg;new@example.org;\r\nAnn;ann at example.org;\r\n"
    page = give("readers.csv", lines.encode("windows-1252"))
    assert any("line 4: ann at example.org" in row for row in rows_of(page))
    kept = re.search(r'name="list" value="([^"]*)"', page.text)
    assert kept
    fields = {"csrf": f"csrf-of-{OPERATOR}", "step": "import", "list": kept[1]}
    done = desk.client(OPERATOR).post("readers/import", files={n: (None, v) for n, v in fields.items()})
    assert said(done) == "Imported: 1 added, 1 not an address."
    assert find(desk, "new@example.org").name == "Jörg"
    for name, content in (("a.xlsx", b"PK\x03\x04"), ("cleaned_x_export.csv", lines.encode()), ("", b"")):
        refused = give(name, content)
        assert refused.status_code in {400, 422}, name
    assert "Save as" in give("a.xlsx", b"PK\x03\x04").text


def test_an_export_is_whole_on_record_and_every_operator_is_told(tmp_path: Path) -> None:
    told = {
        "alerts": {"mail_to": ["ops@example.org", "olga@example.org"]},
        "desk": {"operators": ["Olga@example.org", "omar@example.org"]},
    }
    with open_desk(tmp_path / "data", **told) as desk:
        for _ in range(2):
            answer = desk.do("readers/export", OPERATOR)
            desk.clock.forward(seconds=5)
        assert answer.headers["content-disposition"] == 'attachment; filename="readers-2026-01-05.csv"'
        with desk.app.store.read() as connection:
            everyone = list_subscribers(connection)
        assert len(answer.text.splitlines()) == len(everyone) + 1
        assert all(one.address in answer.text for one in everyone)
        assert [act.verb for act in list_acts(desk.app.store, words="olga")] == ["exported", "exported"]
        mails = list((desk.app.data / "outbox").rglob("*.eml"))
        assert len(mails) == 6, "two exports, three who are told"
        assert all("6 readers were exported" in mail.read_text("utf-8") for mail in mails)
