"""The first start: six questions, a file of one's own, and what is still to do."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from newsletter.check.dns_to_publish import list_records
from newsletter.check.finding import fail
from newsletter.check.sender.dns import build_resolver
from newsletter.cli.first_settings import QUESTIONS, TEMPLATE, change_settings, read_answer
from newsletter.config import Settings, load_settings
from newsletter.config.edited_files import list_edited
from newsletter.delivery.local_inbox import DemoInbox
from newsletter.paths import shipped_folder
from tests.support.command_line import Done, run_command
from tests.support.dns_zone import Zone, as_strings
from tests.support.mail_servers import open_scratch, postfix
from tests.support.model_server import bullets, model_server

NEEDED = {
    "--base-url": "http://127.0.0.1:8080",
    "--sender": "daily@metals.example",
    "--mail-to": "ann@metals.example",
}
ASKED = {question.key: question for question in QUESTIONS}


class Start:
    """A machine on which nothing is set yet."""

    def __init__(self, folder: Path, relay: int) -> None:
        self.config, self.data = folder / "mine", folder / "data"
        self.file = self.config / "newsletter.toml"
        self.options = {**NEEDED, "--relay": f"127.0.0.1:{relay}"}
        self.variables = {
            "NEWSLETTER_CONFIG": str(self.config),
            "NEWSLETTER_DATA": str(self.data),
            "NEWSLETTER_LOGS__LEVEL": "error",
        }

    def run(self, *more: str, options: dict[str, str] | None = None, **variables: str) -> Done:
        given = [word for pair in (self.options if options is None else options).items() for word in pair]
        return run_command("init", *given, *more, variables={**self.variables, **variables})

    def json(self, *more: str, options: dict[str, str] | None = None, **variables: str) -> Any:
        done = self.run(*more, "--json", options=options, **variables)
        assert done.code == 0, done.out + done.err
        return done.json

    @property
    def settings(self) -> Settings:
        return load_settings(self.config)


@pytest.fixture
def start(tmp_path: Path, inbox: DemoInbox) -> Start:
    return Start(tmp_path, inbox.port)


# ── the answers ─────────────────────────────────────────────────────────────────────────────────


def test_the_template_is_the_defaults_but_for_who_signs() -> None:
    values = tomllib.loads(TEMPLATE)
    assert values.pop("dkim") == {"selector": "news"}
    assert Settings.model_validate(values) == Settings()
    for line in TEMPLATE.splitlines():
        if line.startswith("# ") and " = " in line and "    # " in line:  # a setting to uncomment
            tomllib.loads(line.removeprefix("# "))


@pytest.mark.parametrize(
    ("answer", "relay"),
    [
        ("localhost", ("localhost", 25, "none", "")),
        ("host.docker.internal", ("host.docker.internal", 25, "none", "")),
        ("smtp.example.org", ("smtp.example.org", 587, "starttls", "")),
        ("smtp.example.org:465", ("smtp.example.org", 465, "tls", "")),
        ("smtp.example.org:2525", ("smtp.example.org", 2525, "starttls", "")),
        ("localhost:587", ("localhost", 587, "starttls", "")),
        ("ann@example.org@smtp.example.org:587", ("smtp.example.org", 587, "starttls", "ann@example.org")),
        ("[2001:db8::1]:25", ("2001:db8::1", 25, "none", "")),
    ],
)
def test_a_relay_is_read_with_how_its_port_is_protected(
    answer: str, relay: tuple[str, int, str, str]
) -> None:
    values = read_answer(ASKED["relay"], answer)
    assert tuple(values["relay"][name] for name in ("host", "port", "security", "username")) == relay
    told = ASKED["relay"].tell(Settings.model_validate(values))
    assert read_answer(ASKED["relay"], told) == values, (
        "it is asked again in the form in which it is answered"
    )


@pytest.mark.parametrize(
    ("key", "answer", "words"),
    [
        ("relay", "smtp.example.org:587/x", "is no relay"),
        ("relay", "smtp.example.org:many", "is no relay"),
        ("relay", "ann:hunter2@smtp.example.org", "the password of ann does not belong here"),
        ("send", "Europe/Berlin", "is no zone and hour"),
        ("send", "Europe/Berlin 25:00", "is no zone and hour"),
        ("send", "Mars/Olympus 06:30", "is not a time zone"),
        ("send", "UTC 00:00", "compose_at must come before send_at"),
        ("sender", "daily", "is no mail address"),
        ("mail_to", "ann@example.org, bob", "is no mail address"),
        ("base_url", "ftp://example.org", "must begin with https://"),
        ("base_url", "notanaddress", "write it as https://news.example.org"),
        ("name", "", "at least 1 character"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_the_reason(key: str, answer: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_answer(ASKED[key], answer)


def test_composing_begins_an_hour_before_and_not_on_the_day_before() -> None:
    assert read_answer(ASKED["send"], "UTC 06:30")["schedule"]["compose_at"].isoformat() == "05:30:00"
    assert read_answer(ASKED["send"], "UTC 00:30")["schedule"]["compose_at"].isoformat() == "00:00:00"


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def test_without_a_terminal_what_is_not_answered_is_named_and_nothing_is_written(start: Start) -> None:
    done = start.run(options={"--sender": "daily@metals.example"})
    assert done.code == 2
    assert "Not answered: base_url, mail_to." in done.err
    assert "--base-url … --mail-to …" in done.err
    assert not start.file.exists()


def test_answers_come_as_options_or_from_a_file_and_an_option_wins(start: Start, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(
        'name = "Metals"\nbase_url = "127.0.0.1:8080"\nsender = "daily@metals.example"\nrelay = "folder"\n'
        'send = "Europe/Berlin 07:15"\nmail_to = "ann@metals.example"\n'
    )
    start.json("--answers", str(answers), "--base-url", "http://127.0.0.1:8080", options={})
    settings = start.settings
    assert (settings.newsletter.name, settings.newsletter.timezone) == ("Metals", "Europe/Berlin")
    assert settings.newsletter.base_url == "http://127.0.0.1:8080"
    assert (settings.relay.type, str(settings.schedule.send_at)) == ("folder", "07:15:00")
    assert settings.alerts.mail_to == ("ann@metals.example",)
    assert "    # the web face as readers reach it" in start.file.read_text()
    answers.write_text('nmae = "Metals"\n')
    refused = start.run("--answers", str(answers))
    assert refused.code == 2
    assert "nmae is no answer" in refused.err


@pytest.mark.parametrize("is_named", [True, False])
def test_one_data_folder_serves_wherever_a_command_is_given(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_named: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if not is_named:
        del start.variables["NEWSLETTER_DATA"]
    start.json()
    start.variables.pop("NEWSLETTER_DATA", None)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run_command("db", "upgrade", variables=start.variables).code == 0
    assert (tmp_path / "data" / "newsletter.sqlite3").exists()
    assert start.json(options={})["changed"] is False


def test_again_nothing_changes_and_a_change_is_made_only_when_told(start: Start) -> None:
    assert start.json()["changed"] is True
    text = start.file.read_text()
    text = text.replace("[alerts]", '[web]    # mine\ntrusted_proxies = ["10.0.0.1"]\n\n[alerts]')
    start.file.write_text(text)
    assert start.json(options={})["changed"] is False
    assert start.json()["changed"] is False, "the same answers"
    refused = start.run("--name", "Metals")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert start.file.read_text() == text
    assert start.json("--name", "Metals", "--yes")["changed"] is True
    assert start.file.read_text() == text.replace('"Rare Earth Daily"', '"Metals"'), "one line, and no other"


def test_a_file_of_comments_alone_is_not_overwritten_either(start: Start) -> None:
    start.config.mkdir()
    start.file.write_text("# what I want to write here\n")
    assert start.run().code == 2
    assert start.file.read_text() == "# what I want to write here\n"


def test_a_broken_file_is_told_and_left_alone(start: Start) -> None:
    start.config.mkdir()
    start.file.write_text("[relay]\nport = 99999\n")
    done = start.run()
    assert done.code == 2
    assert str(start.file) in done.err
    assert "relay.port" in done.err


def test_a_hand_set_protection_survives_the_same_answer() -> None:
    text = change_settings(TEMPLATE, {"relay": {"host": "smtp.example.org", "port": 587, "security": "none"}})
    assert Settings.model_validate(tomllib.loads(text)).relay.security == "none"


def test_a_folder_that_takes_no_file_is_told_before_anything_is_asked(start: Start) -> None:
    start.config.write_text("a file")
    done = start.run()
    assert done.code == 2
    assert "takes no file" in done.err
    assert "chown" in done.err


# ── trying it ───────────────────────────────────────────────────────────────────────────────────

PUBLIC = {**NEEDED, "--base-url": "https://news.metals.example"}


def publish(zone: Zone, records: list[dict[str, str]]) -> None:
    for record in records:
        zone.records[record["name"], record["type"]] = [as_strings(record["value"])]


def test_what_it_says_to_publish_is_what_receivers_want(start: Start, inbox: DemoInbox) -> None:
    mx = {("metals.example", "MX"): ["10 mx.metals.example."]}
    relay = {"--relay": f"127.0.0.1:{inbox.port}"}
    with Zone(mx) as zone:
        resolver = {"NEWSLETTER_PREFLIGHT__RESOLVER": zone.address}
        first = start.json(options={**PUBLIC, **relay}, **resolver)
        publish(zone, first["publish"])
        second = start.json(options={}, **resolver)
    assert [record["name"] for record in first["publish"]] == [
        "metals.example",
        "news._domainkey.metals.example",
        "_dmarc.metals.example",
    ]
    assert first["publish"][0]["value"] == "v=spf1 a:news.metals.example -all"
    assert first["publish"][2]["value"] == "v=DMARC1; p=none; rua=mailto:ann@metals.example"
    assert {finding["check"] for finding in first["tried"]["relay_and_dns"]} == {"dkim-key", "spf", "dmarc"}
    assert second["tried"]["relay_and_dns"] == []
    assert second["publish"] == []


@pytest.mark.parametrize(
    ("stands", "relay", "record"),
    [
        ({}, "smtp.provider.example", "v=spf1 a:smtp.provider.example -all"),
        (
            {"metals.example": "v=spf1 a:smtp.provider.example ?all"},
            "smtp.provider.example",
            "v=spf1 a:smtp.provider.example ?all",
        ),
        ({}, "8.8.8.8", "v=spf1 ip4:8.8.8.8 -all"),
        ({}, "[2620:fe::fe]:25", "v=spf1 ip6:2620:fe::fe -all"),
        ({}, "10.0.0.5", "v=spf1 a:news.metals.example -all"),
        (
            {"_spf.provider.example": "v=spf1 ip4:192.0.2.0/24 ~all"},
            "smtp.provider.example",
            "v=spf1 include:_spf.provider.example -all",
        ),
        (
            {"metals.example": "v=spf1 mx ~all", "provider.example": "v=spf1 ip4:192.0.2.0/24 ~all"},
            "smtp.eu.provider.example",
            "v=spf1 mx include:provider.example ~all",
        ),
    ],
)
def test_spf_names_the_relays_provider_beside_what_stands_there(
    stands: dict[str, str], relay: str, record: str
) -> None:
    answers = {"relay": relay, "base_url": "news.metals.example", "sender": "daily@metals.example"}
    text = TEMPLATE
    for key, answer in answers.items():
        text = change_settings(text, read_answer(ASKED[key], answer))
    settings = Settings.model_validate(tomllib.loads(text))
    with Zone({(name, "TXT"): [as_strings(line)] for name, line in stands.items()}) as zone:
        found = asyncio.run(list_records(settings, (), (fail("spf", ""),), build_resolver(zone.address)))
    assert [(one.name, one.value) for one in found] == [("metals.example", record)]


def test_reports_go_to_no_domain_that_has_not_asked_for_them(start: Start) -> None:
    report = start.json("--mail-to", "ann@elsewhere.example")
    assert report["publish"][-1]["value"] == "v=DMARC1; p=none"


def test_a_relay_that_signs_needs_no_key_here(start: Start) -> None:
    report = start.json("--relay-signs")
    assert start.settings.dkim.selector == ""
    assert [record["name"] for record in report["publish"]] == ["metals.example", "_dmarc.metals.example"]
    assert not start.data.exists()


def test_a_dead_relay_and_a_trial_are_told_in_words(start: Start, inbox: DemoInbox) -> None:
    good = start.run()
    assert f"✓ [relay] 127.0.0.1:{inbox.port} answers" in good.out
    assert "DNS was not asked" in good.out
    assert "newsletter subscribers add ann@metals.example" in good.out
    bad = start.run("--relay", "127.0.0.1:1", "--yes", options={})
    assert bad.code == 0
    assert "✗ relay: [relay] 127.0.0.1:1 at connect" in bad.out


def test_a_language_model_is_asked_one_question_that_no_ledger_keeps(start: Start) -> None:
    said = bullets(([2], "Tervola’s new line cost €64 million, of which the state paid €19 million."))
    with model_server(lambda _: said) as server:
        report = start.json("--model-endpoint", server.endpoint, "--model-name", "small")
    assert report["tried"]["model"]["detail"].startswith("small answered")
    assert len(server.asked) == 1
    assert start.settings.model.name == "small"
    assert not list(start.data.glob("*.sqlite3*"))
    start.json("--model-endpoint", "-", "--yes", options={})
    assert start.settings.model.endpoint == ""


@pytest.mark.servers
def test_postfix_is_tried_and_then_gets_nothing_from_doctor_to_complain_of(start: Start) -> None:
    with open_scratch() as folder, postfix(folder) as port:
        report = start.json("--relay", f"127.0.0.1:{port}")
        assert report["tried"]["relay_and_dns"] == []
        found = run_command("doctor", "--json", variables=start.variables).json
    assert {part["what"]: part["ok"] for part in found}["relay"] is True


# ── the checkout ────────────────────────────────────────────────────────────────────────────────


def test_the_projects_own_folder_is_refused(start: Start) -> None:
    done = start.run(NEWSLETTER_CONFIG=str(shipped_folder("config")))
    assert done.code == 2
    assert "outside this checkout" in done.err
    assert "export NEWSLETTER_CONFIG=" in done.err


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    ).stdout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a project with the shipped config, entered."""
    project, clone = tmp_path / "project", tmp_path / "clone"
    (project / "config").mkdir(parents=True)
    for path in shipped_folder("config").glob("*.toml"):
        (project / "config" / path.name).write_text(
            "# as shipped\n" if path.name == "newsletter.toml" else path.read_text()
        )
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "shipped")
    git(tmp_path, "clone", "-q", str(project), str(clone))
    monkeypatch.chdir(clone)
    return clone


def change_upstream(project: Path) -> None:
    for path in (project / "config").glob("*.toml"):
        path.write_text(f"# a new version\n{path.read_text()}")
    git(project, "commit", "-qam", "a new version")


def test_an_edited_checkout_works_on_and_init_makes_it_free_of_git_pull(
    checkout: Path, start: Start, inbox: DemoInbox
) -> None:
    config = checkout / "config"
    mine = (
        '[newsletter]\nname = "Metals"  # mine\nfrom_address = "daily@metals.example"\n'
        f'[relay]\nhost = "127.0.0.1"\nport = {inbox.port}\n'
    )
    (config / "newsletter.toml").write_text(mine)
    own = '[[source]]\nkey = "own"\ntype = "seed"\nlocation = "own"\npublisher = { name = "A", kind = "wire" }\n'
    (checkout / "own").mkdir()
    sources = (config / "sources.toml").read_text() + own
    (config / "sources.toml").write_text(sources)
    no_folder = {name: value for name, value in start.variables.items() if name != "NEWSLETTER_CONFIG"}
    looked = run_command("doctor", "--json", variables=no_folder).json
    assert {part["what"]: part["ok"] for part in looked}["relay"], "read from config/, as before"
    assert [path.name for path in list_edited(config)] == ["newsletter.toml", "sources.toml"]

    report = start.json(options={"--base-url": NEEDED["--base-url"], "--mail-to": "ann@metals.example"})
    assert report["copied"] == ["sources.toml"]
    assert (
        f"in {start.config / 'sources.toml'}, give source own the location {checkout / 'own'}"
        == report["next"][0]
    )
    assert "the location" not in "".join(report["next"][1:]), "the project's own seed is found all the same"
    assert (start.config / "sources.toml").read_text() == sources
    assert not (start.config / "lexicon.toml").exists(), "it goes on with the project's"
    text = start.file.read_text()
    assert text.startswith('[newsletter]\nname = "Metals"  # mine\n')
    assert (start.settings.newsletter.base_url, start.settings.relay.port) == (
        NEEDED["--base-url"],
        inbox.port,
    )
    assert (config / "newsletter.toml").read_text() == mine, "the old one stays"
    (start.config / "sources.toml").write_text(sources + "# newer\n")
    assert start.json(options={})["copied"] == []
    assert (start.config / "sources.toml").read_text() == sources + "# newer\n"

    change_upstream(checkout.parent / "project")
    with pytest.raises(subprocess.CalledProcessError):
        git(checkout, "pull", "-q", "--ff-only")
    git(checkout, "checkout", "-q", "config")
    git(checkout, "pull", "-q", "--ff-only")
    assert start.file.read_text() == text
    assert start.json(options={})["changed"] is False


def test_what_was_edited_is_known_by_git_also_when_committed_and_without_git_all_is(
    checkout: Path, tmp_path: Path
) -> None:
    config = checkout / "config"
    assert list_edited(config) == ()
    (config / "lexicon.toml").write_text((config / "lexicon.toml").read_text() + "# mine\n")
    git(checkout, "commit", "-qam", "mine")
    change_upstream(checkout.parent / "project")
    git(checkout, "fetch", "-q")
    assert [path.name for path in list_edited(config)] == ["lexicon.toml"], "not what upstream changed"
    elsewhere = tmp_path / "nogit" / "config"
    elsewhere.mkdir(parents=True)
    for path in config.glob("*.toml"):
        (elsewhere / path.name).write_text(path.read_text())
    assert [path.name for path in list_edited(elsewhere)] == ["sources.toml", "lexicon.toml"]


# ── the terminal ────────────────────────────────────────────────────────────────────────────────


def talk(start: Start, *said: tuple[str, str], status: int = 0) -> str:
    """Run init on a terminal: wait for each prompt, type the answer; return all that was shown."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    screen, terminal = pty.openpty()
    shown, waiting = "", list(said)
    end = time.monotonic() + 120
    with subprocess.Popen(
        [sys.executable, "-m", "newsletter", "init"],
        env={**ours, **start.variables, "COLUMNS": "200", "TERM": "dumb"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=start.config.parent,
    ) as process:
        os.close(terminal)
        seen = 0
        while time.monotonic() < end:
            if not select.select([screen], [], [], 0.2)[0]:
                continue
            try:
                shown += os.read(screen, 4096).decode(errors="replace")
            except OSError:
                break  # the other side is closed: it ended
            if waiting and (at := shown.find(waiting[0][0], seen)) >= 0 and shown.endswith(": "):
                seen = at + len(waiting[0][0])
                os.write(screen, waiting.pop(0)[1].encode() + b"\n")
        else:
            process.kill()
    os.close(screen)
    assert process.returncode == status, shown
    assert not waiting, f"never asked: {waiting}\n{shown}"
    return shown


def test_on_a_terminal_six_questions_are_asked_and_a_wrong_answer_again(
    start: Start, inbox: DemoInbox
) -> None:
    shown = talk(
        start,
        ("newsletter's name", "Metals"),
        ("public address", "http://127.0.0.1:8080"),
        ("sent from", "daily"),
        ("is no mail address", "daily@metals.example"),
        ("relay", f"ann@127.0.0.1:{inbox.port}"),
        ("hour to send", ""),
        ("Your own address", "ann@metals.example"),
        ("Language model", ""),
        ("password of ann", "hunter2"),
    )
    assert "hunter2" not in shown + start.file.read_text()
    settings = start.settings
    assert (settings.newsletter.name, settings.newsletter.from_address) == ("Metals", "daily@metals.example")
    assert (settings.relay.username, settings.newsletter.timezone) == ("ann", "UTC")
    assert "NEWSLETTER_RELAY__PASSWORD_FILE" in shown


def test_on_a_terminal_a_change_is_shown_and_asked_for(start: Start) -> None:
    start.json()
    text = start.file.read_text()
    same = [
        (words, "") for words in ("public address", "sent from", "relay", "hour to send", "Your own", "model")
    ]
    shown = talk(start, ("name [Rare Earth Daily]", "Metals"), *same, ("Change ", "n"), status=1)
    assert '-name = "Rare Earth Daily"' in shown
    assert '+name = "Metals"' in shown
    assert shown.count('name = "') == 2, "and nothing else changes"
    assert start.file.read_text() == text
