"""What a text is, before a sentence of it is weighed: news, an interview, a round-up, a notice … Pure.

Each kind is cut into *units* that have something in common: the answer to a question, the item of a list, the entry of
a live page, the segment of a company, the article of a notice. What a unit is about travels with its sentences as
``lead``.
"""

from __future__ import annotations

from collections.abc import Callable

from newsletter.english.rules import remembered
from newsletter.english.sentences import split_sentences
from newsletter.english.speech import issuers
from newsletter.highlights.structure.facts import LISTS_ALL, choose_unit_lead, render_fact
from newsletter.highlights.structure.interviews_and_opinions import read_interview, read_opinion
from newsletter.highlights.structure.items import read_live, read_round_up
from newsletter.highlights.structure.segments import read_news, read_prices, read_segments
from newsletter.highlights.structure.units import FIGURE, Reading, Structure, TextKind, Unit
from newsletter.model import Article, PublisherKind

_READERS: tuple[tuple[TextKind, Callable[[Reading], list[Unit]]], ...] = (
    (TextKind.LIVE, read_live),
    (TextKind.INTERVIEW, read_interview),
    (TextKind.FIGURES, read_prices),
    (TextKind.FIGURES, read_segments),
    (TextKind.ROUND_UP, read_round_up),
    (TextKind.OPINION, read_opinion),
    (TextKind.NEWS, read_news),
)


@remembered(64)
def read_structure(article: Article) -> Structure:
    """Tell what ``article`` is and cut it into units; sentences that are not about its subject are in none of them."""
    reading = Reading(article=article, sentences=split_sentences(article.text))
    found = ((kind, tuple(unit for unit in read(reading) if unit.sentences)) for kind, read in _READERS)
    kind, units = next((pair for pair in found if pair[1]), (TextKind.NEWS, ()))
    if kind is TextKind.NEWS:
        issued = article.publisher.kind is PublisherKind.ISSUER or issuers.find_issuer(reading.sentences)
        kind = TextKind.RELEASE if issued else kind
    return Structure(kind=kind, units=units)
