"""The parts of a document that stand beside its body: highlights, disclaimer, origin, related, byline. Pure.

Each function looks at the document's blocks and gives what it found with the places it took, so that the
same block is never used twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import regex

from newsletter.extract.chrome import DISCLAIMER, HIGHLIGHTS, is_chrome, is_related_heading
from newsletter.extract.html_blocks import MOSTLY_LINKS, Block
from newsletter.extract.line_dates import find_date

_MAX_HEADING = 60  # characters
_FIGURE = regex.compile(r"\d[\d.,]*(?<=\d)")
_MAX_HIGHLIGHTS = 10
_MAX_RELATED = 30
_HEADLINE = range(15, 201)  # characters
_MIN_HEADLINE_WORDS = 4
_SENTENCE_END = regex.compile(r"[.…:;,。]$")
_MAX_DISCLAIMER = 2_000  # characters that are searched for an origin
_SMALL_LINE = 80  # characters: a date or a byline stands in a line of its own
_NAME = r"\p{Lu}[\p{L}\p{M}'’.-]*"
_BYLINE = regex.compile(
    rf"(?i:by|von|par|por|di|written by|posted by|author|autor|auteur)\s*:?\s+"
    rf"(?P<name>{_NAME}(?:\s+(?:(?:and|und|et|y|e|de|van|von|der|du|bin|al)\s+)*{_NAME}){{0,7}})"
    r"(?:\s*[,|/–—-].{0,60})?"
)
_ORIGIN = regex.compile(
    r"(?:(?:report|article|story|information|content|news|piece|text|material|item)s?\b[^.]{0,40}?\b)?"
    r"(?:originat(?:es?|ed|ing) (?:from|with|in)|(?:was |is |were )?(?:first |originally )(?:published|"
    r"reported|appeared)"
    r"(?: (?:by|in|on))?|(?:is |was |are )?(?:sourced|drawn|taken|translated|relayed|adapted) from|"
    r"based (?:primarily |largely |solely )?on (?:a |an )?(?:reports?|reporting|articles?|coverage)"
    r"(?: published)? (?:by|from|in))\s+(?:the\s+)?(?P<name>"
    + _NAME
    + r"(?:\s+(?:(?:of|and|&|the|de|du)\s+)*[\p{Lu}\d][\p{L}\p{M}\d'’&.-]*){0,6})"
)
_STATE = regex.compile(
    r"state[- ](?:owned|run|controlled|backed|affiliated)|government[- ](?:owned|run|controlled|backed)|"
    r"party[- ](?:owned|run)|"
    r"state media|official (?:newspaper|organ|mouthpiece)",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Texts found, and the places of the blocks that they took."""

    texts: tuple[str, ...] = ()
    places: frozenset[int] = frozenset()


def find_highlights(blocks: list[Block], *, before: int) -> Found:
    """The publisher's own bullets under a heading such as "Highlights" that stands before place ``before``.

    They repeat the body: those whose figures stand nowhere else are the body.
    """
    for place, block in enumerate(blocks[:before]):
        if len(block.text) > _MAX_HEADING or not HIGHLIGHTS.fullmatch(block.text.rstrip(" :")):
            continue
        end = place + 1
        while end < len(blocks) and blocks[end].bullet and end - place <= _MAX_HIGHLIGHTS:
            end += 1
        bullets = tuple(bullet.text for bullet in blocks[place + 1 : end])
        if bullets and any(len(text.split()) >= _MIN_HEADLINE_WORDS for text in bullets):
            places = frozenset(range(place, end))
            others = _find_figures(block.text for at, block in enumerate(blocks) if at not in places)
            own = _find_figures(bullets)
            return Found(texts=bullets, places=places) if 2 * len(own & others) >= len(own) else Found()
    return Found()


def _find_figures(texts: Iterable[str]) -> set[str]:
    return {figure for text in texts for figure in _FIGURE.findall(text)}


def find_disclaimer(blocks: list[Block]) -> Found:
    """The document's own disclaimer: the block that begins so, or the one under a heading that says so."""
    for place, block in enumerate(blocks):
        match = DISCLAIMER.match(block.text)
        if not match:
            continue
        if match.end() < len(block.text):
            return Found(texts=(block.text,), places=frozenset({place}))
        if place + 1 < len(blocks) and not is_chrome(blocks[place + 1].text):
            return Found(texts=(blocks[place + 1].text,), places=frozenset({place, place + 1}))
    return Found()


def find_origin(disclaimer: str | None) -> str | None:
    """Whose words the document relays, where its disclaimer says so."""
    match = _ORIGIN.search((disclaimer or "")[:_MAX_DISCLAIMER])
    return match["name"].rstrip(".,") if match else None


def is_state_owned(disclaimer: str | None) -> bool:
    """Whether a disclaimer calls the origin state-owned or government-run."""
    return _STATE.search(disclaimer or "") is not None


def is_headline(block: Block) -> bool:
    """Whether a block could be another article's headline: short, no sentence, no furniture."""
    text = block.text
    return (
        len(text) in _HEADLINE
        and len(text.split()) >= _MIN_HEADLINE_WORDS
        and not _SENTENCE_END.search(text[-1:])
        and not is_chrome(text)
        and not _BYLINE.fullmatch(text)
        and find_date(text) is None
    )


def find_related(blocks: list[Block], *, linked: bool = False) -> Found:
    """The headlines under headings such as "Recent news", each once, in order.

    ``linked``: in HTML a headline is a link, so that a section of the article called "Related work" is none.
    """
    texts: dict[str, None] = {}
    places: set[int] = set()
    for place, block in enumerate(blocks):
        if len(block.text) > _MAX_HEADING or not is_related_heading(block.text):
            continue
        run = []
        for other in range(place + 1, min(len(blocks), place + 1 + 3 * _MAX_RELATED)):
            small = len(blocks[other].text) < _HEADLINE.start or find_date(blocks[other].text) is not None
            if is_headline(blocks[other]) and (not linked or blocks[other].links > MOSTLY_LINKS):
                run.append(other)
            elif not small or is_related_heading(blocks[other].text) or is_chrome(blocks[other].text):
                break
        if run:
            places.update({place, *run})
            texts.update(dict.fromkeys(blocks[other].text for other in run))
    return Found(texts=tuple(texts)[:_MAX_RELATED], places=frozenset(places))


def find_byline(blocks: list[Block], order: Iterable[int]) -> str | None:
    """Who wrote it, from the first small "By …" line among the places in ``order``."""
    for place in order:
        text = blocks[place].text
        if len(text) <= _SMALL_LINE and (match := _BYLINE.fullmatch(text)):
            return match["name"]
    return None


def find_published(blocks: list[Block], order: Iterable[int]) -> tuple[datetime, bool] | None:
    """When it was published, from the first small line with a date among the places in ``order``."""
    for place in order:
        if len(blocks[place].text) <= _SMALL_LINE and (found := find_date(blocks[place].text)):
            return found
    return None
