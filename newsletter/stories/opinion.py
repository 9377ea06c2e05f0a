"""What an article says itself that it is: somebody's opinion, paid for, or several things at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsletter.extract.title import OPINION_KICKER, PAID_KICKER
from newsletter.model import Article, PublisherKind
from newsletter.stories.paid_content import PAID, find_disclosure, find_payer

OPINION = "opinion"  # the label of such a story
_OPINION = re.compile(
    rf"^(?:{OPINION_KICKER})(?:\s?[:|–—]|-(?=[A-Z]))|\s[|–—-]\s(?:{OPINION_KICKER})$|[(\[](?:{OPINION_KICKER})[)\]]$",
    re.IGNORECASE,
)
_PAID_TITLE = re.compile(
    rf"^(?:{PAID_KICKER})\s?[:|–—]|\s[|–—-]\s(?:{PAID_KICKER})$|[(\[](?:sponsored|paid)\b[^)]*[)\]]$",
    re.IGNORECASE,
)
_PAID_LINE = re.compile(rf"(?:{PAID_KICKER})(?:\s?[|:–—].*| (?:for|by|from) .*)?\Z", re.IGNORECASE)
_ADDRESS = re.compile(
    r"/(?:opinions?|op-ed|commentary|comment|editorials?|viewpoints?|columns?|columnists?)/", re.IGNORECASE
)
_OFFICIAL = (PublisherKind.ISSUER, PublisherKind.REGULATOR)  # what they think is their news
_LINE = 90  # characters
_TAIL = 600  # characters at the end, where an author is named and disclaims
_OWN_VIEW = re.compile(
    r"\b(?:views?|opinions?) (?:expressed|stated|are)\b[^.]{0,60}\b"
    r"(?:(?:his|her|their|the (?:author|writer|columnist)(?:s|’s|'s|s’|s')?) own"
    r"|(?:those|that) of the (?:authors?|writers?|columnists?))\b"
    r"|\n\n[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3} is (?:an? )?(?:\w+ ){0,3}"
    r"(?:columnist|opinion (?:writer|editor))\b[^\n]*\Z",
)
_NAME = r"[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3}"
# The first lines of a text, where they say what it is or who wrote it.
_KICKER_LINE = re.compile(
    rf"(?:a |from )?(?:{OPINION_KICKER}|leader|columnist|our columnist)(?:\s?[|:–—-].*|,? by\s.*)?",
    re.IGNORECASE,
)
_AUTHOR_LINE = re.compile(rf"(?:.*[|:–—-]\s?)?(?:[Bb]y )?(?P<name>{_NAME})(?:, who\b.*)?")
_BIO = re.compile(
    rf"(?:(?:Dr|Professor|Prof|Sir|Mr|Ms|Mrs)\.? )?(?P<name>{_NAME}|[A-Z][\w’'-]+) "
    r"(?:is|was|has|holds|ran|runs|led|leads|works|worked|writes|wrote|teaches|taught|served|serves|advises|chairs)\b"
    r"(?!.{0,40}\b(?:reporter|correspondent|journalist|covers)\b)"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|(?<!\w)‘[^’]*’(?!\w)")
_I = re.compile(r"\bI(?:['’](?:m|ve|d|ll))? [a-z]|\b[Mm]y [a-z]")
_TURN = re.compile(r"(?:^|\n)(?:[A-Z][\w.’' -]{0,30}[:.–—] |(?:Q|A)\d?[.:] ?|[^\n]{1,240}\?(?=\n))")
_OFTEN = 3  # times that somebody says "I": once or twice may be a quotation without its marks
_TURNS = 4  # of an interview, a transcript, a live page, where others say it
_TOP = 3  # lines
_SEVERAL = re.compile(
    r"\bin brief\b|\b(?:news|market|weekly|daily|morning) briefs?\b|\bround-?up\b|\bweek ahead\b"
    r"|\b(?:week|day|month|year) in (?:review|brief|rare earths?)\b"
    r"|\b(?:news|weekly|daily) (?:digest|wrap|recap)\b"
    r"|^(?:[\w-]+ )?(?:wrap-?up|digest|briefing|round-?up|briefs?)\s?[:|–—]"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?"
    r"(?:things|stories|headlines|takeaways|charts)\b|\bitems from the (?:day|week|month)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:^|\n\n)(?P<name>[A-Z][^\n:.]{1,50}): (?=[A-Z])")
_MANY = 4  # paragraphs that begin each with another name of what it is about, and are most of a text


@lru_cache(maxsize=512)
def find_genre(article: Article) -> str | None:
    """Return ``PAID`` or ``OPINION`` where an article says itself that it is that, else None."""
    top = _read_top(article.text)
    if find_disclosure(article.text) or _PAID_TITLE.search(article.publisher.name):
        return PAID
    if any(map(_PAID_LINE.match, top)):
        return PAID
    told = tell_genre(article.title, article.url)
    return told or (OPINION if _is_labelled(article, top) or _says_i(article, top) else None)


def _is_labelled(article: Article, top: Sequence[str]) -> bool:
    """Whether a text says above or below that it is its author's view."""
    return any(_KICKER_LINE.fullmatch(line) for line in top) or bool(_OWN_VIEW.search(article.text[-_TAIL:]))


def _says_i(article: Article, top: Sequence[str]) -> bool:
    """Whether a text's author stands at both its ends, or says "I"."""
    if article.publisher.kind in _OFFICIAL or len(_TURN.findall(article.text)) >= _TURNS:
        return False
    return bool(_signs(top, article.text)) or len(_I.findall(_QUOTED.sub("", article.text))) >= _OFTEN


def _read_top(text: str) -> list[str]:
    """Return the first lines that are no sentences yet."""
    lines = [line.strip() for line in text[:_TAIL].split("\n") if line.strip()][:_TOP]
    return [line for line in lines if len(line) <= _LINE and not line.endswith((".", "?", "!"))]


def _signs(top: Sequence[str], text: str) -> str:
    """Return the author where a text begins with a name and ends with who that is; else ""."""
    bio = _BIO.match(text.rstrip().rpartition("\n")[2])
    names = (found["name"] for line in top if (found := _AUTHOR_LINE.fullmatch(line)))
    last = bio["name"].split()[-1].casefold() if bio else ""
    return next((name for name in names if name.split()[-1].casefold() == last), "")


def find_author(article: Article) -> str:
    """Return who wrote an opinion, as far as is known; else ""."""
    signed = article.byline or _signs(_read_top(article.text), article.text)
    return signed.title() if signed.isupper() else signed


def tell_genre(headline: str, url: str | None) -> str | None:
    """Return the same for a headline of which no more is known than where it leads."""
    if _PAID_TITLE.search(headline):
        return PAID
    return OPINION if _OPINION.search(headline) or _ADDRESS.search(url or "") else None


def stands_alone(article: Article) -> bool:
    """Whether an article is no report of one event that others tell, too: an opinion, or several things at once."""
    told = tell_genre(article.title, article.url)
    return is_round_up(article) or told == OPINION or _is_labelled(article, _read_top(article.text))


def label_genre(article: Article) -> str:
    """Return how such a story is labelled: "opinion by Ann Lee", "paid content by Acme"; "" for news."""
    genre = find_genre(article) or ""
    name = find_author(article) if genre == OPINION else find_payer(article.text) if genre else ""
    return f"{genre} by {name}" if name else genre


def is_round_up(article: Article) -> bool:
    """Whether an article tells several things, each for itself: "In brief", "Five things"."""
    named = {match["name"] for match in _ITEM.finditer(article.text)}
    return bool(_SEVERAL.search(article.title)) or len(named) >= max(_MANY, article.text.count("\n\n") / 2)
