"""What a source leaves to the words beside it, and a bullet says in full."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

CASES = (
    (
        "The mill was to cost 38 million euros and the last quotation was 71.",
        "A quotation for the mill was 71 million euros.",
        "A quotation for the mill was 71 billion euros.",
    ),
    (
        "Bids close on 25.11.2025 at noon.",
        "Bids close on 25 November 2025 at noon.",
        "Bids close on 25 December 2025 at noon.",
    ),
    (
        "The line asked to dredge up to 12 berths (approx. 1,400m).",
        "The line asked to dredge up to 12 berths, approximately 1,400 metres.",
        "The line asked to dredge up to 12 berths, approximately 1,400 tonnes.",
    ),
    (
        "LentiPro 70 has been named best protein at a fair.",
        "LentiPro 70 won as best protein at a fair.",
        "LentiPro 90 won as best protein at a fair.",
    ),
    (
        "Exporters must apply 30 days ahead, and must name the end user.",
        "Exporters must apply 30 days ahead, name the end user.",
        "Exporters apply 30 days ahead and named the end user.",
    ),
    (
        "Works at Thorne and Sleaford together can accept another 5,000 tonnes a day.",
        "Works at Thorne and Sleaford can together accept another 5,000 tonnes a day.",
        "Works at Thorne and Sleaford accepted another 5,000 tonnes a day.",
    ),
    (
        "COOKEVILLE, Tenn. – The coater sold 40 parts.",
        "The coater of Cookeville, Tennessee, sold 40 parts.",
        "The coater of Cookeville, Texas, sold 40 parts.",
    ),
)


@pytest.mark.parametrize(("source", "true", "false"), CASES)
def test_what_the_source_elides_may_be_said_and_nothing_else(source: str, true: str, false: str) -> None:
    def passes(text: str) -> bool:
        return check_bullet(
            text, headline="Mill news", publisher="Acme", cited=[source], source=source
        ).grounded

    assert passes(true)
    assert not passes(false)
