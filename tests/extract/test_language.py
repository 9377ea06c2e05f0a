from __future__ import annotations

import pytest

from newsletter.extract.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (  # words of which "per", "on", "to", "kg" and "rose" stand in a long list of Finnish ones
            (
                "China's praseodymium-neodymium oxide price was unchanged at 605,000-611,000 yuan per tonne on "
                "Wednesday. Terbium oxide rose 1.5% to 6,660-6,760 yuan/kg. Dysprosium oxide was 1,600-1,630 yuan/kg."
            ),
            "en",
        ),
        ("The merger of the ferry lines, which became final on Tuesday, will cost 40 jobs.", "en"),
        ("Helsingissä on tänään avattu uusi satama, joka palvelee matkustajia ja rahtia koko vuoden.", "fi"),
        ("Die Preise für Terbium stiegen am Mittwoch in Rotterdam um 3 Prozent auf 840 Dollar.", "de"),
        ("Os preços do térbio subiram 3% na quarta-feira em Roterdã, disseram operadores do mercado.", "pt"),
        ("De prijs van terbium steeg woensdag met 3 procent, zeggen handelaren in Rotterdam.", "nl"),
        ("今天，稀土价格上涨了百分之三，交易商说。", "zh"),
        ("Acme 12 ferries, 31 yards: Lund, Ribe, Turku, Oslo, Bergen, Narvik, Luleå.", None),
        ("A ferry sails.", None),
    ],
)
def test_a_language_is_told_by_what_only_its_words_are(text: str, language: str | None) -> None:
    assert detect_language(text) == language
