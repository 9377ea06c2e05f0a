"""HTML pages to an article's parts. Pure. The door to trafilatura.

trafilatura is the engine: it reads each page in two of its modes, and its fork of readability reads it
once more. Where the readings differ, `choose` settles block by block which one is right, from their votes
and from what the page shows. ``deduplicate`` stays off: it keeps state between documents and silently empties some.
"""

from __future__ import annotations

import html
import logging
from copy import deepcopy

import regex
import trafilatura
from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from trafilatura.meta import reset_caches
from trafilatura.readability_lxml import Document as ReadabilityDocument

from newsletter.extract.choose_blocks import choose_blocks, compare_readings, share_kept, split_words
from newsletter.extract.document_parts import find_disclaimer, find_highlights, find_origin, find_related
from newsletter.extract.html_blocks import Block, join_blocks, parse_blocks
from newsletter.extract.language import detect_language
from newsletter.extract.meta import Meta, read_meta
from newsletter.extract.mojibake import repair_text
from newsletter.extract.not_article import NOT_FREE, NotArticle, refuse_page
from newsletter.extract.page import render_blocks
from newsletter.extract.published import FAILURES
from newsletter.extract.table_rows import join_rows
from newsletter.model import Extracted

__all__ = ["NotArticle", "extract_html", "reset_caches"]

_MAX_HTML = 4_000_000  # characters; what stands beyond is not read
_AGREED = 0.95  # of what either of two readings keeps
_NEXT_TO_NOTHING = 250  # characters of a body, below which
_MIN_DECLARED = 400  # characters that JSON-LD declares are taken instead
_BREAK = regex.compile(r"<(?:br|/p|/div|/h[1-6]|/li)\b[^<>]{0,200}>", regex.IGNORECASE)
_AFTER = 4  # blocks before and after the last of the body in which a pay-wall would stand
_MAX_NODES = 40_000  # elements of a page that the extractors are asked to read
_FAILURES = (*FAILURES, etree.LxmlError, ZeroDivisionError)
for _name in ("trafilatura", "htmldate", "courlan", "readability"):
    # What they say of broken pages is said again, and better, by our own result.
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def extract_html(page: str, *, url: str | None = None) -> Extracted | NotArticle:
    """Extract one page. A function of its arguments alone; never fails, whatever the text.

    ``published`` of the result is in the page's own zone, as far as that can be told.
    """
    text = page[:_MAX_HTML]
    root = parse_page(text)
    if root is None:
        return NotArticle(reason="empty page", hint="the server answered without a document", exists=False)
    blocks = render_blocks(root)
    meta = read_meta(root, blocks, url)
    chosen = choose_blocks(blocks, read_votes(root, blocks, url), meta.description)
    if sum(len(blocks[place].text) for place in chosen) < _NEXT_TO_NOTHING and not NOT_FREE.search(text):
        # The text as JSON-LD repeats it: all there is where scripts build the page.
        declared = parse_blocks(html.unescape(_BREAK.sub("\n", meta.body[:_MAX_HTML])))
        if sum(len(block.text) for block in declared) >= _MIN_DECLARED:
            blocks, chosen = declared, list(range(len(declared)))
    extracted = _build(blocks, chosen, meta)
    refused = refuse_page(
        title=meta.title,
        text=extracted.text,
        page_text="\n".join(block.text for block in blocks),
        after=_read_end(blocks, chosen),
        html=text,
    )
    return refused or extracted


def _read_end(blocks: list[Block], chosen: list[int]) -> list[str]:
    """What stands at the body's end and is none of it: there a pay-wall would be."""
    if not chosen:
        return []
    end = range(max(chosen[0], chosen[-1] - _AFTER) + 1, min(len(blocks), chosen[-1] + 1 + _AFTER))
    return [blocks[place].text for place in end if place not in chosen]


def parse_page(text: str) -> HtmlElement | None:
    """The page's tree; None where there is none. NULs and a declared encoding cannot mislead the parser."""
    encoded = text.replace("\x00", "").encode("utf-8", "replace")
    if not encoded.strip():
        return None
    try:
        root = lxml_html.document_fromstring(encoded, parser=_make_parser())
    except _FAILURES:
        return None
    return root if isinstance(root, HtmlElement) else None


def _make_parser() -> etree.HTMLParser:
    """Lxml's own HTML parser asks Python for the class of every element it touches; here all have one class."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def read_votes(root: HtmlElement, blocks: list[Block], url: str | None) -> list[list[float]]:
    """For each block, the share of it that each reading takes for the article: precise, balanced, by score.

    Where the precise reading and the one by score agree, the balanced one is not asked: it takes most time.
    """
    if sum(1 for _ in root.iter()) > _MAX_NODES:
        return [[0.0, 0.0, 0.0] for _ in blocks]
    words = split_words(blocks)
    precise = share_kept(words, _read(root, url, favor_precision=True))
    scored = share_kept(words, _read_by_score(root))
    agreed = compare_readings(blocks, precise, scored) > _AGREED
    balanced = precise if agreed else share_kept(words, _read(root, url, favor_precision=False))
    return [list(row) for row in zip(precise, balanced, scored, strict=True)]


def _read(root: HtmlElement, url: str | None, *, favor_precision: bool) -> str:
    try:
        text = trafilatura.extract(
            root,
            url=url,
            fast=True,  # no comparison with readability and jusText: that is what the votes are for
            favor_precision=favor_precision,
            include_comments=False,
            deduplicate=False,
        )
    except _FAILURES:
        return ""
    return text or ""


def _read_by_score(root: HtmlElement) -> str:
    """The reading of readability, which trafilatura carries: one container, found by its paragraphs' score."""
    try:
        summary = lxml_html.document_fromstring(ReadabilityDocument(deepcopy(root)).summary())
        return " ".join(str(text) for text in summary.itertext())
    except _FAILURES:
        return ""


def _build(blocks: list[Block], chosen: list[int], meta: Meta) -> Extracted:
    """Put the parts together: what is highlights, disclaimer or related stands beside the text, never in it."""
    disclaimer = find_disclaimer(blocks)
    related = find_related(blocks, linked=True)
    start = chosen[0] if chosen else len(blocks)
    highlights = find_highlights(blocks, before=start + max(1, len(chosen) // 3))
    apart = disclaimer.places | related.places | highlights.places
    body = join_rows(blocks, [place for place in chosen if place not in apart])
    title = repair_text(meta.title)
    while body and body[0].text in {meta.title, title.text}:
        body = body[1:]
    text = repair_text(join_blocks(body))
    remark = repair_text(disclaimer.texts[0]).text if disclaimer.texts else None
    return Extracted(
        title=title.text,
        text=text.text,
        byline=meta.byline,
        published=meta.published,
        published_is_date=meta.published_is_date,
        language=detect_language(text.text) or meta.language,
        publisher_highlights=tuple(repair_text(line).text for line in highlights.texts),
        disclaimer=remark,
        origin=find_origin(remark),
        related=tuple(repair_text(line).text for line in related.texts),
        url=meta.canonical,
        repairs=text.repairs,
    )
