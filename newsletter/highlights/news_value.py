"""What a sentence is worth as news: events that can be checked outrank praise. Pure.

Companies and ministries mix what happened (a plant opened, a rule took effect, a first shipment) with how
well they did ("top tier", "successful completion", "milestone"). A reader pays for the first. The signs are
words of events, of things that can be seen or read, of firsts, of counts; no subject is named here.
"""

from __future__ import annotations

import re

from newsletter.english.promotion import has_checkable_fact, sets_scene

EVENT = 1.12  # each sign of an event is worth this much
PRAISE = 0.8  # praise with no figure behind it
PRAISE_WITH_FIGURE = 0.93
# Where an article speaks for a company, its facts are fewer, and its scenes and praise more:
HARD = 1.25  # an amount of a deal, a post, how much is in the ground
SCENE = 0.7  # the state of the world, what things are for, that they matter
SOFT = 0.65  # no amount, no date, nothing that was done once

_HAPPENED = re.compile(
    r"\b(?:launch(?:e[sd]|ing)?|unveil(?:s|ed)|inaugurat(?:es|ed)|open(?:s|ed)|clos(?:es|ed)|shut|commission(?:s|ed)|complet(?:es|ed)|began|begins|start(?:s|ed)|"
    r"restart(?:s|ed)|halt(?:s|ed)|suspend(?:s|ed)|resum(?:es|ed)|sign(?:s|ed)|acquir(?:es|ed)|b(?:ought|uys)|s(?:old|ells)|merg(?:es|ed)|"
    r"award(?:s|ed)|grant(?:s|ed)|approv(?:es|ed)|permit(?:s|ted)|reject(?:s|ed)|impos(?:es|ed)|bann(?:ed)|bans|lift(?:s|ed)|sanction(?:s|ed)|"
    r"su(?:es|ed)|ship(?:s|ped)|deliver(?:s|ed)|produc(?:es|ed)|pour(?:s|ed)|discover(?:s|ed)|drill(?:s|ed)|intersect(?:s|ed)|rais(?:es|ed)|"
    r"invest(?:s|ed)|buil(?:t|ds)|appoint(?:s|ed)|resign(?:s|ed)|fil(?:es|ed)|set up|list(?:s|ed)|clarif(?:ies|ied)|commerciali[sz](?:es|ed)|"
    r"introduc(?:es|ed)|publish(?:es|ed)|releas(?:es|ed)|enter(?:s|ed) (?:into|force))\b",
    re.IGNORECASE,
)
# What can be visited, counted or read: works, instruments, contracts, rules.
_THING = re.compile(
    r"\b(?:plants?|factor(?:y|ies)|mines?|smelters?|refiner(?:y|ies)|facilit(?:y|ies)|stations?|lines?|terminals?|ports?|laborator(?:y|ies)|furnaces?|"
    r"deposits?|drill ?holes?|ind(?:ex|ices)|exchange|fund|contracts?|agreements?|memorandum|licen[cs]es?|permits?|quotas?|tariffs?|laws?|bills?|"
    r"orders?|rules?|sanctions?|controls?|patents?|stockpiles?|loans?|grants?|stakes?|shares|cargo(?:es)?|shipments?|lawsuit|bonds?)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"(?:[’']s|\bthe|\bits|\btheir|\ba) (?:\w+ )?first(?:-ever)?(?! (?:half|quarter|nine|six|three|two|day|week|month|year|time\b|place|to\b))\b|\bfor the first time\b"
)
_COUNT = re.compile(
    r"\b(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|dozens of|hundreds of)\s(?:(?!years?|days?|weeks?|months?|hours?|minutes?|percent|per cent)[a-z-]+\s){0,2}"
    r"(?:firms|companies|countries|projects|mines|plants|holes|licen[cs]es|permits|tonnes|tons|kilograms|megawatts|jobs|people|buyers|members|units|vehicles|magnets|metres|meters)\b"
)
# Money that changes hands, or is to: an award, a loan, a placement, with its amount.
_DEAL = re.compile(
    r"[$€£¥]\s?\d[\d.,]*(?:\s?(?:m|bn|k|million|billion|trillion)\b)?(?:[\w,’' -]{0,60}?)\b(?:awards?|grants?|agreements?|contracts?|fund(?:s|ing)?|financings?|loan|investments?|offerings?|placements?|purchases?|deals?|packages?|facilit(?:y|ies)|credits?|orders?|acquisitions?|stakes?|proceeds|consideration|commitments?|incentives?|royalt(?:y|ies))\b"
    r"|\b(?:awards?|awarded|grants?|agreements?|contracts?|fund(?:s|ing|ed)|financings?|loan|invest(?:s|ed|ment|ments)|offering|placements?|purchased?|deals?|packages?|raised|raising|commit(?:s|ted|ment)|acquired?|acquires|acquisition|incentives?|consideration|proceeds)\b[\w,’' -]{0,60}?\s(?:US|A|C|AUD |CAD |USD |AU|CA)?[$€£¥]\s?\d",
    re.IGNORECASE,
)
_POST = re.compile(
    r"\b(?:appoint(?:s|ed)|names|named|hire[sd]|promote[sd]|elect(?:s|ed)|join(?:s|ed)|resign(?:s|ed)|step(?:s|ped) down|retire[sd]|succeed(?:s|ed))\b.{0,90}?\b(?:Chief|President|Chair(?:man|woman|person)?|Director|Officer|CEO|CFO|COO|CTO|Vice|Board|Head of|Chief Executive|Managing)",
)
# How much is in the ground, or comes out of it.
_YIELD = re.compile(
    r"\b(?:resources?|reserves?|deposit|grad(?:es?|ing)|recover(?:y|ies)|samples?|assays?|inferred|indicated|measured|intersected|capacity|output|production|TREO|REO|ore)\b.{0,90}?\d[\d.,]*\s?(?:%|ppm|Mt\b|kt\b|g/t|million tonnes|billion tonnes|million (?:metric )?tons|(?:metric )?ton(?:ne)?s|tpa|per cent)"
    r"|\d[\d.,]*\s?(?:%|ppm|Mt\b|kt\b|g/t|million tonnes|billion tonnes|million (?:metric )?tons|(?:metric )?ton(?:ne)?s|tpa|per cent).{0,60}?\b(?:resources?|reserves?|deposit|grades?|recover(?:y|ies)|TREO|REO|oxides?|concentrate|ore|per year|a year|annually)\b",
    re.IGNORECASE,
)
_HARD = (
    ("it tells the amount of a deal", _DEAL),
    ("it tells who takes or leaves a post", _POST),
    ("it tells how much is in the ground or comes out", _YIELD),
)
_ANNOUNCED = re.compile(
    r"^[^;“”\"]{3,200}?\b(?:announces?|announced|announcing|(?:is|are|was) pleased to (?:report|confirm|advise)|reports?|reported|confirms|confirmed)\s(?:today\s)?(?:that|the|its|an?|\w+ing|[a-z]+)\b",
)
_PRAISE = re.compile(
    r"\b(?:top[- ]tier|world[- ]class|world[- ]leading|industry[- ]leading|best[- ]in[- ]class|cutting[- ]edge|state[- ]of[- ]the[- ]art|outperform(?:s|ed|ing)?|"
    r"successful(?:ly)?|milestones?|achievements?|remarkable|outstanding|impressive|excellen(?:t|ce)|exceptional|unparalleled|unrivalled|unique(?:ly)?|"
    r"(?:strong|robust|solid|steady|significant|substantial|great|good|continued|important|major) (?:progress|performance|momentum|results|growth|position|foundation|strides|advances?|steps?)|"
    r"highlighted progress|made progress|on track|committed to|commitment to|dedicated to|looks? forward|proud(?:ly)?|pleased|delighted|thrilled|excited|honou?red|"
    r"well[- ]positioned|strategically positioned|leading (?:provider|supplier|developer|producer|player|position)|leadership|new heights|high[- ]quality development|"
    r"game[- ]chang(?:er|ing)|transformational|transformative|landmark|historic|pivotal|flagship|despite (?:global|market|challenging)\b)",
    re.IGNORECASE,
)


def is_announcement(text: str) -> bool:
    """Whether ``text`` says what somebody announces: "Acme today announced the start of drilling"."""
    return _ANNOUNCED.search(text) is not None


def weigh_news(text: str, *, figure: bool, commercial: bool = False) -> tuple[float, tuple[str, ...]]:
    """Give the factor of ``text`` as news, and why.

    ``figure`` tells that it states an amount, price or share, ``commercial`` that its article speaks for a company.
    """
    signs = [
        ("it reports something that happened to a thing one can check", _happened_to_a_thing(text)),
        ("it reports a first", bool(_FIRST.search(text) and _THING.search(text))),
        ("it counts", bool(_COUNT.search(text))),
    ]
    factor = 1.0
    reasons = []
    for reason, holds in signs:
        if holds:
            factor *= EVENT if reason != signs[0][0] else EVENT * EVENT
            reasons.append(reason)
    if _PRAISE.search(text):
        factor *= PRAISE_WITH_FIGURE if figure else PRAISE
        reasons.append("against it: it praises itself")
    if commercial:
        hard, why = _weigh_hardness(text)
        factor *= hard
        reasons += why
    return factor, tuple(reasons)


def _weigh_hardness(text: str) -> tuple[float, list[str]]:
    """Where an article speaks for a company: hard news counts more, what cannot be checked less."""
    factor = 1.0
    reasons = []
    for reason, pattern in _HARD:
        if pattern.search(text):
            factor *= HARD
            reasons.append(reason)
    if not has_checkable_fact(text):
        factor *= SOFT
        reasons.append("against it: nothing in it can be checked")
    if sets_scene(text):
        factor *= SCENE
        reasons.append("against it: it sets the scene")
    return factor, reasons


def _happened_to_a_thing(text: str) -> bool:
    """Whether a word of an event stands near a thing that can be visited, counted or read."""
    for event in _HAPPENED.finditer(text):
        if _THING.search(text, event.end(), event.end() + 75) or _THING.search(
            text, max(0, event.start() - 60), event.start()
        ):
            return True
    return False
