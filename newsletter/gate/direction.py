"""Statements turned round: a rise for a fall, a negation gained or lost. Pure."""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.letters import compile_latin
from newsletter.english.polarity import DENIES, KEEPS_DENIAL, MOVES, NEGATION, OF_THINGS, OPPOSITES
from newsletter.english.quantities import NUMBER_WORDS
from newsletter.english.rules import remembered
from newsletter.english.stems import POSSESSIVE, STOP, fold, root
from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import WORD, Piece, Token

ALIKE = 1.1  # from which a place with the opposite word is the same statement
LIKE = 1.8  # the same for words that say how much or of what kind
CLEAR = 0.5  # by how much it must be more alike than any place with the word itself
# From which the first and the second word after a negation are the same statement, and what negates a thing alone.
SAME = (0.9, 2.0, 1.8)
BARE = (0.0, 1.0, 0.5)  # where a bullet has no word of denial at all
NEAR = 48  # characters before a word within which its clause may deny it
REACH = 14  # words before a word within which its clause may deny it
OF_ONE = 0.8  # how much more alike two words are that have one figure behind them ("a loss of 4.1 million")
BEHIND = 4  # words behind it
DENIED_AS_WELL = 0.3  # how much less alike a place may be that has the word without negation
_PARTICLES = frozenset("up down over under above below".split())
_PLACED = _PARTICLES - {"over", "under"}  # "a licence over the area", "under the act"
_BY = compile_latin(r"\s(?:an?\s|by\s|about\s)?(?:[A-Z]{0,3}[$€£¥]|\d|from\b)")
_OF_A_THING = re.compile(r"\sof\s(?!(?:\w+\s){0,2}\S{0,4}?\d)")
_OF_SAME = re.compile(r"\s(?:it|them)\b")  # "bought a stake and sold it": both are told of the stake
_SO_MUCH = re.compile(r"\d(?:%|\s?\w+)?\s$")


def check_opposites(piece: Piece, near: Sequence[Piece], close: Sequence[Piece]) -> list[str]:
    """Words in whose place the source has the opposite, or in one of the sentences ``close`` to it beside a word."""
    asked = [
        place
        for place, token in enumerate(piece.tokens)
        if token.text.lower() in OPPOSITES
        and not (_DENYING.match(token.text) and any(token.stem in one.stems for one in near))
    ]  # who denies one thing may confirm another
    found = [
        (piece.tokens[place].text, shown)
        for place in asked
        if (shown := _find_turned(piece, place, close) or _find_opposite(piece, place, near))
    ]
    return [
        f"“{word}” stands where the source says “{shown}”"
        for word, shown in found
        if len(found) > 1 or not _tells_as_often(piece, close, shown)
    ]


def _tells_as_often(piece: Piece, near: Sequence[Piece], word: str) -> bool:
    """Whether a bullet has a word of a direction as often as what it draws on: it is told elsewhere in the bullet."""
    low = word.lower()

    def count(one: Piece) -> int:
        words = [token.text.lower() for token in one.tokens]
        return sum(_side(low, other, same=other == low) is True for other in words)

    return count(piece) >= sum(map(count, near))


def _find_opposite(piece: Piece, place: int, near: Sequence[Piece]) -> str:
    """The opposite of a word in the place of ``near`` that is the most like its own; "" where there is none."""
    token = piece.tokens[place]
    low = token.text.lower()
    if not _tells_direction(piece, token):
        return ""
    around = look_around(piece, place, place)
    figure = _find_figure(piece, place)
    best = {True: 0.0, False: 0.0}
    shown = ""
    for origin in near:
        for at, other in enumerate(origin.tokens):
            word = other.text.lower()
            side = _side(low, word, same=token.stem == other.stem)
            if side is None or not _tells_direction(origin, other):
                continue
            if not side and (is_negated(origin, other.start) or _is_thing(origin, other)):
                continue  # "does not resume": "stays suspended"
            score = alike(around, look_around(origin, at, at))
            if figure and figure == _find_figure(origin, at):
                score += OF_ONE
            if side and _OF_SAME.match(origin.text, other.end):
                score = max(score, best[False])
            if score > best[side]:
                best[side] = score
                shown = shown if side else other.text
    enough = ALIKE if low in MOVES else LIKE
    return shown if best[False] >= enough and best[False] > best[True] + CLEAR else ""


def _find_turned(piece: Piece, place: int, near: Sequence[Piece]) -> str:
    """The opposite that stands beside the same word in ``near``, where the word itself never does: "follow-down"."""
    low = piece.tokens[place].text.lower()
    if low in MOVES and low not in _PLACED:
        return ""  # "rose" may be said of another thing of the same name
    if any(
        t.text.lower() == low and _OF_SAME.match(origin.text, t.end) for origin in near for t in origin.tokens
    ):
        return ""
    for step in (-1, 1):
        mate = piece.tokens[place + step] if 0 <= place + step < len(piece.tokens) else None
        if mate is None or fold(mate.text) in STOP:
            continue
        beside = {
            origin.tokens[at - step].text.lower()
            for origin in near
            for at, token in enumerate(origin.tokens)
            if token.stem == mate.stem
            and 0 <= at - step < len(origin.tokens)
            and not is_negated(origin, origin.tokens[at - step].start)  # "does not include": "excludes"
        }
        if low not in beside and (found := beside & OPPOSITES[low]):
            return min(found)
    return ""


def _tells_direction(piece: Piece, token: Token) -> bool:
    """Whether a word tells a direction where it stands: "down 4%", "4% below last year", not "set up", "or more"."""
    named = token.text[0].isupper() and _NAMED_SO.search(piece.text, 0, token.start)
    if named or _ALONE.match(piece.text, token.start):
        return False
    before = piece.text[max(0, token.start - 14) : token.start]
    if token.text.lower() in _PARTICLES:
        if before.endswith(("made ", "make ", "makes ")):
            return False
        return _BY.match(piece.text, token.end) is not None or _SO_MUCH.search(before) is not None
    return not before.endswith((" at ", " or ", " no ", " not "))


_NAMED_SO = compile_latin(r"\b[A-Z][a-z]+\s$")  # "Niagara Falls"
_ALONE = re.compile(r"(?:before|after)(?=[.,;!?”\"]|$)")  # "who was ill before": earlier


def _is_thing(piece: Piece, token: Token) -> bool:
    """Whether it is a thing and no deed: "a block of land", and not "a rise of 3%"."""
    named = re.search(r"\ban?\s$", piece.text[: token.start]) is not None
    return named and _OF_A_THING.match(piece.text, token.end) is not None


def _find_figure(piece: Piece, place: int) -> str:
    """The figure shortly behind a word, "" where there is none."""
    return next((t.text for t in piece.tokens[place + 1 : place + BEHIND] if t.text[0].isdigit()), "")


def _side(low: str, word: str, *, same: bool) -> bool | None:
    """Whether ``word`` says the same as ``low`` (True), the opposite (False), or nothing of the kind."""
    others = OPPOSITES.get(word, set())
    if not same and low in others:
        return False
    return True if same or others & OPPOSITES[low] else None


def is_negated(piece: Piece, start: int) -> bool:
    """Whether a word is denied in its clause, shortly before it."""
    near = max(0, start - NEAR)
    begin = max((one.end() for one in _CLAUSE.finditer(piece.text, near, start)), default=near)
    return NEGATION.search(piece.text, begin, start) is not None


_CLAUSE = re.compile(r"[;:—]|, |\b(?:and|but)\b")


def check_negation(piece: Piece, near: Sequence[Piece], cited: Sequence[Piece] | None) -> list[str]:
    """Give the negations that a bullet lost from what they deny, or gained.

    It loses none of the headline's, which stands above it. One with sentences that are ``cited`` may deny in words of
    its own: only one of which nothing is denied there has gained it.
    """
    for origin in cited or near:  # where the headline alone is cited, it counts
        if found := _find_undenied(origin, [piece], near, cited=cited is not None):
            return [f"the source says “{found}”, which the summary leaves out"]
    found = "" if cited is not None else _find_undenied(piece, near, [piece], cited=False)
    if found and not _DENYING.match(found):
        return [f"“{found}” turns round what the source says"]
    gained = _GAINED.search(piece.text)
    awaited = (_AWAITED,) if gained and gained.group() == "yet to" else ()
    denies = (NEGATION, KEEPS_DENIAL, *awaited)
    if gained and not any(pattern.search(origin.text) for origin in near for pattern in denies):
        return [f"“{gained.group()}” turns round what the source says"]
    return []


def _find_undenied(denying: Piece, others: Sequence[Piece], own: Sequence[Piece], *, cited: bool) -> str:
    """A negation of ``denying`` whose words stand in the same place among ``others`` without one, else "".

    Where the words stand without negation among ``own`` as well, they are those.
    """
    rest = [piece for piece in own if piece is not denying] if cited else []
    known = _find_beside_denials(denying).union(*(one.words for one in rest)) if cited else frozenset[str]()
    denied = frozenset[str]().union(*map(_find_denied, own)) if cited else frozenset[str]()
    denies = any(NEGATION.search(other.text) for other in others)
    conditional = cited and (denies or any(_CONDITION.search(other.text) for other in others))
    bare = cited and not (denies or any(_denies(KEEPS_DENIAL, other.text, known) for other in others))
    for match in NEGATION.finditer(denying.text):
        verb = _DENYING.match(match.group()) is not None
        if conditional and _IF.search(denying.text, 0, match.start()):
            continue
        if _NOT_UNTIL.match(denying.text, match.end()) and not any(
            "until" in other.words for other in others
        ):
            continue  # "did not open until May": it opened in May
        undone = _NOT_WITHOUT.search(denying.text, max(0, match.start() - NEAR), match.end() + NEAR)
        if undone and not any("without" in other.words for other in others):
            continue  # "not possible without data": it needed data
        thing = match.group().lower() in OF_THINGS
        beside = denying.text.startswith(", ", match.start() - 2)  # "the hull, not the mast": the hull
        least = BARE if bare and not (verb or beside) else SAME
        negated = _find_negated(denying, match)
        foreign = denied - ({denying.tokens[at].stem for at in negated} or {root(match.group())})
        limits = _LIMIT.match(denying.text, match.end())  # "cannot take more than 40": "takes at most 40"
        # "has not made a choice": "targets a choice in May"
        awaited = _NOT_YET.search(denying.text, 0, match.end())
        excepts = _EXCEPT.search(denying.text)  # "apart from A it does not bind": "only A binds"
        # "did not raise its full-year guidance": "the full-year guidance stays"
        one_word = thing or verb or (cited and any(_STAYS.search(other.text) for other in others))
        for nth, at in enumerate(negated[: 1 if one_word else 2]):
            enough = least[-1] if thing else least[nth]
            there = [one for one in _find_alike(denying, at, others) if one[-1] >= enough]
            if there and not any(
                (limits and _AT_MOST.search(other.text))
                or (excepts and _ONLY.search(other.text, 0, other.tokens[place].start))
                or (awaited and _PLANS.search(other.text, 0, other.tokens[place].start))
                or _is_softened(other, place, known, foreign)
                or _stands_without(other, place, own, score)
                for other, place, score in there
            ):
                words = [denying.tokens[one].text for one in negated]
                if cited and any(_is_undone(word, others) for word in words):
                    break
                return f"{match.group()} … {denying.tokens[at].text}"
    return ""


def _is_undone(word: str, others: Sequence[Piece]) -> bool:
    """Whether one of ``others`` has ``word`` with what undoes it before it: "implausible" for "not plausible"."""
    undone = re.compile(rf"\b(?:un|i[lmnr]|dis|non-?){re.escape(word)}\b", re.IGNORECASE)
    return any(undone.search(other.text) for other in others)


def _find_negated(piece: Piece, match: re.Match[str]) -> list[int]:
    """The first content words after a negation in its clause."""
    begin = _DENIED_THAT.match(piece.text, match.end())
    start = begin.end() if begin else match.end()
    clause = _STOP.search(piece.text, start)
    limit = clause.start() if clause else len(piece.text)
    return [
        n
        for n, t in enumerate(piece.tokens)
        if start <= t.start < limit
        and fold(t.text) not in STOP
        and not POSSESSIVE.search(t.text)  # "do not serve Acme's aims": the aims
        and t.text not in _SIZES
        and not t.text[0].isdigit()
    ]


@remembered(1024)
def _find_denied(piece: Piece) -> frozenset[str]:
    """The stems of what a sentence denies."""
    return frozenset(_tell_denied(piece, match) for match in NEGATION.finditer(piece.text))


def _tell_denied(piece: Piece, match: re.Match[str]) -> str:
    """The stem of the first word that a negation denies, else its own: "denies it"."""
    return next((piece.tokens[at].stem for at in _find_negated(piece, match)), root(match.group()))


def _find_beside_denials(denying: Piece) -> frozenset[str]:
    """The words that a sentence has beside its negations: in a bullet none of them takes the place of one."""
    return frozenset(fold(word) for word in WORD.findall(NEGATION.sub(" ", denying.text)))


def _denies(pattern: re.Pattern[str], text: str, known: frozenset[str]) -> bool:
    return any(fold(match.group()) not in known for match in pattern.finditer(text))


def _is_softened(piece: Piece, place: int, known: frozenset[str], foreign: frozenset[str]) -> bool:
    """Whether a denial stands before a word in its clause, or right behind it.

    No word that is ``known`` makes one, and no negation of what another sentence denies (``foreign``).
    """
    if _denies(DENIES, piece.text, known):
        return True
    tokens = piece.tokens
    text = _ASIDE.sub(lambda match: " " * len(match[0]), piece.text)
    start, end = tokens[max(0, place - REACH)].start, tokens[min(len(tokens) - 1, place + REACH)].end
    before = _BREAK.split(text[start : tokens[place].start])[-1]
    after = _BREAK.split(text[tokens[place].end : end])[0]
    first, last = tokens[place].start - len(before), tokens[place].end + len(after)
    return any(
        _tell_denied(piece, match) not in foreign or _OR.search(piece.text, match.end(), tokens[place].start)
        for match in NEGATION.finditer(piece.text, first, last)
    ) or any(_denies(KEEPS_DENIAL, part, known) for part in (before, after))


# Verbs that deny by themselves: "rejected the offer" for "turned it down" tells what happened.
_DENYING = re.compile(r"(?:den|lack|refus|reject|ruled|declin|fail)", re.IGNORECASE)
_DENIED_THAT = re.compile(
    r"\s(?:(?:\w+\s){0,2}?(?:reports?|claims?|rumou?rs?|allegations?|suggestions?)\b[^,;]*?\s)?that\b"
)
_SIZES = frozenset("million billion thousand hundred cent".split())
# What is still to come: "has yet to be heard".
_AWAITED = re.compile(r"\b(?:will|upcoming|proceeds? to|planned|expected|next step|to be)\b")
# Neither "sails, not the hulls that it lists" nor "no more than" nor "not yet" turns anything round.
_GAINED = compile_latin(
    rf"(?!(?<=, )not\b)(?:{NEGATION.pattern})(?!\s(?:more|less|fewer|longer|later|earlier|yet)\b)",
    NEGATION.flags,
)
_LIMIT = compile_latin(
    r"(?:\s[\w-]+){0,3}?\s(?:more |longer |later )?than\s"
    rf"(?:[$€£]?\d|(?:an?|{'|'.join(NUMBER_WORDS)}|[a-z]+\s(?:years|months|weeks|days))\b)"
)
# "If it is not done the order lapses": it must be done, or the order lapses.
_IF = re.compile(r"\b(?:[Ii]f|[Ww]here|[Ss]hould)\s[^,;]*$")
_CONDITION = re.compile(
    r"\b(?:must|or|unless|otherwise|until|conditions?|conditional|requires?|has to|have to)\b"
)
_NOT_WITHOUT = re.compile(r"(?:n['’]t|\bnot|\bnever)\s(?:\w+\s){1,4}without\b")
_NOT_UNTIL = re.compile(r"(?:\s[\w’'-]+){1,4}\suntil\b")
_NOT_YET = re.compile(r"\b(?:(?:has|have|had)\snot|yet\sto)$")
_PLANS = re.compile(r"\b(?:targets?|plans?|aims?|awaits?|must)\s(?:\w+\s){,3}$")
_STAYS = re.compile(r"\b(?:(?:stay|keep|kept|remain|unchanged|maintain|reaffirm|reiterat)\w*|stands?\b)")
_EXCEPT = re.compile(
    r"\b(?:apart from|aside from|except|other than|save for|with the exception)\b", re.IGNORECASE
)
_ONLY = re.compile(r"\b[Oo]nly\b")
_AT_MOST = re.compile(r"\b(?:at most|up to|maximum|no (?:more|longer|later) than)\b")
_STOP = re.compile(
    r"[;:—“”\"(]|,\s|\b(?:and|but|or|before|after|less|more|fewer|without|until|unless|except|not"
    r"|if|whether|since|that|what|how|where|when|why)\b"
)
_ASIDE = re.compile(r",\s(?:which|who)\b[^,;]*,(?=\s(?:is|are|was|were|has|have|had|will|do|does|did)\b)")
_OR = re.compile(r"\b(?:or|nor)\b")
_BREAK = re.compile(r"[;:—]|,\s|\band\s(?=(?:has|have|is|are|was|were|will|did|does)\s)")


def _stands_without(piece: Piece, place: int, near: Sequence[Piece], score: float) -> bool:
    """Whether the source has the word of ``piece`` without negation as well, in a place as much alike."""
    return any(
        alike_there >= score - DENIED_AS_WELL and not is_negated(origin, origin.tokens[at].start)
        for origin, at, alike_there in _find_alike(piece, place, near)
    )


def _find_alike(piece: Piece, place: int, others: Sequence[Piece]) -> list[tuple[Piece, int, float]]:
    """Where ``others`` have the word of ``piece`` that stands at ``place``, and how much alike each place is."""
    around = look_around(piece, place, place)
    return [
        (other, at, alike(around, look_around(other, at, at)))
        for other in others
        for at, token in enumerate(other.tokens)
        if token.stem == piece.tokens[place].stem
    ]
