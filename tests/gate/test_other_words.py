"""Denials, figures, names and hedges in an editor's other words, which pass, and beside each what may not."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

HEADLINE = "Notice No. 4 on ferry licences: questions and answers"
PUBLISHER = "Harbour Board of the Republic of Ostmark"
SOURCE = (
    "The brakes should have been checked on Monday by the yard.",
    "They were not.",
    "Is this the end of the diesel ferry?",
    "You were said to be in talks with a large Finnish yard.",
    "I can't comment on yards.",
    "We set aside 3.1 million euros for one broken engine.",
    "Without that, profit would have risen 7%.",
    "Let us stop painting hulls every spring.",
    "The line does not yet have timetables for the winter harbour.",
    "It is the first time that a Nordic harbour has withdrawn a licence already granted.",
    "Passengers don't notice, and a ticket is cheap.",
    "With diesel where it stood two years ago it would be a wash.",
    "Net profit attributable to owners rose 9% to 48 million euros.",
    "Excluding the sale of a pier, net profit stood at 37 million euros, an increase of 4%.",
    "About 26, on an annual basis.",
    "Last spring you promised 40 sailings a year by now.",
    "40 by the end of August.",
    "Dana Moss, 43, joined the line as captain in April.",
    "The 19-seater will sail in 2028, Dana Moss said.",
    "Revenue increased 4% to 22.1 million euros.",
    "Operating profit was 4.9 million euros (5.2 million), with the increase in dues of 0.5 million not recovered.",
    "The yard will deliver not less than 35 and up to 60 hulls per year.",
    "The line has denied a report that it intends to stop selling paper tickets.",
    "There was talk that the line had sold more than the 600 cabins it was first said to have sold.",
    "Crossings for the purposes of training or testing are exempt.",
    "The Board is considering whether to recommend the purchase of nine ferries.",
    "The second quay will be postponed by nine months.",
    "Ida Riemer teaches transport economics in Turku.",
    "A post on a channel claimed responsibility for the fire.",
    "It is untrue, according to the line.",
    "The line lost a contract worth €31m a year.",
    "Under the rules, 12 ferries are licensed by the Board.",
    "The state promised a grant of 40 million pounds.",
    "Four hundred and eighty crowns is the fare with a car.",
    "There is no text, no start date and no list of quays.",
    "The Ministry of Transport wants a duty on diesel.",
    "In 2023 a cabin cost 210 crowns.",
    "In August it was 480.",
    "Punctuality was 95.1 percent, compared with 96.4 percent for the rival.",
    "A second yard of 41.2 billion rupees was approved.",
    "The yard made 7,800 metric tons of plate.",
    "Of the grant 3.6 million was paid, and the state seeks to recover 2.9 million.",
    "Fees will be capped at 75 crowns.",
    "Shares of the line, which rose as much as 9.4% on Monday, gave up most of the gain and closed 1.2% higher.",
    "The ferry carried 310 cars a day in 2024, up from 265 a year earlier.",
    "The yard uses 210 gigawatt-hours a year and heats its steel to 450 degrees.",
    "Ostmark set aside 39 billion yen and 90,000 pounds of zinc for hulls.",
    "Halden Line has agreed to buy the Ribe quay from Nordfjord Shipping for 148 million euros.",
    "Dues at the Ribe quay are 78 crowns per tonne, and the yard builds 40 hulls a year.",
    "The subsidy would cover half of the fares.",
    "A shortage of captains could push the first sailing into 2027.",
    "The court threw out a request to suspend the licence.",
)


def reasons(text: str, *numbers: int) -> tuple[str, ...]:
    cited = [SOURCE[number] for number in numbers]
    return check_bullet(
        text, headline=HEADLINE, publisher=PUBLISHER, cited=cited, source=" ".join(SOURCE)
    ).reasons


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The brakes were not checked by the yard as they should have been.", (0, 1)),
        ("She says this is not the end of the diesel ferry.", (2, 4)),
        ("She would not comment on reported talks with a large Finnish yard.", (3, 4)),
        ("Profit would have risen 7% without 3.1 million euros set aside for one broken engine.", (5, 6)),
        ("The column argues for no longer painting hulls every spring.", (7,)),
        ("Timetables for the winter harbour are lacking.", (8,)),
        ("No Nordic harbour had withdrawn a licence already granted.", (9,)),
        ("A ticket is cheap today, but not at diesel prices of two years ago.", (10, 11)),
        ("Net profit rose 9% to 48 million euros, or 4% to 37 million excluding a pier.", (12, 13)),
        ("Sailings are about 26 a year, against 40 promised by now.", (14, 15)),
        ("The line wants 40 sailings by the end of August.", (16,)),
        ("Captain Dana Moss said the 19-seater will sail in 2028.", (17, 18)),
        (
            "Revenue increased 4% to 22.1 million, but operating profit fell to 4.9 million euros.",
            (19, 20),
        ),
        ("The yard will deliver 35 to 60 hulls a year.", (21,)),
        ("The line denied a report that it will stop selling paper tickets.", (22,)),
        ("Cabins sold, first said to be 600, are under discussion.", (23,)),
        ("The state promised a 40-million-pound grant.", (32,)),
        ("With a car the fare is 480 crowns.", (33,)),
        ("There is a deal without text, start date or list of quays.", (34,)),
        ("The Transport Ministry wants a duty on diesel.", (35,)),
        ("A cabin cost 480 crowns in August, against 210 in 2023.", (36, 37)),
        ("Punctuality was 95.1 percent against the rival's 96.4.", (38,)),
        ("A 41.2 billion rupee yard was approved.", (39,)),
        ("The yard made 7,800 tonnes of plate.", (40,)),
        ("The state seeks 2.9 of the 3.6 million that was paid.", (41,)),
        ("Fees are capped at 75 crowns.", (42,)),
        ("Shares jumped as much as 9.4% on Monday, but then fell back and closed up 1.2%.", (43,)),
        ("Crossings for training are exempt.", (24,)),
        ("The Board is considering recommending the purchase of nine ferries.", (25,)),
        ("The line is postponing its second quay by nine months.", (26,)),
        ("Economist Ida Riemer teaches in Turku.", (27,)),
        ("The line rejects as untrue a post that claimed responsibility for the fire.", (28, 29)),
        ("The line lost a €31m-a-year contract.", (30,)),
        ("Ostmark's harbour board says that 12 ferries are licensed under the rules.", (31,)),
        ("The ferry carried 310 cars a day in 2024 after 265 in 2023.", (44,)),
        ("The yard uses 210 GWh a year and heats its steel to 450°.", (45,)),
        ("Ostmark set aside ¥39bn and 90,000 lb of zinc for hulls.", (46,)),
        ("Halden Line agreed to buy a quay at Ribe from Nordfjord Shipping for 148 million euros.", (47,)),
        ("Dues at the Ribe quay are 78 crowns a tonne; the yard builds 40 hulls a year.", (48,)),
        ("The subsidy covers half of the fares.", (49,)),
        ("A lack of captains could delay the first sailing to 2027.", (50,)),
        ("A court refused to suspend the licence.", (51,)),
    ],
)
def test_a_faithful_bullet_passes(text: str, numbers: tuple[int, ...]) -> None:
    assert reasons(text, *numbers) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The yard did not set aside 3.1 million euros for one broken engine.", (5,)),
        ("The line does have timetables for the winter harbour.", (8,)),
        ("The line sold no paper tickets and lost no contract.", (30,)),
        ("Net profit rose 9% to 48 million euros, or 4% to 37 million dollars.", (12, 13)),
        ("The line wants 40 tonnes by the end of August.", (16,)),
        ("Dana Moss, 19, joined the line as captain in April.", (17, 18)),
        ("Revenue fell 4% to 22.1 million euros.", (19, 20)),
        ("The yard will deliver 35 hulls per year.", (21,)),
        ("The line intends to stop selling paper tickets.", (22,)),
        ("The Board recommends the purchase of nine ferries.", (25,)),
        ("The line lost a €31bn-a-year contract.", (30,)),
        ("The state promised a 40-billion-pound grant.", (32,)),
        ("With a car the fare is 460 crowns.", (33,)),
        ("A 41.2 million rupee yard was approved.", (39,)),
        ("The yard made 7,800 kilograms of plate.", (40,)),
        ("Fees were capped at 75 crowns.", (42,)),
        ("The ferry carried 310 cars a day in 2024 after 265 in 2022.", (44,)),
        ("Cars carried fell to 310 a day in 2024 from 265.", (44,)),
        ("The yard uses 210 MWh a year and heats its steel to 450 degrees.", (45,)),
        ("Nordfjord Shipping has agreed to buy the Ribe quay from Halden Line for 148 million euros.", (47,)),
        ("Dues at the Ribe quay are 78 crowns per kilogram.", (48,)),
        ("Ida Riemer said the 19-seater will sail in 2028.", (18,)),
        ("The yard builds 40 hulls a month.", (48,)),
    ],
)
def test_what_is_changed_is_refused(text: str, numbers: tuple[int, ...]) -> None:
    assert reasons(text, *numbers)
