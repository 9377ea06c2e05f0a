"""What an article says itself that it is: somebody's opinion, paid for, or several things at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsletter.english import opinions
from newsletter.english.letters import compile_latin
from newsletter.kickers import PAID as PAID_KICKER
from newsletter.model import Article, PublisherKind
from newsletter.stories.paid_content import PAID, PAID_BY, find_disclosure, find_payer

OPINION = "opinion"  # the label of such a story
_PAID_TITLE = re.compile(
    rf"^(?:{PAID_KICKER})\s?[:|–—]|\s[|–—-]\s(?:{PAID_KICKER})$|[(\[](?:sponsored|paid)\b[^)]*[)\]]$",
    re.IGNORECASE,
)
_PAID_LINE = re.compile(rf"(?:{PAID_KICKER})(?:\s?[|:–—].*| (?:for|by|from) .*)?\Z", re.IGNORECASE)
_ADDRESS = re.compile(
    r"/(?:opinions?|op-ed|commentary|comment|editorials?|viewpoints?|columns?|columnists?)/", re.IGNORECASE
)
_OFFICIAL = (PublisherKind.ISSUER, PublisherKind.REGULATOR)  # what they think is their news
_TAIL = 600  # characters at the end, where an author is named and disclaims
_OWN_VIEW = compile_latin(
    r"\b(?:views?|opinions?) (?:expressed|stated|are)\b[^.]{0,60}\b"
    r"(?:(?:his|her|their|the (?:author|writer|columnist)(?:s|’s|'s|s’|s')?) own"
    r"|(?:those|that) of the (?:authors?|writers?|columnists?))\b"
    r"|\n\n[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){1,3} is (?:an? )?(?:\w+ ){0,3}"
    r"(?:columnist|opinion (?:writer|editor))\b[^\n]*\Z",
)
_TURN = compile_latin(r"(?:^|\n)(?:[A-Z][\w.’' -]{0,30}[:.–—] |(?:Q|A)\d?[.:] ?|[^\n]{1,240}\?(?=\n))")
# "Q3: revenue of $3m" asks nothing.
_ASKED = re.compile(r"(?:^|\n)\W{0,2}Q\d?[.:] ?(?:[^\n]+\?|\S[^\n]*\n\W{0,3}A\d?[.:] ?(?=\S))")
_INTERVIEW = re.compile(r"\b(?:Q ?& ?A|[Ii]nterview)\b")
_QUOTED = re.compile(r"^\W{0,2}[‘“'\"]|[’”'\"]$")
_OFTEN = 3  # times that somebody says "I": once or twice may be a quotation without its marks
_TURNS = 4  # of an interview, a transcript, a live page, where others say it
_SEVERAL = re.compile(
    r"\bin brief\b|\b(?:news|market|weekly|daily|morning) briefs?\b|\bround-?up\b|\bweek ahead\b"
    r"|\b(?:week|day|month|year) in (?:review|brief|rare earths?)\b"
    r"|\b(?:news|weekly|daily) (?:digest|wrap|recap)\b"
    r"|^(?:[\w-]+ )?(?:wrap-?up|digest|briefing|round-?up|briefs?)\s?[:|–—]"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?"
    r"(?:things|stories|headlines|takeaways|charts)\b|\bitems from the (?:day|week|month)\b",
    re.IGNORECASE,
)
# "Australia shares end lower as miners retreat": a day of trading names the news of many.
_SESSION = re.compile(
    r"\b(?:shares|stocks|equities|miners|markets?|index|indices|indexes|bourses?|FTSE(?: 100)?|ASX(?: 200)?|TSX|Nikkei"
    r"|Hang Seng|Wall Street)(?: \w+)? (?:end|close|finish|open)(?:e?s|ed)? (?:\w+ )?(?:higher|lower|up|down|flat|mixed"
    r"|firmer|weaker|steady|little changed)\b",
    re.IGNORECASE,
)
# "AGENCY: …", "WHEN: …" are the parts of one notice.
_FIELD = (
    r"(?:AGENCY|AGENCIES|ACTION|SUBJECT|SUMMARY|DATES?|EFFECTIVE DATE|ADDRESS(?:ES)?|FOR (?:FURTHER|MORE) INFORMATION"
    r"|SUPPLEMENTARY INFORMATION|BACKGROUND|WHO|WHAT|WHEN|WHERE|WHY|HOW|CONTACTS?)\b[A-Z ]*:"
)
_ITEM = compile_latin(rf"(?:^|\n\n)(?!{_FIELD})(?P<name>[A-Z][^\n:.]{{1,50}}): (?=[A-Z])")
_MANY = 4  # paragraphs that begin each with another name of what it is about, and are most of a text


@lru_cache(maxsize=512)
def find_genre(article: Article) -> str | None:
    """Return ``PAID`` or ``OPINION`` where an article says itself that it is that, else None."""
    top = opinions.read_top(article.text)
    if find_disclosure(article.text) or _PAID_TITLE.search(article.publisher.name):
        return PAID
    if any(map(_PAID_LINE.match, top)):
        return PAID
    told = tell_genre(article.title, article.url)
    return told or (OPINION if _is_labelled(article, top) or _says_i(article) else None)


def _is_labelled(article: Article, top: Sequence[str]) -> bool:
    """Whether a text says above or below that it is its author's view."""
    return opinions.find_kicker(article.title, top) is not None or bool(
        _OWN_VIEW.search(article.text[-_TAIL:])
    )


def _says_i(article: Article) -> bool:
    """Whether a text's author stands at both its ends, or says "I"."""
    if article.publisher.kind in _OFFICIAL or len(_TURN.findall(article.text)) >= _TURNS:
        return False
    return opinions.is_signed(article.text) or opinions.count_first_person(article.text) >= _OFTEN


def find_author(article: Article) -> str:
    """Return who wrote an opinion, as far as is known; else ""."""
    byline = article.byline or ""
    signed = opinions.find_author(article.title, article.text, byline) or byline
    return signed.title() if signed.isupper() else signed


def tell_genre(headline: str, url: str | None) -> str | None:
    """Return the same for a headline of which no more is known than where it leads."""
    if _PAID_TITLE.search(headline):
        return PAID
    return OPINION if opinions.find_kicker(headline) or _ADDRESS.search(url or "") else None


def stands_alone(article: Article) -> bool:
    """Whether an article is no report of one event that others tell: an opinion, several things, a day of trading."""
    several = is_round_up(article) or _SESSION.search(article.title) is not None
    told = tell_genre(article.title, article.url)
    return several or told == OPINION or _is_labelled(article, opinions.read_top(article.text))


def label_genre(article: Article) -> str:
    """Return how such a story is labelled: "opinion by Ann Lee", "paid for by Acme"; "" for news."""
    genre = find_genre(article) or ""
    if genre == PAID:
        payer = find_payer(article.text)
        return f"{PAID_BY} {payer}" if payer else PAID
    author = find_author(article) if genre else ""
    return f"{genre} by {author}" if author else genre


def is_interview(article: Article) -> bool:
    """Whether an article is talk: its title says so, it has questions marked as such, or a quotation is over turns."""
    if _INTERVIEW.search(article.title) or len(_ASKED.findall(article.text)) >= _TURNS:
        return True
    return bool(_QUOTED.search(article.title)) and len(_TURN.findall(article.text)) >= _TURNS


def is_round_up(article: Article) -> bool:
    """Whether an article tells several things, each for itself: "In brief", "Five things"."""
    named = {match["name"] for match in _ITEM.finditer(article.text)}
    return bool(_SEVERAL.search(article.title)) or len(named) >= max(_MANY, article.text.count("\n\n") / 2)
