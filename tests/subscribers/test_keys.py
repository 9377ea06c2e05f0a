from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter.errors import ConfigError
from newsletter.model import SubscriberId
from newsletter.subscribers.keys import key_path, load_keys, rotate_keys
from newsletter.subscribers.tokens import Purpose, read, sign
from tests.subscriber_factories import NOW


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
    after = rotate_keys(tmp_path)
    assert after == load_keys(tmp_path)
    assert (after.current, after.address) == (2, before.address)
    assert read(after, token, Purpose.UNSUBSCRIBE, now=NOW) == 5
    assert key_path(tmp_path).stat().st_mode & 0o777 == 0o600


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
