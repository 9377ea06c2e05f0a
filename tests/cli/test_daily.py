"""The commands of the day as an operator and a script meet them, over a real SMTP server."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from newsletter.delivery.local_inbox import DemoInbox
from tests.support.command_line import run_command
from tests.support.place import Place
from tests.support.preflight_place import running
from tests.support.smtp_peer import Peer


def test_run_sends_once_and_says_so_to_scripts(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org", "--name", "Ann")
    place.run("subscribers", "add", "bob@example.org")
    dry = place.run("run", "--dry-run")
    assert "Baogang" in dry
    assert place.json("issue", "list") == []
    first = place.json("run")
    assert (first["outcome"], first["deliveries"], first["number"]) == ("sent", {"sent": 2}, 1)
    second = place.json("run")
    assert (second["outcome"], second["sent_now"]) == ("everything already sent", {})
    assert len(inbox.list_mails()) == 2
    table = place.json("deliveries")
    assert table["audience"] == 2 == table["counts"]["sent"]
    assert table["deliveries"][0]["delivery"]["reply"]["code"] == 250
    explained = place.json("explain")
    highlight = explained["stories"][0]["highlights"][0]
    assert highlight["context"]["holds"] is True
    assert explained["stories"][0]["reasons"]


def test_a_relay_that_gives_no_answer_ends_the_run_with_its_fault(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    relay = Peer(on={"BODY": lambda _: None})
    with running(relay) as port:
        told = place.run("run", status=3, NEWSLETTER_RELAY__PORT=str(port))
    assert "without an answer" in told
    assert "1 deferred" in told
    assert relay.seen == 1


def test_backup_and_restore_by_command(place: Place, tmp_path: Path) -> None:
    place.run("subscribers", "add", "ann@example.org")
    made = tmp_path / "b.tar.gz"
    place.run("backup", str(made))
    place.run("subscribers", "unsubscribe", "ann@example.org")
    assert place.json("restore", str(made))["aside"]
    assert place.json("subscribers", "list")["counts"]["active"] == 1
    told = place.run("restore", str(made))
    assert str(place.config) in told  # it lies elsewhere: what was in the backup is given back beside it
    assert (place.data / "config-elsewhere" / "sources.toml").exists()


def test_lists_tell_the_issues_of_two_editions_apart(place: Place) -> None:
    two = "[[edition]]\nkey = 'daily'\nname = 'Daily'\ndefault = true\n[[edition]]\nkey = 'early'\nname = 'Early'\n"
    (place.config / "newsletter.toml").write_text(two, encoding="utf-8")
    place.run("subscribers", "add", "ann@example.org", "--edition", "daily", "--edition", "early")
    for edition in ("daily", "early"):
        place.run("run", "--edition", edition)
    for listed, lines in ((place.run("issue", "list"), 1), (place.run("runs"), 2)):
        assert len([line for line in listed.splitlines() if "early/" in line]) == lines


def test_a_restored_installation_asks_before_it_sends(place: Place, inbox: DemoInbox, tmp_path: Path) -> None:
    for name in ("ann", "bob", "eve"):
        place.run("subscribers", "add", f"{name}@example.org")
    made = str(tmp_path / "b.tar.gz")
    place.run("backup", made)
    place.run("run")
    assert len(inbox.list_mails()) == 3
    place.run("subscribers", "unsubscribe", "bob@example.org")
    assert "newsletter restored" in place.run("restore", made)

    assert "from a backup" in place.run("run", status=1)
    asked = place.run("restored", status=1)
    aside = asked.split("--from ")[1].split()[0]
    assert "which issues went out since: it knows none" in asked
    assert place.json("restored", status=1)["aside"] == aside
    done = place.json("restored", "--from", aside)["done"]
    assert (done["issues"], done["left"]) == (1, 1)
    assert place.json("subscribers", "list")["counts"]["active"] == 2
    assert place.json("run")["outcome"] == "missed"  # as far as anybody knows here: it went out
    assert len(inbox.list_mails()) == 3
    assert "Nothing was restored" in place.run("restored", status=2)

    place.run("restore", made)
    today = place.json("issue", "list")
    assert today == []
    assert "--none-sent" in place.run("restored", "--sent-until", "2999-01-01", "--none-left", status=2)
    assert "knows nothing of after" in place.run("restored", "--from", made, status=2)
    left = "eve@example.org;Eve\nnobody@example.org;N\n"
    told = place.run("restored", "--none-sent", "--left", "-", given=left, status=1)
    assert "nobody@example.org is nobody's here" in told
    assert "eve@" not in told
    assert "from a backup" in place.run("run", status=1)
    assert "--none-left" in place.run("restored", "--none-sent", "--left", "-", given="", status=2)
    told = place.run("restored", "--none-sent", "--left", "-", "--ignore-unknown", given=left)
    assert "1 readers left" in told
    assert "nobody@example.org is nobody's here" in told
    assert place.json("run")["deliveries"] == {"sent": 2}


def test_a_backup_says_where_it_is_and_what_is_not_in_it(place: Place, tmp_path: Path) -> None:
    done = run_command("backup", variables=place.variables)
    assert (done.code, f"Wrote {place.data / 'backups' / 'newsletter-'}" in done.out) == (0, True)
    assert "secrets" in done.err
    made = tmp_path / "b.tar.gz"
    place.run("backup", str(made))
    assert "--replace" in place.run("backup", str(made), status=2)
    place.run("backup", str(made), "--replace")
    place.run("backup", str(tmp_path))
    assert len(list(tmp_path.glob("newsletter-*.tar.gz"))) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--date", "tomorrow"), "not a date"),
        (("run", "--date", "2999-01-01"), "in the future"),
        (("run", "--date", "2020-01-01"), "--late"),
        (("issue", "show"), "no issue"),
        (("subscribers", "add", "two words@example.org"), "not an address"),
        (("subscribers", "add", "ann@example.org\nBcc: x@example.org"), "not an address"),
        (("subscribers", "unsubscribe", "nobody@example.org"), "not a subscriber"),
        (("subscribers", "import", "/does/not/exist.csv"), "cannot be read"),
        (("stage", "nonsense"), "no stage"),
        (("restore", "/does/not/exist.tar.gz"), "not a backup"),
        (("sources", "check", "nonsense"), "no source"),
        (("--config", "/does/not/exist", "run"), "does not exist"),
    ],
)
def test_bad_input_says_what_where_and_what_to_do(
    place: Place, arguments: tuple[str, ...], words: str
) -> None:
    told = place.run(*arguments, status=2)
    assert words in told
    assert "What to do:" in told


def test_a_seed_folder_that_cannot_be_used_is_reported_and_nothing_is_mailed(
    place: Place, inbox: DemoInbox
) -> None:
    place.run("subscribers", "add", "ann@example.org")
    shutil.rmtree(place.seeds)
    told = place.run("run", status=1)
    assert "everything failed" in told
    assert "seeds: " in told, "which source"
    assert "missing" in told, "why"
    assert inbox.list_mails() == ()
    report = place.run("sources", "check", status=1)
    assert "missing" in report


def test_where_no_source_is_on_a_run_says_so(place: Place) -> None:
    (place.config / "sources.toml").write_text("", encoding="utf-8")
    assert "No source is on" in place.run("run", status=2)


def test_an_issue_without_readers_says_that_nobody_got_it(place: Place) -> None:
    assert "to nobody" in place.run("run")


def test_no_relay_gets_mail_while_the_public_address_is_unset(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    told = place.run("run", status=1, NEWSLETTER_PREFLIGHT__WAIVE="[]")
    assert "trial" in told
    assert "base_url" in told
    assert "postal_address" in told
    assert inbox.list_mails() == ()
    place.run("run", NEWSLETTER_PREFLIGHT__WAIVE="[]", NEWSLETTER_RELAY__TYPE="folder")
    assert len(list((place.data / "outbox").glob("*.eml"))) == 1
    assert inbox.list_mails() == ()


def test_serve_says_once_that_its_port_is_taken(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = place.run("serve", status=2, NEWSLETTER_WEB__PORT=str(port))
    assert f"port {port}" in told
    assert "web.port" in told


def test_what_waits_for_approval_is_mailed_to_its_editors_once(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    asking = {
        "NEWSLETTER_SCHEDULE__APPROVAL": "required",
        "NEWSLETTER_DESK__EDITORS": '["ed@example.org"]',
    }
    for mails in (1, 0):
        told = place.run("run", status=1, **asking)
        assert "waits for approval" in told
        assert (f"Mailed to editors: {mails}" in told) is bool(mails)
    assert [mail.recipient for mail in inbox.list_mails()] == ["ed@example.org"]


def test_what_waits_for_approval_names_the_command_that_gives_it(place: Place, inbox: DemoInbox) -> None:
    place.run("subscribers", "add", "ann@example.org")
    told = place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    command = told[told.index("newsletter issue approve") :].split()
    place.run(*command[1:7])
    place.run("run", NEWSLETTER_SCHEDULE__APPROVAL="required")
    assert len(inbox.list_mails()) == 1


def test_explain_refuses_a_key_it_does_not_know_and_names_those_there_are(place: Place) -> None:
    place.run("run")
    told = place.run("explain", "--story", "nonsense", status=2)
    assert "baogang-group" in told
    assert "refused" not in place.run("explain"), "everything in the mail has passed the gate"
