"""How texts write a price: money, figures and unit; how pure the thing is, where it is and on what terms. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from newsletter.english.days import MONTHS
from newsletter.english.quantities import MONEY_CODE, MONEY_NAME, MONEY_SIGN, SPANS

SIGN = rf"(?:{MONEY_SIGN}|\b(?:{MONEY_CODE}|Rmb|Yn|Rs\.?)(?=\s?\d))"
WORD = rf"(?:(?!pounds?\s(?!sterling))(?:{MONEY_NAME})(?:\ssterling)?)"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = rf"(?:{'|'.join(DAY_NAMES)}|\d{{1,2}}\s[A-Z][a-z]+|[A-Z][a-z]+\s\d{{1,2}}(?!\d))"
TERMS = (
    r"(?i:\b(?:fob|cif|cfr|cnf|ddp|dap|exw|fca|fot|dlvd|delivered|ex[- ](?:works|warehouse|store|mill|mine|tank|plant)"
    r"|ex-\w+|in[- ](?:wareho?use|whs|store|port|bond)|free on board|on a \w+ basis)\b)"
)
# "$610-660/kg", "between 1,620 and 1,640 yuan a tonne", "1.36-1.39mn yuan/t", and in a table or list "610-660" alone.
SCALE = r"\s?(?:mn|million)\b"
PRICE = re.compile(
    rf"(?P<between>\bbetween\s)?(?<![\w.,])(?P<sign>{SIGN})?\s?(?P<low>{NUMBER})(?:(?:{SCALE})?(?:/[a-z]+(?=\s(?:to|and)\s))?"
    rf"(?(between)\sand\s|(?:\s?[-–—]\s?|\sto\s))(?:{SIGN})?\s?(?P<high>{NUMBER}))?(?P<scale>{SCALE})?"
    rf"(?![\d,.]*\d|\s?[-–—]\s?{SIGN}?\d|\s?(?:mn|million|billion|m\b|bn\b|%))"
    rf"(?:\s(?P<word>{WORD})\b)?"
    rf"(?:(?:/|\sper\s|\san?\s(?=[a-z]))(?P<unit>(?:million|mn)\sBtu|(?!{'|'.join(SPANS)}|million|mn|night|head|person|guest|visit|trip"
    r"|share|dollar|euro|yen|pound sterling)[A-Za-z]+(?:[ -](?:hour|ton|tonne|unit|ounce))?"
    rf"(?:\s(?!{TERMS})[A-Z]{{3,}})?)\b(?!-\w))?"
)
_ELEMENT = rf"(?!{TERMS})(?:[A-Z][a-z]?\d?[A-Z]?|[A-Z]{{2,}}\d?)(?!\w)(?:\sbasis)?"  # of "80% Dy", "6% Li2O"
SHARE = rf"(?:\d{{1,2}}(?:\.\d+)?%(?!\s(?:VAT|duty)\b(?!-))(?:\s{_ELEMENT})?|\dN\d?\b)"
PURITY = rf"(?:(?:min(?:imum)?\.?\s)?{SHARE}(?:\s(?:min(?:imum)?|purity|pure|grade|protein|fat)\b)?)"
TAX = (
    r"(?i:(?:(?:incl(?:\.|uding|udes?)?|excl(?:\.|uding|udes?)?|with|without)\s)?(?:\d+%\s)?(?:VAT|duty)"
    r"(?:\s(?:(?:un)?paid|incl(?:\.|uded)?|excl(?:\.|uded)?))?)(?!\w)"
)
PLACE = (
    r"(?:(?:(?:north|south|east|west)(?:ern)?|main)\s)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){0,2}(?:\sports)?"
    r"(?:\sand\s[A-Z]\w+)?"
)
WHERE = rf"{TERMS}(?:\s(?:(?:at\s|in\s)?{PLACE}|main\sports))?(?:(?:,|\sand)?\s{TAX})*"
ROSE = r"rose|gained|added|climbed|jumped|firmed|advanced"
FELL = r"fell|lost|slipped|dropped|slid|eased|retreated|declined|dipped"
VERB = (
    rf"{ROSE}|{FELL}|(?:was|were|is|are)(?!\s(?!trad|be)\w+ing\b)|held|traded|trades|stood|stands|edged|settled|closed"
    r"|ended|remained|stayed|fetched|changed\shands"
)
_AFTER = rf"{VERB}|this|last|on|at|to|by|after|as|amid|and|but|while|from|for|over|up|down|with|against|versus|compared"
NO_TIME = rf"(?!(?i:{'|'.join(MONTHS)})\b|{DAY})"
_PLACED = (
    rf"(?:(?:[Ii]n|[Ii]nside|[Oo]utside|at)\s(?:the\s)?{NO_TIME}{PLACE}|on\sthe\s[A-Z]{{2,}})"
    rf"(?![\w’'-]|\s(?!(?:{_AFTER})\b)[a-z])|{TAX}(?:\s{NO_TIME}{PLACE})?"
)
# What stands beside a thing or a price and says how pure, where and on what terms.
BASIS = re.compile(
    rf"\s?\((?P<bracket>(?:{PURITY}|{TERMS}|{TAX})[^()]{{0,60}})\)"
    rf"|(?:\son\s{DAY},)?,?\s(?P<basis>{WHERE}|{_PLACED}),?(?=\s|[.;:()]|$)"
)
# From here on a sentence tells of something else: "as stocks rose 4%", but not "by as much as 4%", "as of Friday".
CAUSE = (
    r"\b(?:after|amid|because|whil(?:e|st)|when|where(?:as)?|(?:al)?though|despite"
    r"|(?<!compared\s)with(?!\s(?:VAT|duty)\b)"
    r"|and(?=\s(?!duty\b)[a-z-]+(?:\s[a-z-]+){0,2},\s(?:up|down)\b)"
    r"|(?<!much\s)(?<!many\s)(?<!well\s)as(?!\s(?:of|at|much|many|well)\b))\s"
)
TIME = re.compile(
    rf"\s(?:in|at|during)\s(?:early|late|mid|the\s(?:end|start|peak)|(?i:{'|'.join(MONTHS)})\b|20\d\d)"
)


def read_ends(price: re.Match[str]) -> tuple[Decimal, Decimal]:
    """The low and the high end: 1360000 and 1390000 of "1.36-1.39mn"."""
    ends = (read_number(price["low"]), read_number(price["high"] or price["low"]))
    is_scaled = price.groupdict().get("scale")
    return (Decimal(round(ends[0] * 10**6)), Decimal(round(ends[1] * 10**6))) if is_scaled else ends


def read_number(text: str) -> Decimal:
    """The figure of "1,234.5"."""
    return Decimal(text.replace(",", ""))
