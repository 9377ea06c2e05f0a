"""Settings: what is wrong is told by name, with what was given and what to do; nothing is guessed."""

from __future__ import annotations

import os
import sys
import tomllib
import zoneinfo
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from newsletter.config import Settings, find_config, load_settings, load_sources, seed_folder
from newsletter.errors import ConfigError
from newsletter.model import Publisher, PublisherKind
from newsletter.wiring import open_installation


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("NEWSLETTER_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "config"
    made.mkdir()
    return made


def _write(folder: Path, text: str, name: str = "newsletter.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def _fail(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(folder)
    assert caught.value.exit_code == 2
    assert caught.value.hint, "an error says what to do"
    return str(caught.value)


def test_without_any_file_the_defaults_hold(folder: Path) -> None:
    settings = load_settings(folder)
    assert settings.schedule.compose_at == time(5, 30)
    assert settings == Settings()


def test_the_shipped_file_changes_nothing() -> None:
    assert load_settings() == Settings()


def test_a_config_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(ConfigError, match="nowhere does not exist") as caught:
        open_installation(missing)
    assert "--config" in caught.value.hint


def test_malformed_toml_names_file_and_line(folder: Path) -> None:
    told = _fail(_write(folder, '[newsletter]\nname = "Daily\n'))
    assert "newsletter.toml is not valid TOML" in told
    assert "line 2" in told


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "newsletter.toml").write_bytes(b'[newsletter]\nname = "Zeitung f\xfcr alle"\n')
    assert "newsletter.toml cannot be read" in _fail(folder)


def test_an_unknown_setting_is_refused_by_name(folder: Path) -> None:
    assert "relay.hostname: there is no such setting" in _fail(_write(folder, '[relay]\nhostname = "x"\n'))


def test_an_unknown_table_is_refused_by_name(folder: Path) -> None:
    assert "smtp: there is no such setting" in _fail(_write(folder, '[smtp]\nhost = "x"\n'))


@pytest.mark.parametrize(
    "variable", ["NEWSLETTER_RELAY__HOSTNAME", "NEWSLETTER_SMTP__HOST", "NEWSLETTER_A__B_FILE"]
)
def test_an_unknown_variable_is_refused_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "x")
    assert variable in _fail(folder)


@pytest.mark.parametrize(
    ("text", "name", "given"),
    [
        ('[relay]\nport = "many"\n', "relay.port", "'many'"),
        ("[relay]\nport = 70000\n", "relay.port", "70000"),
        ('[relay]\nsecurity = "ssl"\n', "relay.security", "'ssl'"),
        ('[relay]\nhost = "mail.example.org:587"\n', "relay.host", "its port beside it"),
        ('[relay_failover]\nhost = "smtp://mail.example.org"\n', "relay_failover.host", "is no host"),
        ('[bounces]\nimap_host = "ann@imap.example.org"\n', "bounces.imap_host", "is no host"),
        ('[schedule]\nsend_at = "6.30"\n', "schedule.send_at", 'a time such as "06:30"'),
        ('[web]\nsignup = "perhaps"\n', "web.signup", "'perhaps'"),
        ("[schedule]\nsend_days = []\n", "schedule", "send_days names no day"),
        ('[schedule]\nsend_days = ["monday"]\n', "schedule.send_days.0", "'monday'"),
        ('[schedule]\ndays_off = ["Christmas"]\n', "schedule.days_off.0", "'Christmas'"),
        (
            '[schedule]\ndays_off = ["2027-01-03/2026-12-24"]\n',
            "schedule.days_off.0",
            "ends before it begins",
        ),
        ('[schedule]\nsend_at = "half past six"\n', "schedule.send_at", "half past six"),
        ("[editorial]\nmax_stories = 0\n", "editorial.max_stories", "0"),
        ('[newsletter]\nbase_url = "https://news.example.org/ "\n', "newsletter.base_url", "without a space"),
        (
            '[newsletter]\nbase_url = "http://127.0.0.1:99999"\n',
            "newsletter.base_url",
            "a port that is none",
        ),
        ('[newsletter]\nbase_url = "http://127.0.0.1:0"\n', "newsletter.base_url", "from 1 to 65535"),
        ('[desk]\nurl = "https://news.example:web"\n', "desk.url", "from 1 to 65535"),
        ('[relay]\nhelo = "my host"\n', "relay.helo", "is no host"),
        ('[alerts]\nwebhook_url = "hooks.example/x"\n', "alerts.webhook_url", "must begin with https"),
        ('[alerts]\nmail_to = ["ops"]\n', "alerts.mail_to.0", "is not an email address"),
        ('[newsletter]\nbase_url = "news.example.org"\n', "newsletter.base_url", "https://"),
        (
            '[newsletter]\nfrom_address = "Ann <ann@example.org>"\n',
            "newsletter.from_address",
            "without a name",
        ),
        ('[newsletter]\nname = ""\n', "newsletter.name", "''"),
        ('[newsletter]\nwhy = " "\n', "newsletter.why", "' '"),
        ("relay = 25\n", "relay", "25"),
        ('[web]\ntrusted_proxies = ["10.0.0.1/8"]\n', "web.trusted_proxies", "10.0.0.1/8"),
        ('[web]\ntrusted_proxies = ["*"]\n', "web.trusted_proxies", "'*'"),
        ('[preflight]\nresolver = "192.0.2.53:dns"\n', "preflight.resolver", "192.0.2.53:dns"),
        (
            '[preflight]\nresolver = "dns.example.net:53"\n',
            "preflight.resolver",
            "no address of a name server",
        ),
        ("[delivery]\nretry_minutes = []\n", "delivery.retry_minutes", "at least 1"),
        ('[model]\nendpoint = "localhost:11434"\n', "model.endpoint", "https://"),
        ('[preflight]\nresolver = "2001:db8:::53"\n', "preflight.resolver", "2001:db8:::53"),
        ('[preflight]\nrspamd = "http://127.0.0.1"\n', "preflight.rspamd", "http://127.0.0.1"),
        ('[storage]\ndatabase = "mysql://db/news"\n', "storage.database", "mysql://db/news"),
        ('[storage]\ndatabase = "postgresql://db:x/news"\n', "storage.database", "postgresql://db:x/news"),
        ('[alerts]\nmail_to = "ops@example.org"\n', "alerts.mail_to", 'such as ["one", "two"]'),
    ],
)
def test_a_wrong_value_is_told_with_the_setting_and_what_was_given(
    folder: Path, text: str, name: str, given: str
) -> None:
    told = _fail(_write(folder, text))
    assert f"{name}:" in told
    assert given in told
    assert told.endswith(f", in {folder / 'newsletter.toml'}")


def test_days_off_are_dates_and_spans_of_the_setting_and_of_its_file(folder: Path) -> None:
    (folder / "holidays.txt").write_text("# Germany\n2026-10-03  # unity\n\n2026-12-24/2026-12-26\n", "utf-8")
    text = '[schedule]\ndays_off = [2026-05-01, "2026-08-03/2026-08-16"]\ndays_off_file = "holidays.txt"\n'
    schedule = load_settings(_write(folder, text)).schedule
    off = {date(2026, 1, 1) + timedelta(days=n) for n in range(365)}
    off = {day for day in off if not schedule.has_issue(day)}
    summer = {date(2026, 8, day) for day in range(3, 17)}
    assert off == {
        date(2026, 5, 1),
        date(2026, 10, 3),
        *summer,
        *(date(2026, 12, day) for day in (24, 25, 26)),
    }


def test_a_file_of_days_off_that_is_wrong_is_told_with_its_line(folder: Path) -> None:
    _write(folder, '[schedule]\ndays_off_file = "holidays.txt"\n')
    assert f"names {folder / 'holidays.txt'}, which cannot be read" in _fail(folder)
    (folder / "holidays.txt").write_text("2026-10-03\nEaster\n", "utf-8")
    assert "line 2: 'Easter' is no date" in _fail(folder)


@pytest.mark.parametrize("server", ["2001:db8::53", "[2001:db8::53]:5353", "192.0.2.53", "192.0.2.53:5353"])
def test_a_name_server_is_an_address_with_or_without_a_port(folder: Path, server: str) -> None:
    settings = load_settings(_write(folder, f'[preflight]\nresolver = "{server}"\n'))
    assert settings.preflight.resolver == server


@pytest.mark.parametrize(
    ("given", "asked"),
    [("spamd", "spamd:783"), ("spamd:784", "spamd:784"), ("[::1]", "[::1]:783"), ("", "")],
)
def test_a_spam_filter_without_a_port_is_asked_at_its_usual_one(folder: Path, given: str, asked: str) -> None:
    settings = load_settings(_write(folder, f'[preflight]\nspamassassin = "{given}"\n'))
    assert settings.preflight.spamassassin == asked
    assert settings.preflight.rspamd == "127.0.0.1:11333"


def test_each_wrong_value_is_told_with_where_it_stands(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable wins over the file, and a file that a variable names over both: that is where to correct it."""
    _write(folder, "[relay]\nport = 0\nconnections = 0\n[web]\nport = 8080\n")
    (tmp_path / "pool").write_text("many\n", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_RELAY__CONNECTIONS_FILE", str(tmp_path / "pool"))
    monkeypatch.setenv("NEWSLETTER_RELAY__CONNECTIONS", "12")
    monkeypatch.setenv("NEWSLETTER_WEB__PORT", "0x50")
    places = {
        line.strip().partition(":")[0]: line.rpartition(", in ")[2] for line in _fail(folder).split(";\n")
    }
    assert places == {
        "relay.port": str(folder / "newsletter.toml"),
        "relay.connections": f"NEWSLETTER_RELAY__CONNECTIONS_FILE ({tmp_path / 'pool'})",
        "web.port": "NEWSLETTER_WEB__PORT",
    }


def test_two_settings_that_do_not_fit_are_told_with_every_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(folder, "[schedule]\nsend_at = 06:30:00\n")
    monkeypatch.setenv("NEWSLETTER_SCHEDULE__COMPOSE_AT", "07:00")
    assert f"{folder / 'newsletter.toml'} and NEWSLETTER_SCHEDULE__COMPOSE_AT" in _fail(folder)


def test_what_a_file_of_a_variable_holds_is_not_repeated(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("postgres:hunter2", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_STORAGE__DATABASE_FILE", str(tmp_path / "url"))
    told = _fail(folder)
    assert "NEWSLETTER_STORAGE__DATABASE_FILE" in told
    assert "hunter2" not in told


def test_the_password_in_an_address_is_not_repeated(folder: Path) -> None:
    told = _fail(_write(folder, '[storage]\ndatabase = "mysql://news:hunter2@db/news"\n'))
    assert "storage.database" in told
    assert "hunter2" not in told


def test_a_misspelt_setting_is_told_with_the_nearest_one(folder: Path) -> None:
    assert "did you mean host?" in _fail(_write(folder, '[relay]\nhosst = "x"\n'))
    assert "did you mean relay?" in _fail(_write(folder, '[relays]\nhost = "x"\n'))
    _write(folder, SOURCE.replace("[[source]]", "[[sources]]"), "sources.toml")
    with pytest.raises(ConfigError, match=r"did you mean source\?"):
        load_sources(folder)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("NEWSLETTER_RELAY_HOST", "NEWSLETTER_RELAY__HOST"),
        ("NEWSLETTER_RELAY_PASSWORD_FILE", "NEWSLETTER_RELAY__PASSWORD_FILE"),
        ("NEWSLETTER_RELAY__PASWORD", "NEWSLETTER_RELAY__PASSWORD"),
    ],
)
def test_a_variable_that_sets_nothing_is_told_with_the_one_that_was_meant(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(ConfigError, match=variable) as caught:
        load_settings(folder)
    assert f"Did you mean {meant}?" in caught.value.hint


@pytest.mark.parametrize(
    ("variable", "given"),
    [("NEWSLETTER_WEB_PORT", "tcp://10.0.0.1:80"), ("NEWSLETTER_SERVICE_HOST", "10.0.0.1")],
)
def test_what_kubernetes_sets_for_a_service_of_that_name_is_no_setting(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, given: str
) -> None:
    monkeypatch.setenv(variable, given)
    assert load_settings(folder) == Settings()


def test_a_waived_check_that_there_is_not_is_told_with_where_it_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_PREFLIGHT__WAIVE", '["prt"]')
    with pytest.raises(ConfigError, match="'prt', in NEWSLETTER_PREFLIGHT__WAIVE") as caught:
        open_installation(folder)
    assert "ptr" in caught.value.hint


def test_every_wrong_setting_is_told_at_once(folder: Path) -> None:
    told = _fail(_write(folder, '[relay]\nport = 0\nhosst = "x"\n[web]\nport = -1\n'))
    assert all(name in told for name in ("relay.port", "relay.hosst", "web.port"))


def test_composing_must_come_before_sending(folder: Path) -> None:
    told = _fail(_write(folder, "[schedule]\ncompose_at = 07:00:00\nsend_at = 06:30:00\n"))
    assert "compose_at must come before send_at" in told


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ('[newsletter]\nlanguage = "de"\n', "newsletter.language"),
        ('[editorial]\nlanguages = ["en", "fr"]\n', "editorial.languages"),
    ],
)
def test_a_language_that_the_gate_cannot_check_is_refused(folder: Path, text: str, setting: str) -> None:
    told = _fail(_write(folder, text))
    assert setting in told
    assert "in English alone" in told
    assert 'write "en"' in told


def test_english_of_any_country_is_english(folder: Path) -> None:
    assert load_settings(_write(folder, '[newsletter]\nlanguage = "en-GB"\n')).newsletter.language == "en-GB"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "Europe"])
def test_a_wrong_zone_is_told_with_an_example(folder: Path, zone: str) -> None:
    told = _fail(_write(folder, f'[newsletter]\ntimezone = "{zone}"\n'))
    assert "newsletter.timezone" in told
    assert "Europe/Berlin" in told


def test_a_variable_wins_over_the_file_and_a_secret_file_over_both(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(folder, '[relay]\nhost = "from-file"\nport = 26\nusername = "file"\n')
    monkeypatch.setenv("NEWSLETTER_RELAY__HOST", "from-variable")
    monkeypatch.setenv("NEWSLETTER_RELAY__USERNAME", "variable")
    (tmp_path / "user").write_text(" secret-file\n", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_RELAY__USERNAME_FILE", str(tmp_path / "user"))
    relay = load_settings(folder).relay
    assert (relay.host, relay.port, relay.username) == ("from-variable", 26, "secret-file")


def test_a_list_comes_from_a_variable_as_json(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_ALERTS__MAIL_TO", '["ops@example.org"]')
    assert load_settings(folder).alerts.mail_to == ("ops@example.org",)


def test_a_list_that_is_not_json_is_told_by_its_setting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_ALERTS__MAIL_TO", "ops@example.org")
    assert "alerts.mail_to" in _fail(folder).lower()


def test_a_secret_from_a_file_is_stripped_and_never_shown(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    monkeypatch.setenv("NEWSLETTER_RELAY__PASSWORD_FILE", str(tmp_path / "password"))
    settings = load_settings(folder)
    assert settings.relay.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)


def test_a_secret_that_cannot_be_read_is_told_with_its_variable(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_RELAY__PASSWORD_FILE", str(tmp_path / "absent"))
    told = _fail(folder)
    assert "NEWSLETTER_RELAY__PASSWORD_FILE" in told
    assert "absent" in told


def test_a_secret_file_that_is_a_folder_or_binary_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_RELAY__PASSWORD_FILE", str(tmp_path))
    assert "cannot be read" in _fail(folder)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("NEWSLETTER_RELAY__PASSWORD_FILE", str(tmp_path / "binary"))
    assert "cannot be read" in _fail(folder)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("relay", "password"),
        ("bounces", "imap_password"),
        ("model", "api_key"),
        ("alerts", "webhook_url"),
        ("alerts", "heartbeat_url"),
    ],
)
def test_a_wrong_secret_is_not_repeated_in_the_error(folder: Path, table: str, name: str) -> None:
    told = _fail(_write(folder, f'[{table}]\n{name} = ["hunter2"]\n'))
    assert f"{table}.{name}" in told
    assert "hunter2" not in told


def test_a_setting_whose_own_name_ends_in_file_is_no_secret_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_RELAY__CA_FILE", "/etc/ssl/relay.pem")
    assert load_settings(folder).relay.ca_file == Path("/etc/ssl/relay.pem")


def test_options_of_the_command_line_are_no_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_CONFIG", str(folder))
    monkeypatch.setenv("NEWSLETTER_DATA", "elsewhere")
    assert load_settings(folder).storage.data == Path("data")


def test_the_data_folder_given_by_hand_wins_and_brings_its_config(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    _write(tmp_path / "config", '[newsletter]\nname = "Mine"\n[storage]\ndata = "other"\n')
    opened = open_installation(data=tmp_path)
    assert (opened.settings.newsletter.name, opened.data) == ("Mine", tmp_path)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"data folder .* cannot be made") as caught:
        _ = open_installation(data=tmp_path / "file" / "data").store
    assert "--data" in caught.value.hint


# ── sources.toml ────────────────────────────────────────────────────────────────────────────────

SOURCE = """
[[source]]
key = "a"
type = "feed"
location = "https://a.example/feed"
publisher = { name = "A", kind = "trade press" }
"""


def test_the_shipped_sources_load_and_are_all_different() -> None:
    sources = load_sources().sources
    assert len({source.location for source in sources}) == len(sources) > 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOURCE + SOURCE, "two sources have the key 'a'"),
        (SOURCE.replace('"a"', '"A b"', 1), "source.0.key"),
        (SOURCE.replace("https://", "file://"), "must begin with https://"),
        (SOURCE.replace('"feed"\n', '"rss"\n', 1), "source.0.type"),
        (SOURCE.replace("trade press", "press"), "source.0.publisher.kind"),
        (SOURCE + "weigth = 1.0\n", "source.0.weigth: there is no such setting"),
        (SOURCE + "weight = 9.0\n", "source.0.weight"),
        ("[[source]]\n", "source.0.publisher"),
    ],
)
def test_a_wrong_source_costs_itself_and_is_told_by_its_place_and_field(
    folder: Path, text: str, words: str
) -> None:
    good = SOURCE.replace('"a"', '"good"', 1)
    found = load_sources(_write(folder, text + good, "sources.toml"))
    [fault] = found.faults
    assert words in str(fault)
    assert str(folder / "sources.toml") in str(fault)
    assert fault.hint
    assert [source.key for source in found.sources if source.key != "a"] == ["good"]
    assert len(found.sources) == 1 + (text == SOURCE + SOURCE), "of two with one key the first is read"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources = 1\n", "sources: there is no such setting"),
        ("source = 1\n", "source: "),
        (SOURCE + "weight = 9.0\n", "the source 'a'"),
        (SOURCE + "[[source", "is not valid TOML"),
    ],
)
def test_a_list_of_which_nothing_can_be_used_is_refused(folder: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_sources(_write(folder, text, "sources.toml"))
    assert words in str(caught.value)
    assert str(folder / "sources.toml") in str(caught.value)
    assert caught.value.hint


def test_seeds_are_looked_for_beside_the_config_folder_first(folder: Path) -> None:
    seed = next(source for source in load_sources().sources if source.location == "seeds")
    (folder.parent / "seeds").mkdir()
    assert seed_folder(seed, folder) == folder.parent / "seeds"


def test_the_shipped_seed_stands_in_for_the_shipped_source_alone(folder: Path) -> None:
    seed = next(source for source in load_sources().sources if source.location == "seeds")
    assert list(seed_folder(seed, folder).glob("*.txt"))
    _write(folder, SOURCE + find_config("sources.toml").read_text(encoding="utf-8"), "sources.toml")
    assert list(seed_folder(seed, folder).glob("*.txt")), "in a copy with a source more, too"
    own = replace(seed, publisher=Publisher(name="Copper Wire", kind=PublisherKind.WIRE))
    assert seed_folder(own, folder) == folder.parent / "seeds"
    assert not seed_folder(own, folder).exists()


def test_the_commented_lines_of_the_shipped_file_are_the_defaults() -> None:
    shipped = Path(__file__).resolve().parents[2] / "config" / "newsletter.toml"
    lines = [line.removeprefix("# ") for line in shipped.read_text(encoding="utf-8").splitlines()]
    values = tomllib.loads("\n".join(line for line in lines if line.startswith("[") or " = " in line))
    assert values.pop("edition"), "shown beside what there is without one"
    assert values, "the file shows some settings"
    for table, own in values.items():
        assert Settings(**{table: own}) == Settings(), table


TWO = """
[[edition]]
key = "daily"
name = "Daily"
default = true

[[edition]]
key = "weekly"
name = "Week in review"
send_days = ["fri"]
send_at = 16:00:00
compose_at = 15:00:00
timezone = "Asia/Tokyo"
max_stories = 3
max_highlights = 1
"""


def test_without_editions_there_is_the_daily_one(folder: Path) -> None:
    settings = load_settings(folder)
    assert [edition.key for edition in settings.editions] == ["daily"]
    assert settings.edition_keys == ("daily",)
    assert settings.of("daily") == settings


def test_an_edition_has_what_it_sets_and_the_rest_from_the_other_tables(folder: Path) -> None:
    settings = load_settings(_write(folder, TWO))
    weekly = settings.of("weekly")
    assert (weekly.schedule.send_at, weekly.schedule.send_days) == (time(16), ("fri",))
    assert (weekly.newsletter.timezone, settings.newsletter.timezone) == ("Asia/Tokyo", "UTC")
    assert (weekly.editorial.max_stories, weekly.editorial.max_highlights) == (3, 1)
    assert weekly.editorial.min_highlights == 1, "no more than there may be"
    assert weekly.editorial.max_per_section == settings.editorial.max_per_section
    assert weekly.schedule.latest_start_hours == settings.schedule.latest_start_hours
    assert weekly.newsletter.from_name == "Rare Earth Daily: Week in review"
    assert weekly.newsletter.own_list_id == "weekly.rare-earth-daily.localhost.localdomain"
    daily = settings.of("daily")
    assert daily.newsletter == settings.newsletter, "what readers have of it stays as it is"
    assert daily.schedule == settings.schedule
    assert settings.of("gone") == settings, "an edition that was taken out still shows its issues"
    assert settings.edition_keys == ("daily", "weekly")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('key = "weekly"', 'key = "daily"'), "edition: two are called 'daily'"),
        (("default = true", ""), "edition: one of them has default = true"),
        (('timezone = "Asia/Tokyo"', "default = true"), "edition: one of them has default = true"),
        (('key = "weekly"', 'key = "Weekly"'), "edition.1.key: String should match"),
        (('name = "Week in review"', ""), "edition.1.name: Field required"),
        (("max_stories = 3", "max_storys = 3"), "edition.1.max_storys: there is no such setting, did you mean max_s"),
        (("send_at = 16:00:00", ""), "edition 'weekly': compose_at (15:00:00) must come before send_at (06:30:00)"),
        (("Asia/Tokyo", "Asia/Tokio"), "edition.1.timezone: 'Asia/Tokio' is not a time zone"),
        (('send_days = ["fri"]', 'send_days = ["friday"]'), "edition.1.send_days.0"),
    ],
)  # fmt: skip
def test_a_wrong_edition_is_told_by_its_place_and_field(
    folder: Path, change: tuple[str, str], told: str
) -> None:
    assert told in _fail(_write(folder, TWO.replace(*change)))


def test_one_table_instead_of_tables_is_told_so(folder: Path) -> None:
    assert "edition: must be tables: each begins with [[edition]]" in _fail(
        _write(folder, '[edition]\nkey = "daily"\nname = "Daily"\n')
    )


def test_what_is_wrong_with_editions_tells_no_secret(folder: Path) -> None:
    text = TWO.replace("default = true", "") + '[relay]\npassword = "hunter2hunter2"\n'
    assert "hunter2" not in _fail(_write(folder, text))


@pytest.mark.parametrize("name", ["newsletter.toml", "sources.toml"])
def test_what_is_no_file_never_stands_for_the_shipped_one(tmp_path: Path, name: str) -> None:
    """Docker makes a folder where a file that is to be mounted is missing: the newsletter ran by the defaults."""
    for make in (Path.mkdir, lambda path: path.symlink_to("nowhere")):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        make(folder / name)
        with pytest.raises(ConfigError, match=f"{name} is no file"):
            find_config(name, folder)


def test_a_machine_without_a_tz_database_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tzdata", "tzdata.zoneinfo", "tzdata.zoneinfo.Europe"):
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(())
    try:  # zones that nothing else asks for: what is known is kept, and a cleared cache would make two of one zone
        for text in (
            '[newsletter]\ntimezone = "Europe/Vaduz"\n',
            '[newsletter]\ntimezone = "Europe/Mariehamn"\n',
        ):
            assert "install tzdata" in _fail(_write(folder, text))
    finally:
        zoneinfo.reset_tzpath()


def test_mails_leave_by_each_relay_and_not_where_they_stay_in_a_folder() -> None:
    relay = {"host": "::1", "port": 587, "security": "tls"}
    settings = Settings.model_validate({"relay": relay, "relay_failover": {"host": "b.example", "port": 25}})
    told = [(table, one.place, one.is_encrypted) for table, one in settings.relays]
    assert told == [("[relay]", "[::1]:587", True), ("[relay_failover]", "b.example:25", False)]
    folder = Settings.model_validate({"relay": {"type": "folder"}, "relay_failover": {"host": "b.example"}})
    assert (folder.relays, folder.relay.is_folder, folder.relay.place) == ((), True, "the folder outbox")


@pytest.mark.parametrize("file", ["config/newsletter.toml", "newsletter/cli/first_settings.toml"])
def test_the_second_edition_of_a_first_file_needs_its_marks_taken_away_alone(file: str) -> None:
    text = (Path(__file__).resolve().parents[2] / file).read_text(encoding="utf-8")
    pair = text[text.index("# [[edition]]") :].splitlines()
    settings = Settings.model_validate(tomllib.loads("\n".join(line[2:] for line in pair)))
    assert settings.edition_keys == ("daily", "weekly")
    assert settings.of("weekly").schedule.send_days == ("fri",)
