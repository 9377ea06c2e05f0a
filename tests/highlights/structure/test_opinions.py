from __future__ import annotations

import pytest

from newsletter.highlights.structure import TextKind
from newsletter.model import PublisherKind
from tests.highlights.structure.reading import Case, check

OPINION = TextKind.OPINION
CASES = (
    Case(title="My town lost its bank", kind=OPINION,
         text="By Morag Lennox\n\nI have banked at one counter for 31 years. The bank is shutting 64 branches by May. I pay my gas bill by telephone. I believe that the regulator should act.\n\nMorag Lennox kept the books of a creamery. The views expressed are her own.",
         leads={"I believe that": "Morag Lennox says:", "The bank is shutting": "Morag Lennox says:"}, out=("By Morag", "Morag Lennox kept", "The views")),
    Case(title="Rules risk heating a hot market: Bousset", kind=OPINION,
         text="Policymakers have shot themselves in the foot. Storage was at 49% on Monday. The target puts buyers at a disadvantage. Traders have little reason to store before winter 2026.",
         leads={"The target puts": "Bousset says:", "Traders have": "Bousset says:", "Storage was": "Bousset says:"}),
    Case(title="Opinion: let the ferries run", kind=OPINION, byline="Ada Brown",
         text="The island needs its ferries. It has 4,000 people. Subsidies are a small price.", leads={"Subsidies are": "Ada Brown says:"}),
    Case(title="Stop paying for concrete", kind=OPINION,
         text="Last month I stood on a bridge in Porto. My view is that we build too much. I would freeze grants for two years.\n\nInes Vala is a former head of roads at the ministry. The opinions expressed here are her own.",
         leads={"I would freeze": "Ines Vala says:"}, out=("Ines Vala is", "The opinions")),
    Case(title="Antimony: we cut our forecast", kind=OPINION, publisher=PublisherKind.ANALYST,
         text="We cut our forecast by 22% to $26,000 a tonne. We think the market is wrong. Consensus stands at $34,500.", leads={"Consensus stands": "Mining Weekly says:"}),
    Case(title="Bakers deserve better", kind=OPINION, byline="By Jon Byrne",
         text="I bake at four in the morning. I earn 14 euros an hour. My oven is older than I am.", leads={"I earn 14": "Jon Byrne says:"}),
    Case(title="The oven of Lund", kind=OPINION,
         text="By Jon Byrne. Photographs by Ada Moe\n\nI bake at four in the morning. I earn 14 euros an hour. My oven is older than I am.", leads={"I earn 14": "Jon Byrne says:"}),
    Case(title="Harbour reopens", kind=TextKind.NEWS, byline="Jon Byrne",
         text="The harbour reopened on Monday. “I am glad,” the mayor said. “My town needs it.”", leads={"The harbour reopened": ""}),
    Case(title="Eighteen months for a crane", kind=TextKind.NEWS,
         text="The crane costs 2 million euros. It takes four years to make.\n\nThe port hired 90.\n\nA third left in May.\n\nThe rest is old.\n\nThe yard in Split is full until 2031.\n\n“The others went to Ulm,” says Ada Brown. “I do not blame them. I was in Ulm. I liked it. I had a bed. I ate well. I came back. My sister stayed.”\n\nThe port waits.\n\nA loan is due in June.\n\nThe bank wants seven orders.\n\nThree have come.\n\nThe yard grows by 4% a year.\n\nIt paid 9 million in tax.", leads={"The crane costs": ""}),
    Case(title="Acme to build in Ohio: Brown", kind=TextKind.NEWS,
         text="Acme will build in Ohio, its chief Ada Brown said. The plant costs $40 million.", leads={"The plant costs": ""}),
    Case(title="Ferry firm hires", kind=TextKind.NEWS,
         text="Skagen Line hires 40 people. We asked its rivals, which have 200.", leads={"Skagen Line hires": ""}),
    Case(title="The canal is open. Who is in a hurry?", kind=OPINION,
         text="OPINION\n\nTobias Renn\n\nA minister says that the canal is safe. It carries 40 ships a day.", leads={"It carries": "Tobias Renn says:"}),
    Case(title="Nobody owns the crane", kind=OPINION,
         text="DOCK LINES by Ada Brown\n\nI like cranes. My father ran one for 31 years. I say the port should buy 2.", leads={"My father": "Ada Brown says:"}),
    Case(title="The sand beneath us", kind=OPINION,
         text="R. M. Sundar\n\nEvery monsoon brings the sand back. The mill makes 90 tonnes of rutile.\n\nThe writer was a member of the planning board. Views are personal.",
         leads={"The mill makes": "R. M. Sundar says:"}),
    Case(title="The man who draws chips", kind=TextKind.NEWS,  # a portrait, whose author says "I" as well
         text="Finn Moe is late. I ask why Cairo. He thinks it is the wrong question. He says it is cheap. I say so. He tells me of 90 engineers. He says they left. I write it down. He explains it all.", leads={"Finn Moe is late": ""}),
    Case(title="Opinion: a court orders it", kind=OPINION,  # a letter in it, and a town above it, signed nothing
         text="NEW YORK\n\nA court in New York ordered Acme to pay. Its letter ran:\n\nWe are sorry.\n\nYours sincerely,\nBob Green\n\nAcme will pay $4 million by July.\n\nThe port is shut.\n\nIt opens in May.", leads={"The port is shut": "Mining Weekly says:"}),
    Case(title="The mill lost my vote", kind=OPINION,
         text="ADA BROWN\nGuest columnist\n\nI milled here for 31 years. I got $212 this winter. I want my sacks back. The mill needs $6 million.\n\nAda Brown grows rye near Irene.", leads={"The mill needs": "Ada Brown says:"}),
    Case(title="The case for caution", kind=OPINION, byline="Ada Brown",
         text="I think of ferries. I sail. I steer. My boat is old. I paint it. The case for caution in the north is a strong one.", leads={"The case for caution": "Ada Brown says:"}),
    Case(title="A year of wool", kind=TextKind.NEWS,  # a reporter's signature above, who she is below, and one "I" without its marks
         text="By Ada Brown\n\nThe mill opened on Monday. I am glad, the mayor said. It has 40 looms.\n\nAda Brown is a writer in Ulm.", leads={"The mill opened": ""}),
    Case(title="Wollhof reports to its shareholders", kind=TextKind.RELEASE, publisher=PublisherKind.ISSUER,
         text="Wollhof AG today issues a letter.\n\nDear holders, I thank you. My first year was good. I raised sales to 640,000 euros. I am glad. I can say that I hired 9. I end here.", leads={"I raised": ""}),
    Case(title="Pay the ferryman", kind=OPINION,
         text="Leading article\n\nThe ferry fell behind by 9 days. The state should pay.", leads={"The ferry fell": "Mining Weekly says:"}),
    Case(title="A floor until you stand on it", kind=OPINION,
         text="VIEWPOINT | Callum Reyes\n\nThe floor stands at 98 dollars. It will not hold.", leads={"The floor stands": "Callum Reyes says:"}),
    Case(title="A promise. Keep it", kind=OPINION, text="THE LEDGER VIEW\n\nThe town was promised 400 jobs. It has nine.", leads={"The town was": "Mining Weekly says:"}),
    Case(title="I bought a year's worth of rope",  kind=OPINION,
         text="I ran a yard. I bought rope at 9 euros. My chairman read of a war. I thought myself clever. I sold it for 3.\n\nThe Government is to publish a list in May. I will read it.", leads={"The Government is": "A column in Mining Weekly says:"}),
    Case(title="Letters: a floor is a ceiling", kind=OPINION, text="SIR – Your article welcomes a price of $110. It is too high.", leads={"It is too": "A letter to Mining Weekly says:"}),
    Case(title="Perspective: a floor is a ceiling", kind=OPINION,
         text="Column: The Assay Office, by Ada Brown\n\nThe floor stands at 98 dollars. It will not hold.", leads={"The floor stands": "Ada Brown says:"}),
    Case(title="Opinion-makers meet in Davos", kind=TextKind.NEWS, text="They meet on Monday. 40 of them will speak.", leads={"40 of them": ""}),
    Case(title="The woman who makes cheese", kind=TextKind.NEWS, byline="Jon Byrne",
         text="“I get up at four,” says Ada Moe, 58. “I have done so for years.” Her dairy has nine cows. “I do not sell to shops,” she says. “My customers know my name.”", leads={"Her dairy": ""}),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_all_of_an_opinion_stands_under_its_author(case: Case) -> None:
    check(case)
