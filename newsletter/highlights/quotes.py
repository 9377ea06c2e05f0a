"""Prices that a text quotes whole: thing, currency, unit and figure, from sentences and rows of tables. Pure.

What lacks a currency or a unit is no quote: nobody reads "unchanged at 612,000". Names of things, places and terms are
the text's own words; no trade is known here.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from newsletter.english.days import find_days, read_parts
from newsletter.english.quantities import MONEY_CODE, MONEY_NAME, MONEY_SIGN, PRICE_HEAD
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.stems import STOP
from newsletter.highlights.lead_ins import cite
from newsletter.model import Article, Citation, Quote

_SIGN = rf"(?:{MONEY_SIGN}|\b(?:{MONEY_CODE}|Rmb|Yn|Rs\.?)(?=\s?\d))"
_WORD = rf"(?:(?!pounds?\s(?!sterling))(?:{MONEY_NAME})(?:\ssterling)?)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO = r"(?:\s?[-–—]\s?|\sto\s)"
_UNIT = (
    r"(?:/|\s(?:a|an|per)\s)(?P<unit{0}>(?!year|month|week|day|hour|quarter|head|visit|trip|share|dollar|euro|yen"
    r"|pound sterling)[a-z]+(?:[ -](?:hour|ton|tonne|unit|ounce))?)\b"
)
_MORE = r"(?!\s?(?:million|billion|m\b|bn\b|%))"
_PRICE = re.compile(
    rf"(?P<sign>{_SIGN})\s?(?P<low>{_NUMBER})(?:{_TO}{_SIGN}?\s?(?P<high>{_NUMBER}))?{_MORE}{_UNIT.format('')}"
    rf"|(?P<low2>{_NUMBER})(?:{_TO}(?P<high2>{_NUMBER}))?\s(?P<word>{_WORD}){_UNIT.format('2')}"
)
_PURITY = r"(?:(?:min(?:imum)?\.?\s)?\d{1,2}(?:\.\d+)?%(?:\s(?:min(?:imum)?|purity|pure|grade|protein|fat))?)"
_TERMS = (
    r"(?:fob|cif|cfr|cnf|ddp|dap|exw|fca|fot|dlvd|delivered|ex[- ][\w]+|in[- ](?:wareho?use|whs|store|port|bond)"
    r"|free on board|on a \w+ basis)"
)
_WHERE = rf"{_TERMS}(?:\s(?:at\s|in\s)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){{0,2}})?"  # "cif Rotterdam"
_BASIS = re.compile(
    rf"\s*(?P<basis>{_WHERE}|(?:in"
    rf"|at)\s[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)"
    rf"|\s\((?P<bracketed>{_TERMS}\b[^()]{{0,60}})\)"
)
_QUOTES = r"(?:assess(?:ed|es)|quot(?:ed|es)|priced|valued|puts?|pegged|pegs)"
_THING = r"(?P<thing>(?:[\w’'./-]+\s?){1,6}?)"
_OBJECT = re.compile(
    rf"\b{_QUOTES}\s{_THING}(?:,?\s\(?(?P<purity>{_PURITY})(?:,[^()]{{1,30}})?\)?,?)?\s(?:at|to)\s$"
)
_SUBJECT = re.compile(
    rf"^(?:(?:[\w’'& ]{{3,40}}[’']s\s)?(?:[Tt]he )?(?:[Pp]rices?|[Aa]ssessments?|[Bb]ids|[Oo]ffers|[Qq]uotes) (?:of"
    rf"|for) )?(?:[Tt]he )?(?:(?P<first>{_PURITY}) )?{_THING}(?:,?\s\(?(?P<purity>{_PURITY})\)?,?)?"
    rf"(?:,?\s(?P<basis>{_WHERE}),?)?(?:\s(?:prices?"
    rf"|futures))?(?:\s(?:for|on|in)\s[\w ]{{3,24}}?)?\s"
    r"(?:was|were|is|are|rose|fell|gained|lost|added|held|traded|trades|stood|stands|slipped|dropped|climbed|jumped"
    r"|eased|edged|settled|closed|ended|remained|stayed|firmed|slid|changed hands)\b[^;]*?\b(?:at|to)\s$"
)
_LABELLED = re.compile(rf"^{_THING}(?:,?\s\(?(?P<purity>{_PURITY})\)?)?\s?[:–—-]\s$")
_NOT = re.compile(
    r"\b(?:would|could|may|might|forecast|target|break-?even|costs?|if|expects?|expected|average[sd]?|guidance)\b"
)
_PRONOUN = re.compile(
    r"(?:it|that|this|they|he|she|we|which|who|what|price|prices|trader|sellers?|buyers?)$", re.IGNORECASE
)
_COUNTS = re.compile(  # deals, and prices of several things
    r"(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ss]everal|[Ss]ome|[Pp]rices|\d+\s?(?:t|kg|lots?|tonnes?|tons?))(?=\s|$)"
)
_UP = re.compile(r"\b(?:up|higher|gain\w*|rose|climb\w*|add\w*|jump\w*|firmed|increase\w*)\b")
_FLAT = re.compile(r"\b(?:unchanged|flat|steady|stable)\b")
_MOVE = re.compile(
    rf"\b(?P<way>up|down|gained|rose|climbed|added|jumped|firmed|fell|lost|slipped|dropped|slid"
    rf"|eased)\s(?:by\s)?(?:{_SIGN}\s?)?(?P<by>{_NUMBER})(?P<cent>\s?%|\sper\scent)?(?!\s?(?:million|bn)|[-–]\d"
    rf"|[\d,.]*\d)(?:\s(?P<money>{_WORD}))?"
    rf"|{_SIGN}?(?P<by2>{_NUMBER})(?P<cent2>%)?(?:\s(?P<money2>{_WORD}))?(?:/[a-z]+|\s(?:a"
    rf"|per)\s[a-z]+)?\s(?P<way2>higher|lower)\b"
)
_AGAINST = re.compile(
    r"\b(?:from|than|against|since)\s(?P<when>(?:a|one|the|last|two)\s(?:previous\s|prior\s|week|month|day|year"
    r"|quarter|session)[\w ]{0,14}?|yesterday|last\s\w+|(?:Mon|Tues|Wednes|Thurs|Fri)day)(?=[,.;)]|\s(?:as"
    r"|because|after|when|on|and)\b|$)"
)
# "from $700-800/kg a week earlier", "down from Rmb742,000/t on Wednesday": what it was before.
_WAS = re.compile(
    rf"\b(?:from|compared (?:with|to)|against|versus)\s(?P<sign>{_SIGN})\s?(?P<low>{_NUMBER})"
    rf"(?:{_TO}{_SIGN}?\s?(?P<high>{_NUMBER}))?(?:(?:/|\s(?:a|an|per)\s)[a-z]+)?"
    r"(?:\s(?:on\s)?(?P<when>(?:Mon|Tues|Wednes|Thurs|Fri)day|(?:a|one) (?:day|week|month) (?:ago|before|earlier)"
    r"|last (?:day|week|month)|yesterday|the (?:day|week|month) before))?"
)
# "from 5 March", "the record of 6 November": no day of this price.
_BEFORE = re.compile(
    r"\b(?:from|since|than|against|(?:record|high|low|peak|level|rise|fall) (?:of|on)) "
    r"(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2})"
)
_PLACE_FIRST = re.compile(r"^(?:In|Inside|Outside)\s[A-Z][\w’'-]+,?\s")
_CLAUSES = re.compile(r";\s|,?\swhile\s|,?\sand\s(?=[A-Z])")
_NEAR = 64  # characters behind a price within which its change stands
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CELL = re.compile(
    rf"[+−–-]?(?:{_NUMBER})|(?:{_NUMBER})[-–](?:{_NUMBER})|\((?:{_NUMBER})(?:[-–](?:{_NUMBER}))?\)|[–—-]|unch(?:anged)?"
)
# As services list them: "Wheat, 12% min, fob Constanta, $/t: 212-218 (+4)", "Urea: 405.00-438.00 USD/t, down 9.50 w/w"
_LISTED = re.compile(
    rf"(?P<name>[A-Z][^:]{{2,100}}):\s{_SIGN}?(?P<low>{_NUMBER})(?:{_TO}{_SIGN}?(?P<high>{_NUMBER}))?"
    rf"(?:\s(?P<per>{_WORD}/[a-z]+))?(?P<change>\s?\([+−–-]?(?:{_NUMBER}|unch\w*)%?\)"
    rf"|,\s(?:(?:up|down)\s(?:{_NUMBER})%?|unchanged|flat|unch)[^.]{{0,40}})?"
)


def find_quotes(article: Article) -> tuple[Quote, ...]:
    """The prices that ``article`` quotes whole, in reading order; each cites its sentence or row."""
    sentences = split_sentences(article.text)
    lines = list(_read_lines(article))
    listed = {line.citation.start for line in lines}
    prose = [quote for s in sentences if s.is_prose for quote in _read_sentence(article, s, sentences)]
    rows = [
        quote
        for table, group in groupby(
            sentences, key=lambda s: s.kind is BlockKind.TABLE and s.start not in listed
        )
        if table
        for quote in _read_table(article, list(group), prose)
    ]
    known = {(quote.low, quote.high) for quote in lines}
    others = [quote for quote in (*prose, *rows) if (quote.low, quote.high) not in known]
    return tuple(sorted((*others, *lines), key=lambda quote: quote.citation.start))


def _read_lines(article: Article) -> Iterator[Quote]:
    """Each line "thing, purity, basis, currency/unit: low-high (change)"; the line above its list may give the unit."""
    above, start = "", 0
    for line in article.text.splitlines(keepends=True):
        text, begin = line.strip(), start + len(line) - len(line.lstrip())
        start += len(line)
        match = _LISTED.fullmatch(text)
        if match is None:
            above = text if text.endswith(":") else above if text else ""
            continue
        own = PRICE_HEAD.search(f"{match['name']} {match['per'] or ''}")
        per = own or PRICE_HEAD.search(above)
        name = PRICE_HEAD.sub("", match["name"]).strip(" ,")
        purity = re.search(rf"[ ,(]*(?P<share>{_PURITY})\)?", name)
        cut = min((m.start() for m in (purity, re.search(",", name)) if m), default=len(name))
        if per is None or _NOT.search(name) or not _names_thing(name[:cut], name):
            continue
        change, in_percent = _read_line_change(match["change"] or "")
        basis = (name[purity.end() :] if purity else name[cut:]).strip(" ,()")
        for_all = re.search(_WHERE, above)
        when = re.search(r"change (?:on|from|since) (?:the )?([\w ]{3,20}?)(?: at\b|[,;)]|$)", above)
        yield Quote(
            product=name[:cut].strip(),
            purity=_plain_purity(purity["share"]) if purity else "",
            basis=basis or (for_all[0] if for_all else ""),
            currency=per["currency"],
            unit=per["per"],
            low=_number(match["low"]),
            high=_number(match["high"] or match["low"]),
            change=change,
            in_percent=in_percent,
            against=when[1] if when else "a week earlier" if "w/w" in text else "",
            date=_read_date(article, above),
            citation=Citation(article=article.id, start=begin, end=begin + len(text), sentence=text),
        )


def _read_line_change(text: str) -> tuple[Decimal | None, bool]:
    """By how much, and whether in per cent: "(+4,000)", "down 9.50", "unch"."""
    if _FLAT.search(text) or "unch" in text:
        return Decimal(0), False
    size = re.search(_NUMBER, text)
    falls = re.search(r"[−–-]\d|\bdown\b|\blower\b", text)
    return (None, False) if size is None else (_number(size[0]) * (-1 if falls else 1), "%" in text)


def _read_sentence(article: Article, sentence: Sentence, sentences: Sequence[Sentence]) -> Iterator[Quote]:
    """One price of each clause, where the clause says of what; no cost, no forecast, no change alone."""
    label = next((s.text for s in sentences if s.block == sentence.block and s.kind is BlockKind.LABEL), "")
    for clause in _split_clauses(sentence.text):
        text = f"{label}: {clause}" if label else _PLACE_FIRST.sub("", clause)
        for price in _PRICE.finditer(text):
            before = text[: price.start()]
            match = _OBJECT.search(before) or _SUBJECT.match(before) or _LABELLED.match(before)
            if match is None or _NOT.search(before) or not _names_thing(match["thing"], before):
                continue
            basis = _BASIS.match(text, price.end())
            change, in_percent, against = _read_change(text, price)
            yield Quote(
                product=match["thing"].strip(),
                purity=_plain_purity(match["purity"] or match.groupdict().get("first") or ""),
                basis=(basis["basis"] or basis["bracketed"])
                if basis
                else match.groupdict().get("basis") or "",
                currency=price["sign"] or price["word"],
                unit=price["unit"] or price["unit2"],
                low=_number(price["low"] or price["low2"]),
                high=_number(price["high"] or price["high2"] or price["low"] or price["low2"]),
                change=change,
                in_percent=in_percent,
                against=against,
                date=_read_date(article, _BEFORE.sub("", _WAS.sub("", sentence.text))),
                citation=cite(article, sentence),
            )
            break


def _split_clauses(text: str) -> list[str]:
    """The statements of a sentence, each of which but the last states a price: not "Offers from Lund | and Oslo"."""
    clauses, start = [], 0
    for match in _CLAUSES.finditer(text):
        if _PRICE.search(text, start, match.start()):
            clauses.append(text[start : match.start()])
            start = match.end()
    return [*clauses, text[start:]]


def _names_thing(words: str, before: str) -> bool:
    """Whether words name what is sold: no pronoun, no clause, nothing that only points back ("The metal")."""
    plain = not _PRONOUN.search(words) and not STOP.intersection(words.lower().split()) - {
        "of",
        "in",
        "and",
        "outside",
        "inside",
    }
    points = before.startswith(f"The {words.strip()}") and not re.search(r"[A-Z]", words)
    return plain and not points and not _COUNTS.match(words)


def _read_change(text: str, price: re.Match[str]) -> tuple[Decimal | None, bool, str]:
    """By how much, whether in per cent, and against when: told before the price, or right behind it."""
    limit = price.end() + _NEAR
    was = _WAS.search(text, price.end(), limit + _NEAR)
    if was and was.start() < limit and was["sign"] == price["sign"]:
        change = _middle(price["low"], price["high"]) - _middle(was["low"], was["high"])
        return change, False, was["when"] or ""
    when = _find_near(_AGAINST, text, limit)
    against = when["when"].strip() if when else ""
    flat = _find_near(_FLAT, text, limit) is not None
    for match in _MOVE.finditer(text):
        if match.start() >= limit:
            break
        group = "" if match["way"] else "2"
        if price.start() <= match.start(f"by{group}") < price.end():
            continue  # the price itself
        if flat:
            return None, False, ""  # "down $5 at the low end and unchanged at the high end"
        by = _number(match[f"by{group}"]) * (1 if _UP.match(match[f"way{group}"]) else -1)
        cents = (match[f"money{group}"] or "").startswith(("cent", "pence"))
        whole = not (price["word"] or "").startswith(("cent", "pence"))
        return (by / 100 if cents and whole else by), bool(match[f"cent{group}"]), against
    return (Decimal(0) if flat else None), False, against


def _middle(low: str, high: str | None) -> Decimal:
    return (_number(low) + _number(high or low)) / 2


def _find_near(pattern: re.Pattern[str], text: str, limit: int) -> re.Match[str] | None:
    """Return the first match that begins before ``limit``, whole."""
    match = pattern.search(text)
    return match if match and match.start() < limit else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What the lines above the rows of a table say of all of them."""

    columns: tuple[str, ...]
    currency: str
    unit: str
    date: date


def _read_table(article: Article, rows: Sequence[Sentence], prose: Sequence[Quote]) -> Iterator[Quote]:
    split = [_split_row(row.text) for row in rows]
    above = [s.text for s, (_, cells) in zip(rows, split, strict=True) if not cells]
    caption = " ".join((article.text[: rows[0].start].rstrip().rsplit("\n", 1)[-1], *above))
    per = PRICE_HEAD.search(caption)
    head = _Head(
        columns=tuple(above[-1].lower().split()) if above else (),
        currency=per["currency"] if per else "",
        unit=per["per"] if per else "",
        date=_read_date(article, caption),
    )
    before = re.search(r"\b[Pp]revious (\w+) in (?:\w+ )?brackets", article.text)
    for row, (name, cells) in zip(rows, split, strict=True):
        quote = (
            _read_row(name, cells, head, cite(article, row), before[1] if before else "") if cells else None
        )
        if quote is not None and (whole := _complete(quote, prose)):
            yield whole


def _split_row(line: str) -> tuple[str, list[str]]:
    """The words of a row, and the figures that it ends with."""
    words = line.replace("|", " ").split()
    size = next((n for n, word in enumerate(reversed(words)) if not _CELL.fullmatch(word)), len(words))
    return " ".join(words[: len(words) - size]), words[len(words) - size :]


def _read_row(name: str, cells: Sequence[str], head: _Head, citation: Citation, before: str) -> Quote | None:
    """One row: a range in one cell or in two, then its change, or in brackets what it was before."""
    per = PRICE_HEAD.search(name)
    name = " ".join((name[: per.start()] + name[per.end() :] if per else name).split())
    purity = re.search(_PURITY, name)
    terms = re.search(rf"\b{_TERMS}\b.*$", name)
    product = name[: min(m.start() for m in (purity, terms, re.search("$", name)) if m)].strip()
    figures = [[_number(part) for part in re.findall(_NUMBER, cell)] for cell in cells]
    if not product or not figures[0]:
        return None
    columns = head.columns[-len(cells) :]
    pair = (
        len(figures[0]) < 2
        and len(cells) > 1
        and columns[:2] in {("low", "high"), ("bid", "ask"), ("bid", "offer"), ("from", "to"), ("min", "max")}
    )
    low, high = figures[0][0], figures[1][0] if pair and figures[1] else figures[0][-1]
    return Quote(
        product=product,
        purity=_plain_purity(purity[0]) if purity else "",
        basis=terms[0] if terms else name[purity.end() :].strip() if purity else "",
        currency=per["currency"] if per else head.currency,
        unit=per["per"] if per else head.unit,
        low=low,
        high=high,
        change=_change_of(cells, columns, (low + high) / 2, before),
        against=f"the previous {before}" if before and cells[-1].startswith("(") else "",
        date=head.date,
        citation=citation,
    )


def _change_of(cells: Sequence[str], columns: Sequence[str], middle: Decimal, before: str) -> Decimal | None:
    last = cells[-1]
    if last.startswith("(") and before:
        was = [_number(part) for part in re.findall(_NUMBER, last)]
        return middle - sum(was, Decimal(0)) / len(was)
    if len(cells) < 2 or not (
        (columns and columns[-1] in {"change", "chg", "+/-", "move"}) or last[0] in "+−"
    ):
        return None
    size = re.search(_NUMBER, last)
    return Decimal(0) if size is None else _number(size[0]) * (-1 if last[0] in "−–-" else 1)


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
    named = re.search(rf"\bon ({'|'.join(_DAYS)})\b", text)
    return day - timedelta(days=(day.weekday() - _DAYS.index(named[1])) % 7) if named else day


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _plain_purity(text: str) -> str:
    found = re.search(r"\d[\d.]*%", text)
    return found[0] if found else ""
