from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.structure import TextKind
from newsletter.highlights.summarize import summarize_story
from newsletter.model import PublisherKind
from tests.highlights.structure.reading import Case, check
from tests.support.factories import make_article, make_publisher


def notice(
    title: str,
    text: str,
    told: tuple[str, ...],
    out: tuple[str, ...] = (),
    publisher: PublisherKind = PublisherKind.REGULATOR,
) -> Case:
    return Case(
        title=title,
        text=text,
        kind=TextKind.NEWS,
        leads=dict.fromkeys(told, ""),
        out=out,
        publisher=publisher,
    )


CASES = (
    notice("Notice on ferries", "In accordance with Article 9 of the Ports Act, and with the approval of the Cabinet, the Ministry of Ports hereby gives notice of the following matters.\n\n1. Ferries older than 30 years shall not sail at night.\n\n2. An operator shall report each fault within 24 hours.\n\nThis notice shall enter into force on 1 May 2027.\n\nDone at Riga, 3 March 2027. For the Minister, the Director of Ports, A. Berzins.", ("Ferries older than 30", "An operator shall", "This notice shall enter"), ("In accordance", "Done at", "For the Minister")),
    notice("Draft regulation on batteries", "Article 1. Batteries shall bear a label.\n\nArticle 2. Makers shall take back 70% of what they sell.\n\nArticle 3. This regulation shall enter into force in 2029.", ("Batteries shall bear", "Makers shall take"), ("Article 1",), PublisherKind.OTHER),
    notice("Water rules", "Section 4 – Wells deeper than 40 metres shall be registered.\n\nSection 5 – Owners shall pay 90 crowns a year.\n\nEnquiries: Room 4, during office hours.", ("Wells deeper", "Owners shall pay"), ("Enquiries",)),
    notice("Notice of the Fisheries Board", "The Board hereby bans trawling within 12 miles of the coast. Vessels shall carry a beacon. The ban takes effect on 1 June.", ("The Board hereby bans", "Vessels shall carry")),
    notice("Decree on hours", "(1) Shops shall close at nine.\n\n(2) Chemists shall be exempt.\n\n(3) Mayors shall publish a list by 1 May.", ("Shops shall close", "Mayors shall publish"), (), PublisherKind.OTHER),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_article_of_a_notice_is_told_and_its_formula_is_not(case: Case) -> None:
    check(case)


def test_a_notice_tells_who_and_what_as_its_lines_have_it() -> None:
    text = (
        "It is hereby notified that an application, particulars of which appear below, has been received.\n\n"
        "Applicant: Polar Lines Limited\n\nLocation: the east pier of Bari\n\nArea: 38 hectares\n\nTerm: six years\n\n"
        "The applicant shall keep 40 metres from the pier.\n\nAn operator shall report each fault within 24 hours."
    )
    article = make_article(
        title="Notice of application for a berth",
        text=text,
        publisher=make_publisher(kind=PublisherKind.REGULATOR),
    )
    shown = [one.text for one in summarize_story([article], settings=Editorial())]
    assert (
        shown[0]
        == "Applicant: Polar Lines Limited; Location: the east pier of Bari; Area: 38 hectares; Term: six years."
    )


def test_a_list_of_goods_is_not_told_first_and_the_day_from_which_it_holds_is() -> None:
    text = (
        "With the approval of the Cabinet, it has been decided to control the export of these goods:\n\n"
        "I. Goods for docks\n\n1. 1C921.a Steel plates of a width of 6 metres or more and of a weight of 40 tonnes.\n\n"
        "II. Exporters shall apply to the Ministry of Ports for a licence, and state the dock in which the plates end.\n\n"
        "III. In principle, no licence will be granted for docks of foreign navies and for owners on the list of the Ministry.\n\n"
        "IV. Exporters shall note in the customs form whether plates of 40 tonnes and more are among what they send abroad.\n\n"
        "V. Contracts signed before the day of issue may be performed within 45 days, provided that they were filed by 31 May.\n\n"
        "VI. This announcement shall be implemented from 22 June 2026."
    )
    publisher = make_publisher("Ministry of Ports", kind=PublisherKind.REGULATOR)
    article = make_article(title="Announcement on export control of plates", text=text, publisher=publisher)
    shown = [one.text for one in summarize_story([article], settings=Editorial())]
    assert shown[0].startswith("Exporters shall apply")
    assert "This announcement shall be implemented from 22 June 2026." in shown


def tell(title: str, text: str, name: str = "The Ports Board") -> list[str]:
    article = make_article(
        title=title, text=text, publisher=make_publisher(name, kind=PublisherKind.REGULATOR)
    )
    return [
        f"{one.lead_in.text} {one.text}" if one.lead_in else one.text
        for one in summarize_story([article], settings=Editorial())
    ]


HISTORY = (
    "On 12 March 2026 the Board opened an investigation of ferries from Bari, after a complaint that was lodged by "
    "Polar Lines.\n\nThe investigation covered the period from 1 January 2025 to 31 December 2025."
)


def test_how_a_case_ends_is_told_before_its_history() -> None:
    end = "The Board therefore grants Bari Lines a licence for 40 ferries, and rejects its plan for a night line."
    assert tell("Decision on ferries from Bari", f"{HISTORY}\n\n{end}")[0] == end


def test_a_decision_above_a_list_is_told_without_it() -> None:
    end = "A duty is imposed on ferries that come from Bari, at the following rates:\n\nPolar Lines | 4 | 9\nBari Lines | 7 | 8"
    told = tell("Duty on ferries from Bari", f"{HISTORY}\n\n{end}")
    assert told[0] == "A duty is imposed on ferries that come from Bari."
    end = "The purchase of Bari Lines is a merger that the Board has approved on the following conditions:\n\n- sale of a pier"
    told = tell("Merger of Bari Lines", f"{HISTORY}\n\n{end}")
    assert told[0] == "The purchase of Bari Lines is a merger that the Board has approved on conditions."


def test_a_line_that_only_says_what_follows_is_not_told() -> None:
    told = tell(
        "Ferries from Bari",
        f"{HISTORY}\n\nAs regards night lines, the following is decided:\n\n- Line 4 ends.",
    )
    assert not any("decided" in one for one in told)


def test_numbered_paragraphs_are_told_without_their_numbers_and_recitals_are_not_told() -> None:
    text = (
        "WHEREAS, on 4 May 2026, Polar Lines filed an application for a berth in Bari;\n\nA. The application for a berth "
        "of 40 metres is granted for six years.\n\n1.2 Ferries older than 30 years shall not sail at night from Bari."
    )
    told = tell("Berth of Polar Lines in Bari", text)
    assert told == [
        "The application for a berth of 40 metres is granted for six years.",
        "Ferries older than 30 years shall not sail at night from Bari.",
    ]


def test_what_stands_above_what_a_notice_orders_is_not_its_news() -> None:
    text = (
        "(1) The noise of ferries in Bari was measured on 31 nights, and was above 60 decibels on most.\n\n"
        "HAS ADOPTED THIS REGULATION:\n\nArticle 1. Ferries shall not sail from Bari at night from 4 May 2027."
    )
    assert (
        tell("Regulation on ferries in Bari", text)[0]
        == "Ferries shall not sail from Bari at night from 4 May 2027."
    )
