"""Fewer words for a sentence: whole constituents are deleted, none is cut through. Pure.

A sentence is parted at its commas, dashes, brackets and the conjunctions of its last clause. What each part is shows in
its first words (a relative clause, an apposition, what came of it, when, who says it). Parts may go alone or together;
of all sets of deletions that leave a whole sentence of at most so many words, the one is taken whose words are worth most.
Who says it, what limits or denies it, hedges of what stays, and prices never go.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsletter.english.datelines import MONTHS
from newsletter.english.hedges import find_hedges
from newsletter.english.rules import compile_pattern
from newsletter.english.speech import find_attribution, is_clause

Weigh = Callable[[str], float]

MOST_PARTS = 9  # of a sentence: 512 sets of deletions
LEAST_WORDS = 7  # that are left
LONGEST_SUBJECT = 16  # words
LIST_WORDS = 6  # of an item of a list
MOST_COMMAS = 7  # that an apposition may hold
WORD_COSTS = 0.12  # what a word must be worth to stay where there is room


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A constituent that may go: ``text[start:end]``, with the comma or dash that opens it."""

    start: int
    end: int
    kind: str
    put: str = ""  # what takes its place
    own: bool = False  # a clause with a verb of its own: what is unsure in it is unsure of nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What is left of a sentence, and each deletion with its kind."""

    text: str
    cuts: tuple[tuple[str, str], ...] = ()  # (kind, what went)


_DASH = r"\s(?:[—–]|--?)\s"
_RELATIVE = (
    r"(?:which|who|whose|whom|where|(?:some|all|most|many|both|each|one|none|\d+) of (?:which|whom))\b"
)
_TIME = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_PREPOSITION = (
    r"(?:in|on|at|by|for|from|with|under|over|amid|following|during|through|across|along with|together with|as part of|ahead of|"
    r"compared (?:with|to)|versus|against|up from|down from|based on|because of|due to|owing to|thanks to|in line with|followed by|alongside|as well as|after|before|since|between|among|via|into|to)\b"
)
_SUBORDINATE = r"(?:as|while|when|after|because|since|before|once|even as|where|so that)\b"
_GIVEN = r"(?:including|such as|especially|particularly|notably|among them|chiefly|mainly|e\.g\.)\b"
_PARTICIPLE = r"(?:(?:thereby|thus|ultimately|further|effectively|also)\s)?(?!during\b|including\b|according\b|excluding\b|pending\b|barring\b|assuming\b|depending\b|provid(?:ed|ing)\b|subject\b)(?:[a-z]+ing|(?:driven|led|helped|hurt|hit|boosted|supported|backed|caused|triggered|fuelled|fueled|weighed|dragged|aided|offset|known|based|located|situated|headquartered|listed|owned|made|built|designed|used|aimed|expected|planned|set|due|scheduled) (?:by|on|in|at|to|down|up|as|for|near|from))\b"
_NOUN_PHRASE = r"(?:an?|the|one of|its|their|his|her|a \w+-based|part of|home to)\s"
_FINITE = compile_pattern(r"\b{finite}\b")
_VERB_NEXT = compile_pattern(r"\s?(?:\w+ly\s|also\s|now\s|then\s|today\s|later\s)?{finite}\b")
# A statement misleads without its condition, whatever clause that stands in.
_CONDITIONS = re.compile(
    r"\b(?:unless|except|excluding|only|pending|subject to|depending|provided (?:that|it|they)|non-binding|non-exclusive|options?|conditional|contingent|preliminary|"
    r"letters? of intent|memorand\w+|assuming|instead of|rather than|unverified|unaudited|not (?:yet|been)|yet to)\b",
    re.IGNORECASE,
)
# What turns the statement before it round, where it is no clause of its own.
_LIMITS = re.compile(
    r"\b(?:not|no|never|without|but|although|though|however|if|whether|until|while|denie[sd]|deny|denying|reject(?:s|ed|ing)?)\b|n[’']t\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:sa(?:id|ys?)|told|according to|add(?:ed|s) that|warn(?:ed|s|ing)|claim(?:ed|s|ing)|citing|report(?:ed|s) that|estimat(?:es|ed)|call(?:ed|s|ing)|accus\w+|alleg\w+)\b"
)
# Who took part in a deal or a study, or has a stake in it.
_PARTY = re.compile(
    r"\bin (?:partnership|collaboration|cooperation|conjunction) with\b|^,?\s?(?:(?:together |along )?with|alongside)\s(?:the\s)?[A-Z]"
    r"|\b(?:funded|sponsored|commissioned|financed|paid for|co-?authored|owned|backed) by\b|\bas (?:an?\s)?(?:[\w-]+\s)?(?:members?|partners?|sponsors?|shareholders?|advis[eo]rs?|owners?|investors?)\b"
)
_PRICE = re.compile(r"(?<!share )(?<!stock )\bprices?\b", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥]\s?\d|\b(?:yuan|RMB|CNY|USD|dollars|euros)\b|/[a-z]{1,3}\b|\bper [a-z]+\b")
# What cannot be the last words of a sentence.
_UNFINISHED = re.compile(
    r"\b(?:an?|the|of|to|in|on|at|by|for|with|from|and|or|is|are|was|were|be|been|has|have|had|will|would|that|which|who|its|their|as|than|"
    r"including|such|said|says|between|both|either|whether|not|into|over|under|about|nearly|up|more|less|very|so|too|while|when|because|if|but|"
    r"minutes|hours|days?|weeks?|months|years|shortly|soon|just|long|even|especially|and/or|per|[A-Z][a-z]*[’'])$"
)
# "both mines" is whole, "both the mine" waits for its "and".
_WAITS = re.compile(
    r"\b(?:both|either|neither|not only|between|whether)\b(?![^,]*\b(?:and|or|nor|but)\b)[^,]*$",
    re.IGNORECASE,
)
_OPENING_ALONE = re.compile(
    r"^(?:In|On|At|After|Before|During|With|Despite|Following|Since|Under|As|While|Although|Though|When|If|By|For|From|Once|Because|To)\b[^,]*(?:,[^,]*)?$"
)
_PAIRS = (("(", ")"), ("“", "”"), ("[", "]"))


def is_price(text: str) -> bool:
    """Whether ``text`` states a price, which is quoted whole or not at all."""
    return bool(_PRICE.search(text) and _MONEY.search(text))


def is_balanced(text: str) -> bool:
    """Whether every quotation mark and bracket that opens also closes."""
    if any(text.count(left) != text.count(right) for left, right in _PAIRS):
        return False
    if text.count('"') % 2 or text.count("``") != text.count("''"):
        return False
    opening = len(re.findall(r"(?<!\w)‘(?=\w)", text))
    return opening <= len(re.findall(r"(?<=[\w.,!?])’(?!\w)", text))


_SAID_LAST = re.compile(r"[,”\"]\s[^,“\"]{2,70}\s(?:said|says|reported|told \w+)$")


def is_whole(text: str) -> bool:
    """Whether ``text`` looks like a sentence with nothing in it that waits for more."""
    body = _SAID_LAST.sub("", text.rstrip(".!”\"’' "))
    return (
        is_balanced(text)
        and is_clause(body)
        and not _UNFINISHED.search(body)
        and not _WAITS.search(body)
        and not _OPENING_ALONE.match(body)
        and len(re.findall(_DASH, text)) % 2 == 0
    )


def reduce_sentence(text: str, *, max_words: int, weigh: Weigh | None = None) -> Reduced:
    """Delete what makes ``text`` too long, and with ``weigh`` also what is not worth its words.

    ``weigh`` gives the worth of the words of a text, each counted once; without one every word is worth the same. What has a figure
    goes for its length alone. Where no set of deletions is short enough the one that leaves fewest words is given: the caller looks
    at its length.
    """
    fits = len(text.split()) <= max_words
    if is_price(text) or (fits and weigh is None):
        return Reduced(text=text)
    parts = [part for part in find_parts(text) if _may_go(text, part)]
    if fits:
        parts = [part for part in parts if not re.search(r"\d", text[part.start : part.end])]
    worth = weigh or (lambda words: float(len(set(words.lower().split()))))
    cost = WORD_COSTS if weigh else 0.0
    best, best_key = Reduced(text=text), _rank(text, worth, cost, max_words)
    for chosen in _combine(parts[:MOST_PARTS]):
        rest = _delete(text, chosen)
        key = _rank(rest, worth, cost, max_words)
        if key > best_key and len(rest.split()) >= LEAST_WORDS and is_whole(rest):
            gone = tuple((part.kind, text[part.start : part.end].strip(" ,—–-;")) for part in chosen)
            best, best_key = Reduced(text=rest, cuts=gone), key
    return best


def _combine(parts: list[Part]) -> Iterator[tuple[Part, ...]]:
    """Every set of parts none of which lies within another."""
    for number in range(1, len(parts) + 1):
        for chosen in itertools.combinations(parts, number):
            if all(one.end <= two.start for one, two in itertools.pairwise(chosen)):
                yield chosen


def _rank(text: str, worth: Weigh, cost: float, max_words: int) -> tuple[float, float]:
    """Short enough first; then what is worth most."""
    words = len(text.split())
    return -max(0, words - max_words), worth(text) - cost * words


def _delete(text: str, parts: tuple[Part, ...]) -> str:
    pieces, place = [], 0
    for part in parts:
        pieces += [text[place : part.start], part.put]
        place = part.end
    return tidy("".join((*pieces, text[place:])), like=text)


def tidy(text: str, *, like: str = "") -> str:
    """Collapse white space and the marks that a deletion leaves behind; begin with a capital where ``like`` does, end as it does."""
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
    r"(?:;|,)\s(?:(?:and|while|but|whereas|then|and then|but then|as|after|because|since|though|although)\s)?"
)


def split_clauses(text: str) -> tuple[str, ...]:
    """The two statements of a sentence that joins them by "and", "while", "but" or a semicolon; none where it does not.

    Each has a verb of its own; where both have one subject ("Acme opened the mill, and expects to …"), each gets it. Where
    somebody says the whole, nothing is parted.
    """
    said = find_attribution(text)
    commas = _commas(text)
    for index, place in enumerate(commas):
        match = _SECOND.match(text, place)
        if match is None or match.group() == ", " or _in_list(text, commas, index):
            continue
        if said is not None and (said.form != "before" or "while" not in match.group()):
            continue  # somebody says both
        first, second = text[:place], text[match.end() :]
        if _FINITE.match(second) and (subject := _find_subject(first)):
            second = f"{subject} {second}"
        elif not _SUBJECT_NEXT.match(second):
            continue
        if is_whole(f"{first}.") and is_whole(second) and _enough(first, second):
            return f"{first}.", second[:1].upper() + second[1:]
    return ()


def _find_subject(clause: str) -> str:
    """The words before the first verb of a clause, where they are a plain subject; else ""."""
    verb = _FINITE.search(clause)
    subject = clause[: verb.start()].strip() if verb else ""
    plain = 0 < len(subject.split()) <= LONGEST_SUBJECT and not re.search(
        r"[,;:()“”\"]|\b(?:who|which|that|and|or)\b", subject
    )
    return subject if plain and _SUBJECT_NEXT.match(subject) else ""


def _enough(*texts: str) -> bool:
    return all(len(text.split()) >= LEAST_WORDS for text in texts)


# ── parts ────────────────────────────────────────────────────────────────────────────────────────


def find_parts(text: str) -> list[Part]:
    """The constituents of ``text`` that can go, from left to right; those at the end may lie one within the other."""
    found = [
        *_find_brackets(text),
        *_find_days(text),
        *_find_openings(text),
        *_find_middles(text),
        *_find_ends(text),
    ]
    unique = {(part.start, part.end): part for part in found}
    return [unique[span] for span in sorted(unique)]


_BRACKETS = re.compile(
    rf"\s?\([^()]{{1,160}}\)|{_DASH}(?:(?!{_DASH}).){{4,160}}{_DASH[:-2]}(?=\s)|—[^—]{{4,160}}—"
)


def _find_brackets(text: str) -> list[Part]:
    return [
        Part(
            start=m.start(),
            end=m.end(),
            kind="aside",
            put="" if m.group().lstrip().startswith("(") else " ",
            own=True,
        )
        for m in _BRACKETS.finditer(text)
    ]


_DAY = re.compile(
    rf"\s(?:late |early )?(?:on )?{_TIME}(?: (?:morning|afternoon|evening|night))?(?=\s(?:that|after|as|to|it|its|by|for|when|while)\b|[,.]|$)"
)


def _find_days(text: str) -> list[Part]:
    """The day on which it was said or done: not of a date, and not where only one side of "and" or "or" would go."""
    return [
        Part(start=m.start(), end=m.end(), kind="day")
        for m in _DAY.finditer(text)
        if not re.match(r",? \w+\.? \d", text[m.end() :])
        and not re.search(r"\b(?:and|or|until|by|since|from|of|the|next|last|this)$", text[: m.start()])
    ]


_OPENING = re.compile(
    rf"(?:{_PREPOSITION}|{_SUBORDINATE}|{_PARTICIPLE}|{_GIVEN}|last|earlier|late|today|according)[^,;:]{{0,140}}?,\s(?=[\w“\"$€£])",
    re.IGNORECASE,
)
_SUBJECT_NEXT = re.compile(
    r"(?!that\b)(?:(?:the|an?|its|their|this|some|many|most|all|two|three)\b|[A-Z$€£\d])\S*"
)


def _find_openings(text: str) -> list[Part]:
    match = _OPENING.match(text)
    if match is None or not _SUBJECT_NEXT.match(text[match.end() :]) or not is_clause(text[match.end() :]):
        return []
    return [Part(start=0, end=match.end(), kind="opening", own=True)]


def _commas(text: str) -> list[int]:
    """Where commas and semicolons part constituents: outside brackets and quotations, not in figures, dates or lists of names."""
    depth, quoted, places = 0, False, []
    for place, char in enumerate(text):
        depth += (char in "([“") - (char in ")]”")
        quoted = quoted != (char == '"')
        if char in ",;" and depth <= 0 and not quoted and text[place + 1 : place + 2] == " ":
            places.append(place)
    return places


_DATE_COMMA = re.compile(
    rf"(?:(?:{MONTHS}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.? \d{{1,2}}|{_TIME})$"
)
_KINDS: tuple[tuple[str, re.Pattern[str], bool], ...] = (  # name, how it begins, a clause of its own
    ("relative clause", re.compile(_RELATIVE), True),
    ("examples", re.compile(_GIVEN), False),
    ("what came with it", re.compile(_PARTICIPLE), True),
    (
        "circumstance",
        re.compile(
            rf"{_PREPOSITION}|[\w-]+ (?:hours|days|weeks|months|years|percentage points) (?:after|before|earlier|later|more|less|ago)\b"
        ),
        False,
    ),
    ("clause beside it", re.compile(_SUBORDINATE), True),
    ("apposition", re.compile(_NOUN_PHRASE, re.IGNORECASE), False),
)


def _kind_of(text: str, start: int, end: int) -> tuple[str, bool] | None:
    """What stands in ``text[start:end]``, after its comma; None where it is no part by itself."""
    segment = text[start:end]
    if _DATE_COMMA.search(text[: start - 2]) and re.match(r"\d{4}\b|\w+ \d", segment):
        return None
    for kind, pattern, own in _KINDS:
        if pattern.match(segment):
            if kind == "apposition":
                head, _, more = segment.partition(" that ")
                return None if _FINITE.search(head) else (kind, bool(more))
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
    r"\s(?:though|although|but|while|and|as|after|before|with|which|who|where|because|since|provided|unless|if|\w+ing)\s"
)


# "Acme, a miner, and Beta, a maker of magnets, announced": a second subject, not more about the first.
_SECOND_SUBJECT = re.compile(r",\s(?:and|or|with|together with|along with|alongside)\s(?:the\s)?[A-Z]")


def _find_middles(text: str) -> list[Part]:
    """Parts between two commas after which the sentence goes on with its verb ("Acme, a miner, said") or with another part."""
    commas, found = _commas(text), []
    for index, place in enumerate(commas[:-1]):
        if text[place] != "," or _in_list(text, commas, index):
            continue
        before_verb = not _FINITE.search(text[:place])
        for stop in commas[index + 1 : index + MOST_COMMAS]:
            kind = _kind_of(text, place + 2, stop)
            if kind is None or text[stop] != "," or _SECOND_SUBJECT.search(text[place + 2 : stop]):
                continue
            if before_verb and _VERB_NEXT.match(text[stop + 1 :]):
                found.append(Part(start=place, end=stop + 1, kind=kind[0], own=True))
                break
            if not before_verb and _GOES_ON.match(text[stop + 1 :]) and not _in_list(text, commas, index + 1):
                found.append(Part(start=place, end=stop, kind=kind[0], own=kind[1]))
                break
    return found


# Not "such as", "the same as", "known as", "sold as".
_END_WORD = re.compile(
    r"\s(?P<word>after|while|because|amid|following|despite|as part of|in an? (?:effort|move|bid|step) to)\s(?=\S)"
    r"|(?<!\bsuch)(?<!\bas)(?<!\bso)(?<!\bsame)(?<!\bmuch)(?<!\bmany)(?<!\bfar)(?<!ing)(?<!ed)(?<!\bknown)(?<!\bserve)(?<!\bserves)(?<!\bact)"
    r"\sas\s(?!(?:well|of|to|part|much|many|few|little|an?)\b)(?=\S)"
)
_PHRASE = re.compile(
    r"\s(?:(?:in|at|near|across|throughout)\s(?:the\s)?(?:[a-z]+\s)?(?=[A-Z])|during\s|amid\s|in (?:recent|late|early|the (?:first|second|third|fourth|past|last|coming))\s)"
)
_NEEDS_PHRASE = re.compile(
    r"(?:ed|ing|ent|ant|ble|ful|ous|is|are|was|were|be|interest|stake|shares?|position|role|access|holdings?|investments?|and|or|the|an?|of|to|\d|%|"
    r"rose|fell|grew|cut|up|down|increase|decrease|rise|fall|drop|gain|decline|respect|addition|term|terms|comparison|response|line|total|more|less|most|least|much|many|agreement|contract|deal|talks|negotiations|partnership|[A-Z]\w*)$"
)


def _find_ends(text: str) -> list[Part]:
    """What may go from the end: everything from a comma, a dash or a conjunction on, but for who says it; and what follows on that."""
    stop = _find_stop(text)
    found = _find_from_commas(text, stop)
    if stop < (last := len(text.rstrip(".!"))):
        found += [part for part in _find_from_commas(text, last) if part.start > stop]
    found += [
        Part(start=match.start(), end=stop, kind="aside", own=True)
        for match in re.finditer(rf"{_DASH}|—", text[:stop])
    ]
    for match in _END_WORD.finditer(text[:stop]):
        own = is_clause(text[match.end() : stop])
        kind = "clause beside it" if own else "circumstance"
        if own or match["word"]:
            found.append(Part(start=match.start(), end=stop, kind=kind, own=own))
    return found + _find_phrases(text, stop)


def _find_from_commas(text: str, stop: int) -> list[Part]:
    """The parts that begin at a comma or semicolon and go on to ``stop``."""
    commas = _commas(text[:stop])
    found = []
    for index, place in enumerate(commas):
        if _in_list(text, commas, index):
            continue
        end = commas[index + 1] if index + 1 < len(commas) else stop
        kind = _kind_of(text, place + 2, end) or _kind_of_clause(text[place], text[place + 2 : stop])
        if kind:
            found.append(Part(start=place, end=stop, kind=kind[0], own=kind[1]))
    return found


def _kind_of_clause(mark: str, segment: str) -> tuple[str, bool] | None:
    """A second statement behind a comma or semicolon, with a subject of its own or the first one's."""
    joined = re.match(r"(?:and|while|but)\s(?P<rest>.+)", segment, re.DOTALL)
    if mark == ";" and is_clause(segment):
        return "second clause", True
    if joined and _SUBJECT_NEXT.match(joined["rest"]) and is_clause(joined["rest"]):
        return "second clause", True
    if joined and _FINITE.match(joined["rest"]):
        return "second predicate", True
    return None


def _find_phrases(text: str, stop: int) -> list[Part]:
    """Prepositional phrases at the very end that nothing before them asks for."""
    places = [m.start() for m in _PHRASE.finditer(text[:stop]) if m.start() > 0.4 * stop]
    return [
        Part(start=place, end=stop, kind="circumstance")
        for place in places[-3:]
        if not _NEEDS_PHRASE.search(text[:place])
        and not _FINITE.search(text[place:stop])
        and not re.search(r"[\d%$€£“”\"]|\b(?:and|or)\b", text[place:stop])
    ]


_SAID_AT_END = re.compile(
    r",\s(?:according to\s[^;“”\"]{3,140}|[^,;“”\"]{2,70}\s(?:said|says|reported|added|told [A-Z]\w+)(?:\s[^,;“”\"]{1,40})?[.]?)$"
)


def _find_stop(text: str) -> int:
    """Where the end begins that stays: the full stop, or who says it."""
    if match := _SAID_AT_END.search(text):
        return match.start()
    found = find_attribution(text)
    if found is not None and found.form == "after":
        return found.end
    return len(text.rstrip(".!"))


def _may_go(text: str, part: Part) -> bool:
    """Whether nothing that limits, attributes or qualifies what stays is in it."""
    gone = text[part.start : part.end]
    if _CONDITIONS.search(gone) or _PARTY.search(gone):
        return False
    if _APART.match(gone) and part.own and not _LIMITS.search(gone[1:].partition(",")[2]):
        return True
    if part.kind == "what came with it":  # "going ahead without a grant"
        gone = gone.replace(" without ", " ")
    return not _LIMITS.search(gone) and not _SPEAKS.search(gone) and (part.own or not find_hedges(gone))


# It says something else: what stands before it says as much without it.
_APART = re.compile(r"(?:,|;)?\s(?:and|after|following)\s")
