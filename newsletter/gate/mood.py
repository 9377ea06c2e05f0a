"""What the source gives as possible or intended and the summary as done: "could be doubled", "was doubled". Pure.

No word list of hedges is needed for this: the form of the verb tells. What stands after "to" or after a
modal verb has not happened; the same verb in the past or the present has.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from enum import IntEnum
from itertools import pairwise

from newsletter.english.polarity import NEGATION
from newsletter.english.quantities import find_quantities
from newsletter.english.speech import is_speech
from newsletter.english.stems import IRREGULAR, STOP, fold, root
from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import Piece, Source, Token


class Mood(IntEnum):
    """How far a verb is from a fact."""

    FACT = 0
    FUTURE = 1  # "will ship"
    SUPPOSED = 2  # "would ship"
    ABLE = 3  # "can ship", "has to ship", "plans to ship"
    DOUBTED = 4  # "could ship"


_MODALS = {
    **dict.fromkeys(("will", "shall", "’ll", "'ll"), Mood.FUTURE),
    "would": Mood.SUPPOSED,
    **dict.fromkeys(("can", "must", "should"), Mood.ABLE),
    **dict.fromkeys(("could", "may", "might"), Mood.DOUBTED),
}
_BETWEEN = frozenset("be have been not also soon then now still only further fully again however".split())
# Where these stand before "to", what follows has not happened: "plans to ship", "an option to ship".
_INTENDED = frozenset(
    root(word)
    for word in "plan expect aim intend propose seek want hope wish agree decide target try attempt promise "
    "pledge vow offer able unable "
    "likely unlikely whether ready poised prepare have need ask require urge order commit design project "
    "forecast estimate suppose consider "
    "option right bid effort proposal decision permission commitment potential chance goal "
    "intention ambition deal approval licence "
    "license applied apply invite authorise authorize eligible supposed believed thought said "
    "reported set due scheduled slated vote "
    "mandate meant tip bound fail refuse decline hesitate threaten".split()
)
_ARRANGED = frozenset("is are was were set due scheduled slated".split())  # "is to rule on Wednesday"
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|before|until|once|in case|should|risk\w*|having)\b[^;]*$", re.IGNORECASE
)
_IF = re.compile(r"\b(?:[Ii]f|[Uu]nless)\s[^,;]*$")
_DONE = frozenset("has have had been was were".split())
_MODAL_AHEAD = re.compile(r"\b(?:may|might|could|would|will|are to|is to)\b(?:,[^,;:]*,)?[^,;:]*$")
_ABLE_AHEAD = re.compile(r"\bcan\b[^,;:]*$")
_LISTED = re.compile(  # "they must apply in May, name the guarantor and pay"
    r"(?<!which )(?<!that )\b(?:can|must|shall|should)\s[^;:]*,\s(?:and\s)?[a-z]+(?<!ed)\s(?:the|an?|its|their|\d)"
)
ALIKE = 0.6  # from which a verb says the same of the same
SAME = 1.2  # from which a verb stands in the same place
NEAR = 28  # characters before a verb within which it is denied
_REACH = 4  # words between a verb and what decides its mood
_DETERMINERS = frozenset("the a an its their his her this that these those of as".split())


def _is_within(text: str, word: str, start: int) -> bool:
    """Whether a ``word`` at ``start`` hangs on a modal verb before it, or says of no time that it was."""
    listed = _LISTED.search(text)
    able = _ABLE_AHEAD.search(text, 0, start) or (listed and listed.start() < start < listed.end())
    if able and not word.endswith("ed") and word not in IRREGULAR:
        return True
    return any(pattern.search(text, 0, start) for pattern in (_MODAL_AHEAD, _LEFT_OPEN))


def _find_mood(piece: Piece, place: int, *, done: bool = False) -> Mood:
    """The mood of the word at ``place``, from the words before it; of what is ``done`` no condition is one."""
    mood = Mood.ABLE if done and _IF.search(piece.text, 0, piece.tokens[place].start) else Mood.FACT
    for back in range(place - 1, max(-1, place - 1 - _REACH), -1):
        word = piece.tokens[back].text.lower()
        if piece.tokens[back].text == "May" or (word == "have" and back == place - 1):
            return Mood.FACT  # the month; "appears to have made": another check's
        if word in _MODALS:
            return _MODALS[word]
        if word == "to":
            told = piece.tokens[back - 1].text.lower() if back else ""
            if told in _ARRANGED:
                return Mood.FUTURE
            before = root(told)
            return Mood.ABLE if before in _INTENDED and told != "had" else Mood.FACT
        if word not in _BETWEEN and not word.endswith("ly"):
            break
        if word == "be":
            mood = Mood.ABLE  # "proposes that residues be stored"
    return mood


def _is_finite(piece: Piece, place: int) -> bool:
    """Whether the word at ``place`` looks like a verb of a statement: "doubled", "was doubled", "yields", "built"."""
    word = piece.tokens[place].text
    before = piece.tokens[place - 1].text.lower() if place else ""
    joined = piece.text.startswith("-", piece.tokens[place].start - 1)  # "cement-stabilized"
    if not word.islower() or joined or before in _DETERMINERS or word.endswith("eed"):
        return False
    if before not in _HELPERS and _is_participle(piece, place):
        return False  # "applications decided within 45 days", "or have its permit revoked"
    if word.endswith("ing"):
        return before in {"is", "are", "was", "were"}
    after = piece.tokens[place + 1].text if place + 1 < len(piece.tokens) else ""
    if word.endswith("s") and (
        after.endswith("ed")
        or after in IRREGULAR
        or after in {"is", "are", "was", "were", "have", "has", "will"}
    ):
        return False  # "plant costs rose"
    if word.endswith("s"):
        return before not in STOP and not before.endswith("ing")
    return word.endswith("ed") or word in IRREGULAR


_CLOSED = re.compile(r"\s(?:if|where|when|in|within|by|with|under|from|for|at)\b|[.,;]")
# "With every worker offered a post", "or have its permit revoked", "a question to be tried in May".
_LEFT_OPEN = re.compile(
    r"(?:,? with(?:out)? (?:[\w’'-]+ ){1,5}|\b(?:having|have) (?:its|their|his|her|the) (?:[\w’'-]+ ){1,3}|\bto be )$"
)
_HELPERS = frozenset("is are was were be been being has have had and not also".split())


def _is_participle(piece: Piece, place: int) -> bool:
    """Whether a verb only tells more of a noun: behind a comma or beside a verb of its clause, without an object."""
    text, token = piece.text, piece.tokens[place]
    if not _CLOSED.match(text, token.end):
        return False
    clause = text[text.rfind(";", 0, token.start) + 1 :].partition(";")[0]
    return text[: token.start].rstrip().endswith(",") or _FINITE.search(clause) is not None


_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|having|will|would|must|may|can|could)\b")
_LETS = re.compile(r"\b(?:let|lets|letting|made|make|makes|help|helps|helped|see|saw)\b[^,;]*$")


def _is_bare(piece: Piece, place: int, origin: Piece) -> bool:
    """Whether a verb has lost its modal verb: "Acme sell shares", where the source has "will sell"."""
    word, before = piece.tokens[place].text, piece.tokens[place - 1].text if place else ""
    return (
        before[:1].isalpha()
        and before.lower() not in STOP
        and not piece.text.startswith(" of ", piece.tokens[place].end)  # "China's April halt of exports"
        and not _LETS.search(piece.text, 0, piece.tokens[place].start)
        and any(
            token.text == word
            and (
                (before[0].isupper() and fold(before) == before.lower())
                or root(before) == _find_subject(origin, at)
            )
            and alike(look_around(piece, place, place), look_around(origin, at, at)) >= SAME
            for at, token in enumerate(origin.tokens)
        )
    )


_BE = re.compile(r"\bbe\b(?! (?:it|they|he|she)\b)")
_BEFORE_BE = re.compile(
    r"\b(?:to|will|would|shall|should|can|cannot|could|may|might|must|let|lets|that|whether|if|lest|need|there)\b"
    r"|\b(?:recommend|ask|demand|propos|urg|order|insist|requir|request|suggest|advis|stipulat|condition)\w*"
    r"|[’'](?:ll|d|t)\b"
)
_IS = frozenset("is are was were".split())
_SUBJECT = re.compile(
    r"\b(?:is|are|was|were)\s$|(?:^|; |, (?:which |but |and |while )?|\bthat )(?:[A-Z][\w’-]*+(?<![s’-])\s)+$"
)


def _is_intended(token: Token, source: Source) -> bool:
    """Whether the source has a word only behind "to" and the like: a verb, and no noun as in "the Ribe mine"."""
    places = [
        (source.pieces[number], place)
        for number in source.where.get(token.stem, ())
        for place, other in enumerate(source.pieces[number].tokens)
        if other.text == token.text
    ]
    return bool(places) and all(
        place > 0
        and (piece.tokens[place - 1].text == "to" or piece.tokens[place - 1].text in _MODALS)
        and _find_mood(piece, place) > Mood.FACT
        for piece, place in places
    )


def check_form(piece: Piece, source: Source) -> list[str]:
    """What is no statement, since it lost what made it a plan: "the court is rule in May", "the draft be announced"."""
    for match in _BE.finditer(piece.text):
        clause = re.split(r"[;:]", piece.text[: match.start()])[-1]
        if not _BEFORE_BE.search(clause):
            return [f"“{clause[-20:].strip()} be” is no statement"]
    counted = {quantity.start for quantity in find_quantities(piece.text)}
    for before, token in pairwise(piece.tokens):
        begin, end = token.start, token.end
        if (
            not (before.text in _IS or before.text[0].isupper())
            or not token.text.islower()
            or fold(token.text) in STOP | _BETWEEN
            or begin in counted
            or piece.text.startswith((" to ", " for "), end)
        ):
            continue
        if _SUBJECT.search(piece.text, 0, begin) and _is_intended(token, source):
            return [f"“{piece.text[max(0, begin - 20) : end].strip()}” is no statement"]
    return []


def _find_subject(piece: Piece, place: int) -> str:
    """The stem of the nearest word of content before a verb."""
    words = (t.text for t in reversed(piece.tokens[:place]))
    return next((root(word) for word in words if fold(word) not in STOP and not word.endswith("ly")), "")


_STATES = frozenset(map(root, "remain stay stand need".split()))  # what would remain does


def _is_saying(word: str) -> bool:
    """Whether it is of speech, and no news by itself: "announced", "reported"."""
    return is_speech(word) and not word.lower().startswith(
        ("announc", "report", "propos", "promis", "confirm")
    )


def check_mood(piece: Piece, origin: Piece, source: Source, *, cited: bool) -> list[str]:
    """Verbs that the source has only as possible or intended, and the summary as a fact or as certain.

    ``origin`` is the sentence that ``piece`` draws on. Who cites it may write "covers" for "would cover". A verb
    that may stand for a fact anywhere in the source is let be.
    """
    reasons = []
    for place, token in enumerate(piece.tokens):
        if token.stem not in origin.stems or fold(token.text) in STOP or _is_saying(token.text):
            continue
        if NEGATION.search(piece.text, max(0, token.start - NEAR), token.start):
            continue  # "should have been tested", and was not
        own = _find_mood(piece, place)
        if own is Mood.FACT and _is_within(piece.text, token.text, token.start):
            continue  # "heads may grant waivers", "supply would be 38%, and a stake discussed"
        if own is Mood.FACT and _is_bare(piece, place, origin):
            least = Mood.ABLE if cited and token.stem in _STATES else Mood.FUTURE
        elif (
            own is Mood.FACT and _is_finite(piece, place) and not _SUPPOSED.search(piece.text, 0, token.start)
        ):
            holds = place > 0 and piece.tokens[place - 1].text.lower() in {"is", "are"}  # "output is capped"
            present = Mood.ABLE if cited else Mood.SUPPOSED
            least = present if holds or token.text.endswith(("s", "ing")) else Mood.FUTURE
        elif own is Mood.FUTURE:
            least = Mood.DOUBTED
        else:
            continue
        done = place > 0 and piece.tokens[place - 1].text in _DONE
        there = [
            (_find_mood(other, at, done=done), other, at)
            for number in source.where[token.stem]
            for other in (source.pieces[number],)
            for at, word in enumerate(other.tokens)
            if word.stem == token.stem
        ]
        if any(mood < least for mood, _, _ in there):
            continue
        at = next((at for _, other, at in there if other is origin), None)
        if at is None or alike(look_around(piece, place, place), look_around(origin, at, at)) < ALIKE:
            continue
        shown = origin.text[origin.tokens[max(0, at - 2)].start : origin.tokens[at].end]
        reasons.append(f"“{token.text}” is given as a fact; the source says “{shown}”")
    return reasons
