"""Prices that a text quotes whole: thing, currency, unit and figure, from sentences, lists and rows of tables. Pure.

Whatever the form, a price has words before it that say of what, and words behind it that say how it moved; what holds
for a whole list stands in the lines above it. What lacks a currency or a unit is no quote: nobody reads "unchanged at
612,000". Names of things, places and terms are the text's own words; no trade is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from newsletter.english.days import find_days, read_parts
from newsletter.english.quantities import MONEY_CODE, MONEY_NAME, MONEY_SIGN, PRICE_HEAD
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.stems import STOP
from newsletter.highlights.lead_ins import cite
from newsletter.model import Article, Citation, Quote

_SIGN = rf"(?:{MONEY_SIGN}|\b(?:{MONEY_CODE}|Rmb|Yn|Rs\.?)(?=\s?\d))"
_WORD = rf"(?:(?!pounds?\s(?!sterling))(?:{MONEY_NAME})(?:\ssterling)?)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = rf"(?:{'|'.join(_DAY_NAMES)}|\d{{1,2}}\s[A-Z][a-z]+|[A-Z][a-z]+\s\d{{1,2}}(?!\d))"
_TERMS = (
    r"(?i:\b(?:fob|cif|cfr|cnf|ddp|dap|exw|fca|fot|dlvd|delivered|ex[- ](?:works|warehouse|store|mill|mine|tank|plant)"
    r"|ex-\w+|in[- ](?:wareho?use|whs|store|port|bond)|free on board|on a \w+ basis)\b)"
)
# "$610-660/kg", "1,620 to 1,640 yuan a tonne", and in a table or list "610-660" alone.
_PRICE = re.compile(
    rf"(?<![\w.,])(?P<sign>{_SIGN})?\s?(?P<low>{_NUMBER})(?:(?:\s?[-–—]\s?|\sto\s)(?:{_SIGN})?\s?(?P<high>{_NUMBER}))?"
    rf"(?![\d,.]*\d|\s?[-–—]\s?{_SIGN}?\d|\s?(?:million|billion|m\b|bn\b|%))(?:\s(?P<word>{_WORD})\b)?"
    r"(?:(?:/|\s(?:a|an|per)\s)(?P<unit>(?!year|month|week|day|night|hour|minute|quarter|head|person|guest|visit|trip"
    r"|share|dollar|euro|yen|pound sterling)[a-z]+(?:[ -](?:hour|ton|tonne|unit|ounce))?"
    rf"(?:\s(?!{_TERMS})[A-Z]{{3,}})?)\b(?!-\w))?"
)
_ELEMENT = rf"(?!{_TERMS})(?:[A-Z][a-z]?\d?[A-Z]?|[A-Z]{{2,}}\d?)(?!\w)(?:\sbasis)?"  # of "80% Dy", "6% Li2O"
_SHARE = rf"\d{{1,2}}(?:\.\d+)?%(?!\sVAT)(?:\s{_ELEMENT})?"
_PURITY = (
    rf"(?:(?:min(?:imum)?\.?\s|[≥>]=?\s?)?{_SHARE}(?:\s(?:min(?:imum)?|purity|pure|grade|protein|fat)\b)?)"
)
_TAX = (
    r"(?i:(?:(?:(?:incl|excl)\w*\.?|ex|with|without|plus|net of)[\s-])?(?:\d+%\s)?(?:VAT|duty)"
    r"(?:\s(?:(?:un)?paid|(?:incl|excl)\w*\.?))?)(?!\w)"
)
_PLACE = r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){0,2}(?:\sports)?(?:\sand\s[A-Z]\w+)?"
_WHERE = rf"{_TERMS}(?:\s(?:at\s|in\s)?{_PLACE})?(?:(?:,|\sand)?\s{_TAX})*"
_BASIS = re.compile(
    rf"\s*(?P<basis>{_WHERE}|(?:in|at)\s(?!{_DAY}){_PLACE})|(?:\son\s{_DAY})?,\s(?P<taxed>{_WHERE}|{_TAX})"
    rf"|\s\((?P<bracketed>{_TERMS}[^()]{{0,60}})\)"
)
_HEAD_BASIS = re.compile(rf"(?:{_TERMS}|{_TAX})(?:(?!(?<!cl)\.\s[A-Z]|,[^,:;()*]*\bunless\b)[^:;()*|\n])*")
_THING = r"(?P<thing>(?:[\w’'./-]+\s?){1,6}?)"
# From here on a sentence tells of something else: "as stocks rose 4%", but not "by as much as 4%", "as of Friday".
_CAUSE = (
    r"\b(?:after|amid|because|whil(?:e|st)|when|where(?:as)?|(?:al)?though|despite"
    r"|(?<!compared\s)with(?!\s(?:VAT|duty)\b)"
    r"|and(?=\s(?!duty\b)[a-z-]+(?:\s[a-z-]+){0,2},\s(?:up|down)\b)"
    r"|(?<!much\s)(?<!many\s)(?<!well\s)as(?!\s(?:of|at|much|many|well)\b))\s"
)
_OBJECT = re.compile(
    rf"\b(?:assess(?:ed|es)|quot(?:ed|es)|priced|valued|puts?|pegs|pegged)\s{_THING}"
    rf"(?:,?\s\(?(?P<purity>{_PURITY})(?:,[^()]{{1,30}})?\)?,?)?\s(?:at|to)\s$"
)
_VERB = (
    r"was|were|is|are|rose|fell|gained|lost|added|held|traded|trades|stood|stands|slipped|dropped|climbed|jumped"
    r"|eased|edged|settled|closed|ended|remained|stayed|firmed|slid|changed hands"
)
_AND_OTHER = rf"(?:,|\band)\s(?!(?:and|but|which)\s)(?:[\w’-]+\s){{1,3}}(?:{_VERB})\b"  # "and stocks rose"
_SUBJECT = re.compile(
    rf"^(?:(?:[\w’'& ]{{3,40}}[’']s\s)?(?:[Tt]he )?(?:[Pp]rices?|[Aa]ssessments?|[Bb]ids|[Oo]ffers|[Qq]uotes) (?:of"
    rf"|for) )?(?:[Tt]he )?(?:(?P<first>{_PURITY}) )?{_THING}(?:,?\s\(?(?P<purity>{_PURITY})\)?,?)?"
    rf"(?:,?\s(?P<basis>{_WHERE}),?)?(?:\s(?:prices?|futures))?(?:\s(?:for|on|in)\s[\w ]{{3,24}}?)?\s"
    rf"(?:{_VERB})\b"
    rf"(?:(?!{_CAUSE}|{_AND_OTHER})[^;])*?\b(?:at|to)\s$"
)

_ASSUMED = (
    r"(?i:\b(?:assumptions?|forecasts?|scenarios?|sensitivit(?:y|ies)|guidance|budgets?|price\sdecks?)\b)"
)
# What is earned, spent, owed or counted, and no goods: "Import duty" is, "Duty-paid tin" and "Charge chrome" are not.
_SUM = re.compile(
    r"(?i:(?<![\w-])(?:aisc|ebitd?a?|revenues?|sales|incomes?|earnings|profits?|loss(?:es)?|margins?|tax(?:es)?"
    r"|dut(?:y|ies)(?!\s(?:un)?paid)|tariffs?|spend(?:ing)?|expens\w+|investments?|capital|(?<!duty\s)paid|sold"
    r"|estimates?|exports|imports|output|production|shipments|stocks|inventor(?:y|ies)|volumes?|demand|deliveries"
    r"|orders|charges?$)(?![\w-]))"
)
_NOT = re.compile(  # forecasts, and what is paid for no goods
    r"\b(?:would|could|may|might|forecast|target|[Bb]reak-?even|if|expect(?:s|ed)?|[Aa]verage[sd]?|guidance"
    r"|(?i:costs?|opex|capex|lev(?:y|ies)|royalt(?:y|ies)|fees?|wages?|surcharges?|reali[sz]ed))(?![a-z])"
)
_PRONOUN = re.compile(
    r"(?i:it|that|this|they|he|she|we|which|who|what|list|level|range|midpoint|price|trader|seller|buyer"
    r"|bid|offer|deal)s?$"
)
_COUNTS = re.compile(  # deals, and prices of several things
    r"(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ss]everal|[Ss]ome|[Pp]rices"
    r"|\d+\s?(?:t|kg|lots?|tonnes?|tons?))(?=\s|$)"
)
_UP = re.compile(r"(?:up|higher|gain\w*|rose|climb\w*|add\w*|jump\w*|firmed|increase\w*)\b|\+")
_FLAT = re.compile(
    r"\b(?:unch(?:anged)?|(?:flat|steady|stable)(?!\s(?!(?:at|on|from|for|to|against|versus|over|in|week"
    r"|day|month|and)\b)"
    r"[a-z])|held(?=\sat))\b|\(0(?:\.0+)?%?\)"
)
_CENT = r"\s?(?:%|per\s?cent\b|pct\b)"
_MOVE = re.compile(
    rf"(?:\b(?P<way>up|down|gained|rose|climbed|added|jumped|firmed|fell|lost|slipped|dropped|slid|eased)\s(?:by\s)?"
    rf"|(?:^|[(;])\s?(?P<mark>[+−–-])\s?)(?:{_SIGN}\s?)?(?P<by>{_NUMBER})(?P<cent>{_CENT})?"
    rf"(?!{_CENT}|\s?(?:million|bn|percent|pct|basis|bps|points?|p(?:oin)?ts|pps?|times|[a-z]+s\srunning)\b|[-–]\d"
    rf"|\s?percentage|[\d,.]*\d)(?:\s(?P<money>{_WORD}))?"
    rf"|{_SIGN}?(?P<by2>{_NUMBER})(?P<cent2>{_CENT})?(?:\s(?P<money2>{_WORD}))?(?:(?:/|\s(?:a|per)\s)[a-z]+)?"
    r"\s(?P<way2>higher|lower)\b"
)
# What may stand between a price and its own move: its basis and day, or a comma and small words; "stocks" may not.
_LINK = re.compile(
    r"(?:.*[,;(])?\s?(?:(?:and|but|or|also|still|now|which|is|was|were|are|has|have|holding|remain\w*"
    r"|stay\w*|little|\w+ly)"
    rf"\s)*|(?:{_BASIS.pattern}|\s(?:on\s)?{_DAY}|\s(?:yester|to)day)*\s?"
)
_OTHER = re.compile(rf"\b(?!(?:mid\w*|average|last|previous|week|month|day|from|tonne|{_WORD})\b)[a-z]{{4,}}")
_ONE_END = re.compile(r"\b(?:low|high|top|bottom|lower|upper)\s(?:end|side)\b|\d/[+−–-]|\bunch/|\d/unch")
_AGAINST = re.compile(
    r"\b(?:from|than|against|since|change\son)\s(?P<when>previous\s\w+|(?:a|one|the|last|two)\s(?:previous\s|prior\s"
    rf"|week|month|day|year|quarter|session)[\w ]{{0,14}}?|yesterday|last\s\w+|{_DAY})(?=[,.;)]|\s(?:as|because|after"
    r"|when|on|and|at|in)\b|$)|\((?P<last>last\s(?:week|month))\b"
)
_PERIOD = re.compile(
    r"(?i:\b(?:on|over)\s(?:the\s)?(?P<span>day|week|month)\b|\b(?P<short>w)/w|\b(?P<adverb>dai|week|month)ly\schange)"
)
# "from $700-800/kg a week earlier", "down from Rmb742,000/t on Wednesday": what it was before.
_WAS = re.compile(
    rf"\b(?:from|compared (?:with|to)|against|versus)\s(?={_SIGN}\s?\d|[\d,.]+(?:[-–][\d,.]+)?\s{_WORD})"
)
_WHEN = re.compile(
    rf"\s(?:on\s)?(?P<when>{_DAY}|(?:a|one) (?:day|week|month|year) (?:ago|before|earlier)"
    r"|last (?:day|week|month)|yesterday|the (?:day|week|month) before)"
)

_TIME = re.compile(
    r"\s(?:in|at|during)\s(?:early|late|mid|the\s(?:end|start|peak)|[JFMASOND][a-z]{2,8}(?=[\s,.;]))"
)
# "from 5 March", "the record of 6 November": no day of this price.
_BEFORE = re.compile(
    r"\b(?:(?:from|since|than|against|with|versus)(?: [^\s\d]{0,8}\d\S{0,20}(?: [a-z]+(?:/\w+)?)?(?: on)?)?"
    rf"|(?:record|high|low|peak|level|rise|fall) (?:of|on)) {_DAY}"
)
_PLACE_FIRST = re.compile(r"^(?:In|Inside|Outside)\s[A-Z][\w’'-]+,?\s")
_CLAUSES = re.compile(r";\s|,?\swhile\s|,?\sand\s(?=[A-Z])(?!\w+,)")
_NEAR = 64  # characters behind a price within which its change stands
_LISTED = re.compile(r"(?P<name>[A-Z][^:]{2,100}):\s(?P<nominal>nominal\s)?(?=\S{0,4}\s?\d)")
_CHANGES = re.compile(
    rf"[+−–-](?:{_NUMBER})%?(?:\s\(mid\w*\))?|\((?:{_NUMBER})(?:[-–](?:{_NUMBER}))?\)|[–—-]|unch(?:anged)?"
)
_UNSIGNED = re.compile(rf"(?:{_NUMBER})%")
_FIGURE = re.compile(rf"(?:{_PRICE.pattern}|{_CHANGES.pattern})?")  # or an empty cell
_PAIRS = (("low", "high"), ("bid", "ask"), ("bid", "offer"), ("from", "to"), ("min", "max"))
_RESULT_COLUMNS = re.compile(r"\b(?:[qh][1-4]|[1-4][qh]|fy\d*|20\d\d|quarter|half|months)\b")
_CHANGE_COLUMN = re.compile(
    r"\b(?:change|chg|move|diff\w*|(?:day|week|month) on (?:day|week|month)|[dwm]/[dwm])\b|\+/|±"
)

_LONG_CHANGE = re.compile(r"\b(?:year|yr|ytd|yoy|y/y|annual)")
_OTHER_COLUMN = re.compile(r"\b(?:open|last|prev\w*|prior|ago|earlier|(?<!this\s)(?:year|month)|ytd)\b")
_MIDDLE_COLUMN = re.compile(r"\b(?:av(?:era)?ge?|mid\w*|mean)\b")  # beside the range that it is of
_HALF_YEAR = 6  # months
_ON_TERMS = re.compile(f"{PRICE_HEAD.pattern}|{_TERMS}|{_TAX}")  # in a cell: "fob China, $/kg"
_YEAR = re.compile(r"(?:19|20)\d\d")
_BASIS_NOTE = re.compile(  # "All prices are ex-works and include 13% VAT.", above a table or below it
    rf"(?i:(?:all|the|these)?\s?(?:prices|figures|assessments|quotes)(?:\s\w+){{0,3}}?\s(?:are|include|exclude))\b"
    rf"(?!.*\d{{3}})(?:\s(?:given|quoted|on|for|an?|material)){{0,4}}\s(?:{_TERMS}|{_TAX})[^.]*\.?$"
)
_INCLUDES = re.compile(r"(?:,|\sand|\s)\s?(includ|exclud)e\b")
_RULE = re.compile(r"[|\s:+=-]+")  # below the head of a table

_HEAD = 200  # characters: a longer line is no head
_JOINS = frozenset({"of", "in", "and", "outside", "inside"})  # of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A price as it stands: the words that say of what, its figures, and the words that say how it moved."""

    name: str  # thing, purity and basis
    prices: Sequence[re.Match[str]]  # one, or the low and the high one
    before: str = ""
    behind: str = ""
    above: str = ""  # what holds for it and others


def find_quotes(article: Article) -> tuple[Quote, ...]:
    """The prices that ``article`` quotes whole, in reading order; each cites its sentence, line or row."""
    sentences = split_sentences(article.text)
    lines = list(_read_lines(article, sentences))
    known = {(quote.low, quote.high) for quote in lines if quote.currency}
    prose = [quote for s in sentences if s.is_prose for quote in _read_sentence(article, s)]
    others = [quote for quote in prose if (quote.low, quote.high) not in known]
    whole = [full for quote in lines if (full := _complete(quote, prose))]
    return tuple(sorted((*others, *whole), key=lambda quote: quote.citation.start))


def _read_lines(article: Article, sentences: Sequence[Sentence]) -> Iterator[Quote]:
    """The prices of lists ("thing, purity, basis: $610-620/kg, up $5/kg") and tables, with what stands above them.

    A list of which two rows stand together ends at a blank line; one with blank lines between its rows goes on.
    """
    tables = {s.start for s in sentences if s.kind is BlockKind.TABLE}
    notes = (line for line in article.text.splitlines() if _BASIS_NOTE.match(line))
    note = [_INCLUDES.sub(r", \1ing", line).replace(" and are ", ", ") for line in notes]
    above: list[str] = []
    rows, blank, loose = 0, False, True
    for whole in re.finditer(r"[^\n]*\n?", article.text):
        line = whole[0].strip()
        begin = whole.start() + len(whole[0]) - len(whole[0].lstrip())
        if _RULE.fullmatch(line):
            continue
        if line and rows > 1 and blank and not loose:
            above, rows = [], 0
        is_row = begin in tables or "|" in line
        shared = "\n".join((*above, *note))
        item = _read_listed(line, shared) or (_read_row(line, above, shared) if is_row else None)
        if item:
            rows, loose = rows + 1, blank
            citation = Citation(article=article.id, start=begin, end=begin + len(line), sentence=line)
            if quote := _make_quote(article, item, citation, dated=shared):
                yield quote
        elif line and not (rows and _heads_some_rows(line)) and not _has_figures(line):
            is_head = len(line) <= _HEAD and (is_row or not line.endswith("."))
            above, rows = [*([] if rows else above), line] if is_head else [], 0
        blank = not line


def _read_listed(line: str, above: str) -> _Item | None:
    text = re.sub(r"\*+|^[-•]\s", "", line)
    label = _LISTED.match(text)
    price = _PRICE.match(text, label.end()) if label else None
    if not label or not price:
        return None
    behind = text[price.end() :]
    if not price["high"] and not price["unit"] and not re.match(r"$|[.,;]|\s\(", behind):
        return None  # "Prices: 27 November"
    before = label["nominal"] or ""
    return _Item(name=label["name"], prices=[price], before=before, behind=behind, above=above)


def _split_cells(line: str) -> list[str]:
    """The cells of a row, with the sign that an arrow stands for."""
    cells = line.removeprefix("|").removesuffix("|").split("|") if "|" in line else line.split()
    return [re.sub(r"^[▲△↑]\s?\+?", "+", re.sub(r"^[▼▽↓]\s?[-−–]?", "-", cell.strip(" *"))) for cell in cells]


def _heads_some_rows(line: str) -> bool:
    """Whether a row has one cell that says of what the next rows are, and nothing of their figures."""
    return re.fullmatch(r"\|[^|\d]*\|?", line) is not None and not _ON_TERMS.search(line)


def _has_figures(line: str) -> bool:
    """Whether a barred line is a row, if one that is not understood: it holds figures other than years."""
    cells = _split_cells(line)[1:] if "|" in line else []
    return any(cell and _FIGURE.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells)


def _split_row(line: str, heads: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """The words of a row, and its figures with their heads: of its cells, or those that a plain line ends with."""
    cells = list(zip(heads, _split_cells(line), strict=True))
    is_figure = [
        bool(_FIGURE.fullmatch(cell) or (_CHANGE_COLUMN.search(head) and _UNSIGNED.fullmatch(cell)))
        for head, cell in cells
    ]
    first = 1 if "|" in line else len(cells) - [*is_figure[::-1], False].index(False)
    words = [cell for place, (_, cell) in enumerate(cells) if place < first or not is_figure[place]]
    figures = [pair for place, pair in enumerate(cells) if place >= first and is_figure[place]]
    return (", " if "|" in line else " ").join(words), figures


def _read_heads(line: str, above: Sequence[str]) -> list[str]:
    """What stands above each place of a row, in small letters and without units; "" where nothing does."""
    heads: list[str] = []
    for one in above:
        text = one.lower()
        columns = [re.sub(rf"\((?!%).*?\)|,(?!{_CENT}).*", "", cell).strip() for cell in _split_cells(text)]
        last = " ".join(columns[-1:])
        known = last in sum(_PAIRS, ()) or any(
            pattern.search(last) for pattern in (_CHANGE_COLUMN, _OTHER_COLUMN, _RESULT_COLUMNS)
        )
        if "|" in one and len(columns) > 1 if "|" in line else known:
            heads = columns
    size = len(_split_cells(line))
    return [*[""] * (size - len(heads)), *heads[max(0, len(heads) - size) :]]


def _find_latest(found: Sequence[tuple[str, re.Match[str]]]) -> list[re.Match[str]]:
    """Which of the prices below these heads is the row's: the only one, or that of the last day."""
    current = [pair for pair in found if not _OTHER_COLUMN.search(pair[0])]
    current = [pair for pair in current if not _MIDDLE_COLUMN.search(pair[0])] or current
    current = current or [pair for pair in found if pair[0] == "last"]
    days = [next(find_days(head.title()), None) for head, _ in current]
    if len(current) > 1 and all(days):
        parts = [read_parts(day)[1:] for day in days if day]
        months = [month for month, _ in parts]
        latest = current[parts.index(max(parts))]
        current = [latest] if max(months) - min(months) < _HALF_YEAR else []
    return [price for _, price in current] if len(current) == 1 else []


def _is_move(head: str, cell: str) -> bool:
    return cell != "" and (_CHANGE_COLUMN.search(head) is not None or cell[0] in "+−u")


def _read_row(line: str, above: Sequence[str], shared: str) -> _Item | None:
    """One row: a range in one cell or in two, then its change.

    Of several figures the heads must say which is which: what stands first may be last week's.
    """
    name, figures = _split_row(line, _read_heads(line, above))
    figures = [(head, cell) for head, cell in figures if not cell.startswith("(")]  # what it was before
    heads = " ".join(head for head, _ in figures).strip()
    found = [
        (head, price)
        for head, cell in figures
        if not _is_move(head, cell) and (price := _PRICE.fullmatch(cell))
    ]
    by_head = dict(found)
    ends = next(([by_head[low], by_head[high]] for low, high in _PAIRS if {low, high} <= by_head.keys()), [])
    prices = ends or _find_latest(found)
    if not name or not prices or (heads and len(by_head) < len(found)) or _RESULT_COLUMNS.search(heads):
        return None
    behind = _choose_move([pair for pair in figures if _is_move(*pair)])
    return _Item(name=name, prices=prices, behind=behind, above=shared)


def _choose_move(moves: Sequence[tuple[str, str]]) -> str:
    """The change of a row as it stands behind a price; "" of several, of which nobody knows which is meant."""
    told = [(head, cell) for head, cell in moves if not _LONG_CHANGE.search(head)]
    named = {re.sub(rf"\W*{_CENT}\W*|\W*%\W*", "", head) for head, _ in told}
    if len(told) != 1 and (len(named) != 1 or named == {""}):  # "Change" and "Change (%)" tell one move
        return ""
    head, change = told[0]
    cent = re.search(_CENT, head) and change[-1].isdigit()
    return f"({'+' * change[0].isdigit()}{change}{'%' if cent else ''})"


def _read_sentence(article: Article, sentence: Sentence) -> Iterator[Quote]:
    """One price of each clause, where the clause says of what; no cost, no forecast, no change alone."""
    for clause in _split_clauses(sentence.text):
        text = _PLACE_FIRST.sub("", clause)
        for price in _find_prices(text):
            before = f"{text[: price.start()].rstrip()} "
            ways = (_OBJECT.search(before), _SUBJECT.match(before))
            match = next((m for m in ways if m and _names_thing(m["thing"], before)), None)
            if match is None or _NOT.search(before):
                continue
            told = match.groupdict()
            found = _BASIS.match(text, price.end())
            basis = found["basis"] or found["taxed"] or found["bracketed"] if found else told.get("basis")
            name = f"{told['thing']}, {told['purity'] or told.get('first') or ''}, {basis or ''}"
            behind = text[price.end() :]
            item = _Item(name=name, prices=[price], before=before[match.end("thing") :], behind=behind)
            if quote := _make_quote(article, item, cite(article, sentence), dated=sentence.text):
                yield quote
                break


def _find_prices(text: str) -> Iterator[re.Match[str]]:
    """Give what has a currency and a unit: both "$5 to $610/kg" and "$610/kg" of "fell $5 to $610/kg"."""
    match = _PRICE.search(text)
    while match:
        if (match["sign"] or match["word"]) and match["unit"]:
            yield match
        match = _PRICE.search(text, match.end("low"))


def _split_clauses(text: str) -> list[str]:
    """The statements of a sentence, each of which but the last states a price: not "Offers from Lund | and Oslo"."""
    clauses, start = [], 0
    for match in _CLAUSES.finditer(text):
        if next(_find_prices(text[start : match.start()]), None):
            clauses.append(text[start : match.start()])
            start = match.end()
    return [*clauses, text[start:]]


def _names_thing(words: str, before: str) -> bool:
    """Whether words name what is sold: no pronoun, no clause, nothing that only points back ("The metal")."""
    plain = not _PRONOUN.search(words) and not STOP.intersection(words.lower().split()) - _JOINS
    points = before.startswith(f"The {words.strip()}") and not re.search(r"[A-Z]", words)
    return plain and not points and not _COUNTS.match(words)


def _make_quote(article: Article, item: _Item, citation: Citation, *, dated: str) -> Quote | None:
    """Take the words of an item apart and add what stands above it; None where they name no thing or no price."""
    days = [day[0] for day in find_days(item.name)]  # "| Tin | $/kg | 60 | 9 Jul 2026 |"
    undated = re.sub("|".join(map(re.escape, days)), "", item.name)
    name = " ".join(PRICE_HEAD.sub("", undated).split()).strip(" ,:()")
    purity = re.search(rf"[ ,(]*{_PURITY}\)?", name)
    cuts = (purity, re.search(r",| \(", name), re.compile(_TERMS).search(name, 1))
    cut = min((match.start() for match in cuts if match), default=len(name))
    rest = f"{name[cut : purity.start()]},{name[purity.end() :]}" if purity else name[cut:]
    product = name[:cut].strip()
    if (
        not re.search(r"[^\W\d]", product)
        or not _names_thing(product, name)
        or _NOT.search(name)
        or _SUM.search(product)
        or re.search(_ASSUMED, f"{product}\n{item.above}")
    ):
        return None
    basis = [part for piece in rest.split(",") if (part := piece.strip(" ():"))]
    if not re.search(_TERMS, rest) and (shared := _HEAD_BASIS.search(PRICE_HEAD.sub("", item.above))):
        basis.append(shared[0].strip(" ,."))
    if re.search(r"\bnominal\b", item.before + item.behind[:_NEAR]):
        basis.append("nominal")
    price, last = item.prices[0], item.prices[-1]
    head = PRICE_HEAD.search(item.name) or PRICE_HEAD.search(item.above)
    quote = Quote(
        product=product,
        purity="".join(re.findall(_SHARE, purity[0])[:1]) if purity else "",
        basis=", ".join(basis),
        currency=price["sign"] or price["word"] or (head["currency"] if head else ""),
        unit=price["unit"] or last["unit"] or (head["per"] if head else ""),
        low=_number(price["low"]),
        high=_number(last["high"] or last["low"]),
        date=_read_date(article, _BEFORE.sub("", "\n".join((*days, dated)))),
        citation=citation,
    )
    change, in_percent, against = _read_change(item, quote)
    return replace(quote, change=change, in_percent=in_percent, against="" if change is None else against)


def _read_change(item: _Item, quote: Quote) -> tuple[Decimal | None, bool, str]:
    """By how much, whether in per cent, and against when: told before the price, or right behind it."""
    behind = re.split(_CAUSE, item.behind, maxsplit=1)[0].rstrip()
    near = [match for match in _MOVE.finditer(behind) if match.start() < _NEAR and _is_its_own(match)]
    moves = [*_MOVE.finditer(item.before), *near]
    still = _find_near(_FLAT, behind)
    flat = _FLAT.search(item.before) or (still and _is_its_own(still))
    # Of two moves, what is told of the first.
    first = behind[: near[0].start()] if near and moves[0] is not near[0] else behind
    against = _read_against(first[: _NEAR * 2], _NEAR) or _read_against(item.above, len(item.above))
    if _find_near(_ONE_END, behind) or (flat and moves):
        return None, False, ""  # "down $5 at the low end and unchanged at the high end"
    if moves:
        move = {name.rstrip("2"): words for name, words in moves[0].groupdict("").items() if words}
        by = _number(move["by"]) * (1 if _UP.match(move.get("mark") or move["way"]) else -1)
        small = ("cent", "pence")
        cents = move.get("money", "").startswith(small) and not quote.currency.startswith(small)
        return (by / 100 if cents else by), "cent" in move, against
    told = _find_near(_WAS, behind)
    was = _PRICE.match(behind, told.end()) if told else None
    if flat or was is None:
        return (Decimal(0) if flat else None), False, against
    when = _WHEN.match(behind, was.end())
    other_time = not when and _TIME.match(behind, was.end())
    other_money = quote.currency not in was.groups()
    if other_time or other_money or bool(was["high"]) != (quote.low != quote.high):
        return None, False, ""
    before = (_number(was["low"]) + _number(was["high"] or was["low"])) / 2
    return quote.middle - before, False, when[1] if when else against


def _is_its_own(move: re.Match[str]) -> bool:
    """Whether a move behind a price is of that price: nothing else is named between them."""
    between = move.string[: move.start()]
    marked = move.re is _MOVE and move["mark"]
    return not _OTHER.search(_BASIS.sub("", between)) if marked else bool(_LINK.fullmatch(between))


def _read_against(text: str, limit: int) -> str:
    """When a price is compared with: "from last Friday", "on the week", "change from 19 November"."""
    if match := _find_near(_AGAINST, text, limit):
        return (match["when"] or match["last"]).strip()
    match = _find_near(_PERIOD, text, limit)
    span = (match["span"] or match["short"] or match["adverb"] or "").lower() if match else ""
    return f"a {({'w': 'week', 'dai': 'day'}).get(span, span)} earlier" if span else ""


def _find_near(pattern: re.Pattern[str], text: str, limit: int = _NEAR) -> re.Match[str] | None:
    """Return the first match that begins before ``limit``, whole."""
    match = pattern.search(text)
    return match if match and match.start() < limit else None


def _complete(quote: Quote, prose: Sequence[Quote]) -> Quote | None:
    """The quote with the currency and unit that a sentence gives for the same figures; None where none does."""
    if quote.currency and quote.unit:
        return quote
    same = next((q for q in prose if (q.low, q.high) == (quote.low, quote.high)), None)
    return replace(quote, currency=same.currency, unit=same.unit) if same else None


def _read_date(article: Article, text: str) -> date:
    """The day that a text names, as it was when the article came out; else the day of the article."""
    day = article.occurred.date()
    if match := min(find_days(text), key=re.Match.start, default=None):
        year, month, number = read_parts(match)
        try:
            found = date(year or day.year, month, number)
        except ValueError:
            return day
        return found if year or found <= day + timedelta(days=31) else found.replace(year=day.year - 1)
    named = re.search(rf"\bon ({'|'.join(_DAY_NAMES)})\b", text)
    return day - timedelta(days=(day.weekday() - _DAY_NAMES.index(named[1])) % 7) if named else day


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
