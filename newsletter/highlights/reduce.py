"""Fewer words for a sentence: whole constituents are deleted, none is cut through. Pure.

A sentence is parted at its commas, dashes, brackets and the conjunctions of its last clause. What each part is shows in
its first words (a relative clause, an apposition, what came of it, who says it). Parts may go alone or together;
of all sets of deletions that leave a whole sentence of at most so many words, those come first whose words are worth
most. Who says it, what limits or denies it, hedges of what stays, what a change is measured by, and prices never go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.english.fragments import is_balanced
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.quantities import tells_money
from newsletter.english.rules import compile_pattern, expand, matches, remembered
from newsletter.english.speech import find_attribution, is_clause

MOST_PARTS = 14  # of a sentence
MOST_SETS = 2000  # of deletions that are weighed
MOST_TRIED = 40  # of these, the best, that are looked at for whole sentences
LEAST_WORDS = 7  # that are left
STATEMENTS = frozenset({"second clause", "second predicate"})  # which say something of their own
LIST_WORDS = 6  # of an item of a list
MOST_COMMAS = 7  # that an apposition may hold
NAMED = 0.15  # what a word of a name is worth beside its words
FIGURED = 1.5  # that of an amount or a share


_FIGURED = re.compile(
    r"[$€£¥]\s?\d|\d\s?%|\d\s(?:million|billion|trillion|percent|per cent|tonnes|basis points)\b"
)
_NAMED = re.compile(r"\b(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)[A-Z][\w’'-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A constituent that may go: ``text[start:end]``, with the comma or dash that opens it."""

    start: int
    end: int
    kind: str
    own: bool = False  # a clause with a verb of its own: what is unsure in it is unsure of nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What is left of a sentence, and each deletion with its kind."""

    text: str
    cuts: tuple[tuple[str, str], ...] = ()  # (kind, what went)


_DASH = r"\s(?:[—–]|--?)\s"
_RELATIVE = (
    r"(?:which|who|whose|whom|where|(?:some|all|most|many|both|each|one|none|\d+) of (?:which|whom)"
    r"|(?:under|in|at|for|to|by|from|on|with|of|during|after|through) (?:which|whom))\b"
)
_TIME = expand("{Weekday}")
_PREPOSITION = (
    r"(?:in|on|at|by|for|from|with|under|over|amid|following|during|through|across|along with|together with|"
    r"as part of|ahead of|"
    r"compared (?:with|to)|versus|against|up from|down from|based on|because of|due to|owing to|thanks to|"
    r"in line with|followed by|alongside|as well as|after|before|since|between|among|via|into|"
    r"to(?!\s[A-Z]{0,3}[$€£]?\d))\b"
)
_SUBORDINATE = r"(?:as|while|when|after|because|since|before|once|even as|where|so that)\b"
_PARTICIPLE = (
    r"(?:(?:thereby|thus|ultimately|further|effectively|also)\s)?(?!during\b|including\b|according\b|excluding\b|"
    r"pending\b|barring\b|assuming\b|depending\b|provid(?:ed|ing)\s(?:that|it|they|the)\b|subject\b)(?:[a-z]+ing|"
    r"(?:driven|led|helped|hurt|hit|boosted|supported|backed|caused|triggered|fuelled|fueled|weighed|dragged|aided|"
    r"offset|known|based|located|situated|headquartered|listed|owned|made|built|designed|used|aimed|expected|"
    r"planned|set|due|scheduled|carried out|conducted|published|released|issued|imposed|defined|awarded|presented|"
    r"managed|operated|completed) (?:by|on|in|at|to|down|up|as|for|near|from|under|with)|[a-z]+ed by(?!\s\d))\b"
)
_NOUN_PHRASE = (
    r"(?:(?:an?|the|one of|its|their|his|her|part of|home to|of(?=\s[A-Z]))\s"
    r"|[A-Z][\w.-]*(?:\s[A-Z][\w-]*)?[’']s\s(?!\w+ing\b))"
)
_FINITE = compile_pattern(r"\b{finite}\b")
_VERB_NEXT = compile_pattern(r"\s?(?:\w+ly\s|also\s|now\s|then\s|today\s|later\s)?{finite}\b")
_PRICE = re.compile(r"(?<!share )(?<!stock )\bprices?\b", re.IGNORECASE)
_OPENING_WORD = re.compile(
    r"(?:In|On|At|Of|Out|Due|Owing|Thanks|Among|Across|Amid|During|With|Within|Without|Despite|Following|Under|By|"
    r"For|From|To|Over|Through|Unlike|Between)\b"
    r"|(?P<clause>After|Before|Since|As|While|Although|Though|When|If|Once|Because|Until)\b"
)


def is_price(text: str) -> bool:
    """Whether ``text`` states a price, which keeps its figures and what they are of."""
    return bool(_PRICE.search(text) and tells_money(text))


_SAID_LAST = re.compile(r"[,”\"]\s[^,“\"]{2,70}\s(?:sa(?:id|ys)|reported|showed|warned|told \w+)$")


def is_opening(body: str) -> bool:
    """Whether it is no more than what opens a sentence: "In May, when the mill closed"."""
    match = _OPENING_WORD.match(body)
    if match is None:
        return False
    first, *segments = body.split(", ")
    if match["clause"] is None and _FINITE.search(first):
        return False
    return not any(not _HANGS.match(one) and is_clause(one) for one in segments)


# What opens a part of a sentence that is no main clause.
_HANGS = re.compile(
    r"(?:and|or|but|also)\b|(?:that|which|who|whose|whom|where|when|while|as|after|before|since|because|although"
    r"|though|"
    r"if|once|until|unless|than)\b|[a-z]+ing\b"
)
_JOINS = re.compile(r"^(?:and|or)\s")
_WE_ACT = re.compile(r"\s(?:we|I|they|you)\s[a-z]+\b")  # "At 60 dollars we lose money"
_SURE = compile_pattern(r"\b(?:{auxiliary}|{irregular})\b")
_INNER = re.compile(
    r"\b(?:that|which|who|whose|whom|where|when|after|before|because|if|while|as)\b", re.IGNORECASE
)


def has_main_clause(body: str) -> bool:
    """Whether one of the parts between commas has a subject and a finite verb, and hangs on no other part."""
    subject = False  # a part without a verb that may be one
    for number, words in enumerate(re.split(r"[,;:]\s|\s[—–-]\s", body)):
        part = _JOINS.sub("", words) if subject else words  # "Acme, a miner, and the council said …"
        opening = _OPENING_WORD.match(part[:1].upper() + part[1:])
        if _HANGS.match(part) or (opening and opening["clause"]):
            continue
        if subject and _FINITE.match(part):
            return True
        if opening and _WE_ACT.search(part):
            return True
        verbs = (_SURE if opening else _FINITE).finditer(part)
        for verb in verbs:
            before = part[: verb.start()].split()
            if before and before[-1] != "to" and not _INNER.search(" ".join(before)):
                return True
        subject = subject or (number == 0 and not opening)
    return False


def is_whole(text: str) -> bool:
    """Whether ``text`` looks like a sentence with nothing in it that waits for more."""
    body = _SAID_LAST.sub("", text.rstrip(".!”\"’' "))
    return (
        is_balanced(text)
        and is_clause(body)
        and has_main_clause(body)
        and not matches("unfinished", body)
        and not is_opening(body)
        and not _waits(body)
        and len(re.findall(_DASH, text)) % 2 == 0
    )


# "…, when the union, which runs the gate": what the union does stands in the other half.
_OPENS_CLAUSE = r"\s(?P<rest>(?:the|an?|its|their|[A-Z])\b.*)$"
_CLAUSE_OPENS = re.compile(rf"\b(?:when|where|while|because|if){_OPENS_CLAUSE}")
_MAY_OPEN = re.compile(rf"\b(?:when|where|while|because|if|as|after|before|since|that){_OPENS_CLAUSE}")
_RELATIVE_LAST = re.compile(r",\s(?:which|who|whose|that)\b[^,]*$")


def _waits(text: str) -> bool:
    """Whether a clause at the end of ``text`` has no verb, or none but that of its relative clause."""
    relative = _RELATIVE_LAST.search(text)
    opened = _MAY_OPEN.search(text[: relative.start()]) if relative else _CLAUSE_OPENS.search(text)
    return opened is not None and not _FINITE.search(opened["rest"])


def reduce_sentence(text: str, *, max_words: int) -> Reduced:
    """Delete what makes ``text`` too long; what fits stays whole.

    Where no set of deletions is short enough the one that leaves fewest words is given: the caller looks at its length.
    """
    total = len(text.split())
    if total <= max_words:
        return Reduced(text=text)
    parts = find_parts(text)
    sizes = {part: len(text[part.start : part.end].split()) for part in parts}
    costs = {
        part: len(set(text[part.start : part.end].lower().split()))
        + NAMED * len(_NAMED.findall(text[part.start + 1 : part.end]))
        + FIGURED * len(_FIGURED.findall(text[part.start : part.end]))
        for part in parts
    }

    def rank(chosen: tuple[Part, ...]) -> tuple[int, float]:
        """Short enough first; then what loses least."""
        return max(0, total - sum(sizes[p] for p in chosen) - max_words), sum(costs[p] for p in chosen)

    shortest = Reduced(text=text)
    for chosen in sorted(_combine(parts), key=rank)[:MOST_TRIED]:
        rest = _delete(text, chosen)
        if chosen and (len(rest.split()) < LEAST_WORDS or not is_whole(rest)):
            continue
        if len(rest.split()) < len(shortest.text.split()):
            cuts = tuple((part.kind, text[part.start : part.end].strip(" ,—–-;")) for part in chosen)
            shortest = Reduced(text=rest, cuts=cuts)
        if len(rest.split()) <= max_words:
            break
    return shortest


def _combine(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Every set of parts none of which lies within another, the empty one first."""
    sets: list[tuple[Part, ...]] = [()]
    for part in parts[:MOST_PARTS]:
        sets += [(*one, part) for one in sets if not one or one[-1].end <= part.start][
            : MOST_SETS - len(sets)
        ]
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
    text = re.sub(r"\s+([,.;:!?])(?=\s|$)", r"\1", text) if " ." not in text[:-2] else text
    text = re.sub(r",\s*(?=[,.;])", "", text)
    text = re.sub(r"(?<!\.)\.\.$", ".", text)
    text = re.sub(r"^[,;:—–-]+\s*", "", text)
    if text[-1:].isalnum() and like.rstrip("\"”’')")[-1:] in {".", "!"}:
        text += like.rstrip("\"”’')")[-1]
    first = re.match(r"\w+", text)
    if first and first.group().islower() and not like[:1].islower():
        text = text[:1].upper() + text[1:]
    return text


_SECOND = re.compile(
    r"(?:;|,)\s(?:(?:and|then|and then"
    r"|(?P<hangs>while|whereas|as|after|because|since))\s)?"
    r"(?!(?:however|but|yet|still|instead|nevertheless|nonetheless)\b)"  # which turns the first round
)
# Of whom the first half speaks: alone it would be anybody's.
_POINTS = compile_pattern(
    r"(?i:(?:it|its|they|their|he|his|she|her|this|that|these|those)\b|(?:the|both|all)\s(?:{company}|two)\b)"
)
_NO_DEED = re.compile(r"\w+ed\s[a-z]+[:,.]")  # "terms are a count of birds, a fence, and staged work: …"


def split_clauses(text: str) -> tuple[str, ...]:
    """The two statements of a sentence that joins them by "and", "while" or a semicolon; none where it does not.

    What "but" or "though" adds turns a statement round and stays with it. Each has a verb of its own; where both have
    one subject ("Acme opened the mill, and expects to …"), each gets it.
    """
    if _LISTS.search(text):
        return ()  # of several points one alone says something else
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
        if index and _NO_DEED.match(text, match.end()) and _opens_list(text, commas[index - 1], place):
            continue
        first, second = text[:place], text[match.end() :]
        subject = "" if match["hangs"] or _lists_deeds(text, commas[:index]) else _find_subject(first)
        if subject and _DEED.match(second):
            second = f"{subject} {second}"
        elif not _SUBJECT_NEXT.match(second) and not re.search("while|whereas|;", match.group()):
            continue
        if _make_two(f"{first}.", second):
            return f"{first}.", second[:1].upper() + second[1:]
    return ()


_DEED = compile_pattern(r"(?!\w+ed (?:by|in|at|on|from|to)\b){finite}\b")  # no "hired by the town"


def _lists_deeds(text: str, commas: Sequence[int]) -> bool:
    """Whether a deed stands behind the last of ``commas``: "must have bought a mill, signed a deal, and lodged …"."""
    return bool(commas) and _DEED.match(text, commas[-1] + 2) is not None


def _make_two(first: str, second: str) -> bool:
    return (
        is_whole(first) and is_whole(second) and min(len(first.split()), len(second.split())) >= LEAST_WORDS
    )


def _find_subject(clause: str) -> str:
    """The words before the first verb of a clause, where they are a plain subject; else ""."""
    verb = next(
        (one for one in _FINITE.finditer(clause) if clause[one.start() - 1 : one.start()] != "-"), None
    )
    if verb is None or ":" in clause:  # "He says: the buyer came"
        return ""
    subject = re.sub(rf"\s(?:on )?{_TIME}$", "", clause[: verb.start()].strip())
    plain = re.search(r"[,;:()“”\"]|\b(?:who|which|that|and|or)\b", subject) is None
    return subject if plain and _SUBJECT_NEXT.match(subject) else ""


# ── parts ────────────────────────────────────────────────────────────────────────────────────────


@remembered(1024)  # a sentence is shortened to several lengths
def find_parts(text: str) -> tuple[Part, ...]:
    """The constituents of ``text`` that may go, from left to right; those at the end may lie one within the other."""
    found = [
        *(Part(start=m.start(), end=m.end(), kind="aside", own=True) for m in _BRACKETS.finditer(text)),
        *_find_openings(text),
        *_find_middles(text),
        *_find_ends(text),
    ]
    unique = {(part.start, part.end): part for part in found if _may_go(text, part)}
    return tuple(unique[span] for span in sorted(unique))


# Which are no part of a name, nor of "paragraph (1)" or "points (a) and (b)".
_BRACKETS = re.compile(
    r"(?<!paragraph)(?<!\([a-z]\)\sand)(?<!\([a-z]\)\sor)(?<!\b(?:of|to|at|is))(?<!\bwas)"
    r"\s\([^()]{1,160}\)(?=[,.;]|\s[a-z]|$)"
)

_OPENING = re.compile(
    rf"(?:{_PREPOSITION}|{_SUBORDINATE}|{_PARTICIPLE}|last|earlier|late|today|"
    rf"according)(?:[^,;:]|\d:\d){{0,140}}?,\s(?:(?:19|20)\d\d,\s)?(?=[\w“\"$€£])",
    re.IGNORECASE,
)
_SUBJECT_NEXT = re.compile(
    r"(?!that\b)(?:(?:the|an?|its|their|this|some|many|most|all|two|three)\b|[A-Z$€£\d])\S*"
)


# "After a fire in May, | and the loss of a mill, | Acme sold …"; "With its new ship, | a ferry for 400, | Acme sails".
_GOES_WITH_OPENING = compile_pattern(
    r"(?:(?:and|or)\s(?:(?!{auxiliary}\b)[^\s,;]+\s){0,20}?(?!{auxiliary}\b)(?!\w+ed,)[^\s,;]+,\s"
    r"(?=(?:the|an?|its|their)\s|[A-Z])"
    r"|(?:an?|its|the)\s(?:(?!{auxiliary}\b)[^\s,;]+\s){1,14}?(?!{auxiliary}\b)[^\s,;]+,\s"
    r"(?=[A-Z][\w’'&.-]*(?:\s[A-Z][\w’'&.-]*){0,4}\s(?!{said}\b){finite}\b))"
)
# "daily output was": a subject without an article, and no "held in Oslo, the fair opened".
_PLAIN_SUBJECT = re.compile(
    r"(?!\w+(?:ed|ing|(?<!\bdai)(?<!\bweek)(?<!\bmonth)ly|wn)\b|(?:which|who|where|when|and|or|but|as|even"
    r"|just|only|especially|including|such|like|not|no|while|if|than)\b)[a-z]{3,}\s"
)
# "a miner, today announced": what stands before the first comma was the name's description.
_PARTED = compile_pattern(r"(?:(?!{finite})[^\s,]+\s){1,14}?[^\s,]+,\s(?:(?:today|also|\w+ly)\s)?{finite}\b")


def _begins_in_list(rest: str) -> bool:
    """Whether ``rest`` begins amid a list that the opening began: "With a mill, | two yards, and a port, it sails"."""
    first, *others = rest.split(", ")
    for words in others if not _FINITE.search(first) else ():
        if _JOINS.match(words):
            return True
        if _FINITE.search(words):
            return not _VERB_NEXT.match(words) and not _HANGS.match(words)
    return False


_CLOCK = re.compile(r"(?:At|By|As of)\s\d{1,2}(?:[:.]?\d\d)?\s(?:[ap]\.?m\b|(?:GMT|UTC|[A-Z]{1,3}T)\b)")


def _find_openings(text: str) -> list[Part]:
    """What stands before the main clause: one such part, or several, one after the other."""
    parts, start = [], 0
    while match := _OPENING.match(text, start):
        end = match.end()
        while more := _GOES_WITH_OPENING.match(text, end):
            end = more.end()
        parts.append(Part(start=start, end=end, kind="opening", own=True))
        start = end
    rest = text[start:]
    timed = _CLOCK.match(text)  # figures of an hour are not those of the day
    subject = _SUBJECT_NEXT.match(rest) or (_PLAIN_SUBJECT.match(rest) and has_main_clause(rest))
    stands = subject and is_clause(rest) and not _PARTED.match(rest) and not _begins_in_list(rest)
    return parts if parts and not timed and stands else []


def _commas(text: str) -> list[int]:
    """Where commas and semicolons part constituents: outside brackets and quotations, not in figures."""
    depth, quoted, places = 0, False, []
    for place, char in enumerate(text):
        depth += (char in "([“") - (char in ")]”")
        quoted = quoted != (char == '"')
        if char in ",;" and depth <= 0 and not quoted and text[place + 1 : place + 2] == " ":
            places.append(place)
    return places


_KINDS: tuple[tuple[str, re.Pattern[str], bool], ...] = (  # name, how it begins, a clause of its own
    ("relative clause", re.compile(_RELATIVE), True),
    ("what came with it", re.compile(_PARTICIPLE), True),
    (
        "circumstance",
        re.compile(
            rf"{_PREPOSITION}|[\w-]+ (?:hours|days|weeks|months|years|percentage points) (?:after|before|earlier|"
            rf"later|more|less|ago)\b"
        ),
        False,
    ),
    ("clause beside it", re.compile(_SUBORDINATE), True),
    ("apposition", re.compile(_NOUN_PHRASE), False),
)


_GAINED = re.compile(r"\w+ed\s[$€£]?\d")  # "the S&P 500 gained 38 points"


def _kind_of(text: str, start: int, end: int) -> tuple[str, bool] | None:
    """What stands in ``text[start:end]``, after its comma; None where it is no part by itself."""
    segment = text[start:end]
    for kind, pattern, own in _KINDS:
        if pattern.match(segment) and (kind != "relative clause" or _FINITE.search(segment)):
            if kind == "apposition":
                head, *more = re.split(r"\s(?:that|which|who)\s", segment, maxsplit=1)
                return None if _SURE.search(head) or _GAINED.search(head) else (kind, bool(more))
            if kind == "circumstance" and _SURE.search(segment) and not _INNER.search(segment):
                return None  # the verb of what stands before it: "…, under a law of May have been mended"
            if kind == "clause beside it" and not is_clause(re.sub(r"^\w+( as)?\s", "", segment, count=1)):
                return "circumstance", False
            return kind, own
    return None


def _in_list(text: str, commas: list[int], index: int) -> bool:
    """Whether the comma stands in a list: "A, B and C", "to find ore, rank targets and plan holes"."""
    start = commas[index] + 2
    end = commas[index + 1] if index + 1 < len(commas) else len(text)
    here = text[start:end]
    before = text[(commas[index - 1] + 2 if index else 0) : commas[index]]
    nxt = (
        text[end + 2 : (commas[index + 2] if index + 2 < len(commas) else len(text))]
        if end < len(text)
        else ""
    )
    joins = re.search(r"\b(?:and|or)\s", here) is not None
    short = len(here.split()) <= LIST_WORDS and not _FINITE.search(here)
    if short and re.match(r"(?:and|or)\s", nxt):
        return True  # "…, B, and C"
    return short and joins and len(before.split()) <= LIST_WORDS and not re.match(_NOUN_PHRASE, here)


_GOES_ON = re.compile(
    r"\s(?:though|although|but|while|and|as|after|before|because|since|provided|unless|if|(?:under|in|"
    r"pursuant to) which"
    r"|in|on|at|by|for|from|under|into|to|(?!including\b)\w+ing)\s"
)


# After a clause with a verb of its own what follows may belong to that one.
_GOES_ON_ANYHOW = re.compile(r"\s(?:though|although|but|while|because|unless|if)\s")


_NAME_JOINED = re.compile(r" and (?:[a-z]+ ){0,4}[A-Z]")
_PREPOSITION_NEXT = re.compile(r"\s(?:to|in|on|at|by|for|from|under|into)\s")
# "a venture of Acme, Borealis | , and Corvus": the name behind it is one of them.
_LISTS_NAMES = re.compile(r"\b(?:between|among|of|by|from|including|with)\s[^,]+,\s[A-Z][^,]*$")


def _find_middles(text: str) -> list[Part]:
    """Parts between two commas, after which its verb ("Acme, a miner, said") or another part follows."""
    commas, found = _commas(text), []
    for index, place in enumerate(commas[:-1]):
        if text[place] != "," or _in_list(text, commas, index):
            continue
        before_verb = not _FINITE.search(text[:place])
        for stop in commas[index + 1 : index + MOST_COMMAS]:
            kind = _kind_of(text, place + 2, stop)
            if kind is None or text[stop] != ",":
                continue
            within = range(index + 1, commas.index(stop))
            if any(_resumes(text, commas, one, kind[0]) for one in within):
                break  # "have spent, on my count, 9 billion on ports, and less on yards"
            beyond = text[stop + 1 :]
            ends = _VERB_NEXT.match(beyond) or (
                _NAME_JOINED.match(beyond) and not _LISTS_NAMES.search(text, place, stop)
            )
            if before_verb and ends:
                open_part = len(_commas(text[:place])) % 2  # another one
                found.append(Part(start=place, end=stop + 1 - open_part, kind=kind[0], own=True))
                break
            goes_on = _GOES_ON_ANYHOW if kind[1] else _GOES_ON
            if not before_verb and goes_on.match(beyond) and not _in_list(text, commas, index + 1):
                both = kind[0] == "apposition" and _PREPOSITION_NEXT.match(beyond)
                end = stop + bool(both)  # "enabled Acme, a miner, to sell": with both commas
                found.append(Part(start=place, end=end, kind=kind[0], own=kind[1]))
                break
    return found


def _resumes(text: str, commas: list[int], index: int, kind: str) -> bool:
    """Whether behind a comma within a part of a ``kind`` the sentence goes on, by a verb or what is no part itself."""
    if kind != "circumstance":
        return _VERB_NEXT.match(text, commas[index] + 1) is not None
    return _kind_of(text, commas[index] + 2, commas[index + 1]) is None and not _in_list(text, commas, index)


def _find_ends(text: str) -> list[Part]:
    """What may go from the end: all from a comma, a dash or a conjunction on, but for who says it."""
    stop = _find_stop(text)
    found = _find_from_commas(text, stop)
    if stop < (last := len(text.rstrip(".!"))):
        found += [part for part in _find_from_commas(text, last) if part.start > stop]
    found += [
        Part(start=match.start(), end=stop, kind="aside", own=True)
        for match in re.finditer(rf"{_DASH}|—", text[:stop])
    ]
    return found


# "it has resulted, or may be expected to result, in fewer sellers": what follows completes both.
_OR_ELSE = re.compile(r",\s(?:or|and|but)\s(?:may|might|could|can|will|would|is|are|was|has|have|does|do)\b")


def _find_from_commas(text: str, stop: int) -> list[Part]:
    """The parts that begin at a comma or semicolon and go on to ``stop``."""
    commas = _commas(text[:stop])
    found = []
    for index, place in enumerate(commas):
        if _in_list(text, commas, index) or (index and _OR_ELSE.match(text, commas[index - 1], place)):
            continue
        end = commas[index + 1] if index + 1 < len(commas) else stop
        clause = _kind_of_clause(text[place], text[place + 2 : stop])
        kind = clause if clause and text[place] == ";" else _kind_of(text, place + 2, end) or clause
        if (
            index
            and re.match(r"(?:and|or)\s", text[place + 2 :])
            and _opens_list(text, commas[index - 1], place)
        ):
            continue  # "sold a mill, opened two mines, and hired 400 people"
        goes_on = end < stop and _VERB_NEXT.match(text[end + 1 :])
        if kind and not goes_on:
            found.append(Part(start=place, end=stop, kind=kind[0], own=kind[1]))
    return found


def _opens_list(text: str, start: int, end: int) -> bool:
    """Whether what stands between two commas is an item of a list that goes on: a deed, or a thing, and no aside."""
    if _FINITE.match(text, start + 2):
        return True
    kind = _kind_of(text, start + 2, end)
    return is_clause(text[:start]) and (kind is None or kind[0] == "apposition")


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


_SAID_AT_END = re.compile(
    r",\s(?:according to\s[^;“”\"]{3,140}|(?!(?:even|as|while|after|because|which|who|although|though|but|and|when"
    r"|where)\s)"
    r"[^,;“”\"]{2,70}(?<!\bthe)(?<!\bwas)\s(?:sa(?:id|ys)|reported|added|showed|warned|estimated"
    r"|told [\w’'.]+)(?!\sthat\b)(?:\s[^,;“”\"]{1,90})?[.]?)$"
)
# "…, the owner said, taking …", "…, according to two people who know of it, in a shift …"
_SAID_BETWEEN = re.compile(
    r",\s(?:[^,“”\"]{2,60}\s(?:sa(?:id|ys)|reported|shows)(?:\s(?:on\s)?[A-Z][a-z]+day)?"
    r"|according to\s[^,;“”\"]{3,90})(?=,\s)"
)
# "…, the Ministry of Trade | , Industry and Energy said"
_OFFICE_BEFORE = re.compile(
    r",\s(?:the\s)?[A-Z][\w’'-]*\s(?:of|for|on)\s[A-Z][\w’' -]*(?:,\s[A-Z][\w’' -]*)*$"
)
# "…, even as the minister said …"
_WITHIN_CLAUSE = re.compile(r"\b(?:even|as|while|after|because|which|and|but)\b")


# ", the two | companies announced"
_SUBJECT_OPENS = re.compile(r",\s(?:the|both|all|its|their)(?:\s[\w’'-]+){0,4}$")


# "…, with few deals reported": nobody says it.
_NOT_TOLD = re.compile(r"\bwith(?:\s[\w’'-]+){1,4}\s(?:reported|announced|heard)\W*$")


def _find_stop(text: str) -> int:
    """Where the end begins that stays: the full stop, or who says it."""
    if match := _SAID_AT_END.search(text):
        office = _OFFICE_BEFORE.search(text[: match.start()])
        return office.start() if office else match.start()
    if match := _SAID_BETWEEN.search(text):
        return match.start()
    found = find_attribution(text)
    if found is not None and found.form == "after" and not _NOT_TOLD.search(text):
        around = f"{text[: found.end].rsplit(maxsplit=1)[-1]} {found.subject}"
        if _WITHIN_CLAUSE.search(around):
            return len(text.rstrip(".!"))
        subject = _SUBJECT_OPENS.search(text[: found.end])
        return subject.start() if subject else found.end
    return len(text.rstrip(".!"))


def _may_go(text: str, part: Part) -> bool:
    """Whether nothing that limits, attributes, measures or qualifies what stays is in it."""
    gone, rest = text[part.start : part.end], text[: part.start] + text[part.end :]
    if part.kind == "relative clause" and _TELLS_THAT.match(gone):
        return False
    if _is_of_list(text, part) or (_TO_DO.search(gone) and _WAITS_FOR.search(text, 0, part.start)):
        return False
    bound = matches("binds", gone) or (not part.own and matches("bounds", gone))
    if (
        bound
        or _measures(gone, rest, part.kind)
        or (is_price(text) and (tells_money(gone) or matches("basis", gone)))
    ):
        return False
    if part.kind == "what came with it":  # "going ahead without a grant"
        gone = gone.replace(" without ", " ")
    if re.search(r"\bsa(?:id|ys)\b", rest):  # "the owner said, citing its debts"
        gone = gone.replace("citing ", "")
    said = matches("tells who", gone) and not (part.own and _SAID_WITHIN.match(gone))
    if part.own:
        gone = gone.partition(" that ")[0]  # "offering more evidence that it would not cut"
    hedged = not part.own and any(hedge.kind not in _OF_FIGURES for hedge in find_hedges(gone))
    return not (matches("limits", gone) or matches("limit", gone) or said or hedged)


# "noted the letters of users, which say that …": what is noted.
_TELLS_THAT = re.compile(r",\swhich\s(?:say|state|argue|claim|show|warn|find|complain|ask)s?\sthat\b")
# "enabled Acme, a miner | , to sell": what it enables.
_TO_DO = re.compile(r"(?:^|,)\sto\s[a-z]+\b")
_WAITS_FOR = re.compile(
    r"\b(?:enabl|allow|permit|forc|prompt|requir|urg|ask|order|expect|help|encourag|oblig|entitl)(?:e|es|ed|s|ing)?\s"
    r"(?!.*\bto\s)[^;:]*$"
)
# "a mill, a yard and a fund": the end of a list, as ", a town with yards and a port" is not.
_ITEM = r",\s(?:an?|the|its|their)\s[^,;]*"
_LIST_END = re.compile(rf"{_ITEM}(?P<more>{_ITEM})*?,?\sand(?:,|\s(?:an?|the|its|their)\b)")
_ITEM_BEFORE = re.compile(rf"{_ITEM}$")
_AND_WITHIN = re.compile(r",\s(?P<word>on|of|to|by|for|that|whether)\s[^;]*,\s(?:and|or)\s(?P=word)\s")
_AND_AFTER = re.compile(r",?\s(?:and|or)\s(?P<word>[a-z]+)\s")
_LISTS = re.compile(r":[^;]*;|\((?:[ivx]{1,4}|[a-z]|\d)\)[^;]*;|\bthat\s[^;]*;\s(?:(?:and|or)\s)?that\b")


def _is_of_list(text: str, part: Part) -> bool:
    """Whether it is an item of a list: a list that lost one says something else."""
    gone = text[part.start : part.end]
    ends = _LIST_END.match(gone) if part.kind == "apposition" else None
    if ends and (ends["more"] or _ITEM_BEFORE.search(text[: part.start])):
        return True
    after = _AND_AFTER.match(text, part.end)  # "on a vote, on a permit, and on a loan"
    if _AND_WITHIN.match(gone) or (after and gone.strip(", ").startswith(f"{after['word']} ")):
        return True
    # "two mines, one in Wick, with a yard; and one in Turku"; "$3 today, raised in May, and the rest in June"
    if re.search(
        r".;\s(?:and|or)\s|,\sand\s(?:the (?:rest|remain\w+|others?|balance)|another|a further)\b", gone
    ):
        return True
    return gone.startswith(";") and _LISTS.search(text) is not None


def _measures(gone: str, rest: str, kind: str) -> bool:
    """Whether ``gone`` says what a change in ``rest`` is measured by, or what a figure in it is of."""
    if kind == "aside" and matches("basis", gone):
        return True
    return (
        kind not in STATEMENTS
        and bool(matches("base", gone) and matches("change", rest))
        and not matches("change", gone)
    )


_OF_FIGURES = {HedgeKind.ABOUT, HedgeKind.UPPER, HedgeKind.LOWER}  # which go with their figure


# Somebody says only what stands in the clause itself: "…, even as an official said steel tariffs would come on top".
_SAID_WITHIN = re.compile(
    r",?\s(?:even as|as|while|which|after|because|and|a \w+ (?:that|which))\s(?:[\w’'-]+\s){0,9}?"
    r"(?:sa(?:id|ys?)|told|estimated|warned)\s(?:\S+\s){3,}\S+$"
)
