"""Shorter sentences by deletion alone, never of attribution or hedge. Pure.

Every step deletes characters of the sentence and reports them, so the highlight's words stay the
sentence's words in the sentence's order. What must go always goes (datelines, tickers, connectives,
the writer's judgement); what may go goes only where the sentence is too long.
"""

from __future__ import annotations

import re

from newsletter.english.datelines import strip_dateline
from newsletter.english.letters import compile_latin
from newsletter.english.rules import PATTERNS, by_effect
from newsletter.english.speech.judgement import find_judgement
from newsletter.english.speech.sayings import is_clause
from newsletter.highlights.reduce import Reduced, reduce_sentence, tidy


def _delete(text: str, pattern: re.Pattern[str], cut: list[str]) -> str:
    def replace(match: re.Match[str]) -> str:
        cut.append(match.group().strip(" ,"))
        glued = text[match.start() - 1 : match.start()].isalnum() and text[match.end() :][:1].isalnum()
        return " " if glued else ""

    return pattern.sub(replace, text)


def _strip_head(sentence: str, content: tuple[int, int] | None) -> tuple[str, list[str]]:
    """What is left of ``sentence`` within ``content``, or behind its dateline; and what went."""
    if content is not None:
        start, end = content
        ends = (sentence[:start].strip(), sentence[end:].strip(" ."))
        return sentence[start:end], [piece for piece in ends if piece]
    text, dateline = strip_dateline(sentence)
    return text, [dateline] if dateline else []


# "marking the first approval since 2019", "a smaller step than economists forecast", "a step that commits Canberra to a
# 14% stake": a judgement that holds a fact; a year alone is none.
_TELLS_FACT = re.compile(r"\bfirst\b|\bthan\b|(?<![\w–-])(?!(?:19|20)\d\d\b|\d{1,2}th\b)\d")

# "Acme is pleased to announce": what pleases it is no news.
_PLEASED = re.compile(
    r"\b(?P<be>is|are|was|were)\s(?:today\s|very\s|extremely\s)?(?:pleased|proud|excited|thrilled|delighted|happy|"
    r"honou?red)\sto\s(?:today\s)?(?P<verb>announce|advise|inform|report|confirm|provide|present|"
    r"share|unveil|introduce|launch)\b"
)


# "Ada Brown joined Sam Field from Harbour Radio to announce": who asked her is no news.
_TOLD_TO = compile_latin(
    r"\b(?P<be>joined|joins|sat down with|sits down with|spoke with|speaks with)"
    r"\s[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){0,3}(?:\s(?:from|of|at|in)\s(?:the\s)?[A-Z]\w+(?:\sstudio)?)?\sto\s"
    r"(?P<verb>announce|reveal|share(?!\s(?:\w+\s){0,2}news\b)|report|confirm|present|unveil|introduce|discuss|mark"
    r"|outline)\b"
)


# "Acme, a leading maker of ferries": whoever says so.
_PRAISED = compile_latin(
    r"(?<!\bas\s)\b(?P<article>[Aa])n?\s"
    r"(?P<praise>leading|premier|prominent|renowned|innovative|pioneering|trusted"
    r"|award-winning|world-class|fast-growing)"
    r",?\s(?:and\s)?(?=(?P<vowel>[aeio])?[a-z])"  # no "a leading Luhya"
)


def _announce(match: re.Match[str]) -> str:
    verb = match["verb"].replace("share", "announce")  # "is pleased to share Ada Brown will join"
    past = f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    now = f"{verb}es" if verb in {"launch", "discuss"} else f"{verb}s"
    forms = {"are": verb, **dict.fromkeys(("is", "joins", "sits down with", "speaks with"), now)}
    return forms.get(match["be"], past)


def shorten(
    sentence: str,
    *,
    max_words: int,
    content: tuple[int, int] | None = None,
    spare: int = 0,
) -> Reduced:
    """Delete what must go from ``sentence``, then what makes it longer than ``max_words`` or is not worth its words.

    ``content`` restricts the result to a span (what stands after "X said that"). The result can still be too long.
    """
    text, cut = _strip_head(sentence, content)
    for rule in by_effect()["deletion"]:
        text = _delete(text, PATTERNS[rule.name], cut)
    found = find_judgement(text)
    if found and not _TELLS_FACT.search(found["cut"]) and is_clause(text[: found.start("cut")]):
        cut.append(found["cut"].strip(" ,—–-"))
        text = text[: found.start("cut")] + found["end"]
    if not re.search(r"[“\"]", text):  # whose words stay as they are
        cut += [match["praise"] for match in _PRAISED.finditer(text)]
        text = _PRAISED.sub(lambda match: f"{match['article']}{'n' if match['vowel'] else ''} ", text)
    for said in (_PLEASED, _TOLD_TO):
        text = said.sub(_announce, text)
    left = reduce_sentence(tidy(text, like=sentence), max_words=max_words, spare=spare)
    return Reduced(text=left.text, cuts=(*cut, *left.cuts))
