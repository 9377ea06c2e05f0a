"""The stage commands: one JSON object in, one out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from newsletter.extract.extract_document import is_html
from newsletter.extract.stage import stage_extract, stage_repair
from tests.support.factories import SEED

PARAGRAPHS = [
    f"In quarter {number} the refiner produced {number * 500} tonnes of oxide, it said, and it expects to sell more "
    "of it to makers of magnets in the year to come."
    for number in range(1, 6)
]
PAGE = (
    "<!doctype html><html><head><title>Refiner lifts output</title></head><body><nav><a "
    "href='/'>Home</a></nav><article>"
    "<h1>Refiner lifts output</h1>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + "</article></body></html>"
)
extract = partial(stage_extract, decode=bytes.decode)


def test_repair_answers_with_the_text_and_how_many_repairs() -> None:
    assert stage_repair({"text": "itโ€™s"}) == {"text": "it’s", "repairs": 1}
    assert stage_repair({"text": "fine"}) == {"text": "fine", "repairs": 0}


def test_extract_answers_for_the_seed_with_all_its_parts() -> None:
    found = extract({"path": str(SEED), "url": None})
    assert list(found) == [
        "title", "byline", "published", "language", "text", "publisher_highlights", "disclaimer", "origin", "related"
    ]  # fmt: skip
    assert found["published"] == "2026-01-04"
    assert (len(found["publisher_highlights"]), len(found["related"])) == (3, 4)


def test_extract_tells_a_page_from_a_text_by_its_content(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    assert extract({"path": str(page)})["text"] == "\n\n".join(PARAGRAPHS)
    assert is_html("<p>a</p><p>b</p><p>c</p>")
    assert not is_html("a <b and c> d <p>leaked</p> text")
    assert not is_html(SEED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", [{}, {"path": "/nowhere/at/all"}, {"path": "."}])
def test_a_bad_line_is_a_value_or_key_error(line: dict[str, str]) -> None:
    with pytest.raises((ValueError, KeyError)):
        extract(line)
    with pytest.raises((ValueError, KeyError)):
        stage_repair(line)


def test_a_page_without_an_article_says_why(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><title>404 Not Found</title><body><h1>Not Found</h1></body></html>", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="page not found"):
        extract({"path": str(page)})
