"""What an editor leaves out or says the other way round, and the same with one thing changed."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

PAIRS = [
    # the bullet, with what is faithful and what is changed, and what it rests on
    ("Sales rose to {NGN 412.6|USD 412.6} billion.", "Revenue grew to ₦412.6 billion."),
    ("The yard costs $486m, 62% above {$300m|$310m}.",
     "The yard costs $486 million, which is 62 percent more than the $300 million of 2023."),
    ("Bo keeps {310|410} of 1,480 sailors.", "It takes over 310 of the 1,480 sailors."),
    ("It meets 6% of demand {at the most|already}.", "It meets at most 6 percent of demand."),
    ("Nine yards are sold; {12 more|13 more} were annulled, with fewer than three bidders.",
     "Nine yards are sold. The auction of the other 12 stands annulled, as fewer than three bidders were found."),
    ("Salt slipped to $118-126 from {$124-131|$134-131} as ferries came.",
     "Salt gave way, to $118-126 from $124-131 a week ago, as ferries came."),
    ("The court cleared the sale {4-2|5-2}.", "By four votes to two the court approved the sale."),
    ("Bo sells {Mozambican|Zambian} salt.", "Bo sells salt from Mozambique."),
    ("Bo sells {Turkish|Bulgarian} salt.", "Bo sells salt from Türkiye."),
    ("Bo sells shares at {15p|16p}.", "Bo sells shares at 15 pence each."),
    ("Profit {declined|rose} to EUR 13.1 million from EUR 20.4 million.",
     "Profit amounted to EUR 13.1 million (20.4), a fall from EUR 20.4 million."),
    ("{37 of 112|All 112} yards work four days a week.", "Of late 37 of the 112 yards work four days a week."),
    ("Salt cost {$36/t|$37/t}.", "Salt was $36 a ton."),
    ("It may be revised {within five|in five} working days.", "It may be revised by up to five working days later."),
    ("Repairs may last {as long as six|six} weeks.", "Repairs could take up to six weeks."),
    ("{It rules out|It was} an attack.", "It was not an attack."),
    ("The mill handles {1,500 tonnes|1,500 pounds} of salt a day.", "The mill handles 1,500 tpd of salt."),
    ("Bo sails north of {Concepción|Valparaíso}.", "Bo sails north of Concepciòn."),
    ("Following Bo's sale the yard is {shut|open}.", "Bo's yard is shut after its sale."),
    ("Sales of cut flowers {rose|fell} 46%.", "Bo's sales of cut flowers rose 46%, and that of salt fell."),
    ("Its study {left out|covered} the planned sea yard.", "Its study did not cover the planned sea yard."),
    ("The {Ribe-Oslo|Ribe-Narvik} road is closed.", "The road between Ribe and Oslo is closed."),
    ("Halden Line's chief {Bo Lund|Al Berg} says salt is dear.", "Bo Lund, chief of Halden Line, says salt is dear."),
    ("If sailors reject {the offer|a salt offer of 9%}, the strike could be in June.",
     "The ballot runs until May, and if sailors reject the offer the strike could be held in June."),
    ("Bo ran for {1,100 hours|1,200 hours}.", "Over 1,100 hours it ran for Bo."),
    ("Sales rose to CZK 1.1 billion from {0.4|0.5} billion.", "Sales rose to CZK 1.1 billion from CZK 0.4 billion."),
    ("Rejects run at 11 percent against {4|5}.", "Rejects run at 11 percent. On wet lines it is 4 percent."),
    ("The ferry costs $70 million, not {$110|€110} million.", "It costs 70 million dollars. We had said 110 million."),
    ("Bo carries {1,200 tons|1,200 pounds} of salt.", "Bo carries 1,200 metric tons of salt."),
    ("The well found salt over {12.3 m|12.4 m}.", "The well found salt over 12.3m (from the deck)."),
    ("The deposit {rises to USD 82 million from USD 50|rises to USD 50 million from USD 82} million.",
     "The deposit is raised from USD 50 million to USD 82 million."),
    ("Bids are due {by|after} 5 p.m. on 24 April.", "Bids must be received no later than 5 p.m. on 24 April."),
    ("Salt has seen a {40%-plus|40%} rise.", "Salt has risen by more than 40%."),
    ("Shares closed 1.8% higher after being up {9.5%|9.6%} before reports of a fire.",
     "Shares closed up 1.8%, having been up 9.5% before the first reports of a fire."),
    ("The cost is {£31|£32}, excluding the yard.", "The cost is £31. That does not include the yard."),
    ("The deposit comes back {absent|with} a sale by June.", "The deposit comes back if there is no sale by June."),
    ("Bo sells {LFP|NMC} cells in Ribe.", "Bo sells lithium iron phosphate cells in Ribe."),
    ("Bo's notice says it sails {in|not in} May.", "It may sail in May, not later than Bo's notice says."),
    ("Sales rose 12% to $85 million and the loss narrowed to {$22|$23} million from $31 million.",
     "Sales of $85 million, up 12%. Net loss of $22 million, compared to $31 million."),
    ("Bo sees sales of {SEK 1.70-1.85|SEK 1.70-1.86} billion no more, but of SEK 1.75-1.85 billion.",
     "Bo now sees sales of SEK 1.75-1.85 billion (previously: 1.70-1.85)."),
    ("The margin of Bo is {96.12%|96.13%}.", "Bo | 96.12. Of others the margin is 41.25 percent."),
    ("The order is worth {about KRW|KRW} 1.1 trillion.", "The contract is worth approximately KRW 1.1 trillion."),
    ("Bo cites the town's {pending|full} approval of its new yard.", "The new yard has not been approved by the town."),
    ("The {Tajik|Uzbek} output of salt fell 9%.", "Tajikistan's output of salt fell 9%."),
    ("Salt fell to {$31 per metric ton|$31 per kg} in Ribe.", "Salt was assessed at $31/mt in Ribe, down from $35/mt."),
    ("Shortages have {not fallen|fallen} yet.", "Shortages, Bo says, have not fallen yet, though they last less long."),
    ("Parting them has {not been|been} tried yet.", "To separate them has not been tried yet."),
    ("Bo makes 118 of {346 metric tons|346 pounds}.", "Bo, of 900 metric tons, makes 118 of the 346 tons."),
    ("Bo pays in two {$60|$61} million parts.", "Bo pays the second and third parts, of $60 million each."),
    ("Staff voted {82 per cent against|82 per cent for} the offer.", "Staff rejected the offer by 82 per cent."),
    ("A rule {caps|puts} ferries from countries that border Bo at 60% of all.",
     "Ferries from Bo may be no more than 60% of all."),
    ("Bo sails only with {80|81} cars.", "Bo sails only if it has at least 80 cars on board."),
    ("{Most sailings|Sailings} end within 45 days.", "Bo finishes most of them within 45 days."),
    ("Of its 300-seat ferries {62% are full, of the 200-seat ones 93%|93% are full, of the 200-seat ones 62%}.",
     "Of the 200-seat ferries 93% are full. Of the 300-seat ferries only 62% are full."),
    ("Bo {has not declared|has declared} a halt of its ferries and declined to comment on salt.",
     "Bo has not declared a halt of its ferries, two people said. It declined to comment on salt."),
    ("Bo told owners to look at each hub, {without recommending|recommending} that ferries be halted.",
     "Bo told owners to look at each hub. It stopped short of recommending that ferries be halted."),
]  # fmt: skip


def fill(text: str, side: int) -> str:
    before, rest = text.split("{")
    choice, after = rest.split("}")
    return before + choice.split("|")[side] + after


def is_grounded(text: str, source: str) -> bool:
    return check_bullet(
        text, headline="Bo sails from Ribe", publisher="", cited=(source,), source=source
    ).grounded


@pytest.mark.parametrize(("text", "source"), PAIRS)
def test_what_is_told_in_fewer_words_passes(text: str, source: str) -> None:
    assert is_grounded(fill(text, 0), source)


@pytest.mark.parametrize(("text", "source"), PAIRS)
def test_the_same_with_one_thing_changed_is_refused(text: str, source: str) -> None:
    assert not is_grounded(fill(text, 1), source)


def test_what_heads_a_point_of_a_list_is_no_name() -> None:
    rows = ("Sailings: 612,000 in May (April: 588,000).", "Recovery: 61% in May (April: 67%).")
    text = "Sailings: 612,000 (April: 588,000); Recovery: 61% (April: 67%)."
    source = " ".join(
        (*rows, "The Recovery is a ferry of Bo's, and Bo said on Monday that the Recovery sails.")
    )
    assert check_bullet(text, headline="Bo sails", publisher="", cited=rows, source=source).grounded


SAID = (
    "“At today's salt price our value would be close to double the base case,” Bo Lund said on a call.",
    "“A yard that needs $620 is an option on Oslo,” said Ada Berg, who covers salt in Ribe.",
    "The company did not say when it will start.",
)
BOTH = "{} said the value would be close to double the base case at today's salt price; {} saw an option on Oslo."
ONE = (
    "{} said that at today's salt price the value would be close to double the base case, and {} covers salt."
)


HEADS = (
    "KUALA LUMPUR, Nov 12 (Salt Newswire) - Bo Lund will open its yard in Ribe in May.",
    "Salt Week: You promised more salt.",
)


@pytest.mark.parametrize(
    "text",
    [
        "Bo Lund will open its yard in Ribe, Denmark, in May.",
        "Bo Lund will open a yard in May; asked, it promised more salt.",
    ],
)
def test_whoever_prints_it_is_nobody_in_the_news(text: str) -> None:
    source = " ".join((*HEADS, "Denmark has no other yard."))
    verdict = check_bullet(text, headline="Bo Lund opens", publisher="Salt Week", cited=HEADS, source=source)
    assert verdict.grounded, verdict.reasons


@pytest.mark.parametrize("text", [BOTH, ONE])
def test_who_says_what_another_says_is_refused(text: str) -> None:
    article = " ".join(SAID)
    for names, holds in ((("Bo Lund", "Ada Berg"), True), (("Ada Berg", "Bo Lund"), False)):
        told = text.format(*names)
        verdict = check_bullet(told, headline="Salt in Ribe", publisher="", cited=SAID[:2], source=article)
        assert verdict.grounded is holds, verdict.reasons
