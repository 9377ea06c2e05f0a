"""Which names of the cited sentences a bullet may have exchanged."""

from __future__ import annotations

from newsletter.gate.name_places import Scene
from newsletter.gate.pieces import read_source, take_apart


def find_rivals(bullet: str, source: str) -> list[str]:
    """The names of ``source`` that the sentence ``bullet`` leaves out."""
    article = read_source(source)
    return [name.text for name in Scene(take_apart(bullet), article.pieces, article, article).rivals]


def test_codes_of_exchanges_are_no_names_that_a_bullet_leaves_out() -> None:
    source = "Acme Rare Metals (TSX.V: ACM) (OTCQX: ACMRF) sold its yard at Ribe to Borealis."
    assert find_rivals("Acme Rare Metals sold its yard to Borealis.", source) == ["Ribe"]
