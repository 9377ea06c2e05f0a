"""Pages that are no articles: pay-wall teasers, cookie walls, "page not found". Pure.

Only what the page says of itself counts, never who publishes it: its title and headings, the words of a
short body and of what follows it, and what its own schema.org markup declares. The words are rows of `walls.toml`:
each speaks of the page itself or to its reader, as no report about such pages does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from newsletter.data_files import join_words, read_data

_TABLE = read_data("newsletter.extract", "walls.toml")


def _compile(words: str) -> regex.Pattern[str]:
    return regex.compile(join_words(words, _TABLE["pieces"]), regex.IGNORECASE)


_WORDS = {name: _compile(words) for name, words in _TABLE["words"].items()}
GONE_TITLE, BARE_GONE, GONE_TEXT = _WORDS["gone_title"], _WORDS["bare_gone"], _WORDS["gone_text"]
BLOCKED, NOT_SERVED = _WORDS["blocked"], _WORDS["not_served"]
CONSENT_MATTERS = {name: _compile(words) for name, words in _TABLE["consent"].items()}
CONSENT_CORE = ("cookie", "privacy")  # one of them must be there, and a consent or a choice
TO_READER = _WORDS["to_reader"]
WALL, REST, PAID, OTHER_OFFER = _WORDS["wall"], _WORDS["rest"], _WORDS["paid"], _WORDS["other_offer"]
NOT_FREE, GATED, BROKEN_OFF = _WORDS["not_free"], _WORDS["gated"], _WORDS["broken_off"]

_TITLE = regex.compile(r"<title[^>]{0,200}>([^<]{1,300})", regex.IGNORECASE)
_SENTENCE = regex.compile(r"[^.!?。！？\n]+[.!?。！？\n]*")
_BARE = 400  # characters of a page that shows nothing but its error
_SHORT = 700  # characters of a body that may be an error page
_NEXT_TO_NOTHING = 200  # characters of a body beside which the whole page may say why
_SEEN = 1_500  # characters of such a page
_LETTER = 1_500  # characters of a body that may be a wall of consent
_TEASER = 1_000  # characters of a body that may be the part before a pay-wall
_STUB = 300  # characters that say too little to stand for the article that they begin
_ENDING, _LAST = 3, 250  # blocks at a text's end, and characters of each, that may be a wall's
_NEXT = 2  # blocks after a stub, of which any offer is a wall
_MIN_ARTICLE = 60  # characters: less is no article
_MIN_MATTERS = 3  # that a wall of consent speaks of
_MIN_SHARE = 0.7  # of its characters stand in sentences that do


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArticle:
    """A page that holds no article: why, and what the operator can do about it."""

    reason: str
    hint: str
    exists: bool = True  # False: there is nothing to open, so that its headline leads nowhere
    passes: bool = False  # it may be an article in an hour


def refuse_page(
    *, title: str, text: str, page_text: str, after: Sequence[str], html: str
) -> NotArticle | None:
    """Why the page is not to be taken for an article, or None.

    ``page_text`` is every visible word of it, ``after`` are the blocks that stand at the body's end and are none of it.
    """
    if len(text) < _SHORT and (found := _refuse_short(title, text, page_text, html)):
        return found
    if _is_consent(text) or (len(text) < _MIN_ARTICLE and _is_consent(page_text)):
        return NotArticle(
            reason="cookie wall",
            hint="the page shows its text only after consent; use the site's feed instead",
        )
    if len(text) < _TEASER and _is_teaser(text, page_text, after, html):
        return NotArticle(
            reason="pay-wall teaser", hint="only the beginning is free; use another source for this news"
        )
    if len(text) < _MIN_ARTICLE:
        return NotArticle(
            reason="no article text", hint="the page may build its text with JavaScript, or list links"
        )
    return None


def _refuse_short(title: str, text: str, page_text: str, html: str) -> NotArticle | None:
    """Why a page with a short body is none that was asked for, or None."""
    if _is_gone(title, text, page_text, html):
        return NotArticle(
            reason="page not found", hint="the page is gone; nothing to do unless it recurs", exists=False
        )
    if BLOCKED.search(text) or BLOCKED.search(title):
        return NotArticle(
            reason="blocked by the site's bot protection",
            hint="use the site's feed with full text, or ask the publisher for access",
            passes=True,
        )
    if NOT_SERVED.search(text) or NOT_SERVED.search(title):
        return NotArticle(
            reason="not shown here or now",
            hint="the site refuses this country, or is being mended; use its feed, or wait",
            passes=True,
        )
    return None


def _is_gone(title: str, text: str, page_text: str, html: str) -> bool:
    """Whether a short body, its title or all that a nearly empty page shows says that there is none."""
    declared = _TITLE.search(html)
    titles = (title, declared[1].strip() if declared else "")
    if any(GONE_TITLE.search(one) for one in titles) or GONE_TITLE.match(text) or GONE_TEXT.search(text):
        return True
    if len(page_text) < _BARE and any(BARE_GONE.search(one) for one in titles):
        return True
    return len(text) < _NEXT_TO_NOTHING and GONE_TEXT.search(page_text[:_SEEN]) is not None


def _is_consent(text: str) -> bool:
    """Whether a short text speaks to its reader of cookies, privacy and consent, and of nothing else."""
    if len(text) > _LETTER or not TO_READER.search(text):
        return False
    matters = {name for name, pattern in CONSENT_MATTERS.items() if pattern.search(text)}
    if len(matters) < _MIN_MATTERS or not matters.intersection(CONSENT_CORE):
        return False
    if not matters & {"consent", "choice"}:
        return False
    sentences: list[str] = _SENTENCE.findall(text)
    spoken = [
        len(one) for one in sentences if any(pattern.search(one) for pattern in CONSENT_MATTERS.values())
    ]
    return sum(spoken) >= _MIN_SHARE * sum(map(len, sentences))


def _is_teaser(text: str, page_text: str, after: Sequence[str], html: str) -> bool:
    """Whether a short body is only what stands before a pay-wall."""
    ending = text.split("\n\n")[1:][-_ENDING:]  # the first block is the article's own
    if any(_is_wall(block) for block in ending) or (len(text) < _STUB and WALL.match(text)):
        return True
    declared = NOT_FREE.search(html) is not None
    broken_off = BROKEN_OFF.search(text) is not None
    if any(_is_wall(block) for block in after):
        return True
    gated = (declared and len(text) < _STUB) or GATED.search(html)
    if gated and any(_is_offer(block) for block in after):
        return True
    if len(text) < _STUB and any(_is_offer(block) for block in (*ending, *after[:_NEXT])):
        return True
    if WALL.search(page_text):
        return declared or broken_off
    return declared and broken_off and len(text) < _STUB


def _is_wall(block: str) -> bool:
    """Whether a short block after a body offers the rest of it for an account or a payment."""
    return len(block) <= _LAST and bool(WALL.search(block) or (_is_offer(block) and REST.search(block)))


def _is_offer(block: str) -> bool:
    """Whether a short block speaks of an account or a payment, and not of what is offered beside any article."""
    return len(block) <= _LAST and bool(PAID.search(block)) and not OTHER_OFFER.search(block)
