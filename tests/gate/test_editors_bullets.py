"""What editors of fresh articles wrote and the gate read wrongly, each beside a copy with one thing changed."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

CASES = (
    (
        "Ports were 46.2pc full on 20 January, and ferries would end March at about 27pc.",
        "Ports were 46.2% full on 20 January; ferries would end March at about 27%.",
        "Ports were 46.2% full on 20 January; ferries would end March at about 27 crowns.",
    ),
    (
        "Revenue fell 8.3% to £128.6m and the yard made a profit of £5.6m (2024: £15.0m).",
        "The yard's profit fell to £5.6m from £15.0m.",
        "The yard's profit fell to £5.6m from £15.6m.",
    ),
    (
        "Halden Line will own 71% and Nordfjord Shipping the remaining 29% of the quay.",
        "The quay is 29% Nordfjord Shipping's and 71% Halden Line's.",
        "Halden Line will own 29% and Nordfjord Shipping the remaining 71% of the quay.",
    ),
    (
        "Moss puts the fare at “390 crowns, maybe 420” per car on the winter ferry.",
        "Moss puts the fare at 390-420 crowns per car on the winter ferry.",
        "Moss puts the fare at 390-440 crowns per car on the winter ferry.",
    ),
    (
        "The court ruled that the line had failed to assess the effects of dredging on the bay in dry years.",
        "The court ruled that effects of dredging on the bay in the dry years were not assessed by the line.",
        "The court ruled that the line had assessed the effects of dredging on the bay in dry years.",
    ),
    (
        "The line will close 23 quays after failing to persuade its landlords to accept steep rent reductions.",
        "The line will close 23 quays after its landlords refused steep rent reductions.",
        "The line will open 23 quays after failing to persuade its landlords to accept steep rent reductions.",
    ),
    (
        "A cut in dues lifted its profit to 9 million crowns from 5 million.",
        "Lifted by a cut in dues, its profit was 9 million crowns, from 5 million.",
        "Its profit fell to 9 million crowns from 5 million.",
    ),
    (
        "Bari will give ferries first call on up to half of the oil and rope from three new quays.",
        "Ferries get first call on up to half of the oil and rope from three new quays of Bari.",
        "Ferries get first call on up to half of the oil and rope from nine new quays of Bari.",
    ),
    (
        "If the quay has not been sold to an approved buyer by 30 September, the port may cancel its loan.",
        "The quay must be sold to an approved buyer by 30 September, or the port may cancel its loan.",
        "The quay has been sold to an approved buyer by 30 September, and the port may cancel its loan.",
    ),
    (
        "The owners of the line have agreed to take no dividend for two years if the appeal is heard.",
        "Its owners forgo a dividend for two years if the appeal is heard.",
        "Its owners take a dividend for two years if the appeal is heard.",
    ),
    (
        "Fares start at $118 a car in 2029 and rise to $132 a car.",
        "Fares of $118-132 a car are planned.",
        "Fares of $118-152 a car are planned.",
    ),
    (
        "The new quay has 72,000 places, more than the two older sites, which have 61,000.",
        "The new quay has 72,000 places against 61,000 at the two older sites.",
        "The new quay has 62,000 places against 61,000 at the two older sites.",
    ),
    (
        "The sales of the line fell by 28% and its result turned from 9.2% to a loss of 5.8%.",
        "Sales of the line fell by 28% and its result turned from 9.2% to a loss of 5.8%.",
        "Sales of the line fell by 28% and its result turned from 9.6% to a loss of 5.8%.",
    ),
)


@pytest.mark.parametrize(("source", "true", "false"), CASES)
def test_it_passes_and_its_changed_copy_does_not(source: str, true: str, false: str) -> None:
    def find_reasons(text: str) -> tuple[str, ...]:
        return check_bullet(text, headline="Quay news", publisher="", cited=[source], source=source).reasons

    assert find_reasons(true) == ()
    assert find_reasons(false)
