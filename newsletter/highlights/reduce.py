"""Fewer words for a sentence: whole constituents are deleted, none is cut through. Pure.

A sentence is parted at its commas, dashes and brackets. What each part is shows in its first words (a relative clause,
an apposition, what came of it, who says it). Parts may go alone or together; of all sets of deletions that leave a
whole sentence of at most so many words, the one that loses fewest is taken. Who says it, what limits or denies it,
hedges of what stays, what a change is measured by, and prices never go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from newsletter.english.fragments import is_balanced
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.letters import compile_latin
from newsletter.english.quantities import tells_money
from newsletter.english.rules import compile_pattern, expand, matches, remembered, scan
from newsletter.english.speech.sayings import find_attribution, is_clause

LONGEST = 44  # words that a highlight may have
MOST_PARTS = 10  # of a sentence
MOST_TRIED = 40  # sets of deletions, the best, that are looked at for whole sentences
LEAST_WORDS = 7  # that are left
STATEMENTS = frozenset({"second clause", "second predicate"})  # which say something of their own
LIST_WORDS = 6  # of an item of a list
WEIGHT = 12  # words that a part with a figure or a cause counts as, and that too long a sentence does
MOST_COMMAS = 7  # that an apposition may hold
_PAIR = 2  # dashes that set off what stands between them
_AMOUNT = re.compile(r"[$€£¥%]|\b(?:million|billion|tonnes)\b")
_WEIGHTY = re.compile(
    r"[$€£¥%]|\d|\b(?:because|after|as|amid|owing to|due to|following|forcing|half|a third|a quarter|record)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A constituent that may go: ``text[start:end]``, with the comma or dash that opens it."""

    start: int
    end: int
    kind: str
    own: bool = False  # a clause with a verb of its own: what is unsure in it is unsure of nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What is left of a sentence, and what went."""

    text: str
    cuts: tuple[str, ...] = ()


def reduce_sentence(text: str, *, max_words: int, spare: int = 0) -> Reduced:
    """Delete what makes ``text`` too long; what fits stays whole.

    Up to ``spare`` words more stay where else a figure or a cause would go. Where no set of deletions is short enough
    the one that leaves fewest words is given: the caller looks at its length.
    """
    total = len(text.split())
    if total <= max_words:
        return Reduced(text=text)
    parts = find_parts(text)
    gone = {part: text[part.start : part.end] for part in parts}

    def rank(chosen: tuple[Part, ...]) -> tuple[int, int]:
        """Short enough first; then what loses fewest words, figures and causes."""
        lost = sum(len(gone[part].split()) for part in chosen)
        over = max(0, total - lost - max_words)
        weighty = sum(_WEIGHTY.search(gone[part]) is not None for part in chosen)
        return max(0, over - spare), lost + over + WEIGHT * (weighty + (over > 0))

    shortest = Reduced(text=text)
    for chosen in sorted(_combine(parts), key=rank)[:MOST_TRIED]:
        rest = _delete(text, chosen)
        size = len(rest.split())
        if chosen and (size < LEAST_WORDS or not is_whole(rest)):
            continue
        if size < len(shortest.text.split()):
            cuts = tuple(gone[part].strip(" ,—–-;") for part in chosen)
            shortest = Reduced(text=rest, cuts=cuts)
        if size <= max_words + spare:
            return Reduced(text=rest, cuts=tuple(gone[part].strip(" ,—–-;") for part in chosen))
    return shortest


def _combine(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Every set of parts none of which lies within another, the empty one first."""
    sets: list[tuple[Part, ...]] = [()]
    for part in parts[:MOST_PARTS]:
        sets += [(*one, part) for one in sets if not one or one[-1].end <= part.start]
    return sets


def _delete(text: str, parts: tuple[Part, ...]) -> str:
    pieces, place = [], 0
    for part in parts:
        pieces.append(text[place : part.start])
        place = part.end
    return tidy("".join((*pieces, text[place:])), like=text)


def tidy(text: str, *, like: str = "") -> str:
    """Collapse white space and the marks that a deletion leaves; begin with a capital and end as ``like`` does."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", text)
    text = re.sub(r",\s*(?=[,.;])", "", text)
    text = re.sub(r"(,\s(?:and|but)),(?=\s)", r"\1", text)
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    text = re.sub(r"^[,;:—–-]+\s*", "", text)
    if text[-1:].isalnum() and like.rstrip("\"”’')")[-1:] in {".", "!"}:
        text += like.rstrip("\"”’')")[-1]
    first = re.match(r"\w+", text)
    if first and first.group().islower() and not like[:1].islower():
        text = text[:1].upper() + text[1:]
    return text


# ── whole sentences ──────────────────────────────────────────────────────────────────────────────

# A verb with what it was done to, and no participle: "the board opened a review", no "a firm called The Mill".
_ACTS = compile_latin(
    r"\b(?!(?:called|named|dubbed|considered|titled|deemed|used|based|owned)\b)"
    r"[a-z]+ed\s(?:an?|the|its|their|his|her)\s[a-z]"
)
_VERB_LAST = compile_pattern(r"\b{auxiliary}$")
_IS_DONE = compile_pattern(r"\b{auxiliary}\s(?:not\s|\w+ly\s)?$")
_DASH = r"\s(?:[—–]|--?)\s"
_FINITE = compile_pattern(r"\b{finite}\b")
_TELLS_THAT = compile_pattern(
    r"\b(?:{telling}|announces)\sthat(?:,\saccording to [^,]+)?(?P<rest>.+?)"
    r"(?:[—–]\s?(?:which|who)\b[^,;]*)?$"
)
_SURE = compile_pattern(r"\b(?:{auxiliary}|{irregular})\b")
# What shows a verb behind an opening without a comma: "In May Acme informed Lund that …".
_SURE_BEHIND = compile_pattern(
    r"\b(?:{auxiliary}|{irregular}"
    r"|(?!(?:called|named|dubbed|titled|based|owned)\b)[a-z]+ed(?=\s(?:that\b|[A-Z][a-z])))\b"
)
_SAID_LAST = compile_pattern(
    r"[,”\"]\s[^,“\"]{2,70}\s(?:sa(?:id|ys)|reported|showed|warned|told \w+)(?:\s(?:on\s)?{Weekday})?$"
)
_OPENING_WORD = re.compile(
    r"(?:In|On|At|Of|Out|Due|Owing|Thanks|Among|Across|Amid|During|With|Within|Without|Despite|Following|Under|By|"
    r"For|From|To|Over|Through|Unlike|Between)\b"
    r"|(?P<clause>After|Before|Since|As|While|Although|Though|When|If|Once|Because|Until)\b"
)
_OPENING_PHRASE = compile_latin(rf"{_OPENING_WORD.pattern}.*\b[a-z]+$")
# What opens a part of a sentence that is no main clause.
_HANGS = compile_latin(
    r"(?:and|or|but|also|that|which|who|whose|whom|where|when|while|as|after|before|since|because|although|though|if"
    r"|once|until|unless|than)\b|[a-z]+ing\b"
)
# "On Monday evening the board …": such an opening has no verb that is not the sentence's.
_WHEN = compile_pattern(
    r"^(?:On|By|Late on|Early on|Last)\s(?:{Weekday}|\d\d?\s{Month}|{Month}\s\d\d?|week|month|year)"
    r"(?:\s(?:morning|afternoon|evening|night))?,?\s(?=(?:the|an?|its|their)\s|[A-Z])"
)
_WE_ACT = compile_latin(r"\s(?:we|I|they|you)\s[a-z]+\b")  # "At 60 dollars we lose money"
_JOINS = re.compile(r"^(?:and|or)\s")
_ADDED = re.compile(r"an?\s")  # an apposition
_INNER = re.compile(
    r"\b(?:that|which|who|whose|whom|what|how|where|when|after|before|because|if|while|as)\b", re.IGNORECASE
)


def is_whole(text: str) -> bool:
    """Whether ``text`` looks like a sentence with nothing in it that waits for more."""
    body = _SAID_LAST.sub("", text.rstrip(".!”\"’' "))
    return (
        is_balanced(text)
        and is_clause(body)
        and has_main_clause(body)
        and not matches("unfinished", body)
        and not is_opening(body)
        and not _lacks_verb(body)
        and len(re.findall(_DASH, text)) % 2 == 0
    )


def _lacks_verb(body: str) -> bool:
    """Whether what it says that somebody says has no verb: "The Board announces that the council of Lund"."""
    told = _TELLS_THAT.search(body)
    return told is not None and not _FINITE.search(told["rest"])


def is_opening(body: str) -> bool:
    """Whether it is no more than what opens a sentence: "In May, when the mill closed"."""
    match = _OPENING_WORD.match(body)
    if match is None:
        return False
    first, *segments = body.split(", ")
    if match["clause"] and first == match.group():  # "If, in an inspection, a crack is found"
        segments = segments[2:]
    if match["clause"] is None and _FINITE.search(first):
        return False
    return not any(not _HANGS.match(one) and is_clause(one) for one in segments)


def has_main_clause(body: str) -> bool:
    """Whether one of the parts between commas has a subject and a finite verb, and hangs on no other part."""
    subject = False  # a part without a verb that may be one
    for number, words in enumerate(re.split(r"[,;:]\s|\s[—–-]\s", _WHEN.sub("", body, count=1))):
        part = _JOINS.sub("", words) if subject else words  # "Acme, a miner, and the council said …"
        opening = _OPENING_WORD.match(part[:1].upper() + part[1:])
        if _HANGS.match(part) or (opening and opening["clause"]):
            continue
        if subject and _ADDED.match(part) and not _SURE.search(part):
            continue  # "Ada Lund, a seasoned sailor, who lives in Wick"
        if (subject and _FINITE.match(part)) or (opening and _WE_ACT.search(part)):
            return True
        for verb in (_SURE_BEHIND if opening else _FINITE).finditer(part):
            before = part[: verb.start()].split()
            if before and before[-1] != "to" and not _INNER.search(" ".join(before)):
                return True
        subject = subject or (number == 0 and not opening)
    return False


# ── two statements ───────────────────────────────────────────────────────────────────────────────

_SECOND = re.compile(
    r"(?:;|,)\s(?:(?:and|then|and then|(?P<hangs>while|whereas))\s)?"
    r"(?!(?:however|but|yet|still|instead|nevertheless|nonetheless)\b)"  # which turns the first round
)
_SUBJECT_NEXT = compile_latin(
    r"(?!that\b)(?:(?:the|an?|its|their|this|some|many|most|all|two|three)\b|[A-Z$€£\d])\S*"
)
# "…, and output of 4,200 tonnes a year is expected in May"
_BARE_SUBJECT = compile_pattern(
    r"(?!(?:when|if|as|to|in|on|at|for|by|of|with|from|that|which|who)\b)[a-z]+\s(?:[^,;:“”]|,\d){0,90}?\b{auxiliary}\b"
)
# Of whom the first half speaks: alone it would be anybody's.
_POINTS = compile_pattern(
    r"(?i:(?:it|its|they|their|he|his|she|her|this|that|these|those)\b|(?:the|both|all)\s(?:{company}|two)\b)"
)
_DEED = compile_pattern(r"(?!\w+ed (?:by|in|at|on|from|to)\b){finite}\b")  # no "hired by the town"
_IS_DONE_TO = re.compile(r"\b(?:is|are|was|were|been)\s(?:\w+ly\s)?\w+(?:ed|en|ld|pt|nt)\b")
_BARE_PARTICIPLE = re.compile(r"(?:\w+ly\s)?(?:\w+ed|told|given|sent|found|put|held|sold|paid|made|left)\b")
# What follows, with a subject of its own.
_BOTH_SAID = re.compile(
    r",?\sand\sthat\s(?!(?:it|they|he|she|this|these|those|one|is|was|are|were)\b)(?!.*\b(?:them|they|both)\b)"
)
_ASIDE = re.compile(r",\s(?:an?|the)\s[^,]+,(?=\s)")  # "Acme, a maker of ferries, said that"
_TOLD_THAT = re.compile(r"[^,;:“”\"]{4,60}\b(?:told|warned|informed|assured)\s(?:[\w’'-]+\s){1,4}that\s")
_NO_VERB = re.compile(r"\bto (?:before|until|after)\b")  # "has not ruled, and is not expected to before May"
_OF_FIRST = re.compile(  # "and kept a third of it", "and has sold them"
    r"\b(?:of|for|to|from|with|by|in|on|at)\s(?:it|them)\b|\bha(?:s|ve|d)\s\w+(?:ed|en|ld|pt)\s(?:it|them)\b"
)


def split_clauses(text: str) -> tuple[str, ...]:
    """The two statements of a sentence that joins them by "and", "while" or a semicolon; none where it does not.

    What "but" or "though" adds turns a statement round and stays with it. Each has a verb of its own; where both have
    one subject ("Acme opened the mill, and expects to …"), each gets it.
    """
    return _split_said(text) or _split_joined(text)


def _split_joined(text: str) -> tuple[str, ...]:
    """Two statements with a comma or semicolon between them."""
    found = find_attribution(text)
    commas = _commas(text)
    for index, place in enumerate(commas):
        match = _SECOND.match(text, place)
        if match is None or match.group() == ", " or _in_list(text, commas, index):
            continue
        if found is not None and (found.form != "before" or "while" not in match.group()):
            continue  # somebody says both
        if _POINTS.match(text, match.end()):
            continue
        first, second = text[:place], text[match.end() :]
        if ":" in first:
            continue  # parts of what stands before the colon
        subject = "" if match["hangs"] else _find_subject(first)
        # "Acme was fined $9 million, and warned that": it did not warn.
        done = _IS_DONE_TO.search(first) and _BARE_PARTICIPLE.match(second)
        if subject and _DEED.match(second) and not done:
            second = f"{subject} {second}"
        elif not (
            _SUBJECT_NEXT.match(second)
            or (not match["hangs"] and _BARE_SUBJECT.match(second) and not _INNER.search(first))
            or re.search("while|whereas|;", match.group())
        ):
            continue
        # "$9 million went to ferries, and $6 million to yards deemed small"
        sum_alone = re.match(r"\W?\d", second) and not _SURE.search(second)
        if _NO_VERB.search(second) or _OF_FIRST.search(second) or sum_alone:
            continue
        both = f"{first}.", second[:1].upper() + second[1:]
        if _stand_alone(both):
            return both
    return ()


def _split_said(text: str) -> tuple[str, ...]:
    """Each of what somebody says: "The firm said that output fell and that its mill would close"."""
    found, told = find_attribution(text), _TOLD_THAT.match(text)
    start = told.end() if told else found.start if found and found.form == "before" else len(text)
    match = _BOTH_SAID.search(text, start) if len(text.split()) > LONGEST else None
    if match is None or "," in _ASIDE.sub("", text[:start]) or re.search(r"[:“”\"]|\bprovided that\b", text):
        return ()  # "provided that A and that B" is one condition
    both = f"{text[: match.start()]}.", f"{text[:start]}{text[match.end() :]}"
    return both if _stand_alone(both) else ()


def _stand_alone(statements: Sequence[str]) -> bool:
    return all(is_whole(one) and len(one.split()) >= LEAST_WORDS for one in statements)


def _find_subject(clause: str) -> str:
    """The words before the first verb of a clause, where they are a plain subject; else ""."""
    verb = _FINITE.search(clause)
    if verb is None:
        return ""
    subject = re.sub(rf"\s(?:on )?{expand('{Weekday}')}$", "", clause[: verb.start()].strip())
    plain = re.search(r"[,;:()“”\"]|\b(?:who|which|that|and|or)\b", subject) is None
    return subject if plain and _SUBJECT_NEXT.match(subject) else ""


# ── parts ────────────────────────────────────────────────────────────────────────────────────────

_RELATIVE = (
    r"(?:which|who|whose|whom|where|(?:some|all|most|many|both|each|one|none|\d+) of (?:which|whom)"
    r"|(?:under|in|at|for|to|by|from|on|with|of|during|after|through) (?:which|whom))\b"
)
_PREPOSITION = (
    r"(?:(?:just|only|mainly|mostly|partly) )?(?:(?:north|south|east|west) of|in(?! that\b)|on|at|by|for|from|with|"
    r"under|over|amid|following|during|through|across|along with|together with|"
    r"as part of|ahead of|compared (?:with|to)|versus|against|up from|down from|based on|because of|due to|owing to|"
    r"thanks to|in line with|followed by|alongside|as well as|after|before|since|between|among|via|into|"
    r"to(?!\s[A-Z]{0,3}[$€£]?\d))\b"
)
_SUBORDINATE = r"(?:as|while|when|after|because|since|before|once|even as|where|so that)\b"
_PARTICIPLE = (
    r"(?![a-z]+ing\s(?:and|or)\s(?!\w+(?:ing|ly)\b))(?!(?:no|some|any|every)thing\b)"
    r"(?!during\b|including\b|according\b|excluding\b|pending\b|barring\b|assuming\b|depending\b"
    r"|provid(?:ed|ing)\s(?:that|it|they|the)\b|subject\b)(?:(?:thereby|thus|also|[a-z]+ly)\s)?(?:[a-z]+ing"
    r"|(?:driven|led|helped|hurt|hit|boosted|supported|backed|caused|triggered|fuelled|fueled|weighed|dragged|aided|"
    r"offset|known|based|located|situated|headquartered|listed|owned|made|built|designed|used|aimed|expected|"
    r"planned|set|due|scheduled|carried out|conducted|published|released|issued|imposed|defined|awarded|presented|"
    r"managed|operated|completed) (?:by|on|in|at|to|down|up|as|for|near|from|under|with)|[a-z]+ed by(?!\s\d))\b"
)
_NOUN_PHRASE = (
    r"(?:(?:an?|the|one of|its|their|his|her|part of|home to|of(?=\s[A-Z]))\s"
    r"|[A-Z][\w.-]*(?:\s[A-Z][\w-]*)?[’']s\s(?!\w+ing\b))"
)
_KINDS: tuple[tuple[str, re.Pattern[str], bool], ...] = (  # name, how it begins, a clause of its own
    ("relative clause", re.compile(_RELATIVE), True),
    ("what came with it", compile_latin(rf"{_PARTICIPLE}|in what\b"), True),
    ("circumstance", compile_latin(_PREPOSITION), False),
    ("clause beside it", re.compile(_SUBORDINATE), True),
    ("apposition", compile_latin(_NOUN_PHRASE), False),
)
_NAMED = compile_latin(r"(?:(?:the|an?)\s)?[A-Z]")
_LISTED = compile_latin(r"[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)?")
_JOINED_NAMES = compile_latin(rf"{_NAMED.pattern}.*?\s(?:and|or)\s[^,]*[A-Z]")
_JOINED_NEXT = re.compile(r",\s(?:and|or)\s")
# Which are no part of a name, nor of "paragraph (1)" or "points (a) and (b)".
_BRACKETS = compile_latin(
    r"(?<!paragraph)(?<!\([a-z]\)\sand)(?<!\([a-z]\)\sor)(?<!\b(?:of|to|at|is))(?<!\bwas)"
    r"\s\([^()]{1,160}\)(?=[,.;]|\s[a-z]|$)"
)
_OPENING = compile_latin(
    rf"(?!among\b)(?:{_PREPOSITION}|{_SUBORDINATE}|{_PARTICIPLE}|last|earlier|late|today|"
    rf"according)(?:[^,;:]|\d:\d){{0,140}}?,\s(?:(?:19|20)\d\d,\s)?(?=[\w“\"$€£])",
    re.IGNORECASE,
)
# "By the end of the meeting, which went on for three hours, …"
# "As the largest yard in Wick, according to the council, Acme …": it said no more than that.
_OF_OPENING = re.compile(rf"(?:{_RELATIVE}|according to\b)[^,;:]{{2,90}},\s(?!and\b|or\b)")
_IF = re.compile(r"(?:Where|If|When|Unless|Once)\b")
# "Closing it will take years, she said": no opening, but who does it.
_IS_DOING = compile_pattern(r"[A-Z][a-z]+ing\s[^,]*\b{auxiliary}\b(?!\s(?:that|which|who)\b)")
# "For the full year, revenue reached $4 million", "In the second half Acme expects $4 million": of which figures are.
_PERIOD = re.compile(
    r"(?:For|In|During|Over)\s(?:the\s)?(?:[\w-]+\s){0,3}?(?:(?:fiscal|year)\b|(?:quarter|half|months|Q[1-4]|H[12])\b"
    r"(?=.*\b(?:expect|forecast|anticipat|guid|outlook|sees\b)))",
    re.IGNORECASE,
)
# "In emerging markets, sales rose 25%": of what the figures are.
_OF_WHAT = compile_pattern(
    r"(?:In|Across|Within|For)\s(?!(?:{Month}|{Weekday})\b)(?:the\s)?"
    r"(?:(?:[\w’'-]+\s){0,3}?(?:markets?|segments?|divisions?|units?|business(?:es)?|regions?|countries"
    r"|categor(?:y|ies)|patients|adults|children|women|men|households|participants)"
    r"|[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,3}),\s"
)
_NO_SUBJECT = compile_latin(rf"{_HANGS.pattern}|{_RELATIVE}|(?:it|he|she|we|they|there)\b")
_VERB_NEXT = compile_pattern(r"\s?(?:\w+ly\s|also\s|now\s|still\s|then\s|today\s|later\s)?{finite}\b")
_SUBJECT_RESUMES = compile_pattern(
    # no "compared with", no "attached to it, had"
    r"\s?(?:\w+ly\s|also\s|today\s|later\s)?(?!compared\b|[a-z]+ed\s[^,]*,\s{auxiliary}\b){finite}\b"
    r"|\sand (?:[a-z]+ ){0,4}[A-Z][^,]*(?:,\s[A-Z]{2,4})?(?:\b{finite}\b|,\s(?:an?|the|who|which|whose)\b)"
)
_COMPLEMENT = re.compile(r"\sof\s(?!which\b|whom\b)")  # "accusing Acme, a miner, of fraud"
_AGED = re.compile(r",\s[^,]{1,3}$")  # "Ada Brown, 56"
_THAT_CLAUSE = re.compile(r" that [^,]*")
_OF_FORM = compile_pattern(r",(?=\s{legal_form}(?!\w))")  # "Acme, Inc."
_CUT_THROUGH = re.compile(r"\b(?:that|which|who|and|or|but|of|to|the|an?)$")  # "a quay that, in May, …"
_GOES_ON = re.compile(
    r"\s(?:(?P<turn>though|although|but(?!\s(?:not|also)\b)|while|because|unless|if)"
    r"|(?P<clause>and|as|after|before|since|provided|(?:under|in|pursuant to) which|(?!including\b)\w+ing)"
    r"|in|on|at|by|for|from|under|into|to|of(?! which| whom))\s"
)


@remembered(1024)  # a sentence is shortened to several lengths
def find_parts(text: str) -> tuple[Part, ...]:
    """The constituents of ``text`` that may go, from left to right; those at the end may lie one within the other."""
    found = [
        *(Part(start=m.start(), end=m.end(), kind="aside", own=True) for m in _BRACKETS.finditer(text)),
        *_find_openings(text),
        *_find_middles(text),
        *_find_ends(text),
        *(
            Part(start=m.start("cut"), end=m.end("cut"), kind="incidental")
            for _, m in scan("incidental", text)
        ),
    ]
    unique = {(part.start, part.end): part for part in found if _may_go(text, part)}
    return tuple(unique[span] for span in sorted(unique))


def _find_openings(text: str) -> list[Part]:
    """What stands before the main clause: one such part, or several, one after the other."""
    parts: list[Part] = []
    start = 0
    while match := _OPENING.match(text, start):
        end = (_OF_OPENING.match(text, match.end()) or match).end()
        scopes = _PERIOD.match(text, start) or _OF_WHAT.match(text, start)
        if (scopes and _AMOUNT.search(text, end)) or _IS_DOING.match(text, start, end):
            break
        parts.append(Part(start=start, end=end, kind="opening", own=True))
        start = end
    rest = text[start:]
    opens, *others = rest.split(", ")
    named = _SUBJECT_NEXT.match(rest) and any(_VERB_NEXT.match(words) for words in others)
    verbs = [one.start() for one in _FINITE.finditer(opens) if not _IS_DONE.search(opens, 0, one.start())]
    # None of its own has "a wheat that is widely sown in May, the lines yielded".
    acts = len(verbs) > len(_INNER.findall(opens)) and verbs[0] > 0
    goes_on = _IF.match(text) and re.match(r"[a-z]+s\s", rest)  # "Where it lies, sails or sinks, the Board …"
    # "In May a trial in Wick, the first of its kind, failed": the subject stands before what seems to be it.
    beside = others and _VERB_NEXT.match(others[0]) and _kind_of(others[0], 0, len(others[0])) is None
    stands = (named or acts) and not (_NO_SUBJECT.match(rest) or goes_on or beside)
    return parts if stands and has_main_clause(rest) else []


def _find_middles(text: str) -> list[Part]:
    """Parts between two commas, after which its verb ("Acme, a miner, said") or another part follows."""
    commas, found = _commas(text), []
    for index, place in enumerate(commas[:-1]):
        if text[place] != "," or _in_list(text, commas, index):
            continue
        before_verb = not _FINITE.search(text[:place].rpartition(" that ")[2])  # of its clause
        for number, stop in enumerate(commas[index + 1 : index + MOST_COMMAS], index + 1):
            kind = _kind_of(text, place + 2, stop)
            if (
                kind is None
                or text[stop] != ","
                or (_LISTS.search(text, place, stop) and _LIST_ENDS.match(text, stop))
                or _is_cut_through(text, place, commas[index + 1 : number + 1])
            ):
                continue
            if before_verb and _SUBJECT_RESUMES.match(text, stop + 1):
                if (
                    kind[0] == "apposition"
                    and _OPENING_PHRASE.match(text, 0, place)
                    and _FINITE.search(text, place, stop)
                ):
                    break  # "In their letters, the two men used a code of their own, included a map and asked for"
                before = _OF_FORM.sub(" ", text[:place]).rpartition(" that ")[2]
                aged = _AGED.search(before) is not None  # whose comma closes the part, too
                found.append(Part(start=place, end=stop + 1 - aged, kind=kind[0], own=True))
                break
            goes_on = None if before_verb else _GOES_ON.match(text, stop + 1)
            if goes_on is None or (kind[1] and not goes_on["turn"]):
                continue
            if number > index + 1 and (kind[0] != "apposition" or goes_on.group() == " of "):
                break  # "have spent, on my count, 9 billion on ports, and less on yards"
            if not any(_in_list(text, commas, one) for one in range(index + 1, number + 1)):
                end = stop if goes_on.lastgroup else stop + 1  # "enabled Acme, a miner, to sell"
                found.append(Part(start=place, end=end, kind=kind[0], own=kind[1]))
                break
    return found


# "with goods including tin, | patented looms, and rope, is sold"
_LISTS = re.compile(r"\b(?:including|such as)\b")
_LIST_ENDS = re.compile(r",[^;.]*?,\s(?:and|or)\s[^,]+,")


def _is_cut_through(text: str, start: int, commas: Sequence[int]) -> bool:
    """Whether a part ends within a phrase: "a mill that has a quay and is, under a law of May, | entitled to two"."""
    return _CUT_THROUGH.search(text, 0, commas[-1]) is not None or any(
        _VERB_LAST.search(text, start, one) for one in commas[:-1]
    )


def _find_ends(text: str) -> list[Part]:
    """What may go from the end: all from a comma or a dash on, but for who says it."""
    stop = _find_stop(text)
    found = _find_from_commas(text, stop)
    if stop < (last := len(text.rstrip(".!"))):
        found += [part for part in _find_from_commas(text, last) if part.start > stop]
    dashes = list(re.finditer(rf"{_DASH}|—", text[:stop]))
    if len(dashes) == _PAIR and " " in dashes[0].group():  # "the fall — the first since May — has ended"
        if is_opening(text[: dashes[0].start()]):
            return found  # "If the kiln — it is old — fails, …": they part as a comma does
        return [*found, Part(start=dashes[0].start() + 1, end=dashes[1].end(), kind="aside", own=True)]
    ends = (match for match in dashes if not _JOINS.match(text[match.end() :]))  # "for life -- or to death"
    return found + [Part(start=match.start(), end=stop, kind="aside", own=True) for match in ends]


def _find_from_commas(text: str, stop: int) -> list[Part]:
    """The parts that begin at a comma or semicolon and go on to ``stop``."""
    commas = _commas(text[:stop])
    found, held = [], _find_object(text, commas)
    for index, place in enumerate(commas):
        joined = re.match(r"(?:and|or)\s", text[place + 2 :])
        if (
            place in held
            or _in_list(text, commas, index)
            or (index and joined and _opens_list(text, commas[index - 1], place))
        ):
            continue  # "sold a mill, opened two mines, and hired 400 people"
        end = commas[index + 1] if index + 1 < len(commas) else stop
        clause = _kind_of_clause(text[place], text[place + 2 : stop])
        kind = clause if clause and text[place] == ";" else _kind_of(text, place + 2, end) or clause
        if (
            kind
            and kind[0] in STATEMENTS
            and (
                # "Two traders spoke of 9 tonnes, and the mill runs, according to its owner"
                (stop < len(text) - 1 and _SPOKEN.search(text, 0, place))
                # "The mill closes; Acme is sure of that, its owner said, but has asked for a loan"
                or _PREDICATE_NEXT.search(text, stop)
            )
        ):
            continue
        goes_on = end < stop and (_VERB_NEXT.match(text, end + 1) or _COMPLEMENT.match(text, end + 1))
        if kind and not goes_on:
            found.append(Part(start=place, end=stop, kind=kind[0], own=kind[1]))
    return found


_WHAT = re.compile(r"(?:an?|the|its|their|all|any|\d[\d,.]*)\s")
_VERB_WAITS = compile_pattern(r"\b{auxiliary}\s(?:\w+ly\s|not\s)?[a-z]+$")


def _find_object(text: str, commas: Sequence[int]) -> set[int]:
    """The commas around an aside that parts a verb from its object: "must file, by 30 June, a plan of its quay"."""
    return {
        place
        for start, end in pairwise(commas)
        if _VERB_WAITS.search(text, 0, start) and _WHAT.match(text, end + 2)
        for place in (start, end)
    }


def _commas(text: str) -> list[int]:
    """Where commas and semicolons part constituents: outside brackets and quotations, not in figures."""
    depth, quoted, places = 0, False, []
    for place, char in enumerate(text):
        depth += (char in "([“") - (char in ")]”")
        quoted = quoted != (char == '"')
        if char in ",;" and depth <= 0 and not quoted and text[place + 1 : place + 2] == " ":
            places.append(place)
    return places


def _kind_of(text: str, start: int, end: int) -> tuple[str, bool] | None:
    """What stands in ``text[start:end]``, after its comma; None where it is no part by itself."""
    segment = text[start:end]
    for kind, pattern, own in _KINDS:
        if pattern.match(segment) and (kind != "relative clause" or _FINITE.search(segment)):
            if kind == "apposition":
                head, *more = re.split(r"\s(?:that|which|who)\s", segment, maxsplit=1)
                return None if _SURE.search(head) or _ACTS.search(head) else (kind, bool(more))
            if kind == "circumstance" and _SURE.search(segment) and not _INNER.search(segment):
                # Else the verb is that of what stands before it: "…, under a law of May have been mended".
                clause = re.match(rf"{_SUBORDINATE}\s(?=.)", segment)
                return ("clause beside it", True) if clause and is_clause(segment[clause.end() :]) else None
            return kind, own
    return None


def _kind_of_clause(mark: str, segment: str) -> tuple[str, bool] | None:
    """A second statement behind a comma or semicolon, with a subject of its own or the first one's."""
    joined = re.match(r"(?:and|while|but)\s(?:that\s)?(?P<rest>.+)", segment, re.DOTALL)
    if mark == ";" and is_clause(segment):
        return "second clause", True
    # "and the loss of a mill, Acme sold" is no clause
    first = joined["rest"].partition(", ")[0] if joined else ""
    if joined and _SUBJECT_NEXT.match(first) and _FINITE.search(first) and is_clause(joined["rest"]):
        return "second clause", True
    if joined and _FINITE.match(joined["rest"]):
        return "second predicate", True
    return None


def _in_list(text: str, commas: list[int], index: int) -> bool:
    """Whether the comma stands in a list: "A, B and C", "to find ore, rank targets and plan holes"."""
    bounds = [-2, *commas, len(text), len(text)]
    before, here, below, *_ = segments = [
        text[left + 2 : right] for left, right in pairwise(bounds[index:])
    ] + [""]
    names = [*takewhile(_NAMED.match, segments[1:])]
    if len(names) > 1 and _JOINS.match(segments[len(names) + 1]) and not any(map(_FINITE.search, names)):
        return True  # "from the Port of Oslo, the Bank of Lund, and Acme"
    if _LISTED.fullmatch(before) and compile_latin(r"(?:and|or)\s[A-Z]").match(here):
        return True  # "the Fund for Steel Research, Development, and Trade"
    if _NAMED.match(before) and _JOINED_NAMES.match(here):
        return True  # "None of the owners, Acme, the bank of Lund and Moe Ltd, may sell"
    if ":" in text[: commas[index]] and _JOINED_NEXT.search(text, commas[index]):
        return True  # "three conditions: a licence, a loan by the bank of Lund, and a vote"
    if len(here.split()) > LIST_WORDS or _FINITE.search(here):
        return False
    joins = re.search(r"\b(?:and|or)\s", here) and len(before.split()) <= LIST_WORDS
    return bool(_JOINS.match(below) or (joins and not re.match(_NOUN_PHRASE, here)))


def _opens_list(text: str, start: int, end: int) -> bool:
    """Whether what stands between two commas is an item of a list that goes on: a deed, or a thing, and no aside."""
    if _FINITE.match(text, start + 2):
        return True
    kind = _kind_of(text, start + 2, end)
    return is_clause(text[:start]) and (kind is None or kind[0] == "apposition")


# ── what stays ───────────────────────────────────────────────────────────────────────────────────

_SAID_AT_END = compile_pattern(
    r",\s(?:according to\s[^;“”\"]{3,140}|(?!(?:even|as|while|after|because|which|who|although|though|but|and|when"
    r"|where)\s)(?!{finite}\s)"
    r"[^,;“”\"]{2,70}(?<!\bthe)(?<!\bwas)(?<!\bbe)\s(?:sa(?:id|ys)|reported|added|showed|warned|estimated"
    r"|told [\w’'.]+)(?!\sthat\b)(?:\s[^,;“”\"]{1,90})?[.]?)$"
)
# "…, the owner said, taking …", "…, according to two people who know of it, in a shift …"
_SAID_BETWEEN = compile_latin(
    r",\s(?:[^,“”\"]{2,60}\s(?:sa(?:id|ys)|reported|shows)(?:\s(?:on\s)?[A-Z][a-z]+day)?"
    r"|according to\s[^,;“”\"]{3,90})(?=,\s)"
)
# "…, the Ministry of Trade | , Industry and Energy said"; ", the two | companies announced"
_SPEAKER_OPENS = compile_latin(
    r",\s(?:(?:the\s)?[A-Z][\w’'-]*\s(?:of|for|on)\s[A-Z][\w’' -]*(?:,\s[A-Z][\w’' -]*)*"
    r"|(?:the|both|all|its|their)(?:\s[\w’'-]+){0,4})$"
)
_PREDICATE_NEXT = compile_pattern(r",\s(?:and|but)\s{finite}\b")
_SPOKEN = re.compile(r"\b(?:sa(?:id|ys?)|spoke|told|reported|estimate[sd])\b")


def _find_stop(text: str) -> int:
    """Where the end begins that stays: the full stop, or who says it."""
    last = len(text.rstrip(".!"))
    said = _SAID_AT_END.search(text) or _SAID_BETWEEN.search(text)
    if said:
        stop = said.start()
    else:
        found = find_attribution(text)
        if found is None or found.form != "after":
            return last
        stop = found.end
    opens = _SPEAKER_OPENS.search(text[:stop])
    return opens.start() if opens else stop


_OF_FIGURES = {HedgeKind.ABOUT, HedgeKind.UPPER, HedgeKind.LOWER}  # which go with their figure
_PRICE = re.compile(r"(?<!share )(?<!stock )\bprices?\b", re.IGNORECASE)
# Somebody says only what stands in the clause itself: "…, even as an official said steel tariffs would come on top".
_SAID_WITHIN = re.compile(
    r",?\s(?:even as|as|while|which|after|because|and|a \w+ (?:that|which))\s(?:[\w’'-]+\s){0,9}?"
    r"(?:sa(?:id|ys?)|told|estimated|warned)\s(?:\S+\s){3,}\S+$"
)
# "…, accusing the buyer of fraud", "…, citing its debts": the statement goes with its word. No "citing two officials".
_SAYING = compile_latin(
    r",\s(?:accusing|warning|adding|claiming|citing(?!\s(?:\w+\s){,3}?(?:people|persons?|sources?|officials?"
    r"|documents?|data|reports?|filings?|statements?|letters?|figures|media|[A-Z]\w+)\b))\b"
)
# "two mines, one in Wick, with a yard; and one in Turku"; "$3 today, raised in May, and the rest in June"
_OTHER_HALF = re.compile(
    r".;\s(?:and|or)\s|,\sand\s(?:the (?:rest|remain\w+|others?|balance)|another|a further)\b"
)

# "subject to a vote, the consent of the court and a permit": each of them counts.
_CONDITIONS = re.compile(r"\b(?:subject to|(?:conditional|contingent) (?:up)?on)\b[^;:]*$")
# "on a vote, on a permit, and on a loan"
_SERIES = re.compile(r",\s(?P<word>on|of|to|by|for|that|whether)\s[^;]*,\s(?:and|or)\s(?P=word)\s")


def _may_go(text: str, part: Part) -> bool:
    """Whether nothing that limits, attributes, measures or qualifies what stays is in it."""
    gone, rest = text[part.start : part.end], text[: part.start] + text[part.end :]
    priced = _PRICE.search(text) and tells_money(text)
    if priced and (tells_money(gone) or matches("basis", gone)):
        return False
    if (
        matches("binds", gone)
        or ("(ii)" in text and ("(i)" in gone) is not ("(ii)" in gone))
        or _SERIES.match(text, part.start)
        or (part.kind == "apposition" and _CONDITIONS.search(text, 0, part.start))
        or _OTHER_HALF.search(gone)
        or _measures(gone, rest, part.kind)
    ):
        return False
    if part.kind == "what came with it":  # "going ahead without a grant"
        gone = gone.replace(" without ", " ")
    if re.search(r"\bsa(?:id|ys)\b", rest):  # "the owner said, citing its debts"
        gone = gone.replace("citing ", "")
    whole = part.own and (_SAID_WITHIN.match(gone) or _SAYING.match(gone))
    if matches("tells who", gone) and not whole:
        return False
    if part.own:
        gone = _THAT_CLAUSE.sub("", gone)  # "offering more evidence that it would not cut"
    elif matches("bounds", gone) or _is_hedged(gone.partition(" that ")[0]):
        return False
    return not any(matches(effect, gone) for effect in ("limits", "limit", "casualties"))


def _is_hedged(gone: str) -> bool:
    """Whether ``gone`` has a hedge of what stays, and not of its own figures ("about 31 tonnes")."""
    return any(hedge.kind not in _OF_FIGURES for hedge in find_hedges(gone))


def _measures(gone: str, rest: str, kind: str) -> bool:
    """Whether ``gone`` says what a change in ``rest`` is measured by, or what a figure in it is of."""
    gone = gone.partition(" that ")[0]
    if kind == "aside" and matches("basis", gone):
        return True
    measured = matches("base", gone) and matches("change", rest) and not matches("change", gone)
    return kind not in STATEMENTS and measured
