"""An installation in an odd state, and a tired operator: what is said is so, and what to do is there to be done."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery.local_inbox import DemoInbox
from newsletter.model import IssueKey, IssueStatus
from newsletter.store.issues import record_day
from newsletter.wiring import open_installation
from tests.collect.loopback import Reply, serving
from tests.support.command_line import run_command
from tests.support.mail_servers import wait_until
from tests.support.place import LIMIT, SOURCES, Place
from tests.support.small_disk import fill, remount, small_disk
from tests.support.smtp_peer import listening

# Root reads everything: without these capabilities it is a user like any other.
_RIGHTS = "-dac_override,-dac_read_search"
WITHOUT_RIGHTS = (
    ["setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}"] if os.geteuid() == 0 else []
)
LOOKING = [
    "deliveries",
    "explain",
    "runs",
    "issue list",
    "issue show",
    "issue hold",
    "issue pause",
    "issue missing",
    "issue settle",
    "subscribers list",
    "subscribers show ann@example.org",
    "subscribers unsubscribe ann@example.org",
    "subscribers rotate-keys",
    "sources log",
    "bounces --pipe",
    "backup",
    "restored",
    "db status",
]


def code_of(command: str) -> int:
    """The code with which a command ends: a mail that cannot be taken now stays with the mail server."""
    return os.EX_TEMPFAIL if "--pipe" in command else 1


@pytest.mark.parametrize("command", LOOKING)
def test_a_data_folder_that_is_not_there_is_no_newsletter_without_readers(
    place: Place, tmp_path: Path, command: str
) -> None:
    nowhere = tmp_path / "mistyped"
    told = place.run(*command.split(), status=code_of(command), NEWSLETTER_DATA=str(nowhere))
    assert "There is no database yet" in told
    assert "--data" in told
    assert not nowhere.exists(), "looking makes nothing"


@pytest.mark.parametrize(
    "command", [*LOOKING, "doctor", "db upgrade", "run", "subscribers add b@example.org"]
)
@pytest.mark.parametrize("state", ["empty", "not there"])
def test_a_ledger_that_was_lost_is_never_replaced_by_a_new_one(
    place: Place, state: str, command: str
) -> None:
    place.run("subscribers", "add", "ann@example.org")
    database = place.data / "newsletter.sqlite3"
    for file in place.data.glob("newsletter.sqlite3*"):
        file.unlink()
    if state == "empty":
        database.touch()
    told = place.run(*command.split(), status=code_of(command))
    assert f"The database is lost: {database} is {state}" in told
    assert "newsletter restore FILE" in told
    assert not (database.exists() and database.stat().st_size)


def test_a_lost_ledger_is_restored_and_an_empty_file_is_no_ledger(place: Place, tmp_path: Path) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("backup", str(tmp_path / "b.tar.gz"))
    (place.data / "newsletter.sqlite3").write_bytes(b"")
    place.run("restore", str(tmp_path / "b.tar.gz"))
    assert "ann@example.org" in place.run("subscribers", "list")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "newsletter.sqlite3").touch()
    assert "newsletter.sqlite3 is empty" in place.run("issue", "list", status=1, NEWSLETTER_DATA=str(fresh))
    place.run("subscribers", "add", "ann@example.org", NEWSLETTER_DATA=str(fresh))


def test_a_disk_that_went_read_only_can_be_backed_up_elsewhere(place: Place, tmp_path: Path) -> None:
    place.run("subscribers", "add", "ann@example.org")
    with small_disk(tmp_path / "disk", "16m") as disk:
        with closing(sqlite3.connect(place.data / "newsletter.sqlite3", isolation_level=None)) as writer:
            writer.execute(
                "UPDATE subscribers SET name = 'Ann of the log'"
            )  # which the file itself has not yet
            shutil.copytree(place.data, disk / "data")
        remount(disk, "ro")
        on_disk = str(disk / "data")
        told = place.run("backup", status=1, NEWSLETTER_DATA=on_disk)
        assert "Read-only" in told
        assert "newsletter backup FILE writes elsewhere" in told
        place.run("backup", str(tmp_path / "b.tar.gz"), NEWSLETTER_DATA=on_disk)
    place.run("restore", str(tmp_path / "b.tar.gz"))
    assert "Ann of the log" in place.run("subscribers", "show", "ann@example.org")


def test_a_config_folder_that_is_mounted_read_only_is_not_somebody_elses(
    place: Place, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        remount(disk, "ro")
        told = place.run("init", status=2, NEWSLETTER_CONFIG=str(disk))
    assert "is mounted read-only" in told


def test_a_preview_that_has_no_folder_gives_no_address(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = place.run("preview", "--no-open", status=2, NEWSLETTER_DATA=str(tmp_path / "file" / "data"))
    assert "cannot be made" in told
    assert "Preview at" not in told


def test_the_sources_are_listed_before_anything_was_read(place: Place, tmp_path: Path) -> None:
    nowhere = tmp_path / "not-yet"
    assert "not read yet" in place.run("sources", "list", NEWSLETTER_DATA=str(nowhere))
    assert not nowhere.exists()


def test_what_begins_an_installation_makes_its_database(place: Place, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    place.run("subscribers", "add", "ann@example.org", NEWSLETTER_DATA=str(fresh))
    assert (fresh / "newsletter.sqlite3").exists()


def test_a_file_in_the_place_of_a_folder_is_told(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = place.run("doctor", status=1, NEWSLETTER_DATA=str(tmp_path / "file"))
    assert "✗ disk" in told
    told = place.run("run", status=2, NEWSLETTER_CONFIG=str(tmp_path / "file"))
    assert "is no folder" in told


def test_a_relay_that_is_down_is_one_json_document(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    down = {"NEWSLETTER_RELAY__PORT": "1", "NEWSLETTER_RELAY__SECURITY": "tls"}
    done = run_command("run", "--json", variables={**place.variables, **down})
    assert done.code == 3
    assert "relay" in done.json["outcome"] or done.json["checks"] == ["relay"]
    assert "What to do: " in done.err


def test_a_key_that_cannot_be_written_is_told_and_nothing_is_left(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = place.run("dkim", "keygen", status=2, NEWSLETTER_DATA=str(tmp_path / "file"))
    assert "cannot be written" in told
    with small_disk(tmp_path / "small", "64k") as disk:
        fill(disk)
        told = place.run("dkim", "keygen", status=2, NEWSLETTER_DATA=str(disk))
        assert "No space left" in told
        assert not list(disk.rglob("dkim-*.pem")), "an empty key would stand in the way of the next one"


def test_two_who_make_the_same_key_at_once_make_one(place: Place) -> None:
    """Each printed a record; one of them was of a key that was gone."""
    both = [place.start("dkim", "keygen", "--selector", "night") for _ in range(2)]
    said = [one.communicate(timeout=LIMIT)[0] for one in both]
    assert sorted(one.returncode for one in both) == [0, 2]
    *published, _ = "".join(said).split('"')[1::2]  # the record in pieces, then the selector to set
    record = place.run("dkim", "record", NEWSLETTER_DKIM__SELECTOR="night")
    assert record.split('"')[1::2] == published


def test_a_new_key_is_its_owners_alone(place: Place) -> None:
    before = os.umask(0)
    try:
        place.run("dkim", "keygen", "--selector", "night")
    finally:
        os.umask(before)
    assert (place.data / "keys" / "dkim-night.pem").stat().st_mode & 0o077 == 0


def test_a_full_disk_is_told_as_one(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "4m") as disk:
        shutil.copytree(place.data, disk / "data")
        fill(disk)
        assert "disk is full" in place.run("issue", "list", status=1, NEWSLETTER_DATA=str(disk / "data"))


def test_what_was_given_is_told_whatever_it_is(place: Place) -> None:
    place.run("run")
    assert "File name too long" in place.run("check", "x" * 300, status=2)
    assert "too large" in place.run("issue", "list", "--limit", f"{10**22}", status=2)
    assert "What to do: " in place.run(
        "run", "--edition", "\udcff", status=2
    )  # what a shell gives that knows no UTF-8


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_answer_that_cannot_be_written_down_is_no_traceback(place: Place) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "newsletter", "issue", "list"],
            env={**os.environ, **place.variables}, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "What is printed cannot be used: No space left on device." in done.stderr
    assert "Traceback" not in done.stderr


def test_templates_are_not_checked_on_a_full_disk_and_it_says_so(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "64k") as disk:
        assert "What to do: " in place.start("templates", "check", TMPDIR=str(disk)).communicate()[1]


def test_settings_that_windows_wrote_are_read_and_others_refused(place: Place) -> None:
    file = place.config / "newsletter.toml"
    file.write_text("\ufeff[newsletter]\nname = 'Ore'\n", encoding="utf-8")
    assert "Ore" in place.run("run", "--dry-run")
    file.write_text("[newsletter]\nname = 'Ore'\n", encoding="utf-16")
    told = place.run("init", "--yes", "--relay", "127.0.0.1:1", status=2)
    assert "must be a readable file of UTF-8 text" in told


def test_a_lexicon_is_told_with_its_path(place: Place) -> None:
    (place.config / "lexicon.toml").write_text("x = 1\n", encoding="utf-8")
    assert f"{place.config / 'lexicon.toml'}: " in place.run("run", status=2)
    (place.config / "lexicon.toml").write_text("x = [\n", encoding="utf-8")
    assert place.run("run", status=2).count("lexicon.toml") == 1


def test_what_was_composed_leaves_though_the_sources_are_broken_since(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    (place.config / "sources.toml").write_text("[[source]\n", encoding="utf-8")
    assert "1 sent" in place.run("run")


def test_an_issue_that_was_given_up_is_told_as_that(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    place.run("issue", "cancel")
    told = place.json("run")
    assert told["outcome"] == "cancelled"
    assert "is cancelled" in place.run("run")
    day = place.json("issue", "list")[0]["date"]
    assert "It stays so" in place.run("check", day, status=1)


def test_a_day_without_news_is_told_as_that_again(place: Place) -> None:
    zone = ZoneInfo(place.variables["NEWSLETTER_NEWSLETTER__TIMEZONE"])
    key = IssueKey(date=datetime.now(zone).date())
    app = open_installation(place.config, data=place.data)
    assert record_day(app.store, key, IssueStatus.EMPTY, "nothing new", app.clock())
    app.close()
    told = place.run("run")
    assert "is empty: nothing new" in told
    assert "subscriber" not in told


def test_who_joined_after_an_issue_gets_it_as_the_hint_says(place: Place) -> None:
    place.run("run")
    day = place.json("issue", "list")[0]["date"]
    assert f"newsletter issue missing --date {day}" in place.run("check", day, status=1)
    assert "Nobody is missing" in place.run("issue", "missing", "--date", day)
    place.run("subscribers", "add", "ann@example.org")
    assert "1 deliveries are queued" in place.run("issue", "missing", "--date", day)
    assert "1 sent" in place.run("run")


def test_deliveries_of_an_issue_that_waits_are_no_audience_of_nobody(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    told = place.run("deliveries")
    assert "is composed" in told
    assert "audience" not in told


def test_nothing_has_run_yet_is_no_error(place: Place) -> None:
    assert "Nothing has run yet" in place.run("runs")
    assert place.json("runs") == []


def test_no_source_at_all_is_not_silence(place: Place) -> None:
    (place.config / "sources.toml").write_text("", encoding="utf-8")
    assert "sources.toml lists no source" in place.run("sources", "check", status=2)


def test_an_export_makes_the_folder_as_other_files_do(place: Place, tmp_path: Path) -> None:
    place.run("subscribers", "export", str(tmp_path / "new" / "list.csv"))
    assert (tmp_path / "new" / "list.csv").is_file()


def test_without_its_key_an_issue_waits_on_a_trial_too_and_the_alert_comes_unsigned(
    place: Place, inbox: DemoInbox
) -> None:
    """The sender would end of it again and again, and the alert about it would be signed with the same key."""
    place.run("subscribers", "add", "ann@example.org")
    told = place.run(
        "run",
        status=1,
        NEWSLETTER_DKIM__SELECTOR="lost",
        NEWSLETTER_ALERTS__MAIL_TO='["ops@example.org"]',
    )
    assert "dkim-lost.pem cannot be read" in told
    assert place.json("issue", "list")[0]["status"] == "composed"
    [alert] = inbox.list_mails()
    assert "dkim-lost.pem" in (alert.part("plain") or "").replace("\n", "")


def test_the_doctor_tries_the_folder_of_a_trial(place: Place) -> None:
    (place.data / "outbox").touch()
    told = place.run("doctor", status=1, NEWSLETTER_RELAY__TYPE="folder")
    assert "✗ relay: folder:outbox" in told
    assert "File exists" in told


def test_the_doctor_says_where_the_relay_is_set(place: Place) -> None:
    told = place.run("doctor", status=1, NEWSLETTER_RELAY__PORT="1")
    file = place.config / "newsletter.toml"
    assert f"Check [relay] in {file} and NEWSLETTER_RELAY__PORT." in told


def test_a_language_model_that_is_down_is_not_told_as_a_source(place: Place) -> None:
    model = {"NEWSLETTER_MODEL__ENDPOINT": "http://127.0.0.1:1/v1", "NEWSLETTER_MODEL__NAME": "m"}
    told = place.run("doctor", status=1, **model)
    assert "127.0.0.1 cannot be reached" in told
    assert "a source is tried again" not in told
    assert "Check [model]" in told


def test_a_web_face_that_cannot_listen_is_a_wrong_setting(place: Place) -> None:
    """Not 3, which uvicorn ends with: that is the relay's."""
    told = place.run("serve", "--only", "web", status=2, NEWSLETTER_WEB__HOST="192.0.2.77")
    assert "cannot listen at 192.0.2.77" in told


def test_a_way_out_of_broken_keys_is_there_to_be_gone(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    keys = place.data / "keys" / "subscribers.json"
    keys.write_text("{", encoding="utf-8")
    told = place.run("subscribers", "show", "ann@example.org", status=2)
    assert "move it away, then newsletter subscribers replace-keys" in told
    keys.rename(keys.with_suffix(".broken"))
    place.run("subscribers", "replace-keys", "--yes")
    assert place.run("subscribers", "show", "ann@example.org")


def test_an_issue_that_is_being_sent_is_stopped_as_the_hint_says(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    day = place.plan()
    assert "newsletter issue pause" in place.run("issue", "hold", "--date", day, status=2)
    place.run("issue", "pause", "--date", day)
    assert "newsletter run" in place.run("issue", "resume", "--date", day)
    assert "1 sent" in place.run("run")


def test_an_address_that_cannot_be_mailed_is_told_once(place: Place) -> None:
    place.run("run")
    assert "'nonsense' cannot be mailed: it has no" in place.run("issue", "test", "nonsense", status=2)


def test_a_webhook_that_is_down_is_not_told_as_a_source(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    webhook = {"NEWSLETTER_ALERTS__WEBHOOK_URL": "http://127.0.0.1:1/hook"}
    place.run("run", status=1, NEWSLETTER_DKIM__SELECTOR="lost", **webhook)
    told = place.run("doctor", status=1, **webhook)
    assert "Look at alerts.webhook_url" in told
    assert "a source is tried again" not in told


def test_settling_and_pausing_where_there_is_nothing_to_say_so(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")
    place.run("run")
    assert "Nothing of" in place.run("issue", "settle", "--again", status=2)
    told = place.run("issue", "pause", status=2)
    assert "it is sent" in told
    assert "issue hold" not in told, "it has left"


def test_a_folder_that_was_mended_is_read_by_the_next_run(place: Place) -> None:
    place.seeds.rename(place.folder / "away")
    assert "is missing" in place.run("run", status=1)
    (place.folder / "away").rename(place.seeds)
    assert "No. 1 of" in place.run("run")


def test_a_source_whose_host_said_when_is_told_with_that_time(place: Place) -> None:
    with serving(
        {"/robots.txt": Reply(status=404), "*": Reply(status=429, headers={"retry-after": "7200"})}
    ) as site:
        source = SOURCES.format(folder=site.url("/feed")).replace('"seed"', '"feed"')
        (place.config / "sources.toml").write_text(source, encoding="utf-8")
        settings = {"NEWSLETTER_COLLECT__ALLOW_HOSTS": f'["127.0.0.1:{site.port}"]'}
        assert "Not asked again" not in place.run("run", status=1, **settings)
        before = len(site.requests)
        told = place.run("run", status=1, **settings)
    assert "Not asked again before" in told
    assert "1 source read" in told
    assert len(site.requests) == before, "it was not asked once more"


def test_a_file_in_the_way_of_what_is_written_is_named(place: Place, tmp_path: Path) -> None:
    (tmp_path / "o").touch()
    assert f"{tmp_path / 'o'} is no folder" in place.run("preview", "--out", str(tmp_path / "o"), status=2)


@pytest.mark.parametrize("folder", ["config", "data"])
def test_a_folder_that_may_not_be_read_is_told_with_what_to_do(place: Place, folder: str) -> None:
    (place.folder / folder).chmod(0)
    try:
        done = subprocess.run(
            [*WITHOUT_RIGHTS, sys.executable, "-m", "newsletter", "run", "--json"],
            env={**os.environ, **place.variables},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    finally:
        (place.folder / folder).chmod(0o700)
    assert "What to do:" in done.stderr, done.stderr
    assert str(place.folder / folder) in json.loads(done.stdout)["error"]
    assert done.returncode == 2


def test_who_owns_what_cannot_be_read_is_told_and_the_doctor_tells_the_rest(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")

    def told(command: str) -> str:
        done = subprocess.run(
            [*WITHOUT_RIGHTS, sys.executable, "-m", "newsletter", *command.split()],
            env={**os.environ, **place.variables},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == (1 if command == "doctor" else 75 if "--pipe" in command else 2)
        return done.stdout + done.stderr

    for folder in (place.data / "keys", place.data):
        folder.chmod(0)
        try:
            for command in ("sources list", "preview --no-open", "serve", "run --dry-run", "bounces --pipe"):
                assert f"The folder {folder} cannot be read: it belongs to " in told(command)
            found = told("doctor")
        finally:
            folder.chmod(0o700)
        assert f"✗ disk: The folder {folder} cannot be read: it belongs to " in found
        assert f"chmod -R u+rwX {folder}" in found
        assert "relay" in found
        assert "✓ second relay" in found


class Slow:
    """A relay that thinks for a moment about each mail."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        await asyncio.sleep(0.2)
        self.taken += envelope.rcpt_tos
        return "250 OK"


def test_a_run_does_not_say_sent_of_what_is_on_its_way(place: Place, tmp_path: Path) -> None:
    readers = tmp_path / "readers.csv"
    readers.write_text("address\n" + "".join(f"r{n}@d{n % 5}.example\n" for n in range(60)), encoding="utf-8")
    place.run("subscribers", "import", str(readers))
    place.run("run", status=1, NEWSLETTER_SCHEDULE__APPROVAL="required")
    day = place.plan()
    relay = Slow()
    with listening(relay) as port:
        running = [place.start("run", NEWSLETTER_RELAY__PORT=str(port)) for _ in range(2)]
        wait_until(lambda: len(relay.taken) > 3, "the relay takes mail", LIMIT)
        place.run("issue", "pause", "--date", day)
        told = [process.communicate(timeout=LIMIT)[0] for process in running]
        assert all("paused: " in out for out in told), told
        assert [process.returncode for process in running] == [1, 1]
        place.run("issue", "resume", "--date", day)
        running = [place.start("run", NEWSLETTER_RELAY__PORT=str(port)) for _ in range(2)]
        told = [process.communicate(timeout=LIMIT)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert not any("\nsent: " in out and ("sending" in out or "queued" in out) for out in told), told
    assert sorted(relay.taken) == sorted(f"r{n}@d{n % 5}.example" for n in range(60)), "each got one"


def test_a_relay_that_puts_everyone_off_took_no_mail(place: Place) -> None:
    place.run("subscribers", "add", "ann@example.org")

    class Greylisting:
        async def handle_RCPT(self, *_: object) -> str:
            return "451 4.7.1 Greylisted, come back in an hour"

    with listening(Greylisting()) as port:
        told = place.run("run", status=3, NEWSLETTER_RELAY__PORT=str(port))
    assert "put off by the relay: 1 deferred" in told
    assert "Run this again" in told
