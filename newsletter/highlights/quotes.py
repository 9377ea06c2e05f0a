"""Prices that a text quotes whole: thing, currency, unit and figure; from sentences, lists and rows of tables.

Whatever the form, a price has words before it that name the thing, and words right behind it that say on
what terms and how it moved; what holds for a whole list stands in the lines above it. What lacks a currency
or a unit is no quote: nobody reads "unchanged at 612,000". Names of things, places and terms are the text's
own words; no trade is known here. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile

from newsletter.english.days import find_days, read_parts
from newsletter.english.letters import compile_latin
from newsletter.english.quantities import MONEY_CODE, MONEY_NAME, MONEY_SIGN, PRICE_HEAD
from newsletter.english.rules import compile_pattern, expand, matches, read_class
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.stems import STOP
from newsletter.highlights.lead_ins import cite
from newsletter.model import Article, Citation, Quote

# ── how a price is written ───────────────────────────────────────────────────────────────────────

_SIGN = rf"(?:{MONEY_SIGN}|\b(?i:{MONEY_CODE}|Rs\.?)(?=\s?\d))"
_WORD = rf"(?:(?!pounds?\s(?!sterling))(?:{MONEY_NAME})(?:\ssterling)?)"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_DAY = expand(
    r"(?:(?:{Weekday},?\s)?\d{1,2}\s{Month}|{Weekday}(?:\s(?:morning|afternoon))?"
    r"|(?:{Month}|{Month_short}\.?)(?:\s\d{1,2})?)(?!\w)"
)
_TERMS = expand(r"(?i:\b{trade_term}\b)")
_TAX = (
    r"(?i:(?:(?:(?:incl|excl)\w*\.?|ex|with|without|plus|net of)[\s-])?(?:\d+%\s)?(?:VAT|duty)"
    r"(?:\s(?:(?:un)?paid|(?:incl|excl)\w*\.?))?)(?![\w-])"
)
_ON_TERMS = re.compile(rf"{_TERMS}|{_TAX}")
# "$610-660/kg", "1,620 to 1,640 yuan a tonne", and in a table or list "610-660" alone.
_PRICE = compile_latin(
    rf"(?<![\w.,])(?P<sign>{_SIGN})?\s?(?P<low>{_NUMBER})"
    rf"(?:(?:\s?[-–—]\s?|\sto\s)(?:{_SIGN})?\s?(?P<high>{_NUMBER}))?"
    rf"(?![\d,.]*\d|\s?[-–—]\s?{_SIGN}?\d|\s?(?:million|billion|m\b|bn\b|%))(?:\s(?P<word>{_WORD})\b)?"
    r"(?:(?:/|\s(?:a|an|per)\s)(?P<unit>(?!year|month|week|day|night|hour|minute|quarter|head|person|guest"
    r"|visit|trip|share|dollar|euro|yen|pound sterling)[a-z]+(?:[ -](?:hour|ton|tonne|unit|ounce)){0,2}"
    rf"(?:\s(?!{_TERMS})[A-Z]{{3,}})?)\b(?!-\w))?"
)

# ── what it is of ────────────────────────────────────────────────────────────────────────────────

_ELEMENT = rf"(?!{_TERMS})(?:[A-Z][a-z]?\d?[A-Z]?|[A-Z]{{2,}}\d?)(?!\w)(?:\sbasis)?"  # of "80% Dy", "6% Li2O"
_SHARE = rf"\d{{1,2}}(?:\.\d+)?\s?%(?!\sVAT)(?:\s{_ELEMENT})?"
_PURITY = compile_latin(
    rf"[ ,(]*(?:min(?:imum)?\.?\s|[≥>]=?\s?)?(?P<share>{_SHARE})"
    r"(?:\s(?:min(?:imum)?|purity|pure|grade|protein|fat)\b)?\)?"
)
_PLACE = rf"(?!{_DAY})[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){{0,2}}(?:\s(?:ports|warehouses?))?(?:\sand\s[A-Z]\w+)?"
_ONE = rf"(?:{_TERMS}|{_TAX})(?:\s(?:(?:at|in|to)\s)?{_PLACE})?"
_WHERE = rf"{_ONE}(?:(?:,|\sand)?\s{_ONE})*"
_BASIS = compile_latin(rf"(?:\son\s{_DAY})?[\s,(]{{1,2}}(?P<basis>{_WHERE}|(?<!,\s)(?:in|at)\s{_PLACE})")
_INCLUDES = re.compile(r"(?:(?P<more>,?\sand\s)|^)(?P<way>in|ex)clude\b")  # "and include 13% VAT"
_SHARED_BASIS = re.compile(rf"(?:{_ON_TERMS.pattern})(?:(?!(?<!cl)\.\s)[^:;()*|\n])*")
_NAME_ENDS = re.compile(rf",| \(|(?<!^){_TERMS}")
_VERB = expand(r"(?:was|were|is|are|{risen}|{fallen}|{stood})\b")
# A verb of one thing and a price of another: "Stocks rose as tin fell to", "Tin was quiet and zinc stood at".
_ELSEWHERE = (
    r"\b(?:after|amid|as|because|while|when|with|although|despite)\s"
    rf"|(?:,|\band)\s(?!(?:and|but|which)\s)(?:[\w’-]+\s){{1,3}}{_VERB}"
)
_SUBJECT = compile_latin(
    r"^(?:.*\s[–—]\s|(?:In|Inside|Outside)\s[A-Z][\w’'-]+,?\s|Elsewhere,\s)?"
    r"(?:[^,;:]{0,40}\b(?:[Pp]rices?|[Aa]ssessments?|[Bb]ids|[Oo]ffers|[Qq]uotes)\s(?:of|for)\s)?(?:the\s)?"
    rf"(?P<name>\w[^;:–—\"“]{{1,90}}?),?\s{_VERB}(?:(?!{_ELSEWHERE})[^;:])*?\b(?:at|to)\s$"
)
_OBJECT = re.compile(
    r"\b(?:assess(?:ed|es)|quot(?:ed|es)|priced|puts?|pegs|pegged)\s(?P<name>[^;:]{2,90}?),?\s(?:at|to)\s$"
)
_JOINT = re.compile(r";\s|,?\s(?:and|while)\s")  # between two statements of a sentence
# "Tin metal, fob Callao: $31/kg", and not "Prices: 27 November"
_LISTED = compile_latin(rf"(?P<name>[A-Z][^:]{{2,100}}):\s(?>{_PRICE.pattern})(?(unit)|(?!\s[A-Za-z]))")
_JOINS = frozenset({"of", "in", "and", "outside", "inside"})  # of a name
_LONGEST = 7  # words of a name

# ── how it moved ─────────────────────────────────────────────────────────────────────────────────

_MARK = "[+▲△↑−–▼▽↓-]"
_CENT = r"\s?(?:%|per\s?cent\b|pct\b)"
_MOVE = compile_pattern(
    r"(?P<flat>\b(?:unch(?:anged)?|nc)\b|\b(?:flat|steady|stable)(?=\s(?:at|on|from|in|for|to)\b|[,.;)]|$)"
    r"|\bheld(?=\sat)|\(0(?=\)))"
    rf"|(?P<way>\b(?:up|down|{{risen}}|{{fallen}})\s(?:by\s)?|(?<!\w){_MARK}\s?)?"
    rf"(?:{_SIGN}\s?)?(?<![\d.,])(?P<by>{_NUMBER})(?P<cent>{_CENT})?"
    r"(?!\s?(?:million|billion|bn|basis|bps|p(?:oin)?ts?|percentage|times|days|weeks)\b|[\d,.]*\d|[-–]\d)"
    rf"(?:\s(?P<money>{_WORD}))?(?(way)|(?:(?:/|\s(?:a|per)\s)[a-z]+)?\s(?P<behind>higher|lower)\b)"
)
_UP = compile_pattern(r"[+▲△↑]|up|{risen}|higher")
# What may stand between a price and its own move: its basis, its day, other figures of it and small words.
_BETWEEN = (
    rf"(?:{_BASIS.pattern.replace('?P<basis>', '?:')}|\s\({_SIGN}[^()]*\)|[\s,;(]{{1,2}}(?:(?:on\s)?{_DAY}"
    rf"|and|but|or|also|still|now|which|is|was|were|are|has|have|holding|little|\w+ly|in the \w+|{_ELEMENT}"
    rf"|(?:mid\w*|(?:last|this)\s\w+|prev\w*)(?:\s{_SIGN}?{_NUMBER}(?:[-–]{_SIGN}?{_NUMBER})?(?:/\w+)?)?)"
    r"(?!\w))*+[)\s,;]*(?:\((?!0\)))?"
)
_OWN_MOVE = compile_latin(_BETWEEN + f"(?:{_MOVE.pattern})")
_ONE_END = re.compile(r"\bat\s(?:the\s)?(?:low|high|top|bottom|lower|upper)\s(?:end|side)\b|\d/[+−–-]")
_WHEN = (
    rf"(?:{_DAY}|yesterday|(?:a|one|two|the)\s(?:day|week|month|year|quarter)s?\s(?:ago|before|earlier)"
    r"|(?:the\s)?(?:last|previous|prior)\s\w+)(?![’'\w])"
)
# What it was before: "from $700-800/kg a week earlier", and nothing of "in early May".
_WAS = compile_latin(
    rf"{_BETWEEN}(?:(?:up|down)\s)?(?:from|compared (?:with|to)|against|versus)\s(?>{_PRICE.pattern})"
    rf"(?!\s(?:in|at|during)\s(?:early|late|mid|the|{_DAY})\b)(?:\s(?:on\s)?(?P<when>{_WHEN}))?"
)
_AGAINST = re.compile(
    rf"(?:\b(?:from|than|against|change\son)\s|\((?=last))(?P<when>{_WHEN})"
    r"|(?i:\b(?:(?:on|over)\s(?:the\s)?|\w/|(?=\w+ly\schange))(?P<span>[dwm])(?:ay|eek|onth|ai|\b))"
)
_SPANS = {"d": "day", "w": "week", "m": "month"}
_NEAR = 96  # characters behind a price within which its change stands
# What follows is the day of another price: "from 5 March", "the record of 6 November".
_COMPARED = re.compile(r"\b(?:from|since|than|against|with|versus|(?:record|high|peak|level)\s(?:of|on))\b.*")

# ── tables ───────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = {  # by what stands in the head, the first that does; below any other head stands a price
    "other": r"\b(?:year|yr|ytd|yoy|y/y|annual|open|prev\w*|prior|ago|earlier|last\s\w+|[qh][1-4]|[1-4][qh]"
    r"|fy\d*|quarter|half|months)\b|^20\d\d$",
    "change": r"\b(?:change|chg|move|diff\w*|\w+ on (?:day|week|month)|[dwm]/[dwm])\b|\+/|±",
    "middle": r"\b(?:av(?:era)?ge?|mid\w*|mean)\b",
    "last": r"^last$",
    "low": r"^(?:low|bid|from|min)\b",
    "high": r"^(?:high|ask|offer|to|max)\b",
}
_CHANGE = re.compile(rf"{_MARK}\s?{_SIGN}?\d.*|unch(?:anged)?|nc")
_FIGURE = compile_latin(rf"{_PRICE.pattern}|{_CHANGE.pattern}|\([\d,.–-]+\)|[–—-]")
_RULE = re.compile(r"[|\s:+=-]+")  # below the head of a table
# of a table: "All prices are ex-works and include 13% VAT."
_NOTE = re.compile(rf"(?:All |These |The )?[Pp]rices (?:are )?(?:{_ON_TERMS.pattern})")
_HEAD = 200  # characters: a longer line is no head


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
    """The prices of lists ("thing, purity, basis: $610-620/kg, up $5/kg") and tables, with what is above them.

    A list of which two rows stand together ends at a blank line; one with blank lines between rows goes on.
    """
    tables = {s.start for s in sentences if s.kind is BlockKind.TABLE}
    notes = [s.text for s in sentences if _NOTE.match(s.text)]  # of the prices of a table, also below it
    above: list[str] = []
    rows = together = offset = 0
    for whole in article.text.splitlines(keepends=True):
        line = whole.strip()
        start, offset = offset + whole.find(line), offset + len(whole)
        if not line:
            above, together = [] if together > 1 else above, 0
        if not line or _RULE.fullmatch(line):
            continue
        row = re.sub(r"\s{2,}|\t", " | ", line) if "|" not in line else line
        row = _add_bars(row) if start in tables and "|" not in row else row
        shared = "\n".join(above)
        item = _read_listed(line, shared) or (
            _read_row(article, row, [*above, *notes]) if "|" in row else None
        )
        if item:
            rows, together = rows + 1, together + 1
            citation = Citation(article=article.id, start=start, end=start + len(line), sentence=line)
            if quote := _make_quote(article, item, citation, dated=shared):
                yield quote
        elif not _is_among_rows(row):
            is_head = len(line) <= _HEAD and ("|" in row or not line.endswith(".") or _NOTE.match(line))
            above, rows = [*([] if rows else above), row] if is_head else [], 0


def _read_listed(line: str, above: str) -> _Item | None:
    text = re.sub(r"\*+|^[-•]\s", "", line)
    match = _LISTED.match(text)
    return match and _Item(name=match["name"], prices=[match], behind=text[match.end() :], above=above)


def _split_cells(row: str) -> list[str]:
    return [cell.strip(" *") for cell in row.removeprefix("|").removesuffix("|").split("|")]


def _add_bars(line: str) -> str:
    """A row of a plain table with a bar before each figure, or head of a column, that it ends with."""
    words = line.split()
    cells = list(takewhile(lambda word: _FIGURE.fullmatch(word) or _find_kind(word), reversed(words)))[::-1]
    return " | ".join([" ".join(words[: len(words) - len(cells)]), *cells])


def _is_among_rows(row: str) -> bool:
    """Whether a barred line ends no table: a row that is not understood, or a name of the next rows."""
    cells = _split_cells(row) if "|" in row else []
    says_terms = PRICE_HEAD.search(row) or _ON_TERMS.search(row)
    return (len(cells) == 1 and not says_terms) or any(map(_PRICE.fullmatch, cells[1:]))


def _find_kind(head: str) -> str:
    """What stands in the column below a head; "" where it may be a price."""
    return next((kind for kind, pattern in _COLUMNS.items() if re.search(pattern, head, re.IGNORECASE)), "")


def _read_row(article: Article, line: str, above: Sequence[str]) -> _Item | None:
    """One row: a range in one cell or in two, then its change.

    Of several figures the heads must say which is which: what stands first may be last week's.
    """
    name, *cells = _split_cells(line)
    columns = next((heads for one in reversed(above) if len(heads := _split_cells(one)) > 1), [])
    heads = [*[""] * len(cells), *columns][len(columns) :]
    words, moves = [name], list[str]()
    found = defaultdict[str, list[tuple[str, re.Match[str]]]](list)
    for head, cell in zip(heads, cells, strict=True):
        kind = _find_kind(head)
        is_move = kind == "change" or _CHANGE.fullmatch(cell)
        if kind == "other" or (is_move and not re.search(r"\d|nc", cell)):
            continue
        if is_move:
            cent = "%" if re.search(_CENT, head) and cell[-1].isdigit() else ""
            moves.append(f"({'+' * cell[0].isdigit()}{cell}{cent}) {head}")
        elif price := _PRICE.fullmatch(cell):
            found[kind].append((head, price))
        elif not cell.startswith("("):  # what it was before
            words.append(cell)
    prices = found["low"] + found["high"]
    if not len(found["low"]) == len(found["high"]) == 1:
        prices = found[""] or found["middle"] or found["last"]
        if all(any(find_days(head)) for head, _ in prices):
            prices = sorted(prices, key=lambda pair: _read_date(article, pair[0]))[-1:]
        if len(prices) != 1:
            return None
    told = [move for move in moves if "%" not in move] or moves
    behind = told[0] if len(told) == 1 else ""  # of several nobody knows which is meant
    shared = "\n".join(above)
    return _Item(name=", ".join(words), prices=[price for _, price in prices], behind=behind, above=shared)


def _read_sentence(article: Article, sentence: Sentence) -> Iterator[Quote]:
    """One price of each statement that says of what; no cost, no forecast, no change alone."""
    text, start = sentence.text, 0
    for price in _find_prices(text):
        before = f"{text[start : price.start()].rstrip()} "
        if start:
            joint = _JOINT.search(before)
            before = before[joint.end() :] if joint else ""
        for match in filter(None, (_SUBJECT.match(before), _OBJECT.search(before))):
            product, purity, rest = _split_name(match["name"])
            if re.search(r",\s*\w", rest.rpartition(")")[2]) and not _ON_TERMS.search(rest):
                continue  # "The premium, which had climbed to $402 a tonne"
            if basis := _BASIS.match(text, price.end()):
                rest = f", {basis['basis']}"
            name = f"{product}, {purity}{rest if basis or _ON_TERMS.search(rest) else ''}"
            told, behind = before[match.end("name") :], text[price.end() :]
            item = _Item(name=name, prices=[price], before=told, behind=behind)
            if quote := _make_quote(article, item, cite(article, sentence), dated=text):
                start = price.end()
                yield quote
                break


def _find_prices(text: str) -> Iterator[re.Match[str]]:
    """Give what has a currency and a unit: both "$5 to $610/kg" and "$610/kg" of "fell $5 to $610/kg"."""
    match = _PRICE.search(text)
    while match:
        if (match["sign"] or match["word"]) and match["unit"]:
            yield match
        match = _PRICE.search(text, match.end("low"))


def _split_name(name: str) -> tuple[str, str, str]:
    """The thing that words name, how pure it is, and the rest: where, and on what terms."""
    purity = _PURITY.search(name)
    if purity:
        name = f"{name[: purity.start()]}, {name[purity.end() :]}".lstrip(" ,")
    cut = _NAME_ENDS.search(name)
    end = cut.start() if cut else len(name)
    return name[:end].strip().removesuffix(" of"), purity["share"] if purity else "", name[end:]


def _names_thing(words: str) -> bool:
    """Whether words name what is sold: no pronoun, no clause, nothing that only points back ("The metal")."""
    parts = re.split(r"[\s’']+", words.removeprefix("The ").lower())
    plain = not STOP.intersection(parts) - _JOINS and not STOP.intersection(parts[:1])
    named = re.search(r"[^\W\d]", words) is not None and not compile_latin(r"The [^A-Z]+").fullmatch(words)
    return plain and named and len(parts) <= _LONGEST and not matches("no goods", words)


def _make_quote(article: Article, item: _Item, citation: Citation, *, dated: str) -> Quote | None:
    """Take the words of an item apart and add what stands above it; None where they name no thing."""
    days = [day[0] for day in find_days(item.name)]  # "| Tin | $/kg | 60 | 9 Jul 2026 |"
    undated = re.sub("|".join(map(re.escape, days)), "", item.name)
    name = " ".join(PRICE_HEAD.sub("", undated).split()).strip(" ,:()")
    product, purity, rest = _split_name(name)
    told = f"{name} {item.before}\n{item.above}"
    if not _names_thing(product) or matches("no quoted price", told):
        return None
    basis = [part for piece in rest.split(",") if (part := piece.strip(" ():"))]
    if not re.search(_TERMS, rest) and (shared := _SHARED_BASIS.search(PRICE_HEAD.sub("", item.above))):
        basis.append(_INCLUDES.sub(_name_included, shared[0].strip(" ,.")))
    price, last = item.prices[0], item.prices[-1]
    head = PRICE_HEAD.search(item.name) or PRICE_HEAD.search(item.above)
    quote = Quote(
        product=product.removeprefix("The "),
        purity=purity,
        basis=", ".join(basis),
        currency=price["sign"] or price["word"] or (head["currency"] if head else ""),
        unit=price["unit"] or last["unit"] or (head["per"] if head else ""),
        low=_number(price["low"]),
        high=_number(last["high"] or last["low"]),
        date=_read_date(article, _COMPARED.sub("", "\n".join((*days, dated)))),
        citation=citation,
    )
    change, in_percent, against = _read_change(item, quote)
    return replace(quote, change=change, in_percent=in_percent, against="" if change is None else against)


def _name_included(match: re.Match[str]) -> str:
    return f"{', ' if match['more'] else ''}{match['way']}cluding"


def _read_change(item: _Item, quote: Quote) -> tuple[Decimal | None, bool, str]:
    """By how much, whether in per cent, and against when: told before the price, or right behind it."""
    own = _OWN_MOVE.match(item.behind)
    move = _MOVE.search(item.before) or own
    was = _WAS.match(item.behind)
    if _ONE_END.search(item.behind[:_NEAR]):
        return None, False, ""  # "down $5 at the low end and unchanged at the high end"
    # Of two moves the first is told, and the time is that of the second.
    against = _read_against(item.behind if own in (move, None) else "") or _read_against(item.above)
    if move and move["flat"]:
        return Decimal(0), False, against
    if move:
        by = _number(move["by"]) * (1 if _UP.match(move["way"] or move["behind"]) else -1)
        small = ("cent", "pence")
        cents = (move["money"] or "").startswith(small) and not quote.currency.startswith(small)
        return by / 100 if cents else by, move["cent"] is not None, against
    if not was or quote.currency not in was.groups() or bool(was["high"]) != (quote.low != quote.high):
        return None, False, ""  # told in another money, or of one end
    before = (_number(was["low"]) + _number(was["high"] or was["low"])) / 2
    return quote.middle - before, False, was["when"] or ""


def _read_against(text: str) -> str:
    """When a price is compared with: "from last Friday", "on the week", "change from 19 November"."""
    match = _AGAINST.search(text)
    if match is None or match.start() > _NEAR:
        return ""
    return match["when"] or f"a {_SPANS[match['span'].lower()]} earlier"


def _complete(quote: Quote, prose: Sequence[Quote]) -> Quote | None:
    """The quote with the currency and unit that a sentence gives for its figures; None where none does."""
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
            return found if year or found <= day + timedelta(days=31) else found.replace(year=day.year - 1)
        except ValueError:  # 30 February
            return day
    names = [name.title() for name in read_class("weekday")]
    named = re.search(rf"\bon ({'|'.join(names)})\b", text)
    return day - timedelta(days=(day.weekday() - names.index(named[1])) % 7) if named else day


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
