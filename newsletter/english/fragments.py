"""Lines that look like sentences and are none: a name with its description, a label, a heading run into its text. Pure."""

from __future__ import annotations

import re

from newsletter.english.blocks import BlockKind

_FINITE = (
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|does|do|did|said|says|told|fell|rose|grew|won|made|began|"
    r"took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|gave|lost|left|found|sent|spent|ran|put|brought|kept|drew)"
)
_HEAD_VERB = re.compile(
    rf"\b{_FINITE}\b|(?<![-\w])(?!used\b|based\b|located\b|owned\b|backed\b|designed\b)[a-z]+ed\s(?:the|an?|its|that|\d|[A-Z])|(?<!\d\s)\b[a-z][a-z]+s\s(?:the|an?|its|as|that)\b|"
    r"\b(?:plans|owns|holds|expects|reports|announces|receives|produces|provides|includes|controls|acquires|operates|offers|remains|aims|supports|"
    r"reported|announced|completed|achieved|received|secured|recorded|posted|increased|decreased|acquired|launched|targets|shows|highlights|emphasi[sz]es?|confirms|increases|rises|falls|needs|makes|gives|takes|puts|uses|signs|opens|closes|completes|sees|comes|goes|serves|begins|becomes|brings|occurs|occurred|ranges from|ranged from|consists of|consisted of|comprises|comprised|varies|varied|depends on|depended on|happened|appeared|performed)\b"
)
# "Acme Holdings, a mine in the south that produces sand": the description never ends in a verb.
_DESCRIBED = re.compile(
    r"^(?!(?:With|In|On|At|By|For|From|Since|After|Before|During|Under|Last|This|Earlier|Later|\w+ly|Meanwhile|However|Today|Yesterday)\b)[A-Z][\w.&’'-]*(?:\s(?:[A-Z][\w.&’'-]*|of|and|the|for|&)){0,9},(?:\s[A-Z]\w{1,4}\.?,)?\s(?:an?|one of)\s(?P<rest>.+)$",
    re.DOTALL,
)
_GOES_ON = re.compile(rf"^(?:today\s|also\s|\w+ly\s|and\s)?(?:{_FINITE}|[a-z]+(?:s|ed))\b")
# "Ada Brown, Chair of Acme General Smith served 37 years": two lines run together.
_ROLE_RUNS_ON = re.compile(
    rf"^[A-Z][\w.’'-]+(?:\s[\w.’'-]+){{1,3}},\s(?:Chair\w*|Chief|CEO|CFO|COO|President|Director|Founder|Managing|Executive|Vice|Senior|Head)\b[^,]*?\s(?:{_FINITE}|[a-z]+ed)\b"
)
# "A company of Acme, is a provider of …": the subject was a heading above.
_HEADLESS = re.compile(rf"^(?:An?|The)\s(?:(?!\b{_FINITE}\b)[^,]){{3,120}},\s(?:is|are|was|were|has|have)\s")
# "First of a series of dividends paid to …"
_NUMBERED = re.compile(r"^(?:First|Second|Third|Latest|Next|Last|Part|One) of (?:an?|the|several|many|its)\b")
# "Acme Corporation - Sponsored research to develop methods": a name and what is to be said of it.
_DASHED = re.compile(r"^[A-Z][\w.,’' &-]{2,70}\s[-–—]\s(?P<rest>[A-Z][^-–—]+)$")
_MAIN = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would)\b")
_LABEL = re.compile(r"^[A-Z][\w /&-]{1,40}:\s+(?P<rest>.+)$", re.DOTALL)
_TITLED_HEAD = re.compile(
    r"^(?P<head>(?:[A-Z][\w.’'-]*\s|of\s|and\s|the\s|for\s){4,}?)(?:Mr|Mrs|Ms|Dr|Prof)\.\s(?P<name>[A-Z]\w+)"
)

# Headline style: "Company reports …", "…, says CEO".
_BARE = re.compile(
    r"^Company(?:[’']s\s|\s[a-z])|\b(?:with|of|for|to|by|in|from|and)\sCompany[’']s\b"
    r"|,\s(?:says?|notes?|adds?|warns?|finds?|shows?|argues?)\s(?:[“\"][^”\"]{2,30}[”\"]\s)?"
    r"(?:CEO|CFO|COO|chief|chairman|president|reports?|stud(?:y|ies)|survey|analysts?|experts?|officials?|minister|sources?|executives?|authors?)\.?$"
)
_DETERMINER = re.compile(
    r"\b(?:the|an?|its|his|her|their|our|my|this|that|these|those|each|every|some|any|no|all|both|several|many|most|few|more|another|such)\b|\w[’']s?\s|\b(?:"
    r"is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does?|did|be|been|\w+[a-z]ed)\b",
    re.IGNORECASE,
)
_HEADS = re.compile(
    r"^(?:[\w’'&.-]+\s){1,5}?(?:emphasi[sz]e|target|announce|report|acquire|sign|launch|unveil|expand|secure|advance|complete|boost|eye|seek|plan|join|name|appoint|raise|cut|win|receive|"
    r"begin|start|extend|push|move|hit|see|get|take|make|give|open|close|underscore|highlight|deliver|drive|lead|power|show|back|tap|land|post|issue|strengthen|support|accelerate|"
    r"commence|provide|add|bring|build|enter|face|file|hold|look|offer|reach|reveal|set|ship|sell|buy|turn|urge|want|warn)(?:e?s)?\s"
)
_SHORT_HEAD = 22  # words
# A sum in dollars whose last group lost a digit: "$416,00".
_MISPRINT = re.compile(r"[$€£¥]\s?\d{1,3}(?:,\d{3})*,\d{1,2}(?![\d,])")


def is_headline(text: str, kind: BlockKind) -> bool:
    """Whether ``text`` is written like a headline: "Company reports …", or in the present without one small word."""
    if _BARE.search(text):
        return True
    loose = kind is BlockKind.BULLET or text[-1:].isalnum()
    short = len(text.split()) <= _SHORT_HEAD
    return bool(loose and short and not _DETERMINER.search(text) and _HEADS.match(text))


def is_misprint(text: str) -> bool:
    """Whether it states a sum that is no well-formed number."""
    return _MISPRINT.search(text) is not None


def is_fragment(text: str, kind: BlockKind) -> bool:
    """Whether ``text`` is no whole sentence: it has no main verb of its own, or two lines were run together."""
    if (match := _DESCRIBED.match(text)) and not any(
        _GOES_ON.match(part) for part in re.split(r",\s", match["rest"])[1:]
    ):
        return True
    if re.match(r"(?:With|Despite)\b", text) and all(
        re.match(r"(?:and|or|including|while|as well as)\b", part) for part in re.split(r",\s", text)[1:]
    ):
        return not _HEAD_VERB.search(text)
    if (match := _DASHED.match(text)) and not _HEAD_VERB.search(match["rest"]):
        return True
    if _ROLE_RUNS_ON.match(text) or _HEADLESS.match(text):
        return True
    if (match := _TITLED_HEAD.match(text)) and match["name"] in match["head"].split():
        return True
    return kind is BlockKind.BULLET and (lacks_verb(text) or _PARTICIPLE.match(text) is not None)


# "Leveraging what stands there with phased plans", "Designed to take many feeds": what is said of a label before it.
_PARTICIPLE = re.compile(rf"[A-Z][a-z]+(?:ing|ed)\s(?!(?:[\w’'-]+\s){{1,40}}?{_FINITE}\b)")


def lacks_verb(text: str) -> bool:
    """Whether a point of a list has no main verb: "Midstream: expansion of capacity", "First of a series of dividends"."""
    if _NUMBERED.match(text) and not _MAIN.search(text):
        return True
    label = _LABEL.match(text)
    return not _HEAD_VERB.search(re.sub(r"\([^()]*\)", "", label["rest"] if label else text))
