"""A name in the place of what points back to it, where the article leaves no doubt whom it means. Pure.

"He cautioned …" becomes "Halvard Lund cautioned …", "The company expects …" becomes "Norhavn expects …", a surname that no reader has met
becomes the full name. A name is given in the form the article has it. Nothing is named where two could be meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.references import find_full_name
from newsletter.english.rules import PATTERNS, matches, read_class
from newsletter.english.sentences import Sentence
from newsletter.english.speech import find_attribution, is_anaphor
from newsletter.english.stems import STOP

_CAPITAL = r"[A-Z][\w&’'-]*(?:\.[A-Z]\.)*"
_NAME = rf"{_CAPITAL}(?:\s(?:of\s|and\s|&\s|de\s|van\s|von\s)?{_CAPITAL}){{0,5}}"
_PERSON = re.compile(r"(?P<word>He|She)\s(?!(?:is|was|has been)\sthe\b)(?=[a-z])")
_OWN = re.compile(r"(?P<word>Its)\s(?=[a-z])")
# What only somebody who acts does: "It said", "It expects", not "It contains".
_ACTS = re.compile(
    r"(?:also\s|now\s|still\s|has\s|had\s|will\s|would\s|later\s)*(?:sa(?:id|ys)|expect(?:s|ed)|plan(?:s|ned)|aim(?:s|ed)|add(?:s|ed)|report(?:s|ed)|post(?:s|ed)|agree(?:s|d)|intend(?:s|ed)|hope[sd]|want(?:s|ed)|warn(?:s|ed)|"
    r"deni(?:es|ed)|reject(?:s|ed)|announce[sd]?|sign(?:s|ed)|hire[sd]?|employ(?:s|ed)|bought|buys?|sold|sells?|raise[sd]?|cut|lower(?:s|ed)|kept|left|closed|opened|owns?|pays?|paid|spent|spends?|reiterate[sd]|confirm(?:s|ed)|withdr(?:ew|awn)|declined|appoint(?:s|ed)|invest(?:s|ed)?)\b"
)
_VERB = r"(?=\s(?:[a-z]+ly\s)?(?:is|are|was|were|has|have|had|will|would|can|could|may|said|says|told|rose|fell|\w+ed|\w+s)\b)"
_SUBJECT = re.compile(rf"(?:The\s)?(?P<name>{_NAME})(?:,[^,]{{2,80}},)?{_VERB}")
_BACK = 3  # sentences before within which a person stands
_SURNAME = re.compile(
    r"(?P<name>[A-Z][a-zé’-]{2,})\s(?=(?:also\s)?(?:sa(?:id|ys)|told|add(?:ed|s)|warn(?:ed|s)|call(?:ed|s)|argu(?:ed|es)|expect(?:ed|s)|estimat(?:ed|es)|not(?:ed|es)|wrote)\b)"
)


def name_subject(
    text: str, sentence: Sentence, sentences: Sequence[Sentence], *, title: str, issuer: str = ""
) -> str:
    """``text`` with a name for the pronoun, "the company" or the bare surname it begins with; itself where there is doubt."""
    if match := _PERSON.match(text):
        return _put(text, match, _find_person(sentence, sentences))
    if match := PATTERNS["actor first"].match(text):
        name = _find_actor(sentence, sentences, issuer)
        sure = match["word"] != "It" or _ACTS.match(text, match.end()) or name.split(" ")[0] in title
        return _put(text, match, name if sure else "")
    if (match := _OWN.match(text)) and (name := _find_actor(sentence, sentences, issuer)).split(" ")[
        0
    ] in title:
        return _put(text, match, f"{name}’s" if name else "")
    if (match := _SURNAME.match(text)) and match["name"] not in title and match["name"].lower() not in STOP:
        source = " ".join(other.text for other in sentences)
        return _put(text, match, find_full_name(match["name"], source), group="name")
    return text


def _put(text: str, match: re.Match[str], name: str, *, group: str = "word") -> str:
    return f"{name}{text[match.end(group) :]}" if name else text


def _is_plain(word: str, sentences: Sequence[Sentence]) -> bool:
    """Whether a capitalised word is no name: the article has it in small letters too."""
    small = word.lower()
    return (
        small in STOP
        or small in _NUMBERS
        or any(re.search(rf"\b{re.escape(small)}\b", s.text) for s in sentences)
    )


_NUMBERS = frozenset(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))


def _before(sentence: Sentence, sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    near = [s for s in sentences if sentence.index - count <= s.index < sentence.index and s.is_prose]
    return list(reversed(near))


_FULL = re.compile(
    r"(?P<name>[A-Z][a-zé’-]+\s(?:[A-Z]\.\s)?[A-Z][\w’-]+)(?=,|\s(?:of|at)\s|\s(?:sa(?:id|ys)|told|added|warned|argued)\b)"
)


def _find_person(sentence: Sentence, sentences: Sequence[Sentence]) -> str:
    """Who spoke last, where nobody else did since: the full name."""
    source = " ".join(other.text for other in sentences)
    for before in _before(sentence, sentences, _BACK):
        if match := _FULL.match(before.text):
            return match["name"]
        found = find_attribution(before.text)
        if found is None or (found.form != "before" and " " not in found.subject):
            return ""
        if is_anaphor(found.subject):
            continue
        surname = re.findall(r"[A-Z][\w’-]+", re.split(r",| of | at ", found.subject)[0])[-1:]
        return find_full_name(surname[0], source) if surname else ""
    return ""


def _find_actor(sentence: Sentence, sentences: Sequence[Sentence], issuer: str) -> str:
    """Whom the sentence before is about, or whose release it is."""
    if issuer:
        return issuer
    for before in _before(sentence, sentences, _BACK):
        if matches("actor first", before.text) or _OWN.match(before.text):
            continue
        match = _SUBJECT.match(before.text)
        if (
            match
            and not _is_plain(match["name"].split()[0], sentences)
            and not re.search(r"\s(?:and|of)$", match["name"])
            and match["name"] not in read_class("surname")
        ):
            return match["name"]
        return ""
    return ""
