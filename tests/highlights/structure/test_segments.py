from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.structure import TextKind
from newsletter.highlights.structure.units import show_label
from newsletter.highlights.summarize import summarize_story
from tests.highlights.structure.reading import Case, check
from tests.support.factories import make_article

FIGURES = TextKind.FIGURES
CASES = (
    Case(title="Results of Nordbus", kind=FIGURES,
         text="Group revenue rose 4% to 810 million kroner.\n\nSupport Services – operating loss of 55,000 kroner after a strike.\n\nCity Lines – revenue of 402 million kroner, up 9%.",
         leads={"operating loss": "Support Services:", "revenue of 402": "City Lines:", "Group revenue": ""}),
    Case(title="Orin reports", kind=FIGURES,
         text="Orin earned 40 million euros.\n\nMemory\n\nRevenue fell to 210 million euros.\n\nSensors\n\nSales doubled to 90 million euros.\n\nOutlook\n\nThe company expects revenue of 1.2 billion euros.",
         leads={"Revenue fell": "Memory:", "Sales doubled": "Sensors:", "The company expects": ""}),
    Case(title="Brook & Hale: half-year", kind=FIGURES,
         text="Group revenue rose 3.2% to £612 million.\n\nWater and Waste (44% of group revenue)\n\nRevenue grew 9.6% to £269 million.\n\nRail Systems (21%)\n\nRevenue fell 8.3% to £128 million.",
         leads={"Revenue grew": "Water and Waste:", "Revenue fell": "Rail Systems:", "Group revenue": ""}),
    Case(title="Kestrel Hotels half-year", kind=FIGURES,
         text="• Resorts: revenue of $80 million, up 4%\n• Casinos: operating loss of $3 million\n• Clubs: revenue of $9 million",
         leads={"revenue of $80": "Resorts:", "operating loss": "Casinos:"}),
    Case(title="Brenna Dairy: first quarter", kind=FIGURES,
         text="Brenna sold milk for EUR 754 million.\n\nFresh Milk\n\nNet sales rose 3.5% to EUR 412 million. Volumes were 2% higher.\n\nCheese and Butter\n\nNet sales were EUR 155 million, as cheese exports outweighed dearer butter. The margin was 14%.\n\nCorporate costs were EUR 11 million.\n\nThe company's net income was EUR 31 million. Total sales were EUR 566 million.",
         leads={"Net sales rose": "Fresh Milk:", "Volumes were": "Fresh Milk:", "Net sales were": "Cheese and Butter:", "The margin was": "Cheese and Butter:", "Corporate costs": "", "Brenna sold": "", "The company's net": "", "Total sales": ""}),
    Case(title="Stores to close in Wick", kind=TextKind.NEWS,  # headings of a story, and no segments
         text="Brook plans to close two stores.\n\nA crowded field\n\nVolumes fell 4% in all stores.\n\nWhat comes next\n\nSales of 31 million are expected in May.",
         leads={"Volumes fell": "", "Sales of": ""}),
    Case(title="Lund Ferries: record quarter", kind=FIGURES,
         text="Lund Ferries sold 40 ships.\n\nShort Sea segment\n\nRevenue was 151 million euros. The quay ran at 93%.\n\nCargo division\n\nEBIT declined to 11 million euros.\n\nNet debt was 2.1 times EBITDA.",
         leads={"Revenue was": "Short Sea segment:", "The quay ran": "Short Sea segment:", "EBIT declined": "Cargo division:"}),
    Case(title="Lund Ferries: first quarter", kind=FIGURES,
         text="Net income was 92 million euros.\n\nSegment analysis\n\nFerries and tugs. Revenues totaled 287 million euros. Volumes grew 27%.\n\nSmall boats. Revenues totaled 24 million euros.\n\nCanal barges. Sales fell 2%.\n\nThe board has approved 18 cents.",
         leads={"Revenues totaled 287": "Ferries and tugs:", "Volumes grew": "Ferries and tugs:", "Sales fell": "Canal barges:", "The board has": ""}),
    Case(title="Cheese slides, butter holds", kind=FIGURES,
         text="Turku, Thursday\n\nGoat cheese. Aged, 99%, fell to $28-30 per kg. Sellers gave two reasons for it.\n\nButter. $5-6 per kg. There was one deal, 60 kg at $5.\n\nSour cream. Fresh $11-13 per kg, steady.\n\nAll were asked by telephone.",
         leads={"Aged, 99%": "Goat cheese:", "Sellers gave": "Goat cheese:", "There was one": "Butter:", "Fresh $11": "Sour cream:", "All were": ""}),
    Case(title="Dairy: cheese at a high", kind=FIGURES,
         text="Cheese reached a high in Turku.\n\nCHEESE\n\nAged was $24-25 a kg, up from $23-24 a kg. Fresh was $21-22 a kg.\n\nBUTTER\n\nSalted was $14-15 a kg.\n\nWHEY\n\nDry slipped to 6,050-6,200 yen from 6,100 yen.",
         leads={"Aged was": "Cheese:", "Salted was": "Butter:", "Dry slipped": "Whey:", "Cheese reached": ""}),
    Case(title="Nordbus: nine months", kind=FIGURES,
         text="Lines: EBIT fell to 488 million kroner.\n\nDepots: EBIT rose to 297 million kroner.\n\nA strike cost 40 million kroner.\n\nRental: EBIT was 9 million kroner.\n\nTaxis: EBIT was 2 million kroner.",
         leads={"EBIT rose": "Depots:", "A strike cost": "", "EBIT was 9": "Rental:"}),
    Case(title="Cheese, butter: the month-end picture", kind=FIGURES,
         text="CHEESE\n\nOutside the north aged was at $28-30 per kg, from $25-26. A yard in Turku has 400 kg more.\n\nBUTTER\n\nDown for a second month. Sellers took $5-6 per kg. One in Oslo sold 90 kg.\n\nOUR TAKE\n\nMilk is late in all of the north.",
         leads={"Outside the north": "Cheese:", "Sellers took": "Butter:", "Milk is": ""}),
    Case(title="Scrap: Turkey pays more", kind=FIGURES,
         text="Turkey. Mills paid $352 per tonne, up $4.\n\nJapan. Mills paid $310 per tonne. The company of Lund sold some.\n\nSpain. Mills paid $300 per tonne. Rain fell.",
         leads={"Mills paid $352": "Turkey:", "The company of": "Japan:", "Rain fell": "Spain:"}),
    Case(title="The mirage of recycling", kind=TextKind.OPINION, byline="Peter Hall",
         text="Small flows. We throw away 20,000 cheeses a year, and I doubt that a tenth comes back. I have seen them.\n\nPoor returns. A kilogram is worth $16, and it costs me $20 to get it out. I lose.\n\nBad law. Brussels wants 25% but tests nobody, as I told them. We pay $3 for it.\n\nPeter Hall is the founder of a dairy in Turku.",
         leads={"We throw away": "Peter Hall says:", "A kilogram is": "Peter Hall says:"}),
    Case(title="Why cheese is dear", kind=TextKind.NEWS,
         text="Milk is scarce in the north.\n\nThe cows are late\n\nA litre costs $3 a kg in Turku. Nobody has hay. The barns stand empty. Farmers blame the rain.\n\nApproval takes time\n\nEach permit costs up to $30,000 a farm. A clerk reads it. He has a cold. So it goes.",
         leads={"A litre costs": "", "Each permit": ""}),
    Case(title="A bank and a business", kind=TextKind.NEWS,
         text="Vanta Bank will sell its Leasing business. Revenue of the bank was $3 billion.", leads={"Revenue of the bank": ""}),
    Case(title="Study of ferries", kind=TextKind.NEWS,
         text="Methods\n\nThe team counted 412 ferries.\n\nFindings\n\nNine in ten were late.", leads={"Nine in ten": ""}),
    Case(title="Ports count boxes", kind=TextKind.NEWS,
         text="Ports handled more boxes.\n\nBoxes by port, thousand\nPort May June Change\nGenoa 210 221 +5\nTrieste 80 79 -1\n\nGenoa gained a service to Tunis.",
         leads={"Genoa gained": ""}, out=("Port May", "Genoa 210", "Boxes by port")),
    Case(title="Acme sells a plant", kind=TextKind.NEWS,
         text="Acme sold its plant in Lyon for 40 million euros.\n\nPrice – the buyer pays 30 million euros now.", leads={"Acme sold": ""}),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_no_figure_of_a_segment_reads_as_the_companys(case: Case) -> None:
    check(case)


PRICES = """
Cheese gained this week, as late milk kept the market short of supply in all of the north.

Cheese was assessed at $24.90-25.70/kg in Turku, up from $24.50-25.25/kg. A deal for 10t was reported at $25.40/kg.

Cheese rind was stable at $9.50-10.00/kg in the absence of fresh tenders, and stocks of it were low in all ports.

Butter eased to $14.80-16.20/kg from $15.00-16.50/kg, on more offers from a maker outside the north.

Cream was quiet at $3.80-5.20/kg, down from $4-5.50/kg. Bakers have been absent since February.
"""


def test_a_product_may_stand_above_its_prices() -> None:
    text = (
        "Cheese. Aged $28-30 per kg, up from $25-26. Nobody sold.\n\nButter. Salted $5-6 per kg. One deal, at $5.\n\n"
        "Cream. A jump after five weeks of silence: $18.20-20.50 per kg, from $14.80-16.30. Few had it.\n\n"
        "Whey. Dry $3-4 per kg, from $3-3.50. Bids at $2."
    )
    title = "Dairy, Turku: cheese firm, cream wakes up"
    told = summarize_story((make_article(title=title, text=text),), settings=Editorial())
    assert {"Cheese:", "Cream:"} <= {one.lead_in.text for one in told if one.lead_in}


def test_the_number_of_a_hole_keeps_its_capitals() -> None:
    sentences = split_sentences("DRILLING AT BARI\n\nThe hole was sunk in May and hit 31 m of ore.")
    assert show_label("HOLE BNAC114:", sentences) == "Hole BNAC114"
