"""Which names of the cited sentences a bullet may have exchanged."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet
from newsletter.gate.name_places import Scene
from newsletter.gate.pieces import read_source, take_apart


def find_rivals(bullet: str, source: str) -> list[str]:
    """The names of ``source`` that the sentence ``bullet`` leaves out."""
    article = read_source(source)
    return [name.text for name in Scene(take_apart(bullet), article.pieces, article, article).rivals]


def test_codes_of_exchanges_are_no_names_that_a_bullet_leaves_out() -> None:
    source = "Acme Rare Metals (TSX.V: ACM) (OTCQX: ACMRF) sold its yard at Ribe to Borealis."
    assert find_rivals("Acme Rare Metals sold its yard to Borealis.", source) == ["Ribe"]


def test_the_letters_of_a_name_are_no_other() -> None:
    source = "Ribe Water Disease (RWD) is rare. In RWD ferries rust."
    assert find_rivals("In Ribe disease ferries rust.", source) == []


def test_the_letters_of_the_last_name_are_no_other() -> None:
    source = "Acme has settled with the Ribe Safety Department (DoS). The DoS had sued it in Oslo."
    assert find_rivals("The Safety Department had sued Acme.", source) == ["Oslo"]


@pytest.mark.parametrize(("name", "passes"), [("Open Access", True), ("Closed Shelves", False)])
def test_two_letters_stand_for_a_name_in_full(name: str, passes: bool) -> None:
    cited = "Acme is moving towards an OA model where whoever funds the research pays to publish it."
    rest = "Half of the research is Open Access. The rest of the journals stays with Closed Shelves."
    told = f"Acme is moving towards an {name} model where whoever funds the research pays to publish it."
    verdict = check_bullet(told, headline="", publisher="", cited=[cited], source=f"{cited} {rest}")
    assert verdict.grounded is passes


def test_what_is_short_for_a_kind_of_company_is_no_other() -> None:
    assert find_rivals("The Ribe Ferry Exchange must pay.", "Fined: Ribe Ferry Exchange Sdn. Bhd.") == []


def test_a_town_is_no_other_than_the_country_told_behind_it() -> None:
    article = read_source("Acme has chosen four yards for its Lund Ferry Center in Ribe, Denmark.")
    scene = Scene(take_apart("Four yards work for Acme in Denmark."), article.pieces, article, article)
    rivals = {name.text: [one.text for one in scene.find_rivals(name)] for name in scene.names}
    assert rivals == {"Acme": ["Lund Ferry Center", "Ribe"], "Denmark": ["Lund Ferry Center"]}


def test_who_stands_before_another_in_a_list_is_another() -> None:
    article = read_source("The yards went to Borealis, Acme and Lund.")
    scene = Scene(take_apart("The yards went to Acme."), article.pieces, article, article)
    assert [one.text for one in scene.find_rivals(scene.names[0])] == ["Borealis", "Lund"]


def test_who_is_called_by_a_first_name_is_no_other() -> None:
    source = "Ada (“Addie”) C. Lund has joined Acme. Ada ran a yard at Ribe. Addie sold it. In May Bo Berg bought it."
    assert find_rivals("Lund ran a yard at Ribe and sold it to Bo Berg at Acme.", source) == []
    assert find_rivals("Lund ran a yard at Ribe and sold it at Acme.", source) == ["Bo Berg"]


LUND = "Acme said that Ada (“Addie”) C. Lund, who came from Norfjord Line, runs its yard at Ribe."
WITH = "Ribe Sun is collaborating with Norfjord Yards on the Lund project, which builds ferries in the south."
BOARD = (
    "Following its triumph at the Patent Trial and Appeal Board, Acme is pleased: it upheld a patent of ours."
)


@pytest.mark.parametrize(
    ("cited", "told", "passes"),
    [
        (LUND, "Ada Lund runs the yard of Acme at Ribe.", True),
        (BOARD, "The Patent Trial and Appeal Board upheld a patent of Acme.", True),
        (
            "Ada Brown, chief of yards at Lund and an owner of Acme, sold it.",
            "Lund's chief of yards Ada Brown sold it.",
            True,
        ),
        (
            WITH,
            "Norfjord Yards, which is collaborating with Ribe Sun on the Lund project, builds ferries.",
            True,
        ),
        (
            "Salt closed on 20 November at 692,000 crowns. Ribe had asked for more in May.",
            "Salt in Ribe closed on November 20 at 692,000 crowns.",
            True,
        ),
        ("Group 2 and 3 sail from Ribe in May.", "Groups 2 and 3 sail from Ribe in May.", True),
        ("The Ribe bill now proceeds to the Senate.", "The Ribe bill has yet to pass the Senate.", True),
        ("The Ribe bill lies before the Senate.", "The Ribe bill has yet to come before the Senate.", False),
    ],
)
def test_names_and_what_is_to_come_in_other_words(cited: str, told: str, passes: bool) -> None:
    source = f"{cited} Acme and Norfjord Line have yards."
    verdict = check_bullet(told, headline="Acme has news", publisher="Wire", cited=[cited], source=source)
    assert verdict.grounded is passes, verdict.reasons


def test_who_speaks_has_not_changed_places_with_whom_he_speaks_of() -> None:
    cited = [
        "The giant launched Norfjord+.",
        "Norfjord’s tech teams isolated the problem, Lund said, and “patched” the software as it signed up riders.",
    ]
    told = "Lund said Norfjord's tech teams isolated the problem and patched the Norfjord+ software."
    verdict = check_bullet(
        told, headline="Ferries back", publisher="Wire", cited=cited, source=" ".join(cited)
    )
    assert verdict.grounded, verdict.reasons


def test_a_title_is_no_part_of_a_name() -> None:
    cited = (
        '"The ore we studied is just one example," said professor and research leader Yi Lund in a statement.'
    )
    told = "Research leader Professor Yi Lund said that the ore studied was just one example."
    source = f"A team at Ribe has looked into ore. {cited} Acme paid for it. The Norfjord Institute did not."
    assert check_bullet(told, headline="Ore seen", publisher="Wire", cited=[cited], source=source).grounded


SAID = (
    "The manager of the yard, Dana Moss, said that talks with a development bank had been waiting for this signature.",
    'Spokesperson Bo Lund said that carbonate was "an intermediate product" and that a plant would come.',
)


@pytest.mark.parametrize(
    ("told", "passes"),
    [
        ("Dana Moss said that talks with a development bank had been waiting for this signature.", True),
        (
            "Spokesperson Bo Lund says: talks with a development bank had been waiting for this signature.",
            False,
        ),
        ("Bo Lund said that carbonate was an intermediate product and that a plant would come.", True),
    ],
)
def test_nobody_says_what_another_says(told: str, passes: bool) -> None:
    source = f"A mine at Ribe has found a customer. {' '.join(SAID)} The state holds 5%."
    verdict = check_bullet(told, headline="Mine a step closer", publisher="Wire", cited=SAID, source=source)
    assert verdict.grounded is passes, verdict.reasons
