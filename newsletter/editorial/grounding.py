"""The gate: does a summary state anything that its source does not? Pure.

One gate for every summarizer. It reads words, not meaning: numbers with kind and unit, names,
quotations, negation, direction, hedges and attribution are compared with the sentences of the source
that the summary draws on, and each refusal says why in words a person understands. What a lexical gate
cannot see: a true number tied to the wrong thing within one sentence, irony, a wrong cause, two people
swapped where both are named, and facts that need knowledge of the world.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from newsletter.editorial.attribution import find_attribution, is_speech
from newsletter.editorial.hedges import NEGATION, OPPOSITES, STANDS_FOR, Hedge, HedgeKind, find_hedges
from newsletter.editorial.quantities import Quantity, find_quantities
from newsletter.editorial.sentences import split_sentences
from newsletter.editorial.stems import POSSESSIVE as _POSSESSIVE
from newsletter.editorial.stems import STOP as _STOP
from newsletter.editorial.stems import fold as _fold
from newsletter.editorial.stems import root, stem
from newsletter.model import Verdict

_WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One sentence, taken apart."""

    text: str
    tokens: tuple[_Token, ...]
    content: tuple[str, ...]  # stems of its content words, in order
    stems: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    pieces: tuple[_Piece, ...]
    stems: frozenset[str]
    words: frozenset[str]  # folded
    weight: dict[str, float]  # of a stem: rarer in this source counts more
    where: dict[str, tuple[int, ...]]  # stem to pieces
    quantities: dict[float, tuple[Quantity, ...]]
    text: str
    flat: str  # with plain marks and single spaces
    plain: str  # words alone, for quotations
    initials: frozenset[str]


def _take_apart(text: str) -> _Piece:
    tokens = tuple(
        _Token(text=match.group(), stem=root(match.group()), start=match.start(), end=match.end())
        for match in _WORD.finditer(text)
    )
    content = tuple(token.stem for token in tokens if _fold(token.text) not in _STOP)
    return _Piece(text=text, tokens=tokens, content=content, stems=frozenset(token.stem for token in tokens))


_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " "})


def _plain(text: str) -> str:
    text = text.translate(_QUOTE_MARKS).lower()
    return " ".join(re.findall(r"[\w%$£€]+", text.replace("'", "")))


@lru_cache(maxsize=64)
def _read_source(text: str) -> _Source:
    pieces = tuple(_take_apart(sentence.text) for sentence in split_sentences(text))
    where: dict[str, list[int]] = {}
    words: set[str] = set()
    quantities: dict[float, list[Quantity]] = {}
    for number, piece in enumerate(pieces):
        for token in piece.tokens:
            words.add(_fold(token.text))
        for name in piece.stems:
            where.setdefault(name, []).append(number)
    for quantity in find_quantities(text):
        quantities.setdefault(quantity.value, []).append(quantity)
    total = max(1, len(pieces))
    return _Source(
        pieces=pieces,
        stems=frozenset(where),
        words=frozenset(words),
        weight={
            name: 1.0 if len(found) == 1 else max(0.2, 1 - len(found) / total)
            for name, found in where.items()
        },
        where={name: tuple(found) for name, found in where.items()},
        quantities={value: tuple(found) for value, found in quantities.items()},
        text=text,
        flat=_flat(text),
        plain=f" {_plain(text)} ",
        initials=frozenset(_initials(text)),
    )


def _initials(text: str) -> set[str]:
    """Acronyms that the source's own capitalised runs would make."""
    found = set()
    for match in re.finditer(
        r"\b[A-Z][\w’'-]*(?:\s+(?:of|and|for|the|&)\s+[A-Z][\w’'-]*|\s+[A-Z][\w’'-]*)+", text
    ):
        heads = [word[0] for word in re.split(r"[\s-]+", match.group()) if word[:1].isupper()]
        for size in range(2, len(heads) + 1):
            for start in range(len(heads) - size + 1):
                found.add("".join(heads[start : start + size]).lower())
    return found


def _nearest(source: _Source, piece: _Piece, limit: int = 3) -> list[int]:
    """The sentences of the source that ``piece`` draws on, the best first."""
    left = set(piece.content)
    chosen: list[int] = []
    while left and len(chosen) < limit:
        scores: Counter[int] = Counter()
        for name in left:
            for number in source.where.get(name, ()):
                scores[number] += source.weight[name]  # type: ignore[assignment]
        if not scores:
            break
        best = max(scores, key=lambda number: (scores[number], -len(source.pieces[number].content), -number))
        chosen.append(best)
        left -= source.pieces[best].stems
    return chosen


# ── the checks: each gives its reasons, none where it finds nothing ─────────────────────────────────


def _check_numbers(text: str, source: _Source, near: _Piece | None) -> list[str]:
    """Numbers that the source does not have, or has of another kind; in a near copy, in the sentence copied."""
    reasons = []
    hedges = find_hedges(text)
    own = find_quantities(text)
    there = find_quantities(near.text) if near else ()
    values = {quantity.value for quantity in own}
    spare = [other for other in there if other.value not in values and not other.soft]
    for quantity in own:
        if (quantity.soft and quantity.kind in {"", "ordinal"}) or _is_fragment(text, quantity):
            continue
        local = [other for other in there if other.value == quantity.value]
        same = local or source.quantities.get(quantity.value, ())
        if not same:
            if not _is_rounded(quantity, source, hedges):
                reasons.append(f"the number “{quantity.text}” is not in the source")
        elif not any(_agrees(quantity, other, source) for other in same):
            reasons.append(f"“{quantity.text}” is “{same[0].text}” in the source")
        elif near and not local and len(spare) == 1 and spare[0].kind == quantity.kind:
            reasons.append(
                f"“{quantity.text}” stands elsewhere in the source; here it says “{spare[0].text}”"
            )
    for match in _PAIR.finditer(text):
        left, right = match.groups()
        if not re.search(
            rf"(?<!\d){left}\s?(?:[-–—:]|to|and)\s?{right}(?!\d)|(?<!\d){right}\s?[-–—:]\s?{left}(?!\d)",
            source.text,
        ):
            reasons.append(f"“{match.group()}” is not in the source")
    return reasons


_PAIR = re.compile(r"(?<![\w.,-])(\d{1,4})[-–](\d{1,4})(?![\w.,-]*\d)(?!-)")


def _is_fragment(text: str, quantity: Quantity) -> bool:
    """A piece of a number that a cut left over (",000")."""
    return (
        text[max(0, quantity.start - 1) : quantity.start] == ","
        and len(re.sub(r"\D", "", quantity.text)) == 3
    )


def _agrees(quantity: Quantity, other: Quantity, source: _Source) -> bool:  # noqa: PLR0911 - one return a rule
    if quantity.kind == other.kind:
        if not quantity.kind and ("," in quantity.text) and _YEAR.fullmatch(other.text):
            return False
        return not (quantity.quality and other.quality and quantity.quality != other.quality)
    if quantity.kind.startswith("date-") or other.kind.startswith("date-"):
        return not (quantity.kind.startswith("date-") and other.kind.startswith("date-")) and "" in {
            quantity.kind,
            other.kind,
        }
    hard = {"percent"} | _MONEY
    if quantity.kind in hard or other.kind in hard:
        return False
    if quantity.kind == "ordinal" or other.kind == "ordinal":
        return True
    if not quantity.kind:
        return True
    return not other.kind and any(
        stem(word) in source.stems for word in re.findall(r"[A-Za-z]+", quantity.text)
    )


_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_MONEY = frozenset(
    {"dollar", "pound", "euro", "yuan", "yen", "rupee", "aud", "cad", "hkd", "won", "cent", "pence"}
)


def _is_rounded(quantity: Quantity, source: _Source, hedges: tuple[Hedge, ...]) -> bool:
    """Whether a rounded figure is marked as such ("more than 22,000" for 22,483)."""
    before = [
        h
        for h in hedges
        if 0 <= quantity.start - h.end <= 6
        and h.kind in {HedgeKind.ABOUT, HedgeKind.LOWER, HedgeKind.UPPER, HedgeKind.PARTLY}
    ]
    if not before:
        return False
    kind = before[-1].kind
    figures = _significant(quantity.value)
    for value, others in source.quantities.items():
        close = (
            abs(value - quantity.value) <= 0.06 * abs(value)
            and figures < _significant(value)
            and figures <= 2
        )
        if kind is HedgeKind.LOWER:
            close = close and value >= quantity.value
        if kind is HedgeKind.UPPER:
            close = close and value <= quantity.value
        if close and value >= 10 and any(other.kind == quantity.kind for other in others):
            return True
    return False


def _significant(value: float) -> int:
    """How many figures of a number say something: 2 of 22,000."""
    return len(f"{value:.6f}".replace(".", "").strip("0"))


def _check_names(text: str, piece: _Piece, source: _Source) -> list[str]:
    reasons = []
    spelled = _spelled_out(text, source)
    for token in piece.tokens:
        word = _POSSESSIVE.sub("", token.text)
        if not word[:1].isupper() or len(word) < 2:
            continue
        low = _fold(word)
        if _is_known(low, source) or low in source.initials or _is_named_otherwise(low, source):
            continue
        parts = re.findall(r"[A-Z][a-z]+", word)
        if len(parts) > 1 and all(_is_known(_fold(part), source) for part in parts):
            continue
        if re.match(r"(?:^|.*[.!?:;“\"‘(•]\s*)$", text[: token.start], re.DOTALL) and not _looks_named(
            text, token
        ):
            continue
        if low in spelled or _expands(low, source):
            continue
        reasons.append(f"the name “{word}” is not in the source")
    return reasons


def _looks_named(text: str, token: _Token) -> bool:
    """Whether a capitalised word at the start of a sentence is a name: it is followed by another capitalised word."""
    after = re.match(r"['’]?s?\s+([A-Z][\w’'-]*)", text[token.end :])
    return _fold(token.text) not in _PLAIN_START and (token.text.isupper() or after is not None)


# Names for one and the same, as phrases of folded words.
_SAME_NAME = (
    ("uk", "britain", "united kingdom"),
    ("us", "usa", "america", "united states"),
    ("eu", "european union", "brussels", "europe"),
    ("un", "united nations"),
    ("uae", "emirates"),
    ("q1", "first quarter", "1st quarter"),
    ("q2", "second quarter", "2nd quarter"),
    ("q3", "third quarter", "3rd quarter"),
    ("q4", "fourth quarter", "4th quarter"),
    ("ceo", "chief executive"),
    ("cfo", "chief financial"),
    ("pm", "prime minister"),
    ("mp", "mps", "parliament", "lawmakers"),
    ("mofcom", "ministry of commerce", "commerce ministry"),
    ("miit", "ministry of industry"),
)


def _is_named_otherwise(low: str, source: _Source) -> bool:
    """Whether the source uses another of the usual names of the same, or the acronym of a name that has this word."""
    for group in _SAME_NAME:
        if low in group or any(low in phrase.split() for phrase in group if " " in phrase):
            return any(f" {phrase} " in source.plain or phrase in source.words for phrase in group)
    return False


def _spelled_out(text: str, source: _Source) -> frozenset[str]:
    """The words of a summary's names whose acronym the source uses ("International Monetary Fund" for "IMF")."""
    found: set[str] = set()
    for match in _RUN.finditer(text):
        words = match.group().split()
        heads = "".join(word[0] for word in words if word[:1].isupper()).lower()
        if len(heads) >= 2 and heads in source.words:
            found.update(_fold(word) for word in words)
    return frozenset(found)


_RUN = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:of|and|for|the|&)\s+[A-Z][\w’'-]*|\s+[A-Z][\w’'-]*)+")
_PLAIN_START = frozenset(
    "former senior police officials authorities click read new ex two three four five six seven eight nine ten chief president prime".split()
)


def _is_known(low: str, source: _Source) -> bool:
    return (
        low in source.words
        or low in _STOP
        or low + "s" in source.words
        or (low.endswith("s") and low[:-1] in source.words)
    )


def _expands(low: str, source: _Source) -> bool:
    """Whether the source has the same name with another ending ("Estonian" for "Estonia")."""
    return len(low) >= 6 and any(
        abs(len(word) - len(low)) <= 3
        and (word.startswith(low[:-1]) or (len(word) >= 5 and low.startswith(word[:-1])))
        for word in source.words
        if word[:4] == low[:4]
    )


_QUOTED = re.compile(r"“([^“”]{3,})”|\"([^\"]{3,})\"|``\s?(.+?)\s?''")


def _check_quotations(text: str, source: _Source) -> list[str]:
    reasons = []
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group)
        parts = [part for part in re.split(r"…|\.\.\.|\[[^\]]*\]", words) if len(_plain(part)) > 2]
        if any(
            f" {_plain(part)} " not in source.plain and not _has_one_gap(_plain(part), source.plain)
            for part in parts
        ):
            reasons.append(f"“{words.strip()}” stands in quotation marks but is not verbatim in the source")
    return reasons


def _has_one_gap(quoted: str, plain: str) -> bool:
    """Whether a longer quotation is verbatim but for one clause left out, which holds no negation."""
    words = quoted.split()
    if len(words) < 8:
        return False
    for size in range(len(words) - 1, 0, -1):
        head = f" {' '.join(words[:size])} "
        at = plain.find(head)
        if at < 0:
            continue
        tail = f" {' '.join(words[size:])} "
        end = plain.find(tail, at + len(head) - 1)
        gap = plain[at + len(head) : end] if end >= 0 else ""
        return end >= 0 and len(gap.split()) <= 14 and not NEGATION.search(gap)
    return False


def _governed(text: str, hedge: Hedge, piece: _Piece) -> list[str]:
    """The first content words that a hedge speaks of: those after it in its clause, else those before it."""
    stop = re.search(r"[;:—]|,\s|$", text[hedge.end :])
    limit = hedge.end + (stop.start() if stop else 0)
    after = [
        t.stem
        for t in piece.tokens
        if hedge.end <= t.start < limit and (t.text[0].isdigit() or _fold(t.text) not in _STOP)
    ]
    if after:
        return after[:2]
    before = [t.stem for t in piece.tokens if t.end <= hedge.start and _fold(t.text) not in _STOP]
    return before[-2:]


def _check_hedges(piece: _Piece, origin: _Piece, *, said: bool) -> list[str]:
    """Hedges of the sentence that a summary sentence comes from, which the summary lost while keeping what they hedge."""
    reasons = []
    kinds = {hedge.kind for hedge in find_hedges(piece.text)}
    for hedge in find_hedges(origin.text):
        if hedge.kind is HedgeKind.ATTRIBUTION or STANDS_FOR[hedge.kind] & kinds:
            continue
        if any(
            stem(word) in piece.stems for word in re.findall(r"\w+", hedge.text) if word.lower() not in _STOP
        ):
            continue
        if origin.text.count("(", 0, hedge.start) > origin.text.count(")", 0, hedge.start):
            continue  # it hedges what stands in the parenthesis with it
        governed = _governed(origin.text, hedge, origin)
        if governed and all(name in piece.stems for name in governed):
            shown = origin.text[hedge.start : hedge.end + 30].split(",")[0].strip()
            reasons.append(
                f"the source says “{shown}…”: it gives this as {hedge.kind.value}, and “{hedge.text}” is missing"
            )
    if (
        not said
        and HedgeKind.ATTRIBUTION not in kinds
        and HedgeKind.REPORTED not in kinds
        and not is_speech(piece.text)
    ):
        found = find_attribution(origin.text)
        if found is not None:
            inside = frozenset(root(word) for word in _WORD.findall(origin.text[found.start : found.end]))
            own = [name for name in piece.content if name in inside]
            if (
                piece.content
                and len(own) >= 0.6 * len(piece.content)
                and root(found.verb.split()[0]) not in piece.stems
            ):
                reasons.append(
                    f"the source gives this as a statement of {found.subject or 'someone'}, the summary as fact"
                )
    return reasons


def _check_negation(piece: _Piece, origins: list[_Piece]) -> list[str]:
    own = NEGATION.search(piece.text)
    there = [match for origin in origins for match in NEGATION.finditer(origin.text)]
    if own and not there:
        return [f"“{own.group()}” turns round what the source says"]
    if not own and there and len(origins) == 1:
        origin = origins[0]
        for match in there:
            after = [t.stem for t in origin.tokens if t.start >= match.end() and _fold(t.text) not in _STOP][
                :1
            ]
            if (
                after
                and after[0] in piece.stems
                and not {stem(w) for w in re.findall(r"\w+", match.group())} & piece.stems
            ):
                return [f"the source says “{match.group()} …”, which the summary leaves out"]
    return []


def _check_opposites(piece: _Piece, origins: list[_Piece]) -> list[str]:
    """Words for which the sentences drawn on have the opposite, and the source never the word itself."""
    there = {t.text.lower() for origin in origins for t in origin.tokens}
    stems = frozenset(name for origin in origins for name in origin.stems)
    reasons = []
    for token in piece.tokens:
        low = token.text.lower()
        opposite = OPPOSITES.get(low)
        if not opposite or low in there or token.stem in stems:
            continue
        found = opposite & there
        alike = any(other in there and not (OPPOSITES[other] & {low}) for other in _SAME_SIDE.get(low, ()))
        if found and not alike:
            reasons.append(f"“{token.text}” is not in what it draws on, which says “{min(found)}”")
    return reasons


_SAME_SIDE: dict[str, frozenset[str]] = {
    word: frozenset(other for opposite in sides for other in OPPOSITES[opposite] if other != word)
    for word, sides in OPPOSITES.items()
}


_LEAD_IN = re.compile(
    r"^(?:(?P<name>[^:“\"]{2,60}?) says|According to (?P<name2>[^:“\"]{2,60})|(?P<name3>[^:“\"]{2,60}?)[’']s? view|(?P<name4>[^:“\"]{2,60}?) reports|Reports differ(?:: (?P<name5>[^:“\"]{2,60}?) says)?):\s+"
)


def _check_speaker(name: str, source: _Source) -> list[str]:
    """A speaker whom a lead-in names must be named by the source."""
    unknown = [
        word for word in _WORD.findall(name) if word[:1].isupper() and not _is_known(_fold(word), source)
    ]
    return [f"the speaker “{name}” is not in the source"] if unknown else []


def check_grounding(source: str, summary: str) -> Verdict:
    """Say whether ``summary`` states only what ``source`` states, and if not, why, in plain words.

    Both are plain text; a lead-in ("Baogang says:") counts as attribution and its name must be in the source.
    """
    read = _read_source(source)
    reasons: list[str] = []
    sentences = split_sentences(summary)
    # A bullet is a sentence or two. A longer digest is read as a whole and names its speaker once or not at all.
    speaks = len(sentences) > 2 or (
        len(sentences) > 1 and any(is_speech(sentence.text) for sentence in sentences)
    )
    for sentence in sentences:
        text = sentence.text
        if _is_verbatim(text, read):
            continue
        lead = _LEAD_IN.match(text)
        piece = _take_apart(text[lead.end() :] if lead else text)
        numbers = _nearest(read, piece)
        origins = [read.pieces[number] for number in numbers]
        covered = (
            sum(name in origins[0].stems for name in piece.content) / max(1, len(piece.content))
            if origins
            else 0.0
        )
        close = origins[0] if covered >= NEAR and len(piece.content) >= 2 else None
        reasons += _check_numbers(text, read, close)
        reasons += _check_names(text, _take_apart(text), read)
        reasons += _check_quotations(text, read)
        if lead:
            reasons += _check_speaker(lead["name"] or lead["name2"] or lead["name5"] or "", read)
        if not origins:
            continue
        near = [origins[0]] if covered >= 0.85 else origins
        reasons += _check_negation(piece, near)
        reasons += _check_opposites(piece, near)
        if close:
            reasons += _check_hedges(piece, close, said=lead is not None or speaks)
    return Verdict(grounded=not reasons, reasons=tuple(dict.fromkeys(reasons)))


NEAR = 0.75  # the share of content words from which a sentence counts as a near copy


def _is_verbatim(text: str, source: _Source) -> bool:
    """Whether ``text`` is whole sentences of the source, word for word: it begins and ends where sentences do."""
    flat = _flat(text)
    at = source.flat.find(flat)
    while at >= 0:
        before, after = source.flat[:at].rstrip()[-1:], source.flat[at + len(flat) : at + len(flat) + 1]
        starts = not before or before in ".!?:\"')•*-" or source.flat[at - 1] == "\n"
        if starts and flat[-1:] in ".!?\"')" and (not after or after.isspace()):
            return True
        at = source.flat.find(flat, at + 1)
    return False


def _flat(text: str) -> str:
    return re.sub(
        r"[ \t]*\s[ \t]*", lambda match: "\n" if "\n" in match.group() else " ", text.translate(_QUOTE_MARKS)
    ).strip()
