"""How what is no sentence may be shown: a point of a list that states a figure, and the lead-in of a unit. Pure."""

from __future__ import annotations

import re

from newsletter.english.sentences import BlockKind, Sentence
from newsletter.highlights.lead_ins import cite
from newsletter.highlights.reduce import has_main_clause
from newsletter.highlights.structure.units import Unit
from newsletter.model import Article, LeadIn

_END = re.compile(r"(?:;|,)?(?:\s(?:and|or))?[.;,]?(?:\s[–—-])?\s*$")


def render_fact(sentence: Sentence) -> str:
    """A point of a list as a bullet: "annual output of 26,000 cars; and" is "Annual output of 26,000 cars."."""
    text = re.sub(r"[;,]?\s*\n\s*", "; ", _END.sub("", sentence.text.strip()))
    return f"{text[:1].upper()}{text[1:]}."


# "The package consists of: a letter of intent": one item of several is not all of it.
LISTS_ALL = re.compile(
    r"\b(?:consists? of|comprises?|following|as follows|parts|either|any of)\b[^:]{0,40}:$"
)
_GOES_ON = re.compile(r"\b(?:to|that|by|of|from):$")


def choose_unit_lead(article: Article, unit: Unit, sentence: Sentence) -> LeadIn | None:
    """The lead-in that ``sentence`` needs for its unit's subject or speaker; it cites where that stands."""
    lead = unit.lead_for(sentence)
    if not lead or unit.named is None or LISTS_ALL.search(unit.label):
        return None
    above = unit.named.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING} and unit.label.endswith(":")
    goes_on = sentence.kind is BlockKind.FACT or sentence.text[:1].islower()
    if above and not goes_on and has_main_clause(sentence.text):
        return None  # a whole sentence needs no line above its list
    text = lead.removesuffix(":") if _GOES_ON.search(lead) else lead  # "The office proposes to" allow it
    return LeadIn(text=text, speaker=unit.speaker, citation=cite(article, unit.named))
