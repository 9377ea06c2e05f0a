from __future__ import annotations

from newsletter.english.acronyms import find_acronyms


def test_what_every_reader_knows_needs_no_words() -> None:
    assert find_acronyms("The CEO sells ETFs and SPCs; the F-35 and the PWM-360 fly.") == ("SPC",)
