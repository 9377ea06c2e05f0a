"""Plain documents, such as a page saved as text, to an article's parts. Pure.

Such a document has no markup to go by: its title, date, sidebar, author's box and forms are lines like
any other. The blocks are judged by `body`; what stands beside the body is told by `parts`.
"""

from __future__ import annotations

import regex

from newsletter.extract.body import choose_body
from newsletter.extract.chrome import is_chrome, is_related_heading
from newsletter.extract.document_parts import (
    find_byline,
    find_disclaimer,
    find_highlights,
    find_origin,
    find_published,
    find_related,
)
from newsletter.extract.html_blocks import Block, join_blocks, parse_blocks
from newsletter.extract.language import detect_language
from newsletter.extract.line_dates import find_date
from newsletter.extract.mojibake import repair_text
from newsletter.extract.not_article import CONSENT_MATTERS
from newsletter.model import Extracted

_MAX_TEXT = 2_000_000  # characters; what stands beyond is not read
_NEAR_TITLE = 12  # blocks between a title and the body: date, byline, caption, sharing buttons
_TITLE = range(12, 301)  # characters
_MIN_TITLE_WORDS = 3
_MIN_SENTENCE_WORDS = 5
_MIN_SENTENCE_CHARS = 20
_ENDING = 40  # characters
_LONG = 30  # words: running text even where the last full stop is missing
_LONE, _LONE_SENTENCES = 60, 3  # words and sentences of a paragraph that is an article by itself
_SENTENCES = regex.compile(r"[.!?](?=\s|$)")
_SENTENCE_END = regex.compile(r"[.!?…:。！？؟।](?:[\"'”’»)\]」]*)$")
_ENDS_SENTENCE = regex.compile(r"[.,;:]$")


def extract_text(text: str) -> Extracted:
    """Extract one plain document. Where nothing reads like an article, ``text`` is empty."""
    repaired = repair_text(text[:_MAX_TEXT])
    blocks = parse_blocks(repaired.text)
    disclaimer = find_disclaimer(blocks)
    related = find_related(blocks)
    body = trim_ends(blocks, [p for p in choose_body(blocks) if p not in disclaimer.places | related.places])
    body = body or find_lone_paragraph(blocks)
    first = body[0] if body else len(blocks)
    highlights = find_highlights(blocks, before=first + max(1, len(body) // 3))
    body = trim_ends(blocks, [place for place in body if place not in highlights.places])
    start = min([*highlights.places, body[0] if body else len(blocks)], default=0)
    title = _find_title(blocks, start)
    body = [place for place in body if title is None or blocks[place].text != blocks[title].text]
    around = [*range(title or 0, start), *reversed(range(title or 0)), *range(start, len(blocks))]
    published = find_published(blocks, around[: start + 3])
    body_text = join_blocks(blocks[place] for place in body)
    return Extracted(
        title=blocks[title].text if title is not None else "",
        text=body_text,
        byline=find_byline(blocks, around),
        published=published[0] if published else None,
        published_is_date=published[1] if published else False,
        language=detect_language(body_text),
        publisher_highlights=highlights.texts,
        disclaimer=disclaimer.texts[0] if disclaimer.texts else None,
        origin=find_origin(disclaimer.texts[0] if disclaimer.texts else None),
        related=related.texts,
        repairs=repaired.repairs,
    )


def find_lone_paragraph(blocks: list[Block]) -> list[int]:
    """The place of the longest paragraph of several sentences: a short report among menus as long as a book."""
    possible = [
        place
        for place, block in enumerate(blocks)
        if len(block.text.split()) >= _LONE
        and len(_SENTENCES.findall(block.text)) >= _LONE_SENTENCES
        and not is_chrome(block.text)
        and not CONSENT_MATTERS["cookie"].search(block.text)
    ]
    return sorted(possible, key=lambda place: -len(blocks[place].text))[:1]


def trim_ends(blocks: list[Block], places: list[int]) -> list[int]:
    """The places from the first block of running text to the last: titles and buttons stand at the ends."""
    running = [number for number, place in enumerate(places) if _is_running(blocks[place])]
    return places[running[0] : running[-1] + 1] if running else []


def _is_running(block: Block) -> bool:
    """Whether a block reads like a sentence, or is a bullet that says something."""
    words = len(block.text.split())
    dense = words >= _MIN_SENTENCE_WORDS or (
        not block.text.isascii() and len(block.text) >= _MIN_SENTENCE_CHARS
    )
    ends = _SENTENCE_END.search(block.text[-_ENDING:]) is not None
    return not is_chrome(block.text) and dense and (ends or block.bullet or words >= _LONG)


def _find_title(blocks: list[Block], start: int) -> int | None:
    """The title's place: the document's first line where it can be one, else the nearest above the body."""
    possible = [place for place in range(start) if _may_be_title(blocks[place])]
    if not possible:
        return None
    if possible[0] == 0 and start <= _NEAR_TITLE:
        return 0
    near = [place for place in possible if start - place <= _NEAR_TITLE]
    return max(near, key=lambda place: (min(len(blocks[place].text), 60), -place), default=possible[-1])


def _may_be_title(block: Block) -> bool:
    text = block.text
    return (
        not block.bullet
        and len(text) in _TITLE
        and (len(text.split()) >= _MIN_TITLE_WORDS or not text.isascii())
        and not _ENDS_SENTENCE.search(text)
        and not is_chrome(text)
        and not is_related_heading(text)
        and find_date(text) is None
        and not text.casefold().startswith("by ")
    )
