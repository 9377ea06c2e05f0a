"""Articles in one voice: an author who speaks for a firm, an interview of questions and answers, a broker's note. Pure.

Nobody says "he said" in them, and every sentence is somebody's all the same. The publisher's name over a
chief executive's praise of his own firm would be a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.english.letters import compile_latin
from newsletter.english.rules import PATTERNS, find, matches
from newsletter.english.sentences import Sentence
from newsletter.english.speech.speakers import Speaker

_ABOUT = re.compile(r"^\W*About\s(?:the\s|our\s)?(?:[Aa]uthors?|[Cc]ontributors?|[Ww]riters?)\b\W*")


def find_voice(title: str, text: str, sentences: Sequence[Sentence]) -> Speaker | None:
    """Find whose words all of an article is, beyond what it says itself; None where it is the publisher's own."""
    return _find_author(text, sentences) or _find_broker(title, [s for s in sentences if s.is_prose])


def _find_author(text: str, sentences: Sequence[Sentence]) -> Speaker | None:
    """Who wrote it, as is told under "About the author": somebody who speaks for a firm that the article is about."""
    about = False
    for sentence in sentences:
        opening = _ABOUT.match(sentence.text)
        about = about or opening is not None
        match = PATTERNS["biography"].match(sentence.text[opening.end() if opening else 0 :])
        if match and about:
            after = frozenset(other.index for other in sentences if other.index >= sentence.index)
            name = f"{match['name']} of {match['firm']}"
            author = Speaker(name=name, sentence=sentence, strong=True, issuer=True, silent=after)
            return author if _is_about(match["firm"], text, sentence) else None
    return None


def _is_about(firm: str, text: str, sentence: Sentence) -> bool:
    """Whether the article speaks of the firm outside the sentence that tells who wrote it."""
    outside = text[: sentence.start] + text[sentence.end :]
    return " ".join(firm.split()[:2]) in outside


def find_talks(text: str) -> Iterator[str]:
    """Whom a headline, or what stands above the questions, says it is a talk with: "Q&A with Ada Brown"."""
    return (found["name"] for found in PATTERNS["talk in a headline"].finditer(text))


# What stands before "spoke to Bo Lund" where Bo Lund asks: "She spoke to Bo Lund".
_IS_ASKED = re.compile(r"\b(?:[Ss]he|[Hh]e|[Tt]hey|who) $")
_WHO = r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){1,3}"
_ASKS = (
    compile_latin(
        r"\b(?:speaks?|spoke|talk(?:s|ed)|sat down|chat(?:s|ted)?)\s(?:to|with)\s"
        rf"(?:[\w ,’'&-]{{0,60}}?\s)??(?P<name>{_WHO})"
    ),
    compile_latin(
        r"\b(?i:words|text|interview(?:ed)?|questions|asked|put)\s(?:[\w ]{0,30}?\s)??by:?\s"
        rf"(?:[a-z][\w ,-]{{0,40}}?\s)??(?P<name>{_WHO})"
    ),
    compile_latin(
        rf"(?P<name>{_WHO})\s(?:asked|interviewed|met|visited)\s(?:her|him|them|the questions)\b"
        rf"|\b(?:[Rr]eporter|[Ee]ditor|[Cc]orrespondent|[Cc]ontributor),?\s"
        rf"(?P<other>{_WHO})\b(?!\s(?:answers|explains|talks))"
    ),
)


def find_asking(text: str, publisher: str) -> set[str]:
    """The names of whoever asks the questions, as far as ``text`` says so: "She spoke to Bo Lund, our editor"."""
    talked, *others = (list(pattern.finditer(text)) for pattern in _ASKS)
    said = [match for match in talked if _IS_ASKED.search(text[: match.start()])]
    whose = re.escape(publisher.removeprefix("The "))
    own = compile_latin(rf"{whose}[’']s\s(?:[a-z]+\s)?(?P<name>{_WHO})").finditer(text)
    found = [match.groupdict() for match in (*said, *own, *(one for other in others for one in other))]
    return {name for groups in found for name in groups.values() if name}


def _find_broker(title: str, prose: Sequence[Sentence]) -> Speaker | None:
    """Whose research a note on a company's shares is."""
    if not matches("coverage", title):
        return None
    for sentence in prose[:3]:
        if found := find("coverage", sentence.text):
            return Speaker(name=found[1]["name"], sentence=sentence, strong=True, issuer=True)
    return None
