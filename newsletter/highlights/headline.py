"""Whom a headline is about. Pure."""

from __future__ import annotations

import re

from newsletter.english.stems import STOP, content_roots

_LABEL = re.compile(
    r"^[^–—:|]{2,40}\s[–—|]\s(?=\S)"
)  # "MiningNewsBreaks – …": where it stands, not what it is about
_WORD = re.compile(r"[A-Z][\w&’'-]{2,}")
_WITHIN = 4  # words of the headline within which its subject begins
_OFTEN = 2  # times that the article names it at the least


def find_subject(title: str, text: str) -> str:
    """The name that ``title`` begins with, or as much of it as tells it; "" where ``text`` does not name the same."""
    words = [re.sub(r"[’']s?$|[,.;:]$", "", word) for word in _LABEL.sub("", title).split()]
    for place, word in enumerate(words[:_WITHIN]):
        if not _WORD.fullmatch(word) or word.lower() in STOP:
            continue
        for name in (
            word,
            " ".join(words[place : place + 2]),
        ):  # "Royalty Management", where "royalty" is a word too
            often = len(re.findall(rf"\b{re.escape(name)}\b", text))
            plain = rf"(?<![\w./@-]){re.escape(name.lower())}(?![\w./@-])"  # but in an address of the web
            if often >= _OFTEN and not re.search(plain, text):
                return name
    return ""


def contradicts(text: str, title: str) -> bool:
    """Whether ``text`` gives another share than ``title`` for what rose or fell there: "374% Revenue Growth", "a 440% increase in revenues"."""
    shares = _SHARE.findall(title)
    found = _SHARE.findall(text)
    if (
        len(shares) != 1
        or not found
        or shares[0] in found
        or not (_CHANGE.search(title) and _CHANGE.search(text))
    ):
        return False
    place = _SHARE.search(title)
    near = title[place.end() :] if place else ""
    measures = frozenset(content_roots(" ".join(near.split()[:_MEASURE]))) - _CHANGES
    return bool(measures & frozenset(content_roots(text)))


_SHARE = re.compile(r"\b(\d[\d,.]*)\s?(?:%|per ?cent\b)")
_CHANGE = re.compile(
    r"\b(?:increase[sd]?|growth|grew|rise[sn]?|rose|up|jump(?:s|ed)?|surge[sd]?|decline[sd]?|fell|falls?|drop(?:s|ped)?|down|decrease[sd]?|higher|lower)\b",
    re.IGNORECASE,
)
_MEASURE = 6  # words after a share within which a headline tells of what it is
_CHANGES = frozenset(content_roots("increase growth rise year month quarter week up down decline drop"))


def names_subject(text: str, subject: str, source: str) -> bool:
    """Whether ``text``, of an article ``source``, is about ``subject``: by name, as "the company", or as it names nobody at all."""
    if re.search(rf"\b{re.escape(subject)}\b|\b[Tt]he [Cc]ompany\b", text):
        return True
    first = _WORD.match(text)
    if first and re.search(rf"[a-z,] {first.group()}\b", source) and not first.group().isupper():
        return re.search(rf"\b{re.escape(first.group().lower())}\b", source) is not None  # no name
    others = (match.group() for match in _NAMED.finditer(text))
    return all(other in _MONTHS or other.isupper() for other in others)


_NAMED = re.compile(r"(?<=[\w,;:] )[A-Z][\w.-]+")
_MONTHS = frozenset(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def find_news_words(headline: str, text: str) -> frozenset[str]:
    """The roots of what ``headline`` says besides names: those that ``text`` also has in small letters, and its figures."""
    plain = frozenset(content_roots(" ".join(_PLAIN.findall(text))))
    return frozenset(root for root in content_roots(headline) if root[0].isdigit() or root in plain)


_PLAIN = re.compile(r"(?<![\w./@-])[a-z]+(?![\w/@-]|\.\w)")  # but in an address of the web
