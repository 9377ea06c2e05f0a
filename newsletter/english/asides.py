"""Sentences that are about the text and not about its subject: who spoke to whom, who did not reply, who attended, how samples were kept. Pure.

One row a rule: what such a sentence is, the form by which it is told, a sentence that it is true of and one that it is not, and why.
The examples are the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.english.blocks import BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One rule. ``pattern`` reads lower case; ``plain``: only where the sentence states no figure."""

    kind: BlockKind
    pattern: str
    holds: str
    fails: str
    reason: str
    plain: bool = False


_MET = r"\b(?:joins|joined|sits\sdown|sat\sdown|catches\sup|caught\sup|chats|chatted|speaks|spoke|talks|talked)\b"
_HELD = (
    r"(?:meeting|event|ceremony|conference|forum|hearing|session|signing|reception|symposium|work conference)"
)

ASIDES = (
    Aside(
        kind=BlockKind.STUDIO,
        pattern=_MET + r".{0,140}\bto\s(?:discuss|talk|share|outline|provide|give|walk|explain)\b(?!\s(?:that\b|(?:\w+\s){1,3}news\b|the\scompany\s(?:has|is|will|plans)\b))",
        holds="Ada Brown, chief of Acme, joined Sam Field in the studio to discuss the company's ferry.",
        fails="Ada Brown met the minister on Monday and said that the ferry would sail in May.",
        reason="who sat where is no news; what was discussed is told by the sentences below",
    ),
    Aside(
        kind=BlockKind.STUDIO,
        pattern=_MET + r"(?:\s(?:to|with)\s[^.;:]{3,90}?)?\s(?:in|from|at|on|for)\s(?:[^.;:]{0,60}?)(?:studio|podcast|show|episode|programme|our\sseries|this\sinterview)\b"
        r"|\btells\s[\w’'& ]{3,50}\s(?:what|how|why|about)\b[^\d]*$|\bwas\s(?:recently\s)?(?:a|our)\sguest\b|\b(?:thanks?|thank\syou)\sfor\s(?:joining|having\s(?:me|us)|your\stime)\b|^welcome\s(?:back\s)?to\b|^good\s(?:morning|afternoon|evening)\b",
        holds="Ada Brown, chief of Acme, was recently a guest on the Harbour podcast.",
        fails="The guest ferry was recently sold to Acme for $3 million.",
        reason="set-ups and greetings of talk",
    ),
    Aside(
        kind=BlockKind.STUDIO,
        pattern=r"^(?:[\w.’'&()-]+\s){1,14}?(?:discuss(?:es|ed)|elaborates\son|talks\sabout|touches\son|reflects\son|walks\s\w+\sthrough)\s.{3,220}\bwith\s(?:[\w’'-]+\s){0,4}[\w’'-]+\.?$",
        holds="Acme chief Ada Brown discusses the results of the harbour survey with Sam Field.",
        fails="The ministers discussed a ban on ferries and agreed to end it in May.",
        reason="that something was discussed, and not what was said",
    ),
    Aside(
        kind=BlockKind.STUDIO,
        pattern=r"\b(?:interview|conversation|transcript|discussion|q\s?&\s?a)\s(?:has\sbeen|was|is)\s(?:\w+\s)?(?:edited|condensed|shortened|translated)\b"
        r"|\b(?:live\s)?(?:blog|page|coverage)\sis\s(?:now\s)?closed\b|\bfull\s(?:report|story)\s(?:will|to)\sfollow\b"
        r"|^that[’']s\s(?:it|all)\s(?:from|for)\b|\bthank\syou\sfor\s(?:reading|following)\b|^rolling\scoverage\b|^latest\s(?:entries|updates|posts)\b|^all\stimes\b|^next\s(?:week|month|time)\s?[:,]\s.*\bwe\b|^apologies\b|\bcompiled\sby\sour\b",
        holds="The conversation has been edited for length.",
        fails="The interview was given two days before the ferry sank.",
        reason="housekeeping of an interview or a live page",
    ),
    Aside(
        kind=BlockKind.BIOGRAPHY,
        pattern=r"\b(?:views|opinions)\s(?:expressed|are\sthose)\b|\b(?:views|opinions)\sare\s(?:his|her|their|my)\sown\b|^the\s(?:author|writer)s?\s(?:is|are|has|have|holds?|owns?|does|do|works?)\b",
        holds="The opinions expressed here are those of the author.",
        fails="The author of the report expects fares to fall by 4%.",
        reason="who wrote it, and whose views they are",
    ),
    Aside(
        kind=BlockKind.NO_ANSWER,
        pattern=r"^(?!.*\b(?:but|den(?:y|ied|ies)|reject\w*|which|who|after|because)\b)(?:(?!\b(?:said|told)\b).){2,110}?\b(?:(?:did|do|does|had|has|have|could)\snot\s(?:immediately\s|yet\s|be\s|been\s|available\s)*"
        r"(?:respond(?:ed)?|repl(?:y|ied)|return(?:ed)?|answer(?:ed)?|reached|comment(?:ed)?)|(?:was|were)\snot\s(?:immediately\s)?available|declined\s(?:to\scomment|(?:a|our|all)\srequests?))\b(?:[^,;]{0,90}|\son\s.{0,60})\.?$"
        r"|^[^,;]{2,90}\bsaid\s(?:it|he|she|they)\s(?:did|does|do|would|could)\snot\scomment\b[^,;]{0,60}$",
        holds="Acme did not immediately respond to a request for comment.",
        fails="Acme denied the report and declined to comment further.",
        reason="silence is told beside what it answers, never alone",
    ),
    Aside(
        kind=BlockKind.READING,
        pattern=r"\b(?:the|this|a|an)\s(?:\w+\s)?(?:tables?|charts?|figures?|graphs?|graphics?|maps?|lists?|summary)\s(?:\w+\s)?(?:below|above|overleaf)\b|^(?:the|a|this)\s(?:next|following|accompanying)\s(?:tables?|charts?|figures?|graphs?|maps?)\b"
        r"|\b(?:numbers?|figures?|values?|amounts?)\sin\s(?:\w+\s)?(?:brackets|parentheses|italics|bold)\b|^(?:see|refer\sto)\s(?:the\s)?(?:tables?|figures?|appendix|notes?|page)\b",
        holds="The number in square brackets is the change from the week before.",
        fails="The table maker appeared in court over unpaid bills of $2 million.",
        reason="how a page is to be read",
    ),
    Aside(
        kind=BlockKind.READING,
        pattern=r"^(?:all\s)?(?:\w+\s){0,2}(?:figures|amounts|prices|currency|times|dollars|numbers|percentages)\s(?:in\sthis\s[\w ]+\s)?(?:are|is)\s(?:\w+\s)?(?:in\s(?:\w+\s){1,4}|stated|quoted|rounded|based|given|expressed)[^,]{0,40}(?:unless|$|,\sunless|\.$)"
        r"|\bhere\s(?:is|are)\s(?:what|the|five|some)\b[^,$€£%]*\.?$|^two\sthings\shave\schanged\b",
        holds="All dollar amounts are in Canadian dollars unless otherwise stated.",
        fails="All prices are in decline, by 4% in May.",
        reason="how its figures are to be read; what is announced and then told",
    ),
    Aside(
        kind=BlockKind.FORMULA,
        pattern=r"\bhereby\s(?:gives?|given|makes?|publish(?:es)?|issues?)\s(?:public\s)?(?:notice|known)\b(?!\sthat)|\b(?:gives?\snotice\sof|announces?|promulgates?)\sthe\sfollowing\s(?:matters|provisions|regulations|rules)\b"
        r"|^done\s(?:at|in)\b|^for\sthe\s(?:minister|director|secretary|ministry|commission)\b|\bin\switness\swhereof\b|^enquiries\s?:|^signed\s?:",
        holds="The Ministry of Ports, with the approval of the Cabinet, hereby gives notice of the following matters.",
        fails="The Ministry of Ports hereby bans ferries older than 30 years.",
        reason="the formula of a notice says by whose power, not what",
    ),
    Aside(
        kind=BlockKind.PROTOCOL,
        pattern=r"\b" + _HELD + r"\b[^.;]{0,60}\b(?:was|were)\s(?:\w+\s)?(?:attended|chaired|presided|opened|moderated|hosted)\s(?:over\s)?by\b|^(?:also\s)?(?:present|attending|in\sattendance)\b[^.]{0,40}\b(?:were|was)\b"
        r"|\b(?:attended|presided\sover|chaired|were\spresent\sat|took\spart\sin)\s(?:the|this)\s" + _HELD + r"\.?$|\b(?:was|were)\salso\s(?:present|in\sattendance)\b|^representatives\sof\s[^.;]{3,160}\b(?:attended|were\spresent|took\spart)\b",
        holds="The meeting was attended by Deputy Mayor Li Wen and heads of twelve bureaus.",
        fails="Workers who attended the meeting voted for a strike in May.",
        reason="who sat in the room",
    ),
    Aside(
        kind=BlockKind.QUALITY,
        pattern=r"\bwithin\s(?:accepted|acceptable|allowable|normal|expected)\s(?:tolerances?|limits|ranges?)\b|\b(?:blanks?|duplicates?|(?:reference|control)\s(?:materials?|samples?))\b.{0,100}\b(?:inserted|included|submitted|introduced|routinely)\b"
        r"|\b(?:inserted|included|submitted|introduced)\b.{0,100}\b(?:blanks?|duplicates?|(?:certified\s)?reference\s(?:materials?|standards?))\b"
        r"|\b(?:samples?|cores?|specimens?)\b.{0,60}\b(?:were|was|is|are)\s(?:\w+\s)?(?:shipped|sent|submitted|delivered|dispatched|prepared|crushed|dried|bagged|sealed|transported|cut)\b.{0,160}\b(?:laborator(?:y|ies)|labs?)\b"
        r"|\bqa/?qc\b|\bquality\s(?:assurance|control)\b.{0,80}\b(?:programs?|programmes?|protocols?|procedures?|measures)\b|\bchain\sof\scustody\b|\b(?:iso|accredited)\b.{0,60}\blaborator",
        holds="Blanks and certified reference materials were inserted in every batch, and all returned values within accepted tolerances.",
        fails="Laboratory tests of the samples found lead at three times the limit.",
        reason="how samples were handled and checked is in every report",
    ),
    Aside(
        kind=BlockKind.CALL,
        pattern=r"^(?:want\smore|sign\sup|follow\sus|send\s(?:your|us|notices|tips|letters)|read\smore|watch|listen|tune\sin|click|tap|download|get\sin\stouch|write\sto\sus|email\sus|contact\sus|tell\sus|stay\stuned|don[’']t\smiss|"
        r"buy\stickets|book\s(?:now|your)|have\syour\ssay)\b|^subscribers?\s(?:can|may)\b|^not\sa\ssubscriber\b|^try\s.{2,40}\sfor\s[$€£]|\bour\s(?:podcast|newsletter|app)\b|\bis\spublished\s(?:every|each)\b|^(?:we\shave\sasked|if\syou\s(?:are|have|want|would|work))\b",
        holds="Send notices of appointments to the editor by noon on Thursday.",
        fails="Watchers of the port counted 31 ferries.",
        reason="what a reader should do is no news",
    ),
)  # fmt: skip
_RULES = tuple((aside, re.compile(aside.pattern)) for aside in ASIDES)
_LONGEST = 60  # words
# "… to discuss the sale of its 90% stake for up to $63 million": what is discussed is told here, if nowhere else.
_DISCUSSED = re.compile(
    r"\b(?:to\s(?:discuss|talk\sabout|share|outline|explain)|discuss(?:es|ed)|talks?\sabout)\s(?P<content>(?:the|its|their|his|her|an?|plans|how|why)\s.*?)(?=\swith\s[A-Z][\w’'.-]+(?:\s[A-Z][\w’'.-]+){0,4}\.?$|[.]?$)"
)
_TELLS = re.compile(r"[$€£¥]\s?\d|\d\s?%|\b\d[\d,.]*\s(?:million|billion|[a-z]{4,})")


def find_aside(sentence: str) -> BlockKind | None:
    """What a sentence is that is about the text and not about its subject; None for any other."""
    words = sentence.lower()
    if len(words.split()) > _LONGEST:
        return None
    return next((aside.kind for aside, rule in _RULES if rule.search(words)), None)


def find_discussed(sentence: str) -> tuple[int, int] | None:
    """The span of what is discussed within a set-up, where it states a figure."""
    match = _DISCUSSED.search(sentence)
    return match.span("content") if match and _TELLS.search(match["content"]) else None
