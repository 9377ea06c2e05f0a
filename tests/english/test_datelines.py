from __future__ import annotations

import pytest

from newsletter.english.datelines import strip_dateline


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("Oslo, 18 February 2026: Acme Ferries today announces a second yard.", "Oslo, 18 February 2026:"),
        ("Cambridge, 3 June – Acme Ferries has opened a second yard.", "Cambridge, 3 June –"),
        ("LONDON, May 3 (Reuters) - Acme Ferries has opened a second yard.", "LONDON, May 3 (Reuters) -"),
        ("LIÈGE – Acme Ferries has opened a second yard.", "LIÈGE –"),
        ("ÉVRY, France — Acme Ferries has opened a second yard.", "ÉVRY, France —"),
        ("ŁÓDŹ – Acme Ferries has opened a second yard.", "ŁÓDŹ –"),
        ("CLAVER, Surigao del Norte — Acme Ferries has opened a second yard.", "CLAVER, Surigao del Norte —"),
        ("BERGEN — Ørsted Ferries has opened a second yard in the north.", "BERGEN —"),
        (
            "DELFT, the Netherlands – March 2, 2026 – Acme Ferries has opened a second yard.",
            "DELFT, the Netherlands – March 2, 2026 –",
        ),
        ("NEW DELHI, Mar 12 (NTW): Acme Ferries has opened a second yard.", "NEW DELHI, Mar 12 (NTW):"),
        ("Washington, D.C. – The Acme Ferries Board has opened a second yard.", "Washington, D.C. –"),
        ("(Oslo, 17 July) Acme Ferries has opened a second yard.", "(Oslo, 17 July)"),
        (
            "- (Newswire) - May 3, 2026 - Acme Ferries has opened a second yard.",
            "- (Newswire) - May 3, 2026 -",
        ),
        ("OSLO, 26 Nov. Acme Ferries has opened a second yard.", "OSLO, 26 Nov."),
        (
            "TURKU, FI / Harbour Newswire / March 3, 2026 / Acme Ferries has opened a second yard.",
            "TURKU, FI / Harbour Newswire / March 3, 2026 /",
        ),
        (
            "OSLO, NO, January 08, 2025 /24-7PressRelease/ -- On May 3 Acme opened a second yard.",
            "OSLO, NO, January 08, 2025 /24-7PressRelease/ --",
        ),
        (
            "Oslo, Norway (Newswire.ai) Friday Apr 11, 2025 @ 7:00 AM Europe/Oslo — Acme has opened a second yard.",
            "Oslo, Norway (Newswire.ai) Friday Apr 11, 2025 @ 7:00 AM Europe/Oslo —",
        ),
        (
            "OCOEE, FL - January 29, 2025 (NEWSWIRE) - eFerries Inc. has opened a second yard.",
            "OCOEE, FL - January 29, 2025 (NEWSWIRE) -",
        ),
        (
            "Salt Lake City, Utah - March, 14, 2025 - Acme today opened a second yard.",
            "Salt Lake City, Utah - March, 14, 2025 -",
        ),
        ("Adelaide, South Australia – Acme Ferries sailed.", "Adelaide, South Australia –"),
        ("Tampa, Fla. / Nov. 5, 2025 / Acme sailed.", "Tampa, Fla. / Nov. 5, 2025 /"),
        ("TAMPA (Nov. 5) ‒ Acme sailed.", "TAMPA (Nov. 5) ‒"),
        ("Tampa, FL --- Acme sailed.", "Tampa, FL ---"),
        ("TAMPA, Fla. _ Acme sailed.", "TAMPA, Fla. _"),
        ("Ada Lund, Bo Berg – Acme has both.", ""),
        ("Boulder, Colo. – November 5th, 2025 – Acme sailed.", "Boulder, Colo. – November 5th, 2025 –"),
        ("Denver, CO — Acme Ferries has opened a second yard.", "Denver, CO —"),
        ("From 2013-2018, Acme closed a yard each year.", ""),
        ("In Oslo, 18 February 2026 was the day on which Acme closed its yard.", ""),
    ],
)
def test_a_dateline_is_parted_from_its_sentence(text: str, dateline: str) -> None:
    rest, found = strip_dateline(text)
    assert found == dateline
    assert rest == text[len(dateline) :].lstrip()


@pytest.mark.timeout(20)  # each letter of a capital was a word of its own: more than the age of the world
def test_many_words_in_capitals_cost_no_time() -> None:
    text = "PERZHANSK COMPLEX BERYLLIUM DEPOSIT KRYVYI RIH IRON BASIN, Ada Brown said that work goes on."
    assert strip_dateline(text) == (text, "")
