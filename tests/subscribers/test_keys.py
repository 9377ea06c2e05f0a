from __future__ import annotations

import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter.errors import ConfigError
from newsletter.model import SubscriberId
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.keys import key_path, load_archive_key, load_keys, replace_keys, rotate_keys
from newsletter.subscribers.tokens import Purpose, TokenFault, address_hmac, sign
from newsletter.wiring import Installation, open_installation
from tests.support.app_factory import make_app, subscribe
from tests.support.subscriber_factories import NOW, by, make_address, read_token


def test_the_first_use_makes_keys_that_only_their_owner_reads(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "data")
    path = key_path(tmp_path / "data")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert load_keys(tmp_path / "data") == keys
    assert [file.name for file in path.parent.iterdir()] == [path.name], "no temporary file is left"


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert load_keys(tmp_path / "one") != load_keys(tmp_path / "two")


def test_processes_that_start_together_use_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(load_keys, [tmp_path] * 8))
    assert all(each == keys[0] for each in keys)


def test_rotating_keeps_old_links_alive_and_the_address_key(tmp_path: Path) -> None:
    before = load_keys(tmp_path)
    token = sign(before, Purpose.UNSUBSCRIBE, SubscriberId(5))
    after = rotate_keys(tmp_path, before)
    assert after == load_keys(tmp_path)
    assert (after.current, after.address) == (2, before.address)
    assert read_token(after, token, Purpose.UNSUBSCRIBE, now=NOW) == 5
    assert key_path(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_process_that_runs_on_knows_the_links_of_a_later_key(tmp_path: Path) -> None:
    running = load_keys(tmp_path)
    token = sign(rotate_keys(tmp_path, load_keys(tmp_path)), Purpose.UNSUBSCRIBE, SubscriberId(5))
    assert read_token(running, token, Purpose.UNSUBSCRIBE, now=NOW) == 5
    key_path(tmp_path).write_text("damaged")
    assert read_token(running, token, Purpose.UNSUBSCRIBE, now=NOW) == 5


def test_a_file_open_to_everyone_is_refused_with_what_to_do(tmp_path: Path) -> None:
    load_keys(tmp_path)
    key_path(tmp_path).chmod(0o644)
    with pytest.raises(ConfigError, match="open to every user") as caught:
        load_keys(tmp_path)
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"current": 1, "signing": {"1": "00"}, "address": "00"}',
        json.dumps({"current": 9, "signing": {"1": "00" * 32}, "address": "00" * 32}).encode(),
        json.dumps({"current": 0, "signing": {"0": "00" * 32}, "address": "00" * 32}).encode(),
        json.dumps({"current": 1, "signing": ["00" * 32], "address": "00" * 32}).encode(),
    ],
)
def test_a_damaged_file_is_an_error_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    load_keys(tmp_path)
    key_path(tmp_path).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_keys(tmp_path)
    assert "backup" in caught.value.hint
    assert key_path(tmp_path).read_bytes() == content


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_says_whose_it_must_be(tmp_path: Path) -> None:
    load_keys(tmp_path)
    key_path(tmp_path).chmod(0o000)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_keys(tmp_path)


def test_a_data_folder_that_is_a_file_says_what_must_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="cannot be read or made") as caught:
        load_keys(tmp_path / "data")
    assert "belong to the user" in caught.value.hint


# ── lost keys ────────────────────────────────────────────────────────────────────────────────────


def lose_keys(app: Installation) -> Installation:
    """Return the installation as it starts without its key file."""
    app.close()
    shutil.rmtree(key_path(app.data).parent)
    return make_app(app.data)


def register_of(app: Installation) -> Register:
    return Register(store=app.store, keys=app.keys, notice_domain="news.example")


def test_lost_keys_are_not_made_anew_in_silence(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    again = lose_keys(app)
    with pytest.raises(ConfigError, match="is lost") as caught:
        _ = again.keys
    assert "backup" in caught.value.hint
    assert "replace-keys" in caught.value.hint
    assert not key_path(again.data).exists()
    again.close()


def test_a_ledger_of_erased_people_alone_needs_its_keys_too(app: Installation) -> None:
    consent.erase(register_of(app), make_address(), now=NOW)
    again = lose_keys(app)
    with pytest.raises(ConfigError, match="is lost"):
        _ = again.keys
    again.close()


def test_keys_that_another_process_made_meanwhile_are_used(tmp_path: Path) -> None:
    def another_made_them_and_added_somebody() -> bool:
        load_keys(tmp_path)
        return False

    assert load_keys(tmp_path, may_make=another_made_them_and_added_somebody) == load_keys(tmp_path)


def test_new_keys_in_place_of_lost_ones_still_know_who_is_suppressed(app: Installation) -> None:
    subscribe(app, "ann@example.org", "dead@example.org")
    old = sign(app.keys, Purpose.UNSUBSCRIBE, SubscriberId(1))
    dead = address_hmac(app.keys, "dead@example.org")
    with app.store.write() as connection:
        add_suppression(connection, Suppression(address_hmac=dead, reason="dead address", at=NOW))
    consent.erase(register_of(app), make_address("erased@example.org"), now=NOW)
    again = lose_keys(app)
    assert replace_keys(again.data, again.store) == (2, 1)
    assert read_token(again.keys, old, Purpose.UNSUBSCRIBE, now=NOW) is TokenFault.FORGED
    register = register_of(again)
    assert consent.look_up(register, make_address("dead@example.org"))[1] is not None
    assert consent.look_up(register, make_address("ann@example.org"))[1] is None
    assert consent.request(register, make_address("dead@example.org"), by("form")) is Refusal.SUPPRESSED
    again.close()


def test_keys_that_are_there_are_not_replaced(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    keys = app.keys
    with pytest.raises(ConfigError, match="are there") as caught:
        replace_keys(app.data, app.store)
    assert "rotate-keys" in caught.value.hint
    assert load_keys(app.data) == keys


def test_an_interrupted_replacement_goes_on_when_run_again(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    again = lose_keys(app)
    load_keys(again.data)  # the file was written, then the machine went down
    assert replace_keys(again.data, again.store) == (1, 0)
    assert consent.look_up(register_of(again), make_address("ann@example.org"))[0] is not None
    again.close()


def test_a_private_archive_gets_one_secret_that_stays(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: load_archive_key(tmp_path), range(4)))
    assert len(made) == 1
    assert len(made.pop()) == 64
    assert stat.S_IMODE((tmp_path / "keys" / "archive.key").stat().st_mode) == 0o600


def test_only_a_private_archive_makes_and_uses_a_secret(tmp_path: Path) -> None:
    shut = open_installation(data=tmp_path / "shut", web={"archive": "private"})
    assert shut.settings.newsletter.archive_secret == load_archive_key(tmp_path / "shut").encode()
    given = open_installation(
        data=tmp_path / "given", web={"archive": "private"}, newsletter={"archive_key": "mine"}
    )
    assert given.settings.newsletter.archive_secret == b"mine"
    assert not (tmp_path / "given").exists(), "nothing is made that is not needed"
    public = open_installation(data=tmp_path / "public", newsletter={"archive_key": "mine"})
    assert public.settings.newsletter.archive_secret == b""


def test_an_emptied_secret_of_the_archive_says_what_to_do(tmp_path: Path) -> None:
    load_archive_key(tmp_path)
    (tmp_path / "keys" / "archive.key").write_text("\n")
    with pytest.raises(ConfigError, match="is empty"):
        load_archive_key(tmp_path)
