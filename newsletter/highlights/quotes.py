"""Prices that a text quotes whole: thing, currency, unit and figure, from sentences, lists and rows of tables. Pure.

Whatever the form, a price has words before it that say of what, and words behind it that say how it moved; what holds
for a whole list stands in the lines above it. What lacks a currency or a unit is no quote: nobody reads "unchanged at
612,000". Names of things, places and terms are the text's own words; no trade is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from newsletter.english.days import MONTHS, find_days, read_parts
from newsletter.english.quantities import PRICE_HEAD
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.stems import STOP
from newsletter.highlights.lead_ins import cite
from newsletter.highlights.price_forms import (
    BASIS,
    CAUSE,
    DAY,
    DAY_NAMES,
    NO_TIME,
    NUMBER,
    PLACE,
    PRICE,
    PURITY,
    SHARE,
    SIGN,
    TAX,
    TERMS,
    TIME,
    VERB,
    WHERE,
    read_ends,
    read_number,
)
from newsletter.highlights.price_moves import CENT, NEAR, read_change, tells_move
from newsletter.model import Article, Citation, Quote

# No price of one thing: "$5/t and $9/t", "$5/t higher", "$5 a year", "$5-a-head".
_NO_PRICE = re.compile(
    rf"\s(?:and|or)\s{SIGN}?\d|\s(?:high|low|cheap|dear)er\b|\s(?:more|less|above|below|over|under|short|off|an?|per)\s|/|-"
)
_GRADE = re.compile(rf",?(?:^|\s)(?:of\s)?(?P<purity>{PURITY}),?(?=\s|$)")
_BEHIND = re.compile(rf"(?:{BASIS.pattern})*")
_HEAD_BASIS = re.compile(rf"(?:{TERMS}|{TAX})(?:(?!(?<!cl)\.\s[A-Z]|,[^,:;()*]*\bunless\b)[^:;()*|\n])*")
# "All prices in warehouse Rotterdam, duty unpaid.": said once, of a whole report.
_FOR_ALL = re.compile(
    rf"(?m)(?:^|[.!?]\s)[*( ]{{0,4}}(?:All\s)?[Pp]rices(?:\sare)?,?\s(?P<basis>{WHERE})[.*)]{{0,4}}$"
)
_AND_OTHER = (
    rf"(?:,|\band)\s(?!(?:and|but|which|{VERB})\s)(?:[\w’-]+\s){{1,3}}(?:{VERB}|at)\b"  # "and stocks rose"
)
_NAMES = re.compile(
    r"(?<!\bwas\s)(?<!\bwere\s)(?<!\bis\s)(?<!\bare\s)\b(?:assess(?:ed|es)|quot(?:ed|es)|priced|valued|puts?|pegs|pegged)\b"
)
_THING = re.compile(
    r"(?:(?:(?:[Tt]he|[Ss]pot|[Ww]eekly|[Dd]aily|[A-Z][\w’'&]*)\s){0,4}(?:[Pp]rices?(?:\sassessment)?|[Aa]ssessments?|[Bb]ids|[Oo]ffers"
    r"|[Qq]uotes|[Ii]ndex)\s(?:of|for)\s)?(?:[Tt]he\s)?(?P<thing>[\w’'./&-]+(?:\s[\w’'./&-]+){0,5}?)"
    rf"(?:[\s,]+prices?)?(?:\s(?:for|on|in)\s(?:[\w-]+\s)?(?:delivery|{DAY}|(?i:{'|'.join(MONTHS)})))?[\s,]*"
)
_AT = r"(?:(?:at|to)(?:\sa\s(?:range|level|price)\sof)?|in\sa\srange\sof)\s$"
_MOVED = re.compile(rf"(?:(?!{CAUSE}|{_AND_OTHER}|\.\s)[^;])*?\b{_AT}|\s*(?:[a-z]+ly\s)?")
_ALONE = ("was", "were", "is", "are", "fetched")  # "tin was $31/kg"
_TOLD = re.compile(rf"{PURITY}|{TERMS}|{TAX}")
_VERBS = re.compile(rf"\b(?:{VERB})\b")
_OPENING = re.compile(
    rf"(?P<basis>(?:In|Inside|Outside)\s{NO_TIME}(?:{PLACE}(?=,)|[A-Z][\w’'-]+)),?\s|(?:Meanwhile|Elsewhere|However|This\sweek|On\s{DAY}"
    r"|(?:By|In)\scontrast),\s"
)
_JOINT = re.compile(r";\s|,?\s(?:and|while|but|whereas)\s")
_ASSUMED = (
    r"assumptions?|forecasts?|scenarios?|sensitivit(?:y|ies)|base\scase|guidance|budgets?|price\sdecks?"
)
# What is earned, spent, owed or counted, and no goods: "Import duty" is, "Duty-paid tin" and "Charge chrome" are not.
_SUM = re.compile(
    r"(?i:(?<![\w-])(?:aisc|ebitd?a?|npv|revenues?|turnover|sales|incomes?|earnings|profits?|loss(?:es)?|margins?"
    r"|netbacks?|tax(?:es)?|dut(?:y|ies)(?!\s(?:un)?paid)|tariffs?|penalt(?:y|ies)|grants?|subsid(?:y|ies)|bonus(?:es)?"
    r"|rents?|salar(?:y|ies)|savings?|dividends?|interest|spend(?:ing)?|expens\w+|expenditures?|investments?"
    rf"|depreciation|impairments?|incentives?|capital|(?<!duty\s)paid|sold|estimates?"
    r"|exports|imports|output|production|shipments|stocks|stockpiles?|inventor(?:y|ies)|volumes?|demand"
    r"|deliveries|orders|shares|consumption"
    rf"|{_ASSUMED}|charges?$)(?![\w-]))"
)
_PRICED = re.compile(
    r"(?i:\b(?:prices|assess\w+|quot\w+|bids|offers|index|indices|spot|clos(?:es?|ed|ing)|settle\w+)\b)"
)
_NOT = re.compile(  # forecasts, and what is paid for no goods
    r"\b(?:would|could|may|might|forecast|target|[Bb]reak-?even|if|expect(?:s|ed)?|[Aa]verage[sd]?|guidance"
    r"|(?i:costs?|opex|capex|lev(?:y|ies)|royalt(?:y|ies)|fees?|wages?|surcharges?|reali[sz]ed))(?![a-z])"
)
_PRONOUN = re.compile(  # and what names the thing by half: "Chinese export [prices]"
    r"(?:(?i:it|that|this|they|he|she|we|which|who|what|list|level|range|midpoint|price|trader|seller|buyer|bid|offer"
    r"|deal|lot|idea|^(?:metal|oxide|material|product|premium)|domestic|export|import|collection|market)"
    r"|\b[A-Z]\w+(?:(?<!an)ese|ish|[ai]an|(?<!b)ean))s?$"
)
_COUNTS = re.compile(  # deals, and prices of several things
    r"(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ss]everal|[Ss]ome|[Pp]rices"
    r"|\d+\s?(?:t|kg|lots?|tonnes?|tons?))(?=\s|$)"
)
# "from 5 March", "the record of 6 November": no day of this price.
_BEFORE = re.compile(
    r"\b(?:(?:from|since|than|against|with|versus)(?: [^\s\d]{0,8}\d\S{0,20}(?: [a-z]+(?:/\w+)?)?(?: on)?)?"
    rf"|(?:record|high|low|peak|level|rise|fall) (?:of|on)) {DAY}"
)
_LISTED = re.compile(r"(?P<name>[A-Z][^:]{2,100}):\s(?P<nominal>nominal\s)?(?=\S{0,4}\s?\d)")
_CHANGES = re.compile(
    rf"[+−–-](?:{NUMBER})%?(?:\s\(mid\w*\))?|\((?:{NUMBER})(?:[-–](?:{NUMBER}))?\)|[–—-]|unch(?:anged)?"
)
_PAIRS = (("low", "high"), ("bid", "ask"), ("bid", "offer"), ("from", "to"), ("min", "max"))
_RESULT_COLUMNS = re.compile(r"\b(?:[qh][1-4]|[1-4][qh]|fy\d*|20\d\d|quarter|half|months)\b")
_CHANGE_COLUMN = re.compile(
    r"\b(?:change|chg|move|diff\w*|(?:day|week|month) on (?:day|week|month)|[dwm]/[dwm])\b|\+/|±"
)
_LONG_CHANGE = re.compile(r"\b(?:year|yr|ytd|yoy|y/y|annual)")
_OTHER_COLUMN = re.compile(r"\b(?:open|last|prev\w*|prior|ago|earlier|(?<!this\s)(?:year|month)|ytd)\b")
_HALF_YEAR = 6  # months
_RULE = re.compile(r"[|\s:+=-]+")  # below the head of a table
_FEW = 2  # prices from which a report has a unit of its own
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
    found = [*(quote for quote in prose if (quote.low, quote.high) not in known), *lines]
    whole = [full for quote in found if (full := _complete(quote, prose))]
    return _share_basis(article, sorted(whole, key=lambda quote: quote.citation.start))


def _share_basis(article: Article, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Give what a report says once of all its prices to those that say nothing else, where they are of one money."""
    told = {match["basis"] for match in _FOR_ALL.finditer(article.text)}
    bare = [q for q in quotes if not q.basis]
    if len(told) != 1 or len({quote.currency for quote in bare}) != 1:
        return tuple(quotes)
    return tuple(replace(quote, basis=min(told)) if quote in bare else quote for quote in quotes)


def _read_lines(article: Article, sentences: Sequence[Sentence]) -> Iterator[Quote]:
    """The prices of lists ("thing, purity, basis: $610-620/kg, up $5/kg") and tables, with what stands above them.

    A list of which two rows stand together ends at a blank line; one with blank lines between its rows goes on.
    """
    tables = {s.start for s in sentences if s.kind is BlockKind.TABLE}
    for_all = re.findall(r"\b[Pp]revious \w+ in (?:\w+ )?brackets", article.text)
    above: list[str] = []
    rows, start, blank, loose = 0, 0, False, True
    for raw in article.text.splitlines(keepends=True):
        line, begin = raw.strip(), start + len(raw) - len(raw.lstrip())
        start += len(raw)
        if _RULE.fullmatch(line):
            continue
        if line and rows > 1 and blank and not loose:
            above, rows = [], 0
        is_row = begin in tables or "|" in line
        shared = "\n".join((*above, *for_all))
        item = _read_listed(line, shared) or (_read_row(line, above, shared) if is_row else None)
        if item:
            rows, loose = rows + 1, blank
            citation = Citation(article=article.id, start=begin, end=begin + len(line), sentence=line)
            if quote := _make_quote(article, item, citation, dated=shared):
                yield quote
        elif line:
            is_head = len(line) <= _HEAD and (is_row or not line.endswith(".") or line.startswith("**"))
            above, rows = [*([] if rows else above), line] if is_head else [], 0
        blank = not line


def _read_listed(line: str, above: str) -> _Item | None:
    text = re.sub(r"\*+|^[-•]\s", "", line)
    label = _LISTED.match(text)
    price = PRICE.match(text, label.end()) if label else None
    if not label or not price:
        return None
    behind = text[price.end() :]
    if not price["high"] and not price["unit"] and not re.match(r"$|[.,;]|\s\(", behind):
        return None  # "Prices: 27 November"
    if not _is_priced(label["name"], price, behind, above):
        return None
    before = label["nominal"] or ""
    return _Item(name=label["name"], prices=[price], before=before, behind=behind, above=above)


def _is_priced(name: str, price: re.Match[str], behind: str, above: str) -> bool:
    """Whether more than a colon says that a labelled figure is a price: range, purity, basis, change or head."""
    if re.search(rf"(?i:\b(?:{_ASSUMED})\b)", above):
        return False
    stated = re.search(f"{PURITY}|{TERMS}|{TAX}|nominal", f"{name} {behind[:NEAR]} {above}")
    return bool(
        price["high"]
        or stated
        or tells_move(behind)
        or _PRICED.search(f"{name} {above}")
        or PRICE_HEAD.search(f"{name} {above}")
    )


def _split_cells(line: str) -> list[str]:
    cells = line.removeprefix("|").removesuffix("|").split("|") if "|" in line else line.split()
    return [cell.strip(" *") for cell in cells]


def _split_row(line: str) -> tuple[str, list[str]]:
    """The words of a row, and the figures that it ends with."""
    cells = _split_cells(line)
    is_figure = [bool(PRICE.fullmatch(cell) or _CHANGES.fullmatch(cell)) for cell in cells]
    size = next((n for n, figure in enumerate(reversed(is_figure)) if not figure), len(cells))
    return (", " if "|" in line else " ").join(cells[: len(cells) - size]), cells[len(cells) - size :]


def _read_heads(line: str, above: Sequence[str], size: int) -> list[str]:
    """What stands above the last ``size`` cells of a row, in small letters and without units; "" where nothing does."""
    heads: list[str] = []
    for one in above:
        text = one.lower()
        if "|" not in text:
            text = re.sub(r"\bchange on (?:the )?(?:day|week|month)\b", "change", text)
        columns = [re.sub(rf"\((?!%).*?\)|,(?!{CENT}).*", "", cell).strip() for cell in _split_cells(text)]
        last = " ".join(columns[-1:])
        known = last in sum(_PAIRS, ()) or any(
            pattern.search(last) for pattern in (_CHANGE_COLUMN, _OTHER_COLUMN, _RESULT_COLUMNS)
        )
        if "|" in one if "|" in line else known:
            heads = columns
    return [*[""] * (size - len(heads)), *heads[-size:]]


def _find_latest(heads: Mapping[int, str]) -> list[int]:
    """Which of the columns with these heads gives the price: the only one, or that of the last day.

    "Last" is the price now where no other column but an earlier one stands beside it.
    """
    current = [index for index, head in heads.items() if not _OTHER_COLUMN.search(head)]
    current = current or [index for index, head in heads.items() if head == "last"]
    days = {index: [*find_days(heads[index].title())] for index in current}
    if len(current) > 1 and all(days.values()):
        parts = {index: read_parts(found[0])[1:] for index, found in days.items()}
        months = [month for month, _ in parts.values()]
        return [max(current, key=parts.__getitem__)] if max(months) - min(months) < _HALF_YEAR else []
    return current if len(current) == 1 else []


def _read_row(line: str, above: Sequence[str], shared: str) -> _Item | None:
    """One row: a range in one cell or in two, then its change, or in brackets what it was before.

    Of several figures the heads must say which is which: what stands first may be last week's.
    """
    name, cells = _split_row(line)
    if not name or not cells:
        return None
    heads = _read_heads(line, above, len(cells))
    moves = [
        index
        for index, (head, cell) in enumerate(zip(heads, cells, strict=True))
        if _CHANGE_COLUMN.search(head) or cell[0] in "+−u"
    ]
    found = {
        index: price
        for index, cell in enumerate(cells)
        if index not in moves and (price := PRICE.fullmatch(cell))
    }
    by_head = {heads[index]: price for index, price in found.items()}
    whole = _find_latest({index: heads[index] for index in found})
    ends = next(([by_head[low], by_head[high]] for low, high in _PAIRS if {low, high} <= by_head.keys()), [])
    prices = ends or [found[index] for index in whole]
    if (
        not prices
        or (any(heads) and len(by_head) < len(found))
        or read_number(prices[0]["low"]) > read_number(prices[-1]["low"])
    ):
        return None
    if _RESULT_COLUMNS.search(" ".join(heads)):
        return None
    behind = ""
    told = [index for index in moves if not _LONG_CHANGE.search(heads[index])]
    if len(told) == 1:  # of several nobody knows which is told
        [moved] = told
        change, cent = cells[moved], re.search(CENT, heads[moved]) and cells[moved][-1].isdigit()
        behind = f"({'+' * change[0].isdigit()}{change}{'%' if cent else ''})"
    elif cells[-1].startswith("(") and "revious" in shared:
        behind = f" {cells[-1]}"
    if len(cells) > len(prices) and not any(heads) and not behind and not prices[0]["high"]:
        return None  # two figures, and nobody says of what
    return _Item(name=name, prices=prices, behind=behind, above=shared)


def _read_sentence(article: Article, sentence: Sentence) -> Iterator[Quote]:
    """One price of each statement that says of what; no cost, no forecast, no change alone.

    Behind a price a joint ("and", "while") may begin the next statement; "In China," holds for all of them.
    """
    opening = _OPENING.match(sentence.text)
    text = sentence.text[opening.end() :] if opening else sentence.text
    place = (opening["basis"] or "") if opening else ""
    place = place[:1].lower() + place[1:]
    found: list[tuple[int, _Item]] = []
    told, joints = 0, None
    for price in _find_prices(text):
        joints = joints or price.end()
        starts = [
            joint.end()
            for joint in _JOINT.finditer(text, max(joints, told), price.start())
            if found or joint[0][0] in ",;"
        ]
        for start in starts if found else [0, *starts]:
            if item := _read_statement(text[start : price.start()], price, again=bool(found)):
                found.append((start, item))
                told = price.end()
                break
    ends = [*(start for start, _ in found), len(text)][1:]
    for (_, item), end in zip(found, ends, strict=False):
        behind = text[item.prices[0].end() : end]
        name = item.name if re.search(rf"{TERMS}\s[A-Z]", item.name + behind) else f"{item.name}, {place}"
        whole = replace(item, name=name, behind=behind)
        if not TIME.match(behind) and (
            quote := _make_quote(article, whole, cite(article, sentence), dated=sentence.text)
        ):
            yield quote


def _find_prices(text: str) -> Iterator[re.Match[str]]:
    """Give what has a currency and a unit or two ends: both "$5 to $610/kg" and "$610/kg" of "fell $5 to $610/kg"."""
    match = PRICE.search(text)
    while match:
        is_told = match["unit"] or (match["high"] and not match["scale"])
        if (match["sign"] or match["word"]) and is_told and not _NO_PRICE.match(text, match.end()):
            yield match
        match = PRICE.search(text, match.end("low"))


def _read_statement(before: str, price: re.Match[str], *, again: bool) -> _Item | None:
    """What the words before a price say that it is of: "Terra assessed tin at", "tin rose to", again "and lead at"."""
    at = re.search(_AT, before)
    if _NOT.search(before) or not (at or price["between"] or before.rstrip().endswith(_ALONE)):
        return None
    named = max(_NAMES.finditer(before), key=re.Match.start, default=None)
    verb = _VERBS.search(before) or named
    body = before[: at.start()] if at else before
    ways = [(body[named.end() :], "")] if named and named.end() < len(body.rstrip()) else []
    if not ways and verb and _MOVED.fullmatch(before[verb.end() :]):
        ways.append((before[: verb.start()], before[verb.start() :]))
    if again:
        ways.append((body, ""))
    for words, rest in ways:
        plain, aside = _set_aside(words, BASIS, _GRADE)
        match = _THING.fullmatch(plain)
        if match and _names_thing(match["thing"], plain):
            name = ", ".join((match["thing"], *aside, *_set_aside(rest, BASIS)[1]))
            return _Item(name=name, prices=[price], before=rest)
    return None


def _set_aside(text: str, *patterns: re.Pattern[str]) -> tuple[str, list[str]]:
    """Take out what says how pure, where and on what terms: the words without it, and its parts."""
    aside: list[str] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            parts = match[match.lastgroup or 0].split(", ")
            aside += [part for part in parts if match.lastgroup != "bracket" or _TOLD.match(part)]
        text = pattern.sub(" " if pattern is _GRADE else ", ", text)
    return " ".join(text.split()), aside


def _names_thing(words: str, before: str) -> bool:
    """Whether words name what is sold: no pronoun, no clause, nothing that only points back ("The metal")."""
    plain = not _PRONOUN.search(words) and not STOP.intersection(words.lower().split()) - _JOINS
    points = before.startswith((f"The {words}", f"the {words}")) and not re.search(r"[A-Z]", words)
    return plain and not points and not _COUNTS.match(words)


def _make_quote(article: Article, item: _Item, citation: Citation, *, dated: str) -> Quote | None:
    """Take the words of an item apart and add what stands above it; None where they name no thing or no price."""
    name = " ".join(PRICE_HEAD.sub("", item.name).split()).strip(" ,:()")
    purity = re.search(rf"[ ,(]*{PURITY}\)?", name)
    cuts = (purity, re.search(r",| \(", name), re.compile(TERMS).search(name, 1))
    cut = min((match.start() for match in cuts if match), default=len(name))
    rest = f"{name[cut : purity.start()]},{name[purity.end() :]}" if purity else name[cut:]
    product = name[:cut].strip()
    if not item.prices or not product or _NOT.search(name) or not _names_thing(product, name):
        return None
    if _SUM.search(product):
        return None
    beside = _BEHIND.match(item.behind)
    rest = ",".join((rest, *_set_aside(beside[0] if beside else "", BASIS)[1]))
    basis = [part for piece in rest.split(",") if (part := piece.strip(" ():"))]
    if not re.search(TERMS, rest) and (shared := _HEAD_BASIS.search(PRICE_HEAD.sub("", item.above))):
        basis.append(shared[0].strip(" ,."))
    if re.search(r"\bnominal\b", item.before + item.behind[:NEAR]):
        basis.append("nominal")
    price, last = item.prices[0], item.prices[-1]
    head = PRICE_HEAD.search(item.name) or PRICE_HEAD.search(item.above)
    quote = Quote(
        product=product,
        purity="".join(re.findall(SHARE, purity[0])[:1]) if purity else "",
        basis=", ".join(basis),
        currency=price["sign"] or price["word"] or (head["currency"] if head else ""),
        unit=price["unit"] or last["unit"] or (head["per"] if head else ""),
        low=read_ends(price)[0],
        high=read_ends(last)[1],
        date=_read_date(article, _BEFORE.sub("", dated)),
        citation=citation,
    )
    change, in_percent, against = read_change(quote, before=item.before, behind=item.behind, above=item.above)
    return replace(quote, change=change, in_percent=in_percent, against="" if change is None else against)


def _complete(quote: Quote, prose: Sequence[Quote]) -> Quote | None:
    """The quote with its currency and unit, if need be from a sentence that gives the same figures; else None.

    What has two ends and a currency is told by the unit that all other sentences with this currency name.
    """
    if quote.currency and quote.unit:
        return quote
    full = [one for one in prose if one.unit]
    if same := next((one for one in full if (one.low, one.high) == (quote.low, quote.high)), None):
        return replace(quote, currency=same.currency, unit=same.unit)
    units = [one.unit for one in full if one.currency == quote.currency]
    is_shared = quote in prose and len(units) >= _FEW and len(set(units)) == 1
    return replace(quote, unit=units[0]) if is_shared else None


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
    named = re.search(rf"\bon ({'|'.join(DAY_NAMES)})\b", text)
    return day - timedelta(days=(day.weekday() - DAY_NAMES.index(named[1])) % 7) if named else day
