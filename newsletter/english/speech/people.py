"""Who a person is: the full name, and the role that the article gives beside it. Pure.

"Ada Brown says:" leaves its reader asking who that is, unless the headline has her. The words of a role are the
article's own, up to the firm that the headline has: "Chief Executive Officer Ada Brown",
"Ada Brown, head of trading at Acme".
"""

from __future__ import annotations

import re

from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, expand, read_class

_RANK = (
    r"(?i:(?:(?:vice|senior|(?:non-)?executive|managing|deputy|interim"
    r"|global|acting|former|lead|general|group|prime)\s){0,3})"
)
_POST = expand(r"(?i:chief(?:\s[a-z]+(?:\s(?:and\s[a-z]+\s)?officer)?)?|{post}|author|researcher|scientist)")
POST = compile_pattern(
    r"(?i:{post}|chiefs?|author|attorney|lawyer|columnist|judge|justice|researcher|scientist|engineer|trader)"
)
# Words with a capital letter that are no name, nor a part of one: days, posts, the forms of firms.
_OFFICES = (
    "ceo cfo coo cto chief executive officer president chairman chairwoman chair director managing vice minister prime "
    "secretary company board group corp inc ltd limited plc co q1 q2 q3 q4 phase "
    "jan feb mar apr may jun jul aug sep sept oct nov dec"
)
NO_NAME = frozenset((*read_class("month"), *read_class("weekday"), *read_class("title"), *_OFFICES.split()))
_FIRM = expand("{name}")
_ROLE = (
    rf"(?:(?:an?|the|our|its)\s)?(?P<role>{_RANK}{_POST}\b(?:[\w&/’' -]|\.(?=[A-Z])){{0,60}}?)"
    r"(?:\s(?:of|at|for|with)\s(?:(?:the|our)\s(?i:company|firm|group|bank)"
    rf"|(?:(?:the|an?)\s)?(?:(?!of\b|for\b|at\b|the\b)[A-Za-z][a-z-]+\s){{0,4}}?(?P<firm>{_FIRM})))?"
)
_STOPS = r"[,.;:“”\"()—\n]|\swh"

# ", 58, head of trading at Acme," or " is chair of Acme"
_BEHIND = compile_latin(
    rf"(?:,\s\d\d)?(?:,?\s(?:who\s)?(?:is|became)\s|,\s){_ROLE}"
    rf"(?={_STOPS}|\s(?:since|in|on|(?:[a-z]+\s)?(?:day|week|month|year)s?)\b|$)"
)
# " has run Acme since 2020", ", who heads Acme": in the present.
_LEADS = compile_latin(
    r"(?:,\swho)?\s(?:has\s(?:run|led|headed|chaired)|runs|leads|heads|chairs|owns|founded)\s"
    rf"(?P<firm>{_FIRM})(?={_STOPS}|\s(?:since|for)\b)"
)
# What may stand before a role: else it goes on to the left ("auction house partner"), nobody knows how far.
_BEFORE = compile_latin(
    r"(?:^|[.,;:“”\"(—]\s*|\b(?:[Tt]he|an?|its|his|her|their|our|[Ss]a(?:id|ys)|and|by|with|from|to|of|[Aa]s"
    r"|[Ww]hen|that)\s"
    r"|\b(?:met|asked|interviewed)\s|[’']s\s|s[’']\s|\)\s|\n)"
    rf"(?P<role>(?:[A-Z][\w&’'-]*\s){{0,4}}?{_RANK}{_POST}(?:\s(?:and|&)\s{_RANK}{_POST}|\s[A-Z]\w+)*)\s$"
)
# "The founder of Acme, " or "Acme's chief executive, ": what stands before a name between commas.
_BETWEEN = compile_latin(
    r"(?:^|[.;:“”\"(—]\s*|\b(?:[Ww]ith me (?:is|are)|and)\s|\b(?=[Ii]ts|[Oo]ur)|[’']s\s|s[’']\s)"
    r"(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir)\s)?"
    rf"(?P<role>(?:(?!and\b)[a-z][a-z-]*\s){{0,2}}?{_RANK}{_POST}\b(?:[\w&/’' -]|\.(?=[A-Z])){{0,40}}?)"
    rf"(?:\s(?:of|at|for)\s(?:the\s)?(?P<firm>{_FIRM}))?,\s$"
)
# "By Ada Brown, policy director, Friends of the Quay": a byline has it in a line of its own.
_BYLINE = re.compile(r",\s(?P<role>[^\n.|]{3,60})$", re.MULTILINE)
_ENDS = re.compile(r"[,.;]")
_SCOPE = re.compile(r"\s(?:for|in|to|of|on|at)\s")  # "head of trading"
_NEAR = 70  # characters before a name within which its role begins
_FAR = 110  # the same of one between commas
_LONGEST = 80  # characters of a speaker in a lead-in


def introduce(name: str, text: str, title: str) -> str:
    """Give ``name`` with the role that ``text`` has beside it, and the firm where ``title`` does not have it.

    As it is where ``title`` has it beside a post.
    """
    titled = re.search(rf"\b{re.escape(name.rsplit(maxsplit=1)[-1])}\b", title)
    if " " not in name or (titled and POST.search(title)):
        return name
    for place in re.finditer(rf"\b{re.escape(name)}\b", text):
        own = _BYLINE.match(text, place.end()) if text.endswith(("By ", "by "), 0, place.start()) else None
        if own and POST.search(own["role"]):
            return f"{name}, {own['role']},"
        if before := _BEFORE.search(text[max(0, place.start() - _NEAR) : place.start()]):
            return _capitalize(f"{before['role']} {name}")
        before = _BETWEEN.search(text[max(0, place.start() - _FAR) : place.start()])
        if after := _BEHIND.match(text, place.end()) or (before if _ENDS.match(text, place.end()) else None):
            return _compose(name, after, title)
        leads = _LEADS.match(text, place.end())
        if leads and not _names(title, leads["firm"]):
            return f"{name} of {leads['firm']}"
    return name


def _compose(name: str, match: re.Match[str], title: str) -> str:
    """Name and role; the firm only where the headline lacks it, and both fit."""
    role = " ".join(match["role"].split())
    told = " ".join(match.string[match.start("role") : match.end()].split()).rstrip(",")
    whole = f"{name}, {told},"
    if match["firm"] and not _names(title, match["firm"]) and len(whole) <= _LONGEST:
        return whole
    return f"{name}, {role}," if _SCOPE.search(role) else _capitalize(f"{role} {name}")


def _names(title: str, firm: str) -> bool:
    return re.search(rf"\b{re.escape(firm.split(maxsplit=1)[0])}\b", title) is not None


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
