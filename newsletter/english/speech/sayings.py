"""Who says a sentence within itself: "Baogang said …", "…, according to the ministry". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, matches, remembered, scan

SAID = compile_pattern(r"{telling}|told|say|argue|replied")
_FINITE = compile_pattern(r"\b{finite}\b")
_SAY = re.compile(r"(?:also |now |then )?(?:says?|said)", re.IGNORECASE)
_ACTS = compile_pattern(r"\b(?:{auxiliary}|{irregular})\b|\b[a-z]{2,}ed\s(?:the|an?|its|their|from|[$€£\d])")
_PHRASE = re.compile(r"(?:to|by|with|on|in|at|for|from)\b|[^\w“\"$€£‘'(]")
# What stands between a sentence and its verb of saying is no speaker.
_NOBODY = re.compile(
    r"(?:who|which|when|where|while|after|before|because|if|since|until|that|by|below|above|as|also|has|have|had"
    r"|is|was|were|and|or|not|today|yesterday|recently)\b",
    re.IGNORECASE,
)
# "the case for | caution" says nothing.
_WAITS = re.compile(r"\b(?:to|for|of|with|by|at|from|on|and|or|the|an?|be|been|is|are|was|were)$")
_SAYS_SOMETHING = 4  # words
_CUT_NAME = re.compile(r"(?:’s|'s|’|')$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What an attributed sentence says, and who says it. Offsets count within the sentence."""

    subject: str  # as written: "Baogang", "The firm"
    verb: str
    start: int  # of the content
    end: int
    clause: bool  # the content stands alone after "X says:"
    form: str  # "before", "noun", "according", "after"
    that: bool = False  # "said that …": what follows is a clause for certain


def is_clause(words: str) -> bool:
    """Whether ``words`` look like a clause with a subject and a finite verb, so that they can follow "X says:"."""
    verb = _FINITE.search(words[:160])
    return verb is not None and verb.start() > 0 and not _PHRASE.match(words)


@remembered(4096)  # asked for the same sentence by each rule about speakers
def find_attribution(sentence: str) -> Attribution | None:
    """Find who says ``sentence`` within itself, or None where it is not attributed."""
    if not matches("speech", sentence):
        return None
    for rule, match in scan("attribution", sentence):
        if rule.kind == "before" and not (match["that"] or len(match["content"].split()) >= _SAYS_SOMETHING):
            continue
        found = _make(match, rule.kind)
        if _WAITS.search(found.subject):
            continue
        return None if rule.kind == "after" and _NOBODY.match(found.subject) else found
    return None


def _make(match: re.Match[str], form: str) -> Attribution:
    parts = match.groupdict()
    subject = next((parts[name] for name in ("subject", "subject2", "subject3") if parts.get(name)), "")
    that = parts.get("that") is not None
    return Attribution(
        subject=_CUT_NAME.sub("", subject.strip()),
        verb=parts.get("verb") or "said",
        start=match.start("content"),
        end=match.end("content"),
        clause=that or (is_clause(match["content"]) and not _names_deed(parts.get("verb"), match["content"])),
        form=form,
        that=that,
    )


def _names_deed(verb: str | None, content: str) -> bool:
    """Whether one who "declared", and did not say, did so of a thing: "declared the completion of its targets"."""
    return verb is not None and not _SAY.fullmatch(verb) and _ACTS.search(content) is None


def is_attributed(sentence: str) -> bool:
    """Whether the sentence itself says whose statement it is."""
    return find_attribution(sentence) is not None or "according to" in sentence.lower()


def names_speaker(sentence: str) -> bool:
    """Whether the sentence itself names, not only points at, the one whose statement it is."""
    found = find_attribution(sentence)
    return found is not None and not is_anaphor(found.subject)


def is_dangling(text: str) -> bool:
    """Whether a highlight that starts like this leaves its reader asking who or what."""
    return matches("dangling", text)


def is_anaphor(subject: str) -> bool:
    """Whether ``subject`` points back ("The firm", "it") and names nobody."""
    return matches("anaphor", subject) and not compile_latin(r"\s[A-Z]").search(subject)
