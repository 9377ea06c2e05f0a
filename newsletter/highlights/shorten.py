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
from newsletter.english.promotion import has_checkable_fact, praises
from newsletter.english.speech import EMPTY_HEAD, find_judgement, is_clause, judges
from newsletter.highlights.tails import cut_tail
from newsletter.highlights.trims import trim

_TICKER = re.compile(
    r"\s?\((?:(?:or\s|collectively,?\s)?(?:the\s+)?[“\"‘'][^)“”\"‘’]{1,60}[”\"’'](?:,?\s*(?:or|and)?\s*(?:the\s+)?[“\"‘'][^)“”\"‘’]{1,60}[”\"’'])*|(?:NYSE|NASDAQ|Nasdaq|ASX|TSX|TSXV|TSX-V|TSX\.V|OTC\w*|LSE|AIM|CSE|FSE|HKEX|SSE|SZSE|SHSE|NYSE American|"
    r"Frankfurt|Euronext|JSE)\b[^)]*|[A-Z0-9]{1,6}\.[A-Z]{1,3}|https?://[^)]*|www\.[^)]*)\)"
)
_CONNECTIVE = re.compile(
    r"^(?:(?:Crucially|However|Further|Meanwhile|Moreover|Furthermore|Additionally|Also|Still|Indeed|Notably|Importantly|Separately|Nevertheless|"
    r"Nonetheless|Besides|Similarly|Likewise|Consequently|Therefore|Thus|Finally|Overall|Significantly|Interestingly|Of note|In addition|"
    r"In addition to this|As mentioned|Taken together|As a result|In fact|For example|For instance|On top of that|At the same time|In the meantime|In other words|"
    r"In particular|Not surprisingly|Unsurprisingly|Surprisingly|Remarkably|Critically|Specifically|To be sure|That said|Of course|By contrast|In contrast|"
    r"On the other hand|First|Second|Third|Secondly|Thirdly|Lastly|More broadly|More importantly|What is more|What’s more|Equally|"
    r"(?:In|Against|Amid|Within) (?:this|that) (?:context|regard|backdrop|setting|environment|vein|light|connection)|With (?:this|that) in mind),\s+|"
    r"(?:And|But|Or|Yet|So|Plus)\s+(?=[A-Za-z“\"]))"
)
_ALSO = re.compile(r"(?<=\w)(?:\s+also|,? too(?=[.]?$)|,? as well(?=[.]?$))(?=[\s.])")
# "not only digs but also refines", "is also prospective for niobium": what it is or serves as besides.
_ALSO_COUNTS = re.compile(
    r"\bnot (?:only|just|merely|simply)\b|\b(?:is|are|was|were) also\b(?!\s(?:\w+ly\s)?\w+(?:ing|ed)\b)|\b(?:will|would|may|can|could) also (?:be|serve|act|remain)\b"
)
_ASIDE = re.compile(
    r"(?<=\w), (?:however|meanwhile|though|in turn|for example|for instance|of course|meantime),(?=\s)"
)
_POINTING = re.compile(
    r"(?<=\w)\sin this (?:effort|regard|respect|endeavou?r|context|undertaking|area|space|field)(?=[\s,.])(?!\s(?:of|to|that|which)\b)"
)
# "To support this process, Acme hired a laboratory": an opening that only points back.
_POINTING_OPENING = re.compile(
    r"^(?:To|With|As part of|In line with|In support of|Alongside|Building on|Through|Along with)\s(?:[a-z]+\s){0,2}?(?:this|these|that|such)\s(?:[a-z-]+\s?){1,4},\s(?=[A-Z]\w|the [Cc]ompany\b)"
)
_DAY = re.compile(
    r"\s(?:late |early )?on (?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?: (?:morning|afternoon|evening|night))?(?=[ ,.])"
    r"(?!,? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)"  # the day of a date goes with it
    r"|(?<=\bannounced) today(?= (?:that|it|the|its|an?)\b)|(?<=\w) today(?= announced\b)"
)
# "at a staggering 21 million", "has dramatically escalated": loud words, which say nothing.
_HUGE = (
    r"(?:staggering|whopping|massive|stunning|astonishing|eye-popping|incredible|impressive|remarkable|hefty)"
)
_LOUD = re.compile(
    rf"(?<=\b(?:at|of|to|by))\s(?:an?\s)?{_HUGE}(?=\s(?:[$€£]\s?)?\d)"
    rf"|(?<=\ba)\s{_HUGE}(?=\s[$€£]?(?!8|11\b|18)\d[\d.,]*(?<![.,])(?:%|\s(?:million|billion))?\s(?!million|billion|tonnes|tons|metric|dollars|people|and|or|in|for|of|to|by)[a-z])"
    r"|(?<=\b(?:have|been|were))\s(?:dramatically|remarkably|staggeringly|incredibly|astonishingly|impressively)(?=\s\w+ed\b)"
    r"|(?<=\b(?:has|had|was))\s(?:dramatically|remarkably|staggeringly|incredibly|astonishingly|impressively)(?=\s\w+ed\b)"
)
_PARENTHESIS = re.compile(r"\s?\([^()]{1,160}\)")
_WHICH = re.compile(r",\s(?:which|who|whose|where)\s[^,;—]{4,200}(?=[,.])(?P<comma>,)?")
_VERB_AHEAD = (
    r"(?=\s(?:will|is|are|was|were|has|have|had|said|says|announced|announces|reported|reports|today|plans?|expects?|can|could|may|"
    r"might|would|stated|told|added|rose|fell|signed|agreed|completed|began|received|won|owns|holds|operates|produces|launched|"
    r"unveiled|outlined|confirmed|expanded|closed|opened|raised|secured|filed|announce|appointed|named|commenced|entered|acquired|achieved|submitted|hosted|"
    r"joined|increased|identified|intersected|provides?|presents?|applauds?|praises?|welcomes?|continues?|enters|signs|launches|appoints|completes|receives)\b)"
)
# "Acme (ASX: ACM) a leading miner, announced": without the ticker nothing sets off what Acme is.
_UNSET = re.compile(rf"^(?:[A-Z][\w.&’'-]*\s){{1,6}}?(?P<cut>(?:an?|one of)\s[^;:—]{{4,200}}?,){_VERB_AHEAD}")
# "Acme, a miner, and Beta, a maker of magnets, announced": a second subject, not more about the first.
_JOINS = r",\s(?:and|or|with|together with|along with|alongside)\s(?:the\s)?[A-Z]"
_APPOSITIVE = re.compile(
    rf"(?<!however)(?<!meanwhile)(?<!therefore)(?<!\band)(?<!\bbut)(?<!\bthat),\s(?:an?|the|one of)\s(?:(?!\b(?:who|which|that|said|says|because|but)\b|{_JOINS})[^;—]){{4,260}}?,{_VERB_AHEAD}"
)
_LAST_PHRASE = re.compile(
    r",?\s(?:(?:at|in|near)\s(?:the\s)?[A-Z]|amid\s|following\s|during\s|as part of\s|alongside\s|as well as\s|together with\s|along with\s|while\s)"
    r"(?:(?!\b(?:not|no|only|without|up|about|and|or)\b|,\s(?!(?:[A-Z][\w.]*\s?){1,3}\.?$))[^;:“”\"—\d%$]){4,110}?(?=\.?$)"
)
# "(approximately 4.5 million a year)": the hedge is of the figure within, and both go.
_OWN_HEDGE = re.compile(
    r"\s?\((?:approximately|about|around|roughly|nearly|over|up to|some)\s[^()]{0,3}\d[^()]*\)$"
)
_PRICE = re.compile(r"(?<!share )(?<!stock )\bprices?\b")
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\b(?:yuan|RMB|CNY|USD|dollars|euros)\b|/(?:kg|t|lb)\b|\bper (?:kg|kilogram|tonne|ton|pound)\b"
)
_NEEDS_PHRASE = re.compile(
    r"(?:ed|ing|ent|ant|ble|ful|ous|is|are|was|were|be|interest|stake|shares?|position|role|access|holdings?|investments?|and|or|the|an?|of|to|\d|%)$"
)
_LIST_GOES_ON = re.compile(
    r"\s(?!(?:is|are|was|were|has|have|had|will|would|can|could|may|said|says|and|or|in|at|on|for|with|to|of|from|by|as|near|\w+ed|today)\b)"
    r"[\w’'-]+(?:\s[\w’'-]+){0,3}?(?:,\s[\w’'-]+(?:\s[\w’'-]+){0,3}?)*,?\s(?:and|or)\s"
)
_CLAUSE_GOES_ON = re.compile(
    r"\s(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|said|says|told|and|but|or|as|while|to|in|on|at|for|with|from|by|after|before|not|also|such|including|until|when|if|over|under|between|during|through|into|about|an?|the|which|who|where|\w+ed|\w+s|"
    r"rose|fell|grew|won|made|began|took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|gave|lost|left|found|sent|spent|ran|put|brought|kept|drew|\w+ing|\w+ly)\b"
)
_DASHED = re.compile(r"\s?[—–]\s?[^—–]{4,160}\s?[—–]\s?")
_OPENING = re.compile(
    r"^(?:On|In|At|After|Before|During|With|Despite|Following|Since|Under|As|While|Although|Though|By|Over|For|From|Last|Earlier|Late|(?:Triggered|Driven|Spurred|Prompted|Fuel(?:l)?ed|Buoyed|Encouraged|Motivated) by)\s[^,]{3,80},\s(?=(?:the|a|an|[A-Z])\s?\w)"
)
_END_APPOSITIVE = re.compile(
    r",\s(?:an?|one of)\s(?:(?!\b(?:is|are|was|were|has|have|had|will|would|can|could|may|said|says|and|or)\b)[^;—“”]){8,170}(?=\.?$)"
)
# "…, a refinery designed to cut imports, costs and delays": what it is for may be a list.
_END_PURPOSE = re.compile(
    r",\s(?:an?|one of)\s(?:(?!\b(?:is|are|was|were|has|have|had|will|would|can|could|may|said|says|and|or)\b)[^,;—“”]){3,90}?\s(?:designed|intended|aimed|used|built|meant|that|which)\s[^;—“”]{8,200}?(?=\.?$)"
)
# "The programme combines tests to find ore, rank targets and plan holes": what it is for, where that is a list of three.
_PLAIN_VERB = r"(?!(?:an?|the|its|their|with|while|which|as|at|in|on|by|for|of|to|and|or|not|also|then|more|other|such|new|thereby|thus)\b|\w+(?:ing|ed|ly|s|al|ic|ive|ous)\b)[a-z]{3,}"
_PURPOSES = re.compile(
    rf"\sto\s{_PLAIN_VERB}\s[^,;:“”\"]{{4,70}},\s{_PLAIN_VERB}\s[^,;:“”\"]{{4,70}},?\sand\s{_PLAIN_VERB}\s[^,;:“”\"]{{4,110}}(?=\.?$)"
)
_TAKES_VERB = re.compile(
    r"\b(?:plans?|planned|expects?|expected|intends?|intended|aims?|aimed|seeks?|agreed?|agrees|designed|used|able|set|needs?|wants?|hopes?|continues?|begins?|began|starts?|started|required|helps?|helped|"
    r"will|is|are|was|were|be|been|has|have|had|orders?|ordered|how|enough|ability|opportunity|option|right|efforts?|commitment|committed|agreement|decision|goal|intention|potential|capacity|permission|"
    r"approval|bid|offer|proposal|proposed|failed|tried|trying|likely|due|ready|allowed|forced|asked|told|urged|chance|failure|power|mandate|attempt|attempts|vowed|pledged|promised|from|up|addition|according|due|related|compared)$"
)
_BY_DOING = re.compile(
    r"\bby\s(?:\w+ly\s)?\w+ing\b[^,]*$"
)  # "by using its cash flow to …": to what end is its sense
_JUDGED_OPENING = re.compile(
    r"^In (?:an?|yet another|another) (?:[\w-]+ ){0,3}(?:move|step|sign|signal|shift|development|bid|effort|blow|boost)\b[^,]{0,120},\s(?=[A-Z])"
)
_SEMICOLON = re.compile(r";\s(?!(?:however|but|otherwise|unless)\b)[^;]{10,240}(?=\.?$)", re.IGNORECASE)
_TAIL = re.compile(
    r",\s(?:(?:thereby|thus|ultimately|further)\s)?(?:\w+ing|with|while|as|after|but|although|though|even as|compared with)\s[^,;]{10,200}(?=\.?$)"
)

# "Fully Funded Operation - Few projects have …": a heading that was run into its text.
_HEAD_WORD = r"(?:[A-Z][\w’'&/-]*|of|and|the|for|to|in|with|on|&)"
_CHROME = re.compile(
    r"\s?\((?:opens in (?:a )?new (?:tab|window)|pictured|above|below|left|right|(?:see )?(?:figure|fig\.|table|chart|exhibit)s? \d[^)]*|see (?:figure|table|chart|the |our |company |its )?[^)]*(?:figure|table|release|dated)[^)]*|file photo|[^)]*\bpictured\b[^)]*)\)"
    r"|\s?\[\d{1,3}\]",
    re.IGNORECASE,
)
_RUN_IN = re.compile(
    rf"^[A-Z][\w’'&/-]*(?:\s{_HEAD_WORD}){{0,7}}\s[-–—]\s(?=[A-Z“\"])(?P<rest>.+)$", re.DOTALL
)
# "Ada Brown Appointed Chief Chemist Dr. Ada Brown has been …": the same without a mark between; the name comes again.
_NAMED_TWICE = re.compile(
    rf"^(?:(?:Dr|Mr|Mrs|Ms)\.\s)?(?P<name>[A-Z][\w’-]+\s(?:[A-Z]\.\s)?[A-Z][\w’-]+)\s(?:(?:{_HEAD_WORD}|as)\s){{2,12}}?"
    r"(?P<rest>(?:(?:Dr|Mr|Mrs|Ms)\.\s)?(?P=name)(?:,[^,]{2,60},)?\s(?:has|is|was|will|had|joins|brings)\s.+)$",
    re.DOTALL,
)
_HEAD_VERB = re.compile(r"\b(?:[Ii]s|[Aa]re|[Ww]as|[Ww]ere|[Hh]as|[Hh]ave|[Ss]aid|[Ss]ays|[Ww]ill)\b")
_LEAST_REST = 6  # words
# Who took part in a deal or a study, or has a stake in it: "…, with Acme and the institute as team members".
_PARTY = re.compile(
    r"^,?\s?(?:(?:together |along )?with|alongside|as well as)\s(?:the\s)?[A-Z]|\bin (?:partnership|collaboration|cooperation|conjunction) with\b"
    r"|\bas (?:an?\s)?(?:[\w-]+\s)?(?:members?|partners?|co-?authors?|sponsors?|shareholders?|advis[eo]rs?|owners?|investors?|consultants?)\b"
    r"|\b(?:funded|sponsored|commissioned|financed|paid for|co-?authored) by\b"
)
# What came of it or went with it, but no condition, no source and no contrast.
WITH_IT = re.compile(
    r",\s(?:(?!(?:excluding|including|assuming|depending|barring|pending|provid|consider|lacking|failing|deny|cit|say|add|not|quot|accord|stat|warn|argu|claim|tell|explain|"
    r"estimat|project|expect|mean|bring|amount)\w*)\w+ing|with|as|after)\s[^,;“”\"]{10,200}?(?=\.?$)"
)
# "The mill, which opened in May, will …", "… at the mill, which opened in May.": no comma before the first, or it may be another's.
_RELATIVE = r",\s(?:which|who|whose|where)\s[^,;:—“”\"]{4,200}"
_MID_RELATIVE = re.compile(rf"^[^,;:]*(?P<cut>{_RELATIVE},){_VERB_AHEAD}")
_END_RELATIVE = re.compile(rf"{_RELATIVE}(?=\.?$)")
# What may go where it does not pay.
ASIDES = (_PARENTHESIS, _APPOSITIVE, _MID_RELATIVE, _END_RELATIVE, _DAY, _END_APPOSITIVE, WITH_IT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What deletion left of a sentence. ``view`` is the writer's judgement that was deleted, where it stands alone."""

    text: str
    cut: tuple[str, ...] = ()
    view: str = ""


def tidy(text: str) -> str:
    """Collapse white space and the marks that a deletion leaves behind, and begin with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", text) if " ." not in text[:-2] else text
    text = re.sub(r",\s*(?=[,.;])", "", text)
    text = re.sub(r"(?<!\.)\.\.$", ".", text)  # "… Metals Corp.." after a cut
    text = re.sub(r"^[,;:—–-]+\s*", "", text)
    for index, char in enumerate(text[:3]):
        if char.isalpha():
            rest = re.match(r"\w*", text[index:])
            word = rest.group() if rest else ""
            keep = not word.islower()  # "eBay", "iPhone"
            return text if keep else text[:index] + char.upper() + text[index + 1 :]
    return text


def _delete(text: str, pattern: re.Pattern[str], cut: list[str], *, count: int = 0, put: str = "") -> str:
    def replace(match: re.Match[str]) -> str:
        cut.append(match.group().strip(" ,"))
        glued = text[match.start() - 1 : match.start()].isalnum() and text[match.end() :][:1].isalnum()
        return put or (" " if glued else "")

    return pattern.sub(replace, text, count=count)


def _delete_asides(text: str, cut: list[str]) -> str:
    """Delete "also" where nothing hangs on it, and "however" between subject and verb; between two clauses it holds them together."""
    if not _ALSO_COUNTS.search(text):
        text = _delete(text, _ALSO, cut, count=1)
    if (aside := _ASIDE.search(text)) and not is_clause(text[: aside.start()]):
        text = _delete(text, _ASIDE, cut, count=1)
    return text


def _delete_praise(text: str, cut: list[str]) -> str:
    """Delete a last clause that says only how good the thing is: "…, which is well positioned to lead"."""
    match = _LAST_CLAUSE.search(text)
    if match is None or not praises(f"it {match['clause']}") or has_checkable_fact(match["clause"]):
        return text
    rest = text[: match.start()] + match["end"]
    if find_hedges(match["clause"]) or not is_balanced(rest) or not stands_without(rest):
        return text
    cut.append(match.group().strip(" ,."))
    return rest


def _delete_judged_head(text: str, cut: list[str]) -> str:
    """Delete a judgement that only announces the news behind its colon: "A tectonic shift has begun: Beijing …"."""
    match = _ANNOUNCING_HEAD.match(text)
    if (
        match is None
        or not judges(match["head"])
        or find_hedges(match["head"])
        or not stands_without(match["rest"])
    ):
        return text
    cut.append(match["head"])
    return match["rest"]


_ANNOUNCING_HEAD = re.compile(r"^(?P<head>[^:“”\"\d]{10,110}):\s(?P<rest>[A-Z].{40,})$", re.DOTALL)
_LAST_CLAUSE = re.compile(
    r"(?<!\bof)(?<!\bin)(?<!\bby)(?<!\bfor)(?<!\bto)(?<!\bon)(?<!\bwith)(?<!\bfrom)(?<!\bat)(?:,?\s(?:that|which)\s|,?\sand\s(?=(?:is|are|was|were|has|have|offers?|provides?|remains?|marks?|represents?|underscores?|highlights?|demonstrates?)\s))(?P<clause>[^,;:—–“”\"]{8,200}?)(?P<end>\.?)$"
)
_PARTICIPLE = re.compile(
    r"^\w+(?:ed|ing|en)\s(?:by|on|in|at|to|from|for|with|of|the|an?|its|as)\b|^(?:With|By|In|As|For|From|Through)\b[^,]*$"
)


def stands_without(rest: str) -> bool:
    """Whether what a cut leaves is still a clause, not the opening phrase of one."""
    return is_clause(rest) and not _PARTICIPLE.match(rest)


def strip_heading(text: str) -> tuple[str, str]:
    """Split a heading that was run in ("Fully Funded Operation - ") from the sentence behind it."""
    if match := _NAMED_TWICE.match(text):
        return match["rest"], text[: match.start("rest")].rstrip()
    match = _RUN_IN.match(text)
    if match is None:
        return text, ""
    head, rest = text[: match.start("rest")], match["rest"]
    whole = len(rest.split()) >= _LEAST_REST and is_clause(rest) and not re.search(r"\s[-–—]\s", rest)
    return (rest, head.rstrip()) if whole and not _HEAD_VERB.search(head) else (text, "")


def drops_party(gone: str) -> bool:
    """Whether a cut would hide who took part, or who has a stake in what is told."""
    return _PARTY.search(gone) is not None


def _strip_head(sentence: str, content: tuple[int, int] | None) -> tuple[str, list[str]]:
    """What is left of ``sentence`` within ``content``, or behind dateline and heading; and what went."""
    if content is not None:
        start, end = content
        ends = (sentence[:start].strip(), sentence[end:].strip(" ."))
        return sentence[start:end], [piece for piece in ends if piece]
    text, dateline = strip_dateline(sentence)
    text, heading = strip_heading(text)
    return text, [piece for piece in (dateline, heading) if piece]


def _delete_what_must_go(text: str, cut: list[str], *, keep_judgement: bool) -> str:
    """Delete marks of the page, tickers, connectives, loud words and, unless it is to be kept, praise."""
    named = _TICKER.search(text) is not None
    for pattern in (
        _CHROME,
        _TICKER,
        _CONNECTIVE,
        _POINTING,
        _POINTING_OPENING,
        _LOUD,
        *(() if keep_judgement else (_JUDGED_OPENING, EMPTY_HEAD)),
    ):
        text = _delete(text, pattern, cut)
    if named and (unset := _UNSET.match(text)) and not find_hedges(unset["cut"]):
        cut.append(unset["cut"].strip(" ,"))
        text = text[: unset.start("cut")] + text[unset.end("cut") :].lstrip()
    text = _delete_asides(text, cut)
    if not keep_judgement:
        text = _delete_judged_head(_delete_praise(text, cut), cut)
    return text


def shorten(
    sentence: str, *, max_words: int, keep_judgement: bool = False, content: tuple[int, int] | None = None
) -> Shortened:
    """Delete what must go from ``sentence``, and what may go until it has at most ``max_words`` words.

    ``content`` restricts the result to a span (what stands after "X said that"). The result can still
    be too long: whole sentences are never cut in the middle of a thought.
    """
    text, cut = _strip_head(sentence, content)
    text = _delete_what_must_go(text, cut, keep_judgement=keep_judgement)
    view = ""
    if not keep_judgement and (found := find_judgement(text)) and stands_without(text[: found.start("cut")]):
        cut.append(found["cut"].strip(" ,—–-"))
        view = (found["view"] or "").strip()
        text = text[: found.start("cut")] + found["end"]
    text, asides = (text, ()) if is_price(text) else trim(text, max_words=max_words)
    cut += asides
    for pattern, count, put in (
        (_PARENTHESIS, 0, ""),
        (_DASHED, 1, " "),
        (_WHICH, 1, ""),
        (_SEMICOLON, 1, ""),
        (_APPOSITIVE, 1, ""),
        (_DAY, 1, ""),
        (_OPENING, 1, ""),
        (_TAIL, 1, ""),
        (_END_APPOSITIVE, 1, ""),
        (_END_PURPOSE, 1, ""),
        (_PURPOSES, 1, ""),
        (_LAST_PHRASE, 1, ""),
        (_LAST_PHRASE, 1, ""),
        (_LAST_PHRASE, 1, ""),
    ):
        if len(text.split()) <= max_words or is_price(text):
            break  # a price is quoted whole or not at all
        match = _last(pattern, text) if pattern is _LAST_PHRASE else pattern.search(text)
        if (
            match
            and (not find_hedges(match.group()) or _OWN_HEDGE.match(match.group()))
            and not drops_party(match.group())
            and not _breaks(text, match, pattern)
        ):
            if count:
                cut.append(match.group().strip(" ,—–-"))
                text = text[: match.start()] + put + text[match.end() :]
            else:
                text = _delete(text, pattern, cut, put=put)
    if len(text.split()) > max_words and not is_price(text):
        text, tail = cut_tail(text, max_words=max_words)
        cut += [tail] if tail else []
    text = tidy(text)
    if text[-1:].isalnum() and sentence.rstrip("\"”’')")[-1:] == ".":
        text += "."  # the sentence's own full stop
    return Shortened(text=text, cut=tuple(cut), view=view)


def is_price(text: str) -> bool:
    """Whether ``text`` states a price, which is quoted whole or not at all."""
    return bool(_PRICE.search(text.lower()) and _MONEY.search(text))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The shortest match at the end: what starts last."""
    found = None
    for start in (match.start() for match in re.finditer(r",?\s", text)):
        if _NEEDS_PHRASE.search(text[:start]):
            continue  # "located in", "engaged in", "is in": the phrase completes the verb
        if start > len(text) * 0.45 and (match := pattern.match(text, start)):
            found = match
    return found


def _breaks(text: str, match: re.Match[str], pattern: re.Pattern[str]) -> bool:
    """Whether the cut leaves a quotation open, or only the opening phrase of a sentence."""
    rest = text[: match.start()] + text[match.end() :]
    if pattern is _WHICH and (
        _LIST_GOES_ON.match(text[match.end() :])
        or (match["comma"] and not _CLAUSE_GOES_ON.match(text[match.end() :]))
    ):
        return True  # "…, who worked in design, finance and sales": the comma did not end the clause
    if pattern is _PURPOSES and (
        _TAKES_VERB.search(text[: match.start()])
        or _BY_DOING.search(text[: match.start()])
        or not stands_without(rest)
    ):
        return True
    return not is_balanced(rest) or (pattern in {_END_APPOSITIVE, _END_PURPOSE} and not stands_without(rest))


def is_balanced(text: str) -> bool:
    """Whether every quotation mark and parenthesis that opens also closes."""
    if (
        text.count("“") != text.count("”")
        or text.count("(") != text.count(")")
        or text.count("[") != text.count("]")
    ):
        return False
    if text.count('"') % 2 or text.count("``") != text.count("''"):
        return False
    opening = len(re.findall(r"(?<!\w)‘(?=\w)", text))
    closing = len(re.findall(r"(?<=[\w.,!?])’(?!\w)", text))
    return opening <= closing
