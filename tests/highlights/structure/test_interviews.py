from __future__ import annotations

import pytest

from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.model import PublisherKind
from tests.highlights.structure.reading import Case, check
from tests.support.factories import make_article, make_publisher

CASES = (
    Case(
        title="The last boat builder of Pori",
        text="Boats take a year to build. Yet Ada Lindqvist, who has run the yard of Pori Boats since 2016, refuses to grow.\n\n"
        "Why not grow?\n\nWe have 12 builders and need 20.\n\nWhat would help?\n\nWe want a school for welders.\n\n"
        "And when?\n\nWe need it by 2028.",
        kind=TextKind.INTERVIEW,
        leads={"We have 12": "Ada Lindqvist says:", "We need it": "Ada Lindqvist says:"},
    ),
    Case(
        title="The new head of the ferry line on fares",
        text="In May Ada Brown took over the ferry line of Bari. She met our editor on the quay.\n\nBPT – Is the old ferry safe?\n\n"
        "Brown – We closed it on 4 August.\n\nBPT – Will fares rise? (J.S., Oslo)\n\nBrown – We raise them by 4%.\n\n"
        "BPT – The harbour has sued you.\n\nBrown – We will pay 2 million euros.",
        kind=TextKind.INTERVIEW,
        leads={"We closed it": "Ada Brown says:", "We raise them": "Ada Brown says:"},
        out=("The harbour has",),
    ),
    Case(
        title="Q&A: a baker on why bread is dear",
        text="Lund Bakeries opened its ninth shop in May. Founder Ida Holm, a chemist who baked in Oslo before, spoke to "
        "Mining Weekly about flour.\n\nWhat did you learn?\n\nWe learned that rye is scarce.\n\nWho sells it?\n\n"
        "The mill in Ystad told us that it has 40 tonnes. We took nine.\n\nWhat does it cost?\n\nWe pay 4 crowns a kilo.",
        kind=TextKind.INTERVIEW,
        leads={"We learned": "Founder Ida Holm says:", "The mill in": "Founder Ida Holm says:"},
    ),
    Case(
        title="Three questions for Norway's deputy minister of ports",
        text="Ida Holm, who was a partner at Lund & Moe and before that a lawyer at the office of Customs and Border Protection, answered questions from our reporter.\n\nQ: Who pays?\n\n"
        "A: We pay half of the 90 million crowns.\n\nQ: And when?\n\nA: The port opens in 2027.\n\n"
        "Norway closed eleven ports between 1990 and 2004.",
        kind=TextKind.INTERVIEW,
        leads={"We pay half": "Ida Holm says:", "The port opens": "Ida Holm says:"},
        out=("Norway closed",),
    ),
    Case(  # whose boss it is is not whom the talk is with
        title="Five minutes with Port Wyndarra's boss",
        text="Kerensa Maddock has run the port for a year.\n\nWhat is wrong?\n\nWe found a crack in one of the two cranes.\n\n"
        "What does it cost?\n\nWe call it 70 million euros in fees.\n\nAnd then?\n\nWe ship 31 million tonnes in 2027.",
        kind=TextKind.INTERVIEW,
        leads={"We found a crack": "Kerensa Maddock says:", "We ship 31": "Kerensa Maddock says:"},
    ),
    Case(
        title="“The bolts cost more than the boat”",
        text="Dr. Greta Holm runs the dock of Marrow in Stade. Kurt Eber asked her what the winter had brought.\n\nMs. Holm, how many boats came?\n\n"
        "We took in 58 boats.\n\nIs that too few?\n\nOur dock holds 90 boats.\n\nWhat comes next?\n\nWe buy a crane for 2 million euros.",
        kind=TextKind.INTERVIEW,
        leads={"We took in 58": "Greta Holm says:", "We buy a crane": "Greta Holm says:"},
    ),
    Case(
        title="From the debating hall to the harbour",
        text="Class of 2009 alumna Sunniva Bakke-Rao heads a dock in Esbjerg. She was interviewed for the Magazine by her tutor, Professor Alan Dun.\n\n"
        "AD: Who taught you to weld?\n\nSB-R: I learned it in 3 weeks.\n\nAD: And now?\n\nSB-R: I lead 40 welders.\n\nQX: Do you sleep?\n\nQX: I slept 9 hours.",
        kind=TextKind.INTERVIEW,
        leads={"I learned it": "Sunniva Bakke-Rao says:", "I lead 40": "Sunniva Bakke-Rao says:"},
        out=("I slept 9",),  # letters that are nobody's
    ),
    Case(
        title="“Steel was the easy part”: a talk with Ines Moe of Polar Yards",
        text="Ines Moe has run the yard since May.\n\nHarbour & Quay Review: When we last spoke you said that the dock would "
        "open by June. I see none.\n\nInes Moe: It opens in 2028. We told our owners last week.\n\nHQR: What went wrong?\n\n"
        "Moe: Steel was late by 7 months.\n\nHQR: Is the yard for sale?\n\nMoe: No. We have 40 orders.",
        kind=TextKind.INTERVIEW,
        leads={"We told our": "Ines Moe says:", "Steel was late": "Ines Moe says:"},
        out=("I see none",),  # the first turns have names in full
    ),
    Case(  # with the times of a transcript; what the editors put right below is nobody's answer
        title="Heavy weather at Marrow",
        text="[00:14] ADA BROWN (host): With me is Kurt Eber of Marrow. Kurt, when does the dock open?\n\n[01:06] EBER: We open it in March.\n\n"
        "[01:40] BROWN: How large is it?\n\n[01:52] EBER: We can take 200 boats.\n\n[02:20] BROWN: Do boats pay?\n\n[02:31] EBER: They pay us 4 crowns.\n\n"
        "The rest of this transcript is for members.\n\nClarification, 5 June: The dock has room for 120 boats.",
        kind=TextKind.INTERVIEW,
        leads={"We open it": "Kurt Eber says:", "We can take": "Kurt Eber says:"},
        out=("The dock has",),
    ),
    Case(  # who asks twice without a mark
        title="'We slept in the truce'",
        text="Ada Brown dug docks for eleven years.\n\nInterview by Kurt Eber\n\nWas it a good year?\n\nWe dug 9 docks, I think.\n\nThe port says that it helped you.\n\nIt did not, I fear.\n\n"
        "The ministry says it pays for docks.\n\nIt says that to us.\n\nDid you ask it?\n\nWe asked for 4 million crowns.",
        kind=TextKind.INTERVIEW,
        leads={"We dug 9": "Ada Brown says:", "We asked for": "Ada Brown says:"},
        out=("The ministry says", "The port says"),
    ),
    Case(
        title="Five minutes with: Ada Brown, wool broker",
        text="Wool is 9 euros a kilo and nobody rings. We asked a broker what she tells farmers.\n\nWhat happens in wool?\n\n"
        "We have 40,000 bales in the shed.\n\nWho buys?\n\nWe sold 300 bales to Italy in May.\n\nAnd the price?\n\nI think it falls by 5%.",
        kind=TextKind.INTERVIEW,
        leads={"We have 40,000": "Ada Brown says:", "We sold 300": "Ada Brown says:"},
    ),
    Case(
        title="“We have the sheds. We do not have the sheep”: Ulm's chief on wool",
        text="Wollhof opened its mill at Ulm, Germany, in May. We met its chief executive, Ada Brown, in the shed.\n\n"
        "How much do you spin?\n\nWe spun 85 tonnes.\n\nWhat went wrong?\n\nOur wool came too late.\n\nHave they left?\n\nI lost 2 buyers.",
        kind=TextKind.INTERVIEW,
        leads={"We spun 85": "Ada Brown says:", "I lost 2": "Ada Brown says:"},
    ),
    Case(
        title="Q&A: can a dike grow?",
        text="Willow holds about 8% of our banks. Associate professor Ida Lund thinks that it can hold more. Her paper is in Bank Science.\n\n"
        "Q: What did you find?\n\nA: We planted 900 willows.\n\nQ: And then?\n\nA: Our bank rose by 12 centimetres.\n\nQ: Everywhere?\n\nA: We had 3 failures.",
        kind=TextKind.INTERVIEW,
        leads={"We planted 900": "Ida Lund says:", "Our bank rose": "Ida Lund says:"},
    ),
    Case(
        title="Second customers wanted: Mette Olsen of Marrow Mill",
        text="Mette Olsen has run the mill since 2021.\n\nWeekly: Where are you?\n\nMette Olsen: We make 260 tonnes.\n\n"
        "Weekly: And after that?\n\nMO: We expect to make 400 tonnes by December.\n\nWeekly: Is it enough?\n\nMO: We think so.",
        kind=TextKind.INTERVIEW,
        leads={"We make 260": "Mette Olsen says:", "We expect": "Mette Olsen says:"},
    ),
    Case(
        title="Q&A: the ferry operator that went electric",
        text="Skagen Line runs nine ferries. Its chief engineer, Tove Lind, spoke to us in Frederikshavn.\n\nQ: How far can one sail?\n\nA: We do 44 nautical miles on one charge.\n\n"
        "Q: What did it cost?\n\nA: The hull cost 31 million euros.\n\nQ: Unions say jobs will go.\n\nA: We lost 12 posts in the engine room.",
        kind=TextKind.INTERVIEW,
        leads={"We do 44": "Tove Lind says:", "We lost 12": "Tove Lind says:", "Skagen Line runs": ""},
        out=("How far", "Unions say", "Q", "A"),
    ),
    Case(
        title="“Bread is cheap because nobody counts the baker”",
        text="Marta Oller runs 31 bakeries in Girona.\n\nFOODWEEK: Why close at noon?\n\nOLLER: Because nobody buys after one o'clock. We sold 4% of our loaves in the afternoon.\n\n"
        "FOODWEEK: And wages?\n\nOLLER: Wages rose by 9% this year.\n\nMarta Oller trained as a chemist and holds two patents.",
        kind=TextKind.INTERVIEW,
        leads={"We sold 4%": "Marta Oller says:", "Wages rose": "Marta Oller says:"},
        out=("Why close", "Marta Oller trained"),
    ),
    Case(
        title="Interview with Idris Kane on the new tram",
        text="Idris Kane is the head of transport in Bergamo.\n\nWhen does the line open?\n\nWe open in March 2027 with 14 trams.\n\nWhat will a ticket cost?\n\nIt stays at two euros for us.\n\n"
        "Who pays for it?\n\nThe state pays 60% and our city the rest.",
        kind=TextKind.INTERVIEW,
        leads={
            "We open in March": "Idris Kane says:",
            "The state pays": "Idris Kane says:",
        },
        out=("When does", "What will a ticket"),
    ),
    Case(
        title="Panel: is the cloud full?",
        text="Two operators met in Dublin.\n\nModerator: Is there power left?\n\nAna Reyes: We have 40 megawatts that nobody has booked.\n\nJon Byrne: I doubt it. Our queue is nine years long.\n\n"
        "Moderator: What would help?\n\nAna Reyes: Our substation costs $80 million.\n\nJon Byrne: I would start with a law.",
        kind=TextKind.INTERVIEW,
        leads={"We have 40 megawatts": "Ana Reyes says:", "Our queue is": "Jon Byrne says:"},
        out=("Is there power",),
    ),
    Case(
        title="Two pilots and a bid",
        text="We spoke with Ada Brown and Finn Moe.\n\nHarbour Talk: Why bid?\n\nBrown: We want the port and its cranes.\n\nHarbour Talk: And you?\n\n"
        "Moe: We pay $31 million for it.\n\nHarbour Talk: Will there be a strike?\n\nBrown: I do not think so. (The union says that there will be one.)\n\n"
        "This interview has been edited. Acme is a sponsor of Harbour Talk.",
        kind=TextKind.INTERVIEW,
        leads={"We want the port": "Ada Brown says:", "We pay": "Finn Moe says:"},
        out=("(The union", "Acme is"),
    ),
    Case(
        title="Five minutes with the toymaker",
        text="Hana Sato, who founded Kumo Toys, talks about plastic.\n\nWhat do you use now?\n\nWe use beech from Hokkaido for 70% of our toys.\n\nWhat about prices in Europe?\n\n"
        "I raised them by 6% in May.\n\nWill you go public?\n\nI own 80% and I sleep well.",
        kind=TextKind.INTERVIEW,
        leads={"We use beech": "Hana Sato says:", "I raised them": "Hana Sato says:"},
    ),
    Case(
        title="Seed banks after the flood: a conversation",
        text="We met Lars Holm, director of the Nordic vault, in Tromso. This conversation has been edited for length.\n\nHow bad was it?\n\nWe lost 3,000 samples.\n\nCan they come back?\n\n"
        "Our partners hold copies of 2,100 of them.\n\nWhat now?\n\nWe move the vault 90 metres up.",
        kind=TextKind.INTERVIEW,
        leads={"We lost 3,000": "Lars Holm says:"},
        out=("This conversation",),
    ),
    Case(
        title="Q&A with a bridge inspector",
        text="Paula Neri inspects bridges for Anas. Her team has 14 people.\n\nQ1. How many are unsafe?\n\nA1. I closed 11 last year.\n\nQ2. Why so many?\n\nA2. We look at cables now, with drones.\n\n"
        "Q3. Who pays?\n\nA3. The region gave us 9 million euros.",
        kind=TextKind.INTERVIEW,
        leads={"I closed 11": "Paula Neri says:", "The region gave": "Paula Neri says:"},
        out=("How many",),
    ),
    Case(  # questions in a report make no interview
        title="Who will pay for the dike?",
        text="The dike at Hoorn must rise by 60 centimetres. Who will pay?\n\nThe water board said on Monday that it has 20 million euros.\n\nIs that enough?\n\nThe province doubts it.",
        kind=TextKind.NEWS,
        leads={"The province doubts": ""},
    ),
    Case(  # a sheet of facts is no interview
        title="Acme opens a depot",
        text="Acme opened a depot in Lyon.\n\nDate: 4 May\n\nPlace: Lyon\n\nCapacity: 400 buses\n\nThe depot cost 31 million euros.",
        kind=TextKind.NEWS,
        leads={"The depot cost": ""},
    ),
    Case(  # a paragraph after the talk reports what others say
        title="Q&A: why the mill stopped",
        text="Mill manager Odd Berg tells Paper Week what went wrong.\n\nQ: What broke?\n\nA: We lost a bearing in dryer three.\n\nQ: When will you start?\n\nA: I hope in June.\n\n"
        "A spokeswoman for the union said it had warned of the bearing twice.",
        kind=TextKind.INTERVIEW,
        leads={"We lost a bearing": "Odd Berg says:"},
        out=("Mill manager", "A spokeswoman"),
    ),
    Case(  # whom she spoke to asks
        title="“We need forty more bakers”",
        text="Ida Holm runs the ovens of Lund. She spoke with Mining Weekly's Bo Moe at the bakery in May.\n\nWhat is missing?\n\nWe need forty bakers and our ovens stand still.\n\nWho trains them?\n\nI do, in a school for nine.\n\nWhat does it cost?\n\nWe pay 4 crowns a head.",
        kind=TextKind.INTERVIEW,
        leads={"We need forty": "Ida Holm says:"},
    ),
    Case(  # who it was, below a colon
        title="‘Oslo has not rung’",
        text="This month: Ida Holm, founder of a bakery in Lund. She spoke to Bo Moe.\n\nIs the oven full?\n\nNo. We are at 40% and we wait. The sum is a ceiling and we drew 21 million.\n\nWho buys?\n\nMy ferries do, and two schools.\n\nWhat comes next?\n\nI build a second oven.\n\nBo Moe owns no ovens.",
        kind=TextKind.INTERVIEW,
        leads={"The sum is": "Ida Holm says:"},
    ),
    Case(  # a transcript with the time of each turn
        title="Transcript, episode 9: the pilot who said no",
        text="Guest: Tove Lind, a pilot of the harbour.\n\n[00:00:42] HOST: So you refused. What happened?\n\n[00:00:55] LIND: I asked for two tugs, and we had one.\n\n[00:01:10] HOST: And then?\n\n[00:01:15] LIND: We waited nine hours for it.",
        kind=TextKind.INTERVIEW,
        leads={"I asked for": "Tove Lind says:", "We waited nine": "Tove Lind says:"},
    ),
    Case(  # the paper answers its own questions
        title="What the new berth fee means: five questions",
        text="The port of Bari will charge for idle ships.\n\nWho has to pay?\n\nFrom 1 March owners of ships over 90 metres pay 4% more. "
        "Lawyers we spoke to expect an appeal.\n\nSo is it a ban?\n\nNo, and nobody asks for one. The fee falls away after 30 hours.\n\n"
        "Can it still be stopped?\n\nThe owners' club says that it will sue the port. The court in Bari will hear it in May.",
        kind=TextKind.INTERVIEW,
        leads={"From 1 March": "", "The fee falls": "", "The owners' club": ""},
    ),
    Case(  # a guest who asks back once
        title="Episode 31: the last ferry, with Nina Ferro",
        text="ADA: Our guest is Nina Ferro, who runs the ferry line of Bari. How many ferries are left?\n\n"
        "FERRO: We sail with nine ferries, and two of them go to the breaker in May. You have seen them, haven't you?\n\n"
        "BO: I have. So that is seven.\n\nFERRO: We will have seven ferries, and we need eight by June 2027.\n\n"
        "ADA: Who pays for the eighth?\n\nFERRO: The region pays half of the 40 million euros.",
        kind=TextKind.INTERVIEW,
        leads={"We sail with": "Nina Ferro says:", "We will have": "Nina Ferro says:", "The region pays": "Nina Ferro says:"},
    ),
    Case(  # a host who says most
        title="The sauna hour",
        text="EVA LAU: Kit Moss runs 31 saunas in Tampere. Why so many?\n\nKIT MOSS: We heat with wood.\n\nEVA LAU: Wood cost 212 euros a tonne in May, and many "
        "saunas in the land shut for good because of it.\n\nKIT MOSS: We paid 31,000 euros in May.",
        kind=TextKind.INTERVIEW,
        leads={"We heat": "Kit Moss says:", "We paid": "Kit Moss says:"},
        out=("Wood cost",),
    ),
    Case(  # a call: posts behind names, and somebody who leads it
        title="Lund Ferries, third quarter call",
        text="Edited transcript of the call of Lund Ferries.\n\nOPERATOR: We begin.\n\nADA MOE, ANALYST, POLAR BANK: How much was the fire?\n\n"
        "BO LUND, CFO, LUND FERRIES: We booked 52 million euros for the fire in Turku.\n\nOPERATOR: The next question is from Sam Field.\n\n"
        "SAM FIELD, ANALYST: And the yard?\n\nIDA BERG, CEO, LUND FERRIES: The yard loses 8 million a quarter.\n\n"
        "SAM FIELD: Will you sell it?\n\nIDA BERG: We keep the yard until 2030.",
        kind=TextKind.INTERVIEW,
        leads={"We booked": "Bo Lund says:", "The yard loses": "Ida Berg says:", "We keep": "Ida Berg says:"},
        out=("The next question", "Edited transcript"),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_answer_stands_under_its_question_and_in_the_name_of_who_gives_it(case: Case) -> None:
    check(case)


def test_each_of_two_who_are_asked_says_his_own_answers() -> None:
    text = (
        "Ada Brown and Finn Moe gave their first interview.\n\nHarbour Talk: Why bid for the port?\n\n"
        "Brown: We want the port and its cranes.\n\nHarbour Talk: What will it cost you?\n\n"
        "Moe: We will pay $31 million for it in May.\n\nHarbour Talk: What comes then?\n\nBrown: I will retire."
    )
    article = make_article(title="Questions to Ada Brown and Finn Moe", text=text)
    shown = [one.shown for one in find_candidates(article, max_words=34)]
    assert "Finn Moe says: we will pay $31 million for it in May." in shown


def test_an_answer_without_a_main_clause_is_told_with_its_question_or_not_at_all() -> None:
    text = (
        "Ada Brown runs the port of Lund.\n\nHow many ships came?\n\nWe took in 58 ships, and that pays our wages.\n\n"
        "How long does the money last?\n\nUntil the spring of next year, with the credit line we signed in May. Perhaps until July, with the second one.\n\n"
        "And when the spring is over and the bank wants back what it lent you?\n\nA loan of 3 million euros from the town.\n\n"
        "What comes next?\n\nThe port will buy a crane for 2 million euros."
    )
    article = make_article(title="“We took in 58 ships”: Ada Brown on the port", text=text)
    found = [one for one in find_candidates(article, max_words=34) if not one.weak]
    assert [one.shown for one in found[1:]] == [
        "Ada Brown says: we took in 58 ships, and that pays our wages.",
        "Asked “How long does the money last?”, Ada Brown says: until the spring of next year, with the credit line we signed in May.",
        "Ada Brown says: the port will buy a crane for 2 million euros.",
    ]
    assert [cited.sentence for cited in found[2].citations][1] == "How long does the money last?"


@pytest.mark.parametrize(
    "question", ["Will they pay it back?", "Is the “green wool” label a fraud?", "And then?"]
)
def test_a_question_that_points_back_or_says_nothing_is_not_told(question: str) -> None:
    text = (
        "Ada Brown runs the port of Lund.\n\nHow many ships came?\n\nWe took in 58 ships.\n\n"
        f"{question}\n\nIn four years, with the credit line we signed in May.\n\nWhat comes next?\n\nWe buy a crane."
    )
    article = make_article(title="“We took in 58 ships”: Ada Brown on the port", text=text)
    assert not any("Asked" in one.shown for one in find_candidates(article, max_words=34))


def test_who_is_asked_says_i_and_an_author_only_what_he_thinks() -> None:
    talk = (
        "Ada Brown runs the port of Lund.\n\nHow many ships came?\n\nI counted 58 ships in May.\n\nIs that enough?\n\n"
        "I've asked the bank for 3 million euros.\n\nWhat comes next?\n\nThis year we'll need a crane for 2 million euros."
    )
    article = make_article(title="“I counted 58 ships”: Ada Brown on the port", text=talk)
    shown = [one.shown for one in find_candidates(article, max_words=34) if not one.weak]
    assert shown[1:] == [
        "Ada Brown says: I counted 58 ships in May.",
        "Ada Brown says: I've asked the bank for 3 million euros.",
        "Ada Brown says: this year we'll need a crane for 2 million euros.",
    ]
    column = "I walked to the quay in May with my dog. I would close the quay for 2 years. I saw 9 ships there, and I like it."
    article = make_article(title="Opinion: close the quay", text=f"By Ada Brown\n\n{column}")
    assert [one.shown for one in find_candidates(article, max_words=34)] == [
        "Ada Brown says: I would close the quay for 2 years."
    ]


def test_a_list_of_questions_of_an_authority_is_no_interview() -> None:
    text = (
        "Who has to register?\n\nAnyone who draws water for more than 5 kW registers with us. We answer within 30 days.\n\n"
        "What does it cost?\n\nWe charge 480 francs. Our accounts are open.\n\nWhen does it end?\n\nA permit lasts 20 years."
    )
    article = make_article(
        title="Registering a mill", text=text, publisher=make_publisher(kind=PublisherKind.REGULATOR)
    )
    assert read_structure(article).kind is not TextKind.INTERVIEW


def test_what_an_authority_is_asked_is_not_said_by_it() -> None:
    text = (
        "I. Items of the notice are ferries.\n\nQuestion: The owners say that 200 ferries wait. Is it so?\n\n"
        "Answer: The figures are not right. The Ministry has let 90 ferries sail.\n\nQuestion: And when will it end?\n\n"
        "Answer: The rule ends on 4 May.\n\nRelated: Ferries of 2024"
    )
    publisher = make_publisher("Ministry of Ports", kind=PublisherKind.REGULATOR)
    article = make_article(title="Remarks on questions about ferries", text=text, publisher=publisher)
    shown = [one.shown for one in find_candidates(article, max_words=34)]
    assert "Ministry of Ports says: the rule ends on 4 May." in shown
    assert not any("200 ferries" in one for one in shown)
