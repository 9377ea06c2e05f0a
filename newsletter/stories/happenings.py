"""What an article tells that its form shows; of its title alone: what becomes of one site, one plant, of work. Pure.

A section may count votes for each, beside those of words and publishers (``votes`` in lexicon.toml).
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.english.letters import compile_latin
from newsletter.english.quantities import NUMBER_WORDS, PRICE_HEAD, find_prices, find_unit
from newsletter.model import Article, PublisherKind
from newsletter.stories.opinion import is_interview

QUOTES = "price quotes"
MOVE = "market move"
STUDY = "study told"
SITE = "one site"
PLANT = "one plant"
COURT = "court case"
WORK = "people's work"
INTERVIEW = "interview"
HAPPENINGS = frozenset({QUOTES, MOVE, STUDY, SITE, PLANT, COURT, WORK, INTERVIEW})
_MASS = frozenset({"kg", "tonne", "ton", "lb"})
_FIGURE = re.compile(r"\|\s*\d[\d.,]*(?:\s?[-–]\s?[\d.,]+)?\s*\|")
_QUOTED = 3  # rates of a price report; a company tells its own price and its cost
_LEVEL = re.compile(
    r"\b(?:prices?|premiums?|discounts?|rates?|index|payables|exports?|imports?|shipments|inventories|demand"
    r"|spot|futures|squeeze|shortage|glut|deficit|surplus)\b",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(?:ris|ros|fall|fell|climb|jump|surg|soar|drop|declin|slump|plung|dip|gain|grow|grew|shrink|shrank|halv|doubl"
    r"|tripl|narrow|widen|edg|eas|slip|slid|sink|sank|firm|steady|stabili[sz]|tumbl|rebound|soften|diverg|hit|spik"
    r"|rall|last|slow|whipsaw|swing|swung|weaken|strengthen|recover|retreat|top)(?:e|e?s|p?ed|p?ing|y|ies|en|er)?\b",
    re.IGNORECASE,
)
# Goods on their way, or held up: whose price that is will follow.
_GOODS = re.compile(
    r"\b(?:trucks?|lorr(?:y|ies)|cargo(?:es)?|convoys?|border|buyers|importers|travels?)\b", re.IGNORECASE
)
_WAY, _SHUT = r"\b(?:borders?|gates?|crossings?|roads?|ports?)\b", r"\b(?:shuts?|clos(?:es?|ed))\b"
_HELD_UP = re.compile(
    r"\b(?:(?:halt|stop|stall|resum|roll|queue|block|clear|cross|wait|strand)\w*|travels?|turned back)\b"
    rf"|{_WAY}[^,;:]* {_SHUT}|{_SHUT}[^,;:]* {_WAY}",
    re.IGNORECASE,
)
_SITE = compile_latin(
    r"\b(?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}?) (?:[Rr]are[ -][Ee]arths? )?(?:[Mm]in(?:e|ing)|[Pp]roject"
    r"|[Dd]eposit|[Cc]oncession|Block|auction|tender|sale|lease|rights|licen[cs]e)\b"
)
_PLANT = re.compile(
    r"\b(?:plant|factory|refinery|smelter|foundry|mill|separation (?:line|unit|facility))\b", re.IGNORECASE
)
_COURT = re.compile(
    r"\b(?:judges?|courts?|tribunal|lawsuit|su(?:es|ed)|convict\w*|acquit\w*|jury|arbitrat\w*)\b",
    re.IGNORECASE,
)
# A deal may be dead, a die is a tool, and a tariff kills a plan.
_COUNT = rf"(?:\d+|{'|'.join(NUMBER_WORDS[1:13])}|a dozen|dozens|several|many)"
_PEOPLE = r"(?:workers?|miners?|people|persons?|m[ae]n|wom[ae]n|villagers?|drivers?|employees?|child(?:ren)?)"
_WORK = re.compile(
    r"\b(?:jobs?|workers|lay-?offs?|lays? off|short[- ]time|redundanc\w+|strikes?|unions?|staff|deaths?|in hospital"
    # of people, not what dumping does
    r"|injur(?:es|ed|ies)|(?<!material )(?<!finds )(?<!no )injury"
    r"(?! (?:to|from|by|vote|ruling|finding|determination|test|case|probe|inquiry)\b)"
    rf"|{_COUNT}(?: {_PEOPLE}| feared| confirmed| left| are)* (?:dead|died?|killed)"
    rf"|{_PEOPLE}(?: feared| confirmed| left| is| are)* (?:dead|die[sd]?|killed)"
    rf"|kill(?:s|ed) (?:(?:at least|more than|over) )?(?:{_COUNT}|(?:an? )?{_PEOPLE}(?![’'])))\b",
    re.IGNORECASE,
)
_TOP = 600  # characters of a text in which it names its site
_SCIENCE = compile_latin(
    r"\b(?:researchers?|scientists?|chemists?|physicists?|universit(?:y|ies)|institute|laborator(?:y|ies)|prototype"
    r"|professor|doctoral|postdoc\w*|stud(?:y|ies)|journal|doi|et al|co-workers|authors?|peer[- ]review\w*|experiments?"
    r"|(?:research )?group at|team (?:led|at|from)|issue of [A-Z]|in this issue)\b",
    re.IGNORECASE,
)
_STUDIED = 4  # signs of a study: fewer are its background
_ET_AL = "et al"  # is sign enough: only those who tell of a study name its authors like that


@lru_cache(maxsize=512)  # asked for its section and for its story
def find_happenings(article: Article) -> frozenset[str]:
    """Return which of ``HAPPENINGS`` an article tells."""
    signs = {found[0].lower() for found in _SCIENCE.finditer(article.text)}
    told = {
        QUOTES: _quotes_prices(article.text),
        MOVE: _moves(article.title),
        STUDY: len(signs) >= _STUDIED or _ET_AL in signs,
        SITE: _tells_of_site(article),
        PLANT: _PLANT.search(article.title) is not None,
        COURT: _COURT.search(article.title) is not None,
        WORK: _WORK.search(article.title) is not None,
        INTERVIEW: is_interview(article),
    }
    return frozenset(name for name, is_told in told.items() if is_told)


def _quotes_prices(text: str) -> bool:
    """Whether a text gives several prices: in sentences, or in a table whose head or rows name money for a mass."""
    if len({one.text for one, rate in find_prices(text) if rate.per in _MASS}) >= _QUOTED:
        return True
    rows = [line for line in text.splitlines() if line.startswith("|")]
    figured = [row for row in rows if _FIGURE.search(row)]
    priced = [row for row in rows if any(find_unit(one["per"]) in _MASS for one in PRICE_HEAD.finditer(row))]
    has_head = any(row not in figured for row in priced)
    return len(figured if has_head else [row for row in priced if row in figured]) >= _QUOTED


def _moves(title: str) -> bool:
    """Whether a title says that a price or a flow of trade went somewhere, or that goods are held up or go again.

    In one clause: "Malawi to halt exports, shares slide" is no move of exports.
    """
    return any(
        (_LEVEL.search(clause) and _MOVED.search(clause))
        or (_GOODS.search(clause) and _HELD_UP.search(clause))
        for clause in re.split(r"[,;]\s", title)
    )


def _tells_of_site(article: Article) -> bool:
    """Whether a title names one mine or project: as such, or (but for its owner's) by the name it has in the text."""
    if _SITE.search(article.title) or article.publisher.kind is PublisherKind.ISSUER:
        return _SITE.search(article.title) is not None
    return any(found["name"] in article.title for found in _SITE.finditer(article.text[:_TOP]))
