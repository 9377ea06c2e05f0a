"""Things by kind: which nouns can mean the same thing, and which things a text has told. Pure.

"The facility" may go on from "a plant", "the deal" from "a merger". A word within a company's name tells nothing: after
"Acme Technologies hires" the reader knows of no technology.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.sentences import Sentence
from newsletter.english.stems import stem

# Things, by kind: one of a line can be meant by another of it.
_LINES = """
project property deposit mine site asset operation prospect claims mineralization
project plant facility complex refinery mill smelter factory site operation station hub
licence license permit concession
deal agreement transaction acquisition merger partnership partner collaboration alliance contract offtake loi letter memorandum mou venture takeover offer offering placement financing option scheme arrangement acquire merge combination
funds award grant funding loan investment proceeds money financing capital raise
survey study test testing result finding sample program programme drilling campaign trial assessment evaluation assay analysis research work eia
order initiative policy rule law bill regime measure control curb restriction tariff move decision ban plan strategy directive effort act action
technology process platform system innovation method technique breakthrough product circuit approach solution
conference meeting event summit call ceremony visit interview
article piece editorial
report study statement message announcement release letter news
position role appointment board
metal mineral material element oxide commodity resource ore concentrate alloy mixture earths
magnet product component
debenture note share warrant bond unit stock
momentum trend rally streak surge growth
bottleneck shortage shortfall squeeze crunch gap
"""


def _read_kinds() -> dict[str, frozenset[str]]:
    """The stems that each noun, in singular and plural, can mean."""
    kinds: dict[str, frozenset[str]] = {}
    for line in _LINES.strip().splitlines():
        mates = frozenset(stem(word) for word in line.split())
        for word in line.split():
            for form in (word, f"{word}s", f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"):
                kinds[form] = kinds.get(form, frozenset()) | mates
    return kinds


_KINDS = _read_kinds()
_NO_THING = frozenset({"mining", "miner", "miners", "operating", "operator", "operators"})
_IN_A_NAME = re.compile(
    r"\b(?P<before>[A-Z][\w’'&-]*)\s(?P<noun>Resources?|Mining|Metals?|Minerals?|Materials?|Elements?|Exploration|Technologies|Technology|Energy|Ventures?|Projects|"
    r"Capital|Funds?|Solutions|Systems|Products|Components|Magnets|Mines|Properties|Operations|Research|Partners|Alliance|Growth|News)\b"
)
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|several|multiple|many|\d{1,2})\s(?:[\w-]+\s){0,2}?(?P<noun>[A-Za-z]+s)\b",
    re.IGNORECASE,
)


def find_kinds(noun: str) -> frozenset[str]:
    """The stems of what ``noun`` can mean, by the lists above; empty where it is no such thing."""
    return _KINDS.get(noun.lower(), frozenset())


def read_things(text: str, sentences: Sequence[Sentence] = ()) -> frozenset[str]:
    """The stems of the things that ``text`` tells; "mining" is no mine, and what is only a company's name is none.

    ``sentences`` are those of the article: a headline’s capitals make a name only where its text has the same.
    """
    for match in reversed(list(_IN_A_NAME.finditer(text))):
        name = f"{match['before']} {match['noun']}"
        if _is_name(name, sentences):
            text = text[: match.start("noun")] + text[match.end("noun") :]
    words = re.findall(r"[^\W_]+", text)
    return frozenset(stem(word) for word in words if word.lower() not in _NO_THING)


def _is_name(name: str, sentences: Sequence[Sentence]) -> bool:
    plain = name.lower()
    return any(name in sentence.text for sentence in sentences) and not any(
        plain in sentence.text for sentence in sentences
    )


def tells_several(noun: str, text: str) -> bool:
    """Whether ``text`` tells of several of what ``noun`` names one of, and of no single one ("two studies", "the study")."""
    own = stem(noun)
    counted = any(stem(match["noun"]) == own for match in _SEVERAL.finditer(text))
    return (
        counted and not noun.endswith("s") and not re.search(rf"\b{re.escape(noun)}\b", text, re.IGNORECASE)
    )
