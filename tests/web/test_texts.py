"""One catalogue holds every text of the pages: what is translated there is translated everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from starlette.testclient import TestClient

from newsletter.errors import TemplateError
from newsletter.render.templates import Templates
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose
from newsletter.web.asgi import build_app
from newsletter.web.texts import FILE, load_texts
from tests.support.subscriber_factories import add_active, by, make_address
from tests.support.web_factories import BASE, Site, publish

OPEN, CLOSE = "⟦", "⟧"
OURS = (
    "Rare Earth Daily",
    "The day in rare earths, sourced and checked",
    "1 Ore Street",
    "Baotou",
    "News of day",
)


def write_texts(folder: Path, content: str) -> Path:
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def translated(site: Site, tmp_path: Path) -> Site:
    """A site whose every text stands in brackets."""
    lines = []
    for page, texts in load_texts().items():
        lines.append(f"[{page}]")
        for name, text in texts.items():
            names = page == "dates" and name in {"months", "weekdays"}
            words = [f"{OPEN}{word}{CLOSE}" for word in (text.split() if names else [text])]
            lines.append(f'{name} = """{" ".join(words)}"""')
    folder = write_texts(tmp_path / "own", "\n".join(lines))
    site.services = replace(site.services, templates=Templates(folder))
    site.client = TestClient(build_app(site.services), base_url=BASE)
    return site


def visible(html: str) -> Iterator[str]:
    """Give the words that a visitor sees or hears."""
    document = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for sample in document.iter("pre"):
        sample.clear()
    yield from (str(words) for words in document.itertext())
    for element in document.iter():
        yield from (element.get(name) or "" for name in ("aria-label", "alt", "placeholder"))
        if element.get("name") == "description":
            yield element.get("content") or ""


def untranslated(html: str) -> list[str]:
    words = " ".join(visible(html))
    while (shorter := re.sub(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", words)) != words:
        words = shorter
    for own in OURS:
        words = words.replace(own, " ")
    words = re.sub(r"\S*@\S*", " ", words)  # addresses
    return re.findall(r"[A-Za-z]{2,}", words)


_OF_THE_ISSUE = "Nd Lynas lifts NdPr output Shares in rose Sydney".split()  # noqa: SIM905 - words


def test_every_page_shows_texts_of_the_catalogue_alone(translated: Site) -> None:
    publish(translated)
    reader = add_active(translated.register, "ann@example.org")
    paused = add_active(translated.register, "paul@example.org")
    today = translated.services.today
    consent.pause(translated.register, paused.id, by("page"), until=today.replace(day=20), today=today)
    gone = add_active(translated.register, "gone@example.org")
    consent.unsubscribe(translated.register, gone.id, by("page"))
    asked, _ = consent.look_up(translated.register, make_address("ann@example.org"))
    assert asked is not None
    client = translated.client
    pages = [
        client.get(path).text
        for path in (
            "/", "/privacy", "/embed", "/nothing", "/u/forged", "/search?q=unobtainium",
            f"/u/{translated.token(reader.id)}", f"/p/{translated.token(reader.id)}",
            f"/p/{translated.token(paused.id)}", f"/u/{translated.token(gone.id)}",
            f"/c/{translated.token(reader.id, Purpose.CONFIRM)}",
            f"/c/{translated.token(gone.id, Purpose.CONFIRM)}", "/issues",
        )
    ]  # fmt: skip
    for email in (
        "",
        "a b@example.org",
        "a\nb@example.org",
        "ab",
        "ü@example.org",
        "a\u200b@example.org",
        "a@example.org",
    ):
        pages.append(client.post("/subscribe", data={"email": email}).text)
    for page in pages:
        assert OPEN in page
        left = [word for word in untranslated(page) if word not in _OF_THE_ISSUE]
        assert left == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[home]\nled = "x"\n', "no page shows a text home.led"),
        ('[dates]\nmonths = "Januar Februar"\n', "dates.months has 2 names, not 12"),
        ("[home]\nlead = 5\n", "not a text"),
        ("[home\n", "not valid TOML"),
    ],
)
def test_a_wrong_catalogue_is_an_error_that_names_the_text(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(said)) as caught:
        load_texts(write_texts(tmp_path, content))
    assert caught.value.hint


def test_the_home_page_names_the_subject_of_the_lexicon(site: Site) -> None:
    app = build_app(replace(site.services, subject="offshore wind"))
    page = TestClient(app, base_url=BASE).get("/").text
    assert "the news on offshore wind, in" in page
    assert "rare earths, in" not in page
