"""The one speaker whose message an article relays, who inherits it, and the lead-ins that carry it. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.speech.judgement import find_judgement, is_judgement
from newsletter.english.speech.sayings import find_attribution, is_anaphor

_NAME = r"[^:“\"]{2,60}?"
# The lead-ins of the closed set before a text; ``name`` and ``other`` have to be in its source.
LEAD_IN = re.compile(
    rf"^(?:(?P<name>{_NAME}) says?|{_NAME}[’']s? view|{_NAME} reports"
    rf"|Reports differ(?:: (?P<other>{_NAME}) says?)?):\s+"
)
_ROLE = re.compile(r",.*,$")  # behind a name
FORM = compile_pattern(r"(?<!&)(?<!\band)(?:,?\s{legal_form}\.?)+$")  # of a company, behind its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose message an article relays, and the sentence that establishes it."""

    name: str  # as it is shown: "Baogang"
    sentence: Sentence
    strong: bool  # a message or a release: unattributed reports of its doings are its own claims
    issuer: bool = False  # everything is its statement: it published or wrote the article, or answers in it
    silent: frozenset[int] = frozenset()  # sentences that are another's: who wrote it, what was asked


_ALONE = 0.75  # of all that is said, by one: the article has one voice


def _bare(subject: str) -> str:
    """A subject without its article, and without how it speaks: "in a joint statement"."""
    return re.sub(r"^[Tt]he\s+|\s(?:in|at|on|with)\s.*$", "", subject)


def find_relayed(sentences: Sequence[Sentence], *, relays: bool = False) -> Speaker | None:
    """Find the one speaker whose message the article relays, or None where several or none speak.

    ``relays`` is set where the metadata says that the article relays someone (an origin).
    """
    said = [(found.subject, s) for s in sentences if s.is_prose and (found := find_attribution(s.text))]
    anaphors = sum(is_anaphor(subject) for subject, _ in said)
    called = ((_bare(subject), sentence) for subject, sentence in said if not is_anaphor(subject))
    named = [(name, sentence) for name, sentence in called if compile_latin(r"[A-Z][\w&.’'-]").match(name)]
    counts = Counter(name.split()[0] for name, _ in named)
    word, most = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
    if not named or most < _ALONE * len(named) or most + anaphors < 2:
        return None
    name, sentence = next(one for one in named if one[0].split()[0] == word)
    return Speaker(name=name, sentence=sentence, strong=relays and most + anaphors >= 3)


def inherits(sentence: Sentence, speaker: Speaker) -> bool:
    """Whether an unattributed sentence reports the relayed speaker's own doings, so that it is the speaker's claim."""
    if speaker.issuer:
        return sentence.index not in speaker.silent
    if not speaker.strong or sentence.index <= speaker.sentence.index:
        return False
    tail = find_judgement(sentence.text)
    news = replace(sentence, text=sentence.text[: tail.start("cut")]) if tail else sentence
    if is_judgement(news):  # what remains without the writer's tail, which is cut from under a speaker
        return False
    begins = re.match(rf"(?:The )?{re.escape(speaker.name.split()[0])}\b", sentence.text) is not None
    return begins or sentence.kind is BlockKind.BULLET or matches("anaphor", sentence.text)


# "Acme Ferries and the council", "Acme Ferries and Lund Shipping"; no "Port Health and Safety Board".
_TWO = re.compile(
    r".*\sand\sthe\s|(?!.*\s(?:of|for)\s)(?!.*\s(?:Department|Commission|Board|Authority|Agency|Administration|Council"
    r"|Association|Bank|Cent(?:er|re)|Ministry|Institute|Services?|Fund|Office|Court|Exchange|Group|Company|Partners)$)"
    r"\S+\s\S+.*\sand\s\S+\s\S"
)


def lead_in_text(name: str, form: str = "says") -> str:
    """A lead-in of the closed set: "Baogang says:", "Mining Weekly’s view:", without "Inc." or "Co., Ltd."."""
    name = FORM.sub("", " ".join(name.split()))
    if form == "view":
        return f"{name}’{'' if name.endswith('s') else 's'} view:"
    first = name[:1] if name[1:2].isupper() else name[:1].upper()  # "eBay"
    return f"{first}{name[1:]}{' say' if _TWO.match(name) else ' says'}:"


def read_speaker(lead_in: str) -> str:
    """Return who it is, with a role as it stands, by a lead-in that is "X says:"; "" by any other."""
    said = re.fullmatch(r"(.*) says?:", lead_in)
    return said[1] if said else ""


def leave_role(lead_in: str) -> str:
    """Return a lead-in without who its speaker is: "Ada Brown says:" of "Ada Brown, CEO of Acme, says:"."""
    speaker = read_speaker(lead_in)
    return lead_in_text(_ROLE.sub("", speaker)) if speaker else lead_in
