"""A text of one structure, and what must be told of it: small texts of many trades, written for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsletter.highlights.structure import TextKind, Unit, read_structure
from newsletter.model import PublisherKind
from tests.support.factories import make_article, make_publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``leads``: what stands before the sentence that begins so ("" for nothing); ``out``: beginnings of what is no candidate."""

    title: str
    text: str
    kind: TextKind
    leads: dict[str, str] = field(default_factory=dict)
    out: tuple[str, ...] = ()
    publisher: PublisherKind = PublisherKind.TRADE_PRESS
    byline: str | None = None


def check(case: Case) -> None:
    """Read the case and compare it with what it says of itself."""
    article = make_article(
        title=case.title, text=case.text, byline=case.byline, publisher=make_publisher(kind=case.publisher)
    )
    found = read_structure(article)
    assert found.kind is case.kind, case.title
    told = {s.text: unit for unit in found.units for s in unit.sentences}
    for beginning, lead in case.leads.items():
        text, unit = _find(beginning, told)
        sentence = next(s for s in unit.sentences if s.text == text)
        assert unit.lead_for(sentence) == lead, beginning
        assert case.text[sentence.start : sentence.end] == text
    for beginning in case.out:
        assert not [text for text in told if text.startswith(beginning)], beginning


def _find(beginning: str, told: dict[str, Unit]) -> tuple[str, Unit]:
    found = [(text, unit) for text, unit in told.items() if text.startswith(beginning)]
    assert len(found) == 1, (beginning, list(told))
    return found[0]
