"""The one speaker whose message an article relays, who inherits it, and the lead-ins that carry it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.english.rules import compile_pattern, matches
from newsletter.english.sentences import Sentence
from newsletter.english.speech.judgement import find_judgement, is_judgement
from newsletter.english.speech.sayings import find_attribution, is_anaphor

_SAYS = " says"  # what a lead-in is made with, and known again by
_NAME = r"[^:“\"]{2,60}?"
# The lead-ins of the closed set before a text; ``name`` and ``other`` have to be in its source.
LEAD_IN = re.compile(
    rf"^(?:(?P<name>{_NAME}){_SAYS}|{_NAME}[’']s? view|{_NAME} reports"
    rf"|Reports differ(?:: (?P<other>{_NAME}){_SAYS})?):\s+"
)
_ROLE = re.compile(r",.*,$")  # behind a name
FORM = compile_pattern(r"(?<!&)(?<!\band)(?:,?\s{legal_form}\.?)+$")  # of a company, behind its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose message an article relays, and the sentence that establishes it."""

    name: str  # as it is shown: "Baogang"
    sentence: Sentence
    strong: bool  # unattributed reports of its doings are its own claims
    issuer: bool = (
        False  # everything in the article is its statement: it published or wrote it, or answers in it
    )
    since: int = 0  # the index of the sentence from which on it speaks
    silent: frozenset[int] = (
        frozenset()
    )  # sentences within that are somebody else's: who wrote it, what was asked


_ALONE = 0.75  # of all that is said, by one: the article has one voice
_SAYINGS = 2  # of theirs, at least


def find_relayed(sentences: Sequence[Sentence], *, relays: str = "") -> Speaker | None:
    """Find the one speaker whose message the article relays, or None where several or none speak.

    ``relays`` is set where the metadata says that the article relays someone (an origin).
    """
    counts: Counter[str] = Counter()
    first: dict[str, Sentence] = {}
    anaphors = 0
    for sentence in sentences:
        found = find_attribution(sentence.text) if sentence.is_prose else None
        if found is None:
            continue
        name = found.subject.removeprefix("the ").removeprefix("The ")
        if is_anaphor(found.subject):
            anaphors += 1
        elif re.match(r"[A-Z]\w", name):
            known = next((one for one in counts if one.split()[0] == name.split()[0]), name)
            counts[known] += 1
            first.setdefault(known, sentence)
    if not counts:
        return None
    name, most = counts.most_common(1)[0]
    if most < _ALONE * counts.total() or most + anaphors < _SAYINGS:
        return None
    return Speaker(name=name, sentence=first[name], strong=bool(relays))


def inherits(sentence: Sentence, speaker: Speaker) -> bool:
    """Whether an unattributed sentence reports the relayed speaker's own doings, so that it is the speaker's claim."""
    if speaker.issuer:
        return sentence.index >= speaker.since
    if not speaker.strong or sentence.index <= speaker.sentence.index:
        return False
    tail = find_judgement(sentence.text)  # the writer's, which is cut from under a speaker
    news = replace(sentence, text=sentence.text[: tail.start("cut")]) if tail else sentence
    return matches("anaphor", news.text) and not is_judgement(news)


def lead_in_text(name: str, form: str = "says") -> str:
    """A lead-in of the closed set: "Baogang says:", "Mining Weekly’s view:", without "Inc." or "Co., Ltd."."""
    name = FORM.sub("", name)
    if form == "view":
        return f"{name}’{'' if name.endswith('s') else 's'} view:"
    return f"{name}{_SAYS}:"


def read_speaker(lead_in: str) -> str:
    """Return who it is, with a role as it stands, by a lead-in that is "X says:"; "" by any other."""
    return lead_in.removesuffix(f"{_SAYS}:") if lead_in.endswith(f"{_SAYS}:") else ""


def leave_role(lead_in: str) -> str:
    """Return a lead-in without who its speaker is: "Ada Brown says:" of "Ada Brown, CEO of Acme, says:"."""
    speaker = read_speaker(lead_in)
    return f"{_ROLE.sub('', speaker)}{_SAYS}:" if speaker else lead_in
