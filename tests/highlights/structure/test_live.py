from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.highlights.summarize import summarize_story
from tests.highlights.structure.reading import Case, check
from tests.support.factories import make_article


def live(title: str, text: str, told: tuple[str, ...], out: tuple[str, ...] = ()) -> Case:
    """``told``: beginnings of what is told, behind the time under which it is: "9.30am: The union"."""
    leads = {begins: f"{time}:" if time else "" for time, _, begins in (one.rpartition(": ") for one in told)}
    return Case(title=title, text=text, kind=TextKind.LIVE, leads=leads, out=out)


CASES = (
    live("Budget day, as it happened", "This live blog is now closed.\n\n16:20 The minister sits down after 51 minutes.\n\n15:05 Fuel duty rises by 4 cents in May.\n\n14:30 Coffee is served and the gallery is full.", ("Fuel duty rises",), ("This live blog",)),
    live("Live: port strike talks", "9.30am The union of dockers arrives with 14 demands.\n\n11.15am Talks are adjourned until noon.\n\n12.40pm A deal on pay of 5% is close, says mediator Eva Roth.", ("9.30am: The union of dockers", "A deal on pay")),
    live("Storm Nils: live updates", "18:05 GMT 41,000 homes are without power in Kerry.\n\n17:50 GMT Dublin airport cancels 120 flights.\n\n17:20 GMT It is wet.", ("41,000 homes", "Dublin airport cancels")),
    live("Court hears the Vanta case", "14:02 – Judge Amara Obi opens the hearing.\n\n14:40 – Counsel for Vanta says that 3,000 buyers were told in time.\n\n15:10 – The court rises.", ("14:02: Judge Amara Obi", "Counsel for Vanta")),
    live("Chip fair, day two", "10:00\n\nGood morning from Taipei.\n\n10:45\n\nOrin shows a chip with 90 billion transistors.\n\n11:30\n\nThe queue for lunch is long.", ("Orin shows",), ("Good morning",)),
    live("Auction of the northern lots", "12:00 Round 7 has begun.\n\n12:40 CONFIRMED: Lot C goes to Hansa for €61 million.\n\n13:00 That's it from Riga. Thank you for reading.", ("Lot C goes to Hansa",), ("CONFIRMED", "That's it", "Thank you")),
    live("Rail vote: latest", "7pm Deputies vote on the rail bill tonight.\n\n8:15pm The bill passes by 212 votes to 190.\n\n8:30pm Cheers in the gallery.", ("7pm: Deputies vote", "The bill passes")),
    live("Yard shut: live", "[09:12 CET] The yard in Lund stays shut until May, the owner says. It handles a third of all ferries of the north.\n\n[09:50 CET, correction] We said at 09:12 that the yard handles a third of all ferries. It is a sixth.\n\n[11:30 CET] The union calls a strike in Lund.", ("09:12 CET: The yard in Lund stays", "The union"), ("a third of all ferries of the north",)),
    live("Fire at the yard: live", "[09:12 CET] Smoke is seen over hall 3 of Lund Ferries.\n\n[10:40 CET, correction] We reported at 09:50 that 40 people were missing. All 212 have been counted.\n\n[09:50 CET] Some 40 people are missing, says the union.\n\n[11:30 CET] The fire in hall 3 is out.", ("09:12 CET: Smoke is seen", "The fire in"), ("Some 40 people",)),
    live("Breach at the dam: live", "Thursday, 06h10 — A wall of the dam of Lund gave way over 14 metres.\n\nThursday, 05h00 (added) — The owner, Acme, will stand still for weeks.\n\nWednesday, 23h20 — The two guards of Lund have been found in a bar.\n\nWednesday, 20h40 — Sirens are heard in Lund, says the brigade.", ("A wall of", "The owner, Acme", "Wednesday, 23h20: The two guards", "Wednesday, 20h40: Sirens")),
    live("Lund: results and call", "+2h31 — The shares of Lund are up 5.8%.\n\n+1h40 — Sales of Lund rose 4%.\n\n+0h35 — Profit was 63 million crowns.\n\n−0h10 — Analysts expect 61 million crowns of Lund.", ("The shares of", "Sales of", "+0h35: Profit was", "−0h10: Analysts")),
    live("Cuts at the port: live", "18:05 The port of Lund cuts 120 jobs.\n\n17:50 The owner of Lund meets the union.\n\n17:20 The union of Lund is asked in.", ("The port of", "The owner of", "17:20: The union of")),
    live("Launch of Heron 2", "05:58 T minus two minutes and the weather is green.\n\n06:00 Heron 2 lifts off from Kourou.\n\n06:09 The second stage shuts down at 190 kilometres.", ("Heron 2 lifts off", "The second stage")),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_early_entry_is_told_with_its_time_and_what_is_corrected_is_not(case: Case) -> None:
    check(case)


def test_the_news_of_a_live_page_is_of_its_later_half() -> None:
    text = (
        "1.20pm Firefighters are called to a blaze of 40 metres at Lund Ferries in Ystad.\n\n"
        "2.05pm Police close the road to Ystad and lead 40 people away.\n\n"
        "5.25pm Lund Ferries shuts its yard in Ystad for six weeks after the blaze.\n\n6.02pm The fire in Ystad is out."
    )
    article = make_article(title="Live: blaze at Lund Ferries in Ystad", text=text)
    first, *rest = summarize_story((article,), settings=Editorial())
    assert first.text.startswith("Lund Ferries shuts its yard")
    assert [one.lead_in.text for one in rest if one.lead_in] == ["1.20pm:"]


def test_a_time_is_nobody_whom_they_could_be() -> None:
    text = (
        "1.20pm Smoke is seen over Lund.\n\n2.05pm We said earlier that the docks of Lund were shut. They were not, "
        "the port of Ystad says.\n\n5.25pm Lund Ferries shuts its yard.\n\n6.02pm The fire in Ystad is out."
    )
    found = find_candidates(make_article(title="Live: blaze at Lund Ferries", text=text), max_words=34)
    assert not [one.text for one in found if "were not" in one.text]


@pytest.mark.parametrize(
    ("times", "early"),
    [
        (("21:50", "22:35", "00:25", "01:10"), 2),  # past midnight
        (("11:50 a.m.", "12:40 p.m.", "1:20 p.m.", "2:05 p.m."), 2),
        (("Sunday, 22:10", "Sunday, 23:40", "Monday, 06:30", "Monday, 08:10"), 2),
        (("11:50", "12:40", "1:20", "2:05"), 2),  # of a clock of twelve hours
    ],
)
def test_what_is_early_is_told_by_the_order_of_the_page(times: tuple[str, ...], early: int) -> None:
    said = (
        "A fire breaks out at Lund.",
        "Lund has 200 men there.",
        "Lund counts 40 hurt.",
        "Lund is shut till May.",
    )
    for order in (1, -1):
        text = "\n\n".join([f"{time} – {one}" for time, one in zip(times, said, strict=True)][::order])
        units = read_structure(make_article(title="Fire at Lund: live", text=text)).units
        past = {unit.sentences[0].text for unit in units if unit.past}
        assert past == set(said[:early])


def test_a_live_entry_stays_where_another_only_has_its_figure_or_its_time() -> None:
    text = (
        "09:30 – Six workers are trapped in the pit of Lund, says the union.\n\n"
        "10:50 – Lund offers 15,000 tonnes from its yard in Oslo.\n\n"
        "12:15 – The bank lowers its rate from 4.25 to 4.00 per cent.\n\n13:05 – Correct: stocks of Lund last 10.50 weeks.\n\n"
        "14:00 – Acme of Lund raises its dividend to 4.25 crowns.\n\n"
        "15:10 – A man of the correctional office, arrested at 9:30, is free in Lund."
    )
    units = read_structure(make_article(title="Pit of Lund: live", text=text)).units
    told = " ".join(s.text for unit in units for s in unit.sentences)
    assert all(words in told for words in ("Six workers", "15,000 tonnes", "dividend to 4.25"))


def test_the_ages_of_other_headlines_make_no_live_page() -> None:
    text = (
        "Sales of Lund rose 8% to 980 million crowns in the first half.\n\nThe yard in Oslo had 40 ships.\n\n"
        "3 hours ago\nBari sinks.\n\n5 hours ago\nRiga sails.\n\n6 hours ago\nOslo waits."
    )
    assert read_structure(make_article(title="Lund grows", text=text)).kind is not TextKind.LIVE


def test_the_entries_of_a_live_page_may_write_their_times_with_a_dot() -> None:
    text = "17.02 Closing summary\n\nAcme ended the day 9% lower.\n\n16.20 Correction\n\nThe list names Lund, and not Acme."
    check(Case(title="Live: markets", text=text, kind=TextKind.LIVE, leads={"Acme ended": ""}))


@pytest.mark.parametrize(
    "text",
    [
        "17:42 is the time of the last train from Lyon on weekdays.\n\nIt leaves from platform 4 and calls at Dijon.",
        "0.95 Share of readers who came back.\n\n0.91 Share of readers who paid.",
    ],
)
def test_a_single_time_or_a_figure_makes_no_live_page(text: str) -> None:
    check(Case(title="Acme", text=text, kind=TextKind.NEWS))


def test_what_one_says_often_in_a_live_page_is_not_what_others_say() -> None:
    text = (
        "17:02 Lund closes its dock for 9 days, the police said.\n\n16:20 The police said that 40 people came. The police said "
        "that nobody is hurt.\n\n15:10 The ministry of Norhavn has put out a statement. It says that the dock is safe and open."
    )
    shown = [
        one.shown for one in find_candidates(make_article(title="Live: the dock", text=text), max_words=34)
    ]
    assert not any("olice say" in one and "safe" in one for one in shown)
