"""Whether an article is somebody's opinion, or was paid for, as its headline or address says. Pure."""

from __future__ import annotations

import re

from newsletter.model import Article
from newsletter.stories.paid_content import PAID, find_disclosure

OPINION = "opinion"  # the label of such a story
_OPINION = re.compile(
    r"^(?:opinion|op-?ed|comment(?:ary)?|editorial|viewpoint|guest (?:column|post|essay|view)|column|letters?)\s?[:|–—]"
    r"|\s[|–—-]\s(?:opinion|op-?ed|commentary|editorial)$",
    re.IGNORECASE,
)
_PAID_TITLE = re.compile(
    r"^(?:sponsored|partner content|paid (?:post|content)|advertorial|promoted|brand(?:ed)? content)\s?[:|–—]"
    r"|\((?:sponsored|paid)\b[^)]*\)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"/(?:opinions?|op-ed|commentary|editorials?)/", re.IGNORECASE)


def find_genre(article: Article) -> str | None:
    """Return ``PAID`` or ``OPINION`` where an article says itself that it is that, else None."""
    if (
        _PAID_TITLE.search(article.title)
        or _PAID_TITLE.search(article.publisher.name)
        or find_disclosure(article.text)
    ):
        return PAID
    return OPINION if _OPINION.search(article.title) or _ADDRESS.search(article.url or "") else None
