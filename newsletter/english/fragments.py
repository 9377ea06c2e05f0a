"""Lines that look like sentences and are none: a name with its description, a label, a headline. Pure."""

from __future__ import annotations

import re

from newsletter.english.rules import matches

_LABEL_OR_ASIDE = re.compile(r"^[A-Z][\w /&-]{1,40}:\s+(?=\S)|\([^()]*\)")  # a label, and what is in brackets
_AUXILIARY = r"(?:is|are|was|were|does|do|did|has|have|had|will|would|can|could)"
_CUT_SHORT = re.compile(
    # "Its legal advice was that it did not."
    r"^(?:(?!wh\w+\b|if\b|than\b|as\b|how\b|but\b|and\b|so\b)[\w’'-]+\s){2,12}(?:it|they|he|she|we|there)\s"
    rf"{_AUXILIARY}(?:\snot|n[’']t)?\.$"
    # "In Europe, where there is no duty, it does not."
    r"|(?:^|[,;]\s|\b(?:but|and|while)\s)(?:(?!than\b|as\b|what\b|wh\w+\b|how\b|so\b|nor\b)[\w’'-]+\s){1,4}"
    r"(?:does|do|did|has|have|had|will|would|can|could)(?:\snot|n[’']t)?\.$"
)
_PAIRS = (("(", ")"), ("“", "”"), ("[", "]"))


def is_fragment(text: str) -> bool:
    """Whether ``text`` is no whole sentence: it is cut short."""
    return _CUT_SHORT.search(text) is not None


def lacks_verb(text: str) -> bool:
    """Whether a point of a list has no main verb: "Midstream: expansion of capacity"."""
    return not matches("main verb", _LABEL_OR_ASIDE.sub("", text))


def is_balanced(text: str) -> bool:
    """Whether every quotation mark and bracket that opens also closes."""
    if any(text.count(left) != text.count(right) for left, right in _PAIRS):
        return False
    if text.count('"') % 2 or text.count("``") != text.count("''"):
        return False
    opening = len(re.findall(r"(?<!\w)‘(?=\w)(?!s\b)", text))  # no "Acme ‘s"
    return opening <= len(re.findall(r"(?<=[\w.,!?])’(?!\w)", text))
