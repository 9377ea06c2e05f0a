"""Who a person is: the full name, and the role that the article gives beside it. Pure.

"Ada Brown says:" leaves its reader asking who that is, unless the headline has her. The words of a role are the article's own,
up to the firm that the headline has: "Chief Executive Officer Ada Brown", "Ada Brown, head of trading at Acme".
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re

_RANK = r"(?:(?:[Vv]ice|[Ss]enior|[Ee]xecutive|[Nn]on-[Ee]xecutive|[Mm]anaging|[Dd]eputy|[Ii]nterim|[Gg]lobal|[Aa]cting|[Ff]ormer|[Ll]ead|[Gg]eneral|[Gg]roup|[Pp]rime)\s){0,3}"
_POST = (
    r"(?:[Cc]hief(?:\s[A-Za-z]+(?:\s(?:and\s[A-Za-z]+\s)?[Oo]fficer)?)?|CEO|CFO|COO|CTO|[Pp]resident|[Cc]hair(?:man|woman|person)?|[Dd]irector|(?:[Cc]o-?)?[Ff]ounder|[Hh]ead|[Pp]artner|[Mm]anager|"
    r"[Mm]inister|[Ss]ecretary|[Aa]mbassador|[Pp]rofessor|[Aa]nalyst|[Ee]conomist|[Ss]trategist|[Gg]eologist|[Ss]pokes(?:man|woman|person)|[Ss]enator|[Gg]overnor|[Cc]ommissioner|[Ll]ecturer|[Oo]wner)"
)
POST = re.compile(
    rf"(?:{_POST}|[Aa]uthor|[Aa]ttorney|[Ll]awyer|[Cc]olumnist|[Jj]udge|[Jj]ustice|[Rr]esearcher|[Ss]cientist|[Ee]ngineer|[Tt]rader|[Cc]hiefs)"
)
# Who does or says things and is called so after being named: "the company", "the regulator".
ACTOR = re.compile(
    r"company|firm|group|bank|board|union|fund|court|ministry|department|agency|government|commission|bureau|association|organi[sz]ation|"
    r"university|institute|airline|authority|party|committee|council|team|panel|state|study|report|\w+(?:er|or|ist)|man|woman"
)
# Words with a capital letter that are no name, nor a part of one: days, posts, the forms of firms.
NO_NAME = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec ceo cfo coo cto chief executive officer president chairman "
    "chairwoman chair director managing vice mr mrs ms dr prof minister prime secretary company board group corp inc ltd limited plc co "
    "q1 q2 q3 q4 phase".split()
)
_FIRM = r"[A-Z][\w&.’'-]*(?:\s(?:of\s|and\s|for\s|&\s)?[A-Z][\w&’'-]*)*"
_ROLE = rf"(?:(?P<whose>{_FIRM}[’']s?)\s|(?:an?|the|our|its)\s)?(?P<role>{_RANK}{_POST}\b(?:[\w&/’' -]|\.(?=[A-Z])){{0,60}}?)(?:\s(?:of|at|for|with)\s(?P<firm>(?:(?:the|our)\s(?:[Cc]ompany|[Ff]irm|[Gg]roup|[Bb]ank)|(?:the\s)?[A-Z][\w&.’' -]{{1,60}}?)))?"
# What may stand before a role: else it goes on to the left ("auction house partner"), nobody knows how far.
_BEFORE = re.compile(
    rf"(?:^|[.,;:“”\"(—]\s*|\b(?:the|an?|its|his|her|their|our|[Ss]a(?:id|ys)|and|by|with|from|to|of|as|when|that|[Tt]he|[Aa]s|[Ww]hen)\s|[’']s\s|s[’']\s|\)\s|\n)"
    rf"(?P<role>(?P<firm>(?:[A-Z][\w&’'-]*\s){{0,4}}?){_RANK}{_POST}(?:\s(?:and|&)\s{_RANK}{_POST}|\s[A-Z]\w+)*)\s$"
)
_SCOPE = re.compile(r"\s(?:for|in|to|of|on|at)\s")  # "head of trading"
_COMPANY = re.compile(r"(?:the|our)\s(?:company|firm|group|bank|miner|corporation)\b", re.IGNORECASE)
_NEAR = 70  # characters before a name within which its role begins
_LONGEST = 80  # characters of a speaker in a lead-in


def introduce(name: str, text: str, title: str) -> str:
    """Give ``name``, a person's, with the role that ``text`` has beside it; as it is where ``title`` or ``name`` tells enough.

    The firm is told where the title does not have it.
    """
    if " " not in name or re.search(rf"\b{re.escape(name.rsplit(maxsplit=1)[-1])}\b", title):
        return name
    for place in re.finditer(rf"\b{re.escape(name)}\b", text):
        if before := _BEFORE.search(text[max(0, place.start() - _NEAR) : place.start()]):
            known = before["firm"] and re.search(rf"\b{re.escape(before['firm'].split()[0])}\b", title)
            role = before["role"].removeprefix(before["firm"]) if known else before["role"]
            return _capitalize(f"{role} {name}")
        after = re.compile(rf"(?:\s\([^()]*\))?,\s{_ROLE}(?=[,.;:“”\"()—\n])").match(text, place.end())
        if after and (shown := _compose(name, after, title)):
            return shown
    return name


def _compose(name: str, match: re.Match[str], title: str) -> str:
    """Name and role; the firm only where the headline lacks it. "" where that would be too long for a lead-in."""
    role = " ".join(match["role"].split())
    firm = " ".join((match["firm"] or re.sub(r"[’']s?$", "", match["whose"] or "")).split())
    known = not firm or _COMPANY.match(firm) or re.search(rf"\b{re.escape(firm.split()[0])}\b", title)
    if not known:
        shown = f"{name}, {' '.join(_words(match).split())},"
    else:
        shown = f"{name}, {role}," if _SCOPE.search(role) else f"{role} {name}"
    return _capitalize(shown) if len(shown) <= _LONGEST else ""


def _words(match: re.Match[str]) -> str:
    """The role as it stands in the article, without the comma before it."""
    return re.sub(r"^(?:\s?\([^()]*\))?,\s", "", match.group())


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
