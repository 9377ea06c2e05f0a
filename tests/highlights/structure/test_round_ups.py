from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import TextKind
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Highlight
from tests.highlights.structure.reading import Case, check
from tests.support.factories import make_article

ROUND_UP = TextKind.ROUND_UP
CASES = (
    Case(title="Four things we learned from the budget", kind=ROUND_UP,
         text="The budget passed on Friday.\n\n1. Roads got the money\n\nRoads get 4 billion euros, twice last year's sum.\n\n2. Rail did not\n\nRail gets nothing new before 2029.\n\n3. Taxes stay\n\nIncome tax stays at 42%.",
         leads={"Roads get 4 billion": "", "Rail gets nothing": ""}, out=("1. Roads", "2. Rail")),
    Case(title="Farm week: barges stuck, dairy merger cleared, bird flu spreads", kind=ROUND_UP,
         text="Barges\nWater at Baja fell to 88 centimetres, and barges load 45% of their capacity.\n\nDairy\nThe watchdog cleared the merger of Mleko and Laka.\n\nPoultry\nA second outbreak was confirmed near Brest.\n\nPrices\nPackers pay €120 a tonne.",
         leads={"The watchdog cleared": "Dairy:", "Packers pay": "Prices:"}),
    Case(title="Port week: Lund Mills quits Bari, a quay opens", kind=ROUND_UP,
         text="Lund Mills to close its Bari quay\nThe Danish miller will leave in May, with 118 of 402 jobs. Grain moves to a silo at Brest. Lund said so on Tuesday.\n\nGrain piles up at Brest\nThe port has room for 9 tonnes. Mills pay 4 crowns for grain.\n\nRiga opens a quay\nThe city paid 3 million for it.",
         leads={"The Danish miller": "Lund Mills:", "Grain moves": "Lund Mills:", "Lund said": "", "The port has": "", "The city paid": ""}),
    Case(title="Appointments: Vanta Bank, Orin Chips and others", kind=ROUND_UP,
         text="Vanta Bank has named Erik Holm as chief executive from May.\n\nOrin Chips lost its finance chief, Monica Hale, after five months.\n\nThe Tram Council elected Amara Diallo as president.\n\nSend notices of appointments to the editor by noon.",
         leads={"Vanta Bank has named": "", "Orin Chips lost": ""}, out=("Send notices",)),
    Case(title="Energy round-up", kind=ROUND_UP,
         text="OFFSHORE WIND: Hansa has ordered 41 turbines for Lot C.\n\nSOLAR: Prices of cells fell by 3% in June.\n\nNUCLEAR: Poland picked a site near Gdansk.",
         leads={"Hansa has ordered": "Offshore Wind:", "Prices of cells": "Solar:"}),
    Case(title="Port week: Bari slips, Oslo talks", kind=ROUND_UP,
         text="Bari. The first crane has slipped from May to June, the port said. It would cost 2 million.\n\nOslo. Officials met dockers for the first time since 2021. No statement was issued.\n\nNew Haven. A train of 210 cars left the rails at noon. Nobody was hurt.",
         leads={"The first crane": "Bari:", "A train of 210": "New Haven:"}),
    Case(title="Week in review: ports, 6-12 May", kind=ROUND_UP,
         text="Bari: the crane is late\nThe port said on Tuesday that its crane would come in June.\n\nOslo: no talks\nDockers left the hall after 40 minutes.\n\nRiga: a train back\nA train of 210 cars was put on the rails again.",
         leads={"The port said": "Bari:", "Dockers left": "Oslo:"}),
    Case(title="Shipping wrap-up", kind=ROUND_UP,
         text="Tankers\n\nRates from the Gulf rose by 9%.\n\nContainers\n\nMaersk added two sailings to Durban.\n\nBulk\n\nThe index lost 41 points.",
         leads={"Rates from the Gulf": "Tankers:", "Maersk added": "Containers:"}),
    Case(title="The week in textiles", kind=ROUND_UP,
         text="Dhaka raised the minimum wage to 14,000 taka.\n\nInditex will close 41 shops in Spain.\n\nCotton stocks fell for a third month.",
         leads={"Dhaka raised": "", "Inditex will close": ""}),
    Case(title="Overnight: five things to know", kind=ROUND_UP,
         text="Oslo drops its plan for a levy on ferries. The ministry said that it would not go ahead with 15%. Docks had left.\n\nBari wins its permit, neighbours appeal. The court approved a quay for 1,900 ships. It may wait.\n\nRiga buys ferries again and again. The state awarded 40 million euros. There is no duty to buy more.",
         leads={"Oslo drops": "", "The ministry said": "", "The court approved": ""}),
    Case(title="A levy is no plan: three questions for Oslo", kind=TextKind.NEWS,  # an essay without headings
         text="Oslo will levy 4% in May. A draft names no ship.\n\nFirst, who pays? The owners pay 3 crowns. They have said so.\n\nSecond, who is spared? Ferries of 1,900 tonnes are.",
         leads={"A draft names": "", "The owners pay": "", "Ferries of": ""}),
    Case(title="Witnesses in the Lund trial", kind=TextKind.NEWS,
         text="Mr. Potanin said on Monday that he paid 3 million.\n\nDr. Lund put the ore at 14 million.\n\nRobert M. Alvarez will lead the board of 40.\n\nAcme Corp. Chief Executive Ada Brown told 90 owners of it.",
         leads={"Mr. Potanin": "", "Dr. Lund": "", "Robert M. Alvarez": "", "Acme Corp. Chief": ""}),
    Case(title="Ferries in short supply as yards wait", kind=TextKind.NEWS,
         text="Dealers in Oslo offered 40 ferries at 3 million. Lund had none left.\n\nChina granted no permits in May. Shipments fell to 12 ferries.\n\nMakers tested rafts. They save 40 tonnes.",
         leads={"Dealers in": "", "Lund had": "", "Shipments fell": ""}),
    Case(title="Brussels moves on scrap", kind=TextKind.NEWS,
         text="THE EUROPEAN COMMISSION HAS PROPOSED A ban on exports of ferries from May.\n\nYards sold 40 of them.",
         leads={"THE EUROPEAN": ""}),
    Case(title="The week in ports", kind=ROUND_UP,
         text="Quays\n\n• Output of Lund was 40 keels.\n\n• A yard opened in Riga. It will cost 3 million.\n\nFerries\n\n• Acme bought 12 of them.\n\n• Bari sold 4.",
         leads={"Output of Lund": "Quays:", "A yard opened": "Quays:", "Acme bought": "Ferries:"}),
    Case(title="London calling", kind=TextKind.NEWS,
         text="LONDON – Power cuts closed 40 mills in India.\n\nPARIS – The bank of Lund lent 3 million.\n\nOSLO – Dockers left 12 ships.",
         leads={"LONDON – Power": "", "OSLO – Dockers": ""}),
    Case(title="A yard that failed", kind=TextKind.NEWS,
         text="It failed. Nobody knows why the yard in Ystad was built in a bog in 1994.\n\nPrices fell. Steel cost 400 crowns less than in May of that year.\n\nNobody came. The yard had 40 berths and two ships.\n\nThen it rained. The keel of the third ship was under water in June.",
         leads={"Nobody knows": "", "Steel cost": "", "The yard had": ""}),
    Case(title="Quarry to pay for dust", kind=TextKind.NEWS,
         text="The quarry at Elba was fined 2 million euros for its dust.\n\nAlso today\n\nThe bakers of Parma strike for higher wages.\n\nThe quarry at Lipari has appealed its own fine.",
         leads={"The quarry at Elba": "", "The quarry at Lipari": ""}, out=("The bakers of Parma",)),
    Case(title="Carmakers cut jobs", kind=TextKind.NEWS,  # kinds of companies before their names are no headings
         text="Carmaker Vantage will cut 400 jobs in Ohio.\n\nSupplier Orin Seats said it would follow in May.\n\nAnalyst Ada Brown called it the start.\n\nRegulator Unica has asked for a plan.",
         leads={"Carmaker Vantage": "", "Supplier Orin": ""}),
    Case(title="Harbour opens after repairs", kind=TextKind.NEWS,
         text="GENOA, May 4 (Wire) - The harbour of Genoa opened on Monday.\n\nBerths 4 to 9 were dredged to 15 metres.", leads={"GENOA, May 4": ""}),
    Case(title="Why bread is dear", kind=TextKind.NEWS,
         text="Sheep\n\nLund farms lost 31 sheep in Bari.\n\nShips\n\nThe tender for diesel in Oslo drew eleven bids.\n\nShops\n\nTurku opened a shop in May.\n\nState\n\nThe tax in Riga fell to 52 crowns.",
         leads={"Lund farms": "", "The tender": ""}),
    Case(title="A harbour in four scenes: diesel, wells and sun in Riga", kind=TextKind.NEWS,
         text="Wells\n\nLund Steam has drilled the last of six wells in Riga.\n\nFuel\n\nThe tender for diesel drew eleven bids.\n\nSun\n\nThe harbour opened a plant of 150 MW for its sun cells in May.\n\nGas\n\nThe price in Riga fell to 52 crowns.",
         leads={"Lund Steam": "", "The tender": ""}),
)  # fmt: skip


def summarize(title: str, text: str) -> tuple[Highlight, ...]:
    return summarize_story((make_article(title=title, text=text),), settings=Editorial())


def test_an_item_is_named_also_where_somebody_says_it() -> None:
    text = (
        "Dairy\n\nMinister Ada Brown said that the merger of Mleko and Laka would be cleared in May.\n\n"
        "Poultry\n\nThe farm union said that 41 farms near Brest had lost their flocks.\n\n"
        "Prices\n\nPackers pay 120 euros a tonne, the exchange said on Friday."
    )
    article = make_article(title="Farm week: merger, bird flu, prices", text=text)
    shown = [one.shown for one in find_candidates(article, max_words=34)]
    assert [one.partition(":")[0] for one in shown] == ["Dairy", "Poultry", "Prices"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_item_is_told_under_its_name(case: Case) -> None:
    check(case)


def test_the_name_of_an_item_goes_no_further_than_its_paragraph() -> None:
    text = (
        "Our round-up of the week.\n\nManganese: Gabon has kept its ban on exports of raw ore from May.\n\n"
        "The Korean maker Daehwa has ended its contract with Silver Basin of Nevada, "
        "which missed a deadline in May.\n\nTin: the port of Callao has sold 31 tonnes to Lund."
    )
    found = summarize("The week: seven things that moved raw materials", text)
    told = [f"{one.lead_in.text if one.lead_in else ''} {one.text}" for one in found]
    assert any("Daehwa" in one for one in told)
    assert not any("Manganese" in one and "Daehwa" in one for one in told), told


def test_a_round_up_tells_each_item_once() -> None:
    text = (
        "Bari. The first crane has slipped from May to June. The port of Bari said that it would cost 2 million.\n\n"
        "Oslo. Dockers in Oslo won a rise of 5.5%. The strike in Oslo had cost 40 million crowns.\n\n"
        "Riga. The court of Riga has fined Lund Ferries 61 million euros. Lund Ferries said that it would appeal."
    )
    told = summarize("Port week: Bari slips, Oslo ends its strike, Riga fines", text)
    blocks = [text[: one.citation.start].count("\n\n") for one in told]
    assert sorted(blocks) == [0, 1, 2]
