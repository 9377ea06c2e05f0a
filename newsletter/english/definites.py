"""What a bullet presumes known among things: "the agreement", "this process", "China’s move". Pure.

The head noun of each must be told before it: by the headline, by a bullet above, or earlier in the bullet itself. A
thing that says itself which it is ("the mill in Ontario", "the proposed merger of …") points at nothing.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.english.nouns import find_kinds, read_things, tells_several
from newsletter.english.rules import compile_pattern, find, read_class, scan
from newsletter.english.sentences import Sentence
from newsletter.english.stems import STOP, content_roots, stem

_SPANS = (
    "year month week quarter day morning afternoon evening night summer autumn fall spring winter weekend season "
    "decade century time point stage end period"
)
_TIMES = frozenset((*read_class("month"), *_SPANS.split()))
_PLACES = frozenset("region country state area city nation province town".split())
_THE = compile_pattern(
    r"""\b[Tt]he\s(?:(?:{fine}|{number}|new|same|proposed|entire|whole|final|latest|current
    |resulting|combined|planned|initial
    |joint|growing|broader|recent|innovative|(?:phase|stage)\s(?:\d|[IVX]+|one|two|three))\s){0,2}
    (?P<noun>[a-z][\w-]+)(?P<poss>[’']s?)?(?P<after>\s+[\w“"$]+)?"""
)
_AKIN = 6  # letters that words of one root share
_LATE = 14  # words before a "this" from which it points into its own bullet
_TELLS_WHICH = frozenset(
    "of for to that which who between in at with from on by where under whose called known near "
    "including about over against into".split()
)
# "The capital, Mogadishu, …", "the rally, called …".
_NAMED = compile_pattern(
    r"""(?:,\s(?:(?:called|named|dubbed|known as|titled|entitled)\s
    |(?!(?:{Month}|{Month_short}|{Weekday})\b)[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*(?=[,;]|\.?$)))"""
)
# After "the report" such a word begins the verb, not a longer name.
_ACTS = compile_pattern(r"(?:{finite}|but|as|also|not|it|\w+ly|\d.*)")
_HAPPENED = compile_pattern(r"\b(?:\w+ed|{irregular})\b")
_VERB = compile_pattern(r"(?:{finite}|\w+ly|\w+ing)")
_CAUSE = re.compile(r"\b(?:[Aa]fter|[Ff]ollowing|[Bb]ecause|[Ss]ince|[Ww]hen|[Aa]s)\b")
_BACK = 4  # sentences before a reaction within which its cause stands
_TOLD = 0.5  # share of the cause's content words from which it is told
_LEAST = 3  # of them at the least
_FIRST = 2  # characters before a "the" that opens its text


def find_reaction(text: str, told: str, sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Find a reaction in ``text`` to what neither ``told`` nor the text before it tells; "" where there is none.

    ``sentence``, one of ``sentences``, is where ``text`` comes from: what it reacts to stands shortly before it.
    """
    found = find("reaction", text)
    before = text[: found[1].start()] if found else ""
    if found is None or len(before.split()) >= _LATE or _CAUSE.search(before):
        return ""
    known = frozenset(content_roots(told))
    for cause in sentences[max(0, sentence.index - _BACK) : sentence.index]:
        words = frozenset(content_roots(cause.text))
        if _HAPPENED.search(cause.text) and len(words & known) >= max(_LEAST, _TOLD * len(words)):
            return ""
    return found[1].group()


def find_pointer(text: str, told: str, sentences: Sequence[Sentence] = ()) -> str:
    """Find a thing that ``text`` presumes known and ``told`` (headline, earlier bullets) does not tell; else ""."""
    things = read_things(told, sentences)
    return (
        _find_definite(text, told, things, sentences)
        or _find_demonstrative(text, things, sentences)
        or _find_bare(text)
        or _find_short(text, told)
        or _find_whose(text, things)
        or (found[1].group() if (found := find("unnamed partner", text)) else "")
    )


def find_definites(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every "the …" that does not say itself which it is, with its noun."""
    for match in _THE.finditer(text):
        after = (match["after"] or "").strip()
        told = after.lower() in _TELLS_WHICH and not match["poss"]
        if not (told or after[:1].isupper() or _NAMED.match(text, match.end("noun"))):
            yield match, match["noun"].lower()


def _find_definite(text: str, told: str, things: frozenset[str], sentences: Sequence[Sentence]) -> str:
    for match, noun in find_definites(text):
        kinds = find_kinds(noun)
        if not kinds:
            continue
        after = (match["after"] or "").strip()
        if not match["poss"] and _goes_on(noun, after.lower(), begins=match.start() < _FIRST):
            continue
        before = text[: match.start()]
        if not kinds & (things | read_things(before, sentences)) or tells_several(noun, f"{told} {before}"):
            return match.group().removesuffix(match["after"] or "").strip()
    return ""


def _find_demonstrative(text: str, things: frozenset[str], sentences: Sequence[Sentence]) -> str:
    """What "this" points at, late in a bullet into the bullet itself; "that" alone has too many uses."""
    for _, match in scan("demonstrative", text):
        before = text[: match.start()]
        told = things | read_things(before, sentences)
        if match["that"]:
            kinds = find_kinds(match["noun"])
            if kinds and not kinds & told:
                return f"that {match['noun']}"
            continue
        named = _read_thing(match["words"])
        late = len(before.split()) >= _LATE and not before.endswith(" part of ")
        if not named or named[0] in _TIMES or named[0].endswith("ly") or late:
            continue
        if named[-1] in _PLACES and re.search(r"\s[A-Z]", before):
            continue
        mates = frozenset(mate for noun in named for mate in (find_kinds(noun) | {stem(noun)}))
        if not mates & told and not any(_is_akin(noun, thing) for noun in named for thing in told):
            return f"{match['det']} {' '.join(named)}"
    return ""


def _find_bare(text: str) -> str:
    """A "this" that stands for a whole thought, before the bullet has told one."""
    for _, match in scan("bare pronoun", text):
        if len(text[: match.start("noun")].split()) < _LATE:
            return match["noun"]
    return ""


def _find_short(text: str, told: str) -> str:
    """An abbreviation for a thing of which no other was told."""
    for _, match in scan("short thing", text):
        noun, before = match["noun"], f"{told} {text[: match.start()]}"
        initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", before)).upper()
        if not re.search(rf"\b{re.escape(noun)}s?\b", before) and noun not in initials:
            return match.group()
    return ""


def _is_akin(noun: str, thing: str) -> bool:
    """Whether two words come from one: "dependence" after "dependent"."""
    return len(noun) >= _AKIN and len(thing) >= _AKIN and noun[:_AKIN] == thing[:_AKIN]


def _find_whose(text: str, things: frozenset[str]) -> str:
    """Whose move it is may be told, and not what the move was."""
    for _, match in scan("whose deed", text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        if not find_kinds(match["noun"]) & (things | read_things(rest)):
            return match.group()
    return ""


def _read_thing(words: str) -> list[str]:
    """The words of a thing after "this": up to the first small word or verb."""
    named: list[str] = []
    for word in words.lower().split():
        if word in STOP or (named and _VERB.fullmatch(word)):
            break
        named.append(word)
    return named


def _goes_on(noun: str, word: str, *, begins: bool) -> bool:
    """Whether ``word`` goes on with the name of the thing ("the project team"), rather than says what it does."""
    if word in {"", "and", "or"}:
        return bool(word) and not begins  # "the control and supply of …"
    acts = word.endswith("s") and (begins or not noun.endswith("s"))
    return not (acts or _ACTS.fullmatch(word) or (begins and word.endswith("ed")))
