"""The closed set of lead-ins: what makes one and what reads one agree."""

from __future__ import annotations

import pytest

from newsletter.english.speech.speakers import LEAD_IN, lead_in_text, leave_role, read_speaker


@pytest.mark.parametrize(
    ("lead_in", "speaker", "called"),
    [
        (lead_in_text("Baogang"), "Baogang", "Baogang says:"),
        (lead_in_text("Aranda Rare Earths Inc."), "Aranda Rare Earths", "Aranda Rare Earths says:"),
        ("Ada Brown, CEO of Acme, says:", "Ada Brown, CEO of Acme,", "Ada Brown says:"),
        (lead_in_text("Baogang and the Port"), "Baogang and the Port", "Baogang and the Port say:"),
        (
            lead_in_text("Acme Ferries and Lund Bay"),
            "Acme Ferries and Lund Bay",
            "Acme Ferries and Lund Bay say:",
        ),
        (lead_in_text("Lund Bay and Ice Center"), "Lund Bay and Ice Center", "Lund Bay and Ice Center says:"),
        (lead_in_text("Mining Weekly", "view"), "", "Mining Weekly’s view:"),
        ("Support Services, north, and south:", "", "Support Services, north, and south:"),
        ("", "", ""),
    ],
)
def test_a_lead_in_is_read_as_it_was_made(lead_in: str, speaker: str, called: str) -> None:
    assert read_speaker(lead_in) == speaker
    assert leave_role(lead_in) == called


@pytest.mark.parametrize(
    ("lead_in", "names"),
    [
        (lead_in_text("Baogang"), "Baogang"),
        (lead_in_text("Mining Weekly", "view"), None),
        ("Reports differ:", None),
        (f"Reports differ: {lead_in_text('Baogang')}", "Baogang"),
    ],
)
def test_what_stands_before_a_bullet_is_known_in_each_of_its_forms(lead_in: str, names: str | None) -> None:
    found = LEAD_IN.match(f"{lead_in} output rose 4%.")
    assert found is not None
    assert found.end() == len(lead_in) + 1
    assert (found["name"] or found["other"]) == names
