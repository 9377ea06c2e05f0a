"""The last clause of a sentence that is too long: it goes where what stands before it says as much without it. Pure.

"Prices rose by a tenth, which traders put down to a strike at the port" keeps its first clause. Who says the
whole ("…, according to the ministry", "…, Ada Brown said") stays at the end; what limits or denies what was said
before ("although", "unless", "except") never goes.
"""

from __future__ import annotations

import re

from newsletter.english.hedges import find_hedges
from newsletter.english.speech import find_attribution, is_clause

_LEAST = 12  # words that must be left
_BOUNDARY = re.compile(
    r"(?:,|\s[—–]|\s--?)\s(?P<word>which|who|whose|where|when|while|as|after|before|with|and|particularly|especially|including|\w+ing(?!\s(?:and|or)\b))\s"
    r"|\s(?P<bare>after|while)\s(?=(?:the|an?|its|their|his|her|[A-Z])\w*\s)",
)
# What a clause of its own begins with: it has its own verb, and what is unsure in it is unsure of nothing else.
_OWN_CLAUSE = frozenset(("which", "who", "whose", "where", "when", "while", "as", "after", "before", "and"))
_SUBJECT = re.compile(
    r"(?:the|an?|its|their|his|her|this|these|that|those|it|he|she|they|we|some|many|most|[A-Z$€£]|\d)",
    re.ASCII,
)
LIMITS = re.compile(
    r"\b(?:not|no|never|without|unless|except|excluding|only|but|although|though|however|if|whether|than|or|until|pending|subject to|depending|provided)\b|n[’']t\b",
    re.IGNORECASE,
)
_PAIRED = re.compile(
    r"\b(?:not only|both|either|neither|whether|between|so|such|too|more|less|from)\b[^,]*$|\bone (?:of|group|is|was|half)\b[^,]*$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:both|either|neither|not only)\b", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b(?:minutes?|hours?|days?|mornings?|afternoons?|evenings?|nights?|weeks?|months?|years?|decades?|shortly|soon|just|long|even|especially)$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:an?|the|of|to|in|on|at|by|for|with|from|and|or|is|are|was|were|be|been|has|have|had|will|would|that|which|who|its|their|as|than|including|such|said|says)$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:sa(?:id|ys?)|told|tells|according to|add(?:ed|s)|warn(?:ed|s)|claim(?:ed|s)|citing|report(?:ed|s))\b"
)
_AND_ING = re.compile(r"\band\s\w+ing\b")
_DASH = re.compile(r"\s(?:[—–]|--?)\s")  # the tail is an aside within the sentence
_ACCORDING = re.compile(r",\saccording to\s[^;“”\"]{3,140}?(?=\.?$)")


def cut_tail(text: str, *, max_words: int) -> tuple[str, str]:
    """Give ``text`` without its last clause, and that clause; with "" where none can go.

    Of the places where it can be cut the last one that leaves at most ``max_words`` words is taken.
    """
    core, said = _split_attribution(text)
    room = max_words - len(said.split())
    for match in reversed(list(_BOUNDARY.finditer(core))):
        head, tail = core[: match.start()], core[match.start() :]
        if not _LEAST <= len(head.split()) <= room:
            continue
        word = match["word"] or match["bare"]
        if _ends_well(head) and _may_go(head, tail, word, core[match.end() :]):
            end = "" if said else text[len(text.rstrip(".")) :]
            return head + said + end, tail.strip(" ,.—–-")
    return text, ""


def _split_attribution(text: str) -> tuple[str, str]:
    """The sentence, and who says it, where that stands at its end."""
    if match := _ACCORDING.search(text):
        return text[: match.start()], text[match.start() :]
    found = find_attribution(text)
    if found is not None and found.form == "after" and text[found.end : found.end + 1] == ",":
        return text[: found.end], text[found.end :]
    return text, ""


def _ends_well(head: str) -> bool:
    """Whether what is left is a whole sentence with nothing in it that waits for more."""
    return (
        is_clause(head)
        and not _UNFINISHED.search(head)
        and not _PAIRED.search(head)
        and not _MEASURED.search(head)
        and all(head.count(left) == head.count(right) for left, right in (("(", ")"), ("“", "”"), ("[", "]")))
        and head.count('"') % 2 == 0
        and len(_DASH.findall(head)) % 2 == 0
        and not re.match(
            r"(?:In|On|At|After|Before|During|With|Despite|Following|Since|Under|As|While|Although|Though|When|If|By|For|From)\b[^,]*(?:,[^,]*)?$",
            head,
        )
    )


def _may_go(head: str, tail: str, word: str, rest: str) -> bool:
    """Whether the clause that ``word`` opens may go: it limits nothing, and nobody says the sentence in it."""
    if LIMITS.search(tail) or _SPEAKS.search(tail) or _DASH.search(rest):
        return False
    if word.endswith("ing") and _AND_ING.search(rest):
        return False  # one of a list
    if word in _OWN_CLAUSE and is_clause(
        rest if word in {"and", "as", "while", "when", "after", "before"} else f"it {rest}"
    ):
        return word != "and" or (_SUBJECT.match(rest) is not None and not _BOTH.search(head))
    return word != "and" and not find_hedges(tail)
