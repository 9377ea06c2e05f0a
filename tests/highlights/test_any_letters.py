"""The same article gets the same highlights whatever letters of the Latin script its names are written with."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.letters import compile_latin
from newsletter.highlights.summarize import summarize_story
from tests.support.factories import make_article

TITLE = "{firm} opens second yard in {town}"
TEXT = """
{capitals} – {firm} opened a second yard in {town} on Monday, which will build 40 ferries a year from 2027, the company said.

{firm} expects sales of $310 million from it by 2028. It sold 9 ferries in May, 12% more than in April.

Rival {rival} denied that it had offered to buy the yard. {rival} closed its own in April after a fire.

“We have orders for three years and no steel for the third,” said {person} {surname}, chief executive of {firm}.

{surname} said the yard would need 210 people and had found 80. He would not say what they were paid.
"""
PLAIN = {"firm": "Zahra", "town": "Lodz", "rival": "Orsta", "person": "Ada", "surname": "Caslav"}
ACCENTED = {"firm": "Žahra", "town": "Łódź", "rival": "Ørsta", "person": "Åda", "surname": "Čáslav"}


def _tell(names: dict[str, str]) -> list[str]:
    words = {**names, "capitals": names["town"].upper()}
    article = make_article(title=TITLE.format(**words), text=TEXT.format(**words))
    told = [
        f"{one.lead_in.text if one.lead_in else ''} {one.text}"
        for one in summarize_story((article,), settings=Editorial())
    ]
    for plain, accented in zip(PLAIN.values(), ACCENTED.values(), strict=True):
        told = [one.replace(accented, plain) for one in told]
    return told


def test_a_name_is_one_whatever_letters_it_begins_with() -> None:
    told = _tell(PLAIN)
    assert told == _tell(ACCENTED)
    assert len(told) > 1
    assert told[0].strip().startswith("Zahra opened a second yard in Lodz")


@pytest.mark.parametrize("name", ["Škoda", "Ørsted", "Łódź", "Évry", "Çelik", "Ümraniye", "Ñuble"])
def test_a_to_z_means_all_letters(name: str) -> None:
    assert compile_latin(r"[A-Z][a-z]+").fullmatch(name)
    assert not compile_latin(r"[a-z]+").match(name)
    assert not compile_latin(r"[A-Z]").match(name.lower())
