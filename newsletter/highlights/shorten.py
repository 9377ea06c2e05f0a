"""Shorter sentences by deletion alone, never of attribution or hedge. Pure.

Every step deletes characters of the sentence and reports them, so the highlight's words stay the
sentence's words in the sentence's order. What must go always goes (datelines, tickers, connectives,
the writer's judgement); what may go goes only where the sentence is too long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.english.datelines import strip_dateline
from newsletter.english.hedges import find_hedges
from newsletter.english.rules import PATTERNS
from newsletter.english.speech import find_judgement, is_clause
from newsletter.highlights.reduce import Weigh, reduce_sentence, tidy

_TICKER = re.compile(  # also what a name is called further down: ("Acme" or the "Company")
    r"\s?\((?:(?:(?:or|each,?|collectively,?|together,?)\s)?(?:(?:the|"
    r"an?)\s)?[“\"‘'][^()]{1,90}[”\"’'][^()“”\"]{0,30}|[^()]{0,60}\b(?:[Tt]he|our) Company|(?:NYSE|NASDAQ|Nasdaq|"
    r"ASX|TSX|TSXV|TSX-V|TSX\.V|OTC\w*|LSE|AIM|CSE|FSE|OSE|HKEX|SSE|SZSE|SHSE|NYSE American|"
    r"Frankfurt|Euronext|JSE)\b[^()]*|[A-Z0-9]{1,6}\.[A-Z]{1,3}|[A-Z0-9]+=[A-Z]*|"
    r"[A-Z]{2}(?:-[A-Z0-9]+){2}|https?://[^()]*|www\.[^()]*)\)|(?<=\w)\((?:TM|R)\)"
    r"|\s?\[(?:RIC:)+[^\]]*\]|\s[A-Z]{6,}:[A-Z][A-Z0-9]+\b|(?<=\)),(?=\s\([A-Z0-9]+=)"  # an agency's codes
)
_CONNECTIVE = re.compile(
    r"^(?:(?:Crucially|However|Further|Meanwhile|Moreover|Furthermore|Additionally|Also|Still|Indeed|Notably|"
    r"Importantly|Separately|Nevertheless|"
    r"Nonetheless|Besides|Similarly|Likewise|Consequently|Therefore|Thus|Finally|Overall|Significantly|"
    r"Interestingly|Of note|In addition|"
    r"In addition to this|As mentioned|Taken together|As a result|In fact|For example|For instance|On top of that|"
    r"At the same time|In the meantime|In other words|"
    r"In particular|Not surprisingly|Unsurprisingly|Surprisingly|Remarkably|Critically|Specifically|To be sure|"
    r"That said|Of course|By contrast|In contrast|"
    r"On the other hand|First|Second|Third|Secondly|Thirdly|Lastly|More broadly|More importantly|What is more|"
    r"What’s more|Equally|"
    r"(?:In|Against|Amid|Within) (?:this|that) (?:context|regard|backdrop|setting|environment|vein|light|"
    r"connection)|With (?:this|that) in mind),\s+|"
    r"(?:As a result|To (?:this|that) end|Instead)\s(?=(?:it|they|he|she|we|the company|[A-Z][a-z]\w+)\s)|"
    r"(?:And|But|Or|Yet|So|Plus)\s+(?!far\b|much\b|many\b|few\b|little\b|long\b|that\b|to\b|be\b"
    r"|another\b)(?=[A-Za-z“\"]))"
)
_LIST_END = re.compile(r"(?:[;,]\s(?:and|or)|;)\.?$")  # of a point that others follow
_ALSO = re.compile(r"(?<=\w)(?:\s+also|,? too(?=[.]?$)|,? as well(?=[.]?$))(?=[\s.])")
# "not only digs but also refines", "is also prospective for niobium": what it is or serves as besides.
_ALSO_COUNTS = re.compile(
    r"\bnot (?:only|just|merely|simply)\b|\b(?:is|are|was|were) also\b(?!\s(?:\w+ly\s)?\w+(?:ing|ed)\b)|\b(?:will|"
    r"would|may|can|could) also (?:be|serve|act|remain)\b"
)
_ASIDE = re.compile(
    r"(?<=\w), (?:however|meanwhile|though|in turn|for example|for instance|of course|meantime),(?=\s)"
)
_POINTING = re.compile(
    r"(?<=\w)\sin this (?:effort|regard|respect|endeavou?r|context|undertaking|area|space|"
    r"field)(?=[\s,.])(?!\s(?:of|to|that|which)\b)"
    r"|,?\sas (?:described|set out|detailed|outlined|shown|listed|stated) (?:below|above|herein|hereunder)(?=\.$)"
)
_VERB_AHEAD = (
    r"(?=\s(?:will|is|are|was|were|has|have|had|said|says|announced|announces|reported|reports|today|plans?|"
    r"expects?|can|could|may|"
    r"might|would|stated|told|added|rose|fell|signed|agreed|completed|began|received|won|owns|holds|operates|"
    r"produces|launched|"
    r"unveiled|outlined|confirmed|expanded|closed|opened|raised|secured|filed|announce|appointed|named|commenced|"
    r"entered|acquired|achieved|submitted|hosted|"
    r"joined|increased|identified|intersected|provides?|presents?|applauds?|praises?|welcomes?|continues?|enters|"
    r"signs|launches|appoints|completes|receives)\b)"
)
# "Acme (ASX: ACM) a leading miner, announced": without the ticker nothing sets off what Acme is.
_UNSET = re.compile(rf"^(?:[A-Z][\w.&’'-]*\s){{1,6}}?(?P<cut>(?:an?|one of)\s[^;:—]{{4,200}}?,){_VERB_AHEAD}")
_CHROME = re.compile(
    r"\s?\((?:opens in (?:a )?new (?:tab|window)|pictured|above|below|left|right|(?:see )?(?:figure|fig\.|table|"
    r"chart|exhibit)s? \d[^)]*|see (?:figure|table|chart|the |our |company |its )?[^)]*(?:figure|table|release|"
    r"dated)[^)]*|file photo|[^)]*\bpictured\b[^)]*)\)"
    r"|\s?\[\d{1,3}\]|(?<=[a-z])\(\d{1,2}\)(?=[\s,.;])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What deletion left of a sentence. ``view`` is the writer's judgement that was deleted, where it stands alone."""

    text: str
    cut: tuple[str, ...] = ()
    view: str = ""


def _delete(text: str, pattern: re.Pattern[str], cut: list[str], *, count: int = 0, put: str = "") -> str:
    def replace(match: re.Match[str]) -> str:
        cut.append(match.group().strip(" ,"))
        glued = text[match.start() - 1 : match.start()].isalnum() and text[match.end() :][:1].isalnum()
        return put or (" " if glued else "")

    return pattern.sub(replace, text, count=count)


def _delete_asides(text: str, cut: list[str]) -> str:
    """Delete "also" where nothing hangs on it, and "however" between subject and verb, not between two clauses."""
    if not _ALSO_COUNTS.search(text):
        text = _delete(text, _ALSO, cut, count=1)
    if (aside := _ASIDE.search(text)) and not is_clause(text[: aside.start()]):
        text = _delete(text, _ASIDE, cut, count=1)
    return text


def _strip_head(sentence: str, content: tuple[int, int] | None) -> tuple[str, list[str]]:
    """What is left of ``sentence`` within ``content``, or behind its dateline; and what went."""
    if content is not None:
        start, end = content
        ends = (sentence[:start].strip(), sentence[end:].strip(" ."))
        return sentence[start:end], [piece for piece in ends if piece]
    text, dateline = strip_dateline(sentence)
    return text, [dateline] if dateline else []


def _delete_what_must_go(text: str, cut: list[str], *, keep_judgement: bool) -> str:
    """Delete marks of the page, tickers, connectives and, unless it is to be kept, praise."""
    named = _TICKER.search(text) is not None
    for pattern in (
        _CHROME,
        _TICKER,
        _CONNECTIVE,
        _LIST_END,
        _POINTING,
        *(() if keep_judgement else (PATTERNS["head without news"],)),
    ):
        text = _delete(text, pattern, cut)
    if named and (unset := _UNSET.match(text)) and not find_hedges(unset["cut"]):
        cut.append(unset["cut"].strip(" ,"))
        text = text[: unset.start("cut")] + text[unset.end("cut") :].lstrip()
    return _delete_asides(text, cut)


# "marking the first approval since 2019", "a step that commits Canberra to a 14% stake": a judgement that holds a fact;
# a year alone is none.
_TELLS_FACT = re.compile(r"\bfirst\b|(?<![\w–-])(?!(?:19|20)\d\d\b|\d{1,2}th\b)\d")

# "Acme is pleased to announce": what pleases it is no news.
_PLEASED = re.compile(
    r"\b(?P<be>is|are|was|were)\s(?:today\s|very\s|extremely\s)?(?:pleased|proud|excited|thrilled|delighted|happy|"
    r"honou?red)\sto\s(?:today\s)?(?P<verb>announce|advise|inform|report|confirm|provide|present|"
    r"share|unveil|introduce|launch)\b"
)


def _announce(match: re.Match[str]) -> str:
    verb = match["verb"]
    past = f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    return {"is": f"{verb}es" if verb == "launch" else f"{verb}s", "are": verb}.get(match["be"], past)


def shorten(
    sentence: str,
    *,
    max_words: int,
    keep_judgement: bool = False,
    content: tuple[int, int] | None = None,
    weigh: Weigh | None = None,
    most: int = 1,
) -> tuple[Shortened, ...]:
    """Delete what must go from ``sentence``, then what makes it longer than ``max_words`` or is not worth its words.

    ``content`` restricts the result to a span (what stands after "X said that"). The best comes first, others that keep
    what it lost behind it, up to ``most``. The result can still be too long.
    """
    text, cut = _strip_head(sentence, content)
    text = _delete_what_must_go(text, cut, keep_judgement=keep_judgement)
    view = ""
    found = None if keep_judgement else find_judgement(text)
    if found and not _TELLS_FACT.search(found["cut"]) and is_clause(text[: found.start("cut")]):
        cut.append(found["cut"].strip(" ,—–-"))
        view = (found["view"] or "").strip()
        text = text[: found.start("cut")] + found["end"]
    text = _PLEASED.sub(_announce, text)
    return tuple(
        Shortened(text=one.text, cut=(*cut, *(gone for _, gone in one.cuts)), view=view)
        for one in reduce_sentence(tidy(text, like=sentence), max_words=max_words, weigh=weigh, most=most)
    )
