from __future__ import annotations

import pytest

from newsletter.highlights.structure import TextKind
from newsletter.model import PublisherKind
from tests.highlights.structure.reading import Case, check


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
    notice("Water rules", "Section 4 – Wells deeper than 40 metres shall be registered.\n\nSection 5 – Owners shall pay 90 crowns a year.\n\nEnquiries: Room 4, during office hours.", ("Wells deeper", "Owners shall pay"), ("Enquiries",)),
    notice("Notice of the Fisheries Board", "The Board hereby bans trawling within 12 miles of the coast. Vessels shall carry a beacon. The ban takes effect on 1 June.", ("The Board hereby bans", "Vessels shall carry")),
    notice("Decree on hours", "(1) Shops shall close at nine.\n\n(2) Chemists shall be exempt.\n\n(3) Mayors shall publish a list by 1 May.", ("Shops shall close", "Mayors shall publish"), (), PublisherKind.OTHER),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_an_article_of_a_notice_is_told_and_its_formula_is_not(case: Case) -> None:
    check(case)
