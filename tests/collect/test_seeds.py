from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from newsletter.collect.seeds import read_seeds
from newsletter.config import load_sources, seed_folder
from newsletter.model import SourceType
from tests.support.factories import make_source

SOURCE = make_source("seeds", type=SourceType.SEED, location="seeds")


def test_every_document_is_read_byte_for_byte_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_bytes(b"<p>B</p>")
    (tmp_path / "a.txt").write_bytes("Ä\r\n".encode("cp1252"))
    (tmp_path / "c.MD").write_bytes(b"# C")
    (tmp_path / "README.md").write_bytes(b"not a seed")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.txt").write_bytes(b"no")
    (tmp_path / "folder.txt").mkdir()
    read = read_seeds(SOURCE, tmp_path)
    assert [error.path.name for error in read.errors] == ["picture.png"]
    assert [(entry.title, entry.body, entry.body_type) for entry in read.entries] == [
        ("a", "Ä\r\n".encode("cp1252"), "text"),
        ("b", b"<p>B</p>", "html"),
        ("c", b"# C", "text"),
    ]


def test_the_key_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one")
    first = read_seeds(SOURCE, tmp_path).entries[0].key
    (tmp_path / "a.txt").write_bytes(b"two")
    second = read_seeds(SOURCE, tmp_path).entries[0].key
    assert first != second
    assert first == f"{sha256(b'one').hexdigest()[:24]}:a.txt"


def test_files_that_cannot_be_used_say_so_and_stop_no_other(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"PK\x03\x04\x00\x00\x08")
    (tmp_path / "empty.txt").write_bytes(b" \n")
    (tmp_path / "good.txt").write_bytes(b"good")
    (tmp_path / "huge.txt").write_bytes(b"x" * 8_000_001)
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "wide.txt").write_bytes("wide".encode("utf-16"))
    read = read_seeds(SOURCE, tmp_path)
    assert [entry.title for entry in read.entries] == ["good", "wide"]
    assert [error.path.name for error in read.errors] == ["binary.txt", "empty.txt", "huge.txt", "lost.txt"]
    for error, words in zip(
        read.errors, ("not text", "is empty", "larger than", "cannot be read"), strict=True
    ):
        assert words in error.message
        assert str(error.path) in error.message
        assert error.hint


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_none_is_one_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (error,) = read_seeds(SOURCE, tmp_path / name).errors
    assert str(tmp_path / name) in error.message
    assert error.hint


def test_the_shipped_seed_is_the_given_document_byte_for_byte() -> None:
    source = next(source for source in load_sources().sources if source.type is SourceType.SEED)
    read = read_seeds(source, seed_folder(source))
    (entry,) = read.entries
    assert sha256(entry.body or b"").hexdigest() == (
        "e9d9faf7779591949c07aef0a5f4ffb9fe0bf7b131d624fa0920e6f02278d19f"
    )
    assert source.publisher.name == "Rare Earth Exchanges"
    assert source.trusted


def test_every_listed_source_can_be_loaded_and_waits_for_its_first_answer() -> None:
    sources = load_sources().sources
    assert len({source.key for source in sources}) == len(sources)
    assert all(source.enabled is None for source in sources if source.type is SourceType.FEED)
    assert all(source.location.startswith("https://") for source in sources if source.type is SourceType.FEED)


def test_a_pipe_among_the_seeds_is_waited_for_by_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "good.txt").write_text("Lynas made 2,080 tonnes.", encoding="utf-8")
    read = read_seeds(SOURCE, tmp_path)
    assert [entry.title for entry in read.entries] == ["good"]
    assert "pipe.txt is no file" in read.errors[0].message
