"""What an article says itself that it is: somebody's opinion, paid for, or several things at once. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.extract.title import OPINION_KICKER, PAID_KICKER
from newsletter.model import Article
from newsletter.stories.paid_content import PAID, find_disclosure

OPINION = "opinion"  # the label of such a story
_OPINION = re.compile(
    rf"^(?:{OPINION_KICKER})\s?[:|–—]|\s[|–—-]\s(?:{OPINION_KICKER})$|[(\[](?:{OPINION_KICKER})[)\]]$",
    re.IGNORECASE,
)
_PAID_TITLE = re.compile(
    rf"^(?:{PAID_KICKER})\s?[:|–—]|\s[|–—-]\s(?:{PAID_KICKER})$|[(\[](?:sponsored|paid)\b[^)]*[)\]]$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"/(?:opinions?|op-ed|commentary|comment|editorials?|viewpoints?|columns?|columnists?)/", re.IGNORECASE
)
_TAIL = 600  # characters at the end, where an author is named and disclaims
_OWN_VIEW = re.compile(
    r"\b(?:views?|opinions?) (?:expressed|stated|are)\b[^.]{0,60}\b"
    r"(?:(?:his|her|their|the (?:author|writer|columnist)(?:s|’s|'s|s’|s')?) own"
    r"|(?:those|that) of the (?:authors?|writers?|columnists?))\b"
    r"|\n\n[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3} is (?:an? )?(?:\w+ ){0,3}"
    r"(?:columnist|opinion (?:writer|editor))\b[^\n]*\Z",
)
_SEVERAL = re.compile(
    r"\bin brief\b|\b(?:news|market|weekly|daily|morning) briefs?\b|\bround-?up\b|\bweek ahead\b"
    r"|\b(?:week|day|month|year) in (?:review|brief|rare earths?)\b"
    r"|\b(?:news|weekly|daily) (?:digest|wrap|recap)\b|^(?:wrap-?up|digest|briefing)\s?[:|–—]"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?"
    r"(?:things|stories|headlines|takeaways|charts)\b|\bitems from the (?:day|week|month)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:^|\n\n)(?P<name>[A-Z][^\n:.]{1,50}): (?=[A-Z])")
_MANY = 4  # paragraphs that begin each with another name of what it is about, and are most of a text


@lru_cache(maxsize=512)
def find_genre(article: Article) -> str | None:
    """Return ``PAID`` or ``OPINION`` where an article says itself that it is that, else None."""
    if find_disclosure(article.text) or _PAID_TITLE.search(article.publisher.name):
        return PAID
    told = tell_genre(article.title, article.url)
    return told or (OPINION if _OWN_VIEW.search(article.text[-_TAIL:]) else None)


def tell_genre(headline: str, url: str | None) -> str | None:
    """Return the same for a headline of which no more is known than where it leads."""
    if _PAID_TITLE.search(headline):
        return PAID
    return OPINION if _OPINION.search(headline) or _ADDRESS.search(url or "") else None


def stands_alone(article: Article) -> bool:
    """Whether an article is no report of one event that others tell, too: an opinion, or several things at once."""
    return is_round_up(article) or find_genre(article) == OPINION


def label_genre(article: Article) -> str:
    """Return how such a story is labelled: "opinion by Ann Lee", "paid content"; "" for news."""
    genre = find_genre(article) or ""
    return f"{genre} by {article.byline}" if genre == OPINION and article.byline else genre


def is_round_up(article: Article) -> bool:
    """Whether an article tells several things, each for itself: "In brief", "Five things"."""
    named = {match["name"] for match in _ITEM.finditer(article.text)}
    return bool(_SEVERAL.search(article.title)) or len(named) >= max(_MANY, article.text.count("\n\n") / 2)
