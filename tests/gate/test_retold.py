"""Kinds of retelling that were refused wrongly in answers that nobody had tuned to; beside each what may not pass."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet


def reasons(text: str, cited: tuple[str, ...], headline: str = "") -> tuple[str, ...]:
    return check_bullet(
        text, headline=headline, publisher="Ostmark News", cited=cited, source=" ".join(cited)
    ).reasons


PERMITS = ("Ferry lines are still waiting for most of the docking permits they applied for in April.",)
TEST = ("The line tested a hull at the Ribe quay.", "It will not carry out further work on this target.")
CONDITION = ("It noted that the forecast of 32 ferries rests on harbour images taken in August.",)
TALK = ("Halden Line has said it was unlikely to mean changes to upcoming fare payments.",)
REACH = ("The line projects that spending on quays will grow, and it is expected to reach 5 million crowns.",)
GATE = (
    "At a fare of 60 crowns he says the ferry covers costs.",
    "He also gets a landing fee.",
    "Without it he would close.",
)
OFFER = (
    "Captains' Union No. 2 said 88% of members turned down the proposal.",
    "The proposal would raise real wages of captains by 1.2%.",
)
ORDER = (
    "The Minister has reviewed the proposed purchase by Halden Line of 19.9 per cent of the shares of Ribe Quay.",
    "The Board has ordered the line not to implement the investment.",
)
ADVICE = (
    "A reader in Ribe asks whether she should sell her ferry shares.",
    "She is 58.",
    "My answer is probably not.",
)
LETTER = ("We are working to complete the annual report.", "We can now project sales of over $1.2 million.")
FROST = ("The captain said the storm of Monday night had done most of the damage to the quay.",)
DECLINED = ("The Board has declined to give clearance for the merger of two ferry lines.",)
AREA = (
    "Notice is given, under section 28 of the Ferry Act, that a licence over the harbour is to be granted.",
)
CLOSED = (
    "The harbour has been shut since May.",
    "If the harbour opened tomorrow, a ferry would need seven weeks.",
)
MEN = (
    "The men, aged 29 and 54, were working on the ferry.",
    "The younger man was critical and the older man was stable.",
)
INDEX = ("The Ribe index rose 0.67% to end at 6,066.44 points.", "The Ostmark index fell 0.5% to 212.")
LEASES = ("The licences would remain suspended until the Board passed fresh orders.",)
HULLS = ("Hulls over 40 metres would have to be stabilized with concrete and moored.",)
COST = ("The line estimates that the pier would cost 64 million crowns to build.",)
STATES = ("Output was on track to fall to 103.9 on Tuesday.",)
FLEET = ("There are 490 ferries left and their average age is 33.",)
SIGN = (
    "They say that no ferry line will sign for longer than two seasons.",
    "The ferry lines should sign for seven.",
)
SOYA = ("Then the Brazilians have their soybeans to lift, and it goes up.",)
QUOTA = ("Ostmark has yet to issue its second batch of docking quotas, usually published in April.",)
TABLE = (
    "470.7 million crowns",
    "Ferries, the smallest part, will reach over 470.7 million crowns this year.",
)
ACT = ("The Union, which has listed more than 600 ferries, has not acted against the two ships.",)
HOLES = (
    "Hole UP-26-03 cut 6.2 metres of mud from 118.4 metres.",
    "Hole UP-26-01 cut 3.1 metres from 97 metres.",
    "Results for UP-26-06 showed 0.9 metres of mud.",
)
HOLD = ("The shares are subject to a hold period that ends on April 12.",)
FREE = ("He has started signing shorter leases, none beyond 12 months.",)
SALT = ("The court annulled the permit, as nobody had shown what its salty waste water would do.",)
SOLD = ("Sales rose from $41mn in 2021 to $388mn in 2023.",)
STRIKE = ("Stevedores at Ribe stopped work at 6 a.m. on Wednesday over a plan for smaller gangs.",)
FINED = (
    "A company that washes hulls at Ribe was fined 240,000 crowns over a fire.",
    "Halden Wash pleaded guilty to one charge.",
)
TALLY = ("Ostmark depends on imports for nearly all of its diesel and for most of its rope.",)
DENIED = ("Halden Line on Wednesday denied reports that it was negotiating the sale of its Ribe quay.",)
TERM = ("Leases made before 2 May may be kept without a permit until 28 June, if a copy is sent by 15 May.",)
STAFF = ("Moss has worked here for 31 years.", "The yard has 44 employees.")
SLUDGE = ("Halden Wash handles about 140,000 tonnes of slops and sludge a year.",)
BACK = (
    "A spark lit the hull in June 2025.",
    "The yard resumed work in September 2025 after replacing a crane.",
)
SPOKE = (
    "Ida Riemer said the results were thin.",
    "The operator, Halden Line, said all 14 quays were tested.",
)
GUIDE = ("Fares for 2026 are lowered to between MAD 180 million and MAD 230 million.",)
COLUMNS = (
    "Prices ($/t, previous week in brackets)",
    "Rope, fob Ribe: 392-402 (395-404)",
    "Rope, fob Turku: 452-460",
)
PHONE = (
    '"You cannot sail by a phone that might ring," union organiser Dana Moss said.',
    "The union wants rosters.",
)
BUY = ("Let ministers buy rope and sails.", "The paper lists hulls.")
COSTS = ("The paper puts the cost at $31 a rope.", "It does not include disposal of the tar.")
DREDGE = ("The port proposes to remove up to 145 tonnes a year, and up to 620 tonnes over the term.",)
LATER = ("First sailing, previously expected in June, is now planned for May.",)
FLA = ("Halden Line has retained Moss Media of Boca Raton, Fla., for a campaign.",)
PARTY = ("Sen. Ada Berg (D-Ohio) called for a ban on ropes.",)
PA = ("Halden Line has retained Pa Mining for a campaign by Tex Lund.",)
PENNSYLVANIA = ("Halden Line has retained Pennsylvania Mining for a campaign.",)
BERTHS = ("The yard is to take up to 40 tonnes a year and build up to 300 berths.",)
OPENED = ("The line opened the quay.",)
ESTIMATE = ("Moss had measured the tide.", "She estimated that a fifth of the quay had sunk.")
CONSENT = ("The pier cannot be built without the owners of the land being asked.",)
ASKED = (
    "Two of the three towns have yet to be asked, and the law says that must happen before any dredging.",
)
COUNT = ("The count does not include Ribe.", "It does not make a merger plausible this year.")
NEITHER = ("Neither Halden nor the Ribe Council has lost money.",)
EVERY = ("Hulls are to be looked at at intervals not exceeding 25 days.",)
COUNSEL = (
    "Ada Brown, for Halden, called the 31 million a loan.",
    "Ms. Moe's stand is another one.",
    "Her counsel, Olav Roth, told the court that she'd run the yard alone.",
)
STAKE = (
    "Halden bought a 4.9% stake in Ribe Quay two years ago and sold it in June, at a loss of 8 million.",
)
ROPE = (
    "Consolidated rope output of 31,420 metres, compared with 36,870 metres in spring and 35,190 metres a year ago.",
    "Ribe Works made 24,610 metres of rope, 18% less than in spring.",
)
SINCE = ("Rope stood at 450 crowns a metre last night, which is 41% more than on 24 June.",)
COOLED = (
    "The plates keep fish cool for 9 hours, not for the 14 that Moss advertises.",
    "Moss is to end within 14 months.",
)
CONSENT_TO = ("The Ribe Council does not consent to the pier.",)
REVIEWED = ("The draft is open to comments until May 14, after which it goes to the Board.",)
STRETCH = (
    "Rope held 14.2 tonnes over 61 metres, with 11 tonnes over 0.6 metres.",
    "Rope of over 31 tonnes broke.",
)
OFTENER = ("Ropes broke more often in May than in June, in 11.9 percent against 7.2 percent.",)
CREW = (
    "The grant asks that it keep at least 280 sailors until June.",
    "The town may have it back when the number drops below 280.",
    "It pays at least 90 crowns.",
)
CHARGE = ("The line could not rule out a further charge, and has not paid the first one.",)
MAST = (
    '"The yard is 55% built, so what storms would hit is the hull, not the yard that stands on the quay."',
)
FUNDS = (
    "Prices were boosted by reports Riga had bought 14 hulls, said Ole Moe, president of Ribe Rope Analytics and Co.",
    '"The threat of smaller output was enough to encourage funds to reevaluate bets," Mr. Moe said of rope news.',
    "Private forecaster Tide DTN said rope and sail may rot.",
)
REQUEST = (
    "A judge on Oct. 9 rejected a request by terminal operator Halden to order sailors back to work.",
    "Judge Ada Berg said Halden had not shown that the union breached notice rules.",
)
OUTLOOK = (
    "Previous             Updated",
    "Hemp rope (tonnes)     5,900 – 6,300        6,500 – 6,800",
    "Capital expenditure ($ million)   42 – 46              49 – 52",
    "All dollar amounts are in Canadian dollars.",
)
DEATHS = ("There was no difference in deaths within 90 days.",)
NOTICE = ("Crane drivers have not withdrawn their notice of a ban from 1 November.",)
REOPENED = ("The pier didn't reopen until 7:20 p.m., the port said.",)
FLUX = ("The flux of the magnets was 142, against a maximum of 50 for small magnets.",)
COMMENT = ("A spokesman for Halden declined to comment.", "Moss declined to build.")
FALLS = (
    "Output was 1,815 ropes, an increase of 38%, after a second line began at the Westbrook Falls yard.",
)
BOARD = (
    "The Ribe State Port Board (RSPB) is looking at Halden.",
    "A spokesman for the RSPB did not say why.",
)
TENDER = (
    "Halden paid $489 a rope cfr for the east coast and $484 cfr for the west.",
    "It bought 1.9 million ropes.",
)
PROFIT = (
    "Sales rose 22.4% to $341.9 million, as rope prices went up 31%.",
    "Profit was $61.2 million, up 38.1%.",
)
LOTS = ("Lot C, off Ribe, goes to Halden for €61 million a year.", "The 900 MW site must be built by 2033.")
KEEPER = ("“They say so,” says Inga-Maria Moe, who keeps 300 sheep with her brothers.",)
SILENCE = ("The Office will decide within 45 days.", "Without a decision in that time it is refused.")
SURVEY = ("The survey was sent to more than 30,000 sailors; 394 of them responded.",)
FICO = ("Slovakia’s prime minister, Ada Berg, warned of a halt.",)
EXTEND = (
    "Halden, which was fined £4.1m, paid £2.6m for the test.",
    "Its head of yards, Bo Moe, said the company would ask to extend the method to two further towns, Ribe and Turku.",
)
COSTS_NOTED = ("Costs2 of $11.8 a rope and all-in costs2 of $15.8 a rope.",)
ILL = ("Sailors must stay ashore even if they were ill before.",)
GUIDANCE = ("Halden did not upgrade its full-year guidance of between 92 and 95 ropes.",)
TARIFF = ("Then it is 2.10 a metre up to 90 metres, and 3.65 above that.",)
SUGAR = ("Its mills produced 10.3 million tonnes, 0.4 million more than forecast.",)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ostmark proposes that hulls over 40 metres be stabilized with concrete and moored.", HULLS),
        ("UP-26-01 cut 3.1 metres and UP-26-06 0.9 metres.", HOLES),
        ("All 14 quays were tested, the operator said; Ida Riemer called the results thin.", SPOKE),
        ("Halden Wash handles some 140,000 tonnes of slops and sludge each year.", SLUDGE),
        (
            "Moss put it at a fifth of the quay.",
            ("Moss estimated it at a fifth of the quay.",),
        ),
        ("Fares for 2026 were cut to MAD 180-230 million.", GUIDE),
        ("Union organiser Dana Moss said it wants rosters.", PHONE),
        ("Ministers should buy rope and sails, not the hulls their paper lists.", BUY),
        ("First sailing is now planned for May instead of June.", LATER),
        ("Halden Line has retained Moss Media of Boca Raton, Florida, for a campaign.", FLA),
        ("Democratic Senator Ada Berg called for a ban on ropes.", PARTY),
        ("Ole Moe of Ribe Rope Analytics said rope news encouraged funds to reevaluate bets.", FUNDS),
        (
            "Judge Ada Berg ruled that terminal operator Halden had not shown a breach of notice rules.",
            REQUEST,
        ),
        ("Full-year guidance stays at 92 to 95 ropes, Halden said.", GUIDANCE),
        ("The charge is 2.10 a metre, or 3.65 above 90 metres.", TARIFF),
        ("Guidance for hemp rope was raised to 6,500–6,800 tonnes from 5,900–6,300.", OUTLOOK),
        ("Capital expenditure is to be C$49–52 million, up from C$42–46 million.", OUTLOOK),
        ("Sailors must stay ashore even after they were ill.", ILL),
        ("There was no difference in 90-day deaths.", DEATHS),
        ("Costs are $11.8 and all-in costs $15.8 a rope.", COSTS_NOTED),
        ("Yards head Bo Moe says Halden will ask to extend the method to two further towns.", EXTEND),
        ("Only 394 of over 30,000 sailors responded to the survey.", SURVEY),
        ("A halt is near, said Slovak prime minister Ada Berg.", FICO),
        ("Halden bought 1.9 million ropes at $484 and $489 cfr.", TENDER),
        ("Profit rose 38.1% to $61.2 million, with rope prices up 31%.", PROFIT),
        ("Halden takes 900 MW Lot C off Ribe for €61 million a year.", LOTS),
        ("Herder Inga-Maria Moe keeps 300 sheep with her brothers.", KEEPER),
        ("Silence after 45 days means that it is refused.", SILENCE),
        ("A second line at Westbrook Falls raised output by 38%.", FALLS),
        ("The Port Board examines Halden, and did not say why.", BOARD),
        ("The pier reopened at 7:20 p.m., the port said.", REOPENED),
        ("The flux of the magnets was 142, against 50 permitted.", FLUX),
        ("A spokesman for Halden declined comment.", COMMENT),
        ("Crane drivers’ notice of a ban from 1 November stands.", NOTICE),
        ("Rope held 14.2 tonnes, 11 tonnes of it in one piece of 0.6 metres.", STRETCH),
        ("In May 11.9 percent of the ropes broke, against 7.2 percent in June.", OFTENER),
        ("The town may reclaim the grant if sailors fall below 280.", CREW),
        ("The yard is 55% built, and storms would hit the hull.", MAST),
        ("The hold period of the shares ends on April 12.", HOLD),
        ("He signs no lease beyond 12 months.", FREE),
        ("The court annulled the permit over salty waste water.", SALT),
        ("Sales were $388mn in 2023, from $41mn in 2021.", SOLD),
        ("Halden Wash was fined 240,000 crowns over a fire at Ribe.", FINED),
        ("Diesel is imported by Ostmark.", TALLY),
        ("Imports on which Ostmark depends for its diesel equalled demand.", TALLY),
        ("Moss estimated that a fifth of the quay had sunk.", ESTIMATE),
        (
            "Owners say that no ferry line will sign beyond two seasons; the lines should sign for seven.",
            SIGN,
        ),
        ("Soybeans of the Brazilian farmers go up when they lift them.", SOYA),
        ("Ferry lines still await most docking permits sought in April.", PERMITS),
        ("The line tested a hull at the Ribe quay and will do no further work there.", TEST),
        ("The forecast of 32 ferries is based on August harbour images.", CONDITION),
        ("Changes to fare payments were unlikely, Halden Line said.", TALK),
        ("The line projects spending on quays, reaching 5 million crowns.", REACH),
        ("He says the ferry covers costs at 60 crowns, but would close without a landing fee.", GATE),
        ("The captains' union said 88% rejected a 1.2% real wage rise.", OFFER),
        ("The Board ordered Halden Line not to acquire 19.9 per cent of Ribe Quay's shares.", ORDER),
        ("The line projects sales of over $1.2 million; its annual report is not yet complete.", LETTER),
        ("The captain said Monday night's storm did most damage to the quay.", FROST),
        ("The Board has declined clearance for the merger of two ferry lines.", DECLINED),
        ("A licence under the Ferry Act is to be granted for the harbour.", AREA),
        ("The Ribe index rose 0.67% to 6,066.44, while Ostmark's fell 0.5% to 212.", INDEX),
        ("The licences remain suspended until the Board passes fresh orders.", LEASES),
        ("Ostmark proposes that hulls over 40 metres be concrete-stabilized and moored.", HULLS),
        ("The pier would, the line estimates, cost 64 million crowns to build.", COST),
        ("The towns must be asked before any dredging.", ASKED),
        ("Halden made 31,420 metres of rope in summer, against 36,870 metres in spring.", ROPE),
        ("Rope, up 41% since 24 June to 450 crowns a metre, stood still last night.", SINCE),
        ("The plates keep fish cool for 9 hours, not the advertised 14.", COOLED),
        ("The pier is to be built despite the refusal of the Ribe Council to consent.", CONSENT_TO),
        ("Halden sold its 4.9% stake in Ribe Quay in June, at a loss.", STAKE),
        ("The count excludes Ribe and makes a merger implausible this year.", COUNT),
        ("Neither Halden, whose count it is, nor the Ribe Council has lost money, it says.", NEITHER),
        ("Hulls are looked at at least every 25 days.", EVERY),
        ("Halden's counsel calls the 31 million a loan, and Moe's says she ran the yard alone.", COUNSEL),
    ],
)
def test_what_is_told_in_other_words_passes(text: str, cited: tuple[str, ...]) -> None:
    assert reasons(text, cited) == ()


def test_a_headline_of_another_figure_turns_no_bullet_round() -> None:
    headline = "Mills miss the sweet spot: output 9% under forecast"
    assert (
        reasons("Its mills produced 10.3 million tonnes, 0.4 million above forecast.", SUGAR, headline) == ()
    )
    assert reasons("Its mills produced 10.3 million tonnes, 0.4 million less than forecast.", SUGAR, headline)


def test_a_bullet_need_not_repeat_the_denial_of_the_headline_above_it() -> None:
    cited = ("Halden had ropes for 19 of the 60 ferries of its second quay.",)
    headline = "We will not build a quay that we cannot rope: Riemer of Halden"
    assert reasons("Halden had ropes for 19 of the 60 ferries of its quay.", cited, headline) == ()
    assert reasons("Halden had ropes for 60 ferries.", ("Halden had no ropes for 60 ferries.",), headline)


def test_a_number_that_is_part_of_a_name_may_stand_elsewhere_in_the_article() -> None:
    source = f"{STATES[0]} Demand in the Lower 48 states will rise."
    for name, passes in (("Lower 48", True), ("Lower 49", False), ("In 48", False)):
        verdict = check_bullet(
            f"{name} output was on track to fall to 103.9 on Tuesday.",
            headline="",
            publisher="",
            cited=STATES,
            source=source,
        )
        assert verdict.grounded is passes


def test_a_name_is_cited_where_its_first_word_or_its_letters_are() -> None:
    cited = (
        (
            "HALDEN, Aug 19 (News) - Unionized workers at the Ribe ferry yard in northern Ostmark walked off the job "
            "at 8 a.m. on Tuesday after rejecting a final pay offer, the union and the company said."
        ),
        "Union No. 2, which represents 412 of the yard's roughly 690 employees, said 88% who voted turned it down.",
        "The completion of IFRS-compliant accounts is a critical step.",
    )
    source = (
        f"{' '.join(cited)} The international yard has financial plans. Its reporting meets the standards."
    )
    strike = (
        "Workers at Ostmark's Ribe yard began a strike on Tuesday after 88% of voting Union No. 2 members"
    )
    for text in (
        f"{strike} rejected a final pay offer, according to the union.",
        "Completing International Financial Reporting Standards (IFRS) accounts would be a critical step.",
    ):
        assert check_bullet(text, headline="", publisher="", cited=cited, source=source).reasons == ()
    text = "Completing International Financial Reporting Standards accounts would be a critical step."
    assert check_bullet(text, headline="", publisher="", cited=cited[:2], source=source).reasons


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("There are 490 ferries left, averaging 34 years.", FLEET),
        ("Halden Line is negotiating the sale of its Ribe quay.", DENIED),
        ("Leases made before 2 May may be kept without a permit until 15 June.", TERM),
        ("Moss has worked here for 44 years.", STAFF),
        ("Halden Wash handles about 140,000 tonnes of slops and sludge a month.", SLUDGE),
        ("The yard resumed work in June 2025 after replacing a crane.", BACK),
        ("Fares for 2026 were cut to MAD 180-240 million.", GUIDE),
        ("Rope was €392-402/t fob Ribe.", COLUMNS),
        ("The cost is put at $31 a rope, including disposal of the tar.", COSTS),
        ("The port removes 145 tonnes a year and 620 tonnes in all.", DREDGE),
        ("The Union has acted against the two ships.", ACT),
        ("Hole UP-26-01 cut 6.2 metres from 97 metres.", HOLES),
        ("He signs no lease.", ("He signs leases.",)),
        ("Stevedores at Ribe began work at 6 a.m. on Wednesday over a plan for smaller gangs.", STRIKE),
        ("The ferry lines should not sign for seven.", SIGN[1:]),
        ("Ostmark has issued its second batch of docking quotas, usually published in April.", QUOTA),
        ("Ferries, the smallest part, will reach 470.7 million crowns this year.", TABLE[1:]),
        ("The line will carry out further work on this hull at Ribe.", TEST),
        ("The Board has ordered the line to implement the investment.", ORDER),
        ("A 59-year-old in Ribe should probably not sell her ferry shares.", ADVICE),
        ("The line did not project sales of over $1.2 million.", LETTER),
        ("The captain said the storm of Monday night had not done most of the damage.", FROST),
        ("The Board has given clearance for the merger of two ferry lines.", DECLINED),
        ("If the harbour closed tomorrow, a ferry would need seven weeks.", CLOSED),
        ("The man aged 24 was critical and the older man was stable.", MEN),
        ("The Ribe index fell 0.67% to end at 6,066.44 points.", INDEX),
        ("The Ribe index rose 0.67% to end at 6,066.44%.", INDEX),
        ("The licences would not remain suspended until the Board passed fresh orders.", LEASES),
        (
            "Output fell to 90 in May but rose to 100 in June.",
            ("Output rose to 90 in May but fell to 100 in June.",),
        ),
        ("Halden Line has retained Pennsylvania Mining for a campaign.", PA),
        ("Republican Senator Ada Berg called for a ban on ropes.", PARTY),
        ("Halden Line has retained Pa Mining for a campaign.", PENNSYLVANIA),
        ("Halden Line has retained a mine in Texas for a campaign.", PA),
        ("Terminal 48 lost ferries.", ("Terminal 4 lost ferries.", "Terminal 40 did not.")),
        ("Sales rose strongly in the first quarter.", ("Sales fell sharply in the first quarter.",)),
        ("Output fell this spring to 40 tonnes.", ("Output rose last year to 40 tonnes.",)),
        ("Halden Line shares rose sharply.", ("Halden Line shares fell Monday.",)),
        ("The bank raised borrowing costs to 4%.", ("The bank cut its benchmark rate to 4%.",)),
        ("Stevedores began work after a stoppage.", ("Stevedores stopped work at 6 a.m.",)),
        (
            "The line lost 40 million in Ribe and 41 million in Turku.",
            ("The line lost 41 million in Ribe and 40 million in Turku.",),
        ),
        ("The yard sold 500 berths.", ("The yard did not close and sold more than 500 berths.",)),
        ("The yard is to take up to 40 tonnes a year and build 300 berths.", BERTHS),
        ("The line opened the quay, without a permit.", OPENED),
        ("Rope of 31 tonnes broke.", STRETCH),
        ("It pays 90 crowns, and the town may reclaim the grant if sailors fall below 280.", CREW),
        ("A further charge has been made, the line said.", CHARGE),
        ("A further charge is possible, and the line has paid the first one.", CHARGE),
        ("Storms would hit the yard that stands on the quay.", MAST),
        ("Tide DTN said rope news encouraged funds to reevaluate bets.", FUNDS),
        ("A judge granted a request by terminal operator Halden to order sailors back to work.", REQUEST),
        ("Halden did upgrade its full-year guidance, which stays above 92 ropes.", GUIDANCE),
        ("The charge is 2.10 a metre for 90 metres.", TARIFF),
        ("The charge is 2.10 a metre for 90 metres, more than before.", TARIFF),
        ("Guidance for hemp rope was raised to 6,500–6,800 kg from 5,900–6,300.", OUTLOOK),
        ("Capital expenditure is to be A$49–52 million, up from A$42–46 million.", OUTLOOK),
        ("Capital expenditure is to be C$49–52 million.", OUTLOOK[:3]),
        ("There was a difference in 90-day deaths.", DEATHS),
        ("Only 394 of over 31,000 sailors responded to the survey.", SURVEY),
        ("A halt is near, said Slovenian prime minister Ada Berg.", FICO),
        ("Halden paid $484 a rope cfr for the east coast and $489 cfr for the west.", TENDER),
        ("Profit rose 22.4% to $61.2 million, with rope prices up 31%.", PROFIT),
        ("Berger Moe keeps 300 sheep with her brothers.", KEEPER),
        ("The Office decides in 45 days or more.", SILENCE),
        ("A second line at Westbrook Falls cut output by 38%.", FALLS),
        ("The Port Council examines Halden, and did not say why.", BOARD),
        ("The pier did reopen until 7:20 p.m., the port said.", REOPENED),
        ("The flux of the magnets was 142, against 50 for small magnets.", FLUX),
        ("A spokesman for Halden did comment.", COMMENT),
        ("Crane drivers have withdrawn their notice of a ban from 1 November.", NOTICE),
        ("The line did not disclose a leak.", OPENED),
        ("The line did not name a price.", OPENED),
        ("The pier can be built without the owners of the land being asked.", CONSENT),
        ("Two of the three towns have been asked.", ASKED),
        ("Halden made 36,870 metres of rope in summer, against 31,420 metres in spring.", ROPE),
        ("The draft is closed to comments until May 14.", REVIEWED),
        ("The plates keep fish cool for 14 hours, not the advertised 9.", COOLED),
        ("The pier is to be built with the consent of the Ribe Council.", CONSENT_TO),
        ("The count includes Ribe and makes a merger implausible this year.", COUNT),
        ("The count makes a merger plausible this year.", COUNT),
        ("Halden and the Ribe Council have lost money.", NEITHER),
        ("Hulls are looked at at least 25 days apart.", EVERY),
        (
            "Halden sold a 4.9% stake in Ribe Quay two years ago.",
            ("Halden bought a 4.9% stake in Ribe Quay two years ago.",),
        ),
    ],
)
def test_what_is_changed_beside_it_is_refused(text: str, cited: tuple[str, ...]) -> None:
    assert reasons(text, cited)


HELD = (
    (
        "Apart from secrecy and a 90-day exclusive period, for which Kessing has paid $0.5 million, the term sheet "
        "does not bind either party."
    ),
)
BELOW = (
    (
        "Group revenue fell 5% to $1.87 billion, against the $1.93 billion expected on average by 17 analysts "
        "surveyed by Ribe Wire."
    ),
    (
        "Operating profit before special items was $236 million, a margin of 12.6%, compared with $331 million a "
        "year earlier and a consensus of $268 million."
    ),
)
BUYER = (
    "In Ribe, rope makers said they could not pass on the increase.",
    (
        "Orders for the spring season have been confirmed at prices 2-3% below last year, said Ada Berg-Moe, "
        "purchasing head at Halden Rope Exports."
    ),
)


@pytest.mark.parametrize(
    ("text", "cited", "passes"),
    [
        (
            "Only secrecy and a 90-day exclusive period, for which Kessing has paid $0.5 million, are binding.",
            HELD,
            True,
        ),
        (
            "Secrecy and a 90-day exclusive period, for which Kessing has paid $0.5 million, bind either party.",
            HELD,
            False,
        ),
        (
            (
                "Third-quarter revenue of $1.87 billion and operating profit before special items of $236 million "
                "were below forecasts of $1.93 billion and $268 million."
            ),
            BELOW,
            True,
        ),
        (
            (
                "Operating profit before special items was $268 million, below a consensus of $236 million, as group "
                "revenue fell."
            ),
            BELOW,
            False,
        ),
        (
            (
                "Ribe rope makers say they cannot pass on the rise; orders are at prices 2-3% below last year, says "
                "Halden Rope Exports purchasing head Ada Berg-Moe."
            ),
            BUYER,
            True,
        ),
    ],
)
def test_what_is_joined_in_another_order_passes_and_what_is_exchanged_does_not(
    text: str, cited: tuple[str, ...], passes: bool
) -> None:
    assert (reasons(text, cited) == ()) is passes


def test_a_trial_that_was_reported_in_a_month_does_not_speak() -> None:
    text = "Halden says OBL-210 lowered salt by 27% in HARBOUR, but four of 141 sailors withdrew."
    cited = (
        "An agreement with Halden remains subject to approval by both boards.",
        "In HARBOUR, reported in January, OBL-210 lowered salt by 27%, but four of 141 sailors withdrew.",
    )
    assert reasons(text, cited) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Rope supplier Halden Line had sales of 142 million crowns.",
        "Unions reported sales of 142 million crowns at Halden Line.",
        "Halden Line had sales of 142 million crowns, unions of the Thai Harbour Ministry said.",
    ],
)
def test_a_common_word_at_the_head_and_a_nation_before_a_name_are_no_other_names(text: str) -> None:
    cited = (
        "Halden Line had sales of 142 million crowns, the unions of the Harbour Ministry of Thailand said.",
    )
    source = (
        f"{cited[0]} The Ship Rope segment of Moss Rope is the largest supplier of rope. The Seamen's Unions met "
        "in Thailand. The Harbour Ministry published a draft. The Thai minister signed it for Halden Line in Ribe."
    )
    assert check_bullet(text, headline="", publisher="", cited=cited, source=source).reasons == ()
