"""Who says a sentence within itself: "Baogang said …", "…, according to the ministry", "Baogang's claim that …". Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SAY = (
    r"(?:said|says|say|stated|states|claimed|claims|declared|declares|announced|announces|reported|reports|disclosed|"
    r"discloses|added|adds|noted|notes|told(?:\s+[\w’'.]+){1,4}?|alleges?|alleged|suspects?|suspected|believe|explained|explains|argued|argues|warned|warns|confirmed|confirms|revealed|"
    r"reveals|estimated|estimates|believes|believed|insisted|insists|maintained|maintains|acknowledged|acknowledges|"
    r"commented|comments|predicted|predicts|forecasts?|asserted|asserts|emphasi[sz]ed|emphasi[sz]es|stressed|stresses|"
    r"pointed out|points out|indicated|indicates|outlined|outlines|highlighted|highlights|wrote|writes|concluded|concludes|"
    r"contends?|contended|reckons?|reckoned|thinks?|thought|concedes?|conceded|admits?|admitted|cautions?|cautioned|assures|assured|boasts|boasted|hints|hinted|testifies|testified|argue|maintain|insist|warn|estimate|assert|acknowledge|projects|projected|expects|expected|pledged|pledges|promised|touted|touts|flagged|flags)"
)
SAYING = re.compile(rf"{_SAY}|according|calls?|called|proposes|wants|urges|urged|replied|put|says")
SAID = re.compile(
    r"sa(?:id|ys?)|argue[sd]?|warn(?:s|ed)?|wrote|add(?:s|ed)|told|not(?:es|ed)|insist(?:s|ed)|claim(?:s|ed)|replied"
)
_SAID = r"(?:said|says|added|adds|noted|notes|told|explained|explains|stated|states|reported|announced|confirmed|warned|wrote|estimated|estimates|argued|argues|argue|thinks?|claimed|claims|claim|commented|concluded|contends?|contended|reckons?|reckoned|concedes?|conceded|admits?|admitted|maintains?|maintained|insists?|insisted|asserts?|asserted|cautions|cautioned|warns?|believes?|believed|predicts?|predicted|acknowledges?|acknowledged)"  # after a clause
_SAY_NOUN = r"(?:claim|statement|announcement|assertion|report|view|belief|estimate|forecast|contention|argument|declaration|warning)"
CAPITALISED = r"(?:Inc|Corp|Ltd|Co|Cos|Bros|St|Mt|Dr|Mr|Ms|Mrs|Prof|Gen|Sen|Gov)\.|[A-Z][\w&.’'-]*(?<![.])|[A-Z]\.(?:[A-Z]\.)*"
_NAME = rf"(?:{CAPITALISED})(?:\s+(?:(?:of|and|&|for|de|du|da|von|van)\s+(?:the\s+)?)?(?:{CAPITALISED})|\s+\d{{1,2}}(?=\s))*"
_ANAPHOR = (
    r"(?:(?:the|this|that)\s+(?:company|firm|group|miner|producer|developer|explorer|corporation|manufacturer|supplier|ministry|"
    r"department|agency|government|commission|regulator|bureau|association|organi[sz]ation|bank|fund|university|institute|"
    r"report|study|statement|message|release|researchers|authors|officials|state-owned (?:company|firm|group))|it|he|she|they|we)"
)
_ROLE = r"(?:[A-Za-z’'-]+\s+){0,6}?"
_SUBJECT = (
    rf"(?P<subject>{_ANAPHOR.replace('the|this|that', '[Tt]he|[Tt]his|[Tt]hat')}|(?:(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ne|[Ss]ome|[Ss]everal|[A-Z][a-z]+)\s+(?:[a-z][\w’'-]*\s+){{0,4}}?)?{_NAME}"
    r"|(?:[Tt]he|[Aa]n?|[Ii]ts|[Oo]ne|[Ss]ome|[Ss]everal|[Tt]wo)\s+(?:[\w’'-]+\s+){0,5}?[a-z][\w’'-]*|It|He|She|They|We)"
)
_ADVERB = r"(?:\s+(?:also|further|earlier|later|has|have|had|recently|publicly|now|again|today|separately|proudly|formally|officially|\w+ly))*"
_WHEN = r"(?:\s+(?:on|in|late|earlier|this|last)\s+[\w,. ]{3,24}?)?"
_LEAD = r"^(?P<lead>(?:[^,.;:“\"]{1,90},\s+)?)"
_APPOSITIVE = r"(?:,\s[^,]{2,120}?(?:,[^,]{2,60}?)?,)?"
_THAT = re.compile(
    rf"{_LEAD}{_SUBJECT}{_APPOSITIVE}{_ADVERB}\s+(?P<verb>{_SAY}){_WHEN}(?P<that>,?\s+that)?\s+(?P<content>\S.*)$",
    re.DOTALL,
)
_NOUN_THAT = re.compile(
    rf"(?P<lead>^.*?)(?P<subject>{_NAME}|[Tt]he\s+\w+)(?:’s|'s|s’|s')\s+(?P<verb>{_SAY_NOUN})\s+that\s+(?P<content>\S.*)$",
    re.DOTALL,
)
_ACCORDING = re.compile(r"^[Aa]ccording to\s+(?P<subject>[^,]{2,100}),\s+(?P<content>\S.*)$", re.DOTALL)
_TAIL = re.compile(
    rf"^(?P<content>.*\S)(?<!,)(?<!\sthe)(?<!\sa)(?<!\san)(?<!\swhich)(?<!\swhen)(?<!\swhile)(?<!\swhere)(?<!\swho)(?<!\swhat)(?<!\sthat),?\s+(?:[Aa]ccording to\s+(?P<subject>[^,;]{{2,120}}?)|(?P<subject2>(?:the\s+)?{_NAME}|{_ANAPHOR}|[a-z][\w -]{{2,40}}?)(?:,[^,]{{2,80}},)?\s+(?:{_SAID})"
    rf"(?:\s[\w ,’'-]{{0,60}})?|(?:{_SAID})\s+(?P<subject3>(?!(?:on|in|at|that|it|he|she|they|to|by|for|this|last|the same)\b){_ROLE}{_NAME})(?:,.{{2,140}})?)[.”\"’']*$",
    re.DOTALL,
)
_ANY = re.compile(rf"\b{_SAY}\b|\baccording to\b|\b{_SAY_NOUN}\s+that\b")
ANAPHOR_START = re.compile(rf"^{_ANAPHOR}\b", re.IGNORECASE)
_CUT_NAME = re.compile(r"(?:’s|'s|’|')$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What an attributed sentence says, and who says it. Offsets count within the sentence."""

    subject: str  # as written: "Baogang", "The firm"
    verb: str
    start: int  # of the content
    end: int
    clause: bool  # the content stands alone after "X says:"
    form: str  # "before", "noun", "according", "after"
    that: bool = False  # "said that …": what follows is a clause for certain


_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|must|do|does|did|\w{2,}ed|accounts?|remains?|"
    r"plans?|expects?|fell|rose|grew|won|made|began|took|became|came|went|got|saw|set|hit|cut|led|held|met|paid|sold|bought|built|"
    r"produces?|holds?|owns?|operates?|continues?|includes?|offers?|provides?|needs?|wants?|hopes?|aims?|makes?|shows?|supports?)\b"
)


def is_clause(words: str) -> bool:
    """Whether ``words`` look like a clause with a subject and a finite verb, so that they can follow "X says:"."""
    head = words[:160]
    match = _FINITE.search(head)
    return bool(
        match
        and match.start() > 0
        and re.match(r"[\w“\"$€£‘'(]", words)
        and not re.match(r"(?:to|by|with|on|in|at|for|from)\b", words)
    )


@lru_cache(maxsize=4096)  # asked for the same sentence by each rule about speakers
def find_attribution(sentence: str) -> Attribution | None:  # noqa: PLR0911 - one return a form of attribution
    """Find who says ``sentence`` within itself, or None where it is not attributed."""
    if not _ANY.search(sentence.lower()):
        return None
    if match := _ACCORDING.match(sentence):
        return _make(match, "according", "according to", match["subject"])
    if match := _NOUN_THAT.match(sentence):
        return _make(match, "noun", match["verb"], match["subject"])
    if (match := _THAT.match(sentence)) and (match["that"] or len(match["content"].split()) >= 4):
        clause = match["that"] is not None or (
            re.match(
                r"(?:said|says|claimed|claims|believes|estimates|stated|noted|confirmed)$", match["verb"]
            )
            is not None
            and is_clause(match["content"])
        )
        return _make(match, "before", match["verb"], match["subject"], clause=clause)
    if match := _TAIL.match(sentence):
        subject = match["subject"] or match["subject2"] or match["subject3"] or ""
        if re.match(
            r"(?:who|which|when|where|while|after|before|because|if|since|until|that|by|below|above|as|also|has|have|had|is|was|and|or|not)\b",
            subject,
            re.IGNORECASE,
        ):
            return None
        return _make(match, "after", "said", subject)
    return None


def _make(
    match: re.Match[str], form: str, verb: str, subject: str, *, clause: bool | None = None
) -> Attribution:
    content = match["content"]
    return Attribution(
        subject=_CUT_NAME.sub("", subject.strip()),
        verb=verb,
        start=match.start("content"),
        end=match.end("content"),
        clause=is_clause(content) if clause is None else clause and is_clause(content),
        form=form,
        that="that" in match.re.groupindex and match["that"] is not None,
    )


def is_speech(text: str) -> bool:
    """Whether any word of saying stands in ``text``."""
    return _ANY.search(text.lower()) is not None


def is_attributed(sentence: str) -> bool:
    """Whether the sentence itself says whose statement it is."""
    return find_attribution(sentence) is not None or "according to" in sentence.lower()


def names_speaker(sentence: str) -> bool:
    """Whether the sentence itself names, not only points at, the one whose statement it is."""
    found = find_attribution(sentence)
    return found is not None and not is_anaphor(found.subject)


def is_anaphor(subject: str) -> bool:
    """Whether ``subject`` points back ("The firm", "it") and names nobody."""
    return ANAPHOR_START.match(subject) is not None and not re.search(r"\s[A-Z]", subject)
