"""The key files of an installation: made on first use, rotated, checked. I/O (disk, randomness).

``keys/subscribers.json`` in the data folder, readable by its owner only. It belongs in every backup:
without it no unsubscribe link that was ever mailed works, and suppressions of erased people are blind.
``keys/archive.key`` signs the links to issues, where the archive is private.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsletter.errors import ConfigError, told_as
from newsletter.store.digests import any_digest, renew_digests
from newsletter.store.engine import Store
from newsletter.subscribers.tokens import Keys, address_hmac

FOLDER = "keys"
FILE = "subscribers.json"
ARCHIVE_FILE = "archive.key"
_KEY_BYTES = 32
_MAX_KEY_ID = 255
_RESTORE = (
    "Restore the file from a backup; with other keys no unsubscribe link already mailed would work. Without one: "
    "move it away, then newsletter subscribers replace-keys."
)
_COPY = "Copy keys/ of its data folder from the machine where `newsletter serve` runs."
_LOST = (
    "Put keys/ back from a backup (newsletter restore). Without one: newsletter subscribers replace-keys makes"
    " new keys; links already mailed then end."
)
_OWNED = "The data folder and everything in it must belong to the user that runs the newsletter."
_NOT_HERE = f"{_COPY} Where they are lost there too: {_LOST}"


class _SigningKeys(Mapping[int, bytes]):
    """The signing keys of a file, which is read again for a key that was added to it later.

    So a web face that runs on accepts the links of a sender that was started after a rotation.
    """

    def __init__(self, path: Path, keys: Mapping[int, bytes]) -> None:
        self._path = path
        self._keys = dict(keys)
        self._seen = _changed(path)

    def __getitem__(self, key_id: int) -> bytes:
        if key_id not in self._keys and (changed := _changed(self._path)) != self._seen:
            self._seen = changed
            with suppress(ConfigError, OSError):  # what was read at the start still holds
                self._keys |= _parse(self._path, _read(self._path)).signing
        return self._keys[key_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _changed(path: Path) -> int:
    """Return when the file was last replaced, 0 where it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def key_path(data_folder: Path) -> Path:
    """Return where the key file of a data folder is."""
    return data_folder / FOLDER / FILE


def load_keys(data_folder: Path, *, may_make: Callable[[], bool] = lambda: True, alone: bool = True) -> Keys:
    """Return the installation's keys, making them on first use.

    ``may_make`` is asked where there is no file: keys that were in use must not be made anew in silence. Where the
    ledger is not this machine's ``alone``, they may only be on another one.
    Of two processes that start at once, one makes the file and both use it. Raises ConfigError where
    the file is lost, cannot be read or made, is malformed, or is open to others.
    """
    path = key_path(data_folder)
    with told_as(ConfigError, f"The keys in {path} cannot be read or made", _OWNED):
        # The file is looked for again: another process may have made it, and then its first subscriber.
        if not path.exists() and not may_make() and not path.exists():
            raise ConfigError(
                f"The key file {path} is {'lost' if alone else 'not here'}, and the ledger was used with it.",
                hint=_LOST if alone else _NOT_HERE,
            )
        if not path.exists():
            _prepare_folder(path.parent)
            _write(path, make_keys(), replacing=False)
        keys = _parse(path, _read(path))
        return replace(keys, signing=_SigningKeys(path, keys.signing))


def load_archive_key(data_folder: Path) -> str:
    """Return the secret of a private archive, made on first use. Raises ConfigError where that fails."""
    path = data_folder / FOLDER / ARCHIVE_FILE
    with told_as(ConfigError, f"The key {path} cannot be read or made", _OWNED):
        if not path.exists():
            _prepare_folder(path.parent)
            _put(path, secrets.token_hex(_KEY_BYTES), replacing=False)
        if found := _read(path).strip():
            return found
    raise ConfigError(
        f"The key file {path} is empty.", hint="Restore it from a backup, or remove it for a new one."
    )


def rotate_keys(data_folder: Path, keys: Keys) -> Keys:
    """Add a signing key to ``keys`` and make it the current one; old links keep working. Returns them all."""
    new_id = max(keys.signing) + 1
    if new_id > _MAX_KEY_ID:
        raise ConfigError(
            f"There are {_MAX_KEY_ID} signing keys already.",
            hint="No more can be made; the current one stays in use.",
        )
    fresh = secrets.token_bytes(_KEY_BYTES)
    rotated = replace(keys, signing={**keys.signing, new_id: fresh}, current=new_id)
    path = key_path(data_folder)
    what, hint = f"The new key cannot be written to {path}", "Nothing changed: the keys in use still hold."
    with told_as(ConfigError, what, hint):
        _write(path, rotated, replacing=True)
    return rotated


def refuse_foreign_keys(data_folder: Path, keys: Keys, store: Store) -> None:
    """Raise ConfigError where the ledger was used with other keys: no link signed with these would be known."""
    with store.read() as connection:
        known = any_digest(connection)
    if not _are_of_ledger(keys, known):
        raise ConfigError(
            f"The keys in {key_path(data_folder)} are not those that the ledger was used with.",
            hint=_LOST if store.is_sqlite else _NOT_HERE,
        )


def refuse_without_keys(data_folder: Path) -> None:
    """Raise ConfigError where a worker has no keys: those it would make are not the ones of `serve`."""
    if not key_path(data_folder).exists():
        raise ConfigError(f"There is no key file {key_path(data_folder)}.", hint=_COPY)


def replace_keys(data_folder: Path, store: Store) -> tuple[int, int]:
    """Make new keys in place of lost ones, and digest every address anew with them.

    Return the subscribers whose old links ended, and the suppressions that recognize nobody any more.
    Links already mailed end, and who was erased is recognized no more: the price of having no backup. Run
    again after an interruption, it goes on. Raises ConfigError where the keys of the ledger are there.
    """
    is_there = key_path(data_folder).exists()
    keys = load_keys(data_folder)
    with store.write() as connection:
        known = any_digest(connection)
        if is_there and _are_of_ledger(keys, known):
            raise ConfigError(
                "The keys are there, and they are the ledger's.",
                hint="newsletter subscribers rotate-keys adds a new one; old links keep working.",
            )
        return renew_digests(connection, lambda key: address_hmac(keys, key))


def _are_of_ledger(keys: Keys, known: tuple[str, str] | None) -> bool:
    """Whether these keys made the digest of an address that the ledger knows, or it knows none."""
    return known is None or address_hmac(keys, known[0]) == known[1]


def make_keys() -> Keys:
    """Return new keys, of which nothing is kept."""
    return Keys(
        signing={1: secrets.token_bytes(_KEY_BYTES)}, current=1, address=secrets.token_bytes(_KEY_BYTES)
    )


def _prepare_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _read(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        raise ConfigError(
            f"The key file {path} is open to every user of this machine.",
            hint=f"Close it: chmod 600 {path}. If others had accounts here, rotate the keys as well.",
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"The key file {path} is not text.", hint=_RESTORE) from error


def _parse(path: Path, text: str) -> Keys:
    try:
        data: Any = json.loads(text)
        signing = {int(key_id): bytes.fromhex(key) for key_id, key in data["signing"].items()}
        keys = Keys(signing=signing, current=int(data["current"]), address=bytes.fromhex(data["address"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"The key file {path} is malformed.", hint=_RESTORE) from error
    lengths = {len(key) for key in (*keys.signing.values(), keys.address)}
    ids_fit = all(0 < key_id <= _MAX_KEY_ID for key_id in keys.signing)
    if lengths != {_KEY_BYTES} or keys.current not in keys.signing or not ids_fit:
        raise ConfigError(f"The key file {path} holds keys that cannot be used.", hint=_RESTORE)
    return keys


def _write(path: Path, keys: Keys, *, replacing: bool) -> None:
    content = json.dumps(
        {
            "about": "Secret. Signs the links in mails and recognizes suppressed addresses. Back it up.",
            "current": keys.current,
            "signing": {str(key_id): key.hex() for key_id, key in keys.signing.items()},
            "address": keys.address.hex(),
        },
        indent=1,
    )
    _put(path, content, replacing=replacing)


def _put(path: Path, content: str, *, replacing: bool) -> None:
    """Put the file there whole or not at all; a file already there survives unless ``replacing``."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replacing:
            temporary.replace(path)
        else:
            try:
                path.hardlink_to(temporary)  # fails where another process was first: its keys count
            except FileExistsError:
                return
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put onto the disk which files a folder holds."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
