"""How sure the source is and whose statement it is: hedges and attribution that a near copy lost. Pure."""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.hedges import STANDS_FOR, Hedge, HedgeKind, find_hedges, stands_in
from newsletter.english.polarity import NEGATION
from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.speech import Attribution, find_attribution, is_anaphor, is_speech
from newsletter.english.stems import STOP, fold, root, stem
from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import WORD, Piece, Source


def _governed(text: str, hedge: Hedge, piece: Piece) -> list[int]:
    """Places of the first words that a hedge speaks of: a figure, those behind it in its clause or before it."""
    stop = re.search(
        r"[;:—”]|[,.]?\"\s|,\s|\s(?:but|while|when|which|and (?:with|without|by|in|at|on|for|from))\s|$",
        text[hedge.end :],
    )
    limit = hedge.end + (stop.start() if stop else 0)
    tokens = piece.tokens
    after = [
        n
        for n, t in enumerate(tokens)
        if hedge.end <= t.start < limit
        and (t.text[0].isdigit() or fold(t.text) not in STOP)
        and not _MONEY.match(piece.text, t.start)
    ]
    if after and tokens[after[0]].text[0].isdigit():
        return after[:1]
    if after:
        return after[:1] if hedge.text.endswith(" of") else after[:2]
    return [n for n, t in enumerate(tokens) if t.end <= hedge.start and fold(t.text) not in STOP][-2:]


_MONEY = re.compile(r"[A-Z]{1,3}[$€£¥ ]\d")  # before a figure: "up to C$350 million"
BESIDE = 8  # characters between a hedge and its figure
FEW = 3  # words of what tells something
_WHOLE = frozenset({HedgeKind.REPORTED, HedgeKind.CONDITION})


def _governs_all(origin: Piece, hedge: Hedge, piece: Piece) -> bool:
    """Whether a hedge covers all that ``piece`` tells.

    One that opens its sentence does ("Sources close to …", "Unless it is renewed, …"), or a condition that ends it.
    """
    if hedge.kind not in _WHOLE:
        return False
    if any(token.end <= hedge.start and fold(token.text) not in STOP for token in origin.tokens):
        ahead = frozenset(token.stem for token in origin.tokens if token.end <= hedge.start)
        return hedge.kind is HedgeKind.CONDITION and len(piece.tokens) >= FEW and piece.stems <= ahead
    comma = re.search(r",\s", origin.text[hedge.end : hedge.end + 90])
    begin = hedge.end + (comma.end() if comma else 0)
    rest = frozenset(token.stem for token in origin.tokens if token.start >= begin)
    return sum(name in rest for name in piece.content) >= 0.6 * len(piece.content) > 0


# How far from what it hedges, in words before and after, a hedge of a bullet may stand: beside a figure, in
# its clause, anywhere.
_NEAR = dict.fromkeys(
    (HedgeKind.ABOUT, HedgeKind.UPPER, HedgeKind.LOWER, HedgeKind.PARTLY), (6, 6)
) | dict.fromkeys((HedgeKind.PLAN, HedgeKind.POSSIBLE, HedgeKind.LIKELY), (18, 8))
_ANYWHERE = (99, 99)
ALIKE = 1.0  # from which a word stands in the same place where all that is hedged stands near it
SAME = 1.8  # from which it does where only it does
OTHER = (
    1.4  # the same of what stands behind a verb that the bullet has not: "could reach 650" of "may test 650"
)
_OPEN = re.compile(r"may|might|could|likely|probably")


def check_hedges(piece: Piece, origin: Piece, near: Sequence[Piece], *, said: bool, cited: bool) -> list[str]:
    """Hedges of a sentence that a bullet draws on, which the bullet lost while keeping what they hedge."""
    reasons = []
    for hedge in find_hedges(origin.text):
        governed = _governed(origin.text, hedge, origin)
        figure = next((t for n in governed if (t := origin.tokens[n].text)[0].isdigit()), "")
        if (
            hedge.kind in _BOUNDS
            and not (
                governed
                and _NUMBER.match(origin.tokens[governed[0]].text)
                and not origin.text.startswith(" the ", hedge.end)  # "more than the 600 first reported"
            )
        ) or (hedge.kind is HedgeKind.ABOUT and (not governed or _EXACT.fullmatch(figure))):
            continue
        if (
            hedge.kind in _UNASKED
            or (cited and _is_told_by_other_words(piece, origin, hedge))
            or (hedge.kind is HedgeKind.LOWER and _REQUIRED.search(piece.text))
            or (hedge.kind in _OF_FIGURES and governed and _is_told_plainly(origin, governed[0], near))
            or NEGATION.search(origin.text, _find_reach(origin.text, hedge), hedge.start)
            or origin.text.count("(", 0, hedge.start) > origin.text.count(")", 0, hedge.start)
        ):
            continue  # in a parenthesis it hedges what stands there with it
        kept = _find_kept(piece, origin, hedge, governed)
        if not kept and not said and _governs_all(origin, hedge, piece):
            kept = [0]
        if origin.text.count(hedge.text) > 1:  # "up to 5 tonnes a year and 40 tonnes in all"
            kept = [at for at in kept if not _is_listed(piece, at, hedge)]
        beside = {one.text.lower() for one in find_hedges(origin.text) if one.kind is not hedge.kind}
        if kept and not any(_is_hedged(piece, place, hedge, beside) for place in kept):
            shown = origin.text[hedge.start : hedge.end + 30].split(",")[0].strip()
            reasons.append(
                f"the source says “{shown}…”: it gives this as {hedge.kind.value}, and “{hedge.text}” is missing"
            )
    return reasons


def _find_reach(text: str, hedge: Hedge) -> int:
    """From where a negation denies a hedge with what it hedges: a limit in its own clause alone."""
    begin = max(0, hedge.start - (40 if hedge.kind in _BOUNDS else 12))
    if hedge.kind not in _BOUNDS:
        return begin
    return max((one.end() for one in _CLAUSE.finditer(text, begin, hedge.start)), default=begin)


_CLAUSE = re.compile(r"[,;:—]|\b(?:and|but|or)\b")


def _is_listed(piece: Piece, place: int, hedge: Hedge) -> bool:
    """Whether a figure stands right behind the "and" of a list that begins with the hedge."""
    before = piece.tokens[:place]
    return bool(before) and before[-1].text == "and" and hedge.text in piece.text[: before[-1].start]


# Who must have a thing must have at least so much of it.
_REQUIRED = re.compile(
    r"\b(?:must|need\w*|requir\w+|condition\w*|threshold|minimum|wants?|ask\w* for|depends? on|provided)\b"
)


_BOUNDS = frozenset({HedgeKind.LOWER, HedgeKind.UPPER})
_OF_FIGURES = _BOUNDS | {HedgeKind.ABOUT, HedgeKind.PARTLY}
NEARBY = 0.4  # from which a figure stands for the same
# What holds for all figures of a bullet: "expects revenue of 55 million and earnings of 6 million".
_ROUGH = frozenset({HedgeKind.PLAN})
_EXACT = re.compile(r"\d{2,}\.\d|\d\.\d\d")  # "around 36.2 million" is 36.2 million
_NUMBER = re.compile(
    r"\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|half"
    r"|third|quarter|fifth|tenth|twice|double|dozen|hundred|million)"
)
_UNASKED = frozenset(
    {HedgeKind.ATTRIBUTION, HedgeKind.FUTURE}
)  # asked for by other checks: who says it, a verb's form

# Not asked of a bullet that cites its sentences: on answers that nobody tuned to, such a word was missing
# beside a fact told in other words, and no bullet was wrong by it alone. A condition or a test is told by other
# words as a rule, but for one that stands in a clause of its own, or is what the thing is; a plan that is a thing is
# told by what became of it ("plans for a plant were approved"); of "most of" the bullet has the first word.
_MERGED = frozenset({HedgeKind.CONDITION, HedgeKind.STAGE})
_ITSELF = re.compile(
    r"if|unless|provided|subject(?! to an? (?:[\w-]+ ){1,3}period\b)|conditional\w*|pilot\S*|prototype\w*"
    r"|demonstration",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:(?:plan|target|forecast|proposal|estimate)s?(?=\s(?:for|of)\b|[.,;])|upcoming|appl\w+\sfor|guidance\s\w+"
    r"|can|primarily)(?!\w)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?P<share>most|half|some|many|a\s\w+)\sof(?!\w)", re.IGNORECASE)
_ALL = re.compile(r"\w+ (?=all\b)")


def _is_told_by_other_words(piece: Piece, origin: Piece, hedge: Hedge) -> bool:
    """Whether a bullet that cites its sentence may leave out the word of the hedge."""
    if hedge.kind in _MERGED:
        return _ITSELF.match(origin.text, hedge.start) is None
    if _ALL.match(origin.text, hedge.start):
        return all(token.text != "all" for token in piece.tokens)
    if share := _SHARE.match(origin.text, hedge.start):
        word = share["share"].lower()
        return " " in word or re.search(rf"\b{word}\b", piece.text, re.IGNORECASE) is not None
    return _LOOSE.match(origin.text, hedge.start) is not None


def _find_kept(piece: Piece, origin: Piece, hedge: Hedge, governed: Sequence[int]) -> list[int]:
    """Where a bullet has what a hedge speaks of: all of its words near each other, or one of them in the same place."""
    names = [origin.tokens[place].stem for place in governed]
    found = []
    if hedge.kind in _OF_FIGURES and governed and (figure := _find_figure(origin, governed[0])):
        around = look_around(origin, governed[0], governed[0])
        places = [
            piece.span(one.start, one.end)[0]
            for one in find_quantities(piece.text)
            if one.value == figure.value and one.kind in {figure.kind, ""}
        ]
        return [at for at in places if alike(look_around(piece, at, at), around) >= NEARBY]
    at = next((n for n, name in enumerate(names) if name in piece.stems), None)
    if at is None or any(f"{name}able" in piece.text for name in names):  # "extendable": "may be extended"
        return []
    if at and (not _OPEN.fullmatch(hedge.text) or origin.text.startswith(" not", hedge.end)):
        return []
    behind = origin.tokens[governed[0]].start >= hedge.end
    one = OTHER if at else SAME if behind else 99
    there = look_around(origin, governed[at], governed[at])
    for place, token in enumerate(piece.tokens):
        if token.stem != names[at]:
            continue
        near = {t.stem for t in piece.tokens[max(0, place - 4) : place + 6]}
        score = alike(look_around(piece, place, place), there)
        if score >= (ALIKE if all(name in near for name in names) else one):
            found.append(place)
    return found


def _is_told_plainly(origin: Piece, place: int, near: Sequence[Piece]) -> bool:
    """Whether another sentence has the figure at ``place`` of ``origin`` without a hedge right before it."""
    figure = _find_figure(origin, place)
    return figure is not None and any(
        one.value == figure.value
        and one.kind == figure.kind
        and not any(h.end <= one.start <= h.end + BESIDE for h in find_hedges(other.text))
        for other in near
        if other is not origin
        for one in find_quantities(other.text)
    )


def _find_figure(piece: Piece, place: int) -> Quantity | None:
    """The figure that the word at ``place`` begins."""
    token = piece.tokens[place]
    return next((q for q in find_quantities(piece.text) if token.start < q.end and token.end > q.start), None)


def _is_hedged(piece: Piece, place: int, hedge: Hedge, beside: set[str]) -> bool:
    """Whether the bullet has a hedge of this kind, or the same word, near ``place``.

    What stands ``beside`` it in the source hedges something else.
    """
    before, after = _NEAR.get(hedge.kind, _ANYWHERE)
    inside = piece.tokens[max(0, place - before) : place + after + 1]
    start, end = inside[0].start, inside[-1].end
    if hedge.kind in _OF_FIGURES:  # what stands with another figure is that one's
        token = piece.tokens[place]
        start = max((one.end() for one in _APART.finditer(piece.text, start, token.start)), default=start)
        apart = _APART.search(piece.text, token.end, end) or _AGAINST.search(piece.text, token.end, end)
        end = apart.start() if apart else end
        inside = tuple(one for one in inside if start <= one.start < end)
    words = {stem(word) for word in re.findall(r"\w+", hedge.text) if word.lower() not in STOP}
    return (
        any(token.stem in words for token in inside)
        or (
            hedge.kind is HedgeKind.PLAN
            and any(t.text == "to" for t in piece.tokens[max(0, place - 2) : place])
        )
        or any(
            h.kind in STANDS_FOR[hedge.kind]
            and h.text.lower() not in beside
            and h.end > start
            and h.start < end
            for h in find_hedges(piece.text)
        )
        or (
            hedge.kind is HedgeKind.ABOUT
            and any(
                h.kind in _ROUGH
                and not re.search(
                    r"; |, (?:and|but|against|with)", piece.text[min(h.start, start) : max(h.end, start)]
                )
                for h in find_hedges(piece.text)
            )
        )
        or stands_in(hedge.kind, piece.text[start:end])
    )


_APART = re.compile(r"[;:—]|,\s(?!against|versus|from)|\s(?:and|while|but)\s")
_AGAINST = re.compile(r"\s(?:against|from|versus|compared)\s")  # "about $170, against $95" hedges both


def check_attribution(piece: Piece, origin: Piece, *, said: bool, cited: bool) -> list[str]:
    """A statement of somebody that the bullet gives as fact."""
    kinds = {hedge.kind for hedge in find_hedges(piece.text)}
    if said or kinds & STANDS_FOR[HedgeKind.REPORTED] or is_speech(piece.text) or _BY_WHOM.search(piece.text):
        return []
    found = find_attribution(origin.text)
    if found is None or found.subject.lower() in _NOBODY or _is_news(found, piece, origin, cited=cited):
        return []
    if cited and not (found.clause or found.that):
        return []  # "the project boasts a low cost": nothing is stated
    inside = frozenset(root(word) for word in WORD.findall(origin.text[found.start : found.end]))
    own = [name for name in piece.content if name in inside]
    if not own or len(own) < 0.6 * len(piece.content) or root(found.verb.split()[0]) in piece.stems:
        return []
    return [f"the source gives this as a statement of {found.subject or 'someone'}, the summary as fact"]


OF_ONE = 0.6  # share of what is said from which a cited sentence says it


def check_voice(piece: Piece, cited: Sequence[Piece], article: Source) -> list[str]:
    """A statement that the cited sentences give to somebody else, whom the bullet does not name.

    "She said": who spoke last before, where nobody else can be meant.
    """
    own = find_attribution(piece.text)
    if own is None or not cited:
        return []
    said = {t.stem for t in piece.tokens if own.start <= t.start < own.end and fold(t.text) not in STOP}
    origin = max(cited, key=lambda one: len(said & one.stems))
    other = find_attribution(origin.text)
    if other is None or len(said & origin.stems) < OF_ONE * len(said):
        return []
    mine, theirs = _find_capitals(own.subject), _find_capitals(other.subject)
    there = {fold(token.text) for token in origin.tokens}
    if not theirs and (apposed := re.search(rf"\b{re.escape(other.subject)}, ([A-Z][^,]+),", origin.text)):
        theirs = {*map(fold, WORD.findall(apposed[0]))} - STOP  # "the operator, Halden Line, said"
    place = (
        article.pieces.index(origin)
        if other.subject.lower() in {"he", "she"} and origin in article.pieces
        else 0
    )
    passed = []
    while place and not theirs:
        place -= 1
        before = article.pieces[place]
        there |= {fold(token.text) for token in before.tokens}
        other = find_attribution(before.text) or other
        theirs = _find_capitals(other.subject)
        passed += [] if theirs or _OF_THEM.match(before.text) else [before]
    if any(theirs.isdisjoint(map(fold, WORD.findall(one.text))) for one in passed):
        return []
    if mine and theirs and mine.isdisjoint(there) and theirs.isdisjoint(map(fold, WORD.findall(piece.text))):
        return [f"the source gives this to {other.subject}, the bullet to {own.subject}"]
    return []


_OF_THEM = re.compile(r"[\"“]?(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Ii]ts?|[Tt]hat|[Tt]his)\b")


def _find_capitals(subject: str) -> set[str]:
    found = {fold(word) for word in WORD.findall(subject) if word[0].isupper()}
    return found - STOP - {"company", "separately"}


_NOBODY = frozenset(
    "other first second some more all last".split()
)  # no speaker, but what "rate estimates" begins with
_BY_WHOM = re.compile(
    r"\b(?:per|by) [A-Z][\w’']+|\b(?:records?|data|figures|documents|results) show|\b(?:wants?"
    r"|wanted|propos(?:es|ed)|urges?|urged|call(?:s|ed) for|demands?|sees)\b|[’']s (?:objective"
    r"|aim|view|count|estimate|proposal)\b"
)
# Who tells of what was done or decided by themselves or in their charge: an event, where a wire's tail only
# says from whom it has it.
_TELLS = re.compile(
    r"(?:[Tt]he|[Tt]heir|its) (?:[\w-]+ ){0,3}(?:company|group|firm|bank|ministry|regulator"
    r"|operator|owner|authorities)|(?:[\w ]+ )?(?:police|authorities|officials)|it|they"
)
_PLAIN = frozenset("said says told reported reports adds added confirmed".split()) | {"according to"}
_ANNOUNCES = frozenset("announc disclos reveal unveil".split())
_ITS_PEOPLE = re.compile(r"(?:[Ii]ts |[Tt]he |[Cc]ompany )*(?:executives?|officials|management|spokes\w+)")
_HAPPENED = re.compile(
    r"\b(?:\w{2,}ed|will|has|have|had|fell|rose|lost|cut|struck|won|sold|bought|began|built|shut"
    r"|set|took|made|led|killed)\b"
)
_PRAISED = re.compile(r"\b(?:best|largest|biggest|leading|most|more|less|good|better|only)\b")
_IS = re.compile(r"\b(?:is|are)\b")


def _is_news(found: Attribution, piece: Piece, origin: Piece, *, cited: bool) -> bool:
    """Whether a statement is the event: what a company announces of itself, what a wire has from those in charge."""
    named = {token.stem for token in piece.tokens}
    own = {root(word) for word in WORD.findall(found.subject) if fold(word) not in STOP}
    issuer = is_anaphor(found.subject) or _ITS_PEOPLE.fullmatch(found.subject) is not None
    if root(found.verb) in _ANNOUNCES and (own & named or (cited and issuer)):
        return True
    content = origin.text[found.start : found.end]
    if cited and issuer and found.verb in _PLAIN:
        return {*_PRAISED.findall(content)}.isdisjoint(_PRAISED.findall(piece.text))
    plain = found.form == "after" and found.verb == "said" and _TELLS.fullmatch(found.subject) is not None
    return (
        (plain or (cited and found.verb in _PLAIN))
        and _HAPPENED.search(content) is not None
        and _IS.search(content) is None
        and {*_PRAISED.findall(content)}.isdisjoint(_PRAISED.findall(piece.text))
    )
